"""GTFS as a timetable: services, stops, lines, names, sources."""

from datetime import date
from pathlib import Path

import pytest

from feeds.gtfs import read_gtfs
from feeds.notices import FeedError, Severity
from planner.timetable import NONE, Timetable
from tests.feeds.gtfs_feeds import BASE, calls, feed, messages, read, schedule, trips


def dates(timetable: Timetable, service: int = 0) -> list[str]:
    first = timetable.first_date
    return [
        date.fromordinal(first + i).strftime("%m-%d") for i, on in enumerate(timetable.service_active[service]) if on
    ]


def test_a_small_feed_is_read_without_a_notice(tmp_path: Path) -> None:
    network = read(tmp_path)
    timetable = network.timetable
    assert schedule(timetable) == {"T": "A 08:00 B 08:10/08:11"}
    assert timetable.timezone == "Asia/Tokyo"
    assert list(timetable.stops.names) == ["Aoba", "Bay", "Chuo"]
    assert (timetable.routes[0].mode, timetable.routes[0].short_name) == ("BUS", "1")
    assert network.notices == ()


def test_calendar_dates_add_and_remove_days_of_calendar(tmp_path: Path) -> None:
    changes = "service_id,date,exception_type\nWeekend,20260404,2\nWeekend,20260501,1\nExtra,20260330,1"
    timetable = read(tmp_path, calendar_dates=changes).timetable
    assert dates(timetable, 1) == ["04-05", "04-11", "04-12", "04-18", "04-19", "04-25", "04-26", "05-01"]
    assert dates(timetable, 2) == ["03-30"]
    assert timetable.validity == (date(2026, 3, 30), date(2026, 5, 1))


def test_calendar_dates_alone_are_a_calendar(tmp_path: Path) -> None:
    timetable = read(
        tmp_path, calendar=None, calendar_dates="service_id,date,exception_type\nDaily,20260407,1"
    ).timetable
    assert dates(timetable) == ["04-07"]
    assert timetable.active_services(date(2026, 4, 7)).tolist() == [True]


def test_dates_that_are_none_are_named_with_their_row(tmp_path: Path) -> None:
    network = read(
        tmp_path,
        calendar_dates="service_id,date,exception_type\nDaily,20260231,1\nDaily,20260402,3",
        calendar=BASE["calendar"] + "\nBack,1,1,1,1,1,1,1,20260402,20260401",
    )
    assert [m.partition(" ")[0] for m in messages(network)] == [
        "calendar.txt:4",
        "calendar_dates.txt:2",
        "calendar_dates.txt:3",
    ]
    assert "'20260231'" in messages(network)[1]


def test_trips_with_unknown_route_or_service_are_left_out_once(tmp_path: Path) -> None:
    network = read(
        tmp_path,
        trips="route_id,service_id,trip_id\nR,Daily,T\nX,Daily,U\nR,Never,V\nR,Daily,T",
        stop_times=calls("T A 8:00 B 8:10", "U A 8:00 B 8:10", "V A 8:00 B 8:10", "W A 8:00 B 8:10"),
    )
    assert list(network.timetable.trips.ids) == ["T"]
    assert [m.split(" ")[0] for m in messages(network)] == [
        "trips.txt:5",
        "trips.txt:3",
        "trips.txt:4",
        "stop_times.txt:8",
        "stop_times.txt:9",
    ]


def test_children_inherit_place_and_accessibility(tmp_path: Path) -> None:
    stops = read(
        tmp_path,
        stops=(
            "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding,level_id,platform_code,stop_code\n"
            "S,Station,35.6,140.0,1,,1,,,\nA,Platform,35.7,140.1,0,S,,L2,1,a1\nB,Platform,,,,S,2,,2,\nBB,Area,,,4,B,0,,,"
        ),
        levels="level_id,level_index,level_name\nL2,2,Deck",
    ).timetable.stops
    assert stops.parent.tolist() == [NONE, 0, 0, 2]
    assert stops.wheelchair.tolist() == [1, 1, 2, 2]
    assert stops.lat.tolist() == [35.6, 35.7, 35.6, 35.6]
    assert stops.level.tolist() == [0, 2, 0, 0]
    assert (stops.platforms[1], stops.codes[1]) == ("1", "a1")


