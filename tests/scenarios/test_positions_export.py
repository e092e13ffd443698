"""Where the vehicles of a run are, for maps and other programs."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from feeds.gtfs_realtime import read_realtime
from scenarios.moments import moment_of, moments, waiting_at
from scenarios.positions import Replay, StopOnMap, VehicleOnMap, replay_of
from scenarios.positions_export import geojson, gtfs_realtime, write_positions
from scenarios.replay import STEP_S, write_replay
from scenarios.run import find_scenario, run_scenario

JAPAN = ZoneInfo("Asia/Tokyo")
TRACK = VehicleOnMap(
    0, (100.0, 200.0, 250.0, 400.0), (35.0, 35.0, 35.001, 35.001), (140.0, 140.0, 140.0, 140.002), (1, 4, 0, 7)
)
STOP = StopOnMap("A", 35.0, 140.0, (50.0, 90.0), (1, 0))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "loop"
    run_scenario(find_scenario("aeon-loop-2020"), folder, 1, 1)
    return folder


@pytest.mark.parametrize(
    ("time_s", "lat", "lon", "bearing", "load"),
    [
        (100.0, 35.0, 140.0, None, 1), (150.0, 35.0, 140.0, None, 1), (225.0, 35.0005, 140.0, 0.0, 4),
        (325.0, 35.001, 140.001, 90.0, 0), (400.0, 35.001, 140.002, None, 7),
    ],
)  # fmt: skip
def test_a_vehicle_moves_evenly(time_s: float, lat: float, lon: float, bearing: float | None, load: int) -> None:
    now = moment_of(TRACK, time_s)
    assert now is not None
    assert (now.lat, now.lon, now.load) == pytest.approx((lat, lon, load))
    assert now.bearing == pytest.approx(bearing)


@pytest.mark.parametrize("time_s", [99.9, 400.1])
def test_a_vehicle_is_nowhere_before_it_enters_and_after_it_left(time_s: float) -> None:
    assert moment_of(TRACK, time_s) is None


def test_who_waits_at_a_moment() -> None:
    assert [waiting_at(STOP, time_s) for time_s in (49.0, 50.0, 89.9, 90.0, 1e6)] == [0, 1, 1, 0, 0]


def test_a_message_is_read_back() -> None:
    replay = Replay(0, 100.0, 400.0, ((35.0, 140.0), (35.1, 140.0)), (STOP,), (TRACK,))
    midnight = datetime(2026, 11, 25, tzinfo=JAPAN)
    message = read_realtime(gtfs_realtime(replay, midnight, 225.0))
    (vehicle,) = message.vehicles
    assert (vehicle.lat, vehicle.lon) == pytest.approx((35.0005, 140.0), abs=1e-5)
    assert vehicle.timestamp == datetime(2026, 11, 24, 15, 3, 45, tzinfo=UTC).timestamp()


def test_the_night_the_clocks_change_is_counted_in_seconds() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    replay = Replay(0, 100.0, 400.0, ((35.0, 140.0),), (), (TRACK,))
    noon_less_twelve = datetime(2026, 10, 24, 23, tzinfo=UTC).astimezone(berlin)
    times = geojson(replay, noon_less_twelve)["features"][0]["properties"]["times"]
    assert [datetime.fromisoformat(t).timestamp() - noon_less_twelve.timestamp() for t in times] == list(TRACK.times_s)


def test_a_run_becomes_geojson_messages_and_a_map(run: Path) -> None:
    write_positions(run, date(2026, 11, 25), JAPAN)
    shapes = msgspec.json.decode((run / "positions.geojson").read_bytes())["features"]
    tracks = [shape for shape in shapes if shape["geometry"]["type"] == "LineString"]
    assert len(tracks) == 3
    for track in tracks:
        times = [datetime.fromisoformat(text) for text in track["properties"]["times"]]
        assert len(times) == len(track["geometry"]["coordinates"]) == len(track["properties"]["load"])
        assert all(before <= after for before, after in pairwise(times))
        assert times[0].date() == date(2026, 11, 25)
    message = read_realtime((run / "gtfs-realtime" / "1200.pb").read_bytes())
    assert {vehicle.vehicle_id for vehicle in message.vehicles} == {"1", "2", "3"}
    replay = replay_of(run)
    page = write_replay(run).read_text(encoding="utf-8")
    assert page.count('"times"') >= len(moments(replay, STEP_S))
