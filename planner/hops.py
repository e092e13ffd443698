"""Seconds between the ports and stops of a city by one profile: found once, kept, and joined to ways by rented vehicle.

A rental is walk, ride, walk. Which two ports are the best for a stop needs the rides between all ports and the walks
from them to the stops: they are the same for every journey, so each row is searched for when it is first asked for.
"""

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.reach import StreetSearch, reach
from planner.snapping import Linked, taken
from planner.whole_seconds import Begun, Ridden, Rides

Ints = NDArray[np.int32]
Seconds = NDArray[np.float32]

HORIZON_S = 7200
"""Rows are searched this far; who asks for longer ways searches without them."""

MOST_POINTS, MOST_NODES = 2000, 5000
"""Beyond so many ports and stops a table is too large, beyond so many street nodes a row takes too long to find."""

KEPT_BYTES = 64 << 20
"""Memory for the tables of one network; the oldest are forgotten."""


class Hops:
    """Rows of a table of seconds from each point to every point (backward: to each from every), filled on demand."""

    def __init__(self, points: Linked, backward: bool) -> None:
        self.points = points
        self.backward = backward
        self.seconds = np.full((len(points), len(points)), np.inf, np.float32)
        self._is_known = np.zeros(len(points), np.bool_)

    def filled(self, search: StreetSearch, rows: Ints) -> Seconds:
        """The table, with `rows` in it for certain; `search` is always the same but for its thread's workspace."""
        for row in rows[~self._is_known[rows]].tolist():
            origin = taken(self.points, np.array([row], np.int32))
            self.seconds[row] = reach(search, origin, self.points, HORIZON_S, backward=self.backward).seconds
            self._is_known[row] = True
        return self.seconds


@kernel
def ridden(begun: Begun, finish: Ints, table: Seconds, base: int, extra_s: tuple[float, float], limit: float) -> Rides:
    """The soonest ride to each port of `finish`, where one is in time.

    Parameters
    ----------
    base : int
        Row of the table that stands for port 0.
    extra_s : (float, float)
        Taking and leaving the vehicle, in the order of the search; the second is beyond `limit`.
    """
    begin, started = begun
    seconds, origin = np.full(len(finish), np.inf, np.float32), np.full(len(finish), -1, np.int32)
    for i in range(len(begin)):
        there = started[i] + extra_s[0]
        if there > limit:
            continue
        for j in range(len(finish)):
            total = there + table[base + begin[i], base + finish[j]]
            if total <= limit and begin[i] != finish[j] and total + extra_s[1] < seconds[j]:
                seconds[j], origin[j] = total + extra_s[1], i
    rode = np.flatnonzero(seconds <= limit)
    return finish[rode], seconds[rode], origin[rode]


@kernel
def walked_on(rides: Rides, table: Seconds, rows: tuple[int, int, int], limit: float) -> Ridden:
    """Soonest at the targets, of who walks on where `rides` end, and by which of them.

    Parameters
    ----------
    rows : (int, int, int)
        Row of the table that stands for port 0, the first of its columns that is a target, and how many are.
    """
    finish, seconds, _ = rides
    base, first, n = rows
    best, via = np.full(n, np.inf, np.float32), np.full(n, -1, np.int32)
    for j in range(len(finish)):
        for t in range(n):
            total = seconds[j] + table[base + finish[j], first + t]
            if total < best[t]:
                best[t], via[t] = total, j
    for t in range(n):
        if best[t] > limit:
            best[t], via[t] = np.inf, -1
    return best, via
