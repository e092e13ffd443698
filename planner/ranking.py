"""Which of the journeys found a person is shown: the best of each combination of modes, then more of the same."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.journey_search import KIND_BIT, Approach, Candidates, Span
from planner.journeys import UNREACHED
from planner.model import TRANSIT, Itinerary, Mode, RentalLeg, StreetLeg, mode_of
from planner.request import StreetMode


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

VEHICLES_MASK = sum(KIND_BIT.values())
SPECIAL_MASK = sum(KIND_BIT[mode.value] for mode in StreetMode)
"""All vehicles, and those that are rented, booked or called."""

IDLE_S, IDLE_SHARE = 7200, 0.25
"""Who leaves two hours earlier must be there half an hour earlier: choices of ours, as are the next."""

FAR_WORSE, FAR_S = 2.0, 900.0
"""A combination that costs more than twice the best and a quarter of an hour is not worth a line."""

WALK_SLACK_M = 200.0
"""So much more walking does not make a simpler journey worse."""


def costs(found: Candidates, span: Span, weights: Weights = DEFAULT_WEIGHTS) -> NDArray[np.float64]:
    """Generalised cost of each journey in seconds of travel, the bother of its vehicles aside."""
    idle = span.asked - found.arrival if span.arrive_by else found.departure - span.asked
    return _on_the_way(found, weights) + weights.wait_to_leave * np.maximum(0, idle)


def _on_the_way(found: Candidates, weights: Weights) -> NDArray[np.float64]:
    """Generalised cost from the departure on."""
    travel = found.arrival - found.departure
    return np.asarray(travel + weights.transfer_s * found.transfers + weights.walk * found.walk_s, np.float64)


def cost_of(itinerary: Itinerary, asked: datetime, arrive_by: bool, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Generalised cost of an itinerary in seconds of travel, its price and its crowds included where they are known."""
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
        + (itinerary.crowding.cost_s if itinerary.crowding is not None else 0.0)
    )


def best_rows(
    found: Candidates, span: Span, count: int, direct: Mapping[int, float], weights: Weights = DEFAULT_WEIGHTS
) -> list[int]:
    """Rows of the journeys to show, in order of departure.

    The one there soonest (leaving last) in any case. Of every combination of modes that is worth its bother and not far
    worse than the best: the one of least cost and the one there soonest; then the next in cost, until there are `count`
    and one for each further combination.

    Parameters
    ----------
    direct : mapping of int to float
        Cost of the journeys without scheduled vehicles, by combination of modes.
    """
    cost = costs(found, span, weights)
    order = np.argsort(cost, kind="stable")
    order = order[_beats_going_directly(found, direct, weights)[order]]
    order = order[~_is_idled_away(found, span)[order]]
    best = _best_costs(found.kind[order], cost[order])
    unbeaten = _cheaper_kinds(best, direct, VEHICLES_MASK, weights)
    order = order[np.isin(found.kind[order], list(unbeaten))]
    if not len(order):
        return []
    by_time = order[np.lexsort((cost[order], (-found.departure if span.arrive_by else found.arrival)[order]))]
    kept = [int(by_time[0])]
    worthwhile = list(_cheaper_kinds(unbeaten, unbeaten, SPECIAL_MASK, weights))
    order, by_time = (rows[np.isin(found.kind[rows], worthwhile)] for rows in (order, by_time))
    near_kinds = np.unique(found.kind[order[cost[order] <= FAR_WORSE * cost[order[0]] + FAR_S]])
    near, near_by_time = (rows[np.isin(found.kind[rows], near_kinds)] for rows in (order, by_time))
    for rows in (near, near_by_time):
        kept += rows[np.unique(found.kind[rows], return_index=True)[1]].tolist()
    kept = _without_twins(found, sorted(set(kept), key=lambda row: cost[row]))
    for row in near.tolist():
        if len(kept) >= count + len(near_kinds) - 1:
            break
        kept = _without_twins(found, [*kept, row])
    return sorted(kept, key=lambda row: (found.departure[row], found.arrival[row], found.transfers[row]))


def worth_searching(
    sides: tuple[Sequence[Approach], Sequence[Approach]],
    direct: Mapping[int, float],
    longest_s: int | None = None,
    weights: Weights = DEFAULT_WEIGHTS,
) -> list[tuple[Approach, Approach, int]]:
    """Pairs of first and last modes of which a journey may be shown, and how many seconds such a journey may take.

    The quickest approaches alone, without any ride between them, bound the cost of a pair from below. Where they cannot
    beat what `best_rows` asks of every row beside the direct journeys, none would be kept: it need not be searched for.
    """
    near, far = ([_least_cost(one, weights) for one in side] for side in sides)
    combined = []
    for i, first in enumerate(sides[0]):
        for j, last in enumerate(sides[1]):
            # At least one scheduled vehicle comes on top, so one further kind than the approaches themselves have.
            kind = KIND_BIT[first.mode] | KIND_BIT[last.mode]
            most = min((cost - weights.kind_s for cost in _beside(kind, direct, weights)), default=math.inf)
            if near[i] + far[j] <= most:
                combined.append((first, last, int(min(most, UNREACHED if longest_s is None else longest_s))))
    return combined


