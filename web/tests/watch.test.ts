// What is told of a followed journey: every disturbance once, in the order of the journey.
import { describe, expect, it } from "vitest";
import { remarks, type WatchState } from "../src/plan/watch";
import { text, type Values } from "../src/words";

const t = (key: string, values?: Values): string => text("en", key, values);

const RIDE = { tripId: "a", fromName: "Makuhari", departure: "2026-11-25T08:30:00Z", departureDelay: 0, isCancelled: false };
const STATE: WatchState = { isPossible: true, isOver: false, rides: [RIDE], missed: [], lastSafeDeparture: null, alternatives: [] };

describe("remarks", () => {
  it("are none where all runs as planned", () => {
    expect(remarks(STATE, t)).toEqual([]);
  });

  it("tell delays in minutes, never none of a delay", () => {
    expect(remarks({ ...STATE, rides: [{ ...RIDE, departureDelay: 270 }] }, t)).toEqual(["5 min late from Makuhari"]);
    expect(remarks({ ...STATE, rides: [{ ...RIDE, departureDelay: 20 }] }, t)).toEqual(["1 min late from Makuhari"]);
    expect(remarks({ ...STATE, rides: [{ ...RIDE, departureDelay: -120 }] }, t)).toEqual([]);
  });

  it("tell cancelled rides by the city's clock, then missed connections", () => {
    const state = { ...STATE, rides: [{ ...RIDE, departureDelay: 600, isCancelled: true }], missed: [{ tripId: "b", atName: "Soga", missedBy: 40 }] };
    expect(remarks(state, t)).toEqual(["The 17:30 from Makuhari does not run", "Connection at Soga missed by 1 min"]);
  });
});
