"""Times as people type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.times import moment_of, service_day_bounds
from planner.errors import RequestError

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("17:30", "2026-11-25T17:30:00+09:00"),
        ("9:05", "2026-11-25T09:05:00+09:00"),
        ("2026-11-26 17:30", "2026-11-26T17:30:00+09:00"),
        ("2026-11-26 8:00", "2026-11-26T08:00:00+09:00"),
        ("2026-11-26T17:30:15", "2026-11-26T17:30:15+09:00"),
        ("2026-11-26T17:30:00Z", "2026-11-27T02:30:00+09:00"),
        (" 2026-11-26 ", "2026-11-26T00:00:00+09:00"),
    ],
)
def test_a_time_without_offset_is_local_and_without_date_today_there(text: str, iso: str) -> None:
    assert moment_of(text, TOKYO, NOW, "--depart").isoformat() == iso


@pytest.mark.parametrize("text", ["noon", "25:00", "2026-02-30 10:00", "", "17:3", "1730"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(RequestError, match=f"--depart: '{text}' is no time"):
        moment_of(text, TOKYO, NOW, "--depart")


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_out_of_reach_is_refused(year: str) -> None:
    with pytest.raises(RequestError, match="is not between 1950 and 2150"):
        moment_of(f"{year}-12-31 23:59", TOKYO, NOW, "--depart")


def test_a_time_the_clocks_skip_is_refused() -> None:
    with pytest.raises(RequestError, match="does not exist in Europe/Berlin"):
        moment_of("2026-03-29 02:30", BERLIN, NOW, "--depart")


def test_of_a_time_shown_twice_the_first_is_meant() -> None:
    assert moment_of("2026-10-25 02:30", BERLIN, NOW, "--depart").utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(("hour", "day"), [(2, 24), (3, 25), (23, 25)])
def test_the_day_of_a_traveller_ends_at_three(hour: int, day: int) -> None:
    begin, end = service_day_bounds(datetime(2026, 11, 25, hour, 59, tzinfo=TOKYO))
    assert (begin.day, begin.hour, end - begin) == (day, 3, timedelta(days=1))
