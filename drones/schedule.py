"""Which drone brings which parcel when: `schedule_fleet`.

A bound gives prices of what is scarce. A first schedule is made by priority and improved, in several searches side by
side, by placing neighbouring flights again in other orders, where they cost least with the rents of what they use.
Then, hour by hour, the flights of two hours and the parcels left out so far are scheduled anew as a constraint program
beside all the others. A small day is one window, and its schedule the best where the solver had time to prove it.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from drones.schedule_bound import lower_bound
from drones.schedule_greedy import Renting, first_schedule, jobs_of, place, reason_left_out, total_cost, worth_flying
from drones.schedule_model import Limits, improve
from drones.schedule_problem import (
    HOUR_S,
    FleetDay,
    Group,
    Option,
    ParcelIndex,
    Reason,
    Trips,
    check_day,
    groups_of,
    options_of,
)
from drones.schedule_search import Effort, ruin_and_recreate
from drones.schedule_use import Occupations, Placed

WHOLE_DAY_OPTIONS = 400
"""Up to as many ways to fly its parcels a day is one window."""

ROUNDS_PER_PARCEL = 1000

BOUND_SHARE, SEARCH_SHARE = 0.2, 0.65
"""Of the seconds, for prices; then for taking out and placing again, while the bound is made better with them."""

RENT_WEIGHT = 0.6

WINDOW_S = 2 * HOUR_S

AS_MANY_LEFT_OUT = 20
"""Parcels left out that are tried again in one window, the most pressing."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A flight as scheduled; seconds after the day's start.

    Attributes
    ----------
    swap_s, charge_s, charged_s : int
        Beginning of the swap after it, beginning and end of the charging of its battery.
    late_s : int
        Arrival after the due time.
    """

    parcel: str
    drone: str
    pad: str
    departure_s: int
    arrival_s: int
    landing_s: int
    swap_s: int
    charge_s: int
    charged_s: int
    energy_j: float
    late_s: int


@dataclass(frozen=True, slots=True)
class RefusedParcel:
    """A parcel that is not flown, and why."""

    parcel: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class FleetSchedule:
    """Flights by departure, parcels refused, and how good this is.

    Attributes
    ----------
    cost, bound : int
        Points of the schedule; points below which no schedule of this day can come.
    gap : float
        (cost - bound) / cost; 0 where the schedule is proved the best.
    """

    flights: tuple[Flight, ...]
    refused: tuple[RefusedParcel, ...]
    cost: int
    bound: int
    gap: float


def schedule_fleet(
    day: FleetDay, trips: Trips, seconds: float = 50.0, workers: int = 2, seed: int = 0
) -> FleetSchedule:
    """Schedule a day.

    Parameters
    ----------
    trips : callable
        Flight time and energy by type, pad, parcel and hour of departure.
    seconds : float
        For everything but the reasons of refusals. A search that is cut short depends on the machine's speed.

    Raises
    ------
    ScheduleError
        If the day or the fleet is impossible in itself.
    """
    deadline = time.monotonic() + seconds
    check_day(day)
    groups = groups_of(day)
    options, reasons = options_of(day, groups, trips)
    for job in jobs_of(day):
        if any(index in reasons for index in job):
            for index in job:
                reasons.setdefault(index, Reason.OTHER_LEG)
                options[index] = ()
    flights = first_schedule(day, groups, options)
    if sum(map(len, options)) <= WHOLE_DAY_OPTIONS:
        flights, bound = _whole_day(day, groups, options, flights, Limits(seconds, workers, seed))
        flights = _completed(day, groups, options, flights)
    else:
        flights, bound = _searched(day, groups, options, flights, Limits(seconds, workers, seed))
        flights = _by_windows(day, groups, options, flights, Limits(deadline - time.monotonic(), workers, seed))
        flights = _completed(day, groups, options, flights)
    cost = total_cost(day, flights)
    refused = _refused(day, groups, options, flights, reasons)
    return FleetSchedule(
        flights=_with_drones(day, groups, flights),
        refused=tuple(RefusedParcel(day.parcels[index].id, reason) for index, reason in sorted(refused.items())),
        cost=cost,
        bound=min(bound, cost),
        gap=max(0, cost - bound) / cost if cost else 0.0,
    )


def _whole_day(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: list[Placed],
    limits: Limits,
) -> tuple[list[Placed], int]:
    solution = improve(day, groups, dict(enumerate(options)), flights, limits)
    if solution is None:
        return flights, 0
    better = solution.cost < total_cost(day, flights)
    return list(solution.flights) if better else flights, solution.bound


def _searched(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: list[Placed],
    limits: Limits,
) -> tuple[list[Placed], int]:
    """The best schedule of several searches side by side, and the bound that is looked for meanwhile."""
    known = total_cost(day, flights)
    found = lower_bound(day, groups, options, known, BOUND_SHARE * limits.seconds)
    priced = first_schedule(day, groups, options, Renting(found.prices, RENT_WEIGHT))
    flights = min(flights, priced, key=lambda flights: total_cost(day, flights))
    effort = Effort(ROUNDS_PER_PARCEL * len(day.parcels), SEARCH_SHARE * limits.seconds)
    search = partial(ruin_and_recreate, day, groups, options, flights, found.prices, effort=effort)
    with ThreadPoolExecutor(limits.workers + 1) as pool:
        rngs = np.random.default_rng(limits.seed).spawn(max(1, limits.workers - 1))
        searches = [pool.submit(search, rng) for rng in rngs]
        further = pool.submit(lower_bound, day, groups, options, known, effort.seconds, found.prices)
        schedules = [one.result() for one in searches]
    return min(schedules, key=lambda flights: total_cost(day, flights)), max(found.points, further.result().points)


def _by_windows(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: list[Placed],
    limits: Limits,
) -> list[Placed]:
    deadline = time.monotonic() + limits.seconds
    starts = list(range(day.opens_s, max(day.opens_s + 1, day.closes_s - HOUR_S), HOUR_S))
    for number, start in enumerate(starts):
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        free = _window(day, options, flights, start)
        if not free:
            continue
        share = Limits(left_s / (len(starts) - number), limits.workers, limits.seed)
        solution = improve(day, groups, free, flights, share)
        if solution is None:
            continue
        changed = [placed for placed in flights if placed.option.parcel not in free] + list(solution.flights)
        if total_cost(day, changed) < total_cost(day, flights):
            flights = changed
    return flights


def _window(
    day: FleetDay, options: Sequence[Sequence[Option]], flights: Sequence[Placed], start_s: int
) -> dict[ParcelIndex, list[Option]]:
    """Options that touch a window, of the parcels that depart in it and of the most pressing ones left out."""
    flown = {placed.option.parcel: placed.departure_s for placed in flights}
    end_s, free, tried = start_s + WINDOW_S, dict[ParcelIndex, list[Option]](), 0
    for job in jobs_of(day):
        inside = {
            index: [option for option in options[index] if option.first_s < end_s and option.last_s >= start_s]
            for index in job
        }
        departs = [start_s <= flown[index] < end_s for index in job if index in flown]
        if departs:
            free |= {index: inside[index] for index, here in zip(job, departs, strict=True) if here}
        elif all(inside.values()) and tried < AS_MANY_LEFT_OUT:
            tried += 1
            free |= inside
    return free


def _completed(
    day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]], flights: Sequence[Placed]
) -> list[Placed]:
    """Add what still has room."""
    occupations, flown = Occupations(day, groups), list(flights)
    for placed in flights:
        occupations.take(placed)
    served = {placed.option.parcel for placed in flights}
    for job in jobs_of(day):
        added = [] if job[0] in served else place(occupations, options, job)
        if added and worth_flying(day, added):
            for placed in added:
                occupations.take(placed)
            flown += added
    return flown


def _refused(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: Sequence[Placed],
    reasons: dict[ParcelIndex, Reason],
) -> dict[ParcelIndex, Reason]:
    refused, flown = dict(reasons), {placed.option.parcel for placed in flights}
    for job in jobs_of(day):
        if job[0] not in flown and job[0] not in reasons:
            refused |= dict.fromkeys(job, reason_left_out(day, groups, options, flights, job))
    return refused


def _with_drones(day: FleetDay, groups: Sequence[Group], flights: Sequence[Placed]) -> tuple[Flight, ...]:
    """Give each flight the drone of its group that has been back longest."""
    free_s = {drone: -1 for group in groups for drone in group.drones}
    found = []
    for placed in sorted(flights, key=lambda placed: (placed.departure_s, placed.option.parcel)):
        option, group = placed.option, groups[placed.option.group]
        parcel, arrival = day.parcels[option.parcel], placed.departure_s + option.out_s
        drone = min(group.drones, key=free_s.__getitem__)
        free_s[drone] = placed.swap_s + group.type.swap_s
        found.append(
            Flight(
                parcel=parcel.id,
                drone=drone,
                pad=group.pad.id,
                departure_s=placed.departure_s,
                arrival_s=arrival,
                landing_s=placed.departure_s + option.total_s,
                swap_s=placed.swap_s,
                charge_s=placed.charge_s,
                charged_s=placed.charge_s + option.charge_s,
                energy_j=option.energy_j,
                late_s=max(0, arrival - parcel.due_s),
            )
        )
    return tuple(found)
