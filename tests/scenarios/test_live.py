"""A day played by the simulator in the place of the operators."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from platformdirs import user_cache_path

from feeds.gtfs_realtime import read_realtime
from feeds.gtfs_realtime_write import write_trip_updates
from planner.live import LiveSource
from planner.network import Network
from planner.service_day import service_day_start
from scenarios.embedded import embedded_network
from scenarios.live import (
    LiveDay,
    live_setup,
    load_day,
    play_day,
    save_day,
    sharing_at,
    trip_updates,
    vehicle_positions,
)

DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 3, 0, 30, tzinfo=UTC)
FEED = "makuhari_"


@pytest.fixture(scope="module")
def played() -> LiveDay:
    return play_day(embedded_network(user_cache_path("kaiteki", ensure_exists=True)), DAY, seed=3)


def late_s(network: Network, played: LiveDay) -> np.ndarray:
    trips = network.snapshot.timetable.trips
    start = np.array(
        [service_day_start(date.fromordinal(int(d)), network.zone).timestamp() for d in played.service_day]
    )
    return played.departure_s - start - trips.departure[trips.first_event[played.trip] + played.position]


def test_every_trip_of_the_day_is_played_and_none_is_early(makuhari: Network, played: LiveDay) -> None:
    late = late_s(makuhari, played)
    inner = np.ones(len(late), np.bool_)
    inner[played.run_first[1:] - 1] = False
    assert late[inner].min() >= -1e-6
    assert 0.02 < (late[inner] > 60).mean() < 0.4
    timetable = makuhari.snapshot.timetable
    runs = {(int(played.trip[row]), int(played.service_day[row])) for row in played.run_first[:-1]}
    active = np.flatnonzero(timetable.active_services(DAY)[timetable.trips.service])
    departures = timetable.trips.departure[timetable.trips.first_event[active]]
    by_day = [trip for trip, leaves in zip(active.tolist(), departures.tolist(), strict=True) if leaves > 5 * 3600]
    assert {(trip, DAY.toordinal()) for trip in by_day} <= runs
    assert len(played.run_first) - 1 == len(runs)


def test_predictions_are_taken_by_the_planner_without_a_remark(
    makuhari: Network, played: LiveDay, tmp_path: Path
) -> None:
    updates = trip_updates(makuhari, played, NOON, FEED)
    message = tmp_path / "updates.pb"
    message.write_bytes(write_trip_updates(updates, int(NOON.timestamp())))
    read = read_realtime(message)
    live = makuhari.with_live(LiveSource("own", int(NOON.timestamp()), 300, read.updates, prefix=FEED), NOON)
    assert live.reported is not None
    assert live.reported.state.remarks == ()
    assert len(updates) > 50
    told = {update.stop_updates[0].arrival_delay for update in updates}
    assert 0 in told
    assert max(one for one in told if one is not None) > 60


def test_a_prediction_is_the_delay_seen_last_and_knows_nothing_of_the_future(
    makuhari: Network, played: LiveDay
) -> None:
    known = played.departure_s <= NOON.timestamp()
    cut = LiveDay(
        played.trip, played.service_day, played.position,
        np.where(played.arrival_s <= NOON.timestamp(), played.arrival_s, played.arrival_s + 500),
        np.where(known, played.departure_s, played.departure_s + 500),
        played.run_first, played.moved_s, played.port, played.rental, played.change,
    )  # fmt: skip
    assert trip_updates(makuhari, cut, NOON, FEED) == trip_updates(makuhari, played, NOON, FEED)


def test_vehicles_are_on_their_lines_and_move(makuhari: Network, played: LiveDay) -> None:
    now, later = (vehicle_positions(makuhari, played, NOON + timedelta(seconds=s), FEED) for s in (0, 30))
    south, west, north, east = makuhari.manifest.bounds
    assert len({vehicle.vehicle_id for vehicle in now}) == len(now) > 50
    assert all(south <= vehicle.lat <= north and west <= vehicle.lon <= east for vehicle in now)
    places = {vehicle.vehicle_id: (vehicle.lat, vehicle.lon) for vehicle in now}
    moved = [one.vehicle_id for one in later if places.get(one.vehicle_id, (one.lat, one.lon)) != (one.lat, one.lon)]
    assert len(moved) > len(now) / 2


def test_no_bicycle_is_lost_and_no_port_holds_fewer_than_none(makuhari: Network, played: LiveDay) -> None:
    before = sum(station.bikes_available for system in makuhari.snapshot.sharing for station in system.stations)
    end = datetime.fromtimestamp(float(played.moved_s.max()) + 1, UTC)
    seen = []
    for moment in (NOON, end):
        systems = sharing_at(makuhari, played, moment)
        stations = [station for system in systems for station in system.stations]
        riding = -int(played.change[played.moved_s <= moment.timestamp()].sum())
        assert sum(station.bikes_available for station in stations) + riding == before
        assert all(station.docks_available is None or station.docks_available >= 0 for station in stations)
        seen.append([station.bikes_available for station in stations])
    assert seen[0] != seen[1]
    assert systems[0].last_updated == int(end.timestamp())


def test_a_day_is_kept_as_it_was_and_played_again_alike(played: LiveDay, makuhari: Network, tmp_path: Path) -> None:
    save_day(played, tmp_path / "day.npz")
    again = load_day(tmp_path / "day.npz")
    assert np.array_equal(again.arrival_s, played.arrival_s)
    assert np.array_equal(again.change, played.change)
    assert [path.name for path in tmp_path.iterdir()] == ["day.npz"]
    assert len(live_setup(makuhari, tmp_path, DAY).place.sites) == 10
