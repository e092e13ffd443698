"""`/plan`: a question in MOTIS' words becomes ours, its answer MOTIS' again."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.direct import DirectRoute
from api.errors import UnknownPlaceError
from api.itinerary_ids import kept_legs, refreshed
from api.motis import PlanResponse, WireItinerary
from api.motis_answer import plan_response, wire_itinerary
from api.patience import be_patient, is_over
from api.requests import (
    REALTIME,
    PedestrianProfile,
    PlanQuery,
    RefreshQuery,
    asked_time,
    rentable,
    street_modes,
    transit_modes,
)
from api.served import Served
from planner.alternatives import alternatives_of
from planner.crowd_plan import with_crowds
from planner.isochrone import ground_of
from planner.model import Answer
from planner.network import Network
from planner.plan import plan as find
from planner.request import Avoid, Coordinate, Location, PlanRequest, Rentable, StopId, Via
from planner.street_legs import StreetLegs

Locate = Callable[[str, str], Location]


def plan_router(served: Served) -> APIRouter:
    """Routes that plan journeys."""
    router = APIRouter(tags=["routing"], route_class=DirectRoute)

    @router.get("/plan", response_model_exclude_none=True)
    def plan(query: Annotated[PlanQuery, Query()]) -> PlanResponse:
        """Itineraries from one place to another: with scheduled transport, and direct."""
        city = served.city
        if query.timeout is not None:
            be_patient(query.timeout)
        request = plan_request(query, city.locate, datetime.now(UTC), city.network)
        return plan_body(city.network, request, find(city.network, request, served.quote), query)

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
            elevation_costs=query.elevationCosts,
        )
        writer = StreetLegs(network, ground_of(network, pace), languages, None)
        return wire_itinerary(refreshed(network, legs, writer))

    return router


def plan_body(network: Network, request: PlanRequest, answer: Answer, query: PlanQuery) -> PlanResponse:
    """An answer as it is sent, with what crowds make of it and as many other rides as are asked for."""
    told = with_crowds(network, request, answer, network.snapshot.crowds)
    if not query.numLegAlternatives:
        return plan_response(told, request)
    return plan_response(told, request, partial(alternatives_of, network, request, most=query.numLegAlternatives))


def plan_request(query: PlanQuery, locate: Locate, now: datetime, network: Network) -> PlanRequest:
    """The question in our words.

    Raises
    ------
    UnknownPlaceError
        A stop id that is not in the network.
    """
    time = asked_time(query.time, now)
    via, passed = _stops_between(query, locate)
    rentals = _rentals(query, network)
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
        elevation_costs=query.elevationCosts,
        min_transfer_s=60 * query.minTransferTime,
        transfer_factor=query.transferTimeFactor,
        extra_transfer_s=60 * query.additionalTransferTime,
        max_duration_s=None if query.maxTravelTime is None else 60 * query.maxTravelTime,
        access_rentals=rentals["preTransit"],
        egress_rentals=rentals["postTransit"],
        direct_rentals=rentals["direct"],
        radius_m=query.radius,
        slow_direct=query.fastestSlowDirectFactor if query.slowDirect else None,
        passengers=query.passengers,
        avoid=Avoid(no_bicycles=query.requireBikeTransport),
        languages=tuple(query.language),
        now=min(now, time),
        realtime=REALTIME[query.realtimeMode],
        is_given_up=is_over,
        via=via,
        through=passed,
        cursor=query.pageCursor or None,
        timetable_view=query.timetableView,
    )


def _rentals(query: PlanQuery, network: Network) -> dict[str, Rentable]:
    """What may be rented at the start, at the end and all the way, by how MOTIS calls these.

    Raises
    ------
    UnknownPlaceError
        A provider is not in this network.
    """
    known = {system.id for system in network.snapshot.sharing}
    found = {}
    for side in ("preTransit", "postTransit", "direct"):
        kinds, providers, groups = (
            getattr(query, f"{side}Rental{name}") for name in ("PropulsionTypes", "Providers", "ProviderGroups")
        )
        for parameter, ids in (("Providers", providers), ("ProviderGroups", groups)):
            name = f"{side}Rental{parameter}"
            for unknown in sorted({*(ids or ())} - known):
                raise UnknownPlaceError(name, f"{name}={unknown}: there is no such provider in this network.")
        ends = getattr(query, f"ignore{side[0].upper()}{side[1:]}RentalReturnConstraints")
        found[side] = rentable(kinds, providers, groups, end_anywhere=ends)
    return found


def _stops_between(query: PlanQuery, locate: Locate) -> tuple[tuple[Via, ...], tuple[frozenset[str], ...]]:
    """Where to go by way of: with the least stay there, or only passed, where one may remain in the vehicle (MOTIS)."""
    places = [locate(text, "via") for text in query.via]
    passed = [frozenset({place.id}) for place in places if isinstance(place, StopId)]
    if not any(query.viaMinimumStay) and len(passed) == len(places):
        return (), tuple(passed)
    stays = [*query.viaMinimumStay, *[0] * len(query.via)]
    return tuple(Via(place, 60 * stay) for place, stay in zip(places, stays, strict=False)), ()
