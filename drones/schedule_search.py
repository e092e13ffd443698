"""Improve a schedule by taking neighbouring flights out and placing them again in another order, by points and rents.

References
----------
Schrimpf et al. 2000, Record breaking optimization results using the ruin and recreate principle,
doi:10.1006/jcph.1999.6413. Christiaens and Vanden Berghe 2020, Slack induction by string removals for vehicle routing
problems, doi:10.1287/trsc.2019.0914 (ways overlooked at random).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from drones.schedule_greedy import jobs_of
from drones.schedule_kernels import NOWHERE, Ints, Tables, search, take
from drones.schedule_prices import Prices
from drones.schedule_problem import FleetDay, Group, Option, Priority
from drones.schedule_use import Kind, Placed, Thing, capacities, delivery_use, things_of

WEIGHTS = np.array([0.0, 0.3, 0.6, 1.0])
"""Of rents beside points."""

WARMEST, COLDEST = 1500.0, 20.0
"""Points by which a schedule may become worse, on average, in the beginning and in the end."""

ROUNDS_AT_ONCE = 100

AFTER_S = 24 * 3600
"""By when everything is swapped and charged after the day's end."""


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
    begin, tables = time.monotonic(), tables_of(day, groups, options, prices)
    every = [option for found in options for option in found]
    number = {id(option): k for k, option in enumerate(every)}
    kept = np.full((len(day.parcels), 4), NOWHERE, dtype=np.int64)
    levels = np.zeros((len(tables.capacity), tables.paid.shape[1] - 1), dtype=np.int16)
    opens = day.opens_s
    for one in flights:
        times = one.departure_s - opens, one.swap_s - opens, one.charge_s - opens
        kept[one.option.parcel] = (number[id(one.option)], *times)
        take(tables, levels, number[id(one.option)], times, 1)
    best, ahead, done = kept.copy(), 0, 0
    while done < effort.rounds and len(tables.jobs):
        used = max(done / effort.rounds, (time.monotonic() - begin) / effort.seconds)
        if used >= 1:
            break
        warmth = WARMEST * (COLDEST / WARMEST) ** used
        ahead = search(tables, (levels, kept, best), ahead, warmth, WEIGHTS, ROUNDS_AT_ONCE, rng)
        done += ROUNDS_AT_ONCE
    rows = (row.tolist() for row in best if row[0] != NOWHERE)
    return [Placed(every[row[0]], *(at + opens for at in row[1:])) for row in rows]


def tables_of(day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]], prices: Prices) -> Tables:
    """The day in arrays."""
    there, opens = capacities(day, groups), day.opens_s
    thing = {name: k for k, name in enumerate(there)}
    ways = [
        (o.group, o.first_s - opens, o.last_s - opens, o.out_s, o.total_s, o.charge_s, o.cost)
        for found in options
        for o in found
    ]
    jobs = [(*job, NOWHERE)[:2] for job in jobs_of(day) if all(options[index] for index in job)]
    return Tables(
        of_parcel=np.array([0, *accumulate(map(len, options))]),
        options=np.array(ways, dtype=np.int64).reshape(-1, 7),
        groups=np.array([_group(number, group, thing) for number, group in enumerate(groups)], dtype=np.int64),
        parcels=_parcels(day, options, thing),
        jobs=np.array(jobs, dtype=np.int64).reshape(-1, 2),
        capacity=np.array(list(there.values()), dtype=np.int64),
        paid=_paid(list(there), prices, opens, day.closes_s + AFTER_S),
    )


def _group(number: int, group: Group, thing: dict[Thing, int]) -> tuple[int, ...]:
    things = things_of(number, group)
    used = things.pad, things.drones, things.batteries, things.crews, things.chargers
    return (*(thing[one] for one in used), group.pad.takeoff_s, group.pad.turnaround_s, group.type.swap_s)


def _parcels(day: FleetDay, options: Sequence[Sequence[Option]], thing: dict[Thing, int]) -> Ints:
    ranks, rows = list(Priority), []
    for parcel, found in zip(day.parcels, options, strict=True):
        uses = delivery_use(day, found[0], 0) if found else ()
        drop = thing[Thing(Kind.PAD, parcel.pad)] if uses else NOWHERE
        worth, closed_s = day.worth[parcel.priority], sum(use.end_s - use.start_s for use in uses)
        due, rank = parcel.due_s - day.opens_s, ranks.index(parcel.priority)
        rows.append((due, worth.late_per_s, worth.unserved, drop, closed_s, parcel.service_s, rank))
    return np.array(rows, dtype=np.int64).reshape(-1, 7)


def _paid(things: Sequence[Thing], prices: Prices, opens_s: int, end_s: int) -> "np.typing.NDArray[np.float64]":
    """Rent of each thing up to every second."""
    found = np.zeros((len(things), end_s - opens_s + 1))
    for k, thing in enumerate(things):
        if thing in prices.numbers:
            per_s = np.repeat(prices.per_s[prices.numbers[thing]], prices.slot_s)[opens_s:end_s]
            np.cumsum(per_s, out=found[k, 1 : 1 + len(per_s)])
            found[k, 1 + len(per_s) :] = found[k, len(per_s)]
    return found
