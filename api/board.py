"""`/stoptimes`, `/stop` and `/trip`: what departs where, and where it goes."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple

import numpy as np
from fastapi import APIRouter, Query

from api.board_requests import Direction, StopQuery, StoptimesQuery, TripQuery, cursor_of
from api.direct import DirectRoute
from api.errors import NotOfferedError, UnknownPlaceError
from api.motis import WireItinerary, WirePlace
from api.motis_answer import trip_id_on, utc, wire_alerts, wire_call, wire_itinerary, wire_mode, wire_place
from api.motis_board import StopResponse, StoptimesResponse, WireRoute, WireStopTime
from api.requests import REALTIME, asked_time, transit_modes
from api.served import Served
from planner.board import Board, Call, Wanted, calls_between, next_calls, stops_around, trip_on
from planner.errors import RequestError
from planner.geocoding import coordinate_of
from planner.itineraries import complete
from planner.live_timetable import CANCELLED
from planner.model import Place, TransitLeg
from planner.network import Network
from planner.rides import Ride, stop_place
from planner.timetable import Timetable

Languages = tuple[str, ...]


class Around(NamedTuple):
    """What a board is about: the place it is named after, and the boarding places (StopIndex) it covers."""

    place: Place
    stops: tuple[int, ...]


def board_router(served: Served) -> APIRouter:
    """Routes about stops and trips."""
    router = APIRouter(tags=["timetable"], route_class=DirectRoute)

    @router.get("/stoptimes", response_model_exclude_none=True)
    def stoptimes(query: Annotated[StoptimesQuery, Query()]) -> StoptimesResponse:
        """Departures or arrivals at a stop, its station and its namesakes, in order of time."""
        now = datetime.now(UTC)
        network = served.network.in_mode(REALTIME[query.realtimeMode], now)
        around = _around(network, query)
        board = _board(network, query, around.stops, now)
        languages = tuple(query.language)
        return StoptimesResponse(
            stopTimes=tuple(_stop_time(network, call, languages, query) for call in board.calls),
            place=wire_place(around.place),
            previousPageCursor=f"{Direction.EARLIER}|{board.first - 1}",
            nextPageCursor=f"{Direction.LATER}|{board.last + 1}",
        )

    @router.get("/stop", response_model_exclude_none=True)
    def stop(query: Annotated[StopQuery, Query()]) -> StopResponse:
        """A stop, and the lines that call there."""
        network = served.network
        around = _around(network, query)
        return StopResponse(wire_place(around.place), _routes(network, around.stops, tuple(query.language)))

    @router.get("/trip", response_model_exclude_none=True)
    def trip(query: Annotated[TripQuery, Query()]) -> WireItinerary:
        """One run with all its calls, as an itinerary of one leg."""
        network = served.network
        ride = whole_ride(network, query.tripId)
        return wire_itinerary(complete(network, [network.rides.leg(ride, tuple(query.language))], transfers=0))

    return router


def run_of(network: Network, text: str) -> tuple[int, date]:
    """Trip and service day of a ``YYYYMMDD_id``.

    Raises
    ------
    RequestError
        It is not of that form.
    UnknownPlaceError
        No such trip runs on that day.
    NotOfferedError
        It is a demand bus, which has no calls.
    """
    day, _, trip_id = text.partition("_")
    if any(trip.id == text for trip in network.snapshot.flex):
        raise NotOfferedError("tripId", f"tripId={text}: this demand bus runs as it is booked and has no timetable.")
    try:
        service_date = datetime.strptime(day, "%Y%m%d").date() if trip_id and len(day) == 8 else None
    except ValueError:
        service_date = None
    if service_date is None:
        raise RequestError("tripId", f"tripId={text}: this is no service day and trip id, such as 20261125_t2.")
    trip = trip_on(network.snapshot.timetable, trip_id, service_date)
    if trip is None and network.reported is not None:
        # A cancelled run is no run of the timetable as it is now, but still one to tell about.
        trip = trip_on(network.reported.scheduled.snapshot.timetable, trip_id, service_date)
    if trip is None:
        raise UnknownPlaceError("tripId", f"tripId={text}: no such trip runs on {service_date}.")
    return trip, service_date


def whole_ride(network: Network, text: str) -> Ride:
    """Ride from the first to the last call of the trip that a ``YYYYMMDD_id`` names."""
    trip, service_date = run_of(network, text)
    first = network.snapshot.timetable.trips.first_event
    return Ride(trip, service_date, 0, int(first[trip + 1] - first[trip]) - 1)


def _around(network: Network, query: StoptimesQuery | StopQuery) -> Around:
    timetable = network.snapshot.timetable
    stop = None if query.stopId is None else network.stop_index.get(query.stopId)
    if stop is not None:
        place = stop_place(timetable, stop, tuple(query.language))
    elif query.center is not None and query.radius is not None:
        point = coordinate_of(query.center)
        assert point is not None
        place = Place(f"{point.lat:.5f}, {point.lon:.5f}", point.lat, point.lon, point.level or 0.0)
    else:
        raise UnknownPlaceError("stopId", f"stopId={query.stopId}: there is no such stop in this network.")
    at = place.lat, place.lon
    return Around(place, stops_around(timetable, stop, at, query.radius, is_exact=query.exactRadius))


def _board(network: Network, query: StoptimesQuery, stops: tuple[int, ...], now: datetime) -> Board:
    direction = query.direction or (Direction.EARLIER if query.arriveBy and not query.both else Direction.LATER)
    moment = int(asked_time(query.time, now).timestamp())
    if query.pageCursor:
        direction, moment = cursor_of(query.pageCursor)
    departures, arrivals = query.both or not query.arriveBy, query.both or query.arriveBy
    wanted = Wanted(stops, transit_modes(query.mode), departures, arrivals)
    is_later = direction is Direction.LATER
    timetable = network.snapshot.timetable
    board = next_calls(timetable, wanted, moment, query.n or 0, query.window or 0, is_later=is_later)
    cancelled = _cancelled_calls(network, wanted, board)
    return replace(board, calls=tuple(sorted((*board.calls, *cancelled)))) if cancelled else board


def _cancelled_calls(network: Network, wanted: Wanted, board: Board) -> list[Call]:
    """Calls in a board's stretch of time of runs that were to be and are not."""
    if network.reported is None or network.reported.annotates:
        return []
    live = network.reported.state.live
    planned = calls_between(network.reported.scheduled.snapshot.timetable, wanted, board.first, board.last)
    return [call for call in planned if live.shown(call.trip, call.service_date) == CANCELLED]


