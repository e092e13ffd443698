"""Placing flights among others and placing many of them again, compiled: `earliest`, `search`."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel

Ints = NDArray[np.int64]

NOWHERE = -1
"""The option of a parcel that is left out, a second leg that there is none of, a delivery without a pad."""

SHORTEST_RUIN_S, LONGEST_RUIN_S = 600.0, 3600.0
MOST_TRIED = 5
"""Parcels left out so far that are tried again in one round, on average where there are many."""

BLINK = 0.03
"""Share of ways that are overlooked, so that the same parcels find different places."""

LONGEST_NOISE_S = 10_800.0

BY_LENGTH = 0.3


class Tables(NamedTuple):
    """A day in arrays; times in seconds after the day's opening.

    Attributes
    ----------
    of_parcel : array of int
        Where the options of each parcel begin.
    options : array of int, one row an option
        Group, first and last departure, seconds out, in all and of charging, points for energy.
    groups : array of int, one row a group
        Pad, drones, batteries, crews and chargers by number of thing; seconds of take-off, turnaround, swap.
    parcels : array of int, one row a parcel
        Due, points for a second late, points left out, delivery pad, for how long, service, rank of priority.
    jobs : array of int, one row a job
        First and last leg.
    capacity : array of int
        By thing.
    paid : array of float, one row a thing
        Rent from the opening to each second.
    """

    of_parcel: Ints
    options: Ints
    groups: Ints
    parcels: Ints
    jobs: Ints
    capacity: Ints
    paid: NDArray[np.float64]


@kernel
def next_fit(row: Any, capacity: int, start: int, length: int) -> int:
    """Earliest start, not before `start`, from which one of a thing is free for the length; the row's end at least."""
    if length <= 0:
        return start
    free_to = start
    while start + length <= len(row):
        at = start + length - 1
        while at >= free_to and row[at] < capacity:
            at -= 1
        if at < free_to:
            return start
        free_to, start = start + length, at + 1
        free_to = max(free_to, start)
    return len(row)


@kernel
def change(row: Any, start: int, length: int, by: int) -> None:
    """Take (+1) or give back (-1) one of a thing."""
    for at in range(start, start + length):
        row[at] += by


@kernel
def take(tables: Any, levels: Any, option: int, times: Any, by: int) -> None:
    """Enter a flight with its departure, swap and charging, or with -1 take it out again."""
    group, _, _, out_s, total_s, charge_s, _ = tables.options[option]
    pad, drones, batteries, crews, chargers, takeoff_s, turnaround_s, swap_s = tables.groups[group]
    departure, swap, charge = times
    change(levels[pad], departure, takeoff_s, by)
    change(levels[pad], departure + total_s, turnaround_s, by)
    change(levels[drones], departure, swap + swap_s - departure, by)
    change(levels[crews], swap, swap_s, by)
    change(levels[chargers], charge, charge_s, by)
    change(levels[batteries], departure, charge + charge_s - departure, by)
    parcel = np.searchsorted(tables.of_parcel, option, side="right") - 1
    if tables.parcels[parcel, 3] >= 0:
        change(levels[tables.parcels[parcel, 3]], departure + out_s, tables.parcels[parcel, 4], by)


@kernel
def earliest(tables: Any, levels: Any, parcel: int, option: int, not_before: int) -> Any:
    """Departure, swap and charging of the earliest flight of an option that all things have room for, or NOWHERE."""
    group, first, last, out_s, total_s, charge_s, _ = tables.options[option]
    pad, drones, batteries, crews, chargers, takeoff_s, turnaround_s, swap_s = tables.groups[group]
    capacity, drop = tables.capacity, tables.parcels[parcel, 3]
    departure, horizon = max(first, not_before), levels.shape[1]
    while departure <= last:
        later = next_fit(levels[pad], capacity[pad], departure, takeoff_s)
        if later == departure:
            later = next_fit(levels[pad], capacity[pad], departure + total_s, turnaround_s) - total_s
        if later == departure and drop >= 0:
            later = next_fit(levels[drop], capacity[drop], departure + out_s, tables.parcels[parcel, 4]) - out_s
        if later == departure:
            swap = next_fit(levels[crews], capacity[crews], departure + total_s + turnaround_s, swap_s)
            charge = next_fit(levels[chargers], capacity[chargers], swap + swap_s, charge_s)
            if charge + charge_s > horizon:
                break
            later = next_fit(levels[drones], capacity[drones], departure, swap + swap_s - departure)
            if later == departure:
                later = next_fit(levels[batteries], capacity[batteries], departure, charge + charge_s - departure)
            if later == departure:
                return departure, swap, charge
        departure = later
    return NOWHERE, NOWHERE, NOWHERE


