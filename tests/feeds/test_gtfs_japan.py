"""Tables that only Japanese feeds have: courses become headsigns and descriptions, references are checked."""

from pathlib import Path

import pytest

from feeds.gtfs import GtfsNetwork, read_gtfs
from tests.feeds.gtfs_feeds import BASE, feed

COURSES = "{},route_update_date,origin_stop,via_stop,destination_stop\n{},20260401,{}"
TRIPS = "route_id,service_id,trip_id,jp_pattern_id,jp_office_id\nR,Daily,T,{},{}"


def read(folder: Path, **tables: str) -> GtfsNetwork:
    return read_gtfs([feed(folder, **tables)])


def headsign(network: GtfsNetwork) -> str:
    trips = network.timetable.trips
    return trips.headsigns[int(trips.headsign[0])]


def test_the_pattern_tells_where_a_trip_goes_before_the_route_does(tmp_path: Path) -> None:
    by_route = COURSES.format("route_id", "R", "青葉,病院前,中央")
    by_pattern = COURSES.format("jp_pattern_id", "p", "青葉,,港")
    old = read(tmp_path / "old", routes_jp=by_route)
    assert (headsign(old), old.timetable.routes[0].description) == ("中央", "青葉 ～ 病院前 ～ 中央")
    assert (
        headsign(read(tmp_path / "new", routes_jp=by_route, pattern_jp=by_pattern, trips=TRIPS.format("p", ""))) == "港"
    )


@pytest.mark.parametrize(
    ("tables", "shown"),
    [
        ({"trips": "route_id,service_id,trip_id,trip_headsign\nR,Daily,T,駅前"}, "駅前"),
        (
            {
                "stop_times": BASE["stop_times"]
                .replace("stop_sequence", "stop_sequence,stop_headsign")
                .replace("A,1", "A,1,空港")
            },
            "空港",
        ),
    ],
)
def test_what_the_vehicle_shows_goes_before_the_course(tmp_path: Path, tables: dict[str, str], shown: str) -> None:
    assert headsign(read(tmp_path, routes_jp=COURSES.format("route_id", "R", "青葉,,中央"), **tables)) == shown


def test_a_description_of_the_feed_stays(tmp_path: Path) -> None:
    routes = "route_id,agency_id,route_short_name,route_type,route_desc\nR,A,1,3,循環"
    network = read(tmp_path, routes=routes, routes_jp=COURSES.format("route_id", "R", "青葉,,中央"))
    assert network.timetable.routes[0].description == "循環"


def test_names_of_what_is_not_there_are_told(tmp_path: Path) -> None:
    tables = {
        "agency_jp": "agency_id,agency_official_name\nnobody,青葉交通株式会社",
        "office_jp": "office_id,office_name\n1,本社",
        "pattern_jp": COURSES.format("jp_pattern_id", "p", "青葉,,港"),
    }
    network = read(tmp_path / "lost", **tables, trips=TRIPS.format("q", "2"))
    assert [(notice.file, notice.message) for notice in network.notices] == [
        ("agency_jp.txt", "agency_id 'nobody' is not in agency.txt"),
        ("trips.txt", "jp_office_id '2' is not in office_jp.txt"),
        ("trips.txt", "jp_pattern_id 'q' is not in pattern_jp.txt"),
    ]
    tables["agency_jp"] = tables["agency_jp"].replace("nobody", "A")
    assert read(tmp_path / "found", **tables, trips=TRIPS.format("p", "1")).notices == ()


@pytest.mark.shared
def test_buses_of_muroran_show_where_they_go(shared: Path) -> None:
    network = read_gtfs([shared / "data" / "gtfs" / "jp" / "donanbus-muroran.zip"])
    route = next(route for route in network.timetable.routes if route.id == "100310")
    assert route.description == "工大 ～ 鷲別/東町ターミナル ～ 室蘭フェリーターミナル"
