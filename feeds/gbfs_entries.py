"""Entries of GBFS files as records: vehicle types, stations and their status, vehicles, pricing plans."""

from dataclasses import dataclass

from feeds.gbfs_fields import (
    Entry,
    EntryError,
    amount,
    as_entry,
    count,
    entries,
    flag,
    identifier,
    localized,
    number,
    optional_text,
    position,
    required_number,
    timestamp,
)
from feeds.gbfs_zones import polygons_of
from planner.sharing import (
    FareCap,
    FormFactor,
    PriceStep,
    PricingPlan,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    VehicleType,
)


@dataclass(frozen=True, slots=True)
class StationStatus:
    """What station_status.json says of one station; `reported` in seconds since 1970-01-01 UTC."""

    station_id: str
    reported: int
    bikes_available: int
    docks_available: int | None
    vehicles_by_type: dict[str, int]
    is_renting: bool
    is_returning: bool
    docks_by_type: dict[str, int]


def vehicle_type(entry: Entry, fallback: ReturnConstraint) -> VehicleType:
    """One vehicle type; `fallback` where the feed does not say how it is given back."""
    form, propulsion = identifier(entry, "form_factor"), identifier(entry, "propulsion_type")
    if form not in [*FormFactor, "scooter"] or propulsion not in list(Propulsion):
        raise EntryError(f"form_factor {form!r} with propulsion_type {propulsion!r} is unknown")
    constraint = entry.get("return_constraint")
    return VehicleType(
        id=identifier(entry, "vehicle_type_id"),
        form_factor=FormFactor.SCOOTER_STANDING if form == "scooter" else FormFactor(form),
        propulsion=Propulsion(propulsion),
        max_range_m=amount(entry, "max_range_meters"),
        name=optional_text(entry, "name") or "",
        max_speed_kmh=amount(entry, "max_permitted_speed"),
        return_constraint=fallback if constraint is None else _return_constraint(str(constraint)),
        pricing_plan_id=optional_text(entry, "default_pricing_plan_id"),
    )


def _return_constraint(word: str) -> ReturnConstraint:
    if word in ("free_floating", "hybrid"):
        return ReturnConstraint.NONE
    if word not in list(ReturnConstraint):
        raise EntryError(f"return_constraint is {word!r}")
    return ReturnConstraint(word)


def station_status(entry: Entry, types: set[str]) -> StationStatus:
    """The status of one station; a station not installed neither rents nor takes back."""
    available = count(entry, "num_vehicles_available" if "num_vehicles_available" in entry else "num_bikes_available")
    installed = flag(entry, "is_installed", True)
    return StationStatus(
        station_id=identifier(entry, "station_id"),
        reported=timestamp(entry, "last_reported") or 0,
        bikes_available=available or 0,
        docks_available=count(entry, "num_docks_available"),
        vehicles_by_type=_vehicles_by_type(entry, types, available or 0),
        is_renting=installed and flag(entry, "is_renting", True),
        is_returning=installed and flag(entry, "is_returning", True),
        docks_by_type=_docks_by_type(entry),
    )


def station(entry: Entry, statuses: dict[str, StationStatus], language: str) -> RentalStation:
    """One station; without a status it rents nothing and takes nothing back."""
    station_id = identifier(entry, "station_id")
    status = statuses.get(station_id, StationStatus(station_id, 0, 0, None, {}, False, False, {}))
    lat, lon = position(entry)
    name, names = localized(entry.get("name"), language)
    uris, area = entry.get("rental_uris"), entry.get("station_area")
    return RentalStation(
        id=station_id,
        name=name,
        lat=lat,
        lon=lon,
        capacity=count(entry, "capacity"),
        bikes_available=status.bikes_available,
        docks_available=status.docks_available,
        vehicles_by_type=status.vehicles_by_type,
        is_renting=status.is_renting,
        is_returning=status.is_returning,
        rental_uri=optional_text(uris, "web") if isinstance(uris, dict) else None,
        names=names,
        region=None if entry.get("region_id") is None else identifier(entry, "region_id"),
        area=polygons_of(as_entry(area, "station_area")) if area is not None else (),
        docks_by_type=status.docks_by_type,
    )


def _vehicles_by_type(status: Entry, types: set[str], available: int) -> dict[str, int]:
    if status.get("vehicle_types_available") is None:
        return {next(iter(types)): available} if len(types) == 1 and available else {}
    counts: dict[str, int] = {}
    for entry in map(as_entry, entries(status, "vehicle_types_available")):
        type_id = identifier(entry, "vehicle_type_id")
        if type_id not in types:
            raise EntryError(f"vehicle type {type_id!r} is not in vehicle_types.json")
        counts[type_id] = counts.get(type_id, 0) + (count(entry, "count") or 0)
    return counts


def _docks_by_type(status: Entry) -> dict[str, int]:
    """Free docks by each vehicle type they take; empty where all docks take all types."""
    counts: dict[str, int] = {}
    for entry in map(as_entry, entries(status, "vehicle_docks_available")):
        for type_id in map(str, entries(entry, "vehicle_type_ids")):
            counts[type_id] = counts.get(type_id, 0) + (count(entry, "count") or 0)
    return counts


def vehicle(entry: Entry, id_key: str, types: set[str], stations: dict[str, RentalStation]) -> RentalVehicle:
    """One vehicle not in use; one at a station may leave its position to the station."""
    at = stations.get(optional_text(entry, "station_id") or "")
    lat, lon = (at.lat, at.lon) if at and entry.get("lat") is None else position(entry)
    only_type = len(types) == 1 and entry.get("vehicle_type_id") is None
    type_id = next(iter(types)) if only_type else identifier(entry, "vehicle_type_id")
    if type_id not in types:
        raise EntryError(f"vehicle type {type_id!r} is not in vehicle_types.json")
    return RentalVehicle(
        id=identifier(entry, id_key),
        lat=lat,
        lon=lon,
        vehicle_type_id=type_id,
        station_id=at.id if at else None,
        is_reserved=flag(entry, "is_reserved", False),
        is_disabled=flag(entry, "is_disabled", False),
        range_m=amount(entry, "current_range_meters"),
    )


def pricing_plan(entry: Entry) -> PricingPlan:
    """One pricing plan."""
    return PricingPlan(
        id=identifier(entry, "plan_id"),
        name=optional_text(entry, "name") or "",
        currency=identifier(entry, "currency"),
        price=amount(entry, "price") or 0.0,
        per_min=_price_steps(entry, "per_min_pricing"),
        per_km=_price_steps(entry, "per_km_pricing"),
        cap=_fare_cap(entry),
    )


def _fare_cap(entry: Entry) -> FareCap | None:
    """Of version 3.1, whose duration is in minutes."""
    if entry.get("fare_capping") is None:
        return None
    capping = as_entry(entry["fare_capping"], "fare_capping")
    minutes, price = required_number(capping, "duration"), required_number(capping, "price")
    if minutes < 1 or price < 0:
        raise EntryError(f"fare_capping of {price:g} in {minutes:g} minutes caps nothing")
    return FareCap(60 * minutes, price)


def _price_steps(entry: Entry, key: str) -> tuple[PriceStep, ...]:
    return tuple(
        PriceStep(
            start=required_number(step, "start"),
            rate=required_number(step, "rate"),
            interval=amount(step, "interval") or 0.0,
            end=number(step, "end"),
        )
        for step in map(as_entry, entries(entry, key))
    )
