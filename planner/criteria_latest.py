"""Until when one may be where, to arrive within given limits: rounds backwards, which bound a search of many criteria.

Delling, Dibbelt and Pajor, Fast and Exact Public Transit Routing with Restricted Pareto Sets, ALENEX 2019,
doi:10.1137/1.9781611975499.5.
"""

import numpy as np

from planner.bounds import NO_WAY, Bounds
from planner.footpaths import FORBIDDEN, begins_at
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Lanes, Table, Walks, Ways
from planner.timetable import Flags, Indices, Times


@kernel
def latest_times(
    back: tuple[Lanes, Walks, Ways, Bounds], access_stop: Indices, time: int, limit: Times
) -> tuple[Table, Table]:
    """The latest arrival of the k-th vehicle at each stop, and the latest moment to be ready there after k rides.

    Parameters
    ----------
    back : (Lanes, Walks, Ways, Bounds)
        Ways of vehicles, walks, egress options and bounds, all with time reversed.
    access_stop : int32 array
        Stops that are reached from the origin.
    time : int
        Nobody leaves the origin earlier.
    limit : int32 array
        With k rides one must be there by ``limit[k]``; not ascending.
    """
    lanes, walks, egress, bounds = back
    n_stops, max_rides = len(lanes.at_first) - 1, len(limit) - 1
    alight = np.full((max_rides + 1, n_stops + 1), -UNREACHED, np.int32)
    board = alight.copy()
    least = _least(bounds, access_stop, n_stops)
    ready, ridden = np.full(n_stops, UNREACHED, np.int32), np.full(n_stops + 1, UNREACHED, np.int32)
    ridden[-1] = -UNREACHED
    is_marked, is_touched = np.zeros(n_stops, np.int8), np.zeros(n_stops, np.int8)
    calls = np.empty((len(lanes.trip_first) - 1, 2), np.int32)
    calls[:, 0] = UNREACHED
    for k in range(max_rides, 0, -1):
        own = least[min(k, len(least)) - 1]
        for row in range(len(egress.stop)):
            begin = max(-limit[k], egress.opens[row])
            moment, stop = begin + egress.seconds[row], egress.stop[row]
            if begin <= egress.closes[row] and moment < ready[stop] and moment + own[stop] <= -time:
                ready[stop], is_marked[stop] = moment, 1
        alight[k, :-1] = -ready
        _ride_back(lanes, (ready, ridden), is_marked, is_touched, calls, -time)
        board[k - 1, :-1] = -ridden[:-1]
        if k > 1:
            own = least[min(k - 1, len(least)) - 1]
            for stop in range(n_stops):
                if is_touched[stop]:
                    is_touched[stop] = 0
                    _change_back(walks, (ready, own, is_marked), stop, ridden[stop], -time)
    return alight, board


@kernel
def _least(bounds: Bounds, access_stop: Indices, n_stops: int) -> Table:
    """Seconds from each stop to the first boarding at least, by number of rides; nothing known is 0."""
    if len(bounds) == 0:
        return np.zeros((1, n_stops), np.int32)
    least = np.full((len(bounds), n_stops), UNREACHED, np.int32)
    for rides in range(len(bounds)):
        for stop in access_stop:
            way = bounds[rides, stop]
            for at in range(n_stops):
                if way[at] < NO_WAY:
                    least[rides, at] = min(least[rides, at], np.int32(way[at]))
    return least


@kernel
def _ride_back(  # noqa: C901, PLR0912
    lanes: Lanes, known: tuple[Times, Times], is_marked: Flags, is_touched: Flags, calls: Table, latest: int
) -> None:
    """Ride every lane of the marked stops, in the first vehicle that can be boarded, as long as it is not too late."""
    ready, ridden = known
    n_queued, queue = 0, np.empty(len(calls), np.int32)
    for stop in range(len(ready)):
        if is_marked[stop]:
            for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
                pattern, position = lanes.at_pattern[place], lanes.at_position[place]
                if calls[pattern, 0] == UNREACHED:
                    queue[n_queued], calls[pattern, 0], calls[pattern, 1] = pattern, position, position
                    n_queued += 1
                calls[pattern, 0], calls[pattern, 1] = (
                    min(calls[pattern, 0], position),
                    max(calls[pattern, 1], position),
                )
    for pattern in queue[:n_queued]:
        base, events = lanes.pattern_first[pattern], lanes.event_first[pattern]
        n_calls = lanes.pattern_first[pattern + 1] - base
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        trip, last_call = n_trips, calls[pattern, 1]
        for i in range(calls[pattern, 0], n_calls):
            if trip < n_trips:
                arrival, at = lanes.arrival[events + trip * n_calls + i], lanes.alight_stop[base + i]
                if arrival > latest:
                    trip = n_trips
                elif arrival < ridden[at]:
                    ridden[at], is_touched[at] = arrival, 1
            if i > last_call:
                if trip == n_trips:
                    break
                continue
            stop = lanes.board_stop[base + i]
            if stop < len(ready) and is_marked[stop]:
                column = events + i * n_trips
                if trip == n_trips or lanes.departure[column + trip] >= ready[stop]:
                    trip = np.searchsorted(lanes.departure[column : column + trip], ready[stop])
        calls[pattern, 0] = UNREACHED
    is_marked[:] = 0


@kernel
def _change_back(walks: Walks, known: tuple[Times, Times, Flags], stop: int, time: int, latest: int) -> None:
    """Where one may have alighted to be at `stop`."""
    ready, least, is_marked = known
    for walk in range(walks.first[stop] - 1, walks.first[stop + 1]):
        end, moment = stop, time + walks.change_s[stop]
        if walk >= walks.first[stop]:
            end, moment = walks.to[walk], begins_at(time, walks.opens[walk], walks.closes[walk]) + walks.seconds[walk]
        elif walks.change_s[stop] == FORBIDDEN:
            continue
        if moment < ready[end] and moment + least[end] <= latest:
            ready[end], is_marked[end] = moment, 1
