"""Searches between stops, beside plain enumeration and as printed journeys."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import least_seconds
from planner.day import segments_of, timetable_on
from planner.footpaths import Changes, feed_footpaths, mirrored, with_changes
from planner.journeys import UNREACHED, Journeys, Options
from planner.raptor import Transit, Workspace, earliest_arrivals, search, search_at, search_soonest
from planner.timetable import Timetable
from tests.planner import oracle
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, clock, seconds, stop, timetable

HOUR = 3600

moments = st.one_of(
    st.integers(-10, 80).map(lambda m: 8 * HOUR + 60 * m),
    st.sampled_from([-HOUR, 0, 600, 20 * HOUR, 24 * HOUR, 33 * HOUR]),
)
spans = st.one_of(st.integers(0, 60).map(lambda m: 60 * m), st.sampled_from([0, 6 * HOUR, 24 * HOUR]))


@settings(max_examples=100, deadline=None)
@given(questions(), moments, spans)
def test_a_window_of_departures_gives_the_pareto_set_of_all_journeys(
    question: Question, earliest: int, span: int
) -> None:
    transit, latest = question.transit(), earliest + span
    found = search(transit, question.access, question.egress, earliest, latest, question.max_transfers)
    expected = oracle.leaving_within(
        question.world(), question.access, question.egress, earliest, latest, question.max_transfers
    )
    assert triples(found) == sorted((-minus, arrival, transfers) for minus, arrival, transfers in expected)
    assert_feasible(question, transit, found)


@settings(max_examples=100, deadline=None)
@given(questions(), moments)
def test_leaving_at_a_time_gives_the_pareto_set_in_arrival_and_transfers(question: Question, moment: int) -> None:
    transit = question.transit()
    found = search_at(transit, question.access, question.egress, moment, question.max_transfers)
    expected = oracle.leaving_at(question.world(), question.access, question.egress, moment, question.max_transfers)
    assert sorted(zip(found.arrival.tolist(), found.transfers.tolist(), strict=True)) == sorted(expected)
    assert (found.departure >= moment).all()
    assert_feasible(question, transit, found)


@settings(max_examples=200, deadline=None)
@given(questions(), moments, st.booleans(), st.booleans())
def test_what_arrives_soonest_is_the_earliest_with_the_fewest_transfers(
    question: Question, moment: int, has_bounds: bool, is_mirrored: bool
) -> None:
    bounds = least_seconds(question.table, question.footpaths) if has_bounds else None
    transit = Transit.of(timetable_on(question.table, DAY, question.trips, question.stops), question.footpaths, bounds)
    asked = transit.mirrored() if is_mirrored else transit, question.access, question.egress, moment
    found = search_at(*asked, question.max_transfers)
    one = search_soonest(*asked, question.max_transfers)
    ends = (-found.departure if is_mirrored else found.arrival).tolist()
    pairs = sorted(zip(ends, found.transfers.tolist(), strict=True))
    assert (
        sorted(zip((-one.departure if is_mirrored else one.arrival).tolist(), one.transfers.tolist(), strict=True))
        == pairs[:1]
    )


@settings(max_examples=100, deadline=None)
@given(questions(), moments, spans)
def test_a_window_of_arrivals_gives_the_pareto_set_of_all_journeys(
    question: Question, earliest: int, span: int
) -> None:
    transit, latest = question.transit(), earliest + span
    found = search(transit.mirrored(), question.access, question.egress, earliest, latest, question.max_transfers)
    expected = oracle.arriving_within(
        question.world(), question.access, question.egress, earliest, latest, question.max_transfers
    )
    assert triples(found) == sorted((-minus, arrival, transfers) for minus, arrival, transfers in expected)
    assert_feasible(question, transit, found)


@settings(max_examples=100, deadline=None)
@given(questions(), moments)
def test_arriving_by_a_time_gives_the_pareto_set_in_departure_and_transfers(question: Question, moment: int) -> None:
    transit = question.transit()
    found = search_at(transit.mirrored(), question.access, question.egress, moment, question.max_transfers)
    expected = oracle.arriving_by(question.world(), question.access, question.egress, moment, question.max_transfers)
    assert sorted(zip((-found.departure).tolist(), found.transfers.tolist(), strict=True)) == sorted(expected)
    assert (found.arrival <= moment).all()
    assert_feasible(question, transit, found)


@settings(max_examples=200, deadline=None)
@given(questions(), moments)
def test_earliest_arrivals_are_the_oracles_at_every_stop(question: Question, moment: int) -> None:
    found = earliest_arrivals(question.transit(), question.access, moment, question.max_transfers)
    world, k = question.world(), question.max_transfers
    for at in range(5):
        ends = oracle.leaving_at(world, question.access, Options.of([at], [0]), moment, k)
        assert found[at] == min((arrival for arrival, _ in ends), default=UNREACHED)


@settings(max_examples=100, deadline=None)
@given(questions(), st.lists(moments, min_size=2, max_size=4))
def test_a_workspace_remembers_nothing_of_the_search_before(question: Question, times: list[int]) -> None:
    transit, mirror = question.transit(), question.transit().mirrored()
    workspace = Workspace.of(transit, 8)
    for moment in times:
        for which in (transit, mirror):
            asked = (which, question.access, question.egress, moment, question.max_transfers)
            assert triples(search_at(*asked, workspace)) == triples(search_at(*asked))
            window = (which, question.access, question.egress, moment, moment + HOUR, question.max_transfers)
            assert triples(search(*window, workspace)) == triples(search(*window))


def assert_feasible(question: Question, transit: Transit, found: Journeys) -> None:
    """Every journey can be travelled as its rides say, and takes the times it says."""
    calls = oracle.world(question.table, DAY, question.footpaths, question.trips, question.stops).calls
    for j in range(len(found)):
        rides = [segments_of(transit.day, *ride) for ride in found.rides(j)]
        assert len(rides) == found.transfers[j] + 1
        access, egress = int(found.access[j]), int(found.egress[j])
        stop_there, seconds, opens, closes = list(oracle.rows(question.access))[access]
        ready = {stop_there: int(found.departure[j]) + seconds}
        assert opens <= found.departure[j] <= closes
        for ride in rides:
            first = calls[ride[0].trip, ride[0].day_offset][ride[0].board]
            assert first.can_board
            assert first.departure >= ready[first.stop]
            for before, after in pairwise(ride):
                assert before.alight == len(calls[before.trip, before.day_offset]) - 1
                assert (after.board, before.day_offset) == (0, after.day_offset)
                assert [before.trip, after.trip] in np.stack(
                    [question.table.in_seat.from_trip, question.table.in_seat.to_trip], 1
                ).tolist()
            last = calls[ride[-1].trip, ride[-1].day_offset][ride[-1].alight]
            assert last.can_alight
            assert ride[-1].alight > ride[-1].board
            ready = {}
            for at, moment in oracle.ready_after(question.footpaths, last.stop, last.arrival):
                ready[at] = min(moment, ready.get(at, 10**9))
        stop_there, seconds, opens, closes = list(oracle.rows(question.egress))[egress]
        assert stop_there == last.stop
        assert max(last.arrival, opens) <= closes
        assert max(last.arrival, opens) + seconds <= found.arrival[j]


def triples(journeys: Journeys) -> list[tuple[int, int, int]]:
    """(departure, arrival, transfers) of each, sorted."""
    columns = (journeys.departure, journeys.arrival, journeys.transfers)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def printed(table: Timetable, found: Journeys, transit: Transit) -> list[str]:
    """Each journey as `7:58 A 8:00 t0 8:10 B 8:12`: departure, each part from boarding to alighting, arrival."""
    names, trips, lines = list(table.stops.ids), table.trips, []
    for j in range(len(found)):
        parts = [clock(int(found.departure[j]))]
        for ride in found.rides(j):
            for trip, day_offset, board, alight in segments_of(transit.day, *ride):
                event, call = int(trips.first_event[trip]), int(table.patterns.first[trips.pattern[trip]])
                on, off = (names[table.patterns.stop[call + i]] for i in (board, alight))
                start = clock(int(trips.departure[event + board]) + 86400 * day_offset)
                end = clock(int(trips.arrival[event + alight]) + 86400 * day_offset)
                parts += [f"{on} {start} t{trip} {end} {off}"]
        lines.append(" ".join([*parts, clock(int(found.arrival[j]))]))
    return lines


def asked(
    table: Timetable, start: str, end: str, window: str, max_transfers: int = 8, arrive_by: bool = False
) -> list[str]:
    """Journeys from stop to stop in a window such as "8:00-9:00", printed."""
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    access, egress = Options.of([stop(table, start)], 0), Options.of([stop(table, end)], 0)
    earliest, latest = (seconds(moment) for moment in window.split("-"))
    searched = transit.mirrored() if arrive_by else transit
    return printed(table, search(searched, access, egress, earliest, latest, max_transfers), transit)


def test_the_slower_journey_with_fewer_transfers_is_kept() -> None:
    table = timetable("A B C\n8:00 8:20 9:00\n\nB C\n8:20 8:40")
    assert asked(table, "A", "C", "8:00-8:00") == [
        "8:00 A 8:00 t0 8:20 B B 8:20 t1 8:40 C 8:40",
        "8:00 A 8:00 t0 9:00 C 9:00",
    ]


def test_an_earlier_departure_with_the_same_arrival_is_not_an_answer() -> None:
    table = timetable("A B\n8:00 8:30\n8:10 8:30")
    assert asked(table, "A", "B", "8:00-9:00") == ["8:10 A 8:10 t1 8:30 B 8:30"]


def test_staying_seated_is_no_transfer_and_needs_no_time() -> None:
    table = timetable("A B\n8:00 8:10\n\nB C\n8:10 8:20", in_seat=[(0, 1)], transfers="B B 600")
    assert asked(table, "A", "C", "8:00-8:00", max_transfers=0) == ["8:00 A 8:00 t0 8:10 B B 8:10 t1 8:20 C 8:20"]


def test_who_can_board_a_trip_may_wait_for_a_later_one_that_goes_on() -> None:
    text = "A B\n8:00 8:10\n8:20 8:30\n\nB C\n8:30 8:40"
    table = timetable(text, in_seat=[(1, 2)], transfers="B B x")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    ends = Options.of([stop(table, "A")], 0), Options.of([stop(table, "C")], 0)
    found = search_at(transit, *ends, seconds("8:00"), 0)
    assert printed(table, found, transit) == ["8:20 A 8:20 t1 8:30 B B 8:30 t2 8:40 C 8:40"]


@pytest.mark.parametrize(("arrive_by", "ends", "line"), [
    (False, "XD", "8:15 X 8:15 t1 8:20 C C 8:22 t2 8:30 D 8:30"),
    (True, "AX", "8:00 A 8:00 t0 8:10 B B 8:12 t1 8:15 X 8:15"),
])  # fmt: skip
def test_who_boards_in_the_middle_of_a_vehicles_way_is_not_told_to_board_before(
    arrive_by: bool, ends: str, line: str
) -> None:
    text = "A B\n8:00 8:10\n\nB X C\n8:12 8:15 8:20\n\nC D\n8:22 8:30"
    table = timetable(text, in_seat=[(0, 1), (1, 2)])
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    options = [Options.of([stop(table, end)], 0) for end in ends]
    found = search_at(transit.mirrored() if arrive_by else transit, options[0], options[1], seconds("8:15"), 0)
    assert printed(table, found, transit) == [line]


def test_two_walks_never_follow_each_other() -> None:
    table = timetable("A B\n8:00 8:10\n\nD E\n9:00 9:10", transfers="B C 60\nC D 60")
    assert asked(table, "A", "E", "8:00-8:00") == []


def test_who_came_on_foot_earlier_does_not_keep_a_vehicle_from_being_walked_on_from() -> None:
    text = "A B\n8:00 8:10\n\nA C\n8:00 8:20\n\nD E\n8:30 8:40"
    table = timetable(text, transfers="B C 60\nC D 60")
    assert asked(table, "A", "E", "8:00-8:00") == ["8:00 A 8:00 t1 8:20 C D 8:30 t2 8:40 E 8:40"]


@pytest.mark.parametrize(("rule", "is_possible"), [("B B 60", True), ("B B 61", False), ("B B x", False), ("", True)])
def test_a_change_takes_the_time_its_rule_says_to_the_second(rule: str, is_possible: bool) -> None:
    table = timetable("A B\n8:00 8:10\n\nB C\n8:11 8:20", transfers=rule, services={"daily": (0,)})
    assert bool(asked(table, "A", "C", "8:00-8:00")) == is_possible


def test_a_vehicle_of_the_day_before_is_caught_after_midnight() -> None:
    table = timetable("A B\n24:30 24:40")
    assert asked(table, "A", "B", "0:00-1:00") == ["0:30 A 0:30 t0 0:40 B 0:40"]


def test_arrivals_just_after_midnight_come_from_two_vehicles_of_the_evening_before() -> None:
    table = timetable("A B\n23:00 23:30\n\nB C\n23:50 24:10")
    assert asked(table, "A", "C", "0:00-0:20", arrive_by=True) == ["-1:00 A -1:00 t0 -0:30 B B -0:10 t1 0:10 C 0:10"]


def test_a_workspace_for_fewer_transfers_is_refused() -> None:
    table = timetable("A B\n8:00 8:10")
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    with pytest.raises(ValueError, match="fewer than 3 transfers"):
        search_at(transit, Options.of([0], 0), Options.of([1], 0), 0, 3, Workspace.of(transit, 2))


@settings(max_examples=100, deadline=None)
@given(questions(), moments, spans)
def test_more_transfers_never_arrive_later(question: Question, earliest: int, span: int) -> None:
    transit = question.transit()
    window = (question.access, question.egress, earliest, earliest + span)
    few, many = (
        triples(search(transit, *window, most)) for most in (question.max_transfers, question.max_transfers + 1)
    )
    assert [t for t in many if t[2] <= question.max_transfers] == few


@pytest.fixture(scope="module")
def chiba(shared: Path) -> Timetable:
    """Every railway around Makuhari."""
    from feeds.gtfs import read_gtfs

    return read_gtfs([shared / "data/gtfs/chiba-rail.zip"]).timetable


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(4))
def test_railways_of_chiba_are_searched_as_enumeration_says(chiba: Timetable, seed: int) -> None:
    rng, day = np.random.default_rng(seed), date(2026, 11, 25)
    footpaths = with_changes(feed_footpaths(chiba), Changes(60 * seed))
    transit = Transit.of(timetable_on(chiba, day), footpaths)
    backwards = transit.mirrored()
    for _ in range(3):
        start, end = rng.choice(np.unique(chiba.patterns.stop), 2, replace=False)
        access, egress = Options.of([start], 0), Options.of([end], 0)
        moment = int(rng.integers(5 * HOUR, 24 * HOUR))
        around = oracle.world(chiba, day, footpaths, between=(moment - HOUR, moment + 4 * HOUR))
        cut = {(a, t) for a, t in oracle.leaving_at(around, access, egress, moment, 5) if a <= moment + 3 * HOUR}
        found = search_at(transit, access, egress, moment, 5)
        pairs = set(zip(found.arrival.tolist(), found.transfers.tolist(), strict=True))
        assert {p for p in pairs if p[0] <= moment + 3 * HOUR} == cut
        window = search(transit, access, egress, moment, moment + 600, 5)
        expected = oracle.leaving_within(around, access, egress, moment, moment + 600, 5)
        early = {(d, a, t) for d, a, t in triples(window) if a <= moment + 3 * HOUR}
        assert early == {(-d, a, t) for d, a, t in expected if a <= moment + 3 * HOUR}
        for departure, arrival, transfers in triples(window):
            back = search_at(backwards, access, egress, arrival, transfers)
            assert back.departure.max() >= departure
    assert np.array_equal(mirrored(mirrored(footpaths)).to, footpaths.to)
