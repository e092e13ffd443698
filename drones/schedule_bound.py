"""A lower bound on the points of any schedule: what things are used at least in spans of the day, the lack priced.

Departures are counted by slot of `SLOT_S`. Wherever in its slot a flight departs, it uses its drone, its battery and
the pads for some least time within a span of the day; all flights together for no longer than span times number.
For any prices of these limits the sum over parcels of the cheapest choice, less the price of the limits, is a bound
(Lagrange): no tolerance of a solver enters.

References
----------
Fisher 1981, The Lagrangian relaxation method, doi:10.1287/mnsc.27.1.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from drones.schedule_problem import FleetDay, Group, Option
from drones.schedule_use import Thing, capacities, delivery_use, things_of

SLOT_S = 300
STEPS = 400
SPANS = ((300, 300), (1800, 3600), (3600, 4 * 3600))
"""How far apart and how long the spans are that use is counted in."""

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
    costs, starts, rows = list[int](), list[int](), dict[tuple[Thing, int, int], int]()
    entries: list[tuple[int, int, int]] = []
    for parcel, found in zip(day.parcels, options, strict=True):
        starts.append(len(costs))
        worth = day.worth[parcel.priority]
        costs.append(worth.unserved)
        for option in found:
            parts = _parts(day, groups, option)
            for slot in range(option.first_s // SLOT_S, option.last_s // SLOT_S + 1):
                first, last = max(option.first_s, slot * SLOT_S), min(option.last_s, (slot + 1) * SLOT_S - 1)
                for thing, offset, length in parts:
                    for span, overlap in _overlaps(first + offset, last + offset, length):
                        entries.append((len(costs), rows.setdefault((thing, *span), len(rows)), overlap))
                costs.append(option.cost + worth.late_per_s * max(0, first + option.out_s - parcel.due_s))
    there = capacities(day, groups)
    column, row, amount = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    return _Counting(
        cost=np.array(costs, dtype=np.float64),
        starts=np.array(starts, dtype=np.int64),
        column=column,
        row=row,
        amount=amount / SLOT_S,
        limit=np.array([there[thing] * (end - start) / SLOT_S for thing, start, end in rows]),
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


def _overlaps(first_s: int, last_s: int, length_s: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Spans that an interval beginning from first to last overlaps for certain, and the least overlap."""
    for step_s, span_s in SPANS:
        for start in range((first_s - span_s) // step_s * step_s, last_s + length_s, step_s):
            end = start + span_s
            # the overlap is a concave function of the beginning, least at one end
            least = min(min(begin + length_s, end) - max(begin, start) for begin in (first_s, last_s))
            if least > 0:
                yield (start, end), least
