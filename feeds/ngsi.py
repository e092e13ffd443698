"""Stops, rental stations and vehicles as NGSI-LD entities that a city's context broker takes.

References
----------
ETSI GS CIM 009 V1.8.1: NGSI-LD API, clause 4.5 (normalized representation).
Smart Data Models: dataModel.UrbanMobility GtfsStop, dataModel.Transportation BikeHireDockingStation and Vehicle.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from planner.model import Mode
from planner.sharing import FormFactor, Propulsion, RentalStation, RentalVehicle, SharingSystem, VehicleType
from planner.timetable import BOARDING_PLACE, NONE, Timetable

Entity = dict[str, object]

CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
MOBILITY = "https://raw.githubusercontent.com/smart-data-models/dataModel.UrbanMobility/master/context.jsonld"
TRANSPORTATION = "https://raw.githubusercontent.com/smart-data-models/dataModel.Transportation/master/context.jsonld"

_VEHICLE_TYPES = {
    FormFactor.BICYCLE: "bicycle",
    FormFactor.CARGO_BICYCLE: "bicycle",
    FormFactor.CAR: "car",
    FormFactor.MOPED: "moped",
    FormFactor.SCOOTER_STANDING: "e-scooter",
    FormFactor.SCOOTER_SEATED: "motorscooter",
    FormFactor.OTHER: "other",
}


_LINE_VEHICLES = {Mode.BUS: "bus", Mode.COACH: "bus", Mode.TRAM: "tram", Mode.CABLE_CAR: "tram"}


def stop_entities(timetable: Timetable) -> list[Entity]:
    """A GtfsStop for each boarding place; its station and the agencies that call there are relationships."""
    stops, ids = timetable.stops, list(timetable.stops.ids)
    agencies = _agencies_by_stop(timetable)
    entities = []
    for row, stop_id in enumerate(ids):
        if stops.location_type[row] != BOARDING_PLACE:
            continue
        parent = int(stops.parent[row])
        operators = [urn("GtfsAgency", timetable.agencies[agency].id) for agency in agencies.get(row, ())]
        entities.append(
            _entity(
                "GtfsStop",
                stop_id,
                MOBILITY,
                name=_property(stops.names[row] or stop_id),
                code=_property(stops.codes[row] or None),
                location=_location(float(stops.lat[row]), float(stops.lon[row])),
                wheelChairAccessible=_property(str(int(stops.wheelchair[row]))),
                hasParentStation=None if parent == NONE else _relationship(urn("GtfsStation", ids[parent])),
                operatedBy=_relationship(operators) if operators else None,
            )
        )
    return entities


def docking_station_entities(system: SharingSystem) -> list[Entity]:
    """A BikeHireDockingStation for each station of a system, as it was when the system was last updated."""
    return [_docking_station(system, station) for station in system.stations]


def vehicle_entities(system: SharingSystem) -> list[Entity]:
    """A Vehicle for each vehicle that stands by itself and is not in use."""
    kinds = {kind.id: kind for kind in system.vehicle_types}
    return [_vehicle(system, vehicle, kinds.get(vehicle.vehicle_type_id)) for vehicle in system.vehicles]


def fleet_vehicle(
    vehicle_id: str,
    at: tuple[float, float],
    observed: datetime,
    *,
    speed_kmh: float | None,
    heading: float | None,
    mode: Mode | None = Mode.BUS,
) -> Entity:
    """A Vehicle for a bus, a tram or a train on its way.

    Parameters
    ----------
    at : (float, float)
        Latitude and longitude.
    heading : float or None
        Degrees clockwise from north; the model says −1 for a vehicle that stands.
    mode : Mode or None
        Of the line; the model has words for buses and trams, and "other" for what it does not name.

    Raises
    ------
    ValueError
        `observed` has no time zone.
    """
    if observed.tzinfo is None:
        raise ValueError(f"observed is {observed.isoformat()}, a time without a time zone")
    moment = _moment(observed)
    turned = -1 if speed_kmh == 0 else heading
    return _entity(
        "Vehicle",
        vehicle_id,
        TRANSPORTATION,
        name=_property(vehicle_id),
        vehicleType=_property(_LINE_VEHICLES.get(mode, "other") if mode else "other"),
        category=_property(["public", "tracked"]),
        serviceProvided=_property(["urbanTransit"]),
        serviceStatus=_property("onRoute"),
        location=_location(*at, moment),
        speed=_property(speed_kmh, moment, "KMH"),
        heading=_property(turned, moment, "DD"),
    )


def urn(kind: str, name: str) -> str:
    """Identifier of an entity; what a URN may not hold is percent-encoded (RFC 8141)."""
    return f"urn:ngsi-ld:{kind}:{quote(name, safe='-._~:@!$()*+,;=')}"


def _agencies_by_stop(timetable: Timetable) -> dict[int, list[int]]:
    trips, patterns = timetable.trips, timetable.patterns
    lines = {(int(pattern), timetable.routes[route].agency) for pattern, route in _pairs(trips.pattern, trips.route)}
    found: dict[int, set[int]] = {}
    for pattern, agency in lines:
        for stop in patterns.stop[patterns.first[pattern] : patterns.first[pattern + 1]].tolist():
            found.setdefault(stop, set()).add(agency)
    return {stop: sorted(agencies) for stop, agencies in found.items()}


def _pairs(a: Iterable[int], b: Iterable[int]) -> set[tuple[int, int]]:
    return {(int(x), int(y)) for x, y in zip(a, b, strict=True)}


def _docking_station(system: SharingSystem, station: RentalStation) -> Entity:
    moment = _moment(datetime.fromtimestamp(system.last_updated, UTC))
    return _entity(
        "BikeHireDockingStation",
        f"{system.id}:{station.id}",
        TRANSPORTATION,
        name=_property(station.name or station.id),
        location=_location(station.lat, station.lon),
        totalSlotNumber=_property(station.capacity),
        availableBikeNumber=_property(station.bikes_available, moment),
        freeSlotNumber=_property(station.docks_available, moment),
        status=_property(_status(station), moment),
        openingHours=_property(system.opening_hours),
        provider=_property(system.operator or system.name),
        dataProvider=_property(_source(system)),
    )


def _status(station: RentalStation) -> str:
    """The model's words: out of service if nothing can be taken or left, else empty, full or working."""
    if not (station.is_renting or station.is_returning):
        return "outOfService"
    if station.bikes_available == 0:
        return "empty"
    return "full" if station.docks_available == 0 else "working"


