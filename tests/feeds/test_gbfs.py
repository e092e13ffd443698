"""Facts about shared mobility: what GBFS files say, what a ride costs, where it may start and end."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.gbfs import read_gbfs, write_gbfs
from feeds.notices import FeedError, Severity
from planner.sharing import (
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    PriceStep,
    PricingPlan,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
    rentable_stations,
    returnable_stations,
    ride_price,
    rules_at,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OPEN = GeofencingRule((), True, True, True, None, None)
CLOSED = GeofencingRule((), False, False, True, None, None)


def feed(folder: Path, version: str = "2.3", **files: Any) -> Path:
    """A folder with the given `data` objects; system_information is there unless given."""
    information = {"system_id": "s", "name": "S", "language": "en", "timezone": "Asia/Tokyo"}
    for name, data in {"system_information": information, **files}.items():
        document = {"last_updated": 1_700_000_000, "ttl": 30, "version": version, "data": data}
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def a_station(station_id: str, **changes: Any) -> RentalStation:
    plain = RentalStation(station_id, "A", 35.65, 140.04, 10, 4, 6, {"bike": 4}, True, True, None, {})
    return replace(plain, **changes)


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


def square(south: float, west: float, north: float, east: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    return (((south, west), (south, east), (north, east), (north, west), (south, west)),)


# Prices


@pytest.mark.parametrize(
    ("minutes", "dollars"), [(0, 2.0), (29.9, 2.0), (30, 5.0), (59.9, 5.0), (60, 5.1), (61, 5.2), (90, 8.1)]
)
def test_spec_example_1_first_half_hour_2_second_3_then_ten_cents_a_minute(minutes: float, dollars: float) -> None:
    plan = PricingPlan("plan2", "One-Way", "USD", 2.0, (PriceStep(30, 3, 0, 60), PriceStep(60, 0.1, 1, None)), ())
    assert ride_price(plan, minutes * 60, 0) == pytest.approx(dollars)


def test_spec_example_2_minutes_and_kilometres_are_charged_side_by_side() -> None:
    plan = PricingPlan(
        "plan3", "Simple Rate", "CAD", 3.0, (PriceStep(0, 0.5, 1, None),), (PriceStep(0, 0.25, 1, None),)
    )
    assert ride_price(plan, 9.5 * 60, 3_400) == pytest.approx(3 + 10 * 0.5 + 4 * 0.25)


def test_a_rate_ends_before_its_end_minute() -> None:
    plan = PricingPlan("p", "", "JPY", 0, (PriceStep(10, 100, 5, 20),), ())
    assert [ride_price(plan, m * 60, 0) for m in (9, 10, 15, 20, 99)] == [0, 100, 200, 200, 200]


def test_a_negative_rate_is_a_discount() -> None:
    plan = PricingPlan("p", "", "JPY", 500, (PriceStep(30, -100, 0, None),), ())
    assert ride_price(plan, 31 * 60, 0) == 400


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.none() | st.integers(1, 120)), max_size=3),
    st.integers(0, 200),
)
def test_a_step_is_charged_once_for_every_started_interval(steps: list[tuple[int, int, int | None]], used: int) -> None:
    plan = PricingPlan("p", "", "JPY", 0, tuple(PriceStep(start, 1, every, end) for start, every, end in steps), ())
    charged = 0
    for start, every, end in steps:
        for minute in [start] if every == 0 else range(start, used + 1, every):
            charged += minute <= used and (end is None or minute < end)
    assert ride_price(plan, used * 60, 0) == charged


# Zones


def test_the_earlier_zone_wins_then_the_global_rule() -> None:
    system = a_system(
        zones=(
            GeofencingZone("inner", (square(1, 1, 2, 2),), (CLOSED,)),
            GeofencingZone("outer", (square(0, 0, 3, 3),), (replace(OPEN, maximum_speed_kmh=6.0),)),
        ),
        global_rules=(replace(CLOSED, ride_through_allowed=False),),
    )
    assert rules_at(system, "bike", 1.5, 1.5) == CLOSED
    assert rules_at(system, "bike", 0.5, 0.5).maximum_speed_kmh == 6
    assert not rules_at(system, "bike", 9.0, 9.0).ride_through_allowed


def test_a_zone_without_a_rule_for_the_vehicle_leaves_the_word_to_the_next() -> None:
    for_mopeds = replace(CLOSED, vehicle_type_ids=("moped",))
    system = a_system(
        zones=(
            GeofencingZone("mopeds", (square(0, 0, 3, 3),), (for_mopeds,)),
            GeofencingZone("all", (square(0, 0, 3, 3),), (OPEN,)),
        ),
    )
    assert rules_at(system, "moped", 1, 1) == for_mopeds
    assert rules_at(system, "bike", 1, 1) == OPEN


def test_within_a_zone_the_earlier_rule_wins() -> None:
    system = a_system(zones=(GeofencingZone("z", (square(0, 0, 3, 3),), (CLOSED, OPEN)),))
    assert rules_at(system, "bike", 1, 1) == CLOSED


def test_a_hole_is_outside_its_zone() -> None:
    ring_road = (square(0, 0, 3, 3)[0], square(1, 1, 2, 2)[0])
    system = a_system(zones=(GeofencingZone("ring", (ring_road,), (CLOSED,)),))
    assert rules_at(system, "bike", 1.5, 1.5) == OPEN
    assert rules_at(system, "bike", 0.5, 1.5) == CLOSED


@pytest.mark.shared
def test_zones_of_almere_agree_with_shapely(shared: Path) -> None:
    shapely = pytest.importorskip("shapely")
    system, _ = read_gbfs(shared / "data/gbfs/world/ridecheck/almere")
    zones = [
        shapely.MultiPolygon(
            [([(lon, lat) for lat, lon in p[0]], [[(lon, lat) for lat, lon in h] for h in p[1:]]) for p in zone.rings]
        )
        for zone in system.zones
    ]
    for step in range(900):
        lat, lon = 52.33 + (step % 30) * 0.003 + 1e-5, 5.13 + (step // 30) * 0.006 + 1e-5
        around = [
            z.rules[0] for z, shape in zip(system.zones, zones, strict=True) if shape.contains(shapely.Point(lon, lat))
        ]
        expected = around[0] if around else system.global_rules[0]
        assert rules_at(system, "check_moped_almere_60", lat, lon) == expected


# Stations


def test_a_bike_is_taken_where_one_stands_and_the_port_rents() -> None:
    system = a_system(
        stations=(
            a_station("full"),
            a_station("empty", vehicles_by_type={"bike": 0}),
            a_station("closed", is_renting=False),
            a_station("other kind", vehicles_by_type={"scooter": 3}),
            a_station("in a closed zone", lat=1.5, lon=1.5),
        ),
        zones=(GeofencingZone("z", (square(1, 1, 2, 2),), (CLOSED,)),),
    )
    assert [s.id for s in rentable_stations(system, "bike")] == ["full"]


def test_a_bike_is_returned_where_a_dock_is_free_or_docks_are_not_counted() -> None:
    system = a_system(
        stations=(
            a_station("free"),
            a_station("full", docks_available=0),
            a_station("not counted", docks_available=None),
            a_station("closed", is_returning=False),
            a_station("in a closed zone", lat=1.5, lon=1.5),
        ),
        zones=(GeofencingZone("z", (square(1, 1, 2, 2),), (CLOSED,)),),
    )
    assert [s.id for s in returnable_stations(system, "bike")] == ["free", "not counted"]


def test_a_roundtrip_vehicle_comes_home_only() -> None:
    home_only = a_type(constraint=ReturnConstraint.ROUNDTRIP_STATION)
    system = a_system(vehicle_types=(home_only,), stations=(a_station("home", docks_available=0), a_station("away")))
    assert [s.id for s in returnable_stations(system, "bike", "home")] == ["home"]


def test_an_unknown_vehicle_type_is_named() -> None:
    with pytest.raises(ValueError, match="no vehicle type 'rocket'"):
        returnable_stations(a_system(), "rocket")


# Reading


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
    station = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
    system, notices = read_gbfs(
        feed(tmp_path, station_information={"stations": [station]}, station_status={"stations": []})
    )
    assert (system.stations[0].is_renting, system.stations[0].is_returning) == (False, False)
    assert [(n.file, n.message) for n in notices] == [
        ("station_status.json", "station 'a' has no status and rents nothing")
    ]


def test_a_station_not_installed_rents_nothing(tmp_path: Path) -> None:
    station = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
    status = {"station_id": "a", "num_bikes_available": 3, "is_installed": False, "is_renting": True}
    source = feed(tmp_path, station_information={"stations": [station]}, station_status={"stations": [status]})
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
    station = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
    status = {"station_id": "a", "num_bikes_available": "many"}
    source = feed(tmp_path, station_information={"stations": [station]}, station_status={"stations": [status]})
    system, notices = read_gbfs(source)
    assert [s.id for s in system.stations] == ["a"]
    assert (notices[0].file, notices[0].row) == ("station_status.json", 0)


def test_a_docked_vehicle_stands_where_its_station_is(tmp_path: Path) -> None:
    station = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
    vehicle = {"vehicle_id": "v", "station_id": "a", "is_reserved": True, "is_disabled": False}
    source = feed(
        tmp_path,
        "3.0",
        station_information={"stations": [station]},
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


def test_a_zone_not_in_force_is_left_out(tmp_path: Path) -> None:
    geometry = {"type": "MultiPolygon", "coordinates": [[[[140, 35], [141, 35], [141, 36], [140, 35]]]]}
    spans = [(1_699_999_999, 1_700_000_001), (1_700_000_001, None), (None, 1_700_000_000)]
    features = [
        {"geometry": geometry, "properties": {"name": str(i), "start": start, "end": end, "rules": []}}
        for i, (start, end) in enumerate(spans)
    ]
    system, notices = read_gbfs(feed(tmp_path, geofencing_zones={"geofencing_zones": {"features": features}}))
    assert ([zone.name for zone in system.zones], notices) == (["0"], [])


def test_gbfs_json_says_which_file_is_which(tmp_path: Path) -> None:
    station = {"station_id": "a", "name": "A", "lat": 35.65, "lon": 140.04}
    listed = [{"name": "station_information", "url": "https://example.org/gbfs/en/stations.json?x=1"}]
    source = feed(tmp_path, gbfs={"en": {"feeds": listed}}, stations={"stations": [station]})
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


# Writing

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
PLANS = st.builds(PricingPlan, IDS, TEXT | st.just(""), st.just("JPY"), AMOUNT, STEPS, STEPS)
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
