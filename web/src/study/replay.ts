// A run played again: where each vehicle is at a second of the day, and who waits.
import type { Position } from "../polyline";
import type { Positions } from "./shapes";

/** Last row at or before a time, -1 before the first; times rise. */
export function rowAt(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface Shown {
  vehicle: string;
  at: Position;
  load: number;
}

/** Vehicles at a second after midnight; between two rows they move evenly. */
export function vehiclesAt(positions: Positions, time: number): Shown[] {
  return positions.vehicles.flatMap(({ vehicle, times_s, lat, lon, load }) => {
    const row = rowAt(times_s, time);
    if (row < 0) return [];
    const next = Math.min(row + 1, times_s.length - 1);
    const length = times_s[next]! - times_s[row]!;
    const share = length > 0 ? (time - times_s[row]!) / length : 0;
    const between = (a: number, b: number): number => a + (b - a) * share;
    return [{ vehicle, at: [between(lon[row]!, lon[next]!), between(lat[row]!, lat[next]!)], load: load[row] ?? 0 }];
  });
}

/** People waiting at each stop at a second after midnight. */
export function waitingAt(positions: Positions, time: number): { name: string; at: Position; waiting: number }[] {
  return positions.stops.map(({ name, lat, lon, times_s, waiting }) => ({ name, at: [lon, lat], waiting: waiting[rowAt(times_s, time)] ?? 0 }));
}

/** Sum over all stops, sampled evenly over the day. */
export function waitingCurve(positions: Positions, samples = 240): [number, number][] {
  const { begin_s, end_s } = positions;
  return Array.from({ length: samples + 1 }, (_, at) => {
    const time = begin_s + ((end_s - begin_s) * at) / samples;
    return [time, waitingAt(positions, time).reduce((sum, stop) => sum + stop.waiting, 0)];
  });
}

export function loadCurve(positions: Positions, samples = 240): [number, number][] {
  const { begin_s, end_s } = positions;
  return Array.from({ length: samples + 1 }, (_, at) => {
    const time = begin_s + ((end_s - begin_s) * at) / samples;
    return [time, vehiclesAt(positions, time).reduce((sum, one) => sum + one.load, 0)];
  });
}
