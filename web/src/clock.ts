// Times of the city's own clock, whatever the clock of the device.
export type Wall = string; // "2026-11-25T17:30", on the city's clock

const written = new Map<string, Intl.DateTimeFormat>();

function fields(zone: string): Intl.DateTimeFormat {
  let format = written.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    written.set(zone, format);
  }
  return format;
}

function wallMillis(instant: number, zone: string): number {
  const part = Object.fromEntries(fields(zone).formatToParts(instant).map((p) => [p.type, Number(p.value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
}

/** The city's date and time at an instant, to the minute. */
export function wallOf(instant: number | string | Date, zone: string): Wall {
  return new Date(wallMillis(new Date(instant).getTime(), zone)).toISOString().slice(0, 16);
}

/** The instant of a date and time in the city; of an hour that is skipped, the one after the jump. */
export function instantOf(wall: Wall, zone: string): Date {
  const wanted = Date.parse(`${wall}:00Z`);
  let guess = wanted;
  // Twice: the offset at the first guess may be that of the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) guess += wanted - wallMillis(guess, zone);
  return new Date(guess);
}

/** Hours and minutes on the city's clock. */
export function hourMinute(instant: string | Date, zone: string): string {
  return wallOf(instant, zone).slice(11);
}

const MINUTE_MS = 60_000;

/** The whole minute at which one is there for certain: seconds after the full minute count as one. */
export function minuteAfter(instant: string | Date): Date {
  return new Date(Math.ceil(new Date(instant).getTime() / MINUTE_MS) * MINUTE_MS);
}

/** Seconds between two instants as a clock without seconds shows them, from the minute one leaves in to the one after. */
export function shownSeconds(start: string | Date, end: string | Date): number {
  return (minuteAfter(end).getTime() - Math.floor(new Date(start).getTime() / MINUTE_MS) * MINUTE_MS) / 1000;
}

/** Day of the week, month and day in the city, as people write them. */
export function dayOf(instant: string | Date, zone: string, language: string): string {
  const format = { timeZone: zone, weekday: "short", month: "short", day: "numeric" } as const;
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", format).format(new Date(instant));
}

/** Days between the dates of two instants, for times after midnight. */
export function daysBetween(earlier: string | Date, later: string | Date, zone: string): number {
  const day = (instant: string | Date) => Date.parse(`${wallOf(instant, zone).slice(0, 10)}T00:00Z`);
  return Math.round((day(later) - day(earlier)) / 86_400_000);
}

export function isWall(text: string | null | undefined): text is Wall {
  return !!text && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}:00Z`));
}

export function shifted(wall: Wall, minutes: number): Wall {
  return new Date(Date.parse(`${wall}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}
