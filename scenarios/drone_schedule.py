"""A fleet's schedule as tables: flights, refusals, how good it is, and how days of it went."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from drones.intents import Uncertainty
from drones.schedule import FleetSchedule, Flight, RefusedParcel
from drones.schedule_problem import HOUR_S, FleetDay
from scenarios.drone_fleet import FleetScenario
from scenarios.drone_operations import air_day, courier_numbers, fly_days
from simulator.flight_day import AirDay
from simulator.flight_states import intent_states
from simulator.flights import fly
from simulator.intervals import Interval


@dataclass(frozen=True, slots=True)
class PlayedDays:
    """Numbers of `flight_metrics` over the days played, and what each kind of courier would take instead."""

    drones: Mapping[str, Interval]
    couriers: Mapping[str, Mapping[str, float]]


def play_days(
    scenario: FleetScenario, schedule: FleetSchedule, days: int, seed: int, folder: Path, processes: int = 2
) -> PlayedDays | None:
    """Fly a schedule on so many days and write operations.csv and states.csv; None where nothing is flown."""
    day, air = scenario.day, air_day(scenario, schedule)
    if not days or not air.flights:
        return None
    played = fly_days(air, [float(parcel.due_s) for parcel in day.parcels], days, seed, processes)
    couriers = courier_numbers(air, (day.closes_s - day.opens_s) / HOUR_S)
    _write_operations(played, couriers, folder)
    _write_states(air, day, seed, folder)
    return PlayedDays(played, couriers)


def write_schedule(schedule: FleetSchedule, folder: Path) -> None:
    """Write flights.csv, refused.csv and schedule.json; times in the tables are of the day's clock."""
    folder.mkdir(parents=True, exist_ok=True)
    flights = [tuple(map(_cell, asdict(flight).items())) for flight in schedule.flights]
    _write_table(folder / "flights.csv", [_heading(field.name) for field in fields(Flight)], flights)
    _write_table(
        folder / "refused.csv", [field.name for field in fields(RefusedParcel)], map(astuple, schedule.refused)
    )
    numbers: dict[str, Any] = {"flights": len(flights), "refused": Counter(lost.reason for lost in schedule.refused)}
    numbers |= {"cost": schedule.cost, "bound": schedule.bound, "gap": schedule.gap}
    (folder / "schedule.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


def _heading(name: str) -> str:
    return name if name in {"late_s", "energy_j"} else name.removesuffix("_s")


def _cell(item: tuple[str, object]) -> object:
    name, value = item
    if isinstance(value, int) and _heading(name) != name:
        return _clock(value)
    return round(value) if isinstance(value, float) else value


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _write_table(path: Path, header: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _write_operations(
    played: Mapping[str, Interval], couriers: Mapping[str, Mapping[str, float]], folder: Path
) -> None:
    """Write operations.csv: numbers of the days played, and of couriers for the same parcels."""
    rows: list[tuple[object, ...]] = [
        ("drones", name, f"{found.mean:.6g}", f"{found.half_width:.6g}", found.count) for name, found in played.items()
    ]
    rows += [(who, name, f"{value:.6g}", "", "") for who, found in couriers.items() for name, value in found.items()]
    _write_table(folder / "operations.csv", ["by", "number", "mean", "half_width", "days"], rows)


def _write_states(air: AirDay, day: FleetDay, seed: int, folder: Path) -> None:
    """Write states.csv: every state of each flight's operational intent on the first day played, with its time."""
    changes = intent_states(air, fly(air, seed, 0), Uncertainty().time_s)
    rows = ((day.parcels[one.parcel].id, _clock(round(one.time_s)), one.state.value) for one in changes)
    _write_table(folder / "states.csv", ["parcel", "time", "state"], rows)
