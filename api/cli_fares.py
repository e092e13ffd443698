"""What each itinerary costs a given rider, and what its price is made of, as lines for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.cli_answer import price_text
from api.fares import known_rider
from api.messages import Catalogue, money
from planner.errors import RequestError
from planner.fares_day_pass import journeys_until_worth
from planner.fares_passes import RidePass, price_with_passes
from planner.fares_rider import ADULT
from planner.fares_transfers import steps_of
from planner.model import Answer, FlexLeg, Itinerary, Leg, RentalLeg, TransitLeg, mode_of
from planner.network import Network
from planner.pass_sections import lines_named, pass_named
from planner.prices import FareStep, Price, price_for
from planner.request import PlanRequest


@dataclass(frozen=True, slots=True)
class FareWishes:
    """What is asked about prices.

    Attributes
    ----------
    rider : str
        Empty: an adult.
    passes : tuple of RidePass
        Commuter passes held.
    day : (float, RidePass) or None
        Price of a day pass in yen, and what it is good for.
    """

    rider: str = ""
    derivation: bool = False
    passes: tuple[RidePass, ...] = ()
    day: tuple[float, RidePass] | None = None


def fare_wishes(
    network: Network, rider: str | None, derivation: bool, passes: Sequence[str], day_pass: str | None
) -> FareWishes:
    """What the options mean.

    Raises
    ------
    RequestError
        A rider category that no feed has, a pass or a day pass that is none.
    """
    held = tuple(pass_named(network.snapshot.timetable, text) for text in passes)
    day = None if day_pass is None else _day_pass(network, day_pass)
    return FareWishes("" if rider is None else known_rider(network, rider, "--rider"), derivation, held, day)


def _day_pass(network: Network, text: str) -> tuple[float, RidePass]:
    yen, _, lines = text.partition(":")
    if not yen.strip().isdecimal() or not 0 < int(yen.strip()[:9]) < 1_000_000 or (":" in text and not lines.strip()):
        raise RequestError("--day-pass", f"--day-pass {text[:80]}: write YEN or YEN:OPERATOR, such as 600:JR東日本.")
    table = network.snapshot.timetable
    all_lines = frozenset(route.id for route in table.routes)
    return float(yen), RidePass(text, lines_named(table, lines.strip(), "--day-pass") if lines else all_lines)


def priced(network: Network, request: PlanRequest, answer: Answer, wishes: FareWishes) -> Answer:
    """The answer with what the rider pays who holds the passes.

    Raises
    ------
    RequestError
        There is a stay on the way.
    """
    if not wishes.rider and not wishes.passes and wishes.day is None:
        return answer
    if any(via.stay_s for via in request.via):
        told = "with a stay on the way only an adult's prices without passes are known; give --via no minutes."
        raise RequestError("--via", f"--via: {told}")
    if not wishes.rider and not wishes.passes:
        return answer
    return replace(
        answer,
        itineraries=tuple(_repriced(network, one, wishes) for one in answer.itineraries),
        direct=tuple(_repriced(network, one, wishes) for one in answer.direct),
    )


def _repriced(network: Network, itinerary: Itinerary, wishes: FareWishes, *, day: bool = False) -> Itinerary:
    held = (*wishes.passes, wishes.day[1]) if day and wishes.day else wishes.passes
    return replace(itinerary, fare=price_with_passes(network.snapshot.fares, itinerary.legs, held, wishes.rider))


def fare_lines(words: Catalogue, network: Network, found: Sequence[Itinerary], wishes: FareWishes) -> list[str]:
    """Lines about the sum that makes each price, and when a day pass pays, as far as asked for."""
    lines = []
    for number, itinerary in enumerate(found, 1):
        lines += _derivation(words, number, itinerary, wishes) if wishes.derivation else []
        if wishes.day is not None and not itinerary.is_direct:
            with_pass = _repriced(network, itinerary, wishes, day=True).price(ADULT)
            lines.append(_day_line(words, number, wishes.day[0], (itinerary.price(ADULT), with_pass)))
    return lines


def _derivation(words: Catalogue, number: int, itinerary: Itinerary, wishes: FareWishes) -> list[str]:
    whole = price_text(words, itinerary.price(ADULT, "ic"), itinerary.price(ADULT, "ticket"))
    head = words.text("fares.of", number=number, rider=wishes.rider or ADULT, price=whole)
    return [head, *(_line(words, itinerary, step) for part in itinerary.fare or () for step in steps_of(part))]


def _day_line(words: Catalogue, number: int, yen: float, prices: tuple[Price | None, Price | None]) -> str:
    amount = money(words, Price("", "", yen, "JPY"))
    without, with_pass = prices
    if without is None or with_pass is None or without.currency != "JPY":
        return words.text("fares.day_unknown", amount=amount, number=number)
    count = journeys_until_worth(yen, without.amount, with_pass.amount)
    if count is None:
        return words.text("fares.day_never", amount=amount, number=number)
    saved = money(words, Price("", "", without.amount - with_pass.amount, "JPY"))
    return words.text("fares.day", amount=amount, number=number, count=count, saved=saved)


def _line(words: Catalogue, itinerary: Itinerary, step: FareStep) -> str:
    price = price_text(words, *(price_for(step.prices, ADULT, medium) for medium in ("ic", "ticket")))
    last = len(step.legs) - 1
    ridden = (
        _ride(words, itinerary.legs[leg], step.ends[0] if place == 0 else "", step.ends[1] if place == last else "")
        for place, leg in enumerate(step.legs)
    )
    ride = " + ".join(ridden)
    return words.text(f"fares.{step.kind}", price=price, name=step.name, ride=ride)


def _ride(words: Catalogue, leg: Leg, begin: str, end: str) -> str:
    """A leg by its line and ends, or where on it one begins and ends to pay."""
    match leg:
        case TransitLeg():
            name = leg.route_short_name or leg.route_long_name
        case FlexLeg():
            name = leg.route_name
        case RentalLeg():
            name = leg.system_name
        case _:
            name = ""
    how = name or words.text(f"modes.{mode_of(leg)}")
    return f"{how} {begin or leg.origin.name} → {end or leg.destination.name}".replace("  ", " ")
