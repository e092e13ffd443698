"""The schedule as a constraint program (CP-SAT): which flights, when, with the least points.

Drones of one type on one pad are alike, so one cumulative constraint stands for a no-overlap per drone; which of them
flies is settled afterwards by colouring intervals. What there is one of, such as every pad, is a no-overlap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drones.schedule_problem import HOUR_S, FleetDay, Group, Option, ParcelIndex
from drones.schedule_use import Kind, Placed, Thing, capacities, things_of, uses_of

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

AFTER_DAY_S = 24 * HOUR_S
"""By when everything is swapped and charged after the last landing."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found.

    Attributes
    ----------
    cost, bound : int
        Points of the parcels asked for; beside the fixed flights they cannot cost less than the bound.
    """

    flights: tuple[Placed, ...]
    cost: int
    bound: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and with what the solver searches."""

    seconds: float
    workers: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Leg:
    chosen: "dict[Option, cp_model.IntVar]"
    unserved: "cp_model.IntVar"
    departure: "cp_model.IntVar"
    arrival: "cp_model.IntVar"
    swap: "cp_model.IntVar"
    charge: "cp_model.IntVar"
    late: "cp_model.IntVar"


def improve(
    day: FleetDay,
    groups: Sequence[Group],
    options: Mapping[ParcelIndex, Sequence[Option]],
    flights: Sequence[Placed],
    limits: Limits,
) -> Solution | None:
    """Schedule the parcels of `options` anew; flights with other parcels stay as they are, the rest are the hint.

    Returns
    -------
    Solution or None
        None where time ran out before anything was found.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    intervals: dict[Thing, list[cp_model.IntervalVar]] = {}
    legs = {index: _leg(model, day, index, found) for index, found in options.items()}
    for index, leg in legs.items():
        _occupy(model, day, groups, index, leg, intervals)
    fixed = [placed for placed in flights if placed.option.parcel not in options]
    for placed in fixed:
        for use in uses_of(day, groups, placed):
            size = use.end_s - use.start_s
            intervals.setdefault(use.thing, []).append(model.new_fixed_size_interval_var(use.start_s, size, ""))
    _limit(model, capacities(day, groups), intervals)
    _precede(model, day, legs, {placed.option.parcel: placed for placed in fixed})
    _hint(model, legs, {placed.option.parcel: placed for placed in flights})
    model.minimize(sum(_points(day, index, leg) for index, leg in legs.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limits.seconds
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    found = tuple(placed for leg in legs.values() for placed in _read(solver, leg))
    return Solution(found, round(solver.objective_value), round(solver.best_objective_bound))


def _leg(model: "cp_model.CpModel", day: FleetDay, index: ParcelIndex, options: Sequence[Option]) -> _Leg:
    parcel, end_s = day.parcels[index], day.closes_s + AFTER_DAY_S
    leg = _Leg(
        chosen={option: model.new_bool_var(f"fly {parcel.id}") for option in options},
        unserved=model.new_bool_var(f"leave {parcel.id}"),
        departure=model.new_int_var(0, day.closes_s, ""),
        arrival=model.new_int_var(0, end_s, ""),
        swap=model.new_int_var(0, end_s, ""),
        charge=model.new_int_var(0, end_s, ""),
        late=model.new_int_var(0, max(0, parcel.closes_s - parcel.due_s), ""),
    )
    model.add_exactly_one([*leg.chosen.values(), leg.unserved])
    model.add(leg.arrival == leg.departure + sum(option.out_s * fly for option, fly in leg.chosen.items()))
    model.add(leg.late >= leg.arrival - parcel.due_s).only_enforce_if(leg.unserved.negated())
    for option, fly in leg.chosen.items():
        model.add_linear_constraint(leg.departure, option.first_s, option.last_s).only_enforce_if(fly)
    return leg


def _occupy(
    model: "cp_model.CpModel",
    day: FleetDay,
    groups: Sequence[Group],
    index: ParcelIndex,
    leg: _Leg,
    intervals: "dict[Thing, list[cp_model.IntervalVar]]",
) -> None:
    parcel, end_s = day.parcels[index], day.closes_s + 2 * AFTER_DAY_S
    landing, charged = model.new_int_var(0, end_s, ""), model.new_int_var(0, end_s, "")
    model.add(landing == leg.departure + sum(option.total_s * fly for option, fly in leg.chosen.items()))
    charging = model.new_int_var(0, max((option.charge_s for option in leg.chosen), default=0), "")
    model.add(charging == sum(option.charge_s * fly for option, fly in leg.chosen.items()))
    for number in sorted({option.group for option in leg.chosen}):
        group, things, flown = groups[number], things_of(number, groups[number]), model.new_bool_var("")
        pad, swap_s = group.pad, group.type.swap_s
        model.add(flown == sum(fly for option, fly in leg.chosen.items() if option.group == number))
        model.add(leg.swap >= landing + pad.turnaround_s).only_enforce_if(flown)
        model.add(leg.charge >= leg.swap + swap_s).only_enforce_if(flown)
        away, held = model.new_int_var(0, end_s, ""), model.new_int_var(0, end_s, "")
        for thing, start, size, end in (
            (things.pad, leg.departure, pad.takeoff_s, leg.departure + pad.takeoff_s),
            (things.pad, landing, pad.turnaround_s, landing + pad.turnaround_s),
            (things.drones, leg.departure, away, leg.swap + swap_s),
            (things.crews, leg.swap, swap_s, leg.swap + swap_s),
            (things.chargers, leg.charge, charging, charged),
            (things.batteries, leg.departure, held, charged),
        ):
            interval = model.new_optional_interval_var(start, size, end, flown, "")
            intervals.setdefault(thing, []).append(interval)
    if parcel.pad:
        size = parcel.service_s + next(pad.turnaround_s for pad in day.pads if pad.id == parcel.pad)
        served = leg.unserved.negated()
        interval = model.new_optional_interval_var(leg.arrival, size, leg.arrival + size, served, "")
        intervals.setdefault(Thing(Kind.PAD, parcel.pad), []).append(interval)


def _limit(
    model: "cp_model.CpModel", capacity: Mapping[Thing, int], intervals: "Mapping[Thing, list[cp_model.IntervalVar]]"
) -> None:
    for thing, found in intervals.items():
        if capacity[thing] == 1:
            model.add_no_overlap(found)
        else:
            model.add_cumulative(found, [1] * len(found), capacity[thing])


def _precede(
    model: "cp_model.CpModel", day: FleetDay, legs: Mapping[ParcelIndex, _Leg], fixed: Mapping[ParcelIndex, Placed]
) -> None:
    number = {parcel.id: index for index, parcel in enumerate(day.parcels)}
    for second, parcel in enumerate(day.parcels):
        first = number.get(parcel.after, -1)
        if first < 0 or (first not in legs and second not in legs):
            continue
        service_s = day.parcels[first].service_s
        if first in legs and second in legs:
            model.add(legs[first].unserved == legs[second].unserved)
            earliest = legs[first].arrival + service_s
            model.add(legs[second].departure >= earliest).only_enforce_if(legs[second].unserved.negated())
            continue
        leg, other = legs[first if first in legs else second], fixed.get(second if first in legs else first)
        model.add(leg.unserved == (other is None))
        if other is not None and first in legs:
            model.add(leg.arrival + service_s <= other.departure_s)
        elif other is not None:
            model.add(leg.departure >= other.departure_s + other.option.out_s + service_s)


def _hint(model: "cp_model.CpModel", legs: Mapping[ParcelIndex, _Leg], flights: Mapping[ParcelIndex, Placed]) -> None:
    for index, leg in legs.items():
        placed = flights.get(index)
        model.add_hint(leg.unserved, placed is None)
        for option, fly in leg.chosen.items():
            model.add_hint(fly, placed is not None and option == placed.option)
        if placed is not None:
            model.add_hint(leg.departure, placed.departure_s)
            model.add_hint(leg.arrival, placed.departure_s + placed.option.out_s)
            model.add_hint(leg.swap, placed.swap_s)
            model.add_hint(leg.charge, placed.charge_s)


def _points(day: FleetDay, index: ParcelIndex, leg: _Leg) -> Any:
    worth = day.worth[day.parcels[index].priority]
    energy = sum(option.cost * fly for option, fly in leg.chosen.items())
    return energy + worth.late_per_s * leg.late + worth.unserved * leg.unserved


def _read(solver: "cp_model.CpSolver", leg: _Leg) -> Iterable[Placed]:
    for option, fly in leg.chosen.items():
        if solver.value(fly):
            yield Placed(option, solver.value(leg.departure), solver.value(leg.swap), solver.value(leg.charge))
