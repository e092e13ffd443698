"""The compiled rounds of a timetable search: board, ride, change, once per vehicle.

Everything is int32 arrays; `planner.raptor` says what is asked and answered. A stop's column behind the last stands for
"not here": no arrival improves it, nobody is ever ready there.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.footpaths import DAY_S, FORBIDDEN
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.timetable import Flags, Indices, Times

Table = NDArray[np.int32]


class Lanes(NamedTuple):
    """The arrays of a `DayTimetable` that the kernels read."""

    pattern_first: Indices
    board_stop: Indices
    alight_stop: Indices
    trip_first: Indices
    event_first: Indices
    arrival: Times
    departure: Times
    at_first: Indices
    at_pattern: Indices
    at_position: Indices


class Walks(NamedTuple):
    """The arrays of `Footpaths`."""

    first: Indices
    to: Indices
    seconds: Times
    opens: Times
    closes: Times
    change_s: Times


class Ways(NamedTuple):
    """The arrays of `Options`."""

    stop: Indices
    seconds: Times
    opens: Times
    closes: Times


class Labels(NamedTuple):
    """What is known during a search; first index is the number of rides made.

    `ridden` is when a vehicle brings one to a stop, by `rides` (pattern, trip, board and alight position), the first of
    which was reached by option `access`; `ready` is when one may board there, coming from `ready_from` (level 0: row of
    the option). `target` is the arrival at the destination from `target_stop` by option `target_row`. `egress_at` is the
    first egress option of a stop, `queue` holds patterns with boardings from `pattern_from` to `pattern_to`, `touched`
    the stops where a vehicle arrived earlier than known, `marked` those where one is ready earlier.
    """

    ridden: Table
    ready: Table
    rides: Table
    ready_from: Table
    access: Indices
    target: Times
    target_stop: Indices
    target_row: Indices
    is_improved: Flags
    egress_at: Indices
    pattern_from: Indices
    pattern_to: Indices
    queue: Indices
    touched: Indices
    is_touched: Flags
    marked: Indices
    is_marked: Flags


class _Egress(NamedTuple):
    stop: Indices
    seconds: Times
    opens: Times
    closes: Times
    next: Indices
    shortest: int


@kernel
def search_once(
    lanes: Lanes, walks: Walks, access: Ways, egress_ways: Ways, labels: Labels, time: int, max_rides: int
) -> tuple[Table, Table]:
    egress = _begun(labels, egress_ways, max_rides)
    n_marked = _reach_stops(access, labels, time, max_rides)
    _ride_rounds(lanes, walks, egress, labels, 1, max_rides, n_marked)
    found, rides = np.empty((max_rides, 5), np.int32), np.empty((max_rides * (max_rides + 1) // 2, 3), np.int32)
    n_found, n_rides = 0, 0
    for k in range(1, max_rides + 1):
        if labels.is_improved[k]:
            stop = _traced(lanes, labels, k, rides[n_rides:])
            pattern, trip, board = labels.rides[1, stop, 0], labels.rides[1, stop, 1], labels.rides[1, stop, 2]
            option = labels.ready_from[0, lanes.board_stop[lanes.pattern_first[pattern] + board]]
            n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
            boarded = lanes.departure[lanes.event_first[pattern] + board * n_trips + trip]
            found[n_found, 0] = min(boarded - access.seconds[option], access.closes[option])
            found[n_found, 1], found[n_found, 2] = labels.target[k], k
            found[n_found, 3], found[n_found, 4] = option, labels.target_row[k]
            n_found, n_rides = n_found + 1, n_rides + k
    _ended(labels, egress)
    return found[:n_found], rides[:n_rides]


@kernel
def search_range(
    lanes: Lanes,
    walks: Walks,
    access: Ways,
    egress_ways: Ways,
    labels: Labels,
    earliest: int,
    latest: int,
    max_rides: int,
) -> tuple[Table, Table]:
    """Every first ride that can be reached in the window, latest departure first; labels stay from one to the next."""
    egress = _begun(labels, egress_ways, max_rides)
    firsts = _first_rides(lanes, access, earliest, latest)
    order = np.argsort(-firsts[:, 0], kind="mergesort")
    found, rides = np.empty((64, 5), np.int32), np.empty((256, 3), np.int32)
    n_found, n_rides, row = 0, 0, 0
    while row < len(order):
        departure, n_touched = firsts[order[row], 0], 0
        while row < len(order) and firsts[order[row], 0] == departure:
            n_touched = _ride_first(lanes, egress, labels, firsts[order[row]], n_touched)
            row += 1
        n_marked = _change(walks, egress, labels, 1, max_rides, n_touched)
        _ride_rounds(lanes, walks, egress, labels, 2, max_rides, n_marked)
        for k in range(1, max_rides + 1):
            if not labels.is_improved[k]:
                continue
            labels.is_improved[k] = 0
            if n_found == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            if n_rides + k > len(rides):
                rides = np.concatenate((rides, np.empty((len(rides) + k, 3), np.int32)))
            stop = _traced(lanes, labels, k, rides[n_rides:])
            found[n_found, 0], found[n_found, 1], found[n_found, 2] = departure, labels.target[k], k
            found[n_found, 3], found[n_found, 4] = labels.access[stop], labels.target_row[k]
            n_found, n_rides = n_found + 1, n_rides + k
    _ended(labels, egress)
    return found[:n_found], rides[:n_rides]


@kernel
def _begun(labels: Labels, ways: Ways, max_rides: int) -> _Egress:
    """Forget the search before; chain the egress options that share a stop."""
    labels.ridden[: max_rides + 1] = UNREACHED
    labels.ridden[: max_rides + 1, -1] = -UNREACHED
    labels.ready[: max_rides + 1] = UNREACHED
    labels.target[: max_rides + 1] = UNREACHED
    labels.is_improved[: max_rides + 1] = 0
    following = np.empty(len(ways.stop), np.int32)
    shortest = UNREACHED if len(ways.stop) else 0
    for seconds in ways.seconds:
        shortest = min(shortest, seconds)
    for row in range(len(ways.stop)):
        following[row] = labels.egress_at[ways.stop[row]]
        labels.egress_at[ways.stop[row]] = row
    return _Egress(ways.stop, ways.seconds, ways.opens, ways.closes, following, shortest)


@kernel
def _ended(labels: Labels, egress: _Egress) -> None:
    for stop in egress.stop:
        labels.egress_at[stop] = -1


@kernel
def _reach_stops(access: Ways, labels: Labels, time: int, max_rides: int) -> int:
    n_marked = 0
    for option in range(len(access.stop)):
        begin, stop = max(time, access.opens[option]), access.stop[option]
        ready = begin + access.seconds[option]
        if begin > access.closes[option] or ready >= labels.ready[0, stop]:
            continue
        labels.ready_from[0, stop] = option
        labels.ready[: max_rides + 1, stop] = ready
        if labels.is_marked[stop] == 0:
            labels.is_marked[stop] = 1
            labels.marked[n_marked] = stop
            n_marked += 1
    return n_marked


@kernel
def _first_rides(lanes: Lanes, access: Ways, earliest: int, latest: int) -> Table:
    """Boardings that let one leave in the window, at the latest: (departure, option, pattern, position, trip).

    Of the trips that leave after the option has closed only the first of each lane counts: one leaves when it closes.
    """
    rows, n_rows = np.empty((256, 5), np.int32), 0
    for option in range(len(access.stop)):
        stop, seconds, closes = access.stop[option], access.seconds[option], access.closes[option]
        for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
            pattern, position = lanes.at_pattern[place], lanes.at_position[place]
            n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
            column = lanes.event_first[pattern] + position * n_trips
            boarded = lanes.departure[column : column + n_trips]
            for trip in range(np.searchsorted(boarded, max(earliest, access.opens[option]) + seconds), n_trips):
                departure = min(boarded[trip] - seconds, closes)
                if departure > latest or departure < max(earliest, access.opens[option]):
                    break
                if n_rows == len(rows):
                    rows = np.concatenate((rows, np.empty_like(rows)))
                rows[n_rows, 0], rows[n_rows, 1], rows[n_rows, 2] = departure, option, pattern
                rows[n_rows, 3], rows[n_rows, 4] = position, trip
                n_rows += 1
                if boarded[trip] - seconds > closes:
                    break
    return rows[:n_rows]


@kernel
def _ride_first(lanes: Lanes, egress: _Egress, labels: Labels, first_ride: Indices, n_touched: int) -> int:
    option, pattern, position, trip = first_ride[1], first_ride[2], first_ride[3], first_ride[4]
    base = lanes.pattern_first[pattern]
    n_calls = lanes.pattern_first[pattern + 1] - base
    row = lanes.event_first[pattern] + trip * n_calls
    bound = labels.target[1] - egress.shortest
    for i in range(position + 1, n_calls):
        arrival, stop = lanes.arrival[row + i], lanes.alight_stop[base + i]
        if arrival >= bound:
            break
        if arrival < labels.ridden[1, stop]:
            labels.access[stop] = option
            n_touched = _alight(labels, 1, stop, arrival, (pattern, trip, position, i), n_touched)
            bound = _leave(egress, labels, 1, stop, arrival, bound)
    return n_touched


@kernel
def _ride_rounds(
    lanes: Lanes, walks: Walks, egress: _Egress, labels: Labels, first_round: int, max_rides: int, n_marked: int
) -> None:
    """Rounds from `first_round` until nothing improves: board at the marked stops, ride, change."""
    for k in range(first_round, max_rides + 1):
        labels.target[k] = min(labels.target[k], labels.target[k - 1])
        if n_marked:
            n_queued = _collect(lanes, labels, n_marked)
            n_touched = _ride(lanes, egress, labels, k, n_queued)
            n_marked = _change(walks, egress, labels, k, max_rides, n_touched)


@kernel
def _collect(lanes: Lanes, labels: Labels, n_marked: int) -> int:
    """Queue the patterns one may board at the marked stops, each with its first and last such position."""
    n_queued = 0
    for mark in range(n_marked):
        stop = labels.marked[mark]
        labels.is_marked[stop] = 0
        for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
            pattern, position = lanes.at_pattern[place], lanes.at_position[place]
            if labels.pattern_from[pattern] == UNREACHED:
                labels.queue[n_queued] = pattern
                n_queued += 1
                labels.pattern_from[pattern] = labels.pattern_to[pattern] = position
            else:
                labels.pattern_from[pattern] = min(labels.pattern_from[pattern], position)
                labels.pattern_to[pattern] = max(labels.pattern_to[pattern], position)
    return n_queued


@kernel
def _ride(lanes: Lanes, egress: _Egress, labels: Labels, k: int, n_queued: int) -> int:
    """Ride every queued pattern in the first trip that can be boarded, changing to earlier ones on the way."""
    ridden, ready = labels.ridden[k], labels.ready[k - 1]
    bound, n_touched = labels.target[k] - egress.shortest, 0
    for place in range(n_queued):
        pattern = labels.queue[place]
        position, last_boarding = labels.pattern_from[pattern], labels.pattern_to[pattern]
        labels.pattern_from[pattern] = UNREACHED
        base, events = lanes.pattern_first[pattern], lanes.event_first[pattern]
        n_calls = lanes.pattern_first[pattern + 1] - base
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        trip, row, boarded = n_trips, 0, 0
        for i in range(position, n_calls):
            if trip < n_trips:
                arrival = lanes.arrival[row + i]
                if arrival >= bound:
                    trip = n_trips
                else:
                    stop = lanes.alight_stop[base + i]
                    if arrival < ridden[stop]:
                        n_touched = _alight(labels, k, stop, arrival, (pattern, trip, boarded, i), n_touched)
                        bound = _leave(egress, labels, k, stop, arrival, bound)
            if i <= last_boarding:
                time = ready[lanes.board_stop[base + i]]
                if time < bound:
                    found = _first_trip(lanes.departure, events + i * n_trips, trip, time)
                    if found < trip:
                        trip, boarded, row = found, i, events + found * n_calls
            elif trip == n_trips:
                break
    return n_touched


@kernel
def _first_trip(departure: Times, column: int, end: int, time: int) -> int:
    """First trip before `end` that departs at `time` or later, `end` if there is none."""
    if end == 0 or departure[column + end - 1] < time:
        return end
    low, high = 0, end - 1
    while low < high:
        middle = (low + high) >> 1
        if departure[column + middle] >= time:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def _alight(labels: Labels, k: int, stop: int, arrival: int, ride: tuple[int, int, int, int], n_touched: int) -> int:
    labels.ridden[k, stop] = arrival
    labels.rides[k, stop, 0], labels.rides[k, stop, 1] = ride[0], ride[1]
    labels.rides[k, stop, 2], labels.rides[k, stop, 3] = ride[2], ride[3]
    if labels.is_touched[stop] == 0:
        labels.is_touched[stop] = 1
        labels.touched[n_touched] = stop
        n_touched += 1
    return n_touched


@kernel
def _leave(egress: _Egress, labels: Labels, k: int, stop: int, arrival: int, bound: int) -> int:
    """Go on to the destination; the time from which on no vehicle's arrival is worth having."""
    row = labels.egress_at[stop]
    while row >= 0:
        begin = max(arrival, egress.opens[row])
        if begin <= egress.closes[row] and begin + egress.seconds[row] < labels.target[k]:
            labels.target[k] = begin + egress.seconds[row]
            labels.target_stop[k], labels.target_row[k] = stop, row
            labels.is_improved[k] = 1
            bound = labels.target[k] - egress.shortest
        row = egress.next[row]
    return bound


