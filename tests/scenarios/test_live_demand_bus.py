"""Demand buses that drive while a server runs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from planner.flex import Offer, Rejection, TripRequest
from planner.geo import great_circle_m
from planner.live_records import VehicleStopStatus
from planner.model import FlexLeg
from planner.network import Network
from planner.plan import plan
from planner.request import Coordinate, PlanRequest, StreetMode
from scenarios.live_demand_bus import SEATS, LiveDemandBus, live_demand_buses
from simulator.events import Kind

DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 3, 0, 30, tzinfo=UTC)
FASTEST_MS = 20.0


@pytest.fixture
def bus(makuhari: Network) -> LiveDemandBus:
    (found,) = live_demand_buses(makuhari, DAY)
    return found


def wish(bus: LiveDemandBus, earliest: datetime, ends: tuple[int, int] = (3, 40), **more: int) -> TripRequest:
    origin, destination = ((float(bus.calls.lat[row]), float(bus.calls.lon[row])) for row in ends)
    return TripRequest(origin, destination, earliest, **more)


def test_all_that_look_at_different_times_see_the_same(makuhari: Network, bus: LiveDemandBus) -> None:
    (other,) = live_demand_buses(makuhari, DAY)
    for minutes in range(0, 240, 7):
        other.play(NOON - timedelta(minutes=240 - minutes))
        other.offer(wish(other, NOON), NOON - timedelta(minutes=240 - minutes))
    assert other.positions(NOON) == bus.positions(NOON)
    (tomorrow,) = live_demand_buses(makuhari, DAY + timedelta(days=1))
    there = {(one.lat, one.lon) for one in tomorrow.positions(NOON + timedelta(days=1))}
    assert there != {(one.lat, one.lon) for one in bus.positions(NOON)}


def test_vehicles_move_along_streets_from_stop_to_stop(bus: LiveDemandBus) -> None:
    assert bus.positions(NOON - timedelta(hours=5)) == ()
    before = {one.vehicle_id: one for one in bus.positions(NOON)}
    assert len(before) == bus.bus.rules.vehicles == 8
    went, stops = 0.0, set(zip(bus.calls.lat.tolist(), bus.calls.lon.tolist(), strict=True))
    for seconds in range(10, 600, 10):
        now = {one.vehicle_id: one for one in bus.positions(NOON + timedelta(seconds=seconds))}
        for name, one in now.items():
            metres = float(great_circle_m(before[name].lat, before[name].lon, one.lat, one.lon))
            assert metres <= 10 * FASTEST_MS, (name, seconds)
            went += metres
            assert ((one.lat, one.lon) in stops) == (one.status is VehicleStopStatus.STOPPED_AT)
            assert one.stop_id in bus.stop_ids
        before = now
    assert went > 5_000
    assert bus.positions(NOON + timedelta(hours=11)) == ()


def test_whoever_booked_was_brought_and_none_later_than_promised(bus: LiveDemandBus) -> None:
    bus.play(NOON + timedelta(hours=11))
    events = bus.bus.log.events()
    booked, boarded, alighted = (events.of(kind) for kind in (Kind.BOOKED, Kind.BOARDED, Kind.ALIGHTED))
    riders = set(events.traveller[booked].tolist())
    assert len(riders) > 200
    assert riders == set(events.traveller[boarded].tolist()) == set(events.traveller[alighted].tolist())
    assert not len(events.of(Kind.BROKE_PROMISE))
    assert events.load.max() <= SEATS


def test_an_offer_keeps_to_the_wish_and_books_nothing(bus: LiveDemandBus) -> None:
    earliest = NOON + timedelta(minutes=30)
    offer = bus.offer(wish(bus, earliest), NOON)
    assert isinstance(offer, Offer)
    begin, latest = offer.pickup_window
    assert earliest <= begin <= latest == earliest + timedelta(seconds=580)
    drive_s = float(bus.bus.drive_s[3, 40])
    assert offer.drop_off_by - latest == timedelta(seconds=round(10 + 1.5 * drive_s + 300))
    assert bus.offer(wish(bus, earliest), NOON) == offer
    assert bus.offer(wish(bus, earliest, passengers=SEATS + 1), NOON) == Rejection("NO_SEAT")


def test_it_says_nothing_of_other_days_of_the_past_and_of_places_it_does_not_call_at(bus: LiveDemandBus) -> None:
    assert bus.offer(wish(bus, NOON + timedelta(days=1)), NOON) is None
    assert bus.offer(wish(bus, NOON - timedelta(seconds=1)), NOON) is None
    assert bus.offer(replace(wish(bus, NOON), origin=(35.0, 140.0)), NOON) is None
    assert bus.offer(wish(bus, NOON), NOON) is not None


def test_the_planner_shows_the_window_offered_and_the_published_one_where_nothing_is_said(
    makuhari: Network, bus: LiveDemandBus
) -> None:
    at = (NOON + timedelta(minutes=30)).astimezone(makuhari.zone)
    ends = (Coordinate(*(float(axis[row]) for axis in (bus.calls.lat, bus.calls.lon))) for row in (3, 40))
    request = PlanRequest(*ends, at, count=0, direct_modes=frozenset({StreetMode.FLEX}), now=NOON)

    def rides(answers: object) -> list[FlexLeg]:
        found = plan(makuhari, request, answers).direct  # type: ignore[arg-type]
        return [leg for one in found for leg in one.legs if isinstance(leg, FlexLeg)]

    (told,) = rides(lambda asked: bus.offer(asked, NOON))
    (silent,) = rides(lambda asked: None)
    (published,) = rides(None)
    assert silent == published
    offer = bus.offer(TripRequest(*((p.lat, p.lon) for p in (told.origin, told.destination)), told.start), NOON)
    assert isinstance(offer, Offer)
    assert told.pickup_window == offer.pickup_window != published.pickup_window
    assert rides(lambda asked: Rejection("NO_SEAT")) == []


def test_nothing_runs_outside_of_the_service_period(makuhari: Network) -> None:
    assert live_demand_buses(makuhari, date(2030, 1, 1)) == ()
    assert np.isfinite([one.bus.drive_s.max() for one in live_demand_buses(makuhari, DAY)]).all()
