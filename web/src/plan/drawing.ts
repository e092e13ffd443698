// An itinerary as it is drawn on the map.
import { city } from "../city";
import { paintOf } from "../means";
import { decoded } from "../polyline";
import { boundsOf, collection, feature, type Scene } from "../scene";
import type { Itinerary, Place } from "../wire";

// Stands out on the land of day and of night.
const ON_FOOT = "#2f7fd1";

const point = (place: Pick<Place, "lat" | "lon">): GeoJSON.Point => ({ type: "Point", coordinates: [place.lon, place.lat] });

export function drawnItinerary(itinerary: Itinerary, names: { from: string; to: string }): Partial<Scene> {
  const lines = itinerary.legs.map((leg) => ({ leg, positions: decoded(leg.legGeometry) }));
  const ways = lines.map(({ leg, positions }) =>
    feature({ type: "LineString", coordinates: positions }, leg.mode === "WALK" ? { color: ON_FOOT, dashed: true } : { color: paintOf(leg).back, dashed: false }),
  );
  const changes = itinerary.legs.slice(1).map((leg) => feature(point(leg.from), { role: "stop", label: leg.from.name }));
  const first = itinerary.legs[0]!.from;
  const last = itinerary.legs.at(-1)!.to;
  const marks = [...changes, feature(point(first), { role: "from", label: names.from }), feature(point(last), { role: "to", label: names.to })];
  return { ways: collection(ways), marks: collection(marks), fit: boundsOf(lines.flatMap(({ positions }) => positions)) };
}

const MARGIN_DEG = 0.05;

function isNear({ lat, lon }: Place): boolean {
  const [west, south, east, north] = city.bounds;
  return lat > south - MARGIN_DEG && lat < north + MARGIN_DEG && lon > west - MARGIN_DEG && lon < east + MARGIN_DEG;
}

export function drawnEnds(from: Place, to: Place, names: { from: string; to: string }): Partial<Scene> {
  const marks = [feature(point(from), { role: "from", label: names.from }), feature(point(to), { role: "to", label: names.to })];
  // Far from the city there is nothing to be seen: the map stays where it is.
  const fit = [from, to].every(isNear) ? boundsOf([[from.lon, from.lat], [to.lon, to.lat]]) : null;
  return { ways: collection([]), marks: collection(marks), fit };
}
