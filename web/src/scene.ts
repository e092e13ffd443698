// What the map shall show; views write it at once, the map draws it whenever it has arrived.
import type { Feature, FeatureCollection, Geometry } from "geojson";

export type Features = FeatureCollection<Geometry, Record<string, unknown>>;
export type Bounds = [number, number, number, number];

export interface Scene {
  /** Filled areas: color, opacity. */
  areas: Features;
  /** Ways: color, dashed, thin. */
  ways: Features;
  /** Vehicles: color, label. */
  vehicles: Features;
  /** Ports: count, color. */
  ports: Features;
  /** Marks: role (from, to, via, stop), label. */
  marks: Features;
  /** West, south, east, north to be seen. */
  fit: Bounds | null;
}

export interface Picked {
  lat: number;
  lon: number;
  /** Id of what was hit, if it has one. */
  id?: string;
  name?: string;
}

export const NOTHING: Features = { type: "FeatureCollection", features: [] };
const EMPTY: Scene = { areas: NOTHING, ways: NOTHING, vehicles: NOTHING, ports: NOTHING, marks: NOTHING, fit: null };

let scene = EMPTY;
const drawers = new Set<(scene: Scene, changed: readonly (keyof Scene)[]) => void>();

export function show(part: Partial<Scene>): void {
  scene = { ...scene, ...part };
  for (const draw of drawers) draw(scene, Object.keys(part) as (keyof Scene)[]);
}

export function clear(): void {
  show({ ...EMPTY });
}

export function drawn(draw: (scene: Scene, changed: readonly (keyof Scene)[]) => void): () => void {
  drawers.add(draw);
  draw(scene, Object.keys(scene) as (keyof Scene)[]);
  return () => drawers.delete(draw);
}

export function collection(features: Feature<Geometry, Record<string, unknown>>[]): Features {
  return { type: "FeatureCollection", features };
}

export function feature(geometry: Geometry, properties: Record<string, unknown>): Feature<Geometry, Record<string, unknown>> {
  return { type: "Feature", geometry, properties };
}

export function boundsOf(positions: readonly (readonly [number, number])[]): Bounds | null {
  if (!positions.length) return null;
  const lon = positions.map((p) => p[0]);
  const lat = positions.map((p) => p[1]);
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
}

let pickers: ((picked: Picked) => void)[] = [];

/** The last view that asked is told what is touched on the map. */
export function onPick(take: (picked: Picked) => void): () => void {
  pickers = [...pickers, take];
  return () => {
    pickers = pickers.filter((one) => one !== take);
  };
}

export function pick(picked: Picked): void {
  pickers.at(-1)?.(picked);
}
