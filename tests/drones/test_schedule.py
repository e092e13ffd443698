"""Fleet schedules: against enumeration on tiny days, against a checker that knows only the day and the flights."""

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise, permutations, product
from math import ceil, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Worth,
    groups_of,
    options_of,
)
from drones.schedule_trips import Corridor, trips_in_wind, type_of
from feeds.makuhari.aircraft import read_aircraft

MINUTE = 60
WORTH = {Priority.MEDICINE: Worth(9000, 5), Priority.URGENT: Worth(3000, 2), Priority.ORDINARY: Worth(1000, 1)}


def parcel(name: str, opens: int, due: int, closes: int, mass: float = 1.0, **more: object) -> Parcel:
    """Times in minutes."""
    times = {"opens_s": opens * MINUTE, "due_s": due * MINUTE, "closes_s": closes * MINUTE}
    given = {"priority": Priority.ORDINARY, "service_s": MINUTE} | times | more
    return Parcel(id=name, mass_kg=mass, **given)  # type: ignore[arg-type]


def fleet_day(
    *parcels: Parcel, drones: int = 1, batteries: int = 1, fleet: tuple[FleetDrone, ...] = (), **more: object
) -> FleetDay:
    """Drones of one type on a pad each; flights of a minute's turnaround, swaps of a minute, charging at 100 W."""
    pads = tuple(Pad(f"H{number}", "base", 30, MINUTE) for number in range(drones))
    alike = tuple(FleetDrone(f"D{number}", "small", f"H{number}", batteries) for number in range(drones))
    given = {
        "types": (DroneType("small", 2.0, 100_000.0, 100.0, MINUTE),),
        "bases": (Base("base", 1, 1),),
        "pads": (*pads, Pad("drop", "", 0, MINUTE)),
        "drones": fleet or alike,
        "parcels": parcels,
        "opens_s": 0,
        "closes_s": 120 * MINUTE,
        "worth": WORTH,
    }
    return FleetDay(**(given | more))  # type: ignore[arg-type]


def five_minutes(kind: DroneType, pad: Pad, goal: Parcel, hour: int) -> Trip:
    """Each way; 12 kJ, which take two minutes to charge."""
    return Trip(5 * MINUTE, 5 * MINUTE, 12_000.0)


def at(schedule: FleetSchedule) -> list[str]:
    """Flights as ``parcel drone departure`` in minutes."""
    return [f"{flight.parcel} {flight.drone} {flight.departure_s / MINUTE:g}" for flight in schedule.flights]


def refused(schedule: FleetSchedule) -> dict[str, Reason]:
    return {found.parcel: found.reason for found in schedule.refused}


