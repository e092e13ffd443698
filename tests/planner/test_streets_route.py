import math

import networkx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.geo import great_circle_m
from planner.model import Turn
from planner.profiles import bicycle, car, foot, wheelchair
from planner.reach import street_search
from planner.shortest_path import explore, workspace_of
from planner.snapping import Snap, index_of, snap
from planner.street_route import MOST_KNOWN, known_route, route, turn_of
from tests.planner.street_maps import drawings, street_map, to_networkx, with_ends


def path(city, origin, destination, profile=None, language="ja", hour=None):
    streets, index = city.streets, index_of(city.streets)
    profile = profile or foot(1.0)
    ends = [snap(streets, index, *point, int(profile.needs)) for point in (origin, destination)]
    time = None if hour is None else hour * 3600
    return route(street_search(streets, index, profile, time), *ends, language)


def printed(found):
    return [
        f"{s.turn} {s.street} {s.distance_m:.0f} m"
        + (f" {s.from_level:g}>{s.to_level:g}" if s.to_level or s.from_level else "")
        for s in found.steps
    ]


def snap_on(streets, edge, share):
    edges = streets.edges
    rows = slice(edges.shape_first[edge], edges.shape_first[edge + 1])
    lat, lon = edges.shape_lat[rows], edges.shape_lon[rows]
    point = float(lat[0] + share * (lat[-1] - lat[0])), float(lon[0] + share * (lon[-1] - lon[0]))
    return Snap(edge, int(edges.reverse[edge]), share, *point, *point, 0.0)


@settings(deadline=None, max_examples=150)
@given(drawings(), st.sampled_from([foot(), wheelchair(), bicycle()]), st.data())
def test_a_route_takes_the_time_of_dijkstra_on_the_graph_with_the_ends_put_in(city, profile, data):
    streets, index = city.streets, index_of(city.streets)
    place = st.tuples(st.sampled_from(range(len(streets.edges))), st.sampled_from([0.0, 0.25, 0.7, 1.0]))
    origin, destination = data.draw(place), data.draw(place)
    search = street_search(streets, index, profile)
    found = route(search, snap_on(streets, *origin), snap_on(streets, *destination))
    graph = with_ends(to_networkx(streets, search.pace.seconds), streets, origin, destination)
    expected = networkx.single_source_dijkstra_path_length(graph, "from").get("to", math.inf)
    if expected == math.inf:
        assert found is None
        return
    assert found.seconds == pytest.approx(expected, rel=1e-5, abs=1e-6)
    line = list(zip(found.geometry, found.geometry[1:], strict=False))
    assert sum(float(great_circle_m(*a, *b)) for a, b in line) == pytest.approx(found.metres, abs=0.5)
    assert sum(step.distance_m for step in found.steps) == pytest.approx(found.metres, abs=0.2)


@settings(deadline=None, max_examples=60)
@given(drawings(), st.data())
def test_a_drive_is_as_long_as_the_search_over_turns_says(city, data):
    streets, index = city.streets, index_of(city.streets)
    edges, search = streets.edges, street_search(streets, index, car())
    seconds, (turns, _) = search.pace.seconds, search.turns
    usable = np.flatnonzero(np.isfinite(seconds)).tolist()
    assume(usable)
    start, end = data.draw(st.sampled_from(usable)), data.draw(st.sampled_from(usable))
    begin, finish = ([e for e in (edge, edges.reverse[edge]) if e >= 0] for edge in (start, end))
    workspace = workspace_of(turns)
    explore(turns, seconds, np.array(begin, np.int32), seconds[begin].astype(float) / 2, workspace)
    entered = [0.0] * (end in begin)
    for last in finish:
        before = [e for e in usable if last in turns.to[turns.first[e] : turns.first[e + 1]]]
        entered += [workspace.cost[e] + seconds[last] / 2 for e in before]
    found = route(search, snap_on(streets, start, 0.5), snap_on(streets, end, 0.5))
    expected = min(entered, default=math.inf)
    assert (math.inf if found is None else found.seconds) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_banned_turn_is_driven_around():
    text = "A---B---C\n|   |   |\nD---E---F"
    open_city, city = street_map(text), street_map(text, banned=["ABE"])
    start, end = city.between("A", "B"), city.between("B", "E")
    assert path(open_city, start, end, car()).metres == pytest.approx(100, abs=1)
    assert path(city, start, end, car()).metres > 250
    assert path(city, start, end, foot()).metres == pytest.approx(100, abs=1)


