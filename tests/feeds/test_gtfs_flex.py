"""Demand buses of GTFS-Flex feeds."""

import json
from pathlib import Path

import pytest

from feeds.gtfs import GtfsNetwork, read_gtfs
from planner.flex import BookingRule
from tests.feeds.gtfs_feeds import calls, feed, messages, read, schedule

HEAD = (
    "trip_id,stop_sequence,arrival_time,departure_time,stop_id,location_id,location_group_id,"
    "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,"
    "pickup_booking_rule_id,drop_off_booking_rule_id"
)
SQUARE = [[140.0, 35.6], [140.1, 35.6], [140.1, 35.7], [140.0, 35.6]]


def on_demand(*rows: str) -> str:
    return "\n".join([HEAD, *(row + "," * (HEAD.count(",") - row.count(",")) for row in rows)])


def zones(folder: Path, *features: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"type": "FeatureCollection", "features": list(features)})
    (folder / "locations.geojson").write_text(text, encoding="utf-8")


def polygon(zone: str, kind: str = "Polygon", coordinates: object = None) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates or [SQUARE]}
    return {"type": "Feature", "id": zone, "properties": {"stop_name": f"Zone {zone}"}, "geometry": geometry}


def test_a_polygon_is_an_area_with_window_and_booking_rule(tmp_path: Path) -> None:
    zones(tmp_path, polygon("Z"))
    network = read(
        tmp_path,
        trips="route_id,service_id,trip_id,safe_duration_factor,safe_duration_offset\nR,Weekend,T,1.5,600",
        stop_times=on_demand("T,1,,,,Z,,08:00:00,12:00:00,2,1,rule", "T,2,,,,Z,,08:00:00,12:00:00,1,2,,rule"),
        booking_rules=(
            "booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_last_day,prior_notice_last_time,phone_number\n"
            "rule,2,,1,17:00:00,043-000-0000"
        ),
    )
    trip = network.flex[0]
    assert (trip.id, trip.route, trip.service) == ("T", 0, 1)
    assert (trip.safe_duration_factor, trip.safe_duration_offset) == (1.5, 600.0)
    start, end = trip.areas
    assert (start.name, start.window) == ("Zone Z", (8 * 3600, 12 * 3600))
    assert start.rings == ((((35.6, 140.0), (35.6, 140.1), (35.7, 140.1), (35.6, 140.0)),),)
    assert (start.can_pick_up, start.can_drop_off, end.can_pick_up, end.can_drop_off) == (True, False, False, True)
    rule = BookingRule(
        "rule", 2, prior_notice_last_day=1, prior_notice_last_time=17 * 3600, phone_number="043-000-0000"
    )
    assert (start.pickup_rule, start.drop_off_rule, end.drop_off_rule) == (rule, None, rule)
    assert not network.notices


def groups(tmp_path: Path, **tables: str) -> tuple[int, ...]:
    network = read(tmp_path, stop_times=on_demand("T,1,,,,,G,8:00:00,9:00:00", "T,2,,,,,G,8:00:00,9:00:00"), **tables)
    assert [area.sequence for area in network.flex[0].areas] == [1, 2]
    return network.flex[0].areas[0].stops


def test_a_group_of_stops_is_an_area_in_every_form_of_the_specification(tmp_path: Path) -> None:
    today = {
        "location_groups": "location_group_id,location_group_name\nG,Group",
        "location_group_stops": "location_group_id,stop_id\nG,A\nG,C",
    }
    assert groups(tmp_path / "a", **today) == (0, 2)
    draft = {"location_groups": "location_group_id,location_id,location_group_name\nG,A,Group\nG,C,"}
    assert groups(tmp_path / "b", **draft) == (0, 2)
    areas = {"areas": "area_id,area_name\nG,Group", "stop_areas": "area_id,stop_id\nG,A\nG,C"}
    assert groups(tmp_path / "c", **areas) == (0, 2)


def test_a_stop_with_a_window_is_an_area_and_fixed_trips_remain(tmp_path: Path) -> None:
    rows = on_demand(
        "D,1,,,A,,,8:00:00,9:00:00", "D,2,,,B,,,8:00:00,9:00:00", "T,1,8:00:00,8:00:00,A", "T,2,8:30:00,8:30:00,B"
    )
    network = read(tmp_path, trips="route_id,service_id,trip_id\nR,Daily,T\nR,Daily,D", stop_times=rows)
    assert schedule(network.timetable) == {"T": "A 08:00 B 08:30"}
    assert [(area.name, area.stops) for area in network.flex[0].areas] == [("Aoba", (0,)), ("Bay", (1,))]
    assert not network.notices


def test_a_deviated_route_keeps_its_fixed_calls_and_offers_its_area(tmp_path: Path) -> None:
    zones(tmp_path, polygon("Z"))
    rows = on_demand("T,1,8:00:00,8:00:00,A", "T,2,,,,Z,,8:00:00,8:30:00", "T,3,8:30:00,8:30:00,B")
    network = read(tmp_path, stop_times=rows)
    assert schedule(network.timetable) == {"T": "A 08:00 B 08:30"}
    assert ends(network) == ["A 8:00 off", "A 8:00 on", "Z 8:00-8:30 on off", "B 8:30 off", "B 8:30 on"]


def ends(network: GtfsNetwork) -> list[str]:
    """Where one gets on and off the first demand bus."""
    said = []
    for area in network.flex[0].areas:
        times = "-".join(f"{time // 3600}:{time % 3600 // 60:02}" for time in sorted(set(area.window)))
        said.append(f"{area.id} {times}" + " on" * area.can_pick_up + " off" * area.can_drop_off)
    return said


