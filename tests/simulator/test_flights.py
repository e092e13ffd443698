"""Days of flights: what was planned happens where nothing goes wrong, and each mishap has its own end."""

from dataclasses import replace
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.intents import IntentState
from drones.schedule_problem import DroneType, Pad, Parcel, Priority
from drones.schedule_trips import METRES_PER_DEGREE, Corridor, trips_in_wind
from feeds.makuhari.aircraft import read_aircraft
from simulator.courier_rounds import BICYCLE, TOUR_CONSTANT, round_metrics
from simulator.events import Events, Kind, Reason
from simulator.flight_day import SPELL_S, AirDay, Closing, Hazards, PlannedFlight, PlannedRide, weather_of
from simulator.flight_metrics import flight_metrics
from simulator.flight_states import intent_states
from simulator.flights import fly
from simulator.metrics import State, balance

CRAFTS = read_aircraft()
CALM = Hazards(wind_sigma=0.0, pad_delay_s=0.0, link_losses_per_h=0.0, cycles_max=0.0, fade_per_cycle=0.0)
SITES = ((500.0, 500.0), (-500.0, 500.0), (3000.0, 0.0))
MORNING = 8 * 3600.0


def flight(parcel: int, drone: int = 0, departure_s: float = MORNING, goal: int = 1, **changes) -> PlannedFlight:
    due_s = departure_s + 1800
    return replace(PlannedFlight(parcel, drone, 0, goal, departure_s, due_s, 1.0, 60.0), **changes)


def day(*flights: PlannedFlight, wind=(0.0, 0.0), drones=("pf2-cat3",), hazards=CALM, **changes) -> AirDay:
    crafts = [CRAFTS[name] for name in drones]
    made = AirDay(flights, crafts, [2] * len(crafts), [(0.0, 0.0), (3000.0, 0.0), (0.0, 2000.0)], SITES, [wind], 50.0)
    return replace(made, hazards=hazards, **changes)


def rows(events: Events, kind: Kind) -> list[tuple[float, int]]:
    return [(float(events.time_s[i]), int(events.reason[i])) for i in events.of(kind)]


@pytest.mark.parametrize("wind", [(0.0, 0.0), (3.0, -2.0)])
def test_without_mishaps_a_flight_takes_the_time_and_energy_of_the_schedule(wind):
    """The oracle is the scheduler's own reckoning of a trip, phase by phase."""
    events = fly(day(flight(0), wind=wind), seed=1)
    degrees = 3000.0 / METRES_PER_DEGREE
    trips = trips_in_wind(CRAFTS, {"pad a": (0.0, 0.0), "parcel p": (0.0, degrees)}, [wind], Corridor(50.0, 1.0))
    kind, parcel = DroneType("pf2-cat3", 1.0, 0.0, 1.0, 0), Parcel("p", 1.0, Priority.ORDINARY, 0, 0, 0, 60)
    trip = trips(kind, Pad("a", "b", 0, 0), parcel, 8)
    assert trip is not None
    ((served_s, _),) = rows(events, Kind.REACHED)
    assert served_s == pytest.approx(MORNING + trip.out_s + 60)
    ((landed_s, _),) = rows(events, Kind.SWAPPED)
    assert landed_s == pytest.approx(served_s + trip.back_s)
    full = CRAFTS["pf2-cat3"].energy_j
    assert full - events.energy_j[events.of(Kind.SWAPPED)][0] == pytest.approx(trip.energy_j, rel=1e-6)


def test_gusts_over_the_limit_keep_it_on_the_pad_until_it_is_too_late():
    events = fly(day(flight(0), wind=(10.1, 0.0)), seed=1)
    waits, ends = rows(events, Kind.HELD), rows(events, Kind.GAVE_UP)
    assert [time for time, _ in waits] == [MORNING + k * SPELL_S for k in range(3)]
    assert ends == [(MORNING + 1800, Reason.GUST)]


def test_a_zone_known_before_holds_the_flight_and_lets_it_go_when_it_opens():
    closing = Closing((1500.0, 0.0), 200.0, 0.0, MORNING + 700)
    events = fly(day(flight(0), hazards=replace(CALM, closings=(closing,))), seed=1)
    ((boarded_s, _),) = rows(events, Kind.BOARDED)
    assert boarded_s == MORNING + 1200
    beside = replace(closing, centre_m=(1500.0, 201.0))
    assert not rows(fly(day(flight(0), hazards=replace(CALM, closings=(beside,))), seed=1), Kind.HELD)


