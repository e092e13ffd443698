# ruff: noqa: N815
"""Questions about what is in reach over HTTP, checked; what is ours alone uses MOTIS' words too."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from api.requests import (
    CLIMBS,
    Moment,
    Never,
    Nothing,
    PedestrianProfile,
    Split,
    StreetWord,
    TransitWord,
    VehicleQuery,
    street_modes,
    transit_modes,
)
from planner.geocoding import coordinate_of
from planner.request import Avoid, Coordinate, ElevationCosts, Location, PlanRequest

MOST_MINUTES, MOST_MANY, MOST_MATRIX, LONGEST_STREET_S = 240, 1000, 25, 14_400
MOST_RINGS = 12


class StreetProfile(StrEnum):
    """Modes of `/one-to-many`."""

    WALK = "WALK"
    BIKE = "BIKE"
    CAR = "CAR"


def _points(value: object) -> object:
    """Each ``lat;lon`` of a repeated or comma-separated list; ``lat,lon`` where an item stands alone."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        return values
    items = [item for text in values for item in (str(text).split(",") if ";" in str(text) else [str(text)])]
    return [_semicolon(item) for item in items if item]


def _semicolon(value: object) -> object:
    if not isinstance(value, str):
        return value
    if coordinate_of(value.replace(";", ",")) is None:
        raise ValueError(f"'{value[:40]}' is no lat;lon")
    return value.replace(";", ",")


Many = Annotated[list[str], BeforeValidator(_points)]
SemicolonPoint = Annotated[str, BeforeValidator(_semicolon)]


class FieldQuery(VehicleQuery):
    """What every question about reach may say of the way to stops and between them."""

    time: Moment | None = Field(None, description="RFC 3339; default: now", examples=["2026-11-25T08:30:00Z"])
    arriveBy: bool = Field(False, description="who gets there by `time` instead of where one gets to")
    maxTransfers: int = Field(8, ge=0, le=16)
    minTransferTime: int = Field(0, ge=0, le=120, description="minutes")
    transitModes: Annotated[list[TransitWord], Split] = Field([TransitWord.TRANSIT])
    preTransitModes: Annotated[list[StreetWord], Split] = Field([StreetWord.WALK])
    maxPreTransitTime: int = Field(900, ge=0, le=7200, description="seconds; the last walk may take all time left")
    pedestrianProfile: PedestrianProfile = PedestrianProfile.FOOT
    pedestrianSpeed: float = Field(1.25, ge=0.3, le=4.0, description="metres a second")
    cyclingSpeed: float = Field(4.2, ge=1.0, le=15.0, description="metres a second")
    useRoutedTransfers: bool = Field(True, description="decided when the network is built")
    postTransitModes: Annotated[list[Literal["WALK"]], Split] = Field(["WALK"])
    maxPostTransitTime: Nothing = ""
    maxMatchingDistance: Nothing = ""
    elevationCosts: ElevationCosts = Field(ElevationCosts.NONE, description=CLIMBS)
    transferTimeFactor: float = Field(1.0, ge=1, le=10, description="changes take so many times as long")
    additionalTransferTime: int = Field(0, ge=0, le=120, description="minutes more for every change")
    requireBikeTransport: bool = Field(False, description="only vehicles known to take bicycles along")
    requireCarTransport: Never = False
    noCompulsoryReservation: Never = False


class OneToAllQuery(FieldQuery):
    """Parameters of `/one-to-all`."""

    one: str = Field(min_length=1, description="`lat,lon[,level]` or a stop id", examples=["35.6431,140.0458"])
    maxTravelTime: int = Field(ge=0, le=MOST_MINUTES, description="minutes", examples=[30])


class IsochroneQuery(FieldQuery):
    """Parameters of `/kaiteki/v1/isochrone`."""

    one: str = Field(min_length=1, description="`lat,lon[,level]` or a stop id", examples=["35.6431,140.0458"])
    minutes: Annotated[list[int], Split, Field(min_length=1, max_length=MOST_RINGS)] = Field([10, 20, 30])

    @field_validator("minutes")
    @classmethod
    def _in_order(cls, value: list[int]) -> list[int]:
        if not all(0 <= minutes <= MOST_MINUTES for minutes in value):
            raise ValueError(f"minutes lie between 0 and {MOST_MINUTES}")
        return sorted(set(value))


class MatrixQuery(FieldQuery):
    """Parameters of `/kaiteki/v1/matrix`."""

    origins: list[str] = Field(
        min_length=1,
        max_length=MOST_MATRIX,
        description="repeated: `lat,lon` or a stop id",
        examples=[["35.64,140.04"]],
    )
    destinations: list[str] = Field(min_length=1, max_length=MOST_MATRIX, examples=[["35.6483,140.0345"]])
    maxTravelTime: int = Field(120, ge=0, le=MOST_MINUTES, description="minutes")


class OneToManyQuery(VehicleQuery):
    """Parameters of `/one-to-many`."""

    one: SemicolonPoint = Field(description="`lat;lon`", examples=["35.6431;140.0458"])
    many: Annotated[Many, Field(min_length=1, max_length=MOST_MANY)] = Field(
        description="`lat;lon,lat;lon,…`", examples=[["35.6483;140.0345,35.6486;140.0418"]]
    )
    mode: StreetProfile
    max: float = Field(ge=0, le=LONGEST_STREET_S, description="seconds", examples=[1800])
    maxMatchingDistance: float = Field(ge=0, le=2000, description="metres to the nearest street", examples=[250])
    arriveBy: bool = Field(description="true: from many to one", examples=[False])
    withDistance: bool = False
    elevationCosts: ElevationCosts = Field(ElevationCosts.NONE, description=CLIMBS)


def field_request(query: FieldQuery, one: Location, time: datetime, limit_s: int) -> PlanRequest:
    """The question in our words; `one` stands for both ends."""
    first = street_modes(query.preTransitModes, None)
    return PlanRequest(
        origin=one,
        destination=one,
        time=time,
        arrive_by=query.arriveBy,
        transit_modes=transit_modes(query.transitModes),
        access_modes=first,
        egress_modes=first,
        wheelchair=query.pedestrianProfile is PedestrianProfile.WHEELCHAIR,
        max_transfers=query.maxTransfers,
        max_access_s=min(query.maxPreTransitTime, limit_s),
        max_egress_s=min(query.maxPreTransitTime, limit_s),
        max_direct_s=limit_s,
        walk_speed_ms=query.pedestrianSpeed,
        bike_speed_ms=query.cyclingSpeed,
        elevation_costs=query.elevationCosts,
        min_transfer_s=60 * query.minTransferTime,
        transfer_factor=query.transferTimeFactor,
        extra_transfer_s=60 * query.additionalTransferTime,
        avoid=Avoid(no_bicycles=query.requireBikeTransport),
    )


def point_of(text: str) -> Coordinate:
    """Point of a checked ``lat,lon``."""
    point = coordinate_of(text)
    assert point is not None
    return point
