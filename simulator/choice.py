"""How a traveller decides between ways to go: multinomial logit."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to go; `crowding` is people per place, `constant` what the attributes do not say."""

    ride_s: float = 0.0
    wait_s: float = 0.0
    walk_s: float = 0.0
    price_yen: float = 0.0
    transfers: int = 0
    crowding: float = 0.0
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Tastes:
    """Utility of one unit of each attribute.

    The defaults are estimates, not fitted to Makuhari: waiting and walking weigh twice a ride's minute (more than it:
    Wardman 2004), a minute's ride is worth 40 yen, a change ten minutes' ride, a full vehicle's worth of people ahead
    five minutes'.

    References
    ----------
    Wardman, M. Public transport values of time. Transport Policy 11 (2004), doi:10.1016/j.tranpol.2004.05.001.
    McFadden, D. Conditional logit analysis of qualitative choice behavior. Frontiers in Econometrics (1974).
    """

    ride_min: float = -0.04
    wait_min: float = -0.08
    walk_min: float = -0.08
    yen: float = -0.001
    transfer: float = -0.4
    crowding: float = -0.2


def utility(alternative: Alternative, tastes: Tastes) -> float:
    """Systematic utility of an alternative."""
    return (
        alternative.constant
        + tastes.ride_min * alternative.ride_s / 60
        + tastes.wait_min * alternative.wait_s / 60
        + tastes.walk_min * alternative.walk_s / 60
        + tastes.yen * alternative.price_yen
        + tastes.transfer * alternative.transfers
        + tastes.crowding * alternative.crowding
    )


def probabilities(utilities: Sequence[float]) -> list[float]:
    """Share of travellers that take each alternative: exp(u) / Σ exp(u)."""
    best = max(utilities)
    weights = [exp(utility - best) for utility in utilities]
    total = sum(weights)
    return [weight / total for weight in weights]


def chosen(utilities: Sequence[float], luck: float) -> int:
    """Number of the alternative taken by the traveller whose uniform draw in [0, 1) is `luck`."""
    return min(bisect_right(list(accumulate(probabilities(utilities))), luck), len(utilities) - 1)
