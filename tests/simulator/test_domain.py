"""Where and when a driverless vehicle drives."""

from math import inf

import pytest

from simulator.domain import Closure, Limit, Weather, operating_domain

LIMITS = (Limit(0.6, rain_mm_h=10.0), Limit(0.0, rain_mm_h=30.0), Limit(0.0, wind_ms=20.0))


@pytest.mark.parametrize(
    ("rain", "wind", "share"), [(0, 0, 1.0), (9.9, 19.9, 1.0), (10, 0, 0.6), (30, 0, 0.0), (0, 20, 0.0), (12, 25, 0.0)]
)
def test_the_strictest_limit_that_is_reached_holds(rain: float, wind: float, share: float) -> None:
    assert operating_domain(1, [Weather(0.0, rain, wind)], LIMITS).speed_share(0, 5.0) == share


def test_weather_lasts_until_the_next() -> None:
    domain = operating_domain(1, [Weather(200.0), Weather(100.0, 12.0)], LIMITS)
    assert [domain.speed_share(0, time) for time in (0.0, 99.9, 100.0, 199.9, 200.0)] == [1, 1, 0.6, 0.6, 1]
    assert [domain.next_change_s(time) for time in (0.0, 100.0, 200.0)] == [100, 200, inf]


def test_a_closure_is_of_one_stretch_and_ends() -> None:
    domain = operating_domain(3, closures=[Closure(1, 10.0, 20.0)])
    assert [domain.speed_share(position, 15.0) for position in range(3)] == [1, 0, 1]
    assert [domain.speed_share(1, time) for time in (9.9, 10.0, 19.9, 20.0)] == [1, 0, 0, 1]
