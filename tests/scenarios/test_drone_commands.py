"""Flights planned and checked at the command line: what is written, told and refused."""

import json

import pytest

from api.cli import main
from drones.checking import check_waypoints
from drones.deconfliction import find_conflicts
from drones.mission import Mission, arrival_of, distances_m
from drones.planning import plan_mission
from drones.wind import GUST_EXCESS_MEDIAN
from feeds.intents import read_intents
from feeds.makuhari.airspace import read_airspace
from feeds.missions import read_mission
from feeds.notices import Severity
from feeds.uas_zones import read_uas_zones
from scenarios.drone_files import drone_scenario_path, read_drone_scenario

TOWER = drone_scenario_path("drone-tower-2021").read_text(encoding="utf-8")


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def test_the_command_writes_every_file_and_checks_its_own(tmp_path, capsys):
    assert run("drones", "plan", "drone-akanehama-cat3", "-o", str(tmp_path)) == 0
    assert sorted(path.name.split(".", 1)[1] for path in tmp_path.iterdir()) == [
        "ed269.json", "f3548.json", "geojson", "html", "kml", "map.html", "plan", "waypoints",
    ]  # fmt: skip
    assert "Category III, level 4." in capsys.readouterr().out
    zones, notices = read_uas_zones(tmp_path / "drone-akanehama-cat3.ed269.json")
    assert not [notice for notice in notices if notice.severity is Severity.ERROR]
    assert {reason for zone in zones for reason in zone.reasons} == {"POPULATION", "AIR_TRAFFIC", "OTHER"}
    plan = tmp_path / "drone-akanehama-cat3.plan"
    assert len(read_mission(plan).waypoints) > 4
    assert run("drones", "check", str(plan)) == 1
    assert "did-12106" in capsys.readouterr().out
    held = ("--authorised", "did-*", "--authorised", "lane-*")
    assert run("drones", "check", str(plan), *held, "--at", "2026-05-12T01:00:00") == 1
    out = capsys.readouterr().out
    assert "132条の86第2項2号" in out
    assert "enters" not in out
    assert run("drones", "check", str(plan), *held, "--at", "2026-05-12T01:00:00", "--lang", "ja") == 1
    assert "飛行前に必要 — 目視外飛行(航空法132条の86第2項2号)" in capsys.readouterr().out
    assert run("drones", "check", str(plan), "--scenario", "drone-akanehama-cat3") == 0


@pytest.mark.parametrize(
    "words",
    [("2026-05-12T20:30", "20:30 to "), ("2026-05-12T20:30+09:00", "20:30 to "), ("2026-05-12T11:30Z", "20:30 to ")],
)
def test_a_time_is_read_with_its_offset_and_told_by_the_clock_of_the_bay(tmp_path, capsys, words):
    """In the evening of the bay it is night there, in UTC it is not."""
    assert run("drones", "plan", "drone-akanehama-cat3", "-o", str(tmp_path)) == 0
    plan = str(tmp_path / "drone-akanehama-cat3.plan")
    assert run("drones", "check", plan, "--scenario", "drone-akanehama-cat3", "--at", words[0], "--lang", "en") == 1
    told = capsys.readouterr().out
    assert "By night" in told
    assert words[1] in told
    assert "UTC+09:00" in told
    assert run("drones", "check", plan, "--at", "soon") == 2
    assert "--at: 'soon' is no date and time" in capsys.readouterr().err


RUNWAYS = (
    "airport_ident,length_ft,width_ft,closed,le_ident,le_latitude_deg,le_longitude_deg,le_elevation_ft,"
    "le_heading_degT,he_ident,he_latitude_deg,he_longitude_deg,he_elevation_ft,he_heading_degT\n"
    "RJXX,3280,150,0,18,35.6640,139.9700,10,180,36,35.6550,139.9700,10,0\n"
)


@pytest.mark.parametrize(("lang", "surface"), [("en", "surface of RJXX at "), ("ja", "RJXXの")])
def test_a_made_runway_near_the_way_refuses_the_flight_by_its_surface(tmp_path, capsys, lang, surface):
    (tmp_path / "runways.csv").write_text(RUNWAYS)
    (tmp_path / "s.toml").write_text(TOWER + '\n[airspace]\nrunways = "runways.csv"\n', encoding="utf-8")
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out"), "--lang", lang) == 1
    told = capsys.readouterr().out
    assert surface in told
    assert "航空法132条の85第1項1号" in told
    assert not (tmp_path / "out").exists()


