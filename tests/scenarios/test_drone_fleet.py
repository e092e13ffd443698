"""Shipped days of fleets, scheduled and played; files that cannot be."""

import csv
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from api.cli import main
from drones.schedule import FleetSchedule, schedule_fleet
from drones.schedule_problem import Priority, Reason, ScheduleError
from planner.errors import RequestError
from scenarios.drone_files import drone_scenario_path
from scenarios.drone_fleet import FleetScenario, read_fleet
from scenarios.drone_operations import air_day, courier_numbers, fly_days
from scenarios.drone_truck import read_truck_round

pytest.importorskip("ortools", reason="schedules need OR-Tools")

CHAIN = drone_scenario_path("drone-online-medicine").read_text(encoding="utf-8")


@cache
def scheduled(name: str, seconds: float = 4.0) -> tuple[FleetScenario, FleetSchedule]:
    scenario = read_fleet(drone_scenario_path(name))
    return scenario, schedule_fleet(scenario.day, scenario.trips, seconds, workers=1)


def test_the_chain_goes_from_the_consultation_over_pharmacy_and_flight_to_the_door():
    _, schedule = scheduled("drone-online-medicine")
    flights = {flight.parcel: flight for flight in schedule.flights}
    assert len(flights) == 8
    for patient, ordered_s in {"a": 9.5 * 3600, "b": 10 * 3600, "c": 36_600, "d": 14 * 3600}.items():
        air, door = flights[f"{patient}-flight"], flights[f"{patient}-door"]
        assert air.drone.startswith("hybrid")
        assert door.drone.startswith("robot")
        assert air.departure_s >= ordered_s + 900 + 1200
        assert door.departure_s >= air.arrival_s + 60
        assert door.late_s == 0


def test_robots_ride_from_the_roof_to_the_door_once_the_drone_has_come():
    scenario, schedule = scheduled("drone-online-medicine")
    air = air_day(scenario, schedule)
    assert (len(air.flights), len(air.rides)) == (4, 4)
    assert {air.flights[0].after, *(ride.after for ride in air.rides)} == {-1, *(f.parcel for f in air.flights)}
    due = [float(parcel.due_s) for parcel in scenario.day.parcels]
    numbers = fly_days(air, due, days=1, seed=0)
    assert (numbers["parcels"].mean, numbers["rides"].mean) == (8, 4)
    lost = replace(air, hazards=replace(air.hazards, link_losses_per_h=3600.0, link_regain_s=1e9))
    numbers = fly_days(lost, due, days=1, seed=0)
    assert (numbers["served"].mean, numbers["rides"].mean) == (0, 0)
    assert numbers["not_delivered_missed"].mean == 4


def test_a_wind_over_the_limit_ends_the_evening_for_the_multicopters_and_then_for_the_hybrids():
    scenario, schedule = scheduled("drone-night-northwest")
    limits = {kind: craft.wind_limit_ms for kind, craft in scenario.crafts.items()}
    assert limits == {"cargo-7kg": 10.0, "g4-s": 12.0}
    departures = {"cargo": [f.departure_s for f in schedule.flights if "cargo" in f.drone]}
    departures["hybrid"] = [f.departure_s for f in schedule.flights if "hybrid" in f.drone]
    assert not [s for s in departures["cargo"] if 20 * 3600 <= s < 23 * 3600]
    assert not [s for s in departures["hybrid"] if 21 * 3600 <= s < 23 * 3600]
    assert Reason.TOO_WINDY in {refused.reason for refused in schedule.refused}


def test_the_helicopter_sends_flights_to_alternates_and_holds_others():
    scenario, schedule = scheduled("drone-tv-helicopter")
    air, due = air_day(scenario, schedule), [float(parcel.due_s) for parcel in scenario.day.parcels]
    with_it = fly_days(air, due, 10, 1, processes=1)
    without = fly_days(replace(air, hazards=replace(air.hazards, closings=())), due, 10, 1, processes=1)
    assert with_it["abort_zone_closed"].mean > 0
    assert with_it["waits"].mean > without["waits"].mean
    assert without["abort_zone_closed"].mean == 0
    assert with_it["on_time_share"].mean < without["on_time_share"].mean


def test_medicine_reaches_the_district_that_is_cut_off():
    scenario, schedule = scheduled("drone-isolated-district")
    medicine = {parcel.id for parcel in scenario.day.parcels if parcel.priority is Priority.MEDICINE}
    assert medicine <= {flight.parcel for flight in schedule.flights}


def test_the_day_of_three_hundred_parcels_is_read_with_a_wind_of_january():
    scenario = read_fleet(drone_scenario_path("drone-day-300"))
    assert (len(scenario.day.parcels), len(scenario.day.drones)) == (300, 12)
    east, north = scenario.wind_by_hour[14]
    assert east == pytest.approx(-north)
    assert east > scenario.wind_by_hour[4][0] > 0


