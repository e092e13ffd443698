"""What further rides may cost after rides already paid for: as much of the past as any later price depends on.

Two runs of rides with equal residues differ in price by the same amount however they go on, so a search for the
cheapest journey has to keep only one of them.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from planner.fares_transfers import Purchase, TransferIndex, cost_of, purchases_of
from planner.fares_v1 import FareV1Index, Ride, bought_up_to, places_of, stays_seated, zone_of
from planner.fares_v2 import FareV2Index, areas_of, fare_legs, offers_for
from planner.prices import FarePart

Rides = Sequence[tuple[int, Ride]]
"""A run of rides of one feed, with their positions."""

Told = Callable[[Sequence[FarePart]], float | None]
"""What the rider pays for these parts, None if that is unknown."""

PLACES = 6
"""Decimals to which sums of prices are compared: they are added up in different orders."""


class Residue(NamedTuple):
    """What a run of rides leaves behind.

    Attributes
    ----------
    key : hashable
        Equal keys: the same further rides add the same.
    base : float
        What is paid in any case.
    now : float or None
        What is due on top of it if no ride of this feed follows; None if unknown.
    """

    key: Hashable
    base: float
    now: float | None


@dataclass(frozen=True, slots=True)
class TraitsV2:
    """What a feed's rules can tell apart.

    Attributes
    ----------
    is_timed : bool
        Prices depend on the moment: transfers within a time, times of the day.
    has_limits : bool
        Transfers within a time are among it.
    takes_back : bool
        A later rule may lower what was paid for earlier legs.
    most_transfers : int
        Rules count no further.
    """

    index: FareV2Index
    is_timed: bool
    has_limits: bool
    takes_back: bool
    most_transfers: int


def traits_v2(index: FareV2Index) -> TraitsV2:
    """Look through the rules of a feed once."""
    rules = index.fares.transfer_rules
    has_limits = any(rule.duration_limit is not None for rule in rules)
    takes_back = any(rule.transfer_type == 2 for rule in rules) or any(row.amount < 0 for row in index.fares.products)
    most = max((rule.transfer_count or 0 for rule in rules), default=0)
    return TraitsV2(index, has_limits or bool(index.timeframes), has_limits, takes_back, max(0, most))


def residue_v2(traits: TraitsV2, rides: Rides, told: Told) -> Residue | None:
    """Residue of a run by Fares v2; None if its price is unknown however it goes on."""
    index = traits.index
    legs = fare_legs(index, rides)
    offers = [offers_for(index, leg) for leg in legs]
    is_open = _may_be_joined(index, rides[-1][1])
    n_closed = len(legs) - is_open
    if not all(offers[:n_closed]):
        return None
    purchases = purchases_of(index.transfers, legs[:n_closed], offers[:n_closed])
    base = told(purchases[0].parts) or 0.0
    least = _cost(purchases[0], index.transfers)
    ranks = {first: rank for rank, first in enumerate(sorted({one.first for one in purchases}))}
    left = []
    for one in purchases:
        first = legs[one.first] if n_closed and one.groups is not None else None
        left.append((
            _kind_of(index.transfers, one.group),
            one.groups,
            0 if one.groups is None else ranks[one.first],
            one.first == n_closed - 1,
            0 if one.groups is None else min(one.count, traits.most_transfers + 1),
            one.is_transfer,
            _beyond(_cost(one, index.transfers), least),
            _beyond(told(one.parts), base),
            one.parts[-1].prices if traits.takes_back and one.parts else None,
            (first.start, first.end) if first is not None and traits.has_limits else None,
        ))  # fmt: skip
    last = (legs[n_closed - 1].start, legs[n_closed - 1].end) if traits.has_limits and n_closed else None
    # Which transfers are made depends on groups alone, where there is no rule at all on nothing.
    whole = purchases_of(index.transfers, legs, offers)[0].parts if all(offers) else None
    now = None if whole is None else told(whole)
    opened = _opened(traits, rides, legs[-1].positions) if is_open else None
    return Residue((tuple(left), last, opened), base, None if now is None else now - base)


def _may_be_joined(index: FareV2Index, ride: Ride) -> bool:
    """Whether a next ride may belong to the same fare leg."""
    network = index.fares.networks.get(ride.route_id, "")
    return any(before in (network, "") for before, _ in index.joins)


def _opened(traits: TraitsV2, rides: Rides, positions: tuple[int, ...]) -> Hashable:
    """A fare leg that may go on: all by which its price, or whether it goes on, is decided."""
    index = traits.index
    own = [ride for position, ride in rides if position in positions]
    networks = frozenset(index.fares.networks.get(ride.route_id, "") for ride in own)
    at = own[-1].destination
    return (
        networks,
        index.fares.networks.get(own[-1].route_id, ""),
        areas_of(index, own[0].origin),
        areas_of(index, at),
        at.parent_id or at.stop_id,
        at.stop_id,
        (own[0].start, own[-1].end) if traits.is_timed else None,
    )


def _kind_of(index: TransferIndex, group: str) -> str:
    """A leg group as far as a rule for the next transfer asks for it."""
    if not index.rules or not group:
        return ""
    return group if group in index.from_groups else "*"


def _cost(purchase: Purchase, index: TransferIndex) -> float:
    return sum(cost_of(part.prices, index.rider) for part in purchase.parts)


def _beyond(amount: float | None, base: float) -> float | None:
    if amount is None or math.isinf(amount):
        return amount
    return round(amount - (0.0 if math.isinf(base) else base), PLACES)


@dataclass(frozen=True, slots=True)
class TraitsV1:
    """What a feed's fares can tell apart.

    Attributes
    ----------
    counts_zones : bool
        Fares hold for the zones passed.
    most_transfers : int or None
        No fare allows more; None: some allow any number.
    kinds : dict
        Routes by number of their kind: those for which the same fares hold everywhere.
    beginning : dict
        Fares that may begin on a route in a zone, either of which may be empty.
    most_changes : dict
        Kept: changes that any one fare allows on these routes from a zone; infinite without limit, -1 without a fare.
    """

    index: FareV1Index
    is_timed: bool
    counts_zones: bool
    most_transfers: int | None
    kinds: dict[str, int]
    beginning: dict[tuple[str, str], set[int]]
    most_changes: dict[tuple[frozenset[str], str], float] = field(default_factory=dict)


def traits_v1(index: FareV1Index, routes: Sequence[str]) -> TraitsV1:
    """Look through the fares of a feed once."""
    own: dict[str, set[Hashable]] = {route: {index.agencies.get(route)} for route in routes}
    beginning: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (route, origin, destination), rules in index.rules.items():
        beginning[route, origin] |= {fare for fare, _ in rules}
        if route in own:
            own[route] |= {(origin, destination, fare, contains) for fare, contains in rules}
    numbers: dict[frozenset[Hashable], int] = {}
    kinds = {route: numbers.setdefault(frozenset(told), len(numbers)) for route, told in own.items()}
    limits = [fare.transfers for fare in index.attributes]
    finite = [limit for limit in limits if limit is not None]
    return TraitsV1(
        index,
        any(fare.transfer_duration is not None for fare in index.attributes),
        any(contains for rules in index.rules.values() for _, contains in rules),
        max(finite, default=0) if len(finite) == len(limits) else None,
        kinds,
        dict(beginning),
    )


def residue_v1(traits: TraitsV1, rides: Rides, told: Told) -> Residue | None:
    """Residue of a run by Fares v1; None if its price is unknown however it goes on."""
    ways = bought_up_to(traits.index, rides)
    known = [(begin, way) for begin, way in enumerate(ways) if way is not None and _goes_on(traits, rides[begin:])]
    if not known:
        return None
    least, parts = known[-1][1]
    base, n_parts = told(parts) or 0.0, len(parts)
    left = tuple(
        (
            _beyond(cost, least),
            len(bought) - n_parts,
            _beyond(told(bought), base),
            _begun(traits, [ride for _, ride in rides[begin:]]),
        )
        for begin, (cost, bought) in known
    )
    now = None if ways[-1] is None else told(ways[-1][1])
    return Residue((left, ways[-1] is None), base, None if now is None else now - base)


def _goes_on(traits: TraitsV1, rides: Rides) -> bool:
    """Whether one fare may pay for these rides (none: it begins with the next) and another."""
    if not rides:
        return True
    routes, origin = frozenset(ride.route_id for _, ride in rides), zone_of(traits.index, rides[0][1].origin)
    n_changes = sum(not stays_seated(ride) for _, ride in rides[1:]) + 1
    return n_changes <= _most_changes(traits, routes, origin)


def _most_changes(traits: TraitsV1, routes: frozenset[str], origin: str) -> float:
    """Changes that one fare allows at most which begins in the zone and holds on all routes."""
    known = traits.most_changes.get((routes, origin))
    if known is None:
        nothing = set[int]()
        on_each = (
            traits.index.everywhere.union(
                *(traits.beginning.get(key, nothing) for key in product({on, ""}, {origin, ""}))
            )
            for on in routes
        )
        limits = (traits.index.attributes[number].transfers for number in frozenset.intersection(*on_each))
        known = max((math.inf if limit is None else limit for limit in limits), default=-1)
        traits.most_changes[routes, origin] = known
    return known


def _begun(traits: TraitsV1, rides: Sequence[Ride]) -> Hashable:
    """Rides that one fare pays for, as far as it matters which."""
    if not rides:
        return None
    zones = frozenset(zone_of(traits.index, place) for ride in rides for place in places_of(ride)) - {""}
    n_changes = sum(not stays_seated(ride) for ride in rides[1:])
    limits = {fare.transfers for fare in traits.index.attributes} - {None}
    return (
        zone_of(traits.index, rides[0].origin),
        frozenset(traits.kinds.get(ride.route_id, ride.route_id) for ride in rides),
        zones if traits.counts_zones else None,
        min(n_changes, 1 + max(limit for limit in limits if limit is not None)) if limits else 0,
        rides[0].start if traits.is_timed else None,
    )
