"""A city's day on a map: every vehicle where the log says, who waits, on a slider that a browser can play."""

import json
import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.gtfs_realtime import read_realtime
from scenarios.cases import read_any
from scenarios.city_replay import CityReplay, city_replay_of
from scenarios.city_setups import city_setup_of
from scenarios.moments import moment_of, waiting_at
from scenarios.positions import Replay, VehicleOnMap
from scenarios.positions_export import write_positions
from scenarios.replay import CITY_STEPS_S, MOST_MARKS, city_step_s, draw_city, write_replay
from scenarios.run import run_scenario
from scenarios.run_tables import read_columns
from simulator.city import town
from tests.scenarios.test_city_scenario import SMALL

LINES = ("bus", "rail", "monorail")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    text = SMALL.replace('means = ["walk", "bus", "rail"]', 'means = ["walk", "shared_bicycle", "bus", "rail"]')
    (folder / "small.toml").write_text(text.replace("persons = 40", "persons = 300"), encoding="utf-8")
    run_scenario(folder / "small.toml", folder / "run", 1)
    return folder / "run"


@pytest.fixture(scope="module")
def city(run: Path) -> CityReplay:
    return city_replay_of(run)


@pytest.fixture(scope="module")
def rows(run: Path) -> list[tuple]:
    return list(zip(*read_columns(run, "events", 0, ["time_s", "kind", "vehicle", "position", "load"]).values(),
                    strict=True))  # fmt: skip


def test_every_vehicle_is_where_the_log_says(run, city, rows):
    around = town(city_setup_of(*read_any(run / "scenario.toml")).place)
    tracks = {track.vehicle: track for track in city.replay.vehicles if city.fleet_of(track.vehicle) in LINES}
    seen = 0
    for time_s, kind, vehicle, point, load in rows:
        if kind == "DEPARTED":
            now = moment_of(tracks[vehicle], round(time_s, 1))
            assert (now.lat, now.lon) == (around.lat[point], around.lon[point])
            assert now.load == load
            seen += 1
    assert seen > 1000


def test_bicycles_are_there_while_they_are_ridden(city, rows):
    rides = [track for track in city.replay.vehicles if city.fleet_of(track.vehicle).startswith("hello")]
    begins = sorted(round(time_s, 1) for time_s, kind, vehicle, _, _ in rows if kind == "UNLOCKED")
    assert rides
    assert [track.times_s[0] for track in sorted(rides, key=lambda one: one.times_s)] == begins[: len(rides)]
    assert {track.load for track in rides} == {(1, 0)}


def test_who_waits_is_a_recount(city, rows):
    for moment_s in (8 * 3600.0, 8.5 * 3600.0, 9 * 3600.0):
        joined = sum(kind == "JOINED" for time_s, kind, *_ in rows if time_s <= moment_s)
        gone = sum(kind in ("BOARDED", "LEFT_QUEUE") for time_s, kind, *_ in rows if time_s <= moment_s)
        assert sum(waiting_at(stop, moment_s) for stop in city.replay.stops) == joined - gone


def test_the_map_has_a_slider_and_only_what_is_near(run, city):
    page = write_replay(run).read_text(encoding="utf-8")
    assert "timeDimensionControl" in page
    found = [tuple(map(float, pair)) for pair in re.findall(r'"coordinates": \[([\d.]+), ([\d.]+)\]', page)]
    (south, west), (north, east) = city.box
    assert 100 < len(found) < 1.5 * MOST_MARKS
    assert all(south <= lat <= north and west <= lon <= east for lon, lat in found)
    assert "bus: " in page


def test_the_step_is_the_shortest_a_browser_plays():
    def of(vehicles: int) -> CityReplay:
        track = VehicleOnMap(0, (0.0, 36_000.0), (35.0, 35.0), (140.0, 140.0), (0, 0))
        return CityReplay(Replay(0, 0.0, 36_000.0, (), (), (track,) * vehicles), (), ((34.9, 139.9), (35.1, 140.1)))

    assert city_step_s(of(1)) == CITY_STEPS_S[0]
    # 200 vehicles for ten hours, every 300 s: 24,200 marks; every 600 s: 12,200.
    assert city_step_s(of(200)) == 600
    assert draw_city(of(1)).get_name()


def test_positions_of_a_city_go_to_other_programs(run, city):
    write_positions(run, date(2026, 11, 25), ZoneInfo("Asia/Tokyo"))
    tracks = json.loads((run / "positions.geojson").read_text(encoding="utf-8"))["features"]
    lines = [one for one in tracks if one["geometry"]["type"] == "LineString"]
    assert len(lines) == sum(len(track.times_s) > 1 for track in city.replay.vehicles)
    message = read_realtime((run / "gtfs-realtime" / "0830.pb").read_bytes())
    there = {str(one.vehicle + 1) for one in city.replay.vehicles if moment_of(one, 8.5 * 3600.0) is not None}
    assert {vehicle.vehicle_id for vehicle in message.vehicles} == there
    assert len(there) > 20
