"""Seconds to a destination at least, swept out afresh for each question: what its search need not look at.

`planner.bounds` keeps such seconds for all pairs of stops of all dates. A sweep needs no memory, so it serves networks
of any size; and as it follows the day's own vehicles and walks, it holds for every choice of them: at a walker's pace,
in a wheelchair, late, cancelled, avoided. It costs about as much as two searches, so it is made where no table is kept,
and where reading the table for every way to leave would take longer.
"""

import numpy as np

from planner.csr import offsets
from planner.footpaths import FORBIDDEN
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Lanes, Paces, Table, Walks, Ways
from planner.timetable import Flags, Indices, Times


def no_paces() -> Paces:
    """Nothing is swept out: searches that have no tables look at everything."""
    none = np.zeros(0, np.int32)
    return Paces(none, none, none, none, none)


def paces_of(lanes: Lanes, walks: Walks) -> Paces:
    """How fast the vehicles of `lanes` are at most, and `walks` by where they end."""
    order = np.argsort(walks.to, kind="stable")
    start = np.repeat(np.arange(len(walks.first) - 1, dtype=np.int32), np.diff(walks.first))
    first = offsets(np.bincount(walks.to, minlength=len(walks.first) - 1))
    return Paces(*_least(lanes), first, start[order], walks.seconds[order])


@kernel
def _least(lanes: Lanes) -> tuple[Times, Times]:
    run = np.full(len(lanes.board_stop), UNREACHED, np.int32)
    stand = np.full(len(lanes.board_stop), UNREACHED, np.int32)
    for pattern in range(len(lanes.pattern_first) - 1):
        base, events = lanes.pattern_first[pattern], lanes.event_first[pattern]
        n_calls = lanes.pattern_first[pattern + 1] - base
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        for trip in range(n_trips):
            row = events + trip * n_calls
            for i in range(n_calls - 1):
                departure = lanes.departure[events + i * n_trips + trip]
                run[base + i] = min(run[base + i], max(lanes.arrival[row + i + 1] - departure, 0))
                stand[base + i] = min(stand[base + i], max(departure - lanes.arrival[row + i], 0))
    return run, stand


@kernel
def sweep(least: Table, lanes: Lanes, paces: Paces, change_s: Times, egress: Ways, longest: int) -> None:
    """Fill `least` with seconds from being ready at a stop to the destination, at least.

    Row r counts at most r + 1 rides, the last row any number; UNREACHED where no vehicle leads there within `longest`.
    """
    n_stops, most = len(change_s), len(least) - 1
    ready, arrived = np.full(n_stops + 1, UNREACHED, np.int32), np.full(n_stops + 1, UNREACHED, np.int32)
    lower, is_lower = np.empty(n_stops, np.int32), np.zeros(n_stops, np.int8)
    for option in range(len(egress.stop)):
        arrived[egress.stop[option]] = min(arrived[egress.stop[option]], egress.seconds[option])
    rides, n_lower = 0, 1
    while n_lower:
        n_lower = _ride_back(lanes, paces, arrived, ready, (lower, is_lower), longest)
        least[min(rides, most)] = ready[:n_stops]
        rides += 1
        _change_back(paces, change_s, ready, arrived, lower[:n_lower])
        is_lower[lower[:n_lower]] = 0
    for row in range(rides, most + 1):
        least[row] = ready[:n_stops]


@kernel
def _ride_back(
    lanes: Lanes, paces: Paces, arrived: Times, ready: Times, marks: tuple[Indices, Flags], longest: int
) -> int:
    """Lower `ready` by one ride with the time left at its end; how many stops were, which are marked."""
    (lower, is_lower), n_lower, n_stops = marks, 0, len(ready) - 1
    for pattern in range(len(lanes.pattern_first) - 1):
        left = UNREACHED
        for call in range(lanes.pattern_first[pattern + 1] - 1, lanes.pattern_first[pattern], -1):
            left = min(left, arrived[lanes.alight_stop[call]])
            if left > longest:
                continue
            left += paces.run[call - 1]
            stop = lanes.board_stop[call - 1]
            if left < ready[stop] and stop < n_stops:
                ready[stop] = left
                if is_lower[stop] == 0:
                    is_lower[stop], lower[n_lower] = 1, stop
                    n_lower += 1
            left += paces.stand[call - 1]
    return n_lower


@kernel
def _change_back(paces: Paces, change_s: Times, ready: Times, arrived: Times, lower: Indices) -> None:
    """Lower `arrived` by changes to the stops at which one may be `ready` later than known."""
    for stop in lower:
        if change_s[stop] != FORBIDDEN:
            arrived[stop] = min(arrived[stop], ready[stop] + change_s[stop])
        for walk in range(paces.walk_first[stop], paces.walk_first[stop + 1]):
            start = paces.walk_from[walk]
            arrived[start] = min(arrived[start], ready[stop] + paces.walk_s[walk])
