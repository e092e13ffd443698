"""A truck's round with a drone on its roof as a TOML file: `read_truck_round`, and the round as a table."""

import csv
import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from drones.aircraft import Aircraft, payload_limit_kg
from drones.energy import RESERVE_SHARE, Climb, Cruise, Descent, Hover, WindTooStrong, mission_energy
from drones.schedule_trips import line_between
from drones.truck_round import DEPOT, Floats, TruckRound, round_with_drone
from feeds.makuhari.aircraft import read_aircraft
from planner.errors import RequestError

STREET_FACTOR = 1.3
"""Length of streets over straight lines; an assumption."""


class _Truck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    speed_ms: float
    stop_s: float


class _Drone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    aircraft: str
    height_m: float
    service_s: float = 60.0


class _Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    lat: float
    lon: float
    mass_kg: float = 0.0


class _Round(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    facts: str = ""
    wind: tuple[float, float] = (0.0, 0.0)
    truck: _Truck
    drone: _Drone
    depot: _Stop
    stops: list[_Stop]


@dataclass(frozen=True, slots=True)
class TruckScenario:
    """Stops, the depot first, with the seconds of truck and drone as `round_with_drone` takes them.

    `places` are latitudes and longitudes, `wind` metres a second to the east and the north.
    """

    name: str
    stops: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    wind: tuple[float, float]
    truck_s: Floats
    drone_s: Floats


def is_truck_round(path: Path) -> bool:
    """Whether a file is about a truck, as its table says; unreadable files are left to the reader."""
    try:
        return "truck" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False


def read_truck_round(path: Path, wind: tuple[float, float] | None = None) -> TruckScenario:
    """Read a round, to be flown in another `wind` than the file's if one is given.

    Raises
    ------
    RequestError
        If a value in it is missing or impossible.
    """
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Round)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise RequestError("FILE", f"{path.name}: {error}.") from error
    if wind is not None:
        found = msgspec.structs.replace(found, wind=wind)
    crafts = read_aircraft()
    if found.drone.aircraft not in crafts:
        raise RequestError("drone", f"drone.aircraft: {found.drone.aircraft!r} is none of {', '.join(crafts)}.")
    if not found.truck.speed_ms > 0:
        raise RequestError("truck", f"truck.speed_ms: {found.truck.speed_ms:g} m/s is no speed.")
    stops = (found.depot, *found.stops)
    for stop in stops:
        if not (-90 <= stop.lat <= 90 and -180 <= stop.lon <= 180):
            raise RequestError("stops", f"stop {stop.id}: {stop.lat:g}, {stop.lon:g} is nowhere on the earth.")
    size = len(stops)
    truck, drone = np.zeros((size, size)), np.zeros((2, size, size))
    for i, j in product(range(size), repeat=2):
        if i != j:
            metres, bearing = line_between((stops[i].lat, stops[i].lon), (stops[j].lat, stops[j].lon))
            halts = (i != DEPOT) + (j != DEPOT)
            truck[i, j] = STREET_FACTOR * metres / found.truck.speed_ms + halts * found.truck.stop_s / 2
            for way, load in enumerate((stops[j].mass_kg, 0.0)):
                drone[way, i, j] = _flight_s(found, crafts[found.drone.aircraft], load, (metres, bearing))
    ids, places = tuple(stop.id for stop in stops), tuple((stop.lat, stop.lon) for stop in stops)
    return TruckScenario(found.name, ids, places, found.wind, truck, drone)


def with_and_without(scenario: TruckScenario, seed: int) -> tuple[TruckRound, TruckRound]:
    """A short round with the drone on the roof, and one of the truck alone."""
    never = np.full_like(scenario.drone_s, np.inf)
    found, alone = (
        round_with_drone(scenario.truck_s, drone_s, np.random.default_rng(seed))
        for drone_s in (scenario.drone_s, never)
    )
    return found, alone


def _flight_s(found: _Round, craft: Aircraft, mass_kg: float, line: tuple[float, float]) -> float:
    """Seconds of one leg with half of the service; inf if it takes more than half of the energy."""
    if mass_kg > payload_limit_kg(craft):
        return float("inf")
    metres, bearing = line
    phases = (
        Climb(found.drone.height_m, mass_kg, found.wind),
        Cruise(metres, bearing, mass_kg, found.wind),
        Descent(found.drone.height_m, mass_kg, found.wind),
        Hover(found.drone.service_s / 2, mass_kg, found.wind),
    )
    taken = mission_energy(craft, phases, 0.0)
    if isinstance(taken, WindTooStrong) or taken.energy_j > (1 - RESERVE_SHARE) * craft.energy_j / 2:
        return float("inf")
    return taken.seconds


def write_round(scenario: TruckScenario, found: TruckRound, folder: Path) -> None:
    """Write round.csv: one row for each stretch between two meetings."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "round.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["begin_s", "seconds", "truck", "drone"])
        begin = 0.0
        for stretch in found.stretches:
            truck = " ".join(scenario.stops[stop] for stop in stretch.truck)
            drone: Any = "" if stretch.drone is None else scenario.stops[stretch.drone]
            writer.writerow([round(begin), round(stretch.seconds), truck, drone])
            begin += stretch.seconds
