"""Prices by zone and route (GTFS Fares v1): the cheapest fares that together cover the rides of one feed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from planner.model import FlexLeg, Place, TransitLeg
from planner.prices import FarePart, Price

Ride = TransitLeg | FlexLeg


@dataclass(frozen=True, slots=True)
class FareAttributes:
    """A fare one can buy.

    Attributes
    ----------
    payment_method : int
        0 paid on board, 1 before boarding.
    transfers : int or None
        Changes of vehicle it allows, None without limit.
    transfer_duration : int or None
        Seconds after the first boarding until which one may board again.
    agency : str
        Only on this operator's routes; empty: on all.
    """

    id: str
    price: float
    currency: str
    payment_method: int = 0
    transfers: int | None = None
    transfer_duration: int | None = None
    agency: str = ""


@dataclass(frozen=True, slots=True)
class FareRule:
    """Where a fare holds; empty fields do not matter, `contains` are all zones passed, no more and no fewer."""

    fare: str
    route: str = ""
    origin: str = ""
    destination: str = ""
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FaresV1:
    """fare_attributes.txt and fare_rules.txt of a feed.

    Attributes
    ----------
    zones : dict
        Zone by stop id; a stop that is not in it has its parent's.
    agencies : dict
        Agency by route id.
    """

    attributes: tuple[FareAttributes, ...] = ()
    rules: tuple[FareRule, ...] = ()
    zones: dict[str, str] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FareV1Index:
    """`FaresV1` prepared for look-ups; `rules` by route, origin and destination with the number of the fare."""

    attributes: tuple[FareAttributes, ...]
    rules: dict[tuple[str, str, str], list[tuple[int, frozenset[str]]]]
    everywhere: frozenset[int]
    zones: dict[str, str]
    agencies: dict[str, str]


def index_v1(fares: FaresV1) -> FareV1Index:
    """Prepare look-ups; a fare without any rule holds everywhere."""
    number = {fare.id: n for n, fare in enumerate(fares.attributes)}
    rules: dict[tuple[str, str, str], list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for rule in fares.rules:
        rules[rule.route, rule.origin, rule.destination].append((number[rule.fare], frozenset(rule.contains)))
    ruled = {number[rule.fare] for rule in fares.rules}
    everywhere = frozenset(number.values()) - ruled
    return FareV1Index(fares.attributes, dict(rules), everywhere, fares.zones, fares.agencies)


def price_v1(index: FareV1Index, rides: Sequence[tuple[int, Ride]]) -> tuple[FarePart, ...] | None:
    """The cheapest fares for consecutive rides, given with their positions in the itinerary; None if one has no fare.

    Dynamic programming over the rides already paid for. Of equal prices the one with fewer fares is taken.
    """
    last = bought_up_to(index, rides)[-1]
    return None if last is None else last[1]


def bought_up_to(
    index: FareV1Index, rides: Sequence[tuple[int, Ride]]
) -> list[tuple[float, tuple[FarePart, ...]] | None]:
    """Price and fares of the first 0, 1, … rides at their cheapest, None where one of them has no fare."""
    cheapest: list[tuple[float, tuple[FarePart, ...]] | None] = [(0.0, ())]
    for end in range(1, len(rides) + 1):
        ways = [
            (before[0] + part.prices[0].amount, (*before[1], part))
            for start, before in enumerate(cheapest)
            if before is not None and (part := _part(index, rides[start:end])) is not None
        ]
        cheapest.append(min(ways, key=lambda way: (way[0], len(way[1])), default=None))
    return cheapest


def _part(index: FareV1Index, rides: Sequence[tuple[int, Ride]]) -> FarePart | None:
    """The cheapest single fare for all of `rides`."""
    legs = [ride for _, ride in rides]
    origin, destination = zone_of(index, legs[0].origin), zone_of(index, legs[-1].destination)
    zones = frozenset(zone_of(index, place) for leg in legs for place in places_of(leg)) - {""}
    fitting: set[int] | None = None
    for route in {leg.route_id for leg in legs}:
        of_route = set(index.everywhere)
        for key in product({route, ""}, {origin, ""}, {destination, ""}):
            of_route.update(n for n, contains in index.rules.get(key, ()) if not contains or contains == zones)
        fitting = of_route if fitting is None else fitting & of_route
    allowed = [fare for n in sorted(fitting or ()) if _is_allowed(index, fare := index.attributes[n], legs)]
    if not allowed:
        return None
    fare = min(allowed, key=lambda fare: fare.price)
    return FarePart(fare.id, tuple(position for position, _ in rides), (Price("", "", fare.price, fare.currency),))


def _is_allowed(index: FareV1Index, fare: FareAttributes, legs: Sequence[Ride]) -> bool:
    boardings = [legs[0], *(leg for leg in legs[1:] if not stays_seated(leg))]
    if fare.transfers is not None and len(boardings) - 1 > fare.transfers:
        return False
    seconds = (boardings[-1].start - legs[0].start).total_seconds()
    if fare.transfer_duration is not None and seconds > fare.transfer_duration:
        return False
    return not fare.agency or all(index.agencies.get(leg.route_id) == fare.agency for leg in legs)


def places_of(leg: Ride) -> list[Place]:
    """Where a ride calls, its ends included."""
    between = [call.place for call in leg.calls] if isinstance(leg, TransitLeg) else []
    return [leg.origin, *between, leg.destination]


def zone_of(index: FareV1Index, place: Place) -> str:
    """Zone of a stop, else of its station; empty if none."""
    return index.zones.get(place.stop_id or "") or index.zones.get(place.parent_id or "") or ""


def stays_seated(ride: Ride) -> bool:
    """True if the rider has not left the vehicle since the ride before."""
    return isinstance(ride, TransitLeg) and ride.stays_seated
