"""A day cut out of a live timetable: the day cut out of the schedule, patched where vehicles run otherwise.

Only these are chained anew. They go back to a lane of equal calls where they overtake nobody, else they get lanes of
their own behind the others. The result holds the same vehicles as `planner.day.timetable_on` of the live timetable.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.bounds import Bounds, hold_for
from planner.chains import DAY_OFFSETS
from planner.csr import entries, offsets
from planner.day import DayTimetable, Segments, boarding_places, timetable_on
from planner.kernels import kernel
from planner.labels import Lanes
from planner.live_index import RunIndex
from planner.live_timetable import LiveTimetable
from planner.stays import lanes_of
from planner.timetable import Indices, InSeat, Times, Timetable

Mask = NDArray[np.bool_]


def patched_within(
    scheduled: DayTimetable,
    live: LiveTimetable,
    index: RunIndex,
    day: date,
    allowed: tuple[Mask | None, Mask | None],
    bounds: Bounds,
) -> tuple[DayTimetable, bool]:
    """The day around `day` as it runs, and whether `bounds` hold on it: no vehicle runs faster than all by timetable.

    Parameters
    ----------
    scheduled : DayTimetable
        Cut out of the schedule with the same trips and stops allowed; it is not changed.
    allowed : pair of bool array or None
        Trips of the live timetable and stops that may be used.
    """
    otherwise = _run_otherwise(live, index, day, allowed)
    if otherwise is None:
        return scheduled, True
    own, out = otherwise
    holds = bounds.shape[1] > 0 and bool(hold_for(bounds, lanes_of(own)))
    return _joined(scheduled, own, _stays(scheduled, out)), holds


def _run_otherwise(
    live: LiveTimetable, index: RunIndex, day: date, allowed: tuple[Mask | None, Mask | None]
) -> tuple[DayTimetable, Mask] | None:
    """Vehicles that run otherwise, cut out, and by day offset the trips of the schedule they make no more."""
    trips, stops = allowed
    rows, out = [], np.zeros((len(DAY_OFFSETS), live.n_scheduled), np.bool_)
    for offset in DAY_OFFSETS:
        service_day = (day + timedelta(days=offset)).toordinal()
        moved, running = _touched(live, index, service_day)
        out[offset + 1, moved] = True
        rows.append(running)
    if not out.any() and not any(map(len, rows)):
        return None
    part = _part(live.timetable, rows, day)
    which = np.concatenate(rows)
    own = timetable_on(part, day, None if trips is None else trips[which], stops)
    own = replace(own, segments=replace(own.segments, trip=which[own.segments.trip].astype(np.int32)))
    return own, out


def _touched(live: LiveTimetable, index: RunIndex, day: int) -> tuple[Indices, Indices]:
    """Trips of the schedule whose vehicles run otherwise on `day`, and all trips these vehicles make instead."""
    replaced = np.array([*live.instead.get(day, ())], np.int32)
    linked = np.unique(index.vehicle[replaced])
    mates = [index.members[vehicle] for vehicle in linked.tolist() if vehicle in index.members]
    beside = np.setdiff1d(np.concatenate(mates), replaced) if mates else np.zeros(0, np.int32)
    column = day - index.timetable.first_date
    if len(beside):
        beside = beside[index.timetable.service_active[index.timetable.trips.service[beside], column] != 0]
    running = np.flatnonzero(live.runs.day == day) + live.n_scheduled
    return np.append(replaced, beside).astype(np.int32), np.append(beside, running).astype(np.int32)


def _part(timetable: Timetable, rows: list[Indices], day: date) -> Timetable:
    """A timetable of the chosen trips of each service day around `day` and nothing else."""
    trips, chosen = timetable.trips, np.concatenate(rows)
    events = entries(trips.first_event, chosen)
    links, start = [], 0
    for of_day in rows:
        place = np.full(len(trips), -1, np.int32)
        place[of_day] = start + np.arange(len(of_day))
        a, b = place[timetable.in_seat.from_trip], place[timetable.in_seat.to_trip]
        links.append((a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]))
        start += len(of_day)
    return replace(
        timetable,
        trips=replace(
            trips,
            service=np.repeat(np.arange(len(rows)), [len(of_day) for of_day in rows]).astype(np.int32),
            route=trips.route[chosen],
            pattern=trips.pattern[chosen],
            first_event=np.append(0, np.cumsum(np.diff(trips.first_event)[chosen])),
            arrival=trips.arrival[events],
            departure=trips.departure[events],
        ),
        in_seat=InSeat(*(np.concatenate(column) for column in zip(*links, strict=True))),
        first_date=day.toordinal() - 1,
        service_active=np.eye(len(rows), dtype=np.uint8),
    )


def _stays(day: DayTimetable, out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lane trips without a trip of service day offset d where ``out[d + 1]``."""
    leaves = out[day.segments.day_offset + 1, day.segments.trip]
    return ~np.logical_or.reduceat(leaves, day.segments.first[:-1]) if len(leaves) else np.zeros(0, np.bool_)


