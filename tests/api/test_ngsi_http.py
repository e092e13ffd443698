"""A data platform reads the city, subscribes, and is told; so is a messenger that watches a journey."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.ngsi import KIND, notification
from api.subscriptions import MOST_FAILURES, Subscriptions
from planner.errors import RequestError
from planner.live import LiveSource
from planner.live_records import TripRelationship, TripSelector, TripUpdate, VehiclePosition
from planner.network import Network
from tests.api.asking import Server

LD = "/ngsi-ld/v1"
RECEIVER = "https://orion.example/notify"


@pytest.fixture
def server(makuhari: Network, tmp_path: Path) -> Server:
    asked = Server(makuhari)
    asked.app.state.room.subscriptions.receivers = ("https://orion.example",)
    return asked


def order(uri: str = RECEIVER, **more: Any) -> dict[str, Any]:
    endpoint = {"uri": uri, "accept": "application/json"}
    entities = [{"type": "BikeHireDockingStation"}]
    return {"type": "Subscription", "entities": entities, "notification": {"endpoint": endpoint, **more}}


def told(server: Server, status: int = 200) -> list[Any]:
    heard: list[Any] = []

    def receive(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(status)

    room = server.app.state.room
    contents = {KIND: lambda wish: notification(server.app.state.served, wish)}
    with httpx.Client(transport=httpx.MockTransport(receive)) as client:
        room.subscriptions.tell(contents, client)
    return heard


def test_entities_are_found_by_type_and_id_page_by_page(server: Server) -> None:
    response = server.get(f"{LD}/entities", type="BikeHireDockingStation", limit=2, count=True)
    assert response.headers["content-type"] == "application/ld+json"
    first, second = response.json()
    assert int(response.headers["ngsild-results-count"]) > 50
    (again,) = server.answer(f"{LD}/entities", type="BikeHireDockingStation", limit=1, offset=1)
    assert again == second
    assert server.answer(f"{LD}/entities/{first['id']}") == first
    (short,) = server.answer(f"{LD}/entities", id=first["id"], options="keyValues", attrs="name")
    assert set(short) == {"id", "type", "@context", "name"}
    assert short["name"] == first["name"]["value"]
    assert "no such entity" in server.get(f"{LD}/entities/urn:ngsi-ld:X:1").json()["detail"]
    assert "name a type" in server.get(f"{LD}/entities").json()["detail"]


def test_a_subscriber_is_told_at_once_and_then_only_of_changes(server: Server, makuhari: Network) -> None:
    response = server.send("POST", f"{LD}/subscriptions", order())
    assert response.status_code == 201
    location = response.headers["location"]
    (first,) = told(server)
    assert str(first.url) == RECEIVER
    assert told(server) == []
    assert server.answer(location)["notification"]["timesSent"] == 1
    systems = makuhari.snapshot.sharing
    from dataclasses import replace

    station = replace(systems[0].stations[0], bikes_available=99)
    changed = (replace(systems[0], stations=(station, *systems[0].stations[1:])), *systems[1:])
    server.app.state.served.follow(makuhari.with_sharing(changed, None, "new"), ())
    assert len(told(server)) == 1
    assert server.send("DELETE", location, None).status_code == 204
    assert "no such subscription" in server.get(location).json()["detail"]


def test_a_notification_is_as_the_specification_wants_it(server: Server) -> None:
    location = server.send("POST", f"{LD}/subscriptions", order()).headers["location"]
    (plain,) = told(server)
    body = json.loads(plain.content)
    assert body["subscriptionId"] == location.rpartition("/")[2]
    assert {"id", "type", "subscriptionId", "notifiedAt", "data"} == set(body)
    assert body["type"] == "Notification"
    assert datetime.fromisoformat(body["notifiedAt"]).tzinfo is not None
    assert plain.headers["content-type"] == "application/json"
    link = plain.headers["link"]
    assert link.endswith('; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"')
    assert body["data"]
    assert not any("@context" in entity for entity in body["data"]), "it is in the head"
    server.send("DELETE", location, None)
    linked = order() | {"notification": {"endpoint": {"uri": RECEIVER, "accept": "application/ld+json"}}}
    server.send("POST", f"{LD}/subscriptions", linked)
    (other,) = told(server)
    assert other.headers["content-type"] == "application/ld+json"
    assert "link" not in other.headers
    assert json.loads(other.content)["@context"][0] == link[1 : link.index(">")]
    assert json.loads(other.content)["id"] != body["id"]


def test_only_named_receivers_are_told_anything(server: Server) -> None:
    for uri in (
        "https://evil.example/",
        "https://orion.example.evil.com/",
        "http://orion.example/",
        "http://127.0.0.1/",
    ):
        response = server.send("POST", f"{LD}/subscriptions", order(uri))
        assert response.status_code == 400
        assert "--receiver" in response.json()["detail"]


def test_a_receiver_that_does_not_listen_is_given_up(server: Server) -> None:
    server.send("POST", f"{LD}/subscriptions", order())
    tries = sum(len(told(server, 500)) for _ in range(MOST_FAILURES + 5))
    assert tries == MOST_FAILURES + 1
    assert server.answer(f"{LD}/subscriptions") == []


def test_the_wishes_of_a_process_that_is_gone_are_taken_over(tmp_path: Path) -> None:
    import msgspec

    kept = Subscriptions(tmp_path, (RECEIVER,))
    wish = kept.add("k", RECEIVER, {})
    for owner, count in ((1, 0), (2**22 + 7, 1)):
        raw = msgspec.json.decode((tmp_path / f"{wish.id}.json").read_bytes()) | {"owner": owner}
        (tmp_path / f"{wish.id}.json").write_bytes(msgspec.json.encode(raw))
        heard: list[Any] = []
        transport = httpx.MockTransport(lambda request: heard.append(request) or httpx.Response(200))  # noqa: B023
        with httpx.Client(transport=transport) as client:
            kept.tell({"k": lambda _: {"data": 1}}, client)
        assert len(heard) == count
    found = kept.find(wish.id)
    assert found is not None
    assert found.owner == os.getpid()
    with pytest.raises(RequestError, match="receiver"):
        Subscriptions(tmp_path).add("k", RECEIVER, {})


def test_a_watch_is_sent_to_a_messenger_when_the_train_is_cancelled(server: Server, makuhari: Network) -> None:
    from api.watch import watch_news

    ends = {"fromPlace": "makuhari_JR-East.Kaihimmakuhari", "toPlace": "makuhari_JR-East.Soga"}
    itinerary = server.answer("/api/v6/plan", **ends, time="2026-11-25T03:00:00Z")["itineraries"][0]
    body = {"itineraryId": itinerary["id"], "receiver": RECEIVER}
    taken = server.send("POST", "/kaiteki/v1/watch", body)
    assert taken.status_code == 201
    served, heard = server.app.state.served, []

    def receive(request: httpx.Request) -> httpx.Response:
        heard.append(request.content.decode())
        return httpx.Response(204)

    def tell() -> None:
        with httpx.Client(transport=httpx.MockTransport(receive)) as client:
            server.app.state.room.subscriptions.tell({"watch": lambda wish: watch_news(served, wish)}, client)

    tell()
    tell()
    trip = next(leg["tripId"] for leg in itinerary["legs"] if "tripId" in leg)
    run = TripSelector(trip[9:], start_date=date(2026, 11, 25))
    now = datetime.now(UTC)
    update = TripUpdate(run, TripRelationship.CANCELED)
    served.follow(makuhari.with_live(LiveSource("own", int(now.timestamp()), None, (update,)), now), ())
    tell()
    assert ['"isPossible":true' in text.replace(" ", "") for text in heard] == [True, False]
    assert server.send("DELETE", f"/kaiteki/v1/watch/{taken.json()['id']}", None).status_code == 204


def test_vehicles_on_their_way_are_entities_until_their_report_is_old(makuhari: Network) -> None:
    now = datetime.now(UTC)
    trip = makuhari.snapshot.timetable.trips.ids[0]
    here = VehiclePosition("7", 35.65, 140.04, TripSelector(trip), speed_ms=10.0, bearing=90.0)
    for age, count in ((0, 1), (300, 0)):
        live = LiveSource("own", int(now.timestamp()) - age, 120, vehicles=(here,))
        server = Server(makuhari.with_live(live, now))
        found = server.answer(f"{LD}/entities", type="Vehicle", q="speed", limit=1000)
        assert len(found) == count
        if found:
            (one,) = found
            assert (one["speed"]["value"], one["heading"]["value"]) == (36.0, 90.0)
            assert server.answer(f"{LD}/entities/{one['id']}") == one


def test_refusals_are_problem_details(server: Server) -> None:
    for status, path, asked, kind in (
        (404, "entities/urn:ngsi-ld:X:1", {}, "ResourceNotFound"),
        (400, "entities", {}, "BadRequestData"),
        (400, "entities", {"q": "(a)"}, "BadRequestData"),
        (400, "entities", {"type": "Vehicle", "georel": "within"}, "BadRequestData"),
        (400, "entities", {"nonsense": "1"}, "BadRequestData"),
    ):
        response = server.get(f"{LD}/{path}", **asked)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        told = response.json()
        assert set(told) == {"type", "title", "detail", "status"}
        assert told["type"] == f"https://uri.etsi.org/ngsi-ld/errors/{kind}"
