# ruff: noqa: N815
"""`/kaiteki/v1/events` and `/recommendations`: what is on, and what of it is within reach now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.direct import DirectRoute
from api.reach import field_or_error
from api.reach_requests import FieldQuery
from api.requests import Languages, asked_time
from api.served import City, Served
from feeds.makuhari.timetable import read_table
from planner.durations import durations
from planner.geo import great_circle_m
from planner.geocoding import Match, Resolved, nearest, resolve
from planner.places import PlaceKind
from planner.request import Coordinate

MOST_DAYS, MOST_PLACES, MOST_MINUTES = 31, 50, 120
WORTH_A_VISIT = frozenset(
    f"{key}={value}"
    for key, values in {
        "tourism": "aquarium attraction gallery museum theme_park viewpoint zoo",
        "amenity": "arts_centre cinema conference_centre library marketplace planetarium public_bath theatre",
        "leisure": "beach_resort garden marina nature_reserve park sports_centre stadium water_park",
        "shop": "department_store mall wholesale",
        "historic": "building castle monument ruins",
        "natural": "beach",
    }.items()
    for value in values.split()
)
"""What people go to in their free time, by the tags of OpenStreetMap: a choice of ours."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that is on on a day; `isEstimate`: the day follows a pattern, not a published calendar."""

    date: date
    name: str
    venue: str
    lat: float
    lon: float
    source: str
    isEstimate: bool


@dataclass(frozen=True, slots=True)
class Occasions:
    """Body of an answer to `/kaiteki/v1/events`."""

    events: tuple[Occasion, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A place within reach, what is on there if anything is, and how many seconds it takes."""

    name: str
    lat: float
    lon: float
    seconds: int
    event: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Body of an answer to `/kaiteki/v1/recommendations`: events first, then places, the nearest first."""

    recommendations: tuple[Recommendation, ...]


class EventsQuery(BaseModel):
    """Parameters of `/events`."""

    model_config = ConfigDict(extra="forbid")

    day: date | None = Field(None, description="default: today", examples=["2026-11-28"])
    days: int = Field(7, ge=1, le=MOST_DAYS)
    place: str | None = Field(None, description="`lat,lon` or an id: only what is near", examples=["35.6483,140.0418"])
    radius: float = Field(3000.0, gt=0, le=50_000, description="metres around `place`")


class RecommendationsQuery(FieldQuery):
    """Parameters of `/recommendations`: those of isochrones, and how far one would go."""

    place: str = Field(min_length=1, description="`lat,lon` or an id", examples=["35.6483,140.0418"])
    minutes: int = Field(20, ge=1, le=MOST_MINUTES)
    count: int = Field(10, ge=1, le=MOST_PLACES)
    language: Languages = Field(["ja"])


def occasions_router(served: Served) -> APIRouter:
    """Routes about what is on."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/events")
    def events(query: Annotated[EventsQuery, Query()]) -> Occasions:
        """What is on from a day on, all over the city or near a place."""
        city = served.city
        first = query.day or datetime.now(UTC).astimezone(city.network.zone).date()
        found = occasions(city, first, query.days)
        if query.place is not None:
            lat, lon = point_of(city, query.place)
            found = [one for one in found if float(great_circle_m(lat, lon, one.lat, one.lon)) <= query.radius]
        return Occasions(tuple(found))

    @router.get("/recommendations", response_model_exclude_none=True)
    def recommendations(query: Annotated[RecommendationsQuery, Query()]) -> Recommendations:
        """What is on today and worth a visit within so many minutes of a place, by the means and at the time asked."""
        city = served.city
        now = asked_time(query.time, datetime.now(UTC)).astimezone(city.network.zone)
        return Recommendations(tuple(_within_reach(city, query, now)))

    return router


def occasions(city: City, first: date, days: int) -> list[Occasion]:
    """Events of the embedded city whose venue this network knows, by day."""
    until, found = first + timedelta(days=days), []
    for row in read_table("event_days.csv"):
        day = date.fromisoformat(row["date"])
        if not first <= day < until:
            continue
        venue = resolve(city.index, row["venue"], city.network.snapshot.timetable.stops.ids)
        if isinstance(venue, Resolved):
            lat, lon = _coordinate(city, venue)
            is_estimate = row["confidence"] == "authored"
            found.append(Occasion(day, row["event"], row["venue"], lat, lon, row["source"], is_estimate))
    return found


def _within_reach(city: City, query: RecommendationsQuery, now: datetime) -> list[Recommendation]:
    field = field_or_error(city.network, query, city.locate(query.place, "place"), query.minutes * 60)
    on = occasions(city, now.date(), 1)
    lat, lon = field.end.place.lat, field.end.place.lon
    places = nearest(
        city.index, lat, lon, MOST_PLACES, query.language[0], frozenset({PlaceKind.PLACE}), WORTH_A_VISIT
    )  # fmt: skip
    ends = [Coordinate(*at) for at in [(one.lat, one.lon) for one in on] + [(one.lat, one.lon) for one in places]]
    seconds = durations(field, ends)
    limit = query.minutes * 60
    told = [
        Recommendation(one.venue, one.lat, one.lon, s, one)
        for one, s in zip(on, seconds[: len(on)], strict=True)
        if s is not None and s <= limit
    ]
    near = sorted(_reached(places, seconds[len(on) :], limit), key=lambda one: one.seconds)
    return [*told, *near][: query.count]


def _reached(places: Sequence[Match], seconds: Sequence[int | None], limit: int) -> list[Recommendation]:
    return [
        Recommendation(one.name, one.lat, one.lon, s)
        for one, s in zip(places, seconds, strict=True)
        if s is not None and s <= limit
    ]


def point_of(city: City, text: str) -> tuple[float, float]:
    """Latitude and longitude of whatever a request may name."""
    place = city.locate(text, "place")
    if isinstance(place, Coordinate):
        return place.lat, place.lon
    stops, row = city.network.snapshot.timetable.stops, city.network.stop_index[place.id]
    return float(stops.lat[row]), float(stops.lon[row])


def _coordinate(city: City, found: Resolved) -> tuple[float, float]:
    if isinstance(found.location, Coordinate):
        return found.location.lat, found.location.lon
    return point_of(city, found.location.id)
