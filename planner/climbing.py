"""Searches over a contracted street graph: one way between two ends, and tables of seconds between many.

Both ends climb to vertices of higher rank only, and meet. A table climbs once from each end: what a destination's climb
came to is left in buckets, which the climbs of the origins look through.

References
----------
Geisberger et al. (2012), doi:10.1287/trsc.1110.0401: the query, stalling on demand, unpacking.
Knopp, S., Sanders, P., Schultes, D., Schulz, F., Wagner, D. (2007), doi:10.1137/1.9781611972870.4: buckets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.contraction import Hierarchy
from planner.kernels import kernel
from planner.shortest_path import pop, push, undo

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

Side = tuple[Floats, Ints, Ints, Ints, Floats, Ints]
"""Per rank the cost, the rank before (-2 - row of a seed) and the arc between; ranks to undo; a heap."""
Half = tuple[Ints, Ints, Floats, Ints]
Graph = tuple[Half, Half, Ints]
"""Arcs upwards and downwards, and the rank of every vertex."""


@dataclass(frozen=True, slots=True)
class Climbs:
    """What the two climbs of one search at a time write into; each thread needs its own. `edges` is the way found."""

    origin: Side
    destination: Side
    edges: Ints


def climbs_of(hierarchy: Hierarchy) -> Climbs:
    """Room for searches over `hierarchy`."""
    n, room = len(hierarchy), len(hierarchy.up_to) + len(hierarchy.down_from) + 64

    def side() -> Side:
        marks = np.full(n, -1, np.int32), np.full(n, -1, np.int32), np.zeros(n + 1, np.int32)
        return np.full(n, np.inf), *marks, np.empty(room), np.empty(room, np.int32)

    return Climbs(side(), side(), np.empty(3 * n + 64, np.int32))


def _graph(hierarchy: Hierarchy) -> Graph:
    up = hierarchy.up_first, hierarchy.up_to, hierarchy.up_cost, hierarchy.up_via
    down = hierarchy.down_first, hierarchy.down_from, hierarchy.down_cost, hierarchy.down_via
    return up, down, hierarchy.rank


def climb(
    hierarchy: Hierarchy, seeds: tuple[Ints, Floats], goals: tuple[Ints, Floats], room: Climbs
) -> tuple[float, int, int, Ints] | None:
    """Cheapest way from one of `seeds` to one of `goals`, vertices of the graph (NONE is skipped) and their costs.

    Returns
    -------
    (cost, row of the seed, row of the goal, edges) or None
        Street edges in order of travel, a view into `room`; None if there is no way.
    """
    sides = room.origin, room.destination, room.edges
    cost, seed, goal, length = _met(_graph(hierarchy), seeds, goals, sides)
    return None if seed < 0 else (cost, seed, goal, room.edges[:length])


@kernel
def _begin(rank: Ints, seeds: tuple[Ints, Floats], side: Side, most: float) -> int:
    """Put the seeds into the heap; its size."""
    vertex, costs = seeds
    cost, before, _, touched, keys, ranks = side
    undo(cost, touched)
    size = 0
    for row in range(len(vertex)):
        if vertex[row] >= 0 and costs[row] <= most:
            r = rank[vertex[row]]
            if costs[row] < cost[r]:
                if cost[r] == np.inf:
                    touched[touched[-1]] = r
                    touched[-1] += 1
                cost[r], before[r] = costs[row], -2 - row
                size = push(keys, ranks, size, costs[row], r)
    return size


@kernel
def _step(ahead: Half, back: Half, side: Side, size: int, most: float) -> tuple[int, int]:
    """Settle the heap's top; the heap's size, and the rank settled, -1 if it was out of date or reached by a detour."""
    first, to, costs, _ = ahead
    cost, before, via, touched, keys, ranks = side
    here, r = keys[0], ranks[0]
    size = pop(keys, ranks, size)
    if here > cost[r]:
        return size, -1
    for arc in range(back[0][r], back[0][r + 1]):
        if cost[back[1][arc]] + back[2][arc] < here:
            return size, -1
    for arc in range(first[r], first[r + 1]):
        w, there = to[arc], here + costs[arc]
        if there < cost[w] and there <= most:
            if cost[w] == np.inf:
                touched[touched[-1]] = w
                touched[-1] += 1
            cost[w], before[w], via[w] = there, r, arc
            size = push(keys, ranks, size, there, w)
    return size, r


@kernel
def _met(
    graph: Graph, seeds: tuple[Ints, Floats], goals: tuple[Ints, Floats], room: tuple[Side, Side, Ints]
) -> tuple[float, int, int, int]:
    """Cost of the cheapest way, rows of its seed (-1: there is none) and goal, and its edges' number."""
    up, down, rank = graph
    one, other, edges = room
    n_one, n_other = _begin(rank, seeds, one, np.inf), _begin(rank, goals, other, np.inf)
    best, meeting = np.inf, -1
    while True:
        key_one = one[4][0] if n_one > 0 else np.inf
        key_other = other[4][0] if n_other > 0 else np.inf
        if min(key_one, key_other) >= best:
            break
        if key_one <= key_other:
            n_one, r = _step(up, down, one, n_one, best)
        else:
            n_other, r = _step(down, up, other, n_other, best)
        if r >= 0 and one[0][r] + other[0][r] < best:
            best, meeting = one[0][r] + other[0][r], r
    if meeting < 0:
        return best, -1, -1, 0
    length, low, high = _unpacked(up, down, one, other, meeting, edges)
    return best, -2 - one[1][low], -2 - other[1][high], length


