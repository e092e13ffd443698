"""pathways.txt as ways in one direction each, checked against Dijkstra's method of networkx."""

import math
from pathlib import Path

import networkx
import numpy as np
import pytest

from feeds.gtfs import GtfsNetwork, read_gtfs
from feeds.gtfs_pathways import read_pathways
from planner.pathways import PathwayMode, Pathways, pathway_seconds, station_walks
from tests.feeds.gtfs_feeds import feed

STOPS = (
    "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,level_id\n"
    "S,Station,35.6,140.0,1,,\nA,Platform 1,35.6,140.0,0,S,low\nB,Platform 2,35.6,140.0,0,S,low\n"
    "E,Exit,35.6,140.0,2,S,street\nN,Hall,35.6,140.0,3,S,street\nBA,Front,35.6,140.0,4,A,low"
)
LEVELS = "level_id,level_index\nstreet,0\nlow,-2"
HEADER = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional"


def pathways_of(folder: Path, *rows: str, columns: str = "") -> tuple[GtfsNetwork, Pathways, list[str]]:
    network = read_gtfs([feed(folder, stops=STOPS, levels=LEVELS, pathways="\n".join([HEADER + columns, *rows]))])
    pathways, notices = read_pathways(network.tables[0], "", network.timetable.stops)
    return network, pathways, [f"{n.file}:{n.row} {n.message}" for n in notices]


def ways(network: GtfsNetwork, pathways: Pathways) -> list[str]:
    ids = list(network.timetable.stops.ids)
    return [f"{ids[a]}>{ids[b]}" for a, b in zip(pathways.start, pathways.end, strict=True)]


def seconds(tmp_path: Path, row: str, columns: str = "") -> list[float]:
    network, pathways, _ = pathways_of(tmp_path, row, columns=columns)
    return [float(s) for s in pathway_seconds(pathways, network.timetable.stops, wheelchair=False)]


def test_a_way_both_ways_is_two_and_signs_differ(tmp_path: Path) -> None:
    signs = ",signposted_as,reversed_signposted_as"
    network, pathways, _ = pathways_of(tmp_path, "1,E,A,1,1,Trains,Way out", "2,A,B,4,0,,", columns=signs)
    assert ways(network, pathways) == ["E>A", "A>B", "A>E"]
    assert list(pathways.signs) == ["Trains", "", "Way out"]


def test_stairs_up_are_stairs_down_on_the_way_back(tmp_path: Path) -> None:
    _, pathways, _ = pathways_of(tmp_path, "1,A,E,2,1,30", columns=",stair_count")
    assert pathways.stairs.tolist() == [30, -30]


def test_a_boarding_area_stands_for_its_platform(tmp_path: Path) -> None:
    assert ways(*pathways_of(tmp_path, "1,E,BA,1,0")[:2]) == ["E>A"]


def test_an_exit_gate_leads_out_only(tmp_path: Path) -> None:
    network, pathways, notices = pathways_of(tmp_path, "1,N,E,7,1")
    assert ways(network, pathways) == ["N>E"]
    assert notices == [
        "pathways.txt:2 pathway '1' is an exit gate that leads both ways; it is taken as leading out only"
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,A,B,9,1", "pathway_mode '9' of pathway 'x' is not one of 1 to 7; the row is left out"),
        (
            "x,A,Q,1,1",
            "pathway 'x' leads from 'A' to 'Q', one of which is no platform, entrance or node; it is left out",
        ),
        (
            "x,A,S,1,1",
            "pathway 'x' leads from 'A' to 'S', one of which is no platform, entrance or node; it is left out",
        ),
    ],
)
def test_rows_that_mean_nothing_are_left_out(tmp_path: Path, row: str, message: str) -> None:
    _, pathways, notices = pathways_of(tmp_path, row)
    assert len(pathways) == 0
    assert notices == [f"pathways.txt:2 {message}"]


@pytest.mark.parametrize(
    ("row", "columns", "expected"),
    [
        ("1,A,B,1,0,77,50", ",traversal_time,length", 77),
        ("1,A,B,1,0,50", ",length", 40),
        ("1,A,E,2,0,50", ",stair_count", 30),
        ("1,A,E,2,0,50", ",length", 80),
        ("1,A,E,4,0,10", ",length", 20),
        ("1,A,E,5,0", "", 50),
        ("1,N,E,6,0", "", 2),
    ],
)
def test_seconds_are_the_feeds_or_follow_from_length_steps_and_levels(
    tmp_path: Path, row: str, columns: str, expected: float
) -> None:
    assert seconds(tmp_path, row, columns) == [expected]


@pytest.mark.parametrize(
    ("row", "columns", "passes"),
    [
        ("1,A,B,1,0", "", True),
        ("1,A,B,5,0", "", True),
        ("1,A,B,2,0", "", False),
        ("1,A,B,4,0", "", False),
        ("1,A,B,1,0,3", ",stair_count", False),
        ("1,A,B,1,0,0.1", ",max_slope", False),
        ("1,A,B,1,0,-0.1", ",max_slope", False),
        ("1,A,B,1,0,0.08", ",max_slope", True),
        ("1,A,B,6,0,0.6", ",min_width", False),
        ("1,A,B,6,0,0.9", ",min_width", True),
    ],
)
def test_where_a_wheelchair_passes(tmp_path: Path, row: str, columns: str, passes: bool) -> None:
    network, pathways, _ = pathways_of(tmp_path, row, columns=columns)
    assert np.isfinite(pathway_seconds(pathways, network.timetable.stops, wheelchair=True)).all() == passes


@pytest.mark.shared
@pytest.mark.parametrize("wheelchair", [False, True])
@pytest.mark.parametrize(("name", "count"), [("pathways-example", 343), ("world/wmata.zip", 5075)])
def test_walks_within_real_stations_are_the_shortest(shared: Path, name: str, count: int, wheelchair: bool) -> None:
    network = read_gtfs([shared / "data" / "gtfs" / name])
    stops = network.timetable.stops
    pathways, _ = read_pathways(network.tables[0], "", stops)
    assert len(pathways) == count
    graph = networkx.DiGraph()
    took = pathway_seconds(pathways, stops, wheelchair)
    for a, b, s in zip(pathways.start.tolist(), pathways.end.tolist(), took.tolist(), strict=True):
        if math.isfinite(s) and s < graph.get_edge_data(a, b, {"s": math.inf})["s"]:
            graph.add_edge(a, b, s=s)
    walks = station_walks(pathways, stops, wheelchair)
    found = dict(zip(zip(walks.start.tolist(), walks.end.tolist(), strict=True), walks.seconds.tolist(), strict=True))
    ends = [p for p in pathways.places.tolist() if stops.location_type[p] in (0, 2)]
    expected = {
        (a, b): math.ceil(s - 1e-3)
        for a in ends if a in graph
        for b, s in networkx.single_source_dijkstra_path_length(graph, a, weight="s").items()
        if a != b and stops.location_type[b] in (0, 2)
    }  # fmt: skip
    assert found == expected
    lifts = pathways.mode == PathwayMode.LIFT
    assert lifts.any()
