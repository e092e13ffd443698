"""Contraction: a street graph ordered from side streets to main roads, with shortcuts that skip what was taken out.

Vertices are taken out one by one, dead ends and mere bends first, because they need the fewest shortcuts. Two
neighbours joined best through the one taken out get an arc of the same cost. Every cheapest way then has one as cheap
that climbs towards vertices taken out later, and descends again: searches go upwards only, from both ends.

References
----------
Geisberger, R., Sanders, P., Schultes, D., Vetter, C. (2012), doi:10.1287/trsc.1110.0401: contraction hierarchies.
Dibbelt, J., Strasser, B., Wagner, D. (2016), doi:10.1145/2886843: the order by levels and the share of arcs added.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.shortest_path import TIE_BITS, TIE_FACTOR, TIE_S, Adjacency, offsets_of, pop, push

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Arcs = tuple[Ints, Ints, Floats, Ints]

SETTLED = 60
"""A search for a way round gives up after so many vertices; a shortcut too many costs time, never exactness."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A contracted graph; vertices bear their rank, 0 taken out first.

    Attributes
    ----------
    seconds : float32 array
        What street edges cost when it was made: it answers for these costs only.
    rank : int32 array
        Rank of each vertex of the graph.
    up_first, up_to, up_cost, up_via : arrays
        Arcs from each rank to higher ones as CSR. `via` is the rank skipped, or ``-1 - edge`` of a street edge.
    down_first, down_from, down_cost, down_via : arrays
        Arcs to each rank from higher ones, likewise.
    """

    seconds: NDArray[np.float32]
    rank: Ints
    up_first: Ints
    up_to: Ints
    up_cost: Floats
    up_via: Ints
    down_first: Ints
    down_from: Ints
    down_cost: Floats
    down_via: Ints

    def __len__(self) -> int:
        return len(self.rank)


def contracted(adjacency: Adjacency, seconds: NDArray[np.float32]) -> Hierarchy:
    """The hierarchy of a graph whose arcs cost the `seconds` of their edges; arcs of infinite cost are left out."""
    n = len(adjacency)
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(adjacency.first))
    cost = seconds[adjacency.edge] + ((adjacency.edge.astype(np.int64) * TIE_FACTOR) & TIE_BITS) * TIE_S
    order = np.lexsort((adjacency.edge, cost, adjacency.to, tail))
    order = order[np.isfinite(cost[order]) & (tail[order] != adjacency.to[order])]
    pair = tail[order].astype(np.int64) * n + adjacency.to[order]
    order = order[np.flatnonzero(np.diff(pair, prepend=-1) != 0)]
    arcs = tail[order], adjacency.to[order], cost[order], -1 - adjacency.edge[order]
    room = 4 * len(order) + 64
    while True:
        n_arcs, rank, columns, is_up, out = _contract(n, arcs, room)
        if n_arcs >= 0:
            break
        room *= 2
    kept = out[:n_arcs]
    start, end, costs, via = columns[0][kept], columns[1][kept], columns[2][kept], columns[3][kept]
    via = np.where(via >= 0, rank[np.maximum(via, 0)], via).astype(np.int32)

    def half(own: NDArray[np.bool_], at: Ints, to: Ints) -> Arcs:
        low, high = rank[at[own]], rank[to[own]]
        rows = np.lexsort((high, low))
        return offsets_of(low, n), high[rows], costs[own][rows], via[own][rows]

    up, down = half(is_up[kept], start, end), half(~is_up[kept], end, start)
    return Hierarchy(seconds.copy(), rank, *up, *down)


Pool = tuple[Ints, Ints, Floats, Ints, Ints, Ints, Ints, Ints, Ints]
"""Tail, head, cost, via and hops of every arc; the next arc out of its tail and into its head; the first ones."""
Search = tuple[Floats, Ints, Floats, Ints, Ints]
"""Cost, marks of targets, and room for the heap; vertices touched."""


@kernel
def _contract(n: int, arcs: Arcs, room: int) -> tuple[int, Ints, Arcs, NDArray[np.bool_], Ints]:
    """Take out all vertices; number of arcs kept (-1: no room), ranks, arcs, which lead upwards, those kept."""
    m = len(arcs[0])
    pool = (
        np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room), np.empty(room, np.int32),
        np.ones(room, np.int32), np.full(room, -1, np.int32), np.full(room, -1, np.int32),
        np.full(n, -1, np.int32), np.full(n, -1, np.int32),
    )  # fmt: skip
    for i in range(m):
        _add(pool, i, arcs[0][i], arcs[1][i], arcs[2][i], arcs[3][i], 1)
    heap = 64 * SETTLED + room
    marks = np.full(n, -1, np.int32), np.empty(heap), np.empty(heap, np.int32), np.empty(n + 1, np.int32)
    search = np.full(n, np.inf), *marks
    rank, level = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    keys, vertices, size = np.empty(n + 1), np.empty(n + 1, np.int32), 0
    for v in range(n):
        size = push(keys, vertices, size, _importance(pool, search, v, level[v]), v)
    is_up = np.zeros(room, np.bool_)
    n_out = 0
    out = np.empty(room, np.int32)
    taken = 0
    while size > 0:
        v = vertices[0]
        size = pop(keys, vertices, size)
        key = _importance(pool, search, v, level[v])
        if size > 0 and key > keys[0]:
            size = push(keys, vertices, size, key, v)
            continue
        m = _shortcut(pool, search, v, m, room)
        if m < 0:
            return -1, rank, (pool[0], pool[1], pool[2], pool[3]), is_up, out
        rank[v] = taken
        taken += 1
        n_out = _take_out(pool, v, level, out, n_out, is_up)
    return n_out, rank, (pool[0], pool[1], pool[2], pool[3]), is_up, out


@kernel
def _add(pool: Pool, i: int, start: int, end: int, cost: float, via: int, hops: int) -> None:
    tail, head, costs, vias, n_hops, next_out, next_in, first_out, first_in = pool
    tail[i], head[i], costs[i], vias[i], n_hops[i] = start, end, cost, via, hops
    next_out[i], first_out[start] = first_out[start], i
    next_in[i], first_in[end] = first_in[end], i


@kernel
def _take_out(pool: Pool, v: int, level: Ints, out: Ints, n_out: int, is_up: NDArray[np.bool_]) -> int:
    """Keep the arcs between v and its neighbours, and take them off the neighbours' lists."""
    tail, head, _, _, _, next_out, next_in, first_out, first_in = pool
    a = first_out[v]
    while a >= 0:
        out[n_out], is_up[a] = a, True
        n_out += 1
        w = head[a]
        level[w] = max(level[w], level[v] + 1)
        _unlink(first_in, next_in, w, a)
        a = next_out[a]
    a = first_in[v]
    while a >= 0:
        out[n_out] = a
        n_out += 1
        u = tail[a]
        level[u] = max(level[u], level[v] + 1)
        _unlink(first_out, next_out, u, a)
        a = next_in[a]
    return n_out