def _stop_time(network: Network, call: Call, languages: Languages, query: StoptimesQuery) -> WireStopTime:
    timetable, trips = network.snapshot.timetable, network.snapshot.timetable.trips
    last = int(trips.first_event[call.trip + 1] - trips.first_event[call.trip]) - 1
    if call.is_arrival:
        ends = 0 if query.fetchStops else call.position - 1, call.position
    else:
        ends = call.position, last if query.fetchStops else call.position + 1
    leg = network.rides.leg(Ride(call.trip, call.service_date, *ends), languages)
    moment = datetime.fromtimestamp(call.moment, UTC)
    if call.is_arrival:
        here = wire_place(leg.destination, (moment, utc(leg.scheduled_end or leg.end)))
    else:
        here = wire_place(leg.origin, None, (moment, utc(leg.scheduled_start or leg.start)))
    first_stop, last_stop = (stop_place(timetable, _stop_at(timetable, call.trip, at), languages) for at in (0, last))
    calls = _around_the_call(leg, call.is_arrival) if query.fetchStops else None
    if query.withAlerts:
        here = replace(here, alerts=wire_alerts(leg, languages))
    route, live = _route_of(leg), network.reported
    is_cancelled = live is not None and live.state.live.shown(call.trip, call.service_date) == CANCELLED
    return WireStopTime(
        place=here,
        realTime=leg.is_realtime,
        headsign=leg.headsign,
        tripFrom=wire_place(first_stop),
        tripTo=wire_place(last_stop),
        directionId=str(int(trips.direction[call.trip])),
        tripId=trip_id_on(leg.trip_id, leg.service_date),
        tripShortName=trips.short_names[call.trip],
        displayName=route.routeShortName or route.routeLongName,
        pickupDropoffType="NORMAL",
        cancelled=is_cancelled,
        tripCancelled=is_cancelled,
        bikesAllowed=leg.bikes_allowed is True,
        wheelchairAccessible="ACCESSIBLE" if leg.wheelchair else "NOT_ACCESSIBLE",
        reservation="NONE",
        source="",
        previousStops=calls if call.is_arrival else None,
        nextStops=None if call.is_arrival else calls,
        headwaySeconds=leg.headway_s,
        **asdict(route),
    )


def _around_the_call(leg: TransitLeg, is_arrival: bool) -> tuple[WirePlace, ...]:
    """Calls before an arrival, after a departure."""
    between = [wire_call(call) for call in leg.calls]
    if is_arrival:
        begun = utc(leg.start), utc(leg.scheduled_start or leg.start)
        return (wire_place(leg.origin, None, begun), *between)
    return (*between, wire_place(leg.destination, (utc(leg.end), utc(leg.scheduled_end or leg.end))))


def _stop_at(timetable: Timetable, trip: int, position: int) -> int:
    patterns = timetable.patterns
    return int(patterns.stop[patterns.first[timetable.trips.pattern[trip]] + position])


def _route_of(leg: TransitLeg) -> WireRoute:
    return WireRoute(
        routeId=leg.route_id,
        routeShortName=leg.route_short_name,
        routeLongName=leg.route_long_name,
        mode=wire_mode(leg.mode, leg.route_type),
        agencyId=leg.agency_id,
        agencyName=leg.agency_name,
        agencyUrl=leg.agency_url,
        routeType=leg.route_type,
        routeColor=leg.route_color or None,
        routeTextColor=leg.route_text_color or None,
    )


def _routes(network: Network, stops: tuple[int, ...], languages: Languages) -> tuple[WireRoute, ...]:
    """Lines that call at any of the stops, one trip of each being looked at."""
    timetable = network.snapshot.timetable
    patterns, trips = timetable.patterns, timetable.trips
    rows = np.flatnonzero(np.isin(patterns.stop, np.array(stops, np.int32)))
    calling = np.isin(trips.pattern, np.searchsorted(patterns.first, rows, "right") - 1)
    routes, first = np.unique(trips.route[calling], return_index=True)
    chosen = np.flatnonzero(calling)[first] if len(routes) else ()
    day = timetable.validity[0] if timetable.validity else date.min
    return tuple(_route_of(network.rides.leg(Ride(int(trip), day, 0, 1), languages)) for trip in chosen)
