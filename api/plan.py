"""`/plan`: a question in MOTIS' words becomes ours, its answer MOTIS' again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.errors import UnknownPlaceError
from api.itinerary_ids import kept_legs, refreshed
from api.motis import PlanResponse, WireItinerary
from api.motis_answer import plan_response, wire_itinerary
from api.requests import PedestrianProfile, PlanQuery, RefreshQuery, asked_time, street_modes, transit_modes
from planner.geocoding import coordinate_of
from planner.isochrone import ground_of
from planner.network import Network
from planner.plan import plan as find
from planner.request import Coordinate, Location, PlanRequest, StopId
from planner.street_legs import StreetLegs

Locate = Callable[[str, str], Location]


def plan_router(network: Network) -> APIRouter:
    """Routes that plan journeys in `network`."""
    router = APIRouter(tags=["routing"])
    locate = locator(network)

    @router.get("/plan", response_model_exclude_none=True)
    def plan(query: Annotated[PlanQuery, Query()]) -> PlanResponse:
        """Itineraries from one place to another: with scheduled transport, and direct."""
        request = plan_request(query, locate, datetime.now(UTC), network)
        return plan_response(find(network, request), request)

    @router.get("/refresh-itinerary", response_model_exclude_none=True)
    def refresh_itinerary(query: Annotated[RefreshQuery, Query()]) -> WireItinerary:
        """An itinerary of before as it is possible now: new times beside those it had, or why it is not."""
        legs, languages = kept_legs(query.itineraryId), tuple(query.language)
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
    return PlanRequest(
        origin=locate(query.fromPlace, "fromPlace"),
        destination=locate(query.toPlace, "toPlace"),
        time=asked_time(query.time, now).astimezone(network.zone),
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
        cursor=query.pageCursor or None,
    )


def locator(network: Network) -> Locate:
    """Finds places by ``lat,lon[,level]``, by stop id, and by the ids that geocoding and `/rentals` give."""
    places = network.snapshot.places
    rows = {place_id: row for row, place_id in enumerate(places.ids)}
    vehicles = {one.id: one for system in network.snapshot.sharing for one in system.vehicles}

    def locate(text: str, field: str) -> Location:
        point = coordinate_of(text)
        if point is not None:
            return point
        if text in network.stop_index:
            return StopId(text)
        if text in rows:
            row = rows[text]
            return Coordinate(float(places.lat[row]), float(places.lon[row]), None, places.names[row])
        if text in vehicles:
            return Coordinate(vehicles[text].lat, vehicles[text].lon)
        raise UnknownPlaceError(field, f"{field}={text}: there is no such stop in this network.")

    return locate
