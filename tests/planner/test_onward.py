"""What is left to ask for who is on the way already: in words, after a delay, after a missed connection."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from planner.errors import RequestError
from planner.last_safe import last_safe
from planner.model import Mode, Place, StreetLeg, TransitLeg
from planner.network import Network
from planner.onward import onward, unpassed
from planner.plan import plan_at
from planner.reliability import reliability_of
from planner.request import PlanRequest, Preferred, StopId, Via
from tests.cities import City, small_city
from tests.planner.test_plan import shown

LINES = {
    "r": "A B C\n22:00 22:05 22:10\n22:20 22:25 22:30\n22:40 22:45 22:50\n23:00 23:05 23:10",
    "s": "C D E\n22:15 22:18 22:21\n22:35 22:38 22:41\n22:55 22:58 23:01",
    "t": "C E\n23:10 23:13",
}
B, C, D = (frozenset({stop}) for stop in "BCD")
Passed = tuple[frozenset[str], ...]


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return small_city(tmp_path, City(lines=LINES))


def asked(time: str, *, arrive_by: bool = False, through: Passed = ()) -> PlanRequest:
    moment = datetime.fromisoformat(f"2026-11-{time}+09:00")
    return PlanRequest(
        StopId("A"), StopId("E"), moment, arrive_by=arrive_by, direct_modes=frozenset(), max_access_s=60,
        max_egress_s=60, through=through,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("through", "rides", "left"),
    [
        ((B, D), 0, (B, D)),
        ((B, D), 1, (D,)),
        ((B, D), 2, ()),
        ((D, B), 2, (B,)),
        ((C, C), 1, ()),
        ((frozenset({"D", "C"}), D), 1, (D,)),
    ],
)
def test_what_vehicles_have_called_at_in_order_is_passed(
    network: Network, through: Passed, rides: int, left: Passed
) -> None:
    # Who strolls is at C no sooner on foot from B than riding on.
    strolling = replace(asked("25T22:00"), walk_speed_ms=0.8)
    (one,) = plan_at(network, strolling).itineraries
    legs = [leg for leg in one.legs if isinstance(leg, TransitLeg)]
    assert unpassed(through, legs[:rides]) == left


def test_who_has_walked_may_walk_so_much_less() -> None:
    request, here = asked("25T22:00"), Place("here", 35.6, 140.0)
    walked = [
        StreetLeg(mode, request.time, request.time + timedelta(seconds=90), here, here, 100.0, ())
        for mode in (Mode.WALK, Mode.BIKE, Mode.WALK)
    ]
    limited = onward(
        PlanRequest(StopId("A"), StopId("E"), request.time, max_walk_s=200), StopId("C"), request.time, walked
    )
    assert limited.max_walk_s == 20
    assert onward(request, StopId("C"), request.time, walked).max_walk_s is None


@pytest.mark.parametrize(
    ("through", "departure"),
    [
        # Ten minutes late at A there is the ride of 23:00 and the bus of 23:10, which does not call at D.
        ((), "22:40"),
        ((D,), "22:20"),
        # Who stands late at C has passed B.
        ((B,), "22:40"),
    ],
)
def test_who_is_late_passes_what_is_left_to_pass(network: Network, through: Passed, departure: str) -> None:
    found = last_safe(network, asked("26T03:00", arrive_by=True, through=through), 600)
    assert [line.split()[0] for line in shown(found)] == [departure]


@pytest.mark.parametrize(("through", "end"), [((), "23:13"), ((B,), "23:13"), ((D,), "22:21")])
def test_who_misses_a_connection_passes_what_is_left_to_pass(network: Network, through: Passed, end: str) -> None:
    request = asked("25T22:31", through=through)
    (one,) = (found for found in plan_at(network, request).itineraries if f"{found.end:%H:%M}" == "23:01")
    (missed,) = reliability_of(network, request, one).connections
    assert missed.fallback is not None
    # No bus calls at D any more before the next evening.
    assert f"{missed.fallback.end:%H:%M}" == end


@pytest.mark.parametrize(
    "wish", [{"prefer": Preferred.CO2}, {"prefer": Preferred.PRICE}, {"via": (Via(StopId("C"), 60),)}]
)
def test_a_last_safe_departure_knows_one_rule_alone(network: Network, wish: dict[str, object]) -> None:
    request = PlanRequest(StopId("A"), StopId("E"), asked("26T03:00").time, arrive_by=True, **wish)  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="last safe departure"):
        last_safe(network, request, 600)


def test_the_last_safe_departure_keeps_a_longest_walk(makuhari: Network) -> None:
    ends = StopId("makuhari_JR-East.Kaihimmakuhari"), StopId("makuhari_JR-East.Chiba")
    deadline = datetime(2026, 11, 26, 3, tzinfo=makuhari.zone)
    starts = []
    for most in (None, 480, 200):
        request = PlanRequest(*ends, deadline, arrive_by=True, direct_modes=frozenset(), max_walk_s=most)
        found = last_safe(makuhari, request, 900).itineraries
        assert len(found) == 1
        starts.append(found[0].start)
    assert starts[0] >= starts[1] > starts[2]
