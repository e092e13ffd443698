"""Hours and seasons of GBFS 1 and 2 in the words of version 3, which are OpenStreetMap's.

References
----------
General Bikeshare Feed Specification 2.3, system_hours.json and system_calendar.json.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from feeds.gbfs_fields import Entry, EntryError, count
from planner.opening_hours import ALWAYS, MONTHS, WEEKDAYS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VISITOR = "nonmember"

_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class RentalHours:
    """Hours on some days, for members, visitors or both; minutes after midnight."""

    days: frozenset[str]
    is_for_visitors: bool
    opens: int
    closes: int


def rental_hours(entry: Entry) -> RentalHours:
    """One entry of system_hours.json.

    Raises
    ------
    EntryError
        If its days or times are none.
    """
    days, users = entry.get("days"), entry.get("user_types", [VISITOR])
    if not isinstance(days, list) or not isinstance(users, list) or not set(map(str, days)) <= set(DAYS):
        raise EntryError(f"days {days!r:.60} or user_types {users!r:.60} are none")
    opens, closes = _minutes(entry, "start_time"), _minutes(entry, "end_time")
    if opens >= closes:
        raise EntryError(f"end_time {entry.get('end_time')!r:.20} is not after start_time")
    return RentalHours(frozenset(map(str, days)), VISITOR in users, opens, closes)


def season_of(entry: Entry) -> str:
    """One entry of system_calendar.json, like ``2026 Apr 01-2026 Oct 31``.

    Raises
    ------
    EntryError
        If its months or days are none.
    """
    bounds = []
    for end in ("start", "end"):
        month, day, year = (count(entry, f"{end}_{part}") for part in ("month", "day", "year"))
        if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
            raise EntryError(f"{end}_month {month} and {end}_day {day} are no date")
        bounds.append((year, f"{MONTHS[month - 1]} {day:02d}"))
    has_years = all(year for year, _ in bounds)
    return "-".join(f"{year:04d} {text}" if has_years else text for year, text in bounds)


def in_words(hours: Sequence[RentalHours], seasons: Sequence[str]) -> str:
    """The text of version 3; without hours the seasons hold all day, without seasons the hours all year.

    Where hours of visitors differ from those of members, the visitors' count: anybody can keep to them.
    """
    usable = [one for one in hours if one.is_for_visitors] or hours
    by_day = {day: _times([one for one in usable if day in one.days]) for day in DAYS}
    weeks = []
    for times, run in groupby(zip(WEEKDAYS, DAYS, strict=True), key=lambda pair: by_day[pair[1]]):
        names = [name for name, _ in run]
        if times:
            weeks.append(f"{names[0]}-{names[-1]} {times}" if len(names) > 1 else f"{names[0]} {times}")
    if not usable:
        return "; ".join(f"{season} 00:00-24:00" for season in seasons) or ALWAYS
    return "; ".join(f"{season} {week}".lstrip() for season in seasons or [""] for week in weeks) or ALWAYS


def _times(hours: Sequence[RentalHours]) -> str:
    spans = sorted({(one.opens, one.closes) for one in hours})
    return ",".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(entry: Entry, key: str) -> int:
    """Whole minutes after midnight; the last second of a minute is its end."""
    found = _CLOCK.fullmatch(str(entry.get(key)))
    if not found or int(found.group(1)) > 47 or int(found.group(2)) > 59:
        raise EntryError(f"{key} {entry.get(key)!r:.20} is no time")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 60 + minutes + (seconds == 59)
