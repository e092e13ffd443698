"""Which alerts concern a ride."""

from typing import NamedTuple

from planner.live_records import Alert, InformedEntity, TripSelector
from planner.model import TransitLeg


class Published(NamedTuple):
    """An alert with the prefix of its source's ids."""

    prefix: str
    alert: Alert


def alerts_about(published: tuple[Published, ...], leg: TransitLeg, direction: int) -> tuple[Alert, ...]:
    """Alerts that hold during `leg` and concern its agency, route, trip, or a stop where one boards or alights."""
    start, end = leg.start.timestamp(), leg.end.timestamp()
    return tuple(
        alert
        for prefix, alert in published
        if (not alert.periods or any(period.overlaps(start, end) for period in alert.periods))
        and any(_concerns(entity, prefix, leg, direction) for entity in alert.entities)
    )


def _concerns(entity: InformedEntity, prefix: str, leg: TransitLeg, direction: int) -> bool:
    """Whether the leg fulfils every field given, of which there must be one."""
    ends = {place for end in (leg.origin, leg.destination) for place in (end.stop_id, end.parent_id)}
    told = [
        entity.agency_id is None or prefix + entity.agency_id == leg.agency_id,
        entity.route_id is None or prefix + entity.route_id == leg.route_id,
        entity.route_type is None or entity.route_type == leg.route_type,
        entity.direction is None or entity.direction == direction,
        entity.stop_id is None or prefix + entity.stop_id in ends,
        entity.trip is None or _is_meant(entity.trip, prefix, leg, direction),
    ]
    return all(told) and entity != InformedEntity()


def _is_meant(trip: TripSelector, prefix: str, leg: TransitLeg, direction: int) -> bool:
    # A departure of a frequency has the id of its trip, "@" and its time.
    own, _, departure = leg.trip_id.rpartition("@") if leg.headway_s else (leg.trip_id, "", "")
    return (
        (trip.trip_id is None or prefix + trip.trip_id in {own, leg.trip_id})
        and (trip.route_id is None or prefix + trip.route_id == leg.route_id)
        and (trip.direction is None or trip.direction == direction)
        and (trip.start_date is None or trip.start_date == leg.service_date)
        and (trip.start_time is None or not departure or _clock(trip.start_time) == departure)
    )


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
