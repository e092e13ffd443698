# ruff: noqa: N815
"""The shapes MOTIS 2 sends about stops, trips and the map, attribute for attribute as on the wire; times are UTC.

References
----------
MOTIS 2.11 OpenAPI, components/schemas.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.motis import WireMode, WirePlace


@dataclass(frozen=True, slots=True)
class WireStopTime:
    """MOTIS StopTime: a departure or an arrival; `headwaySeconds` is ours, of runs that keep a headway only."""

    place: WirePlace
    mode: WireMode
    realTime: bool
    headsign: str
    tripFrom: WirePlace
    tripTo: WirePlace
    agencyId: str
    agencyName: str
    agencyUrl: str
    routeId: str
    directionId: str
    tripId: str
    routeType: int
    routeShortName: str
    routeLongName: str
    tripShortName: str
    displayName: str
    pickupDropoffType: str
    cancelled: bool
    tripCancelled: bool
    bikesAllowed: bool
    wheelchairAccessible: str
    reservation: str
    source: str
    routeColor: str | None = None
    routeTextColor: str | None = None
    previousStops: tuple[WirePlace, ...] | None = None
    nextStops: tuple[WirePlace, ...] | None = None
    headwaySeconds: int | None = None


@dataclass(frozen=True, slots=True)
class StoptimesResponse:
    """Body of an answer to `/api/v6/stoptimes`."""

    stopTimes: tuple[WireStopTime, ...]
    place: WirePlace
    previousPageCursor: str
    nextPageCursor: str


@dataclass(frozen=True, slots=True)
class WireRoute:
    """MOTIS Route: a line that calls at a stop."""

    routeId: str
    routeShortName: str
    routeLongName: str
    mode: WireMode
    agencyId: str
    agencyName: str
    agencyUrl: str
    routeType: int
    routeColor: str | None = None
    routeTextColor: str | None = None


@dataclass(frozen=True, slots=True)
class StopResponse:
    """Body of an answer to `/api/v6/stop`."""

    place: WirePlace
    routes: tuple[WireRoute, ...]


@dataclass(frozen=True, slots=True)
class TripInfo:
    """MOTIS TripInfo."""

    tripId: str
    routeShortName: str
    displayName: str


@dataclass(frozen=True, slots=True)
class TripSegment:
    """MOTIS TripSegment: a vehicle's way between two calls."""

    trips: tuple[TripInfo, ...]
    mode: WireMode
    distance: float
    from_: Annotated[WirePlace, Field(alias="from")]
    to: WirePlace
    departure: datetime
    arrival: datetime
    scheduledDeparture: datetime
    scheduledArrival: datetime
    realTime: bool
    polyline: str
    routeColor: str | None = None
