"""The bay's flights as the facts have them, computed; and scenario files that cannot be."""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from math import hypot

import pytest

from api.flight_words import phrase_text
from api.messages import catalogue
from drones.energy import still_air_range_m
from drones.mission import Mission, distances_m
from drones.operation import Operation
from drones.phrases import Cause
from drones.planning import plan_mission
from drones.request import Objective, Refusal
from drones.wind import GUST_EXCESS_MEDIAN
from feeds.makuhari.aircraft import read_aircraft
from feeds.makuhari.airspace import read_airspace, read_coast, read_pads
from feeds.weather import read_jma_daily, read_jma_hourly
from planner.errors import RequestError
from scenarios.briefing import Tongue, Weather, briefing_html
from scenarios.drone_files import drone_scenario_path, read_drone_scenario
from scenarios.drone_map import draw_mission

ENGLISH = Tongue("en", catalogue("en").text, partial(phrase_text, catalogue("en")))


TOWER = drone_scenario_path("drone-tower-2021").read_text(encoding="utf-8")


def planned(name: str) -> Mission | Refusal:
    scenario = read_drone_scenario(drone_scenario_path(name))
    return plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)


@pytest.fixture(scope="module")
def akanehama() -> Mission:
    found = planned("drone-akanehama-cat3")
    assert isinstance(found, Mission)
    return found


def test_ichikawa_to_the_tower_is_about_twelve_kilometres_in_fifteen_to_nineteen_minutes():
    found = planned("drone-tower-2021")
    assert isinstance(found, Mission)
    assert distances_m(found.waypoints)[-1] == pytest.approx(12_000, rel=0.1)
    assert 15 <= found.energy.seconds / 60 <= 19
    assert max(w.altitude.value_m for w in found.waypoints) == 149


def test_the_hybrid_brings_medicine_and_comes_back():
    found = planned("drone-medicine-2024")
    assert isinstance(found, Mission)
    assert found.energy.energy_j < 0.8 * found.energy.on_board_j


def test_the_way_planned_in_2024_is_met_the_one_flown_is_not_and_the_energy_is_not_why():
    """Planned from Nishi-Funabashi: 14.5 km one way. Flown from Akanehama: about 25 km there and back."""
    scenario = read_drone_scenario(drone_scenario_path("drone-medicine-2024"))
    asked = replace(scenario.request, start=read_pads()["pad-sbs"])
    from_sbs = plan_mission(asked, scenario.airspace, scenario.aircraft, scenario.wind)
    from_akanehama = planned("drone-medicine-2024")
    assert isinstance(from_sbs, Mission)
    assert isinstance(from_akanehama, Mission)
    assert distances_m(from_sbs.waypoints)[-1] / 2 == pytest.approx(14_500, rel=0.06)
    assert 25_000 - distances_m(from_akanehama.waypoints)[-1] == pytest.approx(6_800, abs=100)
    assert distances_m(from_sbs.waypoints)[-1] > 25_000
    assert 1 - from_sbs.energy.energy_j / from_sbs.energy.on_board_j > 0.7


def akanehama_with(**changes) -> Mission | Refusal:
    scenario = read_drone_scenario(drone_scenario_path("drone-akanehama-cat3"))
    wind = changes.pop("wind", (0.0, 0.0))
    request = replace(scenario.request, **changes)
    return plan_mission(request, scenario.airspace, scenario.aircraft, lambda *_: wind)


def test_from_akanehama_a_cat3_flies_the_corridor_of_the_facts_and_has_about_14_percent_left(akanehama):
    """Validates: the endurance of 17.5 min calibrates the aircraft; 8.64 km and 14 % of the facts were not used."""
    assert distances_m(akanehama.waypoints)[-1] == pytest.approx(8640, rel=0.01)
    assert 1 - akanehama.energy.energy_j / akanehama.energy.on_board_j == pytest.approx(0.14, abs=0.01)


def test_with_a_reserve_of_20_percent_or_a_headwind_of_3_metres_a_second_it_is_refused():
    fifth, headwind = akanehama_with(reserve_share=0.2), akanehama_with(wind=(-2.6, 1.5))
    for found in (fifth, headwind):
        assert isinstance(found, Refusal)
        assert found.cause.code is Cause.ENERGY
    assert fifth.missing_km == pytest.approx(0.7, abs=0.1)
    assert headwind.missing_km > 1.5


def test_the_published_range_of_a_cat3_validates_what_its_endurance_calibrates():
    craft = read_aircraft()["pf2-cat3"]
    full, empty = (still_air_range_m(craft, load, 0.0) for load in (1.0, 0.0))
    assert full < 11_400 < empty


def test_without_the_corridor_shorter_ways_are_found_the_nearer_the_shore_the_shorter():
    lengths = []
    for shore in (0.0, 800.0):
        found = akanehama_with(via=(), shore_m=shore)
        assert isinstance(found, Mission)
        lengths.append(distances_m(found.waypoints)[-1])
    assert lengths == pytest.approx([6_740, 7_360], rel=0.01)


