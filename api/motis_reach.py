# ruff: noqa: N815
"""Shapes of answers about reach: MOTIS', and of what is ours alone GeoJSON's.

References
----------
MOTIS 2.11 OpenAPI, Reachable and Duration. RFC 7946 (GeoJSON).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.motis import WirePlace


@dataclass(frozen=True, slots=True)
class ReachablePlace:
    """MOTIS ReachablePlace: minutes, rounded up, and the fewest vehicles they take."""

    place: WirePlace
    duration: int
    k: int


@dataclass(frozen=True, slots=True)
class Reachable:
    """Body of an answer to `/api/v6/one-to-all`."""

    one: WirePlace
    all: tuple[ReachablePlace, ...]


@dataclass(frozen=True, slots=True)
class StreetDuration:
    """MOTIS Duration: seconds and metres along the streets, both missing where there is no way."""

    duration: float | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class AreaProperties:
    """What an area is: in reach within so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class AreaFeature:
    """GeoJSON Feature with a Polygon or a MultiPolygon."""

    type: str
    properties: AreaProperties
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AreaCollection:
    """GeoJSON FeatureCollection."""

    type: str
    features: tuple[AreaFeature, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Seconds, a row an origin, a column a destination."""

    seconds: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class FeedState:
    """A source of the network: what its licence asks to be said, and until when it speaks."""

    name: str
    kind: str
    sha256: str
    attribution: str
    licence: str
    publisher: str
    version: str
    firstDate: date | None = None
    lastDate: date | None = None
    daysLeft: int | None = None
    lastUpdated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feeds:
    """Body of an answer to `/kaiteki/v1/feeds`."""

    snapshot: str
    timezone: str
    remark: str
    feeds: tuple[FeedState, ...]
