"""The compiled rounds of a timetable search: board, ride, change, once per vehicle.

Everything is int32 arrays; `planner.raptor` says what is asked and answered. A stop's column behind the last stands for
"not here": no arrival improves `ridden` there, and `fresh` stays UNREACHED.
"""

import numpy as np

from planner.footpaths import DAY_S, FORBIDDEN
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Egress, Labels, Lanes, Table, Walks, Ways
from planner.timetable import Indices, Times


@kernel
def search_once(
    lanes: Lanes, walks: Walks, access: Ways, egress_ways: Ways, labels: Labels, time: int, max_rides: int
) -> tuple[Table, Table]:
    """Everything that leaves at `time` or later; a level starts as a copy of the one below."""
    egress = _begun(labels, egress_ways, max_rides, 1)
    n_marked = _reach_stops(access, labels, time)
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
    window: tuple[int, int],
    max_rides: int,
) -> tuple[Table, Table]:
    """Every first ride that can be reached in the window, latest departure first; labels stay from one to the next."""
    egress = _begun(labels, egress_ways, max_rides, max_rides + 1)
    firsts = _first_rides(lanes, access, window[0], window[1])
    order = np.argsort(-firsts[:, 0], kind="mergesort")
    found, rides = np.empty((64, 5), np.int32), np.empty((256, 3), np.int32)
    n_found, n_rides, row = 0, 0, 0
    while row < len(order):
        departure, n_touched = firsts[order[row], 0], 0
        while row < len(order) and firsts[order[row], 0] == departure:
            n_touched = _ride_first(lanes, egress, labels, firsts[order[row]], n_touched)
            row += 1
        n_marked = _change(walks, egress, labels, 1, max_rides, n_touched, False)
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
def _begun(labels: Labels, ways: Ways, max_rides: int, n_levels: int) -> Egress:
    """Forget the search before, on `n_levels` levels of labels; chain the egress options that share a stop."""
    labels.ridden[:n_levels] = UNREACHED
    labels.ridden[:n_levels, -1] = -UNREACHED
    labels.ready[:n_levels] = UNREACHED
    labels.target[: max_rides + 1] = UNREACHED
    labels.is_improved[: max_rides + 1] = 0
    labels.lane_rides[:] = UNREACHED
    following = np.empty(len(ways.stop), np.int32)
    shortest = UNREACHED if len(ways.stop) else 0
    for seconds in ways.seconds:
        shortest = min(shortest, seconds)
    for row in range(len(ways.stop)):
        following[row] = labels.egress_at[ways.stop[row]]
        labels.egress_at[ways.stop[row]] = row
    return Egress(ways.stop, ways.seconds, ways.opens, ways.closes, following, shortest)


@kernel
def _ended(labels: Labels, egress: Egress) -> None:
    for stop in egress.stop:
        labels.egress_at[stop] = -1


@kernel
def _reach_stops(access: Ways, labels: Labels, time: int) -> int:
    n_marked = 0
    for option in range(len(access.stop)):
        begin, stop = max(time, access.opens[option]), access.stop[option]
        ready = begin + access.seconds[option]
        if begin > access.closes[option] or ready >= labels.ready[0, stop]:
            continue
        labels.ready[0, stop], labels.ready_from[0, stop] = ready, option
        if labels.fresh[stop] == UNREACHED:
            labels.marked[n_marked] = stop
            n_marked += 1
        labels.fresh[stop] = ready
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
def _ride_first(lanes: Lanes, egress: Egress, labels: Labels, first_ride: Indices, n_touched: int) -> int:
    option, pattern, position, trip = first_ride[1], first_ride[2], first_ride[3], first_ride[4]
    ridden, rides = labels.ridden[1], labels.rides[1]
    base = lanes.pattern_first[pattern]
    n_calls = lanes.pattern_first[pattern + 1] - base
    row = lanes.event_first[pattern] + trip * n_calls
    bound = labels.target[1] - egress.shortest
    for i in range(position + 1, n_calls):
        arrival, stop = lanes.arrival[row + i], lanes.alight_stop[base + i]
        if arrival >= bound:
            break
        if arrival < ridden[stop]:
            ridden[stop], labels.access[stop] = arrival, option
            rides[stop, 0], rides[stop, 1], rides[stop, 2], rides[stop, 3] = pattern, trip, position, i
            if labels.is_touched[stop] == 0:
                labels.is_touched[stop] = 1
                labels.touched[n_touched] = stop
                n_touched += 1
            bound = _leave(egress, labels, 1, stop, arrival, bound)
    return n_touched


