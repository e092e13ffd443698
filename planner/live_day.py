"""A day cut out of a live timetable: the day cut out of the schedule, patched where vehicles run otherwise.

Only these are chained anew: they leave their lanes and get lanes of their own behind the others. The result holds the
same vehicles as `planner.day.timetable_on` of the live timetable, in other lanes.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from planner.chains import DAY_OFFSETS
from planner.csr import entries, offsets
from planner.day import DayTimetable, Segments, boarding_places, timetable_on
from planner.kernels import kernel
from planner.live_index import RunIndex
from planner.live_timetable import LiveTimetable
from planner.timetable import Indices, InSeat, Times, Timetable

Mask = NDArray[np.bool_]


def patched(
    scheduled: DayTimetable, live: LiveTimetable, index: RunIndex, day: date, allowed: tuple[Mask | None, Mask | None]
) -> DayTimetable:
    """The day around `day` as it runs.

    Parameters
    ----------
    scheduled : DayTimetable
        Cut out of the schedule with the same trips and stops allowed; it is not changed.
    allowed : pair of bool array or None
        Trips of the live timetable and stops that may be used.
    """
    trips, stops = allowed
    rows, out = [], np.zeros((len(DAY_OFFSETS), live.n_scheduled), np.bool_)
    for offset in DAY_OFFSETS:
        service_day = (day + timedelta(days=offset)).toordinal()
        moved, running = _touched(live, index, service_day)
        out[offset + 1, moved] = True
        rows.append(running)
    if not out.any() and not any(map(len, rows)):
        return scheduled
    part = _part(live.timetable, rows, day)
    which = np.concatenate(rows)
    own = timetable_on(part, day, None if trips is None else trips[which], stops)
    own = replace(own, segments=replace(own.segments, trip=which[own.segments.trip].astype(np.int32)))
    return _joined(_without(scheduled, out), own)


def _touched(live: LiveTimetable, index: RunIndex, day: int) -> tuple[Indices, Indices]:
    """Trips of the schedule whose vehicles run otherwise on `day`, and all trips these vehicles make instead."""
    replaced = np.array([run.trip for run in live.instead if run.day == day], np.int32)
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


def _without(day: DayTimetable, out: NDArray[np.bool_]) -> DayTimetable:
    """The day less every lane trip that has a trip of service day offset d where ``out[d + 1]``."""
    segments = day.segments
    leaves = out[segments.day_offset + 1, segments.trip]
    if not leaves.any():
        return day
    keep = ~np.logical_or.reduceat(leaves, segments.first[:-1])
    kept = np.flatnonzero(keep)
    before = np.append(0, np.cumsum(keep))
    trip_first = before[day.trip_first].astype(np.int32)
    event_first = offsets(np.diff(trip_first) * np.diff(day.pattern_first))
    arrival, departure = _kept_times(
        day.pattern_first, day.trip_first, day.event_first, day.arrival, day.departure, event_first, keep
    )
    rows = entries(segments.first, kept)
    return replace(
        day,
        trip_first=trip_first,
        event_first=event_first,
        arrival=arrival,
        departure=departure,
        segments=Segments(
            offsets(np.diff(segments.first)[kept]),
            segments.trip[rows],
            segments.day_offset[rows],
            segments.position[rows],
            segments.n_calls[rows],
        ),
    )


@kernel
def _kept_times(
    pattern_first: Indices,
    trip_first: Indices,
    event_first: Indices,
    arrival: Times,
    departure: Times,
    new_first: Indices,
    keep: NDArray[np.bool_],
) -> tuple[Times, Times]:
    arrivals, departures = np.empty(new_first[-1], np.int32), np.empty(new_first[-1], np.int32)
    for pattern in range(len(pattern_first) - 1):
        n_calls = pattern_first[pattern + 1] - pattern_first[pattern]
        n_trips = trip_first[pattern + 1] - trip_first[pattern]
        source, target = event_first[pattern], new_first[pattern]
        if new_first[pattern + 1] - target == n_calls * n_trips:
            for event in range(n_calls * n_trips):
                arrivals[target + event] = arrival[source + event]
                departures[target + event] = departure[source + event]
            continue
        n_kept = (new_first[pattern + 1] - target) // n_calls
        row = 0
        for trip in range(n_trips):
            if keep[trip_first[pattern] + trip]:
                for call in range(n_calls):
                    arrivals[target + row * n_calls + call] = arrival[source + trip * n_calls + call]
                    departures[target + call * n_kept + row] = departure[source + call * n_trips + trip]
                row += 1
    return arrivals, departures


def _joined(day: DayTimetable, own: DayTimetable) -> DayTimetable:
    """The lanes of `day` that still have vehicles, and those of `own` behind them."""
    both = (day, own)
    filled = [np.flatnonzero(np.diff(part.trip_first) > 0) for part in both]
    calls = [entries(part.pattern_first, rows) for part, rows in zip(both, filled, strict=True)]
    n_calls = np.concatenate([np.diff(part.pattern_first)[rows] for part, rows in zip(both, filled, strict=True)])
    n_trips = np.concatenate([np.diff(part.trip_first)[rows] for part, rows in zip(both, filled, strict=True)])
    stop, board_stop, alight_stop = (
        np.concatenate([getattr(part, name)[rows] for part, rows in zip(both, calls, strict=True)])
        for name in ("stop", "board_stop", "alight_stop")
    )
    pattern_first = offsets(n_calls)
    return DayTimetable(
        day.n_stops,
        pattern_first,
        stop,
        board_stop,
        alight_stop,
        offsets(n_trips),
        offsets(n_trips * n_calls),
        np.append(day.arrival, own.arrival),
        np.append(day.departure, own.departure),
        *boarding_places(day.n_stops, pattern_first, board_stop),
        Segments(
            np.append(day.segments.first, day.segments.first[-1] + own.segments.first[1:]),
            *(
                np.append(getattr(day.segments, name), getattr(own.segments, name))
                for name in ("trip", "day_offset", "position", "n_calls")
            ),
        ),
    )
