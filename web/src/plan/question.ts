// A question about a journey: in the address bar, and as the server is asked.
import type { Parameters } from "../address";
import { instantOf, isWall, type Wall } from "../clock";
import type { Asked } from "../ask";
import type { End } from "../places";
import type { Language } from "../words";

export const MEANS = ["rail", "bus", "bicycle", "scooter", "flex", "taxi", "bike"] as const;
export type Means = (typeof MEANS)[number];
/** What a traveller meets in the street; one's own bicycle is asked for. */
export const USUAL: readonly Means[] = ["rail", "bus", "bicycle", "scooter", "flex", "taxi"];

/** What takes a wheelchair. */
export const WHEELED: readonly Means[] = ["rail", "bus", "flex", "taxi"];

export const usable = (q: Pick<Question, "means" | "wheelchair">): readonly Means[] => (q.wheelchair ? q.means.filter((one) => WHEELED.includes(one)) : q.means);

export interface Question {
  from: End | undefined;
  to: End | undefined;
  via: End | undefined;
  /** Minutes to stay at `via`. */
  stay: number;
  /** On the city's clock; null is now. */
  time: Wall | null;
  arrive: boolean;
  means: readonly Means[];
  wheelchair: boolean;
  /** Pages asked for before and after the first. */
  earlier: number;
  later: number;
  /** The itinerary that is open. */
  open: string;
}

export function questionOf(p: Parameters): Question {
  const means = p.means === undefined ? USUAL : MEANS.filter((one) => p.means!.split(",").includes(one));
  return {
    from: end(p.from, p.fromName), to: end(p.to, p.toName), via: end(p.via, p.viaName),
    stay: whole(p.stay, 240), time: isWall(p.time) ? p.time : null, arrive: p.arrive === "1", means,
    wheelchair: p.wheelchair === "1", earlier: whole(p.earlier, 20), later: whole(p.later, 20), open: p.open ?? "",
  };
}

export function parametersOf(q: Question): Parameters {
  const isUsual = USUAL.length === q.means.length && USUAL.every((one) => q.means.includes(one));
  return {
    from: q.from?.at ?? "", fromName: q.from?.name ?? "", to: q.to?.at ?? "", toName: q.to?.name ?? "",
    via: q.via?.at ?? "", viaName: q.via?.name ?? "", stay: q.via && q.stay ? String(q.stay) : "",
    time: q.time ?? "", arrive: q.arrive ? "1" : "", ...(isUsual ? {} : { means: q.means.join(",") || "walk" }),
    wheelchair: q.wheelchair ? "1" : "", earlier: q.earlier ? String(q.earlier) : "", later: q.later ? String(q.later) : "", open: q.open,
  };
}

function end(at: string | undefined, name: string | undefined): End | undefined {
  return at ? { at, name: name || at } : undefined;
}

function whole(text: string | undefined, most: number): number {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isFinite(number) ? Math.min(most, Math.max(0, number)) : 0;
}

const STREET: Partial<Record<Means, string>> = { flex: "FLEX", taxi: "ODM", bike: "BIKE" };
const FACTORS: Partial<Record<Means, string[]>> = { bicycle: ["BICYCLE"], scooter: ["SCOOTER_STANDING", "SCOOTER_SEATED"] };
const RAILS = ["RAIL", "SUBWAY", "TRAM", "FUNICULAR", "AERIAL_LIFT", "FERRY", "AIRPLANE", "OTHER"];
const ROADS = ["BUS", "COACH"];

/** Parameters of `/api/v6/plan`. In a wheelchair nothing is rented; a taxi goes all the way, for it is what one falls back on. */
export function asked(q: Question, zone: string, language: Language): Asked {
  const means = usable(q);
  const factors = means.flatMap((one) => FACTORS[one] ?? []);
  const rented = factors.length ? ["RENTAL"] : [];
  const street = means.flatMap((one) => STREET[one] ?? []);
  const around = ["WALK", ...rented, ...street.filter((mode) => mode === "FLEX")];
  const rails = means.includes("rail");
  const roads = means.includes("bus");
  const scheduled = rails && roads ? ["TRANSIT"] : [...(rails ? RAILS : []), ...(roads ? ROADS : [])];
  const only = factors.length ? factors : undefined;
  return {
    fromPlace: q.from?.at, toPlace: q.to?.at, time: q.time ? instantOf(q.time, zone).toISOString() : undefined, arriveBy: q.arrive,
    ...(q.via ? { via: q.via.at, viaMinimumStay: q.stay } : {}),
    ...(scheduled.length ? { transitModes: scheduled } : { transitModes: ["AIRPLANE"], numItineraries: 0 }),
    directModes: ["WALK", ...rented, ...street], preTransitModes: around, postTransitModes: around,
    directRentalFormFactors: only, preTransitRentalFormFactors: only, postTransitRentalFormFactors: only,
    maxDirectTime: 3600, pedestrianProfile: q.wheelchair ? "WHEELCHAIR" : "FOOT", language: language === "ja" ? ["ja"] : ["en", "ja"],
  };
}
