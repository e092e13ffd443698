"""Shared vehicles: what stands where, what a ride costs, and where it may start and end.

The words and their meaning are those of GBFS 3.0; no format is read here.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from planner.live_records import Alert

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]


class FormFactor(StrEnum):
    """The general shape of a vehicle."""

    BICYCLE = "bicycle"
    CARGO_BICYCLE = "cargo_bicycle"
    CAR = "car"
    MOPED = "moped"
    SCOOTER_STANDING = "scooter_standing"
    SCOOTER_SEATED = "scooter_seated"
    OTHER = "other"


class Propulsion(StrEnum):
    """What moves a vehicle."""

    HUMAN = "human"
    ELECTRIC_ASSIST = "electric_assist"
    ELECTRIC = "electric"
    COMBUSTION = "combustion"
    COMBUSTION_DIESEL = "combustion_diesel"
    HYBRID = "hybrid"
    PLUG_IN_HYBRID = "plug_in_hybrid"
    HYDROGEN_FUEL_CELL = "hydrogen_fuel_cell"


class ReturnConstraint(StrEnum):
    """Where a rented vehicle has to be given back."""

    NONE = "none"
    ANY_STATION = "any_station"
    ROUNDTRIP_STATION = "roundtrip_station"


@dataclass(frozen=True, slots=True)
class VehicleType:
    """A kind of vehicle; `max_speed_kmh` is the speed its motor or the law permits."""

    id: str
    form_factor: FormFactor
    propulsion: Propulsion
    max_range_m: float | None
    name: str
    max_speed_kmh: float | None
    return_constraint: ReturnConstraint
    pricing_plan_id: str | None


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A rate charged at `start`, again every `interval` (0: once only), before `end`; minutes or kilometres."""

    start: float
    rate: float
    interval: float
    end: float | None


@dataclass(frozen=True, slots=True)
class FareCap:
    """At most so much in each period of a ride."""

    period_s: float
    price: float


@dataclass(frozen=True, slots=True)
class PricingPlan:
    """What a ride costs: `price` once, plus every step by minute and by kilometre, capped where there is a `cap`."""

    id: str
    name: str
    currency: str
    price: float
    per_min: tuple[PriceStep, ...]
    per_km: tuple[PriceStep, ...]
    cap: FareCap | None = None


@dataclass(frozen=True, slots=True)
class RentalStation:
    """A port or dock and what stands there; `None` docks mean that room is not limited or not known.

    Anywhere within `area` a vehicle may be left instead; `region` is a key of `SharingSystem.regions`. Where docks take
    some vehicle types only, `docks_by_type` counts the free ones for each; those not named there have none.
    """

    id: str
    name: str
    lat: float
    lon: float
    capacity: int | None
    bikes_available: int
    docks_available: int | None
    vehicles_by_type: dict[str, int]
    is_renting: bool
    is_returning: bool
    rental_uri: str | None
    names: dict[str, str]
    region: str | None = None
    area: tuple[Polygon, ...] = ()
    docks_by_type: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RentalVehicle:
    """One vehicle not in use; `range_m` is what its battery or tank still allows."""

    id: str
    lat: float
    lon: float
    vehicle_type_id: str
    station_id: str | None
    is_reserved: bool
    is_disabled: bool
    range_m: float | None


@dataclass(frozen=True, slots=True)
class GeofencingRule:
    """What riders of some vehicle types (none named: of all) may do inside a zone."""

    vehicle_type_ids: tuple[str, ...]
    ride_start_allowed: bool
    ride_end_allowed: bool
    ride_through_allowed: bool
    maximum_speed_kmh: float | None
    station_parking: bool | None


@dataclass(frozen=True, slots=True)
class GeofencingZone:
    """An area with rules: polygons of one outer ring and its holes, each point (latitude, longitude) in degrees."""

    name: str
    rings: tuple[Polygon, ...]
    rules: tuple[GeofencingRule, ...]


@dataclass(frozen=True, slots=True)
class SharingAlert:
    """What an operator tells of some stations and regions; where none are named, of the whole system."""

    alert: Alert
    stations: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharingSystem:
    """One operator's fleet in one city at one moment.

    `last_updated` is in seconds since 1970-01-01 UTC, `opening_hours` in OpenStreetMap's syntax, `holidays` are the
    ordinals of public holidays, `licence` is an SPDX identifier or an address, `global_rules` hold where no zone does.
    Zones stand in order of precedence. `regions` have names by language, the one shown first under ``""``.
    """

    id: str
    name: str
    names: dict[str, str]
    operator: str | None
    timezone: str
    url: str | None
    licence: str | None
    attribution: str | None
    vehicle_types: tuple[VehicleType, ...]
    stations: tuple[RentalStation, ...]
    vehicles: tuple[RentalVehicle, ...]
    zones: tuple[GeofencingZone, ...]
    global_rules: tuple[GeofencingRule, ...]
    pricing_plans: tuple[PricingPlan, ...]
    last_updated: int
    ttl_s: int
    opening_hours: str = "24/7"
    contact_email: str | None = None
    regions: dict[str, dict[str, str]] = field(default_factory=dict)
    alerts: tuple[SharingAlert, ...] = ()
    holidays: tuple[int, ...] = ()


