"""Seconds along the streets between many points and many, by one climb from each where the streets are contracted."""

import numpy as np
from numpy.typing import NDArray

from planner.climbing import climb_table
from planner.kernels import kernel
from planner.reach import StreetSearch, reach
from planner.snapping import Linked, taken

Ints = NDArray[np.int32]
Singles = NDArray[np.float32]
Floats = NDArray[np.float64]


def street_table(search: StreetSearch, origins: Linked, points: Linked, limit: float = np.inf) -> Singles:
    """Soonest way from each of `origins` (rows) to each of `points` (columns), inf beyond `limit` seconds.

    Turn restrictions are not regarded, so a profile that obeys them is searched without its hierarchy.
    """
    hierarchy = search.pace.hierarchy
    if hierarchy is None or search.climbs is None or search.turns is not None:
        return _row_by_row(search, origins, points, limit)
    edges, pace = search.streets.edges, search.pace
    seeds = _beside(_arrays(origins), edges.head, pace.seconds, pace.connector_ms, False)
    goals = _beside(_arrays(points), edges.tail, pace.seconds, pace.connector_ms, True)
    table = climb_table(hierarchy, seeds, goals, limit, search.climbs)
    _on_one_street(_arrays(origins), _arrays(points), pace.seconds, pace.connector_ms, table)
    table[table > limit] = np.inf
    return table.astype(np.float32)


def _row_by_row(search: StreetSearch, origins: Linked, points: Linked, limit: float) -> Singles:
    table = np.full((len(origins), len(points)), np.inf, np.float32)
    for row in range(len(origins)):
        one = taken(origins, np.array([row], np.int32))
        found = reach(search, one, points, limit)
        table[row] = found.seconds
    return table


Points = tuple[Ints, Ints, Singles, Singles]


def _arrays(points: Linked) -> Points:
    return points.edge, points.reverse, points.fraction, points.connector_m


@kernel
def _beside(points: Points, end: Ints, seconds: Singles, connector_ms: float, is_arrival: bool) -> tuple[Ints, Floats]:
    """The node at which each point's edge and its opposite end (begin, on arrival), and the seconds between."""
    edge, reverse, fraction, connector_m = points
    nodes, costs = np.full((len(edge), 2), -1, np.int32), np.full((len(edge), 2), np.inf)
    for i in range(len(edge)):
        for side in range(2):
            e = edge[i] if side == 0 else reverse[i]
            before = float(fraction[i]) if side == 0 else 1.0 - float(fraction[i])
            share = before if is_arrival else 1.0 - before
            # Who stands at the very end of an edge needs none of it, even where it is closed.
            if e >= 0 and (share == 0 or seconds[e] != np.inf):
                nodes[i, side] = end[e]
                part = share * float(seconds[e]) if share > 0 else 0.0
                costs[i, side] = connector_m[i] / connector_ms + part
    return nodes, costs


@kernel
def _on_one_street(origins: Points, points: Points, seconds: Singles, connector_ms: float, table: Floats) -> None:
    """Points of one street, between which no node is passed."""
    order = np.argsort(origins[0])
    sorted_edge = origins[0][order]
    for i in range(len(points[0])):
        edge = points[0][i]
        if edge < 0:
            continue
        for k in range(np.searchsorted(sorted_edge, edge), len(order)):
            if sorted_edge[k] != edge:
                break
            row = order[k]
            ahead = float(points[2][i]) - float(origins[2][row])
            for side in range(2):
                e = edge if side == 0 else points[1][i]
                if e >= 0 and (ahead == 0 or (ahead > 0) == (side == 0)) and seconds[e] != np.inf:
                    total = (origins[3][row] + points[3][i]) / connector_ms + abs(ahead) * seconds[e]
                    table[row, i] = min(table[row, i], total)
