"""Hours, seasons and holidays of sharing systems, in the words of every version."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feeds.gbfs import read_gbfs
from feeds.holidays import sharing_with_holidays
from feeds.notices import Severity
from tests.feeds.test_gbfs import feed


def hours(days: str, start: str, end: str, *users: str) -> dict[str, Any]:
    return {"days": days.split(), "start_time": start, "end_time": end, "user_types": list(users or ("nonmember",))}


WEEK, WEEKEND = "mon tue wed thu fri", "sat sun"
SUMMER = {"start_month": 4, "start_day": 1, "end_month": 10, "end_day": 31}


@pytest.mark.parametrize(
    ("rental_hours", "calendars", "text"),
    [
        ([hours(WEEK, "06:00:00", "22:00:00")], [], "Mo-Fr 06:00-22:00"),
        (
            [hours(WEEK, "06:00:00", "22:00:00"), hours(WEEKEND, "08:00:00", "25:30:00")],
            [],
            "Mo-Fr 06:00-22:00; Sa-Su 08:00-25:30",
        ),
        ([hours("mon wed", "00:00:00", "23:59:59")], [], "Mo 00:00-24:00; We 00:00-24:00"),
        ([hours("fri", "13:00:00", "20:00:00"), hours("fri", "06:00:00", "9:00:00")], [], "Fr 06:00-09:00,13:00-20:00"),
        (
            [hours(WEEK, "00:00:00", "24:00:00", "member"), hours(WEEK, "06:00:00", "22:00:00", "member", "nonmember")],
            [],
            "Mo-Fr 06:00-22:00",
        ),
        ([hours(WEEK, "05:00:00", "23:00:00", "member")], [], "Mo-Fr 05:00-23:00"),
        ([], [SUMMER], "Apr 01-Oct 31 00:00-24:00"),
        (
            [hours(WEEK, "06:00:00", "22:00:00")],
            [SUMMER | {"start_year": 2026, "end_year": 2027}],
            "2026 Apr 01-2027 Oct 31 Mo-Fr 06:00-22:00",
        ),
        ([], [], "24/7"),
    ],
)
def test_hours_and_seasons_of_version_2_are_those_of_version_3(
    tmp_path: Path, rental_hours: list[Any], calendars: list[Any], text: str
) -> None:
    source = feed(tmp_path, system_hours={"rental_hours": rental_hours}, system_calendar={"calendars": calendars})
    system, notices = read_gbfs(source)
    assert (system.opening_hours, notices) == (text, [])


@pytest.mark.parametrize("bad", [{"days": ["someday"]}, {"start_time": "6 am"}, {"end_time": "05:00:00"}, {"days": 1}])
def test_hours_that_are_none_cost_only_themselves(tmp_path: Path, bad: dict[str, Any]) -> None:
    entries = [hours(WEEK, "06:00:00", "22:00:00") | bad, hours(WEEKEND, "07:00:00", "20:00:00")]
    system, notices = read_gbfs(feed(tmp_path, system_hours={"rental_hours": entries}))
    assert system.opening_hours == "Sa-Su 07:00-20:00"
    assert [(notice.file, notice.row) for notice in notices] == [("system_hours.json", 0)]


def test_hours_that_nobody_understands_are_told(tmp_path: Path) -> None:
    information = {"system_id": "s", "name": "S", "language": "en", "timezone": "Asia/Tokyo"}
    system, notices = read_gbfs(feed(tmp_path, "3.0", system_information=information | {"opening_hours": "by day"}))
    assert system.opening_hours == "24/7"
    assert notices[0].message == "opening hours 'by day' are not understood; the system is taken as always open"


def test_holidays_are_those_of_the_systems_own_country(tmp_path: Path) -> None:
    information = {"system_id": "s", "name": "S", "language": "en", "timezone": "Europe/Paris"}
    source = feed(tmp_path, "3.0", system_information=information | {"opening_hours": "06:00-22:00; PH,SH off"})
    system, notices = read_gbfs(source)
    assert [(one.severity, one.file) for one in notices] == [(Severity.INFO, "system_information.json")]
    assert "school holidays (SH)" in notices[0].message
    july = date(2026, 7, 1).toordinal(), date(2026, 7, 31).toordinal()
    assert sharing_with_holidays(system, *july).holidays == (date(2026, 7, 14).toordinal(),)
    assert sharing_with_holidays(replace(system, opening_hours="24/7"), *july).holidays == ()
