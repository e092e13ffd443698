"""Scans from one place to all stops, beside plain enumeration and the search by rounds."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.connections import Connections, connections_of
from planner.day import timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import UNREACHED, Options
from planner.raptor import Transit, fewest_rides, ways_of
from planner.scan import PATIENCE, Patience, soonest_arrivals
from planner.timetable import Times
from tests.planner import oracle
from tests.planner.questions import Question, questions
from tests.planner.test_raptor import HOUR, moments
from tests.planner.timetables import DAY, clock, seconds, stop, timetable

ANY_RIDES = 20
"""More than vehicles in a small network."""

patiences = st.builds(Patience, st.sampled_from([0, 60, 600, HOUR]), st.sampled_from([1, 2, 4, 100]))
longests = st.one_of(st.just(UNREACHED), st.integers(0, 90).map(lambda m: 60 * m))
many = pytest.param(3000, marks=pytest.mark.long)


def scanned(
    transit: Transit, options: Options, moment: int, longest: int, patience: Patience = PATIENCE
) -> tuple[Times, int]:
    """Soonest arrivals, or latest departures if `transit` is mirrored, and the most rides they take."""
    if transit.day.is_mirrored:
        options, moment = options.mirrored(), -moment
    connections = connections_of(transit.roads.ways, transit.day.n_stops)
    return soonest_arrivals(connections, transit.roads, ways_of(options), moment, longest, patience)


def soonest_by_enumeration(question: Question, moment: int) -> Times:
    access, found = question.access, np.full(5, UNREACHED, np.int32)
    for at in range(5):
        ends = oracle.leaving_at(question.world(), access, Options.of([at], [0]), moment, ANY_RIDES)
        found[at] = min((arrival for arrival, _ in ends), default=UNREACHED)
    return found


def latest_by_enumeration(question: Question, moment: int) -> Times:
    """Turned round as a scan of a mirrored day gives them."""
    egress, found = question.egress, np.full(5, UNREACHED, np.int32)
    for at in range(5):
        starts = oracle.arriving_by(question.world(), Options.of([at], [0]), egress, moment, ANY_RIDES)
        found[at] = min((minus_departure for minus_departure, _ in starts), default=UNREACHED)
    return found


@pytest.mark.parametrize("cases", [300, many])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_a_scan_finds_the_soonest_arrival_at_every_stop_and_how_many_rides_suffice(
    cases: int, is_mirrored: bool
) -> None:
    @settings(max_examples=cases, deadline=None)
    @given(questions(), moments, longests, patiences)
    def check(question: Question, moment: int, longest: int, patience: Patience) -> None:
        transit, options = question.transit(), question.access
        expected = latest_by_enumeration if is_mirrored else soonest_by_enumeration
        if is_mirrored:
            transit, options = transit.mirrored(), question.egress
        whole, start = expected(question, moment), -moment if is_mirrored else moment
        found, most = scanned(transit, options, moment, longest, patience)
        assert found.tolist() == np.where(whole <= start + longest, whole, UNREACHED).tolist()
        if most:
            by_rides = fewest_rides(transit, options, moment, most - 1, longest=longest)[0]
            assert (-by_rides if is_mirrored else by_rides).tolist() == found.tolist()
        else:
            assert (found == UNREACHED).all()

    check()


def test_vehicles_that_take_no_time_lead_to_each_other_in_any_order() -> None:
    table = timetable("C D\n8:00 8:00\n\nB C\n8:00 8:00\n\nA B\n8:00 8:00")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    found, most = scanned(transit, Options.of([stop(table, "A")], 0), seconds("8:00"), UNREACHED)
    assert found[stop(table, "D")] == seconds("8:00")
    assert most == 3


def test_of_vehicles_that_arrive_together_the_one_with_fewer_rides_counts() -> None:
    table = timetable("A B\n8:00 8:05\n\nB C\n8:06 8:20\n\nA C\n8:10 8:20")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    assert scanned(transit, Options.of([stop(table, "A")], 0), seconds("8:00"), UNREACHED)[1] == 1


@pytest.mark.parametrize(("line", "longest", "is_found"), [
    ("8:00 8:10", 600, True), ("8:00 8:10", 599, False), ("8:10 8:10", 600, True), ("8:11 8:11", 600, False)
])  # fmt: skip
def test_what_arrives_at_the_last_second_counts(line: str, longest: int, is_found: bool) -> None:
    table = timetable(f"A B\n{line}")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    found, _ = scanned(transit, Options.of([stop(table, "A")], 0), seconds("8:00"), longest)
    assert (found[stop(table, "B")] < UNREACHED) == is_found


@pytest.mark.parametrize("look_s", [0, 60, 600])
def test_who_stops_scanning_finds_the_rest_to_the_second(look_s: int) -> None:
    table = timetable("A B\n8:00 8:10\n\nA B C\n8:02 8:05 8:07\n\nC D\n8:07 8:09", services={"daily": (0,)})
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    start = Options.of([stop(table, "A")], 0)
    found, most = scanned(transit, start, seconds("8:00"), UNREACHED, Patience(look_s, 1))
    assert [clock(int(found[stop(table, name)])) for name in "BCD"] == ["8:05", "8:07", "8:09"]
    assert most == 2


def test_who_stops_scanning_still_looks_for_what_overtakes() -> None:
    table = timetable("A B\n8:00 8:10\n8:02 8:05", services={"daily": (0,)})
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    found, _ = scanned(transit, Options.of([stop(table, "A")], 0), seconds("8:00"), UNREACHED, Patience(60, 1))
    assert found[stop(table, "B")] == seconds("8:05")


def test_connections_leave_in_order_and_those_without_time_first() -> None:
    table = timetable("A B+ C\n8:00 8:10 8:20\n\nC D\n8:10 8:10", services={"daily": (0,)})
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    rows = connections_of(transit.roads.ways, 4)
    assert rows.departure.tolist() == [seconds("8:00"), seconds("8:10")]
    assert (rows.first.tolist(), rows.timed.tolist()) == ([0, 1, 3], [0, 2])
    names = {number: name for name in "ABCD" for number in [stop(table, name)]} | {4: "-"}
    ends = [(names[int(a)], names[int(b)]) for a, b in zip(rows.start, rows.end, strict=True)]
    assert ends == [("A", "-"), ("C", "D"), ("B", "C")]
    assert rows.seconds.tolist() == [600, 0, 600]
    assert [names[one] for one in rows.served.tolist()] == ["C", "D"]


def test_who_boards_on_the_way_was_not_there_before_though_all_calls_are_at_one_instant() -> None:
    table = timetable("A B C\n8:00 8:00 8:00", services={"daily": (0,)})
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    found, _ = scanned(transit, Options.of([stop(table, "B")], 0), seconds("8:00"), UNREACHED)
    assert [found[stop(table, name)] < UNREACHED for name in "ABC"] == [False, False, True]


def test_a_day_without_vehicles_reaches_nothing() -> None:
    table = timetable("A B\n8:00 8:10", services={"daily": (9,)})
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    assert scanned(transit, Options.of([0], 0), 0, UNREACHED)[0].tolist() == [UNREACHED, UNREACHED]


@pytest.mark.shared
@pytest.mark.parametrize("feed", ["chiba-rail", "world/hart", pytest.param("tokyo-rail", marks=pytest.mark.long)])
def test_real_days_are_scanned_as_they_are_searched(shared: Path, feed: str) -> None:
    from feeds.gtfs import read_gtfs

    table = read_gtfs([shared / f"data/gtfs/{feed}.zip"]).timetable
    day, rng = date(2018, 4, 10) if feed.endswith("hart") else date(2026, 11, 25), np.random.default_rng(5)
    forwards = Transit.of(timetable_on(table, day), feed_footpaths(table))
    for transit in (forwards, forwards.mirrored()):
        connections: Connections = connections_of(transit.roads.ways, transit.day.n_stops)
        for start in rng.choice(connections.served, 15, replace=False).tolist():
            options, moment = Options.of([start], 0), int(rng.integers(4 * HOUR, 26 * HOUR))
            sides = (options.mirrored(), -moment) if transit.day.is_mirrored else (options, moment)
            expected = fewest_rides(transit, options, moment, 25)[0]
            for few in (1, PATIENCE.few, 2**20):
                patience = PATIENCE._replace(few=few)
                found, _ = soonest_arrivals(
                    connections, transit.roads, ways_of(sides[0]), sides[1], UNREACHED, patience
                )
                assert np.array_equal(-found if transit.day.is_mirrored else found, expected)
