"""A SharingSystem as a folder of GBFS 3.0 files."""

import json
from datetime import UTC, datetime
from pathlib import Path

from feeds.gbfs_alerts import alert_to_json
from feeds.gbfs_fields import UNKNOWN_LANGUAGE, Entry
from feeds.gbfs_zones import multipolygon, rule_to_json, zone_to_json
from planner.sharing import (
    PriceStep,
    PricingPlan,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
)

VERSION = "3.0"
Localized = list[dict[str, str]]


def write_gbfs(system: SharingSystem, folder: Path, now: datetime) -> None:
    """Write a system as GBFS 3.0 that speaks of the moment `now`.

    Raises
    ------
    ValueError
        `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"now is {now.isoformat()}, a time without a time zone")
    documents = _documents(system, now.astimezone(UTC).isoformat(timespec="seconds"))
    feeds = [{"name": name, "url": f"file:{name}.json"} for name in documents]
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {"gbfs": {"feeds": feeds}, **documents}.items():
        document = {
            "last_updated": now.astimezone(UTC).isoformat(timespec="seconds"),
            "ttl": system.ttl_s,
            "version": VERSION,
            "data": data,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _documents(system: SharingSystem, reported: str) -> dict[str, Entry]:
    language = _languages(system)[0]
    return {
        "system_information": _system_information(system),
        "vehicle_types": {"vehicle_types": [_vehicle_type(t, language) for t in system.vehicle_types]},
        "station_information": {"stations": [_station_information(s) for s in system.stations]},
        "station_status": {"stations": [_station_status(s, reported) for s in system.stations]},
        "vehicle_status": {"vehicles": [_vehicle_status(vehicle) for vehicle in system.vehicles]},
        "system_regions": {"regions": [_region(key, names) for key, names in system.regions.items()]},
        "system_alerts": {"alerts": [alert_to_json(told) for told in system.alerts]},
        "system_pricing_plans": {"plans": [_pricing_plan(plan, language) for plan in system.pricing_plans]},
        "geofencing_zones": {
            "geofencing_zones": {
                "type": "FeatureCollection",
                "features": [zone_to_json(zone, language) for zone in system.zones],
            },
            "global_rules": [rule_to_json(rule) for rule in system.global_rules],
        },
    }


def _languages(system: SharingSystem) -> list[str]:
    return list(system.names) or [UNKNOWN_LANGUAGE]


def _localized(text: str, language: str, names: dict[str, str] | None = None) -> Localized:
    """Texts by language, the one shown first in front."""
    names = names or {}
    first = next((code for code, word in names.items() if word == text), None)
    entries = [{"text": word, "language": code} for code, word in sorted(names.items(), key=lambda n: n[0] != first)]
    return entries if first is not None or not text else [{"text": text, "language": language}, *entries]


def _present(entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if value is not None}


def _system_information(system: SharingSystem) -> Entry:
    language = _languages(system)[0]
    is_address = system.licence is not None and "://" in system.licence
    return _present(
        {
            "system_id": system.id,
            "languages": _languages(system),
            "name": _localized(system.name, UNKNOWN_LANGUAGE, system.names),
            "opening_hours": system.opening_hours,
            "operator": _localized(system.operator, language) if system.operator else None,
            "url": system.url,
            "feed_contact_email": system.contact_email,
            "timezone": system.timezone,
            "license_url" if is_address else "license_id": system.licence,
            "attribution_organization_name": _localized(system.attribution, language) if system.attribution else None,
        }
    )


def _vehicle_type(vehicle_type: VehicleType, language: str) -> Entry:
    free = vehicle_type.return_constraint is ReturnConstraint.NONE
    return _present(
        {
            "vehicle_type_id": vehicle_type.id,
            "form_factor": vehicle_type.form_factor.value,
            "propulsion_type": vehicle_type.propulsion.value,
            "max_range_meters": vehicle_type.max_range_m,
            "name": _localized(vehicle_type.name, language) or None,
            "max_permitted_speed": vehicle_type.max_speed_kmh,
            "return_constraint": "free_floating" if free else vehicle_type.return_constraint.value,
            "default_pricing_plan_id": vehicle_type.pricing_plan_id,
        }
    )


def _region(region_id: str, names: dict[str, str]) -> Entry:
    named = {code: text for code, text in names.items() if code}
    return {"region_id": region_id, "name": _localized(names.get("", ""), UNKNOWN_LANGUAGE, named)}


def _station_information(station: RentalStation) -> Entry:
    return _present(
        {
            "station_id": station.id,
            "name": _localized(station.name, UNKNOWN_LANGUAGE, station.names),
            "lat": station.lat,
            "lon": station.lon,
            "capacity": station.capacity,
            "rental_uris": {"web": station.rental_uri} if station.rental_uri else None,
            "region_id": station.region,
            "station_area": multipolygon(station.area) if station.area else None,
        }
    )


def _station_status(station: RentalStation, reported: str) -> Entry:
    return _present(
        {
            "station_id": station.id,
            "num_vehicles_available": station.bikes_available,
            "vehicle_types_available": [
                {"vehicle_type_id": type_id, "count": count} for type_id, count in station.vehicles_by_type.items()
            ],
            "num_docks_available": station.docks_available,
            "vehicle_docks_available": [
                {"vehicle_type_ids": [type_id], "count": count} for type_id, count in station.docks_by_type.items()
            ]
            or None,
            "is_installed": True,
            "is_renting": station.is_renting,
            "is_returning": station.is_returning,
            "last_reported": reported,
        }
    )


def _vehicle_status(vehicle: RentalVehicle) -> Entry:
    return _present(
        {
            "vehicle_id": vehicle.id,
            "lat": vehicle.lat,
            "lon": vehicle.lon,
            "is_reserved": vehicle.is_reserved,
            "is_disabled": vehicle.is_disabled,
            "vehicle_type_id": vehicle.vehicle_type_id,
            "current_range_meters": vehicle.range_m,
            "station_id": vehicle.station_id,
        }
    )


def _pricing_plan(plan: PricingPlan, language: str) -> Entry:
    capping = plan.cap and {"duration": round(plan.cap.period_s / 60), "price": plan.cap.price}
    return {
        "plan_id": plan.id,
        "name": _localized(plan.name, language),
        "currency": plan.currency,
        "price": plan.price,
        "is_taxable": False,
        "description": _localized(plan.name, language),
        "per_min_pricing": [_price_step(step) for step in plan.per_min],
        "per_km_pricing": [_price_step(step) for step in plan.per_km],
        **({"fare_capping": capping} if capping else {}),
    }


def _price_step(step: PriceStep) -> Entry:
    return _present({"start": step.start, "rate": step.rate, "interval": step.interval, "end": step.end})
