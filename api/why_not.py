# ruff: noqa: N815
"""`/kaiteki/v1/why-not`: which rule kept a line, a stop or a departure out of an answer."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from api.board import run_of
from api.direct import DirectRoute
from api.errors import UnknownPlaceError
from api.motis import WireItinerary
from api.motis_answer import wire_itinerary
from api.plan import plan_request
from api.requests import PlanQuery
from api.served import City, Served
from api.why_not_closed import closed_between
from planner.model import Answer, Itinerary, Mode, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StopId

FARTHER_S, EARLIER_S = 3600, 1800
"""How far the walking limit is lifted, and how much earlier one is imagined to be there, to see what would help."""


class Rule(StrEnum):
    """What kept it out."""

    IN_THE_ANSWER = "IN_THE_ANSWER"
    MODE_NOT_ASKED = "MODE_NOT_ASKED"
    NOT_RUNNING = "NOT_RUNNING"
    NOT_ACCESSIBLE = "NOT_ACCESSIBLE"
    ZONE_CLOSED = "ZONE_CLOSED"
    BEYOND_THE_WALKING_LIMIT = "BEYOND_THE_WALKING_LIMIT"
    MISSED = "MISSED"
    DOMINATED = "DOMINATED"
    WALKING_IS_BETTER = "WALKING_IS_BETTER"
    NOT_SHOWN = "NOT_SHOWN"
    DOES_NOT_CONNECT = "DOES_NOT_CONNECT"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Body of an answer to `/kaiteki/v1/why-not`.

    Attributes
    ----------
    missedBy : int or None
        Seconds one is too late for it.
    walk : int or None
        Seconds of the longest walk to or from a stop that it takes, beyond the limit.
    candidate : WireItinerary or None
        The journey with it that was found.
    better : WireItinerary or None
        The journey of the answer that is as good in departure, arrival and changes, and better in one of them.
    """

    rule: Rule
    sentence: str
    missedBy: int | None = None
    walk: int | None = None
    candidate: WireItinerary | None = None
    better: WireItinerary | None = None


class WhyNotQuery(PlanQuery):
    """Parameters of `/plan`, and what was expected to be in its answer."""

    route: str | None = Field(None, min_length=1, description="`routeId`, or what the public calls the line")
    stop: str | None = Field(None, min_length=1, description="a stop id: a journey that changes or calls there")
    departure: str | None = Field(None, min_length=1, description="a `tripId`: this one run")

    @model_validator(mode="after")
    def _names_one(self) -> "WhyNotQuery":
        if [self.route, self.stop, self.departure].count(None) != 2:
            raise ValueError("name one of route, stop and departure")
        return self


def why_not_router(served: Served) -> APIRouter:
    """Routes that explain."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/why-not", response_model_exclude_none=True)
    def why_not(query: Annotated[WhyNotQuery, Query()]) -> WhyNot:
        """Why a journey with the named line, stop or run is not in the answer to this question."""
        city, now = served.city, datetime.now(UTC)
        request = plan_request(query, city.locate, now, city.network)
        if query.stop is not None:
            return _about_stop(city, request, query.stop)
        day = None if query.departure is None else run_of(city.network, query.departure)[1]
        network = city.network.in_mode(request.realtime, request.now)
        return _about_trips(network, request, _trips(city, query), day)

    return router


def _trips(city: City, query: WhyNotQuery) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The runs that are meant, as a mask over the timetable's trips."""
    timetable = city.network.snapshot.timetable
    wanted = np.zeros(len(timetable.trips), np.bool_)
    if query.departure is not None:
        wanted[run_of(city.network, query.departure)[0]] = True
        return wanted
    names = [{route.id, route.short_name, route.long_name} for route in timetable.routes]
    rows = [row for row, known in enumerate(names) if query.route in known]
    if not rows:
        raise UnknownPlaceError("route", f"route={query.route}: there is no such line in this network.")
    return np.isin(timetable.trips.route, rows)


def _about_trips(
    network: Network, request: PlanRequest, wanted: np.ndarray[tuple[int], np.dtype[np.bool_]], day: date | None
) -> WhyNot:
    timetable = network.snapshot.timetable
    answer, ids = plan(network, request), {timetable.trips.ids[row] for row in np.flatnonzero(wanted).tolist()}
    shown = next((one for one in answer.itineraries if _rides(one, ids, day)), None)
    if shown is not None:
        return WhyNot(Rule.IN_THE_ANSWER, "It is in the answer.", candidate=wire_itinerary(shown))
    modes = {Mode(timetable.routes[row].mode) for row in np.unique(timetable.trips.route[wanted]).tolist()}
    if not modes & request.transit_modes:
        return WhyNot(Rule.MODE_NOT_ASKED, f"{', '.join(sorted(modes))} is not among the modes asked for.")
    alone = _only(network, wanted, day)
    return _judged(answer, alone, request)


def _rides(itinerary: Itinerary, trips: set[str], day: date | None) -> bool:
    """Whether it rides one of the trips, on that service day if one is given."""
    rides = [leg for leg in itinerary.legs if isinstance(leg, TransitLeg)]
    return any(leg.trip_id in trips and day in (None, leg.service_date) for leg in rides)


