# ruff: noqa: N815
"""`/kaiteki/v1/watch`: an itinerary someone has chosen, as it goes: delays, a missed connection, what to do instead."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import APIRouter, Body, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from api.errors import UnknownPlaceError
from api.itinerary_ids import KeptLeg, kept_legs
from api.motis import WireItinerary
from api.motis_answer import trip_id_on, utc, wire_itinerary
from api.requests import Languages
from api.served import Served
from api.subscriptions import Subscription, Subscriptions
from planner.board import trip_on
from planner.flex import Quote
from planner.model import Answer, Itinerary, Mode, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.rentals import MODES
from planner.request import Coordinate, Location, PlanRequest, Realtime, StopId, StreetMode
from planner.rides import Ride
from planner.sharing import FormFactor

KIND = "watch"
LOOK_S = 5.0
"""Between two looks at whether the network has changed."""

LATE_S = 60
"""A ride that is less late is told as on time."""

AFTER_S = 900
"""An itinerary is followed until so long after its end."""

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class WatchedRide:
    """A ride of the itinerary as it runs now; delays in seconds."""

    tripId: str
    fromName: str
    toName: str
    departure: datetime
    arrival: datetime
    departureDelay: int
    arrivalDelay: int
    isCancelled: bool


@dataclass(frozen=True, slots=True)
class MissedConnection:
    """A ride that leaves before one can be there, and by how many seconds."""

    tripId: str
    atName: str
    missedBy: int


@dataclass(frozen=True, slots=True)
class WatchState:
    """What there is to say of an itinerary.

    Attributes
    ----------
    isPossible : bool
        Whether it can still be made as planned.
    lastSafeDeparture : datetime or None
        The latest departure that still arrives by the planned end, whichever way; None: there is none any more.
    alternatives : tuple of WireItinerary
        If it cannot be made: from where the traveller then is.
    """

    itineraryId: str
    snapshot: str
    isPossible: bool
    isOver: bool
    rides: tuple[WatchedRide, ...]
    missed: tuple[MissedConnection, ...]
    lastSafeDeparture: datetime | None
    alternatives: tuple[WireItinerary, ...]


class WatchQuery(BaseModel):
    """Parameters of `/watch`."""

    model_config = ConfigDict(extra="forbid")

    itineraryId: str = Field(min_length=1, description="`id` of an itinerary of `/plan`")
    language: Languages = ["ja"]
    once: bool = Field(False, description="one event, then the end")


class WatchOrder(BaseModel):
    """Who wants to be told of an itinerary by a message to an address."""

    model_config = ConfigDict(extra="forbid")

    itineraryId: str = Field(min_length=1, max_length=8000)
    receiver: str = Field(max_length=500, pattern="^https?://")
    language: Languages = ["ja"]


@dataclass(frozen=True, slots=True)
class WatchTaken:
    """A watch that was taken on; DELETE ends it."""

    id: str


def watch_router(served: Served, subscriptions: Subscriptions) -> APIRouter:
    """Routes that follow itineraries."""
    router = APIRouter(tags=["kaiteki"])

    @router.post("/watch", status_code=201)
    def take(order: Annotated[WatchOrder, Body()]) -> WatchTaken:
        """Have a WatchState sent to a receiver now and each time it changes, until the journey is over."""
        kept_legs(order.itineraryId)
        question = {"itineraryId": order.itineraryId, "language": order.language}
        return WatchTaken(subscriptions.add(KIND, order.receiver, question).id)

    @router.delete("/watch/{watch_id}", status_code=204)
    def end(watch_id: str) -> None:
        """End a watch."""
        wish = subscriptions.find(watch_id)
        if wish is None or wish.kind != KIND:
            raise UnknownPlaceError("id", f"id={watch_id[:60]}: there is no such watch.")
        subscriptions.remove(wish)

    @router.get("/watch", response_class=EventSourceResponse)
    async def watch(query: Annotated[WatchQuery, Depends(_checked)]) -> AsyncIterator[ServerSentEvent]:
        """Events `state` each time something has changed, each a WatchState; `end` when the journey is over."""
        legs, languages = kept_legs(query.itineraryId), tuple(query.language)
        told: WatchState | None = None
        while True:
            now = datetime.now(UTC)
            state = await asyncio.to_thread(watched, served, query.itineraryId, legs, languages, now)
            is_last = state.isOver or query.once
            if is_last or told is None or replace(state, snapshot="") != replace(told, snapshot=""):
                yield ServerSentEvent(data=msgspec.to_builtins(state), event="end" if is_last else "state")
            if is_last:
                return
            told = state
            await _changed(served, state.snapshot)

    return router


def _checked(query: Annotated[WatchQuery, Query()]) -> WatchQuery:
    """The query, refused before an answer begins if it names no itinerary."""
    kept_legs(query.itineraryId)
    return query


def watch_news(served: Served, wish: Subscription) -> dict[str, Any] | None:
    """What is sent for a watch now; None when the journey is over."""
    itinerary_id = str(wish.question["itineraryId"])
    legs, languages = kept_legs(itinerary_id), tuple(wish.question["language"])
    state = watched(served, itinerary_id, legs, languages, datetime.now(UTC))
    return None if state.isOver else {"type": "watch", "data": msgspec.to_builtins(replace(state, snapshot=""))}


async def _changed(served: Served, snapshot: str) -> None:
    """Wait until the network is another, at most a minute: time alone changes what can still be caught."""
    for _ in range(round(60 / LOOK_S)):
        await asyncio.sleep(LOOK_S)
        if served.network.manifest.snapshot != snapshot:
            return


def watched(
    served: Served, itinerary_id: str, legs: list[KeptLeg], languages: tuple[str, ...], now: datetime
) -> WatchState:
    """The state of an itinerary at a moment; other ways are looked for by the means that it makes use of."""
    city, asks = served.city, _Asks(_means(legs), languages, served.quote)
    network = city.network.in_mode(Realtime.ANNOTATE, now)
    rides = [ride for leg in legs if (ride := _ride(network, leg, languages)) is not None]
    missed = tuple(_missed(legs, rides))
    is_possible = not missed and not any(ride.cancelled for ride in rides)
    end, left = datetime.fromtimestamp(legs[-1].end, UTC), _left_at(legs, rides, missed)
    is_over = now > max([end, *(ride.end for ride in rides)]) + timedelta(seconds=AFTER_S)
    return WatchState(
        itineraryId=itinerary_id,
        snapshot=city.network.manifest.snapshot,
        isPossible=is_possible,
        isOver=is_over,
        rides=tuple(map(_told, rides)),
        missed=missed,
        lastSafeDeparture=None if is_over else _last_departure(city.network, asks, legs, (end, now)),
        alternatives=() if is_possible or is_over else _alternatives(city.network, asks, legs, left, now),
    )


def _ride(network: Network, leg: KeptLeg, languages: tuple[str, ...]) -> TransitLeg | None:
    """The ride as it runs now; None of a leg that is none, or of a trip that the timetable does not know any more."""
    if leg.service_date is None:
        return None
    timetable = network.snapshot.timetable
    trip = trip_on(timetable, leg.trip_id, leg.service_date)
    if trip is None:
        return None
    first, last = (int(timetable.patterns.first[timetable.trips.pattern[trip] + end]) for end in (0, 1))
    ids = [timetable.stops.ids[stop] for stop in timetable.patterns.stop[first:last].tolist()]
    if leg.origin.stop_id not in ids or leg.destination.stop_id not in ids:
        return None
    board = ids.index(leg.origin.stop_id)
    alight = len(ids) - 1 - ids[::-1].index(leg.destination.stop_id)
    return network.rides.leg(Ride(trip, leg.service_date, board, alight, leg.stays_seated), languages)


def _missed(legs: list[KeptLeg], rides: list[TransitLeg]) -> list[MissedConnection]:
    """Rides that leave before the traveller, late from the ride before, has come to them."""
    between = _seconds_between(legs)
    found = []
    for (one, following), walk_s in zip(pairwise(rides), between, strict=False):
        there = one.end + timedelta(seconds=walk_s)
        if there > following.start and not following.stays_seated:
            by = round((there - following.start).total_seconds())
            found.append(MissedConnection(_id_of(following), following.origin.name, by))
    return found


def _seconds_between(legs: list[KeptLeg]) -> list[int]:
    """Of walks and the like between each ride and the next."""
    found: list[int] = []
    for leg in legs:
        if leg.service_date is not None:
            found.append(0)
        elif found:
            found[-1] += leg.end - leg.start
    return found


def _id_of(ride: TransitLeg) -> str:
    return trip_id_on(ride.trip_id, ride.service_date)


def _told(ride: TransitLeg) -> WatchedRide:
    late = [
        round((actual - (planned or actual)).total_seconds())
        for actual, planned in ((ride.start, ride.scheduled_start), (ride.end, ride.scheduled_end))
    ]
    departure, arrival = (one if abs(one) >= LATE_S else 0 for one in late)
    ends = ride.origin.name, ride.destination.name
    return WatchedRide(
        _id_of(ride), *ends, utc(ride.start), utc(ride.end), departure, arrival,
        ride.cancelled,
    )  # fmt: skip


def _location(leg: KeptLeg, *, is_end: bool) -> Location:
    place = leg.destination if is_end else leg.origin
    if place.stop_id is not None:
        return StopId(place.stop_id)
    return Coordinate(place.lat, place.lon, place.level, place.name)


class _Asks(NamedTuple):
    """How other ways are looked for: by which means beside scheduled ones, in which languages, of which operators."""

    means: frozenset[StreetMode]
    languages: tuple[str, ...]
    quote: Quote | None

    def answer(self, network: Network, request: PlanRequest) -> Answer:
        """The answer to a request by these means."""
        asked = replace(request, access_modes=self.means, egress_modes=self.means, direct_modes=self.means)
        return plan(network, replace(asked, languages=self.languages), self.quote)


def _means(legs: list[KeptLeg]) -> frozenset[StreetMode]:
    """Walking, and what else the legs make use of that need not have been brought along."""
    used = {StreetMode.WALK}
    for leg in legs:
        if leg.mode is Mode.FLEX:
            used.add(StreetMode.FLEX)
        elif leg.vehicle is not None:
            used.add(MODES[FormFactor(leg.vehicle[1])])
    return frozenset(used)


def _last_departure(
    network: Network, asks: _Asks, legs: list[KeptLeg], until: tuple[datetime, datetime]
) -> datetime | None:
    (end, now), ends = until, (_location(legs[0], is_end=False), _location(legs[-1], is_end=True))
    request = PlanRequest(*ends, end.astimezone(network.zone), arrive_by=True, count=1, now=min(now, end))
    answer = asks.answer(network, request)
    starts = [one.start for one in (*answer.itineraries, *answer.direct) if one.end <= end and one.start >= now]
    return utc(max(starts)) if starts else None


def _left_at(
    legs: list[KeptLeg], rides: list[TransitLeg], missed: tuple[MissedConnection, ...]
) -> tuple[Location, datetime]:
    """Where and when a traveller is left: before a cancelled ride, after the ride that comes too late."""
    names = {one.tripId for one in missed}
    origin, at = _location(legs[0], is_end=False), datetime.fromtimestamp(legs[0].start, UTC)
    for ride in rides:
        if ride.cancelled or _id_of(ride) in names:
            break
        assert ride.destination.stop_id is not None
        origin, at = StopId(ride.destination.stop_id), ride.end
    return origin, at


def _alternatives(
    network: Network, asks: _Asks, legs: list[KeptLeg], left: tuple[Location, datetime], now: datetime
) -> tuple[WireItinerary, ...]:
    """The soonest ways on from where the traveller then is."""
    origin, at = left
    time = max(now, at).astimezone(network.zone)
    request = PlanRequest(origin, _location(legs[-1], is_end=True), time, count=ALTERNATIVES, now=now)
    answer = asks.answer(network, request)
    found: list[Itinerary] = sorted((*answer.itineraries, *answer.direct), key=lambda one: one.end)
    return tuple(wire_itinerary(one, asks.languages) for one in found[:ALTERNATIVES])
