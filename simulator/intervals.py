"""What independent replications say about a mean: Student's intervals, paired differences, how many more are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, inf, isnan, lgamma, log, nan, sqrt

import numpy as np

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean of `count` replications plus or minus `half_width`; inf if there are fewer than two, nan of nothing."""

    mean: float
    half_width: float
    count: int

    @property
    def low(self) -> float:
        """Lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end."""
        return self.mean + self.half_width


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Interval that holds the mean with this confidence if means are normal; nan among the values is left out."""
    known = np.array([value for value in values if not isnan(value)])
    if len(known) < 2:
        return Interval(float(known[0]) if len(known) else nan, inf, len(known))
    error = float(known.std(ddof=1)) / sqrt(len(known))
    return Interval(float(known.mean()), error * t_quantile((1 + confidence) / 2, len(known) - 1), len(known))


def paired(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Interval of after - before, replication by replication: narrow if both had the same random numbers."""
    return interval([b - a for a, b in zip(before, after, strict=True)], confidence)


def unpaired(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Interval of the difference of two means of independent replications.

    References
    ----------
    Welch, B. L. The generalization of "Student's" problem. Biometrika 34 (1947), doi:10.1093/biomet/34.1-2.28.
    """
    samples = [np.array([value for value in values if not isnan(value)]) for values in (before, after)]
    if min(len(sample) for sample in samples) < 2:
        return Interval(interval(after).mean - interval(before).mean, inf, min(len(sample) for sample in samples))
    parts = [float(sample.var(ddof=1)) / len(sample) for sample in samples]
    count, change = len(samples[0]) + len(samples[1]), float(samples[1].mean() - samples[0].mean())
    if sum(parts) == 0:
        return Interval(change, 0.0, count)
    spread = sum(part**2 / (len(sample) - 1) for part, sample in zip(parts, samples, strict=True))
    quantile = t_quantile((1 + confidence) / 2, sum(parts) ** 2 / spread)
    return Interval(change, quantile * sqrt(sum(parts)), count)


def more_replications(values: Sequence[float], relative: float, confidence: float = CONFIDENCE) -> int:
    """Replications to add until the half width is about `relative` times the mean, by the spread seen so far.

    References
    ----------
    Law, A. M. Simulation Modeling and Analysis, 5th edition (2015), section 9.4.1.
    """
    now = interval(values, confidence)
    return 0 if now.count < 2 or now.mean == 0 else more_until(values, relative * abs(now.mean), confidence)


def more_until(values: Sequence[float], half_width: float, confidence: float = CONFIDENCE) -> int:
    """Replications to add until the half width is about so much, by the spread seen so far; 0 of fewer than two."""
    now = interval(values, confidence)
    if now.count < 2 or half_width <= 0:
        return 0
    deviation = now.half_width / t_quantile((1 + confidence) / 2, now.count - 1) * sqrt(now.count)

    def is_enough(count: int) -> bool:
        return t_quantile((1 + confidence) / 2, count - 1) * deviation / sqrt(count) <= half_width

    if is_enough(now.count):
        return 0
    few, enough = now.count, 2 * now.count
    while not is_enough(enough):
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if is_enough(middle) else (middle, enough)
    return enough - now.count


@cache
def t_quantile(probability: float, freedom: float) -> float:
    """Value that a Student t variable stays below with `probability` above one half, by bisection."""
    low, high = 0.0, 1.0
    while _t_below(high, freedom) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _t_below(t: float, freedom: float) -> float:
    return 1 - incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function by its continued fraction.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.17.22, https://dlmf.nist.gov/8.17.E22.
    """
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    value = 1.0
    for m in range(200, 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        value = 1 + odd / (1 + even / value)
    return front / value
