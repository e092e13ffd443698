"""The best timetable of a loop for a demand, with who drives each round and when each vehicle charges, by CP-SAT.

Time is cut into slots. A round leaves the depot at a slot and passes each position so long after as planned, so in the
time of the round every position sees the same departures: demand is counted by the slot in which a vehicle that would
just pick it up leaves the depot. Between two departures riders wait for the second; whoever exceeds the places on the
fullest stretch is left behind. Both depend on the two departures alone, so a timetable is a path through the slots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

Floats = NDArray[np.float64]

SCALE = 1000
"""CP-SAT reckons in whole numbers: thousandths of a yen."""

STEPS = 40
"""And in so many steps of what a slot of charging gives."""


@dataclass(frozen=True, slots=True)
class LoopBattery:
    """In joules; a vehicle draws `round_j` a round, nothing while it pauses, and is given `charge_j` a slot."""

    start_j: float
    low_j: float
    full_j: float
    round_j: float
    charge_j: float
    chargers: int


@dataclass(frozen=True, slots=True)
class LoopProblem:
    """What a timetable is made for.

    Attributes
    ----------
    riders : array of float, shape (slots, positions, positions)
        Expected riders by slot, position where they board, and where they alight.
    round_slots : int
        Slots from one departure of a vehicle to its next, at least.
    longest_gap : int
        Slots between two departures, at most.
    wait_yen, round_yen, left_yen, plug_yen : float
        Of one rider who waits a slot; of a round; of a rider left behind; of beginning to charge.
    """

    riders: Floats
    vehicles: int
    places: int
    round_slots: int
    longest_gap: int
    wait_yen: float
    round_yen: float
    left_yen: float
    plug_yen: float
    battery: LoopBattery | None = None


@dataclass(frozen=True, slots=True)
class LoopSchedule:
    """A vehicle's day in slots: its departures from the depot, and when it charges, from the first slot to the last."""

    departures: tuple[int, ...]
    charges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class LoopPlan:
    """The best plan found; none can cost less than `bound_yen`."""

    schedules: tuple[LoopSchedule, ...]
    cost_yen: float
    bound_yen: float


def gap_costs(problem: LoopProblem) -> Floats:
    """Cost of riders between two departures, by slot of the first (row 0: none yet) and of the second (from 1 on).

    A row or column number is a slot plus one. The last column stands for no more departure: everybody after is left
    behind. Riders of a slot wait half of it, and the slots until the departure.
    """
    slots = len(problem.riders)
    arrived = np.concatenate([[0.0], np.cumsum(problem.riders.sum((1, 2)))])
    moments = np.concatenate([[0.0], np.cumsum(problem.riders.sum((1, 2)) * np.arange(slots))])
    loads = np.concatenate([np.zeros((1, problem.riders.shape[1])), np.cumsum(_loads(problem.riders), axis=0)])
    costs = np.full((slots + 1, slots + 2), np.inf)
    for first in range(slots + 1):
        for second in range(first + 1, slots + 1):
            riders = arrived[second] - arrived[first]
            waited = riders * (second - 1 + 0.5) - (moments[second] - moments[first])
            over = max(0.0, float((loads[second] - loads[first]).max()) - problem.places)
            costs[first, second] = problem.wait_yen * waited + problem.left_yen * over
        costs[first, slots + 1] = problem.left_yen * (arrived[slots] - arrived[first])
    return costs


def _loads(riders: Floats) -> Floats:
    """Riders over each stretch by slot; the stretch of a position leads to the next."""
    positions = riders.shape[1]
    loads = np.zeros((len(riders), positions))
    for board in range(positions):
        for alight in range(positions):
            for step in range((alight - board) % positions):
                loads[:, (board + step) % positions] += riders[:, board, alight]
    return loads


def best_plan(problem: LoopProblem, effort_s: float) -> LoopPlan | None:
    """The cheapest plan that `effort_s` seconds find, counted in work done, so that every machine finds the same.

    None: no plan keeps to the batteries, or none was found. The plan is proved best if its bound equals its cost.
    """
    model = cp_model.CpModel()
    slots = len(problem.riders)
    leaves = [[model.new_bool_var("") for _ in range(slots)] for _ in range(problem.vehicles)]
    charges = [[model.new_bool_var("") for _ in range(slots)] for _ in range(problem.vehicles)]
    days = even_days(problem)
    yen = _timetable(model, problem, leaves, days)
    plugged = _vehicles(model, problem, leaves, charges, days)
    rounds = cp_model.LinearExpr.sum([leaf for row in leaves for leaf in row])
    model.minimize(yen + round(problem.round_yen * SCALE) * rounds + round(problem.plug_yen * SCALE) * plugged)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort_s
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    schedules = tuple(
        LoopSchedule(_true(solver, leaf), _runs(_true(solver, charge)))
        for leaf, charge in zip(leaves, charges, strict=True)
    )
    return LoopPlan(schedules, solver.objective_value / SCALE, solver.best_objective_bound / SCALE)


Bools = list[list[cp_model.IntVar]]


