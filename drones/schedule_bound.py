"""A lower bound on the points of any schedule: drones, batteries and pads have a price by minute, and parcels choose.

All flights together use no more drones, batteries and pads in any minute than there are. For any prices of these
minutes the sum over parcels of the cheapest choice, less what all that there is would cost, is a bound (Lagrange): no
tolerance of a solver enters. The prices are found by steps along deflected subgradients, at first with departures known
only to the minute (what a flight then uses for certain is counted), in the end to the second.

References
----------
Fisher 1981, The Lagrangian relaxation method, doi:10.1287/mnsc.27.1.1. Camerini, Fratta and Maffioli 1975, On improving
relaxation methods by modified gradient techniques, doi:10.1007/BFb0120697.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drones.schedule_prices import Prices, prices_of
from drones.schedule_problem import FleetDay, Group, Option
from drones.schedule_use import Thing, capacities, delivery_use, things_of
from planner.kernels import kernel

SLOT_S = 60
STEPS = 3000
BLOCKS_S = (60, 12)
"""How exactly departures are known, while prices are looked for first and then."""

PATIENCE = 25
"""Steps without a better bound after which the aim is set half as high above it."""

DEFLECTION = 0.6
"""Share of the last direction in the next."""


@dataclass(frozen=True, slots=True)
class _Choices:
    """Options by parcel with what each uses: by part the thing, seconds after departure, and for how long.

    Attributes
    ----------
    of_parcel, of_option : array of int
        Where the options of a parcel begin, and the parts of an option.
    figures : array of int, one row an option
        First and last departure, seconds to the goal, points for energy, due time, points for a second of lateness.
    """

    of_parcel: NDArray[np.int64]
    of_option: NDArray[np.int64]
    figures: NDArray[np.int64]
    parts: NDArray[np.int64]
    unserved: NDArray[np.float64]
    limit: NDArray[np.float64]
    slots: int


@dataclass(frozen=True, slots=True)
class Bound:
    """Points below which no schedule of the day can come, and the prices that show it."""

    points: int
    prices: Prices


def lower_bound(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    known: int,
    seconds: float = inf,
    found: Prices | None = None,
) -> Bound:
    """A bound on the points of a day.

    Parameters
    ----------
    known : int
        Points of some schedule: no bound is higher.
    seconds : float
        After which the search for prices ends.
    found : Prices or None
        Of an earlier search, to go on from.
    """
    choices, begin = _choices(day, groups, options), time.monotonic()
    prices = np.zeros((len(choices.limit), choices.slots)) if found is None else np.array(found.per_s)
    for share, block_s in zip((0.25, 1.0), BLOCKS_S, strict=True) if found is None else [(1.0, BLOCKS_S[-1])]:
        prices = _best_prices(choices, prices, (known, block_s), begin + share * seconds)
    best = _valued(choices, prices, 1)[0]
    points = min(known, ceil(best - 1e-6 * max(1.0, abs(best))))
    return Bound(points, prices_of(tuple(capacities(day, groups)), prices, SLOT_S))


def _best_prices(
    choices: _Choices, prices: NDArray[np.float64], aim: tuple[int, int], deadline: float
) -> NDArray[np.float64]:
    """Prices with a high bound, from those given on."""
    known, block_s = aim
    direction = np.zeros_like(prices)
    best, at_best, waited = -inf, prices, 0
    value, excess = _valued(choices, prices, block_s)
    ahead = 0.05 * max(1.0, known - value)
    for _ in range(STEPS):
        waited = 0 if value > best + ahead / 50 else waited + 1
        if value > best:
            best, at_best = value, prices
        if waited >= PATIENCE:
            ahead, waited, prices, direction = ahead / 2, 0, at_best, np.zeros_like(prices)
            value, excess = _valued(choices, prices, block_s)
        if best >= known - 1 or ahead < known / 1e5 or time.monotonic() > deadline:
            break
        direction = np.where((prices == 0) & (excess < 0), 0.0, excess) + DEFLECTION * direction
        length = float((direction * direction).sum())
        if length == 0:
            break
        prices = np.maximum(0.0, prices + (best + ahead - value) / length * direction)
        value, excess = _valued(choices, prices, block_s)
    return at_best


def _valued(choices: _Choices, prices: NDArray[np.float64], block_s: int) -> tuple[float, NDArray[np.float64]]:
    """The bound at prices per second, and by how much the choices use more than there is."""
    paid = np.zeros((len(prices), choices.slots + 1))
    np.cumsum(prices * SLOT_S, axis=1, out=paid[:, 1:])
    used = np.zeros_like(prices)
    given = choices.of_parcel, choices.of_option, choices.figures, choices.parts, choices.unserved
    value = _choose(given, paid, prices, used, block_s)
    there = choices.limit[:, np.newaxis] * SLOT_S
    return value - float((prices * there).sum()), used - there


@kernel
def _choose(choices: Any, paid: Any, prices: Any, used: Any, block_s: int) -> float:  # noqa: C901
    """Sum of the cheapest choice of each parcel; what they use is added to `used`."""
    of_parcel, of_option, figures, parts, unserved = choices
    total = 0.0
    for parcel in range(len(unserved)):
        least, which, begin = unserved[parcel], -1, 0
        for option in range(of_parcel[parcel], of_parcel[parcel + 1]):
            first, last, out_s, energy, due, late = figures[option]
            low = first
            while low <= last:
                high = min(last, (low // block_s + 1) * block_s - 1)
                cost = energy + late * max(0, low + out_s - due) + 0.0
                for part in range(of_option[option], of_option[option + 1]):
                    thing, offset, length = parts[part]
                    start, end = high + offset, low + offset + length
                    if end > start:
                        i, j = start // SLOT_S, end // SLOT_S
                        cost += paid[thing, j] - paid[thing, i]
                        if end % SLOT_S:
                            cost += prices[thing, j] * (end % SLOT_S)
                        if start % SLOT_S:
                            cost -= prices[thing, i] * (start % SLOT_S)
                if cost < least:
                    least, which, begin = cost, option, low
                low = high + 1
        total += least
        if which >= 0:
            high = min(figures[which, 1], (begin // block_s + 1) * block_s - 1)
            for part in range(of_option[which], of_option[which + 1]):
                thing, offset, length = parts[part]
                start, end = high + offset, begin + offset + length
                slot = start // SLOT_S
                while slot * SLOT_S < end:
                    used[thing, slot] += min(end, (slot + 1) * SLOT_S) - max(start, slot * SLOT_S)
                    slot += 1
    return total


def _choices(day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]]) -> _Choices:
    there = capacities(day, groups)
    number = {thing: k for k, thing in enumerate(there)}
    figures, parts, of_parcel, of_option, latest = [], [], [0], [0], day.closes_s
    for parcel, found in zip(day.parcels, options, strict=True):
        worth = day.worth[parcel.priority]
        for option in found:
            late = worth.late_per_s
            figures.append((option.first_s, option.last_s, option.out_s, option.cost, parcel.due_s, late))
            for thing, offset, length in _parts(day, groups, option):
                parts.append((number[thing], offset, length))
                latest = max(latest, option.last_s + offset + length)
            of_option.append(len(parts))
        of_parcel.append(len(figures))
    return _Choices(
        of_parcel=np.array(of_parcel),
        of_option=np.array(of_option),
        figures=np.array(figures, dtype=np.int64).reshape(-1, 6),
        parts=np.array(parts, dtype=np.int64).reshape(-1, 3),
        unserved=np.array([float(day.worth[parcel.priority].unserved) for parcel in day.parcels]),
        limit=np.array([float(count) for count in there.values()]),
        slots=latest // SLOT_S + 2,
    )


def _parts(day: FleetDay, groups: Sequence[Group], option: Option) -> list[tuple[Thing, int, int]]:
    """What a flight uses at least, from how long after its departure, for how long."""
    group, things = groups[option.group], things_of(option.group, groups[option.group])
    away_s = option.total_s + group.pad.turnaround_s + group.type.swap_s
    delivery = [(use.thing, use.start_s, use.end_s - use.start_s) for use in delivery_use(day, option, 0)]
    return [
        (things.drones, 0, away_s),
        (things.batteries, 0, away_s + option.charge_s),
        (things.pad, 0, group.pad.takeoff_s),
        (things.pad, option.total_s, group.pad.turnaround_s),
        *delivery,
    ]
