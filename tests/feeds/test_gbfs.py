"""Facts about GBFS folders of versions 1 to 3: what is read, what is left out, what is said about it."""

import json
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point

from feeds.gbfs import read_gbfs, write_gbfs
from feeds.notices import FeedError, Severity
from planner.sharing import FareCap, FormFactor, RentalStation, RentalVehicle, ReturnConstraint, rules_at

STATION = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
BICYCLE = {"vehicle_type_id": "bike", "form_factor": "bicycle", "propulsion_type": "human"}


def feed(folder: Path, version: str = "2.3", **files: Any) -> Path:
    """A folder with the given `data` objects; system_information is there unless given."""
    information = {"system_id": "s", "name": "S", "language": "en", "timezone": "Asia/Tokyo"}
    for name, data in {"system_information": information, **files}.items():
        document = {"last_updated": 1_700_000_000, "ttl": 30, "version": version, "data": data}
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's clock shows Tokyo time."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "stations", "vehicles", "zones", "plans", "warnings"),
    [
        ("duplicate-stations-v2", 3, 0, 0, 0, 1),
        ("duplicate-stations-v3", 3, 0, 0, 0, 1),
        ("helsinki", 7, 0, 0, 0, 3),
        ("lillestrombysykkel", 6, 0, 0, 2, 0),
        ("ridecheck/almere", 0, 6, 14, 0, 2),
        ("tieroslo", 0, 0, 2, 0, 0),
        ("transitland", 496, 720, 0, 0, 0),
    ],
)
def test_real_feeds(
    shared: Path, tmp_path: Path, folder: str, stations: int, vehicles: int, zones: int, plans: int, warnings: int
) -> None:
    system, notices = read_gbfs(shared / "data/gbfs/world" / folder)
    counts = len(system.stations), len(system.vehicles), len(system.zones), len(system.pricing_plans)
    assert counts == (stations, vehicles, zones, plans)
    assert sum(n.severity is not Severity.INFO for n in notices) == warnings
    write_gbfs(system, tmp_path, datetime.fromtimestamp(system.last_updated, UTC))
    assert read_gbfs(tmp_path) == (system, [])


@pytest.mark.shared
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_of_two_statuses_the_last_reported_counts(shared: Path, version: str) -> None:
    system, _ = read_gbfs(shared / f"data/gbfs/world/duplicate-stations-{version}")
    assert [(s.id, s.bikes_available, s.docks_available) for s in system.stations][1] == ("station_duplicate", 8, 7)


@pytest.mark.shared
def test_oslo_bans_rides_by_the_word_of_version_2(shared: Path) -> None:
    system, _ = read_gbfs(shared / "data/gbfs/world/tieroslo")
    allowed, banned = (zone.rules[0] for zone in system.zones)
    assert (allowed.ride_start_allowed, allowed.ride_end_allowed) == (True, True)
    assert (banned.ride_start_allowed, banned.ride_end_allowed, banned.ride_through_allowed) == (False, False, True)


