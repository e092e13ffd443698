"""One day of a timetable, cut out for searching: lanes of trips that never overtake each other.

The service days before, of and after the day are merged on one clock: seconds after the start of the day, noon − 12 h.
A vehicle that goes on as another trip is one lane trip from its first call to its last, so that staying seated costs
the searches nothing; `segments_of` tells the trips apart again.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.chains import Calls, Chains, calls_of, chains_around
from planner.csr import entries, offsets, places
from planner.kernels import kernel
from planner.timetable import Flags, Indices, Times, Timetable


@dataclass(frozen=True, slots=True)
class Segments:
    """The way back from lane trips to trips: lane trip t is made of rows ``first[t]:first[t + 1]``.

    Attributes
    ----------
    trip : int32 array
        TripIndex.
    day_offset : int8 array
        Service day of the trip: -1 the day before, 0 the day, 1 the day after.
    position : int32 array
        Place in the lane of the trip's first call.
    n_calls : int32 array
        Calls of the trip.
    """

    first: Indices
    trip: Indices
    day_offset: Flags
    position: Indices
    n_calls: Indices


@dataclass(frozen=True, slots=True)
class DayTimetable:
    """What runs around one day, as the kernels read it.

    Attributes
    ----------
    n_stops : int
        Stops of the timetable; in `board_stop` and `alight_stop` it stands for "not here".
    pattern_first : int32 array of shape (patterns + 1,)
        Calls of pattern p are rows ``pattern_first[p]:pattern_first[p + 1]`` of `stop`, `board_stop`, `alight_stop`.
    trip_first : int32 array of shape (patterns + 1,)
        Lane trips of pattern p, in order of time at every call.
    event_first : int32 array of shape (patterns + 1,)
        Pattern p with n calls and m trips: its trip t arrives at call i at ``arrival[event_first[p] + t * n + i]``
        and departs at ``departure[event_first[p] + i * m + t]``.
    at_first : int32 array of shape (n_stops + 1,)
        One may board at stop s at call `at_position` of pattern `at_pattern`, rows ``at_first[s]:at_first[s + 1]``.
    is_mirrored : bool
        Time runs backwards (t stands for −t) and every ride goes from its end to its start; `segments` stays as it was.
    copy_of : int32 array
        Stops of which the last of the `n_stops` are copies (`planner.ruled_changes`).
    n_per_layer : int
        Vehicles are in it several times, with so many stops of their own each (`planner.through`); 0: they are not.
    """

    n_stops: int
    pattern_first: Indices
    stop: Indices
    board_stop: Indices
    alight_stop: Indices
    trip_first: Indices
    event_first: Indices
    arrival: Times
    departure: Times
    at_first: Indices
    at_pattern: Indices
    at_position: Indices
    segments: Segments
    is_mirrored: bool = False
    copy_of: Indices = field(default_factory=lambda: np.zeros(0, np.int32))
    n_per_layer: int = 0


class Segment(NamedTuple):
    """A ride within one trip: `board` and `alight` are calls of the trip's pattern, `day_offset` its service day."""

    trip: int
    day_offset: int
    board: int
    alight: int


def timetable_on(
    timetable: Timetable, day: date, trips: NDArray[np.bool_] | None = None, stops: NDArray[np.bool_] | None = None
) -> DayTimetable:
    """Cut the service days before, of and after `day` out of `timetable`.

    Parameters
    ----------
    trips : bool array, optional
        Trips that may be used; a vehicle's way ends where its next trip is not among them.
    stops : bool array, optional
        Stops at which one may board and alight; vehicles still pass the others.
    """
    calls = calls_of(timetable, stops)
    chains = chains_around(timetable, day, calls, trips)
    arrival, departure = _unrolled_times(
        chains.trip, chains.shift, chains.merges, chains.event, timetable.trips.first_event,
        timetable.trips.arrival, timetable.trips.departure,
    )  # fmt: skip
    leader = np.flatnonzero(np.diff(chains.group, prepend=-1))
    sequences = _sequences(leader, chains, timetable.trips.pattern, calls)
    lane = lanes_apart(
        np.append(leader, len(chains.group)), sequences.first, sequences.board_stop < calls.n_stops,
        sequences.alight_stop < calls.n_stops, chains.first_event, arrival, departure,
    )  # fmt: skip
    order = np.lexsort((lane, chains.group))
    is_first = (np.diff(chains.group[order], prepend=-1) != 0) | (np.diff(lane[order], prepend=-1) != 0)
    pattern_calls = _taken(sequences, chains.group[order][is_first])
    trip_first = np.append(np.flatnonzero(is_first), len(order)).astype(np.int32)
    event_first = offsets(np.diff(pattern_calls.first) * np.diff(trip_first))
    return DayTimetable(
        calls.n_stops,
        pattern_calls.first,
        pattern_calls.stop,
        pattern_calls.board_stop,
        pattern_calls.alight_stop,
        trip_first,
        event_first,
        *laid_out(pattern_calls.first, trip_first, event_first, chains.first_event[order], arrival, departure),
        *boarding_places(calls.n_stops, pattern_calls.first, pattern_calls.board_stop),
        _segments(chains, order, timetable.trips.pattern, calls),
    )


