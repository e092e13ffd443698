"""The cheapest journeys within bounds are those of plain enumeration: every vehicle boarded, every price worked out."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fares import Fares
from planner.fares_v2 import FareProduct, FaresV2, LegRule, Timeframe
from planner.footpaths import Footpaths
from planner.journeys import Options
from planner.price_late import left_late
from planner.price_search import Bound
from tests.planner.fare_questions import a_pass, busy_hour, on_foot, tariffs, with_lines
from tests.planner.price_oracle import Asked, enumerated, front, point, searched
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, timetable

HOUR = 3600
EIGHT = 8 * HOUR


def assert_found_as_enumerated(question: Question, asked: Asked, bound: Bound) -> None:
    every = set(enumerated(question, asked, bound))
    expected = front({(-d if bound.by_departure else a, n, p) for d, a, n, p in every})
    search, found = searched(question, asked, bound)
    assert sorted([point(one, bound) for one in found], key=lambda p: (p[2] is None, p)) == expected
    for one in found:
        late = left_late(search, one)
        price = None if late.price is None else round(late.price, 3)
        assert late.departure >= one.departure
        assert (late.departure, late.arrival, len(late.rides), price) in every


def assert_found_in_a_busy_hour(seed: int) -> None:
    dice = Random(seed)
    start, minutes = EIGHT - 60 * dice.randint(0, 4), dice.randint(25, 40)
    bound = Bound(start, start + 60 * minutes, dice.choice([2, 3, 3]), dice.random() < 0.5)
    rider = dice.choice(["", "", "child", "adult"])
    question = busy_hour(dice)
    assert_found_as_enumerated(question, Asked(tariffs(dice), rider), bound)


@pytest.mark.parametrize("part", range(4))
def test_cheapest_journeys_of_busy_hours_are_those_of_enumeration(part: int) -> None:
    for seed in range(part * 100, (part + 1) * 100):
        assert_found_in_a_busy_hour(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 11))
def test_cheapest_journeys_of_many_busy_hours_are_those_of_enumeration(part: int) -> None:
    for seed in range(part * 1000, (part + 1) * 1000):
        assert_found_in_a_busy_hour(seed)


@pytest.mark.parametrize("part", range(3))
def test_who_walks_only_so_far_or_holds_passes_finds_those_of_enumeration(part: int) -> None:
    for seed in range(part * 100, (part + 1) * 100):
        assert_found_as_wished(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 6))
def test_many_who_walk_only_so_far_or_hold_passes_find_those_of_enumeration(part: int) -> None:
    for seed in range(part * 1000, (part + 1) * 1000):
        assert_found_as_wished(seed)


def assert_found_as_wished(seed: int) -> None:
    dice = Random(seed)
    start = EIGHT - 60 * dice.randint(0, 4)
    bound = Bound(start, start + 60 * dice.randint(25, 40), dice.choice([2, 3, 3]), dice.random() < 0.5)
    question, fares, rider = busy_hour(dice), tariffs(dice), dice.choice(["", "child", "adult"])
    passes = tuple(a_pass(dice) for _ in range(dice.choice([0, 1, 1, 2])))
    limits = None
    if not passes or dice.random() < 0.3:
        question, limits = on_foot(dice, question)
    assert_found_as_enumerated(question, Asked(fares, rider, passes, limits), bound)


@settings(max_examples=40, deadline=None)
@given(questions(), st.integers(0, 2**32), st.integers(-5, 3), st.booleans())
def test_hours_masks_and_other_days_change_nothing_of_that(
    question: Question, seed: int, start: int, by_departure: bool
) -> None:
    dice = Random(seed)
    question = replace(question, table=with_lines(dice, question.table))
    bound = Bound(EIGHT + 60 * start, EIGHT + 60 * (start + 60), 3, by_departure)
    assert_found_as_enumerated(question, Asked(tariffs(dice)), bound)


def test_a_later_train_of_the_same_line_is_found_where_it_is_cheaper() -> None:
    table = timetable("A E\n8:00 8:10\n8:20 8:30\n8:40 8:50")
    frames = (Timeframe("peak", 0, EIGHT + 600, "s"), Timeframe("day", EIGHT + 600, 24 * HOUR, "s"))
    legs = (LegRule("dear", from_timeframe="peak"), LegRule("cheap", from_timeframe="day"))
    products = (FareProduct("dear", "", "", "", 300, "JPY"), FareProduct("cheap", "", "", "", 200, "JPY"))
    v2 = FaresV2(legs, products=products, timeframes=frames, services={"s": (DAY.toordinal(),)})
    footpaths = Footpaths.of(*(np.zeros(0, np.int64) for _ in range(3)), np.zeros(2, np.int64))
    everything = np.ones(3, np.bool_), np.ones(2, np.bool_)
    question = Question(table, footpaths, *everything, Options.of([0], [0]), Options.of([1], [0]), 0)
    bound = Bound(EIGHT, EIGHT + 3600, 1)
    _, found = searched(question, Asked((Fares(("route",), v2=v2),)), bound)
    assert [point(one, bound) for one in found] == [(EIGHT + 600, 1, 300.0), (EIGHT + 1800, 1, 200.0)]
