"""Student's intervals against tables; replications on processes."""

from math import atan, inf, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.intervals import incomplete_beta, interval, more_replications, more_until, paired, t_quantile, unpaired


@pytest.mark.parametrize(
    ("freedom", "probability", "value"),
    [(1, 0.975, 12.706), (2, 0.975, 4.303), (4, 0.975, 2.776), (9, 0.975, 2.262), (30, 0.975, 2.042),
     (120, 0.975, 1.980), (5, 0.95, 2.015), (10, 0.995, 3.169)],
)  # fmt: skip
def test_quantiles_as_printed_in_every_table(freedom: int, probability: float, value: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(value, abs=6e-4)


@given(st.floats(0.001, 0.999))
def test_the_incomplete_beta_function_in_closed_form(x: float) -> None:
    assert incomplete_beta(1.0, 3.0, x) == pytest.approx(1 - (1 - x) ** 3)
    assert incomplete_beta(2.0, 2.0, x) == pytest.approx(3 * x**2 - 2 * x**3)
    assert incomplete_beta(0.5, 0.5, x) == pytest.approx(2 / pi * atan(sqrt(x / (1 - x))))


def test_an_interval_by_hand() -> None:
    found = interval([1.0, 2.0, 3.0, nan])
    assert (found.mean, found.count) == (2.0, 3)
    assert found.half_width == pytest.approx(4.303 / sqrt(3), abs=1e-3)
    assert (found.low, found.high) == (2 - found.half_width, 2 + found.half_width)


def test_one_replication_says_nothing_about_the_spread() -> None:
    assert interval([5.0]).half_width == inf
    assert np.isnan(interval([nan]).mean)


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    samples = rng.normal(10.0, 3.0, (2000, 5))
    held = sum(abs(found.mean - 10) <= found.half_width for found in (interval(sample) for sample in samples.tolist()))
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_common_random_numbers_narrow_the_difference() -> None:
    rng = np.random.default_rng(1)
    common = rng.normal(100.0, 10.0, 20)
    before, after = (common + rng.normal(0.0, 0.1, 20)).tolist(), (common + 1 + rng.normal(0.0, 0.1, 20)).tolist()
    assert paired(before, after).low > 0
    assert unpaired(before, after).low < 0 < unpaired(before, after).high


def test_welch_with_equal_spreads_has_the_freedom_of_both() -> None:
    found = unpaired([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    assert found.mean == 1
    assert found.half_width == pytest.approx(2.776 * sqrt(2 / 3), abs=1e-3)


def test_so_many_more_replications_suffice_and_fewer_do_not() -> None:
    values = [90.0, 100.0, 110.0]
    needed = 3 + more_replications(values, 0.05)
    deviation = 10.0
    assert t_quantile(0.975, needed - 1) * deviation / sqrt(needed) <= 5
    assert t_quantile(0.975, needed - 2) * deviation / sqrt(needed - 1) > 5
    assert more_replications(values, 0.5) == 0


def test_so_many_more_replications_narrow_a_difference() -> None:
    changes = [-3.0, 1.0, 2.0, 4.0]
    needed = 4 + more_until(changes, 1.5)
    deviation = interval(changes).half_width / t_quantile(0.975, 3) * 2
    assert t_quantile(0.975, needed - 1) * deviation / sqrt(needed) <= 1.5
    assert t_quantile(0.975, needed - 2) * deviation / sqrt(needed - 1) > 1.5
    assert more_until(changes, 0.0) == 0
    assert more_until(changes[:1], 1.0) == 0
