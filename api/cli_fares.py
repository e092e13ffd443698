"""What each itinerary costs a given rider, and what its price is made of, as lines for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.cli_answer import price_text
from api.messages import Catalogue
from planner.errors import RequestError
from planner.fares import price_legs
from planner.fares_rider import ADULT, categories
from planner.fares_transfers import steps_of
from planner.model import Answer, FareStep, FlexLeg, Itinerary, Leg, RentalLeg, TransitLeg, mode_of, price_for
from planner.network import Network
from planner.request import PlanRequest


@dataclass(frozen=True, slots=True)
class FareWishes:
    """What is asked about prices; `rider` empty: an adult's."""

    rider: str = ""
    derivation: bool = False


def priced(network: Network, request: PlanRequest, answer: Answer, wishes: FareWishes) -> Answer:
    """The answer with what the rider pays.

    Raises
    ------
    RequestError
        A rider category that no feed has, or a stay on the way.
    """
    if not wishes.rider:
        return answer
    known = categories(fares.v2 for fares in network.snapshot.fares)
    names = {category.name.casefold() for fares in network.snapshot.fares for category in fares.v2.riders}
    if wishes.rider.casefold() not in {*(one.casefold() for one in known), *names}:
        told = ", ".join(known)
        raise RequestError("--rider", f"--rider: no feed has riders called '{wishes.rider[:80]}'; it has {told}.")
    if any(via.stay_s for via in request.via):
        raise RequestError(
            "--rider", "--rider: prices with a stay on the way are an adult's only; give --via no minutes."
        )
    return replace(
        answer,
        itineraries=tuple(_repriced(network, one, wishes) for one in answer.itineraries),
        direct=tuple(_repriced(network, one, wishes) for one in answer.direct),
    )


def _repriced(network: Network, itinerary: Itinerary, wishes: FareWishes) -> Itinerary:
    return replace(itinerary, fare=price_legs(network.snapshot.fares, itinerary.legs, wishes.rider))


def fare_lines(words: Catalogue, found: Sequence[Itinerary], wishes: FareWishes) -> list[str]:
    """One line an itinerary and one for every line of the sum that makes its price, if that was asked for."""
    lines = []
    for number, itinerary in enumerate(found, 1) if wishes.derivation else ():
        whole = price_text(words, itinerary.price(ADULT, "ic"), itinerary.price(ADULT, "ticket"))
        lines.append(words.text("fares.of", number=number, rider=wishes.rider or ADULT, price=whole))
        lines += [_line(words, itinerary, step) for part in itinerary.fare or () for step in steps_of(part)]
    return lines


def _line(words: Catalogue, itinerary: Itinerary, step: FareStep) -> str:
    price = price_text(words, *(price_for(step.prices, ADULT, medium) for medium in ("ic", "ticket")))
    ride = " + ".join(_ride(words, itinerary.legs[leg]) for leg in step.legs)
    return words.text(f"fares.{step.kind}", price=price, name=step.name, ride=ride)


def _ride(words: Catalogue, leg: Leg) -> str:
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
    return f"{how} {leg.origin.name} → {leg.destination.name}".replace("  ", " ")
