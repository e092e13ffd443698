"""The compiled rounds of a search with a third criterion: bags of labels at stops, board, ride, change.

McRAPTOR (Delling, Pajor and Werneck 2015, doi:10.1287/trsc.2014.0534), bounded by the latest times of
`planner.criteria_latest`. A label is a row of one table, its columns are named below; the labels of a stop's bag are
chained, the newest first. Whoever came by vehicle and whoever is ready to board have a bag each: neither prunes the
other, so walks need not be closed under transitivity.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.bounds import NO_WAY, Bounds
from planner.footpaths import FORBIDDEN, begins_at
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Lanes, Table, Walks, Ways
from planner.timetable import Flags, Indices, Times

TIME, COST, WALK, KIND, FROM, LANE_TRIP, BOARD, ALIGHT, NEXT = range(9)
WIDTH = 9
"""Columns of a label: moment, cost so far, seconds on foot so far where they are limited, kind of the last vehicle; the
label it comes from (−1 − access option at the origin); lane trip with the positions ridden between, if it came by
vehicle; the next in the bag."""

NOWHERE = -1


class Costs(NamedTuple):
    """What a search adds up beside time and rides: whole numbers, none negative.

    `access`, `egress` and `walks` are costs of each option and footpath, and `access_s`, `egress_s`, `walks_s` the
    seconds on foot that count towards `longest_walk_s`. `along` is the cost of a vehicle's way up to each call, laid
    out as the arrivals of its lane (empty: riding costs nothing); trips of one lane with equal `profile` cost the same
    everywhere; `is_mixed` tells the lanes where they or the kinds of trips differ. A change from a vehicle of kind a to
    one of kind b with s seconds to spare costs ``risk[a, b, min(s // step_s, last)]`` (empty: nothing), which does not
    rise with s; lane trips are of `kind`, who has not ridden yet of kind 0. ``is_as_good[a, b]`` where coming by a is
    never worse than by b.
    """

    access: Times
    egress: Times
    walks: Times
    access_s: Times
    egress_s: Times
    walks_s: Times
    longest_walk_s: int
    along: Times
    profile: Indices
    is_mixed: Flags
    risk: NDArray[np.int32]
    step_s: int
    kind: Indices
    is_as_good: Flags


class Bags(NamedTuple):
    """Newest labels of stops, by vehicle and ready to board; labels; what is known at the destination.

    `ends` are journeys: arrival, cost, rides, label and egress option; its first row holds the counts of `ends` and
    labels. `least` are seconds at least to the destination for who is ready to board at each stop, `shortest` those of
    the shortest egress option.
    """

    ridden: Indices
    ready: Indices
    labels: Table
    ends: Table
    least: Times
    shortest: int


@kernel
def ride_rounds(
    roads: tuple[Lanes, Walks, Ways, Ways],
    costs: Costs,
    bags: Bags,
    latest: tuple[Table, Table],
    time: int,
    limit: Times,
) -> bool:
    """Fill `bags`; whether they were large enough."""
    lanes, walks, access, egress = roads
    alight, board = latest
    bags.ridden[:], bags.ready[:] = NOWHERE, NOWHERE
    bags.ends[0], bags.ends[0, 0] = 0, 1
    marked = _set_out(access, costs, bags, board[0], time)
    since = 0
    for k in range(1, len(limit)):
        if not len(marked):
            break
        until = bags.ends[0, 1]
        touched = _ride(lanes, costs, bags, (alight[k], board[k - 1]), marked, since, limit[k])
        if bags.ends[0, 1] >= len(bags.labels):
            return False
        _arrive(egress, costs, bags, touched, until, k, limit[k])
        if bags.ends[0, 0] >= len(bags.ends):
            return False
        since = bags.ends[0, 1]
        marked = touched[:0]
        if k + 1 < len(limit):
            marked = _change(walks, costs, bags, board[k], touched, until)
        if bags.ends[0, 1] >= len(bags.labels):
            return False
    return True


@kernel
def _add(
    known: tuple[Table, Table, Flags], heads: Indices, stop: int, label: tuple[int, int, int, int], least: int
) -> int:
    """Row of a new label at `stop`, `least` seconds from the destination; NOWHERE if something known is as good.

    What it beats goes from the bag, but stays where it leads to already.
    """
    labels, ends, is_as_good = known
    time, cost, walk, kind = label
    row = heads[stop]
    while row != NOWHERE:
        is_no_worse = labels[row, TIME] <= time and labels[row, COST] <= cost and labels[row, WALK] <= walk
        if is_no_worse and is_as_good[labels[row, KIND], kind]:
            return NOWHERE
        row = labels[row, NEXT]
    if _is_beaten(ends, time + least, cost):
        return NOWHERE
    before, row = NOWHERE, heads[stop]
    while row != NOWHERE:
        following = labels[row, NEXT]
        is_no_better = time <= labels[row, TIME] and cost <= labels[row, COST] and walk <= labels[row, WALK]
        if is_no_better and is_as_good[kind, labels[row, KIND]]:
            if before == NOWHERE:
                heads[stop] = following
            else:
                labels[before, NEXT] = following
        else:
            before = row
        row = following
    new = ends[0, 1]
    if new >= len(labels):
        return NOWHERE
    ends[0, 1] = new + 1
    labels[new, TIME], labels[new, COST], labels[new, WALK], labels[new, KIND] = time, cost, walk, kind
    labels[new, NEXT], heads[stop] = heads[stop], new
    return int(new)


@kernel
def _is_beaten(ends: Table, arrival: int, cost: int) -> bool:
    """Whether a journey known, which has no more rides, arrives no later than `arrival` and costs no more."""
    for row in range(1, ends[0, 0]):  # noqa: SIM110  (numba compiles no generator here)
        if ends[row, 0] <= arrival and ends[row, 1] <= cost:
            return True
    return False


@kernel
def _set_out(access: Ways, costs: Costs, bags: Bags, latest: Times, time: int) -> Indices:
    """Labels where the origin's options lead; the stops."""
    known = bags.labels, bags.ends, costs.is_as_good
    marked, n_marked = np.empty(len(access.stop), np.int32), 0
    for option in range(len(access.stop)):
        stop, begin = access.stop[option], max(time, access.opens[option])
        ready, walk = begin + access.seconds[option], costs.access_s[option]
        if begin > access.closes[option] or ready > latest[stop] or walk > costs.longest_walk_s:
            continue
        is_new = bags.ready[stop] == NOWHERE
        row = _add(known, bags.ready, stop, (ready, costs.access[option], walk, 0), bags.least[stop])
        if row != NOWHERE:
            bags.labels[row, FROM] = -1 - option
            if is_new:
                marked[n_marked] = stop
                n_marked += 1
    return marked[:n_marked]


@kernel
def _queued(lanes: Lanes, marked: Indices) -> tuple[Indices, Table]:
    """Lanes that pass the marked stops, and the first and last position of those."""
    n_places = 0
    for stop in marked:
        n_places += lanes.at_first[stop + 1] - lanes.at_first[stop]
    pattern, position, n = np.empty(n_places, np.int32), np.empty((n_places, 2), np.int32), 0
    place_of = np.full(len(lanes.trip_first) - 1, -1, np.int32)
    for stop in marked:
        for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
            lane, at = lanes.at_pattern[place], lanes.at_position[place]
            if place_of[lane] < 0:
                place_of[lane], pattern[n], position[n] = n, lane, at
                n += 1
            else:
                known = position[place_of[lane]]
                known[0], known[1] = min(known[0], at), max(known[1], at)
    return pattern[:n], position[:n]


@kernel
def _ride(  # noqa: C901, PLR0912, PLR0915
    lanes: Lanes, costs: Costs, bags: Bags, latest: tuple[Times, Times], marked: Indices, since: int, last: int
) -> Indices:
    """Ride on from every label ready since row `since`; the stops where vehicles arrive with something new."""
    n_stops, labels, along, kind = len(bags.ready), bags.labels, costs.along, costs.kind
    known = labels, bags.ends, costs.is_as_good
    prices = costs.risk, costs.step_s, costs.profile, kind, costs.is_as_good
    touched, n_touched, is_touched = np.empty(n_stops, np.int32), 0, np.zeros(n_stops, np.int8)
    queue, places = _queued(lanes, marked)
    aboard = np.empty((64, 5), np.int32)
    for place in range(len(queue)):
        pattern, n, begin, end = queue[place], 0, places[place, 0], places[place, 1]
        base, events, first_trip = lanes.pattern_first[pattern], lanes.event_first[pattern], lanes.trip_first[pattern]
        n_calls, n_trips = lanes.pattern_first[pattern + 1] - base, lanes.trip_first[pattern + 1] - first_trip
        for i in range(begin, n_calls):
            stop, kept = lanes.alight_stop[base + i], 0
            for rider in range(n):
                at = events + aboard[rider, 0] * n_calls + i
                arrival, cost = lanes.arrival[at], aboard[rider, 1]
                if arrival > last:
                    continue
                if kept < rider:
                    aboard[kept] = aboard[rider]
                kept += 1
                if stop == n_stops or arrival > latest[0][stop]:
                    continue
                if len(along):
                    cost += along[at]
                lane_trip = first_trip + aboard[kept - 1, 0]
                label = arrival, cost, aboard[kept - 1, 2], kind[lane_trip]
                row = _add(known, bags.ridden, stop, label, bags.shortest)
                if row != NOWHERE:
                    labels[row, FROM], labels[row, LANE_TRIP] = aboard[kept - 1, 3], lane_trip
                    labels[row, BOARD], labels[row, ALIGHT] = aboard[kept - 1, 4], i
                    if not is_touched[stop]:
                        is_touched[stop], touched[n_touched] = 1, stop
                        n_touched += 1
            n, stop = kept, lanes.board_stop[base + i]
            if i > end and n == 0:
                break
            if i > end or stop == n_stops:
                continue
            row, column = bags.ready[stop], events + i * n_trips
            while row >= since:
                departures = lanes.departure[column : column + n_trips]
                trip = np.searchsorted(departures, labels[row, TIME])
                while trip < n_trips and departures[trip] <= latest[1][stop]:
                    if n == len(aboard):
                        aboard = np.concatenate((aboard, np.empty_like(aboard)))
                    spent = along[events + trip * n_calls + i] if len(along) else 0
                    boarding = first_trip, trip, departures[trip], spent, costs.is_mixed[pattern] != 0
                    n, is_last = _board(prices, boarding, labels[row], (row, i), aboard, n)
                    if is_last:
                        break
                    trip += 1
                row = labels[row, NEXT]
    return touched[:n_touched]


@kernel
def _board(
    prices: tuple[NDArray[np.int32], int, Indices, Indices, Flags],
    boarding: tuple[int, int, int, int, bool],
    label: Indices,
    origin: tuple[int, int],
    aboard: Table,
    n: int,
) -> tuple[int, bool]:
    """Board a trip, unless who is aboard is as well off; how many are, and whether no later trip may cost less."""
    risks, step_s, profile, kind, is_as_good = prices
    first_trip, trip, departure, spent, is_mixed = boarding
    own, risk, walk = kind[first_trip + trip], 0, label[WALK]
    if len(risks):
        spare = min((departure - label[TIME]) // step_s, risks.shape[2] - 1)
        risk = risks[label[KIND], own, spare]
    cost = label[COST] + risk - spent
    for rider in range(n):
        if aboard[rider, 0] > trip or aboard[rider, 1] > cost or aboard[rider, 2] > walk:
            continue
        other = first_trip + aboard[rider, 0]
        if is_as_good[kind[other], own] and (not is_mixed or profile[other] == profile[first_trip + trip]):
            return n, risk == 0 and not is_mixed
    aboard[n, 0], aboard[n, 1], aboard[n, 2], aboard[n, 3], aboard[n, 4] = trip, cost, walk, origin[0], origin[1]
    return n + 1, risk == 0 and not is_mixed


@kernel
def _arrive(egress: Ways, costs: Costs, bags: Bags, touched: Indices, since: int, k: int, last: int) -> None:
    """Leave for the destination from every label that came since row `since`, by every egress option."""
    labels, ends = bags.labels, bags.ends
    is_touched = np.zeros(len(bags.ready), np.int8)
    for stop in touched:
        is_touched[stop] = 1
    begin = ends[0, 0]
    for option in range(len(egress.stop)):
        if not is_touched[egress.stop[option]]:
            continue
        row = bags.ridden[egress.stop[option]]
        while row >= since:
            moment = max(labels[row, TIME], egress.opens[option])
            arrival, cost = moment + egress.seconds[option], labels[row, COST] + costs.egress[option]
            is_short = labels[row, WALK] + costs.egress_s[option] <= costs.longest_walk_s
            fits = moment <= egress.closes[option] and arrival <= last and is_short
            if fits and not _is_beaten(ends, arrival, cost):
                n = begin
                for end in range(begin, ends[0, 0]):
                    if ends[end, 0] < arrival or ends[end, 1] < cost:
                        ends[n] = ends[end]
                        n += 1
                if n == len(ends):
                    ends[0, 0] = n
                    return
                ends[n, 0], ends[n, 1], ends[n, 2], ends[n, 3], ends[n, 4] = arrival, cost, k, row, option
                ends[0, 0] = n + 1
            row = labels[row, NEXT]


@kernel
def _change(walks: Walks, costs: Costs, bags: Bags, latest: Times, touched: Indices, since: int) -> Indices:
    """Get ready to board where vehicles arrived since row `since` and where one can walk to; the stops."""
    labels, known = bags.labels, (bags.labels, bags.ends, costs.is_as_good)
    marked, n_marked, is_marked = np.empty(len(bags.ready), np.int32), 0, np.zeros(len(bags.ready), np.int8)
    for stop in touched:
        row = bags.ridden[stop]
        while row >= since:
            for walk in range(walks.first[stop] - 1, walks.first[stop + 1]):
                end, time, cost, on_foot = stop, labels[row, TIME], labels[row, COST], labels[row, WALK]
                if walk >= walks.first[stop]:
                    end, time = (
                        walks.to[walk],
                        begins_at(time, walks.opens[walk], walks.closes[walk]) + walks.seconds[walk],
                    )
                    cost += costs.walks[walk]
                    on_foot += costs.walks_s[walk]
                elif walks.change_s[stop] == FORBIDDEN:
                    continue
                else:
                    time += walks.change_s[stop]
                if time > latest[end] or on_foot > costs.longest_walk_s:
                    continue
                new = _add(known, bags.ready, end, (time, cost, on_foot, labels[row, KIND]), bags.least[end])
                if new != NOWHERE:
                    labels[new, FROM] = row
                    if not is_marked[end]:
                        is_marked[end], marked[n_marked] = 1, end
                        n_marked += 1
            row = labels[row, NEXT]
    return marked[:n_marked]


@kernel
def traced(lanes: Lanes, access: Ways, bags: Bags) -> tuple[Table, Table]:
    """Journeys: (departure, arrival, rides, access option, egress option, cost), and rides: (lane trip, from, to)."""
    labels, n = bags.labels, bags.ends[0, 0] - 1
    found = np.empty((n, 6), np.int32)
    rides, first = np.empty((bags.ends[1 : n + 1, 2].sum(), 3), np.int32), 0
    for row in range(n):
        end = bags.ends[row + 1]
        label = end[3]
        for ride in range(first + end[2] - 1, first - 1, -1):
            rides[ride] = labels[label, LANE_TRIP : ALIGHT + 1]
            ready = labels[label, FROM]
            label = labels[ready, FROM]
        option = -1 - label
        pattern = np.searchsorted(lanes.trip_first, rides[first, 0], "right") - 1
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        place = lanes.event_first[pattern] + rides[first, 1] * n_trips + rides[first, 0] - lanes.trip_first[pattern]
        departure = min(lanes.departure[place] - access.seconds[option], access.closes[option])
        found[row, 0], found[row, 1], found[row, 2] = departure, end[0], end[2]
        found[row, 3], found[row, 4], found[row, 5] = option, end[4], end[1]
        first += end[2]
    return found, rides


@kernel
def least_to(bounds: Bounds, egress: Ways, n_stops: int) -> Times:
    """Seconds to the destination at least for who is ready to board at each stop."""
    if len(bounds) == 0:
        return np.zeros(n_stops, np.int32)
    least = np.full(n_stops, UNREACHED, np.int32)
    for option in range(len(egress.stop)):
        way, seconds = bounds[-1, egress.stop[option]], egress.seconds[option]
        for at in range(n_stops):
            if way[at] < NO_WAY:
                least[at] = min(least[at], np.int32(way[at]) + seconds)
    return least
