"""A lower bound on the points of any schedule: drones and batteries only counted, their lack priced (Lagrange).

Departures are counted by slot of `SLOT_S`. A flight that departs in a slot is certainly away from the slot's end until
its earliest swap is over, and holds its battery until the earliest end of charging; at no slot's beginning are more
flights away than there are drones, or more batteries held than there are. Takeoffs and landings of an hour's
departures fit on a pad within that hour and one longest flight. For any prices of these limits the sum over parcels
of the cheapest choice less the price of the limits is a bound, so no tolerance of a solver enters.

References
----------
Fisher 1981, The Lagrangian relaxation method, doi:10.1287/mnsc.27.1.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from drones.schedule_problem import HOUR_S, FleetDay, Group, Option
from drones.schedule_use import Thing, capacities, things_of

SLOT_S = 300
STEPS = 400
PATIENCE = 12
"""Steps without a better bound after which the stride is halved."""


@dataclass(frozen=True, slots=True)
class _Counting:
    """Choices (columns, by parcel) and limits (rows): by entry k choice `column[k]` takes `amount[k]` of `row[k]`."""

    cost: NDArray[np.float64]
    starts: NDArray[np.int64]
    column: NDArray[np.int64]
    row: NDArray[np.int64]
    amount: NDArray[np.float64]
    limit: NDArray[np.float64]


def lower_bound(day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]], known: int) -> int:
    """Points below which no schedule of the day can come.

    Parameters
    ----------
    known : int
        Points of some schedule, to set the stride of the search for prices.
    """
    if not day.parcels:
        return 0
    counting = _count(day, groups, options)
    prices = np.zeros(len(counting.limit))
    best, stride, waited = -np.inf, 1.0, 0
    for _ in range(STEPS):
        value, excess = _priced(counting, prices)
        if value > best:
            best, waited = value, 0
        else:
            waited += 1
            if waited == PATIENCE:
                stride, waited = stride / 2, 0
        length = float(excess @ excess)
        if length == 0 or best >= known - 1:
            break
        prices = np.maximum(0.0, prices + stride * (known - value) / length * excess)
    return min(known, ceil(best - 1e-6 * max(1.0, abs(best))))


def _priced(counting: _Counting, prices: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    size = len(counting.cost)
    weights = counting.amount * prices[counting.row]
    reduced = counting.cost + np.bincount(counting.column, weights=weights, minlength=size)
    least = np.minimum.reduceat(reduced, counting.starts)
    spans = np.diff(np.append(counting.starts, size))
    ties = np.flatnonzero(reduced == np.repeat(least, spans))
    chosen = np.zeros(size)
    parcel = np.repeat(np.arange(len(spans)), spans)[ties]
    chosen[ties[np.unique(parcel, return_index=True)[1]]] = 1.0
    used = np.bincount(counting.row, weights=counting.amount * chosen[counting.column], minlength=len(prices))
    excess = used - counting.limit
    excess[(prices == 0) & (excess < 0)] = 0.0
    return float(least.sum() - prices @ counting.limit), excess


def _count(day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]]) -> _Counting:
    rows, limits = _Rows(), capacities(day, groups)
    longest = max((option.total_s for found in options for option in found), default=0)
    costs, starts = list[int](), list[int]()
    for parcel, found in zip(day.parcels, options, strict=True):
        starts.append(len(costs))
        worth = day.worth[parcel.priority]
        costs.append(worth.unserved)
        for option in found:
            for slot in range(option.first_s // SLOT_S, option.last_s // SLOT_S + 1):
                departure = max(option.first_s, slot * SLOT_S)
                late = max(0, departure + option.out_s - parcel.due_s)
                rows.add(len(costs), option, slot, groups[option.group])
                costs.append(option.cost + worth.late_per_s * late)
    numbered = {name: number for number, name in enumerate(dict.fromkeys(rows.row))}
    pads = {group.pad.id: group.pad for group in groups}
    limit = [
        HOUR_S + longest + pads[thing.name].turnaround_s if of_pad else limits[thing] for thing, _, of_pad in numbered
    ]
    return _Counting(
        cost=np.array(costs, dtype=np.float64),
        starts=np.array(starts, dtype=np.int64),
        column=np.array(rows.column, dtype=np.int64),
        row=np.array([numbered[name] for name in rows.row], dtype=np.int64),
        amount=np.array(rows.amount, dtype=np.float64),
        limit=np.array(limit, dtype=np.float64),
    )


class _Rows:
    def __init__(self) -> None:
        self.column: list[int] = []
        self.row: list[tuple[Thing, int, bool]] = []
        self.amount: list[float] = []

    def add(self, column: int, option: Option, slot: int, group: Group) -> None:
        """What a departure in a slot certainly takes."""
        things = things_of(option.group, group)
        first, last = max(option.first_s, slot * SLOT_S), min(option.last_s, (slot + 1) * SLOT_S - 1)
        away_s = option.total_s + group.pad.turnaround_s + group.type.swap_s
        for thing, length_s in ((things.drones, away_s), (things.batteries, away_s + option.charge_s)):
            for point in range(-(-last // SLOT_S), -(-(first + length_s) // SLOT_S)):
                self._enter(column, (thing, point, False), 1.0)
        pad_s = group.pad.takeoff_s + group.pad.turnaround_s
        self._enter(column, (things.pad, first // HOUR_S, True), pad_s)

    def _enter(self, column: int, name: tuple[Thing, int, bool], amount: float) -> None:
        self.column.append(column)
        self.row.append(name)
        self.amount.append(amount)
