"""A loop's scenario with the timetable, vehicle and charging schedule that suit its demand best written into it."""

from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.errors import RequestError
from scenarios.scenario import ChoiceTable, Scenario, read_scenario
from scenarios.setups import cost_rates, setup_of
from simulator.course import cycle_s, running_time_s
from simulator.demand import travellers
from simulator.fleet import Battery, round_j
from simulator.loop_plan import LoopBattery, LoopPlan, LoopProblem, LoopSchedule, best_plan
from simulator.metrics import J_PER_KWH, CostRates
from simulator.run import Setup

SLOT_S = 120.0
"""In slots of a minute, days of fourteen hours are too long to be planned well in a minute of work."""
DRAWN_DAYS = 30
"""So many days are drawn to know the demand."""

OTHER_DAYS = 1_000_000
"""They are replications from this number on, which nobody plays: the plan does not know the days it is tried on."""

LONGEST_GAP_S = 1800.0
LEFT_MIN = 30.0
"""Somebody left behind counts as if he had waited so much longer."""

PLUG_YEN = 50.0
"""Of going to the charger once: keeps charging in few pieces. Assumption."""


@dataclass(frozen=True, slots=True)
class Timetabled:
    """The new scenario, what its plan should cost in a day, and that no plan of whole slots could cost less."""

    toml: str
    rounds: int
    cost_yen: float
    bound_yen: float


def timetabled(file: Path, effort_s: float) -> Timetabled:
    """Find the best plan for a scenario's expected demand.

    Parameters
    ----------
    effort_s : float
        Work of the search, in seconds of a machine of its own idea; the same on every machine.

    Raises
    ------
    ScenarioError
        It is no scenario of a line or loop.
    RequestError
        It has a timetable already, or no plan was found.
    """
    scenario, text = read_scenario(file)
    setup = setup_of(scenario, text)
    if setup.plan.duties:
        raise RequestError("--timetable", f"{file} has a timetable already.")
    plan = best_plan(loop_problem(scenario, setup), effort_s)
    if plan is None:
        raise RequestError("--timetable", f"No timetable for {file} was found that its batteries last for.")
    rounds = sum(len(schedule.departures) for schedule in plan.schedules)
    duties = duties_toml(plan, setup.plan.start_s)
    return Timetabled(f"{text.toml.rstrip()}\n\n{duties}", rounds, plan.cost_yen, plan.bound_yen)


def loop_problem(scenario: Scenario, setup: Setup) -> LoopProblem:
    """The scenario in slots; waiting has the price of its choice table, or that table's usual one."""
    tastes, plan = scenario.choice or ChoiceTable(), setup.plan
    round_s = cycle_s(setup.course, setup.kind.motion, plan.minimum_dwell_s)
    wait_yen_min = tastes.wait_min / tastes.yen if tastes.yen else 0.0
    drawn_j = round_j(setup.course, setup.kind, plan.minimum_dwell_s)
    return LoopProblem(
        riders=expected_riders(setup, scenario.day.seed),
        vehicles=plan.vehicles,
        places=setup.kind.places,
        round_slots=ceil(round_s / SLOT_S),
        longest_gap=ceil(LONGEST_GAP_S / SLOT_S),
        wait_yen=wait_yen_min * SLOT_S / 60,
        round_yen=_round_yen(cost_rates(scenario), setup.course.length_m, round_s, drawn_j),
        left_yen=wait_yen_min * LEFT_MIN,
        plug_yen=PLUG_YEN,
        battery=None if setup.kind.battery is None else _battery(setup, setup.kind.battery, drawn_j),
    )


def _round_yen(rates: CostRates, length_m: float, round_s: float, drawn_j: float) -> float:
    hours = round_s / 3600 * (rates.yen_vehicle_h + rates.staff_per_vehicle * rates.yen_staff_h)
    return hours + rates.yen_km * length_m / 1000 + rates.yen_kwh * drawn_j / J_PER_KWH


def _battery(setup: Setup, battery: Battery, drawn_j: float) -> LoopBattery:
    return LoopBattery(
        battery.start_j, battery.low_j, battery.full_j, drawn_j, battery.charger_w * SLOT_S, setup.plan.chargers
    )  # fmt: skip


def expected_riders(setup: Setup, seed: int) -> NDArray[np.float64]:
    """Mean riders of a day by slot of the round they could just catch, position where they board, and alight."""
    plan, course, motion = setup.plan, setup.course, setup.kind.motion
    count = len(course.stop_at)
    ahead = [course.lengths_m[(plan.depot + step) % count] for step in range(count - 1)]
    later_s = [0.0, *accumulate(running_time_s(length, motion) + plan.minimum_dwell_s for length in ahead)]
    slots = ceil((plan.end_s - plan.start_s) / SLOT_S)
    riders = np.zeros((slots, count, count))
    for day in range(DRAWN_DAYS):
        for person in travellers(setup.sources, setup.habits, setup.direct_m(), seed, OTHER_DAYS + day):
            board, alight, _ = course.rides[person.origin, person.destination]
            at_s = person.time_s + person.access_s - later_s[(board - plan.depot) % count]
            slot = max(0, int((at_s - plan.start_s) // SLOT_S))
            if slot < slots:
                riders[slot, board, alight] += 1
    return riders / DRAWN_DAYS


def duties_toml(plan: LoopPlan, start_s: float) -> str:
    """The plan as a scenario's ``[[fleet.duties]]``."""
    return "\n".join(_duty(schedule, start_s) for schedule in plan.schedules)


def _duty(schedule: LoopSchedule, start_s: float) -> str:
    # A round of a slot leaves at its end, with everybody who came within it.
    departures = ", ".join(f'"{_clock(start_s + (slot + 1) * SLOT_S)}"' for slot in schedule.departures)
    charges = ", ".join(
        f'["{_clock(start_s + (begin + 1) * SLOT_S)}", "{_clock(start_s + (end + 2) * SLOT_S)}"]'
        for begin, end in schedule.charges
    )
    return f"[[fleet.duties]]\ndepartures = [{departures}]\ncharges = [{charges}]\n"


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
