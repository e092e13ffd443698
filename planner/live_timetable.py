"""A timetable as it really runs: predicted runs added, what they replace taken out of their service days.

The result is a `Timetable` like any other: trips of the schedule keep their numbers, live runs stand behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries
from planner.live_index import Run
from planner.strings import Strings
from planner.timetable import NONE, Flags, Indices, InSeat, Patterns, Times, Timetable, Trips

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
    instead : dict of Run to int
        Trip that runs instead of a run of the schedule, or CANCELLED.
    days : frozenset of int
        Service days on which anything runs otherwise than scheduled.
    """

    timetable: Timetable
    n_scheduled: int
    runs: LiveRuns
    instead: dict[Run, int]
    days: frozenset[int]

    def shown(self, trip: int, service_date: date) -> int:
        """The trip that runs on `service_date` instead of `trip`: itself, a live one, or CANCELLED."""
        return self.instead.get(Run(trip, service_date.toordinal()), trip)

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
    instead = dict.fromkeys(cancelled, CANCELLED)
    planned = np.flatnonzero(runs.is_extra == 0)
    for row, trip, day in zip(planned.tolist(), runs.source[planned].tolist(), runs.day[planned].tolist(), strict=True):
        instead[Run(trip, day)] = n_trips + row
    service, active = _services(timetable, runs, instead)
    patterns, pattern = _patterns(timetable, runs)
    return LiveTimetable(
        replace(
            timetable,
            patterns=patterns,
            trips=_trips(timetable.trips, runs, service, pattern),
            in_seat=_links(timetable, instead),
            service_active=active,
        ),
        n_trips,
        runs,
        instead,
        frozenset(run.day for run in instead) | frozenset(runs.day.tolist()),
    )


def _services(timetable: Timetable, runs: LiveRuns, instead: dict[Run, int]) -> tuple[Indices, NDArray[np.uint8]]:
    """Services of all trips: what is replaced does not run on its day, a live run only on its own."""
    active, days_of = timetable.service_active, dict[int, list[int]]()
    for trip, day in instead:
        days_of.setdefault(trip, []).append(day)
    service, rows = timetable.trips.service.copy(), list[NDArray[np.uint8]]()
    found: dict[tuple[int, ...], int] = {}
    own = service[np.array(list(days_of), np.int64)].tolist()
    for (trip, taken), base in zip(days_of.items(), own, strict=True):
        key = (base, *sorted(taken))
        if key not in found:
            found[key] = len(active) + len(rows)
            rows.append(active[base].copy())
            rows[-1][[day - timetable.first_date for day in taken]] = 0
        service[trip] = found[key]
    days, of_run = np.unique(runs.day, return_inverse=True)
    only = np.zeros((len(days), active.shape[1]), np.uint8)
    only[np.arange(len(days)), days - timetable.first_date] = 1
    of_run = of_run + len(active) + len(rows)
    return np.append(service, of_run).astype(np.int32), np.vstack([active, *rows, only])


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
    for row, text in enumerate(runs.headsigns):
        if text:
            headsign[len(trips) + row] = n_headsigns + new.setdefault(text, len(new))
    blanks = Strings.of([""] * len(new))
    has_sequence = len(trips.sequence) == len(trips.arrival)
    return Trips(
        ids=_extended(trips.ids, Strings.of(runs.ids)),
        short_names=_extended(
            trips.short_names, Strings.of(trips.short_names[s] if s != NONE else "" for s in runs.source.tolist())
        ),
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


def _extended(texts: Strings, more: Strings) -> Strings:
    return Strings(np.append(texts.offsets, texts.offsets[-1] + more.offsets[1:]), np.append(texts.octets, more.octets))


def _links(timetable: Timetable, instead: dict[Run, int]) -> InSeat:
    """In-seat links, those of replaced runs also between what runs instead of them."""
    a, b = timetable.in_seat.from_trip, timetable.in_seat.to_trip
    of_day: dict[int, dict[int, int]] = {}
    for (trip, day), live in instead.items():
        of_day.setdefault(day, {})[trip] = live
    columns = [(a, b)]
    for runs in of_day.values():
        now = np.arange(len(timetable.trips), dtype=np.int32)
        now[list(runs)] = list(runs.values())
        touched = (now[a] != a) | (now[b] != b)
        touched &= (now[a] != CANCELLED) & (now[b] != CANCELLED)
        columns.append((now[a[touched]], now[b[touched]]))
    return InSeat(*(np.concatenate(column).astype(np.int32) for column in zip(*columns, strict=True)))
