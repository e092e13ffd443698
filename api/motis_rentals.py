# ruff: noqa: N815
"""The shapes MOTIS 2 sends about shared vehicles and about the map's beginning, attribute for attribute.

References
----------
MOTIS 2.11 OpenAPI, RentalProvider, RentalStation, RentalVehicle, RentalZone, ServerConfig.
"""

from dataclasses import dataclass

from api.limits import PublishedLimits
from api.motis import Polyline

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ZoneRestrictions:
    """MOTIS RentalZoneRestrictions; `vehicleTypeIdxs` are places in the provider's `vehicleTypes`."""

    vehicleTypeIdxs: tuple[int, ...]
    rideStartAllowed: bool
    rideEndAllowed: bool
    rideThroughAllowed: bool
    stationParking: bool | None = None


@dataclass(frozen=True, slots=True)
class ProviderVehicleType:
    """MOTIS RentalVehicleType."""

    id: str
    name: str
    formFactor: str
    propulsionType: str
    returnConstraint: str
    returnConstraintGuessed: bool


@dataclass(frozen=True, slots=True)
class Provider:
    """MOTIS RentalProvider; `bbox` is west, south, east, north."""

    id: str
    name: str
    groupId: str
    bbox: Bounds
    vehicleTypes: tuple[ProviderVehicleType, ...]
    formFactors: tuple[str, ...]
    defaultRestrictions: ZoneRestrictions
    globalGeofencingRules: tuple[ZoneRestrictions, ...]
    operator: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderGroup:
    """MOTIS RentalProviderGroup: one provider is one group here."""

    id: str
    name: str
    providers: tuple[str, ...]
    formFactors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """MOTIS RentalStation."""

    id: str
    providerId: str
    providerGroupId: str
    name: str
    lat: float
    lon: float
    isRenting: bool
    isReturning: bool
    numVehiclesAvailable: int
    formFactors: tuple[str, ...]
    vehicleTypesAvailable: dict[str, int]
    vehicleDocksAvailable: dict[str, int]
    bbox: Bounds
    rentalUriWeb: str | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """MOTIS RentalVehicle."""

    id: str
    providerId: str
    providerGroupId: str
    typeId: str
    lat: float
    lon: float
    formFactor: str
    propulsionType: str
    returnConstraint: str
    isReserved: bool
    isDisabled: bool
    stationId: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """MOTIS RentalZone: of zones around a point the one with the greatest `z` holds."""

    providerId: str
    providerGroupId: str
    name: str
    z: int
    bbox: Bounds
    area: tuple[tuple[Polyline, ...], ...]
    rules: tuple[ZoneRestrictions, ...]


@dataclass(frozen=True, slots=True)
class RentalsResponse:
    """Body of an answer to `/api/v1/rentals`."""

    providerGroups: tuple[ProviderGroup, ...]
    providers: tuple[Provider, ...]
    stations: tuple[Station, ...]
    vehicles: tuple[Vehicle, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """MOTIS ServerConfig; `motisVersion` names the interface spoken, seconds and minutes as in MOTIS."""

    motisVersion: str
    hasElevation: bool
    hasRoutedTransfers: bool
    hasStreetRouting: bool
    maxOneToManySize: int
    maxOneToAllTravelTimeLimit: int
    maxPrePostTransitTimeLimit: int
    maxDirectTimeLimit: int
    shapesDebugEnabled: bool


@dataclass(frozen=True, slots=True)
class InitialResponse:
    """Body of an answer to `/api/v1/map/initial`; `limits` is ours."""

    lat: float
    lon: float
    zoom: float
    serverConfig: ServerConfig
    limits: PublishedLimits
