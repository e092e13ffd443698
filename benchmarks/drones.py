"""Times and quality of the drone planner: `python -m benchmarks.drones [PART …]` prints one JSON object.

Fixed seed, fixed work. route: a bay route around 40 zones, cold and warm. intents: 10,000 declared flights deconflicted
(both in processor seconds). fleet: a made day of 300 parcels and 12 drones of four kinds on four pads of one base, a
sea breeze that grows until the afternoon, windows of two hours, one parcel in ten medicine, half of all to one of two
delivery pads; with its bound. days: 1,000 days of such a schedule played on two processes. energy: how well the models
fit published measurements (--power FOLDER). fleet_s and days_s are by the clock: with a load above the number of cores
the processor seconds beside them are what can be compared.
"""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import cos, pi, sin
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time

if __name__ == "drones":
    # A script beside this one asks for the package, which this file hides from it.
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).parent]
    del sys.modules["drones"]
    __import__("drones")

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from drones.aircraft import Aircraft, EnergyStore, Wing
from drones.deconfliction import find_conflicts
from drones.energy import RESERVE_SHARE, hover_power_w, rotor_power_w, wing_power_w
from drones.free_space import Clearance, FreeSpace, Obstacle
from drones.intents import OperationalIntent, Volume4D
from drones.routing import Path as Route
from drones.routing import Pricing, find_path
from drones.schedule import FleetSchedule, schedule_fleet
from drones.schedule_problem import Base, DroneType, FleetDay, FleetDrone, Pad, Parcel, Priority, Trips
from drones.schedule_trips import METRES_PER_DEGREE, Corridor, trips_in_wind, type_of
from feeds.makuhari.aircraft import read_aircraft
from scenarios.drone_operations import fly_days
from simulator.flight_day import AirDay, PlannedFlight

SEED, ZONES, INTENTS, LEGS = 20260512, 40, 10_000, 12
BAY_M = (16_000.0, 8_000.0)
PRICING = Pricing(15.0, ((3.0, -2.0), (3.6, -2.4)), climb_per_m=0.4, descent_per_m=0.4)
BASE = (35.648, 140.041)
HOURS = (8, 19)
DAYS = 1000

Numbers = NDArray[np.float64]

FIREFLY_EMPTY_KG = 3.8
FIREFLY_CRUISE_MS = 18.0
PROFILE_SHARE = 0.65


def bay_zones(rng: np.random.Generator) -> list[Obstacle]:
    zones = []
    for i in range(ZONES):
        centre = rng.uniform((1500.0, 0.0), (BAY_M[0] - 1500.0, BAY_M[1]))
        angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
        radii = rng.uniform(200.0, 700.0, 12)
        outline = centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, np.newaxis]
        zones.append(
            Obstacle(f"zone-{i}", Polygon(outline).buffer(0).convex_hull, 0.0, float(rng.choice([80.0, 300.0])))
        )
    return zones


def route() -> dict[str, float]:
    zones = bay_zones(np.random.default_rng(SEED))
    ends = (0.0, BAY_M[1] / 2, 4.0), (BAY_M[0], BAY_M[1] / 2, 4.0)
    begin = process_time()
    space = FreeSpace(zones, (50.0, 100.0), Clearance(30.0, 10.0))
    cold = find_path(space, *ends, PRICING)
    middle = process_time()
    warm = find_path(space, *ends, PRICING)
    end = process_time()
    assert isinstance(cold, Route)
    assert cold == warm
    return {"route_cold_s": middle - begin, "route_warm_s": end - middle, "route_cost_s": cold.cost}


def intents(rng: np.random.Generator) -> list[OperationalIntent]:
    """Straight flights over a day, each in volumes of a minute."""
    midnight = datetime(2026, 5, 12, tzinfo=UTC)
    found = []
    for i in range(INTENTS):
        a, b = rng.uniform((35.58, 139.90), (35.68, 140.10), (2, 2))
        begin, low = midnight + timedelta(seconds=float(rng.uniform(0, 86_000))), float(rng.choice([30, 60, 90, 120]))
        volumes = []
        for k in range(LEGS):
            ends = a + k / LEGS * (b - a), a + (k + 1) / LEGS * (b - a)
            s, w = np.minimum(*ends) - 0.0003
            n, e = np.maximum(*ends) + 0.0003
            start = begin + timedelta(seconds=60 * k - 15)
            ring = ((s, w), (s, e), (n, e), (n, w), (s, w))
            volumes.append(Volume4D(ring, low, low + 20, start, start + timedelta(seconds=90)))
        found.append(OperationalIntent(f"flight-{i}", tuple(volumes)))
    return found


def deconflict() -> dict[str, float]:
    declared = intents(np.random.default_rng(SEED))
    begin = process_time()
    conflicts = find_conflicts(declared)
    return {"deconflict_s": process_time() - begin, "intents": INTENTS, "conflicts": len(conflicts)}


