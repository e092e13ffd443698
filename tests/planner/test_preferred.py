"""Itineraries by what a person prefers, and within what one can walk, in the embedded city."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest

from planner.amounts import amount_of, walk_s
from planner.model import Itinerary, StreetLeg
from planner.network import Network
from planner.plan import plan, plan_at
from planner.reliability import reliability_of
from planner.request import Coordinate, PlanRequest, Preferred, Slack, StopId, StreetMode

KAIHIMMAKUHARI, CHIBA, TOKYO = (StopId(f"makuhari_JR-East.{name}") for name in ("Kaihimmakuhari", "Chiba", "Tokyo"))


COSTS = (Preferred.WALKING, Preferred.CO2, Preferred.RELIABILITY)


def asked(network: Network, origin: StopId = KAIHIMMAKUHARI, destination: StopId = CHIBA) -> PlanRequest:
    moment = datetime(2026, 11, 25, 8, 0, tzinfo=network.zone)
    return PlanRequest(origin, destination, moment, count=50, direct_modes=frozenset())


@pytest.mark.parametrize("by", COSTS)
@pytest.mark.parametrize("arrive_by", [False, True])
def test_something_is_at_least_as_good_as_all_that_an_ordinary_plan_finds(
    makuhari: Network, by: Preferred, arrive_by: bool
) -> None:
    request = replace(asked(makuhari), arrive_by=arrive_by, window_s=3600)
    found = plan(makuhari, replace(request, prefer=by, slack=Slack(3600, 3)))
    assert found.itineraries
    for ordinary in plan(makuhari, request).itineraries:
        assert any(is_as_good(one, ordinary, by) for one in found.itineraries)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 100))])
def test_so_it_is_between_any_places_with_shared_bicycles(makuhari: Network, seed: int) -> None:
    dice = Random(seed)
    ends = [Coordinate(35.62 + 0.05 * dice.random(), 140.0 + 0.1 * dice.random()) for _ in range(2)]
    modes = frozenset({StreetMode.WALK, StreetMode.RENTAL_BICYCLE})
    moment = datetime(2026, 11, 25, dice.randrange(7, 21), tzinfo=makuhari.zone)
    request = PlanRequest(
        ends[0], ends[1], moment, arrive_by=dice.random() < 0.5, window_s=3600, count=1000, access_modes=modes,
        egress_modes=modes, direct_modes=frozenset(),
    )  # fmt: skip
    every = plan(makuhari, replace(request, count=50)).itineraries
    for by in COSTS:
        found = plan(makuhari, replace(request, prefer=by, slack=Slack(3600, 3))).itineraries
        # Grams on a rented bicycle are estimated in the search.
        tolerance = 10.0 if by is Preferred.CO2 else 0.5
        for one in every:
            assert any(is_as_good(other, one, by, tolerance) for other in found)
    limited = plan(makuhari, replace(request, max_walk_s=600)).itineraries
    for one in every:
        if walk_s(one.legs) <= 600:
            assert any(
                other.start >= one.start and other.end <= one.end and other.transfers <= one.transfers
                for other in limited
            )


def is_as_good(one: Itinerary, other: Itinerary, by: Preferred, tolerance: float = 0.5) -> bool:
    is_no_later = one.start >= other.start and one.end <= other.end and one.transfers <= other.transfers
    return is_no_later and amount_of(one, by) <= amount_of(other, by) + tolerance


def test_less_walking_is_found_that_quicker_ways_hide(makuhari: Network) -> None:
    request = replace(asked(makuhari), window_s=1800)
    ordinary = min(walk_s(one.legs) for one in plan(makuhari, request).itineraries)
    assert (
        min(walk_s(one.legs) for one in plan(makuhari, replace(request, prefer=Preferred.WALKING)).itineraries)
        <= ordinary
    )
    surest = plan(makuhari, replace(request, prefer=Preferred.RELIABILITY)).itineraries
    missed = min(amount_of(one, Preferred.RELIABILITY) for one in surest)
    assert missed < min(amount_of(one, Preferred.RELIABILITY) for one in plan(makuhari, request).itineraries)


@pytest.mark.parametrize(("minutes", "arrive_by"), [*product([2, 4, 5, 6], [False, True])])
def test_a_longest_walk_is_kept_and_loses_nothing_that_keeps_it(
    makuhari: Network, minutes: int, arrive_by: bool
) -> None:
    request = replace(asked(makuhari), window_s=3600, arrive_by=arrive_by)
    limited = plan(makuhari, replace(request, max_walk_s=60 * minutes)).itineraries
    assert all(walk_s(one.legs) <= 60 * minutes for one in limited)
    every = plan(makuhari, replace(request, prefer=Preferred.WALKING, slack=Slack(7200, 8))).itineraries
    for one in every:
        if walk_s(one.legs) <= 60 * minutes:
            assert any(
                other.start >= one.start and other.end <= one.end and other.transfers <= one.transfers
                for other in limited
            )


def test_without_a_limit_who_leaves_at_a_time_finds_the_soonest(makuhari: Network) -> None:
    request = asked(makuhari, destination=TOKYO)
    ends = {(one.end, one.transfers) for one in plan_at(makuhari, request).itineraries}
    found = plan(makuhari, replace(request, window_s=3600, max_walk_s=20_000))
    assert min(ends) in {(one.end, one.transfers) for one in found.itineraries}


def test_direct_ways_keep_the_longest_walk_too(makuhari: Network) -> None:
    request = replace(asked(makuhari), direct_modes=frozenset({StreetMode.WALK, StreetMode.RENTAL_BICYCLE}))
    request = replace(request, destination=StopId("makuhari_JR-East.Makuhari"))
    short = plan(makuhari, replace(request, max_walk_s=600))
    assert short.direct
    assert all(walk_s(one.legs) <= 600 for one in short.direct)
    long = plan(makuhari, replace(request, max_walk_s=7200))
    assert any({type(leg) for leg in one.legs} == {StreetLeg} for one in long.direct)


def test_the_chance_to_miss_a_connection_is_that_of_the_itinerary_in_full(makuhari: Network) -> None:
    request = asked(makuhari)
    for one in plan(makuhari, replace(request, count=3, prefer=Preferred.RELIABILITY)).itineraries:
        assert amount_of(one, Preferred.RELIABILITY) == pytest.approx(1 - reliability_of(makuhari, request, one).made)


@pytest.mark.parametrize("arrive_by", [False, True])
def test_one_departure_with_no_more_than_a_long_walk_is_the_exact_set(makuhari: Network, arrive_by: bool) -> None:
    request = replace(asked(makuhari, destination=TOKYO), arrive_by=arrive_by, count=1)
    walk = frozenset({StreetMode.WALK})
    found = plan(makuhari, replace(request, timetable_view=False, access_modes=walk, max_walk_s=20_000))
    expected = plan_at(makuhari, request).itineraries

    def points(itineraries: tuple[Itinerary, ...]) -> set[tuple[datetime, int]]:
        return {(one.start if arrive_by else one.end, one.transfers) for one in itineraries}

    assert points(found.itineraries) == points(expected)
    assert (found.previous_cursor, found.next_cursor) == ("", "")


@pytest.mark.parametrize("by", COSTS)
def test_one_departure_is_what_the_quickest_and_the_slack_allow(makuhari: Network, by: Preferred) -> None:
    request = replace(asked(makuhari), timetable_view=False)
    quick = plan(makuhari, request).itineraries
    found = plan(makuhari, replace(request, prefer=by, slack=Slack(900, 1))).itineraries
    soonest, fewest = min(one.end for one in quick), max(one.transfers for one in quick)
    assert found
    assert all(one.end <= max(one.end for one in quick) + timedelta(seconds=900) for one in found)
    assert all(one.transfers <= fewest + 1 for one in found)
    assert min(one.end for one in found) == soonest
    assert all(any(is_as_good_at(one, other, by) for one in found) for other in quick)


def is_as_good_at(one: Itinerary, other: Itinerary, by: Preferred) -> bool:
    return (
        one.end <= other.end and one.transfers <= other.transfers and amount_of(one, by) <= amount_of(other, by) + 0.5
    )


def test_pages_of_what_is_preferred_follow_each_other(makuhari: Network) -> None:
    request = replace(asked(makuhari), prefer=Preferred.WALKING, window_s=1800)
    first = plan(makuhari, request)
    second = plan(makuhari, replace(request, cursor=first.next_cursor))
    again = plan(makuhari, replace(request, cursor=second.previous_cursor))
    assert first.itineraries
    assert second.itineraries
    assert max(one.start for one in first.itineraries) < min(one.start for one in second.itineraries)
    assert [one.id for one in again.itineraries] == [one.id for one in first.itineraries]
