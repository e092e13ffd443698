"""Rules about whole messages: when they were made, of which version they are, what changes from one to the next."""

from collections.abc import Iterator
from itertools import chain

from google.transit import gtfs_realtime_pb2 as pb

from tests.api.validator.told import Static, Told

FIRST_POSIX, LAST_POSIX = 1_000_000_000, 5_000_000_000
REFRESH_S, OLDEST_S, AHEAD_S = 35, 65, 60


def stamps(told: Told) -> Iterator[int]:
    for one in (*told.trip_updates, *told.positions):
        if one.timestamp:
            yield one.timestamp


def e001(static: Static, told: Told) -> Iterator[str]:
    """Times are seconds since 1970, no milliseconds."""
    events = chain.from_iterable((stop.arrival, stop.departure) for _, stop in told.stop_updates)
    times = [message.header.timestamp for message in told.messages] + [one.time for one in events if one.time]
    yield from (str(time) for time in (*times, *stamps(told)) if not FIRST_POSIX <= time <= LAST_POSIX)


def e012(static: Static, told: Told) -> Iterator[str]:
    """Nothing is younger than the message it is in."""
    for message in told.messages:
        for entity in message.entity:
            made = max(entity.trip_update.timestamp, entity.vehicle.timestamp)
            if made > message.header.timestamp:
                yield entity.id


def _both(told: Told) -> Iterator[tuple[pb.FeedMessage, pb.FeedMessage]]:
    if told.before is not None:
        yield from zip(told.before.messages, told.messages, strict=True)


def e017(static: Static, told: Told) -> Iterator[str]:
    """What has changed was made at another time."""
    for old, new in _both(told):
        if old.header.timestamp == new.header.timestamp and old.SerializeToString() != new.SerializeToString():
            yield str(new.header.timestamp)


def e018(static: Static, told: Told) -> Iterator[str]:
    """A later message was not made earlier."""
    yield from (str(new.header.timestamp) for old, new in _both(told) if new.header.timestamp < old.header.timestamp)


def e038(static: Static, told: Told) -> Iterator[str]:
    """Messages are of a version there is."""
    for message in told.messages:
        if message.header.gtfs_realtime_version not in {"1.0", "2.0"}:
            yield message.header.gtfs_realtime_version


def e039(static: Static, told: Told) -> Iterator[str]:
    """Whole messages delete nothing."""
    yield from (entity.id for message in told.messages for entity in message.entity if entity.HasField("is_deleted"))


def e048(static: Static, told: Told) -> Iterator[str]:
    """Messages say when they were made."""
    yield from (str(message.header) for message in told.messages if not message.header.timestamp)


def e049(static: Static, told: Told) -> Iterator[str]:
    """And whether they are whole."""
    yield from (str(message.header) for message in told.messages if not message.header.HasField("incrementality"))


def e050(static: Static, told: Told) -> Iterator[str]:
    """Nothing was made in the future."""
    times = [*(message.header.timestamp for message in told.messages), *stamps(told)]
    yield from (str(time) for time in times if time > told.asked + AHEAD_S)


def w001(static: Static, told: Told) -> Iterator[str]:
    """Everything says when it was measured."""
    for one in (*told.trip_updates, *told.positions):
        if not one.timestamp:
            yield one.vehicle.id or one.trip.trip_id


def w007(static: Static, told: Told) -> Iterator[str]:
    """Messages come every half minute or so."""
    for old, new in _both(told):
        if new.header.timestamp - old.header.timestamp > REFRESH_S:
            yield str(new.header.timestamp)


def w008(static: Static, told: Told) -> Iterator[str]:
    """And are fresh."""
    for message in told.messages:
        if told.asked - message.header.timestamp > OLDEST_S:
            yield str(message.header.timestamp)
