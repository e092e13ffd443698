import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.cordeau import read_instance
from simulator.dispatch import Budget, driving_time, insert, reoptimise
from simulator.dispatch_state import NONE, FleetState, Plan, Visit, instructions
from tests.simulator.darp_check import cost, violations
from tests.simulator.fleets import random_fleet

STEPS = Budget(20_000)


def on_board(state: FleetState, vehicle: int, request: int) -> FleetState:
    """The same a moment later: the riders of `request`, first in the plan of `vehicle`, sit in it."""
    dispatch = insert(state)
    first = dispatch.plan.first[vehicle]
    assert dispatch.plan.visit[first] == request
    leave = dispatch.begin[first] + state.requests.boarding[request]
    requests, vehicles = state.requests, state.vehicles
    aboard, latest = requests.vehicle.copy(), requests.dropoff_latest.copy()
    aboard[request] = vehicle
    latest[request] = min(latest[request], leave + requests.max_ride[request])
    place, free = vehicles.place.copy(), vehicles.free_from.copy()
    place[vehicle], free[vehicle] = requests.origin[request], leave
    offsets = dispatch.plan.first - (np.arange(len(dispatch.plan.first)) > vehicle)
    return replace(
        state,
        requests=replace(requests, vehicle=aboard, dropoff_latest=latest),
        vehicles=replace(vehicles, place=place, free_from=free),
        plan=Plan(offsets.astype(np.int32), np.delete(dispatch.plan.visit, first)),
    )


def advanced(state: FleetState) -> FleetState:
    """Every vehicle that has a call has made its first."""
    plan = insert(state).plan
    for vehicle in range(len(state.vehicles)):
        calls = plan.of_vehicle(vehicle)
        if len(calls):
            state = on_board(replace(state, plan=plan), vehicle, int(calls[0]))
            plan = state.plan
    return state


