"""The planner asks a running demand bus before it shows a ride."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from planner.errors import RequestError
from planner.flex import Offer, Rejection, TripRequest
from planner.model import FlexLeg
from planner.network import Network
from planner.plan import plan
from planner.request import Coordinate, PlanRequest, StreetMode
from simulator import demand_bus
from simulator.chains import Call
from simulator.city import begun
from simulator.demand_bus import Booking
from simulator.persons import Person
from simulator.quotes import Calls, offer_of
from tests.simulator.towns import DAY, SITES, H, makuhari_day


@pytest.fixture
def city(makuhari: Network):
    setup = makuhari_day(makuhari, 0)
    bus = replace(setup.supply.bus, vehicles=1, seats=2, max_wait_s=580.0)
    city = begun(replace(setup, supply=replace(setup.supply, bus=bus)), 1, 0)
    demand_bus.start(city.bus)
    city.env.run(until=8 * H)
    return city


def quote_of(city):
    bus, around = city.bus, city.choices.town
    calls = Calls(around.lat[bus.points], around.lon[bus.points], around.day, around.network.zone)
    return partial(offer_of, bus, calls)


def asked(network: Network, quote, **more) -> list[FlexLeg]:
    at = datetime(DAY.year, DAY.month, DAY.day, 8, 5, tzinfo=network.zone)
    ends = Coordinate(*SITES[1][1:]), Coordinate(*SITES[4][1:])
    request = PlanRequest(*ends, at, count=0, direct_modes=frozenset({StreetMode.FLEX}), **more)
    return [leg for one in plan(network, request, quote).direct for leg in one.legs if isinstance(leg, FlexLeg)]


def test_a_ride_is_shown_with_the_window_of_the_running_bus(makuhari, city):
    quote, said = quote_of(city), []

    def heard(request: TripRequest):
        said.append(quote(request))
        return said[-1]

    (leg,) = asked(makuhari, heard)
    offers = [one for one in said if isinstance(one, Offer)]
    assert leg.pickup_window in [one.pickup_window for one in offers]
    begin, latest = leg.pickup_window
    assert timedelta(0) <= latest - begin <= timedelta(seconds=580)
    assert begin >= leg.start
    assert city.bus.bookings == []


def test_a_full_bus_is_not_shown(makuhari, city):
    bus = city.bus
    for number in range(12):
        call = Call(int(bus.points[number]), int(bus.points[40 - number]), 0.0)
        found = bus.book(Person(number, 0.0, 0, 0, False, False, 600.0, 1.3, (0.5,)), call, 8 * H + 300)
        assert isinstance(found, Booking) or number
    assert asked(makuhari, quote_of(city)) == []


def test_all_who_travel_are_asked_for_at_once(makuhari, city):
    quote = quote_of(city)
    assert [len(asked(makuhari, quote, passengers=number)) for number in (1, 2, 3)] == [1, 1, 0]
    said = list[TripRequest]()
    asked(makuhari, said.append, passengers=2, wheelchair=True)
    assert {(wish.passengers, wish.wheelchair) for wish in said} == {(2, True)}
    with pytest.raises(RequestError, match="0 passengers are not between 1 and 100"):
        asked(makuhari, quote, passengers=0)


def test_groups_and_places_without_a_stop_are_refused(makuhari, city):
    around, bus = city.choices.town, city.bus
    quote, at = quote_of(city), datetime(DAY.year, DAY.month, DAY.day, 8, 5, tzinfo=makuhari.zone)
    ends = [(float(around.lat[bus.points[row]]), float(around.lon[bus.points[row]])) for row in (0, 5)]
    assert isinstance(quote(TripRequest(*ends, at, passengers=2)), Offer)
    assert quote(TripRequest(*ends, at, passengers=3)) == Rejection("NO_SEAT")
    assert quote(TripRequest(ends[0], (35.0, 140.0), at)) == Rejection("the demand bus has no stop there")
