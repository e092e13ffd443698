"""Improve a schedule by taking neighbouring flights out and placing them again in another order, by points and rents.

References
----------
Schrimpf et al. 2000, Record breaking optimization results using the ruin and recreate principle,
doi:10.1006/jcph.1999.6413.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from drones.schedule_greedy import Renting, cost_of, jobs_of, place, worth_flying
from drones.schedule_prices import Prices
from drones.schedule_problem import HOUR_S, FleetDay, Group, Option, ParcelIndex, Priority
from drones.schedule_use import Occupations, Placed

Job = tuple[ParcelIndex, ...]

SHORTEST_RUIN_S, LONGEST_RUIN_S = HOUR_S // 3, 2 * HOUR_S

WEIGHTS = (0.0, 0.3, 0.6, 1.0)
"""Of rents beside points."""

WARMTH = 3000.0
"""Points by which a schedule may become worse, on average, in the beginning."""

REBUILT_EVERY = 50
"""Rounds after which the step functions are built anew, without the steps of discarded flights."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long is searched: rounds, and seconds at most."""

    rounds: int
    seconds: float


def ruin_and_recreate(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: Sequence[Placed],
    prices: Prices,
    rng: np.random.Generator,
    effort: Effort,
) -> list[Placed]:
    """Never a worse schedule; the same one for the same generator unless the seconds end first.

    Places are chosen by points and rents, weighed anew each round; a worse schedule is taken up at times, the less the
    later, and the best one met is given back.
    """
    begin = time.monotonic()
    jobs = [job for job in jobs_of(day) if all(options[index] for index in job)]
    kept = {placed.option.parcel: placed for placed in flights}
    best, ahead = dict(kept), 0
    occupations = Occupations(day, groups)
    for number in range(effort.rounds):
        used = max(number / effort.rounds, (time.monotonic() - begin) / effort.seconds)
        if not kept or used >= 1:
            break
        if number % REBUILT_EVERY == 0:
            occupations = Occupations(day, groups)
            for placed in kept.values():
                occupations.take(placed)
        taken_out, tried = _ruin(jobs, options, kept, rng)
        for index in taken_out:
            occupations.take(kept[index], -1)
        renting = Renting(prices, float(rng.choice(WEIGHTS)))
        placed_anew = _recreate(occupations, options, _shuffled(day, tried, rng), renting)
        gained = _gain(day, placed_anew.values()) - _gain(day, (kept[index] for index in taken_out))
        if gained >= -WARMTH * (1 - used) * rng.exponential():
            kept = {index: placed for index, placed in kept.items() if index not in taken_out} | placed_anew
            ahead += gained
            if ahead > 0:
                best, ahead = dict(kept), 0
            continue
        for placed in placed_anew.values():
            occupations.take(placed, -1)
        for index in taken_out:
            occupations.take(kept[index])
    return list(best.values())


def _ruin(
    jobs: Sequence[Job],
    options: Sequence[Sequence[Option]],
    kept: dict[ParcelIndex, Placed],
    rng: np.random.Generator,
) -> tuple[set[ParcelIndex], list[Job]]:
    """Parcels taken out, and jobs to be placed: theirs and those left out so far that could depart then."""
    start = list(kept.values())[int(rng.integers(len(kept)))].departure_s
    end = start + int(rng.integers(SHORTEST_RUIN_S, LONGEST_RUIN_S))
    share = rng.uniform(0.3, 1.0)
    tried = []
    for job in jobs:
        if job[0] not in kept:
            if any(option.first_s < end and option.last_s >= start for option in options[job[0]]):
                tried.append(job)
        elif any(start <= kept[index].departure_s < end for index in job) and rng.random() < share:
            tried.append(job)
    return {index for job in tried for index in job if index in kept}, tried


def _shuffled(day: FleetDay, jobs: Sequence[Job], rng: np.random.Generator) -> list[Job]:
    """By priority and due time, with noise."""
    order, noise_s = list(Priority), rng.uniform(0, HOUR_S)

    def pressing(job: Job) -> tuple[int, float]:
        first = day.parcels[job[0]]
        return min(order.index(day.parcels[index].priority) for index in job), first.due_s + noise_s * rng.normal()

    return sorted(jobs, key=pressing)


def _recreate(
    occupations: Occupations, options: Sequence[Sequence[Option]], jobs: Sequence[Job], renting: Renting
) -> dict[ParcelIndex, Placed]:
    found = {}
    for job in jobs:
        placed = place(occupations, options, job, renting)
        if placed and worth_flying(occupations.day, placed):
            for flight in placed:
                occupations.take(flight)
                found[flight.option.parcel] = flight
    return found


def _gain(day: FleetDay, flights: Iterable[Placed]) -> int:
    """Points saved against leaving these parcels out."""
    return sum(
        day.worth[day.parcels[placed.option.parcel].priority].unserved - cost_of(day, placed) for placed in flights
    )
