"""Shortest paths over street graphs: Dijkstra's method from many seeds, and A* between two ends.

A search runs over an `Adjacency`: vertices are nodes of the streets, or directed edges where turn restrictions
hold (`planner.turns`); forward or backward is only a matter of which adjacency is given. Its arrays live in a
`Workspace` that undoes what the last search touched, so that a small search costs little on a large graph.

References
----------
Dijkstra, E. W. (1959), doi:10.1007/BF01386390. Hart, P., Nilsson, N., Raphael, B. (1968), doi:10.1109/TSSC.1968.300136.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.streets import Streets
from planner.timetable import NONE

Ints = NDArray[np.int32]
Seconds = NDArray[np.float32]
Floats = NDArray[np.float64]

UNREACHED = np.inf
"""Cost of a vertex that no search has reached."""
TIE_S = 2.0**-58
"""An edge costs up to 2 ** 32 times as much more: 15 nanoseconds, less than single precision rounds seconds by."""
TIE_FACTOR, TIE_BITS = 2654435761, 0xFFFFFFFF
"""Knuth's multiplicative hash, The Art of Computer Programming 3, section 6.4."""


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Arcs in CSR order: ``first[v]:first[v + 1]`` lead from vertex v to vertex `to`, at the cost of edge `edge`."""

    first: Ints
    to: Ints
    edge: Ints

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class Workspace:
    """Arrays of one search at a time; each thread needs its own.

    Attributes
    ----------
    cost : float64 array
        Per vertex, UNREACHED where the last search did not come.
    parent : int32 array
        Vertex before; for a seed ``-2 - row`` of the seed. Meaningful where cost is finite.
    via : int32 array
        Street edge on which the vertex was reached, NONE at a seed.
    settled : int32 array
        Vertices in order of settling; the search tells how many.
    touched : int32 array
        touched[-1] counts the vertices to undo, they stand before it.
    """

    cost: Floats
    parent: Ints
    via: Ints
    settled: Ints
    touched: Ints
    heap_key: Floats
    heap_vertex: Ints


def workspace_of(adjacency: Adjacency) -> Workspace:
    """Room for searches over `adjacency`."""
    n = len(adjacency)
    room = len(adjacency.to) + 64
    return Workspace(
        np.full(n, UNREACHED),
        np.full(n, NONE, np.int32),
        np.full(n, NONE, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n + 1, np.int32),
        np.zeros(room),
        np.zeros(room, np.int32),
    )


def forward_csr(streets: Streets) -> Adjacency:
    """Nodes and edges as they are driven."""
    edges = streets.edges
    return Adjacency(edges.first, edges.head, np.arange(len(edges), dtype=np.int32))


def reverse_csr(streets: Streets) -> Adjacency:
    """Nodes and edges against their direction, for searches towards a destination."""
    edges = streets.edges
    order = np.argsort(edges.head, kind="stable").astype(np.int32)
    return Adjacency(offsets_of(edges.head, len(streets)), edges.tail[order], order)


def offsets_of(vertex: Ints, n: int) -> Ints:
    """CSR offsets of rows grouped by `vertex`, which runs below n."""
    first = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(vertex, minlength=n), out=first[1:])
    return first


def explore(
    adjacency: Adjacency,
    seconds: Seconds,
    seeds: Ints,
    costs: Floats,
    workspace: Workspace,
    limit: float = UNREACHED,
    targets: tuple[Ints, float] | None = None,
) -> Ints:
    """Settle every vertex within `limit` of the seeds, or no more than `targets` ask for.

    Parameters
    ----------
    seconds : float32 array
        Cost of every street edge, inf where closed.
    seeds, costs : arrays
        Vertices to begin at (NONE is skipped) and what it costs to be there.
    targets : (int32 array, float) or None
        Vertices to settle, and the cost up to which all others are settled besides.

    Returns
    -------
    int32 array
        Settled vertices, nearest first: a view into `workspace`, which holds the tree until the next search.
    """
    wanted, least = (_NO_TARGETS, limit) if targets is None else (np.unique(targets[0]), targets[1])
    graph = adjacency.first, adjacency.to, adjacency.edge
    arrays = _arrays(workspace, len(adjacency.to) + len(seeds))
    settled = dijkstra(graph, seconds, seeds, costs, (limit, least), wanted, arrays)
    return workspace.settled[:settled]


_NO_TARGETS = np.zeros(0, np.int32)

Graph = tuple[Ints, Ints, Ints]
WorkspaceArrays = tuple[Floats, Ints, Ints, Ints, Ints, Floats, Ints]


def _arrays(workspace: Workspace, pushes: int) -> WorkspaceArrays:
    """The workspace's arrays, with a longer heap for this search if it may push more often."""
    heap = workspace.heap_key, workspace.heap_vertex
    if pushes > len(workspace.heap_key):
        heap = np.empty(pushes), np.empty(pushes, np.int32)
    return (workspace.cost, workspace.parent, workspace.via, workspace.settled, workspace.touched, *heap)


