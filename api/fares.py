# ruff: noqa: N815
"""`/kaiteki/v1/fares`: what an itinerary costs, product by product, and which rides each pays for."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.direct import DirectRoute
from api.itinerary_ids import kept_legs, refreshed
from api.motis import FareProduct
from api.motis_answer import wire_product
from api.served import Served
from planner.errors import RequestError
from planner.fares_passes import price_with_passes
from planner.fares_rider import ADULT, categories
from planner.isochrone import ground_of
from planner.model import Itinerary, TransitLeg
from planner.network import Network
from planner.pass_sections import pass_named
from planner.request import Coordinate, PlanRequest
from planner.street_legs import StreetLegs

MOST_PASSES = 4


@dataclass(frozen=True, slots=True)
class FarePaid:
    """What pays for some of the legs: one of `products` is bought, for another rider or by another medium each."""

    name: str
    legs: tuple[int, ...]
    rides: tuple[str, ...]
    products: tuple[FareProduct, ...]


@dataclass(frozen=True, slots=True)
class FareAnswer:
    """Body of an answer to `/kaiteki/v1/fares`; `isKnown` false: the price of some leg is not in the feeds.

    `ic` and `ticket` are what the rider pays in all, in yen where `currency` says so.
    """

    isKnown: bool
    parts: tuple[FarePaid, ...]
    ic: float | None = None
    ticket: float | None = None
    currency: str | None = None


class FaresQuery(BaseModel):
    """Parameters of `/fares`."""

    model_config = ConfigDict(extra="forbid")

    itineraryId: str = Field(min_length=1, description="`id` of an itinerary of `/plan`")
    rider: str = Field("", max_length=80, description="category of the rider as the feeds name it; default: an adult")
    held: list[str] = Field(
        [], alias="pass", max_length=MOST_PASSES, description="a commuter pass: FROM:TO, FROM:TO:OPERATOR, a line"
    )


def fares_router(served: Served) -> APIRouter:
    """Routes about prices."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/fares", response_model_exclude_none=True)
    def fares(query: Annotated[FaresQuery, Query()]) -> FareAnswer:
        """Products for an itinerary, each with the legs it pays for, counted from 0; for a rider who holds passes."""
        network = served.network
        itinerary = itinerary_of_id(network, query.itineraryId)
        if query.rider or query.held:
            rider = known_rider(network, query.rider, "rider") if query.rider else ""
            passes = tuple(pass_named(network.snapshot.timetable, text, "pass") for text in query.held)
            sold = price_with_passes(network.snapshot.fares, itinerary.legs, passes, rider)
            itinerary = replace(itinerary, fare=sold)
        parts = tuple(
            FarePaid(
                part.name, part.legs, _lines(itinerary, part.legs), tuple(wire_product(part, p) for p in part.prices)
            )
            for part in itinerary.fare or ()
        )
        ic, ticket = (itinerary.price(ADULT, medium) for medium in ("ic", "ticket"))
        return FareAnswer(
            itinerary.fare is not None,
            parts,
            None if ic is None else ic.amount,
            None if ticket is None else ticket.amount,
            None if ic is None else ic.currency,
        )

    return router


def itinerary_of_id(network: Network, itinerary_id: str) -> Itinerary:
    """The itinerary that an id names, as it is possible now."""
    legs = kept_legs(itinerary_id)
    somewhere = Coordinate(legs[0].origin.lat, legs[0].origin.lon)
    pace = PlanRequest(somewhere, somewhere, datetime.now(UTC))
    return refreshed(network, legs, StreetLegs(network, ground_of(network, pace), ("ja",), None))


def _lines(itinerary: Itinerary, legs: tuple[int, ...]) -> tuple[str, ...]:
    rides = (itinerary.legs[row] for row in legs)
    return tuple(leg.route_short_name or leg.route_long_name for leg in rides if isinstance(leg, TransitLeg))


def known_rider(network: Network, rider: str, field: str) -> str:
    """The category, if a feed of the network has it.

    Raises
    ------
    RequestError
        None has it.
    """
    feeds = [fares.v2 for fares in network.snapshot.fares]
    known = categories(feeds)
    names = {text.casefold() for text in known} | {one.name.casefold() for feed in feeds for one in feed.riders}
    if not rider or rider.casefold() not in names:
        told = ", ".join(known)
        raise RequestError(field, f"{field}: no feed has riders called '{rider[:80]}'; there are {told}.")
    return rider
