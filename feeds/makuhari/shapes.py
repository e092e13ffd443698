"""Lines on the map for every course a vehicle takes: tracks and streets where they are known, else straight lines."""

import json
from itertools import pairwise
from math import cos, radians

from shapely import LineString, Point
from shapely.ops import substring

from feeds.makuhari.bus import LOOP_TRIP, loop_line
from feeds.makuhari.timetable import TABLES, Trip, read_table

Positions = dict[str, tuple[float, float]]
Line = tuple[tuple[float, float], ...]

EAST = cos(radians(35.65))
# Degrees, about 500 m: a station further from its line's track than this takes another line's track.
NEAR = 0.0045
# Degrees, about 800 m: further from every track, two stations are joined straight.
FAR = 0.0072
TRACK_OF = {"JR-East.SobuRapid": "JR-East.ChuoSobuLocal"}


def shape_id(trip: Trip) -> str:
    """One shape per course of calls."""
    if trip.id == LOOP_TRIP:
        return trip.route_id
    ends = trip.calls[0].stop_id, trip.calls[-1].stop_id
    kind = "rail" if trip.route_id[0].isupper() else trip.route_id
    return f"{kind}:{ends[0]}>{ends[1]}:{len(trip.calls)}"


def shapes(trips: tuple[Trip, ...], positions: Positions) -> dict[str, Line]:
    """Lines as (lat, lon), keyed by shape id, in the order they first occur.

    Parameters
    ----------
    trips : tuple[Trip, ...]
    positions : dict[str, tuple[float, float]]
        Latitude and longitude by stop id.
    """
    tracks, streets, stations = _tracks(), _streets(), _stations_of_lines()
    found: dict[str, Line] = {}
    for trip in trips:
        key = shape_id(trip)
        if key not in found:
            found[key] = (
                loop_line() if trip.id == LOOP_TRIP else _course(_passed(trip, stations), positions, tracks, streets)
            )
    return found


def _tracks() -> dict[str, LineString]:
    """Tracks by line id, longitude shrunk so that lengths compare."""
    drawn = json.loads((TABLES / "rail_lines.geojson").read_text(encoding="utf-8"))
    tracks = {}
    for feature in drawn["features"]:
        points = [(lon * EAST, lat) for lon, lat in feature["geometry"]["coordinates"]]
        tracks[feature["properties"]["line_id"]] = LineString(points)
    return tracks


def _stations_of_lines() -> dict[str, list[str]]:
    """Stop ids of each rail line in the order of its track."""
    lines: dict[str, list[str]] = {}
    for row in read_table("rail_stations.csv"):
        lines.setdefault(row["line_id"], []).append(row["stop_id"])
    return lines


def _passed(trip: Trip, stations: dict[str, list[str]]) -> list[str]:
    """Stops called at, and between them the stations of the same line a train passes without a call."""
    stops = [trip.calls[0].stop_id]
    for a, b in pairwise(call.stop_id for call in trip.calls):
        line = stations.get(a.rsplit(".", 1)[0], [])
        if a in line and b in line:
            start, end = line.index(a), line.index(b)
            stops += line[start + 1 : end] if start < end else line[end + 1 : start][::-1]
        stops.append(b)
    return stops


def _streets() -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Points on the streets that a bus takes from one stop to the next."""
    courses = {}
    for row in read_table("bus_courses.csv"):
        points = (point.split(",") for point in row["geometry"].split())
        courses[row["from"], row["to"]] = [(float(lat), float(lon)) for lat, lon in points]
    return courses


def _course(
    stops: list[str],
    positions: Positions,
    tracks: dict[str, LineString],
    streets: dict[tuple[str, str], list[tuple[float, float]]],
) -> Line:
    points: list[tuple[float, float]] = []
    for a, b in pairwise(stops):
        if (a, b) in streets:
            points += [positions[a], *streets[a, b], positions[b]]
            continue
        line_id = a.rsplit(".", 1)[0]
        points += _between(positions[a], positions[b], TRACK_OF.get(line_id, line_id), tracks)
    return tuple(point for i, point in enumerate(points) if i == 0 or point != points[i - 1])


def _between(
    a: tuple[float, float], b: tuple[float, float], line_id: str, tracks: dict[str, LineString]
) -> list[tuple[float, float]]:
    if line_id not in tracks:
        return [a, b]
    start, end = (Point(lon * EAST, lat) for lat, lon in (a, b))

    def away(track: LineString) -> float:
        return max(float(track.distance(start)), float(track.distance(end)))

    own = tracks[line_id]
    track = own if away(own) <= NEAR else min(tracks.values(), key=away)
    if away(track) > FAR:
        return [a, b]
    part = substring(track, track.project(start), track.project(end))
    drawn = [(round(lat, 6), round(x / EAST, 6)) for x, lat in part.coords]
    return drawn if away(track) <= NEAR else [a, *drawn, b]
