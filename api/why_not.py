"""`/kaiteki/v1/why-not`: which rule kept a line, a stop or a departure out of an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from api.board import run_of
from api.direct import DirectRoute
from api.errors import UnknownPlaceError
from api.plan import plan_request
from api.requests import PlanQuery
from api.served import City, Served
from api.why_not_answers import Question, Rule, WhyNot, against, in_the_answer, open_ended
from api.why_not_limits import kept_out_by
from api.why_not_means import about_means, demand_bus, shared
from planner.flex import Quote
from planner.model import Answer, Itinerary, Mode, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StopId
from planner.timetable import Indices


class WhyNotQuery(PlanQuery):
    """Parameters of `/plan`, and what was expected to be in its answer."""

    route: str | None = Field(None, min_length=1, description="`routeId`, or what the public calls the line")
    stop: str | None = Field(None, min_length=1, description="a stop id: a journey that changes or calls there")
    departure: str | None = Field(None, min_length=1, description="a `tripId`: this one run")
    rental: str | None = Field(None, min_length=1, description="a sharing system's id or name, or the id of a port")

    @model_validator(mode="after")
    def _names_one(self) -> "WhyNotQuery":
        if [self.route, self.stop, self.departure, self.rental].count(None) != 3:
            raise ValueError("name one of route, stop, departure and rental")
        return self


def why_not_router(served: Served) -> APIRouter:
    """Routes that explain."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/why-not", response_model_exclude_none=True)
    def why_not(query: Annotated[WhyNotQuery, Query()]) -> WhyNot:
        """Why a journey with the named line, stop, run or shared vehicle is not in the answer to this question."""
        city, now = served.city, datetime.now(UTC)
        request = plan_request(query, city.locate, now, city.network)
        network = city.network.in_mode(request.realtime, request.now)
        if query.stop is not None:
            return _about_stop(city, request, query.stop, served.quote)
        if query.rental is not None:
            return about_means(network, request, shared(network, query.rental), served.quote)
        if query.departure is not None:
            trip, day = run_of(city.network, query.departure)
            return _about_trips(network, request, np.array([trip], np.int32), day, served.quote)
        routes = _routes(city, query.route or "")
        trips = np.flatnonzero(np.isin(network.snapshot.timetable.trips.route, list(routes))).astype(np.int32)
        if not len(trips) and any(trip.route in routes for trip in network.snapshot.flex):
            return about_means(network, request, demand_bus(network, routes), served.quote)
        return _about_trips(network, request, trips, None, served.quote)

    return router


def _routes(city: City, named: str) -> frozenset[int]:
    """Rows of the lines that are meant."""
    routes = city.network.snapshot.timetable.routes
    rows = [row for row, route in enumerate(routes) if named in {route.id, route.short_name, route.long_name}]
    if not rows:
        raise UnknownPlaceError("route", f"route={named}: there is no such line in this network.")
    return frozenset(rows)


def _about_trips(
    network: Network, request: PlanRequest, trips: Indices, day: date | None, quote: Quote | None
) -> WhyNot:
    timetable = network.snapshot.timetable
    answer, ids = plan(network, request, quote), {timetable.trips.ids[row] for row in trips.tolist()}
    shown = in_the_answer(answer.itineraries, lambda one: _rides(one, ids, day))
    if shown is not None:
        return shown
    modes = {Mode(timetable.routes[row].mode) for row in np.unique(timetable.trips.route[trips]).tolist()}
    if not modes & request.transit_modes:
        return WhyNot(Rule.MODE_NOT_ASKED, f"{', '.join(sorted(modes))} is not among the modes asked for.")
    alone = cache(lambda whole: _only(whole, trips, day))
    question = Question(network, open_ended(request), quote, alone, lambda one: _rides(one, ids, day))
    if found := question.found():
        return against(answer, found[0])
    if (told := kept_out_by(question)) is not None:
        return told
    if not _runs(alone(network), request):
        return WhyNot(Rule.NOT_RUNNING, "It does not run on this day.")
    return WhyNot(Rule.DOES_NOT_CONNECT, "Alone it does not go from here to there.")


def _rides(itinerary: Itinerary, trips: set[str], day: date | None) -> bool:
    """Whether it rides one of the trips, on that service day if one is given."""
    return any(leg.trip_id in trips and day in (None, leg.service_date) for leg in _transit(itinerary))


def _transit(itinerary: Itinerary) -> list[TransitLeg]:
    return [leg for leg in itinerary.legs if isinstance(leg, TransitLeg)]


def _only(network: Network, trips: Indices, day: date | None) -> Network:
    """The network in which nothing else runs; on one service day, if it is given."""
    timetable = network.snapshot.timetable
    never = np.zeros((1, timetable.service_active.shape[1]), timetable.service_active.dtype)
    active = np.vstack([timetable.service_active, never])
    if day is not None:
        active[:, np.arange(active.shape[1]) != day.toordinal() - timetable.first_date] = 0
    service = np.full_like(timetable.trips.service, len(active) - 1)
    service[trips] = timetable.trips.service[trips]
    rest = replace(timetable, trips=replace(timetable.trips, service=service), service_active=active)
    return Network(replace(network.snapshot, timetable=rest), network.manifest)


def _runs(network: Network, request: PlanRequest) -> bool:
    timetable = network.snapshot.timetable
    active = timetable.active_services(request.time.date())
    return bool(active[timetable.trips.service].any())


def _about_stop(city: City, request: PlanRequest, stop: str, quote: Quote | None) -> WhyNot:
    """By way of a stop: the soonest there, and from there the soonest on."""
    place = city.locate(stop, "stop")
    if not isinstance(place, StopId):
        raise UnknownPlaceError("stop", f"stop={stop[:60]}: there is no such stop in this network.")
    answer = plan(city.network, request, quote)
    shown = in_the_answer(answer.itineraries, lambda one: any(stop in _calls(leg) for leg in _transit(one)))
    if shown is not None:
        return shown
    first = _soonest(plan(city.network, replace(request, destination=place, arrive_by=False), quote))
    if first is None:
        return WhyNot(Rule.DOES_NOT_CONNECT, "From here one does not get to this stop.")
    second = _soonest(plan(city.network, replace(request, origin=place, time=first.end, arrive_by=False), quote))
    if second is None:
        return WhyNot(Rule.DOES_NOT_CONNECT, "From this stop one does not get there.")
    whole = replace(
        first,
        legs=(*first.legs, *second.legs),
        transfers=first.transfers + second.transfers + 1,
        fare=None,
        walk_m=first.walk_m + second.walk_m,
        co2_g=first.co2_g + second.co2_g,
    )
    return against(answer, whole)


def _calls(leg: TransitLeg) -> set[str | None]:
    return {leg.origin.stop_id, leg.destination.stop_id, *(call.place.stop_id for call in leg.calls)}


def _soonest(answer: Answer) -> Itinerary | None:
    return min((*answer.itineraries, *answer.direct), key=lambda one: one.end, default=None)
