"""With how many rides one stop can be reached from another at all, whatever the day and the hour."""

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.csr import offsets
from planner.day import timetable_on
from planner.footpaths import Footpaths
from planner.kernels import kernel
from planner.timetable import Indices, Timetable

NO_WAY = 200
"""However many rides."""


def fewest_rides(timetable: Timetable, footpaths: Footpaths) -> NDArray[np.uint8]:
    """Count rides between all stops as if every trip ran on one day, one never waited and could change anywhere.

    Taking trips, stops or footpaths away only adds rides, so the numbers are lower bounds for every day of the
    timetable, any choice of its trips and stops, and every pace; they are none once a trip is added or calls elsewhere.

    Returns
    -------
    uint8 array of shape (stops, stops)
        ``[t, s]``: rides from s to t at least, also for who came to s by vehicle; 0 for t = s, NO_WAY if never.
    """
    services = np.ones((timetable.service_active.shape[0], 1), np.uint8)
    every = timetable_on(replace(timetable, service_active=services), date.fromordinal(timetable.first_date))
    n_calls = np.diff(every.pattern_first)
    order = np.argsort(every.alight_stop, kind="stable")[: np.count_nonzero(every.alight_stop < every.n_stops)]
    pattern = np.repeat(np.arange(len(n_calls), dtype=np.int32), n_calls)[order]
    at_first = offsets(np.bincount(every.alight_stop[order], minlength=every.n_stops))
    places = np.arange(every.n_stops, dtype=np.int32)
    start, end = np.append(footpaths.start, places), np.append(footpaths.to, places)
    by_end = np.argsort(end, kind="stable")
    return _counted(
        every.n_stops,
        (every.pattern_first, every.board_stop),
        (at_first, pattern, (order - every.pattern_first[pattern]).astype(np.int32)),
        (offsets(np.bincount(end, minlength=every.n_stops)), start[by_end].astype(np.int32)),
    )


@kernel
def _counted(
    n: int,
    patterns: tuple[Indices, Indices],
    alightings: tuple[Indices, Indices, Indices],
    walks_back: tuple[Indices, Indices],
) -> NDArray[np.uint8]:
    """Breadth first, backwards from every stop; no call of a pattern is looked at twice."""
    pattern_first, board_stop = patterns
    at_first, at_pattern, at_position = alightings
    walk_first, walk_from = walks_back
    rides = np.full((n, n), NO_WAY, np.uint8)
    queue, done = np.empty(n, np.int32), np.empty(len(pattern_first), np.int32)
    for target in range(n):
        after = rides[target]
        after[target], queue[0], n_queued, head = 0, target, 1, 0
        done[:] = 0
        while head < n_queued:
            stop = queue[head]
            head += 1
            for place in range(at_first[stop], at_first[stop + 1]):
                pattern, position = at_pattern[place], at_position[place]
                for call in range(pattern_first[pattern] + done[pattern], pattern_first[pattern] + position):
                    board = board_stop[call]
                    if board == n:
                        continue
                    for walk in range(walk_first[board], walk_first[board + 1]):
                        before = walk_from[walk]
                        if after[before] == NO_WAY:
                            after[before] = min(after[stop] + 1, NO_WAY - 1)
                            queue[n_queued] = before
                            n_queued += 1
                done[pattern] = max(done[pattern], position)
    return rides
