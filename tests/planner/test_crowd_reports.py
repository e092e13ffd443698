"""How full operators say vehicles are: by run and stop, written as GTFS-Realtime and read again, in an itinerary."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from feeds.gtfs_realtime import read_realtime
from feeds.gtfs_realtime_write import write_trip_updates, write_vehicle_positions
from planner.crowd_plan import with_crowds
from planner.crowds import Crowds, CrowdTable
from planner.live import LiveSource
from planner.live_records import StopUpdate, TripSelector, TripUpdate, VehiclePosition
from planner.model import Itinerary
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Realtime, StopId
from tests.cities import City, small_city

DAY = date(2026, 11, 25)
MADE = datetime.fromisoformat("2026-11-25T20:00+09:00")


@pytest.fixture(scope="module")
def two_lines(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Buses r0, r1 and so on every ten minutes from 20:00 by B to C, s from C to E two minutes after each."""
    first = "A B C\n" + "\n".join(f"20:{m:02} 20:{m + 2:02} 20:{m + 5:02}" for m in range(0, 50, 10))
    second = "C E\n" + "\n".join(f"20:{m + 7:02} 20:{m + 9:02}" for m in range(0, 50, 10))
    return small_city(tmp_path_factory.mktemp("city"), City(lines={"r": first, "s": second}))


def position(trip: str, day: date | None = DAY, **full: object) -> VehiclePosition:
    return VehiclePosition(f"bus of {trip}", 35.5, 140.0, TripSelector(trip, start_date=day), **full)  # type: ignore[arg-type]


def told(network: Network, *vehicles: VehiclePosition, updates: tuple[TripUpdate, ...] = ()) -> Network:
    """The network with two messages, written and read."""
    at = round(MADE.timestamp())
    positions = read_realtime(write_vehicle_positions(vehicles, at))
    predictions = read_realtime(write_trip_updates(updates, at))
    assert (positions.vehicles, predictions.updates) == (vehicles, updates)
    network = network.with_live(LiveSource("positions", at, None, vehicles=positions.vehicles), MADE)
    return network.with_live(LiveSource("predictions", at, None, updates=predictions.updates), MADE)


def asked(network: Network, crowds: Crowds = Crowds(), **more: object) -> Itinerary:  # noqa: B008
    """The itinerary that leaves at 20:10."""
    request = PlanRequest(StopId("A"), StopId("E"), MADE + timedelta(minutes=10), direct_modes=frozenset(), **more)  # type: ignore[arg-type]
    return with_crowds(network, request, plan(network, request), crowds).itineraries[0]


def test_a_full_vehicle_is_felt_and_one_that_takes_nobody_is_missed(two_lines: Network) -> None:
    assert asked(two_lines).crowding is None
    full = asked(told(two_lines, position("r1", occupancy="FULL"))).crowding
    assert full is not None
    assert (full.late_s, full.wait_s, full.loads[0], full.loads[-1]) == (0, 0, 1.0, None)
    assert full.discomfort_s == round(300 * ((1.5 + 2.35 * 2) / 3 - 1))
    shut = asked(told(two_lines, position("r1", occupancy="NOT_ACCEPTING_PASSENGERS"))).crowding
    assert shut is not None
    assert (shut.late_s, shut.wait_s, shut.expected_end) == (600, 600, MADE + timedelta(minutes=29))
    assert shut.loads[0] is None
    both = [position(trip, occupancy="NOT_BOARDABLE") for trip in ("r1", "r2")]
    shut = asked(told(two_lines, *both)).crowding
    assert shut is not None
    assert shut.wait_s == 1200


def test_a_percentage_says_more_than_a_word_and_another_day_or_no_word_says_nothing(two_lines: Network) -> None:
    half = asked(told(two_lines, position("r1", occupancy="FULL", occupancy_percent=50))).crowding
    assert half is not None
    assert half.loads[0] == 0.5
    assert asked(told(two_lines, position("r1", DAY - timedelta(days=1), occupancy="FULL"))).crowding is None
    assert asked(told(two_lines, position("r1", occupancy="NO_DATA_AVAILABLE"))).crowding is None
    assert asked(told(two_lines, position("r2", occupancy="FULL"))).crowding is None
    today = asked(told(two_lines, position("r1", None, occupancy="FULL"))).crowding
    assert today is not None


def test_predictions_by_stop_come_before_what_is_now_and_reports_before_expectations(two_lines: Network) -> None:
    calls = (
        StopUpdate(0, "A", departure_delay=0, occupancy="MANY_SEATS_AVAILABLE"),
        StopUpdate(1, "B", departure_delay=0, occupancy="STANDING_ROOM_ONLY"),
    )
    update = TripUpdate(TripSelector("r1", start_date=DAY), stop_updates=calls)
    found = asked(told(two_lines, position("r1", occupancy="FULL"), updates=(update,))).crowding
    assert found is not None
    # 0.6 persons a place are 1.8 a seat: on the three minutes from B on.
    assert found.loads[0] == 0.6
    assert found.discomfort_s == round(180 * ((1.5 + 2.35 * 0.8) / 1.8 - 1))
    load = np.full((2, 8), 0.9, np.float32)
    sections = (("r", "A", "B"), ("r", "B", "C"))
    table = CrowdTable(sections, 20 * 3600, load, np.full_like(load, np.nan))
    crowds = Crowds({"x": table}, {DAY: "x"})
    expected = asked(told(two_lines, position("r1", occupancy="EMPTY")), crowds).crowding
    assert expected is not None
    assert (expected.loads[0], expected.discomfort_s) == (0.0, 0)
    expected = asked(told(two_lines, position("r2", occupancy="EMPTY")), crowds).crowding
    assert expected is not None
    assert expected.loads[0] == pytest.approx(0.9)


def test_who_ignores_reports_ignores_these_too(two_lines: Network) -> None:
    full = told(two_lines, position("r1", occupancy="FULL"))
    assert asked(full, realtime=Realtime.IGNORE).crowding is None
    assert asked(full, realtime=Realtime.ANNOTATE).crowding is not None
    assert full.reported is not None
    (source,) = (one for one in full.reported.state.sources if one.vehicles)
    old = two_lines.with_live(replace(source, ttl=60), MADE)
    assert asked(old, now=MADE + timedelta(seconds=61)).crowding is None
    assert asked(old, now=MADE + timedelta(seconds=60)).crowding is not None