@kernel
def _ride_rounds(
    lanes: Lanes, walks: Walks, egress: Egress, labels: Labels, first_round: int, max_rides: int, n_marked: int
) -> None:
    """Rounds from `first_round` until nothing improves: board at the marked stops, ride, change."""
    for k in range(first_round, max_rides + 1):
        labels.target[k] = min(labels.target[k], labels.target[k - 1])
        if first_round == 1:
            labels.ridden[k] = labels.ridden[k - 1]
            labels.ready[k] = labels.ready[k - 1]
        if n_marked:
            n_queued = _collect(lanes, labels, n_marked)
            n_touched = _ride(lanes, egress, labels, k, n_queued)
            for mark in range(n_marked):
                labels.fresh[labels.marked[mark]] = UNREACHED
            n_marked = _change(walks, egress, labels, k, max_rides, n_touched, first_round == 1)


@kernel
def _collect(lanes: Lanes, labels: Labels, n_marked: int) -> int:
    """Queue the patterns one may board at the marked stops, each with its first and last such position."""
    at_first, at_pattern, at_position = lanes.at_first, lanes.at_pattern, lanes.at_position
    marked, queue = labels.marked, labels.queue
    pattern_from, pattern_to = labels.pattern_from, labels.pattern_to
    n_queued = 0
    for mark in range(n_marked):
        stop = marked[mark]
        for place in range(at_first[stop], at_first[stop + 1]):
            pattern, position = at_pattern[place], at_position[place]
            if pattern_from[pattern] == UNREACHED:
                queue[n_queued] = pattern
                n_queued += 1
                pattern_from[pattern] = pattern_to[pattern] = position
            elif position < pattern_from[pattern]:
                pattern_from[pattern] = position
            elif position > pattern_to[pattern]:
                pattern_to[pattern] = position
    return n_queued


@kernel
def _ride(lanes: Lanes, egress: Egress, labels: Labels, k: int, n_queued: int) -> int:  # noqa: C901, PLR0912, PLR0915
    """Ride every queued pattern in the first trip that can be boarded, changing to earlier ones on the way."""
    ridden, rides, fresh = labels.ridden[k], labels.rides[k], labels.fresh
    touched, is_touched, egress_at = labels.touched, labels.is_touched, labels.egress_at
    pattern_first, board_stop, alight_stop, trip_first, event_first, arrivals, departures, _, _, _ = lanes
    queue, pattern_from, pattern_to = labels.queue, labels.pattern_from, labels.pattern_to
    lane_trip, lane_from, lane_rides = labels.lane_trip, labels.lane_from, labels.lane_rides
    bound, n_touched = labels.target[k] - egress.shortest, 0
    for place in range(n_queued):
        pattern = queue[place]
        position, last_boarding = pattern_from[pattern], pattern_to[pattern]
        pattern_from[pattern] = UNREACHED
        base, events = pattern_first[pattern], event_first[pattern]
        n_calls = pattern_first[pattern + 1] - base
        n_trips = trip_first[pattern + 1] - trip_first[pattern]
        trip, row, boarded, known_trip, known_from = n_trips, 0, 0, n_trips, n_calls
        if lane_rides[pattern] <= k:
            known_trip, known_from = lane_trip[pattern], lane_from[pattern]
        for i in range(position, n_calls):
            if trip < n_trips:
                arrival = arrivals[row + i]
                if arrival >= bound or (trip >= known_trip and i > known_from):
                    trip = n_trips
                else:
                    stop = alight_stop[base + i]
                    if arrival < ridden[stop]:
                        ridden[stop] = arrival
                        rides[stop, 0], rides[stop, 1], rides[stop, 2], rides[stop, 3] = pattern, trip, boarded, i
                        if is_touched[stop] == 0:
                            is_touched[stop] = 1
                            touched[n_touched] = stop
                            n_touched += 1
                        if egress_at[stop] >= 0:
                            bound = _leave(egress, labels, k, stop, arrival, bound)
            if i <= last_boarding:
                time = fresh[board_stop[base + i]]
                if time < bound:
                    column, found = events + i * n_trips, min(trip, known_trip) if i >= known_from else trip
                    if found == n_trips:
                        found = _first_trip(departures, column, n_trips, time)
                    elif found > 0 and departures[column + found - 1] >= time:
                        found = _first_trip(departures, column, found - 1, time)
                    elif found == known_trip:
                        found = trip
                    if found < trip:
                        trip, boarded, row = found, i, events + found * n_calls
                        if trip <= lane_trip[pattern] or lane_rides[pattern] > k:
                            lane_trip[pattern], lane_from[pattern], lane_rides[pattern] = trip, i, k
            elif trip == n_trips:
                break
    return n_touched