def test_days_are_the_same_in_one_process_and_in_two():
    scenario, schedule = scheduled("drone-tv-helicopter")
    air, due = air_day(scenario, schedule), [float(parcel.due_s) for parcel in scenario.day.parcels]
    assert fly_days(air, due, 12, 3, processes=1) == fly_days(air, due, 12, 3, processes=2)
    couriers = courier_numbers(air, 4.0)
    assert couriers["van"]["g_co2e_parcel"] > couriers["electric van"]["g_co2e_parcel"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('aircraft = "g4-s"', 'aircraft = "balloon"', "'balloon' is none of"),
        ("month = 5", "month = 13", "13 is no month"),
        ("speed_ms = 1.4", "speed_ms = 0.0", "0 m/s is no speed"),
        ('ordered = "9:30"', 'ordered = "half nine"', "'half nine' is no time"),
        ("lat = 35.661", "lat = 135.661", "nowhere on the earth"),
        ("height_m = 60.0", 'height_m = "high"', "Expected `float`, got `str`"),
        ("[chain]", "[operations]\nwind_sigma = -1.0\n[chain]", "operations.wind_sigma: -1 is less than nothing"),
    ],
)
def test_fleets_that_cannot_be_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str, words: str):
    assert old in CHAIN
    (tmp_path / "f.toml").write_text(CHAIN.replace(old, new), encoding="utf-8")
    with pytest.raises(RequestError, match=words):
        read_fleet(tmp_path / "f.toml")


def test_a_parcel_at_no_base_is_named(tmp_path: Path):
    (tmp_path / "f.toml").write_text(CHAIN.replace('base = "roof", after', 'base = "cellar", after'), encoding="utf-8")
    scenario = read_fleet(tmp_path / "f.toml")
    with pytest.raises(ScheduleError, match="waits at base 'cellar'"):
        schedule_fleet(scenario.day, scenario.trips, 1.0)


def test_the_command_writes_schedule_and_operations(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(("drones", "fleet", "drone-tv-helicopter", "-o", str(tmp_path), "--seconds", "3", "--days", "3"))
    assert not ended.value.code
    assert "3 days played" in capsys.readouterr().out
    with (tmp_path / "states.csv").open(encoding="utf-8") as file:
        states = list(csv.DictReader(file))
    assert {row["state"] for row in states} >= {"Accepted", "Activated", "Ended"}
    assert all(row["parcel"] in {"p1", "p2", "p3", "p4", "p5", "p6", "p7"} for row in states)
    with (tmp_path / "operations.csv").open(encoding="utf-8") as file:
        rows = {(row["by"], row["number"]): row for row in csv.DictReader(file)}
    assert rows["drones", "served"]["days"] == "3"
    assert float(rows["van", "kwh_parcel"]["mean"]) > 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "flights.csv", "refused.csv", "schedule.json", "operations.csv", "states.csv",
    }  # fmt: skip
    where = "drones", "fleet", "drone-tv-helicopter", "-o", str(tmp_path), "--seconds", "2", "--days", "2"
    with pytest.raises(SystemExit):
        main([*where, "--lang", "ja"])
    told = capsys.readouterr().out
    assert "7件のうち7件を配送" in told
    assert "2日分を再現" in told


TRUCK = drone_scenario_path("drone-truck-round").read_text(encoding="utf-8")


def test_a_van_with_a_drone_is_faster_than_the_van_and_leaves_it_what_is_too_heavy(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(("drones", "fleet", "drone-truck-round", "-o", str(tmp_path)))
    assert not ended.value.code
    told = capsys.readouterr().out.replace(",", "").split()
    with_drone, alone = (float(told[told.index(word) + step]) for word, step in (("in", 1), ("takes", 1)))
    assert with_drone < 0.9 * alone
    with (tmp_path / "round.csv").open(encoding="utf-8") as file:
        flown = {row["drone"] for row in csv.DictReader(file)} - {""}
    heavy = {stop["id"] for stop in tomllib.loads(TRUCK)["stops"] if stop["mass_kg"] > 7}
    assert len(flown) >= 4
    assert heavy
    assert not heavy & flown


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("speed_ms = 6.0", "speed_ms = 0", "0 m/s is no speed"),
        ('"g4-s"', '"kite"', "'kite' is none of"),
        ("lat = 35.661", "lat = 135.661", "nowhere on the earth"),
        ("stop_s = 150", "", "missing required field `stop_s`"),
    ],
)
def test_rounds_that_cannot_be_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str, words: str):
    (tmp_path / "r.toml").write_text(TRUCK.replace(old, new), encoding="utf-8")
    with pytest.raises(RequestError, match=words):
        read_truck_round(tmp_path / "r.toml")
