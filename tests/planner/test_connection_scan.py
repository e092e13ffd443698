"""Connections scanned in order of time, beside plain enumeration and the rounds of RAPTOR."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.connection_scan import Scannable, scan_at
from planner.day import timetable_on
from planner.fewest_rides import NO_WAY, fewest_rides
from planner.footpaths import feed_footpaths
from planner.journeys import Journeys, Options
from planner.raptor import Transit, Workspace, search_at
from planner.timetable import Timetable
from tests.planner import oracle
from tests.planner.questions import Question, questions
from tests.planner.test_raptor import HOUR, assert_feasible, moments
from tests.planner.timetables import DAY, seconds, timetable

DATE = date(2026, 11, 25)


def pairs(found: Journeys) -> list[tuple[int, int]]:
    """(arrival, transfers) of each, by transfers."""
    return list(zip(found.arrival.tolist(), found.transfers.tolist(), strict=True))


@pytest.mark.parametrize("is_bounded", [True, False])
@settings(max_examples=300, deadline=None)
@given(questions(), st.lists(moments, min_size=1, max_size=3))
def test_a_scan_gives_the_pareto_set_in_arrival_and_transfers(
    is_bounded: bool, question: Question, times: list[int]
) -> None:
    transit = question.transit()
    fewest = fewest_rides(question.table, question.footpaths) if is_bounded else None
    scannable = Scannable.of(transit, 8, fewest)
    for moment in times:
        asked = (question.access, question.egress, moment, question.max_transfers)
        expected = oracle.leaving_at(question.world(), *asked)
        found = scan_at(scannable, *asked)
        assert sorted(pairs(found)) == sorted(expected)
        assert_feasible(question, transit, found)
        first = scan_at(scannable, *asked, earliest_only=True)
        assert first.arrival.tolist() == sorted(arrival for arrival, _ in expected)[:1]
        assert_feasible(question, transit, first)


@settings(max_examples=100, deadline=None)
@given(questions())
def test_no_journey_takes_fewer_rides_than_the_fewest(question: Question) -> None:
    fewest = fewest_rides(question.table, question.footpaths)
    around = question.world()
    for start in range(5):
        ready = dict(oracle.ready_after(question.footpaths, start, -86_400))
        for rides, arrived in enumerate(oracle.arrivals_by_rides(around, ready, 4), start=1):
            for end in arrived:
                assert fewest[end, start] <= rides


def test_the_fewest_rides_count_a_walk_as_none_and_a_lost_stop_as_no_way() -> None:
    table = timetable("A B\n8:00 8:10\n\nC D\n8:20 8:30", transfers="B C 60")
    assert fewest_rides(table, feed_footpaths(table)).T.tolist() == [
        [0, 1, NO_WAY, 2],
        [NO_WAY, 0, NO_WAY, 1],
        [NO_WAY, NO_WAY, 0, 1],
        [NO_WAY, NO_WAY, NO_WAY, 0],
    ]


def test_one_may_start_where_nobody_may_change() -> None:
    table = timetable("A B\n8:00 8:10", transfers="A A x")
    footpaths = feed_footpaths(table)
    transit = Transit.of(timetable_on(table, DAY), footpaths)
    scannable = Scannable.of(transit, 2, fewest_rides(table, footpaths))
    found = scan_at(scannable, Options.of([0], 0), Options.of([1], 0), seconds("8:00"), 2)
    assert pairs(found) == [(seconds("8:10"), 0)]


def test_vehicles_that_take_no_time_are_changed_between_whatever_their_order() -> None:
    table = timetable("C D\n8:00 8:00\n\nB C\n8:00 8:00\n\nA B\n8:00 8:00")
    scannable = Scannable.of(Transit.of(timetable_on(table, DAY), feed_footpaths(table)), 2)
    found = scan_at(scannable, Options.of([0], 0), Options.of([3], 0), seconds("8:00"), 2)
    assert pairs(found) == [(seconds("8:00"), 2)]


def test_connections_sorted_for_fewer_transfers_are_refused() -> None:
    table = timetable("A B\n8:00 8:10")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    with pytest.raises(ValueError, match="fewer than 3 transfers"):
        scan_at(Scannable.of(transit, 2), Options.of([0], 0), Options.of([1], 0), 0, 3)
    with pytest.raises(ValueError, match="forwards"):
        Scannable.of(transit.mirrored(), 2)


def compared(table: Timetable, seed: int, n: int) -> None:
    """Ask `n` random questions between stops, walks of the feed at both ends, of the scan and of the rounds."""
    footpaths = feed_footpaths(table)
    transit = Transit.of(timetable_on(table, DATE), footpaths)
    workspace, rng = Workspace.of(transit, 14), np.random.default_rng(seed)
    bounded = Scannable.of(transit, 14, fewest_rides(table, footpaths))
    stops = np.unique(table.patterns.stop)
    for _ in range(n):
        start, end = rng.choice(stops, 2, replace=False)
        walks, back = slice(*footpaths.first[start : start + 2]), np.flatnonzero(footpaths.to == end)
        access = Options.of(np.append(start, footpaths.to[walks]), np.append(0, footpaths.seconds[walks]))
        egress = Options.of(np.append(end, footpaths.start[back]), np.append(0, footpaths.seconds[back]))
        asked = (access, egress, int(rng.integers(4 * HOUR, 25 * HOUR)), 14)
        expected = pairs(search_at(transit, *asked, workspace))
        assert pairs(scan_at(bounded, *asked)) == expected
        first = scan_at(bounded, *asked, earliest_only=True)
        assert first.arrival.tolist() == [arrival for arrival, _ in expected[-1:]]


@pytest.mark.shared
def test_railways_of_chiba_are_scanned_as_the_rounds_say(shared: Path) -> None:
    from feeds.gtfs import read_gtfs

    compared(read_gtfs([shared / "data/gtfs/chiba-rail.zip"]).timetable, 1, 300)


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.parametrize("name", ["chiba-rail", "tokyo-rail"])
def test_thousands_of_questions_are_answered_as_the_rounds_say(shared: Path, name: str) -> None:
    from feeds.gtfs import read_gtfs

    compared(read_gtfs([shared / f"data/gtfs/{name}.zip"]).timetable, 2, 3000)
