"""Entities against what the models' published schemas and examples say of them, written down by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.gtfs import read_gtfs
from feeds.ngsi import docking_station_entities, fleet_vehicle, stop_entities, urn, vehicle_entities
from planner.sharing import (
    FormFactor,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
)
from tests.feeds.gtfs_feeds import feed

STATION = RentalStation("s1", "海浜幕張駅", 35.6486, 140.0418, 12, 4, 8, {"bike": 4}, True, True, None, {})
SCOOTER = VehicleType(
    "sc", FormFactor.SCOOTER_STANDING, Propulsion.ELECTRIC, 40_000, "LUUP", 20, ReturnConstraint.NONE, None
)
VEHICLE = RentalVehicle("v1", 35.65, 140.04, "sc", None, False, False, 10_000)
SYSTEM = SharingSystem(
    "hello", "HELLO CYCLING", {}, "OpenStreet株式会社", "Asia/Tokyo", None, "CC-BY-4.0", "ODPT", (SCOOTER,), (STATION,),
    (VEHICLE,), (), (), (), 1_795_564_800, 60,
)  # fmt: skip

is_text: Callable[[Any], bool] = lambda value: isinstance(value, str)  # noqa: E731
MODELS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "GtfsStop": {
        "name": is_text,
        "code": is_text,
        "wheelChairAccessible": lambda v: v in ("0", "1", "2"),
    },
    "BikeHireDockingStation": {
        "name": is_text,
        "totalSlotNumber": lambda v: v >= 0,
        "availableBikeNumber": lambda v: v >= 0,
        "freeSlotNumber": lambda v: v >= 0,
        "status": lambda v: v in {"working", "outOfService", "full", "empty"},
        "openingHours": is_text,
        "provider": is_text,
        "dataProvider": is_text,
    },
    "Vehicle": {
        "name": is_text,
        "vehicleType": lambda v: v in {"bicycle", "car", "moped", "motorscooter", "e-scooter", "bus", "other"},
        "category": lambda v: (
            set(v) <= {"public", "private", "tracked", "nonTracked", "municipalServices", "specialUsage"}
        ),
        "serviceProvided": lambda v: v == ["urbanTransit"],
        "serviceStatus": lambda v: v in {"broken", "onRoute", "outOfService", "parked"},
        "battery": lambda v: 0 <= v <= 1,
        "speed": lambda v: v >= 0,
        "heading": lambda v: v == -1 or 0 <= v < 360,
        "dataProvider": is_text,
    },
}
RELATIONS = {"GtfsStop": {"hasParentStation", "operatedBy"}, "BikeHireDockingStation": set(), "Vehicle": set()}
REQUIRED = {
    "GtfsStop": {"name", "location"},
    "BikeHireDockingStation": set(),
    "Vehicle": {"vehicleType", "category", "location"},
}


def assert_of_model(entity: dict[str, Any]) -> None:
    """The entity is one in normalized representation and has the model's attributes only."""
    kind = entity["type"]
    assert entity["id"].startswith(f"urn:ngsi-ld:{kind}:")
    assert entity["@context"][-1] == "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
    assert REQUIRED[kind] <= entity.keys()
    for name, attribute in entity.items():
        if name in ("id", "type", "@context"):
            continue
        if name == "location":
            assert attribute["type"] == "GeoProperty"
            lon, lat = attribute["value"]["coordinates"]
            assert (attribute["value"]["type"], abs(lat) <= 90, abs(lon) <= 180) == ("Point", True, True)
        elif name in RELATIONS[kind]:
            assert attribute["type"] == "Relationship"
            targets = attribute["object"] if isinstance(attribute["object"], list) else [attribute["object"]]
            assert all(target.startswith("urn:ngsi-ld:") for target in targets)
        else:
            assert attribute["type"] == "Property"
            assert MODELS[kind][name](attribute["value"]), name
    assert json.loads(json.dumps(entity)) == entity