def test_a_zone_that_closes_in_flight_sends_it_to_the_nearest_alternate():
    closing = Closing((2000.0, 0.0), 200.0, MORNING + 60, MORNING + 3600)
    events = fly(day(flight(0), flight(1, departure_s=MORNING + 4000), hazards=replace(CALM, closings=(closing,))), 1)
    ((aside_s, reason),) = rows(events, Kind.WITHDRAWN)
    assert reason == Reason.ZONE_CLOSED
    climb_s, craft = 50 / 3, CRAFTS["pf2-cat3"]
    at = (60 - climb_s) * craft.cruise_ms
    nearest = min(hypot(x - at, y) for x, y in SITES)
    assert aside_s == pytest.approx(MORNING + 60 + nearest / craft.cruise_ms + 50 / craft.descent_ms)
    flown = events.distance_m[events.of(Kind.ARRIVED)][0]
    assert flown == pytest.approx(at + nearest)
    assert balance(events)[State.GAVE_UP] == 1
    ((resumed_s, _),) = rows(events, Kind.RESUMED)
    assert resumed_s == pytest.approx(aside_s + 3600)
    (_, second) = rows(events, Kind.BOARDED)
    assert second[0] > resumed_s


def test_a_link_that_stays_lost_ends_the_flight_and_one_regained_does_not():
    lost = replace(CALM, link_losses_per_h=3600.0, link_regain_s=1e9)
    ((_, reason),) = rows(fly(day(flight(0), hazards=lost), 1), Kind.WITHDRAWN)
    assert reason == Reason.LOST_LINK
    regained = replace(lost, link_regain_s=1e-3)
    assert not rows(fly(day(flight(0), hazards=regained), 1), Kind.WITHDRAWN)


def test_an_old_battery_is_not_flown_below_the_reserve():
    """A flight that leaves 45 % of a new battery leaves less than 20 % of one that has lost 30 %."""
    planned = day(flight(0), reserve_share=0.2)
    ((_, _),) = rows(fly(planned, 1), Kind.BOARDED)
    aged = replace(CALM, cycles_max=1e-9, fade_per_cycle=0.0)
    assert rows(fly(replace(planned, hazards=aged), 1), Kind.BOARDED)
    old = replace(CALM, cycles_max=2000.0, fade_per_cycle=0.0005)
    outcomes = {rows(fly(replace(planned, hazards=old), seed), Kind.GAVE_UP)[0:1] != [] for seed in range(12)}
    assert outcomes == {True, False}


def test_two_drones_take_turns_on_a_pad():
    events = fly(day(flight(0), flight(1, 1), drones=("pf2-cat3", "pf2-cat3"), takeoff_s=30.0), 1)
    assert [time for time, _ in rows(events, Kind.BOARDED)] == [MORNING, MORNING + 30]
    landings = [time for time, _ in rows(events, Kind.SWAPPED)]
    assert landings[1] - landings[0] == pytest.approx(60.0)


def test_weather_is_on_average_the_forecast_and_steady_where_it_has_no_spread():
    planned = day(wind=(4.0, 3.0))
    calm = weather_of(planned, np.random.default_rng(1))
    assert calm.east_ms == pytest.approx(4.0)
    wild = weather_of(replace(planned, hazards=Hazards(wind_sigma=0.3)), np.random.default_rng(1))
    means = [weather_of(replace(planned, hazards=Hazards(wind_sigma=0.3)), np.random.default_rng(k)) for k in range(99)]
    assert np.mean([one.east_ms.mean() for one in means]) == pytest.approx(4.0, rel=0.03)
    assert wild.east_ms.std() > 0.3
    assert (wild.gust_ms > np.hypot(wild.east_ms, wild.north_ms)).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 12), st.integers(1, 12))
def test_parcels_are_conserved_and_energy_never_runs_out_unsaid(seed, wind, count):
    rough = Hazards(
        link_losses_per_h=4.0, wind_sigma=0.4, closings=(Closing((1500.0, 0.0), 500.0, 30_000.0, 33_000.0),)
    )
    flights = [flight(k, k % 2, MORNING + 900 * k, 1 + k % 2) for k in range(count)]
    made = day(*flights, wind=(wind, 0.0), drones=("pf2-cat3", "cargo-7kg"), hazards=rough, refused=((count, 1),))
    events = fly(made, seed)
    assert events.octets() == fly(made, seed).octets()
    found = flight_metrics(events, [f.due_s for f in flights] + [0.0], made.aircraft)
    assert found["parcels"] == count + 1
    assert found["served"] + found["not_delivered"] + found["refused"] == count + 1
    assert found["abort_no_alternate"] > 0 or not found["reserve_least"] < 0
    assert found["aborts"] == sum(value for name, value in found.items() if name.startswith("abort_"))
    drawn = found["kwh"] * 3.6e6
    assert drawn <= sum(craft.energy_j for craft in made.aircraft) * (count + 1)


def test_lateness_counts_against_the_share_on_time():
    flights = [flight(0), flight(1, 1), flight(2, 2, due_s=MORNING)]
    made = day(*flights, drones=("pf2-cat3",) * 3, refused=((3, 1),))
    found = flight_metrics(fly(made, 1), [MORNING + 1800, MORNING + 1800, MORNING, 0.0], made.aircraft)
    assert found["on_time_share"] == pytest.approx(2 / 4)