UNRESTRICTED = GeofencingRule((), True, True, True, None, None)


def ride_price(plan: PricingPlan, seconds: float, metres: float) -> float:
    """Price of a ride in the plan's currency.

    A step is charged at its start (inclusive) and again at each interval, while the ride lasts and before the step's
    end (exclusive). A cap bounds what is charged within each of its periods; kilometres are charged in the last.

    References
    ----------
    GBFS 3.0, system_pricing_plans.json; fare_capping of 3.1-RC3, MobilityData/gbfs pull request 745.
    """
    if plan.cap is None:
        return _uncapped(plan, seconds, metres)
    ended = int(seconds // plan.cap.period_s)
    # What is charged at the end of a period belongs to the next one.
    until = [_uncapped(plan, (number + 1) * plan.cap.period_s - 1, 0) for number in range(ended)]
    totals = [0.0, *until, _uncapped(plan, seconds, metres)]
    return sum(min(plan.cap.price, after - before) for before, after in pairwise(totals))


def _uncapped(plan: PricingPlan, seconds: float, metres: float) -> float:
    by_time = sum(_step_price(step, seconds / 60) for step in plan.per_min)
    by_distance = sum(_step_price(step, metres / 1000) for step in plan.per_km)
    return plan.price + by_time + by_distance


def _step_price(step: PriceStep, used: float) -> float:
    if used < step.start or (step.end is not None and step.end <= step.start):
        return 0.0
    if step.interval == 0:
        return step.rate
    charges = int((used - step.start) // step.interval) + 1
    if step.end is not None:
        charges = min(charges, int(-((step.start - step.end) // step.interval)))
    return step.rate * charges


def rules_at(system: SharingSystem, vehicle_type_id: str, lat: float, lon: float) -> GeofencingRule:
    """The one rule that holds for a vehicle type at a point.

    The earliest zone around the point with a rule for the type wins, then the global rules; where none speaks,
    everything is allowed.

    References
    ----------
    GBFS 3.0, geofencing_zones.json, section Geofencing Rule Precedence.
    """
    for zone in system.zones:
        rule = rule_for(zone.rules, vehicle_type_id)
        if rule is not None and any(is_in_polygon(polygon, lat, lon) for polygon in zone.rings):
            return rule
    return rule_for(system.global_rules, vehicle_type_id) or UNRESTRICTED


def rule_for(rules: tuple[GeofencingRule, ...], vehicle_type_id: str) -> GeofencingRule | None:
    """The first rule that speaks of a vehicle type."""
    return next((r for r in rules if not r.vehicle_type_ids or vehicle_type_id in r.vehicle_type_ids), None)


def is_in_polygon(polygon: Polygon, lat: float, lon: float) -> bool:
    """Whether a point lies within the outer ring and outside the holes."""
    crossings = 0
    for ring in polygon:
        for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
                crossings += 1
    return crossings % 2 == 1


def alerts_of_ride(
    system: SharingSystem, station_ids: tuple[str | None, str | None], span: tuple[float, float]
) -> tuple[Alert, ...]:
    """What is told of a ride between two stations (None: none) during `span`, POSIX times."""
    ends = {station.id: station.region for station in system.stations if station.id in station_ids}
    regions = {region for region in ends.values() if region is not None}
    return tuple(
        told.alert
        for told in system.alerts
        if (not told.alert.periods or any(period.overlaps(*span) for period in told.alert.periods))
        and (not (told.stations or told.regions) or ends.keys() & {*told.stations} or regions & {*told.regions})
    )


def rentable_stations(system: SharingSystem, vehicle_type_id: str) -> tuple[RentalStation, ...]:
    """Stations where a vehicle of the type can be taken now."""
    return tuple(
        station
        for station in system.stations
        if station.is_renting
        and station.vehicles_by_type.get(vehicle_type_id, 0) > 0
        and rules_at(system, vehicle_type_id, station.lat, station.lon).ride_start_allowed
    )


def returnable_stations(
    system: SharingSystem, vehicle_type_id: str, start_station_id: str | None = None
) -> tuple[RentalStation, ...]:
    """Stations where a vehicle of the type can be given back now.

    A vehicle that must come home (`ROUNDTRIP_STATION`) can be given back at `start_station_id` only, where its own
    place is kept free; every other one where a dock that takes the type is free or docks are not counted.

    Raises
    ------
    ValueError
        The system has no such vehicle type.
    """
    constraint = _vehicle_type(system, vehicle_type_id).return_constraint
    home_only = constraint is ReturnConstraint.ROUNDTRIP_STATION
    return tuple(
        station
        for station in system.stations
        if station.is_returning
        and (station.id == start_station_id if home_only else _docks(station, vehicle_type_id) != 0)
        and rules_at(system, vehicle_type_id, station.lat, station.lon).ride_end_allowed
    )


def _docks(station: RentalStation, vehicle_type_id: str) -> int | None:
    return station.docks_by_type.get(vehicle_type_id, 0) if station.docks_by_type else station.docks_available


def _vehicle_type(system: SharingSystem, vehicle_type_id: str) -> VehicleType:
    found = next((t for t in system.vehicle_types if t.id == vehicle_type_id), None)
    if found is None:
        raise ValueError(f"system {system.id!r} has no vehicle type {vehicle_type_id!r}")
    return found
