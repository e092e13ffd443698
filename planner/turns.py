"""Turn restrictions: edges as vertices, permitted turns as arcs, so that any search over an `Adjacency` obeys them.

References
----------
Geisberger, R., Vetter, C. (2011), doi:10.1007/978-3-642-20662-7_9: turns as edges between edges.
"""

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.shortest_path import Adjacency, Ints
from planner.streets import Streets


def turn_csr(streets: Streets, usable: NDArray[np.bool_]) -> Adjacency:
    """Directed edges as vertices: an arc is a permitted turn from one edge into the next and costs the next edge.

    Turning back is permitted only where there is no other way on.

    Parameters
    ----------
    usable : bool array
        Edges the vehicle may use at all; others get no arc.
    """
    edges = streets.edges
    order = np.lexsort((streets.banned_to, streets.banned_from))
    rules = streets.banned_from[order], streets.banned_to[order]
    ways = edges.first, edges.head, edges.reverse, usable
    counts = _count_turns(ways, rules)
    first = np.zeros(len(edges) + 1, np.int32)
    np.cumsum(counts, out=first[1:])
    to = np.empty(first[-1], np.int32)
    _fill_turns(ways, rules, first, to)
    return Adjacency(first, to, to)


Rules = tuple[Ints, Ints]
Ways = tuple[Ints, Ints, Ints, NDArray[np.bool_]]


@kernel
def _is_banned(rules: Rules, edge: int, onto: int) -> bool:
    banned_from, banned_to = rules
    for row in range(np.searchsorted(banned_from, edge), len(banned_from)):
        if banned_from[row] != edge:
            return False
        if banned_to[row] == onto:
            return True
    return False


@kernel
def _may_turn(ways: Ways, rules: Rules, e: int, f: int) -> bool:
    first, head, reverse, usable = ways
    if not usable[f] or _is_banned(rules, e, f):
        return False
    if reverse[e] != f:
        return True
    for other in range(first[head[e]], first[head[e] + 1]):
        if other != f and usable[other] and not _is_banned(rules, e, other):
            return False
    return True


@kernel
def _count_turns(ways: Ways, rules: Rules) -> Ints:
    first, head, _, usable = ways
    counts = np.zeros(len(head), np.int32)
    for e in range(len(head)):
        if usable[e]:
            for f in range(first[head[e]], first[head[e] + 1]):
                counts[e] += _may_turn(ways, rules, e, f)
    return counts


@kernel
def _fill_turns(ways: Ways, rules: Rules, turn_first: Ints, to: Ints) -> None:
    first, head, _, usable = ways
    for e in range(len(head)):
        at = turn_first[e]
        if usable[e]:
            for f in range(first[head[e]], first[head[e] + 1]):
                if _may_turn(ways, rules, e, f):
                    to[at] = f
                    at += 1
