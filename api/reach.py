"""`/one-to-all`, `/one-to-many` and, ours alone, isochrones and matrices: how far one gets."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, assert_never

import numpy as np
import shapely
from fastapi import APIRouter, Query

from api.direct import DirectRoute
from api.errors import NotOfferedError, UnknownPlaceError
from api.motis_answer import wire_place
from api.motis_reach import (
    AreaCollection,
    AreaFeature,
    AreaProperties,
    Matrix,
    Reachable,
    ReachablePlace,
    StreetDuration,
)
from api.patience import is_over
from api.reach_requests import (
    FieldQuery,
    IsochroneQuery,
    MatrixQuery,
    OneToAllQuery,
    OneToManyQuery,
    StreetProfile,
    field_request,
    point_of,
)
from api.requests import asked_time
from api.served import Served
from planner.access import LINKS
from planner.durations import durations_each
from planner.ends import links_of
from planner.errors import GivenUpError
from planner.isochrone import Field, areas, field_of, reached_stops
from planner.network import Network
from planner.profiles import Profile, bicycle, car, foot
from planner.reach import reach
from planner.request import Location
from planner.rides import stop_place
from planner.snapping import Linked
from planner.timetable import NONE


def one_to_all_router(served: Served) -> APIRouter:
    """Routes that search from one place to all stops."""
    router = APIRouter(tags=["reach"], route_class=DirectRoute)

    @router.get("/one-to-all", response_model_exclude_none=True)
    def one_to_all(query: Annotated[OneToAllQuery, Query()]) -> Reachable:
        """Stops in reach with minutes and vehicles used, soonest first."""
        city = served.city
        limit_s = query.maxTravelTime * 60
        field = field_or_error(city.network, query, city.locate(query.one, "one"), limit_s, counts_rides=True)
        timetable = city.network.snapshot.timetable
        places = tuple(
            ReachablePlace(wire_place(stop_place(timetable, one.stop, ("ja",))), -(-one.seconds // 60), one.rides)
            for one in reached_stops(field)
        )
        return Reachable(wire_place(field.end.place), places)

    return router


def one_to_many_router(served: Served) -> APIRouter:
    """Routes that search along the streets only."""
    router = APIRouter(tags=["reach"], route_class=DirectRoute)

    @router.get("/one-to-many", response_model_exclude_none=True)
    def one_to_many(query: Annotated[OneToManyQuery, Query()]) -> list[StreetDuration]:
        """Seconds along the streets between one place and many, empty where there is no way."""
        network = served.network
        if network.snapshot.street_side is None:
            raise NotOfferedError("mode", "This network has no streets; only timetables can be searched.")
        profile = _profile_of(query)
        search = network.street_search(profile, None)
        one, many = (_linked(network, texts, query, LINKS[profile.name]) for texts in ([query.one], query.many))
        found = reach(search, one, many, query.max, backward=query.arriveBy)
        return [
            StreetDuration(round(seconds, 1), round(metres, 1) if query.withDistance else None)
            if np.isfinite(seconds)
            else StreetDuration()
            for seconds, metres in zip(found.seconds.tolist(), found.metres.tolist(), strict=True)
        ]

    return router


def reach_router(served: Served) -> APIRouter:
    """Routes about reach that are ours alone."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/isochrone", response_model_exclude_none=True)
    def isochrone(query: Annotated[IsochroneQuery, Query()]) -> AreaCollection:
        """Ground in reach within each number of minutes, the largest first, as GeoJSON."""
        city, limits = served.city, [60 * minutes for minutes in query.minutes]
        field = field_or_error(city.network, query, city.locate(query.one, "one"), limits[-1])
        shapes = areas(field, limits)
        features = [_feature(minutes, shape) for minutes, shape in zip(query.minutes, shapes, strict=True)]
        return AreaCollection("FeatureCollection", tuple(reversed(features)))

    @router.get("/matrix")
    def matrix(query: Annotated[MatrixQuery, Query()]) -> Matrix:
        """Seconds from each origin to each destination, null where it takes longer than asked."""
        city = served.city
        ends = [[city.locate(text, name) for text in texts] for name, texts in _ends(query)]
        turned = reversed(ends) if query.arriveBy else ends
        ones, others = turned
        limit = query.maxTravelTime * 60
        fields = (field_or_error(city.network, query, one, limit) for one in _while_awaited(ones))
        cut = [
            tuple(s if s is not None and s <= limit else None for s in row) for row in durations_each(fields, others)
        ]
        return Matrix(tuple(zip(*cut, strict=True)) if query.arriveBy else tuple(cut))

    return router


def _profile_of(query: OneToManyQuery) -> Profile:
    match query.mode:
        case StreetProfile.WALK:
            return foot(1.25)
        case StreetProfile.BIKE:
            return bicycle(4.2, query.elevationCosts)
        case StreetProfile.CAR:
            return car()
        case _:
            assert_never(query.mode)


def _while_awaited(ones: Iterable[Location]) -> Iterator[Location]:
    for one in ones:
        if is_over():
            raise GivenUpError("Nobody waits for this answer any longer.")
        yield one


def _ends(query: MatrixQuery) -> Sequence[tuple[str, list[str]]]:
    return ("origins", query.origins), ("destinations", query.destinations)


def field_or_error(
    network: Network, query: FieldQuery, one: Location, limit_s: int, *, counts_rides: bool = False
) -> Field:
    """What is in reach of a place.

    Raises
    ------
    UnknownPlaceError
        The place lies outside of the network.
    """
    time = asked_time(query.time, datetime.now(UTC)).astimezone(network.zone)
    request = field_request(query, one, time, limit_s)
    field = field_of(network.avoiding(request.avoid), request, limit_s, counts_rides=counts_rides)
    if isinstance(field, Field):
        return field
    place = field.details.get("location", "")
    raise UnknownPlaceError("one", f"{place}: this place lies outside of this network ({field.code}).")


def _linked(network: Network, texts: Sequence[str], query: OneToManyQuery, link: str) -> Linked:
    """Points joined to the streets no farther away than asked."""
    side = network.snapshot.street_side
    assert side is not None
    points = [point_of(text) for text in texts]
    lat, lon = np.array([point.lat for point in points]), np.array([point.lon for point in points])
    found = links_of(side.streets, side.index, lat, lon)[link]
    is_far = found.connector_m > query.maxMatchingDistance
    edge, reverse = found.edge.copy(), found.reverse.copy()
    edge[is_far], reverse[is_far] = NONE, NONE
    return Linked(edge, reverse, found.fraction, found.connector_m)


def _feature(minutes: int, shape: Any) -> AreaFeature:
    geometry = shapely.set_precision(shape, 1e-6)
    return AreaFeature("Feature", AreaProperties(minutes), shapely.geometry.mapping(geometry))