def test_from_ichikawa_a_cat3_does_not_and_kilometres_are_missing():
    found = planned("drone-ichikawa-cat3")
    assert isinstance(found, Refusal)
    assert found.cause.code is Cause.ENERGY
    assert found.missing_km == pytest.approx(4.2, abs=0.2)
    assert found.missing_min == pytest.approx(found.missing_km / 0.6, rel=1e-6)


def test_even_with_nothing_in_reserve_ichikawa_is_out_of_range():
    scenario = read_drone_scenario(drone_scenario_path("drone-ichikawa-cat3"))
    request = replace(scenario.request, reserve_share=0.0, payload_kg=0.0, shore_m=0.0)
    assert isinstance(plan_mission(request, scenario.airspace, scenario.aircraft, scenario.wind), Refusal)


def test_the_way_over_the_water_is_longer_than_the_straight_line(akanehama):
    straight = distances_m((akanehama.waypoints[0], akanehama.waypoints[-1]))[-1]
    assert distances_m(akanehama.waypoints)[-1] > 1.2 * straight


def test_every_point_of_the_way_has_a_site(akanehama):
    assert all(b.along_m - a.along_m <= 250 for a, b in pairwise(akanehama.reaches))


def test_the_airspace_of_the_bay_names_its_sources():
    airspace = read_airspace()
    assert {"did-12106", "lane-ichikawa", "river-hanami", "tower-sky", "haneda-outer", "rail-JR-East.Keiyo"} <= {
        zone.id for zone in airspace.zones
    }
    assert all(zone.message for zone in airspace.zones)
    assert {site.id for site in airspace.sites} <= set(read_pads())


def test_a_briefing_is_one_page_with_map_and_profiles(akanehama):
    page = briefing_html("<Flight>", akanehama, read_airspace().zones, read_coast(), ENGLISH)
    assert page.count("<svg") == 3
    assert "&lt;Flight&gt;" in page
    assert "http" not in page
    assert page.count("<tr>") >= len(akanehama.waypoints)


def test_the_briefing_tells_wind_rules_with_clause_and_what_to_do_in_need():
    scenario, found = read_drone_scenario(drone_scenario_path("drone-tower-2021")), planned("drone-tower-2021")
    assert isinstance(found, Mission)
    weather = Weather(scenario.wind, 6.0, 0.0, scenario.aircraft)
    page = briefing_html(scenario.name, found, scenario.airspace.zones, read_coast(), ENGLISH, (), weather)
    assert "3.5 m/s from 0°" in page
    assert "10 m/s, 15 m/s, 0 mm/h" in page
    needed, permitted = page.index("<td>needed</td><td>航空法132条の86第2項3号"), page.index("<td>permission</td>")
    assert needed < permitted
    assert "did-12106" in page[permitted:]
    assert "Link lost for a minute" in page
    shore = max(reach.shore_m for reach in found.reaches)
    assert f"<td>Farthest from the shore</td><td>{shore:.0f} m</td>" in page
    assert "@media print" in page


def test_the_map_shows_way_zones_and_sites(akanehama):
    page = draw_mission(akanehama, read_airspace().zones).get_root().render()
    assert page.count("L.circleMarker") == len({reach.site.id for reach in akanehama.reaches})
    assert "航空法132条の85第1項2号" in page


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{ value_m = 50, datum = "AMSL" }', "{ value_m = 50 }", "has no datum"),
        ("payload_kg = 2.0", "payload_kg = 80", "more than any drone carries"),
        ("payload_kg = 2.0", 'payload_kg = "two"', "payload_kg: 'two' is no number"),
        ('"cargo-7kg"', '"balloon"', "'balloon' is none of"),
        ('"pad-bayfront"', '"moon"', "'moon' is no pad"),
        ('"did-*"', '"xyz"', "no zone 'xyz'"),
        ("+09:00", "", "no date and time with its offset"),
        ('"risk"', '"fun"', "none of time, energy, risk"),
        ("speed_ms = 3.0", "speed_ms = -3.0", "-3 m/s is no speed"),
        ("[wind]", "[breeze]", "table .wind. is missing"),
        ("[flight]", "[flight", "is no TOML"),
    ],
)
def test_scenarios_that_cannot_be_are_refused_in_one_sentence(tmp_path, old, new, words):
    assert old in TOWER
    (tmp_path / "s.toml").write_text(TOWER.replace(old, new), encoding="utf-8")
    with pytest.raises(RequestError, match=words):
        read_drone_scenario(tmp_path / "s.toml")


def test_an_aircraft_with_a_wind_limit_of_zero_is_refused(tmp_path):
    (tmp_path / "s.toml").write_text(TOWER.replace("payload_kg", "wind_limit_ms = 0\npayload_kg"), encoding="utf-8")
    scenario = read_drone_scenario(tmp_path / "s.toml")
    with pytest.raises(RequestError, match="limit of 0 m/s"):
        plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)


