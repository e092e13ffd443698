"""From trip updates to live runs: which run is meant, which calls it makes, when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.live_holds import holds
from planner.live_index import Run, RunIndex, find_run, named_runs, pairs, route_between
from planner.live_records import StopRelationship, StopUpdate, TripRelationship, TripUpdate
from planner.live_times import NO_DATA, SKIPPED, TIMED, UNTOLD, Predicted, Scheduled, Told, predict
from planner.live_timetable import UNPLANNED, LiveRuns
from planner.timetable import NONE

Integers = NDArray[np.int64]

# Reached once: to look a member up, or to hash it, takes ten times as long as to compare it.
ADDED, CANCELED = TripRelationship.ADDED, TripRelationship.CANCELED
DUPLICATED, REPLACEMENT = TripRelationship.DUPLICATED, TripRelationship.REPLACEMENT
IS_SKIPPED, HAS_NO_DATA = StopRelationship.SKIPPED, StopRelationship.NO_DATA


class Remark(NamedTuple):
    """What could not be applied of a source's updates, in one sentence."""

    source: str
    message: str


class Message(NamedTuple):
    """What its trip updates are read with: the source's name and prefix of ids, and POSIX time `now`."""

    known: RunIndex
    source: str
    prefix: str
    now: float

    def stop(self, stop_id: str) -> int | None:
        """StopIndex of an id of the source."""
        return self.known.stops.get(self.prefix + stop_id)

    def remark(self, resolved: "Resolved", text: str) -> None:
        """Note what could not be applied."""
        resolved.remarks.append(Remark(self.source, text))


class Planned(NamedTuple):
    """A run of a scheduled trip, `shift` seconds later than scheduled if it is a copy, with what is told of it."""

    run: Run
    shift: int
    trip_id: str
    update: TripUpdate
    message: Message


class Extra(NamedTuple):
    """A run with calls of its own: (StopIndex, arrival, departure, is_skipped) each; `source` is a trip or NONE."""

    source: int
    day: int
    route: int
    trip_id: str
    headsign: str
    calls: tuple[tuple[int, int, int, bool], ...]
    replaces: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """Updates of all sources, sorted out."""

    planned: list[Planned] = field(default_factory=list)
    copies: list[Planned] = field(default_factory=list)
    extra: list[Extra] = field(default_factory=list)
    cancelled: list[Run] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    seen: set[Run] = field(default_factory=set)
    named: set[str] = field(default_factory=set)


def resolve(message: Message, updates: Sequence[TripUpdate], resolved: Resolved) -> None:
    """Add to `resolved` what `updates` mean; of several about one run the first counts."""
    runs = named_runs(message.known, [update.trip for update in updates], message.prefix)
    for update, run in zip(updates, runs, strict=True):
        refused = _resolve(message, update, run, resolved)
        if refused is not None:
            message.remark(resolved, refused)


def _resolve(message: Message, update: TripUpdate, named: Run | None, resolved: Resolved) -> str | None:
    index, relationship = message.known, update.relationship
    if named is None or relationship is DUPLICATED:
        moments = (t for s in update.stop_updates for t in (s.arrival_time, s.departure_time) if t is not None)
        moment = next(moments, message.now)
        if relationship is DUPLICATED:
            return _copy(message, update, moment, resolved)
        run = find_run(index, update.trip, message.prefix, moment)
        if relationship is ADDED and (update.trip.trip_id is None or isinstance(run, str)):
            return _add(message, update, moment, resolved)
        if isinstance(run, str):
            return run
    else:
        run = named
    trip_id = index.names[run[0]]
    if run in resolved.seen:
        return f"trip '{trip_id}' is told of twice; the first update counts"
    resolved.seen.add(run)
    if relationship is CANCELED:
        resolved.cancelled.append(run)
    elif relationship is REPLACEMENT or relationship is ADDED:
        return _replace(message, update, run, resolved)
    else:
        resolved.planned.append(Planned(run, 0, trip_id, update, message))
    return None


