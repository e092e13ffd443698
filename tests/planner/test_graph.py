import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.access import StreetSide
from planner.ends import links_of
from planner.footpaths import Footpaths
from planner.graph import graph_of
from planner.network import FORMAT, Manifest, Network, Snapshot
from planner.places import pack_places
from planner.profiles import foot
from planner.reach import reach, street_search
from planner.snapping import index_of
from tests.planner.street_maps import drawings, street_map
from tests.planner.test_sharing import a_station, a_system
from tests.planner.timetables import timetable

LINE = "A C\n8:00 8:10\n9:00 9:20"


def snapshot_of(city, stops, text="", ports=()):
    """Streets of a drawing with stops (by name) and ports at places on them; no walk between stops but the streets."""
    table = timetable(text, places=stops)
    streets, index = city.streets, index_of(city.streets)
    at = np.array([(port.lat, port.lon) for port in ports]).reshape(-1, 2)
    side = StreetSide(
        streets,
        index,
        links_of(streets, index, table.stops.lat, table.stops.lon),
        links_of(streets, index, at[:, 0].copy(), at[:, 1].copy()),
    )
    nothing, none_s = np.zeros(0, np.int32), np.zeros(len(table.stops), np.int32)
    footpaths = Footpaths.of(nothing, nothing, nothing, none_s)
    sharing = (a_system(stations=tuple(ports)),) if ports else ()
    paths = {"foot": footpaths, "wheelchair": footpaths}
    return Snapshot(table, side, paths, sharing, (), (), None, pack_places([]))


def walked_s(snapshot, start):
    """Seconds from one stop to every stop, as the planner walks."""
    side = snapshot.street_side
    search, points = street_search(side.streets, side.index, foot()), side.stops["foot"]
    own = type(points)(*(getattr(points, name)[[start]] for name in ("edge", "reverse", "fraction", "connector_m")))
    return reach(search, own, points, math.inf).seconds


@settings(deadline=None, max_examples=60)
@given(drawings(), st.data())
def test_the_shortest_walk_of_the_graph_takes_the_planner_s_time(city, data):
    pair, share = st.sampled_from(sorted(city.pairs)), st.sampled_from([0.0, 0.2, 0.5, 0.9])
    beside = st.sampled_from([0.0, 20.0])
    drawn = [data.draw(st.tuples(pair, share, beside)) for _ in range(3)]
    stops = {str(i): city.between(*ends, part, north) for i, (ends, part, north) in enumerate(drawn)}
    snapshot = snapshot_of(city, stops)
    graph = graph_of(snapshot)
    for start in range(3):
        walks = networkx.single_source_dijkstra_path_length(graph, ("stop", str(start)), weight="walk_s")
        for end, expected in enumerate(walked_s(snapshot, start)):
            if end != start:
                assert walks.get(("stop", str(end)), math.inf) == pytest.approx(expected, abs=0.01)


def test_streets_stops_rides_and_ports_hang_together_and_say_what_they_are():
    city = street_map("A---B===C")
    port = a_station("port", lat=city.points["B"][0], lon=city.points["B"][1])
    stops = {"A": city.points["A"], "C": city.points["C"]}
    graph = graph_of(snapshot_of(city, stops, LINE, [port]))
    assert networkx.is_strongly_connected(graph)
    assert sorted(node[0] for node in graph) == ["port", "stop", "stop", "street", "street", "street"]
    assert graph.nodes["port", "s", port.id]["capacity"] == 10
    assert graph.nodes["port", "s", port.id]["bikes"] == 4
    stairs = graph.edges[("street", city.node("B")), ("street", city.node("C")), 0]
    assert (stairs["kind"], stairs["stairs"], stairs["wheelchair"]) == ("street", True, False)
    assert stairs["walk_s"] == pytest.approx(stairs["length_m"] / 1.25 * 2, rel=1e-4)


def test_a_ride_is_the_median_of_its_trips_and_no_walk():
    city = street_map("A---B---C")
    graph = graph_of(snapshot_of(city, {stop: city.points[stop] for stop in "AC"}, LINE + "\n10:00 10:11"))
    (ride,) = graph.get_edge_data(("stop", "A"), ("stop", "C")).values()
    expected = {"kind": "ride", "route": "route", "mode": "BUS", "trips_per_day": 3.0, "seconds": 660.0}
    assert ride == {**expected, "walk_s": math.inf}


def test_a_trip_of_one_day_in_three_runs_a_third_of_a_time_a_day():
    text = "A C\n8:00 8:10 @once\n8:00 8:10 @daily"
    table = timetable(text, services={"once": (0,), "daily": (-1, 0, 1)})
    paths = Footpaths.of(*(np.zeros(0, np.int32),) * 3, np.zeros(2, np.int32))
    snapshot = Snapshot(table, None, {"foot": paths, "wheelchair": paths}, (), (), (), None, pack_places([]))
    manifest = Manifest(FORMAT, "0", "s", "Asia/Tokyo", "crow", (35.0, 139.0, 36.0, 141.0), ())
    ((_, _, ride),) = Network(snapshot, manifest).to_networkx().edges(data=True)
    assert ride["trips_per_day"] == pytest.approx(4 / 3)