def broken(day: FleetDay, trips: Trips, schedule: FleetSchedule) -> list[str]:
    """Every rule of the day that the flights break, found second by second from the records alone."""
    faults, seen = [], {flight.parcel for flight in schedule.flights}
    held: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    types, pads = {kind.id: kind for kind in day.types}, {pad.id: pad for pad in day.pads}
    drones, parcels = {drone.id: drone for drone in day.drones}, {parcel.id: parcel for parcel in day.parcels}
    if len(seen) != len(schedule.flights) or seen & refused(schedule).keys():
        faults.append("a parcel is flown twice or flown and refused")
    if seen | refused(schedule).keys() != parcels.keys():
        faults.append("a parcel is forgotten")
    for flight in schedule.flights:
        drone, goal = drones[flight.drone], parcels[flight.parcel]
        kind, pad = types[drone.type], pads[drone.pad]
        trip = trips(kind, pad, goal, flight.departure_s // 3600)
        if trip is None or trip.energy_j > kind.usable_j or goal.mass_kg > kind.payload_max_kg:
            faults.append(f"{flight.parcel} cannot be flown")
            continue
        if flight.arrival_s - flight.departure_s < trip.out_s:
            faults.append(f"{flight.parcel} arrives too soon")
        if flight.landing_s - flight.arrival_s < goal.service_s + trip.back_s:
            faults.append(f"{flight.parcel} is back too soon")
        if not goal.opens_s <= flight.arrival_s <= goal.closes_s:
            faults.append(f"{flight.parcel} arrives outside its window")
        if flight.departure_s < day.opens_s or flight.landing_s + pad.turnaround_s > day.closes_s:
            faults.append(f"{flight.parcel} flies outside the day")
        if flight.swap_s < flight.landing_s + pad.turnaround_s or flight.charge_s < flight.swap_s + kind.swap_s:
            faults.append(f"{flight.parcel} is swapped or charged too soon")
        if kind.charge_w < inf and flight.charged_s - flight.charge_s < trip.energy_j / kind.charge_w:
            faults.append(f"{flight.parcel} leaves a battery half charged")
        if goal.after:
            first = next((other for other in schedule.flights if other.parcel == goal.after), None)
            if first is None or flight.departure_s < first.arrival_s + parcels[goal.after].service_s:
                faults.append(f"{flight.parcel} departs before its first leg is there")
        swapped = flight.swap_s + kind.swap_s
        held["drone", drone.id].append((flight.departure_s, swapped))
        held["pad", pad.id].append((flight.departure_s, flight.departure_s + pad.takeoff_s))
        held["pad", pad.id].append((flight.landing_s, flight.landing_s + pad.turnaround_s))
        if goal.pad:
            until = flight.arrival_s + goal.service_s + pads[goal.pad].turnaround_s
            held["pad", goal.pad].append((flight.arrival_s, until))
        held["crew", pad.base].append((flight.swap_s, swapped))
        held["charger", pad.base].append((flight.charge_s, flight.charged_s))
        held["battery", kind.id].append((flight.departure_s, flight.charged_s))
    there = {("crew", base.id): base.crews for base in day.bases}
    there |= {("charger", base.id): base.chargers for base in day.bases}
    for kind in day.types:
        there["battery", kind.id] = sum(drone.batteries for drone in day.drones if drone.type == kind.id)
    for thing, spans in held.items():
        for moment, _ in spans:
            if sum(start <= moment < end for start, end in spans) > there.get(thing, 1):
                faults.append(f"{thing} is short at {moment}")
    last_legs = {parcel.after: parcel.id for parcel in day.parcels if parcel.after}
    faults += [
        f"{first} flies without {last}" for first, last in last_legs.items() if first in seen and last not in seen
    ]
    return faults


def cost_by_hand(day: FleetDay, schedule: FleetSchedule) -> int:
    parcels = {parcel.id: parcel for parcel in day.parcels}
    cost = sum(day.worth[parcels[name].priority].unserved for name in refused(schedule))
    for flight in schedule.flights:
        goal = parcels[flight.parcel]
        cost += day.worth[goal.priority].late_per_s * max(0, flight.arrival_s - goal.due_s)
        cost += day.energy_per_kj * ceil(flight.energy_j / 1000)
    return cost


Way = tuple[Parcel, FleetDrone, int, Trip]


def least_cost(day: FleetDay, trips: Trips, step_s: int) -> int:
    """Every parcel in every drone at every departure on a grid of times, or left out; swaps in every order.

    Where all times of the day are multiples of the step some best schedule is on the grid. Charges must be alike and
    crew and charger one: then the charger serves first who comes first.
    """
    choices = [[None, *_ways(day, trips, goal, step_s)] for goal in day.parcels]
    best = sum(day.worth[goal.priority].unserved for goal in day.parcels)
    for chosen in product(*choices):
        cost = sum(_cost(day, goal, way) for goal, way in zip(day.parcels, chosen, strict=True))
        if cost < best and _is_possible(day, [way for way in chosen if way is not None]):
            best = cost
    return best


def _ways(day: FleetDay, trips: Trips, goal: Parcel, step_s: int) -> list[Way]:
    types, pads = {kind.id: kind for kind in day.types}, {pad.id: pad for pad in day.pads}
    ways = []
    for drone, start in product(day.drones, range(day.opens_s, day.closes_s, step_s)):
        kind, trip = types[drone.type], trips(types[drone.type], pads[drone.pad], goal, start // 3600)
        if trip is None or goal.mass_kg > kind.payload_max_kg or trip.energy_j > kind.usable_j:
            continue
        clear = start + trip.out_s + goal.service_s + trip.back_s + pads[drone.pad].turnaround_s
        if goal.opens_s <= start + trip.out_s <= goal.closes_s and clear <= day.closes_s:
            ways.append((goal, drone, start, trip))
    return ways


def _cost(day: FleetDay, goal: Parcel, way: Way | None) -> int:
    if way is None:
        return day.worth[goal.priority].unserved
    _, _, start, trip = way
    late = max(0, start + int(trip.out_s) - goal.due_s)
    return day.worth[goal.priority].late_per_s * late + day.energy_per_kj * ceil(trip.energy_j / 1000)


def _is_possible(day: FleetDay, ways: list[Way]) -> bool:
    pads, kind = {pad.id: pad for pad in day.pads}, day.types[0]
    on_pads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    cleared = []
    for goal, drone, start, trip in ways:
        pad, arrival = pads[drone.pad], start + int(trip.out_s)
        clear = arrival + goal.service_s + int(trip.back_s) + pad.turnaround_s
        on_pads[pad.id] += [(start, start + pad.takeoff_s), (clear - pad.turnaround_s, clear)]
        if goal.pad:
            on_pads[goal.pad].append((arrival, arrival + goal.service_s + pads[goal.pad].turnaround_s))
        cleared.append((clear, drone.id, start, ceil(trip.energy_j / kind.charge_w)))
    if _overlap(on_pads):
        return False
    stock = sum(drone.batteries for drone in day.drones)
    return any(_is_turned_round(order, kind.swap_s, stock) for order in permutations(cleared))


def _is_turned_round(order: tuple[tuple[int, str, int, int], ...], swap_s: int, stock: int) -> bool:
    crew = charger = 0
    by_drone: dict[str, list[tuple[int, int]]] = defaultdict(list)
    held = []
    for clear, drone, start, charge_s in order:
        crew = max(crew, clear) + swap_s
        charger = max(charger, crew) + charge_s
        by_drone[drone].append((start, crew))
        held.append((start, charger))
    enough = all(sum(start <= moment < end for start, end in held) <= stock for moment, _ in held)
    return enough and not _overlap(by_drone)


def _overlap(spans: dict[str, list[tuple[int, int]]]) -> bool:
    return any(a[1] > b[0] for found in spans.values() for a, b in pairwise(sorted(found)))


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


STEP = 5 * MINUTE


@st.composite
def tiny_days(draw: st.DrawFn) -> tuple[FleetDay, Trips]:
    """Up to four parcels, two drones, maybe on one pad; all times multiples of five minutes, charges alike."""
    count, drones = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    goals = []
    for number in range(count):
        opens = draw(st.integers(0, 6)) * 5
        due = opens + draw(st.integers(0, 2)) * 5
        times = opens, due, due + draw(st.integers(0, 3)) * 5
        pad, priority = draw(st.sampled_from(["", "drop"])), draw(st.sampled_from(list(Priority)))
        service_s, mass = draw(st.sampled_from([0, STEP])), draw(st.sampled_from([1.0, 2.0, 3.0]))
        goals.append(parcel(f"P{number}", *times, mass, priority=priority, pad=pad, service_s=service_s))
    far = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    energy_j = draw(st.sampled_from([30_000.0, 60_000.0]))

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
    assert lower_bound(day, groups, options, first) <= least <= first


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
    places = {"H0": (35.60, 140.0), "north": (35.65, 140.0)}
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
