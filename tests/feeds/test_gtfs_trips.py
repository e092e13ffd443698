"""Calls, frequencies, patterns, in-seat transfers and transfer rules of GTFS feeds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.gtfs import GtfsNetwork
from feeds.gtfs_stop_times import fill_blank_times
from tests.feeds.gtfs_feeds import BASE, calls, in_seat, messages, read, schedule, trips

STATION = (
    "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "S,Station,35.6,140,1,\nA,A,35.6,140,0,S\nB,B,35.6,140,0,S\nC,C,35.7,140,0,\nE,Gate,35.6,140,2,S"
)
HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"


def test_calls_are_sorted_by_sequence(tmp_path: Path) -> None:
    rows = f"{HEAD}\nT,8:20:00,8:20:00,C,10\nT,8:00:00,8:00:00,A,2\nT,8:10:00,8:10:00,B,9"
    assert schedule(read(tmp_path, stop_times=rows).timetable) == {"T": "A 08:00 B 08:10 C 08:20"}


def test_times_pass_midnight_twice(tmp_path: Path) -> None:
    timetable = read(tmp_path, stop_times=calls("T A 23:50 B 24:10 C 49:00")).timetable
    assert schedule(timetable) == {"T": "A 23:50 B 24:10 C 49:00"}


def test_one_of_arrival_and_departure_stands_for_the_other(tmp_path: Path) -> None:
    rows = f"{HEAD}\nT,,8:00:00,A,1\nT,8:10:00,,B,2"
    assert schedule(read(tmp_path, stop_times=rows).timetable) == {"T": "A 08:00 B 08:10"}


def test_blank_times_are_spread_evenly_without_distances(tmp_path: Path) -> None:
    rows = f"{HEAD}\nT,8:00:00,8:01:00,A,1\nT,,,B,2\nT,,,C,3\nT,8:10:00,8:10:00,A,4"
    assert schedule(read(tmp_path, stop_times=rows).timetable) == {"T": "A 08:00/08:01 B 08:04 C 08:07 A 08:10"}


def test_blank_times_follow_the_distance_where_it_is_given(tmp_path: Path) -> None:
    rows = f"{HEAD},shape_dist_traveled\nT,8:00:00,8:00:00,A,1,5\nT,,,B,2,6\nT,8:10:00,8:10:00,C,3,15"
    assert schedule(read(tmp_path, stop_times=rows).timetable) == {"T": "A 08:00 B 08:01 C 08:10"}


@given(st.lists(st.tuples(st.integers(0, 600), st.booleans(), st.none() | st.integers(0, 50)), max_size=12))
def test_filled_times_never_run_backwards(stops: list[tuple[int, bool, int | None]]) -> None:
    stops = [(0, True, None), *stops, (0, True, None)]
    clock = np.cumsum([float(step) for step, _, _ in stops])
    times = np.array([t if timed else np.nan for t, (_, timed, _) in zip(clock, stops, strict=True)])
    distance = np.array([np.nan if d is None else float(d) for _, _, d in stops])
    arrival, departure = times.copy(), times.copy()
    fill_blank_times(arrival, departure, distance)
    assert (np.diff(arrival) >= 0).all()
    assert np.array_equal(arrival[~np.isnan(times)], times[~np.isnan(times)])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("U,8:61:00,8:61:00,B,2", "stop_times.txt:5 '8:61:00', '8:61:00' is no time H:MM:SS; trip 'U' is left out"),
        ("U,-1:00:00,8:10:00,B,2", "stop_times.txt:5 '-1:00:00', '8:10:00' is no time H:MM:SS; trip 'U' is left out"),
        (
            "U,7:00:00,8:10:00,B,2",
            "stop_times.txt:5 time '7:00:00', '8:10:00' of trip 'U' lies before the one preceding it",
        ),
        (
            "U,8:10:00,8:09:00,B,2",
            "stop_times.txt:5 time '8:10:00', '8:09:00' of trip 'U' lies before the one preceding it",
        ),
        ("U,,,B,2", "stop_times.txt:5 the first or last call of trip 'U' has no time; the trip is left out"),
        ("U,8:10:00,8:10:00,B,x", "stop_times.txt:5 stop_sequence 'x' is no whole number from 0; trip 'U' is left out"),
        ("U,8:10:00,8:10:00,Z,2", "stop_times.txt:5 stop_id 'Z' of trip 'U' is no usable stop; the row is left out"),
        ("Z,8:10:00,8:10:00,B,2", "stop_times.txt:5 trip_id 'Z' is not in trips.txt; the row is left out"),
    ],
)
def test_an_impossible_call_costs_its_trip_and_no_other(tmp_path: Path, bad: str, message: str) -> None:
    rows = f"{BASE['stop_times']}\nU,8:00:00,8:00:00,A,1\n{bad}"
    network = read(tmp_path, trips=trips("T Daily", "U Daily"), stop_times=rows)
    assert schedule(network.timetable) == {"T": "A 08:00 B 08:10/08:11"}
    assert any(found.startswith(message) for found in messages(network))


def test_a_trip_of_one_call_is_left_out(tmp_path: Path) -> None:
    network = read(tmp_path, trips=trips("T Daily", "U Daily"), stop_times=BASE["stop_times"] + "\nU,8:00:00,,A,1")
    assert messages(network) == ["trips.txt:3 trip 'U' has fewer than two usable calls; it is left out"]
    assert network.notices[0].severity == "INFO"


def test_a_sequence_used_twice_is_noted_and_the_order_of_the_file_kept(tmp_path: Path) -> None:
    network = read(tmp_path, stop_times=f"{HEAD}\nT,8:00:00,8:00:00,A,1\nT,8:10:00,8:10:00,C,1\nT,8:20:00,8:20:00,B,2")
    assert schedule(network.timetable) == {"T": "A 08:00 C 08:10 B 08:20"}
    assert [m.partition(" ")[0] for m in messages(network)] == ["stop_times.txt:3"]


def test_trips_with_equal_calls_share_a_pattern(tmp_path: Path) -> None:
    rows = f"{HEAD},pickup_type,drop_off_type\n" + "\n".join(
        f"{trip},{h}:00:00,{h}:00:00,A,1,0,0\n{trip},{h}:30:00,{h}:30:00,B,2,{pickup},{drop_off}"
        for trip, h, pickup, drop_off in [("T", 9, 1, 0), ("U", 8, 1, 0), ("V", 8, 2, 3), ("W", 8, 1, 1)]
    )
    timetable = read(tmp_path, trips=trips("T Daily", "U Daily", "V Daily", "W Daily"), stop_times=rows).timetable
    assert timetable.trips.pattern.tolist() == [0, 0, 1, 2]
    assert timetable.patterns.can_board.tolist() == [1, 0, 1, 1, 1, 0]
    assert timetable.patterns.can_alight.tolist() == [1, 1, 1, 1, 1, 0]


def frequent(tmp_path: Path, *rows: str) -> GtfsNetwork:
    head = "trip_id,start_time,end_time,headway_secs,exact_times"
    return read(tmp_path, stop_times=calls("T A 8:00 B 8:10"), frequencies="\n".join([head, *rows]))


def test_frequencies_are_written_out_strictly_before_their_end(tmp_path: Path) -> None:
    network = frequent(tmp_path, "T,6:00:00,6:20:00,600,0", "T,6:20:00,6:31:00,660,1")
    assert schedule(network.timetable) == {
        "T@06:00:00": "A 06:00 B 06:10",
        "T@06:10:00": "A 06:10 B 06:20",
        "T@06:20:00": "A 06:20 B 06:30",
    }
    assert network.timetable.trips.headway.tolist() == [600, 600, 660]


def test_overlapping_frequencies_run_a_departure_once(tmp_path: Path) -> None:
    network = frequent(tmp_path, "T,6:00:00,6:20:00,600,0", "T,6:10:00,6:30:00,600,0")
    assert list(network.timetable.trips.ids) == ["T@06:00:00", "T@06:10:00", "T@06:20:00"]


@pytest.mark.parametrize(
    "row", ["T,6:00:00,6:00:00,60,0", "T,6:00:00,7:00:00,0,0", "T,6:00:00,7:00:00,-5,", "T,x,7:00:00,60,"]
)
def test_a_frequency_that_is_none_is_noted_and_its_template_not_run(tmp_path: Path, row: str) -> None:
    network = frequent(tmp_path, row)
    assert list(network.timetable.trips.ids) == []
    assert messages(network)[0].startswith("frequencies.txt:2 ")


def linked(tmp_path: Path, *rows: str, **tables: str) -> GtfsNetwork:
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type"
    return read(tmp_path, transfers="\n".join([head, *rows]), **tables)


def test_trips_of_a_block_are_linked_where_they_follow_each_other(tmp_path: Path) -> None:
    tables = {
        "trips": trips("T1 Daily b", "T2 Weekend b", "T3 Daily b", "T4 Daily b", "T5 Daily c"),
        "stop_times": calls(
            "T1 A 8:00 B 8:10", "T2 B 8:20 B 8:30", "T3 B 8:40 A 8:50", "T4 B 9:00 A 9:10", "T5 B 8:11 A 8:12"
        ),
    }
    assert in_seat(read(tmp_path, **tables).timetable) == {"T1>T2", "T2>T3", "T1>T3"}


def test_a_trip_that_runs_every_day_between_two_others_parts_them(tmp_path: Path) -> None:
    tables = {
        "trips": trips("T1 Weekend b", "T2 Daily b", "T3 Weekend b"),
        "stop_times": calls("T1 A 8:00 B 8:10", "T2 C 8:20 C 8:30", "T3 B 8:40 A 8:50"),
    }
    assert in_seat(read(tmp_path, **tables).timetable) == set()


def test_trips_of_a_block_on_different_days_are_not_linked(tmp_path: Path) -> None:
    tables = {
        "calendar": BASE["calendar"].replace("Daily,1,1,1,1,1,1,1", "Daily,1,1,1,1,1,0,0"),
        "trips": trips("T1 Daily b", "T2 Weekend b"),
        "stop_times": calls("T1 A 8:00 B 8:10", "T2 B 8:20 A 8:30"),
    }
    assert in_seat(read(tmp_path, **tables).timetable) == set()


def test_transfer_type_4_links_trips_in_one_station_and_5_parts_a_block(tmp_path: Path) -> None:
    tables = {
        "stops": STATION,
        "trips": trips("T1 Daily", "T2 Daily", "T3 Daily b", "T4 Daily b"),
        "stop_times": calls("T1 C 8:00 A 8:10", "T2 B 8:10 C 8:20", "T3 C 9:00 A 9:10", "T4 A 9:20 C 9:30"),
    }
    assert in_seat(linked(tmp_path / "a", **tables).timetable) == {"T3>T4"}
    assert in_seat(linked(tmp_path / "b", ",,T1,T2,4", ",,T3,T4,5", **tables).timetable) == {"T1>T2"}


@pytest.mark.parametrize("second", ["T2 B 8:09 C 8:20", "T2 C 8:20 B 8:30"])
def test_transfer_type_4_needs_place_and_time_to_meet(tmp_path: Path, second: str) -> None:
    tables = {"stops": STATION, "trips": trips("T1 Daily", "T2 Daily"), "stop_times": calls("T1 C 8:00 A 8:10", second)}
    network = linked(tmp_path, ",,T1,T2,4", **tables)
    assert in_seat(network.timetable) == set()
    assert messages(network)[0].startswith("transfers.txt:2 trip 'T1' does not end where and before trip 'T2' begins")


def test_transfer_type_4_may_name_the_two_stops_where_one_becomes_the_other(tmp_path: Path) -> None:
    tables = {"trips": trips("T1 Daily", "T2 Daily"), "stop_times": calls("T1 A 8:00 B 8:10", "T2 C 8:11 A 8:20")}
    assert in_seat(linked(tmp_path, "B,C,T1,T2,4", **tables).timetable) == {"T1>T2"}


def rules(network: GtfsNetwork) -> dict[str, int | None]:
    found, ids = network.timetable.transfers, list(network.timetable.stops.ids)
    columns = zip(found.from_stop, found.to_stop, found.seconds, found.is_forbidden, strict=True)
    return {f"{ids[a]}>{ids[b]}": None if forbidden else int(seconds) for a, b, seconds, forbidden in columns}


def transfers(tmp_path: Path, *rows: str) -> GtfsNetwork:
    head = "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_route_id"
    filled = (row + "," * (head.count(",") - row.count(",")) for row in rows)
    return read(tmp_path, stops=STATION, transfers="\n".join([head, *filled]))


def test_transfer_rules_of_a_station_hold_for_its_boarding_places(tmp_path: Path) -> None:
    assert rules(transfers(tmp_path, "S,C,2,120")) == {"A>C": 120, "B>C": 120}
    assert rules(transfers(tmp_path, "S,S,2,90")) == {"A>A": 90, "A>B": 90, "B>A": 90, "B>B": 90}


def test_a_rule_of_a_stop_wins_over_that_of_its_station(tmp_path: Path) -> None:
    assert rules(transfers(tmp_path, "A,C,2,30", "S,C,2,120")) == {"A>C": 30, "B>C": 120}
    assert rules(transfers(tmp_path, "S,C,2,120", "A,C,3,")) == {"A>C": None, "B>C": 120}


def test_rules_without_time_take_none_and_rules_of_routes_stand_apart(tmp_path: Path) -> None:
    network = transfers(tmp_path, "A,B,,", "B,A,1,", "A,C,2,300,R", "S,C,3,,R", "A,Z,2,10,", "A,C,2,10,nobody")
    assert rules(network) == {"A>B": 0, "B>A": 0}
    special, ids = network.timetable.specific, network.timetable.stops.ids
    columns = (special.from_stop, special.to_stop, special.from_route, special.seconds, special.is_forbidden)
    rows = [(ids[a], ids[b], *told) for a, b, *told in zip(*(column.tolist() for column in columns), strict=True)]
    assert rows == [("A", "C", 0, 300, 0), ("A", "C", 0, 0, 1), ("B", "C", 0, 0, 1)]
    assert set(special.to_route.tolist() + special.from_trip.tolist() + special.to_trip.tolist()) == {-1}
    assert [(n.severity, n.message) for n in network.notices] == [
        ("WARNING", "from_stop_id 'A' or to_stop_id 'Z' is no usable stop; the row is left out"),
        ("WARNING", "a route or trip of the row from 'A' to 'C' is not in the feed; it is left out"),
    ]
