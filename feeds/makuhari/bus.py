"""Buses of the city: published courses and headways over stops drawn on the street graph, and the autonomous loop."""

import json
from dataclasses import dataclass

from shapely import LineString, Point

from feeds.makuhari.calendar import DAILY
from feeds.makuhari.timetable import HOUR, MINUTE, TABLES, Call, Row, Trip, read_table, seconds

LOOP_ROUTE = "autonomous-loop"
LOOP_TRIP = "autonomous-loop-lap"
LOOP_HEADWAY = 12 * MINUTE
LOOP_FIRST, LOOP_LAST = 10 * HOUR, 20 * HOUR
LOOP_SPEED_KMH = 18.0
LOOP_DWELL = 30

# Metres per degree at latitude 35.65, WGS 84.
METRES_EAST, METRES_NORTH = 90_540.0, 110_950.0


@dataclass(frozen=True, slots=True)
class LoopStop:
    """A stop of the autonomous loop, `metres` along the drawn line."""

    row: Row
    metres: float
    lat: float
    lon: float


def bus_trips() -> tuple[Trip, ...]:
    """Every scheduled bus, departures at even distances inside each published span of hours."""
    departures: dict[str, list[Row]] = {}
    for row in read_table("bus_departures.csv"):
        departures.setdefault(row["pattern_id"], []).append(row)
    accessible = {row["route_id"]: row["wheelchair"] == "1" for row in read_table("bus_routes.csv")}
    trips = []
    for pattern in read_table("bus_patterns.csv"):
        times = [time for row in departures[pattern["pattern_id"]] for time in _departures(row)]
        for number, (service, start) in enumerate(sorted(times), start=1):
            trips.append(_trip(pattern, number, service, start, accessible[pattern["route_id"]]))
    return tuple(trips)


def _departures(row: Row) -> list[tuple[str, int]]:
    """Departures from the start of the span, the end of the span left out."""
    start, end, n = seconds(row["from"]), seconds(row["to"]), int(row["departures"])
    return [(row["service_id"], int(start + (end - start) * i / n) // MINUTE * MINUTE) for i in range(n)]


def _trip(pattern: Row, number: int, service: str, start: int, is_accessible: bool) -> Trip:
    calls = []
    for part in pattern["calls"].split():
        stop_id, minutes = part.split("@")
        time = start + int(minutes) * MINUTE
        calls.append(Call(stop_id, time, time))
    return Trip(
        f"bus-{pattern['pattern_id']}-{service.lower()}-{number:03d}",
        pattern["route_id"],
        service,
        pattern["headsign"],
        int(pattern["direction_id"]),
        tuple(calls),
        is_accessible,
    )


def loop_line() -> tuple[tuple[float, float], ...]:
    """The autonomous loop as (lat, lon), counter-clockwise from the first stop and back to it."""
    line = _drawn_loop()
    start = float(read_table("loop_stops.csv")[0]["metres"])
    places = sorted({(d - start) % line.length for d in _vertex_metres(line)} | {0.0})
    points = [_point(line, (start + place) % line.length) for place in places]
    return (*points, points[0])


def loop_stops() -> tuple[LoopStop, ...]:
    """Stops of the autonomous loop in the order of travel."""
    line = _drawn_loop()
    rows = read_table("loop_stops.csv")
    return tuple(LoopStop(r, float(r["metres"]), *_point(line, float(r["metres"]))) for r in rows)


def loop_trip() -> Trip:
    """One lap of the loop as the template of frequencies.txt; it ends where it began."""
    stops = loop_stops()
    length = _drawn_loop().length
    start = stops[0].metres
    calls = [Call(stops[0].row["stop_id"], 0, 0)]
    done, time = 0.0, 0.0
    for stop in (*stops[1:], stops[0]):
        along = (stop.metres - start) % length or length
        time += (along - done) / (LOOP_SPEED_KMH / 3.6)
        done = along
        arrival = round(time)
        time += LOOP_DWELL
        calls.append(Call(stop.row["stop_id"], arrival, arrival if along == length else round(time)))
    return Trip(LOOP_TRIP, LOOP_ROUTE, DAILY, "イオンモール循環", 0, tuple(calls))


def _drawn_loop() -> LineString:
    """The loop in local metres (east, north), as drawn."""
    drawn = json.loads((TABLES / "autonomous_loop.geojson").read_text(encoding="utf-8"))
    points = drawn["features"][0]["geometry"]["coordinates"]
    return LineString([(lon * METRES_EAST, lat * METRES_NORTH) for lon, lat in points])


def _vertex_metres(line: LineString) -> list[float]:
    return [line.project(Point(vertex)) for vertex in line.coords[:-1]]


def _point(line: LineString, metres: float) -> tuple[float, float]:
    point = line.interpolate(metres)
    return round(point.y / METRES_NORTH, 6), round(point.x / METRES_EAST, 6)
