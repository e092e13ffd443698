"""Facts about ODPT dumps: what becomes of stations, trains, buses, days and fares when they are read as GTFS."""

import contextlib
import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.cli import main
from feeds.gtfs import GtfsNetwork, read_gtfs
from feeds.notices import FeedError, Notice
from feeds.odpt import odpt_to_gtfs
from planner.model import TransitLeg
from planner.network import open_network
from planner.plan import plan
from planner.request import PlanRequest, StopId
from scenarios.build import Sources, build_network
from tests.feeds.gtfs_feeds import in_seat, schedule
from tests.feeds.odpt_dumps import (
    LINE,
    PATTERN,
    bus,
    bus_fare,
    calendar,
    departures,
    dump,
    fare,
    pole,
    pole_departures,
    railway,
    station,
    train,
)

LONG_AGO = "2015-01-01"


def read(folder: Path, *entries: dict[str, Any]) -> tuple[GtfsNetwork, list[Notice]]:
    notices = odpt_to_gtfs(dump(folder / "dump", *entries), folder / "gtfs")
    return read_gtfs([folder / "gtfs"]), notices


def trips(folder: Path, *entries: dict[str, Any]) -> dict[str, str]:
    return schedule(read(folder, *entries)[0].timetable)


def days(network: GtfsNetwork, trip: str) -> set[date]:
    timetable = network.timetable
    service = timetable.trips.service[list(timetable.trips.ids).index(trip)]
    active = timetable.service_active[service]
    return {date.fromordinal(timetable.first_date + i) for i in active.nonzero()[0].tolist()}


def test_a_train(tmp_path: Path) -> None:
    network, notices = read(tmp_path, *LINE, train("A 8:00 B 8:09/8:10 C 8:20"))
    assert schedule(network.timetable) == {
        "Op.Line.1M.Weekday": "Op.Line.A 08:00 Op.Line.B 08:09/08:10 Op.Line.C 08:20"
    }
    assert notices == []
    assert network.notices == ()


def test_arrival_and_departure_in_entries_of_their_own(tmp_path: Path) -> None:
    entry = train("A 8:00 B 8:10 C 8:20")
    b = entry["odpt:trainTimetableObject"][1]["odpt:departureStation"]
    entry["odpt:trainTimetableObject"].insert(1, {"odpt:arrivalStation": b, "odpt:arrivalTime": "8:08"})
    assert (
        trips(tmp_path, *LINE, entry)["Op.Line.1M.Weekday"].split(" ", 2)[2] == "Op.Line.B 08:08/08:10 Op.Line.C 08:20"
    )


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("A 23:50 B 23:58/0:01 C 0:10", "Op.Line.A 23:50 Op.Line.B 23:58/24:01 Op.Line.C 24:10"),
        ("A 0:20 B 0:30 C 0:40", "Op.Line.A 24:20 Op.Line.B 24:30 Op.Line.C 24:40"),
        ("A 3:00 B 3:10 C 3:20", "Op.Line.A 03:00 Op.Line.B 03:10 Op.Line.C 03:20"),
        ("A 24:20 B 24:30 C 24:40", "Op.Line.A 24:20 Op.Line.B 24:30 Op.Line.C 24:40"),
    ],
)
def test_after_midnight_it_is_still_the_day_before(tmp_path: Path, clock: str, day: str) -> None:
    assert trips(tmp_path, *LINE, train(clock)) == {"Op.Line.1M.Weekday": day}


def test_names_in_three_languages(tmp_path: Path) -> None:
    network, _ = read(tmp_path, *LINE, train("A 8:00 B 8:10 C 8:20"))
    timetable = network.timetable
    assert timetable.stops.names[0] == "駅A"
    assert {language: texts[0] for language, texts in timetable.stops.translations.items()} == {
        "en": "Station A",
        "ja-Hrkt": "えきA",
    }
    assert timetable.routes[0].long_names["en"] == "Line Line"
    assert timetable.agencies[0].names["en"] == "Railway Co."
    assert (timetable.routes[0].color, timetable.routes[0].agency) == ("C9252F", 0)


def test_the_type_and_number_of_a_train(tmp_path: Path) -> None:
    rapid = {"@type": "odpt:TrainType", "owl:sameAs": "odpt.TrainType:Op.Rapid", "dc:title": "快速"}
    named = {"odpt:trainType": "odpt.TrainType:Op.Rapid", "odpt:trainName": [{"ja": "むさし", "en": "Musashi"}]}
    inbound = {"odpt:railDirection": "odpt.RailDirection:Inbound"}
    read(tmp_path, *LINE, rapid, train("A 8:00 C 8:20", **named), train("C 9:00 A 9:20", number="2M", **inbound))
    rows = (tmp_path / "gtfs/trips.txt").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "route_id,service_id,trip_id,trip_headsign,trip_short_name,direction_id,wheelchair_accessible"
    assert rows[1:] == [
        "Op.Line,Weekday,Op.Line.1M.Weekday,駅C,快速 むさし 1M,0,",
        "Op.Line,Weekday,Op.Line.2M.Weekday,駅A,2M,1,",
    ]