def mirrored(day: DayTimetable) -> DayTimetable:
    """The same vehicles with time reversed: the latest departure of `day` is the earliest arrival here, and back."""
    arrival, departure = _mirrored_times(day.pattern_first, day.trip_first, day.event_first, day.arrival, day.departure)
    first, n_calls = day.pattern_first, np.diff(day.pattern_first)
    backwards = np.repeat(first[1:] - 1 + first[:-1], n_calls) - np.arange(len(day.stop))
    board_stop = day.alight_stop[backwards]
    at_first, at_pattern, at_position = boarding_places(day.n_stops, first, board_stop)
    return replace(
        day,
        stop=day.stop[backwards],
        board_stop=board_stop,
        alight_stop=day.board_stop[backwards],
        arrival=arrival,
        departure=departure,
        at_first=at_first,
        at_pattern=at_pattern,
        at_position=at_position,
        is_mirrored=not day.is_mirrored,
    )


def segment_rows(day: DayTimetable, lane_trip: int) -> range:
    """Rows of `day.segments` that make up a lane trip."""
    return range(int(day.segments.first[lane_trip]), int(day.segments.first[lane_trip + 1]))


def segments_of(day: DayTimetable, lane_trip: int, board: int, alight: int) -> list[Segment]:
    """Trips ridden in lane trip `lane_trip` from position `board` to position `alight`, in order of travel."""
    segments, ridden = day.segments, []
    for row in segment_rows(day, lane_trip):
        start = int(segments.position[row])
        first, last = max(board, start), min(alight, start + int(segments.n_calls[row]) - 1)
        if first < last:
            ridden.append(Segment(int(segments.trip[row]), int(segments.day_offset[row]), first - start, last - start))
    return ridden


@kernel
def _unrolled_times(
    trip: Indices,
    shift: Times,
    merges: NDArray[np.bool_],
    event: NDArray[np.int64],
    first_event: NDArray[np.int64],
    arrival: Times,
    departure: Times,
) -> tuple[Times, Times]:
    """Times of all chains behind each other; a merged position has the arrival of the trip that ends there."""
    n_events = event[-1] + first_event[trip[-1] + 1] - first_event[trip[-1]] if len(trip) else 0
    arrivals, departures = np.empty(n_events, np.int32), np.empty(n_events, np.int32)
    for row in range(len(trip)):
        source, n_calls = first_event[trip[row]], first_event[trip[row] + 1] - first_event[trip[row]]
        for i in range(n_calls):
            departures[event[row] + i] = departure[source + i] + shift[row]
            if i > 0 or not merges[row]:
                arrivals[event[row] + i] = arrival[source + i] + shift[row]
    return arrivals, departures


def _sequences(leader: NDArray[np.int64], chains: Chains, pattern: Indices, calls: Calls) -> Calls:
    """Calls of each group, written out from its first chain `leader`."""
    rows = entries(chains.first, leader)
    n_trips = np.diff(chains.first)[leader]
    first = offsets(np.diff(chains.first_event)[leader])
    ridden = pattern[chains.trip[rows]]
    source = entries(calls.first, ridden)
    n_calls = np.diff(calls.first)[ridden]
    place = np.repeat(np.repeat(first[:-1], n_trips) + chains.position[rows], n_calls) + places(n_calls)
    stop, board_stop, alight_stop = (np.empty(first[-1], np.int32) for _ in range(3))
    stop[place], board_stop[place] = calls.stop[source], calls.board_stop[source]
    ends_before = ~(np.repeat(chains.merges[rows], n_calls) & (places(n_calls) == 0))
    alight_stop[place[ends_before]] = calls.alight_stop[source[ends_before]]
    return Calls(calls.n_stops, first, stop, board_stop, alight_stop)