@pytest.mark.parametrize("place", ["0,0", ",", "95,140", "35.6,north", "35.6,181"])
def test_a_stop_that_is_nowhere_is_left_out(tmp_path: Path, place: str) -> None:
    network = read(tmp_path, stops=BASE["stops"] + f"\nX,Nowhere,{place}")
    assert list(network.timetable.stops.ids) == ["A", "B", "C"]
    assert messages(network)[-1] == "stops.txt:5 stop 'X' has no usable coordinates; it is left out"


def test_an_index_stays_right_when_a_stop_before_it_is_left_out(tmp_path: Path) -> None:
    network = read(
        tmp_path, stops="stop_id,stop_name,stop_lat,stop_lon\nX,X,,\nA,Aoba,35.60,140.00\nB,Bay,35.61,140.01"
    )
    assert schedule(network.timetable) == {"T": "A 08:00 B 08:10/08:11"}


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [
        *[("0", "TRAM"), ("1", "SUBWAY"), ("2", "RAIL"), ("3", "BUS"), ("4", "FERRY"), ("5", "CABLE_CAR")],
        *[("6", "AERIAL_LIFT"), ("7", "FUNICULAR"), ("11", "BUS"), ("12", "MONORAIL"), ("109", "RAIL")],
        *[("200", "COACH"), ("401", "SUBWAY"), ("405", "MONORAIL"), ("715", "BUS"), ("800", "BUS"), ("900", "TRAM")],
        *[("1000", "FERRY"), ("1100", "AIRPLANE"), ("1300", "AERIAL_LIFT"), ("1400", "FUNICULAR"), ("1700", "OTHER")],
        *[("8", "OTHER"), ("9999", "OTHER"), ("bus", "OTHER"), ("", "OTHER")],
    ],
)
def test_route_types_basic_and_extended_have_a_mode(tmp_path: Path, route_type: str, mode: str) -> None:
    network = read(tmp_path, routes=f"route_id,route_short_name,route_type\nR,1,{route_type}")
    assert network.timetable.routes[0].mode == mode


def test_a_route_without_agency_id_belongs_to_the_only_agency(tmp_path: Path) -> None:
    network = read(tmp_path, routes="route_id,route_short_name,route_type\nR,1,3")
    assert network.timetable.routes[0].agency == 0
    assert not network.notices


def test_a_route_of_an_unknown_agency_goes_to_the_first(tmp_path: Path) -> None:
    network = read(tmp_path, routes="route_id,agency_id,route_type\nR,Z,3")
    assert network.timetable.routes[0].agency == 0
    assert messages(network) == [
        "routes.txt:2 agency_id 'Z' of route 'R' is not in agency.txt; the first agency is used"
    ]


@pytest.mark.parametrize("zone", ["", "Tokyo", "Asia", "/etc/passwd"])
def test_a_feed_without_time_zone_is_no_feed(tmp_path: Path, zone: str) -> None:
    with pytest.raises(FeedError, match="time zone"):
        read(tmp_path, agency=f"agency_id,agency_name,agency_url,agency_timezone\nA,A,https://a.example,{zone}")


def test_translations_by_record_and_by_value(tmp_path: Path) -> None:
    timetable = read(
        tmp_path,
        trips="route_id,service_id,trip_id,trip_headsign\nR,Daily,T,海浜幕張",
        translations=(
            "table_name,field_name,language,translation,record_id,record_sub_id,field_value\n"
            "stops,stop_name,en,Green Leaf,A,,\nstops,stop_name,ja-Hrkt,べい,,,Bay\n"
            "trips,trip_headsign,en,Kaihin-Makuhari,,,海浜幕張\nroutes,route_short_name,en,One,R,,\n"
            "agency,agency_name,ja,A線,,,Line A\nstops,stop_name,en,Leaf,,,Aoba"
        ),
    ).timetable
    assert list(timetable.stops.translations["en"]) == ["Green Leaf", "", ""]
    assert list(timetable.stops.translations["ja-Hrkt"]) == ["", "べい", ""]
    assert timetable.trips.headsign_translations["en"][int(timetable.trips.headsign[0])] == "Kaihin-Makuhari"
    assert timetable.routes[0].short_names == {"en": "One"}
    assert timetable.agencies[0].names == {"ja": "A線"}


