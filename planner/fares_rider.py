"""Who pays: a rider category of each feed, the prices sold to it, and children where a feed has one price for all."""

from collections.abc import Iterable, Sequence

from planner.fares_transfers import steps_of
from planner.fares_v2 import FaresV2, default_rider
from planner.prices import FarePart, FareStep, Price

ADULT, CHILD = "adult", "child"


def category_of(fares: FaresV2, rider: str) -> str:
    """Id of the rider category that `rider` means in a feed.

    By id, else by name; "adult" and nothing mean the feed's default. A category the feed does not know stays what it
    is: it may buy what is sold to anybody.
    """
    wanted = rider.casefold()
    for category in fares.riders:
        if category.id.casefold() == wanted:
            return category.id
    named = next((category.id for category in fares.riders if category.name.casefold() == wanted), None)
    if named is not None and wanted:
        return named
    return default_rider(fares) if rider in ("", ADULT) else rider


def categories(feeds: Iterable[FaresV2]) -> tuple[str, ...]:
    """Rider categories one may ask for: "adult", "child" and the ids of the feeds."""
    return tuple(dict.fromkeys([ADULT, CHILD, *(category.id for fares in feeds for category in fares.riders)]))


def sold_v1(parts: Sequence[FarePart], rider: str) -> tuple[FarePart, ...] | None:
    """The parts of a feed with one price for all as `rider` pays them; None if nobody knows.

    That price is an adult's; in yen a child pays half, as Japan's operators round. What others pay is not told.
    """
    if rider.casefold() == ADULT or all(price.amount == 0 for part in parts for price in part.prices):
        return tuple(parts)
    is_yen = all(price.currency == "JPY" for part in parts for price in part.prices)
    return tuple(_halved(part) for part in parts) if is_yen and rider.casefold() == CHILD else None


def sold_to(parts: Sequence[FarePart], rider: str) -> tuple[FarePart, ...] | None:
    """The parts with the prices of one rider category only; None if any of them is not sold to it.

    Parameters
    ----------
    rider : str
        Id of a category; empty: what is sold to anybody.
    """
    sold = []
    for part in parts:
        prices = _sold(part.prices, rider)
        if not prices:
            return None
        steps = tuple(FareStep(s.kind, s.name, s.legs, _sold(s.prices, rider)) for s in steps_of(part))
        sold.append(FarePart(part.name, part.legs, prices, steps))
    return tuple(sold)


def child_yen(adult_yen: float) -> float:
    """Half an adult's fare: rounded up to 10 yen where fares are in tens, else (IC fares) fractions are dropped.

    Examples
    --------
    >>> child_yen(210), child_yen(155)
    (110.0, 77.0)

    References
    ----------
    JR East, 旅客営業規則 article 74 (children's fares: half, fractions below 10 yen rounded up).
    """
    yen = round(adult_yen)
    return float(-(-yen // 20) * 10 if yen % 10 == 0 else yen // 2)


def _halved(part: FarePart) -> FarePart:
    prices = tuple(Price(CHILD, p.medium, child_yen(p.amount), p.currency) for p in part.prices)
    off = zip(prices, part.prices, strict=True)
    less = tuple(Price("", new.medium, new.amount - old.amount, new.currency) for new, old in off)
    return FarePart(part.name, part.legs, prices, (*steps_of(part), FareStep("half", "", part.legs, less)))


def _sold(prices: Sequence[Price], rider: str) -> tuple[Price, ...]:
    """Prices of the category, and those for anybody in media that the category has no price of its own for."""
    own = tuple(price for price in prices if price.rider == rider)
    media = {price.medium for price in own}
    anybody = (p for p in prices if rider and not p.rider and p.medium not in media)
    return (*own, *(Price(rider, p.medium, p.amount, p.currency) for p in anybody))
