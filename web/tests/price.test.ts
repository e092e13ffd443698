// What an adult pays.
import { describe, expect, it } from "vitest";
import { money, priceOf } from "../src/price";
import type { FareProduct, Itinerary } from "../src/wire";

const product = (amount: number, media?: string, rider = "adult"): FareProduct => ({
  name: "", amount, currency: "JPY", riderCategory: { riderCategoryName: rider, isDefaultFareCategory: rider === "adult" },
  ...(media ? { media: { fareMediaName: media, fareMediaType: media } } : {}),
});

const trip = (legs: { mode: string; part?: number }[], parts?: FareProduct[][]): Itinerary =>
  ({
    legs: legs.map(({ mode, part }) => ({ mode, ...(part === undefined ? {} : { fareTransferIndex: part }) })),
    ...(parts ? { fareTransfers: parts.map((products) => ({ effectiveFareLegProducts: [products] })) } : {}),
  }) as unknown as Itinerary;

describe("prices", () => {
  it("adds the parts bought, by card and by paper ticket", () => {
    const both = [product(160, "PAPER_TICKET"), product(155, "TRANSIT_CARD")];
    expect(priceOf(trip([{ mode: "WALK" }, { mode: "RAIL", part: 0 }, { mode: "BUS", part: 1 }], [both, [product(110)]]))).toEqual({ currency: "JPY", card: 265, ticket: 270 });
  });

  it("never takes the child's price for the adult's", () => {
    expect(priceOf(trip([{ mode: "RAIL", part: 0 }], [[product(77, "TRANSIT_CARD", "child"), product(155, "TRANSIT_CARD")]]))?.card).toBe(155);
  });

  it("does not know a price of which it does not know a part", () => {
    expect(priceOf(trip([{ mode: "RAIL", part: 0 }, { mode: "FLEX" }], [[product(155)]]))).toBeNull();
    expect(priceOf(trip([{ mode: "RAIL" }]))).toBeNull();
    expect(priceOf(trip([{ mode: "RAIL", part: 0 }], [[]]))).toBeNull();
    expect(priceOf(trip([{ mode: "RAIL", part: 0 }], [[product(80, "TRANSIT_CARD", "child")]]))).toBeNull();
  });

  it("asks nothing for feet and one's own bicycle", () => {
    expect(priceOf(trip([{ mode: "WALK" }, { mode: "BIKE" }]))).toEqual({ currency: "JPY", card: 0, ticket: 0 });
  });

  it("writes yen without decimals", () => {
    expect(money(1550, "JPY", "ja")).toMatch(/1,550$/);
  });
});
