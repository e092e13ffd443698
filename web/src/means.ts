// Means of transport as the page shows them: symbol, colour, word.
import { isHex, textOn } from "./colour";
import type { Leg } from "./wire";

export type Symbol =
  | "walk" | "bike" | "scooter" | "train" | "monorail" | "bus" | "shuttle" | "taxi" | "ferry" | "tram" | "plane" | "other";

const TRAINS = ["RAIL", "HIGHSPEED_RAIL", "LONG_DISTANCE", "NIGHT_RAIL", "REGIONAL_FAST_RAIL", "REGIONAL_RAIL", "SUBURBAN"];
const MONORAIL_TYPES = [12, 405];

const SYMBOLS: Record<string, Symbol> = {
  WALK: "walk", BIKE: "bike", FLEX: "shuttle", ODM: "taxi", BUS: "bus", COACH: "bus", TRAM: "tram", SUBWAY: "train",
  FERRY: "ferry", AIRPLANE: "plane", FUNICULAR: "tram", AERIAL_LIFT: "tram",
};

const COLOURS: Record<Symbol, string> = {
  walk: "5B6775", bike: "1B7F4B", scooter: "7A3FA8", train: "2D5FA8", monorail: "2D5FA8", bus: "1F6FB2", shuttle: "B4501A",
  taxi: "8A6100", ferry: "0C6E8A", tram: "2D5FA8", plane: "4A5568", other: "4A5568",
};

type Moving = Pick<Leg, "mode" | "routeType" | "rental" | "routeColor" | "routeTextColor">;

export function symbolOf(leg: Moving): Symbol {
  if (leg.mode === "RENTAL") return leg.rental?.formFactor.startsWith("SCOOTER") ? "scooter" : "bike";
  if (MONORAIL_TYPES.includes(leg.routeType ?? -1)) return "monorail";
  if (TRAINS.includes(leg.mode)) return "train";
  return SYMBOLS[leg.mode] ?? "other";
}

export interface Paint {
  back: string;
  front: string;
}

/** Colours of a leg's pill and line, as "#rrggbb". */
export function paintOf(leg: Moving): Paint {
  const back = isHex(leg.routeColor) ? leg.routeColor : COLOURS[symbolOf(leg)];
  return { back: `#${back}`, front: `#${textOn(back, leg.routeTextColor)}` };
}

/** Key of the word for a leg's means in the shared catalogues. */
export function wordOf(leg: Moving): string {
  if (leg.mode === "RENTAL") return `vehicles.${(leg.rental?.formFactor ?? "other").toLowerCase()}`;
  if (leg.mode === "ODM") return "modes.TAXI";
  const symbol = symbolOf(leg);
  if (symbol === "monorail") return "modes.MONORAIL";
  if (symbol === "train" && leg.mode !== "SUBWAY") return "modes.RAIL";
  return `modes.${leg.mode}`;
}

export function isScheduled(leg: Pick<Leg, "mode">): boolean {
  return !["WALK", "BIKE", "RENTAL", "ODM", "FLEX"].includes(leg.mode);
}
