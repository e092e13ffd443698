"""The compiled rounds of a timetable search: board, ride, change, once per vehicle.

Everything is int32 arrays; `planner.raptor` says what is asked and answered. A stop's column behind the last stands for
"not here": no arrival improves `ridden` there, and `fresh` stays UNREACHED.
"""

import numpy as np

from planner.bounds import NO_WAY, Bounds
from planner.footpaths import FORBIDDEN, begins_at
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Arrivals, Egress, Labels, Lanes, Leaving, Roads, Table, Walks, Ways
from planner.paces import sweep
from planner.probe import BY_GREED, try_greedily
from planner.riding import collect, deadline, lower_limits, ride, ride_first, stay_seated
from planner.timetable import Times

SWEEP_COST = 30
"""To sweep out bounds takes as long per call of a pattern as to read so many entries of the tables; measured."""

SWEEP_WORTH = 30
"""Without tables, bounds are swept out for searches with a first ride for every so many calls of patterns; measured."""


@kernel
def search_once(
    roads: Roads, arrivals: Arrivals, ends: tuple[Ways, Ways], labels: Labels, bounds: Bounds, leaving: Leaving,
    max_rides: int,
) -> tuple[Table, Table]:  # fmt: skip
    """Everything that leaves at the earliest or later, as if it left then."""
    (access, _), time = ends, leaving.earliest
    egress = _begun(roads, arrivals, ends, labels, bounds, leaving.longest, (max_rides, 1, 0))
    lower_limits(labels, time + leaving.longest + 1, 0, max_rides)
    if egress.n_least > 1:
        try_greedily(roads, access, egress, labels, leaving, max_rides)
    n_marked = _reach_stops(access, egress, labels, time, max_rides)
    _ride_rounds(roads, egress, labels, 1, max_rides, n_marked)
    found, rides = np.empty((max_rides, 5), np.int32), np.empty((max_rides * (max_rides + 1) // 2, 3), np.int32)
    n_found, n_rides, known = 0, 0, UNREACHED
    for k in range(1, max_rides + 1):
        if not labels.is_improved[k] or labels.target[k] >= known:
            continue
        if leaving.is_soonest:
            n_found, n_rides = 0, 0
        known = labels.target[k]
        option = _traced_to_option(labels, k, rides[n_rides:])
        boarded = _departure(roads.ways, rides[n_rides, 0], rides[n_rides, 1])
        found[n_found, 0] = min(boarded - access.seconds[option], access.closes[option])
        found[n_found, 1], found[n_found, 2] = known, k
        found[n_found, 3], found[n_found, 4] = option, labels.target_row[k]
        n_found, n_rides = n_found + 1, n_rides + k
    _ended(labels, egress)
    return found[:n_found], rides[:n_rides]


@kernel
def search_range(
    roads: Roads, arrivals: Arrivals, ends: tuple[Ways, Ways], labels: Labels, bounds: Bounds, leaving: Leaving,
    max_rides: int,
) -> tuple[Table, Table]:  # fmt: skip
    """Every first ride that can be reached in the window, latest departure first; labels stay from one to the next."""
    access, _ = ends
    n_firsts = _count_first_rides(roads.ways, access, leaving)
    if n_firsts == 0:
        return np.empty((0, 5), np.int32), np.empty((0, 3), np.int32)
    numbers = max_rides, max_rides + 1, n_firsts
    egress = _begun(roads, arrivals, ends, labels, bounds, leaving.longest, numbers)
    firsts = _first_rides(roads.ways, access, leaving, labels.least[egress.n_least - 1])
    order = np.argsort(-firsts[:, 0], kind="mergesort")
    found, rides = np.empty((64, 5), np.int32), np.empty((256, 3), np.int32)
    n_found, n_rides, row = 0, 0, 0
    while row < len(order):
        departure, n_touched = firsts[order[row], 0], 0
        lower_limits(labels, departure + leaving.longest + 1, 0, max_rides)
        while row < len(order) and firsts[order[row], 0] == departure:
            n_touched = ride_first(roads.ways, egress, labels, firsts[order[row]], max_rides, n_touched)
            row += 1
        n_marked = _change(roads.walks, egress, labels, (1, 1, max_rides), n_touched)
        _ride_rounds(roads, egress, labels, 2, max_rides, n_marked)
        for k in range(1, max_rides + 1):
            if not labels.is_improved[k]:
                continue
            labels.is_improved[k] = 0
            if n_found == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            if n_rides + k > len(rides):
                rides = np.concatenate((rides, np.empty((len(rides) + k, 3), np.int32)))
            stop = _traced(labels, k, rides[n_rides:])
            found[n_found, 0], found[n_found, 1], found[n_found, 2] = departure, labels.target[k], k
            found[n_found, 3], found[n_found, 4] = labels.access[stop], labels.target_row[k]
            n_found, n_rides = n_found + 1, n_rides + k
    _ended(labels, egress)
    return found[:n_found], rides[:n_rides]


@kernel
def _begun(
    roads: Roads, arrivals: Arrivals, ends: tuple[Ways, Ways], labels: Labels, bounds: Bounds, longest: int,
    numbers: tuple[int, int, int],
) -> Egress:  # fmt: skip
    """Forget the search before, on so many levels of labels; chain the egress options that share a stop."""
    (access, ways), (max_rides, n_levels, n_firsts) = ends, numbers
    labels.ridden[:n_levels] = UNREACHED
    labels.ridden[:n_levels, -1] = -UNREACHED
    labels.ready[:n_levels] = UNREACHED
    labels.target[: max_rides + 1] = UNREACHED
    labels.limit[: max_rides + 1] = UNREACHED
    labels.is_improved[: max_rides + 1] = 0
    labels.lane_rides[:] = UNREACHED
    labels.way_rides[:] = UNREACHED
    following = np.empty(len(ways.stop), np.int32)
    shortest = UNREACHED if len(ways.stop) else 0
    for seconds in ways.seconds:
        shortest = min(shortest, seconds)
    for row in range(len(ways.stop)):
        following[row] = labels.egress_at[ways.stop[row]]
        labels.egress_at[ways.stop[row]] = row
    n_least, fewest = len(labels.least), 1
    cost = SWEEP_COST * len(roads.paces.run)
    is_swept = 0 < cost < (len(ways.stop) * labels.least.size if len(bounds) else n_firsts * SWEEP_COST * SWEEP_WORTH)
    if len(ways.stop) == 0 or not (len(bounds) or is_swept):
        n_least = 1
        labels.least[0] = shortest
    else:
        if is_swept:
            sweep(labels.least, roads.ways, roads.paces, roads.walks.change_s, ways, longest)
        else:
            _sum_up(labels.least, bounds, ways)
        while (
            len(access.stop)
            and fewest < min(n_least, max_rides)
            and np.min(labels.least[fewest - 1][access.stop]) == UNREACHED
        ):
            fewest += 1
    return Egress(ways.stop, ways.seconds, ways.opens, ways.closes, following, arrivals, shortest, fewest, n_least)


@kernel
def _sum_up(least: Table, bounds: Bounds, egress: Ways) -> None:
    """Seconds to the destination at least, from each stop, by whichever egress option."""
    for rides in range(len(bounds)):
        total = least[rides]
        total[:] = UNREACHED
        for option in range(len(egress.stop)):
            seconds, way = egress.seconds[option], bounds[rides, egress.stop[option]]
            for stop in range(len(way)):
                whole = np.int32(way[stop]) + seconds if way[stop] < NO_WAY else np.int32(UNREACHED)
                total[stop] = min(total[stop], whole)


@kernel
def _ended(labels: Labels, egress: Egress) -> None:
    for stop in egress.stop:
        labels.egress_at[stop] = -1


@kernel
def _reach_stops(access: Ways, egress: Egress, labels: Labels, time: int, max_rides: int) -> int:
    n_marked, most = 0, min(egress.n_least, max_rides)
    for option in range(len(access.stop)):
        begin, stop = max(time, access.opens[option]), access.stop[option]
        ready = begin + access.seconds[option]
        if begin > access.closes[option] or ready >= labels.ready[0, stop]:
            continue
        if ready >= deadline(labels.least, labels.limit, 0, most, stop):
            continue
        labels.ready[0, stop], labels.ready_from[0, stop] = ready, option
        if labels.fresh[stop] == UNREACHED:
            labels.marked[n_marked] = stop
            n_marked += 1
        labels.fresh[stop] = ready
    return n_marked


@kernel
def _count_first_rides(lanes: Lanes, access: Ways, leaving: Leaving) -> int:
    """Boardings within the window, about."""
    n_rides = 0
    for option in range(len(access.stop)):
        stop, begin = access.stop[option], max(leaving.earliest, access.opens[option])
        for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
            pattern = lanes.at_pattern[place]
            n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
            column = lanes.event_first[pattern] + lanes.at_position[place] * n_trips
            boarded = lanes.departure[column : column + n_trips]
            first = np.searchsorted(boarded, begin + access.seconds[option])
            beyond = np.searchsorted(boarded, leaving.latest + access.seconds[option], "right")
            # Who leaves when the option closes waits for a vehicle that comes later.
            n_rides += max(beyond - first, 0) + int(access.closes[option] <= leaving.latest)
    return n_rides


@kernel
def _first_rides(lanes: Lanes, access: Ways, leaving: Leaving, least: Times) -> Table:
    """Boardings that let one leave in the window, at the latest: (departure, option, pattern, position, trip).

    Of the trips that leave after the option has closed only the first of each lane counts: one leaves when it closes.
    Options from which the rest takes too long, with the `least` seconds from the stop, are passed over.
    """
    rows, n_rows = np.empty((256, 5), np.int32), 0
    for option in range(len(access.stop)):
        stop, seconds, closes = access.stop[option], access.seconds[option], access.closes[option]
        if seconds + least[stop] > leaving.longest:
            continue
        begin = max(leaving.earliest, access.opens[option])
        for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
            pattern, position = lanes.at_pattern[place], lanes.at_position[place]
            n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
            column = lanes.event_first[pattern] + position * n_trips
            boarded = lanes.departure[column : column + n_trips]
            for trip in range(np.searchsorted(boarded, begin + seconds), n_trips):
                departure = min(boarded[trip] - seconds, closes)
                if departure > leaving.latest or departure < begin:
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
def _ride_rounds(roads: Roads, egress: Egress, labels: Labels, first_round: int, max_rides: int, n_marked: int) -> None:
    """Rounds from `first_round` until nothing improves: board at the marked stops, ride, change."""
    for k in range(first_round, max_rides + 1):
        labels.target[k] = min(labels.target[k], labels.target[k - 1])
        if n_marked:
            numbers = (k, 0 if first_round == 1 else k, max_rides)
            n_queued = collect(roads.lanes, egress, labels, numbers, n_marked)
            n_touched, n_seated = ride(roads, egress, labels, numbers, n_queued)
            if n_seated:
                n_touched = stay_seated(roads, egress, labels, numbers, n_seated, n_touched)
            for mark in range(n_marked):
                labels.fresh[labels.marked[mark]] = UNREACHED
            n_marked = _change(roads.walks, egress, labels, numbers, n_touched)


@kernel
def _change(  # noqa: C901, PLR0912
    walks: Walks, egress: Egress, labels: Labels, numbers: tuple[int, int, int], n_touched: int
) -> int:
    """From the stops where vehicles arrived earlier than known, get ready to board there and where one can walk to."""
    k, row, max_rides = numbers
    ridden, ready, ready_from = labels.ridden, labels.ready[row], labels.ready_from[k]
    touched, is_touched, marked, fresh = labels.touched, labels.is_touched, labels.marked, labels.fresh
    least, limit, most = labels.least, labels.limit, min(egress.n_least, max_rides - k)
    first, to, seconds, opens, closes, change_s = walks
    n_marked, highest = 0, 0 if row == 0 else max_rides
    for touch in range(n_touched):
        stop = touched[touch]
        is_touched[stop] = 0
        arrival = ridden[row, stop]
        for level in range(row + 1, highest + 1):
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
                end, time = to[walk], begins_at(arrival, opens[walk], closes[walk]) + seconds[walk]
            if time < ready[end] and time < deadline(least, limit, k, most, end):
                ready[end], ready_from[end] = time, stop
                if fresh[end] == UNREACHED:
                    marked[n_marked] = end
                    n_marked += 1
                fresh[end] = time
    for mark in range(0 if row == 0 else n_marked):
        stop = marked[mark]
        for level in range(row + 1, highest + 1):
            if labels.ready[level, stop] <= ready[stop]:
                break
            labels.ready[level, stop] = ready[stop]
    return n_marked


@kernel
def _traced(labels: Labels, k: int, rides: Table) -> int:
    """Write the rides to the destination with `k` vehicles into `rides`; the stop where the first ends."""
    stop = int(labels.target_stop[k])
    for level in range(k, 0, -1):
        ride = labels.rides[level, stop]
        rides[level - 1, 0], rides[level - 1, 1], rides[level - 1, 2] = ride[0], ride[1], ride[2]
        if level > 1:
            stop = int(labels.ready_from[level - 1, ride[3]])
    return stop


@kernel
def _traced_to_option(labels: Labels, k: int, rides: Table) -> int:
    """The same with one departure; the option that leads to the first ride."""
    if labels.target_stop[k] == BY_GREED:
        rides[:k] = labels.greedy[k, :k]
        return int(labels.greedy_access[k])
    return int(labels.ready_from[0, labels.rides[1, _traced(labels, k, rides), 3]])


@kernel
def _departure(ways: Lanes, lane_trip: int, position: int) -> int:
    pattern = np.searchsorted(ways.trip_first, lane_trip, "right") - 1
    first, n_trips = ways.trip_first[pattern], ways.trip_first[pattern + 1] - ways.trip_first[pattern]
    return int(ways.departure[ways.event_first[pattern] + position * n_trips + lane_trip - first])
