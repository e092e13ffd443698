"""Demand buses in motion: closed forms of one ride, promises, refusals by reason, quotes from the running state."""

import numpy as np
import pytest
import simpy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.chains import Call
from simulator.demand_bus import BusRules, DemandBus, start
from simulator.events import EventLog, Kind, Reason
from simulator.persons import Person

STOPS = 6


def bus_of(rules: BusRules, spacing_s: float = 120.0) -> DemandBus:
    """Stops in a row, so many seconds and as many tens of metres apart."""
    at = np.arange(STOPS)
    drive_s = np.abs(at[:, None] - at[None, :]) * spacing_s
    env = simpy.Environment()
    bus = DemandBus(env, EventLog(), rules, at.astype(np.int32), drive_s, drive_s * 10, np.random.default_rng(1), 100)
    start(bus)
    return bus


def person(number: int, wheelchair: bool = False, party: int = 1) -> Person:
    return Person(number, 0.0, 0, 0, wheelchair, False, 600.0, 1.3, (0.5,), party)


def book(
    bus: DemandBus, number: int, at_s: float, call: tuple[int, int], wheelchair: bool = False, party: int = 1,
    ahead_s: float = 60.0,
) -> dict:  # fmt: skip
    found = {}

    def ask():
        yield bus.env.timeout(at_s)
        stage = Call(*call, float(bus.drive_s[call]))
        found["booking"] = bus.book(person(number, wheelchair, party), stage, bus.env.now + ahead_s)
        if not isinstance(found["booking"], Reason):
            yield found["booking"].picked
            found["picked_s"] = bus.env.now
            yield found["booking"].dropped
            found["dropped_s"] = bus.env.now

    bus.env.process(ask())
    return found


RULES = BusRules(
    vehicles=1, seats=4, wheelchair_places=1, start_s=0.0, end_s=7200.0, max_wait_s=600.0, board_s=10.0,
    wheelchair_s=60.0, rests_at_hubs=False,
)  # fmt: skip


def test_one_ride_is_the_drive_there_boarding_the_ride_and_alighting():
    bus = bus_of(RULES)
    found = book(bus, 1, 100.0, (2, 5))
    bus.env.run(until=7200)
    assert found["picked_s"] == 100 + 2 * 120 + 10
    assert found["dropped_s"] == found["picked_s"] + 3 * 120 + 10
    events = bus.log.events()
    rows = events.of(Kind.ARRIVED)
    assert events.distance_m[rows].tolist() == [2400.0, 3600.0]
    assert events.load[rows].tolist() == [0, 1]


def test_a_vehicle_comes_no_earlier_than_it_was_asked_for():
    bus = bus_of(RULES)
    found = book(bus, 1, 100.0, (0, 1))
    bus.env.run(until=7200)
    assert found["picked_s"] == 160 + 10


def test_refusals_have_their_reasons():
    far = bus_of(RULES, spacing_s=400.0)
    late = book(far, 1, 0.0, (5, 0))
    closed = book(far, 2, 7190.0, (0, 1))
    far.env.run(until=7300)
    assert (late["booking"], closed["booking"]) == (Reason.NO_TIME, Reason.SERVICE_ENDED)
    full = bus_of(RULES, spacing_s=60.0)
    crowd = [book(full, n, float(n), (0, 5)) for n in range(9)]
    full.env.run(until=7200)
    assert Reason.NO_SEAT in [one["booking"] for one in crowd]
    stairs = bus_of(BusRules(1, 4, 0, 0.0, 7200.0))
    chair = book(stairs, 1, 0.0, (0, 1), wheelchair=True)
    stairs.env.run(until=600)
    assert chair["booking"] is Reason.NO_WHEELCHAIR_SPACE


@settings(max_examples=25, deadline=None)
@example(seed=0, vehicles=2)
@given(seed=st.integers(0, 10**6), vehicles=st.integers(1, 3))
def test_no_promise_is_broken_and_nobody_is_lost(seed, vehicles):
    rules = BusRules(vehicles, 3, 1, 0.0, 7200.0, max_wait_s=900.0, reoptimise_s=60.0, steps=30)
    bus, rng = bus_of(rules, spacing_s=90.0), np.random.default_rng(seed)
    people, parties = [], {}
    for number in range(25):
        origin, goal = rng.choice(STOPS, 2, replace=False).tolist()
        asks_s, ahead_s, party = float(rng.uniform(0, 5000)), float(rng.choice([60.0, 1800.0])), int(rng.integers(1, 3))
        parties[number] = party
        people.append(book(bus, number, asks_s, (origin, goal), bool(rng.random() < 0.1), party, ahead_s))
    bus.env.run(until=20_000)
    for one in people:
        if not isinstance(one["booking"], Reason):
            booking = one["booking"]
            assert booking.earliest_s - 1e-6 <= one["picked_s"] - booking.service_s <= booking.latest_s + 1e-6
            ride_s = one["dropped_s"] - booking.service_s - one["picked_s"]
            assert ride_s <= booking.max_ride_s + 1e-6
            assert one["dropped_s"] - booking.service_s <= booking.drop_by_s + 1e-6
    events = bus.log.events()
    assert len(events.of(Kind.BROKE_PROMISE)) == 0
    assert len(events.of(Kind.BOARDED)) == len(events.of(Kind.ALIGHTED)) == len(events.of(Kind.BOOKED))
    assert bus.bookings == []
    for number in range(vehicles):
        own = events.vehicle == 100 + number
        heads = np.array([parties.get(who, 0) for who in events.traveller[own].tolist()])
        steps = (events.kind[own] == Kind.BOARDED).astype(int) - (events.kind[own] == Kind.ALIGHTED)
        assert np.cumsum(steps * heads).max(initial=0) <= rules.seats


def test_the_same_bookings_give_the_same_log():
    def log() -> bytes:
        bus = bus_of(RULES)
        for number in range(8):
            book(bus, number, 100.0 * number, (number % 5, 5))
        bus.env.run(until=7200)
        return bus.log.events().octets()

    assert log() == log()


def test_an_idle_vehicle_goes_where_riders_are_expected():
    rules = BusRules(1, 4, 1, 0.0, 7200.0, rests_at_hubs=True)
    bus = bus_of(rules)
    book(bus, 1, 100.0, (4, 0))
    bus.env.run(until=7000)
    assert bus.fleet[0].place == 4
    assert pytest.approx(0) == bus.log.events().load[bus.log.events().of(Kind.ARRIVED)][-1]
