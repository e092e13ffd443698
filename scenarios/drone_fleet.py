"""A day of a drone fleet as a TOML file with parcels inline or in a CSV table, and its schedule as tables."""

import csv
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, fields
from pathlib import Path
from typing import Any

import msgspec

from drones.aircraft import Aircraft
from drones.energy import RESERVE_SHARE
from drones.schedule import FleetSchedule, Flight, RefusedParcel
from drones.schedule_problem import Base, FleetDay, FleetDrone, Pad, Parcel, Priority, Trips
from drones.schedule_trips import Corridor, trips_in_wind, type_of
from feeds.makuhari.aircraft import read_aircraft
from planner.errors import RequestError

CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class _Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    aircraft: str
    charge_w: float = float("inf")
    swap_s: int


class _Pad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    lat: float
    lon: float
    base: str = ""
    takeoff_s: int = 0
    turnaround_s: int


class _Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    mass_kg: float
    priority: Priority = Priority.ORDINARY
    opens: str
    due: str
    closes: str
    service_s: int = 60
    lat: float | None = None
    lon: float | None = None
    pad: str = ""
    after: str = ""


class _Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    opens: str
    closes: str
    height_m: float
    detour: float = 1.0
    reserve_share: float = RESERVE_SHARE
    energy_per_kj: int = 1
    wind: list[tuple[float, float]]
    bases: list[Base]
    pads: list[_Pad]
    types: list[_Type]
    drones: list[FleetDrone]
    parcels: list[_Parcel] | str


def read_fleet_day(path: Path) -> tuple[FleetDay, Trips]:
    """Read a fleet's day; a parcels' CSV is looked for beside the file.

    Raises
    ------
    RequestError
        If the file is no TOML or a value in it is impossible.
    OSError
        If a file cannot be read.
    """
    try:
        fleet = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Fleet)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError("FILE", f"{path.name} is no TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise RequestError("FILE", f"{path.name}: {error}.") from error
    parcels = _read_parcels(path.parent / fleet.parcels) if isinstance(fleet.parcels, str) else fleet.parcels
    crafts = read_aircraft()
    _check_flying(fleet, crafts)
    pads = {pad.id: (pad.lat, pad.lon) for pad in fleet.pads}
    day = FleetDay(
        types=tuple(
            type_of(crafts[kind.aircraft], fleet.reserve_share, kind.charge_w, kind.swap_s) for kind in fleet.types
        ),
        bases=tuple(fleet.bases),
        pads=tuple(Pad(pad.id, pad.base, pad.takeoff_s, pad.turnaround_s) for pad in fleet.pads),
        drones=tuple(fleet.drones),
        parcels=tuple(_parcel(parcel) for parcel in parcels),
        opens_s=_seconds("opens", fleet.opens),
        closes_s=_seconds("closes", fleet.closes),
        energy_per_kj=fleet.energy_per_kj,
    )
    places = {f"pad {name}": place for name, place in pads.items()}
    places |= {f"parcel {parcel.id}": _place(parcel, pads) for parcel in parcels}
    return day, trips_in_wind(crafts, places, fleet.wind, Corridor(fleet.height_m, fleet.detour))


def _check_flying(fleet: _Fleet, crafts: Mapping[str, Aircraft]) -> None:
    for kind in fleet.types:
        if kind.aircraft not in crafts:
            raise RequestError("types", f"types: {kind.aircraft!r} is none of {', '.join(crafts)}.")
    if not fleet.wind:
        raise RequestError("wind", "wind: the list of winds by hour is empty.")
    if not 0 <= fleet.reserve_share < 1:
        raise RequestError("reserve_share", f"reserve_share: {fleet.reserve_share:g} is no share from 0 to below 1.")
    if fleet.detour < 1 or fleet.height_m < 0:
        raise RequestError("detour", f"detour {fleet.detour:g} or height_m {fleet.height_m:g} is too small.")
    for pad in fleet.pads:
        _check_place(f"pad {pad.id}", pad.lat, pad.lon)


def _read_parcels(path: Path) -> list[_Parcel]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(file)]
    parcels = []
    for line, row in enumerate(rows, 2):
        try:
            parcels.append(msgspec.convert(row, _Parcel, strict=False))
        except (msgspec.ValidationError, TypeError) as error:
            raise RequestError("parcels", f"{path.name}, line {line}: {error}.") from error
    return parcels


def _parcel(parcel: _Parcel) -> Parcel:
    opens, due, closes = (_seconds(f"parcel {parcel.id}", text) for text in (parcel.opens, parcel.due, parcel.closes))
    return Parcel(
        id=parcel.id,
        mass_kg=parcel.mass_kg,
        priority=parcel.priority,
        opens_s=opens,
        due_s=due,
        closes_s=closes,
        service_s=parcel.service_s,
        pad=parcel.pad,
        after=parcel.after,
    )


def _place(parcel: _Parcel, pads: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    if parcel.lat is not None and parcel.lon is not None:
        _check_place(f"parcel {parcel.id}", parcel.lat, parcel.lon)
        return parcel.lat, parcel.lon
    if parcel.pad not in pads:
        raise RequestError(
            "parcels", f"parcel {parcel.id} has no latitude and longitude, and {parcel.pad!r} is no pad."
        )
    return pads[parcel.pad]


def _check_place(what: str, lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise RequestError("lat", f"{what}: latitude {lat:g}, longitude {lon:g} is nowhere on the earth.")


def _seconds(what: str, text: str) -> int:
    found = CLOCK.fullmatch(text)
    if found is None or int(found[2]) > 59:
        raise RequestError("time", f"{what}: {text!r} is no time such as 09:30.")
    return int(found[1]) * 3600 + int(found[2]) * 60


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
        return f"{value // 3600:02}:{value // 60 % 60:02}:{value % 60:02}"
    return round(value) if isinstance(value, float) else value


def _write_table(path: Path, header: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
