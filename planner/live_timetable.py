"""A timetable as it really runs: predicted runs added, what they replace taken out of their service days.

The result is a `Timetable` like any other: trips of the schedule keep their numbers, live runs stand behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, places
from planner.live_index import Run, pairs
from planner.strings import Strings
from planner.timetable import NONE, Flags, Indices, InSeat, Patterns, Times, Timetable, Trips

Integers = NDArray[np.int64]
Kind = TypeVar("Kind", np.int8, np.int32)

CANCELLED = -2
"""Instead of the live trip: the run does not run."""

UNPLANNED = np.int32(-(2**31))
"""Scheduled time of a call that is not in the schedule."""


@dataclass(frozen=True, slots=True)
class LiveRuns:
    """Runs that run otherwise than scheduled; calls of run r are rows ``first[r]:first[r + 1]`` of the columns below.

    Attributes
    ----------
    source : int32 array
        Trip of the schedule whose route, name and shape the run has; NONE for an added run.
    is_extra : int8 array
        1 where the run does not stand for a run of the schedule.
    day : int64 array
        Service day as proleptic ordinal.
    route : int32 array
    ids, headsigns : list of str
        headsign empty: as the source's.
    planned_arrival, planned_departure : int32 array
        UNPLANNED where the schedule has no such call.
    is_told, is_skipped : int8 array
        1 where something was predicted; where the vehicle does not stop.
    """

    source: Indices
    is_extra: Flags
    day: NDArray[np.int64]
    route: Indices
    ids: list[str]
    headsigns: list[str]
    first: NDArray[np.int64]
    stop: Indices
    can_board: Flags
    can_alight: Flags
    sequence: Indices
    arrival: Times
    departure: Times
    planned_arrival: Times
    planned_departure: Times
    is_told: Flags
    is_skipped: Flags

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, slots=True)
class LiveTimetable:
    """What runs, and what the schedule said instead.

    Attributes
    ----------
    timetable : Timetable
        Live run r is trip ``n_scheduled + r``.
    instead : dict of int to dict of int to int
        By service day and trip of the schedule the trip that runs instead, or CANCELLED.
    days : frozenset of int
        Service days on which anything runs otherwise than scheduled.
    """

    timetable: Timetable
    n_scheduled: int
    runs: LiveRuns
    instead: dict[int, dict[int, int]]
    days: frozenset[int]

    def shown(self, trip: int, service_date: date) -> int:
        """The trip that runs on `service_date` instead of `trip`: itself, a live one, or CANCELLED."""
        return self.instead.get(service_date.toordinal(), {}).get(trip, trip)

    def row(self, trip: int, position: int) -> int:
        """Row of `runs` for a call, NONE if `trip` is not a live one."""
        return int(self.runs.first[trip - self.n_scheduled]) + position if trip >= self.n_scheduled else NONE

    def is_extra(self, trip: int) -> bool:
        """Whether no trip of the schedule stands behind `trip`."""
        return trip >= self.n_scheduled and bool(self.runs.is_extra[trip - self.n_scheduled])

    def is_aligned(self, trip: int) -> bool:
        """Whether live trip `trip` makes the calls of the trip it replaces, one by one."""
        return bool(self.runs.planned_arrival[self.row(trip, 0)] != UNPLANNED)


def live_timetable(timetable: Timetable, runs: LiveRuns, cancelled: Sequence[Run]) -> LiveTimetable:
    """Put `runs` into `timetable`; each that is not extra replaces the run of its source."""
    n_trips = len(timetable.trips)
    planned = np.flatnonzero(runs.is_extra == 0)
    gone = pairs(cancelled)
    trip: Integers = np.append(gone[:, 0], runs.source[planned])
    day: Integers = np.append(gone[:, 1], runs.day[planned])
    now = np.append(np.full(len(gone), CANCELLED), n_trips + planned)
    service, active = _services(timetable, runs, trip, day)
    patterns, pattern = _patterns(timetable, runs)
    return LiveTimetable(
        replace(
            timetable,
            patterns=patterns,
            trips=_trips(timetable.trips, runs, service, pattern),
            in_seat=_links(timetable, trip, day, now),
            service_active=active,
        ),
        n_trips,
        runs,
        {one: _by_trip(trip, now, day == one) for one in np.unique(day).tolist()},
        frozenset(np.unique(np.append(day, runs.day)).tolist()),
    )


def _by_trip(trip: Integers, now: Integers, chosen: NDArray[np.bool_]) -> dict[int, int]:
    return dict(zip(trip[chosen].tolist(), now[chosen].tolist(), strict=True))


def _services(timetable: Timetable, runs: LiveRuns, trip: Integers, day: Integers) -> tuple[Indices, NDArray[np.uint8]]:
    """Services of all trips: what is replaced (`trip` on `day`) does not run then, a live run only on its own day."""
    service, active = timetable.trips.service.copy(), timetable.service_active
    order = np.argsort(trip, kind="stable")
    distinct, first, n_days = np.unique(trip[order], return_index=True, return_counts=True)
    column, n_columns = (day - timetable.first_date)[order], active.shape[1]
    rows, n_rows = [active], len(active)
    for count in np.unique(n_days).tolist():
        same = np.flatnonzero(n_days == count)
        taken = np.sort(column[first[same, None] + np.arange(count)])
        keys, example, of_key = service[distinct[same]].astype(np.int64), np.arange(len(same)), np.arange(len(same))
        for place in range(count):
            keys, example, of_key = np.unique(
                keys * n_columns + taken[:, place], return_index=True, return_inverse=True
            )
            keys = of_key.astype(np.int64)
        less = active[service[distinct[same[example]]]]
        less[np.arange(len(example))[:, None], taken[example]] = 0
        service[distinct[same]] = n_rows + of_key
        rows.append(less)
        n_rows += len(less)
    days, of_run = np.unique(runs.day, return_inverse=True)
    only = np.zeros((len(days), active.shape[1]), np.uint8)
    only[np.arange(len(days)), days - timetable.first_date] = 1
    return np.append(service, of_run + n_rows).astype(np.int32), np.vstack([*rows, only])


def _patterns(timetable: Timetable, runs: LiveRuns) -> tuple[Patterns, Indices]:
    """Patterns with those that only live runs have, and the pattern of each run."""
    patterns, trips = timetable.patterns, timetable.trips
    pattern = np.where(runs.source == NONE, NONE, trips.pattern[runs.source]) if len(trips) else runs.source.copy()
    size, rows = np.diff(runs.first), np.flatnonzero(pattern != NONE)
    own = rows[np.diff(patterns.first)[pattern[rows]] == size[rows]]
    calls, source = entries(runs.first, own), entries(patterns.first, pattern[own])
    differs = runs.stop[calls] != patterns.stop[source]
    differs |= runs.can_board[calls] != patterns.can_board[source]
    differs |= runs.can_alight[calls] != patterns.can_alight[source]
    keeps = np.ones(len(own), np.bool_)
    keeps[np.repeat(np.arange(len(own)), size[own])[differs]] = False
    others = np.setdiff1d(np.arange(len(runs)), own[keeps])
    words = runs.stop.astype(np.int64) * 4 + runs.can_board * 2 + runs.can_alight
    found: dict[bytes, int] = {}
    for row in others.tolist():
        sequence = words[runs.first[row] : runs.first[row + 1]].tobytes()
        pattern[row] = len(patterns) + found.setdefault(sequence, len(found))
    flat = np.frombuffer(b"".join(found), np.int64)
    sizes = [len(sequence) // 8 for sequence in found]
    return (
        Patterns(
            np.append(patterns.first, patterns.first[-1] + np.cumsum(sizes, dtype=np.int64)).astype(np.int32),
            np.append(patterns.stop, (flat // 4).astype(np.int32)),
            np.append(patterns.can_board, (flat // 2 % 2).astype(np.int8)),
            np.append(patterns.can_alight, (flat % 2).astype(np.int8)),
        ),
        pattern.astype(np.int32),
    )


def _trips(trips: Trips, runs: LiveRuns, service: Indices, pattern: Indices) -> Trips:
    """The trips of the schedule with the live ones behind them."""
    has_source = runs.source != NONE
    source = runs.source[has_source]

    def joined(column: NDArray[Kind], blank: int) -> NDArray[Kind]:
        values = np.full(len(runs), blank, column.dtype)
        values[has_source] = column[source]
        return np.append(column, values)

    n_headsigns, new = len(trips.headsigns), dict[str, int]()
    headsign = joined(trips.headsign, 0)
    for row, text in enumerate(runs.headsigns) if any(runs.headsigns) else ():
        if text:
            headsign[len(trips) + row] = n_headsigns + new.setdefault(text, len(new))
    blanks = Strings.of([""] * len(new))
    has_sequence = len(trips.sequence) == len(trips.arrival)
    return Trips(
        ids=_extended(trips.ids, Strings.of(runs.ids)),
        short_names=_extended(trips.short_names, _named_as(trips.short_names, runs.source)),
        headsigns=_extended(trips.headsigns, Strings.of(new)),
        headsign_translations={code: _extended(column, blanks) for code, column in trips.headsign_translations.items()},
        route=np.append(trips.route, runs.route).astype(np.int32),
        service=service,
        pattern=np.append(trips.pattern, pattern).astype(np.int32),
        headsign=headsign,
        direction=joined(trips.direction, 0),
        wheelchair=joined(trips.wheelchair, 0),
        bikes=joined(trips.bikes, 0),
        shape=joined(trips.shape, NONE),
        headway=joined(trips.headway, 0),
        first_event=np.append(trips.first_event, trips.first_event[-1] + runs.first[1:]),
        arrival=np.append(trips.arrival, runs.arrival),
        departure=np.append(trips.departure, runs.departure),
        sequence=np.append(trips.sequence, runs.sequence) if has_sequence else trips.sequence,
    )


def _named_as(texts: Strings, rows: Indices) -> Strings:
    """The texts of `rows`, empty for NONE."""
    size = np.where(rows == NONE, 0, np.diff(texts.offsets)[rows])
    octets = np.repeat(texts.offsets[:-1][rows], size) + places(size)
    return Strings(np.append(0, np.cumsum(size)), texts.octets[octets])


def _extended(texts: Strings, more: Strings) -> Strings:
    return Strings(np.append(texts.offsets, texts.offsets[-1] + more.offsets[1:]), np.append(texts.octets, more.octets))


def _links(timetable: Timetable, trip: Integers, day: Integers, live: Integers) -> InSeat:
    """In-seat links, those of replaced runs also between what runs instead of them."""
    a, b = timetable.in_seat.from_trip, timetable.in_seat.to_trip
    columns = [(a, b)]
    for one in np.unique(day) if len(a) else ():
        now = np.arange(len(timetable.trips), dtype=np.int32)
        now[trip[day == one]] = live[day == one]
        touched = (now[a] != a) | (now[b] != b)
        touched &= (now[a] != CANCELLED) & (now[b] != CANCELLED)
        columns.append((now[a[touched]], now[b[touched]]))
    return InSeat(*(np.concatenate(column).astype(np.int32) for column in zip(*columns, strict=True)))
