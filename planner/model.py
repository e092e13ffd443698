"""The words of a journey: request, place, legs, itinerary, answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from planner.crowds import Crowded
from planner.flex import BookingRule
from planner.live_records import Alert
from planner.prices import FarePart, Price, price_for
from planner.reasons import RoutingError
from planner.sharing import FormFactor, Propulsion, ReturnConstraint


class Mode(StrEnum):
    """Means of one leg."""

    WALK = "WALK"
    BIKE = "BIKE"
    E_BIKE = "E_BIKE"
    RENTAL = "RENTAL"
    FLEX = "FLEX"
    TAXI = "TAXI"
    CAR_DROPOFF = "CAR_DROPOFF"
    TRAM = "TRAM"
    SUBWAY = "SUBWAY"
    RAIL = "RAIL"
    BUS = "BUS"
    COACH = "COACH"
    FERRY = "FERRY"
    CABLE_CAR = "CABLE_CAR"
    AERIAL_LIFT = "AERIAL_LIFT"
    FUNICULAR = "FUNICULAR"
    MONORAIL = "MONORAIL"
    AIRPLANE = "AIRPLANE"
    OTHER = "OTHER"


OFF_SCHEDULE = frozenset({Mode.WALK, Mode.BIKE, Mode.E_BIKE, Mode.RENTAL, Mode.FLEX, Mode.TAXI, Mode.CAR_DROPOFF})
"""Modes that run when one wants."""

TRANSIT = frozenset(Mode) - OFF_SCHEDULE
"""Modes that run to a timetable."""


class VertexType(StrEnum):
    """What a leg's end is."""

    NORMAL = "NORMAL"
    BIKESHARE = "BIKESHARE"
    TRANSIT = "TRANSIT"


@dataclass(frozen=True, slots=True)
class Place:
    """An end of a leg or a call on the way; `stop_id` and `parent_id` carry the feed's prefix."""

    name: str
    lat: float
    lon: float
    level: float = 0.0
    vertex: VertexType = VertexType.NORMAL
    stop_id: str | None = None
    parent_id: str | None = None
    track: str | None = None
    station_id: str | None = None


@dataclass(frozen=True, slots=True)
class StopCall:
    """A vehicle's call between boarding and alighting.

    Scheduled times are None where they are those of `arrival` and `departure`; at a `cancelled` call it does not stop.
    """

    place: Place
    arrival: datetime
    departure: datetime
    scheduled_arrival: datetime | None = None
    scheduled_departure: datetime | None = None
    is_realtime: bool = False
    cancelled: bool = False