def test_a_through_train(tmp_path: Path) -> None:
    after = "odpt.TrainTimetable:Op.Far.1M.Weekday"
    far = [railway("Far"), station("C", "Far"), station("D", "Far"), train("C 8:21 D 8:30", line="Far")]
    network, notices = read(tmp_path, *LINE, *far, train("A 8:00 C 8:20", **{"odpt:nextTrainTimetable": [after]}))
    assert in_seat(network.timetable) == {"Op.Line.1M.Weekday>Op.Far.1M.Weekday"}
    assert notices == []
    assert "Op.Line.C,Op.Far.C,Op.Line.1M.Weekday,Op.Far.1M.Weekday,4" in (tmp_path / "gtfs/transfers.txt").read_text()


def test_the_link_may_stand_at_the_later_train_only(tmp_path: Path) -> None:
    before = {"odpt:previousTrainTimetable": "odpt.TrainTimetable:Op.Line.1M.Weekday"}
    network, _ = read(tmp_path, *LINE, train("A 8:00 B 8:10"), train("B 8:12 C 8:20", number="2M", **before))
    assert in_seat(network.timetable) == {"Op.Line.1M.Weekday>Op.Line.2M.Weekday"}


@pytest.mark.parametrize("later", ["C 8:12 B 8:20", "B 8:05 C 8:20"])
def test_nobody_stays_seated_where_trains_do_not_meet(tmp_path: Path, later: str) -> None:
    before = {"odpt:previousTrainTimetable": "odpt.TrainTimetable:Op.Line.1M.Weekday"}
    network, notices = read(tmp_path, *LINE, train("A 8:00 B 8:10"), train(later, number="2M", **before))
    assert in_seat(network.timetable) == set()
    assert "nobody stays seated" in notices[0].message


def test_weekdays_and_holidays(tmp_path: Path) -> None:
    week = {name: train("A 8:00 C 8:20", calendar=name) for name in ("Weekday", "SaturdayHoliday", "Holiday", "Monday")}
    running: dict[str, set[date]] = {}
    for name, entry in week.items():
        network, _ = read(tmp_path / name, *LINE, entry)
        running[name] = days(network, f"Op.Line.1M.{name}")
    monday, labour_thanksgiving, saturday, sunday = (date(2026, 11, day) for day in (30, 23, 28, 29))
    assert [name for name in week if labour_thanksgiving in running[name]] == ["SaturdayHoliday", "Holiday", "Monday"]
    assert [name for name in week if monday in running[name]] == ["Weekday", "Monday"]
    assert [name for name in week if saturday in running[name]] == ["SaturdayHoliday"]
    assert [name for name in week if sunday in running[name]] == ["SaturdayHoliday", "Holiday"]


def test_holiday_goes_before_saturday(tmp_path: Path) -> None:
    new_year = date(2028, 1, 1)
    assert new_year.weekday() == 5
    made = {"dc:date": "2027-12-20T00:00:00+09:00", "dct:issued": "2027-12-01"}
    both = [train("A 8:00 C 8:20", calendar=name, **made) for name in ("Saturday", "Holiday")]
    network, _ = read(tmp_path, *LINE, *both)
    assert new_year in days(network, "Op.Line.1M.Holiday")
    assert new_year not in days(network, "Op.Line.1M.Saturday")


def test_a_specific_calendar_goes_first_on_its_line_only(tmp_path: Path) -> None:
    eve = calendar("Specific.Op.Eve", **{"odpt:day": ["2026-12-24", "2026-12-31"]})
    other = [railway("Far"), station("C", "Far"), station("D", "Far"), train("C 8:21 D 8:30", line="Far")]
    plain, special = train("A 8:00 C 8:20"), train("A 9:00 C 9:20", calendar="Specific.Op.Eve")
    network, _ = read(tmp_path, *LINE, *other, eve, plain, special)
    assert days(network, "Op.Line.1M.Specific.Op.Eve") == {date(2026, 12, 24), date(2026, 12, 31)}
    assert date(2026, 12, 24) not in days(network, "Op.Line.1M.Weekday")
    assert date(2026, 12, 24) in days(network, "Op.Far.1M.Weekday")


