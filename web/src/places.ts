// Ends of journeys: found by name, written into the address, remembered on this device.
import { ask } from "./ask";
import { recall, remember } from "./kept";
import type { Picked } from "./scene";
import type { Match } from "./wire";
import type { Language } from "./words";

/** A place by what the server accepts (a stop id or "lat,lon") and by what people call it. */
export interface End {
  at: string;
  name: string;
}

const RECENT = 5;

export function endOf(match: Pick<Match, "type" | "id" | "lat" | "lon" | "name">): End {
  return { at: match.type === "STOP" ? match.id : `${match.lat},${match.lon}`, name: match.name };
}

export async function suggested(text: string, language: Language, type: Match["type"] | undefined, signal: AbortSignal): Promise<Match[]> {
  return ask<Match[]>("/api/v1/geocode", { text, language, type, numResults: 7 }, signal);
}

/** Name of a point: what lies within a short walk, else its coordinates. */
export async function named(picked: Picked, language: Language): Promise<End> {
  const at = `${picked.lat.toFixed(5)},${picked.lon.toFixed(5)}`;
  if (picked.name) return { at, name: picked.name };
  const [near] = await ask<Match[]>("/api/v1/reverse-geocode", { place: at, language, numResults: 1 });
  const metres = near ? Math.hypot(near.lat - picked.lat, (near.lon - picked.lon) * 0.81) * 111_320 : Infinity;
  return { at, name: metres < 250 ? near!.name : `${picked.lat.toFixed(4)}, ${picked.lon.toFixed(4)}` };
}

export function recent(): End[] {
  return recall<End[]>("recent", []);
}

export function used(end: End): void {
  remember("recent", [end, ...recent().filter((one) => one.at !== end.at)].slice(0, RECENT));
}

/** Where this device is. */
export function here(): Promise<GeolocationPosition> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no geolocation"));
    else navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: 8000 });
  });
}
