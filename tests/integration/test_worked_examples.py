"""Worked examples of the specifications, each read from a feed, built, and asked as a passenger would."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.notices import Severity
from planner.board import Wanted, calls_between
from planner.live import LiveSource
from planner.live_records import StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.model import Answer, FlexLeg, TransitLeg
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import Coordinate, PlanRequest, StopId, StreetMode
from scenarios.build import Sources, build_network
from tests.cities import City, small_city
from tests.feeds.gtfs_feeds import BASE, calls, feed

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MONDAY, TUESDAY, SATURDAY = date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 11)


def city(folder: Path, **tables: str | None) -> Network:
    """The small feed with tables replaced, as a network whose footpaths are the feed's own rows."""
    build_network(folder / "network", Sources(gtfs=[feed(folder / "feed", **tables)], footpaths="feed"))
    return open_network(folder / "network")


def trips(*rows: str) -> str:
    """trips.txt from words like ``T1 Daily b``: trip, service, block."""
    cells = [(*row.split(), "")[:3] for row in rows]
    return "\n".join(["route_id,service_id,trip_id,block_id", *(f"R,{s},{t},{b}" for t, s, b in cells)])


def asked(network: Network, origin: str, target: str, moment: datetime, hours: float = 2) -> list[str]:
    """Itineraries like ``T1 08:00 A > T2 08:20 C`` … with every ride's first departure and last arrival."""
    request = PlanRequest(StopId(origin), StopId(target), moment, window_s=round(3600 * hours))
    return shown(plan(network, request))


def shown(answer: Answer) -> list[str]:
    lines = []
    for one in answer.itineraries:
        rides = [leg for leg in one.legs if isinstance(leg, TransitLeg)]
        names = "+".join(leg.trip_id + ("=" if leg.stays_seated else "") for leg in rides)
        lines.append(f"{names} {rides[0].start:%a %H:%M} {rides[-1].end:%H:%M}")
    return lines


def at(day: date, clock: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), zone)


def test_a_trip_timed_24_40_is_found_at_half_past_midnight(tmp_path: Path) -> None:
    tables = {"trips": trips("T Daily"), "stop_times": calls("T A 24:40 B 24:50")}
    assert asked(city(tmp_path, **tables), "A", "B", at(TUESDAY, "00:30"), 1) == ["T Tue 00:40 00:50"]


def test_a_trip_of_monday_at_27_35_runs_beside_one_of_tuesday_at_2_35(tmp_path: Path) -> None:
    week = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
    calendar = f"{week}\nMon,1,0,0,0,0,0,0,20260401,20260430\nTue,0,1,0,0,0,0,0,20260401,20260430"
    stop_times = calls("M A 27:35 B 27:45", "N A 2:35 B 2:45")
    network = city(tmp_path, calendar=calendar, trips=trips("M Mon", "N Tue"), stop_times=stop_times)
    assert asked(network, "A", "B", at(TUESDAY, "02:30")) == ["N Tue 02:35 02:45", "M Tue 03:35 03:45"]
    assert asked(network, "A", "B", at(MONDAY, "02:30")) == []


@pytest.mark.parametrize(
    ("day", "early"), [(date(2019, 3, 31), "Sun 00:00 01:00"), (date(2019, 10, 27), "Sun 02:00 02:00")]
)
def test_on_days_of_changing_clocks_times_count_from_noon_less_twelve_hours(
    tmp_path: Path, day: date, early: str
) -> None:
    tables = {
        "agency": BASE["agency"].replace("Asia/Tokyo", "Europe/Berlin"),
        "calendar": None,
        "calendar_dates": f"service_id,date,exception_type\nDay,{day:%Y%m%d},1",
        "trips": trips("E Day", "L Day"),
        "stop_times": calls("E A 1:00 B 2:00", "L A 8:00 B 8:10"),
    }
    network = city(tmp_path, **tables)
    assert asked(network, "A", "B", at(day, "07:30", BERLIN), 1) == ["L Sun 08:00 08:10"]
    assert asked(network, "A", "B", at(day, "00:00", BERLIN), 5) == [f"E {early}"]