@pytest.mark.shared
def test_zones_of_almere_agree_with_shapely(shared: Path) -> None:
    system, _ = read_gbfs(shared / "data/gbfs/world/ridecheck/almere")
    zones = [
        MultiPolygon(
            [([(lon, lat) for lat, lon in p[0]], [[(lon, lat) for lat, lon in h] for h in p[1:]]) for p in zone.rings]
        )
        for zone in system.zones
    ]
    for step in range(900):
        lat, lon = 52.33 + (step % 30) * 0.003 + 1e-5, 5.13 + (step // 30) * 0.006 + 1e-5
        around = [z.rules[0] for z, shape in zip(system.zones, zones, strict=True) if shape.contains(Point(lon, lat))]
        expected = around[0] if around else system.global_rules[0]
        assert rules_at(system, "check_moped_almere_60", lat, lon) == expected


def test_version_1_writes_truth_as_1_and_names_no_vehicle_types(tmp_path: Path) -> None:
    station = {"station_id": 7, "name": "A", "lat": "35.65", "lon": 140.04}
    status = {"station_id": "7", "num_bikes_available": 3, "is_installed": 1, "is_renting": 1, "is_returning": 0}
    source = feed(tmp_path, "1.1", station_information={"stations": [station]}, station_status={"stations": [status]})
    system, notices = read_gbfs(source)
    expected = RentalStation("7", "A", 35.65, 140.04, None, 3, None, {"bicycle": 3}, True, False, None, {"en": "A"})
    assert (system.stations, notices) == ((expected,), [])
    assert system.vehicle_types[0].return_constraint is ReturnConstraint.ANY_STATION


def test_version_3_names_come_by_language(tmp_path: Path) -> None:
    name = [{"text": "海浜幕張駅", "language": "ja"}, {"text": "Kaihin-Makuhari", "language": "en"}]
    station = {"station_id": "a", "name": name, "lat": 35.65, "lon": 140.04}
    system, _ = read_gbfs(feed(tmp_path, "3.0", station_information={"stations": [station]}))
    assert system.stations[0].name == "海浜幕張駅"
    assert system.stations[0].names == {"ja": "海浜幕張駅", "en": "Kaihin-Makuhari"}


def test_a_station_without_status_is_kept_and_rents_nothing(tmp_path: Path) -> None:
    system, notices = read_gbfs(
        feed(tmp_path, station_information={"stations": [STATION]}, station_status={"stations": []})
    )
    assert (system.stations[0].is_renting, system.stations[0].is_returning) == (False, False)
    assert [(n.file, n.message) for n in notices] == [
        ("station_status.json", "station 'a' has no status and rents nothing")
    ]


def test_a_station_not_installed_rents_nothing(tmp_path: Path) -> None:
    status = {"station_id": "a", "num_bikes_available": 3, "is_installed": False, "is_renting": True}
    source = feed(tmp_path, station_information={"stations": [STATION]}, station_status={"stations": [status]})
    assert not read_gbfs(source)[0].stations[0].is_renting


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lat": 91.0}, "position 91.0, 140.04 is nowhere on the ground"),
        ({"lat": 0, "lon": 0}, "position 0.0, 0.0 is nowhere on the ground"),
        ({"lat": "here"}, "lat is 'here', not a number"),
        ({"lon": None}, "lon is missing"),
        ({"lat": math.nan}, "lat is nan, not a number"),
        ({"station_id": ""}, "station_id is ''"),
        ({"capacity": -1}, "capacity is -1, below zero"),
        ({"station_id": "good"}, "'good' is there twice; the first one is used"),
    ],
)
def test_one_bad_station_is_left_out_with_its_index(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    good = {"station_id": "good", "name": "A", "lat": 35.65, "lon": 140.04}
    status = {"stations": [{"station_id": "good", "num_bikes_available": 1}]}
    bad = {**good, "station_id": "bad", **change}
    system, notices = read_gbfs(feed(tmp_path, station_information={"stations": [good, bad]}, station_status=status))
    assert [s.id for s in system.stations] == ["good"]
    assert [(n.severity, n.file, n.row, n.message) for n in notices] == [
        (Severity.WARNING, "station_information.json", 1, message)
    ]


def test_a_bad_status_does_not_lose_the_station(tmp_path: Path) -> None:
    status = {"station_id": "a", "num_bikes_available": "many"}
    source = feed(tmp_path, station_information={"stations": [STATION]}, station_status={"stations": [status]})
    system, notices = read_gbfs(source)
    assert [s.id for s in system.stations] == ["a"]
    assert (notices[0].file, notices[0].row) == ("station_status.json", 0)


def test_a_docked_vehicle_stands_where_its_station_is(tmp_path: Path) -> None:
    vehicle = {"vehicle_id": "v", "station_id": "a", "is_reserved": True, "is_disabled": False}
    source = feed(
        tmp_path,
        "3.0",
        station_information={"stations": [STATION]},
        station_status={"stations": [{"station_id": "a", "num_vehicles_available": 1}]},
        vehicle_status={"vehicles": [vehicle]},
    )
    system, _ = read_gbfs(source)
    assert system.vehicles == (RentalVehicle("v", 35.65, 140.04, "bicycle", "a", True, False, None),)


def test_a_vehicle_of_unknown_type_is_left_out(tmp_path: Path) -> None:
    types = [{"vehicle_type_id": t, "form_factor": "bicycle", "propulsion_type": "human"} for t in ("a", "b")]
    bike = {"bike_id": "v", "lat": 35.65, "lon": 140.04, "vehicle_type_id": "c"}
    source = feed(tmp_path, vehicle_types={"vehicle_types": types}, free_bike_status={"bikes": [bike]})
    system, notices = read_gbfs(source)
    assert system.vehicles == ()
    assert [n.message for n in notices] == ["vehicle type 'c' is not in vehicle_types.json"]


def test_a_zone_is_in_force_from_its_start_until_before_its_end(tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "coordinates": [[[140, 35], [141, 35], [141, 36], [140, 35]]]}
    now = 1_700_000_000
    spans = [(now, now + 1), (now + 1, None), (None, now), (None, None)]
    features = [
        {"geometry": geometry, "properties": {"name": str(i), "start": start, "end": end, "rules": []}}
        for i, (start, end) in enumerate(spans)
    ]
    system, notices = read_gbfs(feed(tmp_path, geofencing_zones={"geofencing_zones": {"features": features}}))
    assert ([zone.name for zone in system.zones], notices) == (["0", "3"], [])
    assert system.zones[0].rings == ((((35.0, 140.0), (35.0, 141.0), (36.0, 141.0), (35.0, 140.0)),),)


@pytest.mark.parametrize(
    ("word", "constraint"),
    [
        ("free_floating", ReturnConstraint.NONE),
        ("hybrid", ReturnConstraint.NONE),
        ("any_station", ReturnConstraint.ANY_STATION),
        ("roundtrip_station", ReturnConstraint.ROUNDTRIP_STATION),
    ],
)
def test_a_hybrid_vehicle_may_end_anywhere(tmp_path: Path, word: str, constraint: ReturnConstraint) -> None:
    types = [{**BICYCLE, "return_constraint": word}]
    system, _ = read_gbfs(feed(tmp_path, vehicle_types={"vehicle_types": types}))
    assert system.vehicle_types[0].return_constraint is constraint


def test_the_scooter_of_version_2_1_is_a_standing_one(tmp_path: Path) -> None:
    types = [{**BICYCLE, "form_factor": "scooter"}]
    system, _ = read_gbfs(feed(tmp_path, "2.1", vehicle_types={"vehicle_types": types}))
    assert system.vehicle_types[0].form_factor is FormFactor.SCOOTER_STANDING


def test_vehicles_are_counted_by_type_only_where_the_feed_tells_types_apart(tmp_path: Path) -> None:
    types = {"vehicle_types": [BICYCLE, {**BICYCLE, "vehicle_type_id": "cargo", "form_factor": "cargo_bicycle"}]}
    told = [{"vehicle_type_id": "bike", "count": 1}, {"vehicle_type_id": "bike", "count": 2}]
    statuses = [
        {"station_id": "a", "num_bikes_available": 3},
        {"station_id": "b", "num_bikes_available": 3, "vehicle_types_available": told},
    ]
    source = feed(
        tmp_path,
        vehicle_types=types,
        station_information={"stations": [STATION, {**STATION, "station_id": "b"}]},
        station_status={"stations": statuses},
    )
    assert [s.vehicles_by_type for s in read_gbfs(source)[0].stations] == [{}, {"bike": 3}]


def test_times_without_zone_are_utc_and_the_live_files_count(tmp_path: Path, in_tokyo: None) -> None:
    source = feed(tmp_path, "3.0", station_information={"stations": []}, station_status={"stations": []})
    document = {"last_updated": "2026-11-21T12:00:00", "data": {"stations": []}}
    (source / "station_status.json").write_text(json.dumps(document), encoding="utf-8")
    system, _ = read_gbfs(source)
    assert (system.last_updated, system.ttl_s) == (int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()), 60)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = feed(tmp_path) / "system_information.json"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_gbfs(tmp_path)[0].id == "s"


