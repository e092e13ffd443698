"""Prices by area, network and time (GTFS Fares v2): rides are joined to fare legs, fare legs matched with rules.

What the reference leaves open is settled so: a ride on which one stays seated since the one before belongs to the same
fare leg within one network (or route, where it has none), else only by a join rule; an empty field of a rule also
stands for routes without a network and stops without an area; a joined leg of several networks matches rules without
one; leg groups left empty take part in no transfer rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from planner.fares_transfers import (
    FareLeg,
    Offer,
    TransferIndex,
    TransferRule,
    cheapest_purchase,
    cost_of,
    index_transfers,
)
from planner.fares_v1 import Ride, stays_seated
from planner.model import Place
from planner.prices import FarePart, Price


@dataclass(frozen=True, slots=True)
class RiderCategory:
    """Who pays: "adult", "child"."""

    id: str
    name: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class FareMedium:
    """What one pays with; `type` 0 none, 1 paper ticket, 2 transit card, 3 contactless bank card, 4 mobile app."""

    id: str
    name: str
    type: int


@dataclass(frozen=True, slots=True)
class FareProduct:
    """One price of a product: several rows with one id are the same product for other riders and media."""

    id: str
    name: str
    rider: str
    medium: str
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A part of the day, from `start` until before `end` in seconds of the local clock, on the days of `service`."""

    group: str
    start: int
    end: int
    service: str


@dataclass(frozen=True, slots=True)
class LegRule:
    """A row of fare_leg_rules.txt."""

    product: str
    group: str = ""
    network: str = ""
    from_area: str = ""
    to_area: str = ""
    from_timeframe: str = ""
    to_timeframe: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class JoinRule:
    """A row of fare_leg_join_rules.txt; without both stops the transfer has to be within one station."""

    from_network: str
    to_network: str
    from_stop: str = ""
    to_stop: str = ""


@dataclass(frozen=True, slots=True)
class FaresV2:
    """Fares v2 of a feed.

    Attributes
    ----------
    has_priority : bool
        True if fare_leg_rules.txt has the column rule_priority: then an empty field of a rule matches anything, else
        only what no other rule names in that field.
    networks : dict
        Network by route id.
    areas : dict
        Areas by stop id; a stop that is not in it has its parent's.
    services : dict
        Days (proleptic ordinals) by service id, of the services that timeframes name.
    """

    leg_rules: tuple[LegRule, ...] = ()
    has_priority: bool = False
    join_rules: tuple[JoinRule, ...] = ()
    transfer_rules: tuple[TransferRule, ...] = ()
    products: tuple[FareProduct, ...] = ()
    riders: tuple[RiderCategory, ...] = ()
    media: tuple[FareMedium, ...] = ()
    timeframes: tuple[Timeframe, ...] = ()
    networks: dict[str, str] = field(default_factory=dict)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    services: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FareV2Index:
    """`FaresV2` prepared for look-ups; `leg_rules` by network, area of departure and area of arrival."""

    fares: FaresV2
    leg_rules: dict[tuple[str, str, str], list[LegRule]]
    listed_networks: frozenset[str]
    listed_from: frozenset[str]
    listed_to: frozenset[str]
    joins: dict[tuple[str, str], list[JoinRule]]
    timeframes: dict[str, list[tuple[int, int, frozenset[int]]]]
    offers: dict[str, Offer]
    transfers: TransferIndex


def index_v2(fares: FaresV2, rider: str | None = None) -> FareV2Index:
    """Prepare look-ups; `rider` is the category that decides between alternatives, by default the feed's own."""
    leg_rules: dict[tuple[str, str, str], list[LegRule]] = defaultdict(list)
    for rule in fares.leg_rules:
        leg_rules[rule.network, rule.from_area, rule.to_area].append(rule)
    joins: dict[tuple[str, str], list[JoinRule]] = defaultdict(list)
    for join in fares.join_rules:
        joins[join.from_network, join.to_network].append(join)
    days = {service: frozenset(ordinals) for service, ordinals in fares.services.items()}
    timeframes: dict[str, list[tuple[int, int, frozenset[int]]]] = defaultdict(list)
    for frame in fares.timeframes:
        timeframes[frame.group].append((frame.start, frame.end, days.get(frame.service, frozenset())))
    rider = default_rider(fares) if rider is None else rider
    offers = _offers_by_product(fares.products, rider)
    return FareV2Index(
        fares,
        dict(leg_rules),
        frozenset(rule.network for rule in fares.leg_rules) - {""},
        frozenset(rule.from_area for rule in fares.leg_rules) - {""},
        frozenset(rule.to_area for rule in fares.leg_rules) - {""},
        dict(joins),
        dict(timeframes),
        offers,
        index_transfers(fares.transfer_rules, offers, rider),
    )


def default_rider(fares: FaresV2) -> str:
    """Category the feed takes a rider for of whom nothing is known; empty if it names none."""
    return next((category.id for category in fares.riders if category.is_default), "")


def _offers_by_product(products: Iterable[FareProduct], rider: str) -> dict[str, Offer]:
    rows: dict[str, list[FareProduct]] = defaultdict(list)
    for row in products:
        rows[row.id].append(row)
    return {
        id_: Offer(
            next((row.name for row in same if row.name), id_),
            tuple(
                Price(row.rider, row.medium, row.amount, row.currency)
                for row in sorted(same, key=lambda row: row.rider != rider)
            ),
        )
        for id_, same in rows.items()
    }


