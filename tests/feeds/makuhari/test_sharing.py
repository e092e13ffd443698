"""Facts about the embedded city's shared bikes and personal mobility."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.gbfs import read_gbfs
from feeds.makuhari.sharing import TABLES, write_gbfs_systems
from planner.geo import great_circle_m
from planner.sharing import (
    FormFactor,
    SharingSystem,
    rentable_stations,
    returnable_stations,
    ride_price,
    rules_at,
)

MORNING = datetime(2026, 11, 21, 0, tzinfo=UTC)
PLAZA = 35.6482, 140.0415


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("gbfs")
    write_gbfs_systems(target, MORNING)
    return target


@pytest.fixture(scope="module")
def bikes(folder: Path) -> SharingSystem:
    system, notices = read_gbfs(folder / "hello-cycling")
    assert notices == []
    return system


@pytest.fixture(scope="module")
def mobility(folder: Path) -> SharingSystem:
    system, notices = read_gbfs(folder / "personal-mobility")
    assert notices == []
    return system


@pytest.mark.shared
def test_every_published_port_of_makuhari_is_there(shared: Path, bikes: SharingSystem) -> None:
    with (shared / "data/gbfs/hellocycling_chiba_bay_20241013.csv").open(encoding="utf-8-sig") as lines:
        published = {
            row["station_id"]: (float(row["lat"]), float(row["lon"]), int(row["vehicle_capacity"]))
            for row in csv.DictReader(lines)
            if 35.628 <= float(row["lat"]) <= 35.678 and 140.012 <= float(row["lon"]) <= 140.075
        }
    ours = {station.id: station for station in bikes.stations}
    assert ours.keys() == published.keys()
    for port_id, (lat, lon, capacity) in published.items():
        assert ours[port_id].capacity == capacity
        assert great_circle_m(ours[port_id].lat, ours[port_id].lon, lat, lon) < 0.2


def test_every_port_row_is_credited() -> None:
    with (TABLES / "ports.csv").open(encoding="utf-8") as lines:
        assert all(row["source"].startswith("HELLO CYCLING / ODPT, CC BY 4.0") for row in csv.DictReader(lines))


def test_the_feed_carries_licence_and_credit(bikes: SharingSystem) -> None:
    assert bikes.licence == "CC-BY-4.0"
    assert bikes.attribution is not None
    assert bikes.attribution.startswith("HELLO CYCLING / ODPT, CC BY 4.0")


def test_ports_are_about_half_full_a_few_empty_a_few_full(bikes: SharingSystem) -> None:
    docks = sum(station.capacity or 0 for station in bikes.stations)
    assert 0.4 < sum(station.bikes_available for station in bikes.stations) / docks < 0.6
    assert 3 <= sum(station.bikes_available == 0 for station in bikes.stations) <= 34
    assert 3 <= sum(station.docks_available == 0 for station in bikes.stations) <= 34


def test_bikes_and_free_docks_fill_the_port(bikes: SharingSystem, mobility: SharingSystem) -> None:
    for station in (*bikes.stations, *mobility.stations):
        assert station.docks_available is not None
        assert station.docks_available >= 0
        assert station.bikes_available + station.docks_available == station.capacity
        assert sum(station.vehicles_by_type.values()) == station.bikes_available


def test_the_same_bikes_stand_there_every_time(tmp_path: Path, bikes: SharingSystem) -> None:
    write_gbfs_systems(tmp_path, MORNING)
    assert read_gbfs(tmp_path / "hello-cycling")[0] == bikes


def test_every_port_has_three_names_and_an_ascii_id(bikes: SharingSystem, mobility: SharingSystem) -> None:
    for station in (*bikes.stations, *mobility.stations):
        assert station.id.isascii()
        assert list(station.names) == ["ja", "ja-Hrkt", "en"]
        assert station.names["en"].isascii()
        assert all("ぁ" <= letter <= "ゖ" or letter in "ー " for letter in station.names["ja-Hrkt"]), station.names


@pytest.mark.parametrize(
    ("minutes", "yen"), [(5, 160), (29, 160), (31, 320), (44, 320), (46, 480), (300, 2500), (719, 2500), (721, 2660)]
)
def test_a_bike_costs_160_yen_for_half_an_hour_and_2500_at_most_in_12_hours(
    bikes: SharingSystem, minutes: int, yen: int
) -> None:
    assert ride_price(bikes.pricing_plans[0], minutes * 60, 3000) == yen


def test_nobody_parks_on_the_south_plaza(bikes: SharingSystem, mobility: SharingSystem) -> None:
    for system in (bikes, mobility):
        for kind in system.vehicle_types:
            rule = rules_at(system, kind.id, *PLAZA)
            assert (rule.ride_end_allowed, rule.ride_through_allowed) == (False, True)


def test_a_standing_scooter_crosses_the_plaza_at_6_kmh(mobility: SharingSystem) -> None:
    assert rules_at(mobility, "standing-20", *PLAZA).maximum_speed_kmh == 6


def test_no_port_lies_in_a_zone_that_refuses_parking(bikes: SharingSystem, mobility: SharingSystem) -> None:
    for system in (bikes, mobility):
        for kind in system.vehicle_types:
            assert all(rules_at(system, kind.id, s.lat, s.lon).ride_end_allowed for s in system.stations)


def test_bikes_assist_up_to_24_kmh(bikes: SharingSystem) -> None:
    assert [kind.max_speed_kmh for kind in bikes.vehicle_types] == [24]


def test_personal_mobility_walks_at_6_or_rides_at_20_kmh(mobility: SharingSystem) -> None:
    assert {kind.form_factor: kind.max_speed_kmh for kind in mobility.vehicle_types} == {
        FormFactor.SCOOTER_SEATED: 6,
        FormFactor.SCOOTER_STANDING: 20,
    }


def test_every_vehicle_type_has_its_price(bikes: SharingSystem, mobility: SharingSystem) -> None:
    for system in (bikes, mobility):
        assert {kind.pricing_plan_id for kind in system.vehicle_types} == {plan.id for plan in system.pricing_plans}


def test_one_rides_a_seated_scooter_from_toyosuna_to_the_hospital(mobility: SharingSystem) -> None:
    assert "pm-toyosuna" in [s.id for s in rentable_stations(mobility, "seated-6")]
    assert "pm-hospital" in [s.id for s in returnable_stations(mobility, "seated-6", "pm-toyosuna")]
