"""Energy in closed form, and accounted for to the joule over a day."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.run import find_scenario
from scenarios.scenario import read_scenario
from scenarios.setups import setup_of
from simulator.course import Motion
from simulator.energy import AIR_KG_M3, GRAVITY_MS2, Drive, traction_j
from simulator.events import Kind
from simulator.fleet import Battery, round_j
from simulator.metrics import CostRates, fleet_metrics
from simulator.run import run
from tests.simulator.rings import BUS, DRIVE, DWELL_S, HOUR_S, MOTION, RING, flow, ring

FREE = Drive(1000.0, 100.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def test_rolling_is_weight_times_coefficient_times_way() -> None:
    assert traction_j(replace(FREE, rolling=0.01), 500.0, MOTION, 2, starts=0) == pytest.approx(
        1200 * GRAVITY_MS2 * 0.01 * 500
    )


def test_drag_is_the_integral_of_the_squared_speed() -> None:
    seconds, step = np.linspace(0, 57.5, 2_000_001, retstep=True)
    speed = np.minimum(np.minimum(10.0, seconds), 2 * (57.5 - seconds))
    assert traction_j(replace(FREE, drag_area_m2=5.0), 500.0, MOTION, 0, starts=0) == pytest.approx(
        AIR_KG_M3 / 2 * 5 * (speed**3).sum() * step, rel=1e-4
    )


@pytest.mark.parametrize(("regeneration", "lost"), [(0.0, 50_000.0), (0.6, 20_000.0), (1.0, 0.0)])
def test_a_stop_costs_the_kinetic_energy_that_is_not_put_back(regeneration: float, lost: float) -> None:
    drive = replace(FREE, regeneration=regeneration)
    assert traction_j(drive, 500.0, MOTION, 0) == pytest.approx(lost)


def test_a_round_of_a_lone_empty_vehicle() -> None:
    events = run(ring(fleet=1, until_h=3), 1)
    home = np.flatnonzero((events.kind == Kind.ARRIVED) & (events.position == 0))
    one_round = slice(home[1] + 1, home[2] + 1)
    drawn = events.energy_j[one_round].sum()
    assert drawn == pytest.approx(round_j(RING, replace(BUS, places=0), DWELL_S))


def test_what_was_in_the_battery_and_put_in_was_drawn_or_is_still_there() -> None:
    battery = Battery(40e6, 40e6, 15e6, 36e6, 50e3)
    setup = ring(fleet=2, until_h=20, kind=replace(BUS, battery=battery), end_s=16 * HOUR_S)
    setup = replace(setup, plan=replace(setup.plan, interventions_per_km=0.2, intervention_s=60.0))
    events = run(replace(setup, sources=(flow(10, 15),)), 1)
    for vehicle in range(2):
        sums = {kind: events.energy_j[(events.vehicle == vehicle) & (events.kind == kind)].sum() for kind in Kind}
        assert sums[Kind.CHARGED] > 0
        drawn = sums[Kind.ARRIVED] + sums[Kind.DEPARTED] + sums[Kind.CHARGING_BEGAN]
        assert sums[Kind.ENTERED] + sums[Kind.CHARGED] - drawn == pytest.approx(sums[Kind.LEFT], rel=1e-9)


def test_no_battery_runs_empty_on_the_concert_night() -> None:
    events = run(setup_of(*read_scenario(find_scenario("loop-concert-night"))), 1)
    for vehicle in range(4):
        mine = events.vehicle == vehicle
        put_in = np.where(np.isin(events.kind, [Kind.ENTERED, Kind.CHARGED]), events.energy_j, 0.0)
        drawn = np.where(np.isin(events.kind, [Kind.ARRIVED, Kind.DEPARTED, Kind.CHARGING_BEGAN]), events.energy_j, 0.0)
        level = np.cumsum((put_in - drawn)[mine])
        assert 0 < level.min() < 0.3 * 60 * 3.6e6
        assert level.max() <= 60 * 3.6e6


def test_kilometres_are_rounds() -> None:
    events = run(ring(fleet=2, until_h=20, end_s=16 * HOUR_S), 1)
    arrivals = np.sum((events.kind == Kind.ARRIVED) & (events.position == 0))
    assert events.distance_m.sum() == pytest.approx((arrivals - 2) * RING.length_m)


def test_standing_costs_only_what_always_runs() -> None:
    quiet = run(ring(fleet=1, until_h=10, minimum_dwell_s=3600.0), 1)
    found = fleet_metrics(quiet, CostRates(11, 100.0), 0.0, 10 * HOUR_S)
    traction = sum(
        traction_j(DRIVE, length, Motion(10.0, 1.0, 2.0), 0)
        for length in quiet.distance_m[quiet.of(Kind.ARRIVED)].tolist()
    )
    until_s = quiet.time_s[quiet.of(Kind.ARRIVED, Kind.DEPARTED)].max()
    assert found["energy_kwh"] * 3.6e6 == pytest.approx(traction + DRIVE.auxiliary_w * until_s)
    assert found["co2e_kg"] == pytest.approx(found["energy_kwh"] * 3.6 * 100 / 1000)
