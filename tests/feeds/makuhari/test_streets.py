"""The embedded city's streets, read back by the libraries that read any other city's."""

import csv
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import networkx as nx
import osmium
import osmnx
import pytest
from shapely import STRtree
from shapely.geometry import LineString, Point

from feeds.makuhari.places import TABLES, places, read_rows
from feeds.makuhari.streets import write_osm

M_PER_LAT, M_PER_LON = 110_950.0, 90_470.0
NORTH, SOUTH, EAST, WEST = 35.678, 35.628, 140.075, 140.012
TAGS = [
    "level",
    "opening_hours",
    "wheelchair",
    "foot",
    "bicycle",
    "name:en",
    "surface",
    "source:confidence",
    "sidewalk",
]
CAR = {"trunk", "primary", "secondary", "tertiary", "residential", "unclassified", "service"}


class Way(NamedTuple):
    tags: dict[str, str]
    points: list[tuple[float, float]]
    nodes: list[int]

    @property
    def line(self) -> LineString:
        return LineString([metres(lat, lon) for lat, lon in self.points])


class Content(osmium.SimpleHandler):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.ways: dict[int, Way] = {}
        self.turns: list[tuple[dict[str, str], dict[str, int]]] = []

    def way(self, way: osmium.osm.Way) -> None:
        points = [(node.lat, node.lon) for node in way.nodes]
        self.ways[way.id] = Way(dict(way.tags), points, [node.ref for node in way.nodes])

    def relation(self, relation: osmium.osm.Relation) -> None:
        self.turns.append((dict(relation.tags), {member.role: member.ref for member in relation.members}))


def metres(lat: float, lon: float) -> tuple[float, float]:
    return (lon - 140) * M_PER_LON, (lat - 35.6) * M_PER_LAT


def is_inside(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city") / "makuhari.osm"
    write_osm(path)
    return path


@pytest.fixture(scope="module")
def content(file: Path) -> Content:
    handler = Content()
    handler.apply_file(str(file), locations=True)
    return handler


@pytest.fixture(scope="module")
def on_foot(content: Content) -> nx.Graph:
    graph = nx.Graph()
    for way in content.ways.values():
        if way.tags.get("foot") != "no":
            graph.add_edge(way.nodes[0], way.nodes[-1], metres=way.line.length, **way.tags)
            for node, point in ((way.nodes[0], way.points[0]), (way.nodes[-1], way.points[-1])):
                graph.nodes[node]["point"] = point
    return graph


@pytest.fixture(scope="module")
def city(on_foot: nx.Graph) -> nx.Graph:
    """The component people walk in, inside the mapped rectangle."""
    return on_foot.subgraph(max(nx.connected_components(on_foot), key=len))


@pytest.fixture(scope="module")
def walkable(content: Content) -> STRtree:
    return STRtree([way.line for way in content.ways.values() if way.tags.get("foot") != "no"])


def metres_to_street(streets: STRtree, lat: float, lon: float) -> float:
    here = Point(metres(lat, lon))
    return float(streets.geometries[streets.nearest(here)].distance(here))


def shared_rows(shared: Path, file: str) -> Iterator[dict[str, str]]:
    with (shared / file).open(encoding="utf-8-sig", newline="") as table:
        yield from csv.DictReader(table)


def nodes_named(content: Content, name: str) -> set[int]:
    return {node for way in content.ways.values() if way.tags.get("name:en") == name for node in way.nodes}


def test_equal_tables_give_equal_bytes(file: Path, tmp_path: Path) -> None:
    write_osm(tmp_path / "again.osm")
    assert (tmp_path / "again.osm").read_bytes() == file.read_bytes()


def test_osmnx_reads_the_streets_with_their_tags(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osmnx.settings, "useful_tags_way", ["highway", "name", "oneway", *TAGS])
    graph = osmnx.graph_from_xml(file, simplify=False, retain_all=True)
    edges = [tags for _, _, tags in graph.edges(data=True)]
    gate = next(tags for tags in edges if tags.get("name:en") == "Kaihin-Makuhari Station, park gate")
    lift = next(tags for tags in edges if tags.get("name:en") == "Makuhari Messe, central lift")
    assert gate["opening_hours"] == "04:45-22:00"
    assert (lift["highway"], lift["level"], lift["wheelchair"]) == ("elevator", "0;1", "yes")
    assert all(tags["source:confidence"] in {"sourced", "computed", "authored"} for tags in edges)
    assert {tags["wheelchair"] for tags in edges if tags["highway"] == "steps"} == {"no"}
    assert {tags["bicycle"] for tags in edges if str(tags.get("name:en", "")).endswith(" sidewalk")} == {"yes"}
    assert any(tags["highway"] == "corridor" and tags.get("opening_hours") for tags in edges)


def test_whoever_walks_inside_the_city_can_walk_to_everywhere_in_it(on_foot: nx.Graph, city: nx.Graph) -> None:
    inside = {node for node, point in on_foot.nodes(data="point") if is_inside(*point)}
    assert len(inside) > 500
    assert inside <= set(city)


def test_every_place_inside_lies_within_60_m_of_a_way_for_walkers(walkable: STRtree) -> None:
    far = {
        place.name_ja: distance
        for place in places()
        if is_inside(place.lat, place.lon) and (distance := metres_to_street(walkable, place.lat, place.lon)) > 60
    }
    assert far == {}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("table", "limit_m", "least"),
    [
        ("makuhari/pois.csv", 60, 55),
        ("makuhari/bus_stops_authored.csv", 60, 30),
        ("data/gbfs/hellocycling_chiba_bay_20241013.csv", 150, 190),
    ],
)
def test_every_known_point_inside_is_joined_to_the_streets(
    shared: Path, walkable: STRtree, table: str, limit_m: float, least: int
) -> None:
    points = [(float(row["lat"]), float(row["lon"])) for row in shared_rows(shared, table)]
    inside = [point for point in points if is_inside(*point)]
    assert len(inside) >= least
    assert max(metres_to_street(walkable, *point) for point in inside) <= limit_m


