"""Entities written are read back whole; those that break their model's words are left out and named."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.feed_report import check_feed
from feeds.gtfs import read_gtfs
from feeds.ngsi import Entity, docking_station_entities, fleet_vehicle, stop_entities, vehicle_entities
from feeds.ngsi_read import NgsiEntities, NgsiStop, NgsiVehicle, read_entities
from feeds.notices import FeedError
from tests.feeds.gtfs_feeds import feed
from tests.feeds.test_ngsi import STATION, SYSTEM

BUS = {"id": "urn:ngsi-ld:Vehicle:v", "type": "Vehicle", "vehicleType": "bus"}
MOMENT = 1_795_564_800


def read(folder: Path, *entities: Any) -> NgsiEntities:
    (folder / "city.jsonld").write_text(json.dumps(entities, ensure_ascii=False), encoding="utf-8")
    return read_entities(folder / "city.jsonld")


def test_stops_come_back(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
        "駅/1,,Aoba,35.60,140.00,1,,\nA,101,Aoba 1,35.60,140.00,0,駅/1,1\nB,,Bay,35.61,140.01,0,,2"
    )
    entities = stop_entities(read_gtfs([feed(tmp_path / "bus", stops=stops)]).timetable)
    assert read(tmp_path, *entities).stops == [
        NgsiStop("A", "Aoba 1", "101", 35.6, 140.0, 1, "駅/1", ("A",)),
        NgsiStop("B", "Bay", "", 35.61, 140.01, 2, None, ("A",)),
    ]


def test_ports_and_vehicles_come_back(tmp_path: Path) -> None:
    now = datetime.fromtimestamp(MOMENT, UTC)
    bus = fleet_vehicle("loop 1", (35.65, 140.03), now, speed_kmh=30.0, heading=90.0)
    found = read(tmp_path, *docking_station_entities(SYSTEM), *vehicle_entities(SYSTEM), bus)
    assert found.docks == [replace(STATION, id="hello:s1", vehicles_by_type={})]
    assert found.vehicles == [
        NgsiVehicle("hello:v1", "e-scooter", "parked", 35.65, 140.04, MOMENT, battery=0.25),
        NgsiVehicle("loop 1", "bus", "onRoute", 35.65, 140.03, MOMENT, 30.0, 90.0),
    ]
    assert not found.notices


def dock(**attributes: object) -> Entity:
    """The port in simplified representation, with attributes changed."""
    whole = {"id": "urn:ngsi-ld:BikeHireDockingStation:s", "type": "BikeHireDockingStation"}
    return whole | {"location": {"type": "Point", "coordinates": [140.0, 35.6]}} | attributes


@pytest.mark.parametrize(
    ("entity", "said"),
    [
        (dock(status="broken"), "status is 'broken'"),
        (dock(availableBikeNumber=-1), "availableBikeNumber is -1, below zero"),
        (dock(location={"type": "Point", "coordinates": [35.6, 140.0]}), "nowhere on the ground"),
        (dock(location=None), "location is None"),
        (dock(id="urn:ngsi-ld:Vehicle:s"), "does not begin with urn:ngsi-ld:BikeHireDockingStation:"),
        (dock(**BUS, category=["public"], battery=80), "battery is 80"),
        (dock(**BUS), "category is 'None'"),
    ],
)
def test_an_entity_that_breaks_its_model_is_left_out(tmp_path: Path, entity: Entity, said: str) -> None:
    found = read(tmp_path, entity, dock(), {"id": "urn:ngsi-ld:Road:1", "type": "Road"})
    assert [one.id for one in found.docks] == ["s"]
    assert [(notice.row, said in notice.message) for notice in found.notices] == [(0, True), (None, False)]
    assert found.notices[1].message == "1 entities of type Road are not read"


def test_a_file_without_entities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no entity of NGSI-LD"):
        read(tmp_path, {"id": "x"})


def test_feeds_check_tells_what_a_file_of_entities_holds(tmp_path: Path) -> None:
    read(tmp_path, dock(), dock(status="odd"))
    report = check_feed(tmp_path / "city.jsonld")
    assert (report.kind, report.rows["docking stations"], len(report.notices)) == ("NGSI-LD", 1, 1)


VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda v: st.lists(v, max_size=2))


@given(
    st.dictionaries(st.sampled_from(["type", "location", "category", "hasParentStation", "battery", "name"]), VALUES),
    st.sampled_from(["GtfsStop", "BikeHireDockingStation", "Vehicle"]),
)
def test_no_entity_ends_the_reading(tmp_path_factory: pytest.TempPathFactory, odd: Entity, kind: str) -> None:
    entity = dock(id=f"urn:ngsi-ld:{kind}:s", type=kind) | odd
    assert len(read(tmp_path_factory.mktemp("odd"), entity, dock()).docks) >= 1
