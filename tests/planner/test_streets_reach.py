import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.profiles import bicycle, car, edge_seconds, foot, is_usable, seated_scooter, standing_scooter, wheelchair
from planner.reach import pace_of, reach, street_search
from planner.snapping import Linked, Snap, index_of, linked_snap, snap
from tests.planner.street_maps import drawings, street_map, to_networkx, with_ends

PROFILES = st.sampled_from([foot(), wheelchair(), bicycle(), standing_scooter(), seated_scooter(), car()])


def canonical(streets):
    reverse = streets.edges.reverse
    return [e for e in range(len(reverse)) if reverse[e] < 0 or e < reverse[e]]


def linked_at(streets, places):
    edge = np.array([e for e, _ in places], np.int32)
    share = np.array([s for _, s in places], np.float32)
    return Linked(edge, streets.edges.reverse[edge], share, np.zeros(len(edge), np.float32))


@settings(deadline=None, max_examples=100)
@given(drawings(), PROFILES, st.data())
def test_reach_equals_dijkstra_on_the_graph_with_the_ends_put_in(city, profile, data):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.sampled_from(canonical(streets)), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
    origin, backward = data.draw(place), data.draw(st.booleans())
    places = data.draw(st.lists(place, min_size=1, max_size=5))
    search = street_search(streets, index, profile)
    found = reach(search, linked_at(streets, [origin]), linked_at(streets, places), 400.0, backward=backward)
    graph = to_networkx(streets, search.pace.seconds)
    for i, point in enumerate(places):
        ends = (point, origin) if backward else (origin, point)
        try:
            expected = networkx.dijkstra_path_length(with_ends(graph, streets, *ends), "from", "to")
        except networkx.NetworkXNoPath:
            expected = math.inf
        if abs(expected - 400) > 0.01:
            assert found.seconds[i] == pytest.approx(expected if expected <= 400 else math.inf, rel=1e-5)


@settings(deadline=None, max_examples=100)
@given(drawings(), PROFILES, st.sampled_from([0.0, 60.0, 300.0]), st.data())
def test_a_search_that_stops_at_the_last_points_finds_them_and_what_is_near_as_one_that_does_not(
    city, profile, radius, data
):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.sampled_from(canonical(streets)), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
    origin, backward = linked_at(streets, [data.draw(place)]), data.draw(st.booleans())
    places = data.draw(st.lists(place, min_size=2, max_size=6))
    points, last = linked_at(streets, places), data.draw(st.integers(1, len(places) - 1))
    search = street_search(streets, index, profile)
    whole = reach(search, origin, points, 900.0, backward=backward).seconds
    part = reach(search, origin, points, 900.0, backward=backward, others=(last, radius)).seconds
    np.testing.assert_array_equal(part[-last:], whole[-last:])
    np.testing.assert_array_equal(part[part <= radius], whole[part <= radius])
    assert (part[whole <= radius] <= radius).all()


@pytest.mark.parametrize("backward", [False, True])
def test_a_search_that_stops_at_a_point_waits_for_the_farther_end_of_its_street(backward):
    streets = street_map("A---B\n|   |\nC---D").streets
    search = street_search(streets, index_of(streets), foot())
    for there in canonical(streets):
        for share in (0.1, 0.9):
            origin, point = linked_at(streets, [(canonical(streets)[0], 0.4)]), linked_at(streets, [(there, share)])
            whole = reach(search, origin, point, 9000.0, backward=backward).seconds
            part = reach(search, origin, point, 9000.0, backward=backward, others=(1, 0.0)).seconds
            np.testing.assert_array_equal(part, whole)


@settings(deadline=None, max_examples=60)
@given(drawings(), st.data())
def test_the_soonest_of_many_origins_is_named(city, data):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.sampled_from(canonical(streets)), st.sampled_from([0.0, 0.3, 0.8]))
    origins = data.draw(st.lists(st.tuples(place, st.integers(0, 200)), min_size=1, max_size=4))
    points = linked_at(streets, data.draw(st.lists(place, min_size=1, max_size=5)))
    search = street_search(streets, index, foot())
    starts = np.array([start for _, start in origins], np.float64)
    found = reach(search, linked_at(streets, [o for o, _ in origins]), points, 900.0, head_starts=starts)
    alone = np.stack(
        [
            reach(search, linked_at(streets, [o]), points, 900.0, head_starts=np.array([start], float)).seconds
            for o, start in origins
        ]
    )
    assert found.seconds == pytest.approx(alone.min(axis=0))
    for i in np.flatnonzero(np.isfinite(found.seconds)):
        assert alone[found.origin[i], i] == pytest.approx(found.seconds[i])


def test_metres_are_those_of_the_fastest_way_with_the_connectors():
    city = street_map("A---B---C")
    streets, index = city.streets, index_of(city.streets)
    origin = snap(streets, index, *city.between("A", "B", 0.5, north_m=30), 1)
    points = linked_snap(snap(streets, index, *city.between("B", "C", 0.5, north_m=20), 1))
    found = reach(street_search(streets, index, foot(1.0)), linked_snap(origin), points, 900.0)
    assert found.metres[0] == pytest.approx(150, abs=0.1)
    assert found.seconds[0] == pytest.approx(150, abs=0.1)