def test_docks_that_take_some_types_only(tmp_path: Path) -> None:
    docks = [{"vehicle_type_ids": ["bike", "cargo"], "count": 2}, {"vehicle_type_ids": ["cargo"], "count": 1}]
    status = {"station_id": "a", "num_vehicles_available": 0, "num_docks_available": 3}
    found = []
    for told in (docks, None, 7):
        stations = {"stations": [status | {"vehicle_docks_available": told}]}
        source = feed(tmp_path, station_information={"stations": [STATION]}, station_status=stations)
        system, notices = read_gbfs(source)
        found.append((system.stations[0].docks_by_type, [notice.message for notice in notices]))
    assert found[:2] == [({"bike": 2, "cargo": 3}, []), ({}, [])]
    assert found[2][1][0].startswith("vehicle_docks_available is 7, not a list")


@pytest.mark.parametrize(
    ("capping", "cap"),
    [
        ({"duration": 720, "price": 1800}, FareCap(43_200, 1800)),
        (None, None),
        ({"duration": 0, "price": 1800}, "fare_capping of 1800 in 0 minutes caps nothing"),
        ({"duration": 720, "price": -1}, "fare_capping of -1 in 720 minutes caps nothing"),
        (12, "fare_capping is 12"),
    ],
)
def test_a_cap_of_prices_or_none_of_the_plan(tmp_path: Path, capping: object, cap: FareCap | str | None) -> None:
    plan = {"plan_id": "p", "currency": "JPY", "price": 130, "fare_capping": capping}
    system, notices = read_gbfs(feed(tmp_path, "3.1", system_pricing_plans={"plans": [plan]}))
    if isinstance(cap, str):
        assert system.pricing_plans == ()
        assert notices[0].message.startswith(cap)
    else:
        assert (system.pricing_plans[0].cap, notices) == (cap, [])