def test_a_destination_behind_on_a_one_way_street_is_reached_round_the_block():
    city = street_map("A>>>B\n^   v\nC<<<D")
    found = path(city, city.between("A", "B", 0.7), city.between("A", "B", 0.3), car())
    assert found.metres == pytest.approx(360, abs=1)


def test_steps_name_streets_turns_stairs_and_levels():
    named = {
        "AB": {"name": "国際大通り", "name:en": "Kokusai-odori"},
        "BC": {"name": "国際大通り", "name:en": "Kokusai-odori"},
        "CF": {"level": "0;1"},
        "FI": {"name": "デッキ", "level": "1"},
    }
    city = street_map("A---B---C\n        #\nD---E   F\n        :\nG---H   I", named=named)
    found = path(city, city.between("A", "B"), city.points["I"])
    assert printed(found) == ["DEPART 国際大通り 150 m", "STAIRS  100 m 0>1", "CONTINUE デッキ 100 m 1>1"]
    english = path(city, city.between("A", "B"), city.points["I"], language="en")
    assert [step.street for step in english.steps] == ["Kokusai-odori", "", "デッキ"]


def test_a_lift_is_a_step_between_levels():
    city = street_map(
        "A...B...C",
        nodes={"B": {"highway": "elevator"}},
        named={"AB": {"level": "0"}, "BC": {"level": "1"}},
    )
    found = path(city, city.between("A", "B"), city.between("B", "C"), wheelchair())
    assert printed(found) == ["DEPART  50 m", "ELEVATOR  0 m 0>1", "CONTINUE  50 m 1>1"]


def test_a_gate_is_no_step():
    city = street_map("A...B...C", nodes={"B": {"barrier": "gate", "opening_hours": "04:45-22:00"}})
    found = path(city, city.between("A", "B"), city.points["C"])
    assert printed(found) == ["DEPART  150 m"]


def test_connectors_belong_to_the_way():
    city = street_map("A---B")
    found = path(city, city.between("A", "B", 0.2, north_m=15), city.between("A", "B", 0.8, north_m=-25))
    assert found.metres == pytest.approx(100, abs=0.1)
    assert found.seconds == pytest.approx(100, abs=0.1)
    assert found.geometry[0] == city.between("A", "B", 0.2, north_m=15)
    assert found.geometry[-1] == city.between("A", "B", 0.8, north_m=-25)


def test_a_closed_passage_is_walked_around():
    city = street_map("A&&&B\n|   |\nC---D")
    ends = city.points["A"], city.points["B"]
    assert path(city, *ends, hour=12).metres == pytest.approx(100, abs=0.1)
    assert path(city, *ends, hour=21).metres == pytest.approx(300, abs=0.1)


def test_no_way_is_none():
    city = street_map("A---B\n\nC---D")
    assert path(city, city.points["A"], city.points["D"]) is None


@pytest.mark.parametrize(
    ("angle", "turn"),
    [
        (0, Turn.CONTINUE),
        (-30, Turn.SLIGHTLY_LEFT),
        (90, Turn.RIGHT),
        (-90, Turn.LEFT),
        (140, Turn.HARD_RIGHT),
        (-175, Turn.UTURN_LEFT),
    ],
)
def test_turns_are_named_by_the_change_of_heading(angle, turn):
    assert turn_of(angle) is turn


def test_known_ways_are_those_searched_for_and_the_oldest_are_forgotten(makuhari):
    streets, index = makuhari.snapshot.street_side.streets, makuhari.snapshot.street_side.index
    search = street_search(streets, index, foot())
    rng = np.random.default_rng(3)
    nodes = rng.choice(len(streets), 33, replace=False)
    points = [snap(streets, index, streets.node_lat[v], streets.node_lon[v], int(foot().needs)) for v in nodes]
    pairs = [(a, b) for a in points for b in points if a is not None and b is not None]
    assert len(pairs) > MOST_KNOWN
    for _ in range(2):
        for a, b in pairs:
            assert known_route(search, a, b, "ja") == route(search, a, b, "ja")
            assert len(search.known) <= MOST_KNOWN
    a, b = pairs[-2]
    assert known_route(search, a, b, "ja") is known_route(search, a, b, "ja")
    assert known_route(search, a, b, "en") == route(search, a, b, "en")
