"""Lanes of single trips, which searches board, and where their vehicles go on to with who stays seated.

The lanes of a `DayTimetable` hold whole ways of vehicles. A stop called at by few trips may then be passed by many
lanes, all of which a search would look at. Here every trip is in one lane, and from its end `Stays` leads back to the
ways it is part of.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.csr import offsets, places
from planner.day import DayTimetable, boarding_places, laid_out, lanes_apart
from planner.kernels import kernel
from planner.labels import NOBODY, Lanes, Stays
from planner.timetable import Indices, Times

Integers = NDArray[np.int64]


class Parts(NamedTuple):
    """Trips as parts of lane trips: pattern and lane trip, position of the first call there, and how many calls."""

    pattern: Integers
    lane_trip: Integers
    position: Integers
    n_calls: Integers


def lanes_of(day: DayTimetable) -> Lanes:
    """The ways of vehicles as the kernels read them."""
    return Lanes(*(getattr(day, name) for name in Lanes._fields))


def single_trips(day: DayTimetable) -> tuple[Lanes, Stays]:
    """Every trip of `day` in a lane in which none overtakes another, and what follows it."""
    rows = _parts(day)
    # In layers a trip is not one but several: there whole ways of vehicles are boarded.
    if day.n_per_layer or len(rows.lane_trip) == day.trip_first[-1]:
        return lanes_of(day), _nobody_stays(day)
    key = day.segments.trip.astype(np.int64) * 3 + day.segments.day_offset
    chosen, trip_of_row = np.unique(key, return_index=True, return_inverse=True)[1:]
    trips = Parts(*(column[chosen] for column in rows))
    group, calls = _equal_calls(day, trips)
    first_event = np.append(0, np.cumsum(trips.n_calls))
    arrival, departure = _times(lanes_of(day), trips, first_event)
    order = np.lexsort((arrival[first_event[1:] - 1], departure[first_event[:-1]], group))
    trips, first_event, arrival, departure = _sorted(trips, order, first_event, arrival, departure)
    lane = lanes_apart(
        np.append(np.flatnonzero(np.diff(group[order], prepend=-1)), len(order)), offsets(_lengths(calls)),
        np.concatenate([board for board, _ in calls]) < day.n_stops,
        np.concatenate([alight for _, alight in calls]) < day.n_stops, first_event, arrival, departure,
    )  # fmt: skip
    by_lane = np.lexsort((lane, group[order]))
    sorted_group, sorted_lane = group[order][by_lane], lane[by_lane]
    is_first = (np.diff(sorted_group, prepend=-1) != 0) | (np.diff(sorted_lane, prepend=-1) != 0)
    trip_first = np.append(np.flatnonzero(is_first), len(order)).astype(np.int32)
    used = [calls[which] for which in sorted_group[is_first]]
    pattern_first = offsets(_lengths(used))
    board_stop = np.concatenate([board for board, _ in used])
    event_first = offsets(np.diff(pattern_first) * np.diff(trip_first))
    lanes = Lanes(
        pattern_first, board_stop, np.concatenate([alight for _, alight in used]), trip_first, event_first,
        *laid_out(pattern_first, trip_first, event_first, first_event[:-1][by_lane], arrival, departure),
        *boarding_places(day.n_stops, pattern_first, board_stop),
    )  # fmt: skip
    place = np.empty(len(order), np.int64)
    place[order[by_lane]] = np.arange(len(order))
    trips = Parts(*(column[by_lane] for column in trips))
    return lanes, _stays(day, lanes, trips, rows, place[trip_of_row])


def _parts(day: DayTimetable) -> Parts:
    """Every trip of every lane trip, in the direction of time in which `day` runs."""
    segments = day.segments
    lane_trip = np.repeat(np.arange(len(segments.first) - 1), np.diff(segments.first))
    pattern = np.searchsorted(day.trip_first, lane_trip, "right") - 1
    position, n_calls = segments.position.astype(np.int64), segments.n_calls.astype(np.int64)
    if day.is_mirrored:
        lane_trip = day.trip_first[pattern] + day.trip_first[pattern + 1] - 1 - lane_trip
        position = np.diff(day.pattern_first)[pattern] - position - n_calls
    return Parts(pattern, lane_trip, position, n_calls)


def _equal_calls(day: DayTimetable, trips: Parts) -> tuple[Integers, list[tuple[Indices, Indices]]]:
    """A number for each trip, the same for equal calls, and by it where one boards and alights."""
    width = int(day.pattern_first[-1]) + 1
    start = day.pattern_first[trips.pattern] + trips.position
    distinct, piece = np.unique(start * width + trips.n_calls, return_inverse=True)
    number: dict[bytes, int] = {}
    calls: list[tuple[Indices, Indices]] = []
    of_piece = []
    for first, count in zip((distinct // width).tolist(), (distinct % width).tolist(), strict=True):
        board, alight = day.board_stop[first : first + count].copy(), day.alight_stop[first : first + count].copy()
        board[-1] = alight[0] = day.n_stops
        octets = board.tobytes() + alight.tobytes()
        if octets not in number:
            number[octets] = len(calls)
            calls.append((board, alight))
        of_piece.append(number[octets])
    return np.array(of_piece, np.int64)[piece], calls


def _lengths(calls: list[tuple[Indices, Indices]]) -> Integers:
    return np.array([len(board) for board, _ in calls], np.int64)


def _sorted(
    trips: Parts, order: Integers, first_event: Integers, arrival: Times, departure: Times
) -> tuple[Parts, Integers, Times, Times]:
    n_calls = trips.n_calls[order]
    events = np.repeat(first_event[:-1][order], n_calls) + places(n_calls)
    moved = np.append(0, np.cumsum(n_calls))
    return Parts(*(column[order] for column in trips)), moved, arrival[events], departure[events]


@kernel
def _times(lanes: Lanes, trips: Parts, first_event: Integers) -> tuple[Times, Times]:
    arrivals, departures = np.empty(first_event[-1], np.int32), np.empty(first_event[-1], np.int32)
    for row in range(len(trips.pattern)):
        pattern, position = trips.pattern[row], trips.position[row]
        n_calls = lanes.pattern_first[pattern + 1] - lanes.pattern_first[pattern]
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        trip, events = trips.lane_trip[row] - lanes.trip_first[pattern], lanes.event_first[pattern]
        for i in range(trips.n_calls[row]):
            arrivals[first_event[row] + i] = lanes.arrival[events + trip * n_calls + position + i]
            departures[first_event[row] + i] = lanes.departure[events + (position + i) * n_trips + trip]
    return arrivals, departures


def _nobody_stays(day: DayTimetable) -> Stays:
    none, n_trips = np.zeros(0, np.int32), int(day.trip_first[-1])
    first = np.zeros(len(day.trip_first), np.int32)
    return Stays(first, none, none, none, none, none, np.arange(n_trips, dtype=np.int32), np.zeros(n_trips, np.int32))


def _stays(day: DayTimetable, lanes: Lanes, trips: Parts, rows: Parts, trip_of_row: Integers) -> Stays:
    """For the lane of each trip that a vehicle goes on from, the first such vehicle from each trip on."""
    goes_on = rows.position + rows.n_calls < np.diff(day.pattern_first)[rows.pattern]
    rows, trip = Parts(*(column[goes_on] for column in rows)), trip_of_row[goes_on]
    lane = np.searchsorted(lanes.trip_first, trip, "right") - 1
    kinds = np.stack([lane, rows.pattern, rows.position, rows.n_calls])
    distinct, kind = np.unique(kinds, axis=1, return_inverse=True)
    own, way, position, n_calls = distinct
    counts = np.diff(lanes.trip_first)[own]
    following_first = offsets(counts)
    following = np.full(int(counts.sum()), NOBODY, np.int32)
    slot = following_first[kind.ravel()] + trip - lanes.trip_first[lane]
    np.minimum.at(following, slot, (rows.lane_trip - day.trip_first[rows.pattern]).astype(np.int32))
    _carry_back(following_first, following)
    first = offsets(np.bincount(own, minlength=len(lanes.trip_first) - 1))
    way, position, start = (column.astype(np.int32) for column in (way, position, position + n_calls))
    named = trips.lane_trip.astype(np.int32), trips.position.astype(np.int32)
    return Stays(first, way, position, start, following_first[:-1], following, *named)


@kernel
def _carry_back(first: Indices, following: Indices) -> None:
    """From each trip on, the first vehicle that any trip from it on goes on as."""
    for row in range(len(first) - 1):
        for place in range(first[row + 1] - 2, first[row] - 1, -1):
            following[place] = min(following[place], following[place + 1])
