"""What operators report while vehicles run, in the words of GTFS-Realtime: trip updates, positions, alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class TripRelationship(StrEnum):
    """What a trip update says of its trip; NEW trips of the newer specification are ADDED, DELETED ones CANCELED."""

    SCHEDULED = "SCHEDULED"
    ADDED = "ADDED"
    UNSCHEDULED = "UNSCHEDULED"
    CANCELED = "CANCELED"
    DUPLICATED = "DUPLICATED"
    REPLACEMENT = "REPLACEMENT"


class StopRelationship(StrEnum):
    """What a stop update says of its call."""

    SCHEDULED = "SCHEDULED"
    SKIPPED = "SKIPPED"
    NO_DATA = "NO_DATA"
    UNSCHEDULED = "UNSCHEDULED"


class StopUpdate(NamedTuple):
    """Prediction for one call; `*_time` is POSIX time, `*_delay` seconds against the schedule, a time counts first.

    `assigned_stop_id` is the stop (platform) served instead of the scheduled one, `occupancy` how full the vehicle is
    expected to leave.
    """

    stop_sequence: int | None = None
    stop_id: str | None = None
    arrival_delay: int | None = None
    arrival_time: int | None = None
    departure_delay: int | None = None
    departure_time: int | None = None
    relationship: StopRelationship = StopRelationship.SCHEDULED
    assigned_stop_id: str | None = None
    occupancy: str | None = None


@dataclass(frozen=True, slots=True)
class TripSelector:
    """Which run is meant.

    Attributes
    ----------
    start_date : date or None
        Service day; None: the one whose run lies nearest.
    start_time : int or None
        Seconds after the service day's start: first departure, which tells the runs of a frequency apart.
    """

    trip_id: str | None = None
    route_id: str | None = None
    direction: int | None = None
    start_date: date | None = None
    start_time: int | None = None


@dataclass(frozen=True, slots=True)
class TripUpdate:
    """Progress of one run.

    Attributes
    ----------
    delay : int or None
        Of the whole run in seconds, up to the first stop update with a time or delay.
    copy : TripSelector or None
        Id, service day and first departure of the new run, if `relationship` is DUPLICATED.
    headsign : str or None
        Shown instead of the scheduled one.
    timestamp : int or None
        POSIX time at which progress was measured.
    vehicle_id : str
        Of the vehicle on the run; empty: unknown.
    """

    trip: TripSelector
    relationship: TripRelationship = TripRelationship.SCHEDULED
    stop_updates: tuple[StopUpdate, ...] = ()
    delay: int | None = None
    copy: TripSelector | None = None
    headsign: str | None = None
    timestamp: int | None = None
    vehicle_id: str = ""


class VehicleStopStatus(StrEnum):
    """Where a vehicle is in relation to its stop."""

    INCOMING_AT = "INCOMING_AT"
    STOPPED_AT = "STOPPED_AT"
    IN_TRANSIT_TO = "IN_TRANSIT_TO"


@dataclass(frozen=True, slots=True)
class VehiclePosition:
    """Where a vehicle is; `bearing` in degrees clockwise from north, `speed_ms` in metres a second.

    `occupancy` is a word of GTFS-Realtime's OccupancyStatus, `occupancy_percent` of all places; either may be unknown.
    """

    vehicle_id: str
    lat: float
    lon: float
    trip: TripSelector | None = None
    label: str = ""
    bearing: float | None = None
    speed_ms: float | None = None
    stop_sequence: int | None = None
    stop_id: str | None = None
    status: VehicleStopStatus = VehicleStopStatus.IN_TRANSIT_TO
    occupancy: str | None = None
    timestamp: int | None = None
    occupancy_percent: int | None = None


class Period(NamedTuple):
    """POSIX times from `start` to before `end`, None: unbounded."""

    start: int | None = None
    end: int | None = None

    def overlaps(self, start: float, end: float) -> bool:
        """Whether any moment from `start` to `end` lies within."""
        return (self.start is None or self.start <= end) and (self.end is None or start < self.end)


@dataclass(frozen=True, slots=True)
class InformedEntity:
    """Whom an alert concerns: what fulfils every field given."""

    agency_id: str | None = None
    route_id: str | None = None
    route_type: int | None = None
    direction: int | None = None
    trip: TripSelector | None = None
    stop_id: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A disruption.

    Attributes
    ----------
    periods : tuple of Period
        When it holds; empty: as long as it is published.
    cause, effect, severity : str
        Values of GTFS-Realtime's enumerations.
    header, description, url : mapping of str to str
        By language (BCP 47), empty where the feed names none.
    """

    id: str
    entities: tuple[InformedEntity, ...]
    periods: tuple[Period, ...] = ()
    cause: str = "UNKNOWN_CAUSE"
    effect: str = "UNKNOWN_EFFECT"
    severity: str = "UNKNOWN_SEVERITY"
    header: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    url: Mapping[str, str] = field(default_factory=dict)
