"""Wind as it was observed at weather stations, and as a field in time and height made of it: `wind_at`, `gust_ms`."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from itertools import pairwise
from math import cos, exp, gamma, hypot, pi, radians, sin
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from planner.errors import KaitekiError

GUST_EXCESS_MEDIAN = 0.51
GUST_EXCESS_SIGMA = 0.63
"""Of the logarithm of (gust of 3 s over mean of 10 min, less 1): fitted to the days of January 2020 at Chiba,
Funabashi, Edogawa-rinkai and Haneda on which the mean of 10 min reached 5 m/s (Japan Meteorological Agency, daily
tables). Gust and mean of a day need not be of the same 10 min, so the spread is rather too wide than too narrow."""

WARMEST_HOUR = 14.0
"""Local hour at which the modelled day blows hardest; an assumption, the usual time of the sea breeze."""

LOWEST_SHARE = 0.5
"""Least wind of a modelled day over its mean; an assumption."""

WEIBULL_SHAPE = 2.0
"""Of daily means in a month; an assumption, usual where only the mean is known."""


@dataclass(frozen=True, slots=True)
class WindDay:
    """Wind of one day at one station; None where it was not observed or not to be trusted.

    Attributes
    ----------
    mean_ms, max_ms, gust_ms : float or None
        Mean of the day, highest mean of ten minutes, highest gust (3 s), in m/s.
    max_direction_deg, gust_direction_deg, prevailing_direction_deg : float or None
        Where the wind came from, degrees clockwise from north; None also in calm.
    """

    station: str
    date: date
    mean_ms: float | None
    max_ms: float | None
    max_direction_deg: float | None
    gust_ms: float | None
    gust_direction_deg: float | None
    prevailing_direction_deg: float | None


@dataclass(frozen=True, slots=True)
class WindHour:
    """Mean wind of the ten minutes before a full hour.

    Attributes
    ----------
    time : datetime
        With its offset; the hour 24 of a day is 0 o'clock of the next.
    mean_ms : float or None
        In m/s.
    direction_deg : float or None
        Where the wind came from, degrees clockwise from north; None in calm or where not observed.
    """

    station: str
    time: datetime
    mean_ms: float | None
    direction_deg: float | None


class WindError(KaitekiError):
    """The wind is asked for where or when nothing is known of it."""


class Terrain(Enum):
    """Exponent of the power law of wind over height, as NEDO's wind map gives it for kinds of ground.

    References
    ----------
    NEDO 局所風況マップ, FAQ 1: 0.10 to 0.14 over the sea, to 0.3 over a city.
    """

    SEA = 0.10
    PLAIN = 0.14
    SUBURB = 0.20
    CITY = 0.30


@dataclass(frozen=True, slots=True)
class WindKnot:
    """The air's movement to east and north at a time, at the field's reference height."""

    time: datetime
    east_ms: float
    north_ms: float


@dataclass(frozen=True, slots=True)
class WindField:
    """Wind in time and height, the same everywhere on the ground.

    Attributes
    ----------
    knots : tuple of WindKnot
        Ascending in time; between them the wind changes evenly.
    height_m : float
        Above ground, of the anemometer.
    """

    knots: tuple[WindKnot, ...]
    height_m: float
    terrain: Terrain


@dataclass(frozen=True, slots=True)
class WindMonth:
    """Normal wind of a month, and where it mostly comes from, degrees clockwise from north."""

    station: str
    month: int
    mean_ms: float
    direction_deg: float


def field_from_days(days: Sequence[WindDay], zone: tzinfo, height_m: float, terrain: Terrain) -> WindField:
    """Wind hour by hour from daily observations.

    A modelled day has the mean and the highest 10-minute mean that were observed: it rises from `LOWEST_SHARE` of its
    mean to the highest at `WARMEST_HOUR` as a power of a cosine, and blows all day from the prevailing direction (or
    that of the highest wind). The true hour of the highest wind is not in daily observations.

    Raises
    ------
    WindError
        If there are no days, or one lacks its mean, or its highest wind or direction while it was not calm.
    """
    knots = []
    for day in sorted(days, key=lambda day: day.date):
        speeds, (east, north) = _daily_course(day), _toward(_direction(day))
        midnight = datetime.combine(day.date, time(), zone)
        knots += [
            WindKnot(midnight + timedelta(hours=hour), speed * east, speed * north) for hour, speed in enumerate(speeds)
        ]
    if knots:
        knots.append(replace(knots[-24], time=knots[-24].time + timedelta(days=1)))
    return _field(knots, height_m, terrain)


def field_from_hours(hours: Sequence[WindHour], height_m: float, terrain: Terrain) -> WindField:
    """Wind from hourly observations; hours not observed are bridged by their neighbours.

    Raises
    ------
    WindError
        If no hour was observed.
    """
    knots = []
    for hour in sorted(hours, key=lambda hour: hour.time):
        if hour.mean_ms is not None and (hour.direction_deg is not None or hour.mean_ms == 0):
            east, north = _toward(hour.direction_deg or 0.0)
            knots.append(WindKnot(hour.time, hour.mean_ms * east, hour.mean_ms * north))
    return _field(knots, height_m, terrain)


def draw_day(month: WindMonth, on: date, rng: np.random.Generator) -> WindDay:
    """A day as the month has them: its mean is drawn from a Weibull distribution, the rest follows from the mean.

    The highest 10-minute mean is 2.2 times the day's mean, as in January 2020 at Chiba and Edogawa-rinkai.
    """
    scale = month.mean_ms / gamma(1 + 1 / WEIBULL_SHAPE)
    mean = float(scale * rng.weibull(WEIBULL_SHAPE))
    highest = 2.2 * mean
    return WindDay(
        station=month.station,
        date=on,
        mean_ms=mean,
        max_ms=highest,
        max_direction_deg=month.direction_deg,
        gust_ms=highest * (1 + GUST_EXCESS_MEDIAN),
        gust_direction_deg=month.direction_deg,
        prevailing_direction_deg=month.direction_deg,
    )


def wind_at(field: WindField, at: datetime, height_m: float) -> tuple[float, float]:
    """Where the air moves to, east and north in m/s, mean of 10 minutes.

    Parameters
    ----------
    height_m : float
        Above ground or water.

    Raises
    ------
    WindError
        If the time is outside the field, has no offset, or the height is negative.
    """
    if height_m < 0:
        raise WindError(f"there is no wind {-height_m:g} m below the ground.")
    if at.tzinfo is None:
        raise WindError(f"the time {at:%Y-%m-%d %H:%M} has no offset from UTC.")
    first, last = field.knots[0], field.knots[-1]
    if not first.time <= at <= last.time:
        known = f"{first.time:%Y-%m-%d %H:%M} to {last.time:%Y-%m-%d %H:%M}"
        raise WindError(f"the wind is known from {known}, not at {at:%Y-%m-%d %H:%M}.")
    after = min(bisect_right(field.knots, at, key=lambda knot: knot.time), len(field.knots) - 1)
    start, end = field.knots[max(0, after - 1)], field.knots[after]
    span = (end.time - start.time).total_seconds()
    share = (at - start.time).total_seconds() / span if span else 0.0
    higher = (height_m / field.height_m) ** field.terrain.value
    east = start.east_ms + share * (end.east_ms - start.east_ms)
    north = start.north_ms + share * (end.north_ms - start.north_ms)
    return east * higher, north * higher


def gust_ms(field: WindField, at: datetime, height_m: float, rng: np.random.Generator) -> float:
    """Highest wind of 3 s within the 10 minutes, drawn from its distribution; errors as `wind_at`."""
    excess = GUST_EXCESS_MEDIAN * exp(GUST_EXCESS_SIGMA * float(rng.standard_normal()))
    return hypot(*wind_at(field, at, height_m)) * (1 + excess)


def gust_quantile_ms(field: WindField, at: datetime, height_m: float, probability: float) -> float:
    """Wind of 3 s that is not exceeded in the 10 minutes with that probability.

    Raises
    ------
    WindError
        If the probability is not between 0 and 1; else as `wind_at`.
    """
    if not 0 < probability < 1:
        raise WindError(f"a probability lies between 0 and 1, not at {probability:g}.")
    excess = GUST_EXCESS_MEDIAN * exp(GUST_EXCESS_SIGMA * NormalDist().inv_cdf(probability))
    return hypot(*wind_at(field, at, height_m)) * (1 + excess)


def _field(knots: Sequence[WindKnot], height_m: float, terrain: Terrain) -> WindField:
    if not knots:
        raise WindError("there is no observation of the wind to start from.")
    if height_m <= 0:
        raise WindError(f"an anemometer stands above the ground, not at {height_m:g} m.")
    if any(later.time <= earlier.time for earlier, later in pairwise(knots)):
        raise WindError(f"two observations of the wind are for the same time, one of them {knots[0].time:%Y-%m-%d}.")
    return WindField(tuple(knots), height_m, terrain)


def _toward(direction_deg: float) -> tuple[float, float]:
    return -sin(radians(direction_deg)), -cos(radians(direction_deg))


def _direction(day: WindDay) -> float:
    for direction in (day.prevailing_direction_deg, day.max_direction_deg):
        if direction is not None:
            return direction
    if day.mean_ms == 0:
        return 0.0
    raise WindError(f"{day.station}, {day.date}: no direction of the wind was observed.")


def _daily_course(day: WindDay) -> list[float]:
    mean, highest = day.mean_ms, day.max_ms
    if mean is None or (highest is None and mean > 0):
        raise WindError(f"{day.station}, {day.date}: the mean or the highest wind was not observed.")
    if not mean or highest is None or highest <= mean:
        return [mean] * 24
    low = LOWEST_SHARE * mean
    shape = np.array([(1 + cos(2 * pi * (hour - WARMEST_HOUR) / 24)) / 2 for hour in range(24)])
    power = _power_with_mean(shape, (mean - low) / (highest - low))
    return [low + (highest - low) * float(value) for value in shape**power]


def _power_with_mean(shape: NDArray[np.float64], wanted: float) -> float:
    low, high = 0.0, 1000.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if float(np.mean(shape**middle)) > wanted else (low, middle)
    return low