def test_a_calendar_without_days_runs_nothing(tmp_path: Path) -> None:
    network, notices = read(tmp_path, *LINE, train("A 8:00 C 8:20"), train("A 9:00 C 9:20", calendar="Specific.Gone"))
    assert list(network.timetable.trips.ids) == ["Op.Line.1M.Weekday"]
    assert "Specific.Gone is unknown or has no days; 1 runs are left out" in notices[0].message


def test_the_period_begins_with_the_last_revision_and_lasts_a_year(tmp_path: Path) -> None:
    network, _ = read(tmp_path, *LINE, train("A 8:00 C 8:20"))
    assert network.feeds[0].validity == (date(2026, 11, 1), date(2027, 11, 20))


def test_an_old_revision_does_not_stretch_the_period(tmp_path: Path) -> None:
    network, _ = read(tmp_path, *LINE, train("A 8:00 C 8:20", **{"dct:issued": LONG_AGO}))
    assert network.feeds[0].validity == (date(2025, 11, 20), date(2027, 11, 20))


def test_station_timetables_of_equal_train_numbers_are_a_train(tmp_path: Path) -> None:
    stations = departures("A", "8:00 1M", "8:30 3M"), departures("B", "8:10 1M", "8:40 3M"), departures("C", "8:20 1M")
    assert trips(tmp_path, *LINE, *stations) == {
        "Op.Line.1M.Weekday": "Op.Line.A 08:00 Op.Line.B 08:10 Op.Line.C 08:20",
        "Op.Line.3M.Weekday": "Op.Line.A 08:30 Op.Line.B 08:40",
    }


def test_station_timetables_count_only_where_there_are_no_train_timetables(tmp_path: Path) -> None:
    stations = departures("A", "9:00 5M"), departures("B", "9:10 5M")
    assert set(trips(tmp_path, *LINE, *stations, train("A 8:00 C 8:20"))) == {"Op.Line.1M.Weekday"}


def test_departures_without_numbers_are_told(tmp_path: Path) -> None:
    _, notices = read(tmp_path, *LINE, departures("A", "8:00 1M", "8:05"), departures("B", "8:10 1M"))
    assert [notice.message for notice in notices] == [
        "StationTimetable without train numbers: 1 departures make no trains"
    ]


def test_a_bus(tmp_path: Path) -> None:
    entry = bus(
        {"pole": "A", "departureTime": "6:56", "canGetOff": False, "destinationSign": "駅前", "isNonStepBus": True},
        {"pole": "B", "arrivalTime": "6:57", "departureTime": "6:58", "isNonStepBus": True},
        {"pole": "C", "arrivalTime": "7:22", "canGetOn": "false,", "isNonStepBus": True},
    )
    network, notices = read(tmp_path, *map(pole, "ABC"), PATTERN, entry)
    assert notices == []
    assert schedule(network.timetable) == {"Bus.Ou57.1.Weekday": "Bus.A.1 06:56 Bus.B.1 06:57/06:58 Bus.C.1 07:22"}
    patterns = network.timetable.patterns
    assert (patterns.can_board.tolist(), patterns.can_alight.tolist()) == ([1, 1, 0], [0, 1, 1])
    assert {language: texts[0] for language, texts in network.timetable.stops.translations.items()} == {
        "en": "Stop A",
        "ja-Hrkt": "ていA",
    }
    assert ",駅前," in (tmp_path / "gtfs/trips.txt").read_text(encoding="utf-8")
    assert (tmp_path / "gtfs/trips.txt").read_text(encoding="utf-8").splitlines()[1].endswith(",1")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (train("A 8:00 B 7:50 C 8:20"), "the time goes back from 08:00:00 to 07:50:00"),
        (train("A 8:00 B 8:61 C 8:20"), "odpt:departureTime '8:61' is no time"),
        (train("A 8:00 C 8:20", line="Nowhere"), "odpt:railway 'Op.Nowhere' is not in the dump"),
        (train("A 8:00 D 8:20"), "fewer than two calls at known stations"),
        (train("A 8:00 C 8:20", **{"odpt:trainTimetableObject": []}), "odpt:trainTimetableObject is empty"),
        (station("D") | {"geo:lat": None}, "Op.Line.D has no position (geo:lat, geo:long)"),
        (fare("A", "D", 200), "station 'Op.Line.D' is not in the dump"),
        (fare("A", "B", -1), "odpt:ticketFare is -1, below zero"),
    ],
)
def test_a_bad_entry_is_told_and_the_rest_stays(tmp_path: Path, entry: dict[str, Any], message: str) -> None:
    network, notices = read(tmp_path, *LINE, train("A 8:00 C 8:20", number="9M"), entry)
    assert list(network.timetable.trips.ids) == ["Op.Line.9M.Weekday"]
    assert any(message in notice.message for notice in notices)


