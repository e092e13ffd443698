// Lengths of time and way as people say them.
import type { Spoken } from "./words";

type T = Spoken["t"];

export function duration(seconds: number, t: T): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("format.minutes", { minutes });
  return t("format.hours_minutes", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

export function distance(metres: number, t: T): string {
  if (metres < 995) return t("format.metres", { metres: Math.round(metres / 10) * 10 });
  return t("format.kilometres", { kilometres: (metres / 1000).toFixed(1) });
}
