"""`/rentals`: what is shared where, by provider."""

from collections.abc import Callable, Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.board_requests import Point, box_of
from api.direct import DirectRoute
from api.motis import Polyline
from api.motis_lines import wire_lines
from api.motis_rentals import (
    Bounds,
    Provider,
    ProviderGroup,
    ProviderVehicleType,
    RentalsResponse,
    Station,
    Vehicle,
    Zone,
    ZoneRestrictions,
)
from api.plan import Locate
from api.requests import Split
from api.served import Served
from planner.geo import great_circle_m
from planner.network import Network
from planner.request import Coordinate
from planner.sharing import GeofencingRule, GeofencingZone, RentalStation, RentalVehicle, SharingSystem, VehicleType

Within = Callable[[float, float], bool]
Names = Annotated[list[str], Split]


class RentalsQuery(BaseModel):
    """Parameters of `/rentals`."""

    model_config = ConfigDict(extra="forbid")

    min: Point | None = Field(None, description="`lat,lon` of the lower right corner", examples=["35.63,140.06"])
    max: Point | None = Field(None, description="`lat,lon` of the upper left corner", examples=["35.66,140.02"])
    point: str | None = Field(None, description="`lat,lon` or a stop id, with `radius`")
    radius: float | None = Field(None, ge=0, le=50_000, description="metres around `point`")
    providers: Names = Field([], description="ids of providers; default: all")
    providerGroups: Names = Field([], description="ids of groups; default: all")  # noqa: N815
    withProviders: bool = True  # noqa: N815
    withStations: bool = True  # noqa: N815
    withVehicles: bool = True  # noqa: N815
    withZones: bool = True  # noqa: N815

    @model_validator(mode="after")
    def _is_answerable(self) -> "RentalsQuery":
        if (self.min is None) != (self.max is None):
            raise ValueError("name min and max, or neither")
        if (self.point is None) != (self.radius is None):
            raise ValueError("name point and radius, or neither")
        return self


def rentals_router(served: Served) -> APIRouter:
    """Routes about shared vehicles."""
    router = APIRouter(tags=["map"], route_class=DirectRoute)

    @router.get("/rentals", response_model_exclude_none=True)
    def rentals(query: Annotated[RentalsQuery, Query()]) -> RentalsResponse:
        """Providers, stations, vehicles and zones in a part of the map or around a point."""
        city = served.city
        network, within = city.network, _within(city.network, query, city.locate)
        systems = [system for system in network.snapshot.sharing if _is_asked(system, query)]
        systems = [system for system in systems if any(within(*at) for at in _positions(system))]
        stations = (_station(system, one) for system in systems for one in system.stations if within(one.lat, one.lon))
        vehicles = (_vehicle(system, one) for system in systems for one in system.vehicles if within(one.lat, one.lon))
        zones = (zone for system in systems for zone in _zones(system) if _is_near(zone, query))
        return RentalsResponse(
            providerGroups=tuple(_group(system, query.withProviders) for system in systems),
            providers=tuple(map(_provider, systems)) if query.withProviders else (),
            stations=tuple(stations) if query.withStations else (),
            vehicles=tuple(vehicles) if query.withVehicles else (),
            zones=tuple(zones) if query.withZones else (),
        )

    return router


def _within(network: Network, query: RentalsQuery, locate: Locate) -> Within:
    """Whether a point lies in the part of the map that is asked about."""
    box = None if query.min is None or query.max is None else box_of(query.min, query.max)
    around = None if query.point is None else locate(query.point, "point")
    if around is not None and not isinstance(around, Coordinate):
        stops, row = network.snapshot.timetable.stops, network.stop_index[around.id]
        around = Coordinate(float(stops.lat[row]), float(stops.lon[row]))

    def within(lat: float, lon: float) -> bool:
        if box is not None and not (box[0] <= lat <= box[2] and box[1] <= lon <= box[3]):
            return False
        return around is None or float(great_circle_m(around.lat, around.lon, lat, lon)) <= (query.radius or 0.0)

    return within


def _is_asked(system: SharingSystem, query: RentalsQuery) -> bool:
    names = {*query.providers, *query.providerGroups}
    return not names or system.id in names


def _positions(system: SharingSystem) -> Iterable[tuple[float, float]]:
    yield from ((station.lat, station.lon) for station in system.stations)
    yield from ((vehicle.lat, vehicle.lon) for vehicle in system.vehicles)


