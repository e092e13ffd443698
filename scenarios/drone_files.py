"""Drone scenarios from TOML files: who flies what from where to where, in which wind, by which permissions.

Airspace, pads and aircraft are those of the embedded bay; a file may bring zones (ED-269 or ED-318), runways, landing
places and declared flights of its own.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from drones.aircraft import Aircraft, payload_limit_kg
from drones.airspace import Altitude, Datum
from drones.deconfliction import Resolution, plan_clear_of
from drones.energy import RESERVE_SHARE
from drones.intents import Uncertainty
from drones.mission import Pad
from drones.obstacles import Ground, over_sea_m
from drones.operation import Operation
from drones.request import Airspace, MissionRequest, Objective, Refusal, Wind
from drones.rules import AccessControl
from drones.rules_japan import RULES
from feeds.makuhari.aircraft import read_aircraft
from feeds.makuhari.airspace import read_pads
from planner.errors import RequestError
from scenarios.drone_airspace import Declared, airspace_of
from scenarios.drone_wind import wind_of

FOLDER = Path(__file__).parent

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DroneScenario:
    """A request with all it is planned against; `facts` are the words of the file on what is known of the flight."""

    name: str
    facts: str
    request: MissionRequest
    airspace: Airspace
    aircraft: Aircraft
    wind: Wind
    declared: Declared


def planned_beside(scenario: DroneScenario) -> Resolution | Refusal:
    """The flight of a scenario, clear of the flights that others declared: later, higher or lower, or around them."""
    region, declared = (scenario.airspace, scenario.aircraft, scenario.wind), scenario.declared
    known, priority = declared.intents, declared.priority
    return plan_clear_of(scenario.request, region, known, Uncertainty(), declared.latest, priority)


def drone_scenario_path(name: str) -> Path:
    """A file, or the shipped scenario of that name.

    Raises
    ------
    RequestError
        If there is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = FOLDER / f"{name.removesuffix('.toml')}.toml"
    if shipped.is_file() and "/" not in name:
        return shipped
    known = ", ".join(sorted(file.stem for file in FOLDER.glob("drone-*.toml")))
    raise RequestError("FILE", f"FILE: '{name}' is neither a file nor one of {known}.")


def read_drone_scenario(path: Path) -> DroneScenario:
    """Read a scenario.

    Raises
    ------
    RequestError
        If a value is missing or impossible; the message names it.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError("FILE", f"{path.name} is no TOML: {error}.") from error
    return drone_scenario_of(document, path.stem, path.parent)


def drone_scenario_of(document: Table, ident: str, folder: Path) -> DroneScenario:
    """The scenario that the tables of a file describe; other files it names are looked for in `folder`.

    Raises
    ------
    RequestError
        If a value is missing or impossible; the message names it.
    """
    flight = _table(document, "flight")
    airspace, declared = airspace_of(document, folder, (_pad(flight, "start"), _pad(flight, "goal")))
    aircraft = _aircraft(flight)
    departure = flight.get("departure")
    if not isinstance(departure, datetime) or departure.tzinfo is None:
        raise RequestError("departure", f"flight.departure: {departure!r} is no date and time with its offset.")
    gust, wind = wind_of(_table(document, "wind"), departure, folder)
    request = _request(ident, document, airspace)
    request = replace(request, gust_ms=gust, rain_mm_h=_number(document.get("weather", {}), "rain_mm_h", 0.0))
    name, facts = str(document.get("name", ident)), str(document.get("facts", ""))
    return DroneScenario(name, facts, request, airspace, aircraft, wind, declared)


def _request(ident: str, document: Table, airspace: Airspace) -> MissionRequest:
    flight = document["flight"]
    cable = _number(flight, "cable_m", 0.0)
    payload = _number(flight, "payload_kg")
    strongest = max(read_aircraft().values(), key=payload_limit_kg)
    if payload > payload_limit_kg(strongest):
        limit = f"{strongest.name} with {payload_limit_kg(strongest):g} kg"
        raise RequestError("payload_kg", f"flight.payload_kg: {payload:g} kg is more than any drone carries ({limit}).")
    if cable < 0:
        raise RequestError("cable_m", f"flight.cable_m: {cable:g} m is no length.")
    reserve = _number(flight, "reserve_share", RESERVE_SHARE)
    if not 0 <= reserve < 1:
        raise RequestError("reserve_share", f"flight.reserve_share: {reserve:g} is no share from 0 to below 1.")
    try:
        objective = Objective(str(flight.get("objective", "ENERGY")).upper())
    except ValueError as error:
        raise RequestError(
            "objective", f"flight.objective: {flight['objective']!r} is none of time, energy, risk."
        ) from error
    return MissionRequest(
        id=ident,
        start=_pad(flight, "start"),
        goal=_pad(flight, "goal"),
        departure=flight["departure"],
        payload_kg=payload,
        altitudes_m=_altitudes(flight, airspace.ground),
        objective=objective,
        cable_m=cable,
        returns=flight.get("returns") is True,
        authorised=_authorised(flight, airspace),
        reserve_share=reserve,
        via=_corridor(flight),
        shore_m=_number(flight, "shore_m", 0.0),
        quiet_m=_number(flight, "quiet_m", 0.0),
        operation=_operation(document.get("operation", {})),
    )


def _corridor(flight: Table) -> tuple[tuple[float, float], ...]:
    found = []
    for entry in flight.get("via", []):
        if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(value, int | float) for value in entry):
            raise RequestError("via", f"flight.via: {entry!r} is no [latitude, longitude].")
        lat, lon = map(float, entry)
        _check_on_earth("via", lat, lon)
        found.append((lat, lon))
    return tuple(found)


def _check_on_earth(key: str, lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise RequestError(key, f"flight.{key}: latitude {lat:g}, longitude {lon:g} is nowhere on the earth.")


def _operation(table: Table) -> Operation:
    """The table [operation], its keys those of `Operation` in TOML's types."""
    known = {field.name for field in fields(Operation)}
    for key, value in table.items():
        if key not in known:
            raise RequestError("operation", f"operation.{key} is none of {', '.join(sorted(known))}.")
        if key.startswith(("is_", "has_", "drops")) and not isinstance(value, bool):
            raise RequestError("operation", f"operation.{key}: {value!r} is neither true nor false.")
    control, licence = table.get("access_control", "ground"), table.get("licence_class", 0)
    if not isinstance(control, str) or control.upper() not in set(AccessControl):
        raise RequestError("operation", f"operation.access_control: {control!r} is none of none, ground, camera.")
    if licence not in (0, 1, 2) or isinstance(licence, bool):
        raise RequestError("operation", f"operation.licence_class: {licence!r} is none of 0, 1, 2.")
    return Operation(**{**table, "access_control": AccessControl(control.upper())})