def test_landing_places_of_a_file_are_alternates(tmp_path):
    point = {"type": "Point", "coordinates": [139.985, 35.648]}
    place = {"geometry": point, "properties": {"id": "node/1", "name": "barge"}}
    far = {"geometry": {"type": "Point", "coordinates": [127.7, 26.3]}, "properties": {"id": "node/2"}}
    (tmp_path / "places.geojson").write_text(json.dumps({"features": [place, far]}))
    (tmp_path / "s.toml").write_text(TOWER + '\n[airspace]\nlanding_places = "places.geojson"\n', encoding="utf-8")
    scenario = read_drone_scenario(tmp_path / "s.toml")
    assert [site.id for site in scenario.airspace.sites if site.id.startswith("node")] == ["node/1"]
    found = plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)
    assert isinstance(found, Mission)
    assert "barge" in {reach.site.name for reach in found.reaches}


@pytest.mark.shared
def test_along_the_corridors_of_the_facts_a_cat3_flies_from_akanehama_only_and_a_hybrid_from_everywhere(shared):
    """Which airframe can fly which pair: the corridors and their lengths are the collected facts', not ours."""
    lines = json.loads((shared / "makuhari" / "drone_routes.geojson").read_text(encoding="utf-8"))["features"]
    scenario, crafts, pads = (
        read_drone_scenario(drone_scenario_path("drone-akanehama-cat3")),
        read_aircraft(),
        read_pads(),
    )
    flown = {}
    for line in lines:
        name, corners = line["properties"]["id"].removeprefix("route_"), line["geometry"]["coordinates"]
        if f"pad-{name}" not in pads:
            continue
        via = tuple((lat, lon) for lon, lat in corners[1:-1])
        request = replace(
            scenario.request, start=pads[f"pad-{name}"], via=via, objective=Objective.ENERGY, operation=Operation()
        )
        for craft in ("pf2-cat3", "g4-s"):
            found = plan_mission(request, scenario.airspace, crafts[craft], scenario.wind)
            flown[name, craft] = isinstance(found, Mission)
            if isinstance(found, Mission):
                assert distances_m(found.waypoints)[-1] == pytest.approx(line["properties"]["length_m"], rel=0.02)
            else:
                assert found.missing_km > 1
    assert {name for name, craft in flown if flown[name, craft] and craft == "pf2-cat3"} == {"akanehama"}
    assert {name for name, craft in flown if flown[name, craft] and craft == "g4-s"} == {
        "ichikawa", "funabashi", "takase", "akanehama", "urayasu",
    }  # fmt: skip


STEADY = "speed_ms = 3.0\nfrom_deg = 0\ngust_ms = 6.0"


def test_a_flight_can_be_planned_in_a_day_of_the_months_climate(tmp_path):
    assert STEADY in TOWER
    speeds = set()
    for seed in (1, 2):
        (tmp_path / "s.toml").write_text(TOWER.replace(STEADY, f"seed = {seed}"), encoding="utf-8")
        scenario = read_drone_scenario(tmp_path / "s.toml")
        east, north = scenario.wind(scenario.request.departure, 47.9)
        assert (east > 0) == (north < 0)
        assert scenario.request.gust_ms > hypot(east, north)
        speeds.add(round(hypot(east, north), 3))
    assert len(speeds) == 2


@pytest.mark.shared
def test_a_flight_can_be_planned_in_an_observed_wind(shared, tmp_path):
    name = "jma_daily_202001_千葉県千葉.csv"
    (tmp_path / name).write_bytes((shared / "data" / "weather" / name).read_bytes())
    text = TOWER.replace(STEADY, f'observed = "{name}"\nheight_m = 47.9').replace("2021-12-01", "2020-01-08")
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    scenario = read_drone_scenario(tmp_path / "s.toml")
    (day,) = [day for day in read_jma_daily(tmp_path / name)[0] if day.date == date(2020, 1, 8)]
    assert scenario.request.gust_ms == day.gust_ms
    noon = scenario.request.departure.replace(hour=14)
    assert hypot(*scenario.wind(noon, 47.9)) == pytest.approx(day.max_ms)
    (tmp_path / "s.toml").write_text(text.replace("2020-01-08", "2020-02-08"), encoding="utf-8")
    with pytest.raises(RequestError, match="has no 2020-02-08"):
        read_drone_scenario(tmp_path / "s.toml")


@pytest.mark.shared
def test_a_flight_can_be_planned_in_the_wind_of_every_hour(shared, tmp_path):
    name = "jma_hourly_tokyo_20231201.csv"
    (tmp_path / name).write_bytes((shared / "data" / "weather" / name).read_bytes())
    text = TOWER.replace(STEADY, f'hourly = "{name}"\nheight_m = 35.3')
    (tmp_path / "s.toml").write_text(text.replace("2021-12-01", "2023-12-01"), encoding="utf-8")
    scenario = read_drone_scenario(tmp_path / "s.toml")
    hours = {hour.time: hour for hour in read_jma_hourly(tmp_path / name)[0]}
    ten = hours[scenario.request.departure]
    assert hypot(*scenario.wind(scenario.request.departure, 35.3)) == pytest.approx(ten.mean_ms)
    assert scenario.request.gust_ms > (1 + GUST_EXCESS_MEDIAN) * ten.mean_ms
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match="wind is known from 2023-12-01"):
        read_drone_scenario(tmp_path / "s.toml")
