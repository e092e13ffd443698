"""The wind of a drone scenario: steady, as observed on the day, or drawn from the climate of a month."""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from drones.request import Wind
from drones.wind import (
    Terrain,
    WindDay,
    WindError,
    WindField,
    WindKnot,
    draw_day,
    field_from_days,
    field_from_hours,
    gust_quantile_ms,
    wind_at,
)
from feeds.makuhari.wind import read_wind_months
from feeds.weather import read_jma_daily, read_jma_hourly
from planner.errors import RequestError

JST = timezone(timedelta(hours=9))

GUST_SHARE = 0.95

Table = Mapping[str, Any]


def wind_of(table: Table, departure: datetime, folder: Path) -> tuple[float, Wind]:
    """The highest gust and the wind by time and height, growing with height as over the sea.

    Parameters
    ----------
    table : mapping
        Either ``speed_ms`` and ``from_deg``; or ``observed``, a daily, or ``hourly``, an hourly table of the Japan
        Meteorological Agency with ``height_m`` of its anemometer; or ``seed``, for a day like those of the departure's
        month. Where neither the table nor ``gust_ms`` tells the highest gust, it is the one that `GUST_SHARE` of all
        stay below, at the height of the wind.
    folder : Path
        Where a table is looked for.

    Raises
    ------
    RequestError
        If a value is missing or impossible, or the day was not observed.
    """
    if "observed" in table:
        field, gust = _observed(table, departure.astimezone(JST).date(), folder)
    elif "hourly" in table:
        field, gust = _hourly(table, departure, folder)
    elif "seed" in table:
        drawn = drawn_day(departure.astimezone(JST).date(), int(_number(table, "seed")))
        field, gust = field_of(drawn), drawn.gust_ms or 0.0
    else:
        field = _steady(table, departure)
        gust = gust_quantile_ms(field, departure, field.height_m, GUST_SHARE)
    return _number(table, "gust_ms", gust), partial(wind_at, field)


def drawn_day(on: date, seed: int) -> WindDay:
    """A day as the month has them at the bay's station."""
    months, _ = read_wind_months()
    return draw_day(months[on.month - 1], on, np.random.default_rng(seed))


def field_of(day: WindDay) -> WindField:
    """The wind of one drawn day, hour by hour."""
    _, height_m = read_wind_months()
    return field_from_days([day], JST, height_m, Terrain.SEA)


def _observed(table: Table, on: date, folder: Path) -> tuple[WindField, float]:
    name = str(table["observed"])
    days, _ = read_jma_daily(folder / name)
    found = [day for day in days if day.date == on]
    if not found:
        raise RequestError("observed", f"wind.observed: {name} has no {on:%Y-%m-%d}.")
    try:
        field = field_from_days(found, JST, _number(table, "height_m"), Terrain.SEA)
    except WindError as error:
        raise RequestError("observed", f"wind.observed: {error}") from error
    return field, found[0].gust_ms or 0.0


def _hourly(table: Table, departure: datetime, folder: Path) -> tuple[WindField, float]:
    hours, _ = read_jma_hourly(folder / str(table["hourly"]))
    try:
        field = field_from_hours(hours, _number(table, "height_m"), Terrain.SEA)
        gust = gust_quantile_ms(field, departure, field.height_m, GUST_SHARE)
    except WindError as error:
        raise RequestError("hourly", f"wind.hourly: {error}") from error
    return field, gust


def _steady(table: Table, departure: datetime) -> WindField:
    speed, origin = _number(table, "speed_ms"), math.radians(_number(table, "from_deg"))
    if speed < 0:
        raise RequestError("speed_ms", f"wind.speed_ms: {speed:g} m/s is no speed.")
    east, north = -speed * math.sin(origin), -speed * math.cos(origin)
    day = timedelta(days=1)
    knots = tuple(WindKnot(departure + k * day, east, north) for k in (-1, 1))
    return WindField(knots, _number(table, "height_m", 10.0), Terrain.SEA)


def _number(table: Table, key: str, default: float | None = None) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RequestError(key, f"wind.{key}: {value!r} is no number.")
    return float(value)
