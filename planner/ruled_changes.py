"""Changes that rules of single routes or trips decide: forbidden, or taking longer or shorter than others at the stop.

Searches know one time for each pair of stops. So a stop where rules tell vehicles apart gets copies in the day that is
cut for searching, one for each set of rules that arriving, and one that departing vehicles fall under; walks between
the copies take what the most specific rule says. Journeys name calls of trips, so nobody outside sees the copies but
who hands stops to a search (`with_copies`) or takes them from one (`DayTimetable.copy_of`).

References
----------
GTFS Schedule reference, transfers.txt, trip-to-trip and route-to-route transfers, and which of several rules counts.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.day import DayTimetable, Segments, boarding_places, segment_rows
from planner.footpaths import DETOUR, FORBIDDEN, OPEN_ALWAYS, WALK_MS, Footpaths
from planner.geo import great_circle_m
from planner.journeys import Journeys, Options
from planner.timetable import NONE, Indices, SpecialTransfers, Timetable

Selector = tuple[int, int]
"""Route and trip that a side of a rule is about, NONE for any."""

Class = frozenset[Selector]
"""Selectors of rules that a vehicle at a stop falls under; empty: none but those of the stop itself."""

PLAIN: Class = frozenset()
EVERYBODY: Selector = (NONE, NONE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of transfers.txt, its stops as StopIndex."""

    before: Selector
    after: Selector
    seconds: int
    is_forbidden: bool

    @property
    def rank(self) -> int:
        """The greater, the more specific: a trip counts more than a route, and two sides more than one."""
        return sum(4 * (trip != NONE) + (route != NONE) for route, trip in (self.before, self.after))


Rules = dict[tuple[int, int], list[Rule]]
Walk = tuple[int, int, int]
"""Seconds, and when it opens and closes."""


def with_ruled_changes(
    day: DayTimetable, footpaths: Footpaths, timetable: Timetable, scheduled: Indices, *, is_exact: bool
) -> tuple[DayTimetable, Footpaths]:
    """The day and the footpaths with a copy of each stop for every set of rules that vehicles fall under there.

    Parameters
    ----------
    scheduled : int32 array
        Trip of the schedule that each trip of `timetable` stands for, by which rules name it.
    is_exact : bool
        Whether a rule without a time means no time; else the walk stays as long as it is.
    """
    rules = _rules(timetable.specific)
    if not rules:
        return day, footpaths
    copies = _Copies(timetable, rules, scheduled, day.n_stops)
    day = _repatterned(day, copies)
    return day, _with_walks(footpaths, timetable, rules, copies, is_exact=is_exact)


def _rules(special: SpecialTransfers) -> Rules:
    rules: Rules = defaultdict(list)
    columns = (getattr(special, name).tolist() for name in SpecialTransfers.__dataclass_fields__)
    for start, end, from_route, from_trip, to_route, to_trip, seconds, is_forbidden in zip(*columns, strict=True):
        rule = Rule((from_route, from_trip), (to_route, to_trip), seconds, bool(is_forbidden))
        rules[start, end].append(rule)
    return dict(rules)


class _Copies:
    """Numbers of copies, given out as they are met: at which stop, for arriving or departing, for which class."""

    def __init__(self, timetable: Timetable, rules: Rules, scheduled: Indices, n_stops: int) -> None:
        self.route, self.scheduled, self.n_stops = timetable.trips.route, scheduled, n_stops
        self.number: dict[tuple[int, bool, Class], int] = {}
        self._selectors: dict[tuple[int, bool], set[Selector]] = defaultdict(set)
        for (start, end), listed in rules.items():
            self._selectors[start, False] |= {rule.before for rule in listed}
            self._selectors[end, True] |= {rule.after for rule in listed}
        self.stops = {stop for stop, _ in self._selectors}

    def of(self, stop: int, trip: int, *, is_departing: bool) -> int:
        """The stop, or the copy of it, at which `trip` arrives or departs."""
        told = self._selectors.get((stop, is_departing), ())
        own = frozenset(one for one in told if one != EVERYBODY and self._is(one, trip))
        if not own:
            return stop
        return self.number.setdefault((stop, is_departing, own), self.n_stops + len(self.number))

    def _is(self, selector: Selector, trip: int) -> bool:
        route, only = selector
        return only in (NONE, int(self.scheduled[trip])) and route in (NONE, int(self.route[trip]))

    def classes(self, stop: int, *, is_departing: bool) -> list[tuple[int, Class]]:
        """The stop itself and its copies, with their classes."""
        found = [(number, own) for (at, way, own), number in self.number.items() if at == stop and way == is_departing]
        return [(stop, PLAIN), *found]


