// Vehicles between two calls, placed on their way by the clock.
import { isHex } from "../colour";
import { along, decoded, type Position } from "../polyline";
import type { TripSegment } from "../wire";

export interface Drawn {
  label: string;
  color: string;
}

export interface Moving extends Drawn {
  trip: string;
  from: number;
  until: number;
  line: Position[];
  towards: string;
}

const PRECISION = 6;

export function moving(segment: TripSegment): Moving {
  const trip = segment.trips[0]!;
  return {
    trip: trip.tripId, label: trip.routeShortName || trip.displayName, color: `#${isHex(segment.routeColor) ? segment.routeColor : "2D5FA8"}`,
    from: Date.parse(segment.departure), until: Date.parse(segment.arrival), towards: segment.to.name,
    line: decoded({ points: segment.polyline, precision: PRECISION }),
  };
}

/** Each vehicle once at an instant: on its segment, or standing where the last one ended. */
export function placed(segments: readonly Moving[], instant: number): { vehicle: Moving; at: Position }[] {
  const latest = new Map<string, Moving>();
  for (const one of segments) {
    const known = latest.get(one.trip);
    if (one.from <= instant && (!known || known.from < one.from)) latest.set(one.trip, one);
  }
  return [...latest.values()].flatMap((vehicle) => {
    const length = vehicle.until - vehicle.from;
    const share = length > 0 ? (instant - vehicle.from) / length : 1;
    const at = along(vehicle.line, share);
    // Half a minute after its last call a vehicle has left the map.
    return at && instant - vehicle.until < 30_000 ? [{ vehicle, at }] : [];
  });
}
