"""The cheapest journeys of the embedded city: no dearer than any other in their bounds, in their order."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from planner.amounts import walk_s
from planner.errors import RequestError
from planner.fares_passes import price_with_passes
from planner.last_safe import last_safe
from planner.model import Itinerary
from planner.network import Network
from planner.pass_sections import pass_named
from planner.plan import plan, plan_at
from planner.reasons import Reason
from planner.request import Coordinate, PlanRequest, Preferred, Slack, StopId

KAIHIMMAKUHARI, TOKYO = "makuhari_JR-East.Kaihimmakuhari", "makuhari_JR-East.Tokyo"
SOGA, CHIBA = "makuhari_JR-East.Soga", "makuhari_JR-East.Chiba"


def asked(network: Network, origin: str, destination: str, *, arrive_by: bool = False) -> PlanRequest:
    moment = datetime(2026, 11, 25, 17, 30, tzinfo=network.zone)
    ends = StopId(origin), StopId(destination)
    return PlanRequest(*ends, moment, arrive_by=arrive_by, prefer=Preferred.PRICE)


def yen(one: Itinerary) -> float | None:
    price = one.price()
    return None if price is None else price.amount


def test_the_cheapest_way_is_no_other_that_is_there_sooner_or_with_fewer_changes(makuhari: Network) -> None:
    found = plan(makuhari, asked(makuhari, KAIHIMMAKUHARI, TOKYO)).itineraries
    known = [one for one in found if yen(one) is not None]
    # By the loop to the next station, whose fare is a step of kilometres lower.
    assert [yen(one) for one in known] == [528.0, 616.0]
    assert known[0].end > known[1].end
    assert known[0].transfers == 1
    # Nobody knows what the limited express costs: it stands last.
    assert [yen(one) for one in found[len(known) :]] == [None]


@pytest.mark.parametrize(("origin", "destination"), [(SOGA, TOKYO), (CHIBA, KAIHIMMAKUHARI), (KAIHIMMAKUHARI, CHIBA)])
@pytest.mark.parametrize("arrive_by", [False, True])
def test_every_quick_journey_in_the_bounds_is_met_for_no_more(
    makuhari: Network, origin: str, destination: str, arrive_by: bool
) -> None:
    request = asked(makuhari, origin, destination, arrive_by=arrive_by)
    found = plan(makuhari, replace(request, slack=Slack(2400, 1))).itineraries
    quick = plan_at(makuhari, request).itineraries
    if arrive_by:
        quick = tuple(one for one in quick if one.start >= max(two.start for two in quick) - timedelta(seconds=2400))
    else:
        quick = tuple(one for one in quick if one.end <= min(two.end for two in quick) + timedelta(seconds=2400))
    fewest = min(one.transfers for one in quick)
    for one in (one for one in quick if one.transfers <= fewest + 1):
        rivals = [other for other in found if (yen(other) is None) == (yen(one) is None)]
        assert any(
            (other.start >= one.start if arrive_by else other.end <= one.end)
            and other.transfers <= one.transfers
            and (yen(other) or 0.0) <= (yen(one) or 0.0)
            for other in rivals
        )


def test_a_wider_bound_never_makes_the_cheapest_dearer(makuhari: Network) -> None:
    request = asked(makuhari, SOGA, TOKYO)
    bounds = [Slack(0, 0), Slack(1800, 1), Slack(3600, 2)]
    prices = [yen(plan(makuhari, replace(request, slack=slack)).itineraries[0]) for slack in bounds]
    # Within the soonest arrival there is only the limited express.
    assert prices == [None, 803.0, 781.0]


def test_what_costs_too_much_is_left_out_and_what_nobody_knows_the_price_of_stays(makuhari: Network) -> None:
    request = asked(makuhari, KAIHIMMAKUHARI, TOKYO)
    shown = [
        [yen(one) for one in plan(makuhari, replace(request, prefer=None, max_price=most)).itineraries]
        for most in (600.0, 528.0, 527.0)
    ]
    assert shown == [[528.0, None], [528.0, None], [None]]
    reason = plan(makuhari, replace(request, max_price=527.0)).reason
    assert reason is not None
    assert reason.code is Reason.NOTHING_AFFORDABLE
    assert reason.details == {"most": "527", "least": "528", "currency": "JPY"}


def test_a_child_is_searched_for_at_a_childs_prices(makuhari: Network) -> None:
    request = asked(makuhari, KAIHIMMAKUHARI, TOKYO)
    child = plan(makuhari, replace(request, rider="child")).itineraries
    assert [yen(one) for one in child] == [264.0, 308.0, None]


def test_nothing_is_found_where_nothing_runs(makuhari: Network) -> None:
    request = replace(asked(makuhari, KAIHIMMAKUHARI, TOKYO), time=datetime(2030, 1, 1, 12, tzinfo=makuhari.zone))
    answer = plan(makuhari, request)
    assert answer.itineraries == ()
    assert answer.reason is not None


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_window_has_what_each_of_its_minutes_has(makuhari: Network, arrive_by: bool) -> None:
    request = asked(makuhari, KAIHIMMAKUHARI, TOKYO, arrive_by=arrive_by)
    minutes = [timedelta(minutes=-m if arrive_by else m) for m in range(16)]
    every = [one for by in minutes for one in plan(makuhari, replace(request, time=request.time + by)).itineraries]
    whole = plan(makuhari, replace(request, window_s=900)).itineraries
    # What leaves after the window may beat what leaves in it.
    wider = plan(makuhari, replace(request, window_s=4500)).itineraries
    assert {one.id for one in whole} == {one.id for one in wider if _is_within(one, request, 900)}
    for one in (one for one in every if _is_within(one, request, 900)):
        assert any(
            other.start >= one.start
            and other.end <= one.end
            and other.transfers <= one.transfers
            and (yen(other) is None) == (yen(one) is None)
            and (yen(other) or 0.0) <= (yen(one) or 0.0)
            for other in wider
        )
    assert [yen(one) for one in whole if yen(one) is not None] == sorted(yen(one) for one in whole if yen(one))
    longest = max(one.duration_s for one in whole)
    shorter = plan(makuhari, replace(request, window_s=900, max_duration_s=longest - 1)).itineraries
    assert {one.id for one in shorter} == {one.id for one in whole if one.duration_s < longest}


def _is_within(one: Itinerary, request: PlanRequest, seconds: int) -> bool:
    moment, first = (
        (one.end, request.time - timedelta(seconds=seconds)) if request.arrive_by else (one.start, request.time)
    )
    return first <= moment <= first + timedelta(seconds=seconds)


def test_where_nothing_is_found_the_window_is_named_if_there_is_one(makuhari: Network) -> None:
    request = replace(asked(makuhari, KAIHIMMAKUHARI, TOKYO), max_walk_s=0, origin=Coordinate(35.6431, 140.0458))
    reasons = [plan(makuhari, one).reason for one in (request, replace(request, window_s=600))]
    assert [reason and reason.code for reason in reasons] == [
        Reason.NO_TRANSIT_CONNECTION,
        Reason.NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW,
    ]


def test_who_walks_little_pays_more(makuhari: Network) -> None:
    request = asked(makuhari, KAIHIMMAKUHARI, TOKYO)
    for minutes, price in ((60, 528.0), (10, 616.0)):
        found = plan(makuhari, replace(request, max_walk_s=60 * minutes)).itineraries
        assert yen(found[0]) == price
        assert all(walk_s(one.legs) <= 60 * minutes for one in found)


def test_what_a_pass_pays_makes_another_way_the_cheapest(makuhari: Network) -> None:
    request = asked(makuhari, KAIHIMMAKUHARI, TOKYO)
    held = pass_named(makuhari.snapshot.timetable, "海浜幕張:新浦安")
    found = plan(makuhari, replace(request, passes=(held,))).itineraries
    # What is left from Shin-Urayasu on costs less than the way by the loop to the next station, which is slower too.
    assert [yen(one) for one in found] == [341.0, None]
    assert price_with_passes(makuhari.snapshot.fares, found[0].legs, (held,)) == found[0].fare


def test_the_last_safe_departure_is_one_that_can_be_paid(makuhari: Network) -> None:
    request = replace(
        asked(makuhari, KAIHIMMAKUHARI, TOKYO, arrive_by=True), time=datetime(2026, 11, 26, 3, tzinfo=makuhari.zone)
    )
    shown = {}
    for most in (528.0, 616.0):
        (one,) = last_safe(makuhari, replace(request, prefer=None, max_price=most), 600).itineraries
        shown[yen(one)] = one.start
    assert list(shown) == [528.0, 616.0]
    assert shown[528.0] < shown[616.0]
    with pytest.raises(RequestError, match="preferences do not decide"):
        last_safe(makuhari, request, 600)