def _copy(message: Message, update: TripUpdate, moment: float, resolved: Resolved) -> str | None:
    index, prefix = message.known, message.prefix
    copy = update.copy
    assert copy is not None
    assert copy.start_time is not None
    template = index.trips.get(prefix + (update.trip.trip_id or ""))
    if template is None:
        return f"there is no trip '{update.trip.trip_id}' to be duplicated"
    day = _day_of(index, copy.start_date or update.trip.start_date, moment)
    if not _is_covered(index, day):
        return f"trip '{copy.trip_id}' runs outside the timetable's dates"
    trip_id = prefix + (copy.trip_id or "")
    if trip_id in resolved.named:
        return f"trip '{trip_id}' is told of twice; the first update counts"
    resolved.named.add(trip_id)
    shift = copy.start_time - int(index.start[template])
    resolved.copies.append(Planned((template, day), shift, trip_id, update, message))
    return None


def _add(message: Message, update: TripUpdate, moment: float, resolved: Resolved) -> str | None:
    index, prefix = message.known, message.prefix
    trip = update.trip
    name = f"added trip '{trip.trip_id or ''}'"
    day = _day_of(index, trip.start_date, moment)
    calls, unknown = _calls(message, update, day)
    if unknown:
        message.remark(resolved, f"{name}: there is no stop '{unknown[0]}'; it is passed")
    if len(calls) < 2:
        return f"{name} has fewer than two calls with a known stop and a time"
    if not _is_covered(index, day):
        return f"{name} runs outside the timetable's dates"
    route = index.routes.get(prefix + (trip.route_id or ""), NONE)
    if route == NONE:
        route = route_between(index, [calls[0][0], calls[-1][0]])
    if route == NONE:
        return f"{name} has no route, and no other trip runs from its first to its last stop"
    key = f"{prefix}{trip.trip_id or update.trip}@{day}"
    if key in resolved.named:
        return f"{name} is told of twice; the first update counts"
    resolved.named.add(key)
    headsign = update.headsign or index.timetable.stops.names[calls[-1][0]]
    resolved.extra.append(Extra(NONE, day, route, prefix + (trip.trip_id or "added"), headsign, calls, False))
    return None


def _replace(message: Message, update: TripUpdate, run: Run, resolved: Resolved) -> str | None:
    (trip, day), index = run, message.known
    calls, unknown = _calls(message, update, day)
    name = f"trip '{index.names[trip]}'"
    if unknown:
        message.remark(resolved, f"{name}: there is no stop '{unknown[0]}'; it is passed")
    if len(calls) < 2:
        return f"the replacement of {name} has fewer than two calls with a known stop and a time"
    trips = index.timetable.trips
    headsign = update.headsign or ""
    resolved.extra.append(Extra(trip, day, int(trips.route[trip]), index.names[trip], headsign, calls, True))
    return None


def _calls(message: Message, update: TripUpdate, day: int) -> tuple[tuple[tuple[int, int, int, bool], ...], list[str]]:
    """Calls with a known stop and a time, in time's order; ids of unknown stops."""
    start, latest = message.known.day_start(day), -(10**9)
    calls: list[tuple[int, int, int, bool]] = []
    unknown: list[str] = []
    for told in update.stop_updates:
        stop_id = told.assigned_stop_id or told.stop_id or ""
        stop = message.stop(stop_id)
        times = [time for time in (told.arrival_time, told.departure_time) if time is not None]
        if stop is None:
            unknown.append(stop_id)
        elif times:
            arrival, departure = (max(-(10**8), min(10**8, time - start)) for time in (times[0], times[-1]))
            arrival = max(arrival, latest)
            latest = max(arrival, departure)
            calls.append((stop, arrival, latest, told.relationship is IS_SKIPPED))
    return tuple(calls), unknown


def _day_of(index: RunIndex, day: date | None, moment: float) -> int:
    if day is not None:
        return day.toordinal()
    return datetime.fromtimestamp(moment, index.zone).toordinal()


def _is_covered(index: RunIndex, day: int) -> bool:
    return 0 <= day - index.timetable.first_date < int(index.timetable.service_active.shape[1])


