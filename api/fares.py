# ruff: noqa: N815
"""`/kaiteki/v1/fares`: what an itinerary costs, product by product, and which rides each pays for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.direct import DirectRoute
from api.itinerary_ids import kept_legs, refreshed
from api.motis import FareProduct
from api.motis_answer import wire_product
from api.served import Served
from planner.isochrone import ground_of
from planner.model import Itinerary, TransitLeg
from planner.network import Network
from planner.request import Coordinate, PlanRequest
from planner.street_legs import StreetLegs


@dataclass(frozen=True, slots=True)
class FarePaid:
    """What pays for some of the legs: one of `products` is bought, for another rider or by another medium each."""

    name: str
    legs: tuple[int, ...]
    rides: tuple[str, ...]
    products: tuple[FareProduct, ...]


@dataclass(frozen=True, slots=True)
class FareAnswer:
    """Body of an answer to `/kaiteki/v1/fares`; `isKnown` false: the price of some leg is not in the feeds."""

    isKnown: bool
    parts: tuple[FarePaid, ...]


class FaresQuery(BaseModel):
    """Parameters of `/fares`."""

    model_config = ConfigDict(extra="forbid")

    itineraryId: str = Field(min_length=1, description="`id` of an itinerary of `/plan`")


def fares_router(served: Served) -> APIRouter:
    """Routes about prices."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/fares", response_model_exclude_none=True)
    def fares(query: Annotated[FaresQuery, Query()]) -> FareAnswer:
        """Products for an itinerary, each with the legs it pays for, counted from 0."""
        itinerary = itinerary_of_id(served.network, query.itineraryId)
        parts = tuple(
            FarePaid(
                part.name, part.legs, _lines(itinerary, part.legs), tuple(wire_product(part, p) for p in part.prices)
            )
            for part in itinerary.fare or ()
        )
        return FareAnswer(itinerary.fare is not None, parts)

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
