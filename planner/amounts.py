"""How much an itinerary has of what one would rather have little of: walking, emissions, risk, its price."""

import math
from collections.abc import Mapping, Sequence
from typing import assert_never

from planner.chances import chance_made
from planner.delays import USUAL, Delays
from planner.model import Itinerary, Leg, Mode, StreetLeg
from planner.request import Preferred


def amount_of(itinerary: Itinerary, by: Preferred, delays: Mapping[Mode, Delays] = USUAL) -> float:
    """Seconds on foot, grams, the chance that a connection is missed, or the price, infinite where it is unknown."""
    match by:
        case Preferred.WALKING:
            return float(walk_s(itinerary.legs))
        case Preferred.CO2:
            return itinerary.co2_g
        case Preferred.RELIABILITY:
            return 1.0 - chance_made(itinerary, delays)
        case Preferred.PRICE:
            price = itinerary.price()
            return math.inf if price is None else price.amount
        case _:
            assert_never(by)


def walk_s(legs: Sequence[Leg]) -> int:
    """Seconds on foot, those to and from rented vehicles included."""
    walks = [leg for leg in legs if isinstance(leg, StreetLeg) and leg.mode is Mode.WALK]
    return round(sum((leg.end - leg.start).total_seconds() for leg in walks))


def keeps_walk(itinerary: Itinerary, longest_s: int | None) -> bool:
    """Whether one walks no longer in all; None is no limit."""
    return longest_s is None or walk_s(itinerary.legs) <= longest_s
