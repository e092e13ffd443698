"""Seconds of a service day count from noon minus twelve hours."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from planner.service_day import moment_on, seconds_on

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("day", "zone", "seconds", "local"),
    [
        (date(2026, 11, 25), TOKYO, 24 * 3600 + 1200, datetime(2026, 11, 26, 0, 20)),
        (date(2019, 3, 31), BERLIN, 0, datetime(2019, 3, 30, 23, 0)),
        (date(2019, 3, 31), BERLIN, 12 * 3600, datetime(2019, 3, 31, 12, 0)),
        (date(2019, 10, 27), BERLIN, 0, datetime(2019, 10, 27, 1, 0)),
        (date(2019, 10, 27), BERLIN, 8 * 3600, datetime(2019, 10, 27, 8, 0)),
    ],
)
def test_clock_time_of_service_seconds(day: date, zone: ZoneInfo, seconds: int, local: datetime) -> None:
    moment = moment_on(seconds, day, zone)
    assert moment.replace(tzinfo=None) == local
    assert seconds_on(moment, day, zone) == seconds
