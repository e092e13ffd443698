"""Demand buses as GTFS-Flex tells of them, each read from a feed, built, and asked as a passenger would.

References
----------
GTFS Schedule reference, stop_times.txt and booking_rules.txt; gtfs.org, data examples for demand responsive services:
routes that deviate, rides within one zone.
"""

from datetime import datetime
from pathlib import Path

import pytest

from planner.means import PICKUP_WINDOW_S
from planner.model import FlexLeg
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from scenarios.build import Sources, build_network
from tests.cities import City, small_city

TOWN = City(lines={"r": "A E\n05:00 05:10"}, zone="FO")
"""The zone holds the two lower rows of letters, not A to E."""

HEAD = (
    "trip_id,stop_sequence,stop_id,arrival_time,departure_time,location_id,start_pickup_drop_off_window,"
    "end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id,drop_off_booking_rule_id"
)
DEVIATED = (
    "demand,1,A,9:00:00,9:00:00,,,,,,,",
    "demand,2,,,,Z,9:00:00,9:40:00,2,2,rule,rule",
    "demand,3,E,9:40:00,9:40:00,,,,,,,",
)


def served(folder: Path, *rows: str, rule: str = "booking_type\nrule,0", **tables: str) -> Network:
    """The town with these rows for its demand bus."""
    small_city(folder, TOWN)
    gtfs = folder / "feeds" / "gtfs"
    fixed = ("r0,1,A,5:00:00,5:00:00,,,,,,,", "r0,2,E,5:10:00,5:10:00,,,,,,,")
    files = {"stop_times": "\n".join([HEAD, *fixed, *rows]), "booking_rules": f"booking_rule_id,{rule}"} | tables
    for name, text in files.items():
        (gtfs / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    build_network(folder / "network", Sources(gtfs=[gtfs], osm=folder / "feeds" / "streets.osm"))
    return open_network(folder / "network")


def ride(network: Network, ends: str, clock: str, now: str = "") -> FlexLeg | None:
    """The demand bus between two letters on Wednesday, 25 November 2026; `now` is a day of that month and a time."""
    moments = (
        datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=network.zone) for text in (f"25T{clock}", now or "01")
    )
    start, asked = moments
    request = PlanRequest(
        TOWN.at(ends[0]), TOWN.at(ends[1]), start, direct_modes=frozenset({StreetMode.FLEX}), count=0,
        now=asked if now else None,
    )  # fmt: skip
    legs = [leg for one in plan(network, request).direct for leg in one.legs if isinstance(leg, FlexLeg)]
    return legs[0] if legs else None


def test_a_route_that_deviates_takes_people_from_its_stops_into_its_zone_and_back(tmp_path: Path) -> None:
    network = served(tmp_path, *DEVIATED)
    into, back = ride(network, "AM", "08:50"), ride(network, "ME", "08:50")
    assert into is not None
    assert (f"{into.start:%H:%M}", into.pickup_window[1]) == ("09:00", into.start)
    assert (into.end - into.start).seconds < PICKUP_WINDOW_S
    assert back is not None
    assert f"{back.end:%H:%M:%S}" == "09:40:00"
    assert f"{back.start:%H:%M}" >= "09:00"
    assert (back.end - back.start).seconds > PICKUP_WINDOW_S
    every = [ride(network, ends, clock) for ends in ("MA", "EM", "AE", "EA", "GM") for clock in ("08:50", "09:01")]
    ends = {(leg.origin.stop_id, leg.destination.stop_id) for leg in [into, back, *every] if leg is not None}
    assert ends == {("A", None), (None, "E")}
    late = ride(network, "AM", "09:01")
    assert late is None or late.origin.stop_id is None


@pytest.mark.parametrize("kinds", [("2,2", "2,2"), ("2,1", "1,2")])
def test_within_a_zone_that_is_named_twice_one_rides_to_and_fro(tmp_path: Path, kinds: tuple[str, str]) -> None:
    rows = (f"demand,{i},,,,Z,8:00:00,20:00:00,{kind},," for i, kind in enumerate(kinds))
    network = served(tmp_path, *rows)
    found = [ride(network, ends, "09:00") for ends in ("GM", "MG")]
    assert [f"{leg.start:%H:%M}" for leg in found if leg is not None] == ["09:00", "09:00"]