@kernel
def _unpacked(up: Half, down: Half, one: Side, other: Side, meeting: int, edges: Ints) -> tuple[int, int, int]:
    """Write the street edges of the way through `meeting`; their number, and the ranks where it begins and ends."""
    length = 0
    r = meeting
    while one[1][r] >= 0:
        length = _unpack(up, down, (one[1][r], r, up[3][one[2][r]]), edges, length, True)
        r = one[1][r]
    for i in range(length // 2):
        edges[i], edges[length - 1 - i] = edges[length - 1 - i], edges[i]
    low, r = r, meeting
    while other[1][r] >= 0:
        length = _unpack(up, down, (r, other[1][r], down[3][other[2][r]]), edges, length, False)
        r = other[1][r]
    return length, low, r


@kernel
def _unpack(up: Half, down: Half, arc: tuple[int, int, int], edges: Ints, length: int, is_reversed: bool) -> int:
    """Street edges of an arc, last first if `is_reversed`; the stack of what is left lies at the end of `edges`."""
    start, end, via = arc
    top = len(edges)
    while True:
        if via < 0:
            edges[length] = -1 - via
            length += 1
            if top == len(edges):
                return length
            start, end, via = edges[top], edges[top + 1], edges[top + 2]
            top += 3
            continue
        a = down[0][via]
        while down[1][a] != start:
            a += 1
        b = up[0][via]
        while up[1][b] != end:
            b += 1
        top -= 3
        if is_reversed:
            edges[top], edges[top + 1], edges[top + 2] = start, via, down[3][a]
            start, via = via, up[3][b]
        else:
            edges[top], edges[top + 1], edges[top + 2] = via, end, up[3][b]
            end, via = via, down[3][a]


def climb_table(
    hierarchy: Hierarchy, seeds: tuple[Ints, Floats], goals: tuple[Ints, Floats], limit: float, room: Climbs
) -> Floats:
    """Cost from each row of `seeds` to each row of `goals`, inf beyond `limit`.

    Parameters
    ----------
    seeds, goals : (int32 array, float64 array), both of shape (rows, alternatives)
        Vertices of the graph (NONE is skipped) and their costs.
    """
    graph = _graph(hierarchy)
    buckets = _left(graph, goals, limit, room.destination)
    return _looked_up(graph, seeds, buckets, len(goals[0]), limit, room.origin)


Buckets = tuple[Longs, Ints, Floats]
"""CSR by rank: row of the goal, and the cost from the rank to it."""


@kernel
def _left(graph: Graph, goals: tuple[Ints, Floats], limit: float, side: Side) -> Buckets:
    """What the climbs from all goals came to."""
    up, down, rank = graph
    at, row, cost = np.empty(4096, np.int32), np.empty(4096, np.int32), np.empty(4096)
    n = 0
    for goal in range(len(goals[0])):
        size = _begin(rank, (goals[0][goal], goals[1][goal]), side, limit)
        while size > 0:
            size, r = _step(down, up, side, size, limit)
            if r >= 0:
                if n == len(at):
                    at, row = np.append(at, np.empty_like(at)), np.append(row, np.empty_like(row))
                    cost = np.append(cost, np.empty_like(cost))
                at[n], row[n], cost[n] = r, goal, side[0][r]
                n += 1
    first = np.zeros(len(rank) + 1, np.int64)
    for i in range(n):
        first[at[i] + 1] += 1
    for r in range(len(rank)):
        first[r + 1] += first[r]
    place, rows, costs = first[:-1].copy(), np.empty(n, np.int32), np.empty(n)
    for i in range(n):
        rows[place[at[i]]], costs[place[at[i]]] = row[i], cost[i]
        place[at[i]] += 1
    return first, rows, costs


@kernel
def _looked_up(
    graph: Graph, seeds: tuple[Ints, Floats], buckets: Buckets, n_goals: int, limit: float, side: Side
) -> Floats:
    up, down, rank = graph
    first, rows, costs = buckets
    table = np.full((len(seeds[0]), n_goals), np.inf)
    for seed in range(len(seeds[0])):
        found = table[seed]
        size = _begin(rank, (seeds[0][seed], seeds[1][seed]), side, limit)
        while size > 0:
            size, r = _step(up, down, side, size, limit)
            if r >= 0:
                here = side[0][r]
                for i in range(first[r], first[r + 1]):
                    total = here + costs[i]
                    if total < found[rows[i]] and total <= limit:
                        found[rows[i]] = total
    return table
