// Pages joined, merits given.
import { afterEach, describe, expect, it, vi } from "vitest";
import { found, keyOf, merits } from "../src/plan/answer";
import type { Itinerary } from "../src/wire";

const way = (start: string, minutes: number, transfers = 0, card?: number): Itinerary =>
  ({
    startTime: `2026-11-25T${start}:00Z`, endTime: new Date(Date.parse(`2026-11-25T${start}:00Z`) + minutes * 60_000).toISOString(), duration: minutes * 60, transfers, walkDistance: 100,
    legs: [{ mode: "BUS", tripId: start, ...(card === undefined ? {} : { fareTransferIndex: 0 }) }],
    ...(card === undefined ? {} : { fareTransfers: [{ effectiveFareLegProducts: [[{ name: "", amount: card, currency: "JPY" }]] }] }),
  }) as unknown as Itinerary;

/** A server with one page an hour, its cursors the hours themselves. */
function hourly(): ReturnType<typeof vi.fn> {
  return vi.fn(async (url: string) => {
    const hour = Number(new URL(url, "http://here").searchParams.get("pageCursor") ?? 15);
    const body = { itineraries: [way(`${hour}:30`, 20), way(`${hour}:00`, 30)], direct: [], routingErrors: [], previousPageCursor: String(hour - 1), nextPageCursor: String(hour + 1) };
    return new Response(JSON.stringify(body));
  });
}

afterEach(() => vi.unstubAllGlobals());

describe("pages", () => {
  it.each([[0, 0, 15, 15], [2, 0, 13, 15], [0, 3, 15, 18], [1, 1, 14, 16]])("%i before and %i after go from %i to %i o'clock, in order, each once", async (earlier, later, first, last) => {
    vi.stubGlobal("fetch", hourly());
    const { itineraries } = await found({}, earlier, later, new AbortController().signal);
    const hours = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    expect(itineraries.map((one) => one.startTime.slice(11, 16))).toEqual(hours.flatMap((hour) => [`${hour}:00`, `${hour}:30`]));
  });
});

describe("names of itineraries", () => {
  it("tell ways apart and stay the same", () => {
    const names = [way("10:00", 20), way("10:00", 21), way("10:01", 20)].map(keyOf);
    expect(new Set(names).size).toBe(3);
    expect(keyOf(way("10:00", 20))).toBe(names[0]);
  });
});

describe("merits", () => {
  it("go to whoever is best, and to nobody where all are equal", () => {
    const [quick, cheap, easy] = [way("10:00", 10, 2, 300), way("10:00", 30, 1, 100), way("10:00", 20, 0, 200)];
    const given = merits([quick, cheap, easy]);
    expect([given.get(quick), given.get(cheap), given.get(easy)]).toEqual([["fast"], ["cheap"], ["easy"]]);
    expect(merits([quick]).size).toBe(0);
    expect(merits([way("10:00", 10), way("11:00", 10)]).size).toBe(0);
  });

  it("do not praise an unknown price", () => {
    const [known, unknown] = [way("10:00", 10, 0, 300), way("10:00", 20, 0)];
    expect(merits([known, unknown]).get(unknown)).toBeUndefined();
  });
});
