"""Opening hours in OpenStreetMap's words, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.opening_hours import hours_of, spans_on

MONDAY = date(2026, 11, 23)


def week(text: str, start: date = MONDAY) -> list[str]:
    """Hours of seven days, like "6-22 23-26"."""
    days = [spans_on(hours_of(text), start + timedelta(days=n)) for n in range(7)]
    return [" ".join(f"{opens / 3600:g}-{closes / 3600:g}" for opens, closes in spans) for spans in days]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24/7", ["0-24"] * 7),
        ("06:00-22:30", ["6-22.5"] * 7),
        ("Mo-Fr 06:00-22:00", ["6-22"] * 5 + ["", ""]),
        ("Mo-Fr 06:00-22:00; Sa,Su 07:00-23:00", ["6-22"] * 5 + ["7-23"] * 2),
        ("Mo-Su,PH 05:30-12:00,13:00-20:00", ["5.5-12 13-20"] * 7),
        ("22:00-02:00", ["22-26"] * 7),
        ("Sa-Mo 10:00-11:00", ["10-11", "", "", "", "", "10-11", "10-11"]),
        ("Mo-Su 08:00-20:00; We off", ["8-20", "8-20", "", "8-20", "8-20", "8-20", "8-20"]),
        ("08:00-20:00; PH off", ["8-20"] * 7),
    ],
)
def test_hours_of_a_week(text: str, hours: list[str]) -> None:
    assert week(text) == hours


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Apr 01-Nov 24 08:00-20:00", 2),
        ("2026 Nov 24-2026 Nov 26 08:00-20:00", 3),
        ("2025 Nov 24-2025 Nov 26 08:00-20:00", 0),
        ("Nov 27-Mar 01 08:00-20:00", 3),
        ("Apr-Nov", 7),
        ("Apr-Nov 08:00-20:00", 7),
        ("Dec-Mar 08:00-20:00", 0),
        ("Nov 25 08:00-20:00", 1),
    ],
)
def test_seasons(text: str, days: int) -> None:
    assert sum(hours != "" for hours in week(text)) == days


@pytest.mark.parametrize("text", ["", ";", "sunrise-sunset", "Mo-Fr 8-20", "week 1-10 08:00-20:00", "by appointment"])
def test_what_is_not_understood_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="opening hours"):
        hours_of(text)


@given(st.text("MoTu-Fr,;: 0123456789Apr/24", max_size=30))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        rules = hours_of(text)
    except ValueError:
        return
    assert all(0 <= opens < closes for opens, closes in spans_on(rules, MONDAY))
