"""Seconds that journeys between any two stops take at least, by number of rides: what searches need not look at.

All trips of all dates count, and no wait does, so the bounds hold on every day, for every choice of vehicles, for
slower walks and for late or cancelled vehicles, as long as none is faster between two calls than all by timetable;
what a vehicle stands before it goes on as another trip is left out, for it is that which a late one makes up.
"""

import numpy as np
from numpy.typing import NDArray

from planner.chains import chained, links_between
from planner.csr import offsets
from planner.footpaths import FORBIDDEN, Footpaths
from planner.kernels import kernel
from planner.labels import Lanes
from planner.timetable import Flags, Indices, Times, Timetable

LEVELS = 4
"""Tables kept: with at most 1, 2 and 3 rides, and with any number."""

MOST_STOPS = 4000
"""Networks of more stops get no bounds: the tables would take more than 260 MB."""

LONGEST_S = 40_000
"""No bound is longer; together with NO_WAY it fits into 16 bits."""

NO_WAY = 2**16 - 1
"""However many vehicles one takes."""

Bounds = NDArray[np.uint16]


def least_seconds(timetable: Timetable, footpaths: Footpaths) -> Bounds:
    """Seconds from being ready to board at one stop to a vehicle's arrival at another, at least.

    Returns
    -------
    uint16 array of shape (2, LEVELS, stops, stops)
        ``[0, r, b, a]`` and ``[1, r, a, b]`` are from stop a to stop b with at most r + 1 rides; in the last tables
        with any number. NO_WAY where no number of vehicles leads there. Without tables if there are more than
        MOST_STOPS stops.

    Notes
    -----
    A matrix product in the algebra of minimum and sum per ride; the rows of a stop are combined as a whole. The last
    table is the fixed point.
    """
    if len(timetable.stops) > MOST_STOPS:
        return no_bounds(len(timetable.stops))
    rides = _ride_seconds(timetable)
    ends, starts = np.nonzero(rides < NO_WAY)
    hops = offsets(np.bincount(ends, minlength=len(rides))), starts.astype(np.int32), rides[ends, starts]
    order = np.argsort(footpaths.to, kind="stable")
    walk_first = offsets(np.bincount(footpaths.to, minlength=len(rides)))
    walks = walk_first, footpaths.start[order], footpaths.seconds[order], footpaths.change_s
    tables = [rides]
    while True:
        following = tables[-1].copy()
        if not _one_more_ride(tables[-1], hops, walks, following):
            break
        if len(tables) == LEVELS:
            tables.pop()
        tables.append(following)
    tables += [tables[-1]] * (LEVELS - len(tables))
    return np.stack([np.stack(tables), np.stack([table.T for table in tables])])


def no_bounds(n_stops: int) -> Bounds:
    """No bounds: searches look at everything."""
    return np.zeros((2, 0, n_stops, n_stops), np.uint16)


@kernel
def hold_for(bounds: Bounds, lanes: Lanes) -> bool:
    """Whether no vehicle of `lanes` takes less between any two calls than `bounds` say."""
    rides, n_stops = bounds[0, 0], len(lanes.at_first) - 1
    for pattern in range(len(lanes.pattern_first) - 1):
        base = lanes.pattern_first[pattern]
        n_calls = lanes.pattern_first[pattern + 1] - base
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        for end in range(1, n_calls):
            stop = lanes.alight_stop[base + end]
            if stop == n_stops:
                continue
            for start in range(end):
                if lanes.board_stop[base + start] == n_stops:
                    continue
                least = rides[stop, lanes.board_stop[base + start]]
                for trip in range(n_trips):
                    arrival = lanes.arrival[lanes.event_first[pattern] + trip * n_calls + end]
                    if arrival - lanes.departure[lanes.event_first[pattern] + start * n_trips + trip] < least:
                        return False
    return True


def _ride_seconds(timetable: Timetable) -> Bounds:
    patterns, trips, n_stops = timetable.patterns, timetable.trips, len(timetable.stops)
    every = np.ones(len(trips), np.bool_)
    chains = chained(every, *links_between(timetable, every))
    calls = patterns.first, patterns.stop, patterns.can_board, patterns.can_alight
    return _shortest_rides(n_stops, chains, (trips.pattern, trips.first_event, trips.arrival, trips.departure), calls)


@kernel
def _shortest_rides(
    n_stops: int,
    chains: tuple[Indices, Indices],
    trips: tuple[Indices, NDArray[np.int64], Times, Times],
    calls: tuple[Indices, Indices, Flags, Flags],
) -> Bounds:
    """By any one vehicle, from each boarding to each alighting after it, whatever it is called in between.

    Where it goes on as another trip it does so at once: it may, when it comes late.
    """
    first, trip = chains
    pattern, first_event, arrival, departure = trips
    call_first, stop, can_board, can_alight = calls
    shortest = np.full((n_stops, n_stops), np.uint16(NO_WAY), np.uint16)
    boarded, since = [np.int32(0)], [np.int32(0)]
    for chain in range(len(first) - 1):
        boarded.clear()
        since.clear()
        stood, end = 0, first_event[trip[first[chain]]]
        for row in range(first[chain], first[chain + 1]):
            event, call = first_event[trip[row]], call_first[pattern[trip[row]]]
            n_calls = call_first[pattern[trip[row]] + 1] - call
            if row > first[chain]:
                stood += max(departure[event] - arrival[end], 0)
            end = event + n_calls - 1
            for i in range(n_calls):
                if i and can_alight[call + i]:
                    known = shortest[stop[call + i]]
                    for place in range(len(boarded)):
                        seconds = min(max(arrival[event + i] - stood - since[place], 0), LONGEST_S)
                        known[boarded[place]] = min(known[boarded[place]], seconds)
                if i < n_calls - 1 and can_board[call + i]:
                    boarded.append(stop[call + i])
                    since.append(departure[event + i] - stood)
    return shortest


@kernel
def _one_more_ride(
    table: Bounds,
    hops: tuple[Indices, Indices, Bounds],
    walks: tuple[Indices, Indices, Times, Times],
    following: Bounds,
) -> bool:
    """Lower `following`, a copy of `table`, by one more ride; whether anything became less."""
    hop_first, hop_from, hop_s = hops
    walk_first, walk_from, walk_s, change_s = walks
    ready = np.full(table.shape, np.uint16(NO_WAY), np.uint16)
    for stop in range(len(table)):
        if change_s[stop] != FORBIDDEN:
            _lower(ready[stop], table[stop], change_s[stop])
        for walk in range(walk_first[stop], walk_first[stop + 1]):
            _lower(ready[stop], table[walk_from[walk]], walk_s[walk])
    is_lower = False
    for stop in range(len(table)):
        for hop in range(hop_first[stop], hop_first[stop + 1]):
            _lower(following[stop], ready[hop_from[hop]], hop_s[hop])
        is_lower = is_lower or bool(np.any(following[stop] < table[stop]))
    return is_lower


@kernel
def _lower(row: Bounds, other: Bounds, seconds: int) -> None:
    """Lower `row` to `other` with `seconds` more where that is less; longer than LONGEST_S is no longer."""
    more = np.uint16(min(seconds, LONGEST_S))
    highest = np.uint16(LONGEST_S) - more
    for column in range(len(row)):
        way = other[column]
        sum_s = np.uint16(NO_WAY) if way == NO_WAY else np.uint16(np.uint16(min(way, highest)) + more)
        row[column] = min(row[column], sum_s)
