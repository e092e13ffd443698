"""The soonest arrivals from one place at every stop: connections scanned in order, the last stops sought one by one.

Every connection that leaves from the first instant on is looked at once: it can be ridden if its vehicle has been
boarded, or one is ready at its stop. After some hours all but a few stops have been reached, and only what is left
behind would keep the scan going until the next morning; then just the patterns that call there are ridden, from
wherever one can be ready, until nothing arrives sooner.

References
----------
Dibbelt, Pajor, Strasser and Wagner, Connection Scan Algorithm, 2018, doi:10.1145/3274661.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.connections import Connections
from planner.footpaths import FORBIDDEN, begins_at
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Lanes, Roads, Walks, Ways
from planner.timetable import Times

Rides = NDArray[np.uint8]


class Patience(NamedTuple):
    """When a scan ends: stops not yet reached are counted every `look_s` seconds of the timetable, until they are few.

    They are few if no more than one in `few` of all: then it is quicker to ride to those than to scan on. Measured.
    """

    look_s: int = 900
    few: int = 20


PATIENCE = Patience()

MOST_RIDES = 254
"""More rides are not counted."""

NOT_BOARDED = 255


class Soonest(NamedTuple):
    """What is known of each stop: when a vehicle arrives, and when one may board there.

    `rides` and `ready_rides` say how many rides it takes, not always the fewest. The last entry stands for "not here".
    """

    arrived: Times
    rides: Rides
    ready: Times
    ready_rides: Rides


@kernel
def soonest_arrivals(
    connections: Connections, roads: Roads, access: Ways, start: int, longest: int, patience: Patience
) -> tuple[Times, int]:
    """When a vehicle first arrives at each stop within `longest` of `start`, and with how many rides at most.

    The arrivals are exact for any number of rides; so many suffice for all of them.
    """
    ways, walks, last, most = roads.ways, roads.walks, start + longest, 0
    n_stops = len(walks.change_s)
    known = Soonest(
        np.full(n_stops + 1, UNREACHED, np.int32),
        np.zeros(n_stops + 1, np.uint8),
        np.full(n_stops + 1, UNREACHED, np.int32),
        np.zeros(n_stops + 1, np.uint8),
    )
    known.arrived[n_stops] = -UNREACHED
    for option in range(len(access.stop)):
        begin, stop = max(start, access.opens[option]), access.stop[option]
        if begin <= access.closes[option]:
            known.ready[stop] = min(known.ready[stop], begin + access.seconds[option])
    instant = _scan(connections, roads, known, last, patience)
    if instant < len(connections.departure):
        _ride_on(connections, ways, walks, known, connections.departure[instant])
    for stop in connections.served:
        if known.arrived[stop] > last:
            known.arrived[stop] = UNREACHED
        elif known.arrived[stop] < UNREACHED:
            most = max(most, known.rides[stop])
    return known.arrived[:n_stops], most


@kernel
def _scan(connections: Connections, roads: Roads, known: Soonest, last: int, patience: Patience) -> int:
    """Look at connections until few stops have not been reached; the first instant not looked at, if there is more."""
    departure, first, timed, starts, ends, seconds, lane_trips, _, _, _ = connections
    arrived, rides, ready, ready_rides = known
    boarded = np.full(roads.ways.trip_first[-1], NOT_BOARDED, np.uint8)
    soonest = np.min(ready)
    look, instant = soonest + patience.look_s, np.searchsorted(departure, soonest)
    while instant < len(departure) and departure[instant] <= last:
        now, row, again = departure[instant], first[instant], False
        behind, untimed = first[instant + 1], timed[instant]
        if now >= look:
            if _n_unreached(connections, known, now) * patience.few <= len(connections.served):
                return int(instant)
            look = now + patience.look_s
        while row < behind:
            trip, start = lane_trips[row], starts[row]
            ride = boarded[trip]
            if ready[start] <= now and ready_rides[start] + 1 < ride:
                ride = boarded[trip] = min(ready_rides[start] + 1, MOST_RIDES)
                again = True
            if ride != NOT_BOARDED:
                end, arrival = ends[row], now + seconds[row]
                if arrival <= arrived[end] and (arrival < arrived[end] or ride < rides[end]):
                    arrived[end], rides[end] = arrival, ride
                    _change(roads.walks, known, end)
                    again = True
            row += 1
            if row == untimed and again:
                row, again = first[instant], False
        instant += 1
    return len(departure)


@kernel
def _n_unreached(connections: Connections, known: Soonest, now: int) -> int:
    """Stops at which a connection that leaves `now` or later may still be the first to arrive."""
    n_unreached = 0
    for stop in connections.served:
        n_unreached += known.arrived[stop] > now
    return n_unreached


@kernel
def _change(walks: Walks, known: Soonest, stop: int) -> None:
    """From a stop where a vehicle arrives sooner than known, get ready to board there and where one can walk to."""
    first, to, seconds, opens, closes, change_s = walks
    arrival, rides = known.arrived[stop], known.rides[stop]
    for walk in range(first[stop] - 1, first[stop + 1]):
        if walk < first[stop]:
            if change_s[stop] == FORBIDDEN:
                continue
            end, time = stop, arrival + change_s[stop]
        else:
            end, time = to[walk], begins_at(arrival, opens[walk], closes[walk]) + seconds[walk]
        if time < known.ready[end] or (time == known.ready[end] and rides < known.ready_rides[end]):
            known.ready[end], known.ready_rides[end] = time, rides


@kernel
def _ride_on(connections: Connections, ways: Lanes, walks: Walks, known: Soonest, now: int) -> None:
    """Ride the patterns that call where nothing has arrived until `now`, until nothing arrives sooner."""
    is_wanted, is_queued = np.zeros(len(ways.trip_first), np.bool_), np.zeros(len(ways.trip_first), np.bool_)
    queue, n_queued = np.empty(len(ways.trip_first), np.int32), 0
    for stop in connections.served:
        if known.arrived[stop] > now:
            for pattern in connections.by_pattern[connections.by_first[stop] : connections.by_first[stop + 1]]:
                if not is_wanted[pattern]:
                    is_wanted[pattern] = True
                    queue[n_queued] = pattern
                    n_queued += 1
    while n_queued:
        before = known.ready.copy()
        for pattern in queue[:n_queued]:
            _ride(ways, walks, known, pattern)
            is_queued[pattern] = False
        n_queued = 0
        for stop in np.flatnonzero(known.ready < before):
            for pattern in ways.at_pattern[ways.at_first[stop] : ways.at_first[stop + 1]]:
                if is_wanted[pattern] and not is_queued[pattern]:
                    is_queued[pattern] = True
                    queue[n_queued] = pattern
                    n_queued += 1


@kernel
def _ride(ways: Lanes, walks: Walks, known: Soonest, pattern: int) -> None:
    """Ride a pattern in the first vehicle that can be boarded, changing to earlier ones on the way."""
    base, events = ways.pattern_first[pattern], ways.event_first[pattern]
    n_calls = ways.pattern_first[pattern + 1] - base
    n_trips = ways.trip_first[pattern + 1] - ways.trip_first[pattern]
    trip, row, ride = n_trips, events, 0
    for i in range(n_calls):
        if trip < n_trips:
            end, arrival = ways.alight_stop[base + i], ways.arrival[row + i]
            if arrival < known.arrived[end]:
                known.arrived[end], known.rides[end] = arrival, ride
                _change(walks, known, end)
        start, column = ways.board_stop[base + i], ways.departure[events + i * n_trips : events + (i + 1) * n_trips]
        time = known.ready[start]
        if trip > 0 and column[trip - 1] >= time:
            trip = np.searchsorted(column[:trip], time)
            row, ride = events + trip * n_calls, min(known.ready_rides[start] + 1, MOST_RIDES)