class Turn(StrEnum):
    """Direction of a walking step, in MOTIS' words."""

    DEPART = "DEPART"
    HARD_LEFT = "HARD_LEFT"
    LEFT = "LEFT"
    SLIGHTLY_LEFT = "SLIGHTLY_LEFT"
    CONTINUE = "CONTINUE"
    SLIGHTLY_RIGHT = "SLIGHTLY_RIGHT"
    RIGHT = "RIGHT"
    HARD_RIGHT = "HARD_RIGHT"
    STAIRS = "STAIRS"
    ELEVATOR = "ELEVATOR"
    UTURN_LEFT = "UTURN_LEFT"
    UTURN_RIGHT = "UTURN_RIGHT"


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of street between two turns.

    Attributes
    ----------
    turn : Turn
    street : str
        Name of the way, empty where it has none.
    distance_m : float
    geometry : tuple of (latitude, longitude)
    from_level, to_level : float
    """

    turn: Turn
    street: str
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    from_level: float = 0.0
    to_level: float = 0.0


@dataclass(frozen=True, slots=True)
class StreetLeg:
    """A walk, a ride on one's own bicycle, or in the car of somebody who drops one off."""

    mode: Mode
    start: datetime
    end: datetime
    origin: Place
    destination: Place
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RentalLeg:
    """A ride on a shared bicycle or a personal mobility vehicle, unlocking and locking included."""

    start: datetime
    end: datetime
    origin: Place
    destination: Place
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    system_id: str
    system_name: str
    form_factor: FormFactor
    propulsion: Propulsion
    return_constraint: ReturnConstraint
    price: Price | None
    rental_uri: str | None = None
    steps: tuple[Step, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitLeg:
    """A ride in one scheduled vehicle from boarding to alighting.

    `stays_seated` says that the rider remained in the vehicle since the leg before (in-seat transfer);
    `service_date` is the day whose timetable the trip belongs to. `scheduled_start` and `scheduled_end` are None where
    they are `start` and `end`. With `is_realtime` something was reported of the ride, `is_extra` says that the
    timetable has no such trip, `cancelled` that it does not run or does not stop where one boards or alights.
    """

    mode: Mode
    start: datetime
    end: datetime
    origin: Place
    destination: Place
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    trip_id: str
    service_date: date
    route_id: str
    route_short_name: str
    route_long_name: str
    route_type: int
    route_color: str
    route_text_color: str
    route_description: str
    agency_id: str
    agency_name: str
    agency_url: str
    headsign: str
    calls: tuple[StopCall, ...]
    stays_seated: bool = False
    wheelchair: bool | None = None
    bikes_allowed: bool | None = None
    headway_s: int | None = None
    scheduled_start: datetime | None = None
    scheduled_end: datetime | None = None
    is_realtime: bool = False
    is_extra: bool = False
    cancelled: bool = False
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class FlexLeg:
    """A ride in a demand bus, to be booked.

    Attributes
    ----------
    pickup_window : (datetime, datetime)
        The vehicle comes within this time; `start` is its begin.
    end : datetime
        Latest arrival.
    """

    start: datetime
    end: datetime
    origin: Place
    destination: Place
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    trip_id: str
    route_id: str
    route_name: str
    agency_name: str
    pickup_window: tuple[datetime, datetime]
    booking: BookingRule | None
    book_until: datetime | None
    book_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaxiLeg:
    """A ride in a metered taxi."""

    start: datetime
    end: datetime
    origin: Place
    destination: Place
    distance_m: float
    geometry: tuple[tuple[float, float], ...]
    price: Price | None


Leg = StreetLeg | RentalLeg | TransitLeg | FlexLeg | TaxiLeg


def mode_of(leg: Leg) -> Mode:
    """Mode of any leg."""
    match leg:
        case StreetLeg() | TransitLeg():
            return leg.mode
        case RentalLeg():
            return Mode.RENTAL
        case FlexLeg():
            return Mode.FLEX
        case TaxiLeg():
            return Mode.TAXI
        case _:
            assert_never(leg)


@dataclass(frozen=True, slots=True)
class Itinerary:
    """One way to make the journey.

    Attributes
    ----------
    legs : tuple of Leg
        In order of travel; the first starts at `start`, the last ends at `end`.
    transfers : int
        Changes between scheduled vehicles.
    fare : tuple of FarePart or None
        Products that pay for every leg that costs something; None if the price of any leg is unknown.
    walk_m : float
        Metres on foot.
    co2_g : float
        Grams of CO2 equivalent for one person.
    id : str
        Names the itinerary so that it can be computed again (`refresh-itinerary`).
    crowding : Crowded or None
        What crowds are expected to make of it; None where nothing is known.
    """

    legs: tuple[Leg, ...]
    transfers: int
    fare: tuple[FarePart, ...] | None
    walk_m: float
    co2_g: float
    id: str = ""
    crowding: Crowded | None = None

    @property
    def start(self) -> datetime:
        """Departure of the first leg."""
        return self.legs[0].start

    @property
    def end(self) -> datetime:
        """Arrival of the last leg."""
        return self.legs[-1].end

    @property
    def duration_s(self) -> int:
        """Seconds from departure to arrival."""
        return round((self.end - self.start).total_seconds())

    @property
    def is_direct(self) -> bool:
        """True if no scheduled vehicle is used."""
        return not any(isinstance(leg, TransitLeg) for leg in self.legs)

    def price(self, rider: str = "adult", medium: str = "ic") -> Price | None:
        """What `rider` pays in all, in `medium` where a product has it, else in the product's first medium.

        None if any leg's price is unknown. A journey that costs nothing is 0.
        """
        if self.fare is None:
            return None
        total, currency = 0.0, "JPY"
        for part in self.fare:
            chosen = price_for(part.prices, rider, medium)
            if chosen is None:
                return None
            total, currency = total + chosen.amount, chosen.currency
        return Price(rider, medium, total, currency)


@dataclass(frozen=True, slots=True)
class LeaveLater:
    """That it pays to wait until the crowd is gone.

    Attributes
    ----------
    minutes : int
        So much later than `instead_of`, whole minutes rounded down.
    itinerary, instead_of : Itinerary
        What to take, and the best for who leaves at once; both say what the crowd makes of them.
    """

    minutes: int
    itinerary: Itinerary
    instead_of: Itinerary


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything `plan` found.

    Attributes
    ----------
    itineraries : tuple of Itinerary
        With scheduled transport, in order of departure.
    direct : tuple of Itinerary
        Without.
    reason : RoutingError or None
        Set when `itineraries` is empty, and when walking beats them all.
    previous_cursor, next_cursor : str
        Pages before and after.
    snapshot : str
        Names the state of the network that was searched.
    stale : tuple of str
        Sources of reports that are too old to count: of theirs the schedule holds.
    advice : LeaveLater or None
        Where crowds make it better to leave later.
    """

    origin: Place
    destination: Place
    itineraries: tuple[Itinerary, ...]
    direct: tuple[Itinerary, ...]
    reason: RoutingError | None
    previous_cursor: str
    next_cursor: str
    snapshot: str
    stale: tuple[str, ...] = ()
    advice: LeaveLater | None = None
