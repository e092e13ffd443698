"""Journeys through given stops are those of plain enumeration whose vehicles call there in that order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from planner.criteria import Side, Travel, search_weighed
from planner.criteria_costs import seconds_on_foot, walking
from planner.plan import plan
from planner.raptor import search, search_at
from planner.request import PlanRequest, StopId
from planner.through import through
from tests.cities import City, small_city
from tests.planner import oracle
from tests.planner.fare_questions import busy_hour
from tests.planner.price_oracle import rides_from
from tests.planner.questions import Question

EIGHT, LATEST = 8 * 3600, 9 * 3600
MOST = 2


def enumerated(question: Question, places: list[frozenset[int]]) -> Iterator[tuple[int, int, int, int]]:
    """(departure, arrival, transfers, seconds on foot) of every journey that passes all places."""
    world = question.world()

    def ridden(
        stop: int, ready: int, passed: int, rides: int, left: int | None, walked: int
    ) -> Iterator[tuple[int, int, int, int]]:
        for departure, run, call in world.boardings.get(stop, []):
            if not ready <= departure <= LATEST:
                continue
            leaves = departure - walked if left is None else left
            for segments, at in rides_from(world, run, call):
                calls = [c.stop for of, i, j in segments for c in world.calls[of][i : j + 1]]
                now = counted(calls, passed, places)
                for to, seconds, _, _ in oracle.rows(question.egress):
                    if to == at.stop and now == len(places):
                        yield leaves, at.arrival + seconds, rides, walked + seconds
                if rides < MOST:
                    for other, moment in oracle.ready_after(world.footpaths, at.stop, at.arrival):
                        on_foot = 0 if other == at.stop else moment - at.arrival
                        yield from ridden(other, moment, now, rides + 1, leaves, walked + on_foot)

    for stop, seconds, _, _ in oracle.rows(question.access):
        yield from ridden(stop, EIGHT + seconds, 0, 0, None, seconds)


def counted(calls: list[int], passed: int, places: list[frozenset[int]]) -> int:
    for stop in calls:
        while passed < len(places) and stop in places[passed]:
            passed += 1
    return passed


@pytest.mark.parametrize("part", range(4))
def test_searches_through_stops_are_enumeration(part: int) -> None:
    n_found = 0
    for seed in range(40 * part, 40 * part + 40):
        dice = Random(seed)
        question = busy_hour(dice)
        places = [frozenset(dice.sample(range(5), dice.choice([1, 1, 2]))) for _ in range(dice.choice([1, 1, 2]))]
        transit = through(question.transit(), places)
        # Who misses the last vehicle waits for the next day, which is not enumerated.
        every = {one[:3] for one in enumerated(question, places) if one[1] <= LATEST}
        n_found += len(every) > 0
        found = search(transit, question.access, question.egress, EIGHT, LATEST, MOST)
        columns = (found.departure, found.arrival, found.transfers)
        shown = sorted(p for p in zip(*(column.tolist() for column in columns), strict=True) if p[1] <= LATEST)
        assert shown == sorted((-d, a, n) for d, a, n in oracle.pareto({(-d, a, n) for d, a, n in every}))
        at = search_at(transit, question.access, question.egress, EIGHT, MOST)
        soonest = oracle.pareto({(a, n) for _, a, n in every})
        points = set(zip(at.arrival.tolist(), at.transfers.tolist(), strict=True))
        assert {point for point in points if point[0] <= LATEST} == soonest
        back = search_at(transit.mirrored(), question.access, question.egress, LATEST, MOST)
        latest = oracle.pareto({(-d, n) for d, a, n in every})
        ends = zip((-back.departure).tolist(), back.transfers.tolist(), strict=True)
        assert {point for point in ends if -point[0] >= EIGHT} == latest
    assert n_found > 15


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("part", range(2))
def test_so_are_searches_for_little_walking_and_those_of_a_longest_walk(part: int, backwards: bool) -> None:
    n_found = 0
    for seed in range(60 * part, 60 * part + 60):
        dice = Random(seed)
        question = busy_hour(dice)
        places = [frozenset(dice.sample(range(5), dice.choice([1, 1, 2]))) for _ in range(dice.choice([1, 1, 2]))]
        longest = dice.choice([None, 60, 180, 360])
        every = {one for one in enumerated(question, places) if one[1] <= LATEST and one[3] <= (longest or one[3])}
        ends = {(-one[0], *one[2:]) if backwards else one[1:] for one in every}
        transit = through(question.transit(), places)
        transits = (transit.mirrored(), transit) if backwards else (transit, transit.mirrored())
        walk_s = seconds_on_foot(transits[0].day, transits[0].footpaths)
        travel = Travel(*transits, walking(transits[0]), walk_s, MOST, longest)
        sides = (Side(options, options.seconds, options.seconds) for options in (question.access, question.egress))
        found = search_weighed(travel, *sides, LATEST if backwards else EIGHT)
        first = -found.journeys.departure if backwards else found.journeys.arrival
        columns = (first.tolist(), found.journeys.transfers.tolist(), found.cost.tolist())
        in_time = -EIGHT if backwards else LATEST
        assert {one for one in zip(*columns, strict=True) if one[0] <= in_time} == oracle.pareto(ends)
        n_found += len(every) > 0
    assert n_found > 15


def test_a_day_in_layers_has_the_trips_of_the_day() -> None:
    question = busy_hour(Random(1))
    plain = question.transit()
    layered = through(plain, [frozenset({1})])
    assert set(np.unique(layered.day.segments.trip)) == set(np.unique(plain.day.segments.trip))


LINES = {"r": "A C\n08:00 08:05\n08:20 08:25", "s": "C E\n08:06 08:10\n08:30 08:34", "t": "A B E\n08:00 08:20 08:40"}


@pytest.mark.parametrize(
    ("passed", "arrive_by", "expected"),
    [
        ([], False, ["08:00 08:10 1", "08:00 08:40 0", "08:20 08:34 1"]),
        # From B one may walk on to C, and is there before the slow bus.
        (["B"], False, ["08:00 08:34 1", "08:00 08:40 0"]),
        (["C"], False, ["08:00 08:10 1", "08:20 08:34 1"]),
        (["B", "C"], False, ["08:00 08:34 1"]),
        (["A", "B"], False, ["08:00 08:34 1", "08:00 08:40 0"]),
        (["B", "A"], False, []),
        (["B"], True, ["08:00 08:34 1", "08:00 08:40 0"]),
    ],
)
def test_who_passes_a_stop_stays_in_the_slower_bus_that_calls_there(
    tmp_path: Path, passed: list[str], arrive_by: bool, expected: list[str]
) -> None:
    network = small_city(tmp_path, City(lines=LINES))
    moment = datetime.fromisoformat("2026-11-25T08:45+09:00" if arrive_by else "2026-11-25T07:59+09:00")
    request = PlanRequest(
        StopId("A"), StopId("E"), moment, arrive_by=arrive_by, window_s=3600, max_access_s=60, max_egress_s=60,
        max_direct_s=60, through=tuple(frozenset({stop}) for stop in passed),
    )  # fmt: skip
    found = plan(network, request).itineraries
    shown = [
        f"{one.start:%H:%M} {one.end:%H:%M} {one.transfers}" for one in found if one.end < moment + timedelta(hours=2)
    ]
    assert shown == expected
