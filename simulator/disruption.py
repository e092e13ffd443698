"""What goes wrong on a day, when, and when people are told: closed lines, breakdowns, lifts out of order."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.day import timetable_on
from planner.model import TRANSIT
from planner.network import allowed
from planner.raptor import Transit
from simulator.answers import Searched, lanes_between
from simulator.events import NOBODY, Kind, Reason
from simulator.lines import Closure, calls_of
from simulator.lives import City, LiftFailure
from simulator.processes import Process
from simulator.runs import runs_of
from simulator.town import Town


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """Nothing runs between any two of some stops from one time to another; people know of it from `told_s` on.

    Trips that come to the stretch end before it: they turn short. The stops are those of a whole stretch, with the ends
    at which fast trains call too.
    """

    stops: frozenset[int]
    from_s: float
    until_s: float
    told_s: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The first vehicle of a route that leaves a stop at some time or later breaks down there."""

    route: str
    stop: int
    time_s: float


@dataclass(frozen=True, slots=True)
class Disruptions:
    """All that goes wrong."""

    lines: tuple[ClosedLine, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    lifts: tuple[LiftFailure, ...] = ()

    def closed_stretches(self) -> tuple[Closure, ...]:
        """What vehicles meet."""
        return tuple(Closure(one.stops, one.from_s, one.until_s) for one in self.lines)

    def broken_trips(self, town: Town) -> dict[int, int]:
        """Lane trips that end at a call."""
        found = (_broken(town, one) for one in self.breakdowns)
        return dict(one for one in found if one is not None)


def _broken(town: Town, breakdown: Breakdown) -> tuple[int, int] | None:
    day, candidates = town.transit.day, []
    for pattern, run in enumerate(runs_of(town)):
        if run.route != breakdown.route:
            continue
        stops = day.stop[day.pattern_first[pattern] : day.pattern_first[pattern + 1] - 1]
        for call in np.flatnonzero(stops == breakdown.stop).tolist():
            for trip in range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1])):
                leaves_s = calls_of(day, pattern, trip)[1][call]
                if leaves_s >= breakdown.time_s:
                    candidates.append((leaves_s, trip, call))
    return min(candidates)[1:] if candidates else None


def known_at(town: Town, disruptions: Disruptions, now: float) -> tuple[Searched, Searched]:
    """What the planner searches at a moment, as far as people are told: on foot, and in wheelchairs."""
    closed = [one for one in disruptions.lines if one.told_s <= now < one.until_s]
    lifts = [one for one in disruptions.lifts if max(one.told_s, one.from_s) <= now < one.until_s]
    gone = _trips_through(town, tuple(closed))
    return (
        Searched(town.transit, town.transit.day) if gone is None else _cut(town, gone, None),
        _cut(town, gone, [one.stop for one in lifts]),
    )


def _cut(town: Town, gone: NDArray[np.bool_] | None, without_lift: list[int] | None) -> Searched:
    """The timetable without some trips, for people on foot, or in wheelchairs where some stops have no lift."""
    network, uses_wheelchair = town.network, without_lift is not None
    trips, stops = allowed(network.snapshot.timetable, TRANSIT, uses_wheelchair)
    usable = town.trips if trips is None else trips & town.trips
    usable = usable if gone is None else usable & ~gone
    calling = town.calling.copy() if stops is None else stops & town.calling
    calling[without_lift or []] = False
    cut = timetable_on(network.snapshot.timetable, town.day, usable, calling)
    footpaths = network.snapshot.footpaths["wheelchair" if uses_wheelchair else "foot"]
    return Searched(Transit.of(cut, footpaths), town.transit.day, lanes_between(cut, town.transit.day))


def _trips_through(town: Town, closed: tuple[ClosedLine, ...]) -> NDArray[np.bool_] | None:
    """Trips that are on a closed stretch while it is closed; None if nothing is closed."""
    if not closed:
        return None
    day, gone = town.transit.day, np.zeros(len(town.network.snapshot.timetable.trips), np.bool_)
    for pattern in range(len(day.trip_first) - 1):
        stops = day.stop[day.pattern_first[pattern] : day.pattern_first[pattern + 1]].tolist()
        for one in closed:
            calls = [i for i in range(len(stops) - 1) if {stops[i], stops[i + 1]} <= one.stops]
            if not calls:
                continue
            for trip in range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1])):
                left = calls_of(day, pattern, trip)[1]
                if any(one.from_s <= left[call] < one.until_s for call in calls):
                    rows = slice(int(day.segments.first[trip]), int(day.segments.first[trip + 1]))
                    gone[day.segments.trip[rows]] = True
    return gone


def announce(city: City, disruptions: Disruptions) -> None:
    """Begin what tells people, each thing at its time, and tells them when it is over."""
    moments = {time_s for one in disruptions.lines for time_s in (one.told_s, one.until_s)}
    moments |= {time_s for one in disruptions.lifts for time_s in (max(one.told_s, one.from_s), one.until_s)}
    for time_s in sorted(moments):
        if time_s >= city.env.now:
            city.env.process(_tell(city, disruptions, time_s))


def _tell(city: City, disruptions: Disruptions, time_s: float) -> Process:
    yield city.env.timeout(time_s - city.env.now)
    town, now = city.choices.town, city.env.now
    closed = [one for one in disruptions.lines if one.told_s <= now < one.until_s]
    city.log.vehicle(now, Kind.TOLD, NOBODY, NOBODY, len(closed))
    city.choices.answers.tell(*known_at(town, disruptions, now))
    _send_away(city, closed)


def _send_away(city: City, closed: Iterable[ClosedLine]) -> None:
    """Whoever waits for a line whose way is closed is told on the platform, and asks again."""
    lines, day = city.choices.lines, city.choices.lines.day.timetable
    for one in closed:
        for (pattern, board), queue in lines.queues.items():
            first = int(day.pattern_first[pattern])
            for rider in [r for r in queue if _meets(day.stop[first + board : first + r.alight + 1].tolist(), one)]:
                queue.remove(rider)
                rider.boarded.succeed(Reason.LINE_CLOSED)


def _meets(stops: list[int], one: ClosedLine) -> bool:
    return any({here, there} <= one.stops for here, there in pairwise(stops))
