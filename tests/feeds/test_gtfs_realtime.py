"""GTFS-Realtime messages: what is read, what is written back, what is refused."""

from datetime import date
from pathlib import Path

import pytest
from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from feeds.gtfs_realtime import RealtimeFeed, read_realtime
from feeds.gtfs_realtime_write import write_alerts, write_trip_updates, write_vehicle_positions
from feeds.notices import FeedError
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

NOW = 1_795_000_000
TEXT = st.text(min_size=1, max_size=8)
MAYBE_TEXT = st.none() | TEXT
DELAYS = st.none() | st.integers(-3600, 7200)
MOMENTS = st.none() | st.integers(NOW - 10**6, NOW + 10**6)
DATES = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
CLOCK = st.integers(0, 40 * 3600)


def messages(feed: RealtimeFeed) -> list[str]:
    return [notice.message for notice in feed.notices]


def written(text: str) -> RealtimeFeed:
    """Read a message given as protocol buffer JSON of its entities."""
    header = '{"header": {"gtfsRealtimeVersion": "2.0", "timestamp": "1795000000"}, "entity": ['
    return read_realtime(json_format.Parse(header + text + "]}", pb.FeedMessage()).SerializePartialToString())


@st.composite
def stop_updates(draw: st.DrawFn, number: int) -> StopUpdate:
    kind = draw(st.sampled_from(list(StopRelationship)))
    if kind in {StopRelationship.NO_DATA, StopRelationship.SKIPPED}:
        return StopUpdate(number, draw(MAYBE_TEXT), relationship=kind)
    delays = draw(DELAYS), draw(DELAYS.filter(lambda delay: delay is not None))
    return StopUpdate(number, draw(MAYBE_TEXT), delays[0], None, delays[1], None, kind, draw(MAYBE_TEXT))


@st.composite
def trip_updates(draw: st.DrawFn) -> TripUpdate:
    kind = draw(st.sampled_from(list(TripRelationship)))
    copy = None
    if kind is TripRelationship.DUPLICATED:
        copy = TripSelector(draw(TEXT), start_date=draw(DATES), start_time=draw(CLOCK))
    return TripUpdate(
        trip=TripSelector(
            draw(TEXT), draw(MAYBE_TEXT), draw(st.sampled_from([None, 0, 1])), draw(DATES), draw(st.none() | CLOCK)
        ),
        relationship=kind,
        stop_updates=tuple(draw(stop_updates(number)) for number in range(draw(st.integers(0, 4)))),
        delay=draw(DELAYS),
        copy=copy,
        headsign=draw(MAYBE_TEXT),
        timestamp=draw(MOMENTS),
        vehicle_id=draw(st.sampled_from(["", "v1", "車両"])),
    )


@given(st.lists(trip_updates(), max_size=4))
def test_trip_updates_are_read_back_as_they_were_written(updates: list[TripUpdate]) -> None:
    feed = read_realtime(write_trip_updates(updates, NOW))
    assert (feed.updates, feed.timestamp, feed.notices) == (tuple(updates), NOW, ())


def test_vehicle_positions_are_read_back_as_they_were_written() -> None:
    trip = TripSelector("t", "r", 1, date(2026, 11, 25), 3600)
    parked = VehiclePosition("7", 35.5, 140.25)
    moving = VehiclePosition(
        "8", -35.5, -140.25, trip, "Bus 8", 90.0, 8.5, 3, "B", VehicleStopStatus.STOPPED_AT, "FULL", NOW
    )
    assert read_realtime(write_vehicle_positions([parked, moving], NOW)).vehicles == (parked, moving)


def test_alerts_are_read_back_as_they_were_written() -> None:
    alert = Alert(
        "a",
        (InformedEntity("agency", "r", 3, 0, TripSelector("t"), "B"), InformedEntity(stop_id="A")),
        (Period(NOW, None), Period(None, NOW + 60)),
        "STRIKE",
        "NO_SERVICE",
        "SEVERE",
        {"ja": "運休", "en": "Strike"},
        {"": "No trains"},
        {"en": "https://example.org"},
    )
    assert read_realtime(write_alerts([alert], NOW)).alerts == (alert,)


def test_the_specifications_new_and_deleted_are_added_and_canceled() -> None:
    feed = written(
        '{"id": "1", "tripUpdate": {"trip": {"tripId": "x", "scheduleRelationship": "NEW"}}},'
        '{"id": "2", "tripUpdate": {"trip": {"tripId": "y", "scheduleRelationship": "DELETED"}}}'
    )
    assert [update.relationship for update in feed.updates] == [TripRelationship.ADDED, TripRelationship.CANCELED]


def test_deleted_entities_are_not_read() -> None:
    assert written('{"id": "1", "isDeleted": true, "tripUpdate": {"trip": {"tripId": "x"}}}').updates == ()


@pytest.mark.parametrize("octets", [b"", b"not valid pb data", b"\x00" * 40, b"<html></html>"])
def test_what_is_no_message_is_refused(octets: bytes) -> None:
    with pytest.raises(FeedError, match="no GTFS-Realtime message"):
        read_realtime(octets)


