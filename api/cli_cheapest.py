"""`kaiteki plan --prefer price` and `--max-price`: what is asked about the cheapest, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.messages import Catalogue, money
from planner.cheapest import Within, affordable, by_price
from planner.errors import RequestError
from planner.model import Answer, Itinerary
from planner.prices import Price
from planner.request import PlanRequest

SLACK = Within()
MOST_MINUTES, MOST_CHANGES = 240, 8


@dataclass(frozen=True, slots=True)
class PriceWish:
    """A wish for the cheapest; `most` yen, None without limit."""

    within: Within
    most: float | None = None


def price_wish(prefers: bool, slack: str | None, most: int | None) -> PriceWish | None:
    """What the options mean; None if the price does not decide.

    Raises
    ------
    RequestError
        Bounds that are none.
    """
    if prefers or most is not None:
        return PriceWish(SLACK if slack is None else within_of(slack), most)
    if slack is not None:
        raise RequestError("--slack", "--slack says how far --prefer price or --max-price look: give one of them.")
    return None


def within_of(text: str) -> Within:
    """How far a search looks, ``MINUTES`` or ``MINUTES:CHANGES``.

    Raises
    ------
    RequestError
        It says something else.
    """
    minutes, _, changes = text.partition(":")
    changes = changes if ":" in text else str(SLACK.transfers)
    is_number = all(part.strip().isdecimal() and len(part.strip()) < 5 for part in (minutes, changes))
    if not is_number or int(minutes) > MOST_MINUTES or int(changes) > MOST_CHANGES:
        most = f"at most {MOST_MINUTES} minutes and {MOST_CHANGES} changes"
        raise RequestError("--slack", f"--slack {text[:40]}: write MINUTES or MINUTES:CHANGES, {most}.")
    return Within(60 * int(minutes), int(changes))


def by_wish(answer: Answer, wish: PriceWish) -> tuple[Answer, list[Itinerary]]:
    """The answer less what costs too much, and its itineraries, the cheapest first, those of unknown price last."""
    kept = answer if wish.most is None else affordable(answer, wish.most)
    return kept, list(by_price((*kept.itineraries, *kept.direct)))


def price_lines(
    words: Catalogue, request: PlanRequest, wish: PriceWish, found: Sequence[Itinerary], before: Answer
) -> list[str]:
    """What was looked at, which prices nobody knows, and that nothing is cheap enough."""
    lines = []
    every = by_price((*before.itineraries, *before.direct))
    cheapest = every[0].price() if every else None
    if wish.most is not None and cheapest is not None and cheapest.amount > wish.most:
        most = money(words, Price("", "", wish.most, cheapest.currency))
        lines.append(words.text("cheapest.none", most=most, price=money(words, cheapest)))
    unknown = [str(number) for number, one in enumerate(found, 1) if one.price() is None]
    if unknown:
        lines.append(words.text("cheapest.unknown", numbers=", ".join(unknown)))
    about = "cheapest.by_arrival" if request.arrive_by else "cheapest.by_departure"
    minutes, changes = wish.within.seconds // 60, wish.within.transfers
    return [*lines, words.text(about, minutes=minutes, changes=changes)]