def _joined(day: DayTimetable, own: DayTimetable, stays: NDArray[np.bool_]) -> DayTimetable:
    """The lane trips of `day` that stay and those of `own`, every lane in order."""
    order, n_trips = _order(day, own, stays)
    filled = np.flatnonzero(n_trips)
    pattern_first = offsets(np.concatenate([np.diff(day.pattern_first), np.diff(own.pattern_first)]))
    calls = entries(pattern_first, filled)
    n_calls, n_trips = np.diff(pattern_first)[filled], n_trips[filled]
    stop, board_stop, alight_stop = (
        np.append(getattr(day, name), getattr(own, name))[calls] for name in ("stop", "board_stop", "alight_stop")
    )
    first, event_first = offsets(n_calls), offsets(n_trips * n_calls)
    arrival, departure = _laid_out(lanes_of(day), lanes_of(own), offsets(n_trips), n_calls, event_first, order)
    return DayTimetable(
        day.n_stops,
        first,
        stop,
        board_stop,
        alight_stop,
        offsets(n_trips),
        event_first,
        arrival,
        departure,
        *boarding_places(day.n_stops, first, board_stop),
        _segments(day.segments, own.segments, order),
    )


def _segments(a: Segments, b: Segments, order: NDArray[np.int64]) -> Segments:
    first = np.append(a.first, a.first[-1] + b.first[1:])
    rows = entries(first, order)
    return Segments(
        offsets(np.diff(first)[order]),
        np.append(a.trip, b.trip)[rows],
        np.append(a.day_offset, b.day_offset)[rows],
        np.append(a.position, b.position)[rows],
        np.append(a.n_calls, b.n_calls)[rows],
    )