def _repatterned(day: DayTimetable, copies: _Copies) -> DayTimetable:
    """The day with lanes split where their trips fall under different rules, calling at copies of their stops."""
    touched = np.isin(day.stop, list(copies.stops))
    lanes: list[NDArray[np.int64]] = []
    pattern_of, boards, alights = list[int](), list[Indices](), list[Indices]()
    for pattern in range(len(day.pattern_first) - 1):
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        trips = np.arange(day.trip_first[pattern], day.trip_first[pattern + 1], dtype=np.int64)
        groups: dict[tuple[bytes, bytes], list[int]] = {(b"", b""): trips.tolist()}
        if touched[calls].any():
            groups = defaultdict(list)
            for trip in trips.tolist():
                groups[_called(day, copies, trip, calls)].append(trip)
        for (board, alight), members in groups.items():
            pattern_of.append(pattern)
            lanes.append(np.array(members, np.int64))
            boards.append(np.frombuffer(board, np.int32) if board else _stops(day, day.board_stop[calls]))
            alights.append(np.frombuffer(alight, np.int32) if alight else _stops(day, day.alight_stop[calls]))
    return _assembled(day, copies, np.array(pattern_of, np.int64), lanes, (boards, alights))


def _stops(day: DayTimetable, column: Indices) -> Indices:
    """A column of stops with NONE where nobody gets on or off: the number that says so is soon a copy's."""
    return np.where(column == day.n_stops, NONE, column).astype(np.int32)


def _called(day: DayTimetable, copies: _Copies, lane_trip: int, calls: slice) -> tuple[bytes, bytes]:
    """Where a lane trip lets on and off, copies told apart."""
    board, alight = _stops(day, day.board_stop[calls]), _stops(day, day.alight_stop[calls])
    for row in segment_rows(day, lane_trip):
        trip, start = int(day.segments.trip[row]), int(day.segments.position[row])
        end = start + int(day.segments.n_calls[row])
        # Where one trip becomes the next, one alights from the former and boards the latter.
        for i in range(start, end):
            if i < end - 1 and board[i] != NONE:
                board[i] = copies.of(int(board[i]), trip, is_departing=True)
            if i > start and alight[i] != NONE:
                alight[i] = copies.of(int(alight[i]), trip, is_departing=False)
    return board.tobytes(), alight.tobytes()


def _assembled(
    day: DayTimetable,
    copies: _Copies,
    pattern_of: NDArray[np.int64],
    lanes: list[NDArray[np.int64]],
    stops: tuple[list[Indices], list[Indices]],
) -> DayTimetable:
    n_stops, order = copies.n_stops + len(copies.number), np.concatenate(lanes)
    calls, n_calls = entries(day.pattern_first, pattern_of), np.diff(day.pattern_first)[pattern_of]
    pattern_first, trip_first = offsets(n_calls), offsets(np.array([len(lane) for lane in lanes]))
    board_stop, alight_stop = (
        np.where(column == NONE, n_stops, column).astype(np.int32) for column in map(np.concatenate, stops)
    )
    arrival, departure = list[Indices](), list[Indices]()
    for pattern, lane in zip(pattern_of.tolist(), lanes, strict=True):
        size = int(day.pattern_first[pattern + 1] - day.pattern_first[pattern])
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        rows = lane - int(day.trip_first[pattern])
        arrival.append(day.arrival[events].reshape(-1, size)[rows].ravel())
        departure.append(day.departure[events].reshape(size, -1)[:, rows].ravel())
    at_first, at_pattern, at_position = boarding_places(n_stops, pattern_first, board_stop)
    segments = entries(day.segments.first, order)
    names = ("trip", "day_offset", "position", "n_calls")
    return replace(
        day,
        n_stops=n_stops,
        pattern_first=pattern_first,
        stop=day.stop[calls],
        board_stop=board_stop,
        alight_stop=alight_stop,
        trip_first=trip_first,
        event_first=offsets(n_calls * np.diff(trip_first)),
        arrival=np.concatenate(arrival),
        departure=np.concatenate(departure),
        at_first=at_first,
        at_pattern=at_pattern,
        at_position=at_position,
        segments=Segments(
            offsets(np.diff(day.segments.first)[order]), *(getattr(day.segments, name)[segments] for name in names)
        ),
        copy_of=np.array([stop for stop, _, _ in copies.number], np.int32),
    )


