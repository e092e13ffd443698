"""Stops within a radius, as the crow flies, in place of ways along the streets."""

from dataclasses import replace
from datetime import datetime

import pytest

from planner.errors import RequestError
from planner.geo import great_circle_m
from planner.model import TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.request import Avoid, Coordinate, PlanRequest, StopId, StreetMode
from tests.cities import City, small_city

CITY = City(streets="A---B   C---D   E", lines={"r": "B C\n8:30 8:40", "s": "A D\n8:30 8:50"})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("radius"), CITY)


def metres(a: str, b: str) -> float:
    return float(great_circle_m(*CITY.point(a), *CITY.point(b)))


def asked(network: Network, **more: object) -> PlanRequest:
    time = datetime(2026, 11, 25, 8, 0, tzinfo=network.zone)
    request = PlanRequest(CITY.at("A"), CITY.at("D"), time, window_s=3600, direct_modes=frozenset())
    return replace(request, **more)  # type: ignore[arg-type]


def lines(network: Network, request: PlanRequest) -> set[str]:
    found = plan(network, request).itineraries
    return {leg.route_id for one in found for leg in one.legs if isinstance(leg, TransitLeg)}


def test_all_stops_within_the_radius_and_no_others_are_begun_from(town: Network) -> None:
    far = metres("A", "B")
    assert far == pytest.approx(metres("C", "D"), abs=0.1)
    assert lines(town, asked(town, radius_m=int(far) - 1)) == {"s"}
    # Neither limits nor modes of the street hold.
    within = asked(town, radius_m=int(far) + 1, max_access_s=0, max_egress_s=0, egress_modes=frozenset[StreetMode]())
    (one,) = (one for one in plan(town, within).itineraries if len(one.legs) == 3)
    # 281 m at 1.5 m/s are 187 s, three whole minutes.
    assert f"{one.start:%H:%M:%S} {one.end:%H:%M:%S}" == "08:27:00 08:43:00"
    assert 60 * int(far / 1.5 / 60) == 180


def test_the_pace_is_one_and_a_half_metres_a_second(town: Network) -> None:
    there_and_on = {"origin": CITY.at("D"), "destination": CITY.at("E"), "avoid": Avoid(routes=frozenset({"r"}))}
    (one,) = plan(town, asked(town, radius_m=900, **there_and_on)).itineraries
    # 844 m to A take 562 s, nine whole minutes; a tenth of a metre a second less would make it ten.
    assert f"{one.start:%H:%M:%S} {one.end:%H:%M:%S}" == "08:21:00 08:53:00"


def test_streets_that_lead_nowhere_do_not_matter(town: Network) -> None:
    assert lines(town, asked(town, destination=CITY.at("E"), max_egress_s=60)) == set()
    near = asked(town, destination=CITY.at("E"), max_egress_s=60, radius_m=int(metres("D", "E")) + 1)
    assert lines(town, near) == {"s"}


def test_an_end_that_is_a_stop_is_that_stop(town: Network) -> None:
    ends = {"origin": StopId("A"), "destination": StopId("D")}
    assert lines(town, asked(town, radius_m=1000, max_access_s=30, max_egress_s=30, **ends)) == {"s"}


def test_a_radius_has_bounds(town: Network) -> None:
    with pytest.raises(RequestError, match="a radius of 10001 m is not between 0 and 10000"):
        plan(town, asked(town, radius_m=10_001))
    assert lines(town, asked(town, radius_m=1)) == {"s"}
    nowhere = Coordinate(CITY.point("A")[0] + 0.003, CITY.point("A")[1])
    assert lines(town, asked(town, origin=nowhere, radius_m=1)) == set()
