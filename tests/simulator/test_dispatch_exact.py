import numpy as np
import pytest

from simulator.dispatch import Budget, insert, reoptimise
from simulator.dispatch_exact import search_with_routing, solve_exactly
from tests.simulator.darp_check import cost, violations
from tests.simulator.fleets import random_fleet

pytest.importorskip("ortools")


@pytest.mark.parametrize("seed", range(12))
def test_the_search_serves_and_drives_as_cp_sat_proves_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state = random_fleet(rng, 5, 2, slack=int(rng.integers(3, 25)), depots=seed % 3 > 0)
    exact = solve_exactly(state, cpu_seconds=20, scale=1)
    assert exact.is_optimal
    assert violations(state, exact.dispatch) == []
    assert exact.bound == pytest.approx(cost(state, exact.dispatch))
    assert exact.cost == pytest.approx(exact.bound)
    found = reoptimise(state, rng, Budget(2000))
    assert violations(state, found) == []
    assert len(found.unserved) == len(exact.dispatch.unserved)
    assert cost(state, found) == pytest.approx(exact.cost)


def test_the_routing_library_s_answer_is_feasible_and_no_better_than_the_proven_best() -> None:
    state = random_fleet(np.random.default_rng(2), 4, 3, slack=40)
    exact = solve_exactly(state, cpu_seconds=20, scale=1)
    assert len(exact.dispatch.unserved) == 0
    dispatch = search_with_routing(state, seconds=1, scale=1)
    assert dispatch is not None
    assert violations(state, dispatch) == []
    assert cost(state, dispatch) >= exact.cost - 1e-6


def test_a_fleet_with_a_plan_is_refused() -> None:
    state = random_fleet(np.random.default_rng(2), 3, 2, slack=40)
    with pytest.raises(ValueError, match="without plan"):
        solve_exactly(type(state)(state.times, state.requests, state.vehicles, insert(state).plan), 1)
