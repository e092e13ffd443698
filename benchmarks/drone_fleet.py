"""How good a fleet schedule is after a minute: a made day of 300 parcels and 12 drones; prints one JSON object.

Four kinds of aircraft on four pads of one base at the bay, a sea breeze that grows until the afternoon, windows of
two hours, one parcel in ten medicine, half of all to one of two delivery pads.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from math import cos, pi, sin

import numpy as np

from drones.aircraft import Aircraft, EnergyStore
from drones.energy import RESERVE_SHARE
from drones.schedule import schedule_fleet
from drones.schedule_problem import Base, DroneType, FleetDay, FleetDrone, Pad, Parcel, Priority, Trips
from drones.schedule_trips import Corridor, trips_in_wind, type_of
from feeds.makuhari.aircraft import read_aircraft

GOAL_S = 60
BASE = (35.648, 140.041)
HOURS = (8, 19)


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
        place = BASE[0] + length_m * cos(bearing) / 111_195, BASE[1] + length_m * sin(bearing) / 90_300
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


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=50.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    day, trips = made_day(options.parcels, options.seed)
    begin = time.perf_counter()
    schedule = schedule_fleet(day, trips, options.seconds)
    taken = time.perf_counter() - begin
    priority = {parcel.id: parcel.priority for parcel in day.parcels}
    results = {
        "parcels": len(day.parcels),
        "drones": len(day.drones),
        "seconds": round(taken, 1),
        "goal_s": GOAL_S,
        "flights": len(schedule.flights),
        "late": sum(flight.late_s > 0 for flight in schedule.flights),
        "refused": dict(Counter(parcel.reason for parcel in schedule.refused)),
        "refused_medicine": sum(priority[parcel.parcel] is Priority.MEDICINE for parcel in schedule.refused),
        "cost": schedule.cost,
        "bound": schedule.bound,
        "gap": round(schedule.gap, 4),
    }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
