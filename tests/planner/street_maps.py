"""Street maps drawn in text.

Letters are junctions, 100 m apart. Between them stand three signs across, one sign down:

====  =====================================================================
sign  way
====  =====================================================================
- |   street for everybody
> v   street one-way for vehicles (< ^ the other way)
. :   footway
~ !   pavement signed open to bicycles
= #   stairs
& %   passage open 8:00-20:00
====  =====================================================================
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx
from hypothesis import assume
from hypothesis import strategies as st

from feeds.notices import Notice
from feeds.osm import WayColumns
from feeds.osm_access import node_rule_of
from feeds.osm_graph import streets_of_ways
from feeds.osm_turns import TurnRestriction, TurnRule
from planner.geo import METRES_PER_DEGREE
from planner.streets import Streets

SOUTH, WEST = 35.64, 140.03
STEP_M = 100.0
WAYS: Mapping[str, Mapping[str, str]] = {
    sign: tags
    for signs, tags in (
        ("-|", {"highway": "residential"}),
        (">v", {"highway": "residential", "oneway": "yes"}),
        ("<^", {"highway": "residential", "oneway": "-1"}),
        (".:", {"highway": "footway"}),
        ("~!", {"highway": "footway", "bicycle": "yes"}),
        ("=#", {"highway": "steps"}),
        ("&%", {"highway": "footway", "opening_hours": "08:00-20:00"}),
    )
    for sign in signs
}


@dataclass(frozen=True, slots=True)
class StreetMap:
    """Streets, the drawing, the pairs of letters that a way joins, and where the letters lie."""

    streets: Streets
    text: str
    pairs: frozenset[str]
    points: Mapping[str, tuple[float, float]]

    def node(self, letter: str) -> int:
        lat, lon = self.points[letter]
        streets = self.streets
        rows = [i for i in range(len(streets)) if (streets.node_lat[i], streets.node_lon[i]) == (lat, lon)]
        return rows[0]

    def edge(self, tail: str, head: str) -> int:
        edges, end = self.streets.edges, self.node(head)
        start = self.node(tail)
        return next(e for e in range(edges.first[start], edges.first[start + 1]) if edges.head[e] == end)

    def between(self, a: str, b: str, share: float = 0.5, north_m: float = 0.0) -> tuple[float, float]:
        """The point a share of the way from letter a to letter b, moved north."""
        (lat_a, lon_a), (lat_b, lon_b) = self.points[a], self.points[b]
        return lat_a + share * (lat_b - lat_a) + north_m / METRES_PER_DEGREE, lon_a + share * (lon_b - lon_a)


def street_map(
    text: str,
    ways: Mapping[str, Mapping[str, str]] = WAYS,
    nodes: Mapping[str, Mapping[str, str]] | None = None,
    banned: Sequence[str] = (),
    named: Mapping[str, Mapping[str, str]] | None = None,
) -> StreetMap:
    """Streets of a drawing.

    Parameters
    ----------
    nodes : mapping of letter to tags
    banned : sequence of three letters
        "ABC": who comes from A may not turn at B to C.
    named : mapping of two letters to tags
        Further tags of the way between two letters, as drawn from left to right or top to bottom.
    """
    lines = text.strip("\n").split("\n")
    at = {sign: (row, column) for row, line in enumerate(lines) for column, sign in enumerate(line) if sign.isupper()}
    shrink = math.cos(math.radians(SOUTH))
    points = {
        letter: (
            SOUTH - row / 2 * STEP_M / METRES_PER_DEGREE,
            WEST + column / 4 * STEP_M / METRES_PER_DEGREE / shrink,
        )
        for letter, (row, column) in at.items()
    }
    columns, ids = WayColumns(), {}
    for letter, (row, column) in at.items():
        for sign_at, other_at in (((row, column + 1), (row, column + 4)), ((row + 1, column), (row + 2, column))):
            sign, other = _sign(lines, sign_at), _sign(lines, other_at)
            if sign in ways and other in at:
                pair = letter + other
                ids[pair] = ids[pair[::-1]] = len(ids) // 2 + 1
                tags = {**ways[sign], **(named or {}).get(pair, {})}
                if columns.add(ids[pair], tags):
                    for end in pair:
                        columns.ref.append(ord(end))
                        columns.lat.append(points[end][0])
                        columns.lon.append(points[end][1])
                    columns.end()
    rules = {ord(letter): node_rule_of(tags) for letter, tags in (nodes or {}).items()}
    notices: list[Notice] = []
    turns = [TurnRestriction(1, TurnRule.NO, ids[t[:2]], ord(t[1]), ids[t[1:]]) for t in banned]
    kept = {node: rule for node, rule in rules.items() if rule is not None}
    streets = streets_of_ways(columns.ways(kept, {}), turns, "map", notices)
    assert not notices or banned
    return StreetMap(streets, text, frozenset(ids), points)


def _sign(lines: Sequence[str], at: tuple[int, int]) -> str:
    row, column = at
    return lines[row][column] if row < len(lines) and column < len(lines[row]) else " "


def to_networkx(streets: Streets, seconds: Sequence[float]) -> networkx.MultiDiGraph:
    """Usable edges as a graph; keys are edge numbers."""
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets)))
    edges = streets.edges
    for e in range(len(edges)):
        if math.isfinite(seconds[e]):
            graph.add_edge(
                int(edges.tail[e]), int(edges.head[e]), key=e, weight=float(seconds[e]), metres=float(edges.length_m[e])
            )
    return graph


@st.composite
def drawings(draw: st.DrawFn) -> StreetMap:
    """Maps of three times three junctions with any ways between them, at least one."""
    across = draw(st.lists(st.sampled_from("-><.~=& "), min_size=6, max_size=6))
    down = draw(st.lists(st.sampled_from("|v^:!#% "), min_size=6, max_size=6))
    lines = []
    for r, (a, b, c) in enumerate(("ABC", "DEF", "GHI")):
        lines.append(f"{a}{3 * across[2 * r]}{b}{3 * across[2 * r + 1]}{c}")
        lines.append("   ".join(down[3 * r : 3 * r + 3]))
    assume(set(across + down) != {" "})
    return street_map("\n".join(lines))


def with_ends(
    graph: networkx.MultiDiGraph, streets: Streets, origin: tuple[int, float], destination: tuple[int, float]
) -> networkx.MultiDiGraph:
    """The graph with nodes "from" and "to" on streets, each a street edge and the share of it before the point."""
    graph = graph.copy()
    edges = streets.edges

    def sides(point: tuple[int, float]) -> list[tuple[int, float]]:
        both = [point, (int(edges.reverse[point[0]]), 1 - point[1])]
        return [(e, share) for e, share in both if e >= 0]

    def part(edge: int, share: float) -> float:
        tail, head = int(edges.tail[edge]), int(edges.head[edge])
        if share == 0:
            return 0.0
        return share * graph.edges[tail, head, edge]["weight"] if graph.has_edge(tail, head, edge) else math.inf

    graph.add_nodes_from(["from", "to"])
    for e, share in sides(origin):
        graph.add_edge("from", int(edges.head[e]), weight=part(e, 1 - share))
        for f, other in sides(destination):
            is_open = graph.has_edge(int(edges.tail[e]), int(edges.head[e]), e)
            if e == f and other >= share and is_open:
                graph.add_edge("from", "to", weight=part(e, other - share))
    for e, share in sides(destination):
        graph.add_edge(int(edges.tail[e]), "to", weight=part(e, share))
    return graph
