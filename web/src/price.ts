// What an itinerary costs an adult: by card and by paper ticket, unknown where one part's price is unknown.
import type { Itinerary, Leg } from "./wire";

export interface Price {
  currency: string;
  card: number;
  ticket: number;
}

const PAID = (leg: Leg): boolean => !["WALK", "BIKE"].includes(leg.mode);

/** Sum of the cheapest product of every part bought; null if a paid leg belongs to none. */
export function priceOf(itinerary: Itinerary): Price | null {
  const paid = itinerary.legs.filter(PAID);
  if (!paid.length) return { currency: "JPY", card: 0, ticket: 0 };
  if (!itinerary.fareTransfers || paid.some((leg) => leg.fareTransferIndex === undefined)) return null;
  const total: Price = { currency: "", card: 0, ticket: 0 };
  for (const transfer of itinerary.fareTransfers) {
    for (const offered of transfer.effectiveFareLegProducts) {
      const products = offered.filter((p) => p.riderCategory?.isDefaultFareCategory ?? true);
      if (!products.length) return null;
      const least = Math.min(...products.map((p) => p.amount));
      const paper = products.filter((p) => p.media?.fareMediaType === "PAPER_TICKET").map((p) => p.amount);
      total.currency ||= products[0]!.currency;
      if (products.some((p) => p.currency !== total.currency)) return null;
      total.card += least;
      total.ticket += paper.length ? Math.min(...paper) : least;
    }
  }
  return total;
}

export function money(amount: number, currency: string, language: string): string {
  return new Intl.NumberFormat(language, { style: "currency", currency: currency || "JPY" }).format(amount);
}
