"""What riders pay: a price, what it is the sum of, and the one a rider is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Price:
    """What one rider pays in one medium; `rider` and `medium` are the feed's ids ("adult", "ic", "ticket")."""

    rider: str
    medium: str
    amount: float
    currency: str


def price_for(prices: Sequence[Price], rider: str, medium: str) -> Price | None:
    """The one of `prices` that `rider` pays, in `medium` if there is such a price, else in the first medium."""
    own = [p for p in prices if p.rider == rider] or [p for p in prices if not p.rider]
    # The feed's default rider comes first; feeds name theirs as they like.
    own = own or [p for p in prices if p.rider == prices[0].rider]
    return next((p for p in own if p.medium == medium), own[0] if own else None)


@dataclass(frozen=True, slots=True)
class FareStep:
    """A line of the sum that makes a price.

    Attributes
    ----------
    kind : str
        "fare" for a product of its own, "free", "instead", "added" or "both" for what a transfer rule makes of it,
        "floor" for what a discount may not take, "half" for a child's price, "pass" for what is paid already.
    name : str
        Name of the product; empty for a transfer that needs none.
    legs : tuple of int
        Positions in the itinerary.
    prices : tuple of Price
        What it adds for every rider category and medium; below 0: a discount.
    ends : (str, str)
        Names of where on its first leg it begins and where on its last it ends; empty where that is the leg's own end.
    """

    kind: str
    name: str
    legs: tuple[int, ...]
    prices: tuple[Price, ...]
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class FarePart:
    """One product bought for a run of legs: the derivation of a price.

    Attributes
    ----------
    name : str
        Name of the product.
    legs : tuple of int
        Positions in the itinerary of the legs it pays for.
    prices : tuple of Price
        The same product for every rider category and medium.
    made_of : tuple of FareStep
        What the price is the sum of; empty where it is that of the product.
    """

    name: str
    legs: tuple[int, ...]
    prices: tuple[Price, ...]
    made_of: tuple[FareStep, ...] = field(default=(), compare=False)
