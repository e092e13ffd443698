"""Buses of ODPT told by their poles alone, and what they cost."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from planner.network import open_network
from planner.plan import plan
from planner.request import PlanRequest, StopId
from scenarios.build import Sources, build_network
from tests.feeds.gtfs_feeds import schedule
from tests.feeds.odpt_dumps import LINE, PATTERN, bus, bus_fare, dump, fare, pole, pole_departures, train
from tests.feeds.test_odpt import read

POLES = [*map(pole, "ABC"), PATTERN]


def test_poles_tell_of_buses_one_after_the_other(tmp_path: Path) -> None:
    tables = [pole_departures("B", 2, "8:10", "9:10", "0:20"), pole_departures("A", 1, "9:00", "8:00", "23:55")]
    network, notices = read(tmp_path, *POLES, *tables)
    assert notices == []
    assert schedule(network.timetable) == {
        "Bus.Ou57.1.1.Weekday": "Bus.A.1 08:00 Bus.B.1 08:10",
        "Bus.Ou57.1.2.Weekday": "Bus.A.1 09:00 Bus.B.1 09:10",
        "Bus.Ou57.1.3.Weekday": "Bus.A.1 23:55 Bus.B.1 24:20",
    }


def test_a_pattern_with_bus_timetables_needs_no_poles(tmp_path: Path) -> None:
    told = bus({"pole": "A", "departureTime": "6:56"}, {"pole": "B", "arrivalTime": "7:00"})
    network, notices = read(tmp_path, *POLES, told, pole_departures("A", 1, "6:56"), pole_departures("B", 2, "7:00"))
    assert (list(schedule(network.timetable)), notices) == (["Bus.Ou57.1.Weekday"], [])


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([pole_departures("A", 1, "8:00", "9:00"), pole_departures("B", 2, "8:10")], "equally many buses"),
        ([pole_departures("A", 1, "8:00")], "there is only one"),
        ([pole_departures("A", 1, "8:00"), pole_departures("B", 2, "7:50")], "the time goes back"),
        ([pole_departures("D", 1, "8:00")], "odpt:busstopPole 'Bus.D.1' is not in the dump"),
        ([pole_departures("A", 1, "8:00", **{"odpt:busstopPoleTimetableObject": [{}]})], "1 departures name no known"),
    ],
)
def test_what_makes_no_bus_is_told(tmp_path: Path, tables: list[dict[str, object]], message: str) -> None:
    network, notices = read(tmp_path, *LINE, train("A 8:00 C 8:20"), *POLES, *tables)
    assert list(schedule(network.timetable)) == ["Op.Line.1M.Weekday"]
    assert message in notices[-1].message


def prices(folder: Path, *entries: dict[str, object]) -> list[float | None]:
    """Adult prices by ticket and by IC card of the first bus from A to C."""
    told = bus({"pole": "A", "departureTime": "8:00"}, {"pole": "B", "arrivalTime": "8:05", "departureTime": "8:05"},
               {"pole": "C", "arrivalTime": "8:10"})  # fmt: skip
    build_network(folder / "network", Sources((), odpt=(dump(folder / "dump", *POLES, told, *entries),)))
    start = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    request = PlanRequest(StopId("Bus.A.1"), StopId("Bus.C.1"), start, window_s=3600)
    (itinerary,) = plan(open_network(folder / "network"), request).itineraries
    paid = [itinerary.price("adult", medium) for medium in ("ticket", "ic")]
    return [price.amount if price else None for price in paid]


def test_a_bus_costs_what_its_pair_of_poles_says(tmp_path: Path) -> None:
    assert prices(tmp_path / "one", bus_fare("A", "C", 230, 225), bus_fare("A", "B", 210, 210)) == [230, 225]
    assert prices(tmp_path / "two", bus_fare("A", "B", 210, 210)) == [None, None]
    twice = [bus_fare("A", "C", 230, 225), bus_fare("A", "C", 220, 218, **{"owl:sameAs": "x"})]
    assert prices(tmp_path / "three", *twice) == [220, 218]


def test_trains_and_buses_of_one_dump_keep_their_prices(tmp_path: Path) -> None:
    rail = [*LINE, train("A 8:00 C 8:20"), fare("A", "C", 230, 225)]
    assert prices(tmp_path, *rail, bus_fare("A", "C", 230, 225)) == [230, 225]