def live_runs(index: RunIndex, resolved: Resolved) -> LiveRuns:
    """Write out every run; remarks on stop updates that name no call are added to `resolved`."""
    planned = [*resolved.planned, *resolved.copies]
    told_of = _columns(planned)
    scheduled, told = _scheduled(index, told_of), _told(index, planned)
    predicted = predict(scheduled, told)
    for row in np.flatnonzero(predicted.lost).tolist():
        at = int(np.searchsorted(told.first, row, "right")) - 1
        lost = planned[at].update.stop_updates[row - int(told.first[at])]
        name = f"stop_sequence {lost.stop_sequence}" if lost.stop_id is None else f"stop '{lost.stop_id}'"
        remark = Remark(planned[at].message.source, f"trip '{planned[at].trip_id}' does not call at {name}")
        resolved.remarks.append(remark)
    n_runs = len(resolved.planned)
    ends = predicted.arrival[scheduled.first[1 : n_runs + 1] - 1]
    trip, day, late = holds(index, told_of.trip[:n_runs], told_of.day[:n_runs], ends, pairs(resolved.seen))
    held = Columns(trip, day, np.zeros(len(trip), np.int32), late)
    also = _scheduled(index, held)
    later = predict(also, _nothing_told(len(trip)))
    first = np.append(scheduled.first, scheduled.first[-1] + also.first[1:])
    both = Scheduled._make([first, *_appended(scheduled[1:], also[1:])])
    ids = [*(one.trip_id for one in planned), *(index.names[one] for one in trip.tolist())]
    headsigns = [*(one.update.headsign or "" for one in planned), *[""] * len(trip)]
    rows = Columns._make(_appended(told_of, held))
    return _written(index, resolved, (rows, ids, headsigns), both, Predicted._make(_appended(predicted, later)))


