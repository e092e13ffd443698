"""Other rides in the place of each one of an itinerary, beside all rides of the timetable tried in its place."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from planner.alternatives import alternatives_of
from planner.chances import vehicles_of
from planner.model import Itinerary, Leg, Mode, StreetLeg, TransitLeg
from planner.network import Network
from planner.plan import plan, plan_at
from planner.request import PlanRequest, Realtime, StopId, Via
from tests.cities import City, small_city

# A train to E each half hour, on to K each quarter, on to O each half hour; nobody walks so far.
LINES = {
    "r": "A E\n6:00 6:15\n6:30 6:45\n7:00 7:15\n7:30 7:45",
    "s": "E K\n7:15 7:45\n7:30 8:00\n7:45 8:15\n8:00 8:30\n8:15 8:45",
    "slow": "E K\n7:20 8:05\n7:31 8:31",
    "t": "K O\n8:30 9:00\n9:00 9:30\n9:30 10:00\n13:00 13:30",
}


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return small_city(tmp_path, City(lines=LINES))


def asked(origin: str, destination: str, time: str, **more: object) -> PlanRequest:
    moment = datetime.fromisoformat(f"2026-11-25T{time}+09:00")
    return PlanRequest(
        StopId(origin), StopId(destination), moment, max_access_s=60, max_egress_s=60, direct_modes=frozenset(), **more
    )  # type: ignore[arg-type]


def one_of(network: Network, request: PlanRequest) -> Itinerary:
    return plan_at(network, request).itineraries[0]


def printed(others: Iterable[tuple[Leg, ...]]) -> list[str]:
    rides = [[leg for leg in legs if isinstance(leg, TransitLeg)] for legs in others]
    return [f"{ride[0].start:%H:%M}-{ride[-1].end:%H:%M}" for ride in rides]


def test_the_first_ride_may_be_earlier_those_between_fit_and_the_last_may_be_later(network: Network) -> None:
    request = asked("A", "O", "07:00")
    itinerary = one_of(network, request)
    assert [f"{leg.start:%H:%M}" for leg in itinerary.legs] == ["07:30", "08:00", "08:30"]
    found = alternatives_of(network, request, itinerary, 5)
    # The slow ones are beaten by those that leave when they do or later and are there sooner.
    assert {position: printed(others) for position, others in found.items()} == {
        0: ["07:00-07:15", "06:30-06:45", "06:00-06:15"],
        1: ["07:45-08:15"],
        2: ["09:00-09:30", "09:30-10:00"],
    }
    few = alternatives_of(network, request, itinerary, 1)
    assert [printed(others) for others in few.values()] == [["07:00-07:15"], ["07:45-08:15"], ["09:00-09:30"]]


@pytest.mark.parametrize(("arrive_by", "expected"), [(False, ["07:30-07:45"]), (True, ["06:30-06:45", "06:00-06:15"])])
def test_the_only_ride_may_be_later_or_by_arrival_earlier(
    network: Network, arrive_by: bool, expected: list[str]
) -> None:
    request = asked("A", "E", "07:20" if arrive_by else "06:50", arrive_by=arrive_by)
    itinerary = one_of(network, request)
    assert f"{itinerary.start:%H:%M}" == "07:00"
    (others,) = alternatives_of(network, request, itinerary, 5).values()
    assert printed(others) == expected


def test_each_is_a_walk_a_ride_and_a_walk_that_meet(network: Network) -> None:
    request = replace(asked("A", "O", "07:00"), min_transfer_s=300)
    itinerary = one_of(network, request)
    assert [f"{leg.start:%H:%M}" for leg in itinerary.legs] == ["07:00", "07:45", "08:30"]
    first, middle, last = alternatives_of(network, request, itinerary, 5).values()
    assert (printed(first), printed(middle)) == (["06:30-06:45", "06:00-06:15"], ["07:30-08:00"])
    for others in (first, middle, last):
        for legs in others:
            assert [type(leg) for leg in legs] == [StreetLeg, TransitLeg, StreetLeg]
            assert all(a.end == b.start or isinstance(b, StreetLeg) for a, b in pairwise(legs))
    # Five minutes are asked for each change, none before the first ride and after the last.
    lengths = [
        {(legs[0].end - legs[0].start, legs[-1].end - legs[-1].start) for legs in of} for of in (first, middle, last)
    ]
    none, five = timedelta(0), timedelta(minutes=5)
    assert lengths == [{(none, five)}, {(five, five)}, {(five, none)}]


def test_where_one_stays_there_are_none(network: Network) -> None:
    request = asked("A", "K", "07:00", via=(Via(StopId("E"), 600),))
    itinerary = plan(network, request).itineraries[0]
    assert alternatives_of(network, request, itinerary, 5) == {}


@pytest.mark.parametrize("hour", [7, 12, 18])
def test_in_the_city_each_fits_into_its_itinerary(makuhari: Network, hour: int) -> None:
    ends = StopId("makuhari_JR-East.Kaihimmakuhari"), StopId("makuhari_JR-East.Chiba")
    request = PlanRequest(*ends, datetime(2026, 11, 25, hour, tzinfo=makuhari.zone), realtime=Realtime.IGNORE)
    n_found = 0
    for itinerary in plan(makuhari, request).itineraries:
        rides = vehicles_of(itinerary.legs)
        found = alternatives_of(makuhari, request, itinerary, 3)
        assert list(found) == [ride[0] for ride in rides]
        for before, ride, after in zip([None, *rides[:-1]], rides, [*rides[1:], None], strict=True):
            for legs in found[ride[0]]:
                n_found += 1
                assert before is None or legs[0].start >= itinerary.legs[before[-1]].end
                assert after is None or legs[-1].end <= itinerary.legs[after[0]].start
                assert legs[1].origin.parent_id == itinerary.legs[ride[0]].origin.parent_id
                assert legs[-2].destination.parent_id == itinerary.legs[ride[-1]].destination.parent_id
                assert {leg.mode for leg in (legs[0], legs[-1]) if isinstance(leg, StreetLeg)} == {Mode.WALK}
    assert n_found > 5
