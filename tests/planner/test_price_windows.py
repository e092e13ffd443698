"""The cheapest of a window: what every second of it finds by enumeration, without what another second's beats."""

from random import Random

import pytest

from planner.price_late import left_late
from planner.price_search import Bound, Priced, cheapest_between
from planner.price_windows import found_within, undominated
from tests.planner.fare_questions import busy_hour, tariffs
from tests.planner.price_oracle import Asked, Journey, enumerated, front, search_of

EIGHT = 8 * 3600
MOST_RIDES = 3


def bound_of(every: list[Journey], moment: int, slack: tuple[int, int], by_arrival: bool) -> Bound | None:
    """So much later than the soonest, so many more changes than the fewest in time, of who leaves then or later."""
    if by_arrival:
        left = [one for one in every if one[1] <= moment]
        start, deadline = max((one[0] for one in left), default=0) - slack[0], moment
        in_time = [one for one in left if one[0] >= start]
    else:
        left = [one for one in every if one[0] >= moment]
        start, deadline = moment, min((one[1] for one in left), default=0) + slack[0]
        in_time = [one for one in left if one[1] <= deadline]
    if not left:
        return None
    fewest = min(one[2] for one in in_time)
    return Bound(start, deadline, min(MOST_RIDES, fewest + slack[1]), by_arrival)


def of_second(every: list[Journey], bound: Bound) -> set[Journey]:
    """The Pareto set of who leaves at (arrives by) a second, each leaving as late (arriving as early) as it can."""
    mine = [one for one in every if one[0] >= bound.start and one[1] <= bound.deadline and one[2] <= bound.max_rides]
    if bound.by_departure:
        kept = set(front({(-d, n, p) for d, _, n, p in mine}))
        return {(d, min(one[1] for one in mine if (one[0], *one[2:]) == (d, n, p)), n, p) for d, n, p in _turned(kept)}
    kept = set(front({(a, n, p) for _, a, n, p in mine}))
    return {(max(one[0] for one in mine if one[1:] == (a, n, p)), a, n, p) for a, n, p in kept}


def _turned(kept: set[tuple[float | None, ...]]) -> set[tuple[float | None, ...]]:
    return {(-d, n, p) for d, n, p in kept}


def assert_found_in_window(seed: int) -> None:
    dice = Random(seed)
    question, asked, by_arrival = busy_hour(dice), Asked(tariffs(dice)), dice.random() < 0.5
    every = list(enumerated(question, asked, Bound(EIGHT - 600, EIGHT + 3600, MOST_RIDES)))
    first = EIGHT + 60 * dice.randint(-5, 4) + (1200 if by_arrival else 0)
    span, slack = (first, first + 60 * dice.randint(0, 12)), (60 * dice.choice([0, 3, 10]), dice.choice([0, 1]))

    def found_at(moment: int) -> list[Priced]:
        bound = bound_of(every, moment, slack, by_arrival)
        if bound is None:
            return []
        search = search_of(question, asked, bound)
        return [left_late(search, one) for one in cheapest_between(search, search.transit.mirrored())]

    seconds = range(span[0] - by_arrival, span[1] + 1 + (not by_arrival))
    bounds = (bound_of(every, moment, slack, by_arrival) for moment in seconds)
    expected = {one for bound in set(bounds) if bound is not None for one in of_second(every, bound)}
    best = front({(-d, a, n, p) for d, a, n, p in expected})
    within = [one for one in best if span[0] <= (one[1] if by_arrival else -one[0]) <= span[1]]
    found = found_within(found_at, span, by_arrival)
    assert sorted([points(one) for one in found], key=str) == sorted(within, key=str)


def points(one: Priced) -> tuple[float | None, ...]:
    return -one.departure, one.arrival, len(one.rides), None if one.price is None else round(one.price, 3)


@pytest.mark.parametrize("part", range(2))
def test_a_window_has_what_every_second_of_it_has(part: int) -> None:
    for seed in range(part * 60, (part + 1) * 60):
        assert_found_in_window(seed)


@pytest.mark.long
def test_many_windows_have_what_every_second_of_them_has() -> None:
    for seed in range(1000, 3000):
        assert_found_in_window(seed)


def test_a_dearer_journey_stays_where_it_leaves_later_and_an_unknown_price_beats_nothing() -> None:
    ride = ((0, 0, 1),)
    cheap, late = Priced(0, 60, 100.0, 0, 0, ride), Priced(10, 60, 150.0, 0, 0, ride)
    unknown, beaten = Priced(20, 50, None, 0, 0, ride), Priced(5, 60, 150.0, 0, 0, ride)
    assert undominated([beaten, cheap, unknown, late]) == [cheap, late, unknown]