def test_a_zip_is_as_good_as_a_folder(tmp_path: Path) -> None:
    folder = dump(tmp_path / "dump", *LINE, train("A 8:00 C 8:20"))
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    for source, target in ((folder, "one"), (packed, "two")):
        odpt_to_gtfs(source, tmp_path / target)
    texts = [{p.name: p.read_text() for p in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "has no JSON of the ODPT API in it"),
        (LINE, "has no timetable that says of when it is"),
        ([*LINE, train("A 8:00 D 8:20")], "has no train or bus that calls at two known stops"),
    ],
)
def test_nothing_usable(tmp_path: Path, entries: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(FeedError, match=message):
        odpt_to_gtfs(dump(tmp_path / "dump", *entries), tmp_path / "gtfs")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="the dump cannot be read"):
        odpt_to_gtfs(tmp_path / "absent.zip", tmp_path / "gtfs")


def test_a_planned_journey_with_its_price(tmp_path: Path) -> None:
    far = [railway("Far"), station("C", "Far"), station("D", "Far"), train("C 8:25 D 8:30", line="Far")]
    source = dump(tmp_path / "dump", *LINE, *far, train("A 8:00 C 8:20"), fare("A", "C", 200, 196), fare("A", "B", 150))
    with pytest.raises(SystemExit) as exited:
        main(("build", str(tmp_path / "network"), "--odpt", str(source)))
    assert exited.value.code == 0
    network = open_network(tmp_path / "network")
    start = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    answer = plan(network, PlanRequest(StopId("Op.Line.A"), StopId("Op.Line.C"), start, window_s=3600))
    itinerary = answer.itineraries[0]
    assert [leg.trip_id for leg in itinerary.legs if isinstance(leg, TransitLeg)] == ["Op.Line.1M.Weekday"]
    paid = [itinerary.price(rider, medium) for rider in ("adult", "child") for medium in ("ic", "ticket")]
    assert [price.amount if price else None for price in paid] == [196, 200, 98, 100]


@pytest.mark.parametrize(("is_whole", "price"), [(True, 290), (False, None)])
def test_one_fare_over_two_railways_of_an_operator(tmp_path: Path, is_whole: bool, price: float | None) -> None:
    far = [railway("Far"), station("C", "Far"), station("D", "Far"), train("C 8:25 D 8:30", line="Far")]
    whole = [fare("A", "D", 300, 290, **{"odpt:toStation": "odpt.Station:Op.Far.D"})] if is_whole else []
    source = dump(tmp_path / "dump", *LINE, *far, train("A 8:00 C 8:20"), fare("A", "C", 200, 196), *whole)
    build_network(tmp_path / "network", Sources((), odpt=(source,)))
    start = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    request = PlanRequest(StopId("Op.Line.A"), StopId("Op.Far.D"), start, window_s=3600)
    (itinerary,) = plan(open_network(tmp_path / "network"), request).itineraries
    paid = itinerary.price()
    assert (paid.amount if paid else None) == price


SAMPLE = [
    *LINE,
    calendar("Specific.Op.Eve", **{"odpt:day": ["2026-12-24"], "odpt:duration": "2026-12-01/2026-12-31"}),
    train("A 8:00 B 8:09/8:10 C 8:20", **{"odpt:nextTrainTimetable": ["odpt.TrainTimetable:Op.Line.2M.Weekday"]}),
    train("C 8:21 A 8:40", number="2M"),
    departures("A", "8:00 1M"),
    fare("A", "C", 200, 196),
    *map(pole, "AB"),
    PATTERN,
    bus({"pole": "A", "departureTime": "6:56"}, {"pole": "B", "arrivalTime": "7:00"}),
    pole_departures("A", 1, "8:00"),
    bus_fare("A", "B", 210, 200),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)


def mutated(data: st.DataObject, value: Any) -> Any:
    """`value` with one of its parts replaced by some other JSON."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys or data.draw(st.integers(0, 5)) == 0:
        return data.draw(JSON_VALUES)
    key = data.draw(st.sampled_from(keys))
    copy = value.copy()
    copy[key] = mutated(data, value[key])
    return copy


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_changed_json_never_raises_anything_but_feed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    entries = SAMPLE
    for _ in range(data.draw(st.integers(1, 3))):
        entries = mutated(data, entries)
    folder = tmp_path_factory.mktemp("dump")
    (folder / "all.json").write_text(json.dumps(entries), encoding="utf-8")
    with contextlib.suppress(FeedError):
        odpt_to_gtfs(folder, folder / "gtfs")
        read_gtfs([folder / "gtfs"])
