"""GTFS-Realtime: trip updates, vehicle positions and alerts, read from protocol buffers.

References
----------
GTFS Realtime Reference v2.0, https://gtfs.org/documentation/realtime/reference/
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message
from google.transit import gtfs_realtime_pb2 as pb

from feeds.gtfs_cells import NoticeLog, ordinal, seconds
from feeds.notices import FeedError, Notice, Severity
from planner.live_records import (
    Alert,
    InformedEntity,
    Period,
    StopRelationship,
    StopUpdate,
    TripRelationship,
    TripSelector,
    TripUpdate,
    VehiclePosition,
    VehicleStopStatus,
)

Record = TypeVar("Record")

RELATIONSHIPS = {"NEW": TripRelationship.ADDED, "DELETED": TripRelationship.CANCELED} | {
    kind.value: kind for kind in TripRelationship
}


STOP_RELATIONSHIPS = [
    StopRelationship(name)
    for name in pb.TripUpdate.StopTimeUpdate.ScheduleRelationship.keys()  # noqa: SIM118
]
TIMED = frozenset({StopRelationship.SCHEDULED, StopRelationship.UNSCHEDULED})
NO_TIMES = (None, None, None, None)

LAST_MOMENT = 1 << 33
"""POSIX time of the year 2242; what is later was not written in seconds."""


@dataclass(frozen=True, slots=True)
class RealtimeFeed:
    """One message.

    Attributes
    ----------
    timestamp : int or None
        POSIX time at which it was made, None where it does not say.
    """

    updates: tuple[TripUpdate, ...]
    vehicles: tuple[VehiclePosition, ...]
    alerts: tuple[Alert, ...]
    timestamp: int | None
    notices: tuple[Notice, ...]


class _Refused(ValueError):  # noqa: N818
    """An entity that means nothing: a message with ``{}`` for each of the values behind it."""


def read_realtime(source: bytes | Path) -> RealtimeFeed:
    """Read a message, given or stored in a file.

    Entities that mean nothing are left out with a notice, whose row is the entity's place in the message from 1.

    Raises
    ------
    FeedError
        If `source` is no GTFS-Realtime message.
    """
    name = source.name if isinstance(source, Path) else "GTFS-Realtime"
    message = _message(source, name)
    log = NoticeLog()
    if not message.header.timestamp:
        log.add(Severity.WARNING, name, None, "the header has no timestamp; the age of the message is unknown")
    if message.header.incrementality == pb.FeedHeader.DIFFERENTIAL:
        log.add(Severity.WARNING, name, None, "the message says it is DIFFERENTIAL; it is taken for the full data set")
    kept = [(row, entity) for row, entity in enumerate(message.entity, 1) if not entity.is_deleted]
    return RealtimeFeed(
        updates=tuple(_read(kept, "trip_update", _trip_update, name, log)),
        vehicles=tuple(_read(kept, "vehicle", _vehicle, name, log)),
        alerts=tuple(_read(kept, "alert", _alert, name, log)),
        timestamp=_posix(message.header.timestamp, partial(log.add, Severity.WARNING, name, None)),
        notices=log.notices(),
    )


def _message(source: bytes | Path, name: str) -> pb.FeedMessage:
    try:
        octets = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise FeedError(f"{source!s}: the file cannot be read ({error.strerror}).") from error
    message = pb.FeedMessage()
    try:
        message.ParseFromString(octets)
    except DecodeError as error:
        raise FeedError(f"{name} is no GTFS-Realtime message.") from error
    if not message.IsInitialized():
        raise FeedError(f"{name} is no GTFS-Realtime message: fields it must have are missing.")
    return message


def _read(
    entities: list[tuple[int, pb.FeedEntity]],
    field: str,
    read: Callable[[pb.FeedEntity, Callable[..., None]], Record],
    file: str,
    log: NoticeLog,
) -> Iterator[Record]:
    for row, entity in entities:
        if not entity.HasField(field):
            continue

        def note(message: str, *values: object, row: int = row) -> None:
            log.add(Severity.WARNING, file, row, message, *values)

        try:
            yield read(entity, note)
        except _Refused as refusal:
            message, *values = map(str, refusal.args)
            log.add(Severity.ERROR, file, row, f"{message}; the entity is left out", *values)


def _trip_update(entity: pb.FeedEntity, note: Callable[..., None]) -> TripUpdate:
    update = entity.trip_update
    trip = selector_of(update.trip, note)
    name = pb.TripDescriptor.ScheduleRelationship.Name(update.trip.schedule_relationship)
    if name not in RELATIONSHIPS:
        raise _Refused("schedule_relationship {} of trip '{}' is not supported", name, trip.trip_id)
    relationship = RELATIONSHIPS[name]
    by_route = trip.route_id is not None and trip.start_time is not None
    if trip.trip_id is None and not by_route and relationship is not TripRelationship.ADDED:
        raise _Refused("the trip has neither trip_id nor route_id with start_time")
    return TripUpdate(
        trip=trip,
        relationship=relationship,
        stop_updates=_in_order(_text(update.trip.trip_id), list(_stop_updates(update, note)), note),
        delay=_optional(update, "delay"),
        copy=_copy_of(update, note) if relationship is TripRelationship.DUPLICATED else None,
        headsign=_text(update.trip_properties.trip_headsign) or None,
        timestamp=_posix(update.timestamp, note),
        vehicle_id=_text(update.vehicle.id),
    )


def _copy_of(update: pb.TripUpdate, note: Callable[..., None]) -> TripSelector:
    written = update.trip_properties
    copy = TripSelector(
        _text(written.trip_id) or None,
        start_date=_date(_text(written.start_date), note),
        start_time=_time(_text(written.start_time), note),
    )
    if copy.trip_id is None or copy.start_time is None:
        raise _Refused("the copy of trip '{}' has no trip_id or no start_time", _text(update.trip.trip_id))
    return copy


def _stop_updates(update: pb.TripUpdate, note: Callable[..., None]) -> Iterator[StopUpdate]:
    trip = _text(update.trip.trip_id)
    for stop in update.stop_time_update:
        sequence, stop_id = _optional(stop, "stop_sequence"), _text(stop.stop_id) or None
        assigned = _text(stop.stop_time_properties.assigned_stop_id) or None
        if sequence is None and stop_id is None and assigned is None:
            note("a stop update of trip '{}' names no stop; it is left out", trip)
            continue
        found = StopUpdate(
            stop_sequence=sequence,
            stop_id=stop_id,
            arrival_delay=_optional(stop.arrival, "delay"),
            arrival_time=_posix(stop.arrival.time, note),
            departure_delay=_optional(stop.departure, "delay"),
            departure_time=_posix(stop.departure.time, note),
            relationship=STOP_RELATIONSHIPS[stop.schedule_relationship],
            assigned_stop_id=assigned,
            occupancy=_occupancy(stop, "departure_occupancy_status"),
        )
        if found[2:6] == NO_TIMES and found.relationship in TIMED and assigned is None:
            note("the update of stop '{}' of trip '{}' has no time; it is left out", stop_id or sequence, trip)
            continue
        yield found


def _in_order(trip: str, stops: list[StopUpdate], note: Callable[..., None]) -> tuple[StopUpdate, ...]:
    """The stop updates by stop_sequence, with a notice where they were not, or where time runs backwards."""
    if all(stop.stop_sequence is not None for stop in stops):
        numbers = [stop.stop_sequence or 0 for stop in stops]
        if any(a > b for a, b in pairwise(numbers)):
            note("the stop updates of trip '{}' are not in order of stop_sequence; they are sorted", trip)
            stops = sorted(stops, key=lambda stop: stop.stop_sequence or 0)
    times = [time for stop in stops for time in (stop.arrival_time, stop.departure_time) if time is not None]
    if any(a > b for a, b in pairwise(times)):
        note("times of trip '{}' run backwards; later ones are moved on", trip)
    return tuple(stops)


def _vehicle(entity: pb.FeedEntity, note: Callable[..., None]) -> VehiclePosition:
    vehicle = entity.vehicle
    name = _text(vehicle.vehicle.id) or _text(entity.id)
    if not vehicle.HasField("position"):
        raise _Refused("vehicle '{}' has no position", name)
    lat, lon = vehicle.position.latitude, vehicle.position.longitude
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise _Refused("vehicle '{}' is at {}, {}, which is no place on Earth", name, lat, lon)
    position = vehicle.position
    return VehiclePosition(
        vehicle_id=name,
        lat=round(lat, 6),
        lon=round(lon, 6),
        trip=selector_of(vehicle.trip, note) if vehicle.HasField("trip") else None,
        label=_text(vehicle.vehicle.label),
        bearing=_optional(position, "bearing"),
        speed_ms=_optional(position, "speed"),
        stop_sequence=_optional(vehicle, "current_stop_sequence"),
        stop_id=_text(vehicle.stop_id) or None,
        status=VehicleStopStatus(pb.VehiclePosition.VehicleStopStatus.Name(vehicle.current_status)),
        occupancy=_occupancy(vehicle, "occupancy_status"),
        timestamp=_posix(vehicle.timestamp, note),
        occupancy_percent=_optional(vehicle, "occupancy_percentage"),
    )


def _alert(entity: pb.FeedEntity, note: Callable[..., None]) -> Alert:
    alert = entity.alert
    informed = tuple(_informed(each, note) for each in alert.informed_entity)
    if not informed:
        raise _Refused("alert '{}' concerns nobody", _text(entity.id))
    return Alert(
        id=_text(entity.id),
        entities=informed,
        periods=tuple(Period(_optional(p, "start") or None, _optional(p, "end") or None) for p in alert.active_period),
        cause=pb.Alert.Cause.Name(alert.cause),
        effect=pb.Alert.Effect.Name(alert.effect),
        severity=pb.Alert.SeverityLevel.Name(alert.severity_level),
        header=_texts(alert.header_text),
        description=_texts(alert.description_text),
        url=_texts(alert.url),
    )


def _informed(entity: pb.EntitySelector, note: Callable[..., None]) -> InformedEntity:
    return InformedEntity(
        agency_id=_text(entity.agency_id) or None,
        route_id=_text(entity.route_id) or None,
        route_type=_optional(entity, "route_type"),
        direction=_optional(entity, "direction_id"),
        trip=selector_of(entity.trip, note) if entity.HasField("trip") else None,
        stop_id=_text(entity.stop_id) or None,
    )


def selector_of(trip: pb.TripDescriptor, note: Callable[..., None]) -> TripSelector:
    """The run a message means."""
    return TripSelector(
        trip_id=_text(trip.trip_id) or None,
        route_id=_text(trip.route_id) or None,
        direction=_optional(trip, "direction_id"),
        start_date=_date(_text(trip.start_date), note),
        start_time=_time(_text(trip.start_time), note),
    )


def _text(value: str | bytes) -> str:
    """A text of a message; the bindings give octets where it is no UTF-8."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _texts(told: pb.TranslatedString) -> dict[str, str]:
    """Texts by language."""
    return {_text(one.language): _text(one.text) for one in told.translation}


def _optional(message: Message, field: str) -> Any:
    return getattr(message, field) if message.HasField(field) else None


def _occupancy(message: Message, field: str) -> str | None:
    status = _optional(message, field)
    return None if status is None else str(pb.VehiclePosition.OccupancyStatus.Name(status))


def _posix(time: int, note: Callable[..., None]) -> int | None:
    """A POSIX time; 0 is what producers that mean "none" write."""
    if not 0 <= time < LAST_MOMENT:
        note("{} is no POSIX time in seconds; it is ignored", time)
        return None
    return time or None


def _date(text: str, note: Callable[..., None]) -> date | None:
    if not text:
        return None
    try:
        return date.fromordinal(int(ordinal(text)))
    except ValueError:
        note("start_date '{}' is no date YYYYMMDD; it is ignored", text)
        return None


def _time(text: str, note: Callable[..., None]) -> int | None:
    if not text:
        return None
    try:
        return int(seconds(text))
    except ValueError:
        note("start_time '{}' is no time H:MM:SS; it is ignored", text)
        return None
