"""A day of a drone fleet as a TOML file with parcels inline or in a CSV table: `read_fleet`."""

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import inf
from pathlib import Path

import msgspec

from drones.aircraft import Aircraft
from drones.energy import RESERVE_SHARE
from drones.mission import Pad as Site
from drones.plane import Plane, to_plane
from drones.schedule_problem import Base, DroneType, FleetDay, FleetDrone, Pad, Parcel, Priority, Trip, Trips
from drones.schedule_trips import Corridor, line_between, trips_in_wind, type_of
from drones.wind import wind_at
from feeds.makuhari.aircraft import read_aircraft
from feeds.makuhari.airspace import read_airspace
from planner.errors import RequestError
from scenarios.drone_wind import JST, drawn_day, field_of
from simulator.flight_day import Closing, Hazards, Metres

CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
STREET_FACTOR = 1.3
"""Length of streets over straight lines for couriers on the ground; an assumption."""


class _Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    aircraft: str
    charge_w: float = inf
    swap_s: int


class _Courier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    speed_ms: float
    payload_max_kg: float
    j_per_m: float = 0.0
    usable_kj: float = inf
    charge_w: float = inf
    swap_s: int = 0


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
    base: str = ""
    ordered: str = ""


class _Climate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    month: int
    seed: int


class _Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    consultation_s: int = 0
    pharmacy_s: int = 0


class _Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    lat: float
    lon: float
    radius_m: float
    start: str
    end: str


class _Operations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    wind_sigma: float = Hazards().wind_sigma
    pad_delay_s: float = Hazards().pad_delay_s
    link_losses_per_h: float = Hazards().link_losses_per_h
    link_regain_s: float = Hazards().link_regain_s
    link_patience_s: float = Hazards().link_patience_s
    cycles_max: float = Hazards().cycles_max
    fade_per_cycle: float = Hazards().fade_per_cycle
    recovery_s: float = Hazards().recovery_s
    patience_s: float = Hazards().patience_s
    ride_sigma: float = Hazards().ride_sigma
    closings: list[_Closing] = []


class _Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    facts: str = ""
    opens: str
    closes: str
    height_m: float
    detour: float = 1.0
    reserve_share: float = RESERVE_SHARE
    energy_per_kj: int = 1
    wind: list[tuple[float, float]] | _Climate
    bases: list[Base]
    pads: list[_Pad]
    types: list[_Type]
    couriers: list[_Courier] = []
    drones: list[FleetDrone]
    parcels: list[_Parcel] | str
    chain: _Chain = _Chain()
    operations: _Operations = _Operations()


@dataclass(frozen=True, slots=True)
class FleetScenario:
    """A fleet's day with all it is scheduled and flown in.

    Attributes
    ----------
    crafts : mapping
        Aircraft by type; couriers on the ground are not among them.
    plane : Plane
        On which `places_m` and `hazards` are.
    places_m : mapping
        East and north by ``pad`` or ``parcel`` and its id.
    wind_by_hour : tuple of (east, north)
        At flight height.
    """

    name: str
    facts: str
    day: FleetDay
    trips: Trips
    crafts: Mapping[str, Aircraft]
    plane: Plane
    places_m: Mapping[str, Metres]
    alternates_m: tuple[Metres, ...]
    wind_by_hour: tuple[Metres, ...]
    corridor: Corridor
    reserve_share: float
    hazards: Hazards


