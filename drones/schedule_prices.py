"""Prices of things by the minute, as the bound finds them: what a flight takes from others that need the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drones.schedule_use import Thing, Use


@dataclass(frozen=True, slots=True)
class Prices:
    """Points a second for each thing in slots of equal length, and the sum of all before each slot.

    Attributes
    ----------
    numbers : mapping
        Row of each thing that has a price at all.
    """

    numbers: Mapping[Thing, int]
    per_s: Sequence[Sequence[float]]
    paid: Sequence[Sequence[float]]
    slot_s: int


def prices_of(things: Sequence[Thing], per_s: NDArray[np.float64], slot_s: int) -> Prices:
    """Prices from an array with a row for each thing."""
    paid = np.zeros((len(per_s), per_s.shape[1] + 1))
    np.cumsum(per_s * slot_s, axis=1, out=paid[:, 1:])
    numbers = {thing: k for k, thing in enumerate(things) if per_s[k].any()}
    return Prices(numbers, per_s.tolist(), paid.tolist(), slot_s)


def rent(prices: Prices, uses: Iterable[Use]) -> float:
    """What all uses cost; after the last slot nothing does."""
    total = 0.0
    for use in uses:
        row = prices.numbers.get(use.thing)
        if row is not None:
            total += _paid(prices, row, use.end_s) - _paid(prices, row, use.start_s)
    return total


def _paid(prices: Prices, row: int, time_s: int) -> float:
    slot, rest = divmod(time_s, prices.slot_s)
    per_s = prices.per_s[row]
    return prices.paid[row][slot] + rest * per_s[slot] if slot < len(per_s) else prices.paid[row][-1]