def price_v2(index: FareV2Index, rides: Sequence[tuple[int, Ride]]) -> tuple[FarePart, ...] | None:
    """Products for consecutive rides, given with their positions in the itinerary; None if a fare leg has no rule."""
    legs = fare_legs(index, rides)
    offers = []
    for leg in legs:
        by_group = offers_for(index, leg)
        if not by_group:
            return None
        offers.append(by_group)
    return cheapest_purchase(index.transfers, legs, offers)


def fare_legs(index: FareV2Index, rides: Sequence[tuple[int, Ride]]) -> list[FareLeg]:
    """Consecutive rides as the rules price them: those that are joined are one."""
    joined: list[list[tuple[int, Ride]]] = []
    for position, ride in rides:
        if joined and _is_same_fare_leg(index, joined[-1][-1][1], ride):
            joined[-1].append((position, ride))
        else:
            joined.append([(position, ride)])
    return [
        FareLeg(
            tuple(position for position, _ in together),
            frozenset(index.fares.networks.get(ride.route_id, "") for _, ride in together),
            together[0][1].origin,
            together[-1][1].destination,
            together[0][1].start,
            together[-1][1].end,
        )
        for together in joined
    ]


def _is_same_fare_leg(index: FareV2Index, before: Ride, after: Ride) -> bool:
    networks = tuple(index.fares.networks.get(ride.route_id, "") for ride in (before, after))
    if stays_seated(after) and (before.route_id == after.route_id or networks[0] == networks[1] != ""):
        return True
    rules = [*index.joins.get((networks[0], networks[1]), ()), *index.joins.get(("", ""), ())]
    return any(_joins(rule, before.destination, after.origin) for rule in rules)


def _joins(rule: JoinRule, alighted: Place, boarded: Place) -> bool:
    if rule.from_stop and rule.from_stop not in (alighted.stop_id, alighted.parent_id):
        return False
    if rule.to_stop and rule.to_stop not in (boarded.stop_id, boarded.parent_id):
        return False
    station = alighted.parent_id or alighted.stop_id
    is_same_station = station is not None and station == (boarded.parent_id or boarded.stop_id)
    return is_same_station or bool(rule.from_stop and rule.to_stop)


def offers_for(index: FareV2Index, leg: FareLeg) -> dict[str, Offer]:
    """What the matching rules sell for a fare leg, by leg group."""
    by_group: dict[str, list[Offer]] = defaultdict(list)
    for rule in _matching_rules(index, leg):
        if rule.product in index.offers:
            by_group[rule.group].append(index.offers[rule.product])
    return {group: _merged(offers, index.transfers.rider) for group, offers in by_group.items()}


def _merged(offers: Sequence[Offer], rider: str) -> Offer:
    """Several products for one fare leg as one: the lowest price of each rider category and medium."""
    if len(offers) == 1:
        return offers[0]
    ordered = sorted(offers, key=lambda offer: cost_of(offer.prices, rider))
    lowest: dict[tuple[str, str], Price] = {}
    for price in (price for offer in ordered for price in offer.prices):
        known = lowest.get((price.rider, price.medium))
        if known is None or price.amount < known.amount:
            lowest[price.rider, price.medium] = price
    return Offer(ordered[0].name, tuple(sorted(lowest.values(), key=lambda price: price.rider != rider)))


def _matching_rules(index: FareV2Index, leg: FareLeg) -> list[LegRule]:
    origins, destinations = areas_of(index, leg.origin), areas_of(index, leg.destination)
    if len(leg.networks) == 1:
        networks = _fields(index, leg.networks, index.listed_networks)
    else:
        networks = [""] if index.fares.has_priority or not leg.networks & index.listed_networks else []
    keys = product(networks, _fields(index, origins, index.listed_from), _fields(index, destinations, index.listed_to))
    found = [
        rule
        for key in keys
        for rule in index.leg_rules.get(key, ())
        if _is_within(index, rule.from_timeframe, leg.start) and _is_within(index, rule.to_timeframe, leg.end)
    ]
    if not index.fares.has_priority:
        return found
    highest = max((rule.priority for rule in found), default=0)
    return [rule for rule in found if rule.priority == highest]


def areas_of(index: FareV2Index, place: Place) -> frozenset[str]:
    """Areas of a stop, else of its station."""
    areas = index.fares.areas
    return frozenset(areas.get(place.stop_id or "") or areas.get(place.parent_id or "") or ())


def _fields(index: FareV2Index, values: frozenset[str], listed: frozenset[str]) -> list[str]:
    """Contents of a rule's field that match a leg with `values`."""
    named = sorted(values & listed)
    return [*named, ""] if index.fares.has_priority else named or [""]


def _is_within(index: FareV2Index, timeframe: str, moment: datetime) -> bool:
    if not timeframe:
        return True
    day, second = moment.toordinal(), moment.hour * 3600 + moment.minute * 60 + moment.second
    return any(start <= second < end and day in days for start, end, days in index.timeframes.get(timeframe, ()))
