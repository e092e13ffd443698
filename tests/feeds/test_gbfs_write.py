"""Facts about written GBFS 3.0: what comes back, and what every file says of itself."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.gbfs import read_gbfs, write_gbfs
from planner.live_records import Alert, Period
from planner.sharing import (
    FareCap,
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    PriceStep,
    PricingPlan,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingAlert,
    SharingSystem,
    VehicleType,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_type(type_id: str = "bike", constraint: ReturnConstraint = ReturnConstraint.ANY_STATION) -> VehicleType:
    return VehicleType(type_id, FormFactor.BICYCLE, Propulsion.HUMAN, None, "", None, constraint, None)


def a_system(**changes: Any) -> SharingSystem:
    parts: dict[str, Any] = {
        "id": "s",
        "name": "S",
        "names": {},
        "operator": None,
        "timezone": "Asia/Tokyo",
        "url": None,
        "licence": None,
        "attribution": None,
        "vehicle_types": (a_type(),),
        "stations": (),
        "vehicles": (),
        "zones": (),
        "global_rules": (),
        "pricing_plans": (),
        "last_updated": int(NOON.timestamp()),
        "ttl_s": 60,
    }
    return SharingSystem(**(parts | changes))


IDS = st.uuids().map(str)
TEXT = st.text("abcé 海浜幕張", min_size=1, max_size=8)
NAMES = st.dictionaries(st.sampled_from(["ja", "ja-Hrkt", "en"]), TEXT, max_size=3)
LAT, LON = st.floats(-90, -0.01) | st.floats(0.01, 90), st.floats(-180, 180)
AMOUNT = st.floats(0, 1e6)
STATIONS = st.builds(
    RentalStation,
    id=IDS,
    name=st.just(""),
    lat=LAT,
    lon=LON,
    capacity=st.none() | st.integers(0, 99),
    bikes_available=st.integers(0, 99),
    docks_available=st.none() | st.integers(0, 99),
    vehicles_by_type=st.dictionaries(st.sampled_from(["bike", "scooter"]), st.integers(0, 9)),
    docks_by_type=st.dictionaries(st.sampled_from(["bike", "scooter"]), st.integers(0, 9)),
    is_renting=st.booleans(),
    is_returning=st.booleans(),
    rental_uri=st.none() | st.just("https://example.org/port"),
    names=NAMES,
).map(lambda s: replace(s, name=next(iter(s.names.values()), "")))
TYPES = st.builds(
    VehicleType,
    id=st.just(""),
    form_factor=st.sampled_from(FormFactor),
    propulsion=st.sampled_from(Propulsion),
    max_range_m=st.none() | AMOUNT,
    name=TEXT | st.just(""),
    max_speed_kmh=st.none() | AMOUNT,
    return_constraint=st.sampled_from(ReturnConstraint),
    pricing_plan_id=st.none() | IDS,
)
VEHICLES = st.builds(
    RentalVehicle,
    id=IDS,
    lat=LAT,
    lon=LON,
    vehicle_type_id=st.sampled_from(["bike", "scooter"]),
    station_id=st.none(),
    is_reserved=st.booleans(),
    is_disabled=st.booleans(),
    range_m=st.none() | AMOUNT,
)
STEPS = st.lists(st.builds(PriceStep, AMOUNT, st.floats(-9, 9), AMOUNT, st.none() | AMOUNT), max_size=2).map(tuple)
CAPS = st.none() | st.builds(FareCap, st.integers(1, 2880).map(lambda minutes: 60.0 * minutes), AMOUNT)
PLANS = st.builds(PricingPlan, IDS, TEXT | st.just(""), st.just("JPY"), AMOUNT, STEPS, STEPS, CAPS)
RULES = st.builds(
    GeofencingRule,
    st.lists(IDS, max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | AMOUNT,
    st.none() | st.booleans(),
)
RINGS = st.lists(st.tuples(LAT, LON), min_size=4, max_size=5).map(tuple)
ZONES = st.builds(
    GeofencingZone,
    TEXT | st.just(""),
    st.lists(st.lists(RINGS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    st.lists(RULES, max_size=2).map(tuple),
)


@st.composite
def systems(draw: st.DrawFn) -> SharingSystem:
    def several(items: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(items, max_size=3, unique_by=lambda item: item.id)))

    names = draw(NAMES)
    return a_system(
        name=next(iter(names.values()), "S"),
        names=names,
        operator=draw(st.none() | TEXT),
        licence=draw(st.none() | st.sampled_from(["CC-BY-4.0", "https://example.org/licence"])),
        attribution=draw(st.none() | TEXT),
        vehicle_types=tuple(replace(draw(TYPES), id=type_id) for type_id in ("bike", "scooter")),
        stations=several(STATIONS),
        vehicles=several(VEHICLES),
        pricing_plans=several(PLANS),
        zones=tuple(draw(st.lists(ZONES, max_size=2))),
        global_rules=tuple(draw(st.lists(RULES, max_size=2))),
        ttl_s=draw(st.integers(0, 900)),
        contact_email=draw(st.none() | st.just("feeds@example.org")),
    )


@settings(max_examples=100, deadline=None)
@given(system=systems())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, system: SharingSystem) -> None:
    folder = tmp_path_factory.mktemp("gbfs")
    write_gbfs(system, folder, NOON)
    assert read_gbfs(folder) == (system, [])


def test_every_file_carries_version_3_and_the_moment_it_speaks_of(tmp_path: Path) -> None:
    write_gbfs(a_system(), tmp_path, NOON)
    listed = json.loads((tmp_path / "gbfs.json").read_text(encoding="utf-8"))["data"]["feeds"]
    assert {entry["name"] for entry in listed} == {path.stem for path in tmp_path.glob("*.json")} - {"gbfs"}
    for path in tmp_path.glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert (document["version"], document["last_updated"]) == ("3.0", "2026-11-21T12:00:00+00:00")


def test_a_moment_without_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2026-11-21T12:00:00, a time without a time zone"):
        write_gbfs(a_system(), tmp_path, NOON.replace(tzinfo=None))


@settings(max_examples=30, deadline=None)
@given(system=systems())
def test_a_system_travels_through_msgpack(system: SharingSystem) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(system), type=SharingSystem) == system


@pytest.mark.parametrize(
    ("licence", "field"), [("CC-BY-4.0", "license_id"), ("https://example.org/licence", "license_url")]
)
def test_a_licence_is_an_spdx_id_or_an_address(tmp_path: Path, licence: str, field: str) -> None:
    write_gbfs(a_system(licence=licence), tmp_path, NOON)
    data = json.loads((tmp_path / "system_information.json").read_text(encoding="utf-8"))["data"]
    assert {key: value for key, value in data.items() if key.startswith("license")} == {field: licence}


def test_regions_areas_and_alerts_come_back(tmp_path: Path) -> None:
    area = ((((35.6, 140.0), (35.6, 140.1), (35.7, 140.1), (35.6, 140.0)),),)[0]
    texts = {"ja": "工事のため閉鎖", "en": "Closed for works"}
    alert = Alert("a1", (), (Period(1_795_000_000, 1_795_086_400),), effect="NO_SERVICE", header=texts)
    station = RentalStation(
        "p", "Port", 35.65, 140.05, None, 0, None, {}, True, True, None, {}, region="bay", area=(area,)
    )
    system = a_system(
        stations=(station,),
        regions={"bay": {"": "海浜", "ja": "海浜", "en": "Bay"}},
        alerts=(SharingAlert(alert, ("p",), ("bay",)), SharingAlert(replace(alert, id="a2", periods=()), (), ())),
    )
    write_gbfs(system, tmp_path, NOON)
    again, notices = read_gbfs(tmp_path)
    assert not notices
    assert (again.stations, again.regions, again.alerts) == (system.stations, system.regions, system.alerts)