def test_six_trips_of_one_block_with_different_calendars_ride_as_one(tmp_path: Path) -> None:
    order = ["A 8:00 B 8:10", "B 8:15 C 8:25", "C 8:30 D 8:40", "D 8:45 E 8:55", "E 9:00 F 9:10", "F 9:15 G 9:25"]
    stops = "\n".join(f"{name},{name},35.{60 + i},140.0" for i, name in enumerate("ABCDEFG"))
    tables = {
        "stops": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}",
        "trips": trips(*(f"T{i} {'Weekend' if i % 2 else 'Daily'} b" for i in range(6))),
        "stop_times": calls(*(f"T{i} {text}" for i, text in enumerate(order))),
    }
    network = city(tmp_path, **tables)
    (whole,) = asked(network, "A", "G", at(SATURDAY, "07:30"), 1)
    assert whole == "T0+T1=+T2=+T3=+T4=+T5= Sat 08:00 09:25"
    request = PlanRequest(StopId("A"), StopId("G"), at(SATURDAY, "07:30"), window_s=3600)
    assert plan(network, request).itineraries[0].transfers == 0
    assert asked(network, "A", "G", at(MONDAY, "07:30"), 1) == []


@pytest.mark.parametrize(
    ("row", "second"),
    [
        ("B,B,2,0", "U"),
        ("B,B,2,", "U"),
        ("", "U"),
        ("B,B,2,300", "U"),
        ("B,B,2,301", "V"),
        ("B,B,3,", None),
        ("B,B,1,", "U"),
    ],
)
def test_min_transfer_time_zero_missing_and_larger(tmp_path: Path, row: str, second: str | None) -> None:
    tables = {
        "trips": trips("T Daily", "U Daily", "V Daily"),
        "stop_times": calls("T A 8:00 B 8:10", "U B 8:15 C 8:25", "V B 8:30 C 8:40"),
        "transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n" + row,
    }
    found = asked(city(tmp_path, **tables), "A", "C", at(MONDAY, "07:30"), 1)
    assert [line.split()[0] for line in found] == ([f"T+{second}"] if second else [])


@pytest.mark.parametrize("exact", ["0", "1"])
def test_the_last_departure_of_a_frequency_is_before_its_end(tmp_path: Path, exact: str) -> None:
    frequencies = f"trip_id,start_time,end_time,headway_secs,exact_times\nT,6:00:00,7:00:00,1200,{exact}"
    network = city(tmp_path, frequencies=frequencies)
    found = [line.split()[2] for line in asked(network, "A", "B", at(MONDAY, "05:00"), 5)]
    assert found == ["06:00", "06:20", "06:40"]
    hours = (int(at(MONDAY, clock).timestamp()) for clock in ("05:00", "10:00"))
    board = calls_between(network.snapshot.timetable, Wanted((network.stop_index["A"],)), *hours)
    assert [f"{datetime.fromtimestamp(call.moment, TOKYO):%H:%M}" for call in board] == found


def test_a_blank_time_at_the_first_stop(tmp_path: Path) -> None:
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    rows = "T,,8:00:00,A,1\nT,,,B,2\nT,8:20:00,,C,3\nU,,,A,1\nU,9:00:00,9:00:00,B,2\nU,9:10:00,9:10:00,C,3"
    source = feed(tmp_path / "feed", trips=trips("T Daily", "U Daily"), stop_times=f"{header}\n{rows}")
    built = build_network(tmp_path / "network", Sources(gtfs=[source], footpaths="feed"))
    network = open_network(tmp_path / "network")
    assert asked(network, "A", "C", at(MONDAY, "07:30")) == ["T Mon 08:00 08:20"]
    assert asked(network, "B", "C", at(MONDAY, "07:30")) == ["T Mon 08:10 08:20"]
    assert [(n.severity, n.row, n.message) for n in built.notices] == [
        (Severity.ERROR, 5, "the first or last call of trip 'U' has no time; the trip is left out")
    ]


@pytest.mark.parametrize(("second", "price"), [("9:59", 210), ("10:00", 210), ("10:01", 420)])
def test_a_second_ride_within_two_hours_is_free(tmp_path: Path, second: str, price: float) -> None:
    later = f"{int(second.split(':', maxsplit=1)[0]) + 1}:30"
    tables = {
        "trips": trips("T Daily", "U Daily"),
        "stop_times": calls("T A 8:00 B 8:10", f"U B {second} C {later}"),
        "fare_products": "fare_product_id,amount,currency\nsingle,210,JPY",
        "fare_leg_rules": "leg_group_id,fare_product_id\nbus,single",
        "fare_transfer_rules": (
            "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type\n"
            "bus,bus,-1,7200,1,0"
        ),
    }
    request = PlanRequest(StopId("A"), StopId("C"), at(MONDAY, "07:30"), window_s=3600)
    paid = plan(city(tmp_path, **tables), request).itineraries[0].price()
    assert paid is not None
    assert (paid.amount, paid.currency) == (price, "JPY")


