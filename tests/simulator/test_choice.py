"""Logit."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.choice import Alternative, Tastes, chosen, probabilities, utility
from simulator.metrics import traveller_metrics
from simulator.run import Choice, run
from tests.simulator.rings import flow, ring

TASTES = Tastes()


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=5), st.floats(-1000, 1000))
def test_shares_sum_to_one_and_only_differences_count(utilities: list[float], shift: float) -> None:
    shares = probabilities(utilities)
    assert sum(shares) == pytest.approx(1)
    assert probabilities([u + shift for u in utilities]) == pytest.approx(shares, abs=1e-9)


def test_the_odds_are_the_exponential_of_the_difference() -> None:
    shares = probabilities([-1.0, -1.0 - log(3)])
    assert shares == pytest.approx([0.75, 0.25])
    assert probabilities([0.3, -0.2])[0] == pytest.approx(1 / (1 + exp(-0.5)))


@pytest.mark.parametrize("attribute", ["ride_s", "wait_s", "walk_s", "price_yen", "transfers", "crowding"])
def test_more_of_anything_is_worse(attribute: str) -> None:
    assert utility(replace(Alternative(), **{attribute: 5}), TASTES) < utility(Alternative(), TASTES)


def test_a_minute_on_foot_weighs_two_in_the_vehicle_and_those_forty_yen_each() -> None:
    walk = utility(Alternative(walk_s=60), TASTES)
    assert walk == pytest.approx(utility(Alternative(ride_s=120), TASTES))
    assert walk == pytest.approx(utility(Alternative(price_yen=80), TASTES))


def test_luck_takes_alternatives_by_their_shares() -> None:
    utilities = [0.0, 1.0, -1.0]
    taken = np.bincount([chosen(utilities, luck) for luck in np.linspace(0, 1, 20_000, endpoint=False)], minlength=3)
    assert taken / 20_000 == pytest.approx(probabilities(utilities), abs=1e-3)


def test_the_dearer_the_ride_the_more_walk() -> None:
    on_foot = [
        traveller_metrics(run(replace(ring(until_h=3), sources=(flow(20, 2),), choice=Choice(TASTES, price)), 1))[
            "on_foot"
        ]
        for price in (0.0, 300.0, 3000.0)
    ]
    assert on_foot[0] < on_foot[1] < on_foot[2]