def test_a_stop_as_in_the_example_of_its_model(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
        "S,,Aoba,35.60,140.00,1,,\nA,101,Aoba 1,35.60,140.00,0,S,1\nB,,Bay,35.61,140.01,0,,"
    )
    entities = stop_entities(read_gtfs([feed(tmp_path, stops=stops)]).timetable)
    assert entities[0] == {
        "id": "urn:ngsi-ld:GtfsStop:A",
        "type": "GtfsStop",
        "name": {"type": "Property", "value": "Aoba 1"},
        "code": {"type": "Property", "value": "101"},
        "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [140.0, 35.6]}},
        "wheelChairAccessible": {"type": "Property", "value": "1"},
        "hasParentStation": {"type": "Relationship", "object": "urn:ngsi-ld:GtfsStation:S"},
        "operatedBy": {"type": "Relationship", "object": ["urn:ngsi-ld:GtfsAgency:A"]},
        "@context": [
            "https://raw.githubusercontent.com/smart-data-models/dataModel.UrbanMobility/master/context.jsonld",
            "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
        ],
    }
    assert [entity["id"] for entity in entities] == ["urn:ngsi-ld:GtfsStop:A", "urn:ngsi-ld:GtfsStop:B"]
    for entity in entities:
        assert_of_model(entity)


def test_a_port_tells_what_stands_there_and_when_that_was(tmp_path: Path) -> None:
    (port,) = docking_station_entities(SYSTEM)
    assert_of_model(port)
    assert port["availableBikeNumber"] == {"type": "Property", "value": 4, "observedAt": "2026-11-25T00:00:00Z"}
    assert port["dataProvider"] == {"type": "Property", "value": "ODPT (CC-BY-4.0)"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "working"),
        ({"bikes_available": 0}, "empty"),
        ({"docks_available": 0}, "full"),
        ({"docks_available": None}, "working"),
        ({"is_renting": False, "is_returning": False}, "outOfService"),
    ],
)
def test_the_status_of_a_port(changes: dict[str, Any], status: str) -> None:
    (port,) = docking_station_entities(replace(SYSTEM, stations=(replace(STATION, **changes),)))
    assert_of_model(port)
    assert port["status"]["value"] == status  # type: ignore[index]


def test_a_vehicle_tells_its_charge() -> None:
    (scooter,) = vehicle_entities(SYSTEM)
    assert_of_model(scooter)
    assert scooter["battery"]["value"] == 0.25  # type: ignore[index]
    assert scooter["serviceStatus"]["value"] == "parked"  # type: ignore[index]


@pytest.mark.parametrize(("speed", "heading"), [(30.0, 90.0), (0.0, -1), (None, None)])
def test_a_bus_on_its_way(speed: float | None, heading: float | None) -> None:
    now = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    bus = fleet_vehicle("loop 1", (35.65, 140.03), now, speed_kmh=speed, heading=90.0 if speed is not None else None)
    assert_of_model(bus)
    assert bus["id"] == "urn:ngsi-ld:Vehicle:loop%201"
    assert bus.get("heading", {"value": None})["value"] == heading  # type: ignore[index]


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a time without a time zone"):
        fleet_vehicle("b", (35.0, 140.0), datetime(2026, 11, 25), speed_kmh=None, heading=None)


def test_names_that_no_urn_may_hold() -> None:
    assert urn("GtfsStop", "海/1 a") == "urn:ngsi-ld:GtfsStop:%E6%B5%B7%2F1%20a"


@pytest.mark.shared
def test_real_stops_are_of_the_model_and_each_its_own(shared: Path) -> None:
    entities = stop_entities(read_gtfs([shared / "data" / "gtfs" / "chiba-rail.zip"]).timetable)
    for entity in entities:
        assert_of_model(entity)
    assert len({str(entity["id"]) for entity in entities}) == len(entities) > 300