def test_translations_of_the_old_japanese_form(tmp_path: Path) -> None:
    timetable = read(
        tmp_path, translations="trans_id,lang,translation\nAoba,ja-Hrkt,あおば\nLine A,en,Line Ay"
    ).timetable
    assert list(timetable.stops.translations["ja-Hrkt"]) == ["あおば", "", ""]
    assert timetable.agencies[0].names == {"en": "Line Ay"}


def test_shapes_are_sorted_and_bad_points_left_out(tmp_path: Path) -> None:
    network = read(
        tmp_path,
        trips="route_id,service_id,trip_id,shape_id\nR,Daily,T,s",
        shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nr,1,1,1\ns,35.62,140,10\ns,35.6,140,2\ns,x,140,3",
    )
    shapes, shape = network.timetable.shapes, int(network.timetable.trips.shape[0])
    assert shapes.lat[shapes.first[shape] : shapes.first[shape + 1]].tolist() == [35.6, 35.62]
    assert [m.partition(" ")[0] for m in messages(network)] == ["shapes.txt:5"]


def test_the_source_is_on_record(tmp_path: Path) -> None:
    network = read(
        tmp_path,
        feed_info=(
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version\n"
            "City,https://c.example,ja,20260401,20260415,v7"
        ),
        attributions="organization_name,attribution_url,is_producer\nBus Data Group,https://b.example,1",
    )
    record = network.feeds[0]
    assert (record.publisher, record.version, record.prefix) == ("City", "v7", "")
    assert record.validity == (date(2026, 4, 1), date(2026, 4, 15))
    assert record.attributions == ("Bus Data Group, https://b.example",)
    assert len(record.sha256) == 64


def test_of_equal_notices_twenty_are_given_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(f"\nX{i},X,0,0" for i in range(50))
    notices = read(tmp_path, stops=BASE["stops"] + rows).notices
    assert len(notices) == 42
    assert notices[-1].message == "30 more like this: stop '…' has no usable coordinates; it is left out"


def test_feeds_read_together_keep_their_trips_under_prefixed_ids(tmp_path: Path) -> None:
    one = feed(tmp_path / "幕張 bus", stop_times=calls("T A 8:00 B 8:10"))
    two = feed(
        tmp_path / "rail.gtfs",
        stops="stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nS,St,35.6,140,1,\nB,B,35.6,140,,S\nA,A,35.6,140,,S",
        calendar=BASE["calendar"].replace("20260401", "20260325"),
        trips=trips("T Daily b", "U Daily b"),
        stop_times=calls("T A 9:00 B 9:10", "U B 9:20 A 9:30"),
        transfers="from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,60",
    )
    network = read_gtfs([one, two])
    timetable = network.timetable
    assert schedule(timetable) == {
        "bus_T": "bus_A 08:00 bus_B 08:10",
        "rail_T": "rail_A 09:00 rail_B 09:10",
        "rail_U": "rail_B 09:20 rail_A 09:30",
    }
    assert timetable.stops.parent.tolist() == [NONE] * 4 + [3, 3]
    assert timetable.routes[int(timetable.trips.route[1])].id == "rail_R"
    assert timetable.agencies[timetable.routes[1].agency].id == "rail_A"
    assert (timetable.transfers.from_stop[0], timetable.transfers.to_stop[0]) == (5, 4)
    assert (timetable.in_seat.from_trip[0], timetable.in_seat.to_trip[0]) == (1, 2)
    assert timetable.first_date == date(2026, 3, 25).toordinal()
    assert dates(timetable, 0)[0] == "04-01"
    assert dates(timetable, int(timetable.trips.service[1]))[0] == "03-25"
    assert [record.prefix for record in network.feeds] == ["bus_", "rail_"]


def test_feeds_of_two_time_zones_are_read_in_the_first_with_a_notice(tmp_path: Path) -> None:
    abroad = BASE["agency"].replace("Asia/Tokyo", "Asia/Seoul")
    network = read_gtfs([feed(tmp_path / "one"), feed(tmp_path / "two", agency=abroad)])
    assert network.timetable.timezone == "Asia/Tokyo"
    first = network.notices[0]
    assert (first.severity, first.file) == (Severity.ERROR, "two/agency.txt")


def test_bulky_tables_are_not_kept(tmp_path: Path) -> None:
    assert set(read(tmp_path).tables[0].frames) == set(BASE) - {"stop_times"}