@kernel
def push(keys: Floats, vertices: Ints, size: int, key: float, vertex: int) -> int:
    """Put a vertex into a 4-ary heap; the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        vertices[at] = vertices[above]
        at = above
    keys[at] = key
    vertices[at] = vertex
    return size + 1


@kernel
def pop(keys: Floats, vertices: Ints, size: int) -> int:
    """Drop the heap's top; the new size."""
    size -= 1
    key, vertex = keys[size], vertices[size]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        best = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[best]:
                best = other
        if keys[best] >= key:
            break
        keys[at] = keys[best]
        vertices[at] = vertices[best]
        at = best
    keys[at] = key
    vertices[at] = vertex
    return size


@kernel
def undo(cost: Floats, touched: Ints) -> None:
    """Forget the last search."""
    for i in range(touched[-1]):
        cost[touched[i]] = np.inf
    touched[-1] = 0


@kernel
def _give_up(keys: Floats, vertices: Ints, size: int, cost: Floats) -> None:
    """Leave what is still in the heap unreached; what was settled has a lower cost than any other of its keys."""
    for i in range(size):
        if keys[i] == cost[vertices[i]]:
            cost[vertices[i]] = np.inf


@kernel
def dijkstra(  # noqa: C901
    graph: Graph,
    seconds: Seconds,
    seeds: Ints,
    costs: Floats,
    limits: tuple[float, float],
    targets: Ints,
    workspace: WorkspaceArrays,
) -> int:
    """Settle vertices up to the first limit, beyond the second until all of `targets` (sorted) are; their number.

    What is touched only is unreached in the end.
    """
    limit, least = limits
    first, to, edge = graph
    cost, parent, via, settled, touched, keys, vertices = workspace
    undo(cost, touched)
    size = n_settled = n_touched = 0
    for row in range(len(seeds)):
        v = seeds[row]
        if v >= 0 and costs[row] < cost[v] and costs[row] <= limit:
            if cost[v] == np.inf:
                touched[n_touched] = v
                n_touched += 1
            cost[v], parent[v], via[v] = costs[row], -2 - row, -1
            size = push(keys, vertices, size, costs[row], v)
    wanted = len(targets)
    while size > 0:
        here, v = keys[0], vertices[0]
        size = pop(keys, vertices, size)
        if here > cost[v]:
            continue
        if wanted == 0 and here > least:
            cost[v] = np.inf
            break
        settled[n_settled] = v
        n_settled += 1
        if wanted > 0:
            at = np.searchsorted(targets, v)
            if at < len(targets) and targets[at] == v:
                wanted -= 1
        for arc in range(first[v], first[v + 1]):
            w = to[arc]
            there = here + seconds[edge[arc]]
            if there < cost[w] and there <= limit:
                if cost[w] == np.inf:
                    touched[n_touched] = w
                    n_touched += 1
                cost[w], parent[w], via[w] = there, v, edge[arc]
                size = push(keys, vertices, size, there, w)
    _give_up(keys, vertices, size, cost)
    touched[-1] = n_touched
    return n_settled


