// Encoded polylines to positions, as MOTIS sends them (precision 6, older clients 5).
import type { EncodedLine } from "./wire";

export type Position = [number, number];

/** Longitudes and latitudes of an encoded line. */
export function decoded(line: EncodedLine): Position[] {
  const scale = 10 ** line.precision;
  const positions: Position[] = [];
  let at = 0;
  let lat = 0;
  let lon = 0;
  const next = (): number => {
    let shift = 0;
    let bits = 0;
    let chunk: number;
    do {
      chunk = line.points.charCodeAt(at++) - 63;
      // Not a shift: more than 30 bits are needed at precision 7.
      bits += (chunk & 31) * 2 ** shift;
      shift += 5;
    } while (chunk >= 32);
    return bits % 2 ? -(bits + 1) / 2 : bits / 2;
  };
  while (at < line.points.length) {
    lat += next();
    lon += next();
    positions.push([lon / scale, lat / scale]);
  }
  return positions;
}

/** Where something is after a share of a line's length. */
export function along(line: readonly Position[], share: number): Position | undefined {
  if (line.length < 2) return line[0];
  const squeeze = Math.cos((line[0]![1] * Math.PI) / 180);
  const lengths = line.slice(1).map((p, i) => Math.hypot((p[0] - line[i]![0]) * squeeze, p[1] - line[i]![1]));
  let left = Math.min(1, Math.max(0, share)) * lengths.reduce((a, b) => a + b, 0);
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const [a, b] = [line[i]!, line[i + 1]!];
      const part = left / length;
      return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
    }
    left -= length;
  }
  return line.at(-1);
}