@kernel
def lanes_apart(
    group_first: NDArray[np.int64],
    call_first: Indices,
    can_board: NDArray[np.bool_],
    can_alight: NDArray[np.bool_],
    first_event: NDArray[np.int64],
    arrival: Times,
    departure: Times,
) -> Indices:
    """Lane of each chain within its group: the first lane whose last chain it overtakes nowhere where it matters."""
    lane = np.zeros(len(first_event) - 1, np.int32)
    last = np.empty(len(first_event), np.int64)
    for group in range(len(group_first) - 1):
        n_lanes, call = 0, call_first[group]
        for chain in range(group_first[group], group_first[group + 1]):
            own = first_event[chain]
            found = n_lanes
            for candidate in range(n_lanes):
                other, follows = first_event[last[candidate]], True
                for i in range(call_first[group + 1] - call):
                    if (can_board[call + i] and departure[other + i] > departure[own + i]) or (
                        can_alight[call + i] and arrival[other + i] > arrival[own + i]
                    ):
                        follows = False
                        break
                if follows:
                    found = candidate
                    break
            n_lanes = max(n_lanes, found + 1)
            lane[chain], last[found] = found, chain
    return lane


def _taken(calls: Calls, groups: Indices) -> Calls:
    rows = entries(calls.first, groups)
    first = offsets(np.diff(calls.first)[groups])
    return Calls(calls.n_stops, first, calls.stop[rows], calls.board_stop[rows], calls.alight_stop[rows])


@kernel
def laid_out(
    pattern_first: Indices,
    trip_first: Indices,
    event_first: Indices,
    source: NDArray[np.int64],
    arrival: Times,
    departure: Times,
) -> tuple[Times, Times]:
    """Arrivals trip by trip, as a rider meets them; departures call by call, as a search for the next one does."""
    arrivals, departures = np.empty(event_first[-1], np.int32), np.empty(event_first[-1], np.int32)
    for pattern in range(len(pattern_first) - 1):
        n_calls = pattern_first[pattern + 1] - pattern_first[pattern]
        n_trips = trip_first[pattern + 1] - trip_first[pattern]
        for trip in range(n_trips):
            start = source[trip_first[pattern] + trip]
            for i in range(n_calls):
                arrivals[event_first[pattern] + trip * n_calls + i] = arrival[start + i]
                departures[event_first[pattern] + i * n_trips + trip] = departure[start + i]
    return arrivals, departures


@kernel
def _mirrored_times(
    pattern_first: Indices, trip_first: Indices, event_first: Indices, arrival: Times, departure: Times
) -> tuple[Times, Times]:
    arrivals, departures = np.empty_like(arrival), np.empty_like(departure)
    for pattern in range(len(pattern_first) - 1):
        n_calls = pattern_first[pattern + 1] - pattern_first[pattern]
        n_trips = trip_first[pattern + 1] - trip_first[pattern]
        start = event_first[pattern]
        for trip in range(n_trips):
            for i in range(n_calls):
                by_trip, by_call = trip * n_calls + i, i * n_trips + trip
                arrivals[start + n_calls * n_trips - 1 - by_trip] = -departure[start + by_call]
                departures[start + n_calls * n_trips - 1 - by_call] = -arrival[start + by_trip]
    return arrivals, departures


def boarding_places(n_stops: int, pattern_first: Indices, board_stop: Indices) -> tuple[Indices, Indices, Indices]:
    """Where one may board at each stop: CSR of patterns and positions."""
    calls = np.argsort(board_stop, kind="stable")[: np.count_nonzero(board_stop < n_stops)]
    pattern = np.repeat(np.arange(len(pattern_first) - 1, dtype=np.int32), np.diff(pattern_first))[calls]
    counts = np.bincount(board_stop, minlength=n_stops + 1)[:n_stops]
    return offsets(counts), pattern, (calls - pattern_first[pattern]).astype(np.int32)


def _segments(chains: Chains, order: NDArray[np.int64], pattern: Indices, calls: Calls) -> Segments:
    rows = entries(chains.first, order)
    n_calls = np.diff(calls.first)[pattern[chains.trip[rows]]]
    first = offsets(np.diff(chains.first)[order])
    return Segments(first, chains.trip[rows], chains.day_offset[rows], chains.position[rows], n_calls)
