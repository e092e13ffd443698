"""A question to the planner: from where to where, when, and by which means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.fares_passes import RidePass
from planner.model import TRANSIT, Mode

LONGEST_STAY_S = 86_400
"""Longest stay at a place on the way."""


class StreetMode(StrEnum):
    """A way to reach, leave or do without scheduled transport."""

    WALK = "WALK"
    BIKE = "BIKE"
    E_BIKE = "E_BIKE"
    RENTAL_BICYCLE = "RENTAL_BICYCLE"
    RENTAL_SCOOTER_STANDING = "RENTAL_SCOOTER_STANDING"
    RENTAL_SCOOTER_SEATED = "RENTAL_SCOOTER_SEATED"
    FLEX = "FLEX"
    TAXI = "TAXI"
    CAR_DROPOFF = "CAR_DROPOFF"


class ElevationCosts(StrEnum):
    """How dear a climb is to who rides a bicycle of one's own, beside the time it takes (MOTIS)."""

    NONE = "NONE"
    LOW = "LOW"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A point on the ground; `level` is the OSM level of a deck or floor, None where unknown."""

    lat: float
    lon: float
    level: float | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class StopId:
    """A stop or station of the network by its id, feed prefix included."""

    id: str


Location = Coordinate | StopId


class Realtime(StrEnum):
    """What is made of operators' reports.

    ANNOTATE finds what IGNORE finds, on the schedule, and tells of every ride when it really runs: the legs of an
    itinerary may then contradict each other, which is how a missed connection shows.
    """

    LIVE = "LIVE"
    ANNOTATE = "ANNOTATE"
    IGNORE = "IGNORE"


@dataclass(frozen=True, slots=True)
class Rentable:
    """Which shared vehicles may be taken; None: all.

    Attributes
    ----------
    systems : frozenset of str or None
        Ids of sharing systems.
    propulsions : frozenset of str or None
        GBFS propulsion types, such as ``electric_assist``.
    end_anywhere : bool
        What the systems say of where a ride may end does not count.
    """

    systems: frozenset[str] | None = None
    propulsions: frozenset[str] | None = None
    end_anywhere: bool = False

    def takes(self, system: str, propulsion: str) -> bool:
        """Whether a vehicle may be taken."""
        return (self.systems is None or system in self.systems) and (
            self.propulsions is None or propulsion in self.propulsions
        )


ANY_VEHICLE = Rentable()


@dataclass(frozen=True, slots=True)
class Avoid:
    """Ids of what is left out of a search, so that what is found is the best of the rest and not the rest of the best.

    Attributes
    ----------
    routes, agencies : frozenset of str
        Lines and operators that are not ridden, demand buses among them.
    stops : frozenset of str
        Where nobody boards or alights; vehicles still pass. A station stands for all its platforms.
    no_bicycles : bool
        Vehicles that are not known to take bicycles along.
    """

    routes: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    no_bicycles: bool = False

    def __bool__(self) -> bool:
        return bool(self.routes or self.agencies or self.stops or self.no_bicycles)

    def __or__(self, other: "Avoid") -> "Avoid":
        return Avoid(
            self.routes | other.routes,
            self.agencies | other.agencies,
            self.stops | other.stops,
            self.no_bicycles or other.no_bicycles,
        )


class Preferred(StrEnum):
    """What there should be little of: seconds on foot, grams of CO2 equivalent, chances to miss a connection, money."""

    WALKING = "walking"
    CO2 = "co2"
    RELIABILITY = "reliability"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Slack:
    """How far what is preferred is looked for: so much later, and so many more changes, than the quickest."""

    seconds: int = 1800
    transfers: int = 1


USUAL_SLACK = Slack()


@dataclass(frozen=True, slots=True)
class Via:
    """A place on the way where one stays at least `stay_s` seconds."""

    location: Location
    stay_s: int = 0


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A question to the planner.

    Attributes
    ----------
    origin, destination : Location
    time : datetime
        Aware. Earliest departure, or latest arrival if `arrive_by`.
    window_s : int or None
        Every departure (arrival) within this many seconds after (before) `time` is searched; None widens the window
        until `count` itineraries are found or a day has been searched.
    count : int
        At least so many transit itineraries are looked for when `window_s` is None; 0 asks for direct answers only.
    transit_modes : frozenset of Mode
        Scheduled modes allowed; empty: none.
    access_modes, egress_modes, direct_modes : frozenset of StreetMode
        How stops are reached and left, and how the whole way may be made without scheduled transport.
    max_transfers : int
        Changes between vehicles; staying seated in a through-running vehicle is none.
    max_access_s, max_egress_s, max_direct_s : int
        Longest first, last and direct leg in seconds.
    walk_speed_ms, bike_speed_ms : float
        Metres a second on level ground.
    elevation_costs : ElevationCosts
        Of one's own bicycle; what a climb costs is told as time.
    min_transfer_s, transfer_factor, extra_transfer_s : int, float, int
        Of a change between vehicles that takes t seconds, ``max(min_transfer_s, transfer_factor * t) +
        extra_transfer_s`` are asked for; the factor is at least 1.
    max_duration_s : int or None
        Longest time from start to end; longer journeys do not count among those found.
    access_rentals, egress_rentals, direct_rentals : Rentable
        What may be rented on the first, the last and a direct leg.
    languages : tuple of str
        Preferred languages of names, first first (BCP 47).
    now : datetime or None
        Moment of asking, which decides what can still be booked and which reports are too old to count; None if
        booking is early enough and no report too old.
    realtime : Realtime
        What is made of delays, cancellations and added trips.
    cursor : str or None
        Page of an earlier answer; replaces `time` and the window's place.
    via : tuple of Via
        Places to go by, in order of travel.
    through : tuple of frozenset of str
        Ids of stops: of each set one is passed, seated or changing, in this order; a station stands for its platforms.
        Goes without `via`, and leaves no direct ways.
    avoid : Avoid
        Lines, operators and stops left out.
    timetable_view : bool
        False: only what is best for who leaves (arrives) at `time`; such answers have no pages.
    prefer : Preferred or None
        What decides beside arrival and changes, searched within `slack`; None: a balance of time, effort and price.
    slack : Slack
        How far beyond the quickest `prefer` and `max_price` look.
    max_walk_s : int or None
        Longest time on foot in all, changes and the ways to and from rented vehicles included.
    max_price : float or None
        Only what costs at most so much, and what nobody knows the price of.
    radius_m : int or None
        Ends that are points are reached from all stops within so many metres as the crow flies, at 1.5 m/s, in whole
        minutes rounded down (MOTIS), whatever the modes and limits of first and last legs; None: along the streets.
    slow_direct : float or None
        Rides without a change that others overtake are told too if they take at most so many times as long as the
        shortest, all of them below 1; None: they are not.
    passengers : int
        How many want to sit in a demand bus together; prices are told for one.
    rider : str
        Who pays where prices decide, as in `planner.fares.price_legs`; empty: an adult.
    passes : tuple of RidePass
        What is paid already where prices decide.
    is_given_up : callable or None
        Asked between the steps of a search whether to go on with it.
    """

    origin: Location
    destination: Location
    time: datetime
    arrive_by: bool = False
    window_s: int | None = None
    count: int = 5
    transit_modes: frozenset[Mode] = TRANSIT
    access_modes: frozenset[StreetMode] = frozenset({StreetMode.WALK})
    egress_modes: frozenset[StreetMode] = frozenset({StreetMode.WALK})
    direct_modes: frozenset[StreetMode] = frozenset({StreetMode.WALK})
    wheelchair: bool = False
    max_transfers: int = 8
    max_access_s: int = 1200
    max_egress_s: int = 1200
    max_direct_s: int = 3600
    walk_speed_ms: float = 1.25
    bike_speed_ms: float = 4.2
    elevation_costs: ElevationCosts = ElevationCosts.NONE
    min_transfer_s: int = 0
    transfer_factor: float = 1.0
    extra_transfer_s: int = 0
    max_duration_s: int | None = None
    access_rentals: Rentable = ANY_VEHICLE
    egress_rentals: Rentable = ANY_VEHICLE
    direct_rentals: Rentable = ANY_VEHICLE
    languages: tuple[str, ...] = ("ja",)
    now: datetime | None = None
    realtime: Realtime = Realtime.LIVE
    cursor: str | None = None
    via: tuple[Via, ...] = ()
    through: tuple[frozenset[str], ...] = ()
    avoid: Avoid = Avoid()
    timetable_view: bool = True
    prefer: Preferred | None = None
    slack: Slack = USUAL_SLACK
    max_walk_s: int | None = None
    max_price: float | None = None
    radius_m: int | None = None
    slow_direct: float | None = None
    passengers: int = 1
    rider: str = ""
    passes: tuple[RidePass, ...] = ()
    is_given_up: Callable[[], bool] | None = None

    @property
    def is_by_price(self) -> bool:
        """Whether prices decide what is searched for."""
        return self.prefer is Preferred.PRICE or self.max_price is not None

    @property
    def has_wish(self) -> bool:
        """Whether more than arrival and changes decides what is searched for."""
        return self.prefer is not None or self.is_by_price or self.max_walk_s is not None

    @property
    def is_one_departure(self) -> bool:
        """Whether one departure (arrival) is searched, and no window."""
        return not self.timetable_view or (self.is_by_price and self.window_s is None and not self.cursor)
