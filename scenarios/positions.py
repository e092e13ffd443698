"""Where every vehicle of a run is at every moment, for a map that plays it again."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np

from feeds.makuhari.bus import METRES_EAST, METRES_NORTH, loop_line, loop_stops
from planner.errors import RequestError
from scenarios.cases import is_of_city
from scenarios.scenario import read_scenario
from scenarios.setups import setup_of
from simulator.course import Course

Point = tuple[float, float]
"""Latitude, longitude."""

Event = Mapping[str, Any]

MOVES = frozenset({"ENTERED", "ARRIVED", "DEPARTED", "LEFT"})
QUEUES = {"JOINED": 1, "PUT_DOWN": 1, "BOARDED": -1, "GAVE_UP": -1}
"""Events that change how many wait at a place, and by how many."""


@dataclass(frozen=True, slots=True)
class StopOnMap:
    """A stop and how many wait there: `waiting[i]` from `times_s[i]` on."""

    name: str
    lat: float
    lon: float
    times_s: tuple[float, ...]
    waiting: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VehicleOnMap:
    """A vehicle at moments between which it moves evenly; `load[i]` riders from `times_s[i]` on."""

    vehicle: int
    times_s: tuple[float, ...]
    lat: tuple[float, ...]
    lon: tuple[float, ...]
    load: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """A replication on a map; times in seconds after midnight."""

    replication: int
    begin_s: float
    end_s: float
    line: tuple[Point, ...]
    stops: tuple[StopOnMap, ...]
    vehicles: tuple[VehicleOnMap, ...]


def replay_of(run: Path, replication: int = 0) -> Replay:
    """Read a replication of a run for a map.

    Raises
    ------
    RequestError
        There is no such replication, or nobody knows where its stops are.
    """
    if is_of_city(run / "scenario.toml"):
        raise RequestError("RUN", f"{run} is a run of a whole city, which has no line to be drawn.")
    course = setup_of(*read_scenario(run / "scenario.toml")).course
    drawn = drawn_course(course)
    events = _events(run, replication)
    times = [event["time_s"] for event in events] or [0.0]
    queues, tracks = _queues(events, course), _tracks(events, drawn)
    stops = tuple(StopOnMap(name, *place, *queues[name]) for name, place in drawn.places.items())
    return Replay(replication, times[0], times[-1], drawn.line, stops, tracks)


@dataclass(frozen=True)
class DrawnCourse:
    """A course on the ground; `line` is closed where vehicles go round."""

    course: Course
    places: Mapping[str, Point]
    line: tuple[Point, ...]

    @cached_property
    def ways(self) -> tuple[tuple[Point, ...], ...]:
        """Points passed from each position to the next, both ends included."""
        at = [self.places[self.course.stops[stop]] for stop in self.course.stop_at]
        return tuple(_along(self.line, a, b) for a, b in zip(at, [*at[1:], at[0]], strict=True))


def check_drawn(scenario: Path) -> None:
    """Make sure that a scenario's vehicles can be put on a map.

    Raises
    ------
    ScenarioError
        It is no scenario.
    RequestError
        Nobody knows where its stops are.
    """
    if not is_of_city(scenario):
        drawn_course(setup_of(*read_scenario(scenario)).course)


def drawn_course(course: Course) -> DrawnCourse:
    """The course on the ground of the embedded city.

    Raises
    ------
    RequestError
        A stop that the city's loop does not have.
    """
    known = {stop.row["name_en"].split(" / ")[0]: (stop.lat, stop.lon) for stop in loop_stops()}
    unknown = [name for name in course.stops if name not in known]
    if unknown:
        raise RequestError("positions", f"Nobody knows where the stop {unknown[0]} is: this run cannot be drawn.")
    return DrawnCourse(course, {name: known[name] for name in course.stops}, loop_line())


def _along(line: Sequence[Point], a: Point, b: Point) -> tuple[Point, ...]:
    """The corners of a closed line passed on the way from `a` forward to `b`, with both ends."""
    total = sum(_metres(one, other) for one, other in pairwise(line))
    start = _place_on(line, a)
    span = (_place_on(line, b) - start) % total
    passed = sorted(((_place_on(line, corner) - start) % total, corner) for corner in line[:-1])
    return (a, *(corner for done, corner in passed if 0 < done < span), b)


def _place_on(line: Sequence[Point], point: Point) -> float:
    """Metres along `line` of the place next to `point`."""
    best, done, found = np.inf, 0.0, 0.0
    for a, b in pairwise(line):
        length = _metres(a, b)
        east, north = _offset(a, b)
        to_east, to_north = _offset(a, point)
        share = min(1.0, max(0.0, (to_east * east + to_north * north) / length**2)) if length else 0.0
        away = hypot(to_east - share * east, to_north - share * north)
        if away < best:
            best, found = away, done + share * length
        done += length
    return found


def _offset(a: Point, b: Point) -> tuple[float, float]:
    return (b[1] - a[1]) * METRES_EAST, (b[0] - a[0]) * METRES_NORTH


def _metres(a: Point, b: Point) -> float:
    return hypot(*_offset(a, b))


def _events(run: Path, replication: int) -> list[Event]:
    files = sorted((run / "events").glob(f"{replication:04}.*"))
    if not files:
        raise RequestError("replication", f"replication={replication}: this run has no such replication.")
    if files[0].suffix == ".parquet":
        rows: list[Event] = import_module("pyarrow.parquet").read_table(files[0]).to_pylist()
        return rows
    with files[0].open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: dict[str, str]) -> Event:
    numbers = {key: int(row[key]) if row[key] else None for key in ("vehicle", "position", "load")}
    return {**row, **numbers, "time_s": float(row["time_s"])}


def _queues(events: Sequence[Event], course: Course) -> dict[str, tuple[tuple[float, ...], tuple[int, ...]]]:
    """Per stop: moments at which the number waiting changes, and the number from then on."""
    steps: dict[str, list[tuple[float, int]]] = {name: [] for name in course.stops}
    for event in events:
        change = QUEUES.get(event["kind"])
        if change:
            seen = steps[event["stop"]]
            seen.append((event["time_s"], (seen[-1][1] if seen else 0) + change))
    return {name: (tuple(t for t, _ in seen), tuple(n for _, n in seen)) for name, seen in steps.items()}


def _tracks(events: Sequence[Event], drawn: DrawnCourse) -> tuple[VehicleOnMap, ...]:
    moves: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event["kind"] in MOVES:
            moves[event["vehicle"]].append(event)
    return tuple(_track(vehicle, seen, drawn) for vehicle, seen in sorted(moves.items()))


def _track(vehicle: int, moves: Sequence[Event], drawn: DrawnCourse) -> VehicleOnMap:
    points: list[tuple[float, float, float, int]] = []
    before: Event | None = None
    for event in moves:
        place = drawn.places[event["stop"]]
        if before is not None and event["kind"] == "ARRIVED" and before["kind"] == "DEPARTED":
            points += _timed(drawn.ways[before["position"]], before, event["time_s"])
        points.append((round(event["time_s"], 1), *place, event["load"]))
        before = event
    times, lat, lon, load = zip(*points, strict=True)
    return VehicleOnMap(vehicle, times, lat, lon, load)


def _timed(way: Sequence[Point], departed: Event, arrives_s: float) -> list[tuple[float, float, float, int]]:
    """The corners of a way with the time at which a vehicle of even speed passes them."""
    metres = [0.0]
    for a, b in pairwise(way):
        metres.append(metres[-1] + _metres(a, b))
    begin_s, total = departed["time_s"], metres[-1] or 1.0
    return [
        (round(begin_s + (arrives_s - begin_s) * done / total, 1), *point, departed["load"])
        for point, done in zip(way[1:-1], metres[1:-1], strict=True)
    ]
