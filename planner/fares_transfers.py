"""What consecutive fare legs cost together (GTFS Fares v2): transfer rules between their leg groups.

A rule is applied wherever it matches, as a card reader would; where a fare leg may be bought in several ways, the way
that makes the whole run cheapest is taken.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.model import Place
from planner.prices import FarePart, FareStep, Price


@dataclass(frozen=True, slots=True)
class TransferRule:
    """A row of fare_transfer_rules.txt; `product` empty: free, `duration_limit` in seconds.

    Attributes
    ----------
    transfer_type : int
        0: the to-leg costs the product instead of its own fare, 1: the product on top, 2: the product instead of both.
    transfer_count : int or None
        Consecutive transfers it may be applied to, -1 without limit, None between different groups.
    duration_type : int
        Measured from the first leg's departure to the last leg's arrival (0), departure to departure (1), arrival to
        departure (2), arrival to arrival (3).
    """

    from_group: str
    to_group: str
    transfer_type: int
    product: str = ""
    transfer_count: int | None = None
    duration_limit: int | None = None
    duration_type: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A product one may buy, the default rider's prices first."""

    name: str
    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class FareLeg:
    """Rides priced as one, by their positions in the itinerary."""

    positions: tuple[int, ...]
    networks: frozenset[str]
    origin: Place
    destination: Place
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class TransferIndex:
    """Transfer rules by their groups, and the groups that any rule names."""

    rules: dict[tuple[str, str], list[TransferRule]]
    from_groups: frozenset[str]
    to_groups: frozenset[str]
    offers: Mapping[str, Offer]
    rider: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """What has been bought for the fare legs so far.

    `groups` names the rule with equal groups that covered the last `count` transfers, `first` the fare leg they began
    with; `is_transfer` says that the last fare leg was reached on any rule.
    """

    parts: tuple[FarePart, ...] = ()
    group: str = ""
    groups: tuple[str, str] | None = None
    first: int = 0
    count: int = 0
    is_transfer: bool = False


def index_transfers(rules: Iterable[TransferRule], offers: Mapping[str, Offer], rider: str) -> TransferIndex:
    """Prepare look-ups; `rider` is the category whose price decides between alternatives."""
    by_groups: dict[tuple[str, str], list[TransferRule]] = defaultdict(list)
    for rule in rules:
        by_groups[rule.from_group, rule.to_group].append(rule)
    from_groups = frozenset(group for group, _ in by_groups) - {""}
    to_groups = frozenset(group for _, group in by_groups) - {""}
    return TransferIndex(dict(by_groups), from_groups, to_groups, offers, rider)


def cheapest_purchase(
    index: TransferIndex, legs: Sequence[FareLeg], offers: Sequence[Mapping[str, Offer]]
) -> tuple[FarePart, ...]:
    """The cheapest products for `legs`, each of which may be bought by any of its `offers` (by leg group)."""
    return purchases_of(index, legs, offers)[0].parts


def purchases_of(
    index: TransferIndex, legs: Sequence[FareLeg], offers: Sequence[Mapping[str, Offer]]
) -> list[Purchase]:
    """Of all ways to buy `legs` that differ in what later legs may cost the cheapest each, cheapest first."""
    purchases = [Purchase()]
    for number, by_group in enumerate(offers):
        cheapest: dict[tuple[object, ...], tuple[float, Purchase]] = {}
        for before in purchases:
            for group, offer in by_group.items():
                for after in _with_leg(index, legs, number, before, (group, offer)):
                    state = (after.group, after.groups, after.first, after.count, after.is_transfer)
                    cost = sum(cost_of(part.prices, index.rider) for part in after.parts)
                    if state not in cheapest or cost < cheapest[state][0]:
                        cheapest[state] = cost, after
        purchases = [purchase for _, purchase in sorted(cheapest.values(), key=lambda found: found[0])]
    return purchases


def cost_of(prices: Iterable[Price], rider: str) -> float:
    """The lowest amount for `rider` (empty: for anybody), infinite if nothing is sold to them."""
    return min((p.amount for p in prices if not rider or p.rider in (rider, "")), default=math.inf)


def _with_leg(
    index: TransferIndex, legs: Sequence[FareLeg], number: int, before: Purchase, bought: tuple[str, Offer]
) -> list[Purchase]:
    group, offer = bought
    own = FarePart(offer.name, legs[number].positions, offer.prices)
    matches = _matching(index, legs, number, before, group)
    if not matches:
        return [Purchase((*before.parts, own), group, None, number)]
    return [
        Purchase(_paid(index, before, rule, own), group, _run_of(index, before.group, group), first, count, True)
        for rule, first, count in matches
    ]


def _groups(index: TransferIndex, before: str, after: str) -> tuple[str, str]:
    """Fields of the rules for a transfer: a group no rule names is met by the empty field."""
    return before if before in index.from_groups else "", after if after in index.to_groups else ""


def _run_of(index: TransferIndex, before: str, after: str) -> tuple[str, str] | None:
    groups = _groups(index, before, after)
    return groups if groups[0] == groups[1] else None


