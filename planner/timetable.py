"""Scheduled transport of a network: every stop, pattern, trip and service day as arrays.

A `Timetable` holds all dates; `planner.day.timetable_on` cuts out what one search needs.
Times are seconds after the service day's start (noon − 12 h, GTFS); they may pass 24:00.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NewType

import numpy as np
from numpy.typing import NDArray

from planner.strings import Strings

StopIndex = NewType("StopIndex", int)
TripIndex = NewType("TripIndex", int)

NONE = -1
"""No stop, no parent, no shape: the sentinel of every index column."""

BOARDING_PLACE, STATION, ENTRANCE, NODE, BOARDING_AREA = range(5)
"""Values of `Stops.location_type` (GTFS stops.txt)."""

Times = NDArray[np.int32]
Indices = NDArray[np.int32]
Flags = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops, stations and entrances, all in one numbering (StopIndex).

    Attributes
    ----------
    ids : Strings
        Feed prefix included where the network was built from several feeds.
    names : Strings
        As the feed spells them; `translations` has one more column a language ("ja-Hrkt", "en", …), empty text where
        unknown.
    level : float32 array
        level_index of the stop's level, 0 (ground) where the feed names none.
    parent : int32 array
        StopIndex of the parent station, NONE without.
    wheelchair : int8 array
        0 unknown, 1 possible, 2 not possible; parent's value already inherited.
    """

    ids: Strings
    names: Strings
    translations: dict[str, Strings]
    codes: Strings
    platforms: Strings
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    level: NDArray[np.float32]
    location_type: Flags
    wheelchair: Flags
    parent: Indices

    def __len__(self) -> int:
        return len(self.lat)


@dataclass(frozen=True, slots=True)
class Agency:
    """An operator; `names` by language."""

    id: str
    name: str
    url: str
    timezone: str
    language: str = ""
    names: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A line the public knows.

    Attributes
    ----------
    agency : int
        Row of `Timetable.agencies`.
    type : int
        The feed's route_type; `mode` is the `planner.model.Mode` it stands for.
    network : str
        network_id of the fares, empty without.
    short_names, long_names : dict of str to str or None
        By language.
    """

    id: str
    agency: int
    short_name: str
    long_name: str
    type: int
    mode: str
    color: str = ""
    text_color: str = ""
    description: str = ""
    network: str = ""
    short_names: dict[str, str] | None = None
    long_names: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Sequences of calls shared by trips: stops and the right to board and alight.

    Attributes
    ----------
    first : int32 array of shape (n + 1,)
        Calls of pattern p are ``stop[first[p]:first[p + 1]]``.
    stop : int32 array
        StopIndex per call.
    can_board, can_alight : int8 array
        1 where pickup (drop-off) is possible.
    """

    first: Indices
    stop: Indices
    can_board: Flags
    can_alight: Flags

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class Trips:
    """Runs; frequencies are written out as one trip per departure (`headway` > 0 there).

    Attributes
    ----------
    first_event : int64 array of shape (n + 1,)
        Times of trip t are ``arrival[first_event[t]:first_event[t + 1]]``, one per call of its pattern.
    headsign : int32 array
        Row of `headsigns`.
    call_headsign is not kept: the trip's headsign is shown.
    bikes, wheelchair : int8 array
        0 unknown, 1 allowed, 2 not.
    shape : int32 array
        Row of `Shapes`, NONE without.
    sequence : int32 array
        The feed's stop_sequence of each event, by which live updates name calls; empty where nobody told.
    """

    ids: Strings
    short_names: Strings
    headsigns: Strings
    headsign_translations: dict[str, Strings]
    route: Indices
    service: Indices
    pattern: Indices
    headsign: Indices
    direction: Flags
    wheelchair: Flags
    bikes: Flags
    shape: Indices
    headway: Times
    first_event: NDArray[np.int64]
    arrival: Times
    departure: Times
    sequence: Indices = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.route)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Lines the vehicles follow: points of shape s are ``lat[first[s]:first[s + 1]]``."""

    first: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class InSeat:
    """Trips whose vehicle goes on as another: who sits in `from_trip` at its end sits in `to_trip` at its start.

    Both on the same service day; from transfers.txt type 4 and block_id, less type 5.
    """

    from_trip: Indices
    to_trip: Indices


@dataclass(frozen=True, slots=True)
class TransferRules:
    """Rows of transfers.txt between stops: types 0 to 3 without trip or route, stations written out to boarding places.

    Attributes
    ----------
    seconds : int32 array
        min_transfer_time; 0 where the row has none. From a stop to itself: time to change there.
    is_forbidden : int8 array
        1 for type 3.
    """

    from_stop: Indices
    to_stop: Indices
    seconds: Times
    is_forbidden: Flags


def _nothing() -> Indices:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class SpecialTransfers:
    """Rows of transfers.txt of types 0 to 3 about single routes or trips, stations written out to boarding places.

    Attributes
    ----------
    from_route, from_trip, to_route, to_trip : int32 array
        Whom the row is about; NONE for anybody.
    seconds, is_forbidden : int32 array
        As in `TransferRules`.
    """

    from_stop: Indices = field(default_factory=_nothing)
    to_stop: Indices = field(default_factory=_nothing)
    from_route: Indices = field(default_factory=_nothing)
    from_trip: Indices = field(default_factory=_nothing)
    to_route: Indices = field(default_factory=_nothing)
    to_trip: Indices = field(default_factory=_nothing)
    seconds: Times = field(default_factory=_nothing)
    is_forbidden: Indices = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Timetable:
    """All scheduled transport of a network.

    Attributes
    ----------
    first_date : int
        Proleptic ordinal (`date.toordinal`) of column 0 of `service_active`.
    service_active : uint8 array of shape (services, days)
        1 where the service runs.
    """

    timezone: str
    agencies: tuple[Agency, ...]
    routes: tuple[Route, ...]
    stops: Stops
    patterns: Patterns
    trips: Trips
    shapes: Shapes
    in_seat: InSeat
    transfers: TransferRules
    first_date: int
    service_active: NDArray[np.uint8]
    specific: SpecialTransfers = field(default_factory=SpecialTransfers)

    @property
    def validity(self) -> tuple[date, date] | None:
        """First and last date on which anything runs, None if nothing ever does."""
        days = np.flatnonzero(self.service_active.any(axis=0))
        if not len(days):
            return None
        return date.fromordinal(self.first_date + int(days[0])), date.fromordinal(self.first_date + int(days[-1]))

    def active_services(self, day: date) -> NDArray[np.bool_]:
        """Which services run on `day`: bool array of shape (services,)."""
        column = day.toordinal() - self.first_date
        if not 0 <= column < self.service_active.shape[1]:
            return np.zeros(len(self.service_active), np.bool_)
        return np.asarray(self.service_active[:, column] != 0)
