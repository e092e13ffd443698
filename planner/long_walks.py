"""Walks between vehicles that are longer than any footpath, as far as a journey can gain by one: unlimited walking.

A walk from stop a to stop b is kept if some vehicle brings one to a from somewhere, and one that is boarded at b brings
one on to somewhere, sooner than staying seated, than any other change from the first vehicle, and than walking at once
or riding one vehicle only from where the first was boarded. What is left out another journey replaces that arrives no
later with no more vehicles, if one may walk as far at its ends.

References
----------
Baum, M., Buchhold, V., Sauer, J., Wagner, D., Zündorf, T. (2019), doi:10.4230/LIPIcs.ESA.2019.14: shortcuts for
unlimited transfers. Witt, S. (2015), doi:10.1007/978-3-662-48350-3_85: reduction of transfers from a trip's end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.day import DayTimetable, timetable_on
from planner.footpaths import OPEN_ALWAYS, Footpaths
from planner.kernels import kernel
from planner.labels import Lanes
from planner.stays import lanes_of
from planner.timetable import Indices, Times, Timetable

Table = NDArray[np.int32]

NEVER = 2**30
"""In tables of seconds: there is no walk. Sums of two stay within 32 bits."""

MOST_STOPS = 6000
"""Beyond so many stops a table of all walks takes more than 144 MB and the search for the long ones minutes."""

MOST_KINDS = 62
"""Days of more kinds than bits share one kind: their walks are taken on all days."""


@dataclass(frozen=True, slots=True)
class LongWalks:
    """Long walks between stops, and on which days they are worth having.

    Attributes
    ----------
    start, to, seconds : int32 arrays
    kinds : int64 array
        Bit k: needed between vehicles of a service day of kind k.
    kind_on : int8 array
        Kind of each date of the timetable, from `Timetable.first_date` on.
    """

    start: Indices = field(default_factory=lambda: np.zeros(0, np.int32))
    to: Indices = field(default_factory=lambda: np.zeros(0, np.int32))
    seconds: Times = field(default_factory=lambda: np.zeros(0, np.int32))
    kinds: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    kind_on: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))

    def __len__(self) -> int:
        return len(self.start)


def long_walks(
    timetable: Timetable, footpaths: Footpaths, walks: Table, report: Callable[[float], None] | None = None
) -> LongWalks:
    """Search for the walks beyond `footpaths` that journeys within one service day gain by, for every kind of day.

    Parameters
    ----------
    walks : int32 array of shape (stops, stops)
        Seconds of all walks, NEVER where there is none; what is not slower by a footpath is not looked at.
    report : callable, optional
        Is told the share of the work that is done.
    """
    n_days = timetable.service_active.shape[1]
    if not n_days:
        return LongWalks()
    first, which = np.unique(timetable.service_active, axis=1, return_index=True, return_inverse=True)[1:]
    kind_on: NDArray[np.int8] = np.minimum(which.reshape(-1), MOST_KINDS).astype(np.int8)
    table = _beyond(footpaths, walks)
    kinds = np.zeros(table.shape, np.int64)
    for done, column in enumerate(first.tolist()):
        alone = np.zeros_like(timetable.service_active)
        alone[:, column] = timetable.service_active[:, column]
        date_of = date.fromordinal(timetable.first_date + column)
        day = timetable_on(replace(timetable, service_active=alone), date_of)
        kinds[_needed(day, footpaths, table)] |= np.int64(1) << int(kind_on[column])
        if report is not None:
            report((done + 1) / len(first))
    start, to = np.nonzero(kinds)
    return LongWalks(start.astype(np.int32), to.astype(np.int32), table[start, to], kinds[start, to], kind_on)


def with_long_walks(footpaths: Footpaths, long: LongWalks, timetable: Timetable, day: date) -> Footpaths:
    """The footpaths with the long walks worth having on `day` and the days beside it."""
    if not len(long):
        return footpaths
    columns = np.arange(-1, 2) + day.toordinal() - timetable.first_date
    columns = columns[(columns >= 0) & (columns < len(long.kind_on))]
    bits = np.bitwise_or.reduce(np.int64(1) << long.kind_on[columns].astype(np.int64), initial=0)
    rows = np.flatnonzero(long.kinds & bits)
    return joined_walks(footpaths, long.start[rows], long.to[rows], long.seconds[rows])


def joined_walks(footpaths: Footpaths, start: Indices, to: Indices, seconds: Times) -> Footpaths:
    """The footpaths and further walks without hours."""
    starts, ends = np.append(footpaths.start, start), np.append(footpaths.to, to)
    opens = np.append(footpaths.opens, np.full(len(start), OPEN_ALWAYS[0], np.int32))
    closes = np.append(footpaths.closes, np.full(len(start), OPEN_ALWAYS[1], np.int32))
    return Footpaths.of(starts, ends, np.append(footpaths.seconds, seconds), footpaths.change_s, (opens, closes))


def _beyond(footpaths: Footpaths, walks: Table) -> Table:
    """The table less the walks that a footpath stands for."""
    table = walks.copy()
    table[footpaths.start, footpaths.to] = NEVER
    np.fill_diagonal(table, NEVER)
    return table


def _needed(day: DayTimetable, footpaths: Footpaths, table: Table) -> NDArray[np.bool_]:
    is_always = (footpaths.opens == OPEN_ALWAYS[0]) & (footpaths.closes == OPEN_ALWAYS[1])
    start, to, seconds = (column[is_always] for column in (footpaths.start, footpaths.to, footpaths.seconds))
    always = Footpaths.of(start, to, seconds, footpaths.change_s)
    marks = np.zeros(table.shape, np.bool_)
    short = always.first, always.to, always.seconds, always.change_s
    _search(lanes_of(day), short, table, marks)
    return marks


Short = tuple[Indices, Indices, Times, Times]
Work = tuple[Times, Times, Indices, Indices, NDArray[np.bool_], Indices, Indices, Indices, NDArray[np.bool_]]
"""Ready and arrived per stop, stop the ride began at, where one came from to it, whether by a long walk; fresh stops,
where each pattern is to be boarded first, patterns queued, stops improved (a mask)."""


@kernel
def _search(lanes: Lanes, short: Short, table: Table, marks: NDArray[np.bool_]) -> None:
    """Mark the long walks worth while after each vehicle, one vehicle at a time."""
    n_stops, n_patterns = len(table), len(lanes.pattern_first) - 1
    work = (
        np.empty(n_stops, np.int32), np.empty(n_stops, np.int32), np.empty(n_stops, np.int32),
        np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_), np.empty(n_stops + 1, np.int32),
        np.full(n_patterns, -1, np.int32), np.empty(n_patterns, np.int32), np.zeros(n_stops, np.bool_),
    )  # fmt: skip
    ready, arrived = work[0], work[1]
    for pattern in range(n_patterns):
        base, n = lanes.pattern_first[pattern], lanes.pattern_first[pattern + 1] - lanes.pattern_first[pattern]
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        for trip in range(n_trips):
            latest = np.full((n, n_stops), -NEVER, np.int32)
            for i in range(n - 1):
                if i > 0:
                    latest[i] = latest[i - 1]
                stop = lanes.board_stop[base + i]
                if stop >= n_stops:
                    continue
                ready[:], arrived[:] = NEVER, NEVER
                _change(
                    lanes,
                    (stop, 0),
                    lanes.departure[lanes.event_first[pattern] + i * n_trips + trip],
                    short,
                    table,
                    work,
                )
                for c in range(n_stops):
                    latest[i, c] = max(latest[i, c], arrived[c])
            ready[:], arrived[:] = NEVER, NEVER
            for i in range(n - 1, 0, -1):
                stop = lanes.alight_stop[base + i]
                if stop >= n_stops:
                    continue
                time = lanes.arrival[lanes.event_first[pattern] + trip * n + i]
                arrived[stop] = min(arrived[stop], time)
                _change(lanes, (stop, short[3][stop]), time, short, table, work)
                _mark(work, latest[i - 1], marks)


@kernel
def _mark(work: Work, latest: Times, marks: NDArray[np.bool_]) -> None:
    """Mark the long walks by which the last change brought one anywhere sooner, and sooner than `latest`."""
    _, arrived, boarded, origin, is_long, _, _, _, is_better = work
    for c in range(len(arrived)):
        if is_better[c]:
            b = boarded[c]
            if is_long[b] and arrived[c] < latest[c]:
                marks[origin[b], b] = True


@kernel
def _change(lanes: Lanes, at: tuple[int, int], time: int, short: Short, table: Table, work: Work) -> None:
    """Walk anywhere from the stop and time, after so long at the stop itself (FORBIDDEN: not there), and ride on.

    Of ways equally quick footpaths come before long walks.
    """
    ready, arrived, _, origin, is_long, fresh, _, _, is_better = work
    stop, change_s = at
    first, to, seconds, _ = short
    is_better[:] = False
    n_fresh = 0
    if change_s >= 0 and time + change_s < ready[stop]:
        ready[stop], origin[stop], is_long[stop] = time + change_s, stop, False
        fresh[0], n_fresh = stop, 1
    for row in range(first[stop], first[stop + 1]):
        b, there = to[row], time + seconds[row]
        arrived[b] = min(arrived[b], there)
        if there < ready[b]:
            ready[b], origin[b], is_long[b] = there, stop, False
            fresh[n_fresh] = b
            n_fresh += 1
    _ride(lanes, n_fresh, work)
    n_fresh = 0
    for b in range(len(table)):
        if table[stop, b] < NEVER:
            there = time + table[stop, b]
            arrived[b] = min(arrived[b], there)
            if there < ready[b]:
                ready[b], origin[b], is_long[b] = there, stop, True
                fresh[n_fresh] = b
                n_fresh += 1
    _ride(lanes, n_fresh, work)


@kernel
def _ride(lanes: Lanes, n_fresh: int, work: Work) -> None:
    """Board at the fresh stops, ride every pattern once, and note where one arrives sooner than known."""
    ready, arrived, boarded, _, _, fresh, begins, queue, is_better = work
    n_queued, n_stops = 0, len(ready)
    for f in range(n_fresh):
        for place in range(lanes.at_first[fresh[f]], lanes.at_first[fresh[f] + 1]):
            pattern, position = lanes.at_pattern[place], lanes.at_position[place]
            if begins[pattern] < 0:
                queue[n_queued] = pattern
                n_queued += 1
                begins[pattern] = position
            begins[pattern] = min(begins[pattern], position)
    for q in range(n_queued):
        pattern = queue[q]
        base, n = lanes.pattern_first[pattern], lanes.pattern_first[pattern + 1] - lanes.pattern_first[pattern]
        n_trips, event = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern], lanes.event_first[pattern]
        trip, at = n_trips, -1
        for i in range(begins[pattern], n):
            c, b = lanes.alight_stop[base + i], lanes.board_stop[base + i]
            if trip < n_trips and c < n_stops and lanes.arrival[event + trip * n + i] < arrived[c]:
                arrived[c], boarded[c], is_better[c] = lanes.arrival[event + trip * n + i], at, True
            if b < n_stops and ready[b] < NEVER and trip > 0:
                column = lanes.departure[event + i * n_trips : event + i * n_trips + trip]
                if column[trip - 1] >= ready[b]:
                    trip, at = np.searchsorted(column, ready[b]), b
        begins[pattern] = -1
