import math

import networkx
import numpy as np
import osmnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from feeds.osm import read_osm
from planner.geo import METRES_PER_DEGREE
from planner.snapping import ISLAND_NODES, index_of, snap, snap_many
from planner.streets import Access
from tests.planner.street_maps import SOUTH, WEST, drawings, street_map

FOOT, CAR = int(Access.FOOT), int(Access.CAR)


def snapped(city, point, mask=FOOT, **limits):
    return snap(city.streets, index_of(city.streets), *point, mask, **limits)


def test_a_point_beside_a_street_snaps_to_its_foot_on_it():
    city = street_map("A---B")
    found = snapped(city, city.between("A", "B", 0.25, north_m=20))
    share = found.fraction if found.edge == city.edge("A", "B") else 1 - found.fraction
    assert share == pytest.approx(0.25, abs=1e-4)
    assert found.distance_m == pytest.approx(20, abs=0.01)
    assert (found.lat, found.lon) == pytest.approx(city.between("A", "B", 0.25), abs=1e-7)


def test_both_directions_of_the_street_are_named():
    city = street_map("A---B")
    found = snapped(city, city.between("A", "B"))
    assert {found.edge, found.reverse} == {city.edge("A", "B"), city.edge("B", "A")}


def test_a_street_one_may_not_use_is_passed_over():
    city = street_map("A...B\n|   |\nC---D")
    found = snapped(city, city.between("A", "B", 0.4), CAR)
    assert {found.edge, found.reverse} == {city.edge("A", "C"), city.edge("C", "A")}


def test_nothing_is_found_beyond_the_limit():
    city = street_map("A---B")
    point = city.between("A", "B", north_m=60)
    assert snapped(city, point, max_m=59.9) is None
    assert snapped(city, point, max_m=60.1) is not None


def test_far_outside_the_map_nothing_is_found():
    assert snapped(street_map("A---B"), (48.0, 11.0)) is None


def test_an_island_is_used_only_where_nothing_else_is_near(monkeypatch):
    monkeypatch.setattr("planner.snapping.ISLAND_NODES", 3)
    city = street_map("A---B\n\nC---D---E")
    near_island = city.between("A", "B", north_m=-10)
    found = snapped(city, near_island)
    assert city.edge("C", "D") in (found.edge, found.reverse)
    alone = snapped(city, near_island, max_m=50.0)
    assert city.edge("A", "B") in (alone.edge, alone.reverse)


def test_a_street_of_the_level_asked_for_is_preferred():
    city = street_map("A...B\n\nC---D", named={"AB": {"level": "1"}})
    between = city.between("A", "B", north_m=-45)
    deck, ground = city.edge("A", "B"), city.edge("C", "D")
    found = {level: snapped(city, between, level=level) for level in (None, 1.0, 0.0)}
    sides = {level: {snap.edge, snap.reverse} for level, snap in found.items()}
    assert [deck in sides[None], deck in sides[1.0], ground in sides[0.0]] == [True, True, True]


@settings(deadline=None, max_examples=60)
@given(drawings(), st.floats(-100, 300), st.floats(-300, 100))
def test_no_usable_street_is_nearer_than_the_one_found(city, east_m, north_m):
    streets, index = city.streets, index_of(city.streets)
    shrink = math.cos(math.radians(SOUTH))
    lat, lon = SOUTH + north_m / METRES_PER_DEGREE, WEST + east_m / METRES_PER_DEGREE / shrink
    found = snap(streets, index, lat, lon, FOOT, 250.0)
    edges = streets.edges

    def metres(e):
        rows = slice(edges.shape_first[e], edges.shape_first[e + 1])
        x = (edges.shape_lon[rows] - lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
        y = (edges.shape_lat[rows] - lat) * METRES_PER_DEGREE
        return LineString(np.stack([x, y], axis=1)).distance(Point(0, 0))

    distances = [metres(e) for e in range(len(edges)) if edges.access[e] & FOOT]
    nearest = min(distances, default=math.inf)
    assert (math.inf if found is None else found.distance_m) == pytest.approx(nearest if nearest <= 250 else math.inf)


def test_many_points_snap_like_each_alone():
    city = street_map("A---B...C\n|       #\nD>>>E---F")
    streets, index = city.streets, index_of(city.streets)
    rng = np.random.default_rng(5)
    lat, lon = SOUTH - rng.uniform(-0.001, 0.002, 40), WEST + rng.uniform(-0.001, 0.004, 40)
    linked = snap_many(streets, index, lat, lon, FOOT)
    for i in range(40):
        one = snap(streets, index, lat[i], lon[i], FOOT)
        expected = (-1, -1, 0.0, 0.0) if one is None else (one.edge, one.reverse, one.fraction, one.distance_m)
        found = (linked.edge[i], linked.reverse[i], linked.fraction[i], linked.connector_m[i])
        assert found[:2] == expected[:2]
        assert one is None or found[2:] == pytest.approx(expected[2:], rel=1e-5)


@pytest.mark.shared
def test_osmnx_finds_the_same_distance_to_the_main_part_of_a_real_town(shared):
    streets = read_osm(shared / "data/osm/moorgate.osm.pbf").streets
    index, edges = index_of(streets), streets.edges
    shrink = math.cos(math.radians(float(streets.node_lat.mean())))
    metres = METRES_PER_DEGREE * np.array([shrink, 1])
    graph = networkx.MultiDiGraph(crs="epsg:3857")
    for i, (x, y) in enumerate(np.stack([streets.node_lon, streets.node_lat], axis=1) * metres):
        graph.add_node(i, x=x, y=y)
    usable = ((edges.access & FOOT) != 0) & ((edges.access & int(Access.LIFT)) == 0) & (edges.length_m > 0)
    for e in np.flatnonzero(usable & (index.component[0, edges.tail] >= ISLAND_NODES)):
        rows = slice(edges.shape_first[e], edges.shape_first[e + 1])
        line = LineString(np.stack([edges.shape_lon[rows], edges.shape_lat[rows]], axis=1) * metres)
        graph.add_edge(int(edges.tail[e]), int(edges.head[e]), key=int(e), geometry=line)
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(51.516, 51.520, 50), rng.uniform(-0.092, -0.086, 50)
    _, expected = osmnx.distance.nearest_edges(graph, lon * metres[0], lat * metres[1], return_dist=True)
    found = [snap(streets, index, a, b, FOOT).distance_m for a, b in zip(lat, lon, strict=True)]
    assert found == pytest.approx(expected, abs=0.2)