def path_to(vertex: int, workspace: Workspace) -> tuple[int, list[int]]:
    """Row of the seed and street edges, in the order the search went, that lead to a reached vertex."""
    edges: list[int] = []
    parent, via = workspace.parent, workspace.via
    while parent[vertex] >= 0:
        edges.append(int(via[vertex]))
        vertex = int(parent[vertex])
    return -2 - int(parent[vertex]), edges[::-1]


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a point-to-point search begins and ends.

    Attributes
    ----------
    seeds, seed_costs : arrays
        Vertices to begin at (NONE is skipped) and the cost to be there.
    edges, edge_costs : arrays
        Street edges on which the destination lies (NONE is skipped), and the cost from their tail to it.
    """

    seeds: Ints
    seed_costs: Floats
    edges: Ints
    edge_costs: Floats


@dataclass(frozen=True, slots=True)
class Bound:
    """Lower bound of the cost to the destination: the straight line at a speed that no edge exceeds.

    Attributes
    ----------
    position : float64 array of shape (nodes, 3)
        Points on a sphere in metres; chords obey the triangle inequality, so the bound is consistent.
    node : int32 array
        Node at which a vertex of the search lies.
    destination : float64 array of shape (3,)
    pace : float
        Seconds per metre, at most that of any edge.
    """

    position: Floats
    node: Ints
    destination: Floats
    pace: float


def shortest_path(
    adjacency: Adjacency, seconds: Seconds, ends: Ends, bound: Bound, workspace: Workspace
) -> tuple[int, list[int]] | None:
    """Cheapest way, of several the one between two ends by A*.

    Returns
    -------
    (row, edges) or None
        The seed's row and the edges after it, the one of the destination included; None if it cannot be reached.
    """
    graph = adjacency.first, adjacency.to, adjacency.edge
    arrays = _arrays(workspace, len(adjacency.to) + len(ends.seeds))
    places = bound.position, bound.node, bound.destination, bound.pace
    _, vertex, last = astar(graph, seconds, (ends.seeds, ends.seed_costs, ends.edges, ends.edge_costs), places, arrays)
    if vertex < 0:
        return None
    seed, edges = path_to(vertex, workspace)
    return seed, [*edges, last]


@kernel
def untied(edge: int) -> float:
    """Seconds below any rounding, another for each edge: of ways equally quick every search finds the same."""
    return ((np.int64(edge) * TIE_FACTOR) & TIE_BITS) * TIE_S


@kernel
def _at_least(places: tuple[Floats, Ints, Floats, float], vertex: int) -> float:
    position, node, destination, pace = places
    v = node[vertex]
    dx = position[v, 0] - destination[0]
    dy = position[v, 1] - destination[1]
    dz = position[v, 2] - destination[2]
    return pace * math.sqrt(dx * dx + dy * dy + dz * dz)


@kernel
def astar(  # noqa: C901
    graph: Graph,
    seconds: Seconds,
    ends: tuple[Ints, Floats, Ints, Floats],
    places: tuple[Floats, Ints, Floats, float],
    workspace: WorkspaceArrays,
) -> tuple[float, int, int]:
    """Cost of the best way, the vertex where it enters the destination's edge (NONE if there is none), that edge.

    Edges cost a little more than their seconds (`untied`).
    """
    first, to, edge = graph
    seeds, costs, last_edges, last_costs = ends
    cost, parent, via, _, touched, keys, vertices = workspace
    undo(cost, touched)
    size = n_touched = 0
    for row in range(len(seeds)):
        v = seeds[row]
        if v >= 0 and costs[row] < cost[v]:
            if cost[v] == np.inf:
                touched[n_touched] = v
                n_touched += 1
            cost[v], parent[v], via[v] = costs[row], -2 - row, -1
            size = push(keys, vertices, size, costs[row] + _at_least(places, v), v)
    best, best_vertex, best_edge = np.inf, -1, -1
    while size > 0 and keys[0] < best:
        estimate, v = keys[0], vertices[0]
        size = pop(keys, vertices, size)
        here = cost[v]
        if estimate > here + _at_least(places, v):
            continue
        for arc in range(first[v], first[v + 1]):
            w = to[arc]
            e = edge[arc]
            for row in range(len(last_edges)):
                if last_edges[row] == e and here + last_costs[row] < best:
                    best, best_vertex, best_edge = here + last_costs[row], v, e
            there = here + seconds[e] + untied(e)
            if there < cost[w]:
                if cost[w] == np.inf:
                    touched[n_touched] = w
                    n_touched += 1
                cost[w], parent[w], via[w] = there, v, e
                size = push(keys, vertices, size, there + _at_least(places, w), w)
    touched[-1] = n_touched
    return best, best_vertex, best_edge
