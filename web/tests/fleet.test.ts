// What the page makes of a fleet's schedule.
import { describe, expect, it } from "vitest";
import { BROUGHT, drawnDay, LEFT } from "../src/fleet/drawing";
import { byReason } from "../src/fleet/shapes";

const at = (lon: number): { type: "Point"; coordinates: number[] } => ({ type: "Point", coordinates: [lon, 35.6] });
const told = (geometry: object, properties: object) => ({ type: "Feature", geometry, properties }) as never;
const way = (drone: string, parcel: string) => told({ type: "LineString", coordinates: [[140, 35.6], [140.1, 35.6]] }, { role: "way", drone, parcel });

describe("a fleet's day", () => {
  const day = [
    told(at(140), { role: "pad", base: "hub" }), told(at(140.1), { role: "parcel", id: "a", reason: null }),
    told(at(140.2), { role: "parcel", id: "b", reason: null }), told(at(140.3), { role: "parcel", id: "c", reason: "TOO_WINDY" }),
    way("one", "a"), way("two", "b"),
  ];

  it("shows every parcel, those left in another colour, and fits them all", () => {
    const scene = drawnDay(day, "");
    expect(scene.vehicles!.features.map((one) => one.properties.color)).toEqual([BROUGHT, BROUGHT, LEFT]);
    expect(scene.ways!.features).toHaveLength(2);
    expect(scene.fit).toEqual([140, 35.6, 140.3, 35.6]);
  });

  it("shows of one aircraft its own ways and parcels by name, in the same frame", () => {
    const scene = drawnDay(day, "two");
    expect(scene.vehicles!.features.map((one) => one.properties.label)).toEqual(["b"]);
    expect(scene.ways!.features).toHaveLength(1);
    expect(scene.fit).toEqual([140, 35.6, 140.3, 35.6]);
  });

  it("names reasons once, the most frequent first", () => {
    const refused = (parcel: string, reason: string) => ({ parcel, reason, sentence: { en: reason } });
    const found = byReason([refused("a", "TOO_HEAVY"), refused("b", "NO_CREW"), refused("c", "NO_CREW")]);
    expect(found.map((one) => [one.sentence.en, one.parcels])).toEqual([["NO_CREW", ["b", "c"]], ["TOO_HEAVY", ["a"]]]);
  });
});
