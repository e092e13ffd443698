"""The embedded city's trains and buses keep to the published figures they are synthesised from."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from feeds.makuhari.bus import bus_trips, loop_line, loop_stops, loop_trip
from feeds.makuhari.calendar import VALID_FROM, VALID_TO, is_holiday, service_exceptions
from feeds.makuhari.rail import BANDS, OUTBOUND, rail_trips, route_of
from feeds.makuhari.timetable import HOUR, MINUTE, Trip, clock, interleave, read_table, seconds

# Where one train of the published list continues beyond the city, there is no departure to compare.
LIMITED = "ltdexp"
Key = tuple[str, str, str, str, int]


@pytest.fixture(scope="module")
def trains() -> tuple[Trip, ...]:
    return rail_trips()[0]


@pytest.fixture(scope="module")
def departures(trains: tuple[Trip, ...]) -> dict[Key, list[int]]:
    """Departures by line as published (rapids with locals), line of the platform, station, calendar and direction.

    Limited expresses are left out.
    """
    found: dict[Key, list[int]] = defaultdict(list)
    for trip in trains:
        if (trip.route_id.startswith("JR-East.") and trip.route_id.endswith("LimitedExpress")) or LIMITED in trip.id:
            continue
        for call in trip.calls[:-1]:
            line, station = call.stop_id.rsplit(".", 1)
            route = "JR-East.Keiyo" if trip.route_id == "JR-East.KeiyoRapid" else trip.route_id
            found[route, line, station, trip.service_id, trip.direction_id].append(call.departure)
    return found


def at(departures: dict[Key, list[int]], row: dict[str, str]) -> list[int]:
    direction = 0 if row["direction"] in OUTBOUND else 1
    line = row["line_id"]
    through = line == "JR-East.KeiyoFutamataBranch" and row["station"] == "Ichikawashiohama" and direction == 0
    route = route_of(line, "Local", row["direction"])
    return departures.get((route, "JR-East.Keiyo" if through else line, row["station"], row["calendar"], direction), [])


def band_of(time: float) -> str | None:
    """Name of the band of the day a departure falls in, None outside 04:00-25:00."""
    return next((name for name, start, end in BANDS if start * HOUR <= time < end * HOUR), None)


def test_trains_per_hour_meet_the_published_bands(departures: dict[Key, list[int]]) -> None:
    errors: dict[str, list[float]] = defaultdict(list)
    for row in read_table("rail_headways.csv"):
        if times := at(departures, row):
            n = sum(band_of(time) == row["band"] for time in times)
            errors[row["line_id"]].append(abs(n - int(row["trains"])) / (int(row["to_h"]) - int(row["from_h"])))
    assert len(errors) == 12
    assert mean(error for line in errors.values() for error in line) <= 0.3
    assert {line: mean(values) for line, values in errors.items() if mean(values) > 0.5} == {}


def test_trains_per_day_at_kaihimmakuhari(departures: dict[Key, list[int]]) -> None:
    key = "JR-East.Keiyo", "JR-East.Keiyo", "Kaihimmakuhari"
    assert [len(departures[*key, "Weekday", direction]) for direction in (0, 1)] == [110, 128]


def test_first_and_last_departures_are_the_published_ones(departures: dict[Key, list[int]]) -> None:
    wrong = []
    for row in read_table("rail_first_last.csv"):
        if times := at(departures, row):
            synthetic = clock(min(times))[:5], clock(max(times))[:5]
            if synthetic != (row["first_dep"], row["last_dep"]):
                wrong.append((row["line_id"], row["station"], row["calendar"], row["direction"], synthetic))
    # That departure belongs to the through train's second trip, on the Keiyo Line: one minute late (23:34).
    assert [w[:3] for w in wrong] == [("JR-East.KeiyoFutamataBranch", "Ichikawashiohama", "SaturdayHoliday")]


def test_first_and_last_trains_go_where_the_facts_say() -> None:
    trips, through = rail_trips()
    onward = {pair.from_trip.id: pair.to_trip for pair in through}
    found: dict[Key, list[tuple[int, str]]] = defaultdict(list)
    for trip in trips:
        if (trip.route_id.startswith("JR-East.") and trip.route_id.endswith("LimitedExpress")) or LIMITED in trip.id:
            continue
        end = onward.get(trip.id, trip).calls[-1].stop_id.rsplit(".", 1)[1]
        for call in trip.calls[:-1]:
            line, station = call.stop_id.rsplit(".", 1)
            route = "JR-East.Keiyo" if trip.route_id == "JR-East.KeiyoRapid" else trip.route_id
            found[route, line, station, trip.service_id, trip.direction_id].append((call.departure, end))
    city = {row["stop_id"] for row in read_table("rail_stations.csv")}
    compared = 0
    for row in read_table("rail_first_last.csv"):
        direction = 0 if row["direction"] in OUTBOUND else 1
        line = row["line_id"]
        key = route_of(line, "Local", row["direction"]), line, row["station"], row["calendar"], direction
        for published, pick in (("first_dest", min), ("last_dest", max)):
            if key in found and row[published] in city:
                compared += 1
                assert pick(found[key])[1] == row[published].rsplit(".", 1)[1], (row["station"], published)
    assert compared > 400


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_interleave_keeps_every_count_and_no_kind_bunches(counts: list[int]) -> None:
    order = interleave(counts)
    assert [order.count(kind) for kind in range(len(counts))] == counts
    for kind, n in enumerate(counts):
        places = [i for i, k in enumerate(order) if k == kind]
        assert all(b - a <= len(order) / n + len(counts) for a, b in pairwise(places))


@pytest.mark.parametrize("route", ["Local", "Rapid"])
def test_keiyo_trains_leave_tokyo_every_quarter_of_an_hour_on_a_holiday_noon(
    trains: tuple[Trip, ...], route: str
) -> None:
    stream = f"keiyo-{route.lower()}-out"
    times = [t.calls[0].departure for t in trains if t.id.startswith(f"{stream}-saturdayholiday")]
    noon = [time for time in times if 12 * HOUR <= time <= 15 * HOUR]
    assert {b - a for a, b in pairwise(noon)} == {15 * MINUTE}


def test_every_station_row_of_the_facts_is_served(departures: dict[Key, list[int]]) -> None:
    beyond = {(r["line_id"], r["station"]) for r in read_table("rail_first_last.csv") if not at(departures, r)}
    assert beyond == {
        ("JR-East.ChuoSobuLocal", "NishiFunabashi"),
        ("JR-East.SobuRapid", "Chiba"),
        ("JR-East.Sotobo", "Soga"),
        ("JR-East.Uchibo", "Soga"),
        ("Keisei.Main", "KeiseiFunabashi"),
        ("Keisei.Main", "KeiseiTsudanuma"),
        ("Keisei.Matsudo", "ShinTsudanuma"),
    }


def test_time_runs_forward_and_no_train_calls_twice(trains: tuple[Trip, ...]) -> None:
    for trip in (*trains, *bus_trips()):
        stops = [call.stop_id for call in trip.calls]
        assert len(set(stops)) == len(stops) >= 2, trip.id
        assert all(a.arrival <= a.departure < b.arrival <= b.departure for a, b in pairwise(trip.calls)), trip.id


def test_trains_keep_to_whole_minutes_and_short_dwells(trains: tuple[Trip, ...]) -> None:
    calls = [call for trip in trains for call in trip.calls]
    assert all(call.arrival % MINUTE == call.departure % MINUTE == 0 for call in calls)
    assert max(call.departure - call.arrival for call in calls) <= 5 * MINUTE


def test_kaihimmakuhari_to_makuharitoyosuna_takes_two_or_three_minutes(trains: tuple[Trip, ...]) -> None:
    runs = {
        b.arrival - a.departure
        for trip in trains
        for a, b in pairwise(trip.calls)
        if a.stop_id.endswith("Kaihimmakuhari") and b.stop_id.endswith("Makuharitoyosuna")
    }
    assert runs
    assert runs <= {2 * MINUTE, 3 * MINUTE}


@pytest.mark.parametrize("calendar", ["Weekday", "SaturdayHoliday"])
def test_a_train_to_soga_leaves_kaihimmakuhari_after_midnight(trains: tuple[Trip, ...], calendar: str) -> None:
    late = [
        call.departure
        for trip in trains
        for call in trip.calls[:-1]
        if trip.service_id == calendar and call.stop_id == "JR-East.Keiyo.Kaihimmakuhari" and trip.headsign == "蘇我"
    ]
    assert clock(max(late)) == "24:44:00"
    assert any(seconds("24:20") <= time < seconds("24:40") for time in late)


def test_through_trains_follow_each_other() -> None:
    _, through = rail_trips()
    stations = {row["stop_id"]: row["parent"] for row in read_table("rail_stations.csv")}
    assert {stations[pair.from_trip.calls[-1].stop_id] for pair in through} == {
        "ChibaMonorail.Chiba",
        "JR-East.Ichikawashiohama",
    }
    for pair in through:
        before, after = pair.from_trip, pair.to_trip
        assert stations[before.calls[-1].stop_id] == stations[after.calls[0].stop_id]
        assert 0 <= after.calls[0].departure - before.calls[-1].arrival <= 4 * MINUTE
        assert before.service_id == after.service_id


def test_interleave_spreads_each_kind() -> None:
    assert interleave([2, 4]) == [1, 0, 1, 1, 0, 1]


def test_52_buses_leave_makuharihongo_in_the_eight_o_clock_hour() -> None:
    times = [
        trip.calls[0].departure
        for trip in bus_trips()
        if (trip.route_id, trip.service_id) == ("makuhari-01", "Weekday")
        and trip.calls[0].stop_id == "bus.makuharihongo-sta"
    ]
    assert sum(8 * HOUR <= time < 9 * HOUR for time in times) == 52


def test_no_bus_is_faster_than_a_bus() -> None:
    place = {row["stop_id"]: (float(row["lat"]), float(row["lon"])) for row in read_table("bus_stops.csv")}
    for trip in bus_trips():
        limit = 90 if trip.route_id == "mtl" else 60
        for a, b in pairwise(trip.calls):
            (lat_a, lon_a), (lat_b, lon_b) = place[a.stop_id], place[b.stop_id]
            km = ((lat_b - lat_a) ** 2 * 110.95**2 + (lon_b - lon_a) ** 2 * 90.54**2) ** 0.5
            assert km / ((b.arrival - a.departure) / HOUR) <= limit, (trip.id, a.stop_id, b.stop_id)


def test_a_bus_is_drawn_along_streets_and_no_slower_than_walking_there() -> None:
    place = {row["stop_id"]: (float(row["lat"]), float(row["lon"])) for row in read_table("bus_stops.csv")}
    drawn = {(row["from"], row["to"]): row["geometry"].split() for row in read_table("bus_courses.csv")}
    calls = {(a.stop_id, b.stop_id): b.arrival - a.departure for trip in bus_trips() for a, b in pairwise(trip.calls)}
    assert set(drawn) <= set(calls)
    assert len(drawn) > 90
    for (a, b), points in drawn.items():
        line = [place[a], *(tuple(map(float, point.split(","))) for point in points), place[b]]
        xy = [(lon * 90.540, lat * 110.950) for lat, lon in line]
        km = sum(Point(p).distance(Point(q)) for p, q in pairwise(xy))
        assert 1 < km / (calls[a, b] / HOUR) <= 60, (a, b)


def test_the_loop_is_1600_m_counter_clockwise_and_slow() -> None:
    line = loop_line()
    xy = [(lon * 90_540, lat * 110_950) for lat, lon in line]
    assert sum(Point(a).distance(Point(b)) for a, b in pairwise(xy)) == pytest.approx(1600, abs=10)
    assert sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(xy)) > 0
    calls = loop_trip().calls
    assert len(loop_stops()) == 5
    assert calls[0].stop_id == calls[-1].stop_id
    riding = sum(b.arrival - a.departure for a, b in pairwise(calls))
    assert 1.6 / (riding / HOUR) <= 30


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-05-06", True), ("2026-09-21", True), ("2026-12-30", True), ("2027-01-04", False), ("2026-08-12", False)],
)
def test_holiday_timetable_days(day: str, expected: bool) -> None:
    assert is_holiday(date.fromisoformat(day)) is expected


def test_every_day_has_one_of_the_two_timetables() -> None:
    changed = {(service, day): kind for service, day, kind in service_exceptions()}
    day = VALID_FROM
    while day <= VALID_TO:
        weekday = changed.get(("Weekday", day), 1 if day.weekday() < 5 else 2) == 1
        holiday = changed.get(("SaturdayHoliday", day), 1 if day.weekday() >= 5 else 2) == 1
        assert weekday is not holiday, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-04-14", True), ("2026-08-15", True), ("2026-09-17", False), ("2026-10-13", False), ("2026-11-25", False)],
)
def test_direct_buses_run_when_something_is_on_at_the_stadium(day: str, expected: bool) -> None:
    services = {service for service, when, kind in service_exceptions() if when == date.fromisoformat(day)}
    direct = {trip.service_id for trip in bus_trips() if trip.route_id.startswith("stadium-direct")}
    assert bool(services & direct) == expected