@kernel
def points(tables: Any, parcel: int, option: int, departure: int) -> int:
    """Of a flight: energy and weighted lateness."""
    late = max(0, departure + tables.options[option, 3] - tables.parcels[parcel, 0])
    return tables.options[option, 6] + tables.parcels[parcel, 1] * late  # type: ignore[no-any-return]


@kernel
def rent(tables: Any, parcel: int, option: int, times: Any) -> float:
    """What all that a flight uses costs at the prices of things."""
    group, _, _, out_s, total_s, charge_s, _ = tables.options[option]
    pad, drones, batteries, _, _, takeoff_s, turnaround_s, swap_s = tables.groups[group]
    departure, swap, charge = times
    landing, drop, paid = departure + total_s, tables.parcels[parcel, 3], tables.paid
    cost = paid[pad, departure + takeoff_s] - paid[pad, departure]
    cost += paid[pad, landing + turnaround_s] - paid[pad, landing]
    cost += paid[drones, swap + swap_s] - paid[drones, departure]
    cost += paid[batteries, charge + charge_s] - paid[batteries, departure]
    if drop >= 0:
        cost += paid[drop, departure + out_s + tables.parcels[parcel, 4]] - paid[drop, departure + out_s]
    return float(cost)


@kernel
def place(tables: Any, levels: Any, flights: Any, job: Any, weight: float, rng: Any) -> int:
    """Fly a job where it costs least with rents, leg by leg; points saved against leaving it out, 0 if left out.

    A leg whose rents are more than it saves is left out: others can do more with what it would use.
    """
    ready, gain = 0, 0
    for leg in job:
        if leg < 0:
            break
        best, least, when = NOWHERE, np.inf, (0, 0, 0)
        for option in range(tables.of_parcel[leg], tables.of_parcel[leg + 1]):
            if points(tables, leg, option, max(tables.options[option, 1], ready)) >= least or rng.random() < BLINK:
                continue
            times = earliest(tables, levels, leg, option, ready)
            if times[0] < 0:
                continue
            cost = points(tables, leg, option, times[0]) + weight * rent(tables, leg, option, times)
            if cost < least:
                best, least, when = option, cost, times
        if best < 0 or least >= tables.parcels[leg, 2]:
            gain = 0
            break
        take(tables, levels, best, when, 1)
        flights[leg] = (best, *when)
        gain += tables.parcels[leg, 2] - points(tables, leg, best, when[0])
        ready = when[0] + tables.options[best, 3] + tables.parcels[leg, 5]
    if gain <= 0:
        leave(tables, levels, flights, job)
        return 0
    return gain


@kernel
def leave(tables: Any, levels: Any, flights: Any, job: Any) -> int:
    """Take a job's flights out; the points they had saved."""
    gain = 0
    for leg in job:
        if leg >= 0 and flights[leg, 0] >= 0:
            option, departure, swap, charge = flights[leg]
            take(tables, levels, option, (departure, swap, charge), -1)
            gain += tables.parcels[leg, 2] - points(tables, leg, option, departure)
            flights[leg] = NOWHERE
    return gain


