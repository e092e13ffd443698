"""`/map/…`: what a map shows, and `/kaiteki/v1/feeds`: where it is from."""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.board_requests import BoxQuery, MapStopsQuery, MapTripsQuery, StoptimesQuery
from api.direct import DirectRoute
from api.limits import CLASSES, PublishedLimits
from api.motis import WirePlace
from api.motis_answer import trip_id_on, utc, wire_mode, wire_place
from api.motis_board import TripInfo, TripSegment
from api.motis_reach import Feeds, FeedState
from api.motis_rentals import InitialResponse, ServerConfig
from api.reach_requests import LONGEST_STREET_S, MOST_MANY, MOST_MATRIX, MOST_MINUTES
from api.requests import PlanQuery, transit_modes
from api.served import Served
from planner.board import Hop, hops_between, of_modes
from planner.errors import RequestError
from planner.model import TRANSIT, Mode
from planner.network import FeedEntry, Network
from planner.polyline import encode_polyline
from planner.rides import Ride, stop_place
from planner.timetable import BOARDING_PLACE, NONE

MOST_STOPS, MOST_SEGMENTS = 10_000, 5_000
SPOKEN = "2.11"
"""Version of MOTIS whose interface is spoken here."""

FROM_AFAR = frozenset({Mode.RAIL, Mode.FERRY, Mode.AIRPLANE})
FROM_ABOVE = TRANSIT - {Mode.BUS, Mode.TRAM, Mode.COACH}
"""What a map shows of a region (below zoom 9) and of a city (below zoom 11): a choice."""


def map_router(served: Served) -> APIRouter:
    """Routes that fill a map with stops and vehicles."""
    router = APIRouter(tags=["map"], route_class=DirectRoute)

    @router.get("/map/stops", response_model_exclude_none=True)
    def stops(query: Annotated[MapStopsQuery, Query()]) -> list[WirePlace]:
        """Stops with scheduled transport in a part of the map."""
        network, languages = served.network, tuple(query.language)
        timetable = network.snapshot.timetable
        rows = _stops_in(network, query)
        _refuse_more(len(rows), MOST_STOPS)
        return [wire_place(stop_place(timetable, row, languages)) for row in rows]

    @router.get("/map/trips", response_model_exclude_none=True)
    def trips(query: Annotated[MapTripsQuery, Query()]) -> list[TripSegment]:
        """Ways between two calls that vehicles make within a stretch of time and a part of the map."""
        network = served.network
        modes = FROM_AFAR if query.zoom < 9 else FROM_ABOVE if query.zoom < 11 else TRANSIT
        span = math.floor(query.startTime.timestamp()), math.ceil(query.endTime.timestamp())
        hops = hops_between(network.snapshot.timetable, query.box, span, modes)
        _refuse_more(len(hops), MOST_SEGMENTS)
        return [_segment(network, hop, query) for hop in hops]

    return router


def initial_router(served: Served) -> APIRouter:
    """Routes that say where a map begins and which levels it has."""
    router = APIRouter(tags=["map"])

    @router.get("/map/initial")
    def initial() -> InitialResponse:
        """Centre and zoom that show the whole network, and what may be asked here."""
        network = served.network
        south, west, north, east = network.manifest.bounds
        width = max(east - west, (north - south) * 2, 1e-3)
        zoom = min(18.0, round(math.log2(2 * 360 / width), 1))
        return InitialResponse((south + north) / 2, (west + east) / 2, zoom, _config(network), _limits())

    @router.get("/map/levels")
    def levels(query: Annotated[BoxQuery, Query()]) -> list[float]:
        """Levels of streets and stops in a part of the map, the lowest first."""
        network, (south, west, north, east) = served.network, query.box
        stops, side = network.snapshot.timetable.stops, network.snapshot.street_side
        parts = [(stops.lat, stops.lon, stops.level)]
        if side is not None:
            parts.append((side.streets.node_lat, side.streets.node_lon, side.streets.node_level))
        found: set[float] = set()
        for lat, lon, level in parts:
            is_in = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
            found.update(np.unique(level[is_in]).tolist())
        return sorted(found)

    return router


