"""Seats in a demand bus for all who travel, asked over HTTP of a bus that drives."""

from datetime import UTC, datetime, timedelta

import pytest

from api.itinerary_ids import kept_legs
from api.watch import watched
from planner.flex import TripRequest
from planner.network import Network
from scenarios.live_demand_bus import SEATS, LiveDemandBus, live_demand_buses
from tests.api.asking import Server

NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)
RIDE = {
    "fromPlace": "35.6486,140.0418",
    "toPlace": "35.6552,140.02955",
    "time": (NOON + timedelta(minutes=30)).isoformat(),
    "directModes": "FLEX",
    "numItineraries": 0,
}
FAR = "35.6717,140.0421"
"""No walk is as short as the ride."""


@pytest.fixture(scope="module")
def server(makuhari: Network) -> Server:
    server, (bus,) = Server(makuhari), live_demand_buses(makuhari, NOON.date())
    assert isinstance(bus, LiveDemandBus)
    server.app.state.served.quote = lambda wish: bus.offer(wish, NOON)
    return server


@pytest.mark.parametrize(("passengers", "rides"), [(1, 1), (SEATS, 1), (SEATS + 1, 0)])
def test_a_ride_is_shown_to_as_many_as_there_are_seats(server: Server, passengers: int, rides: int) -> None:
    assert len(server.answer("/api/v6/plan", **RIDE, passengers=passengers)["direct"]) == rides
    assert len(server.answer("/kaiteki/v1/plan", **RIDE, passengers=passengers)["direct"]) == rides


def test_who_boards_in_a_wheelchair_is_asked_for_as_such(server: Server) -> None:
    answered, served = server.app.state.served.quote, server.app.state.served
    said = []
    served.quote = lambda wish: said.append((wish.wheelchair, wish.passengers)) or answered(wish)
    assert len(server.answer("/api/v6/plan", **RIDE, pedestrianProfile="WHEELCHAIR", passengers=3)["direct"]) == 1
    served.quote = answered
    assert set(said) == {(True, 3)}


def test_who_watches_a_ride_in_a_demand_bus_is_offered_others_by_its_operator(server: Server) -> None:
    served, said = server.app.state.served, list[TripRequest]()
    answered, far = served.quote, RIDE | {"toPlace": FAR}
    ridden, walked = (
        server.answer("/api/v6/plan", **(far | {"directModes": mode}), maxDirectTime=7200)["direct"][0]["id"]
        for mode in ("FLEX", "WALK")
    )
    served.quote = lambda wish: said.append(wish) or answered(wish)
    for itinerary, is_asked in ((walked, False), (ridden, True)):
        state = watched(served, itinerary, kept_legs(itinerary), ("ja",), NOON)
        assert bool(said) is is_asked
        assert state.lastSafeDeparture is not None
        assert state.lastSafeDeparture >= NOON
    served.quote = answered


def test_a_party_has_somebody_in_it_and_no_luggage_that_anybody_counts(server: Server) -> None:
    assert server.error(400, "/api/v6/plan", **RIDE, passengers=0).startswith("passengers=0: ")
    assert server.error(400, "/api/v6/plan", **RIDE, passengers=101).startswith("passengers=101: ")
    assert server.error(400, "/api/v6/plan", **RIDE, luggage=1).startswith("luggage=1: this is not offered here")
