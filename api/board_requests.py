# ruff: noqa: N815
"""Questions about stops, trips and the map over HTTP, checked: MOTIS' parameters with MOTIS' defaults."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.requests import EARLIEST_S, LATEST_S, Languages, Moment, Never, RealtimeMode, Split, TransitWord
from planner.geocoding import coordinate_of

LONGEST_BOARD_S = 7 * 86_400
LONGEST_MAP_S = 86_400
_CURSOR = re.compile(r"(EARLIER|LATER)\|(-?[0-9]{1,11})")


class Direction(StrEnum):
    """Which calls of a board: up to a time, or from it on."""

    EARLIER = "EARLIER"
    LATER = "LATER"


def _is_cursor(value: str) -> str:
    found = _CURSOR.fullmatch(value)
    if value and (found is None or not EARLIEST_S <= int(found[2]) <= LATEST_S):
        raise ValueError("this is no page cursor of this server")
    return value


def _is_point(value: str) -> str:
    if coordinate_of(value) is None:
        raise ValueError("this is no lat,lon")
    return value


BoardCursor = Annotated[str, AfterValidator(_is_cursor)]
Point = Annotated[str, AfterValidator(_is_point)]
Modes = Annotated[list[TransitWord], Split]


def cursor_of(text: str) -> tuple[Direction, int]:
    """Direction and moment (seconds since 1970 UTC) of a board's checked cursor."""
    word, seconds = text.split("|")
    return Direction(word), int(seconds)


class StoptimesQuery(BaseModel):
    """Parameters of `/stoptimes`."""

    model_config = ConfigDict(extra="forbid")

    stopId: str | None = Field(None, min_length=1, examples=["makuhari_JR-East.Kaihimmakuhari"])
    center: Point | None = Field(None, description="`lat,lon`, asked where `stopId` is missing or unknown")
    time: Moment | None = Field(None, description="RFC 3339; default: now", examples=["2026-11-25T08:30:00Z"])
    arriveBy: bool = Field(False, description="arrivals instead of departures")
    both: bool = Field(False, description="arrivals and departures")
    direction: Direction | None = Field(None, description="default: LATER, of arrivals EARLIER")
    window: int | None = Field(None, ge=0, le=LONGEST_BOARD_S, description="seconds around `time`")
    mode: Modes = [TransitWord.TRANSIT]
    n: int | None = Field(None, ge=0, le=2000, description="at least so many, if the window holds no more")
    radius: int | None = Field(None, ge=0, le=10_000, description="metres; default: the station and its namesakes")
    exactRadius: bool = Field(False, description="only places within the radius themselves")
    fetchStops: bool = Field(False, description="with the calls that follow (before an arrival: that went before)")
    pageCursor: BoardCursor = ""
    language: Languages = ["ja"]
    realtimeMode: RealtimeMode = RealtimeMode.REALTIME
    withAlerts: bool = True
    withScheduledSkippedStops: Never = False

    @model_validator(mode="after")
    def _is_answerable(self) -> "StoptimesQuery":
        if self.n is None and self.window is None:
            raise ValueError("name n, window or both")
        if self.stopId is None and (self.center is None or self.radius is None):
            raise ValueError("name stopId, or center with radius")
        return self


class StopQuery(BaseModel):
    """Parameters of `/stop`."""

    model_config = ConfigDict(extra="forbid")

    stopId: str | None = Field(None, min_length=1, examples=["makuhari_JR-East.Kaihimmakuhari"])
    center: Point | None = None
    radius: int | None = Field(None, ge=0, le=10_000, description="metres")
    exactRadius: bool = False
    language: Languages = ["ja"]

    @model_validator(mode="after")
    def _is_answerable(self) -> "StopQuery":
        if self.stopId is None and (self.center is None or self.radius is None):
            raise ValueError("name stopId, or center with radius")
        return self


class TripQuery(BaseModel):
    """Parameters of `/trip`."""

    model_config = ConfigDict(extra="forbid")

    tripId: str = Field(min_length=1, description="as `/plan` and `/stoptimes` give it: YYYYMMDD_id")
    language: Languages = ["ja"]
    detailedLegs: bool = Field(True, description="legs are always given in full")
    joinInterlinedLegs: bool = Field(True, description="a trip is one leg; what its vehicle goes on as is another trip")
    withScheduledSkippedStops: Never = False


class BoxQuery(BaseModel):
    """A part of the map between two corners."""

    model_config = ConfigDict(extra="forbid")

    min: Point = Field(description="`lat,lon` of the lower right corner", examples=["35.63,140.06"])
    max: Point = Field(description="`lat,lon` of the upper left corner", examples=["35.66,140.02"])

    @property
    def box(self) -> tuple[float, float, float, float]:
        """South, west, north, east."""
        return box_of(self.min, self.max)


def box_of(corner: str, opposite: str) -> tuple[float, float, float, float]:
    """South, west, north, east of the rectangle between two corners."""
    a, b = coordinate_of(corner), coordinate_of(opposite)
    assert a is not None
    assert b is not None
    return min(a.lat, b.lat), min(a.lon, b.lon), max(a.lat, b.lat), max(a.lon, b.lon)


class MapStopsQuery(BoxQuery):
    """Parameters of `/map/stops`."""

    grouped: bool = Field(False, description="stations instead of their platforms")
    modes: Modes = [TransitWord.TRANSIT]
    language: Languages = ["ja"]


class VehiclesQuery(BoxQuery):
    """Parameters of `/vehicles`."""

    language: Languages = ["ja"]


class MapTripsQuery(BoxQuery):
    """Parameters of `/map/trips`."""

    zoom: float = Field(ge=0, le=24, description="below 11 no buses and trams, below 9 only trains and ships")
    startTime: Moment = Field(examples=["2026-11-25T08:30:00Z"])
    endTime: Moment = Field(examples=["2026-11-25T08:31:00Z"])
    precision: int = Field(5, ge=0, le=6, description="decimals of the polylines")
    language: Languages = ["ja"]

    @model_validator(mode="after")
    def _is_answerable(self) -> "MapTripsQuery":
        if not timedelta(0) <= self.endTime - self.startTime <= timedelta(seconds=LONGEST_MAP_S):
            raise ValueError("endTime lies before startTime or more than a day after it")
        return self