def test_one_fixed_call_beside_an_area_is_an_end_of_rides(tmp_path: Path) -> None:
    zones(tmp_path, polygon("Z"))
    rows = on_demand("T,5,8:00:00,8:02:00,A", "T,7,,,,Z,,8:05:00,8:30:00", "T,9,,,B")
    network = read(tmp_path, stop_times=rows)
    assert ends(network) == ["A 8:00 off", "A 8:02 on", "Z 8:05-8:30 on off"]
    assert len(network.timetable.trips) == 0


def test_fixed_calls_keep_their_permissions_and_their_times_are_not_those_of_a_frequency(tmp_path: Path) -> None:
    zones(tmp_path, polygon("Z"))
    rows = on_demand("T,1,8:00:00,8:00:00,A,,,,,0,1", "T,2,,,,Z,,8:00:00,8:30:00", "T,3,8:30:00,8:30:00,B,,,,,1,0")
    assert ends(read(tmp_path, stop_times=rows)) == ["A 8:00 on", "Z 8:00-8:30 on off", "B 8:30 off"]
    zones(tmp_path / "often", polygon("Z"))
    frequencies = "trip_id,start_time,end_time,headway_secs\nT,6:00:00,9:00:00,3600"
    assert ends(read(tmp_path / "often", stop_times=rows, frequencies=frequencies)) == ["Z 8:00-8:30 on off"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("T,2,,,,Y,,8:00:00,9:00:00", "area 'Y' of trip 'T' holds no stop and no polygon"),
        ("T,2,,,,Z,,,", "trip 'T' has no window at 'Z'"),
        ("T,2,,,,Z,,9:00:00,8:00:00", "trip 'T' has no window at 'Z'"),
        ("T,2,,,,Z,,9:00:00,later", "end_pickup_drop_off_window 'later' cannot be read"),
    ],
)
def test_a_trip_with_an_unusable_area_is_not_offered(tmp_path: Path, row: str, said: str) -> None:
    zones(tmp_path, polygon("Z"))
    network = read(tmp_path, stop_times=on_demand("T,1,,,,Z,,8:00:00,9:00:00", row))
    assert network.flex == ()
    assert any(said in message and message.startswith("stop_times.txt:3 ") for message in messages(network))


@pytest.mark.parametrize(
    "feature",
    [
        None,
        7,
        {},
        polygon("Y", "Point", [1, 2]),
        polygon("Y", coordinates=[[[140, 35]]]),
        polygon("Y", coordinates=[["x"]]),
    ],
)
def test_a_feature_that_is_no_polygon_is_left_out(tmp_path: Path, feature: object) -> None:
    zones(tmp_path, feature, polygon("Z", "MultiPolygon", [[SQUARE], [SQUARE]]))
    network = read(tmp_path, stop_times=on_demand("T,1,,,,Z,,8:00:00,9:00:00"))
    assert len(network.flex[0].areas[0].rings) == 2
    assert [m.partition(",")[0] for m in messages(network)] == [
        "locations.geojson:None feature 0 is no polygon with an id and points on the globe; it is left out"
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"features": 3}', "\ufeff{}"])
def test_locations_that_are_no_collection_leave_the_timetable_untouched(tmp_path: Path, text: str) -> None:
    folder = feed(tmp_path, stop_times=calls("T A 8:00 B 8:10"))
    (folder / "locations.geojson").write_text(text, encoding="utf-8")
    assert schedule(read_gtfs([folder]).timetable) == {"T": "A 08:00 B 08:10"}


@pytest.mark.parametrize("kind", ["", "3", "x"])
def test_a_booking_rule_of_no_type_is_left_out(tmp_path: Path, kind: str) -> None:
    zones(tmp_path, polygon("Z"))
    rows = on_demand("T,1,,,,Z,,8:00:00,9:00:00,,,rule")
    network = read(tmp_path, stop_times=rows, booking_rules=f"booking_rule_id,booking_type\nrule,{kind}")
    assert network.flex[0].areas[0].pickup_rule is None
    assert [m.partition(" ")[0] for m in messages(network)] == ["booking_rules.txt:2", "stop_times.txt:2"]


def test_areas_of_the_second_feed_refer_to_its_stops(tmp_path: Path) -> None:
    first = feed(tmp_path / "one")
    second = feed(tmp_path / "two", stop_times=on_demand("T,1,,,B,,,8:00:00,9:00:00"))
    network: GtfsNetwork = read_gtfs([first, second])
    trip = network.flex[0]
    assert (trip.id, trip.areas[0].id, trip.areas[0].stops, trip.route, trip.service) == ("two_T", "two_B", (4,), 1, 2)


FLEX_TRIPS = {
    "r5-flex/flex/valid": 4,
    "r5-flex/flex/multipolygon": 1,
    "r5-flex/flex/nowindow": 3,
    "r5-flex/flex/badref": 0,
    "r5-flex/flex/pointstop": 1,
    "r5-flex/flex/threestops": 2,
    "bbnavi": 8,
    "aspen-flex-on-demand.gtfs": 2,
    "cobblinc-scheduled-deviated-flex.gtfs": 72,
}


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), FLEX_TRIPS.items())
def test_real_flex_feeds(shared: Path, name: str, count: int) -> None:
    assert len(read_gtfs([shared / "data" / "gtfs-flex" / name]).flex) == count


@pytest.mark.shared
def test_a_real_deviated_route_keeps_its_fixed_calls(shared: Path) -> None:
    network = read_gtfs([shared / "data" / "gtfs-flex" / "cobblinc-scheduled-deviated-flex.gtfs"])
    assert len(network.timetable.trips) == 72
    areas = [area for area in network.flex[0].areas if not area.is_fixed]
    assert [area.name for area in areas] == ["Flex Zone 1", "Flex Zone 1"]
    assert areas[0].pickup_rule is not None
    assert len(network.flex[0].areas) == 6
