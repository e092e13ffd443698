"""Which timetable runs on which day: weekdays, holidays, the turn of the year and event days."""

from collections.abc import Iterator
from datetime import date, timedelta

import holidays

from feeds.makuhari.timetable import read_table

VALID_FROM = date(2026, 4, 1)
VALID_TO = date(2027, 3, 31)
WEEKDAY = "Weekday"
HOLIDAY = "SaturdayHoliday"
DAILY = "Daily"
EVENT_WEEKDAY = "EventDay"
EVENT_HOLIDAY = "EventDayHoliday"
STADIUM = "ZOZOマリンスタジアム"
"""Events elsewhere, such as at the Messe, bring no direct buses."""
ADDED, REMOVED = 1, 2

# Railways around Tokyo publish holiday timetables for these days; which days of 2026/27 is an assumption.
TURN_OF_YEAR = frozenset({(12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def service_weeks() -> list[tuple[str, str]]:
    """Services that follow the week, with seven flags from Monday to Sunday."""
    return [(WEEKDAY, "1111100"), (HOLIDAY, "0000011"), (DAILY, "1111111")]


def service_exceptions() -> Iterator[tuple[str, date, int]]:
    """Days that leave the week's rule: (service, day, 1 added or 2 removed), in order of days."""
    rows = read_table("event_days.csv")
    event_days = {date.fromisoformat(row["date"]) for row in rows if STADIUM in row["venue"]}
    day = VALID_FROM
    while day <= VALID_TO:
        if day.weekday() < 5 and is_holiday(day):
            yield WEEKDAY, day, REMOVED
            yield HOLIDAY, day, ADDED
        if day in event_days:
            yield (EVENT_HOLIDAY if is_holiday(day) else EVENT_WEEKDAY), day, ADDED
        day += timedelta(days=1)


def is_holiday(day: date) -> bool:
    """Whether the holiday timetable runs: weekends, Japanese public holidays, 30 December to 3 January."""
    return day.weekday() >= 5 or day in holidays.country_holidays("JP") or (day.month, day.day) in TURN_OF_YEAR