def _timetable(
    model: cp_model.CpModel, problem: LoopProblem, leaves: Bools, days: Sequence[str]
) -> cp_model.LinearExpr:
    """Departures as a path of gaps from before the first slot to after the last; the riders' cost.

    The search begins at `days`: without a plan to better it finds none in a long day with batteries.
    """
    used = sorted(slot + 1 for day in days for slot, action in enumerate(day) if action == "r")
    hinted = set(pairwise([0, *used, len(problem.riders) + 1]))
    slots, costs = len(problem.riders), np.rint(gap_costs(problem) * SCALE)
    into: list[list[cp_model.IntVar]] = [[] for _ in range(slots + 2)]
    out: list[list[cp_model.IntVar]] = [[] for _ in range(slots + 2)]
    gaps, prices = [], []
    for first in range(slots + 1):
        reach = min(first + problem.longest_gap, slots) if first else slots
        for second in (*range(first + 1, reach + 1), slots + 1):
            gap = model.new_bool_var("")
            model.add_hint(gap, (first, second) in hinted)
            out[first].append(gap)
            into[second].append(gap)
            gaps.append(gap)
            prices.append(int(costs[first, second]))
    model.add_exactly_one(out[0])
    model.add_exactly_one(into[slots + 1])
    for slot in range(slots):
        departs = cp_model.LinearExpr.sum([row[slot] for row in leaves])
        model.add(cp_model.LinearExpr.sum(into[slot + 1]) == departs)
        model.add(cp_model.LinearExpr.sum(out[slot + 1]) == departs)
    return cp_model.LinearExpr.weighted_sum(gaps, prices)


def _vehicles(
    model: cp_model.CpModel, problem: LoopProblem, leaves: Bools, charges: Bools, days: Sequence[str]
) -> cp_model.LinearExpr:
    """No vehicle in two places, no battery below its limit, no charger taken twice; how often one is plugged in."""
    slots, battery = len(problem.riders), problem.battery
    plugs = []
    for leave, charge, day in zip(leaves, charges, days, strict=True):
        for slot in range(slots):
            model.add_hint(leave[slot], day[slot] == "r")
            model.add_hint(charge[slot], day[slot] == "c")
            model.add_at_most_one(*leave[max(0, slot - problem.round_slots + 1) : slot + 1], charge[slot])
        if battery is None:
            model.add(cp_model.LinearExpr.sum(charge) == 0)
            continue
        plugs += _battery(model, battery, leave, charge, day)
    if battery is not None:
        for slot in range(slots):
            model.add(cp_model.LinearExpr.sum([charge[slot] for charge in charges]) <= battery.chargers)
    return cp_model.LinearExpr.sum(plugs)


def _battery(
    model: cp_model.CpModel, battery: LoopBattery, leave: list[cp_model.IntVar], charge: list[cp_model.IntVar], day: str
) -> list[cp_model.IntVar]:
    """Keep the battery between its limits; a round is paid for when it begins."""
    units = _units(battery)
    level: cp_model.IntVar | int = units.start
    hint = units.start
    plugs = []
    for slot in range(len(leave)):
        after = model.new_int_var(units.low, max(units.full, units.start), "")
        model.add(after == level + units.given * charge[slot] - units.drawn * leave[slot])
        # A battery may begin the day fuller than it is charged to.
        model.add(after <= units.full).only_enforce_if(charge[slot])
        plug = model.new_bool_var("")
        model.add(plug >= charge[slot] - (charge[slot - 1] if slot else 0))
        hint += {"r": -units.drawn, "c": units.given, "-": 0}[day[slot]]
        model.add_hint(after, hint)
        model.add_hint(plug, day[slot] == "c" and (slot == 0 or day[slot - 1] != "c"))
        plugs.append(plug)
        level = after
    return plugs


class _Units(NamedTuple):
    """A battery in whole numbers, rounded to the safe side."""

    start: int
    low: int
    full: int
    given: int
    drawn: int


def _units(battery: LoopBattery) -> _Units:
    unit_j = battery.charge_j / STEPS
    start, full = (floor(joules / unit_j) for joules in (battery.start_j, battery.full_j))
    return _Units(start, ceil(battery.low_j / unit_j), full, STEPS, ceil(battery.round_j / unit_j))


def even_days(problem: LoopProblem) -> list[str]:
    """By vehicle, letter by slot: r a round begins, c charging, - neither."""
    battery = problem.battery
    units, chargers = (_units(battery), battery.chargers) if battery else (_Units(0, 0, 0, 0, 0), 0)
    levels, free = [units.start] * problem.vehicles, [0] * problem.vehicles
    days: list[list[str]] = [[] for _ in range(problem.vehicles)]
    headway, last = -(-problem.round_slots // problem.vehicles), -problem.round_slots
    for slot in range(len(problem.riders)):
        plugged = 0
        # Who has least charges first, who has most drives first.
        for vehicle in sorted(range(problem.vehicles), key=lambda vehicle: levels[vehicle]):
            days[vehicle].append("-")
            can_drive = levels[vehicle] - units.drawn >= units.low
            if slot >= free[vehicle] and not can_drive and plugged < chargers:
                days[vehicle][-1], plugged, levels[vehicle] = "c", plugged + 1, levels[vehicle] + units.given
        for vehicle in sorted(range(problem.vehicles), key=lambda vehicle: -levels[vehicle]):
            can_drive = levels[vehicle] - units.drawn >= units.low
            if days[vehicle][-1] == "-" and slot >= max(free[vehicle], last + headway) and can_drive:
                days[vehicle][-1], last, free[vehicle] = "r", slot, slot + problem.round_slots
                levels[vehicle] -= units.drawn
    return ["".join(day) for day in days]


def _true(solver: cp_model.CpSolver, row: list[cp_model.IntVar]) -> tuple[int, ...]:
    return tuple(slot for slot, value in enumerate(row) if solver.value(value))


def _runs(slots: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """First and last slot of each unbroken row of slots."""
    if not slots:
        return ()
    breaks = [(before, after) for before, after in pairwise(slots) if after > before + 1]
    begins, ends = [slots[0], *(after for _, after in breaks)], [*(before for before, _ in breaks), slots[-1]]
    return tuple(zip(begins, ends, strict=True))