def test_gbfs_json_says_which_file_is_which(tmp_path: Path) -> None:
    listed = [{"name": "station_information", "url": "https://example.org/gbfs/en/stations.json?x=1"}]
    source = feed(tmp_path, gbfs={"en": {"feeds": listed}}, stations={"stations": [STATION]})
    assert [s.id for s in read_gbfs(source)[0].stations] == ["a"]


def test_a_broken_file_costs_only_itself(tmp_path: Path) -> None:
    source = feed(tmp_path)
    (source / "geofencing_zones.json").write_text("{", encoding="utf-8")
    system, notices = read_gbfs(source)
    assert (system.id, system.zones) == ("s", ())
    assert [(n.severity, n.file) for n in notices] == [(Severity.ERROR, "geofencing_zones.json")]


@pytest.mark.parametrize("text", ["", "[]", '{"data": []}', '{"data": {"timezone": "Asia/Tokyo"}}', "\udcff"])
def test_without_system_information_there_is_no_feed(tmp_path: Path, text: str) -> None:
    (tmp_path / "system_information.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FeedError, match=r"system_information\.json"):
        read_gbfs(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="nowhere is not a folder"):
        read_gbfs(tmp_path / "nowhere")


KEYS = [
    "stations",
    "station_id",
    "lat",
    "lon",
    "name",
    "rules",
    "features",
    "properties",
    "geometry",
    "type",
    "coordinates",
    "plans",
    "plan_id",
    "currency",
    "per_min_pricing",
    "start",
    "vehicle_types_available",
    "geofencing_zones",
    "global_rules",
    "vehicles",
    "vehicle_id",
    "last_reported",
    "feeds",
    "url",
    "rental_uris",
    "is_renting",
    "text",
    "language",
    "data",
]
LEAVES = st.none() | st.booleans() | st.integers(-3, 200) | st.just(10**400) | st.floats() | st.text(max_size=3)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
INFORMATION = st.fixed_dictionaries({}, optional=dict.fromkeys(["system_id", "timezone", "name", "language"], JSON))
FILES = ["station_information", "station_status", "vehicle_status", "system_pricing_plans", "geofencing_zones", "gbfs"]


@settings(max_examples=150, deadline=None)
@given(data=st.dictionaries(st.sampled_from(FILES), JSON | st.dictionaries(st.sampled_from(KEYS), JSON)))
def test_whatever_the_other_files_hold_the_system_is_read(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    system, _ = read_gbfs(feed(tmp_path_factory.mktemp("feed"), **data))
    assert system.id == "s"


@settings(max_examples=60, deadline=None)
@given(
    information=st.fixed_dictionaries({}, optional=dict.fromkeys(["system_id", "timezone", "name", "language"], JSON))
)
def test_system_information_is_usable_or_refused(
    tmp_path_factory: pytest.TempPathFactory, information: dict[str, Any]
) -> None:
    source = feed(tmp_path_factory.mktemp("feed"), system_information=information)
    try:
        system, _ = read_gbfs(source)
    except FeedError:
        return
    assert (system.id, system.timezone) == (str(information["system_id"]), str(information["timezone"]))