def _matching(
    index: TransferIndex, legs: Sequence[FareLeg], number: int, before: Purchase, group: str
) -> list[tuple[TransferRule, int, int]]:
    """Rules for the transfer to leg `number`, each with the leg its time counts from and its number of transfers."""
    if not before.group or not group:
        return []
    groups = _groups(index, before.group, group)
    goes_on = before.groups == groups
    first, count = (before.first, before.count + 1) if goes_on else (number - 1, 1)
    found = [
        (_count_limit(rule), rule)
        for rule in index.rules.get(groups, ())
        if count <= _count_limit(rule) and _is_in_time(rule, legs[first], legs[number])
    ]
    fewest = min((limit for limit, _ in found), default=0)
    return [(rule, first, count) for limit, rule in found if limit == fewest]


def _count_limit(rule: TransferRule) -> float:
    return math.inf if rule.transfer_count in (None, -1) else float(rule.transfer_count or 0)


def _is_in_time(rule: TransferRule, first: FareLeg, last: FareLeg) -> bool:
    if rule.duration_limit is None:
        return True
    begin = first.start if rule.duration_type in (0, 1) else first.end
    end = last.end if rule.duration_type in (0, 3) else last.start
    return (end - begin).total_seconds() <= rule.duration_limit


def _paid(index: TransferIndex, before: Purchase, rule: TransferRule, own: FarePart) -> tuple[FarePart, ...]:
    """Parts after a transfer.

    A product sold only on some media, or to some riders, changes the price for these; the others pay as if there were
    no rule. A discount greater than the fare it is taken off lowers the part before.
    """
    *earlier, last = before.parts
    legs = last.legs + own.legs
    offer = index.offers.get(rule.product)
    is_instead = rule.transfer_type == 2 and not before.is_transfer
    if rule.transfer_type == 1:
        prices = _surcharged(own.prices, offer)
        added = FareStep("added", offer.name if offer else "", own.legs, _less(prices, own.prices))
        return _appended(before.parts, FarePart(own.name, own.legs, prices, (*steps_of(own), added)))
    if offer is None:
        prices = tuple(Price(p.rider, p.medium, 0.0, p.currency) for p in last.prices) if is_instead else last.prices
        free = FareStep("free", "", legs if is_instead else own.legs, _less(prices, prices))
        return *earlier, FarePart(last.name, legs, prices, (free,) if is_instead else (*steps_of(last), free))
    if is_instead:
        return *earlier, _floored(FarePart(offer.name, legs, _replaced(_sum(last.prices, own.prices), offer)), "both")
    prices = _replaced(own.prices, offer)
    step = FareStep("instead", offer.name, own.legs, prices)
    return _appended(before.parts, FarePart(offer.name, own.legs, prices, (step,)))


def _appended(parts: tuple[FarePart, ...], part: FarePart) -> tuple[FarePart, ...]:
    if all(price.amount >= 0 for price in part.prices):
        return *parts, part
    *earlier, last = parts
    steps = (*steps_of(last), *steps_of(part))
    return *earlier, _floored(FarePart(last.name, last.legs + part.legs, _sum(last.prices, part.prices), steps))


def steps_of(part: FarePart, kind: str = "fare") -> tuple[FareStep, ...]:
    """What the price of a part is the sum of; of a product bought as it is, the product alone."""
    return part.made_of or (FareStep(kind, part.name, part.legs, part.prices),)


def _floored(part: FarePart, kind: str = "fare") -> FarePart:
    """The part with no price below 0, its steps with what that gives back."""
    prices, steps = _at_least_0(part.prices), steps_of(part, kind)
    if prices != part.prices:
        steps = (*steps, FareStep("floor", "", part.legs, _less(prices, part.prices)))
    return FarePart(part.name, part.legs, prices, steps)


def _less(prices: Iterable[Price], others: Iterable[Price]) -> tuple[Price, ...]:
    """Prices less others of the same categories and media."""
    both = zip(prices, others, strict=True)
    return tuple(Price(p.rider, p.medium, p.amount - other.amount, p.currency) for p, other in both)


def _at_least_0(prices: Iterable[Price]) -> tuple[Price, ...]:
    return tuple(Price(p.rider, p.medium, max(0.0, p.amount), p.currency) for p in prices)


def _sum(prices: Iterable[Price], others: Sequence[Price]) -> tuple[Price, ...]:
    """Both prices together, in the first one's categories and media as far as the second is sold to these riders."""
    sums = []
    for price in prices:
        rows = [p for p in others if p.rider == price.rider] or [p for p in others if p.rider == ""]
        if rows:
            other = next((p for p in rows if p.medium == price.medium), rows[0])
            sums.append(Price(price.rider, price.medium, price.amount + other.amount, price.currency))
    return tuple(sums)


def _replaced(prices: Iterable[Price], offer: Offer) -> tuple[Price, ...]:
    amounts = ((price, _amount(offer, price)) for price in prices)
    return tuple(Price(p.rider, p.medium, p.amount if amount is None else amount, p.currency) for p, amount in amounts)


def _surcharged(prices: Iterable[Price], offer: Offer | None) -> tuple[Price, ...]:
    amounts = ((price, None if offer is None else _amount(offer, price)) for price in prices)
    return tuple(Price(p.rider, p.medium, p.amount + (amount or 0.0), p.currency) for p, amount in amounts)


def _amount(offer: Offer, price: Price) -> float | None:
    """The offer's lowest amount for the rider and medium of `price`, None where it is not sold so; empty fits all."""
    fitting = [
        p.amount
        for p in offer.prices
        if (not p.rider or not price.rider or p.rider == price.rider)
        and (not p.medium or not price.medium or p.medium == price.medium)
    ]
    return min(fitting, default=None)