def feeds_router(served: Served) -> APIRouter:
    """Routes about the sources of the network, which are ours alone."""
    router = APIRouter(tags=["kaiteki"])

    @router.get("/feeds", response_model_exclude_none=True)
    def feeds() -> Feeds:
        """Sources with their licence, what it asks to be said, and how long they speak."""
        network = served.network
        today = datetime.now(network.zone).date()
        updated = {s.id: datetime.fromtimestamp(s.last_updated, UTC) for s in network.snapshot.sharing}
        states = tuple(_feed(entry, today, updated) for entry in network.manifest.feeds)
        return Feeds(network.manifest.snapshot, network.zone.key, network.manifest.remark, states)

    return router


def _stops_in(network: Network, query: MapStopsQuery) -> list[int]:
    timetable, (south, west, north, east) = network.snapshot.timetable, query.box
    stops, patterns = timetable.stops, timetable.patterns
    pattern = np.unique(timetable.trips.pattern[of_modes(timetable, transit_modes(query.modes))])
    is_ridden = np.isin(np.repeat(np.arange(len(patterns)), np.diff(patterns.first)), pattern)
    called = np.zeros(len(stops), np.bool_)
    called[patterns.stop[is_ridden]] = True
    called &= stops.location_type == BOARDING_PLACE
    if query.grouped:
        places = np.flatnonzero(called)
        called = np.zeros(len(stops), np.bool_)
        called[np.where(stops.parent[places] == NONE, places, stops.parent[places])] = True
    called &= (stops.lat >= south) & (stops.lat <= north) & (stops.lon >= west) & (stops.lon <= east)
    return [int(row) for row in np.flatnonzero(called)]


def _refuse_more(count: int, most: int) -> None:
    if count > most:
        raise RequestError(
            "min", f"min, max: {count} of them lie in this part of the map, more than {most}; look closer."
        )


def _segment(network: Network, hop: Hop, query: MapTripsQuery) -> TripSegment:
    leg = network.rides.leg(Ride(hop.trip, hop.service_date, hop.position, hop.position + 1), tuple(query.language))
    start, planned_start = utc(leg.start), utc(leg.scheduled_start or leg.start)
    end, planned_end = utc(leg.end), utc(leg.scheduled_end or leg.end)
    name = leg.route_short_name or leg.route_long_name
    return TripSegment(
        trips=(TripInfo(trip_id_on(leg.trip_id, leg.service_date), leg.route_short_name, name),),
        mode=wire_mode(leg.mode, leg.route_type),
        distance=leg.distance_m,
        from_=wire_place(leg.origin, None, (start, planned_start)),
        to=wire_place(leg.destination, (end, planned_end)),
        departure=start,
        arrival=end,
        scheduledDeparture=planned_start,
        scheduledArrival=planned_end,
        realTime=leg.is_realtime,
        polyline=encode_polyline(leg.geometry, query.precision),
        routeColor=leg.route_color or None,
    )


def _config(network: Network) -> ServerConfig:
    has_streets = network.snapshot.street_side is not None
    return ServerConfig(
        motisVersion=SPOKEN,
        hasElevation=False,
        hasRoutedTransfers=has_streets,
        hasStreetRouting=has_streets,
        maxOneToManySize=MOST_MANY,
        maxOneToAllTravelTimeLimit=MOST_MINUTES,
        maxPrePostTransitTimeLimit=_most("maxPreTransitTime"),
        maxDirectTimeLimit=min(_most("maxDirectTime"), LONGEST_STREET_S),
        shapesDebugEnabled=False,
    )


def _limits() -> PublishedLimits:
    return PublishedLimits(
        classes=CLASSES,
        maxNumItineraries=_most("numItineraries"),
        maxSearchWindow=_most("searchWindow"),
        maxStopTimes=_most("n", StoptimesQuery),
        maxMatrixSize=MOST_MATRIX,
        maxRadius=_most("radius", StoptimesQuery),
    )


def _most(parameter: str, query: type[BaseModel] = PlanQuery) -> int:
    """Greatest value that `/plan`, or another query, takes."""
    bounds: Iterable[object] = query.model_fields[parameter].metadata
    return next(int(bound.le) for bound in bounds if hasattr(bound, "le"))


def _feed(entry: FeedEntry, today: date, updated: dict[str, datetime]) -> FeedState:
    return FeedState(
        name=entry.name,
        kind=entry.kind,
        sha256=entry.sha256,
        attribution=entry.attribution,
        licence=entry.licence,
        publisher=entry.publisher,
        version=entry.version,
        firstDate=entry.first_date,
        lastDate=entry.last_date,
        daysLeft=None if entry.last_date is None else (entry.last_date - today).days,
        lastUpdated=updated.get(entry.name),
    )