def made_day(parcels: int, seed: int) -> tuple[FleetDay, Trips]:
    """Parcels within reach of the larger aircraft, a few beyond everything."""
    rng = np.random.default_rng(seed)
    crafts = read_aircraft()
    fleet = {"pf2-cat3": 3, "cargo-7kg": 4, "g4-s": 2, "firefly6-pro": 3}
    types = tuple(_type(crafts, kind) for kind in fleet)
    pads = (*(Pad(f"base-{kind}", "base", 30, 60) for kind in fleet), Pad("north", "", 0, 60), Pad("south", "", 0, 60))
    drones = tuple(
        FleetDrone(f"{kind}-{number}", kind, f"base-{kind}", 3)
        for kind, count in fleet.items()
        for number in range(count)
    )
    drops = {"north": (35.690, 140.030), "south": (35.630, 140.090)}
    places = {f"pad {pad.id}": drops.get(pad.id, BASE) for pad in pads}
    made = []
    for number in range(parcels):
        pad = str(rng.choice(["", "", "north", "south"]))
        bearing, length_m = rng.uniform(0, 2 * pi), rng.triangular(500, 3000, 12000)
        place = BASE[0] + length_m * cos(bearing) / METRES_PER_DEGREE, BASE[1] + length_m * sin(bearing) / 90_300
        places[f"parcel p{number}"] = drops.get(pad, place)
        opens = int(rng.integers(HOURS[0] * 4, (HOURS[1] - 2) * 4)) * 900
        priority = Priority(rng.choice([Priority.MEDICINE, Priority.URGENT, *[Priority.ORDINARY] * 8]))
        mass = round(float(min(7.5, rng.exponential(1.2) + 0.05)), 2)
        made.append(Parcel(f"p{number}", mass, priority, opens, opens + 3600, opens + 7200, 60, pad))
    wind = [(0.0, 2.0 + 5.0 * max(0.0, sin(pi * (hour - 6) / 16))) for hour in range(24)]
    bases = (Base("base", 3, 10),)
    day = FleetDay(types, bases, pads, drones, tuple(made), HOURS[0] * 3600, HOURS[1] * 3600)
    return day, trips_in_wind(crafts, places, wind, Corridor(60.0, 1.1))


def _type(crafts: Mapping[str, Aircraft], kind: str) -> DroneType:
    charge_w = float("inf") if crafts[kind].store is EnergyStore.FUEL else 1500.0
    return type_of(crafts[kind], RESERVE_SHARE, charge_w, 120)


def measurements(folder: Path) -> dict[str, tuple[Numbers, Numbers]]:
    """What was varied and what was measured, by study: the digitised figures collected by rymanderson/drone_awe (MIT).

    Columns study, x_name, x, y_name, y, wing, takeoff_mass_kg, rotors, rotor_diameter_m. Chang 2016 is in amperes of an
    11.1 V battery, though the file says power: 18 W would not hold 1.3 kg in the air. Abdilla 2015 is left out: its
    endurance grows with what the file calls payload. Every model has two free numbers at most, fitted to every second
    measurement of a study; the error is the mean one on the others, as a share.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    with (folder / "power_measurements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["study"], []).append((float(row["x"]), float(row["y"])))
    return {study: (np.array(rows)[:, 0], np.array(rows)[:, 1]) for study, rows in found.items()}


def copter(mass_kg: float, rotors: int, diameter_m: float) -> Aircraft:
    """A multicopter of ideal rotors and no drag, the basis of a fit."""
    return Aircraft(
        id="fitted", name="fitted", store=EnergyStore.BATTERY, mass_kg=mass_kg, takeoff_mass_max_kg=mass_kg + 5,
        payload_max_kg=5, energy_j=1, rotors=rotors, rotor_diameter_m=diameter_m, hover_efficiency=1,
        profile_share=PROFILE_SHARE, parasite_area_m2=0, cruise_ms=10, climb_ms=1, descent_ms=1, winch_ms=0,
        wind_limit_ms=10, gust_limit_ms=10, rain_limit_mm_h=0, certificate_class=0, has_parachute=False,
        has_camera=False,
    )  # fmt: skip


def fit(terms: Numbers, measured: Numbers) -> tuple[list[float], float]:
    """Factors of the terms from every second measurement by relative least squares, and the error on the others."""
    shares = terms / measured[:, None]
    factors, *_ = np.linalg.lstsq(shares[::2], np.ones(len(shares[::2])))
    error = np.mean(np.abs(shares[1::2] @ factors - 1))
    return [float(f"{factor:.4g}") for factor in factors], float(error)


def speed_terms(mass_kg: float, speeds: Numbers) -> Numbers:
    ideal = copter(mass_kg, 4, 0.254)
    return np.array([(rotor_power_w(ideal, 0.0, v), 1.225 * v**3 / 2) for v in speeds])


def payload_terms(payloads: Numbers) -> Numbers:
    ideal = copter(1.5, 6, 0.254)
    return np.array([(hover_power_w(ideal, payload),) for payload in payloads])


def wing_terms(masses: Numbers, speeds: Numbers) -> Numbers:
    drag, lift = Wing(1.0, 1e9, 1.0), Wing(0.0, 1.0, 1.0)
    pairs = zip(masses, speeds, strict=True)
    return np.array([(wing_power_w(drag, m, v), wing_power_w(lift, m, v)) for m, v in pairs])


def errors(folder: Path) -> dict[str, tuple[list[float], float]]:
    """Fitted factors and mean error by study: 1 / efficiency and parasite area, or the two parts of a wing's drag."""
    found = measurements(folder)
    table = {}
    for study, mass_kg, volts in (("DiFranco2016", 1.3, 1.0), ("Chang2016", 1.395, 11.1)):
        speeds, power = found[study]
        table[study] = fit(speed_terms(mass_kg, speeds), power * volts)
    for study in ("Dorling2017_3S", "Dorling2017_4S"):
        payloads, kilowatts = found[study]
        table[study] = fit(payload_terms(payloads), kilowatts * 1000)
    speeds, power = found["Ostler2009"]
    table["Ostler2009"] = fit(wing_terms(np.full_like(speeds, 0.95), speeds), power)
    payloads, seconds = found["FireFLY6Pro"]
    masses = FIREFLY_EMPTY_KG + payloads
    table["FireFLY6Pro"] = fit(wing_terms(masses, np.full_like(masses, FIREFLY_CRUISE_MS)), 1 / seconds)
    return table


