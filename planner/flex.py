"""Demand buses: where they run, when, and how early they must be booked."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class BookingRule:
    """How a demand-responsive trip is booked (GTFS booking_rules.txt).

    Attributes
    ----------
    booking_type : int
        0 real time, 1 same day, 2 up to prior days.
    prior_notice_duration_min, prior_notice_duration_max : int or None
        Latest and earliest booking, minutes before travel.
    prior_notice_last_day : int or None
        Latest booking, days before travel, at `prior_notice_last_time` of that day.
    prior_notice_last_time, prior_notice_start_time : int or None
        Seconds after the start of that day.
    prior_notice_start_day : int or None
        Earliest booking, days before travel, at `prior_notice_start_time` of that day.
    notice_days : tuple of int or None
        Ordinals of the only days that count as days before travel; None: all do.
    """

    id: str
    booking_type: int
    prior_notice_duration_min: int | None = None
    prior_notice_duration_max: int | None = None
    prior_notice_last_day: int | None = None
    prior_notice_last_time: int | None = None
    prior_notice_start_day: int | None = None
    prior_notice_start_time: int | None = None
    message: str = ""
    phone_number: str = ""
    info_url: str = ""
    booking_url: str = ""
    notice_days: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class FlexArea:
    """A set of stops or a polygon served on demand, or a fixed call of the same trip: one row of stop_times.

    Attributes
    ----------
    stops : tuple of int
        StopIndex of every stop of a location group; empty for a polygon.
    rings : tuple of polygons
        Each polygon a tuple of rings (outer first), each ring a tuple of (latitude, longitude); empty for a group.
    window : (int, int)
        Seconds after the service day's start in which the vehicle may call; both ends the time of a fixed call.
    can_pick_up, can_drop_off : bool
    pickup_rule, drop_off_rule : BookingRule or None
    sequence : int
        The feed's stop_sequence.
    """

    id: str
    name: str
    stops: tuple[int, ...]
    rings: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    window: tuple[int, int]
    can_pick_up: bool
    can_drop_off: bool
    pickup_rule: BookingRule | None
    drop_off_rule: BookingRule | None
    sequence: int = 0
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class FlexTrip:
    """A demand-responsive trip: one may ride from an area to a later one of `areas`, which may be the same place.

    Attributes
    ----------
    service : int
        Row of `Timetable.service_active`.
    safe_duration_factor, safe_duration_offset : float, float
        Longest ride to expect: driving time · factor + offset seconds (GTFS trips.txt).
    """

    id: str
    route: int
    service: int
    areas: tuple[FlexArea, ...]
    safe_duration_factor: float = 1.0
    safe_duration_offset: float = 0.0
    wheelchair: int = 0


@dataclass(frozen=True, slots=True)
class TripRequest:
    """A wish to ride: from where to where, not before `earliest`, for how many."""

    origin: tuple[float, float]
    destination: tuple[float, float]
    earliest: datetime
    passengers: int = 1
    wheelchair: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise of an operator: pickup within a window, drop-off no later than `drop_off_by`."""

    pickup_window: tuple[datetime, datetime]
    drop_off_by: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal of an operator with its reason."""

    reason: str


Quote = Callable[[TripRequest], Offer | Rejection | None]
"""What an operator answers to a wish; None where it says nothing yet: the feed's windows hold."""


def book_until(rule: BookingRule, travel: datetime, service_date: date) -> datetime:
    """Latest moment at which a ride at `travel` on `service_date` may still be booked.

    References
    ----------
    GTFS Schedule reference, booking_rules.txt: prior_notice_duration_min, prior_notice_last_day and _last_time,
    prior_notice_service_id.
    """
    if rule.prior_notice_last_day is not None:
        return _moment(rule, rule.prior_notice_last_day, rule.prior_notice_last_time, travel, service_date)
    return travel - timedelta(minutes=rule.prior_notice_duration_min or 0)


def book_from(rule: BookingRule, travel: datetime, service_date: date) -> datetime | None:
    """Earliest moment at which a ride at `travel` on `service_date` may be booked; None: at any time before.

    References
    ----------
    GTFS Schedule reference, booking_rules.txt: prior_notice_duration_max, prior_notice_start_day and _start_time.
    """
    if rule.prior_notice_start_day is not None:
        return _moment(rule, rule.prior_notice_start_day, rule.prior_notice_start_time, travel, service_date)
    if rule.prior_notice_duration_max is not None:
        return travel - timedelta(minutes=rule.prior_notice_duration_max)
    return None


def earliest_pickup(rule: BookingRule, now: datetime, service_date: date) -> datetime | None:
    """Earliest travel on `service_date` that can still be booked at `now`, None if booking for that day is closed."""
    if rule.prior_notice_last_day is not None:
        return now if now <= book_until(rule, now, service_date) else None
    return now + timedelta(minutes=rule.prior_notice_duration_min or 0)


def _moment(rule: BookingRule, days: int, seconds: int | None, travel: datetime, service_date: date) -> datetime:
    """The time of day so many days before `service_date`, as the rule counts days."""
    day = service_date - timedelta(days=days)
    if rule.notice_days is not None and days:
        before = bisect_left(rule.notice_days, service_date.toordinal())
        # Where the calendar of booking days does not reach back so far, every day counts.
        day = date.fromordinal(rule.notice_days[before - days]) if days <= before else day
    return datetime.combine(day, time(), travel.tzinfo) + timedelta(seconds=seconds or 0)
