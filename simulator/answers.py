"""Journeys with scheduled vehicles for travellers who ask the planner: exactly, or from answers kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from planner.day import DayTimetable
from planner.journeys import Journeys, Options
from planner.raptor import Transit, Workspace, search, search_at
from simulator.town import Town

MAX_TRANSFERS = 4
AHEAD_S = 1800
"""A kept answer holds the departures of its slot and of so much time after it."""


class Leg(NamedTuple):
    """A stay in a vehicle: lane trip and positions in the timetable that the simulation runs, with its times."""

    lane_trip: int
    route: int
    pattern: int
    board: int
    alight: int
    origin_stop: int
    stop: int
    departure_s: int
    arrival_s: int


class Journey(NamedTuple):
    """A journey found; begins with a walk of `access_s` to the first leg's stop, ends with one from the last's."""

    departure_s: int
    arrival_s: int
    access_s: int
    egress_s: int
    legs: tuple[Leg, ...]


class Question(NamedTuple):
    """Who asks what: points, time, pace (`slower` than the town's walks), and which ways lead to and from stops."""

    origin: int
    destination: int
    time_s: float
    slower: float
    uses_wheelchair: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """A timetable to search, in which `day` is what vehicles really run; `lane`: its lane trips and position shifts."""

    transit: Transit
    day: DayTimetable
    lane: Mapping[int, tuple[int, int]] | None = None


@dataclass(slots=True)
class Answers:
    """The planner as travellers ask it; one search at a time.

    Attributes
    ----------
    slot_s : float
        Answers are kept by origin, destination, pace and slot of so many seconds; 0 keeps none.
    searched : (Searched, Searched)
        What people on foot, and in wheelchairs, know to run now; replaced when they are told of something.
    asked, kept : int
        Questions, and those answered without a search.
    """

    town: Town
    slot_s: float
    searched: tuple[Searched, Searched]
    workspace: Workspace
    asked: int = 0
    kept: int = 0
    _known: dict[tuple[object, ...], list[Journey]] = field(default_factory=dict)
    _options: dict[tuple[object, ...], Options] = field(default_factory=dict)

    def tell(self, on_foot: Searched, in_wheelchair: Searched) -> None:
        """Let travellers know of another timetable; what was kept is forgotten."""
        self.searched = on_foot, in_wheelchair
        self._known.clear()

    def journeys(self, question: Question) -> list[Journey]:
        """Pareto set in (arrival, transfers) of who leaves at the asked time or later."""
        self.asked += 1
        if not self.slot_s:
            return self._exact(question)
        slot = int(question.time_s // self.slot_s)
        key = (question.origin, question.destination, slot, question.slower, question.uses_wheelchair)
        known = self._known.get(key)
        if known is None:
            begin = int(slot * self.slot_s)
            access, egress = self._ends(question)
            end = begin + int(self.slot_s) + AHEAD_S
            transit = self.searched[question.uses_wheelchair].transit
            found = search(transit, access, egress, begin, end, MAX_TRANSFERS, self.workspace)
            known = self._known[key] = self._written(question, found, access, egress)
        else:
            self.kept += 1
        later = best([one for one in known if one.departure_s >= question.time_s])
        return later or self._exact(question)

    def _exact(self, question: Question) -> list[Journey]:
        access, egress = self._ends(question)
        moment = int(np.ceil(question.time_s))
        transit = self.searched[question.uses_wheelchair].transit
        found = search_at(transit, access, egress, moment, MAX_TRANSFERS, self.workspace)
        return self._written(question, found, access, egress)

    def _ends(self, question: Question) -> tuple[Options, Options]:
        return self._side(question, question.origin, True), self._side(question, question.destination, False)

    def _side(self, question: Question, point: int, is_access: bool) -> Options:
        key = (point, is_access, question.slower, question.uses_wheelchair)
        options = self._options.get(key)
        if options is None:
            ways = self.town.access if is_access else self.town.egress
            options = self._options[key] = ways(point, question.uses_wheelchair, question.slower)
        return options

    def _written(self, question: Question, found: Journeys, access: Options, egress: Options) -> list[Journey]:
        searched = self.searched[question.uses_wheelchair]
        return [
            Journey(
                int(found.departure[row]),
                int(found.arrival[row]),
                int(access.seconds[found.access[row]]),
                int(egress.seconds[found.egress[row]]),
                tuple(self._leg(searched, *ride) for ride in found.rides(row)),
            )
            for row in range(len(found))
        ]

    def _leg(self, searched: Searched, lane_trip: int, board: int, alight: int) -> Leg:
        if searched.lane is not None:
            lane_trip, shift = searched.lane[lane_trip]
            board, alight = board + shift, alight + shift
        day = searched.day
        pattern = int(np.searchsorted(day.trip_first, lane_trip, "right")) - 1
        first = int(day.pattern_first[pattern])
        departure, arrival = times_of(day, pattern, lane_trip, board, alight)
        trip = int(day.segments.trip[day.segments.first[lane_trip]])
        route = int(self.town.network.snapshot.timetable.trips.route[trip])
        return Leg(
            lane_trip, route, pattern, board, alight, int(day.stop[first + board]), int(day.stop[first + alight]),
            departure, arrival,
        )  # fmt: skip


def times_of(day: DayTimetable, pattern: int, lane_trip: int, board: int, alight: int) -> tuple[int, int]:
    """When a trip leaves one call and comes to another."""
    n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
    n_calls = int(day.pattern_first[pattern + 1] - day.pattern_first[pattern])
    trip, event = lane_trip - int(day.trip_first[pattern]), int(day.event_first[pattern])
    return int(day.departure[event + board * n_trips + trip]), int(day.arrival[event + trip * n_calls + alight])


def best(journeys: list[Journey]) -> list[Journey]:
    """Those that none beats in arrival and transfers; of equal ones the last to leave."""
    chosen: list[Journey] = []
    for one in sorted(journeys, key=lambda journey: (journey.arrival_s, len(journey.legs), -journey.departure_s)):
        if all(len(one.legs) < len(other.legs) for other in chosen):
            chosen.append(one)
    return chosen


def lanes_between(searched: DayTimetable, run: DayTimetable) -> dict[int, tuple[int, int]]:
    """For each lane trip of a timetable with fewer trips: the lane trip that runs, and where in it it begins."""
    begins = _begins(run)
    found = {}
    for lane_trip in range(int(searched.trip_first[-1])):
        row = int(searched.segments.first[lane_trip])
        key = int(searched.segments.trip[row]), int(searched.segments.day_offset[row])
        found[lane_trip] = begins[key]
    return found


def _begins(day: DayTimetable) -> dict[tuple[int, int], tuple[int, int]]:
    segments = day.segments
    trips, offsets, positions = (c.tolist() for c in (segments.trip, segments.day_offset, segments.position))
    lanes = np.repeat(np.arange(len(segments.first) - 1), np.diff(segments.first)).tolist()
    return {
        (trip, offset): (lane, position)
        for trip, offset, position, lane in zip(trips, offsets, positions, lanes, strict=True)
    }
