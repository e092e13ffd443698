"""Third criteria of searches: seconds on foot, grams of CO2 equivalent, the chance that a connection is missed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.criteria import Criterion, nothing
from planner.day import DayTimetable, mirrored
from planner.delays import LONGEST_S, N_STEPS, ON_ROADS, STEP_S, Delays
from planner.footpaths import Footpaths
from planner.kernels import kernel
from planner.model import Mode
from planner.raptor import Transit
from planner.timetable import Indices, Times, Timetable

PER_NEPER = 10_000
"""Costs of −ln of a chance are counted in so many parts of one."""


def seconds_on_foot(day: DayTimetable, footpaths: Footpaths) -> Times:
    """Seconds of each footpath that are walked: none between copies of one stop, and none from layer to layer."""
    n_stops = day.n_per_layer or day.n_stops
    copies = day.copy_of[: len(day.copy_of) - (day.n_stops - n_stops)]
    own = np.append(np.arange(n_stops - len(copies), dtype=np.int32), copies)
    real = own[np.arange(day.n_stops) % n_stops]
    return np.where(real[footpaths.start] == real[footpaths.to], 0, footpaths.seconds).astype(np.int32)


def walking(transit: Transit) -> Criterion:
    """Seconds on foot."""
    return replace(nothing(transit), walks=seconds_on_foot(transit.day, transit.footpaths))


def emissions(transit: Transit, timetable: Timetable, grams_along: Callable[[int], NDArray[np.float64]]) -> Criterion:
    """Milligrams of CO2 equivalent on board.

    Parameters
    ----------
    grams_along : callable
        Grams from a trip's first call to each of its calls.
    """
    paid = np.zeros(len(timetable.trips.arrival), np.int32)
    for trip in np.unique(transit.day.segments.trip).tolist():
        first = int(timetable.trips.first_event[trip])
        grams = grams_along(trip)
        paid[first : first + len(grams)] = np.rint(1000 * grams)
    return riding(transit, timetable.trips.first_event, paid)


def riding(transit: Transit, first_event: NDArray[np.int64], paid: Times) -> Criterion:
    """What riding costs.

    Parameters
    ----------
    first_event : int64 array of shape (trips + 1,)
    paid : int32 array
        Cost from trip t's first call to its call i in row ``first_event[t] + i``; not descending.
    """
    day = transit.day
    along = _along(day if not day.is_mirrored else mirrored(day), first_event, paid)
    if day.is_mirrored:
        along = _turned(day, along)
    profile, is_mixed = np.zeros(int(day.trip_first[-1]), np.int32), np.zeros(len(day.trip_first) - 1, np.int8)
    for pattern in range(len(day.trip_first) - 1):
        trips, events = (slice(int(of[pattern]), int(of[pattern + 1])) for of in (day.trip_first, day.event_first))
        rows = along[events].reshape(trips.stop - trips.start, -1)
        if (rows != rows[0]).any():
            profile[trips] = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
            is_mixed[pattern] = 1
    return replace(nothing(transit), along=along, profile=profile, is_mixed=is_mixed)


def risk_of_missing(
    transit: Transit, timetable: Timetable, delays: Mapping[Mode, Delays], otherwise: Delays = ON_ROADS
) -> Criterion:
    """−ln of the chance that each connection is made, taken as independent of each other, in parts of `PER_NEPER`.

    Parameters
    ----------
    delays : mapping of Mode to Delays
        Modes that are not in it run late like `otherwise`.
    """
    modes = sorted({route.mode for route in timetable.routes})
    known = [delays.get(Mode(mode), otherwise) for mode in modes]
    number = {mode: row for row, mode in enumerate(modes, 1)}
    of_route = np.array([number[route.mode] for route in timetable.routes], np.int32)
    segments, day = transit.day.segments, transit.day
    kind = of_route[timetable.trips.route[segments.trip[segments.first[:-1]]]]
    risk = np.zeros((len(modes) + 1, len(modes) + 1, N_STEPS), np.int32)
    for a, before in enumerate(known, 1):
        for b, after in enumerate(known, 1):
            risk[a, b] = np.ceil(-PER_NEPER * np.log(chances_to_catch(before, after)))
    if day.is_mirrored:
        kind, risk = _last_first(day, kind), np.ascontiguousarray(risk.transpose(1, 0, 2))
    return replace(nothing(transit), kind=kind, risk=risk, step_s=STEP_S)


def chances_to_catch(before: Delays, after: Delays) -> NDArray[np.float64]:
    """Chance that `before` is no later than `after` and what is to spare, by steps of `STEP_S` to spare.

    Who has an hour to spare is taken to be sure, and a chance of nought to be a very small one.
    """
    by = np.minimum(np.cumsum(before.share), 1.0)
    places = np.minimum(np.arange(N_STEPS)[:, None] + np.arange(N_STEPS)[None, :], N_STEPS - 1)
    chances = np.clip((by[places] * after.share).sum(axis=1), 1e-9, 1.0)
    chances[LONGEST_S // STEP_S :] = 1.0
    return np.asarray(np.where(chances > 1 - 1e-9, 1.0, chances))


def _along(day: DayTimetable, first_event: NDArray[np.int64], paid: Times) -> Times:
    """Costs of lane trips up to each of their calls, laid out as the arrivals of `day`, which runs forwards."""
    segments = day.segments
    return _added_up(
        (day.pattern_first, day.trip_first, day.event_first),
        (segments.first, segments.trip, segments.position, segments.n_calls),
        first_event,
        paid,
    )


@kernel
def _added_up(
    lanes: tuple[Indices, Indices, Indices],
    segments: tuple[Indices, Indices, Indices, Indices],
    first_event: NDArray[np.int64],
    paid: Times,
) -> Times:
    pattern_first, trip_first, event_first = lanes
    first, trip, position, n_calls = segments
    along = np.zeros(event_first[-1], np.int32)
    for pattern in range(len(pattern_first) - 1):
        width = pattern_first[pattern + 1] - pattern_first[pattern]
        for lane_trip in range(trip_first[pattern], trip_first[pattern + 1]):
            event, before = event_first[pattern] + (lane_trip - trip_first[pattern]) * width, 0
            for row in range(first[lane_trip], first[lane_trip + 1]):
                source = first_event[trip[row]]
                for i in range(n_calls[row]):
                    along[event + position[row] + i] = before + paid[source + i]
                before += paid[source + n_calls[row] - 1]
    return along


def _turned(day: DayTimetable, along: Times) -> Times:
    """Costs up to each call of a mirrored day's lane trips: what is left of the way there."""
    turned = np.empty_like(along)
    for pattern in range(len(day.trip_first) - 1):
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        rows = along[events].reshape(int(np.diff(day.trip_first)[pattern]), -1)
        turned[events] = (rows[:, -1:] - rows)[::-1, ::-1].ravel()
    return turned


def _last_first(day: DayTimetable, of_lane_trips: Indices) -> Indices:
    """A column of lane trips in the order of a mirrored day."""
    turned = np.empty_like(of_lane_trips)
    for first, end in pairwise(day.trip_first.tolist()):
        turned[first:end] = of_lane_trips[first:end][::-1]
    return turned
