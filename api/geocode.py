"""`/geocode` and `/reverse-geocode`: names to places and back."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query

from api.direct import DirectRoute
from api.geocode_requests import GeocodeQuery, MatchType, ReverseGeocodeQuery
from api.motis import WireMatch
from api.served import Served
from planner.errors import RequestError
from planner.geocoding import Match, coordinate_of, nearest, search
from planner.places import PlaceKind

STOP_KINDS = frozenset({PlaceKind.STATION, PlaceKind.STOP})
KINDS_OF_TYPE: dict[MatchType, frozenset[PlaceKind]] = {
    MatchType.STOP: STOP_KINDS,
    MatchType.PLACE: frozenset(PlaceKind) - STOP_KINDS - {PlaceKind.STREET},
    MatchType.ADDRESS: frozenset({PlaceKind.STREET}),
}


def geocode_router(served: Served) -> APIRouter:
    """Routes that find places."""
    router = APIRouter(tags=["geocode"], route_class=DirectRoute)

    @router.get("/geocode")
    def geocode(query: Annotated[GeocodeQuery, Query()]) -> list[WireMatch]:
        """Places whose name is like the text, best first."""
        near = None if query.place is None or not query.placeBias else _point(query.place)
        kinds = None if query.type is None else KINDS_OF_TYPE[query.type]
        matches = search(served.city.index, query.text, near, kinds, query.numResults, query.language[0])
        return wire_matches(matches, query.text)

    @router.get("/reverse-geocode")
    def reverse_geocode(query: Annotated[ReverseGeocodeQuery, Query()]) -> list[WireMatch]:
        """Places around a point, nearest first."""
        lat, lon = _point(query.place)
        wanted = frozenset(PlaceKind) if query.type is None else KINDS_OF_TYPE[query.type]
        found = nearest(served.city.index, lat, lon, query.numResults, query.language[0], wanted)
        return wire_matches(found, "")

    return router


def wire_matches(matches: Iterable[Match], text: str) -> list[WireMatch]:
    """Matches in MOTIS' shape."""
    return [
        WireMatch(
            type=_type_of(match.kind),
            name=match.name,
            id=match.id,
            lat=match.lat,
            lon=match.lon,
            tokens=((match.name.index(text), len(text)),) if text and text in match.name else (),
            areas=(),
            score=round(match.score, 4),
            category=match.kind,
        )
        for match in matches
    ]


def _type_of(kind: PlaceKind) -> MatchType:
    return next(word for word, kinds in KINDS_OF_TYPE.items() if kind in kinds)


def _point(text: str) -> tuple[float, float]:
    point = coordinate_of(text)
    if point is None:
        raise RequestError("place", f"place={text}: this is no lat,lon.")
    return point.lat, point.lon
