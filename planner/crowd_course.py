"""What crowds make of an itinerary: lines at gates, vehicles that are full, rides on which one stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from planner.crowd_reports import Runs, Told
from planner.crowds import MORNING, NOWHERE, Crowded, CrowdTable, Section, felt, gates_of, load_at, wait_at
from planner.day import DayTimetable, segments_of
from planner.model import Itinerary, Leg, Place, TransitLeg
from planner.network import Network
from planner.service_day import moment_on, seconds_on
from planner.timetable import NONE

NIGHT_ENDS_S = 24 * 3600 + round(MORNING.total_seconds())
"""What leaves later is no vehicle of the night."""

ANY_LINE = ""


@dataclass(frozen=True, slots=True)
class Evening:
    """A day with what runs on it, how crowded it is expected and reported to be; `kept` are vehicles once looked up."""

    network: Network
    day: date
    timetable: DayTimetable
    table: CrowdTable
    reported: Runs = field(default_factory=dict)
    kept: "dict[tuple[str, str, str], list[Vehicle]]" = field(default_factory=dict)


class Vehicle(NamedTuple):
    """A run between two stops, its first section, and whether anybody gets in; times in seconds of the day."""

    departure: int
    arrival: int
    section: Section
    run: tuple[str, date]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Ridden:
    """A ride as it is expected: its end, waits before it, seconds more that it feels like, the load of each leg."""

    end: int
    gate_s: int
    wait_s: int
    discomfort_s: float
    loads: tuple[float | None, ...]


def crowded(evening: Evening, itinerary: Itinerary) -> Crowded | None:
    """Follow an itinerary with the waits that are expected; None if nothing is known of anything it uses.

    One leaves as the itinerary says, walks as it says, and takes the first vehicle of its lines that one can get into,
    from the one it names on: the first one that leaves once the expected wait after the first vehicle is over.
    """
    now, station = _second(evening, itinerary.start), ""
    parts = [(part[0], [leg for leg in part if isinstance(leg, TransitLeg)]) for part in _parts(itinerary.legs)]
    if not all(_runs(evening, legs) for _, legs in parts if legs):
        return None
    rides, loads, is_over = list[Ridden](), list[float | None](), False
    for leg, legs in parts:
        if not legs:
            now = max(now, _second(evening, leg.start)) + round((leg.end - leg.start).total_seconds())
            loads.append(None)
            continue
        ridden = _ridden(evening, legs, now, is_inside=_station(legs[0].origin) == station)
        if ridden is None:
            is_over = True
            break
        rides.append(ridden)
        loads += ridden.loads
        now, station = ridden.end, _station(legs[-1].destination)
    loads += [None] * (len(itinerary.legs) - len(loads))
    gate_s, wait_s = sum(one.gate_s for one in rides), sum(one.wait_s for one in rides)
    if not (is_over or gate_s or wait_s or any(load is not None for load in loads)):
        return None
    end = None if is_over else moment_on(now, evening.day, evening.network.zone)
    late_s = max(0, now - _second(evening, itinerary.end))
    return Crowded(end, late_s, gate_s, wait_s, round(sum(one.discomfort_s for one in rides)), tuple(loads))


def _runs(evening: Evening, legs: Sequence[TransitLeg]) -> bool:
    """Whether a ride is one of the night's, in the timetable that is looked at."""
    vehicles = _vehicles(evening, legs[0].route_id, (legs[0].origin, legs[-1].destination))
    return any(one.departure == _second(evening, legs[0].start) for one in vehicles)


def _ridden(evening: Evening, legs: Sequence[TransitLeg], now: int, *, is_inside: bool) -> Ridden | None:
    """The ride of who comes to its stop at `now`; None if no vehicle is left that one could get into.

    Who comes early waits for the vehicle of the itinerary: a stay on the way, or time wished for changes, stays. After
    the last one of the line, any other from the same station will do.
    """
    leg, table = legs[0], evening.table
    gate_s = 0 if is_inside else wait_at(table, gates_of(_station(leg.origin)), now)
    now += gate_s
    ends = leg.origin, legs[-1].destination
    first = _soonest(evening, leg.route_id, ends, max(now, _second(evening, leg.start)))
    if first is None:
        return None
    left_s = wait_at(table, first.section, now)
    boarded = _soonest(evening, first.section[0], ends, first.departure + left_s, is_open=True)
    if boarded is None:
        return None
    runs = [boarded.run, *((one.trip_id, one.service_date) for one in legs[1:])]
    later_s = boarded.departure - _second(evening, leg.start)
    sections = [_sections(evening, one, run, later_s) for one, run in zip(legs, runs, strict=True)]
    more = [(felt(load) - 1) * seconds for part in sections for seconds, load in part if load is not None]
    loads = tuple(max((load for _, load in part if load is not None), default=None) for part in sections)
    return Ridden(boarded.arrival, gate_s, boarded.departure - first.departure, sum(more), loads)


