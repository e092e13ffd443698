from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from math import hypot
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drones.wind import (
    GUST_EXCESS_MEDIAN,
    Terrain,
    WindDay,
    WindError,
    WindHour,
    WindMonth,
    draw_day,
    field_from_days,
    field_from_hours,
    gust_ms,
    gust_quantile_ms,
    wind_at,
)
from feeds.makuhari.wind import read_wind_months
from feeds.weather import read_jma_daily, read_jma_hourly

JST = timezone(timedelta(hours=9))
WINDY = WindDay("made", date(2026, 1, 2), 4.0, 9.0, 180.0, 15.0, 180.0, 270.0)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=JST)


def hours(*pairs: tuple[int, float | None, float | None]) -> list[WindHour]:
    return [WindHour("made", at(hour), mean, direction) for hour, mean, direction in pairs]


def test_wind_from_the_west_moves_to_the_east_and_from_the_north_to_the_south() -> None:
    field = field_from_hours(hours((8, 5.0, 270.0), (9, 5.0, 0.0)), 10.0, Terrain.SEA)
    assert wind_at(field, at(8), 10.0) == pytest.approx((5.0, 0.0))
    assert wind_at(field, at(9), 10.0) == pytest.approx((0.0, -5.0))
    assert wind_at(field, at(8, 30), 10.0) == pytest.approx((2.5, -2.5))


def test_an_hour_not_observed_is_bridged_and_calm_needs_no_direction() -> None:
    field = field_from_hours(hours((8, 6.0, 270.0), (9, None, None), (10, 0.0, None)), 10.0, Terrain.SEA)
    assert wind_at(field, at(9), 10.0) == pytest.approx((3.0, 0.0))
    assert wind_at(field, at(10), 10.0) == pytest.approx((0.0, 0.0))


@pytest.mark.parametrize(
    ("terrain", "factor"), [(Terrain.SEA, 10**0.10), (Terrain.PLAIN, 10**0.14), (Terrain.CITY, 10**0.3)]
)
def test_at_ten_times_the_height_the_wind_is_stronger_by_the_power_law(terrain: Terrain, factor: float) -> None:
    field = field_from_hours(hours((8, 5.0, 270.0)), 10.0, terrain)
    assert wind_at(field, at(8), 100.0)[0] == pytest.approx(5.0 * factor)
    assert wind_at(field, at(8), 0.0) == (0.0, 0.0)


@given(st.floats(0, 200), st.floats(0, 200))
def test_wind_never_falls_with_height(low: float, high: float) -> None:
    field = field_from_hours(hours((8, 5.0, 300.0)), 47.9, Terrain.SUBURB)
    below, above = sorted((low, high))
    assert hypot(*wind_at(field, at(8), below)) <= hypot(*wind_at(field, at(8), above)) + 1e-12


@given(st.floats(0.5, 12), st.floats(1.1, 4))
def test_a_modelled_day_has_the_mean_and_the_highest_wind_observed(mean: float, ratio: float) -> None:
    day = replace(WINDY, mean_ms=mean, max_ms=mean * ratio)
    field = field_from_days([day], JST, 10.0, Terrain.SEA)
    speeds = [hypot(*wind_at(field, at(hour), 10.0)) for hour in range(24)]
    assert np.mean(speeds) == pytest.approx(mean, rel=1e-6)
    assert max(speeds) == pytest.approx(mean * ratio) == speeds[14]
    assert min(speeds) >= mean / 2 - 1e-9


def test_a_modelled_day_blows_from_the_prevailing_direction_until_midnight() -> None:
    field = field_from_days([WINDY], JST, 10.0, Terrain.SEA)
    assert wind_at(field, at(14), 10.0) == pytest.approx((9.0, 0.0), abs=1e-9)
    assert wind_at(field, at(0, day=3), 10.0) == pytest.approx(wind_at(field, at(0), 10.0))
    turned = field_from_days([replace(WINDY, prevailing_direction_deg=None)], JST, 10.0, Terrain.SEA)
    assert wind_at(turned, at(14), 10.0) == pytest.approx((0.0, 9.0), abs=1e-9)


def test_days_follow_each_other_and_calm_days_are_calm() -> None:
    calm = WindDay("made", date(2026, 1, 3), 0.0, None, None, None, None, None)
    field = field_from_days([calm, WINDY], JST, 10.0, Terrain.SEA)
    assert wind_at(field, at(12, day=3), 10.0) == (0.0, 0.0)
    assert wind_at(field, at(14), 10.0)[0] == pytest.approx(9.0)


def test_the_time_counts_not_its_offset() -> None:
    field = field_from_days([WINDY], JST, 10.0, Terrain.SEA)
    assert wind_at(field, at(14).astimezone(UTC), 10.0) == wind_at(field, at(14), 10.0)


