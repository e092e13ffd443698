"""The shapes MOTIS 2 sends, attribute for attribute as on the wire; times are UTC.

Those of which an answer holds hundreds (places, lines, steps, legs) are not frozen: a frozen one takes three times as
long to make. Nobody changes them.

References
----------
MOTIS 2.11 OpenAPI, components/schemas; Mode has no monorail, the route type says so.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from planner.model import Mode, Turn, VertexType


class WireMode(StrEnum):
    """Values of Mode that a leg of ours can have."""

    WALK = "WALK"
    BIKE = "BIKE"
    RENTAL = "RENTAL"
    FLEX = "FLEX"
    ODM = "ODM"
    CAR_DROPOFF = "CAR_DROPOFF"
    TRAM = "TRAM"
    SUBWAY = "SUBWAY"
    FERRY = "FERRY"
    AIRPLANE = "AIRPLANE"
    BUS = "BUS"
    COACH = "COACH"
    HIGHSPEED_RAIL = "HIGHSPEED_RAIL"
    LONG_DISTANCE = "LONG_DISTANCE"
    NIGHT_RAIL = "NIGHT_RAIL"
    REGIONAL_FAST_RAIL = "REGIONAL_FAST_RAIL"
    REGIONAL_RAIL = "REGIONAL_RAIL"
    SUBURBAN = "SUBURBAN"
    FUNICULAR = "FUNICULAR"
    AERIAL_LIFT = "AERIAL_LIFT"
    OTHER = "OTHER"


WIRE_MODES = {
    Mode.RAIL: WireMode.REGIONAL_RAIL,
    Mode.MONORAIL: WireMode.SUBWAY,
    Mode.CABLE_CAR: WireMode.TRAM,
    Mode.TAXI: WireMode.ODM,
    Mode.E_BIKE: WireMode.BIKE,
}
"""Modes MOTIS calls otherwise; the rest keep their name."""

WIRE_RAIL = {
    101: WireMode.HIGHSPEED_RAIL,
    102: WireMode.LONG_DISTANCE,
    103: WireMode.REGIONAL_FAST_RAIL,
    105: WireMode.NIGHT_RAIL,
    109: WireMode.SUBURBAN,
}
"""Trains by extended GTFS route type; other trains are regional."""


@dataclass(slots=True)
class WirePlace:
    """MOTIS Place: an end of a leg or a call on the way."""

    name: str
    lat: float
    lon: float
    level: float
    vertexType: VertexType
    stopId: str | None = None
    parentId: str | None = None
    arrival: datetime | None = None
    departure: datetime | None = None
    scheduledArrival: datetime | None = None
    scheduledDeparture: datetime | None = None
    track: str | None = None
    scheduledTrack: str | None = None
    flex: str | None = None
    flexStartPickupDropOffWindow: datetime | None = None
    flexEndPickupDropOffWindow: datetime | None = None
    cancelled: bool | None = None
    alerts: tuple["WireAlert", ...] | None = None


@dataclass(slots=True)
class Polyline:
    """MOTIS EncodedPolyline."""

    points: str
    precision: int
    length: int


@dataclass(slots=True)
class WireStep:
    """MOTIS StepInstruction."""

    relativeDirection: Turn
    distance: float
    fromLevel: float
    toLevel: float
    polyline: Polyline
    streetName: str
    exit: str = ""
    stayOn: bool = False
    area: bool = False


@dataclass(frozen=True, slots=True)
class WireRental:
    """MOTIS Rental."""

    providerId: str
    providerGroupId: str
    systemId: str
    systemName: str
    formFactor: str
    propulsionType: str
    returnConstraint: str
    fromStationName: str | None = None
    toStationName: str | None = None
    rentalUriWeb: str | None = None


@dataclass(frozen=True, slots=True)
class WirePeriod:
    """MOTIS TimeRange."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class WireAlert:
    """MOTIS Alert."""

    headerText: str
    descriptionText: str
    cause: str
    effect: str
    severityLevel: str
    impactPeriod: tuple[WirePeriod, ...]
    url: str | None = None