def read_fleet(path: Path, wind: Sequence[tuple[float, float]] | None = None) -> FleetScenario:
    """Read a fleet's day; a parcels' CSV is looked for beside the file.

    Parameters
    ----------
    wind : sequence of (east, north), optional
        Metres a second by hour in place of the file's, the last one for the rest of the day.

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
    if wind is not None:
        fleet = msgspec.structs.replace(fleet, wind=[(east, north) for east, north in wind])
    parcels = _read_parcels(path.parent / fleet.parcels) if isinstance(fleet.parcels, str) else fleet.parcels
    crafts = read_aircraft()
    _check_flying(fleet, crafts)
    pads = {pad.id: (pad.lat, pad.lon) for pad in fleet.pads}
    places = {f"pad {name}": place for name, place in pads.items()}
    places |= {f"parcel {parcel.id}": _place(parcel, pads) for parcel in parcels}
    corridor, wind = Corridor(fleet.height_m, fleet.detour), _wind(fleet)
    plane = Plane(*next(iter(pads.values()), (0.0, 0.0)))
    return FleetScenario(
        name=fleet.name,
        facts=fleet.facts,
        day=_day(fleet, parcels, crafts),
        trips=_trips(fleet, trips_in_wind(crafts, places, wind, corridor), places),
        crafts={kind.aircraft: crafts[kind.aircraft] for kind in fleet.types},
        plane=plane,
        places_m={name: to_plane(plane, *place) for name, place in places.items()},
        alternates_m=tuple(to_plane(plane, site.lat, site.lon) for site in _sites()),
        wind_by_hour=wind,
        corridor=corridor,
        reserve_share=fleet.reserve_share,
        hazards=_hazards(fleet.operations, plane),
    )


def _sites() -> tuple[Site, ...]:
    return read_airspace().sites


def _day(fleet: _Fleet, parcels: list[_Parcel], crafts: Mapping[str, Aircraft]) -> FleetDay:
    flying = (type_of(crafts[kind.aircraft], fleet.reserve_share, kind.charge_w, kind.swap_s) for kind in fleet.types)
    riding = (DroneType(c.id, c.payload_max_kg, c.usable_kj * 1000, c.charge_w, c.swap_s) for c in fleet.couriers)
    return FleetDay(
        types=(*flying, *riding),
        bases=tuple(fleet.bases),
        pads=tuple(Pad(pad.id, pad.base, pad.takeoff_s, pad.turnaround_s) for pad in fleet.pads),
        drones=tuple(fleet.drones),
        parcels=tuple(_parcel(parcel, fleet.chain) for parcel in parcels),
        opens_s=_seconds("opens", fleet.opens),
        closes_s=_seconds("closes", fleet.closes),
        energy_per_kj=fleet.energy_per_kj,
    )


def _trips(fleet: _Fleet, flown: Trips, places: Mapping[str, tuple[float, float]]) -> Trips:
    """Trips by air, and by couriers over the streets, whom no wind stops."""
    couriers = {courier.id: courier for courier in fleet.couriers}

    def trips(kind: DroneType, pad: Pad, parcel: Parcel, hour: int) -> Trip | None:
        if kind.id not in couriers:
            return flown(kind, pad, parcel, hour)
        courier = couriers[kind.id]
        metres = STREET_FACTOR * line_between(places[f"pad {pad.id}"], places[f"parcel {parcel.id}"])[0]
        return Trip(metres / courier.speed_ms, metres / courier.speed_ms, 2 * metres * courier.j_per_m)

    return trips


def _wind(fleet: _Fleet) -> tuple[Metres, ...]:
    if isinstance(fleet.wind, list):
        return tuple(fleet.wind)
    if not 1 <= fleet.wind.month <= 12:
        raise RequestError("wind", f"wind.month: {fleet.wind.month} is no month.")
    on = date(2026, fleet.wind.month, 15)
    field = field_of(drawn_day(on, fleet.wind.seed))
    midnight = datetime.combine(on, time(), JST)
    return tuple(wind_at(field, midnight + timedelta(hours=hour), fleet.height_m) for hour in range(24))


def _hazards(operations: _Operations, plane: Plane) -> Hazards:
    given = {key: value for key, value in msgspec.structs.asdict(operations).items() if key != "closings"}
    for key, value in given.items():
        if not value >= 0:
            raise RequestError("operations", f"operations.{key}: {value:g} is less than nothing.")
    closings = tuple(
        Closing(
            to_plane(plane, one.lat, one.lon),
            one.radius_m,
            float(_seconds(f"closing {one.name}", one.start)),
            float(_seconds(f"closing {one.name}", one.end)),
        )
        for one in operations.closings
    )
    return replace(Hazards(**given), closings=closings)


def _check_flying(fleet: _Fleet, crafts: Mapping[str, Aircraft]) -> None:
    for kind in fleet.types:
        if kind.aircraft not in crafts:
            raise RequestError("types", f"types: {kind.aircraft!r} is none of {', '.join(crafts)}.")
    for courier in fleet.couriers:
        if not 0 < courier.speed_ms < inf:
            raise RequestError("couriers", f"courier {courier.id}: {courier.speed_ms:g} m/s is no speed.")
    if isinstance(fleet.wind, list) and not fleet.wind:
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


def _parcel(parcel: _Parcel, chain: _Chain) -> Parcel:
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
        base=parcel.base,
        ready_s=_ready_s(parcel, chain),
    )


def _ready_s(parcel: _Parcel, chain: _Chain) -> int:
    """When what was ordered has been prescribed and packed; the second leg waits for the first."""
    if not parcel.ordered:
        return 0
    return _seconds(f"parcel {parcel.id}", parcel.ordered) + chain.consultation_s + chain.pharmacy_s


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