@pytest.mark.shared
def test_every_station_of_the_timetable_has_a_way_at_its_door(shared: Path, walkable: STRtree) -> None:
    stations = {(float(row["lat"]), float(row["lon"])) for row in shared_rows(shared, "makuhari/stations.csv")}
    assert max(metres_to_street(walkable, *station) for station in stations) <= 60


@pytest.mark.parametrize("goal", ["Makuhari Messe, central mall", "Makuhari Messe, forecourt"])
def test_a_wheelchair_rolls_from_the_platform_to_the_messe_and_needs_a_lift(
    content: Content, on_foot: nx.Graph, goal: str
) -> None:
    def reaches(barred: set[str]) -> bool:
        kept = [(u, v) for u, v, tags in on_foot.edges(data=True) if tags["highway"] not in barred]
        graph = nx.Graph(kept)
        return any(
            node in graph and nx.has_path(graph, platform, node)
            for platform in nodes_named(content, "Kaihin-Makuhari Station, platforms") & set(graph)
            for node in nodes_named(content, goal)
        )

    assert reaches({"steps"})
    assert not reaches({"steps", "elevator"})


def test_the_deck_is_left_only_by_stairs_lifts_or_doors_on_its_own_level(content: Content) -> None:
    deck = nodes_named(content, "Skywalk to Makuhari Messe")
    touching = [way.tags for way in content.ways.values() if deck & set(way.nodes)]
    assert {tags["highway"] for tags in touching if tags.get("level") != "1"} == {"steps", "elevator"}


def test_traffic_keeps_left_so_oncoming_cars_of_route_357_are_on_the_right(content: Content) -> None:
    oneway = [way for way in content.ways.values() if way.tags.get("oneway") == "yes"]
    assert {way.tags["name:en"] for way in oneway} == {"National Route 357"}
    for way in oneway:
        oncoming = [other.line for other in oneway if is_eastward(other) != is_eastward(way)]
        (x, y), (x_end, y_end) = way.line.coords[0], way.line.coords[-1]
        middle = way.line.interpolate(0.5, normalized=True)
        nearest = min(oncoming, key=middle.distance)
        across = nearest.interpolate(nearest.project(middle))
        assert (x_end - x) * (across.y - middle.y) - (y_end - y) * (across.x - middle.x) < 0


