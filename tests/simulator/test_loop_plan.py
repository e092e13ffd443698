"""Plans of a loop against every plan there is."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

pytest.importorskip("ortools")

from simulator.loop_plan import LoopBattery, LoopPlan, LoopProblem, best_plan, even_days, gap_costs

EFFORT_S = 20.0
BATTERY = LoopBattery(
    start_j=100.0, low_j=40.0, full_j=110.0, round_j=30.0, charge_j=40.0, chargers=1
)  # fmt: skip


def problem(seed: int, slots: int = 7, battery: LoopBattery | None = None, vehicles: int = 2) -> LoopProblem:
    rng = np.random.default_rng(seed)
    riders = rng.uniform(0, 1.5, (slots, 3, 3)) * (1 - np.eye(3))
    return LoopProblem(riders, vehicles, 4, 2, slots, 10.0, 60.0, 100.0, 5.0, battery)


def cost_of(problem: LoopProblem, departures: list[int], plugs: int) -> float:
    """Recounted rider by rider: a rider of a slot takes the first departure of this or a later slot."""
    cost = problem.round_yen * len(departures) + problem.plug_yen * plugs
    positions = problem.riders.shape[1]
    loads = {departure: np.zeros(positions) for departure in departures}
    for slot, board, alight in np.ndindex(problem.riders.shape):
        riders = problem.riders[slot, board, alight]
        taken = next((departure for departure in departures if departure >= slot), None)
        if taken is None:
            cost += problem.left_yen * riders
            continue
        cost += problem.wait_yen * riders * (taken - slot + 0.5)
        place = board
        while place != alight:
            loads[taken][place] += riders
            place = (place + 1) % positions
    return cost + sum(problem.left_yen * max(0.0, load.max() - problem.places) for load in loads.values())


def days(problem: LoopProblem) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...], int]]:
    """Every day one vehicle may have: departures, whether it charges by slot, how often it is plugged in."""
    slots, battery = len(problem.riders), problem.battery
    for actions in product("-rc" if battery else "-r", repeat=slots):
        departures = tuple(slot for slot, action in enumerate(actions) if action == "r")
        on_round = {slot + step for slot in departures for step in range(1, problem.round_slots)}
        if any(actions[slot] != "-" for slot in on_round if slot < slots):
            continue
        if battery and not keeps(battery, actions):
            continue
        plugs = sum(a == "c" and (slot == 0 or actions[slot - 1] != "c") for slot, a in enumerate(actions))
        yield departures, tuple(action == "c" for action in actions), plugs


def keeps(battery: LoopBattery, actions: tuple[str, ...]) -> bool:
    level = battery.start_j
    for action in actions:
        level += {"r": -battery.round_j, "c": battery.charge_j, "-": 0.0}[action]
        if level < battery.low_j or (action == "c" and level > battery.full_j):
            return False
    return True


def cheapest(problem: LoopProblem) -> float:
    """By looking at every pair of vehicles' days."""
    chargers = problem.battery.chargers if problem.battery else 0
    best = np.inf
    kept: dict[tuple[int, ...], float] = {}
    for first in days(problem):
        for second in days(problem) if problem.vehicles == 2 else [((), (False,) * len(problem.riders), 0)]:
            if set(first[0]) & set(second[0]):
                continue
            if any(a + b > chargers for a, b in zip(first[1], second[1], strict=True)):
                continue
            departures = tuple(sorted(first[0] + second[0]))
            if departures not in kept:
                kept[departures] = cost_of(problem, list(departures), 0)
            best = min(best, kept[departures] + problem.plug_yen * (first[2] + second[2]))
    return best


def check(problem: LoopProblem, plan: LoopPlan) -> None:
    departures = sorted(slot for schedule in plan.schedules for slot in schedule.departures)
    plugs = sum(len(schedule.charges) for schedule in plan.schedules)
    assert plan.cost_yen == pytest.approx(cost_of(problem, departures, plugs), abs=0.1)
    possible = {(day[0], day[1]) for day in days(problem)}
    for schedule in plan.schedules:
        charging = [False] * len(problem.riders)
        for begin, end in schedule.charges:
            charging[begin : end + 1] = [True] * (end + 1 - begin)
        assert (schedule.departures, tuple(charging)) in possible


@pytest.mark.parametrize("seed", range(8))
def test_the_best_plan_is_the_best_of_all(seed: int) -> None:
    asked = problem(seed)
    plan = best_plan(asked, EFFORT_S)
    assert plan is not None
    assert plan.cost_yen == pytest.approx(cheapest(asked), abs=0.1)
    assert plan.bound_yen == pytest.approx(plan.cost_yen)
    check(asked, plan)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_plan_with_batteries(seed: int) -> None:
    asked = replace(problem(seed, 6, BATTERY), wait_yen=30.0, round_yen=5.0)
    plan = best_plan(asked, EFFORT_S)
    assert plan is not None
    assert plan.cost_yen == pytest.approx(cheapest(asked), abs=0.1)
    assert any(schedule.charges for schedule in plan.schedules)
    check(asked, plan)


def test_without_energy_there_is_no_plan() -> None:
    assert best_plan(problem(1, 6, replace(BATTERY, start_j=39.0)), EFFORT_S) is None


def test_riders_of_a_gap_wait_for_its_end() -> None:
    asked = problem(3)
    costs = gap_costs(asked)
    assert costs[0, 7] == pytest.approx(cost_of(replace(asked, round_yen=0.0), [6], 0))
    path = costs[0, 3] + costs[3, 7] + costs[7, 8]
    assert path == pytest.approx(cost_of(replace(asked, round_yen=0.0), [2, 6], 0))


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_to_begin_with_is_possible(seed: int) -> None:
    for asked in (problem(seed), problem(seed, 6, BATTERY)):
        possible = {(day[0], day[1]) for day in days(asked)}
        for letters in even_days(asked):
            departures = tuple(slot for slot, letter in enumerate(letters) if letter == "r")
            assert departures
            assert (departures, tuple(letter == "c" for letter in letters)) in possible


def test_an_even_demand_gets_even_departures() -> None:
    riders = np.full((60, 2, 2), 0.5) * (1 - np.eye(2))
    asked = LoopProblem(riders, 3, 100, 9, 30, 10.0, 0.0, 1e4, 1.0)
    plan = best_plan(asked, EFFORT_S)
    assert plan is not None
    departures = sorted(slot for schedule in plan.schedules for slot in schedule.departures)
    assert np.diff(departures).max() <= 4
    assert len(departures) >= 17
