"""The chance of making connections: closed forms, throwing dice, and a timetable reckoned by hand."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.chances import carried
from planner.delays import N_STEPS, STEP_S, Delays
from planner.errors import RequestError
from planner.model import Mode
from planner.plan import plan_at
from planner.reliability import arrived_by, reliability_of
from planner.request import PlanRequest, StopId, Via
from tests.cities import City, small_city

PUNCTUAL = Delays.of([0.0])


def test_a_stated_distribution_sums_to_one_and_has_its_mean() -> None:
    delays = Delays.stated(0.7, 120.0)
    assert delays.share.sum() == pytest.approx(1.0)
    assert delays.share[0] == pytest.approx(0.7)
    # Rounded up to whole steps, a delay is half a step longer in the mean.
    mean = STEP_S * float(delays.share @ np.arange(N_STEPS))
    assert mean == pytest.approx(0.3 * (120 + STEP_S / 2), rel=0.01)


def test_observed_delays_are_rounded_up_and_early_is_on_time() -> None:
    share = Delays.of([-60, 0, 1, 10, 99_999]).share
    assert (share[0], share[1], share[-1]) == (0.4, 0.4, 0.2)
    with pytest.raises(ValueError, match="at least one"):
        Delays.of([])


@pytest.mark.parametrize("slack", [0, 60, 300])
def test_a_connection_to_a_punctual_vehicle_is_made_as_the_exponential_says(slack: int) -> None:
    late, missed = carried([Delays.stated(0.6, 100.0), PUNCTUAL], [slack])
    assert missed == [pytest.approx(0.4 * math.exp(-slack / 100))]
    assert late[0] == pytest.approx(1 - missed[0])


def test_a_connection_the_timetable_does_not_leave_room_for_is_missed_unless_the_second_is_late() -> None:
    assert carried([PUNCTUAL, PUNCTUAL], [-10])[1] == [1.0]
    assert carried([PUNCTUAL, Delays.of([0, 10])], [-10])[1] == [0.5]


def test_three_vehicles_fare_as_when_dice_are_thrown() -> None:
    delays = [Delays.stated(0.5, 200.0), Delays.stated(0.3, 150.0), Delays.stated(0.8, 60.0)]
    slacks = [120.0, 45.0]
    rng = np.random.default_rng(7)
    a, b, c = (STEP_S * rng.choice(N_STEPS, 400_000, p=one.share) for one in delays)
    first, second = a <= b + 120, b <= c + 45
    late, missed = carried(delays, slacks)
    assert missed == pytest.approx([(~first).mean(), (first & ~second).mean()], abs=0.004)
    made = c[first & second]
    assert late.sum() == pytest.approx(len(made) / len(a), abs=0.004)
    assert STEP_S * float(late @ np.arange(N_STEPS)) / late.sum() == pytest.approx(made.mean(), rel=0.02)
    # Chances multiplied as if connections were independent would be wrong by far more than the dice are.
    assert abs(first.mean() * second.mean() - late.sum()) > 0.008


def test_quantiles_are_the_first_moments_reached_so_often() -> None:
    noon = datetime(2026, 11, 25, 12)
    arrivals = [(noon + timedelta(hours=1), 0.4), (noon, 0.5)]
    assert arrived_by(arrivals, 0.5) == noon
    assert arrived_by(arrivals, 0.51) == noon + timedelta(hours=1)
    assert arrived_by(arrivals, 0.91) is None


def test_who_misses_a_bus_takes_the_next_one(tmp_path: Path) -> None:
    lines = {"r": "A C\n08:00 08:05", "s": "C E\n08:06 08:10\n08:30 08:34"}
    network = small_city(tmp_path, City(lines=lines))
    eight = datetime.fromisoformat("2026-11-25T08:00+09:00")
    request = PlanRequest(StopId("A"), StopId("E"), eight, max_access_s=60, max_egress_s=60)
    (found,) = (one for one in plan_at(network, request).itineraries if one.transfers == 1)
    # Nine of ten buses are on time, the tenth is two minutes late: missed then, unless the other is late too.
    sure = reliability_of(network, request, found, {Mode.BUS: Delays.of([0] * 9 + [120])})
    (change,) = sure.connections
    assert change.missed == pytest.approx(0.1 * 0.9)
    assert sure.made == pytest.approx(0.91)
    assert change.fallback is not None
    assert f"{change.fallback.end:%H:%M}" == "08:34"
    assert (f"{sure.half:%H:%M}", f"{sure.nine_tenths:%H:%M}") == ("08:10", "08:12")
    with pytest.raises(RequestError, match="ask each part"):
        reliability_of(network, replace(request, via=(Via(StopId("C")),)), found)