def _only(network: Network, wanted: np.ndarray[tuple[int], np.dtype[np.bool_]], day: date | None) -> Network:
    """The network in which nothing else runs; on one service day, if it is given."""
    timetable = network.snapshot.timetable
    never = np.zeros((1, timetable.service_active.shape[1]), timetable.service_active.dtype)
    active = np.vstack([timetable.service_active, never])
    if day is not None:
        active[:, np.arange(active.shape[1]) != day.toordinal() - timetable.first_date] = 0
    service = np.where(wanted, timetable.trips.service, len(active) - 1).astype(timetable.trips.service.dtype)
    rest = replace(timetable, trips=replace(timetable.trips, service=service), service_active=active)
    return Network(replace(network.snapshot, timetable=rest), network.manifest)


def _judged(answer: Answer, alone: Network, request: PlanRequest) -> WhyNot:
    """Ask again with nothing else running, then with each limit lifted in turn."""
    asked = replace(request, count=max(1, request.count), direct_modes=frozenset())
    found = plan(alone, asked).itineraries
    if found:
        return _against(answer, min(found, key=lambda one: (one.end, -one.start.timestamp())))
    if request.wheelchair and plan(alone, replace(asked, wheelchair=False)).itineraries:
        return WhyNot(Rule.NOT_ACCESSIBLE, "It runs, but not with a vehicle, stops and ways known to be accessible.")
    closed = closed_between(alone, asked)
    if closed is not None:
        return WhyNot(Rule.ZONE_CLOSED, closed[0], candidate=wire_itinerary(closed[1]))
    farther = replace(asked, max_access_s=FARTHER_S, max_egress_s=FARTHER_S)
    found = plan(alone, farther).itineraries
    if found:
        walk = max(leg.end - leg.start for leg in (found[0].legs[0], found[0].legs[-1]))
        seconds, limit = round(walk.total_seconds()), min(request.max_access_s, request.max_egress_s)
        sentence = f"It takes a walk of {-(-seconds // 60)} min, the limit is {limit // 60} min."
        return WhyNot(Rule.BEYOND_THE_WALKING_LIMIT, sentence, walk=seconds, candidate=wire_itinerary(found[0]))
    if not request.arrive_by:
        earlier = replace(asked, time=request.time - timedelta(seconds=EARLIER_S), window_s=EARLIER_S)
        found = plan(alone, earlier).itineraries
        if found:
            by = round((request.time - max(one.start for one in found)).total_seconds())
            candidate = max(found, key=lambda one: one.start)
            sentence = f"It is missed by {by} s."
            return WhyNot(Rule.MISSED, sentence, missedBy=by, candidate=wire_itinerary(candidate))
    if not _runs(alone, request):
        return WhyNot(Rule.NOT_RUNNING, "It does not run on this day.")
    return WhyNot(Rule.DOES_NOT_CONNECT, "Alone it does not go from here to there.")


def _runs(network: Network, request: PlanRequest) -> bool:
    timetable = network.snapshot.timetable
    active = timetable.active_services(request.time.date())
    return bool(active[timetable.trips.service].any())


def _against(answer: Answer, candidate: Itinerary) -> WhyNot:
    """What of the answer is better than a journey that could be made."""
    told = wire_itinerary(candidate)
    for one in answer.itineraries:
        if one.start >= candidate.start and one.end <= candidate.end and one.transfers <= candidate.transfers:
            sentence = (
                f"Leaving at {one.start:%H:%M} one is there at {one.end:%H:%M}, with it at {candidate.end:%H:%M}."
            )
            return WhyNot(Rule.DOMINATED, sentence, candidate=told, better=wire_itinerary(one))
    for one in answer.direct:
        if one.duration_s <= candidate.duration_s:
            sentence = f"Without scheduled transport it takes {one.duration_s // 60} min, with it more."
            return WhyNot(Rule.WALKING_IS_BETTER, sentence, candidate=told, better=wire_itinerary(one))
    sentence = "It can be made, but what is shown serves better, all counted: waiting, walking and changes."
    return WhyNot(Rule.NOT_SHOWN, sentence, candidate=told)


def _about_stop(city: City, request: PlanRequest, stop: str) -> WhyNot:
    """By way of a stop: the soonest there, and from there the soonest on."""
    place = city.locate(stop, "stop")
    if not isinstance(place, StopId):
        raise UnknownPlaceError("stop", f"stop={stop[:60]}: there is no such stop in this network.")
    answer = plan(city.network, request)
    for one in answer.itineraries:
        if any(stop in _calls(leg) for leg in one.legs if isinstance(leg, TransitLeg)):
            return WhyNot(Rule.IN_THE_ANSWER, "It is in the answer.", candidate=wire_itinerary(one))
    first = _soonest(plan(city.network, replace(request, destination=place, arrive_by=False)))
    if first is None:
        return WhyNot(Rule.DOES_NOT_CONNECT, "From here one does not get to this stop.")
    second = _soonest(plan(city.network, replace(request, origin=place, time=first.end, arrive_by=False)))
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
    return _against(answer, whole)


def _calls(leg: TransitLeg) -> set[str | None]:
    return {leg.origin.stop_id, leg.destination.stop_id, *(call.place.stop_id for call in leg.calls)}


def _soonest(answer: Answer) -> Itinerary | None:
    return min((*answer.itineraries, *answer.direct), key=lambda one: one.end, default=None)