def test_a_mission_of_someone_else_is_checked_against_the_surfaces_of_a_runway(tmp_path, capsys):
    assert run("drones", "plan", "drone-tower-2021", "-o", str(tmp_path)) == 0
    (tmp_path / "runways.csv").write_text(RUNWAYS)
    (tmp_path / "s.toml").write_text(TOWER + '\n[airspace]\nrunways = "runways.csv"\n', encoding="utf-8")
    capsys.readouterr()
    plan = str(tmp_path / "drone-tower-2021.plan")
    assert run("drones", "check", plan, "--scenario", str(tmp_path / "s.toml"), "--lang", "en") == 1
    assert "surface of RJXX at " in capsys.readouterr().out


def test_a_flight_is_put_off_until_a_declared_one_has_passed(tmp_path, capsys):
    assert run("drones", "plan", "drone-tower-2021", "-o", str(tmp_path)) == 0
    capsys.readouterr()
    declared = tmp_path / "other.json"
    declared.write_bytes((tmp_path / "drone-tower-2021.f3548.json").read_bytes().replace(b"drone-tower", b"other"))
    table = '\n[airspace]\nintents = ["other.json"]\n'
    (tmp_path / "s.toml").write_text(TOWER + table, encoding="utf-8")
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out"), "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "Departure put off to 10:0" in told
    geoid_m = read_airspace().ground.geoid_m
    (own,), (other,) = (read_intents(path, geoid_m) for path in (tmp_path / "out" / "s.f3548.json", declared))
    assert find_conflicts([own, other]) == ()
    (tmp_path / "s.toml").write_text(TOWER + table + "latest_min = 0\n", encoding="utf-8")
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out"), "--lang", "en") == 1
    assert "It meets other-2021, and no later time within 0 min" in capsys.readouterr().out
    (tmp_path / "s.toml").write_text(TOWER + table + "latest_min = 0\npriority = 1\n", encoding="utf-8")
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out"), "--lang", "ja") == 0
    assert "申請済みの飛行1件と重なりません" in capsys.readouterr().out


def test_a_refused_flight_ends_with_one_and_an_unknown_file_with_two(tmp_path, capsys):
    assert run("drones", "plan", "drone-ichikawa-cat3", "-o", str(tmp_path / "x")) == 1
    assert "short of" in capsys.readouterr().out
    assert run("drones", "plan", "drone-ichikawa-cat3", "-o", str(tmp_path / "x"), "--lang", "ja") == 1
    out = capsys.readouterr().out
    assert out.startswith("飛行できません: エネルギーの予備。")
    assert "可能にするには: 搭載エネルギーが" in out
    assert not (tmp_path / "x").exists()
    assert run("drones", "plan", "drone-ichikawa-cat3", "-o", str(tmp_path / "x"), "--lang", "xx") == 2
    assert "there are no texts in 'xx'" in capsys.readouterr().err
    assert run("drones", "plan", "nothing", "-o", str(tmp_path)) == 2
    assert "drone-tower-2021" in capsys.readouterr().err


def test_a_waypoint_in_the_sea_floor_is_bad_input(tmp_path, capsys):
    lines = [
        "QGC WPL 110",
        "0 1 0 16 0 0 0 0 35.63 140 3 1",
        "1 0 0 16 0 0 0 0 35.63 140 50 1",
        "2 0 0 16 0 0 0 0 35.62 140 -9 1",
    ]
    (tmp_path / "m.waypoints").write_text("\n".join(lines))
    assert run("drones", "check", str(tmp_path / "m.waypoints")) == 2
    assert "waypoint 2 at -9 m (mean sea level) lies in the sea floor" in capsys.readouterr().err