def _appended(columns: Iterable[NDArray[Any]], others: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    return (np.append(column, other) for column, other in zip(columns, others, strict=True))


class Columns(NamedTuple):
    """Runs of scheduled trips as columns; `delay` of the whole run or UNTOLD."""

    trip: Integers
    day: Integers
    shift: NDArray[np.int32]
    delay: Integers


def _columns(planned: list[Planned]) -> Columns:
    runs = pairs([one.run for one in planned])
    return Columns(
        *(runs[:, 0], runs[:, 1]),
        np.array([one.shift for one in planned], np.int32),
        _told_column([one.update.delay for one in planned]),
    )


def _scheduled(index: RunIndex, runs: Columns) -> Scheduled:
    trips, patterns = index.timetable.trips, index.timetable.patterns
    size = np.diff(trips.first_event)[runs.trip]
    events, shift = entries(trips.first_event, runs.trip), np.repeat(runs.shift, size)
    has_sequence = len(trips.sequence) == len(trips.arrival)
    return Scheduled(
        np.append(0, np.cumsum(size)).astype(np.int64),
        patterns.stop[entries(patterns.first, trips.pattern[runs.trip])],
        trips.sequence[events].astype(np.int64) if has_sequence else np.full(len(events), -2, np.int64),
        trips.arrival[events] + shift,
        trips.departure[events] + shift,
        runs.delay,
    )


def _told(index: RunIndex, planned: list[Planned]) -> Told:
    counts = np.array([len(one.update.stop_updates) for one in planned], np.int64)
    rows: list[StopUpdate] = list(chain.from_iterable(one.update.stop_updates for one in planned))
    if not rows:
        return _nothing_told(len(planned))
    prefixes = list(chain.from_iterable(repeat(one.message.prefix, len(one.update.stop_updates)) for one in planned))
    starts = np.repeat(_day_starts(index, planned), counts)
    return Told(
        offsets(counts),
        np.array([NONE if row.stop_sequence is None else row.stop_sequence for row in rows], np.int64),
        _stops(index, [row.stop_id for row in rows], prefixes),
        _told_column([row.arrival_delay for row in rows]),
        _since(_told_column([row.arrival_time for row in rows]), starts),
        _told_column([row.departure_delay for row in rows]),
        _since(_told_column([row.departure_time for row in rows]), starts),
        _kinds([row.relationship for row in rows]),
        _stops(index, [row.assigned_stop_id for row in rows], prefixes),
    )


def _nothing_told(n_runs: int) -> Told:
    none = np.zeros(0, np.int64)
    stops = none.astype(np.int32)
    return Told(np.zeros(n_runs + 1, np.int32), none, stops, none, none, none, none, none.astype(np.int8), stops)


def _day_starts(index: RunIndex, planned: list[Planned]) -> Integers:
    days, rows = np.unique([day for (_, day), *_ in planned], return_inverse=True)
    return np.array([index.day_start(day) for day in days.tolist()], np.int64)[rows]


def _kinds(relationships: Sequence[StopRelationship]) -> NDArray[np.int8]:
    told = [NO_DATA if one is HAS_NO_DATA else SKIPPED if one is IS_SKIPPED else TIMED for one in relationships]
    return np.array(told, np.int8)


def _stops(index: RunIndex, ids: Sequence[str | None], prefixes: list[str]) -> NDArray[np.int32]:
    if ids.count(None) == len(ids):
        return np.full(len(ids), NONE, np.int32)
    stops = index.stops
    found = [
        NONE if stop is None else stops.get(prefix + stop, NONE) for stop, prefix in zip(ids, prefixes, strict=True)
    ]
    return np.array(found, np.int32)


def _told_column(values: Sequence[int | None]) -> Integers:
    if values.count(None) == len(values):
        return np.full(len(values), UNTOLD, np.int64)
    return np.array([UNTOLD if value is None else value for value in values], np.int64)


def _since(times: Integers, starts: Integers) -> Integers:
    return np.where(times == UNTOLD, UNTOLD, times - starts)


def _written(
    index: RunIndex,
    resolved: Resolved,
    runs: tuple[Columns, list[str], list[str]],
    scheduled: Scheduled,
    predicted: Predicted,
) -> LiveRuns:
    patterns, trips, extra = index.timetable.patterns, index.timetable.trips, resolved.extra
    (trip, day, _, _), ids, headsigns = runs
    calls = entries(patterns.first, trips.pattern[trip])
    stops_at = predicted.is_skipped == 0
    is_copy = np.zeros(len(trip), np.int8)
    is_copy[len(resolved.planned) : len(resolved.planned) + len(resolved.copies)] = 1
    size = np.append(np.diff(scheduled.first), [len(one.calls) for one in extra])
    stop, arrival, departure, skipped = _extra_calls(extra)
    unplanned = np.full(len(stop), UNPLANNED, np.int32)
    numbered = len(trips.sequence) == len(trips.arrival)
    return LiveRuns(
        source=np.append(trip, [one.source for one in extra]).astype(np.int32),
        is_extra=np.append(is_copy, [not one.replaces for one in extra]).astype(np.int8),
        day=np.append(day, [one.day for one in extra]).astype(np.int64),
        route=np.append(trips.route[trip], [one.route for one in extra]).astype(np.int32),
        ids=[*ids, *(one.trip_id for one in extra)],
        headsigns=[*headsigns, *(one.headsign for one in extra)],
        first=np.append(0, np.cumsum(size)).astype(np.int64),
        stop=np.append(predicted.stop, stop).astype(np.int32),
        can_board=np.append(patterns.can_board[calls] * stops_at, 1 - skipped).astype(np.int8),
        can_alight=np.append(patterns.can_alight[calls] * stops_at, 1 - skipped).astype(np.int8),
        sequence=np.append(scheduled.sequence if numbered else [], np.full(len(stop), NONE)).astype(np.int32),
        arrival=np.append(predicted.arrival, arrival).astype(np.int32),
        departure=np.append(predicted.departure, departure).astype(np.int32),
        planned_arrival=np.append(scheduled.arrival, unplanned),
        planned_departure=np.append(scheduled.departure, unplanned),
        is_told=np.append(predicted.is_told, np.ones(len(stop))).astype(np.int8),
        is_skipped=np.append(predicted.is_skipped, skipped).astype(np.int8),
    )


def _extra_calls(extra: list[Extra]) -> Iterator[Integers]:
    """Stops, arrivals, departures and skips of the calls of all extra runs."""
    calls = [call for one in extra for call in one.calls]
    return (np.array([call[column] for call in calls], np.int64) for column in range(4))
