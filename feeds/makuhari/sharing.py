"""Shared bikes and personal mobility of Makuhari, written as two GBFS systems.

Names, positions and sizes of bike ports are HELLO CYCLING's (ODPT, CC BY 4.0); how many bikes stand there, the whole of
personal mobility and the prices are estimated or authored, as the tables say row by row.
"""

import csv
import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from feeds.gbfs import write_gbfs
from feeds.gbfs_zones import zone_from_json
from planner.sharing import (
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    PriceStep,
    PricingPlan,
    Propulsion,
    RentalStation,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
)

TABLES = Path(__file__).parent / "tables"
AT_PORTS_ONLY = GeofencingRule((), True, True, True, None, station_parking=True)


def write_gbfs_systems(folder: Path, now: datetime) -> None:
    """Write `hello-cycling/` and `personal-mobility/` under `folder`, as GBFS 3.0 that speaks of the moment `now`."""
    facts = tomllib.loads((TABLES / "sharing.toml").read_text(encoding="utf-8"))
    bikes, mobility = facts["hello-cycling"], facts["personal-mobility"]
    stations = {
        "hello-cycling": tuple(_bike_port(row, bikes) for row in _rows("ports.csv")),
        "personal-mobility": tuple(_mobility_port(row) for row in _rows("mobility_ports.csv")),
    }
    for system_id, of_system in (("hello-cycling", bikes), ("personal-mobility", mobility)):
        system = _system(system_id, of_system, stations[system_id], int(now.timestamp()))
        write_gbfs(system, folder / system_id, now)


def _rows(table: str) -> list[dict[str, str]]:
    with (TABLES / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _names(row: dict[str, Any]) -> dict[str, str]:
    return {"ja": row["name_ja"], "ja-Hrkt": row["name_kana"], "en": row["name_en"]}


def _bike_port(row: dict[str, str], facts: dict[str, Any]) -> RentalStation:
    bike = facts["vehicle_types"][0]["id"]
    capacity = int(row["capacity"])
    available = _bikes_drawn(int(row["id"]), capacity, facts["bikes"])
    return _station(row, {bike: available}, facts["port_uri"].format(id=row["id"]))


def _bikes_drawn(port_id: int, capacity: int, draw: dict[str, Any]) -> int:
    """Bikes at one port: some ports empty, some full, the rest about half full; drawn from the port's own seed."""
    rng = np.random.default_rng([draw["seed"], port_id])
    luck, share = rng.random(), rng.beta(3.0, 3.0)
    if luck < draw["empty_share"]:
        return 0
    if luck > 1 - draw["full_share"]:
        return capacity
    return round(capacity * share)


def _mobility_port(row: dict[str, str]) -> RentalStation:
    return _station(row, {"seated-6": int(row["seated"]), "standing-20": int(row["standing"])}, None)


def _station(row: dict[str, str], vehicles_by_type: dict[str, int], rental_uri: str | None) -> RentalStation:
    capacity, available = int(row["capacity"]), sum(vehicles_by_type.values())
    return RentalStation(
        id=row["id"],
        name=row["name_ja"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        capacity=capacity,
        bikes_available=available,
        docks_available=capacity - available,
        vehicles_by_type=vehicles_by_type,
        is_renting=True,
        is_returning=True,
        rental_uri=rental_uri,
        names=_names(row),
    )


def _system(
    system_id: str, facts: dict[str, Any], stations: tuple[RentalStation, ...], last_updated: int
) -> SharingSystem:
    return SharingSystem(
        id=system_id,
        name=facts["name_ja"],
        names=_names(facts),
        operator=facts["operator"],
        timezone="Asia/Tokyo",
        url=facts.get("url"),
        licence=facts["licence"],
        attribution=facts["attribution"],
        vehicle_types=tuple(map(_vehicle_type, facts["vehicle_types"])),
        stations=stations,
        vehicles=(),
        zones=_zones(system_id, last_updated),
        global_rules=(AT_PORTS_ONLY,),
        pricing_plans=tuple(map(_pricing_plan, facts["pricing_plans"])),
        last_updated=last_updated,
        ttl_s=facts["ttl_s"],
        contact_email=facts["contact_email"],
    )


def _vehicle_type(facts: dict[str, Any]) -> VehicleType:
    return VehicleType(
        id=facts["id"],
        form_factor=FormFactor(facts["form_factor"]),
        propulsion=Propulsion(facts["propulsion"]),
        max_range_m=facts["max_range_m"],
        name=facts["name"],
        max_speed_kmh=facts["max_speed_kmh"],
        return_constraint=ReturnConstraint(facts["return_constraint"]),
        pricing_plan_id=facts["pricing_plan_id"],
    )


def _pricing_plan(facts: dict[str, Any]) -> PricingPlan:
    steps = (PriceStep(s["start"], s["rate"], s["interval"], s.get("end")) for s in facts["per_min"])
    return PricingPlan(facts["id"], facts["name"], facts["currency"], facts["price"], tuple(steps), ())


def _zones(system_id: str, moment: int) -> tuple[GeofencingZone, ...]:
    path = TABLES / f"zones_{system_id.replace('-', '_')}.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    zones = (zone_from_json(feature, "ja", moment) for feature in features)
    return tuple(zone for zone in zones if zone is not None)
