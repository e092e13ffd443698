"""Vehicles on a ring against closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.course import cycle_s, loop, running_time_s
from simulator.demand import Habits
from simulator.domain import Closure, Limit, Weather, operating_domain
from simulator.events import Kind
from simulator.fleet import Battery
from simulator.metrics import headway_cv, journeys, traveller_metrics
from simulator.run import run
from tests.simulator.rings import BUS, DWELL_S, HOUR_S, MOTION, RING, flow, ring, times, trips

CYCLE_S = cycle_s(RING, MOTION, DWELL_S)


def test_the_cycle() -> None:
    arrivals = times(run(ring(fleet=1, until_h=2), 1), Kind.ARRIVED, position=0)
    assert np.diff(arrivals[1:]) == pytest.approx(CYCLE_S)


def test_an_even_headway_is_waited_for_half_until_departure() -> None:
    setup = replace(ring(fleet=3, until_h=30), sources=(flow(60, 29),))
    found = traveller_metrics(run(setup, 1), from_s=HOUR_S)
    assert found["wait_departure_s_mean"] == pytest.approx(CYCLE_S / 2 / 3, rel=0.02)
    assert found["wait_departure_s_max"] == pytest.approx(CYCLE_S / 3, rel=0.01)


def test_an_uneven_headway_is_waited_for_longer() -> None:
    setup = replace(ring(fleet=2, until_h=30, headway_s=CYCLE_S / 4), sources=(flow(60, 29),))
    events = run(setup, 1)
    assert headway_cv(events, HOUR_S, 30 * HOUR_S) == pytest.approx(0.5, abs=0.01)
    found = traveller_metrics(events, from_s=HOUR_S)
    assert found["wait_departure_s_mean"] == pytest.approx(CYCLE_S / 4 * (1 + 0.5**2), rel=0.02)


def test_random_headways_are_waited_for_by_their_variation() -> None:
    setup = ring(fleet=3, until_h=60, interventions_per_km=0.5, intervention_s=120.0, operators=3)
    events = run(replace(setup, sources=(flow(60, 59),)), 1)
    waits = journeys(events)
    for position in range(4):
        intervals = np.diff(times(events, Kind.DEPARTED, position=position))
        rows = events.of(Kind.BOARDED)
        people = events.traveller[rows[(events.position[rows] == position) & (events.time_s[rows] > HOUR_S)]]
        wait = np.nanmean(waits.departed_s[people] - waits.joined_s[people])
        expected = intervals.mean() / 2 * (1 + (intervals.std() / intervals.mean()) ** 2)
        assert wait == pytest.approx(expected, rel=0.05)


def test_a_ride_is_its_stretches_and_the_dwells_between() -> None:
    setup = replace(ring(fleet=1, until_h=2), sources=(trips((10.0, 1, 3), (20.0, 3, 1)),))
    found = journeys(run(setup, 1))
    rides = found.alighted_s - found.departed_s
    there = running_time_s(300, MOTION) + DWELL_S + running_time_s(200, MOTION)
    back = running_time_s(100, MOTION) + DWELL_S + running_time_s(400, MOTION)
    assert rides == pytest.approx([there, back])
    assert found.ride_m == pytest.approx([500, 500])


def test_under_more_demand_than_places_every_vehicle_leaves_full() -> None:
    course = loop("AB", (500.0, 500.0))
    setup = ring(course, fleet=2, until_h=4, kind=replace(BUS, places=11))
    events = run(replace(setup, sources=(flow(1000, 4, stops=2),)), 1)
    rows = events.of(Kind.DEPARTED)
    assert set(events.load[rows][events.time_s[rows] > HOUR_S]) == {11}
    departures = len(times(events, Kind.DEPARTED, position=0))
    assert departures == pytest.approx(4 * HOUR_S / setup.plan.headway_s, abs=2)
    assert traveller_metrics(events)["left_behind"] > 1000


def test_nobody_is_overtaken_in_a_queue() -> None:
    setup = replace(ring(kind=replace(BUS, places=3), until_h=3), sources=(flow(30, 3),))
    found = journeys(run(setup, 1))
    events = run(setup, 1)
    for position in range(4):
        rows = events.of(Kind.BOARDED)
        people = events.traveller[rows[events.position[rows] == position]]
        assert (np.diff(found.joined_s[people]) >= 0).all()


@pytest.mark.parametrize(("doors", "seconds"), [(1, 0.5 + 3 * 2.0 + 0.5), (2, 0.5 + 3 * 1.0 + 0.5)])
def test_a_dwell_grows_with_who_boards(doors: int, seconds: float) -> None:
    kind = replace(BUS, doors=doors, door_s=1.0, board_s=2.0)
    setup = replace(ring(fleet=1, until_h=1, kind=kind, minimum_dwell_s=0.0), sources=(trips(*[(1.0, 1, 2)] * 3),))
    events = run(setup, 1)
    arrived, departed = times(events, Kind.ARRIVED, position=1), times(events, Kind.DEPARTED, position=1)
    assert departed[0] - arrived[0] == pytest.approx(seconds)


def test_a_wheelchair_takes_longer_and_needs_its_place() -> None:
    kind = replace(BUS, board_s=2.0, wheelchair_s=60.0)
    setup = ring(fleet=1, until_h=1, kind=kind, minimum_dwell_s=0.0)
    setup = replace(
        setup, habits=Habits(patience_s=1e9, wheelchair_share=1.0), sources=(trips((1.0, 1, 2), (2.0, 1, 2)),)
    )
    events = run(setup, 1)
    arrived, departed = times(events, Kind.ARRIVED, position=1), times(events, Kind.DEPARTED, position=1)
    assert departed[:2] - arrived[:2] == pytest.approx([60.0, 60.0])
    assert times(events, Kind.BOARDED) == pytest.approx([arrived[0] + 60, arrived[1] + 60])
    assert journeys(events).left_behind.tolist() == [0, 1]


def test_whoever_comes_while_the_doors_are_open_boards_at_once() -> None:
    events = run(replace(ring(fleet=1, until_h=1), sources=(trips((DWELL_S / 2, 0, 1)),)), 1)
    assert times(events, Kind.BOARDED).tolist() == [DWELL_S / 2]
    assert times(events, Kind.DEPARTED)[0] == DWELL_S


def test_holding_evens_out_what_interventions_disturb() -> None:
    slack_s = 1.15 * CYCLE_S / 3
    disturbed = ring(fleet=3, until_h=48, headway_s=slack_s, interventions_per_km=0.3, intervention_s=60.0)
    held = replace(disturbed, plan=replace(disturbed.plan, controls=frozenset({0, 1, 2, 3}), max_hold_s=300.0))
    before, after = (headway_cv(run(setup, 1), HOUR_S, 48 * HOUR_S) for setup in (disturbed, held))
    assert after < before / 2


def test_a_planned_headway_is_kept_at_the_control() -> None:
    events = run(ring(fleet=2, until_h=10, headway_s=180.0, controls=frozenset({0})), 1)
    assert np.diff(times(events, Kind.DEPARTED, position=0)) == pytest.approx(180.0)


def test_one_operator_helps_one_vehicle_at_a_time() -> None:
    events = run(ring(fleet=4, until_h=48, interventions_per_km=3.0, intervention_s=200.0), 1)
    begun, ended = times(events, Kind.INTERVENTION_BEGAN), times(events, Kind.INTERVENTION_ENDED)
    assert (begun[1:] >= ended[: len(begun) - 1]).all()
    assert (times(events, Kind.INTERVENTION_ASKED)[: len(begun)] < begun).any()


def test_a_safety_driver_waits_for_nobody() -> None:
    setup = ring(fleet=4, until_h=48, interventions_per_km=3.0, intervention_s=200.0, has_safety_driver=True)
    events = run(setup, 1)
    asked, begun = (events.of(kind) for kind in (Kind.INTERVENTION_ASKED, Kind.INTERVENTION_BEGAN))
    assert (events.time_s[asked] == events.time_s[begun]).all()


def test_interventions_come_by_the_kilometre() -> None:
    events = run(ring(fleet=4, until_h=200, interventions_per_km=0.5, intervention_s=1.0), 1)
    km = events.distance_m.sum() / 1000
    assert len(events.of(Kind.INTERVENTION_ASKED)) == pytest.approx(0.5 * km, rel=0.05)


def test_an_intervention_costs_its_time_and_one_more_start() -> None:
    setup = ring(fleet=1, until_h=40, interventions_per_km=0.5, intervention_s=1e-9, minimum_dwell_s=0.0)
    events = run(setup, 1)
    stands = len(events.of(Kind.INTERVENTION_ENDED))
    stretches = events.position[events.of(Kind.ARRIVED)][1:]
    undisturbed = sum(running_time_s(RING.lengths_m[position - 1], MOTION) for position in stretches.tolist())
    last = times(events, Kind.ARRIVED)[-1]
    lost = times(events, Kind.INTERVENTION_ENDED) <= last
    assert last == pytest.approx(undisturbed + lost.sum() * (10 / 2 / 1 + 10 / 2 / 2), abs=8)
    assert stands > 100


def test_half_the_speed_in_rain() -> None:
    domain = operating_domain(4, [Weather(0.0, rain_mm_h=12.0)], [Limit(0.5, rain_mm_h=10.0)])
    arrivals = times(run(replace(ring(fleet=1, until_h=2), domain=domain), 1), Kind.ARRIVED, position=0)
    slow = replace(MOTION, speed_ms=MOTION.speed_ms / 2)
    assert np.diff(arrivals[1:]) == pytest.approx(cycle_s(RING, slow, DWELL_S))


def test_vehicles_stand_aside_in_a_storm_and_put_everyone_down() -> None:
    weather = [Weather(0.0), Weather(1 * HOUR_S, wind_ms=25.0), Weather(2 * HOUR_S)]
    domain = operating_domain(4, weather, [Limit(0.0, wind_ms=20.0)])
    setup = replace(ring(fleet=2, until_h=4), domain=domain, sources=(flow(20, 3.5),))
    events = run(setup, 1)
    departures = times(events, Kind.DEPARTED)
    assert not ((departures > HOUR_S) & (departures < 2 * HOUR_S)).any()
    assert len(events.of(Kind.WITHDRAWN)) == len(events.of(Kind.RESUMED)) == 2
    down = events.traveller[events.of(Kind.PUT_DOWN)]
    assert len(down)
    assert not np.isnan(journeys(events).reached_s[down]).any()


def test_a_closed_stretch_is_waited_for_at_its_beginning() -> None:
    domain = operating_domain(4, closures=[Closure(2, 600.0, 1800.0)])
    events = run(replace(ring(fleet=1, until_h=1), domain=domain), 1)
    assert events.position[events.of(Kind.WITHDRAWN)].tolist() == [2]
    departures = times(events, Kind.DEPARTED, position=2)
    assert not ((departures >= 600) & (departures < 1800)).any()


def test_batteries_are_charged_at_the_depot_with_nobody_on_board() -> None:
    battery = Battery(40e6, 40e6, 15e6, 36e6, 50e3)
    setup = replace(ring(fleet=2, until_h=24, kind=replace(BUS, battery=battery)), sources=(flow(10, 24),))
    events = run(setup, 1)
    rows = events.of(Kind.CHARGING_BEGAN)
    assert len(rows) > 4
    assert (events.position[rows] == 0).all()
    assert (events.load[rows] == 0).all()


def test_the_service_ends_with_empty_vehicles_at_the_depot() -> None:
    setup = replace(ring(fleet=2, until_h=4, end_s=2 * HOUR_S), sources=(flow(20, 3),))
    events = run(setup, 1)
    rows = events.of(Kind.LEFT)
    assert events.vehicle[rows].tolist() == [0, 1]
    assert (events.load[rows] == 0).all()
    assert (events.position[rows] == 0).all()
    assert (events.time_s[rows] < 2 * HOUR_S + 2 * CYCLE_S + 60).all()
    assert (events.time_s[events.of(Kind.REJECTED)] >= 2 * HOUR_S).all()
