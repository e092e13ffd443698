"""The cheapest journeys within bounds are those of plain enumeration: every vehicle boarded, every price worked out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fare_rides import rides_on
from planner.fare_states import FareStates
from planner.fares import Fares, price_legs
from planner.fares_v2 import FareProduct, FaresV2, LegRule, Timeframe
from planner.footpaths import Footpaths
from planner.journeys import Options
from planner.model import Itinerary, Leg, Mode, Place, StopCall, TransitLeg
from planner.price_search import Bound, Priced, PriceSearch, cheapest_between, left_late
from tests.planner import oracle
from tests.planner.fare_journeys import TOKYO
from tests.planner.fare_questions import busy_hour, tariffs, with_lines
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, timetable

HOUR = 3600
EIGHT = 8 * HOUR
Point = tuple[int, int, float | None]
Segments = tuple[tuple[oracle.Run, int, int], ...]


def rides_from(
    world: oracle.World, run: oracle.Run, board: int, before: Segments = ()
) -> Iterator[tuple[Segments, oracle.Call]]:
    """Every way to leave the vehicle, with the trips ridden in it."""
    calls = world.calls[run]
    for at in range(board + 1, len(calls)):
        if calls[at].can_alight:
            yield (*before, (run, board, at)), calls[at]
    seen = {segment[0] for segment in before} | {run}
    for following in world.goes_on_as.get(run, []):
        if following not in seen:
            # Where one trip becomes the next nothing has been ridden yet by who boards there.
            own = ((run, board, len(calls) - 1),) if board < len(calls) - 1 else ()
            yield from rides_from(world, following, 0, (*before, *own))


def legs_of(question: Question, world: oracle.World, segments: Segments) -> list[Leg]:
    return [_leg(question, world, *segment, is_on=part > 0) for part, segment in enumerate(segments)]


def _leg(question: Question, world: oracle.World, run: oracle.Run, board: int, alight: int, *, is_on: bool) -> Leg:
    table, calls = question.table, world.calls[run]
    route = table.routes[int(table.trips.route[run[0]])].id
    when = [
        datetime(DAY.year, DAY.month, DAY.day, tzinfo=TOKYO).timestamp() + t
        for t in (calls[board].departure, calls[alight].arrival)
    ]
    start, end = (datetime.fromtimestamp(t, TOKYO) for t in when)
    places = [Place(table.stops.ids[call.stop], 35.6, 140.0, stop_id=table.stops.ids[call.stop]) for call in calls]

    between = tuple(StopCall(place, start, end) for place in places[board + 1 : alight])
    names = (str(run), DAY, route, "", "", 3, "", "", "", "", "", "", "", between)
    return TransitLeg(Mode.BUS, start, end, places[board], places[alight], 0.0, (), *names, stays_seated=is_on)


def enumerated(  # noqa: C901
    question: Question, fares: Sequence[Fares], bound: Bound, rider: str
) -> Iterator[tuple[int, int, int, float | None]]:
    """(departure, arrival, rides, price) of every journey there is within the bound."""
    world = question.world()

    def ridden(stop: int, ready: int, legs: list[Leg], rides: int, left: int | None, access: tuple[int, int] | None):
        for departure, run, call in world.boardings.get(stop, []):
            if departure < ready or departure > bound.deadline:
                continue
            leaves = left if access is None else min(departure - access[0], access[1])
            if leaves < bound.start:
                continue
            for segments, at in rides_from(world, run, call):
                if at.arrival > bound.deadline:
                    continue
                now = [*legs, *legs_of(question, world, segments)]
                for to, seconds, opens, closes in oracle.rows(question.egress):
                    end = max(at.arrival, opens) + seconds
                    if to == at.stop and at.arrival <= closes and end <= bound.deadline:
                        yield leaves, end, rides + 1, priced(fares, now, rider)
                if rides + 1 < bound.max_rides:
                    for other, moment in oracle.ready_after(world.footpaths, at.stop, at.arrival):
                        yield from ridden(other, moment, now, rides + 1, leaves, None)

    for stop, seconds, opens, closes in oracle.rows(question.access):
        begin = max(bound.start, opens)
        if begin <= closes:
            yield from ridden(stop, begin + seconds, [], 0, None, (seconds, closes))


def priced(fares: Sequence[Fares], legs: Sequence[Leg], rider: str) -> float | None:
    price = Itinerary(tuple(legs), 0, price_legs(fares, legs, rider), 0.0, 0.0).price()
    return None if price is None else round(price.amount, 3)


def front(points: set[Point]) -> list[Point]:
    known = oracle.pareto({p for p in points if p[2] is not None})
    unknown = oracle.pareto({p[:2] for p in points if p[2] is None})
    return [*sorted(known), *sorted((*p, None) for p in unknown)]


def searched(question: Question, fares: Sequence[Fares], bound: Bound, rider: str) -> tuple[PriceSearch, list[Priced]]:
    transit = question.transit()
    search = PriceSearch(
        transit,
        question.table.trips.route,
        question.access,
        question.egress,
        bound,
        FareStates(fares, rider),
        rides_on(question.table, transit.day, DAY, TOKYO),
    )
    return search, cheapest_between(search, transit.mirrored())


def point(one: Priced, bound: Bound) -> Point:
    return (
        -one.departure if bound.by_departure else one.arrival,
        len(one.rides),
        None if one.price is None else round(one.price, 3),
    )


def assert_found_as_enumerated(question: Question, fares: Sequence[Fares], bound: Bound, rider: str) -> None:
    every = set(enumerated(question, fares, bound, rider))
    expected = front({(-d if bound.by_departure else a, n, p) for d, a, n, p in every})
    search, found = searched(question, fares, bound, rider)
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
    assert_found_as_enumerated(busy_hour(dice), tariffs(dice), bound, rider)


@pytest.mark.parametrize("part", range(4))
def test_cheapest_journeys_of_busy_hours_are_those_of_enumeration(part: int) -> None:
    for seed in range(part * 100, (part + 1) * 100):
        assert_found_in_a_busy_hour(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 11))
def test_cheapest_journeys_of_many_busy_hours_are_those_of_enumeration(part: int) -> None:
    for seed in range(part * 1000, (part + 1) * 1000):
        assert_found_in_a_busy_hour(seed)


@settings(max_examples=40, deadline=None)
@given(questions(), st.integers(0, 2**32), st.integers(-5, 3), st.booleans())
def test_hours_masks_and_other_days_change_nothing_of_that(
    question: Question, seed: int, start: int, by_departure: bool
) -> None:
    dice = Random(seed)
    question = replace(question, table=with_lines(dice, question.table))
    bound = Bound(EIGHT + 60 * start, EIGHT + 60 * (start + 60), 3, by_departure)
    assert_found_as_enumerated(question, tariffs(dice), bound, "")


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
    _, found = searched(question, (Fares(("route",), v2=v2),), bound, "")
    assert [point(one, bound) for one in found] == [(EIGHT + 600, 1, 300.0), (EIGHT + 1800, 1, 200.0)]
