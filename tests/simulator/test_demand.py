"""Who comes when: rates, peaks, a population."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.demand import Egress, Habits, Population, Rates, synthetic_population, travellers
from tests.simulator.rings import HOUR_S, flow

DIRECT_M = np.full((4, 4), 500.0)


def test_a_flow_is_poisson_with_its_rate() -> None:
    per_h = np.array([[[0.0, 30.0], [10.0, 0.0]], [[0.0, 90.0], [0.0, 0.0]]])
    days = [Rates((0.0, HOUR_S, 3 * HOUR_S), per_h)(np.random.default_rng(seed)) for seed in range(400)]
    early = [((day.time_s < HOUR_S) & (day.origin == 0)).sum() for day in days]
    late = [(day.time_s >= HOUR_S).sum() for day in days]
    assert np.mean(early) == pytest.approx(30, abs=1)
    assert np.var(early) == pytest.approx(30, rel=0.2)
    assert np.mean(late) == pytest.approx(180, abs=2)
    assert all((day.origin[day.time_s >= HOUR_S] == 0).all() for day in days)


def test_gaps_of_a_flow_are_exponential() -> None:
    times = np.sort(Rates((0.0, 1000 * HOUR_S), np.array([[[0.0, 20.0], [0.0, 0.0]]]))(np.random.default_rng(1)).time_s)
    gaps = np.diff(times)
    assert gaps.mean() == pytest.approx(180, rel=0.03)
    assert gaps.std() / gaps.mean() == pytest.approx(1, abs=0.03)


def test_an_audience_leaves_after_the_end_with_its_mean_delay() -> None:
    left = Egress(2, 20_000, 75_600.0, 1500.0, 3.0, (0.75, 0.25, 0.0, 0.0))(np.random.default_rng(1))
    delays = left.time_s - 75_600
    assert len(delays) == 20_000
    assert (delays > 0).all()
    assert delays.mean() == pytest.approx(1500, rel=0.02)
    assert delays.var() == pytest.approx(1500**2 / 3, rel=0.05)
    assert (left.origin == 2).all()
    assert np.mean(left.destination == 0) == pytest.approx(0.75, abs=0.01)


def test_a_population_goes_out_and_comes_home() -> None:
    people = synthetic_population(np.random.default_rng(1), [100, 0, 50, 0], [1.0, 3.0, 0.0, 0.0], 36_000.0, 7200.0)
    assert np.bincount(people.home, minlength=4).tolist() == [100, 0, 50, 0]
    assert set(people.place[people.home == 0]) == {1}
    assert set(people.place[people.home == 2]) == {0, 1}
    day = people(np.random.default_rng(2))
    half = len(people.home)
    assert day.origin[:half].tolist() == day.destination[half:].tolist() == people.home.tolist()
    assert (day.time_s[half:] >= day.time_s[:half]).all()


def test_a_population_lives_on_when_the_day_changes() -> None:
    people = Population(np.array([0]), np.array([1]), np.array([36_000.0]), np.array([40_000.0]), 300.0)
    days = [people(np.random.default_rng(seed)).time_s for seed in range(500)]
    assert np.std([day[0] for day in days]) == pytest.approx(300, rel=0.1)


def test_travellers_come_in_order_and_do_not_depend_on_other_sources() -> None:
    habits = Habits(100.0, 50.0, 600.0, 0.5, 0.2)
    alone = travellers([flow(20, 2)], habits, DIRECT_M, 5, 0)
    together = travellers([flow(20, 2), Egress(1, 50, 3600.0, 60.0, 2.0, (1.0, 0.0, 0.0, 0.0))], habits, DIRECT_M, 5, 0)
    assert [traveller.number for traveller in together] == list(range(len(together)))
    assert all(first.time_s <= then.time_s for first, then in pairwise(together))
    assert {traveller.time_s for traveller in alone} <= {traveller.time_s for traveller in together}


def test_habits_are_drawn_as_stated() -> None:
    people = travellers([flow(2000, 2)], Habits(100.0, 50.0, 600.0, 0.5, 0.2), DIRECT_M, 5, 0)
    assert np.median([person.patience_s for person in people]) == pytest.approx(600, rel=0.02)
    assert np.mean([person.uses_wheelchair for person in people]) == pytest.approx(0.2, abs=0.01)
    speeds = [500 / (person.walk_s - person.access_s - person.egress_s) for person in people]
    assert np.mean(speeds) == pytest.approx(1.34, rel=0.01)
    assert np.mean([person.access_s / person.egress_s for person in people]) > 1
    assert min(speeds) >= 0.6 - 1e-9


def test_nobody_goes_where_they_are() -> None:
    here = np.zeros((1, 4, 4))
    here[0, 1, 1] = 50.0
    assert travellers([Rates((0.0, HOUR_S), here)], Habits(), DIRECT_M, 1, 0) == []