@pytest.mark.shared
@pytest.mark.parametrize("name", ["a2-16", "a2-20", "a3-24"])
def test_finds_the_best_known_cost_of_cordeau_s_small_instances(shared: Path, name: str) -> None:
    folder = shared / "data" / "vrp" / "darp"
    state = read_instance(folder / f"{name}.txt")
    dispatch = reoptimise(state, np.random.default_rng(1), STEPS)
    assert violations(state, dispatch) == []
    assert len(dispatch.unserved) == 0
    best = json.loads((folder / "BKS_darp.json").read_text())[name]
    assert cost(state, dispatch) == pytest.approx(best, abs=0.006)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32), n=st.integers(0, 9), m=st.integers(1, 4), slack=st.integers(0, 30), depots=st.booleans()
)
def test_every_dispatch_keeps_every_rule(seed: int, n: int, m: int, slack: int, depots: bool) -> None:
    rng = np.random.default_rng(seed)
    state = random_fleet(rng, n, m, slack, depots)
    at_once = insert(state)
    assert violations(state, at_once) == []
    later = advanced(state)
    assert violations(state, reoptimise(state, rng, Budget(60))) == []
    for dispatch in (insert(later), reoptimise(later, rng, Budget(60))):
        assert violations(later, dispatch) == []


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32))
@example(seed=570)
def test_long_routes_with_long_rides_keep_every_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state = random_fleet(rng, 30, 2, slack=60)
    rides = np.ceil(rng.uniform(1, 5, 30) * state.requests.max_ride)
    requests = replace(state.requests, max_ride=rides, dropoff_latest=state.requests.dropoff_latest + rides)
    vehicles = replace(state.vehicles, capacity=3 * state.vehicles.capacity, max_duration=np.full(2, np.inf))
    state = replace(state, requests=requests, vehicles=vehicles)
    for dispatch in (insert(state), reoptimise(state, rng, Budget(20))):
        assert violations(state, dispatch) == []


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32))
@example(seed=19768)
def test_neither_dispatcher_drops_an_accepted_request(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state = random_fleet(rng, 10, 2)
    first = np.arange(5, dtype=np.int32)
    early = replace(state, requests=replace(state.requests, **{f: getattr(state.requests, f)[first] for f in COLUMNS}))
    accepted = insert(early).plan
    visit = np.where(accepted.visit < 5, accepted.visit, accepted.visit + 5).astype(np.int32)
    state = replace(state, plan=Plan(accepted.first, visit))
    promised = set(visit.tolist())
    for dispatch in (insert(state), reoptimise(state, rng, Budget(60))):
        assert promised <= set(dispatch.plan.visit.tolist())
        assert violations(state, dispatch) == []


COLUMNS = random_fleet(np.random.default_rng(0), 1, 1).requests.__dataclass_fields__


def test_insertion_keeps_vehicle_and_order_of_what_is_planned() -> None:
    state = random_fleet(np.random.default_rng(3), 12, 3, slack=30)
    before = insert(replace(state, plan=Plan.empty(3)))
    assert len(before.plan.visit) > 4
    after = insert(replace(state, plan=before.plan))
    np.testing.assert_array_equal(after.plan.visit, before.plan.visit)


def test_reoptimising_never_costs_more_and_repeats_itself() -> None:
    state = random_fleet(np.random.default_rng(5), 14, 3, slack=25)
    planned = replace(state, plan=insert(state).plan)
    first, second = (reoptimise(planned, np.random.default_rng(7), Budget(300)) for _ in range(2))
    assert len(first.unserved) <= len(insert(planned).unserved)
    if len(first.unserved) == len(insert(planned).unserved):
        assert cost(planned, first) <= cost(planned, insert(planned)) + 1e-6
    np.testing.assert_array_equal(first.plan.visit, second.plan.visit)
    np.testing.assert_array_equal(first.begin, second.begin)


def test_driving_time_is_the_checkers() -> None:
    for depots in (True, False):
        state = random_fleet(np.random.default_rng(5), 8, 3, depots=depots)
        dispatch = insert(state)
        assert driving_time(state, dispatch) == pytest.approx(cost(state, dispatch))


def one_line(windows: list[tuple[float, float, float, float]], max_ride: float, m: int = 1) -> FleetState:
    """A street with a stop every minute; request r rides from stop 2r + 1 to stop 2r + 2, vehicles wait at stop 0."""
    n = len(windows)
    state = random_fleet(np.random.default_rng(0), n, m)
    stop = np.arange(2 * n + 1, dtype=float)
    first, last, alight_first, alight_last = np.array(windows).T
    requests = replace(
        state.requests,
        origin=np.arange(1, 2 * n, 2, dtype=np.int32),
        destination=np.arange(2, 2 * n + 1, 2, dtype=np.int32),
        pickup_earliest=first,
        pickup_latest=last,
        dropoff_earliest=alight_first,
        dropoff_latest=alight_last,
        max_ride=np.full(n, max_ride),
        boarding=np.zeros(n),
        alighting=np.zeros(n),
        load=np.tile(np.array([1, 0], np.int32), (n, 1)),
    )
    vehicles = replace(
        state.vehicles,
        place=np.zeros(m, np.int32),
        free_from=np.zeros(m),
        depot=np.full(m, NONE, np.int32),
        max_duration=np.full(m, np.inf),
    )
    return FleetState(np.abs(stop[:, None] - stop[None]), requests, vehicles, Plan.empty(m))


def test_riders_do_not_wait_on_board_and_the_vehicle_leaves_late() -> None:
    dispatch = insert(one_line([(0, 60, 20, 60)], max_ride=30))
    assert dispatch.begin.tolist() == [19, 20]
    assert dispatch.departure.tolist() == [18]


def test_a_late_vehicle_is_held_to_what_its_plan_can_still_keep() -> None:
    state = one_line([(0, 5, 0, 6)], max_ride=1)
    plan = insert(state).plan
    late = replace(state, plan=plan, vehicles=replace(state.vehicles, free_from=np.array([9.0])))
    assert insert(late).begin.tolist() == [10, 11]


def test_an_instruction_goes_to_each_vehicle_whose_calls_change() -> None:
    state = one_line([(3, 60, 0, 60)], max_ride=30, m=2)
    dispatch = insert(state)
    (order,) = instructions(state, dispatch)
    assert order.vehicle == 0
    assert order.visits == (Visit(1, 3.0, 0, True), Visit(2, 4.0, 0, False))
    assert list(instructions(replace(state, plan=dispatch.plan), dispatch)) == []


def test_a_plan_that_cannot_be_is_refused_with_the_row() -> None:
    state = one_line([(0, 60, 0, 60)], max_ride=30)
    with pytest.raises(ValueError, match="request 0 is dropped off before the pickup"):
        replace(state, plan=Plan(np.array([0, 2], np.int32), np.array([1, 0], np.int32)))
    with pytest.raises(ValueError, match=r"requests\.origin is 9 in row 0, expected 0 to 2"):
        replace(state, requests=replace(state.requests, origin=np.array([9], np.int32)))
