"""Which of the journeys found a person is shown: the best of each combination of modes, then more of the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.journey_search import Candidates, Span
from planner.model import Itinerary, Mode, StreetLeg


@dataclass(frozen=True, slots=True)
class Weights:
    """Seconds of travel that one unit of discomfort is worth.

    A minute on foot weighs as two of riding (Wardman 2004, doi:10.1016/j.tranpol.2004.05.001, finds 1.5 to 2). The rest
    are choices of ours: a change as five minutes, a minute of leaving later than one could as half a minute, and every
    further kind of vehicle (to book, to unlock, to pay apart) as four. `yen_s` values an hour at 1,800 yen.
    """

    transfer_s: float = 300.0
    walk: float = 1.0
    wait_to_leave: float = 0.5
    kind_s: float = 240.0
    yen_s: float = 2.0


DEFAULT_WEIGHTS = Weights()


def costs(found: Candidates, span: Span, weights: Weights = DEFAULT_WEIGHTS) -> NDArray[np.float64]:
    """Generalised cost of each journey in seconds of travel, the bother of its vehicles aside."""
    idle = span.asked - found.arrival if span.arrive_by else found.departure - span.asked
    travel = found.arrival - found.departure
    comfort = weights.transfer_s * found.transfers + weights.walk * found.walk_s
    return np.asarray(travel + comfort + weights.wait_to_leave * np.maximum(0, idle), np.float64)


def cost_of(itinerary: Itinerary, asked: datetime, arrive_by: bool, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Generalised cost of an itinerary in seconds of travel, its price included where it is known."""
    idle = asked - itinerary.end if arrive_by else itinerary.start - asked
    walks = [leg for leg in itinerary.legs if isinstance(leg, StreetLeg) and leg.mode is Mode.WALK]
    walk_s = sum((leg.end - leg.start).total_seconds() for leg in walks)
    kinds = {type(leg) for leg in itinerary.legs} - {StreetLeg}
    price = itinerary.price()
    return (
        itinerary.duration_s
        + weights.transfer_s * itinerary.transfers
        + weights.walk * walk_s
        + weights.wait_to_leave * max(0.0, idle.total_seconds())
        + weights.kind_s * max(0, len(kinds) - 1)
        + (weights.yen_s * price.amount if price is not None and price.currency == "JPY" else 0.0)
    )


def best_rows(
    found: Candidates, span: Span, count: int, direct: Mapping[int, float], weights: Weights = DEFAULT_WEIGHTS
) -> list[int]:
    """Rows of the journeys to show, in order of departure.

    Of every combination of modes that is worth its bother: the one of least cost and the one there soonest (leaving
    last); then the next in cost, until there are `count`.

    Parameters
    ----------
    direct : mapping of int to float
        Cost of the journeys without scheduled vehicles, by combination of modes.
    """
    cost = costs(found, span, weights)
    order = np.argsort(cost, kind="stable")
    worthwhile = _worthwhile_kinds(found.kind[order], cost[order], direct, weights)
    by_time = np.lexsort((cost, -found.departure if span.arrive_by else found.arrival))
    kept: list[int] = []
    for rows in (order, by_time):
        kinds, first = np.unique(found.kind[rows], return_index=True)
        kept += [int(rows[at]) for kind, at in zip(kinds.tolist(), first.tolist(), strict=True) if kind in worthwhile]
    kept = _without_twins(found, sorted(set(kept), key=lambda row: cost[row]))
    rest = [row for row in order.tolist() if int(found.kind[row]) in worthwhile]
    for row in rest:
        if len(kept) >= count:
            break
        kept = _without_twins(found, [*kept, row])
    return sorted(kept, key=lambda row: (found.departure[row], found.arrival[row], found.transfers[row]))


def _worthwhile_kinds(
    kinds: NDArray[np.int64], cost: NDArray[np.float64], direct: Mapping[int, float], weights: Weights
) -> set[int]:
    """Combinations whose best journey is better than that of every combination of fewer of their modes.

    `kinds` and `cost` are in order of cost. A further kind of vehicle must save at least its bother.
    """
    best: dict[int, float] = {}
    for kind, value in zip(kinds.tolist(), cost.tolist(), strict=True):
        best.setdefault(kind, value)
    rivals = {kind: min(value, best.get(kind, value)) for kind, value in direct.items()}
    rivals = {**best, **rivals}
    worthwhile = set()
    for kind, value in best.items():
        bother = {
            rival: weights.kind_s * (kind.bit_count() - rival.bit_count())
            for rival in rivals
            if rival != kind and rival & kind == rival
        }
        if all(value + bother[rival] <= rivals[rival] for rival in bother):
            worthwhile.add(kind)
    return worthwhile


def _without_twins(found: Candidates, rows: list[int]) -> list[int]:
    """One journey of those that differ in nothing a person sees in a list."""
    seen: dict[tuple[int, ...], int] = {}
    for row in rows:
        columns = found.kind, found.departure, found.arrival, found.transfers
        seen.setdefault(tuple(int(column[row]) for column in columns), row)
    return list(seen.values())