@given(st.binary(max_size=60))
def test_any_octets_are_a_message_or_refused(octets: bytes) -> None:
    try:
        feed = read_realtime(octets)
    except FeedError:
        return
    assert feed.timestamp is None or feed.timestamp > 0


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"none\.pb: the file cannot be read"):
        read_realtime(tmp_path / "none.pb")


def test_a_trip_that_names_nothing_is_left_out_and_the_rest_is_read() -> None:
    feed = written('{"id": "1", "tripUpdate": {"trip": {}}}, {"id": "2", "tripUpdate": {"trip": {"tripId": "x"}}}')
    assert [update.trip.trip_id for update in feed.updates] == ["x"]
    assert messages(feed) == ["the trip has neither trip_id nor route_id with start_time; the entity is left out"]
    assert feed.notices[0].row == 1


CONTENT_ERRORS = {
    "E001.trip_update-stop_time_update-arrival-time": "is no POSIX time in seconds; it is ignored",
    "E002.trip_update-stop_time_update.1": "are not in order of stop_sequence; they are sorted",
    "E020.trip_update-trip-start_time.1": "start_time 'AA:BB:CC' is no time H:MM:SS; it is ignored",
    "E021.trip_update-trip-start_date.2": "start_date '20010000' is no date YYYYMMDD; it is ignored",
    "E022.trip_update-stop_time_update.1": "run backwards; later ones are moved on",
    "E026.vehicle_position-position-latitude.1": "which is no place on Earth; the entity is left out",
    "E040.trip_update-stop_time_update": "names no stop; it is left out",
    "E043.trip_update-schedule_relationship": "has no time; it is left out",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", CONTENT_ERRORS)
def test_errors_of_the_validators_rules_are_noted(shared: Path, name: str) -> None:
    text = (shared / "data" / "gtfs-rt" / "tl-rt" / f"rt_errors_{name}.json").read_text()
    feed = read_realtime(json_format.Parse(text, pb.FeedMessage()).SerializePartialToString())
    assert any(CONTENT_ERRORS[name] in message for message in messages(feed))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("septa.pbf", (35, 0, 0)),
        ("tl-rt/rt_bart-trip-updates.pb", (91, 0, 0)),
        ("tl-rt/rt_bart-alerts.pb", (0, 0, 1)),
        ("tl-rt/rt_ct-trip-updates.pb", (19, 0, 0)),
        ("tl-rt/rt_ct-vehicle-positions.pb", (0, 14, 0)),
        ("king-county-metro-1.pbf", (0, 627, 0)),
    ],
)
def test_real_messages_are_read_whole(shared: Path, file: str, counts: tuple[int, int, int]) -> None:
    feed = read_realtime(shared / "data" / "gtfs-rt" / file)
    assert (len(feed.updates), len(feed.vehicles), len(feed.alerts)) == counts
    doubtful = {"tl-rt/rt_bart-trip-updates.pb": ["the stop updates of trip '3711056WKDY' are not in order"]}
    begun = [message.partition(" of stop_sequence")[0] for message in messages(feed)]
    assert begun[:1] == doubtful.get(file, [])
    assert read_realtime(write_trip_updates(feed.updates, NOW)).updates == feed.updates
    assert read_realtime(write_vehicle_positions(feed.vehicles, NOW)).vehicles == feed.vehicles
    assert read_realtime(write_alerts(feed.alerts, NOW)).alerts == feed.alerts


def test_the_bindings_read_what_is_written() -> None:
    """The published bindings, without our reader, find what was told."""
    told = TripUpdate(
        TripSelector("T", "R", 1, date(2026, 11, 25), 8 * 3600),
        stop_updates=(StopUpdate(2, "B", arrival_delay=60, departure_time=NOW),),
    )
    message = pb.FeedMessage.FromString(write_trip_updates([told], NOW))
    assert (message.header.gtfs_realtime_version, message.header.timestamp) == ("2.0", NOW)
    (entity,) = message.entity
    trip, (stop,) = entity.trip_update.trip, entity.trip_update.stop_time_update
    assert (trip.trip_id, trip.route_id, trip.direction_id) == ("T", "R", 1)
    assert (trip.start_date, trip.start_time) == ("20261125", "08:00:00")
    assert (stop.stop_sequence, stop.stop_id, stop.arrival.delay, stop.departure.time) == (2, "B", 60, NOW)
    vehicle = VehiclePosition("bus 1", 35.6, 140.0, bearing=90.0)
    (entity,) = pb.FeedMessage.FromString(write_vehicle_positions([vehicle], NOW)).entity
    assert (entity.vehicle.vehicle.id, round(entity.vehicle.position.latitude, 3)) == ("bus 1", 35.6)
    alert = Alert("a", (InformedEntity(stop_id="B"),), (Period(NOW, None),), effect="NO_SERVICE", header={"en": "Shut"})
    (entity,) = pb.FeedMessage.FromString(write_alerts([alert], NOW)).entity
    assert (entity.alert.informed_entity[0].stop_id, entity.alert.effect) == ("B", pb.Alert.Effect.Value("NO_SERVICE"))