def fleet(seconds: float) -> tuple[dict[str, object], FleetSchedule, FleetDay]:
    day, trips = made_day(300, 1)
    begin, used = perf_counter(), process_time()
    schedule = schedule_fleet(day, trips, seconds)
    taken, used = perf_counter() - begin, process_time() - used
    priority = {parcel.id: parcel.priority for parcel in day.parcels}
    return (
        {
            "fleet_s": round(taken, 1),
            "fleet_cpu_s": round(used, 1),
            "flights": len(schedule.flights),
            "late": sum(flight.late_s > 0 for flight in schedule.flights),
            "refused": dict(Counter(parcel.reason for parcel in schedule.refused)),
            "refused_medicine": sum(priority[parcel.parcel] is Priority.MEDICINE for parcel in schedule.refused),
            "cost": schedule.cost,
            "bound": schedule.bound,
            "gap": round(schedule.gap, 4),
        },
        schedule,
        day,
    )


def played(schedule: FleetSchedule, day: FleetDay) -> dict[str, object]:
    """The schedule flown to places at random around the base, in the noon's wind."""
    crafts, rng = read_aircraft(), np.random.default_rng(SEED)
    index = {parcel.id: k for k, parcel in enumerate(day.parcels)}
    number = {drone.id: k for k, drone in enumerate(day.drones)}
    flights = tuple(
        PlannedFlight(
            index[f.parcel], number[f.drone], 0, 1 + index[f.parcel], f.departure_s,
            day.parcels[index[f.parcel]].due_s, day.parcels[index[f.parcel]].mass_kg, 60.0,
        )
        for f in schedule.flights
    )  # fmt: skip
    places = [(0.0, 0.0), *map(tuple, rng.normal(0, 2500, (len(day.parcels), 2)))]
    air = AirDay(
        flights=flights,
        aircraft=[crafts[drone.type] for drone in day.drones],
        batteries=[drone.batteries for drone in day.drones],
        places_m=places,
        alternates_m=[(2000.0, 2000.0), (-2000.0, 2000.0), (0.0, -2500.0)],
        wind_by_hour=[(0.0, 6.0)],
        height_m=60.0,
        detour=1.1,
        refused=tuple((index[one.parcel], 1 + index[one.parcel]) for one in schedule.refused),
    )
    begin = perf_counter()
    found = fly_days(air, [float(parcel.due_s) for parcel in day.parcels], DAYS, SEED)
    taken, used = perf_counter() - begin, getrusage(RUSAGE_CHILDREN)
    names = "served", "on_time_share", "aborts", "reserve_least"
    numbers = {"days": DAYS, "days_s": round(taken, 1), "days_cpu_s": round(used.ru_utime + used.ru_stime, 1)}
    return {**numbers, "flights_a_day": len(flights), **{name: round(found[name].mean, 3) for name in names}}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["route", "intents", "fleet", "days"])
    parser.add_argument("--seconds", type=float, default=50.0, help="for the fleet's schedule")
    parser.add_argument("--power", type=Path, help="folder of power_measurements.csv")
    options = parser.parse_args(arguments)
    results: dict[str, object] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}
    if "route" in options.parts:
        results |= route()
    if "intents" in options.parts:
        results |= deconflict()
    if {"fleet", "days"} & set(options.parts):
        told, schedule, day = fleet(options.seconds)
        results |= told
        if "days" in options.parts:
            results |= played(schedule, day)
    if options.power is not None:
        table = errors(options.power)
        results["energy"] = {study: {"factors": factors, "error": round(e, 4)} for study, (factors, e) in table.items()}
    results["load_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
