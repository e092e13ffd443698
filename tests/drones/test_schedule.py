"""Fleet schedules: against enumeration on tiny days, against a checker that knows only the day and the flights."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.cli import main
from drones.schedule import WHOLE_DAY_OPTIONS, FleetSchedule, schedule_fleet
from drones.schedule_bound import lower_bound
from drones.schedule_greedy import first_schedule, total_cost
from drones.schedule_problem import (
    Base,
    DroneType,
    FleetDay,
    FleetDrone,
    Pad,
    Parcel,
    Priority,
    Reason,
    ScheduleError,
    Trip,
    Trips,
    groups_of,
    options_of,
)
from drones.schedule_trips import Corridor, trips_in_wind, type_of
from feeds.makuhari.aircraft import read_aircraft
from tests.drones.fleet_days import MINUTE, broken, cost_by_hand, five_minutes, fleet_day, least_cost, parcel, refused


def at(schedule: FleetSchedule) -> list[str]:
    """Flights as ``parcel drone departure`` in minutes."""
    return [f"{flight.parcel} {flight.drone} {flight.departure_s / MINUTE:g}" for flight in schedule.flights]


def test_one_drone_flies_one_parcel_after_the_other_and_waits_for_turnaround_and_swap() -> None:
    day = fleet_day(parcel("A", 5, 5, 60), parcel("B", 5, 5, 60), batteries=2)
    # 11 min away, turnaround 1, swap 1
    assert at(schedule_fleet(day, five_minutes)) in (["A D0 0", "B D0 13"], ["B D0 0", "A D0 13"])


def test_with_one_battery_the_next_flight_waits_for_its_charging() -> None:
    day = fleet_day(parcel("A", 5, 5, 60), parcel("B", 5, 5, 60), batteries=1)
    assert {flight.departure_s for flight in schedule_fleet(day, five_minutes).flights} == {0, 15 * MINUTE}


def test_one_crew_swaps_one_drone_after_the_other() -> None:
    day = fleet_day(parcel("A", 5, 5, 5), parcel("B", 5, 5, 5), drones=2)
    schedule = schedule_fleet(day, five_minutes)
    swaps = sorted(flight.swap_s for flight in schedule.flights)
    assert len(swaps) == 2
    assert swaps[1] - swaps[0] >= MINUTE


def test_a_second_crew_lets_both_drones_be_back_in_time() -> None:
    # both land at 11 and are clear at 12; the second swap of a single crew ends at 14, a minute late for 18
    goals = [parcel(name, 5, 5, 5) for name in "AB"] + [parcel(name, 15, 18, 18) for name in "CD"]
    day = fleet_day(*goals, drones=2, batteries=2)
    assert list(refused(schedule_fleet(day, five_minutes)).values()) == [Reason.NO_CREW]
    assert refused(schedule_fleet(replace(day, bases=(Base("base", 2, 1),)), five_minutes)) == {}


def test_two_drones_of_one_pad_do_not_land_within_its_turnaround() -> None:
    fleet = tuple(FleetDrone(f"D{number}", "small", "H0", 1) for number in range(2))
    day = fleet_day(parcel("A", 5, 5, 5), parcel("B", 6, 6, 6), fleet=fleet, pads=(Pad("H0", "base", 30, 2 * MINUTE),))
    assert list(refused(schedule_fleet(day, five_minutes)).values()) == [Reason.NO_PAD_TIME]
    assert refused(schedule_fleet(replace(day, pads=(Pad("H0", "base", 30, MINUTE),)), five_minutes)) == {}


def test_the_first_schedule_places_like_drones_side_by_side() -> None:
    fleet = tuple(FleetDrone(f"D{number}", "small", "H0", 1) for number in range(2))
    day = fleet_day(parcel("A", 5, 5, 60), parcel("B", 5, 5, 60), fleet=fleet)
    groups = groups_of(day)
    options, _ = options_of(day, groups, five_minutes)
    # a minute apart, for the pad's turnaround after landing
    assert [placed.departure_s for placed in first_schedule(day, groups, options)] == [0, MINUTE]


def test_medicine_goes_first() -> None:
    day = fleet_day(parcel("A", 5, 5, 9), parcel("M", 5, 5, 9, priority=Priority.MEDICINE), drones=1)
    schedule = schedule_fleet(day, five_minutes)
    assert at(schedule) == ["M D0 0"]
    assert refused(schedule) == {"A": Reason.NO_DRONE_FREE}


def test_a_delivery_pad_takes_one_at_a_time() -> None:
    day = fleet_day(parcel("A", 5, 5, 6, pad="drop"), parcel("B", 5, 5, 6, pad="drop"), drones=2)
    assert sorted(refused(schedule_fleet(day, five_minutes)).values()) == [Reason.NO_PAD_TIME]


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        (parcel("P", 5, 5, 60, mass=2.1), Reason.TOO_HEAVY),
        (parcel("P", 5, 5, 60, mass=1.9), Reason.OUT_OF_RANGE),
        (parcel("P", 0, 1, 4), Reason.WINDOW_CLOSED),
        (parcel("P", 70, 80, 90), Reason.TOO_WINDY),
    ],
)
def test_what_cannot_be_flown_is_refused_with_its_reason(goal: Parcel, reason: Reason) -> None:
    def trips(kind: DroneType, pad: Pad, goal: Parcel, hour: int) -> Trip | None:
        return None if hour == 1 else Trip(300, 300, 110_000 if goal.mass_kg > 1.5 else 12_000)

    assert refused(schedule_fleet(fleet_day(goal), trips)) == {"P": reason}


def test_what_costs_more_than_it_is_worth_is_left() -> None:
    day = fleet_day(parcel("A", 5, 5, 60), energy_per_kj=100)
    assert refused(schedule_fleet(day, five_minutes)) == {"A": Reason.TOO_COSTLY}


def test_a_flight_waits_for_the_calmer_hour_if_lateness_costs_less() -> None:
    def trips(kind: DroneType, pad: Pad, goal: Parcel, hour: int) -> Trip:
        return Trip(300, 300, 90_000 if hour == 0 else 12_000)

    day = fleet_day(parcel("A", 60, 64, 90))
    # departing at 60 arrives at 65: 60 s late, against 78 kJ saved
    assert at(schedule_fleet(day, trips)) == ["A D0 60"]


def test_the_last_leg_waits_for_the_first_and_both_are_flown_or_neither() -> None:
    legs = parcel("bay", 5, 20, 60, mass=1.5), parcel("hop", 5, 20, 60, mass=0.5, after="bay")
    day = fleet_day(*legs, drones=2)
    first, last = schedule_fleet(day, five_minutes).flights
    assert (first.parcel, last.parcel) == ("bay", "hop")
    assert last.departure_s >= first.arrival_s + MINUTE
    late = replace(legs[1], closes_s=10 * MINUTE, due_s=10 * MINUTE)
    assert schedule_fleet(replace(day, parcels=(legs[0], late)), five_minutes).flights == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"drones": (FleetDrone("D0", "big", "H0", 1),)}, "drone D0 is of type 'big', which is not described."),
        (
            {"parcels": (parcel("A", 9, 5, 60),)},
            "parcel A opens, is due and closes at 540, 300, 3600 s, not in this order.",
        ),
        ({"parcels": (parcel("A", 5, 5, 60),) * 2}, "two parcels are called 'A'."),
        ({"parcels": (parcel("A", 5, 5, 60, after="Z"),)}, "parcel A follows 'Z', which is no first leg of this day."),
        ({"bases": (Base("base", 0, 1),)}, "base base needs a crew and a charger, has 0 and 1."),
    ],
)
def test_an_impossible_day_is_named(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ScheduleError) as error:
        schedule_fleet(replace(fleet_day(), **change), five_minutes)  # type: ignore[arg-type]
    assert str(error.value) == sentence


STEP = 4 * MINUTE
"""No divisor of the slots in which the bound counts."""


@st.composite
def tiny_days(draw: st.DrawFn) -> tuple[FleetDay, Trips]:
    """Up to four parcels, two drones, maybe on one pad; all times multiples of four minutes, charges alike."""
    count, drones = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    goals = []
    for number in range(count):
        opens = draw(st.integers(0, 6)) * 4
        due = opens + draw(st.integers(0, 2)) * 4
        times = opens, due, due + draw(st.integers(0, 3)) * 4
        pad, priority = draw(st.sampled_from(["", "drop"])), draw(st.sampled_from(list(Priority)))
        service_s, mass = draw(st.sampled_from([0, STEP])), draw(st.sampled_from([1.0, 2.0, 3.0]))
        goals.append(parcel(f"P{number}", *times, mass, priority=priority, pad=pad, service_s=service_s))
    far = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    energy_j = draw(st.sampled_from([24_000.0, 48_000.0]))

    def trips(kind: DroneType, pad: Pad, goal: Parcel, hour: int) -> Trip | None:
        way_s = far[int(goal.id[1:])] * STEP
        return None if hour and goal.mass_kg > 1 else Trip(way_s, way_s + hour * STEP, energy_j)

    shared = draw(st.booleans())
    takeoff_s, turnaround_s = draw(st.sampled_from([0, STEP])), draw(st.sampled_from([0, STEP]))
    pads = tuple(
        Pad(name, base, takeoff_s, turnaround_s) for name, base in (("H0", "base"), ("H1", "base"), ("drop", ""))
    )
    batteries = draw(st.integers(1, 2))
    fleet = tuple(FleetDrone(f"D{n}", "small", "H0" if shared else f"H{n}", batteries) for n in range(drones))
    kind = DroneType("small", 2.0, 100_000.0, 100.0, draw(st.sampled_from([0, STEP])))
    closes_s = draw(st.integers(6, 20)) * STEP
    return fleet_day(*goals, pads=pads, types=(kind,), fleet=fleet, closes_s=closes_s), trips


@settings(max_examples=60, deadline=None)
@given(tiny_days())
def test_a_tiny_day_costs_what_enumeration_finds(made: tuple[FleetDay, Trips]) -> None:
    day, trips = made
    schedule = schedule_fleet(day, trips, workers=1)
    assert broken(day, trips, schedule) == []
    assert schedule.cost == cost_by_hand(day, schedule) == least_cost(day, trips, STEP)
    assert schedule.bound == schedule.cost


@settings(max_examples=60, deadline=None)
@given(tiny_days())
def test_neither_the_first_schedule_nor_the_bound_of_prices_passes_the_best(made: tuple[FleetDay, Trips]) -> None:
    day, trips = made
    groups = groups_of(day)
    options, _ = options_of(day, groups, trips)
    first, least = total_cost(day, first_schedule(day, groups, options)), least_cost(day, trips, STEP)
    assert lower_bound(day, groups, options, 2 * first + 1000).points <= least <= first


def many_parcels(count: int) -> FleetDay:
    """A busy day of three hours, some parcels in two legs."""
    rng = np.random.default_rng(7)
    goals = []
    for number in range(count):
        opens, pad = int(rng.integers(5, 120)), "drop" if number % 4 == 0 else ""
        after = f"P{number - 1}" if number % 10 == 9 else ""
        priority = list(Priority)[min(2, number % 5)]
        goals.append(parcel(f"P{number}", opens, opens + 20, opens + 45, priority=priority, pad=pad, after=after))
    return fleet_day(*goals, drones=4, batteries=2, bases=(Base("base", 2, 3),), closes_s=3 * 3600)


def test_a_day_of_several_windows_keeps_every_rule_and_improves_on_the_first_schedule() -> None:
    day = many_parcels(80)
    schedule = schedule_fleet(day, five_minutes, seconds=6)
    groups = groups_of(day)
    options, _ = options_of(day, groups, five_minutes)
    assert sum(map(len, options)) > WHOLE_DAY_OPTIONS
    assert broken(day, five_minutes, schedule) == []
    assert schedule.bound <= schedule.cost == cost_by_hand(day, schedule)
    assert schedule.cost < total_cost(day, first_schedule(day, groups, options))


def test_wind_makes_the_flight_back_longer_and_an_hour_of_storm_impossible() -> None:
    craft = read_aircraft()["pf2-cat3"]
    kind, goal = type_of(craft, 0.2, 1000.0, 60), parcel("north", 0, 0, 60, mass=0.5)
    places = {"pad H0": (35.60, 140.0), "parcel north": (35.65, 140.0)}
    trips = trips_in_wind({kind.id: craft}, places, [(0.0, 0.0), (0.0, 5.0), (0.0, 11.0)], Corridor(60.0, 1.0))
    pad = Pad("H0", "base", 0, 0)
    calm, windy = trips(kind, pad, goal, 0), trips(kind, pad, goal, 1)
    assert calm is not None
    assert windy is not None
    assert calm.out_s == pytest.approx(calm.back_s)
    length_m = 0.05 * 111_195
    assert windy.out_s == pytest.approx(calm.out_s - length_m / 10 + length_m / 15, abs=0.01)
    assert windy.back_s == pytest.approx(calm.out_s - length_m / 10 + length_m / 5, abs=0.01)
    assert windy.energy_j > calm.energy_j
    assert trips(kind, pad, goal, 2) is None


FLEET = """
name = "Bay"
opens = "08:00"
closes = "12:00"
height_m = 60
wind = [[0.0, 3.0]]
parcels = "parcels.csv"
bases = [{ id = "base", crews = 1, chargers = 1 }]
pads = [
    { id = "H0", base = "base", lat = 35.648, lon = 140.041, takeoff_s = 30, turnaround_s = 60 },
    { id = "drop", lat = 35.655, lon = 140.030, turnaround_s = 60 },
]
types = [{ aircraft = "pf2-cat3", charge_w = 1000, swap_s = 120 }]
drones = [{ id = "D0", type = "pf2-cat3", pad = "H0", batteries = 2 }]
"""

PARCELS = """id,mass_kg,priority,opens,due,closes,lat,lon,pad
A,0.5,MEDICINE,08:00,08:30,09:00,35.650,140.050,
B,0.5,,08:00,08:30,12:00,,,drop
C,2.0,,08:00,08:30,12:00,,,drop
"""


def run_fleet(folder: Path, fleet: str, parcels: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    (folder / "fleet.toml").write_text(fleet, encoding="utf-8")
    (folder / "parcels.csv").write_text(parcels, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["drones", "fleet", str(folder / "fleet.toml"), "-o", str(folder / "out"), "--seconds", "10"])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_command_writes_flights_and_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_fleet(tmp_path, FLEET, PARCELS, capsys)
    assert code == 0
    assert out.startswith("2 of 3 parcels flown, 0 late.\nRefused, too heavy for every drone: 1 (C)\n")
    flights = (tmp_path / "out" / "flights.csv").read_text(encoding="utf-8").splitlines()
    assert flights[0].startswith("parcel,drone,pad,departure,arrival,landing,")
    assert sorted(row.split(",")[0] for row in flights[1:]) == ["A", "B"]
    assert all(re.match(r"[AB],D0,H0,08:\d\d:\d\d,", row) for row in flights[1:])
    assert (tmp_path / "out" / "refused.csv").read_text(encoding="utf-8") == "parcel,reason\nC,TOO_HEAVY\n"


@pytest.mark.parametrize(
    ("fleet", "parcels", "sentence"),
    [
        (FLEET.replace("pf2-cat3", "pf9"), PARCELS, "types: 'pf9' is none of "),
        (FLEET.replace("08:00", "8 am"), PARCELS, "opens: '8 am' is no time such as 09:30."),
        (FLEET, PARCELS.replace("0.5,M", "light,M"), "parcels.csv, line 2: "),
        (
            FLEET,
            PARCELS.replace("12:00,,,drop", "12:00,,,", 1),
            "parcel B has no latitude and longitude, and '' is no pad.",
        ),
        (FLEET.replace("wind = [[0.0, 3.0]]", "wind = []"), PARCELS, "wind: the list of winds by hour is empty."),
    ],
)
def test_a_bad_file_is_answered_in_one_sentence(
    fleet: str, parcels: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run_fleet(tmp_path, fleet, parcels, capsys)
    assert code == 2
    assert error.startswith(f"kaiteki: {sentence}")
