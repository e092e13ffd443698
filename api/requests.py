# ruff: noqa: N815
"""Questions over HTTP, checked: MOTIS' parameters with MOTIS' defaults."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from api.times import EARLIEST_YEAR, LATEST_YEAR
from planner.checks import MOST_PASSENGERS, MOST_RADIUS_M
from planner.model import TRANSIT, Mode
from planner.request import ElevationCosts, Realtime, Rentable, StreetMode

EARLIEST_S, LATEST_S = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (EARLIEST_YEAR, LATEST_YEAR))
LONGEST_PAGE_S, LONGEST_STAY_MIN = 86_400, 1440
_CURSOR = re.compile(r"(?:EARLIER|LATER)\|(-?[0-9]{1,11})\|(-?[0-9]{1,11})")


def _split(value: Any) -> Any:
    """Members of ``a,b`` and of a repeated parameter alike."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        return values
    return [part for item in values for part in (str(item).split(",") if isinstance(item, str) else [item]) if part]


Split = BeforeValidator(_split)


def only(neutral: object) -> AfterValidator:
    """Parameter of MOTIS that is accepted with the one value that asks for nothing."""

    def check(value: object) -> object:
        if value != neutral:
            raise ValueError("this is not offered here; leave the parameter out")
        return value

    return AfterValidator(check)


