"""The server with the simulator as operators: feeds out, the same feeds in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from platformdirs import user_cache_path

from api.live import Play, live_router, own_sources
from api.served import Served
from api.serving import following
from feeds.gbfs import read_gbfs
from planner.flex import Rejection
from planner.network import Network
from scenarios.embedded import embedded_network
from scenarios.live_files import Web
from scenarios.realtime import operation_of, polled
from tests.api.asking import Server

ORIGIN = "http://kaiteki"
NOW = datetime(2026, 11, 25, 3, 0, 30, tzinfo=UTC)


class Frozen(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return NOW.astimezone(tz)


@pytest.fixture(scope="module")
def server(makuhari: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    asked = Server(makuhari)
    play = Play(makuhari, embedded_network(user_cache_path("kaiteki")), tmp_path_factory.mktemp("played"))
    stop = Event()

    def clock() -> datetime:
        stop.set()
        return NOW

    play.keep_playing(stop, clock)
    asked.app.include_router(live_router(play))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.live.datetime", Frozen)
        yield asked
    asked.app.state.room.close()


def message(server: Server, name: str) -> pb.FeedMessage:
    response = server.get(f"/gtfsrt/{name}.pb")
    assert response.headers["content-type"] == "application/x-protobuf"
    found = pb.FeedMessage()
    found.ParseFromString(response.content)
    return found


def test_messages_are_of_now_and_speak_of_the_feeds_own_trips(server: Server) -> None:
    updates, vehicles = message(server, "makuhari-trip-updates"), message(server, "makuhari-vehicle-positions")
    for one in (updates, vehicles):
        assert one.header.gtfs_realtime_version == "2.0"
        assert one.header.timestamp == int(NOW.timestamp())
        assert len({entity.id for entity in one.entity}) == len(one.entity) > 50
    runs = {(u.trip_update.trip.trip_id, u.trip_update.trip.start_time) for u in updates.entity}
    assert {(v.vehicle.trip.trip_id, v.vehicle.trip.start_time) for v in vehicles.entity} >= runs
    assert all(-90 <= v.vehicle.position.latitude <= 90 and v.vehicle.position.longitude for v in vehicles.entity)
    assert not any(trip_id.startswith("makuhari_") for trip_id, _ in runs), "the feed's own ids"


def test_demand_buses_drive_and_answer_whoever_plans(server: Server, makuhari: Network) -> None:
    vehicles = message(server, "demand-bus-vehicle-positions")
    assert len({one.vehicle.vehicle.id for one in vehicles.entity}) == 8
    assert not any(one.vehicle.HasField("trip") for one in vehicles.entity), "a run of its own is in no timetable"
    known = {stop.removeprefix("demand-bus_") for stop in makuhari.snapshot.timetable.stops.ids}
    assert {one.vehicle.stop_id for one in vehicles.entity} <= known
    assert {one.vehicle.vehicle.label for one in vehicles.entity} == {"幕張デマンドバス"}
    served = server.app.state.served
    place = {"fromPlace": "35.6486,140.0418", "toPlace": "35.6552,140.02955", "directModes": "FLEX"}
    asked = {**place, "time": (NOW + timedelta(minutes=30)).isoformat(), "numItineraries": 0}
    before = server.answer("/api/v6/plan", **asked)["direct"]
    served.quote = lambda request: Rejection("NO_SEAT")
    assert server.answer("/api/v6/plan", **asked)["direct"] != before
    served.quote = None


def test_the_planner_reads_its_own_operators_as_anyones(server: Server, makuhari: Network, tmp_path: Path) -> None:
    def asked(request: httpx.Request) -> httpx.Response:
        answer = server.get(request.url.path)
        return httpx.Response(answer.status_code, content=answer.content)

    sources = own_sources(makuhari, ORIGIN)
    web = Web(tmp_path, transport=httpx.MockTransport(asked))
    operation = polled(operation_of(following(makuhari, sources), NOW), web, NOW)
    assert [source.trouble for source in operation.sources] == [""] * len(sources)
    served = Served(makuhari)
    served.follow(operation.network, operation.sources)
    assert served.network.reported is not None
    assert served.network.reported.state.live.runs.ids
    before = [s.bikes_available for system in makuhari.snapshot.sharing for s in system.stations]
    after = [s.bikes_available for system in served.network.snapshot.sharing for s in system.stations]
    assert before != after


def test_a_sharing_system_can_be_read_from_its_first_file(server: Server, makuhari: Network, tmp_path: Path) -> None:
    first = server.answer("/gbfs/3.0/hello-cycling/gbfs.json")
    (tmp_path / "gbfs.json").write_text("{}")
    for feed in first["data"]["feeds"]:
        assert feed["url"].startswith("http://kaiteki/gbfs/3.0/hello-cycling/")
        (tmp_path / f"{feed['name']}.json").write_bytes(server.get(feed["url"].removeprefix(ORIGIN)).content)
    (tmp_path / "gbfs.json").write_bytes(server.get("/gbfs/3.0/hello-cycling/gbfs.json").content)
    system, notices = read_gbfs(tmp_path)
    assert system.id == "hello-cycling"
    assert not [notice for notice in notices if notice.severity == "ERROR"]


def test_feeds_nobody_has_are_not_found(server: Server) -> None:
    assert "known are makuhari-trip-updates" in server.error(404, "/gtfsrt/mars.pb")
    assert "no such system" in server.error(404, "/gbfs/3.0/mars/gbfs.json")
    assert "no such file" in server.error(404, "/gbfs/3.0/hello-cycling/moon.json")
