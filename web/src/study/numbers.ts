// Numbers of runs as people read them.
import type { Spoken } from "../words";
import type { Kpi } from "./shapes";

/** What a unit is called; of shares the figure says it, and one without a word is called as it is. */
export function unitWord(unit: string, t: Spoken["t"]): string {
  const key = `units.${unit}`;
  const said = t(key);
  return unit === "share" || unit === "" ? "" : said === key ? unit : said;
}

/** Three significant digits, thousands apart; shares as per cent. */
export function figure(value: number | null, unit: string, language: string): string {
  if (value === null) return "–";
  if (unit === "share") return `${figure(value * 100, "%", language)} %`;
  const whole = Math.abs(value) >= 100;
  return new Intl.NumberFormat(language, whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).format(value).replace("-", "−");
}

export function interval({ low, high, unit }: Kpi, language: string): string {
  return low === null || high === null ? "–" : `${figure(low, unit, language)} … ${figure(high, unit, language)}`;
}

/** Hours and minutes of seconds after midnight. */
export function dayTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