def _soonest(
    evening: Evening, route: str, ends: tuple[Place, Place], now: int, *, is_open: bool = False
) -> Vehicle | None:
    """What is there soonest of the vehicles of a line, else of any, that leave at `now` or later, and take people."""
    for line in (route, ANY_LINE):
        vehicles = _vehicles(evening, line, ends)
        leaving = [one for one in vehicles if one.departure >= now and (one.is_open or not is_open)]
        if leaving:
            return min(leaving, key=lambda one: (one.arrival, one.departure))
    return None


def _vehicles(evening: Evening, route: str, ends: tuple[Place, Place]) -> list[Vehicle]:
    """All vehicles of a line, or of `ANY_LINE`, from one stop to another that night."""
    key = route, ends[0].stop_id or NOWHERE, ends[1].stop_id or NOWHERE
    if key not in evening.kept:
        evening.kept[key] = _looked_up(evening, *key)
    return evening.kept[key]


def _looked_up(evening: Evening, route: str, board: str, alight: str) -> list[Vehicle]:
    day, timetable = evening.timetable, evening.network.snapshot.timetable
    trips, routes, ids = timetable.trips, timetable.routes, timetable.stops.ids
    begin_at, end_at = (_places(evening.network, stop, route) for stop in (board, alight))
    found = []
    for row in np.flatnonzero(np.isin(day.stop, begin_at) & (day.board_stop < day.n_stops)).tolist():
        pattern = int(np.searchsorted(day.pattern_first, row, "right")) - 1
        first, end = int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1])
        goals = np.flatnonzero(
            np.isin(day.stop[row + 1 : end], end_at) & (day.alight_stop[row + 1 : end] < day.n_stops)
        )
        if not len(goals):
            continue
        call, goal = row - first, row + 1 + int(goals[0]) - first
        lane = range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1]))
        begin = int(day.event_first[pattern])
        departures = day.departure[begin + call * len(lane) :][: len(lane)].tolist()
        arrivals = day.arrival[begin + goal :: end - first][: len(lane)].tolist()
        for lane_trip, departure, arrival in zip(lane, departures, arrivals, strict=True):
            ridden = segments_of(day, lane_trip, call, call + 1)[0]
            line = routes[int(trips.route[ridden.trip])].id
            if departure < NIGHT_ENDS_S and route in {ANY_LINE, line}:
                run = trips.ids[ridden.trip], evening.day + timedelta(days=ridden.day_offset)
                told = Told() if trips.headway[ridden.trip] else evening.reported.get(run, Told())
                section = line, ids[int(day.stop[row])], ids[int(day.stop[row + 1])]
                found.append(Vehicle(departure, arrival, section, run, not told.is_closed_at(section[1])))
    return found


def _places(network: Network, stop: str, route: str) -> list[int]:
    """Where a vehicle is boarded or left: the stop itself, but any platform of the station where any line will do."""
    row, parents = network.stop_index[stop], network.snapshot.timetable.stops.parent
    return network.children[int(parents[row])] if route == ANY_LINE and parents[row] != NONE else [row]


def _sections(
    evening: Evening, leg: TransitLeg, run: tuple[str, date], later_s: int
) -> list[tuple[float, float | None]]:  # fmt: skip
    """Seconds and load of each section of a leg in a run so much later than the itinerary says, as reported first."""
    told = Told() if leg.headway_s else evening.reported.get(run, Told())

    def load(number: int, departure: datetime) -> float | None:
        section = _section(leg, number)
        reported = told.load_from(section[1])
        if reported is not None:
            return reported
        return load_at(evening.table, section, _second(evening, departure) + later_s)

    departures = [leg.start, *(call.departure for call in leg.calls)]
    arrivals = [*departures[1:], leg.end]
    return [
        ((arrival - departure).total_seconds(), load(number, departure))
        for number, (departure, arrival) in enumerate(zip(departures, arrivals, strict=True))
    ]


def _section(leg: TransitLeg, number: int) -> Section:
    places = leg.origin, *(call.place for call in leg.calls), leg.destination
    return leg.route_id, places[number].stop_id or NOWHERE, places[number + 1].stop_id or NOWHERE


def _parts(legs: Sequence[Leg]) -> list[list[Leg]]:
    """Legs in order of travel, those between which one stays seated together."""
    parts: list[list[Leg]] = []
    for leg in legs:
        if parts and isinstance(leg, TransitLeg) and leg.stays_seated:
            parts[-1].append(leg)
        else:
            parts.append([leg])
    return parts


def _station(place: Place) -> str:
    return place.parent_id or place.stop_id or ""


def _second(evening: Evening, moment: datetime) -> int:
    return seconds_on(moment, evening.day, evening.network.zone)
