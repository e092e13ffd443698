// A mission as it is drawn on the map: zones by what they demand, the corridor, the way and its points.
import type { Feature, Geometry } from "geojson";
import { boundsOf, collection, feature, type Scene } from "../scene";

type Said = Feature<Geometry, Record<string, unknown>>;

export const ZONES: Record<string, string> = {
  PROHIBITED: "#b3261e", REQ_AUTHORISATION: "#c77700", CONDITIONAL: "#7a5cc4", NO_RESTRICTION: "#2e7d4f",
};

const CORRIDOR = "#0a8aa0";

export function drawnZones(zones: readonly Said[]): Said[] {
  return zones.map((one) => feature(one.geometry, { ...one.properties, color: ZONES[String(one.properties.kind)] ?? ZONES.CONDITIONAL, opacity: 0.14 }));
}

export function drawnMission(features: readonly Said[]): Partial<Scene> {
  const of = (role: string): Said[] => features.filter((one) => one.properties.role === role);
  const areas = [
    ...drawnZones(of("zone")),
    ...of("corridor").map((one) => feature(one.geometry, { color: CORRIDOR, opacity: 0.12 })),
  ];
  const marks = [
    ...of("waypoint").slice(1, -1).map((one) => feature(one.geometry, { role: "stop" })),
    ...of("pad").map((one) => feature(one.geometry, { role: one.properties.end === "goal" ? "to" : one.properties.end === "start" ? "from" : "stop", label: String(one.properties.name ?? "") })),
  ];
  const paths = of("path");
  const shown = [...paths, ...of("pad").filter((one) => one.properties.end)];
  const fit = boundsOf(shown.flatMap(({ geometry }) => positions(geometry)));
  return {
    areas: collection(areas), marks: collection(marks), ways: collection(paths.map((one) => feature(one.geometry, { color: CORRIDOR }))),
    ...(fit ? { fit } : {}),
  };
}

export function positions(geometry: Geometry): [number, number][] {
  if (geometry.type === "Point") return [[geometry.coordinates[0]!, geometry.coordinates[1]!]];
  if (geometry.type === "LineString") return geometry.coordinates.map(([lon, lat]) => [lon!, lat!]);
  return [];
}
