"""Searches with a third criterion, beside plain enumeration."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import least_seconds
from planner.criteria import Criterion, Side, Travel, Weighed, search_weighed, search_weighed_within
from planner.criteria_costs import _last_first, riding
from planner.raptor import Transit
from planner.request import Slack
from tests.planner import oracle
from tests.planner.fare_questions import busy_hour
from tests.planner.questions import Question, questions
from tests.planner.test_raptor import assert_feasible, moments
from tests.planner.weighed_oracle import Point, Tolls, every_journey, within

HOUR = 3600
slacks = st.builds(Slack, st.sampled_from([0, 120, 600, 1800]), st.integers(0, 2))
longest = st.one_of(st.none(), st.integers(0, 20).map(lambda minutes: 60 * minutes))


@dataclass(frozen=True)
class Weighing:
    """What costs how much: a second on foot, riding along trips, changes by kinds of vehicle and time to spare.

    `is_bounded`: searched with what journeys take at least.
    """

    on_foot: int
    along: dict[int, list[int]]
    kinds: list[int]
    risk: np.ndarray
    step_s: int
    is_bounded: bool

    def tolls(self, question: Question) -> Tolls:
        def risk(before: int | None, after: int, spare: int) -> int:
            if before is None or not len(self.risk):
                return 0
            step = min(spare // self.step_s, self.risk.shape[2] - 1)
            return int(self.risk[self.kinds[before], self.kinds[after], step])

        walks = (question.access.seconds, question.egress.seconds, question.footpaths.seconds)
        return Tolls(*(self.on_foot * seconds for seconds in walks), self.along, risk)

    def criterion(self, question: Question, transit: Transit) -> Criterion:
        trips = question.table.trips
        paid = np.concatenate([np.array(self.along[trip], np.int32) for trip in range(len(trips))])
        ridden = riding(transit, trips.first_event, paid)
        segments = transit.day.segments
        kind = np.array(self.kinds, np.int32)[segments.trip[segments.first[:-1]]]
        risk = self.risk
        if transit.day.is_mirrored:
            kind, risk = _last_first(transit.day, kind), np.ascontiguousarray(risk.transpose(1, 0, 2))
        walks = self.on_foot * transit.footpaths.seconds
        return replace(ridden, walks=walks, kind=kind, risk=risk, step_s=self.step_s)


@st.composite
def weighings(draw: st.DrawFn, question: Question) -> Weighing:
    """Walking, riding, the risk of changes, or all of them."""
    which = draw(st.sampled_from(["walking", "riding", "risk", "all"]))
    n, along = len(question.table.trips), dict[int, list[int]]()
    for trip in range(n):
        n_calls = int(np.diff(question.table.trips.first_event)[trip])
        steps = draw(st.lists(st.integers(0, 3), min_size=n_calls - 1, max_size=n_calls - 1))
        along[trip] = np.append(0, np.cumsum(steps if which in {"riding", "all"} else np.zeros(n_calls - 1))).astype(
            int
        )
    kinds = draw(st.lists(st.integers(1, 2), min_size=n, max_size=n))
    in_seat = question.table.in_seat
    for _ in range(n):
        for a, b in zip(in_seat.from_trip.tolist(), in_seat.to_trip.tolist(), strict=True):
            kinds[a] = kinds[b] = min(kinds[a], kinds[b])
    risk, costs = np.zeros((0, 0, 0), np.int32), st.lists(st.integers(0, 200), min_size=3, max_size=3)
    if which in {"risk", "all"}:
        risk = np.zeros((3, 3, 4), np.int32)
        for a in (1, 2):
            for b in (1, 2):
                risk[a, b] = [*sorted(draw(costs), reverse=True), 0]
    return Weighing(int(which in {"walking", "all"}), along, kinds, risk, 240, draw(st.booleans()))


@st.composite
def weighed(draw: st.DrawFn) -> tuple[Question, Weighing]:
    question = draw(questions())
    return question, draw(weighings(question))


def travel(question: Question, weighing: Weighing, *, backwards: bool = False) -> Travel:
    bounds = least_seconds(question.table, question.footpaths) if weighing.is_bounded else None
    transit = Transit.of(question.transit().day, question.footpaths, bounds)
    both = (transit.mirrored(), transit) if backwards else (transit, transit.mirrored())
    criterion, walks = weighing.criterion(question, both[0]), both[0].footpaths.seconds
    return Travel(*both, criterion, walks, question.max_transfers)


def sides(question: Question, weighing: Weighing) -> tuple[Side, Side]:
    tolls = weighing.tolls(question)
    access, egress = question.access, question.egress
    return Side(access, tolls.access, access.seconds), Side(egress, tolls.egress, egress.seconds)


def all_of(question: Question, weighing: Weighing, *, backwards: bool = False) -> set[tuple[int, int, int, int, int]]:
    tolls = weighing.tolls(question)
    around = question.world()
    return every_journey(around, question.access, question.egress, tolls, question.max_transfers, backwards=backwards)


def points(found: Weighed) -> list[Point]:
    columns = (found.journeys.arrival, found.journeys.transfers, found.cost)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def assert_leaving(asked: tuple[Question, Weighing], moment: int, most: int | None, slack: Slack | None) -> None:
    question, weighing = asked
    course = replace(travel(question, weighing), longest_walk_s=most, slack=slack)
    found = search_weighed(course, *sides(question, weighing), moment)
    everything = all_of(question, weighing)
    fitting = {p[1:4] for p in everything if p[0] >= moment and (most is None or p[4] <= most)}
    expected = oracle.pareto(fitting if slack is None else within(fitting, slack.seconds, slack.transfers))
    assert points(found) == sorted(expected)
    assert (found.journeys.departure >= moment).all()
    assert_feasible(question, course.transit, found.journeys)


def assert_arriving(asked: tuple[Question, Weighing], moment: int, most: int | None, slack: Slack | None) -> None:
    question, weighing = asked
    course = replace(travel(question, weighing, backwards=True), longest_walk_s=most, slack=slack)
    found = search_weighed(course, *sides(question, weighing), moment)
    everything = all_of(question, weighing, backwards=True)
    fitting = {(-p[0], *p[2:4]) for p in everything if p[1] <= moment and (most is None or p[4] <= most)}
    expected = oracle.pareto(fitting if slack is None else within(fitting, slack.seconds, slack.transfers))
    columns = (-found.journeys.departure, found.journeys.transfers, found.cost)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == sorted(expected)
    assert (found.journeys.arrival <= moment).all()
    assert_feasible(question, question.transit(), found.journeys)


def assert_within(
    asked: tuple[Question, Weighing], moment: int, minutes: int, most: int | None, slack: Slack | None
) -> None:
    question, weighing = asked
    course = replace(travel(question, weighing), longest_walk_s=most, slack=slack)
    span = moment, moment + 60 * minutes
    found = search_weighed_within(course, *sides(question, weighing), span)
    fitting = {(-p[0], *p[1:4]) for p in all_of(question, weighing) if most is None or p[4] <= most}
    columns = (-found.journeys.departure, found.journeys.arrival, found.journeys.transfers, found.cost)
    told = sorted(zip(*(column.tolist() for column in columns), strict=True))
    kept = {p for p in oracle.pareto(fitting) if span[0] <= -p[0] <= span[1]}
    if slack is None:
        assert told == sorted(kept)
        return
    assert {p for p in kept if p in bounded_since(p[0], fitting, slack)} <= set(told)
    assert len(told) == len(set(told))
    for p in told:
        assert p[1:] in {q[1:] for q in bounded_since(p[0], fitting, slack)}
        assert span[0] <= -p[0] <= span[1]


def bounded_since(departure: int, every: set[Point], slack: Slack) -> set[Point]:
    """The bounded Pareto set of who leaves at a time (negated) or later, with every way to make its journeys."""
    points = {p[1:] for p in every if p[0] <= departure}
    kept = oracle.pareto(within(points, slack.seconds, slack.transfers))
    return {p for p in every if p[0] <= departure and p[1:] in kept}


def tried(cases: int, check: Callable[..., None], *asked: st.SearchStrategy[object]) -> None:
    """`check` on so many random questions."""
    settings(max_examples=cases, deadline=None)(given(*asked)(check))()


many = pytest.param(3000, marks=pytest.mark.long)
bounds = st.one_of(st.none(), slacks)


@pytest.mark.parametrize("cases", [100, many])
def test_leaving_at_a_time_gives_the_pareto_set_in_arrival_transfers_and_cost(cases: int) -> None:
    tried(cases, assert_leaving, weighed(), moments, longest, bounds)


@pytest.mark.parametrize("cases", [100, many])
def test_arriving_by_a_time_gives_the_pareto_set_in_departure_transfers_and_cost(cases: int) -> None:
    tried(cases, assert_arriving, weighed(), moments, longest, bounds)


@pytest.mark.parametrize("cases", [60, many])
def test_a_window_gives_every_journey_that_none_leaving_later_beats(cases: int) -> None:
    tried(cases, assert_within, weighed(), moments, st.integers(0, 60), longest, bounds)


def assert_all_in_a_busy_hour(seed: int) -> None:
    """Leaving and arriving at a time, and leaving within some minutes, where there are many ways."""
    dice = Random(seed)
    question = busy_hour(dice)
    asked = question, thrown(dice, question)
    most = dice.choice([None, None, 60 * dice.randint(1, 9)])
    slack = dice.choice([None, Slack(60 * dice.choice([0, 1, 3, 6, 15]), dice.randint(0, 1))])
    start = 8 * HOUR + 60 * dice.randint(-3, 3)
    assert_leaving(asked, start, most, slack)
    assert_arriving(asked, 8 * HOUR + 60 * dice.randint(12, 40), most, slack)
    assert_within(asked, start, dice.randint(0, 15), most, slack)


def thrown(dice: Random, question: Question) -> Weighing:
    n, along, risk = len(question.table.trips), dict[int, list[int]](), np.zeros((0, 0, 0), np.int32)
    is_ridden, is_risky, on_foot = dice.random() < 0.5, dice.random() < 0.5, dice.randint(0, 1)
    rates = dice.choices([0, 100], k=n)
    for trip, n_calls in enumerate(np.diff(question.table.trips.first_event).tolist()):
        along[trip] = [i * rates[trip] * is_ridden for i in range(n_calls)]
    kinds = [dice.randint(1, 2)] * n if len(question.table.in_seat.from_trip) else dice.choices([1, 2], k=n)
    if is_risky:
        risk = np.zeros((3, 3, 4), np.int32)
        for a, b in product((1, 2), (1, 2)):
            risk[a, b] = [*sorted(dice.choices(range(200), k=3), reverse=True), 0]
    return Weighing(on_foot, along, kinds, risk, 120, dice.random() < 0.5)


@pytest.mark.parametrize("part", range(2))
def test_so_it_is_where_there_are_many_ways(part: int) -> None:
    for seed in range(part * 60, (part + 1) * 60):
        assert_all_in_a_busy_hour(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 6))
def test_so_it_is_where_there_are_many_ways_at_length(part: int) -> None:
    for seed in range(part * 1000, (part + 1) * 1000):
        assert_all_in_a_busy_hour(seed)
