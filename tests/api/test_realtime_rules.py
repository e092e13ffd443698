"""What the played operators tell keeps the public validator's rules, and each rule would catch who breaks it."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from google.transit import gtfs_realtime_pb2 as pb
from platformdirs import user_cache_path
from starlette.testclient import TestClient

from api.live import Play, live_router
from feeds.makuhari.demand_bus import write_flex
from feeds.makuhari.gtfs import write_gtfs
from planner.network import Network
from scenarios.embedded import embedded_network
from tests.api.validator.rules import RULES, broken
from tests.api.validator.told import Static, Told

BEGIN = datetime(2026, 11, 25, 3, 0, 30, tzinfo=UTC)
STEP_S = 30


@pytest.fixture(scope="module")
def play(makuhari: Network, tmp_path_factory: pytest.TempPathFactory) -> Play:
    found = Play(makuhari, embedded_network(user_cache_path("kaiteki")), tmp_path_factory.mktemp("played"))
    stop = Event()

    def clock() -> datetime:
        stop.set()
        return BEGIN

    found.keep_playing(stop, clock)
    return found


@pytest.fixture(scope="module")
def statics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Static]:
    folder = tmp_path_factory.mktemp("gtfs")
    write_gtfs(folder / "makuhari")
    write_flex(folder / "demand-bus")
    return {name: Static(folder / name) for name in ("makuhari", "demand-bus")}


@pytest.fixture(scope="module")
def told(play: Play) -> Callable[[str, datetime, Told | None], Told]:
    """Both messages of a feed as the server sends them at a moment."""
    app = FastAPI()
    app.include_router(live_router(play))
    client = TestClient(app)

    def ask(feed: str, moment: datetime, before: Told | None = None) -> Told:
        class Frozen(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return moment.astimezone(tz)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("api.live.datetime", Frozen)
            answers = [client.get(f"/gtfsrt/{feed}-{kind}.pb") for kind in ("trip-updates", "vehicle-positions")]
        return Told(*(pb.FeedMessage.FromString(one.content) for one in answers), moment.timestamp(), before)

    return ask


@pytest.mark.parametrize("feed", ["makuhari", "demand-bus"])
def test_what_is_served_keeps_every_rule_minute_by_minute(
    statics: dict[str, Static], told: Callable[..., Told], feed: str
) -> None:
    before = None
    for hours in (0, 0.5, 5, 9):
        for step in range(4):
            now = told(feed, BEGIN + timedelta(hours=hours, seconds=STEP_S * step), before if step else None)
            assert broken(statics[feed], now) == {}, (hours, step)
            assert len(now.vehicles.entity) > (50 if feed == "makuhari" else 5 if hours < 9 else -1)
            before = now


def changed(message: pb.FeedMessage, change: Callable[[Any], object]) -> pb.FeedMessage:
    other = pb.FeedMessage.FromString(message.SerializeToString())
    change(other)
    return other


def first(message: pb.FeedMessage) -> Any:
    return message.entity[0].trip_update


def stop(message: pb.FeedMessage) -> Any:
    return first(message).stop_time_update[0]


def vehicle(message: pb.FeedMessage) -> Any:
    return message.entity[0].vehicle


def again(message: pb.FeedMessage, **more: Any) -> None:
    """The first prediction of the first trip once more, with something else in it."""
    further = first(message).stop_time_update.add()
    further.CopyFrom(stop(message))
    for name, value in more.items():
        setattr(further, name, value)


def timed(message: pb.FeedMessage, arrival: int, departure: int) -> None:
    made = message.header.timestamp
    stop(message).arrival.time, stop(message).departure.time = made + arrival, made + departure


NO_DATA = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship.Value("NO_DATA")
ADDED = pb.TripDescriptor.ADDED

IN_UPDATES: dict[str, Callable[[Any], object]] = {
    "E001": lambda m: setattr(first(m), "timestamp", m.header.timestamp * 1000),
    "E002": lambda m: again(m, stop_sequence=0),
    "E003": lambda m: setattr(first(m).trip, "trip_id", "mars"),
    "E004": lambda m: setattr(first(m).trip, "route_id", "mars"),
    "E011": lambda m: setattr(stop(m), "stop_id", "mars"),
    "E015": lambda m: setattr(stop(m), "stop_id", "JR-East.Kaihimmakuhari"),
    "E012": lambda m: setattr(first(m), "timestamp", m.header.timestamp + 1),
    "E016": lambda m: setattr(first(m).trip, "schedule_relationship", ADDED),
    "E020": lambda m: setattr(first(m).trip, "start_time", "8:5:00"),
    "E021": lambda m: setattr(first(m).trip, "start_date", "2026-11-25"),
    "E022": lambda m: (
        timed(m, 60, 90),
        again(m),
        setattr(first(m).stop_time_update[1].arrival, "time", 1_100_000_000),
    ),
    "E023": lambda m: setattr(first(m).trip, "start_time", "03:14:15"),
    "E024": lambda m: setattr(first(m).trip, "direction_id", 3),
    "E025": lambda m: timed(m, 90, 60),
    "E035": lambda m: setattr(first(m).trip, "route_id", "autonomous-loop"),
    "E036": again,
    "E037": lambda m: (setattr(stop(m), "stop_id", "x"), again(m)),
    "E038": lambda m: setattr(m.header, "gtfs_realtime_version", "3"),
    "E039": lambda m: setattr(m.entity[0], "is_deleted", False),
    "E040": lambda m: stop(m).ClearField("stop_sequence"),
    "E041": lambda m: first(m).ClearField("stop_time_update"),
    "E042": lambda m: setattr(stop(m), "schedule_relationship", NO_DATA),
    "E043": lambda m: (stop(m).ClearField("arrival"), stop(m).ClearField("departure")),
    "E044": lambda m: stop(m).arrival.ClearField("delay"),
    "E045": lambda m: setattr(stop(m), "stop_id", "autonomous-loop.1"),
    "E046": lambda m: setattr(stop(m), "stop_sequence", 999),
    "E047": lambda m: setattr(first(m).vehicle, "id", "another"),
    "E048": lambda m: m.header.ClearField("timestamp"),
    "E049": lambda m: m.header.ClearField("incrementality"),
    "E050": lambda m: setattr(m.header, "timestamp", m.header.timestamp + 90),
    "E051": lambda m: setattr(stop(m), "stop_sequence", 999),
    "W001": lambda m: first(m).ClearField("timestamp"),
    "W002": lambda m: first(m).vehicle.ClearField("id"),
    "W003": lambda m: m.entity.pop(0),
    "W006": lambda m: first(m).trip.ClearField("trip_id"),
    "W008": lambda m: setattr(m.header, "timestamp", m.header.timestamp - 90),
    "W009": lambda m: stop(m).ClearField("schedule_relationship"),
}

IN_POSITIONS: dict[str, Callable[[Any], object]] = {
    "E026": lambda m: setattr(vehicle(m).position, "latitude", 91),
    "E027": lambda m: setattr(vehicle(m).position, "bearing", 361),
    "E028": lambda m: setattr(vehicle(m).position, "latitude", 36.5),
    "E029": lambda m: setattr(vehicle(m).position, "latitude", vehicle(m).position.latitude + 0.0025),
    "E052": lambda m: setattr(m.entity[1].vehicle.vehicle, "id", vehicle(m).vehicle.id),
    "W004": lambda m: setattr(vehicle(m).position, "speed", 90),
}


@pytest.fixture(scope="module")
def kept(told: Callable[..., Told]) -> Told:
    return told("makuhari", BEGIN)


@pytest.mark.parametrize("rule", [*IN_UPDATES, *IN_POSITIONS])
def test_a_message_that_breaks_a_rule_is_caught_by_it(statics: dict[str, Static], kept: Told, rule: str) -> None:
    if rule in IN_UPDATES:
        now = replace(kept, updates=changed(kept.updates, IN_UPDATES[rule]))
    else:
        now = replace(kept, vehicles=changed(kept.vehicles, IN_POSITIONS[rule]))
    assert rule in broken(statics["makuhari"], now)


@pytest.mark.parametrize(
    ("rule", "later_s", "is_changed"), [("E017", 0, True), ("E018", -1, False), ("W007", 36, False)]
)
def test_a_message_that_does_not_follow_the_one_before_is_caught(
    statics: dict[str, Static], kept: Told, rule: str, later_s: int, is_changed: bool
) -> None:
    def later(message: Any) -> None:
        message.header.timestamp += later_s
        if is_changed:
            stop(message).arrival.delay += 1

    now = replace(kept, updates=changed(kept.updates, later), before=kept)
    assert rule in broken(statics["makuhari"], now)


def start_later(run: Any) -> None:
    hours, rest = run.start_time.split(":", 1)
    run.start_time = f"{int(hours)}:{(int(rest[:2]) + 1) % 60:02}:00"


OF_LOOPS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "E006": ("0", lambda u: u.trip.ClearField("start_date")),
    "E009": ("1", lambda u: u.stop_time_update[0].ClearField("stop_sequence")),
    "E013": ("0", lambda u: None),
    "E019": ("1", lambda u: start_later(u.trip)),
    "W005": ("0", lambda u: u.vehicle.ClearField("id")),
}


@pytest.mark.parametrize("rule", OF_LOOPS)
def test_rules_of_frequencies_are_caught_on_the_loop(statics: dict[str, Static], kept: Told, rule: str) -> None:
    exact, change = OF_LOOPS[rule]
    static = copy(statics["makuhari"])
    static.frequencies = {
        trip: [{**row, "exact_times": exact} for row in rows] for trip, rows in static.frequencies.items()
    }
    (loop,) = static.frequencies

    def on_loop(message: Any) -> None:
        change(next(one.trip_update for one in message.entity if one.trip_update.trip.trip_id == loop))

    assert rule in broken(static, replace(kept, updates=changed(kept.updates, on_loop)))


def test_every_rule_is_tried() -> None:
    assert {*IN_UPDATES, *IN_POSITIONS, *OF_LOOPS, "E017", "E018", "W007"} == set(RULES)
