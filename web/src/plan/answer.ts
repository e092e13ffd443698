// Answers to a question: pages joined, itineraries told apart and judged.
import { ask, type Asked } from "../ask";
import { priceOf } from "../price";
import type { Itinerary, PlanAnswer } from "../wire";

export interface Found {
  /** With scheduled transport, by departure. */
  itineraries: Itinerary[];
  /** From door to door without any. */
  direct: Itinerary[];
  reasons: PlanAnswer["routingErrors"];
  first: PlanAnswer;
}

/** The first page and as many as asked before and after it. */
export async function found(question: Asked, earlier: number, later: number, signal: AbortSignal): Promise<Found> {
  const first = await ask<PlanAnswer>("/api/v6/plan", question, signal);
  const follow = async (count: number, cursor: (page: PlanAnswer) => string): Promise<PlanAnswer[]> => {
    const pages: PlanAnswer[] = [];
    for (let page = first; pages.length < count && cursor(page); pages.push(page)) {
      page = await ask<PlanAnswer>("/api/v6/plan", { ...question, pageCursor: cursor(page) }, signal);
    }
    return pages;
  };
  const before = await follow(earlier, (page) => page.previousPageCursor);
  const after = await follow(later, (page) => page.nextPageCursor);
  const pages = [...before.reverse(), first, ...after];
  const advised = first.leaveLater ? [first.leaveLater.itinerary] : [];
  return { itineraries: once([...advised, ...pages.flatMap((page) => page.itineraries)]), direct: once(first.direct), reasons: first.routingErrors, first };
}

function once(itineraries: Itinerary[]): Itinerary[] {
  const byKey = new Map(itineraries.map((one) => [keyOf(one), one]));
  return [...byKey.values()].sort((a, b) => a.startTime.localeCompare(b.startTime) || a.endTime.localeCompare(b.endTime));
}

/** Short name of an itinerary for the address bar: FNV-1a over its times and means. */
export function keyOf(itinerary: Itinerary): string {
  const said = [itinerary.startTime, itinerary.endTime, ...itinerary.legs.map((leg) => leg.tripId ?? leg.mode + (leg.rental?.formFactor ?? ""))].join("|");
  let hash = 0x811c9dc5;
  for (let at = 0; at < said.length; at += 1) hash = Math.imul(hash ^ said.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(36);
}

export type Merit = "fast" | "easy" | "cheap";

/** Who is best at what; nobody where all are equal. */
export function merits(itineraries: readonly Itinerary[]): Map<Itinerary, Merit[]> {
  const marks = new Map<Itinerary, Merit[]>();
  const award = (merit: Merit, cost: (one: Itinerary) => number): void => {
    const costs = itineraries.map(cost);
    const known = costs.filter(Number.isFinite);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    if (known.length < 2 || least === most) return;
    itineraries.forEach((one, at) => costs[at] === least && marks.set(one, [...(marks.get(one) ?? []), merit]));
  };
  award("fast", (one) => one.duration);
  award("easy", (one) => one.transfers * 1e6 + Math.round(one.walkDistance / 50));
  award("cheap", (one) => priceOf(one)?.card ?? Number.NaN);
  return marks;
}
