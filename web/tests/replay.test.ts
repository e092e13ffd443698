// Where vehicles are between two reports.
import { describe, expect, it } from "vitest";
import { moving, placed } from "../src/live/moving";
import { rowAt, vehiclesAt, waitingAt, waitingCurve } from "../src/study/replay";
import type { Positions } from "../src/study/shapes";
import { ticks } from "../src/ui/chart";

const RUN: Positions = {
  replication: 0, begin_s: 0, end_s: 100, line: [],
  stops: [{ name: "A", lat: 1, lon: 2, times_s: [10, 20, 20, 50], waiting: [1, 2, 0, 4] }],
  vehicles: [{ vehicle: "1", times_s: [0, 10, 10, 30], lat: [0, 10, 10, 30], lon: [0, 0, 0, 20], load: [0, 0, 5, 5] }],
};

describe("a run played again", () => {
  it("finds the last row at or before a time", () => {
    expect([-1, 0, 5, 10, 29, 30, 99].map((time) => rowAt([0, 10, 10, 30], time))).toEqual([-1, 0, 0, 2, 2, 3, 3]);
    expect(rowAt([], 5)).toBe(-1);
  });

  it("moves evenly between two rows and stands after the last", () => {
    expect(vehiclesAt(RUN, 5)).toEqual([{ vehicle: "1", at: [0, 5], load: 0 }]);
    expect(vehiclesAt(RUN, 20)).toEqual([{ vehicle: "1", at: [10, 20], load: 5 }]);
    expect(vehiclesAt(RUN, 99)[0]!.at).toEqual([20, 30]);
    expect(vehiclesAt(RUN, -1)).toEqual([]);
  });

  it("counts who waits, nobody before the first came", () => {
    expect([0, 10, 20, 49, 50].map((time) => waitingAt(RUN, time)[0]!.waiting)).toEqual([0, 1, 0, 0, 4]);
    expect(waitingCurve(RUN, 10).map(([, people]) => people)).toEqual([0, 1, 0, 0, 0, 4, 4, 4, 4, 4, 4]);
  });
});

describe("vehicles under way", () => {
  const segment = (trip: string, departure: number, arrival: number): Parameters<typeof moving>[0] =>
    ({ trips: [{ tripId: trip, routeShortName: "", displayName: "L" }], departure: new Date(departure).toISOString(), arrival: new Date(arrival).toISOString(), to: { name: "" }, polyline: "??_ibE_ibE" }) as never;

  it("shows each once, on the segment it has begun last", () => {
    const segments = [segment("a", 0, 60_000), segment("a", 60_000, 120_000), segment("b", 500_000, 600_000)].map(moving);
    expect(placed(segments, 30_000).map(({ vehicle }) => [vehicle.trip, vehicle.from])).toEqual([["a", 0]]);
    expect(placed(segments, 90_000).map(({ vehicle }) => vehicle.from)).toEqual([60_000]);
    expect(placed(segments, 300_000)).toEqual([]);
  });
});

describe("marks of a scale", () => {
  it.each([[0, 100, [0, 25, 50, 75, 100]], [0, 7, [0, 2, 4, 6]], [0, 1, [0, 0.25, 0.5, 0.75, 1]], [5, 5, [5]]])("from %d to %d are round", (low, high, marks) => {
    expect(ticks(low, high)).toEqual(marks);
  });
});
