"""What travellers hear from the planner is what the planner answers anybody."""

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from planner.network import Network
from planner.plan import plan_at
from planner.raptor import Workspace
from planner.request import Coordinate, PlanRequest
from simulator.answers import MAX_TRANSFERS, Answers, Journey, Leg, Question, best
from simulator.disruption import ClosedLine, Disruptions, known_at
from simulator.town import FOOT_MS, WHEELCHAIR_MS, Town, town_of
from tests.simulator.towns import DAY, SITES, H, sites_of


@pytest.fixture(scope="module")
def town(makuhari: Network) -> Town:
    return town_of(makuhari, DAY, sites_of(makuhari))


def asking(town: Town, slot_s: float = 0.0) -> Answers:
    known = known_at(town, Disruptions(), 0.0)
    return Answers(town, slot_s, known, Workspace.of(town.transit, MAX_TRANSFERS))


@pytest.mark.parametrize("uses_wheelchair", [False, True])
def test_answers_are_the_planners(makuhari, town, uses_wheelchair):
    answers, rng, compared = asking(town), np.random.default_rng(5), 0
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=makuhari.zone)
    for _ in range(60):
        origin, destination = rng.choice(len(SITES), 2, replace=False).tolist()
        time_s = int(rng.integers(7 * 60, 21 * 60)) * 60
        found = answers.journeys(Question(origin, destination, time_s, 1.0, uses_wheelchair))
        request = PlanRequest(
            Coordinate(*SITES[origin][1:]), Coordinate(*SITES[destination][1:]), midnight + timedelta(seconds=time_s),
            max_transfers=MAX_TRANSFERS, wheelchair=uses_wheelchair,
            walk_speed_ms=WHEELCHAIR_MS if uses_wheelchair else FOOT_MS,
        )  # fmt: skip
        expected = plan_at(makuhari, request).itineraries
        ours = sorted((one.arrival_s, len(one.legs) - 1) for one in found)
        # Walks are rounded up one by one there and whole here.
        theirs = sorted(((one.end - midnight).total_seconds(), one.transfers) for one in expected)
        assert [transfers for _, transfers in ours] == [transfers for _, transfers in theirs]
        assert np.allclose([s for s, _ in ours], [s for s, _ in theirs], atol=1.0)
        compared += len(ours)
    assert compared > 60


def test_kept_answers_are_as_good_as_fresh_ones(town):
    fresh, kept, rng = asking(town), asking(town, 900.0), np.random.default_rng(6)
    for _ in range(150):
        origin, destination = rng.choice(len(SITES), 2, replace=False).tolist()
        question = Question(origin, destination, float(rng.uniform(8 * H, 9 * H)), 1.0, False)
        ours, theirs = best(fresh.journeys(question)), best(kept.journeys(question))
        assert [(one.arrival_s, len(one.legs)) for one in ours] == [(one.arrival_s, len(one.legs)) for one in theirs]
    assert kept.kept > 20
    assert fresh.kept == 0


def test_best_drops_what_arrives_later_with_as_many_changes():
    leg = Leg(0, 0, 0, 0, 1, 0, 1, 10, 20)
    early, late = Journey(0, 100, 1, 1, (leg, leg)), Journey(0, 200, 1, 1, (leg,))
    assert best([late, Journey(0, 200, 1, 1, (leg, leg)), early, Journey(5, 100, 1, 1, (leg, leg))]) == [
        Journey(5, 100, 1, 1, (leg, leg)), late,
    ]  # fmt: skip


def test_told_of_a_closed_line_nobody_is_sent_there(makuhari, town):
    names = "Kaihimmakuhari", "Makuharitoyosuna", "ShinNarashino", "MinamiFunabashi"
    stops = frozenset(c for name in names for c in makuhari.children[makuhari.stop_index[f"makuhari_JR-East.{name}"]])
    answers = asking(town)
    question = Question(0, len(SITES), 8 * H, 1.0, False)
    before = answers.journeys(question)
    closed = Disruptions(lines=(ClosedLine(stops, 7 * H, 12 * H, 7 * H),))
    answers.tell(*known_at(town, closed, 8 * H))
    for journey in answers.journeys(question):
        for leg in journey.legs:
            first = int(town.transit.day.pattern_first[leg.pattern])
            called = town.transit.day.stop[first + leg.board : first + leg.alight + 1].tolist()
            assert not any({a, b} <= stops for a, b in pairwise(called))
            assert (called[0], called[-1]) == (leg.origin_stop, leg.stop)
    assert before != answers.journeys(question)