@kernel
def _change(walks: Walks, egress: _Egress, labels: Labels, k: int, max_rides: int, n_touched: int) -> int:
    """From the stops where vehicles arrived earlier than known, get ready to board there and where one can walk to."""
    n_marked, bound = 0, labels.target[k] - egress.shortest
    for touch in range(n_touched):
        stop = labels.touched[touch]
        labels.is_touched[stop] = 0
        arrival = labels.ridden[k, stop]
        for level in range(k + 1, max_rides + 1):
            if labels.ridden[level, stop] <= arrival:
                break
            labels.ridden[level, stop] = arrival
        if k == max_rides:
            continue
        if walks.change_s[stop] != FORBIDDEN:
            n_marked = _get_ready(labels, k, stop, stop, arrival + walks.change_s[stop], bound, n_marked)
        for walk in range(walks.first[stop], walks.first[stop + 1]):
            width, begin = walks.closes[walk] - walks.opens[walk], arrival
            if width < DAY_S:
                since_opening = (arrival - walks.opens[walk]) % DAY_S
                if since_opening > width:
                    begin += DAY_S - since_opening
            n_marked = _get_ready(labels, k, walks.to[walk], stop, begin + walks.seconds[walk], bound, n_marked)
    for mark in range(n_marked):
        stop = labels.marked[mark]
        for level in range(k + 1, max_rides + 1):
            labels.ready[level, stop] = min(labels.ready[level, stop], labels.ready[k, stop])
    return n_marked


@kernel
def _get_ready(labels: Labels, k: int, stop: int, coming_from: int, time: int, bound: int, n_marked: int) -> int:
    if time < labels.ready[k, stop] and time < bound:
        labels.ready[k, stop] = time
        labels.ready_from[k, stop] = coming_from
        if labels.is_marked[stop] == 0:
            labels.is_marked[stop] = 1
            labels.marked[n_marked] = stop
            n_marked += 1
    return n_marked


@kernel
def _traced(lanes: Lanes, labels: Labels, k: int, rides: Table) -> int:
    """Write the rides to the destination with `k` vehicles into `rides`; the stop where the first ends."""
    stop = labels.target_stop[k]
    for level in range(k, 0, -1):
        ride = labels.rides[level, stop]
        pattern, trip, board, alight = ride[0], ride[1], ride[2], ride[3]
        rides[level - 1, 0] = lanes.trip_first[pattern] + trip
        rides[level - 1, 1], rides[level - 1, 2] = board, alight
        if level > 1:
            stop = labels.ready_from[level - 1, lanes.board_stop[lanes.pattern_first[pattern] + board]]
    return stop
