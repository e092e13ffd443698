"""Entrances cut the streets they lie on and change nothing else about them."""

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.pathways import Pathways
from planner.profiles import bicycle, car, edge_seconds, foot
from planner.snapping import index_of
from planner.station_streets import StationStreets, with_stations
from planner.strings import Strings
from planner.timetable import ENTRANCE, NODE, NONE, Stops
from tests.planner.street_maps import StreetMap, street_map, to_networkx

TOWN = """
A---B>>>C
|   |   |
D...E---F
"""
BANNED = ("ABE", "FEB")


def station_of(town: StreetMap, doors: list[tuple[float, float]]) -> StationStreets:
    """Entrances at `doors`, each joined to one node in the middle of the town, 100 s away."""
    lat, lon = np.array([*doors, town.between("B", "E")]).T
    n = len(doors)
    texts, ints = Strings.of("x" for _ in range(n + 1)), np.zeros(n + 1, np.int8)
    kinds = np.array([ENTRANCE] * n + [NODE], np.int8)
    none = np.full(n + 1, NONE, np.int32)
    level = np.zeros(n + 1, np.float32)
    stops = Stops(texts, texts, {}, texts, texts, lat, lon, level, kinds, ints, none)
    blank = np.full(n, np.nan, np.float32)
    zero = np.zeros(n, np.int32)
    signs = Strings.of("To the trains" for _ in range(n))
    pathways = Pathways(
        np.arange(n, dtype=np.int32), np.full(n, n, np.int32), np.ones(n, np.int8), blank,
        np.full(n, 100, np.float32), zero, zero.astype(np.float32), blank, signs,
    )  # fmt: skip
    return with_stations(town.streets, index_of(town.streets), stops, pathways)


shares = st.tuples(st.sampled_from(["AB", "BC", "DE", "EF", "AD"]), st.floats(0, 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(shares, min_size=1, max_size=5))
def test_ways_between_letters_stay_as_long(doors: list[tuple[str, float]]) -> None:
    town = street_map(TOWN, banned=BANNED)
    joined = station_of(town, [town.between(pair[0], pair[1], share, north_m=5) for pair, share in doors])
    for profile in (foot(), bicycle(), car()):
        before = to_networkx(town.streets, edge_seconds(town.streets, profile).tolist())
        after = to_networkx(joined.streets, edge_seconds(joined.streets, profile).tolist())
        for start in range(len(town.streets)):
            expected = networkx.single_source_dijkstra_path_length(before, start)
            found = networkx.single_source_dijkstra_path_length(after, start)
            assert {v: s for v, s in found.items() if v < len(town.streets)} == pytest.approx(expected, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(shares, min_size=1, max_size=5))
def test_the_arrays_stay_sound(doors: list[tuple[str, float]]) -> None:
    town = street_map(TOWN, banned=BANNED)
    streets = station_of(town, [town.between(pair[0], pair[1], share, north_m=5) for pair, share in doors]).streets
    edges = streets.edges
    assert (np.diff(edges.tail) >= 0).all()
    assert np.array_equal(edges.first, np.searchsorted(edges.tail, np.arange(len(streets) + 1)))
    has = np.flatnonzero(edges.reverse != NONE)
    assert np.array_equal(edges.reverse[edges.reverse[has]], has)
    assert np.array_equal(edges.head[edges.reverse[has]], edges.tail[has])
    for end, node in ((edges.shape_first[:-1], edges.tail), (edges.shape_first[1:] - 1, edges.head)):
        assert edges.shape_lat[end] == pytest.approx(streets.node_lat[node], abs=1e-9)
        assert edges.shape_lon[end] == pytest.approx(streets.node_lon[node], abs=1e-9)
    assert len(streets.banned_from) == len(town.streets.banned_from) > 0
    assert np.array_equal(edges.head[streets.banned_from], town.streets.edges.head[town.streets.banned_from])
    assert np.array_equal(edges.tail[streets.banned_to], town.streets.edges.tail[town.streets.banned_to])


def test_a_pathway_bears_its_sign_and_takes_its_time() -> None:
    town = street_map(TOWN)
    joined = station_of(town, [town.between("A", "B")])
    edges = joined.streets.edges
    way = int(np.flatnonzero((edges.tail == joined.node[0]) & (edges.head == joined.node[1]))[0])
    assert joined.streets.names[int(edges.name[way])] == "To the trains"
    assert edge_seconds(joined.streets, foot())[way] == pytest.approx(100)
    assert np.isinf(edge_seconds(joined.streets, foot())[edges.reverse[way]])
