"""Journeys by way of places equal those of Dijkstra's method from place to place, at every minute of an hour."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.model import RentalLeg, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.reasons import InputField, Reason
from planner.request import PlanRequest, StopId, StreetMode, Via
from tests.cities import City
from tests.planner.door_to_door import earliest_arrival, walks_from
from tests.planner.test_plan import in_city, shown
from tests.planner.test_plan_oracle import LETTERS, LIMIT_S, MIDNIGHT, cities, small

WALK = frozenset({StreetMode.WALK})
EIGHT = 8 * 3600
LINES = {"r": "A C\n08:00 08:05\n08:20 08:25", "s": "C E\n08:06 08:10\n08:30 08:34"}
SHORT: dict[str, object] = {
    "window_s": 60,
    "max_access_s": 60,
    "max_egress_s": 60,
    "direct_modes": WALK,
    "max_direct_s": 60,
}


def arrival_by_way_of(city: City, letters: str, stays: list[int], start: int) -> float:
    """Earliest arrival at the last letter by bus or on foot: leaving earlier never arrives later."""
    moment: float = start
    for number, (a, b) in enumerate(pairwise(letters)):
        moment += stays[number - 1] if number else 0
        on_foot = 0.0 if a == b else walks_from(city, a).get(b, math.inf)
        walked = moment + math.ceil(round(on_foot, 2)) if on_foot <= LIMIT_S else math.inf
        ridden = None if a == b else earliest_arrival(city, (a, b, int(moment)), ("WALK", "WALK"), LIMIT_S)
        moment = min(walked, math.inf if ridden is None else ridden)
        if moment == math.inf:
            return moment
    return moment


@settings(
    max_examples=10, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)  # fmt: skip
@given(
    city=cities(),
    letters=st.lists(st.sampled_from(LETTERS), min_size=3, max_size=4, unique=True),
    stays=st.lists(st.sampled_from([0, 0, 120, 900]), min_size=2, max_size=2),
    start=st.sampled_from([7 * 3600 + 3300, EIGHT + 300, 24 * 3600 - 600]),
)
def test_every_departure_of_an_hour_arrives_as_soon_as_dijkstra_says(
    city: City, letters: list[str], stays: list[int], start: int
) -> None:
    folder, network = small(replace(city, ports={}))
    with folder:
        vias = tuple(Via(city.at(letter), stay) for letter, stay in zip(letters[1:-1], stays, strict=False))
        request = PlanRequest(
            city.at(letters[0]), city.at(letters[-1]), MIDNIGHT.replace(tzinfo=network.zone) + timedelta(seconds=start),
            window_s=3600, count=10_000, via=vias, direct_modes=WALK, max_access_s=LIMIT_S, max_egress_s=LIMIT_S,
            max_direct_s=LIMIT_S,
        )  # fmt: skip
        answer = plan(network, request)
        found = [(seconds(one.start), seconds(one.end)) for one in answer.itineraries]
        walk = [round(one.duration_s) for one in answer.direct]
        for moment in range(start, start + 3600, 400):
            arrivals = [arrival for departure, arrival in found if departure >= moment]
            arrivals += [moment + duration for duration in walk]
            best = arrival_by_way_of(city, "".join(letters), stays, moment)
            # Who leaves after the hour is not asked about.
            late = arrival_by_way_of(city, "".join(letters), stays, start + 3601)
            if best < late:
                assert min(arrivals, default=math.inf) == best, moment
        assert_no_invariant_breaks(network, request)


def assert_no_invariant_breaks(network: Network, request: PlanRequest) -> None:
    answer = plan(network, request)
    for one in answer.itineraries:
        assert one.transfers == sum(isinstance(leg, TransitLeg) and not leg.stays_seated for leg in one.legs) - 1
        for before, after in pairwise(one.legs):
            assert before.end <= after.start
    back = replace(request, arrive_by=True)
    for one in answer.itineraries:
        mirrored = plan(network, replace(back, time=one.end, window_s=0)).itineraries
        assert any(other.start >= one.start and other.transfers <= one.transfers for other in mirrored), one.id


def seconds(moment: datetime) -> int:
    return round((moment.replace(tzinfo=None) - MIDNIGHT).total_seconds())


def test_one_stays_as_long_as_asked(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines=LINES)
    assert shown(ask("A", "E", "08:00", via=(Via(StopId("C"), 60),), **SHORT)) == ["08:00 A C C E 08:10"]
    assert shown(ask("A", "E", "08:00", via=(Via(StopId("C"), 61),), **SHORT)) == ["08:00 A C C E 08:34"]
    late = ask("A", "E", "08:34", arrive_by=True, via=(Via(StopId("C"), 301),), **SHORT)
    assert shown(late) == ["08:00 A C C E 08:34"]


def test_all_changes_of_the_way_count(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines=LINES)
    assert shown(ask("A", "E", "08:00", via=(Via(StopId("C")),), max_transfers=0, **SHORT)) == []
    assert shown(ask("A", "E", "08:00", via=(Via(StopId("C")),), max_transfers=1, **SHORT)) == ["08:00 A C C E 08:10"]


def test_a_place_that_is_nowhere_is_told(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines=LINES)
    reason = ask("A", "E", "08:00", via=(Via(StopId("Z")),)).reason
    assert reason is not None
    assert (reason.code, reason.input_field) == (Reason.LOCATION_NOT_FOUND, InputField.VIA)
    with pytest.raises(RequestError, match="stays of 0 to 24 hours"):
        ask("A", "E", "08:00", via=(Via(StopId("C"), -1),))


def test_a_rented_bicycle_may_bring_one_there(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines=LINES, ports={"K": (3, 9), "O": (3, 9)})
    wishes = {"direct_modes": WALK | {StreetMode.RENTAL_BICYCLE}, "transit_modes": frozenset()}
    found = ask("K", "K", "08:00", via=(Via(StopId("C"), 0), Via(ask_point("O"), 600)), **wishes).direct
    assert any(isinstance(leg, RentalLeg) for one in found for leg in one.legs)


def ask_point(letter: str) -> object:
    return City().at(letter)