def _with_walks(
    footpaths: Footpaths, timetable: Timetable, rules: Rules, copies: _Copies, *, is_exact: bool
) -> Footpaths:
    """The footpaths and those between copies."""
    base = _walks(footpaths)
    added: list[tuple[int, int, Walk]] = []
    for start, end in _pairs(base, rules, copies):
        listed = rules.get((start, end), [])
        for a, before in copies.classes(start, is_departing=False):
            for b, after in copies.classes(end, is_departing=True):
                if a == start and b == end:
                    continue
                rule = _governing(listed, before, after)
                walks = base.get((start, end), [])
                if rule is not None and rule.is_forbidden:
                    walks = []
                elif rule is not None and (rule.seconds > 0 or is_exact):
                    walks = [(rule.seconds, *OPEN_ALWAYS)]
                elif rule is not None and not walks:
                    walks = [(_flown_s(timetable, start, end), *OPEN_ALWAYS)]
                added += [(a, b, walk) for walk in walks]
    n_copies = len(copies.number)
    new = np.array([(a, b, *walk) for a, b, walk in added], np.int32).reshape(-1, 5).T
    return Footpaths.of(
        np.append(footpaths.start, new[0]),
        np.append(footpaths.to, new[1]),
        np.append(footpaths.seconds, new[2]),
        np.append(footpaths.change_s, np.zeros(n_copies, np.int32)),
        (np.append(footpaths.opens, new[3]), np.append(footpaths.closes, new[4])),
    )


def _walks(footpaths: Footpaths) -> dict[tuple[int, int], list[Walk]]:
    """Walks by pair of stops; changes at a stop are walks from it to itself."""
    found: dict[tuple[int, int], list[Walk]] = defaultdict(list)
    columns = (footpaths.start, footpaths.to, footpaths.seconds, footpaths.opens, footpaths.closes)
    for start, end, *walk in zip(*(column.tolist() for column in columns), strict=True):
        found[start, end].append((walk[0], walk[1], walk[2]))
    for stop, seconds in enumerate(footpaths.change_s.tolist()):
        if seconds != FORBIDDEN:
            found[stop, stop].append((seconds, *OPEN_ALWAYS))
    return found


def _pairs(base: dict[tuple[int, int], list[Walk]], rules: Rules, copies: _Copies) -> Iterator[tuple[int, int]]:
    """Pairs of stops, one of which has copies, between which one may walk or a rule says something."""
    arriving = {stop for stop, is_departing, _ in copies.number if not is_departing}
    departing = {stop for stop, is_departing, _ in copies.number if is_departing}
    for start, end in dict.fromkeys([*base, *rules]):
        if start in arriving or end in departing:
            yield start, end


def _governing(rules: list[Rule], before: Class, after: Class) -> Rule | None:
    """The most specific rule for who comes by a vehicle of one class and goes on by one of another."""
    fitting = [
        rule
        for rule in rules
        if (rule.before == EVERYBODY or rule.before in before) and (rule.after == EVERYBODY or rule.after in after)
    ]
    return max(fitting, key=lambda rule: rule.rank, default=None)


def _flown_s(timetable: Timetable, start: int, end: int) -> int:
    stops = timetable.stops
    metres = great_circle_m(stops.lat[start], stops.lon[start], stops.lat[end], stops.lon[end])
    return int(np.ceil(metres * DETOUR / WALK_MS))


def with_copies(day: DayTimetable, options: Options) -> tuple[Options, Indices]:
    """The options and their like at copies of their stops; which option each row is."""
    rows = np.arange(len(options), dtype=np.int32)
    if not len(day.copy_of):
        return options, rows
    first = day.n_stops - len(day.copy_of)
    option, copy = np.nonzero(options.stop[:, None] == day.copy_of[None])
    rows = np.append(rows, option).astype(np.int32)
    stop = np.append(options.stop, first + copy).astype(np.int32)
    return Options(stop, options.seconds[rows], options.opens[rows], options.closes[rows]), rows


def named_by(journeys: Journeys, access: Indices, egress: Indices) -> Journeys:
    """The journeys with the options they were given, of which `access` and `egress` tell by row."""
    return replace(journeys, access=access[journeys.access], egress=egress[journeys.egress])
