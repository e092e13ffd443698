"""Of what two feeds tell alike one tells; what they tell differently both do."""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from feeds.gtfs import GtfsNetwork, read_gtfs
from planner.board import Wanted, calls_between, stops_around
from planner.day import timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import Options
from planner.raptor import Transit, search
from tests.feeds.gtfs_feeds import BASE, calls, feed

FRIDAY, SATURDAY = date(2026, 4, 10), date(2026, 4, 11)
TIMES = BASE["stop_times"]


def both(folder: Path, **tables: str) -> GtfsNetwork:
    """The small feed and another one in which these tables differ."""
    return read_gtfs([feed(folder / "x"), feed(folder / "y", **tables)])


def running(network: GtfsNetwork, day: date) -> list[str]:
    table = network.timetable
    active = table.active_services(day)
    return [table.trips.ids[trip] for trip in np.flatnonzero(active[table.trips.service])]


def test_a_trip_of_two_feeds_runs_once(tmp_path: Path) -> None:
    network = both(tmp_path)
    assert running(network, FRIDAY) == ["x_T"]
    assert network.notices[-1].message == (
        "3 stops are in several feeds, and 1 trips, which are those of the feed named first"
    )


@pytest.mark.parametrize(
    "tables",
    [
        {"stop_times": TIMES.replace("8:11:00", "8:12:00")},
        {"stop_times": TIMES.replace("8:10:00,8:11:00,B", "8:10:00,8:11:00,C")},
        {"routes": "route_id,agency_id,route_short_name,route_type\nR,A,2,3"},
        {"routes": "route_id,agency_id,route_short_name,route_type\nR,A,1,2"},
        {"stops": BASE["stops"].replace("35.61,140.01", "35.62,140.01")},
        {"stops": BASE["stops"].replace("Bay", "Bay North")},
    ],
)
def test_another_time_stop_line_or_place_is_another_trip(tmp_path: Path, tables: dict[str, str]) -> None:
    assert running(both(tmp_path, **tables), FRIDAY) == ["x_T", "y_T"]


def test_it_runs_on_the_days_the_first_feed_does_not_know(tmp_path: Path) -> None:
    first = feed(tmp_path / "x", trips="route_id,service_id,trip_id\nR,Weekend,T")
    network = read_gtfs([first, feed(tmp_path / "y")])
    assert running(network, FRIDAY) == ["y_T"]
    assert running(network, SATURDAY) == ["x_T"]


def test_a_trip_told_twice_within_one_feed_runs_twice(tmp_path: Path) -> None:
    twice = {"trips": BASE["trips"] + "\nR,Daily,U", "stop_times": calls("T A 8:00 B 8:10", "U A 8:00 B 8:10")}
    other = feed(tmp_path / "y", stop_times=calls("T A 9:00 B 9:10"))
    assert running(read_gtfs([feed(tmp_path / "x", **twice), other]), FRIDAY) == ["x_T", "x_U", "y_T"]


def test_names_are_compared_without_width_case_and_spaces(tmp_path: Path) -> None:
    stops = BASE["stops"].replace("Bay", "ＢＡＹ").replace("35.61,", "35.6104,")
    assert running(both(tmp_path, stops=stops), FRIDAY) == ["x_T"]


@pytest.mark.parametrize("name", ["Aoba", "Ａｏｂａ"])
def test_a_board_of_one_id_lists_the_runs_of_both_feeds(tmp_path: Path, name: str) -> None:
    later = TIMES.replace("T,8", "T,9").replace("8:00:00", "9:00:00").replace("8:1", "9:1")
    table = both(tmp_path, stop_times=later, stops=BASE["stops"].replace("Aoba", name)).timetable
    midnight = int(datetime.combine(FRIDAY, time(), ZoneInfo("Asia/Tokyo")).timestamp())
    for stop in ("x_A", "y_A"):
        row = list(table.stops.ids).index(stop)
        at = float(table.stops.lat[row]), float(table.stops.lon[row])
        found = calls_between(table, Wanted(stops_around(table, row, at)), midnight, midnight + 86_400)
        assert [(table.trips.ids[call.trip], call.moment - midnight) for call in found] == [
            ("x_T", 28_800),
            ("y_T", 32_400),
        ]


def test_of_poles_of_one_name_the_nearest_are_one(tmp_path: Path) -> None:
    poles = "stop_id,stop_name,stop_lat,stop_lon\nA,Aoba,35.60,140.00\nB,Aoba,35.6003,140.00\nC,Chuo,35.62,140.02"
    moved = poles.replace("35.6003", "35.6002").replace("35.60,", "35.5999,")
    network = read_gtfs([feed(tmp_path / "x", stops=poles), feed(tmp_path / "y", stops=moved)])
    rules, ids = network.timetable.transfers, network.timetable.stops.ids
    pairs = {(ids[a], ids[b]) for a, b in zip(rules.from_stop.tolist(), rules.to_stop.tolist(), strict=True)}
    ahead = {("x_A", "y_A"), ("x_B", "y_B"), ("x_C", "y_C")}
    assert pairs == ahead | {(b, a) for a, b in ahead}


def test_of_platforms_at_one_point_those_of_equal_id_are_one(tmp_path: Path) -> None:
    point = "stop_id,stop_name,stop_lat,stop_lon\n{}\nC,Chuo,35.62,140.02"
    ahead = feed(tmp_path / "x", stops=point.format("A,Aoba,35.60,140.00\nB,Aoba,35.60,140.00"))
    turned = feed(tmp_path / "y", stops=point.format("B,Aoba,35.60,140.00\nA,Aoba,35.60,140.00"))
    assert running(read_gtfs([ahead, turned]), FRIDAY) == ["x_T"]


def test_one_changes_between_feeds_at_their_common_stop(tmp_path: Path) -> None:
    network = both(tmp_path, stop_times=calls("T B 8:10 C 8:20"))
    table = network.timetable
    transit = Transit.of(timetable_on(table, FRIDAY), feed_footpaths(table))
    index = {stop: row for row, stop in enumerate(table.stops.ids)}
    ends = (Options.of([index[stop]], [0]) for stop in ("x_A", "y_C"))
    found = search(transit, *ends, 7 * 3600, 9 * 3600, 3)
    assert [
        (d / 3600, a / 60 - 480, t) for d, a, t in zip(found.departure, found.arrival, found.transfers, strict=True)
    ] == [(8.0, 20.0, 1)]


@pytest.mark.shared
def test_all_of_a_region_is_in_the_feed_of_the_whole(shared: Path) -> None:
    names = [shared / "data" / "gtfs" / f"{name}.zip" for name in ("tokyo-rail", "chiba-rail")]
    network = read_gtfs(names)
    day = date(2026, 11, 25)
    assert [trip for trip in running(network, day) if trip.startswith("chiba")] == []