def _beside(kind: int, direct: Mapping[int, float], weights: Weights) -> list[float]:
    """What a journey of some kinds may cost beside each direct one that needs no other kind."""
    return [cost - weights.kind_s * (kind & ~rival).bit_count() for rival, cost in direct.items() if rival & ~kind == 0]


def _beats_going_directly(found: Candidates, direct: Mapping[int, float], weights: Weights) -> NDArray[np.bool_]:
    """Journeys that save, wait to leave aside, the bother of each kind of vehicle that a direct one does without."""
    kinds, of_row = np.unique(found.kind, return_inverse=True)
    most = np.array([min(_beside(kind, direct, weights), default=math.inf) for kind in kinds.tolist()], np.float64)
    return np.asarray(_on_the_way(found, weights) <= most[of_row], np.bool_)


def _least_cost(approach: Approach, weights: Weights) -> float:
    return float((approach.options.seconds + weights.walk * approach.walk_s).min())


def _is_idled_away(found: Candidates, span: Span) -> NDArray[np.bool_]:
    """Journeys that nobody makes, because another of their kind spends far less time for almost the same.

    By departure: leaving at least two hours later costs at most a quarter of that at the arrival, with no more changes,
    so that nobody is sent to wait on a platform for the morning. By arrival the same the other way round.
    """
    is_idled = np.zeros(len(found), np.bool_)
    for kind in np.unique(found.kind):
        rows = np.flatnonzero(found.kind == kind)
        departure, arrival, transfers = (
            c[rows].astype(np.int64) for c in (found.departure, found.arrival, found.transfers)
        )
        if np.ptp(arrival if span.arrive_by else departure) < IDLE_S:
            continue
        later = departure[None, :] - departure[:, None]
        there_later = arrival[None, :] - arrival[:, None]
        gain, loss = (-there_later, -later) if span.arrive_by else (later, there_later)
        beats = (gain >= IDLE_S) & (loss <= gain * IDLE_SHARE) & (transfers[None, :] <= transfers[:, None])
        is_idled[rows] = beats.any(axis=1)
    return is_idled


def without_worse(itineraries: tuple[Itinerary, ...], direct: tuple[Itinerary, ...]) -> tuple[Itinerary, ...]:
    """Less those with several kinds of vehicle that something no more complicated beats in every respect."""
    shown = [(one, _vehicles(one)) for one in (*itineraries, *direct)]
    return tuple(
        one
        for one, kinds in shown[: len(itineraries)]
        if len(kinds) < 2
        or not any(_is_simpler(other, kinds) and _is_worse(one, rival) for rival, other in shown if rival is not one)
    )


def _is_simpler(other: frozenset[str], kinds: frozenset[str]) -> bool:
    """No more kinds of vehicle, and none to be rented or booked that `kinds` has not: not everybody does that."""
    return len(other) <= len(kinds) and {kind for kind in other if kind not in TRANSIT} <= kinds


def _vehicles(itinerary: Itinerary) -> frozenset[str]:
    """Kinds of vehicle that a person has to cope with, such as train, bus, demand bus and shared bicycle."""
    kinds = set()
    for leg in itinerary.legs:
        match leg:
            case RentalLeg():
                kinds.add(leg.form_factor.value)
            case StreetLeg(mode=Mode.WALK):
                continue
            case _:
                kinds.add(mode_of(leg).value)
    return frozenset(kinds)


def _is_worse(one: Itinerary, other: Itinerary) -> bool:
    """True if `other` leaves no earlier, arrives no later, costs no more and asks no more, and is not the same."""
    price, other_price = one.price(), other.price()
    if price is None or other_price is None or other_price.amount > price.amount:
        return False
    no_worse = other.start >= one.start and other.end <= one.end and other.transfers <= one.transfers
    is_same = (other.start, other.end, other_price.amount) == (one.start, one.end, price.amount)
    return no_worse and other.walk_m <= one.walk_m + WALK_SLACK_M and not is_same


def _best_costs(kinds: NDArray[np.int64], cost: NDArray[np.float64]) -> dict[int, float]:
    """Least cost of each combination of modes; `kinds` and `cost` are in order of cost."""
    best: dict[int, float] = {}
    for kind, value in zip(kinds.tolist(), cost.tolist(), strict=True):
        best.setdefault(kind, value)
    return best


def _cheaper_kinds(
    best: Mapping[int, float], rivals: Mapping[int, float], mask: int, weights: Weights
) -> dict[int, float]:
    """Combinations that save at least the bother of each mode they have more, of those in `mask`, than any rival.

    Rivals are combinations of fewer of the same modes. Scheduled modes are no bother among each other: in one search
    the journeys of one combination hide those of another.
    """

    def is_cheaper(kind: int, value: float) -> bool:
        for rival, rival_value in rivals.items():
            more = (kind & ~rival & mask).bit_count()
            if rival & ~kind == 0 and more and value + weights.kind_s * more > rival_value:
                return False
        return True

    return {kind: value for kind, value in best.items() if is_cheaper(kind, value)}


def _without_twins(found: Candidates, rows: list[int]) -> list[int]:
    """One journey of those that differ in nothing a person sees in a list."""
    seen: dict[tuple[int, ...], int] = {}
    for row in rows:
        columns = found.kind, found.departure, found.arrival, found.transfers
        seen.setdefault(tuple(int(column[row]) for column in columns), row)
    return list(seen.values())