def demand_bus(folder: Path, rule: str) -> Network:
    """A small city whose demand bus runs from 8 to 20 h and is booked by `rule`."""
    town = City(lines={"r": "A E\n08:00 08:10"}, zone="AO")
    small_city(folder, town)
    (folder / "feeds" / "gtfs" / "booking_rules.txt").write_text(rule + "\n", encoding="utf-8")
    sources = Sources(gtfs=[folder / "feeds" / "gtfs"], osm=folder / "feeds" / "streets.osm")
    build_network(folder / "network", sources)
    return open_network(folder / "network")


@pytest.mark.parametrize(
    ("rule", "now", "start"),
    [
        ("1,30,,", "25 09:00", "09:30"),
        ("1,30,,", "25 08:15", "09:00"),
        ("2,,1,17:00:00", "24 17:00", "09:00"),
        ("2,,1,17:00:00", "24 17:01", None),
        ("2,,1,17:00:00", "25 07:00", None),
    ],
)
def test_a_demand_bus_is_booked_half_an_hour_or_a_day_ahead(
    tmp_path: Path, rule: str, now: str, start: str | None
) -> None:
    header = "booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_last_day,prior_notice_last_time"
    network, town = demand_bus(tmp_path, f"{header}\nrule,{rule}"), City()
    request = PlanRequest(
        Coordinate(*town.point("A")), Coordinate(*town.point("O")), at(date(2026, 11, 25), "09:00"),
        direct_modes=frozenset({StreetMode.FLEX}), count=0,
        now=datetime.strptime(f"2026-11-{now}", "%Y-%m-%d %H:%M").replace(tzinfo=TOKYO),
    )  # fmt: skip
    legs = [leg for one in plan(network, request).direct for leg in one.legs if isinstance(leg, FlexLeg)]
    assert [f"{leg.start:%H:%M}" for leg in legs] == ([start] if start else [])


def told(network: Network, *updates: TripUpdate) -> Network:
    now = at(MONDAY, "07:00").astimezone(UTC)
    return network.with_live(LiveSource("live", int(now.timestamp()), None, updates), now)


def test_an_added_trip_is_ridden(tmp_path: Path) -> None:
    moments = {stop: int(at(MONDAY, clock).timestamp()) for stop, clock in (("A", "08:05"), ("C", "08:15"))}
    stops = tuple(StopUpdate(stop_id=s, arrival_time=t, departure_time=t) for s, t in moments.items())
    extra = TripUpdate(TripSelector("extra", "R", start_date=MONDAY), TripRelationship.ADDED, stops)
    network = city(tmp_path)
    assert asked(network, "A", "C", at(MONDAY, "07:30"), 1) == []
    assert asked(told(network, extra), "A", "C", at(MONDAY, "07:30"), 1) == ["extra Mon 08:05 08:15"]


@pytest.mark.parametrize(
    ("late", "minutes", "found"),
    [
        ("", 0, ["T+U Mon 08:00 08:25"]),
        ("T", 4, ["T+U Mon 08:00 08:25"]),
        ("T", 6, ["T+V Mon 08:00 08:50"]),
        ("W", 2, ["T+W Mon 08:00 08:22"]),
        ("W", 1, ["T+U Mon 08:00 08:25"]),
    ],
)
def test_a_delay_breaks_a_connection_or_makes_one(tmp_path: Path, late: str, minutes: int, found: list[str]) -> None:
    tables = {
        "trips": trips("T Daily", "U Daily", "V Daily", "W Daily"),
        "stop_times": calls("T A 8:00 B 8:10", "U B 8:15 C 8:25", "V B 8:40 C 8:50", "W B 8:08 C 8:20"),
    }
    network = city(tmp_path, **tables)
    delay = StopUpdate(stop_id="B", arrival_delay=60 * minutes, departure_delay=60 * minutes)
    update = TripUpdate(TripSelector(late, start_date=MONDAY), stop_updates=(delay,))
    now = told(network, update) if late else network
    assert asked(now, "A", "C", at(MONDAY, "07:30"), 1) == found