def test_a_point_without_a_street_is_not_reached():
    city = street_map("A---B")
    streets, index = city.streets, index_of(city.streets)
    nowhere = Linked(
        np.array([-1], np.int32), np.array([-1], np.int32), np.zeros(1, np.float32), np.zeros(1, np.float32)
    )
    here = linked_snap(Snap(0, int(streets.edges.reverse[0]), 0.5, 0, 0, 0, 0, 0))
    search = street_search(streets, index, foot())
    assert np.isinf(reach(search, here, nowhere, 900.0).seconds[0])
    assert np.isinf(reach(search, nowhere, here, 900.0).seconds[0])


def speeds_kmh(text, profile, **tags):
    city = street_map(text, **tags)
    seconds = edge_seconds(city.streets, profile)[city.edge("A", "B")]
    return round(float(0.1 / seconds * 3600), 1)


@pytest.mark.parametrize(
    ("text", "profile", "kmh"),
    [
        ("A---B", foot(1.25), 4.5),
        ("A<<<B", foot(1.25), 4.5),
        ("A===B", foot(1.25), 2.2),
        ("A===B", wheelchair(), 0),
        ("A===B", bicycle(), 0),
        ("A---B", bicycle(4.2), 15.1),
        ("A<<<B", bicycle(4.2), 0),
        ("A...B", bicycle(4.2), 0),
        ("A~~~B", bicycle(4.2), 8.0),
        ("A---B", standing_scooter(), 20.0),
        ("A~~~B", standing_scooter(), 6.0),
        ("A...B", standing_scooter(), 0),
        ("A...B", seated_scooter(), 6.0),
        ("A===B", seated_scooter(), 0),
        ("A---B", car(0.65), 19.5),
        ("A<<<B", car(0.65), 0),
        ("A~~~B", car(0.65), 0),
    ],
)
def test_who_may_go_where_and_how_fast(text, profile, kmh):
    if kmh == 0:
        city = street_map(text)
        assert not is_usable(city.streets, profile)[city.edge("A", "B")]
    else:
        assert speeds_kmh(text, profile) == pytest.approx(kmh, abs=0.1)


def test_uphill_is_slower_than_downhill_on_foot():
    city = street_map("A---B", named={"AB": {"incline": "6%"}})
    seconds = edge_seconds(city.streets, foot())
    assert seconds[city.edge("A", "B")] > 1.2 * seconds[city.edge("B", "A")] > 0


def test_a_passage_is_closed_outside_its_hours():
    city = street_map("A&&&B")
    ab = city.edge("A", "B")
    hours = {t: bool(np.isfinite(edge_seconds(city.streets, foot(), t * 3600)[ab])) for t in (7, 8, 19, 20)}
    assert hours == {7: False, 8: True, 19: True, 20: False}
    assert np.isfinite(edge_seconds(city.streets, foot())[ab])


def test_a_passage_open_past_midnight_is_open_after_it():
    city = street_map("A...B", named={"AB": {"opening_hours": "18:00-02:00"}})
    ab = city.edge("A", "B")
    assert [bool(np.isfinite(edge_seconds(city.streets, foot(), t * 3600)[ab])) for t in (1, 3, 17, 23)] == [
        True,
        False,
        False,
        True,
    ]


def way_s(city, tail, head, profile=None):
    streets, index = city.streets, index_of(city.streets)
    ends = [snap(streets, index, *city.points[letter], 1) for letter in (tail, head)]
    search = street_search(streets, index, profile or foot(1.0))
    return float(reach(search, linked_snap(ends[0]), linked_snap(ends[1]), 9999.0).seconds[0])


def test_a_lift_costs_its_wait_once():
    plain, lift = (street_map("A...B...C", nodes=n) for n in ({}, {"B": {"highway": "elevator"}}))
    assert way_s(lift, "A", "C") == pytest.approx(way_s(plain, "A", "C") + 40, abs=0.1)


def test_a_bollard_stops_cars_and_nobody_else():
    city = street_map("A---B---C", nodes={"B": {"barrier": "bollard"}})
    assert way_s(city, "A", "C") == pytest.approx(200, abs=0.1)
    assert math.isfinite(way_s(city, "A", "C", bicycle()))
    assert math.isinf(way_s(city, "A", "C", car()))


def test_a_gate_has_hours_of_its_own():
    city = street_map("A...B...C", nodes={"B": {"barrier": "gate", "opening_hours": "04:45-22:00"}})
    assert math.isfinite(way_s(city, "A", "C"))
    closed = edge_seconds(city.streets, foot(), 23 * 3600)
    assert not networkx.has_path(to_networkx(city.streets, closed), city.node("A"), city.node("C"))


def test_a_signal_makes_walkers_on_the_crossing_wait():
    nodes = {"B": {"highway": "crossing", "crossing": "traffic_signals"}}
    crossing = {"AB": {"footway": "crossing"}, "BC": {"footway": "crossing"}}
    assert way_s(street_map("A...B...C", nodes=nodes, named=crossing), "A", "C") == pytest.approx(212, abs=0.1)
    assert way_s(street_map("A---B---C", nodes=nodes), "A", "C") == pytest.approx(200, abs=0.1)


def test_no_metre_of_any_street_is_quicker_than_the_bound_of_searches_says():
    city = street_map("A---B===C~~~D", named={"AB": {"incline": "-5%"}})
    for profile, quickest in ((foot(1.0), "A---B"), (standing_scooter(), "A---B")):
        pace, length_m = pace_of(city.streets, profile), city.streets.edges.length_m
        per_metre = pace.seconds / length_m
        assert pace.least_s_per_m == pytest.approx(float(per_metre[city.edge(quickest[0], quickest[-1])]))
        assert (per_metre >= pace.least_s_per_m).all()