def test_half_of_the_gusts_exceed_the_median_and_5_percent_their_quantile() -> None:
    field = field_from_hours(hours((8, 6.0, 270.0)), 10.0, Terrain.SEA)
    rng = np.random.default_rng(20260102)
    gusts = np.array([gust_ms(field, at(8), 10.0, rng) for _ in range(4000)])
    assert gusts.min() > 6.0
    assert np.median(gusts) == pytest.approx(6.0 * (1 + GUST_EXCESS_MEDIAN), rel=0.02)
    assert np.mean(gusts > gust_quantile_ms(field, at(8), 10.0, 0.95)) == pytest.approx(0.05, abs=0.01)


def test_drawn_days_of_a_month_have_its_mean() -> None:
    rng = np.random.default_rng(7)
    month = WindMonth("Chiba", 1, 3.4, 315.0)
    days = [draw_day(month, date(2026, 1, 2), rng) for _ in range(4000)]
    assert np.mean([day.mean_ms for day in days]) == pytest.approx(3.4, rel=0.03)
    field = field_from_days(days[:1], JST, 47.9, Terrain.SUBURB)
    east, north = wind_at(field, at(14), 47.9)
    assert (east, north) == pytest.approx((-north, -east))
    assert hypot(east, north) == pytest.approx(days[0].max_ms)


def test_at_chiba_the_monsoon_blows_from_the_northwest_in_january_and_the_sea_breeze_in_july() -> None:
    months, height = read_wind_months()
    assert height == 47.9
    assert [(months[n].month, months[n].direction_deg) for n in (0, 6)] == [(1, 315.0), (7, 202.5)]


def test_same_seed_same_day() -> None:
    month = WindMonth("Chiba", 1, 3.4, 315.0)
    one, other = (draw_day(month, date(2026, 1, 2), np.random.default_rng(1)) for _ in range(2))
    assert one == other


FIELD = field_from_days([WINDY], JST, 10.0, Terrain.SEA)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: wind_at(FIELD, at(1, day=3), 10.0), r"known from 2026-01-02 00:00 to 2026-01-03 00:00, not at"),
        (lambda: wind_at(FIELD, datetime(2026, 1, 2, 8), 10.0), r"2026-01-02 08:00 has no offset"),
        (lambda: wind_at(FIELD, at(8), -5.0), r"5 m below the ground"),
        (lambda: gust_quantile_ms(FIELD, at(8), 10.0, 1.0), r"between 0 and 1, not at 1"),
        (lambda: field_from_hours([], 10.0, Terrain.SEA), r"no observation"),
        (lambda: field_from_days([WINDY], JST, 0.0, Terrain.SEA), r"not at 0 m"),
        (lambda: field_from_days([WINDY, WINDY], JST, 10.0, Terrain.SEA), r"same time"),
        (
            lambda: field_from_days([replace(WINDY, mean_ms=None)], JST, 10.0, Terrain.SEA),
            r"made, 2026-01-02: the mean",
        ),
        (
            lambda: field_from_days(
                [replace(WINDY, max_direction_deg=None, prevailing_direction_deg=None)], JST, 10.0, Terrain.SEA
            ),
            r"made, 2026-01-02: no direction",
        ),
    ],
)
def test_what_is_not_known_is_told_in_one_sentence(ask, sentence: str) -> None:
    with pytest.raises(WindError, match=sentence):
        ask()


@pytest.mark.shared
def test_the_windiest_day_of_january_2020_at_chiba_stops_a_10_m_s_drone_at_50_m(shared: Path) -> None:
    days, _ = read_jma_daily(shared / "data" / "weather" / "jma_daily_202001_千葉県千葉.csv")
    windiest = max((day for day in days if day.max_ms and day.mean_ms), key=lambda day: day.max_ms or 0)
    field = field_from_days([windiest], JST, 47.9, Terrain.SEA)
    noon = datetime(windiest.date.year, windiest.date.month, windiest.date.day, 14, tzinfo=JST)
    assert hypot(*wind_at(field, noon, 47.9)) == pytest.approx(windiest.max_ms)
    assert hypot(*wind_at(field, noon, 50.0)) > 10.0


@pytest.mark.shared
def test_hourly_wind_of_tokyo_is_met_on_the_hour(shared: Path) -> None:
    observed, _ = read_jma_hourly(shared / "data" / "weather" / "jma_hourly_tokyo_20231201.csv")
    field = field_from_hours(observed, 35.3, Terrain.CITY)
    for hour in observed:
        assert hypot(*wind_at(field, hour.time, 35.3)) == pytest.approx(hour.mean_ms)