def _vehicle(system: SharingSystem, vehicle: RentalVehicle, kind: VehicleType | None) -> Entity:
    moment = _moment(datetime.fromtimestamp(system.last_updated, UTC))
    most = kind.max_range_m if kind else None
    charge = min(1.0, vehicle.range_m / most) if most and vehicle.range_m is not None else None
    is_electric = kind is not None and kind.propulsion in (Propulsion.ELECTRIC, Propulsion.ELECTRIC_ASSIST)
    return _entity(
        "Vehicle",
        f"{system.id}:{vehicle.id}",
        TRANSPORTATION,
        name=_property(kind.name if kind and kind.name else vehicle.id),
        vehicleType=_property(_VEHICLE_TYPES[kind.form_factor] if kind else "other"),
        category=_property(["public"]),
        serviceStatus=_property("broken" if vehicle.is_disabled else "parked", moment),
        location=_location(vehicle.lat, vehicle.lon, moment),
        battery=_property(charge, moment) if is_electric else None,
        dataProvider=_property(_source(system)),
    )


def _source(system: SharingSystem) -> str:
    """Whom to name for the data, with the licence."""
    named = system.attribution or system.operator or system.name
    return f"{named} ({system.licence})" if system.licence else named


def _entity(kind: str, key: str, context: str, /, **attributes: Entity | None) -> Entity:
    """Attributes without a value are left out: NGSI-LD knows no null in a stored entity."""
    present = {word: value for word, value in attributes.items() if value is not None}
    return {"id": urn(kind, key), "type": kind, **present, "@context": [context, CORE]}


def _property(value: object, observed: str | None = None, unit: str | None = None) -> Entity | None:
    if value is None:
        return None
    more = {"observedAt": observed, "unitCode": unit}
    return {"type": "Property", "value": value, **{key: text for key, text in more.items() if text}}


def _relationship(target: str | list[str]) -> Entity:
    return {"type": "Relationship", "object": target}


def _location(lat: float, lon: float, observed: str | None = None) -> Entity:
    place: Entity = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}
    return place | ({"observedAt": observed} if observed else {})


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
