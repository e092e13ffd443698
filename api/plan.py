"""`/plan`: a question in MOTIS' words becomes ours, its answer MOTIS' again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.direct import DirectRoute
from api.itinerary_ids import kept_legs, refreshed
from api.motis import PlanResponse, WireItinerary
from api.motis_answer import plan_response, wire_itinerary
from api.patience import is_over
from api.requests import (
    REALTIME,
    PedestrianProfile,
    PlanQuery,
    RefreshQuery,
    asked_time,
    street_modes,
    transit_modes,
)
from api.served import Served
from planner.isochrone import ground_of
from planner.network import Network
from planner.plan import plan as find
from planner.request import Coordinate, Location, PlanRequest, Via
from planner.street_legs import StreetLegs

Locate = Callable[[str, str], Location]


def plan_router(served: Served) -> APIRouter:
    """Routes that plan journeys."""
    router = APIRouter(tags=["routing"], route_class=DirectRoute)

    @router.get("/plan", response_model_exclude_none=True)
    def plan(query: Annotated[PlanQuery, Query()]) -> PlanResponse:
        """Itineraries from one place to another: with scheduled transport, and direct."""
        city = served.city
        request = plan_request(query, city.locate, datetime.now(UTC), city.network)
        return plan_response(find(city.network, request), request)

    @router.get("/refresh-itinerary", response_model_exclude_none=True)
    def refresh_itinerary(query: Annotated[RefreshQuery, Query()]) -> WireItinerary:
        """An itinerary of before as it is possible now: new times beside those it had, or why it is not."""
        network, legs, languages = served.network, kept_legs(query.itineraryId), tuple(query.language)
        somewhere = Coordinate(legs[0].origin.lat, legs[0].origin.lon)
        pace = PlanRequest(
            somewhere,
            somewhere,
            datetime.now(UTC),
            wheelchair=query.pedestrianProfile is PedestrianProfile.WHEELCHAIR,
            walk_speed_ms=query.pedestrianSpeed,
            bike_speed_ms=query.cyclingSpeed,
        )
        writer = StreetLegs(network, ground_of(network, pace), languages, None)
        return wire_itinerary(refreshed(network, legs, writer))

    return router


def plan_request(query: PlanQuery, locate: Locate, now: datetime, network: Network) -> PlanRequest:
    """The question in our words.

    Raises
    ------
    UnknownPlaceError
        A stop id that is not in the network.
    """
    time = asked_time(query.time, now)
    return PlanRequest(
        origin=locate(query.fromPlace, "fromPlace"),
        destination=locate(query.toPlace, "toPlace"),
        time=time.astimezone(network.zone),
        arrive_by=query.arriveBy,
        window_s=query.searchWindow,
        count=query.numItineraries,
        transit_modes=transit_modes(query.transitModes),
        access_modes=street_modes(query.preTransitModes, query.preTransitRentalFormFactors),
        egress_modes=street_modes(query.postTransitModes, query.postTransitRentalFormFactors),
        direct_modes=street_modes(query.directModes, query.directRentalFormFactors),
        wheelchair=query.pedestrianProfile is PedestrianProfile.WHEELCHAIR,
        max_transfers=query.maxTransfers,
        max_access_s=query.maxPreTransitTime,
        max_egress_s=query.maxPostTransitTime,
        max_direct_s=query.maxDirectTime,
        walk_speed_ms=query.pedestrianSpeed,
        bike_speed_ms=query.cyclingSpeed,
        min_transfer_s=60 * query.minTransferTime,
        languages=tuple(query.language),
        now=min(now, time),
        realtime=REALTIME[query.realtimeMode],
        is_given_up=is_over,
        via=_stops_between(query, locate),
        cursor=query.pageCursor or None,
    )


def _stops_between(query: PlanQuery, locate: Locate) -> tuple[Via, ...]:
    """Where to go by way of, with the least stay there; none named is no stay."""
    stays = [*query.viaMinimumStay, *[0] * len(query.via)]
    return tuple(Via(locate(text, "via"), 60 * stay) for text, stay in zip(query.via, stays, strict=False))