def is_eastward(way: Way) -> bool:
    return way.points[-1][1] > way.points[0][1]


def test_a_car_can_drive_from_every_street_inside_to_every_other(content: Content) -> None:
    graph = nx.DiGraph()
    inside = set()
    for way in content.ways.values():
        if way.tags["highway"] in CAR:
            graph.add_edge(way.nodes[0], way.nodes[-1])
            if way.tags.get("oneway") != "yes":
                graph.add_edge(way.nodes[-1], way.nodes[0])
            inside |= {node for node, at in zip(way.nodes, way.points, strict=True) if is_inside(*at)} & set(graph)
    assert inside <= max(nx.strongly_connected_components(graph), key=len)


def test_a_turn_restriction_joins_two_ways_at_its_node(content: Content) -> None:
    assert len(content.turns) >= 5
    for tags, members in content.turns:
        assert tags["type"] == "restriction"
        for role in ("from", "to"):
            nodes = content.ways[members[role]].nodes
            assert members["via"] in (nodes[0], nodes[-1])
        assert (members["from"] == members["to"]) is (tags["restriction"] == "no_u_turn")


def test_a_forbidden_right_turn_turns_right(content: Content) -> None:
    for tags, members in content.turns:
        if tags["restriction"] != "no_right_turn":
            continue
        into, out = (content.ways[members[role]] for role in ("from", "to"))
        arriving = into.points if into.nodes[-1] == members["via"] else into.points[::-1]
        leaving = out.points if out.nodes[0] == members["via"] else out.points[::-1]
        (ax, ay), (bx, by) = metres(*arriving[-2]), metres(*arriving[-1])
        cx, cy = metres(*leaving[1])
        assert (bx - ax) * (cy - by) - (by - ay) * (cx - bx) < 0, members


def test_walking_is_at_most_half_again_as_long_as_the_straight_line(city: nx.Graph) -> None:
    rng = Random(20261121)
    nodes = list(city.nodes(data="point"))
    points = [(place.lat, place.lon) for place in places() if is_inside(place.lat, place.lon)]
    nearest = [
        min(nodes, key=lambda node, at=at: Point(metres(*node[1])).distance(Point(metres(*at)))) for at in points
    ]
    ratios = []
    for (start, at), (goal, to) in (rng.sample(nearest, 2) for _ in range(250)):
        straight_m = Point(metres(*at)).distance(Point(metres(*to)))
        if straight_m > 300:
            ratios.append(nx.shortest_path_length(city, start, goal, "metres") / straight_m)
    assert len(ratios) > 150
    assert median(ratios) <= 1.5


@pytest.mark.shared
def test_nothing_drawn_by_hand_crosses_a_river_but_a_bridge(shared: Path, content: Content) -> None:
    features = json.loads((shared / "makuhari/rivers.geojson").read_text(encoding="utf-8"))["features"]
    rivers = [LineString([metres(y, x) for x, y in river["geometry"]["coordinates"]]) for river in features]
    for way in content.ways.values():
        if way.tags["source:confidence"] == "authored" and "bridge" not in way.tags:
            assert not any(way.line.crosses(river) for river in rivers), way.tags.get("name")


def test_every_row_of_the_tables_names_its_source_and_confidence() -> None:
    files = [path.name for pattern in ("street_*.csv", "osm_*.csv", "places*.csv") for path in TABLES.glob(pattern)]
    assert len(files) >= 8
    for file in [*files, "shelters.csv"]:
        for row in read_rows(file):
            assert row["source"], (file, row)
            assert row["confidence"] in {"sourced", "computed", "authored"}, (file, row)


def test_rows_from_openstreetmap_stay_in_files_of_their_own() -> None:
    for path in TABLES.glob("*.csv"):
        if path.name.startswith(("street_", "places", "shelters")) and path.name != "places_categories.csv":
            assert not any("OpenStreetMap" in row["source"] for row in read_rows(path.name)), path.name
    assert all("ODbL" in row["source"] for file in TABLES.glob("osm_*.csv") for row in read_rows(file.name))


def test_consecutive_points_of_a_way_differ(content: Content) -> None:
    assert all(a != b for way in content.ways.values() for a, b in pairwise(way.points))