@kernel
def ruined(tables: Any, flights: Any, rng: Any) -> Any:
    """Jobs near a flight in time, often only those of its group, and some left out that could depart then."""
    jobs, count = tables.jobs, 0
    found = np.empty(len(jobs), np.int64)
    centre, tried = int(rng.random() * len(jobs)), 0
    while flights[jobs[centre, 0], 0] < 0 and tried < len(jobs):
        centre, tried = (centre + 1) % len(jobs), tried + 1
    option = flights[jobs[centre, 0], 0]
    is_flown = option >= 0
    start = flights[jobs[centre, 0], 1] if is_flown else tables.options[tables.of_parcel[jobs[centre, 0]], 1]
    group = tables.options[option, 0] if is_flown and rng.random() < 0.5 else -1
    end = start + SHORTEST_RUIN_S + (LONGEST_RUIN_S - SHORTEST_RUIN_S) * rng.random() ** 2
    share, lost = 0.3 + 0.7 * rng.random(), 0
    for job in range(len(jobs)):
        lost += flights[jobs[job, 0], 0] < 0
    for job in range(len(jobs)):
        leg = jobs[job, 0]
        if flights[leg, 0] >= 0:
            is_near = start <= flights[leg, 1] < end
            is_near |= jobs[job, 1] >= 0 and start <= flights[jobs[job, 1], 1] < end
            is_alike = group < 0 or tables.options[flights[leg, 0], 0] == group
            if is_near and is_alike and rng.random() < share:
                found[count], count = job, count + 1
        elif rng.random() * lost < MOST_TRIED:
            for option in range(tables.of_parcel[leg], tables.of_parcel[leg + 1]):
                if tables.options[option, 1] < end and tables.options[option, 2] >= start:
                    found[count], count = job, count + 1
                    break
    return found[:count]


@kernel
def ordered(tables: Any, found: Any, rng: Any) -> Any:
    """Jobs by priority and due time or length with noise, now and then without regard to priority."""
    keys, noise, rank_s = np.empty(len(found)), LONGEST_NOISE_S * rng.random() ** 2, 1e6 * (rng.random() < 0.7)
    by_length = rng.random() < BY_LENGTH
    for k in range(len(found)):
        first, last = tables.jobs[found[k]]
        rank = tables.parcels[first, 6] if last < 0 else min(tables.parcels[first, 6], tables.parcels[last, 6])
        key = tables.parcels[first, 0]
        if by_length:
            key = 4 * tables.options[tables.of_parcel[first] : tables.of_parcel[first + 1], 4].min()
        keys[k] = rank_s * rank + key + noise * rng.normal()
    return found[np.argsort(keys)]


@kernel
def search(  # noqa: C901
    tables: Any, state: Any, ahead: int, warmth: float, weights: Any, rounds: int, rng: Any
) -> int:
    """Take out and place again; the schedule is somewhat better or worse after it, `best` the best met.

    Parameters
    ----------
    state : (levels, flights, best)
        How many of each thing are in use by second; option, departure, swap and charging by parcel, now and at best.

    Returns
    -------
    int
        Points by which `flights` are better than `best`, never above 0.
    """
    levels, flights, best = state
    for _ in range(rounds):
        found = ruined(tables, flights, rng)
        weight = weights[int(rng.random() * len(weights))]
        before, gained = flights[tables.jobs[found, 0]], 0
        after = flights[tables.jobs[found, 1]]
        for job in found:
            gained -= leave(tables, levels, flights, tables.jobs[job])
        order = ordered(tables, found, rng)
        for job in order:
            gained += place(tables, levels, flights, tables.jobs[job], weight, rng)
        if weight > 0:
            for job in order:
                if flights[tables.jobs[job, 0], 0] < 0:
                    gained += place(tables, levels, flights, tables.jobs[job], 0.0, rng)
        if gained >= warmth * np.log(1 - rng.random()):
            ahead += gained
            if ahead > 0:
                best[:], ahead = flights, 0
            continue
        for job in found:
            leave(tables, levels, flights, tables.jobs[job])
        for k in range(len(found)):
            for leg, kept in ((tables.jobs[found[k], 0], before[k]), (tables.jobs[found[k], 1], after[k])):
                if leg >= 0 and kept[0] >= 0:
                    take(tables, levels, kept[0], (kept[1], kept[2], kept[3]), 1)
                    flights[leg] = kept
    return ahead