@kernel
def _first_trip(departure: Times, column: int, end: int, time: int) -> int:
    """First trip before `end` that departs at `time` or later, `end` if there is none."""
    low, rest = column, end
    while rest > 0:
        half = (rest + 1) >> 1
        low += half * (departure[low + half - 1] < time)
        rest -= half
    return low - column


@kernel
def _leave(egress: Egress, labels: Labels, k: int, stop: int, arrival: int, bound: int) -> int:
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
def _change(  # noqa: C901, PLR0912
    walks: Walks, egress: Egress, labels: Labels, k: int, max_rides: int, n_touched: int, once: bool
) -> int:
    """From the stops where vehicles arrived earlier than known, get ready to board there and where one can walk to."""
    ridden, ready, ready_from = labels.ridden, labels.ready[k], labels.ready_from[k]
    touched, is_touched, marked, fresh = labels.touched, labels.is_touched, labels.marked, labels.fresh
    first, to, seconds, opens, closes, change_s = walks
    n_marked, bound = 0, labels.target[k] - egress.shortest
    for touch in range(n_touched):
        stop = touched[touch]
        is_touched[stop] = 0
        arrival = ridden[k, stop]
        for level in range(k + 1, k + 1 if once else max_rides + 1):
            if ridden[level, stop] <= arrival:
                break
            ridden[level, stop] = arrival
        if k == max_rides:
            continue
        for walk in range(first[stop] - 1, first[stop + 1]):
            if walk < first[stop]:
                if change_s[stop] == FORBIDDEN:
                    continue
                end, time = stop, arrival + change_s[stop]
            else:
                end, time = to[walk], arrival + seconds[walk]
                width = closes[walk] - opens[walk]
                if width < DAY_S:
                    since_opening = (arrival - opens[walk]) % DAY_S
                    if since_opening > width:
                        time += DAY_S - since_opening
            if time < ready[end] and time < bound:
                ready[end], ready_from[end] = time, stop
                if fresh[end] == UNREACHED:
                    marked[n_marked] = end
                    n_marked += 1
                fresh[end] = time
    for mark in range(0 if once else n_marked):
        stop = marked[mark]
        for level in range(k + 1, max_rides + 1):
            if labels.ready[level, stop] <= ready[stop]:
                break
            labels.ready[level, stop] = ready[stop]
    return n_marked


@kernel
def _traced(lanes: Lanes, labels: Labels, k: int, rides: Table) -> int:
    """Write the rides to the destination with `k` vehicles into `rides`; the stop where the first ends."""
    stop = int(labels.target_stop[k])
    for level in range(k, 0, -1):
        ride = labels.rides[level, stop]
        pattern, trip, board, alight = ride[0], ride[1], ride[2], ride[3]
        rides[level - 1, 0] = lanes.trip_first[pattern] + trip
        rides[level - 1, 1], rides[level - 1, 2] = board, alight
        if level > 1:
            stop = int(labels.ready_from[level - 1, lanes.board_stop[lanes.pattern_first[pattern] + board]])
    return stop