def _bounds(points: Iterable[tuple[float, float]]) -> Bounds:
    lat, lon = zip(*points, strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def _factors(types: Iterable[VehicleType]) -> tuple[str, ...]:
    return tuple(sorted({kind.form_factor.upper() for kind in types}))


def _group(system: SharingSystem, with_providers: bool) -> ProviderGroup:
    providers = (system.id,) if with_providers else ()
    return ProviderGroup(system.id, system.name, providers, _factors(system.vehicle_types))


def _provider(system: SharingSystem) -> Provider:
    return Provider(
        id=system.id,
        name=system.name,
        groupId=system.id,
        bbox=_bounds(_positions(system)),
        vehicleTypes=tuple(
            ProviderVehicleType(
                kind.id, kind.name, kind.form_factor.upper(), kind.propulsion.upper(),
                kind.return_constraint.upper(), returnConstraintGuessed=False,
            )
            for kind in system.vehicle_types
        ),
        formFactors=_factors(system.vehicle_types),
        defaultRestrictions=ZoneRestrictions((), rideStartAllowed=True, rideEndAllowed=True, rideThroughAllowed=True),
        globalGeofencingRules=tuple(_rule(system, rule) for rule in system.global_rules),
        operator=system.operator,
        url=system.url,
    )  # fmt: skip


def _rule(system: SharingSystem, rule: GeofencingRule) -> ZoneRestrictions:
    kinds = [kind.id for kind in system.vehicle_types]
    indices = tuple(kinds.index(kind) for kind in rule.vehicle_type_ids if kind in kinds)
    return ZoneRestrictions(
        indices, rule.ride_start_allowed, rule.ride_end_allowed, rule.ride_through_allowed, rule.station_parking
    )


def _station(system: SharingSystem, station: RentalStation) -> Station:
    kinds = {kind.id: kind for kind in system.vehicle_types}
    here = [kinds[kind] for kind in station.vehicles_by_type if kind in kinds] or system.vehicle_types
    docks = station.docks_available
    return Station(
        id=station.id,
        providerId=system.id,
        providerGroupId=system.id,
        name=station.name,
        lat=station.lat,
        lon=station.lon,
        isRenting=station.is_renting,
        isReturning=station.is_returning,
        numVehiclesAvailable=station.bikes_available,
        formFactors=_factors(here),
        vehicleTypesAvailable=dict(station.vehicles_by_type),
        vehicleDocksAvailable={} if docks is None else {kind.id: docks for kind in here},
        bbox=_bounds([(station.lat, station.lon)]),
        rentalUriWeb=station.rental_uri,
    )


def _vehicle(system: SharingSystem, vehicle: RentalVehicle) -> Vehicle:
    kind = next(kind for kind in system.vehicle_types if kind.id == vehicle.vehicle_type_id)
    return Vehicle(
        id=vehicle.id,
        providerId=system.id,
        providerGroupId=system.id,
        typeId=kind.id,
        lat=vehicle.lat,
        lon=vehicle.lon,
        formFactor=kind.form_factor.upper(),
        propulsionType=kind.propulsion.upper(),
        returnConstraint=kind.return_constraint.upper(),
        isReserved=vehicle.is_reserved,
        isDisabled=vehicle.is_disabled,
        stationId=vehicle.station_id,
    )


def _zones(system: SharingSystem) -> Iterable[Zone]:
    """Zones of a system; earlier ones take precedence, so they lie on top."""
    for row, zone in enumerate(system.zones):
        yield Zone(
            providerId=system.id,
            providerGroupId=system.id,
            name=zone.name,
            z=len(system.zones) - row,
            bbox=_bounds(point for polygon in zone.rings for ring in polygon for point in ring),
            area=_area(zone),
            rules=tuple(_rule(system, rule) for rule in zone.rules),
        )


def _area(zone: GeofencingZone) -> tuple[tuple[Polyline, ...], ...]:
    return tuple(tuple(wire_lines(polygon)) for polygon in zone.rings)


def _is_near(zone: Zone, query: RentalsQuery) -> bool:
    if query.min is None or query.max is None:
        return True
    south, west, north, east = box_of(query.min, query.max)
    return zone.bbox[0] <= east and zone.bbox[2] >= west and zone.bbox[1] <= north and zone.bbox[3] >= south
