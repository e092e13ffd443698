"""Mission files: what a ground station reads, and what is read back."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from drones.airspace import Altitude, Circle, Datum, Geozone, Polygon, ZoneKind, ZoneVolume
from drones.intents import Uncertainty, intent_of
from drones.mission import Mission, Pad
from drones.obstacles import Ground
from drones.planning import plan_mission
from drones.request import Airspace, MissionRequest
from feeds.makuhari.aircraft import read_aircraft
from feeds.missions import read_mission, write_geojson, write_intent, write_kml, write_plan, write_waypoints
from feeds.notices import FeedError

SITE = Pad("bank", "Sand & bank", 35.641, 140.015, 2.0)
RING = ((35.65, 140.0), (35.66, 140.0), (35.66, 140.01), (35.65, 140.0))
ZONES = tuple(
    Geozone(name, "", name, kind, (ZoneVolume(shape, None, None),))
    for name, kind, shape in (
        ("port", ZoneKind.PROHIBITED, Polygon((RING,))),
        ("tower", ZoneKind.PROHIBITED, Circle(35.66, 140.02, 30.0)),
        ("town", ZoneKind.CONDITIONAL, Circle(35.7, 140.02, 30.0)),
    )
)


@pytest.fixture(scope="module")
def mission() -> Mission:
    start, goal = Pad("a", "A", 35.64, 140.0, 3.0), Pad("b", "B", 35.64, 140.03, 4.0)
    asked = MissionRequest(
        "m-1", start, goal, datetime(2026, 5, 12, 3, tzinfo=UTC), 1.0, (50.0,), cable_m=15.0, returns=True
    )
    airspace = Airspace((), (SITE,), Ground(0.0, 6.0, 36.7))
    found = plan_mission(asked, airspace, read_aircraft()["g4-s"], lambda *_: (0.0, 0.0))
    assert isinstance(found, Mission)
    return found


def places(waypoints) -> list[tuple]:
    return [(w.action, round(w.lat, 6), round(w.lon, 6), round(w.altitude.value_m, 1), w.cable_m) for w in waypoints]


@pytest.mark.parametrize("form", ["plan", "waypoints"])
def test_a_mission_is_read_back_as_it_was_written(mission, tmp_path, form):
    path = tmp_path / f"m.{form}"
    if form == "plan":
        write_plan(mission, ZONES, (SITE,), path)
    else:
        write_waypoints(mission, path)
    read = read_mission(path)
    assert places(read.waypoints) == places(mission.waypoints)
    assert {w.altitude.datum for w in read.waypoints} == {Datum.AMSL}


def test_a_plan_carries_fence_rally_points_and_home(mission, tmp_path):
    write_plan(mission, ZONES, (SITE,), tmp_path / "m.plan")
    plan = json.loads((tmp_path / "m.plan").read_text())
    assert plan["mission"]["plannedHomePosition"] == [35.64, 140.0, 3.0]
    assert plan["geoFence"]["polygons"] == [{"version": 1, "inclusion": False, "polygon": [list(p) for p in RING[:-1]]}]
    assert [c["circle"] for c in plan["geoFence"]["circles"]] == [{"center": [35.66, 140.02], "radius": 30.0}]
    assert plan["rallyPoints"]["points"] == [[35.641, 140.015, 2.0]]
    assert [item["command"] for item in plan["mission"]["items"]][:4] == [22, 16, 16, 42600]
    assert [item["doJumpId"] for item in plan["mission"]["items"]] == list(range(1, len(plan["mission"]["items"]) + 1))
    read = read_mission(tmp_path / "m.plan")
    assert [(pad.lat, pad.lon) for pad in read.rally] == [(35.641, 140.015)]
    assert read.fence == (Polygon((RING,)),)


def test_the_plain_text_has_twelve_columns_after_its_header(mission, tmp_path):
    write_waypoints(mission, tmp_path / "m.waypoints")
    header, home, *rest = (tmp_path / "m.waypoints").read_text().splitlines()
    assert header == "QGC WPL 110"
    assert home.split("\t") == ["0", "1", "0", "16", "0", "0", "0", "0", "35.64000000", "140.00000000", "3.00", "1"]
    assert {len(line.split("\t")) for line in rest} == {12}


def test_heights_over_home_become_heights_over_the_sea(tmp_path):
    lines = [
        "QGC WPL 110",
        "0 1 0 16 0 0 0 0 35.64 140.0 3 1",
        "1 0 3 16 0 0 0 0 35.64 140.0 50 1",
        "2 0 10 16 0 0 0 0 35.65 140 40 1",
    ]
    (tmp_path / "m.waypoints").write_text("\n".join(lines))
    assert [w.altitude for w in read_mission(tmp_path / "m.waypoints").waypoints] == [
        Altitude(53, Datum.AMSL),
        Altitude(40, Datum.AGL),
    ]


def test_kml_lines_are_longitude_latitude_height(mission, tmp_path):
    write_kml(mission, tmp_path / "m.kml")
    root = ET.parse(tmp_path / "m.kml").getroot()
    space = {"k": "http://www.opengis.net/kml/2.2"}
    line = root.findtext(".//k:LineString/k:coordinates", namespaces=space)
    assert line.split()[1] == "140.0000000,35.6400000,50.0"
    assert root.findtext(".//k:LineString/k:altitudeMode", namespaces=space) == "absolute"


def test_geojson_has_the_line_and_a_point_for_every_waypoint(mission, tmp_path):
    write_geojson(mission, tmp_path / "m.geojson")
    line, *points = json.loads((tmp_path / "m.geojson").read_text())["features"]
    assert line["geometry"]["coordinates"][0] == [140.0, 35.64]
    assert len(points) == len(mission.waypoints)
    assert points[0]["properties"]["time"] == "2026-05-12T03:00:00+00:00"


def test_heights_of_an_intent_are_over_the_ellipsoid(mission, tmp_path):
    intent = intent_of(mission, Uncertainty())
    write_intent(intent, 36.7, tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    assert document["reference"] == {"id": "m-1", "state": "Accepted"}
    first = document["details"]["volumes"][0]
    upper = intent.volumes[0].upper_m + 36.7
    assert first["volume"]["altitude_upper"] == {"value": pytest.approx(upper), "reference": "W84", "units": "M"}
    assert first["time_start"]["value"] == "2026-05-12T02:59:30+00:00"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("m.plan", "{}", "neither a QGroundControl plan"),
        ("m.plan", "not json", "neither a QGroundControl plan"),
        ("m.plan", '{"fileType": "Plan"}', "missing or of the wrong kind"),
        ("m.plan", '{"fileType": "Plan", "mission": {"items": [{"type": "ComplexItem"}]}}', "item 1 is a ComplexItem"),
        ("m.waypoints", "QGC WPL 110\n0 1 0 16 0 0 0 0 35 140 3", "line 2"),
        ("m.waypoints", "QGC WPL 99\n", "version 'QGC WPL 99'"),
        ("m.waypoints", "QGC WPL 110\n", "no waypoints"),
        ("m.waypoints", "QGC WPL 110\n0 1 0 16 0 0 0 0 35 140 3 1\n1 0 2 16 0 0 0 0 35 140 50 1", "has no datum"),
        (
            "m.waypoints",
            "QGC WPL 110\n0 1 0 16 0 0 0 0 35 140 3 1\n1 0 0 16 0 0 0 0 95 140 50 1",
            "nowhere on the earth",
        ),
        ("m.waypoints", "QGC WPL 110\n0 1 0 16 0 0 0 0 35 140 3 1\n1 0 0 16 0 0 0 0 nan 140 50 1", "no place"),
        ("m.waypoints", "QGC WPL 110\n0 1 0 16 0 0 0 0 35 140 3 1\n1 0 0 16 0 0 0 0 35 140 50 1", "no flight"),
    ],
)
def test_files_that_are_no_mission_are_refused_in_one_sentence(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(FeedError, match=words) as refused:
        read_mission(tmp_path / name)
    assert str(refused.value).endswith(".")


def test_a_plan_over_an_unknown_home_is_refused(tmp_path):
    item = {"type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, None, 35.6, 140.0, 50]}
    (tmp_path / "m.plan").write_text(json.dumps({"fileType": "Plan", "mission": {"items": [item]}}))
    with pytest.raises(FeedError, match="home position that is not given"):
        read_mission(tmp_path / "m.plan")