@pytest.mark.parametrize(("north_m", "is_met"), [(1000.0, True), (-1000.0, False), (1180.0, True), (1300.0, False)])
def test_a_closed_circle_is_met_where_the_slanting_line_comes_into_it(north_m, is_met):
    closing = Closing((1500.0, north_m), 200.0, 0.0, MORNING + 700)
    made = replace(day(flight(0), hazards=replace(CALM, closings=(closing,))), places_m=[(0.0, 0.0), (3000.0, 2000.0)])
    assert bool(rows(fly(made, 1), Kind.HELD)) is is_met


@pytest.mark.parametrize("wind", [(3.0, -2.0), (-4.0, 0.0)])
def test_a_flight_begins_if_and_only_if_it_leaves_the_reserve(wind):
    full = CRAFTS["pf2-cat3"].energy_j
    events = fly(day(flight(0), wind=wind, reserve_share=0.0), 1)
    left = float(events.energy_j[events.of(Kind.SWAPPED)][0]) / full
    assert rows(fly(day(flight(0), wind=wind, reserve_share=left - 1e-6), 1), Kind.BOARDED)
    refused = fly(day(flight(0), wind=wind, reserve_share=left + 1e-6), 1)
    assert rows(refused, Kind.GAVE_UP)[0][1] == Reason.LOW_BATTERY
    assert not rows(refused, Kind.BOARDED)


def test_a_courier_round_is_daganzos():
    square = [(x, y) for x in (-1000.0, 1000.0) for y in (-1000.0, 1000.0)]
    found = round_metrics(BICYCLE, square, (0.0, 0.0), 1.0)
    assert found["km"] == pytest.approx(1.3 * (2 * 2**0.5 + TOUR_CONSTANT * 4.0))
    assert found["g_co2e_parcel"] == pytest.approx(found["km"] * 4.3 / 4)
    assert round_metrics(BICYCLE, [], (0.0, 0.0), 1.0)["km"] == 0


def ride(parcel: int, departure_s: float, after: int = -1, **changes) -> PlannedRide:
    made = PlannedRide(parcel, 0, 1, 2, departure_s, 300.0, 300.0, 60.0, 400.0, 48_000.0, after)
    return replace(made, **changes)


STEADY = replace(CALM, ride_sigma=0.0)


def test_the_last_hop_waits_for_the_flight_and_takes_the_time_of_the_schedule():
    early, late = (fly(day(flight(0), hazards=STEADY, rides=(ride(1, at, 0),)), 1) for at in (MORNING, MORNING + 7200))
    flown_s = rows(early, Kind.REACHED)[0][0]
    assert flown_s > MORNING + 300
    assert rows(early, Kind.REACHED)[1][0] == pytest.approx(flown_s + 360)
    assert rows(late, Kind.REACHED)[1][0] == pytest.approx(MORNING + 7200 + 360)
    numbers = flight_metrics(early, [1e9, 1e9], [CRAFTS["pf2-cat3"]])
    assert (numbers["flights"], numbers["rides"], numbers["ridden_km"], numbers["flown_km"]) == (1, 1, 0.8, 6.0)
    alone = flight_metrics(fly(day(flight(0), hazards=STEADY), 1), [1e9], [CRAFTS["pf2-cat3"]])
    assert numbers["kwh"] - alone["kwh"] == pytest.approx(48_000 / 3.6e6)


def test_what_never_came_by_air_is_neither_ridden_nor_flown_on():
    made = day(flight(0), flight(2, 1, MORNING + 60, after=0), wind=(10.1, 0.0), drones=("pf2-cat3", "g4-s"))
    events = fly(replace(made, hazards=STEADY, rides=(ride(1, MORNING, 0), ride(3, MORNING + 60))), 1)
    assert {int(events.traveller[i]) for i in events.of(Kind.REACHED)} == {3}
    reasons = {int(events.traveller[i]): Reason(events.reason[i]) for i in events.of(Kind.GAVE_UP)}
    assert reasons == {0: Reason.GUST, 1: Reason.MISSED, 2: Reason.MISSED}
    assert sum(balance(events).values()) == 4


def test_a_played_day_drives_the_states_of_the_intents():
    closing = Closing((2000.0, 0.0), 200.0, MORNING + 60, MORNING + 600)
    made = day(flight(0), flight(1, departure_s=MORNING + 3000), hazards=replace(CALM, closings=(closing,)))
    events = fly(made, 1)
    changes = intent_states(made, events, 30.0)
    first, second = ([(c.state, c.time_s) for c in changes if c.parcel == k] for k in (0, 1))
    names = IntentState.ACCEPTED, IntentState.ACTIVATED, IntentState.CONTINGENT, IntentState.ENDED
    ((aside_s, _),) = rows(events, Kind.WITHDRAWN)
    assert first == list(zip(names, (0.0, MORNING, MORNING + 60, aside_s), strict=True))
    late = IntentState.ACCEPTED, IntentState.ACTIVATED, IntentState.NONCONFORMING, IntentState.ENDED
    assert [state for state, _ in second] == list(late)
    windy = day(flight(0), wind=(10.1, 0.0))
    given_up = intent_states(windy, fly(windy, 1), 30.0)
    assert [change.state for change in given_up] == [IntentState.ACCEPTED, IntentState.ENDED]
    assert given_up[1].time_s == MORNING + 1800
