"""Vehicles that operators report outside of the timetable."""

from datetime import UTC, datetime

from planner.live import LiveSource
from planner.live_records import TripSelector, VehiclePosition, VehicleStopStatus
from planner.network import Network
from tests.api.asking import Server

BOX = {"min": "35.6,140.1", "max": "35.7,140.0"}
FEED, LABEL = "demand-bus_", "幕張デマンドバス"


def told(makuhari: Network, *vehicles: VehiclePosition, age_s: int = 0, **more: str) -> list[dict[str, object]]:
    now = datetime.now(UTC)
    live = LiveSource("own", int(now.timestamp()) - age_s, 120, vehicles=vehicles, prefix=FEED)
    found: list[dict[str, object]] = Server(makuhari.with_live(live, now)).answer(
        "/kaiteki/v1/vehicles", **{**BOX, **more}
    )["vehicles"]
    return found


def stop_of(makuhari: Network) -> tuple[str, str]:
    """Id in the feed, and name, of a place where the demand bus calls."""
    stops = makuhari.snapshot.timetable.stops
    row = makuhari.snapshot.flex[0].areas[0].stops[0]
    return stops.ids[row].removeprefix(FEED), stops.names[row]


def test_a_demand_bus_is_told_by_the_name_and_means_of_its_line(makuhari: Network) -> None:
    stop, name = stop_of(makuhari)
    bus = VehiclePosition("bus-1", 35.65, 140.04, None, LABEL, stop_id=stop, timestamp=1_790_000_000)
    (one,) = told(makuhari, bus)
    assert one == {
        "id": f"{FEED}bus-1",
        "name": LABEL,
        "mode": "FLEX",
        "lat": 35.65,
        "lon": 140.04,
        "isStanding": False,
        "timestamp": "2026-09-21T14:13:20Z",
        "stopName": name,
    }
    (english,) = told(makuhari, bus, language="en")
    assert english["name"] == "Makuhari Demand Bus"


def test_what_runs_to_the_timetable_is_far_away_or_was_told_long_ago_is_left_out(makuhari: Network) -> None:
    trip = makuhari.snapshot.timetable.trips.ids[0]
    loose = VehiclePosition("loose", 35.65, 140.04, status=VehicleStopStatus.STOPPED_AT)
    vehicles = (
        loose,
        VehiclePosition("timetabled", 35.65, 140.04, TripSelector(trip)),
        VehiclePosition("north", 35.71, 140.04),
        VehiclePosition("east", 35.65, 140.11),
    )
    (one,) = told(makuhari, *vehicles)
    assert (one["id"], one["name"], one["mode"], one["isStanding"]) == (f"{FEED}loose", "", "OTHER", True)
    assert told(makuhari, *vehicles, age_s=121) == []


def test_nobody_reports_on_a_network_without_live_sources(makuhari: Network) -> None:
    assert Server(makuhari).answer("/kaiteki/v1/vehicles", **BOX) == {"vehicles": []}
    refused = Server(makuhari).get("/kaiteki/v1/vehicles", min="35.6,140.1")
    assert (refused.status_code, "max" in refused.text) == (400, True)
