"""Searches between stops, beside plain enumeration and as printed journeys."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.day import segments_of, timetable_on
from planner.footpaths import FORBIDDEN, Footpaths, feed_footpaths
from planner.journeys import Journeys, Options
from planner.raptor import UNREACHED, Transit, Workspace, earliest_arrivals, search, search_at
from planner.timetable import Timetable
from tests.planner import oracle
from tests.planner.timetables import DAY, clock, stop, timetable

HOUR = 3600


@dataclass(frozen=True)
class Question:
    """A small network and who travels in it."""

    table: Timetable
    footpaths: Footpaths
    trips: np.ndarray
    stops: np.ndarray
    access: Options
    egress: Options
    max_transfers: int

    def transit(self) -> Transit:
        return Transit.of(timetable_on(self.table, DAY, self.trips, self.stops), self.footpaths)

    def world(self) -> oracle.World:
        return oracle.world(self.table, DAY, self.footpaths, self.trips, self.stops)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Five stops, a few patterns with trips all over three days, links, walks with hours, changes, options with hours."""
    names = "ABCDE"
    blocks, ends = [], []
    for _ in range(draw(st.integers(1, 5))):
        calls = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4))
        marks = draw(st.lists(st.sampled_from(["", "", "", "+", "-", "!"]), min_size=len(calls), max_size=len(calls)))
        lines = [" ".join(call + mark for call, mark in zip(calls, marks, strict=True))]
        for _ in range(draw(st.integers(1, 3))):
            gaps = draw(st.lists(st.integers(0, 5), min_size=2 * len(calls) - 1, max_size=2 * len(calls) - 1))
            hour = draw(st.sampled_from([8, 8, 8, 8, 8, 23, 24, 32]))
            now = hour * HOUR + 60 * draw(st.integers(0, 40))
            times, start = [], now
            for i in range(len(calls)):
                arrival = now + 60 * gaps[2 * i - 1] if i else now
                now = arrival + 60 * gaps[2 * i] if i + 1 < len(calls) else arrival
                times.append(f"{clock(arrival)}/{clock(now)}")
            service = draw(st.sampled_from(["daily", "before", "today", "after"]))
            lines.append(" ".join(times) + f" @{service}")
            ends.append((start, now))
        blocks.append("\n".join(lines))
    trips = st.integers(0, len(ends) - 1)
    links = draw(st.lists(st.tuples(trips, trips), max_size=5))
    links = [(a, b) for a, b in links if ends[a][1] > ends[a][0] or ends[b][1] > ends[b][0]]
    table = timetable(
        "\n\n".join(blocks),
        in_seat=links,
        services={"daily": (-1, 0, 1), "before": (-1,), "today": (0,), "after": (1,)},
        places={name: (35.6, 140.0) for name in names},
    )
    stops = st.integers(0, len(names) - 1)
    walks = draw(st.lists(st.tuples(stops, stops, st.integers(0, 10), hours_of_day()), max_size=6))
    changes = draw(st.lists(st.sampled_from([0, 0, 60, 300, FORBIDDEN]), min_size=5, max_size=5))
    opens, closes = (np.array([walk[3][end] for walk in walks], np.int64) for end in (0, 1))
    start, end = (np.array([walk[i] for walk in walks], np.int64) for i in (0, 1))
    seconds = np.array([60 * walk[2] for walk in walks], np.int64)
    return Question(
        table,
        Footpaths.of(start, end, seconds, np.array(changes), (opens, closes)),
        np.array(draw(st.lists(st.sampled_from([True] * 7 + [False]), min_size=len(ends), max_size=len(ends)))),
        np.array(draw(st.lists(st.sampled_from([True] * 9 + [False]), min_size=5, max_size=5))),
        draw(options()),
        draw(options()),
        draw(st.integers(0, 4)),
    )


def hours_of_day() -> st.SearchStrategy[tuple[int, int]]:
    """Always, or some hours around those in which the vehicles run."""
    some = st.tuples(st.integers(0, 60), st.integers(0, 40)).map(
        lambda t: (8 * HOUR + 60 * t[0], 8 * HOUR + 60 * sum(t))
    )
    return st.one_of(st.just((0, 86_400)), some, st.just((23 * HOUR, 25 * HOUR)))


@st.composite
def options(draw: st.DrawFn) -> Options:
    """One to three ways, some of them with hours."""
    rows = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10), hours()), min_size=1, max_size=3))
    return Options.of(
        *([row[i] for row in rows] for i in (0,)),
        [60 * row[1] for row in rows],
        *zip(*(row[2] for row in rows), strict=True),
    )


def hours() -> st.SearchStrategy[tuple[int, int]]:
    some = st.tuples(st.integers(-30, 60), st.integers(0, 40)).map(
        lambda t: (8 * HOUR + 60 * t[0], 8 * HOUR + 60 * sum(t))
    )
    return st.one_of(st.just((-(2**30), 2**30)), some)


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
            for before, after in zip(ride[:-1], ride[1:], strict=True):
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
