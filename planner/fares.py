"""What a journey costs: every leg's own price, and the products of each feed's fare rules (GTFS Fares v2, else v1).

A run of rides of one feed is priced together; walks and one's own bicycle do not interrupt it, a ride paid for
elsewhere does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import assert_never

from planner.fares_rider import category_of, sold_to, sold_v1
from planner.fares_v1 import FaresV1, FareV1Index, Ride, index_v1, price_v1
from planner.fares_v2 import FaresV2, FareV2Index, index_v2, price_v2
from planner.model import FlexLeg, Leg, Mode, RentalLeg, StreetLeg, TaxiLeg, TransitLeg
from planner.prices import FarePart, Price


@dataclass(frozen=True, slots=True, eq=False)
class Fares:
    """All fares of one feed; hashed by identity, because its look-ups are prepared once and kept.

    Attributes
    ----------
    routes : tuple of str
        Ids of every route of the feed, with or without a price.
    v2, v1 : FaresV2, FaresV1
        A feed with fare leg rules is priced by v2 alone.

    References
    ----------
    GTFS Schedule reference, files fare_attributes.txt to route_networks.txt.
    """

    routes: tuple[str, ...] = ()
    v2: FaresV2 = field(default_factory=FaresV2)
    v1: FaresV1 = field(default_factory=FaresV1)


@dataclass(frozen=True, slots=True)
class FareIndex:
    """Look-ups of several feeds; `feed` by route id."""

    feed: dict[str, int]
    fares: tuple[FareV2Index | FareV1Index, ...]
    rider: str


@lru_cache(maxsize=4)
def fare_index(fares: tuple[Fares, ...], rider: str) -> FareIndex:
    """Look-ups of `fares` for a rider category, prepared once."""
    feed = {route: number for number, one in enumerate(fares) for route in one.routes}
    prepared = (index_v2(one.v2, category_of(one.v2, rider)) if one.v2.leg_rules else index_v1(one.v1) for one in fares)
    return FareIndex(feed, tuple(prepared), rider)


def price_legs(fares: Sequence[Fares], legs: Sequence[Leg], rider: str = "") -> tuple[FarePart, ...] | None:
    """Products that pay for `legs`, in their order; None if the price of any is unknown.

    Parameters
    ----------
    fares : sequence of Fares
        One a feed. The same objects in every call: their look-ups are prepared at the first.
    legs : sequence of Leg
        An itinerary. Walks and rides on one's own bicycle cost nothing and add no part; shared vehicles and taxis
        bring their price.
    rider : str
        Rider category by id or name, "adult" also where the feed calls its default otherwise; only this rider's prices
        are given then, and None if anything is not sold to them.

    Notes
    -----
    Every choice a feed leaves open is made for the rider's cheapest medium, by default for the feed's default rider;
    then the prices of all categories and media come with it, the default category first.
    """
    index = fare_index(tuple(fares), rider)
    runs: list[FarePart | tuple[int, list[tuple[int, Ride]]]] = []
    for position, leg in enumerate(legs):
        match leg:
            case StreetLeg():
                continue
            case RentalLeg() | TaxiLeg():
                if leg.price is None:
                    return None
                runs.append(_own_part(position, leg, leg.price))
            case TransitLeg() | FlexLeg():
                feed = index.feed.get(leg.route_id)
                if feed is None:
                    return None
                last = runs[-1] if runs else None
                if isinstance(last, tuple) and last[0] == feed:
                    last[1].append((position, leg))
                else:
                    runs.append((feed, [(position, leg)]))
            case _:
                assert_never(leg)
    return _priced(index, runs)


def _own_part(position: int, leg: RentalLeg | TaxiLeg, price: Price) -> FarePart:
    name = leg.system_name if isinstance(leg, RentalLeg) else Mode.TAXI.value
    return FarePart(name, (position,), (price,))


def _priced(
    index: FareIndex, runs: Sequence[FarePart | tuple[int, list[tuple[int, Ride]]]]
) -> tuple[FarePart, ...] | None:
    parts: list[FarePart] = []
    for run in runs:
        if isinstance(run, FarePart):
            parts.append(run)
            continue
        feed, rides = run
        prepared = index.fares[feed]
        bought = price_v2(prepared, rides) if isinstance(prepared, FareV2Index) else price_v1(prepared, rides)
        bought = None if bought is None else sold(index, prepared, bought)
        if bought is None:
            return None
        parts += bought
    return tuple(parts)


def sold(
    index: FareIndex, prepared: FareV2Index | FareV1Index, bought: Sequence[FarePart]
) -> tuple[FarePart, ...] | None:
    """The parts as the rider of `index` pays them; None if any of them is not sold to that rider."""
    if not index.rider:
        return tuple(bought)
    return (
        sold_to(bought, prepared.transfers.rider) if isinstance(prepared, FareV2Index) else sold_v1(bought, index.rider)
    )