@pytest.mark.parametrize(("opens", "is_possible"), [("9:05", True), ("9:30", False)])
def test_one_gets_off_within_the_window_there(tmp_path: Path, opens: str, is_possible: bool) -> None:
    """Pickup is until 9:00, the ride takes less than half an hour."""
    first, second = "demand,1,,,,Z,8:00:00,9:00:00,2,1,,", f"demand,2,,,,Z,{opens}:00,11:00:00,1,2,,"
    leg = ride(served(tmp_path, first, second), "GM", "08:00")
    assert (leg is not None) == is_possible
    assert leg is None or f"{leg.end:%-H:%M}" == opens


@pytest.mark.parametrize(
    ("rule", "until", "opens"),
    [
        ("1,30,10080,,,,", "25 08:30", "18 09:00"),
        ("1,30,,,,14,08:00:00", "25 08:30", "11 08:00"),
        ("2,,,1,17:00:00,14,08:00:00", "24 17:00", "11 08:00"),
        ("2,,,1,17:00:00,,", "24 17:00", None),
        ("0,,,,,,", "25 09:00", None),
    ],
)
def test_booking_begins_and_ends(tmp_path: Path, rule: str, until: str, opens: str | None) -> None:
    header = (
        "booking_type,prior_notice_duration_min,prior_notice_duration_max,prior_notice_last_day,"
        "prior_notice_last_time,prior_notice_start_day,prior_notice_start_time"
    )
    leg = ride(served(tmp_path, *DEVIATED, rule=f"{header}\nrule,{rule}"), "AM", "08:50")
    assert leg is not None
    assert leg.book_until is not None
    assert f"{leg.book_until:%d %H:%M}" == until
    assert leg.book_from == (
        opens and datetime.strptime(f"2026-11-{opens}", "%Y-%m-%d %H:%M").replace(tzinfo=leg.start.tzinfo)
    )


@pytest.mark.parametrize(
    ("days", "service", "until"),
    [
        (2, "office", "20 17:00"),
        (2, "", "23 17:00"),
        (2, "nobody", "23 17:00"),
        (0, "office", "25 17:00"),
        (16, "office", "02 17:00"),
        (17, "office", "08 17:00"),
    ],
)
def test_days_of_notice_are_those_on_which_the_office_works(
    tmp_path: Path, days: int, service: str, until: str
) -> None:
    """Monday, 23 November 2026, is a holiday: two working days before Wednesday is Friday.

    The office's calendar begins with the month, 16 working days before; further back every day counts.
    """
    head = "booking_type,prior_notice_last_day,prior_notice_last_time,prior_notice_service_id"
    week = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
    network = served(
        tmp_path, *DEVIATED, rule=f"{head}\nrule,2,{days},17:00:00,{service}",
        calendar=f"{week}\ndaily,1,1,1,1,1,1,1,20261101,20261130\noffice,1,1,1,1,1,0,0,20261101,20261130",
        calendar_dates="service_id,date,exception_type\noffice,20261123,2",
    )  # fmt: skip
    leg = ride(network, "AM", "08:50")
    assert leg is not None
    assert leg.book_until is not None
    assert f"{leg.book_until:%d %H:%M}" == until


@pytest.mark.parametrize(("now", "is_possible"), [("25T08:00", True), ("25T08:01", False)])
def test_where_one_gets_off_may_have_to_be_booked_too(tmp_path: Path, now: str, is_possible: bool) -> None:
    rule = "booking_type,prior_notice_duration_min\nrule,1,60"
    rows = (row.replace("2,2,rule,rule", "2,2,,rule") for row in DEVIATED)
    leg = ride(served(tmp_path, *rows, rule=rule), "AM", "08:50", now)
    assert (leg is not None and leg.origin.stop_id == "A") == is_possible
