from itertools import permutations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.profiles import car, edge_seconds, is_usable
from planner.shortest_path import Adjacency, explore, path_to, workspace_of
from planner.turns import turn_csr
from tests.planner.street_maps import drawings, street_map

graphs = st.integers(1, 9).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9)), max_size=30),
    )
)


def adjacency_of(n, arcs):
    arcs = sorted(arcs)
    first = np.searchsorted([a[0] for a in arcs], np.arange(n + 1)).astype(np.int32)
    adjacency = Adjacency(first, np.array([a[1] for a in arcs], np.int32), np.arange(len(arcs), dtype=np.int32))
    return adjacency, np.array([a[2] for a in arcs], np.float32)


def oracle(n, arcs, seeds):
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from([*range(n), "start"])
    graph.add_weighted_edges_from(arcs)
    graph.add_weighted_edges_from(("start", v, cost) for v, cost in seeds)
    return {v: d for v, d in networkx.single_source_dijkstra_path_length(graph, "start").items() if v != "start"}


@given(graphs, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 20)), min_size=1, max_size=4), st.integers(0, 30))
def test_every_vertex_within_the_limit_is_settled_at_its_distance(graph, seeds, limit):
    n, arcs = graph
    seeds = [(v % n, cost) for v, cost in seeds]
    adjacency, seconds = adjacency_of(n, arcs)
    workspace = workspace_of(adjacency)
    nodes, costs = np.array([s[0] for s in seeds], np.int32), np.array([s[1] for s in seeds], np.float64)
    explore(adjacency, seconds, nodes, costs, workspace)
    settled = explore(adjacency, seconds, nodes, costs, workspace, float(limit))
    expected = {v: d for v, d in oracle(n, arcs, seeds).items() if d <= limit}
    assert {int(v): workspace.cost[v] for v in settled} == expected
    assert list(workspace.cost[settled]) == sorted(workspace.cost[settled])


@given(graphs)
def test_the_tree_holds_a_way_as_long_as_its_cost_says(graph):
    n, arcs = graph
    adjacency, seconds = adjacency_of(n, arcs)
    workspace = workspace_of(adjacency)
    for v in explore(adjacency, seconds, np.array([0], np.int32), np.zeros(1), workspace):
        seed, edges = path_to(int(v), workspace)
        ends = [0, *(int(adjacency.to[e]) for e in edges)]
        assert seed == 0
        assert ends[-1] == v
        assert sum(seconds[e] for e in edges) == workspace.cost[v]
        assert all(adjacency.first[a] <= e < adjacency.first[a + 1] for a, e in zip(ends, edges, strict=False))


def test_search_stops_when_the_targets_are_settled():
    adjacency, seconds = adjacency_of(4, [(0, 1, 1), (1, 2, 1), (2, 3, 1)])
    workspace = workspace_of(adjacency)
    seeds = np.array([0], np.int32)
    assert list(explore(adjacency, seconds, seeds, np.zeros(1), workspace, targets=(np.array([1], np.int32), 0.0))) == [
        0,
        1,
    ]


@given(graphs, st.lists(st.integers(0, 8), min_size=1, max_size=3), st.integers(0, 30), st.integers(0, 30))
def test_beyond_what_is_settled_anyway_a_search_goes_as_far_as_its_targets(graph, targets, least, limit):
    n, arcs = graph
    adjacency, seconds = adjacency_of(n, arcs)
    workspace = workspace_of(adjacency)
    wanted = np.array([v % n for v in targets], np.int32)
    begin = np.array([0], np.int32), np.zeros(1)
    settled = explore(adjacency, seconds, *begin, workspace, float(limit), (wanted, float(least)))
    within = {v: d for v, d in oracle(n, arcs, [(0, 0)]).items() if d <= limit}
    farthest = max(least, *(within.get(int(v), limit) for v in wanted))
    found = {int(v): workspace.cost[v] for v in settled}
    assert found == {v: d for v, d in within.items() if v in found}
    assert found.keys() >= {v for v, d in within.items() if d <= least} | ({*wanted.tolist()} & within.keys())
    assert max(found.values()) <= farthest
    assert {int(v) for v in np.flatnonzero(np.isfinite(workspace.cost))} == found.keys()


def test_a_path_names_the_seed_it_came_from():
    adjacency, seconds = adjacency_of(3, [(0, 2, 9), (1, 2, 1)])
    workspace = workspace_of(adjacency)
    explore(adjacency, seconds, np.array([0, -1, 1], np.int32), np.array([0.0, 0.0, 5.0]), workspace)
    assert path_to(2, workspace) == (2, [1])


def test_a_closed_edge_is_never_taken():
    adjacency, _ = adjacency_of(2, [(0, 1, 1)])
    workspace = workspace_of(adjacency)
    closed = np.array([np.inf], np.float32)
    assert list(explore(adjacency, closed, np.array([0], np.int32), np.zeros(1), workspace)) == [0]


def test_turning_back_is_only_for_dead_ends():
    city = street_map("A---B---C", banned=[])
    turns = turn_csr(city.streets, np.ones(4, np.bool_))

    def onto(edge):
        return set(turns.to[turns.first[edge] : turns.first[edge + 1]].tolist())

    assert onto(city.edge("A", "B")) == {city.edge("B", "C")}
    assert onto(city.edge("B", "C")) == {city.edge("C", "B")}


@settings(deadline=None, max_examples=60)
@given(drawings(), st.data())
def test_turn_by_turn_costs_equal_the_line_graph(drawn, data):
    ways = {frozenset(pair) for pair in drawn.pairs}
    turns = [a + b + c for a, b, c in permutations("ABCDEFGHI", 3) if {a, b} in ways and {b, c} in ways]
    city = (
        drawn if not turns else street_map(drawn.text, banned=data.draw(st.lists(st.sampled_from(turns), max_size=6)))
    )
    streets, profile = city.streets, car()
    seconds, usable = edge_seconds(streets, profile), is_usable(streets, profile)
    edges = streets.edges
    forbidden = set(zip(streets.banned_from.tolist(), streets.banned_to.tolist(), strict=True))
    graph = networkx.DiGraph()
    graph.add_nodes_from(np.flatnonzero(usable).tolist())
    for e in graph.nodes:
        onward = [f for f in graph.nodes if edges.tail[f] == edges.head[e] and (e, f) not in forbidden]
        others = [f for f in onward if f != edges.reverse[e]]
        graph.add_weighted_edges_from((e, f, float(seconds[f])) for f in others or onward)
    turns = turn_csr(streets, usable)
    workspace = workspace_of(turns)
    for start in graph.nodes:
        explore(turns, seconds, np.array([start], np.int32), np.zeros(1), workspace)
        expected = networkx.single_source_dijkstra_path_length(graph, start)
        found = {e: workspace.cost[e] for e in graph.nodes if np.isfinite(workspace.cost[e])}
        assert found == pytest.approx(expected)
