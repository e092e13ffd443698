"""Vehicles that keep a timetable."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.events import Events, Kind
from simulator.fleet import Battery, Duty
from simulator.metrics import State, balance
from simulator.run import Setup, run
from tests.simulator.rings import BUS, DWELL_S, HOUR_S, flow, ring, times, trips
from tests.simulator.test_ring import CYCLE_S

EARLY = Duty((600.0, 600.0 + CYCLE_S + 60.0, 3000.0))
LATE = Duty((900.0, 4000.0), ((1200.0, 1800.0),))
BATTERY = Battery(40e6, 20e6, 5e6, 36e6, 10e3)


def setup(*duties: Duty, **changes: object) -> Setup:
    kind = replace(BUS, battery=BATTERY)
    return replace(ring(fleet=len(duties), until_h=2, kind=kind, end_s=6000.0, duties=duties), **changes)  # type: ignore[arg-type]


def departures(events: Events, vehicle: int) -> list[float]:
    return times(events, Kind.DEPARTED, vehicle, 0).tolist()


def test_the_timetable_is_kept_to_the_second() -> None:
    events = run(setup(EARLY, LATE, sources=(flow(5, 1.5),)), 1)
    assert departures(events, 0) == pytest.approx(EARLY.departures_s)
    assert departures(events, 1) == pytest.approx(LATE.departures_s)


def test_vehicles_come_just_in_time_and_leave_after_their_last_round() -> None:
    events = run(setup(EARLY, LATE), 1)
    assert times(events, Kind.ENTERED).tolist() == pytest.approx([600.0 - DWELL_S, 900.0 - DWELL_S])
    left = [4000.0 + CYCLE_S - DWELL_S, 3000.0 + CYCLE_S - DWELL_S]
    assert sorted(times(events, Kind.LEFT)) == pytest.approx(sorted(left))


def test_charging_begins_and_ends_as_planned() -> None:
    events = run(setup(EARLY, LATE), 1)
    assert times(events, Kind.CHARGING_BEGAN, 1).tolist() == [1200.0]
    assert times(events, Kind.CHARGED, 1).tolist() == [1800.0]
    assert events.energy_j[events.of(Kind.CHARGED)].tolist() == pytest.approx([600 * 10e3])


def test_a_full_battery_ends_charging_early() -> None:
    kind = replace(BUS, battery=replace(BATTERY, start_j=36e6))
    events = run(setup(EARLY, LATE, kind=kind), 1)
    assert events.energy_j[events.of(Kind.CHARGED)][0] < 600 * 10e3
    assert times(events, Kind.CHARGED)[0] < 1800.0


def test_riders_ride_through_a_short_pause_and_are_not_taken_into_a_long_one() -> None:
    # From C to B, past the depot: the first round ends in a minute's pause, the second in a long one.
    events = run(setup(EARLY, sources=(trips((605.0, 2, 1), (800.0, 2, 1), (5.0, 2, 3)),)), 1)
    boarded, alighted = times(events, Kind.BOARDED), times(events, Kind.ALIGHTED)
    first_s = times(events, Kind.ARRIVED, 0, 2)[0]
    assert np.isclose(boarded, first_s).sum() == 2
    assert len(alighted) == 2
    assert balance(events)[State.GAVE_UP] == 1


def test_a_waiting_vehicle_keeps_nobody_from_the_platform() -> None:
    waits = Duty((100.0, 2000.0))
    passes = Duty((300.0, 300.0 + CYCLE_S, 300.0 + 2 * CYCLE_S, 300.0 + 3 * CYCLE_S))
    events = run(setup(waits, passes), 1)
    assert departures(events, 1) == pytest.approx(passes.departures_s)


def test_nobody_is_lost_with_duties() -> None:
    events = run(setup(EARLY, LATE, sources=(flow(20, 1.9),)), 3)
    found = balance(events)
    assert sum(found.values()) == len(events.of(Kind.GENERATED))
    assert found[State.RIDING] == 0
    assert found[State.WAITING] == 0


def test_a_pause_draws_nothing() -> None:
    short = run(setup(Duty((600.0, 600.0 + CYCLE_S))), 1)
    long = run(setup(Duty((600.0, 4000.0))), 1)
    rows = [events.of(Kind.ARRIVED, Kind.DEPARTED) for events in (short, long)]
    assert short.energy_j[rows[0]].sum() == pytest.approx(long.energy_j[rows[1]].sum())


def test_an_empty_duty_stays_at_home() -> None:
    events = run(setup(EARLY, Duty(())), 1)
    assert set(events.vehicle[events.of(Kind.ENTERED)]) == {0}
    assert events.time_s[events.of(Kind.ENTERED)][0] < HOUR_S