@dataclass(slots=True)
class WireLeg:
    """MOTIS Leg."""

    mode: WireMode
    startTime: datetime
    endTime: datetime
    scheduledStartTime: datetime
    scheduledEndTime: datetime
    realTime: bool
    scheduled: bool
    duration: int
    from_: Annotated[WirePlace, Field(alias="from")]
    to: WirePlace
    legGeometry: Polyline
    distance: float | None = None
    headsign: str | None = None
    routeId: str | None = None
    routeColor: str | None = None
    routeTextColor: str | None = None
    routeType: int | None = None
    agencyName: str | None = None
    agencyUrl: str | None = None
    agencyId: str | None = None
    tripId: str | None = None
    routeShortName: str | None = None
    routeLongName: str | None = None
    displayName: str | None = None
    cancelled: bool | None = None
    intermediateStops: tuple[WirePlace, ...] | None = None
    steps: tuple[WireStep, ...] | None = None
    rental: WireRental | None = None
    fareTransferIndex: int | None = None
    effectiveFareLegIndex: int | None = None
    bikesAllowed: bool | None = None
    wheelchairAccessible: str | None = None
    interlineWithPreviousLeg: bool | None = None
    alerts: tuple[WireAlert, ...] | None = None
    alternatives: tuple[tuple["WireLeg", ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class FareMedia:
    """MOTIS FareMedia."""

    fareMediaName: str
    fareMediaType: str


@dataclass(frozen=True, slots=True)
class RiderCategory:
    """MOTIS RiderCategory."""

    riderCategoryName: str
    isDefaultFareCategory: bool


@dataclass(frozen=True, slots=True)
class FareProduct:
    """MOTIS FareProduct."""

    name: str
    amount: float
    currency: str
    riderCategory: RiderCategory | None = None
    media: FareMedia | None = None


@dataclass(frozen=True, slots=True)
class FareTransfer:
    """MOTIS FareTransfer: products of each effective fare leg, one list of alternatives a leg."""

    effectiveFareLegProducts: tuple[tuple[FareProduct, ...], ...]


@dataclass(frozen=True, slots=True)
class WireCrowding:
    """What crowds are expected to make of an itinerary, in seconds; ours, not MOTIS'.

    Without `expectedEndTime` one is left standing for the night. `loads` are persons a place on the fullest section of
    each leg, null where unknown.
    """

    gateWait: int
    stopWait: int
    discomfort: int
    loads: tuple[float | None, ...]
    expectedEndTime: datetime | None = None


@dataclass(frozen=True, slots=True)
class WireItinerary:
    """MOTIS Itinerary; `emissionsPerPerson` and `walkDistance` (grams, metres) and `crowding` are ours."""

    duration: int
    startTime: datetime
    endTime: datetime
    transfers: int
    id: str
    legs: tuple[WireLeg, ...]
    emissionsPerPerson: float
    walkDistance: float
    fareTransfers: tuple[FareTransfer, ...] | None = None
    crowding: WireCrowding | None = None


@dataclass(frozen=True, slots=True)
class LeaveLaterAdvice:
    """That crowds make it better to leave so many minutes later than the itinerary `insteadOf`; ours, not MOTIS'."""

    minutes: int
    itinerary: WireItinerary
    insteadOf: WireItinerary


@dataclass(frozen=True, slots=True)
class WireReason:
    """Why there is no transit itinerary, in OpenTripPlanner's words and in a sentence; ours, not MOTIS'."""

    code: str
    sentence: str
    inputField: str | None = None


@dataclass(frozen=True, slots=True)
class WireMatch:
    """MOTIS Match; `tokens` are start and length of what was typed, in the name."""

    type: str
    name: str
    id: str
    lat: float
    lon: float
    tokens: tuple[tuple[int, int], ...]
    areas: tuple[str, ...]
    score: float
    category: str


@dataclass(frozen=True, slots=True)
class Health:
    """State of the live feeds: last update by source."""

    rt: dict[str, datetime]
    gbfs: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class PlanResponse:
    """Body of an answer to `/api/v6/plan`."""

    requestParameters: dict[str, str]
    debugOutput: dict[str, int]
    from_: Annotated[WirePlace, Field(alias="from")]
    to: WirePlace
    direct: tuple[WireItinerary, ...]
    itineraries: tuple[WireItinerary, ...]
    previousPageCursor: str
    nextPageCursor: str
    routingErrors: tuple[WireReason, ...] = ()
    leaveLater: LeaveLaterAdvice | None = None
