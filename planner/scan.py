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
    departure, first, timed = connections.departure, connections.first, connections.timed
    boarded = np.full(roads.ways.trip_first[-1], NOT_BOARDED, np.uint8)
    soonest = np.min(known.ready)
    look, instant = soonest + patience.look_s, np.searchsorted(departure, soonest)
    while instant < len(departure) and departure[instant] <= last:
        now = departure[instant]
        if now >= look:
            if _n_unreached(connections, known, now) * patience.few <= len(connections.served):
                return int(instant)
            look = now + patience.look_s
        if first[instant] < timed[instant]:
            _ride_at_once(connections, roads.walks, known, boarded, int(instant))
        for row in range(timed[instant], first[instant + 1]):
            trip = connections.lane_trip[row]
            ride = boarded[trip] = _boarded(known, connections.start[row], now, boarded[trip])
            if ride != NOT_BOARDED:
                _arrive(roads.walks, known, connections.end[row], now + connections.seconds[row], ride)
        instant += 1
    return len(departure)


@kernel
def _ride_at_once(connections: Connections, walks: Walks, known: Soonest, boarded: Rides, instant: int) -> None:
    """Ride what takes no time, in any order, until nothing changes; calls of a vehicle lie in order side by side."""
    starts, ends, lane_trips = connections.start, connections.end, connections.lane_trip
    first, behind, now = connections.first[instant], connections.timed[instant], connections.departure[instant]
    is_changed = True
    while is_changed:
        is_changed = False
        for row in range(first, behind):
            # Who boards later on the vehicle's way was not in it before: only the call before counts.
            if row == first or lane_trips[row] != lane_trips[row - 1]:
                ride = boarded[lane_trips[row]]
            ride = _boarded(known, starts[row], now, ride)
            if ride != NOT_BOARDED:
                is_changed |= _arrive(walks, known, ends[row], now, ride)
    for row in range(first, behind):
        boarded[lane_trips[row]] = _boarded(known, starts[row], now, boarded[lane_trips[row]])


@kernel
def _boarded(known: Soonest, stop: int, now: int, ride: int) -> int:
    """With how few rides one is in a vehicle that leaves a stop, after `ride` before it."""
    return min(known.ready_rides[stop] + 1, MOST_RIDES, ride) if known.ready[stop] <= now else ride


@kernel
def _arrive(walks: Walks, known: Soonest, stop: int, arrival: int, ride: int) -> bool:
    """Whether a vehicle arrives sooner than known, or with fewer rides."""
    soonest = known.arrived[stop]
    if arrival > soonest or (arrival == soonest and ride >= known.rides[stop]):
        return False
    known.arrived[stop], known.rides[stop] = arrival, ride
    _change(walks, known, stop)
    return True


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