@kernel
def _unlink(first: Ints, following: Ints, node: int, arc: int) -> None:
    """Take an arc off a node's list."""
    one, before = first[node], -1
    while one != arc:
        one, before = following[one], one
    if before < 0:
        first[node] = following[arc]
    else:
        following[before] = following[arc]


@kernel
def _importance(pool: Pool, search: Search, v: int, level: int) -> float:
    """What to take out late: far up, and what needs many shortcuts for the arcs it takes away."""
    tail, head, cost, _, hops, next_out, next_in, first_out, first_in = pool
    removed = removed_hops = added = added_hops = 0
    a = first_out[v]
    while a >= 0:
        removed, removed_hops = removed + 1, removed_hops + hops[a]
        a = next_out[a]
    a = first_in[v]
    while a >= 0:
        removed, removed_hops = removed + 1, removed_hops + hops[a]
        _look_round(pool, search, v, a)
        b = first_out[v]
        while b >= 0:
            if head[b] != tail[a] and search[0][head[b]] > cost[a] + cost[b]:
                added, added_hops = added + 1, added_hops + hops[a] + hops[b]
            b = next_out[b]
        _forget(search)
        a = next_in[a]
    if removed == 0:
        return float(level)
    return level + added / removed + added_hops / removed_hops


@kernel
def _shortcut(pool: Pool, search: Search, v: int, m: int, room: int) -> int:
    """Join the neighbours of v whose cheapest way leads through it; the new number of arcs, -1 without room."""
    tail, head, cost, via, hops, next_out, next_in, first_out, first_in = pool
    a = first_in[v]
    while a >= 0:
        u = tail[a]
        _look_round(pool, search, v, a)
        b = first_out[v]
        while b >= 0:
            w, through = head[b], cost[a] + cost[b]
            if w != u and search[0][w] > through:
                known = first_out[u]
                while known >= 0 and head[known] != w:
                    known = next_out[known]
                if known < 0:
                    if m >= room:
                        return -1
                    _add(pool, m, u, w, through, v, hops[a] + hops[b])
                    m += 1
                elif through < cost[known]:
                    cost[known], via[known], hops[known] = through, v, hops[a] + hops[b]
            b = next_out[b]
        _forget(search)
        a = next_in[a]
    return m


@kernel
def _look_round(pool: Pool, search: Search, v: int, a: int) -> None:  # noqa: C901, PLR0915
    """Costs from the tail of arc `a` to where the arcs of its head v lead, on ways round v."""
    tail, head, cost, _, _, next_out, _, first_out, _ = pool
    known, is_target, keys, vertices, touched = search
    u = tail[a]
    most, wanted = -1.0, 0
    b = first_out[v]
    while b >= 0:
        if head[b] != u:
            most = max(most, cost[b])
            is_target[head[b]] = v
            wanted += 1
        b = next_out[b]
    known[u], touched[0], n_touched = 0.0, u, 1
    size, settled = 0, 0
    if wanted:
        size = push(keys, vertices, size, 0.0, u)
    most += cost[a]
    while size > 0 and settled < SETTLED:
        here, x = keys[0], vertices[0]
        size = pop(keys, vertices, size)
        if here > known[x]:
            continue
        if here > most:
            break
        settled += 1
        if is_target[x] == v:
            is_target[x] = -1
            wanted -= 1
            if wanted == 0:
                break
        b = first_out[x]
        while b >= 0:
            y = head[b]
            there = here + cost[b]
            if y != v and there < known[y] and there <= most:
                if known[y] == np.inf:
                    touched[n_touched] = y
                    n_touched += 1
                known[y] = there
                size = push(keys, vertices, size, there, y)
            b = next_out[b]
    touched[-1] = n_touched
    b = first_out[v]
    while b >= 0:
        is_target[head[b]] = -1
        b = next_out[b]


@kernel
def _forget(search: Search) -> None:
    known, _, _, _, touched = search
    for i in range(touched[-1]):
        known[touched[i]] = np.inf
