"""NGSI-LD entities read: stops, docking stations and vehicles of Smart Data Models, each checked by its model's words.

Both representations are understood, the normalized one that is written here and the simplified one (keyValues).

References
----------
ETSI GS CIM 009 V1.8.1: NGSI-LD API, clauses 4.5 (normalized), 4.5.4 (simplified representation).
Smart Data Models: dataModel.UrbanMobility GtfsStop, dataModel.Transportation BikeHireDockingStation and Vehicle.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from feeds.gbfs_fields import Entry, EntryError, as_entry, count, identifier, number, timestamp
from feeds.notices import FeedError, Notice, Severity
from planner.sharing import RentalStation

KINDS = ("GtfsStop", "BikeHireDockingStation", "Vehicle")

DOCK_STATES = {"working", "outOfService", "withIncidence", "full", "almostFull", "empty", "almostEmpty"}
VEHICLE_STATES = {"parked", "onRoute", "broken", "outOfService"}
CATEGORIES = {"municipalServices", "nonTracked", "private", "public", "specialUsage", "tracked"}


@dataclass(frozen=True, slots=True)
class NgsiStop:
    """A GtfsStop; `wheelchair` is GTFS' wheelchair_boarding, `parent` and `agencies` are identifiers of GTFS."""

    id: str
    name: str
    code: str
    lat: float
    lon: float
    wheelchair: int
    parent: str | None
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NgsiVehicle:
    """A Vehicle; `heading` in degrees clockwise from north, -1 while it stands, `battery` from 0 to 1.

    `observed` is in seconds since 1970-01-01 UTC.
    """

    id: str
    kind: str
    state: str
    lat: float
    lon: float
    observed: int | None
    speed_kmh: float | None = None
    heading: float | None = None
    battery: float | None = None


@dataclass(slots=True)
class NgsiEntities:
    """What a document holds, and what was found wrong with it."""

    stops: list[NgsiStop] = field(default_factory=list)
    docks: list[RentalStation] = field(default_factory=list)
    vehicles: list[NgsiVehicle] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_entities(path: Path) -> NgsiEntities:
    """Read a list of entities, or one.

    Entities that do not keep to their model are left out and reported, with their index as row.

    Raises
    ------
    FeedError
        The file holds no entity.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise FeedError(f"{path.name}: no readable JSON ({str(error).rstrip('.')}).") from error
    listed = document if isinstance(document, list) else [document]
    if not any(isinstance(entry, dict) and str(entry.get("id", "")).startswith("urn:ngsi-ld:") for entry in listed):
        raise FeedError(f"{path.name}: there is no entity of NGSI-LD in it.")
    read, strange = NgsiEntities(), Counter[str]()
    for row, entry in enumerate(listed):
        try:
            _add(read, as_entry(entry), strange)
        except EntryError as error:
            read.notices.append(Notice(Severity.WARNING, path.name, row, f"{error}; the entity is left out"))
    for kind, n in strange.items():
        read.notices.append(Notice(Severity.INFO, path.name, None, f"{n} entities of type {kind:.60} are not read"))
    return read


def _add(read: NgsiEntities, entity: Entry, strange: Counter[str]) -> None:
    kind = identifier(entity, "type").rsplit("/", 1)[-1]
    if kind not in KINDS:
        strange[kind] += 1
        return
    key = _key(identifier(entity, "id"), kind)
    values = {name: _value(attribute) for name, attribute in entity.items() if name not in ("id", "type", "@context")}
    lat, lon = _point(values)
    match kind:
        case "GtfsStop":
            read.stops.append(_stop(key, values, lat, lon))
        case "BikeHireDockingStation":
            read.docks.append(_dock(key, values, lat, lon))
        case _:
            read.vehicles.append(_vehicle(key, values, entity, (lat, lon)))


def _key(urn: str, kind: str) -> str:
    """The part of an identifier behind the type, as it was before it was written into a URN."""
    head = f"urn:ngsi-ld:{kind}:"
    if not urn.startswith(head):
        raise EntryError(f"id {urn!r:.80} does not begin with {head}")
    return unquote(urn.removeprefix(head))


def _value(attribute: object) -> object:
    """What an attribute says; of a simplified one, itself."""
    if not isinstance(attribute, dict):
        return attribute
    kind = attribute.get("type")
    if kind in ("Property", "GeoProperty"):
        return attribute.get("value")
    return attribute.get("object") if kind == "Relationship" else attribute


def _point(values: Entry) -> tuple[float, float]:
    place = as_entry(values.get("location"), "location")
    pair = place.get("coordinates")
    if place.get("type") != "Point" or not isinstance(pair, list) or len(pair) < 2:
        raise EntryError(f"location is {place!r:.80}, not a point")
    at = {"lat": pair[1], "lon": pair[0]}
    lat, lon = number(at, "lat"), number(at, "lon")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        raise EntryError(f"location {pair!r:.80} is nowhere on the ground")
    return lat, lon


def _stop(key: str, values: Entry, lat: float, lon: float) -> NgsiStop:
    wheelchair = str(values.get("wheelChairAccessible", "0"))
    parent, operators = values.get("hasParentStation"), values.get("operatedBy") or []
    return NgsiStop(
        key,
        identifier(values, "name"),
        str(values.get("code") or ""),
        lat,
        lon,
        int(_one_of("wheelChairAccessible", wheelchair, {"0", "1", "2"})),
        None if parent is None else _key(str(parent), "GtfsStation"),
        tuple(_key(str(one), "GtfsAgency") for one in (operators if isinstance(operators, list) else [operators])),
    )


def _dock(key: str, values: Entry, lat: float, lon: float) -> RentalStation:
    state = _one_of("status", str(values.get("status", "working")), DOCK_STATES)
    bikes = count(values, "availableBikeNumber")
    return RentalStation(
        id=key,
        name=str(values.get("name") or ""),
        lat=lat,
        lon=lon,
        capacity=count(values, "totalSlotNumber"),
        bikes_available=bikes or 0,
        docks_available=count(values, "freeSlotNumber"),
        vehicles_by_type={},
        is_renting=state != "outOfService",
        is_returning=state != "outOfService",
        rental_uri=None,
        names={},
    )


def _vehicle(key: str, values: Entry, entity: Entry, at: tuple[float, float]) -> NgsiVehicle:
    categories = values.get("category")
    for word in categories if isinstance(categories, list) else [categories]:
        _one_of("category", str(word), CATEGORIES)
    battery, heading = number(values, "battery"), number(values, "heading")
    if battery is not None and not 0 <= battery <= 1:
        raise EntryError(f"battery is {battery:g}, not a share from 0 to 1")
    if heading is not None and heading != -1 and not 0 <= heading <= 360:
        raise EntryError(f"heading is {heading:g}, neither -1 nor degrees")
    return NgsiVehicle(
        key,
        identifier(values, "vehicleType"),
        _one_of("serviceStatus", str(values.get("serviceStatus", "parked")), VEHICLE_STATES),
        *at,
        observed=timestamp(entity["location"], "observedAt"),
        speed_kmh=number(values, "speed"),
        heading=heading,
        battery=battery,
    )


def _one_of(name: str, word: str, allowed: set[str]) -> str:
    if word not in allowed:
        raise EntryError(f"{name} is {word!r:.60}, none of {', '.join(sorted(allowed))}")
    return word
