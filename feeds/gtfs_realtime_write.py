"""Trip updates, vehicle positions and alerts as GTFS-Realtime messages."""

from collections.abc import Mapping, Sequence

from google.protobuf.message import Message
from google.transit import gtfs_realtime_pb2 as pb

from feeds.gtfs_cells import clock
from planner.live_records import (
    Alert,
    InformedEntity,
    StopUpdate,
    TripRelationship,
    TripSelector,
    TripUpdate,
    VehiclePosition,
)

VERSION = "2.0"


def write_trip_updates(updates: Sequence[TripUpdate], timestamp: int) -> bytes:
    """A message of `updates` made at POSIX time `timestamp`."""
    message = _message(timestamp)
    for number, update in enumerate(updates, 1):
        entity = message.entity.add(id=str(number))
        written = entity.trip_update
        _write_selector(update.trip, written.trip)
        _write_choice(written.trip, "schedule_relationship", update.relationship)
        for stop in update.stop_updates:
            _write_stop_update(stop, written.stop_time_update.add())
        if update.delay is not None:
            written.delay = update.delay
        if update.timestamp is not None:
            written.timestamp = update.timestamp
        if update.vehicle_id:
            written.vehicle.id = update.vehicle_id
        if update.headsign is not None:
            written.trip_properties.trip_headsign = update.headsign
        if update.relationship is TripRelationship.DUPLICATED and update.copy is not None:
            written.trip_properties.trip_id = update.copy.trip_id or ""
            if update.copy.start_date is not None:
                written.trip_properties.start_date = f"{update.copy.start_date:%Y%m%d}"
            written.trip_properties.start_time = clock(update.copy.start_time or 0)
    return message.SerializeToString(deterministic=True)


def write_vehicle_positions(vehicles: Sequence[VehiclePosition], timestamp: int) -> bytes:
    """A message of `vehicles` made at POSIX time `timestamp`."""
    message = _message(timestamp)
    for vehicle in vehicles:
        written = message.entity.add(id=vehicle.vehicle_id).vehicle
        written.vehicle.id = vehicle.vehicle_id
        if vehicle.label:
            written.vehicle.label = vehicle.label
        if vehicle.trip is not None:
            _write_selector(vehicle.trip, written.trip)
            # What readers take where nothing is said; validators want it said.
            _write_choice(written.trip, "schedule_relationship", TripRelationship.SCHEDULED)
        written.position.latitude, written.position.longitude = vehicle.lat, vehicle.lon
        if vehicle.bearing is not None:
            written.position.bearing = vehicle.bearing
        if vehicle.speed_ms is not None:
            written.position.speed = vehicle.speed_ms
        if vehicle.stop_sequence is not None:
            written.current_stop_sequence = vehicle.stop_sequence
        if vehicle.stop_id is not None:
            written.stop_id = vehicle.stop_id
        _write_choice(written, "current_status", vehicle.status)
        _write_occupancy(vehicle, written)
        if vehicle.timestamp is not None:
            written.timestamp = vehicle.timestamp
    return message.SerializeToString(deterministic=True)


def _write_occupancy(vehicle: VehiclePosition, written: pb.VehiclePosition) -> None:
    if vehicle.occupancy is not None:
        _write_choice(written, "occupancy_status", vehicle.occupancy)
    if vehicle.occupancy_percent is not None:
        written.occupancy_percentage = vehicle.occupancy_percent


def write_alerts(alerts: Sequence[Alert], timestamp: int) -> bytes:
    """A message of `alerts` made at POSIX time `timestamp`."""
    message = _message(timestamp)
    for alert in alerts:
        written = message.entity.add(id=alert.id).alert
        for period in alert.periods:
            interval = written.active_period.add()
            if period.start is not None:
                interval.start = period.start
            if period.end is not None:
                interval.end = period.end
        for entity in alert.entities:
            _write_informed(entity, written.informed_entity.add())
        _write_choice(written, "cause", alert.cause)
        _write_choice(written, "effect", alert.effect)
        _write_choice(written, "severity_level", alert.severity)
        _write_texts(alert.header, written.header_text)
        _write_texts(alert.description, written.description_text)
        _write_texts(alert.url, written.url)
    return message.SerializeToString(deterministic=True)


def _message(timestamp: int) -> pb.FeedMessage:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = VERSION
    message.header.incrementality = pb.FeedHeader.FULL_DATASET
    message.header.timestamp = timestamp
    return message


def _write_choice(written: Message, field: str, name: str) -> None:
    kind = written.DESCRIPTOR.fields_by_name[field].enum_type
    assert kind is not None
    setattr(written, field, kind.values_by_name[name].number)


def _write_selector(trip: TripSelector, written: pb.TripDescriptor) -> None:
    if trip.trip_id is not None:
        written.trip_id = trip.trip_id
    if trip.route_id is not None:
        written.route_id = trip.route_id
    if trip.direction is not None:
        written.direction_id = trip.direction
    if trip.start_date is not None:
        written.start_date = f"{trip.start_date:%Y%m%d}"
    if trip.start_time is not None:
        written.start_time = clock(trip.start_time)


def _write_stop_update(stop: StopUpdate, written: pb.TripUpdate.StopTimeUpdate) -> None:
    if stop.stop_sequence is not None:
        written.stop_sequence = stop.stop_sequence
    if stop.stop_id is not None:
        written.stop_id = stop.stop_id
    for event, delay, time in (
        ("arrival", stop.arrival_delay, stop.arrival_time),
        ("departure", stop.departure_delay, stop.departure_time),
    ):
        if delay is not None:
            getattr(written, event).delay = delay
        if time is not None:
            getattr(written, event).time = time
    _write_choice(written, "schedule_relationship", stop.relationship)
    if stop.assigned_stop_id is not None:
        written.stop_time_properties.assigned_stop_id = stop.assigned_stop_id
    if stop.occupancy is not None:
        _write_choice(written, "departure_occupancy_status", stop.occupancy)


def _write_informed(entity: InformedEntity, written: pb.EntitySelector) -> None:
    if entity.agency_id is not None:
        written.agency_id = entity.agency_id
    if entity.route_id is not None:
        written.route_id = entity.route_id
    if entity.route_type is not None:
        written.route_type = entity.route_type
    if entity.direction is not None:
        written.direction_id = entity.direction
    if entity.trip is not None:
        written.trip.SetInParent()
        _write_selector(entity.trip, written.trip)
    if entity.stop_id is not None:
        written.stop_id = entity.stop_id


def _write_texts(texts: Mapping[str, str], written: pb.TranslatedString) -> None:
    for language, text in texts.items():
        translation = written.translation.add(text=text)
        if language:
            translation.language = language