def _table(document: Table, name: str) -> Table:
    table = document.get(name)
    if not isinstance(table, dict):
        raise RequestError(name, f"{name}: the table [{name}] is missing.")
    return table


def _number(table: Table, key: str, default: float | None = None) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RequestError(key, f"{key}: {value!r} is no number.")
    return float(value)


def _aircraft(flight: Table) -> Aircraft:
    known = read_aircraft()
    name = str(flight.get("aircraft"))
    if name not in known:
        raise RequestError("aircraft", f"flight.aircraft: {name!r} is none of {', '.join(known)}.")
    changes = {key: _number(flight, key) for key in ("wind_limit_ms", "gust_limit_ms") if key in flight}
    return replace(known[name], **changes)  # type: ignore[arg-type]


def _pad(flight: Table, key: str) -> Pad:
    value, known = flight.get(key), read_pads()
    if isinstance(value, dict):
        lat, lon = (_number(value, part) for part in ("lat", "lon"))
        _check_on_earth(key, lat, lon)
        return Pad(key, str(value.get("name", key)), lat, lon, _number(value, "elevation_m", 0.0))
    if not isinstance(value, str) or value not in known:
        raise RequestError(key, f"flight.{key}: {value!r} is no pad; known are {', '.join(known)}.")
    return known[value]


def _altitudes(flight: Table, ground: Ground) -> tuple[float, ...]:
    found = []
    for entry in flight.get("altitudes", []):
        if not isinstance(entry, dict) or entry.get("datum") not in set(Datum):
            raise RequestError("altitudes", f"flight.altitudes: {entry!r} has no datum (AMSL, AGL or WGS84).")
        altitude = Altitude(_number(entry, "value_m"), Datum(entry["datum"]))
        found.append(over_sea_m(altitude, ground, lowest=True))
    return tuple(found)


def _authorised(flight: Table, airspace: Airspace) -> frozenset[str]:
    """Ids of the zones and rules that the file's words name; ``did-*`` names all that begin so."""
    found: set[str] = set()
    for pattern in flight.get("authorised", []):
        named = permits_named(str(pattern), airspace)
        if not named:
            raise RequestError("authorised", f"flight.authorised: there is no zone {pattern!r}, nor such a rule.")
        found.update(named)
    return frozenset(found)


def permits_named(pattern: str, airspace: Airspace) -> frozenset[str]:
    """Ids of the zones, and of the rules one can be permitted to leave, that a pattern such as ``did-*`` names."""
    known = (*(zone.id for zone in airspace.zones), *RULES)
    return frozenset(ident for ident in known if fnmatchcase(ident, pattern))
