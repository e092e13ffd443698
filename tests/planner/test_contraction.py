import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.climbing import climb, climb_table, climbs_of
from planner.contraction import contracted
from planner.profiles import bicycle, car, foot, wheelchair
from planner.reach import hierarchy_of, street_search
from planner.snapping import Linked, index_of
from planner.street_route import route
from planner.street_table import street_table
from tests.planner.street_maps import drawings, street_map
from tests.planner.test_shortest_path import adjacency_of, graphs
from tests.planner.test_streets_route import snap_on

ends = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 20)), min_size=1, max_size=3)


def columns(n, rows):
    return np.array([v % n for v, _ in rows], np.int32), np.array([cost for _, cost in rows], np.float64)


def oracle(n, arcs, seeds, goals):
    graph = networkx.MultiDiGraph()
    graph.add_weighted_edges_from(arcs)
    graph.add_weighted_edges_from(("start", v % n, cost) for v, cost in seeds)
    graph.add_weighted_edges_from((v % n, "end", cost) for v, cost in goals)
    return networkx.single_source_dijkstra_path_length(graph, "start").get("end", math.inf)


@settings(max_examples=150, deadline=None)
@given(graphs, ends, ends)
def test_a_climb_costs_what_dijkstra_says_and_its_edges_are_a_way(graph, seeds, goals):
    n, arcs = graph
    adjacency, seconds = adjacency_of(n, arcs)
    hierarchy = contracted(adjacency, seconds)
    found = climb(hierarchy, columns(n, seeds), columns(n, goals), climbs_of(hierarchy))
    expected = oracle(n, arcs, seeds, goals)
    if found is None:
        assert expected == math.inf
        return
    cost, seed, goal, edges = found
    assert cost == pytest.approx(expected, abs=1e-6)
    tail = np.repeat(np.arange(n), np.diff(adjacency.first))
    passed = [seeds[seed][0] % n, *adjacency.to[edges].tolist()]
    assert [*tail[edges].tolist(), goals[goal][0] % n] == passed
    assert seeds[seed][1] + seconds[edges].sum() + goals[goal][1] == expected


@settings(max_examples=150, deadline=None)
@given(graphs, st.lists(ends, min_size=1, max_size=4), st.lists(ends, min_size=1, max_size=4), st.integers(0, 40))
def test_a_table_holds_what_dijkstra_says_up_to_the_limit(graph, seeds, goals, limit):
    n, arcs = graph
    hierarchy = contracted(*adjacency_of(n, arcs))
    stacked = []
    for rows in (seeds, goals):
        padded = [row + [(-1, 0)] * (3 - len(row)) for row in rows]
        nodes = np.array([[v if v < 0 else v % n for v, _ in row] for row in padded], np.int32)
        stacked.append((nodes, np.array([[float(cost) for _, cost in row] for row in padded])))
    # Half a second more than a whole number: what tells ties apart never decides.
    table = climb_table(hierarchy, *stacked, limit + 0.5, climbs_of(hierarchy))
    for row, seed in zip(table, seeds, strict=True):
        expected = [oracle(n, arcs, seed, goal) for goal in goals]
        assert row.tolist() == pytest.approx([e if e <= limit else math.inf for e in expected], abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(drawings(), st.sampled_from([foot(), wheelchair(), bicycle(), car()]), st.data())
def test_contraction_changes_nothing_of_a_way(city, profile, data):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.sampled_from(range(len(streets.edges))), st.sampled_from([0.0, 0.25, 0.7, 1.0]))
    start, end = (snap_on(streets, *data.draw(place)) for _ in range(2))
    plain = street_search(streets, index, profile)
    short = street_search(streets, index, profile, None, [hierarchy_of(streets, index, profile)])
    assert short.pace.hierarchy is not None
    assert route(short, start, end) == route(plain, start, end)


@settings(max_examples=60, deadline=None)
@given(drawings(), st.sampled_from([foot(), bicycle(), car()]), st.data())
def test_contraction_changes_nothing_of_a_table(city, profile, data):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.integers(-1, len(streets.edges) - 1), st.sampled_from([0.0, 0.25, 1.0]), st.integers(0, 30))
    origins, points = (linked(streets, data.draw(st.lists(place, min_size=1, max_size=4))) for _ in range(2))
    plain = street_search(streets, index, profile)
    short = street_search(streets, index, profile, None, [hierarchy_of(streets, index, profile)])
    limit = data.draw(st.sampled_from([math.inf, 100.0, 20.0]))
    expected = street_table(plain, origins, points, limit)
    assert street_table(short, origins, points, limit) == pytest.approx(expected, rel=1e-5, abs=1e-4)


def linked(streets, rows):
    one = np.array([edge for edge, _, _ in rows], np.int32)
    opposite = np.where(one < 0, -1, streets.edges.reverse[one]).astype(np.int32)
    # A point hangs on the direction with the lower number.
    edge = np.where((opposite >= 0) & (opposite < one), opposite, one)
    reverse = np.where(edge == one, opposite, one)
    shares, metres = (np.array([row[column] for row in rows], np.float32) for column in (1, 2))
    return Linked(edge.astype(np.int32), reverse.astype(np.int32), shares, metres)


def test_a_hierarchy_answers_for_its_own_seconds_only():
    city = street_map("A---B&&&C")
    streets, index = city.streets, index_of(city.streets)
    kept = [hierarchy_of(streets, index, foot()), hierarchy_of(streets, index, car())]
    assert street_search(streets, index, foot(), 12 * 3600, kept).pace.hierarchy is kept[0]
    assert street_search(streets, index, foot(), 22 * 3600, kept).pace.hierarchy is None
    assert street_search(streets, index, foot(1.0), None, kept).pace.hierarchy is None
    assert street_search(streets, index, car(), None, kept).pace.hierarchy is kept[1]


def test_a_grid_of_equal_streets_is_crossed_the_same_way_with_and_without():
    city = street_map(
        """
A---B---C---D
|   |   |   |
E---F---G---H
|   |   |   |
I---J---K---L
"""
    )
    streets, index = city.streets, index_of(city.streets)
    start, end = snap_on(streets, city.edge("A", "B"), 0.0), snap_on(streets, city.edge("K", "L"), 1.0)
    for profile in (foot(), car()):
        plain = street_search(streets, index, profile)
        short = street_search(streets, index, profile, None, [hierarchy_of(streets, index, profile)])
        assert route(short, start, end) == route(plain, start, end)
