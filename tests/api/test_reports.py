"""What operators report, over HTTP."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from planner.live import LiveSource
from planner.live_records import Alert, InformedEntity, StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.network import Network
from tests.api.asking import Server
from tests.api.small_network import small_network

T2 = TripSelector("t2", start_date=date(2026, 11, 25))
PLAN = {"fromPlace": "km", "toPlace": "sg", "time": "2026-11-25T08:30:00Z", "searchWindow": 3600}
BOARD = {"stopId": "km", "time": "2026-11-25T08:30:00Z", "window": 3600}
CANCELLED = TripUpdate(T2, TripRelationship.CANCELED)
LATE = TripUpdate(T2, stop_updates=(StopUpdate(stop_sequence=1, departure_delay=300),))
WORKS = Alert("1", (InformedEntity(stop_id="km"),), header={"ja": "工事", "en": "Works"})

Serve = Callable[..., Server]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_network(tmp_path_factory.mktemp("feed"))


@pytest.fixture
def serve(network: Network) -> Serve:
    def reported(*updates: TripUpdate, alerts: tuple[Alert, ...] = (), age_s: int = 0) -> Server:
        server, now = Server(network), datetime.now(UTC)
        made = int(now.timestamp()) - age_s
        source = LiveSource("jre", made, 300, tuple(updates), alerts)
        server.app.state.served.follow(network.with_live(source, now), ())
        return server

    return reported


def legs(server: Server, **more: Any) -> list[Any]:
    answer = server.answer("/api/v6/plan", **PLAN, **more)
    return [leg for itinerary in answer["itineraries"] for leg in itinerary["legs"]]


def test_realtime_mode_says_whether_reports_count(serve: Serve) -> None:
    server = serve(LATE)
    (live,), (off,) = legs(server), legs(server, realtimeMode="OFF")
    assert (live["startTime"], live["realTime"]) == ("2026-11-25T08:50:00Z", True)
    assert (off["startTime"], off["realTime"]) == ("2026-11-25T08:45:00Z", False)


def test_a_cancelled_trip_is_not_planned_but_stays_on_boards_and_can_be_looked_at(serve: Serve) -> None:
    server = serve(CANCELLED)
    assert legs(server) == []
    assert len(legs(server, realtimeMode="OFF")) == 1
    (annotated,) = legs(server, realtimeMode="REALTIME_ANNOTATION_ONLY")
    assert annotated["cancelled"]
    (call,) = server.answer("/api/v6/stoptimes", **BOARD)["stopTimes"]
    assert (call["tripId"], call["cancelled"], call["tripCancelled"]) == ("20261125_t2", True, True)
    assert call["place"]["departure"] == "2026-11-25T08:45:00Z"
    (planned,) = server.answer("/api/v6/stoptimes", **BOARD, realtimeMode="OFF")["stopTimes"]
    assert not planned["cancelled"]
    assert server.answer("/api/v6/trip", tripId="20261125_t2")["legs"][0]["cancelled"]


def test_a_board_tells_the_delay_and_the_alert(serve: Serve) -> None:
    server = serve(LATE, alerts=(WORKS,))
    (call,) = server.answer("/api/v6/stoptimes", **BOARD, language="en")["stopTimes"]
    place = call["place"]
    assert (place["scheduledDeparture"], place["departure"]) == ("2026-11-25T08:45:00Z", "2026-11-25T08:50:00Z")
    assert [alert["headerText"] for alert in place["alerts"]] == ["Works"]
    (quiet,) = server.answer("/api/v6/stoptimes", **BOARD, withAlerts=False)["stopTimes"]
    assert "alerts" not in quiet["place"]


def test_a_report_that_is_too_old_counts_for_nothing(serve: Serve) -> None:
    if datetime.now(UTC) > datetime.fromisoformat(PLAN["time"]):
        pytest.skip("who asks about the past is told what was reported then")
    (leg,) = legs(serve(LATE, age_s=301))
    assert not leg["realTime"]
