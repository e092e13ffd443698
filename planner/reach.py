"""What can be reached along the streets: seconds and metres between a point and every linked point within a limit."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.climbing import Climbs, climbs_of
from planner.contraction import Hierarchy, contracted
from planner.kernels import kernel
from planner.profiles import Profile, bicycle, car, edge_seconds, foot, is_usable
from planner.shortest_path import Adjacency, Workspace, explore, workspace_of
from planner.snapping import Linked, StreetIndex
from planner.streets import Streets
from planner.timetable import NONE
from planner.turns import turn_csr

Ints = NDArray[np.int32]
Seconds = NDArray[np.float32]
Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MAX_CONNECTOR_MS = 4.0
"""No vehicle goes faster between a point and its street."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Per linked point what the search found.

    Attributes
    ----------
    seconds : float32 array
        Connectors included; inf where it is not reached within the limit.
    metres : float32 array
        Length of that way, meaningful where `seconds` is finite.
    origin : int32 array
        Row of the origin it is reached from soonest, NONE where unreached.
    """

    seconds: Seconds
    metres: Seconds
    origin: Ints


@dataclass(frozen=True, slots=True)
class Pace:
    """A profile on a network.

    Attributes
    ----------
    seconds : float32 array
        Along every edge, inf where it may not be used.
    connector_ms : float
        Metres a second between a point and its street.
    least_s_per_m : float
        Seconds a metre of street takes at least, the bound of goal-directed search.
    hierarchy : Hierarchy or None
        The streets (or the permitted turns, where the profile obeys them) contracted at exactly these seconds.
    """

    seconds: Seconds
    connector_ms: float
    least_s_per_m: float
    hierarchy: Hierarchy | None = None


def pace_of(streets: Streets, profile: Profile, hour: int | None = None) -> Pace:
    """Pace of `profile`; ways with opening hours as at the moment `hour` (`planner.way_hours`), all open if None."""
    connector_ms = profile.slow_ms or min(profile.speed_ms, MAX_CONNECTOR_MS)
    seconds = edge_seconds(streets, profile, hour)
    return Pace(seconds, connector_ms, least_s_per_m(streets, seconds))


def least_s_per_m(streets: Streets, seconds: Seconds) -> float:
    """Seconds that a metre takes on the quickest of all edges, 0 if none may be used."""
    length_m = streets.edges.length_m
    has_length = length_m > 0
    least = float(np.min(seconds[has_length] / length_m[has_length], initial=np.inf))
    return least if np.isfinite(least) else 0.0


@dataclass(frozen=True, slots=True)
class StreetSearch:
    """One profile on one network, ready to search; a thread needs its own `workspace`.

    Attributes
    ----------
    turns : (Adjacency, Workspace) or None
        Permitted turns, where the profile obeys restrictions.
    climbs : Climbs or None
        Room for searches over `Pace.hierarchy`.
    known : dict
        Ways that `planner.street_route.known_route` has found by this search.
    """

    streets: Streets
    index: StreetIndex
    profile: Profile
    pace: Pace
    workspace: Workspace
    turns: tuple[Adjacency, Workspace] | None
    climbs: Climbs | None = None
    known: dict[Hashable, Any] = field(default_factory=dict)


def street_search(
    streets: Streets,
    index: StreetIndex,
    profile: Profile,
    hour: int | None = None,
    hierarchies: Iterable[Hierarchy] = (),
) -> StreetSearch:
    """Prepare searches of `profile`; ways with opening hours as at the moment `hour`, all open if None.

    Of `hierarchies` the one made for exactly these seconds shortens the searches; there need be none.
    """
    turns = None
    if profile.obeys_turns:
        permitted = turn_csr(streets, is_usable(streets, profile))
        turns = permitted, workspace_of(permitted)
    pace = pace_of(streets, profile, hour)
    n = len(turns[0] if turns else index.forward)
    fits = (one for one in hierarchies if len(one) == n and np.array_equal(one.seconds, pace.seconds))
    hierarchy = next(fits, None)
    climbs = None if hierarchy is None else climbs_of(hierarchy)
    pace = replace(pace, hierarchy=hierarchy)
    return StreetSearch(streets, index, profile, pace, workspace_of(index.forward), turns, climbs)


CONTRACTED = (foot(), bicycle(), car())
"""Profiles at the paces that people have who state none."""


def hierarchies_of(streets: Streets, index: StreetIndex) -> dict[str, Hierarchy]:
    """The hierarchies a network keeps, by profile."""
    return {profile.name: hierarchy_of(streets, index, profile) for profile in CONTRACTED}


def hierarchy_of(streets: Streets, index: StreetIndex, profile: Profile) -> Hierarchy:
    """Contract the streets (or turns) for `profile` with all ways open."""
    adjacency = turn_csr(streets, is_usable(streets, profile)) if profile.obeys_turns else index.forward
    return contracted(adjacency, edge_seconds(streets, profile))


def reach(
    search: StreetSearch,
    origins: Linked,
    points: Linked,
    limit: float,
    *,
    head_starts: Floats | None = None,
    backward: bool = False,
    others: tuple[int, float] | None = None,
) -> Reach:
    """Soonest way from any of `origins` to each of `points`; backward: from each of `points` to any of `origins`.

    Turn restrictions are not regarded.

    Parameters
    ----------
    limit : float
        Seconds, connectors and head starts included.
    head_starts : float64 array or None
        Cost at which each origin begins.
    others : (int, float) or None
        All but so many of the points, the last ones, are looked for within so many seconds only: what is found of them
        farther away may be missing, or not the soonest.
    """
    streets, index, pace, workspace = search.streets, search.index, search.pace, search.workspace
    edges, seconds = streets.edges, pace.seconds
    begin = np.zeros(len(origins)) if head_starts is None else head_starts
    begin = begin + origins.connector_m / pace.connector_ms
    far, near = (edges.tail, edges.head) if backward else (edges.head, edges.tail)
    way = seconds, edges.length_m, pace.connector_ms, backward
    both = 2 * len(origins)
    seeds, costs, seed_metres = np.empty(both, np.int32), np.empty(both), np.empty(both)
    at = origins.edge, origins.reverse, origins.fraction, origins.connector_m
    _leave(at, begin, far, way, (seeds, costs, seed_metres))
    graph, targets = index.backward if backward else index.forward, None
    if others is not None:
        targets = _beside(points, others[0], near), others[1]
    settled = explore(graph, seconds, seeds, costs, workspace, limit, targets)
    metres, seed = np.empty(len(streets)), np.empty(len(streets), np.int32)
    _follow(settled, workspace.parent, workspace.via, edges.length_m, seed_metres, (metres, seed))
    found = Reach(
        np.full(len(points), np.inf, np.float32),
        np.zeros(len(points), np.float32),
        np.full(len(points), NONE, np.int32),
    )
    result = found.seconds, found.metres, found.origin
    places = points.edge, points.reverse, points.fraction, points.connector_m
    _collect(places, near, way, (workspace.cost, metres, seed, limit, len(origins)), result)
    rows = np.argsort(origins.edge, kind="stable")
    begins = origins.edge[rows], origins.fraction[rows], origins.connector_m[rows], begin[rows], rows
    _same_street(places, begins, way, limit, result)
    return found


def _beside(points: Linked, last: int, near: Ints) -> Ints:
    """The nodes from which one enters the edges of the last points."""
    edges = np.concatenate([points.edge[-last:], points.reverse[-last:]])
    nodes: Ints = near[edges[edges != NONE]]
    return nodes


@kernel
def _leave(
    origins: tuple[Ints, Ints, Seconds, Seconds],
    begin: Floats,
    far: Ints,
    way: tuple[Seconds, Seconds, float, bool],
    result: tuple[Ints, Floats, Floats],
) -> None:
    """The far nodes of the origins' edges, then of their opposites, with the cost and the metres to be there.

    The cost is inf where the edge is closed, unless one stands at its very end; without an edge the node is NONE.
    """
    edge, reverse, fraction, connector_m = origins
    seconds, length_m, _, backward = way
    seeds, costs, metres = result
    for i in range(len(edge)):
        share = fraction[i] if backward else np.float32(1) - fraction[i]
        for side in range(2):
            row = i + side * len(edge)
            e = edge[i] if side == 0 else reverse[i]
            rest = share if side == 0 else np.float32(1) - share
            seeds[row], costs[row], metres[row] = NONE, np.inf, np.inf
            if e >= 0:
                seeds[row] = far[e]
                is_open = seconds[e] != np.inf
                if is_open or rest == 0:
                    costs[row] = begin[i] + (float(rest) * float(seconds[e]) if is_open else 0.0)
                metres[row] = float(connector_m[i]) + float(rest) * float(length_m[e])


@kernel
def _follow(
    settled: Ints, parent: Ints, via: Ints, length_m: Seconds, of_seed: Floats, result: tuple[Floats, Ints]
) -> None:
    """Metres and seed of every settled vertex; parents are settled before their children."""
    metres, seed = result
    for v in settled:
        p = parent[v]
        if p <= -2:
            metres[v], seed[v] = of_seed[-2 - p], -2 - p
        else:
            metres[v], seed[v] = metres[p] + length_m[via[v]], seed[p]


@kernel
def _collect(
    points: tuple[Ints, Ints, Seconds, Seconds],
    near: Ints,
    way: tuple[Seconds, Seconds, float, bool],
    tree: tuple[Floats, Floats, Ints, float, int],
    found: tuple[Seconds, Seconds, Ints],
) -> None:
    """From the nodes into the edges on which the points lie."""
    edge, reverse, fraction, connector_m = points
    seconds, length_m, connector_ms, backward = way
    cost, metres, seed, limit, n_origins = tree
    for i in range(len(edge)):
        for side in range(2):
            e = edge[i] if side == 0 else reverse[i]
            if e < 0 or cost[near[e]] == np.inf:
                continue
            share = 1.0 - fraction[i] if (side == 1) != backward else float(fraction[i])
            part = share * seconds[e] if share > 0 else 0.0
            total = cost[near[e]] + part + connector_m[i] / connector_ms
            if total <= limit and total < found[0][i]:
                found[0][i] = total
                found[1][i] = metres[near[e]] + share * length_m[e] + connector_m[i]
                found[2][i] = seed[near[e]] % n_origins


@kernel
def _same_street(
    points: tuple[Ints, Ints, Seconds, Seconds],
    origins: tuple[Ints, Seconds, Seconds, Floats, Longs],
    way: tuple[Seconds, Seconds, float, bool],
    limit: float,
    found: tuple[Seconds, Seconds, Ints],
) -> None:
    """Points on an origin's own street, reached without passing a node; origins in the order of their edges."""
    edge, reverse, fraction, connector_m = points
    origin_edge, origin_fraction, origin_m, begin, rows = origins
    seconds, length_m, connector_ms, backward = way
    for i in range(len(edge)):
        if edge[i] < 0:
            continue
        for k in range(np.searchsorted(origin_edge, edge[i]), len(origin_edge)):
            if origin_edge[k] != edge[i]:
                break
            ahead = float(fraction[i]) - float(origin_fraction[k])
            for side in range(2):
                e = edge[i] if side == 0 else reverse[i]
                leads = ahead == 0 or (ahead > 0) == ((side == 0) != backward)
                if e < 0 or not leads or seconds[e] == np.inf:
                    continue
                total = begin[k] + abs(ahead) * seconds[e] + connector_m[i] / connector_ms
                if total <= limit and total < found[0][i]:
                    found[0][i] = total
                    found[1][i] = origin_m[k] + abs(ahead) * length_m[e] + connector_m[i]
                    found[2][i] = rows[k]