def aware(value: datetime | None) -> datetime | None:
    """The time, if its moment is known and can be computed with.

    Raises
    ------
    ValueError
        It names no offset, or a year far away.
    """
    if value is not None and value.tzinfo is None:
        raise ValueError("a time needs its offset, such as 2026-11-25T17:30:00+09:00")
    if value is not None and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValueError(f"the year is not between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return value


Moment = Annotated[datetime, AfterValidator(aware)]
Never = Annotated[bool, only(False)]
Nothing = Annotated[str, only("")]


class TransitWord(StrEnum):
    """MOTIS modes of scheduled transport, old spellings included."""

    TRANSIT = "TRANSIT"
    TRAM = "TRAM"
    SUBWAY = "SUBWAY"
    FERRY = "FERRY"
    AIRPLANE = "AIRPLANE"
    BUS = "BUS"
    COACH = "COACH"
    RAIL = "RAIL"
    HIGHSPEED_RAIL = "HIGHSPEED_RAIL"
    LONG_DISTANCE = "LONG_DISTANCE"
    NIGHT_RAIL = "NIGHT_RAIL"
    REGIONAL_FAST_RAIL = "REGIONAL_FAST_RAIL"
    REGIONAL_RAIL = "REGIONAL_RAIL"
    SUBURBAN = "SUBURBAN"
    METRO = "METRO"
    FUNICULAR = "FUNICULAR"
    AERIAL_LIFT = "AERIAL_LIFT"
    AREAL_LIFT = "AREAL_LIFT"
    CABLE_CAR = "CABLE_CAR"
    OTHER = "OTHER"


_TRAINS = frozenset({Mode.RAIL})
_URBAN = frozenset({Mode.SUBWAY, Mode.MONORAIL})
TRANSIT_MODES: dict[TransitWord, frozenset[Mode]] = {
    TransitWord.TRANSIT: TRANSIT,
    TransitWord.TRAM: frozenset({Mode.TRAM, Mode.CABLE_CAR}),
    TransitWord.CABLE_CAR: frozenset({Mode.CABLE_CAR}),
    TransitWord.SUBWAY: _URBAN,
    TransitWord.FERRY: frozenset({Mode.FERRY}),
    TransitWord.AIRPLANE: frozenset({Mode.AIRPLANE}),
    TransitWord.BUS: frozenset({Mode.BUS}),
    TransitWord.COACH: frozenset({Mode.COACH}),
    TransitWord.RAIL: _TRAINS | _URBAN,
    TransitWord.HIGHSPEED_RAIL: _TRAINS,
    TransitWord.LONG_DISTANCE: _TRAINS,
    TransitWord.NIGHT_RAIL: _TRAINS,
    TransitWord.REGIONAL_FAST_RAIL: _TRAINS,
    TransitWord.REGIONAL_RAIL: _TRAINS,
    TransitWord.SUBURBAN: _TRAINS,
    TransitWord.METRO: _TRAINS,
    TransitWord.FUNICULAR: frozenset({Mode.FUNICULAR}),
    TransitWord.AERIAL_LIFT: frozenset({Mode.AERIAL_LIFT}),
    TransitWord.AREAL_LIFT: frozenset({Mode.AERIAL_LIFT}),
    TransitWord.OTHER: frozenset({Mode.OTHER}),
}
"""A timetable of ours knows trains as one mode: any kind of train allows them all."""


class StreetWord(StrEnum):
    """MOTIS modes on the street that are offered here."""

    WALK = "WALK"
    BIKE = "BIKE"
    RENTAL = "RENTAL"
    FLEX = "FLEX"
    ODM = "ODM"
    CAR_DROPOFF = "CAR_DROPOFF"


class RentalFormFactor(StrEnum):
    """MOTIS form factors that are offered here."""

    BICYCLE = "BICYCLE"
    SCOOTER_STANDING = "SCOOTER_STANDING"
    SCOOTER_SEATED = "SCOOTER_SEATED"


class PropulsionWord(StrEnum):
    """MOTIS propulsion types of shared vehicles."""

    HUMAN = "HUMAN"
    ELECTRIC_ASSIST = "ELECTRIC_ASSIST"
    ELECTRIC = "ELECTRIC"
    COMBUSTION = "COMBUSTION"
    COMBUSTION_DIESEL = "COMBUSTION_DIESEL"
    HYBRID = "HYBRID"
    PLUG_IN_HYBRID = "PLUG_IN_HYBRID"
    HYDROGEN_FUEL_CELL = "HYDROGEN_FUEL_CELL"


class PedestrianProfile(StrEnum):
    """Who walks."""

    FOOT = "FOOT"
    WHEELCHAIR = "WHEELCHAIR"


class RealtimeMode(StrEnum):
    """What is made of operators' reports."""

    REALTIME = "REALTIME"
    REALTIME_ANNOTATION_ONLY = "REALTIME_ANNOTATION_ONLY"
    OFF = "OFF"


REALTIME = {
    RealtimeMode.REALTIME: Realtime.LIVE,
    RealtimeMode.REALTIME_ANNOTATION_ONLY: Realtime.ANNOTATE,
    RealtimeMode.OFF: Realtime.IGNORE,
}

CLIMBS = "of one's own bicycle (BIKE): climbs count as so much longer"
Stay = Annotated[int, Field(ge=0, le=LONGEST_STAY_MIN)]
Streets = Annotated[list[StreetWord], Split]
Languages = Annotated[list[str], Split, Field(min_length=1)]
FormFactors = Annotated[list[RentalFormFactor] | None, Split]
Propulsions = Annotated[list[PropulsionWord] | None, Split]
Ids = Annotated[list[str] | None, Split]


class VehicleQuery(BaseModel):
    """Sizes of a lorry, which MOTIS takes on its way: none is offered here."""

    model_config = ConfigDict(extra="forbid")

    vehicleAxleCount: Nothing = ""
    vehicleAxleLoad: Nothing = ""
    vehicleHazmat: Nothing = ""
    vehicleHazmatWater: Nothing = ""
    vehicleHeight: Nothing = ""
    vehicleLength: Nothing = ""
    vehicleLezAccess: Nothing = ""
    vehicleTopSpeed: Nothing = ""
    vehicleTrailer: Nothing = ""
    vehicleWeight: Nothing = ""
    vehicleWidth: Nothing = ""


class PlanQuery(VehicleQuery):
    """Parameters of `/plan`. What MOTIS knows and is not offered here is refused, never ignored."""

    fromPlace: str = Field(min_length=1, description="`lat,lon[,level]` or a stop id", examples=["35.6431,140.0458"])
    toPlace: str = Field(min_length=1, description="`lat,lon[,level]` or a stop id", examples=["35.6483,140.0345"])
    time: Moment | None = Field(None, description="RFC 3339; default: now", examples=["2026-11-25T08:30:00Z"])
    arriveBy: bool = False
    timetableView: bool = Field(True, description="false: the best for who leaves (arrives) at `time`, no window")
    searchWindow: int | None = Field(None, ge=1, le=86_400, description="seconds; default: until enough is found")
    numItineraries: int = Field(5, ge=0, le=100)
    pageCursor: str = ""
    maxTransfers: int = Field(8, ge=0, le=16)
    minTransferTime: int = Field(0, ge=0, le=120, description="minutes")
    transferTimeFactor: float = Field(1.0, ge=1, le=10, description="changes take so many times as long")
    additionalTransferTime: int = Field(0, ge=0, le=120, description="minutes more for every change")
    requireBikeTransport: bool = Field(False, description="only vehicles known to take bicycles along")
    transitModes: Annotated[list[TransitWord], Split] = [TransitWord.TRANSIT]
    directModes: Streets = [StreetWord.WALK]
    preTransitModes: Streets = [StreetWord.WALK]
    postTransitModes: Streets = [StreetWord.WALK]
    directRentalFormFactors: FormFactors = None
    directRentalPropulsionTypes: Propulsions = None
    directRentalProviders: Ids = None
    directRentalProviderGroups: Ids = None
    preTransitRentalFormFactors: FormFactors = None
    preTransitRentalPropulsionTypes: Propulsions = None
    preTransitRentalProviders: Ids = None
    preTransitRentalProviderGroups: Ids = None
    postTransitRentalFormFactors: FormFactors = None
    postTransitRentalPropulsionTypes: Propulsions = None
    postTransitRentalProviders: Ids = None
    postTransitRentalProviderGroups: Ids = None
    maxPreTransitTime: int = Field(900, ge=0, le=7200, description="seconds")
    maxPostTransitTime: int = Field(900, ge=0, le=7200, description="seconds")
    maxDirectTime: int = Field(1800, ge=0, le=14_400, description="seconds")
    maxTravelTime: int | None = Field(None, ge=0, le=2880, description="minutes from start to end; default: any")
    timeout: float | None = Field(None, gt=0, description="seconds, at most those of `map/initial`")
    pedestrianProfile: PedestrianProfile = PedestrianProfile.FOOT
    pedestrianSpeed: float = Field(1.25, ge=0.3, le=4.0, description="metres a second")
    cyclingSpeed: float = Field(4.2, ge=1.0, le=15.0, description="metres a second")
    language: Languages = ["ja"]
    detailedLegs: bool = Field(True, description="legs are always given in full")
    detailedTransfers: bool = Field(True, description="transfers are always given in full")
    withFares: bool = Field(True, description="fares are always given")
    useRoutedTransfers: bool = Field(True, description="decided when the network is built")
    realtimeMode: RealtimeMode = RealtimeMode.REALTIME
    via: Annotated[list[str], Split] = Field([], max_length=2, description="stop ids to go by way of, in this order")
    viaMinimumStay: Annotated[list[Stay], Split] = Field([], description="minutes at each of `via`; default: 0")
    maxItineraries: Nothing = ""
    radius: int | None = Field(
        None, ge=0, le=MOST_RADIUS_M, description="metres: stops so near to a point are reached as the crow flies"
    )
    requireCarTransport: Never = False
    noCompulsoryReservation: Never = False
    slowDirect: bool = Field(False, description="rides without a change that others overtake are told too")
    fastestSlowDirectFactor: float = Field(
        3.0, ge=0, le=100, description="of these, those at most so many times as long as the shortest; below 1: all"
    )
    elevationCosts: ElevationCosts = Field(ElevationCosts.NONE, description=CLIMBS)
    passengers: int = Field(1, ge=1, le=MOST_PASSENGERS, description="who ask for seats in a demand bus together")
    luggage: Annotated[int, only(0)] = 0
    numLegAlternatives: int = Field(0, ge=0, le=10, description="at most so many rides in place of each")
    fastestDirectFactor: Nothing = ""
    maxMatchingDistance: Nothing = ""
    algorithm: Nothing = ""
    joinInterlinedLegs: bool = Field(True, description="legs are never joined; each says when one stays seated")
    withScheduledSkippedStops: Never = False
    ignoreDirectRentalReturnConstraints: bool = Field(False, description="rented vehicles may be left anywhere")
    ignorePreTransitRentalReturnConstraints: bool = Field(False, description="likewise on the way to a stop")
    ignorePostTransitRentalReturnConstraints: bool = Field(False, description="likewise on the way from a stop")

    @model_validator(mode="after")
    def _stays_somewhere(self) -> Self:
        if len(self.viaMinimumStay) > len(self.via):
            raise ValueError("viaMinimumStay names more stays than via has stops")
        return self

    @model_validator(mode="after")
    def _asks_one_way(self) -> Self:
        """One departure is searched with walks at both ends, and has no pages."""
        if self.timetableView:
            return self
        ridden = {StreetWord.WALK} < {StreetWord.WALK, *self.preTransitModes, *self.postTransitModes}
        if ridden or self.via or self.pageCursor or self.maxTravelTime is not None:
            raise ValueError("timetableView=false goes with walks to and from stops, without via, pages, maxTravelTime")
        return self

    @field_validator("pageCursor")
    @classmethod
    def _within_reach(cls, value: str) -> str:
        """Ends of a page written by a stranger: years that can be computed, and no more than a day to search."""
        found = _CURSOR.fullmatch(value)
        if found is None:
            if value:
                raise ValueError("this is no page cursor of this server")
            return value
        start, end = int(found[1]), int(found[2])
        if not EARLIEST_S <= start <= end <= LATEST_S or end - start > LONGEST_PAGE_S:
            raise ValueError("this page is longer than a day, or ends before it starts, or nobody lives to see it")
        return value


class RefreshQuery(BaseModel):
    """Parameters of `/refresh-itinerary`; what the id says already is not asked again."""

    model_config = ConfigDict(extra="forbid")

    itineraryId: str = Field(min_length=1, description="`id` of an itinerary of `/plan`, `/trip` or this")
    language: Languages = ["ja"]
    pedestrianProfile: PedestrianProfile = PedestrianProfile.FOOT
    pedestrianSpeed: float = Field(1.25, ge=0.3, le=4.0, description="metres a second; walks keep their length")
    cyclingSpeed: float = Field(4.2, ge=1.0, le=15.0, description="metres a second; rides keep their length")
    detailedLegs: bool = Field(True, description="legs are always given in full")
    detailedTransfers: bool = Field(True, description="transfers are always given in full")
    joinInterlinedLegs: bool = Field(True, description="legs are never joined; each says when one stays seated")
    withFares: bool = Field(True, description="fares are always given")
    useRoutedTransfers: bool = Field(True, description="decided when the network is built")
    withScheduledSkippedStops: Never = False
    requireDisplayNameMatch: Never = False
    requireBikeTransport: Never = False
    requireCarTransport: Never = False
    noCompulsoryReservation: Never = False
    elevationCosts: ElevationCosts = Field(ElevationCosts.NONE, description=CLIMBS)
    numLegAlternatives: Annotated[int, only(0)] = 0
    maxMatchingDistance: Nothing = ""
    maxPreTransitTime: Nothing = ""
    maxPostTransitTime: Nothing = ""
    transitModes: Nothing = ""
    preTransitModes: Nothing = ""
    postTransitModes: Nothing = ""
    preTransitRentalFormFactors: Nothing = ""
    postTransitRentalFormFactors: Nothing = ""
    preTransitRentalPropulsionTypes: Nothing = ""
    postTransitRentalPropulsionTypes: Nothing = ""
    preTransitRentalProviders: Nothing = ""
    postTransitRentalProviders: Nothing = ""
    preTransitRentalProviderGroups: Nothing = ""
    postTransitRentalProviderGroups: Nothing = ""
    ignorePreTransitRentalReturnConstraints: Never = False
    ignorePostTransitRentalReturnConstraints: Never = False


def transit_modes(words: Iterable[TransitWord]) -> frozenset[Mode]:
    """Modes that any of the words allows."""
    return frozenset[Mode]().union(*(TRANSIT_MODES[word] for word in words))


def street_modes(words: Iterable[StreetWord], form_factors: list[RentalFormFactor] | None) -> frozenset[StreetMode]:
    """Street modes of the words; RENTAL means the named form factors, all without names."""
    modes: set[StreetMode] = set()
    for word in words:
        if word is StreetWord.RENTAL:
            factors = RentalFormFactor if form_factors is None else form_factors
            modes.update(StreetMode(f"RENTAL_{factor}") for factor in factors)
        else:
            modes.add(StreetMode.TAXI if word is StreetWord.ODM else StreetMode(word))
    return frozenset(modes)


def rentable(
    propulsions: list[PropulsionWord] | None, providers: list[str] | None, groups: list[str] | None, end_anywhere: bool
) -> Rentable:
    """Vehicles of any of the providers or groups (here the same), of any of the propulsions; None: all."""
    kinds = None if propulsions is None else frozenset(word.lower() for word in propulsions)
    if providers is None and groups is None:
        return Rentable(None, kinds, end_anywhere)
    return Rentable(frozenset([*(providers or ()), *(groups or ())]), kinds, end_anywhere)


def asked_time(time: datetime | None, now: datetime) -> datetime:
    """Time of the question, now if it names none."""
    return time if time is not None else now.astimezone(UTC)