def ed269(ring: list[tuple[float, float]]) -> str:
    outline = {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in ring]]}
    volume = {"uomDimensions": "M", "horizontalProjection": outline}
    about = {"identifier": "BOW", "country": "JPN", "name": "bow", "type": "COMMON", "restriction": "PROHIBITED"}
    return json.dumps({"features": [{**about, "reason": [], "applicability": [], "geometry": [volume]}]})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[flight]", 'zones = ["bow.json"]\n[flight]', "BOW"),
        ('{ value_m = 50, datum = "AMSL" }', "{ value_m = 50 }", "altitudes"),
        ("payload_kg = 2.0", "wind_limit_ms = 0\npayload_kg = 2.0", "0 m/s"),
        ("payload_kg = 2.0", "payload_kg = 80", "more than any drone carries"),
        ("payload_kg = 2.0", "payload_kg = 2.0\nvia = [[95.0, 140.0]]", "nowhere on the earth"),
        ("[wind]", "[airspace]\nrunway = 1\n[wind]", "airspace: Object contains unknown field `runway`"),
        ("[wind]", '[airspace]\nintents = ["bow.json"]\n[wind]', "bow.json: no operational intent could be read"),
        ("[wind]", "[airspace]\nlatest_min = -1\n[wind]", "-1 is no delay within a day"),
        ("[wind]", '[airspace]\nrunways = "bow.json"\n[wind]', "has not the columns of OurAirports"),
        ('access_control = "ground"', 'access_control = "wall"', "'wall' is none of"),
        ('access_control = "ground"', "licence_class = 3", "3 is none of 0, 1, 2"),
        ('access_control = "ground"', "has_camera = true", "operation.has_camera is none of"),
    ],
)
def test_bad_input_ends_with_two_and_one_sentence(tmp_path, capsys, old, new, words):
    assert old in TOWER
    bow = [(35.60, 140.0), (35.65, 140.02), (35.60, 140.02), (35.65, 140.0), (35.60, 140.0)]
    (tmp_path / "bow.json").write_text(ed269(bow), encoding="utf-8")
    (tmp_path / "s.toml").write_text(TOWER.replace(old, new), encoding="utf-8")
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out")) == 2
    told = capsys.readouterr().err
    assert words in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_steady_wind_without_a_gust_has_one_that_few_exceed(tmp_path):
    (tmp_path / "s.toml").write_text(TOWER.replace("gust_ms = 6.0", ""), encoding="utf-8")
    gust = read_drone_scenario(tmp_path / "s.toml").request.gust_ms
    assert 3.0 * (1 + GUST_EXCESS_MEDIAN) < gust < 9.0
    (tmp_path / "s.toml").write_text(TOWER.replace("gust_ms = 6.0", "").replace("speed_ms = 3.0", "speed_ms = 9.0"))
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out")) == 1


HEIGHTS = "lat,lon,side_m,height_m\n35.6535,139.9616,900,{}\n35.656,139.990,900,3\n"


def test_hills_of_a_table_of_heights_are_flown_around_or_over_and_found_in_missions_of_others(tmp_path, capsys):
    lengths = []
    for height in (4, 45, 145):
        (tmp_path / "heights.csv").write_text(HEIGHTS.format(height))
        (tmp_path / "s.toml").write_text(TOWER + '\n[airspace]\nheights = "heights.csv"\n', encoding="utf-8")
        scenario = read_drone_scenario(tmp_path / "s.toml")
        assert sum("TERRAIN" in zone.reasons for zone in scenario.airspace.zones) == (height > 6)
        found = plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)
        assert isinstance(found, Mission)
        lengths.append(distances_m(found.waypoints)[-1])
        assert not check_waypoints(
            found.waypoints, scenario.airspace, scenario.request.authorised, (found.departure, arrival_of(found))
        )
    assert lengths[1] == pytest.approx(lengths[0], rel=1e-3)
    assert lengths[2] > lengths[0] + 10
    assert run("drones", "plan", "drone-tower-2021", "-o", str(tmp_path)) == 0
    capsys.readouterr()
    plan = str(tmp_path / "drone-tower-2021.plan")
    assert run("drones", "check", plan, "--scenario", str(tmp_path / "s.toml"), "--lang", "en") == 1
    assert "enters 145 m (ground-35.65350-139.96160)" in capsys.readouterr().out
    (tmp_path / "heights.csv").write_text(HEIGHTS.format("high"))
    assert run("drones", "plan", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out")) == 2
    assert "heights.csv, line 2" in capsys.readouterr().err
