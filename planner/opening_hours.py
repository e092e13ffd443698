"""When something is open: the common part of OpenStreetMap's opening hours, as spans of a day.

Rules stand behind each other apart by semicolons, each with dates, weekdays and times, any of which may be missing; of
the rules that speak of a day the last one counts. Which days are public holidays (PH) is told from outside; what is
said of school holidays (SH) is passed over.

References
----------
OpenStreetMap wiki, Key:opening_hours/specification; GBFS 3.0, system_information.json, opening_hours.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SCHOOL_HOLIDAYS = "SH"
HOLIDAYS = ("PH", SCHOOL_HOLIDAYS)
ALWAYS = "24/7"
DAY_S = 86_400

_DATE = rf"(?:(\d{{4}}) )?({'|'.join(MONTHS)})(?: (\d\d?)(?![\d:]))?"
_DATES = re.compile(rf"{_DATE}(?:\s*-\s*{_DATE})?\s*")
_DAY = rf"(?:{'|'.join((*WEEKDAYS, *HOLIDAYS))})"
_DAYS = re.compile(rf"({_DAY}(?:-{_DAY})?(?:,\s*{_DAY}(?:-{_DAY})?)*):?\s*")
_SCHOOL = re.compile(rf"\b{SCHOOL_HOLIDAYS}\b")
_TIMES = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")

Spans = tuple[tuple[int, int], ...]
Bound = tuple[int, int, int]
"""Year (0: every), month, day."""


@dataclass(frozen=True, slots=True)
class HoursRule:
    """What holds on some dates, weekdays (Monday is 0) and perhaps public holidays; `spans` in seconds of the day."""

    dates: tuple[Bound, Bound] | None
    weekdays: frozenset[int]
    spans: Spans
    on_holidays: bool = False

    def is_about(self, day: date, is_holiday: bool = False) -> bool:
        """Whether the rule speaks of `day`."""
        if day.weekday() not in self.weekdays and not (is_holiday and self.on_holidays):
            return False
        if self.dates is None:
            return True
        first, last = self.dates
        if first[0]:
            return first <= (day.year, day.month, day.day) <= last
        within = first[1:] <= (day.month, day.day), (day.month, day.day) <= last[1:]
        return all(within) if first[1:] <= last[1:] else any(within)


@lru_cache(maxsize=256)
def hours_of(text: str) -> tuple[HoursRule, ...]:
    """The rules of a text.

    Raises
    ------
    ValueError
        If it says more than can be understood here.
    """
    if text.strip() == ALWAYS:
        return (HoursRule(None, frozenset(range(7)), ((0, DAY_S),)),)
    rules = [_rule(part.strip()) for part in text.split(";") if part.strip()]
    if not rules:
        raise ValueError(f"opening hours {text!r:.80} say nothing")
    return tuple(rule for rule in rules if rule.weekdays or rule.on_holidays)


def spans_on(rules: tuple[HoursRule, ...], day: date, *, is_holiday: bool = False) -> Spans:
    """When it opens on `day` and closes again, which may be past 24:00; empty if it stays closed."""
    return next((rule.spans for rule in reversed(rules) if rule.is_about(day, is_holiday)), ())


def unknown_days(text: str) -> str:
    """What is to be told of days that a text speaks of and no source lists; empty if there are none."""
    if not _SCHOOL.search(text):
        return ""
    return f"opening hours {text!r:.80} speak of school holidays ({SCHOOL_HOLIDAYS}), which no source lists"


def _rule(text: str) -> HoursRule:
    rest, dates, weekdays, on_holidays = text, None, frozenset(range(7)), False
    found = _DATES.match(rest)
    if found:
        dates, rest = _dates(found), rest[found.end() :]
    listed = _DAYS.match(rest)
    if listed:
        weekdays, rest = _weekdays(listed.group(1)), rest[listed.end() :]
        on_holidays = "PH" in listed.group(1)
    if rest in ("off", "closed"):
        return HoursRule(dates, weekdays, (), on_holidays)
    if rest in ("", ALWAYS) and (found or listed or rest):
        return HoursRule(dates, weekdays, ((0, DAY_S),), on_holidays)
    times = [_TIMES.fullmatch(part.strip()) for part in rest.split(",")]
    spans = [_span(part) for part in times if part]
    if len(spans) < len(times):
        raise ValueError(f"opening hours {text!r:.80} are not understood")
    return HoursRule(dates, weekdays, tuple(spans), on_holidays)


def _dates(found: re.Match[str]) -> tuple[Bound, Bound]:
    year, month, day, last_year, last_month, last_day = found.groups()
    first = int(year or 0), MONTHS.index(month) + 1, int(day or 1)
    if last_month is None:
        return first, (first[0], first[1], int(day or 31))
    return first, (int(last_year or year or 0), MONTHS.index(last_month) + 1, int(last_day or 31))


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first in WEEKDAYS and (last or first) in WEEKDAYS:
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            days.update(day % 7 for day in range(start, end + 1 + (7 if end < start else 0)))
    return frozenset(days)


def _span(found: re.Match[str]) -> tuple[int, int]:
    hour, minute, last_hour, last_minute = map(int, found.groups())
    opens, closes = hour * 3600 + minute * 60, last_hour * 3600 + last_minute * 60
    return opens, closes if closes > opens else closes + DAY_S
