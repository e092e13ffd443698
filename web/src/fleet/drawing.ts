// A fleet's day on the map: zones, closed circles, every parcel, and the ways of all aircraft or of the one chosen.
import type { Feature, Geometry } from "geojson";
import { drawnZones, positions } from "../drones/drawing";
import { boundsOf, collection, feature, type Scene } from "../scene";

type Told = Feature<Geometry, Record<string, unknown>>;

export const BROUGHT = "#0a8aa0";
export const LEFT = "#b3261e";

export function drawnDay(features: readonly Told[], chosen: string): Partial<Scene> {
  const of = (role: string): Told[] => features.filter((one) => one.properties.role === role);
  const ways = of("way").filter((one) => !chosen || one.properties.drone === chosen);
  const reached = new Set(ways.map((one) => one.properties.parcel));
  const parcels = of("parcel").filter((one) => !chosen || reached.has(one.properties.id));
  const fit = boundsOf([...of("pad"), ...of("parcel")].flatMap(({ geometry }) => positions(geometry)));
  return {
    areas: collection([...drawnZones(of("zone")), ...of("closing").map((one) => feature(one.geometry, { color: LEFT, opacity: 0.3 }))]),
    ways: collection(ways.map((one) => feature(one.geometry, { color: BROUGHT, thin: true }))),
    vehicles: collection(parcels.map((one) => feature(one.geometry, { color: one.properties.reason ? LEFT : BROUGHT, label: chosen ? one.properties.id : "" }))),
    marks: collection(of("pad").map((one) => feature(one.geometry, { role: one.properties.base ? "from" : "stop" }))),
    ...(fit ? { fit } : {}),
  };
}