def _order(
    day: DayTimetable, own: DayTimetable, stays: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lane trips of the joined day (those of `own` count on from those of `day`), and how many each pattern has."""
    n_patterns, n_trips, n_own = len(day.trip_first) - 1, len(stays), int(own.trip_first[-1])
    lane = np.repeat(np.arange(len(own.trip_first) - 1), np.diff(own.trip_first))
    row, n_calls = np.arange(n_own) - own.trip_first[lane], np.diff(own.pattern_first)[lane]
    start = own.departure[own.event_first[lane] + row]
    end = own.arrival[own.event_first[lane] + (row + 1) * n_calls - 1]
    group_of_lane, lanes_like = _equal_calls(day, own)
    rows = np.lexsort((end, start, group_of_lane[lane]))
    group_first = np.searchsorted(group_of_lane[lane][rows], np.arange(len(lanes_like) + 1)).astype(np.int32)
    like_first = offsets(np.array([len(like) for like in lanes_like], np.int64))
    like = np.array([pattern for found in lanes_like for pattern in found], np.int32)
    target, before = _returned(lanes_of(day), lanes_of(own), lane, rows, (group_first, like_first, like), stays)
    place = np.empty(n_own, np.int64)
    place[rows] = np.arange(n_own)
    kept, width = np.flatnonzero(stays), n_patterns * n_own + 1
    returns = target >= 0
    key = np.where(returns, 2 * before * width + target * n_own + place, (2 * (n_trips + np.arange(n_own)) + 1) * width)
    order = np.append(kept, n_trips + np.arange(n_own))[
        np.argsort(np.append((2 * kept + 1) * width, key), kind="stable")
    ]
    pattern = np.append(
        np.repeat(np.arange(n_patterns), np.diff(day.trip_first))[kept], np.where(returns, target, n_patterns + lane)
    )
    return order, np.bincount(pattern, minlength=n_patterns + len(own.trip_first) - 1)


def _equal_calls(day: DayTimetable, own: DayTimetable) -> tuple[NDArray[np.int64], list[list[int]]]:
    """A number for each pattern of `own`, the same for equal calls, and by it the patterns of `day` with the same."""
    number: dict[bytes, int] = {}
    of_own = np.array([number.setdefault(calls, len(number)) for calls in _calls(own)], np.int64)
    like: list[list[int]] = [[] for _ in number]
    for pattern, calls in enumerate(_calls(day)):
        if calls in number:
            like[number[calls]].append(pattern)
    return of_own, like


def _calls(day: DayTimetable) -> list[bytes]:
    words = np.stack([day.stop, day.board_stop, day.alight_stop], axis=1)
    octets, size = words.tobytes(), words.itemsize * 3
    first = (day.pattern_first * size).tolist()
    return [octets[a:b] for a, b in pairwise(first)]


@kernel
def _returned(  # noqa: C901
    day: Lanes,
    own: Lanes,
    lane: NDArray[np.int64],
    rows: NDArray[np.int64],
    groups: tuple[Indices, Indices, Indices],
    stays: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each lane trip of `own` the pattern of `day` it goes back to (−1: none) and the lane trip it goes before.

    Group g has the lane trips ``rows[groups[0][g]:groups[0][g + 1]]`` of `own` and the patterns
    ``groups[2][groups[1][g]:groups[1][g + 1]]`` of `day`.

    Each lane is merged with the trips of equal calls, in order of their start, as far as all follow each other.
    """
    group_first, like_first, like = groups
    target, before = np.full(len(lane), -1, np.int64), np.zeros(len(lane), np.int64)
    for group in range(len(group_first) - 1):
        for place in range(like_first[group], like_first[group + 1]):
            pattern = like[place]
            first, last = day.trip_first[pattern], day.trip_first[pattern + 1]
            following, latest, latest_is_own = first, -1, False
            for row in range(group_first[group], group_first[group + 1]):
                trip = rows[row]
                if target[trip] >= 0:
                    continue
                while following < last and (
                    not stays[following] or _follows(day, pattern, following, own, lane[trip], trip)
                ):
                    if stays[following]:
                        latest, latest_is_own = following, False
                    following += 1
                if latest >= 0:
                    if latest_is_own:
                        if not _follows(own, lane[latest], latest, own, lane[trip], trip):
                            continue
                    elif not _follows(day, pattern, latest, own, lane[trip], trip):
                        continue
                if following == last or _follows(own, lane[trip], trip, day, pattern, following):
                    target[trip], before[trip] = pattern, following
                    latest, latest_is_own = trip, True
    return target, before


@kernel
def _follows(a: Lanes, pattern_a: int, trip_a: int, b: Lanes, pattern_b: int, trip_b: int) -> bool:
    """Whether lane trip `trip_b` of `b` overtakes `trip_a` of `a` nowhere where it matters; equal calls."""
    call, n_calls = a.pattern_first[pattern_a], a.pattern_first[pattern_a + 1] - a.pattern_first[pattern_a]
    n_a = a.trip_first[pattern_a + 1] - a.trip_first[pattern_a]
    n_b = b.trip_first[pattern_b + 1] - b.trip_first[pattern_b]
    row_a, row_b = trip_a - a.trip_first[pattern_a], trip_b - b.trip_first[pattern_b]
    event_a, event_b = a.event_first[pattern_a], b.event_first[pattern_b]
    nowhere = len(a.at_first) - 1
    for i in range(n_calls):
        if a.board_stop[call + i] != nowhere and (
            a.departure[event_a + i * n_a + row_a] > b.departure[event_b + i * n_b + row_b]
        ):
            return False
        if a.alight_stop[call + i] != nowhere and (
            a.arrival[event_a + row_a * n_calls + i] > b.arrival[event_b + row_b * n_calls + i]
        ):
            return False
    return True


@kernel
def _laid_out(
    day: Lanes, own: Lanes, trip_first: Indices, n_calls: Indices, event_first: Indices, order: NDArray[np.int64]
) -> tuple[Times, Times]:
    arrivals, departures = np.empty(event_first[-1], np.int32), np.empty(event_first[-1], np.int32)
    n_day = day.trip_first[-1]
    pattern_a = 0
    for pattern in range(len(n_calls)):
        n, n_trips = n_calls[pattern], trip_first[pattern + 1] - trip_first[pattern]
        begin, target = order[trip_first[pattern]], event_first[pattern]
        while begin < n_day and begin >= day.trip_first[pattern_a + 1]:
            pattern_a += 1
        is_whole = begin < n_day and day.trip_first[pattern_a + 1] - day.trip_first[pattern_a] == n_trips
        for row in range(n_trips if is_whole else 0):
            is_whole &= order[trip_first[pattern] + row] == day.trip_first[pattern_a] + row
        if is_whole:
            event = day.event_first[pattern_a]
            arrivals[target : target + n * n_trips] = day.arrival[event : event + n * n_trips]
            departures[target : target + n * n_trips] = day.departure[event : event + n * n_trips]
            continue
        for row in range(n_trips):
            trip = order[trip_first[pattern] + row]
            if trip < n_day:
                lanes = day
                while trip >= day.trip_first[pattern_a + 1]:
                    pattern_a += 1
                source = pattern_a
            else:
                lanes, trip = own, trip - n_day
                source = np.searchsorted(own.trip_first, trip, "right") - 1
            own_row, n_source = trip - lanes.trip_first[source], lanes.trip_first[source + 1] - lanes.trip_first[source]
            event = lanes.event_first[source]
            for i in range(n):
                arrivals[target + row * n + i] = lanes.arrival[event + own_row * n + i]
                departures[target + i * n_trips + row] = lanes.departure[event + i * n_source + own_row]
    return arrivals, departures
