"""When ways are open: gates, lifts and passages with opening hours, judged at a moment of a date.

A moment is local: seconds since the start of the day before 1 January of year 1, so that `divmod` by a day gives the
date's ordinal and the time of day. A time of day alone (its date is day 0) is judged by what holds on every day.
"""

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.opening_hours import DAY_S, HoursRule, Spans, hours_of, spans_on
from planner.streets import OpeningHours, Streets

MINUTE_S = 60


def moment_at(day: date, seconds: int) -> int:
    """The moment `seconds` after the start of `day`."""
    return day.toordinal() * DAY_S + seconds


def hours_by_day(text: str) -> OpeningHours:
    """Opening hours that differ from day to day; `opens` to `closes` is the longest time open on every day.

    Raises
    ------
    ValueError
        If the text says more than can be understood here.
    """
    opens, closes = _always_within(hours_of(text))
    return OpeningHours(opens, closes, text, is_by_day=True)


def _always_within(rules: tuple[HoursRule, ...]) -> tuple[int, int]:
    """Nothing where the year has seasons; what is open past midnight counts until midnight."""
    if any(rule.dates for rule in rules):
        return 0, 0
    monday = date(2026, 11, 23).toordinal()
    days = [spans_on(rules, date.fromordinal(monday + i), is_holiday=i == 7) for i in range(8)]
    if not any(rule.on_holidays for rule in rules):
        days.pop()
    is_open = np.ones(DAY_S // MINUTE_S + 2, np.bool_)
    is_open[[0, -1]] = False
    for spans in days:
        on_day = np.zeros(len(is_open), np.bool_)
        for opens, closes in spans:
            on_day[opens // MINUTE_S + 1 : min(closes, DAY_S) // MINUTE_S + 1] = True
        is_open &= on_day
    starts, ends = (np.flatnonzero(np.diff(is_open.astype(np.int8)) == turn) for turn in (1, -1))
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]) * MINUTE_S, int(ends[longest]) * MINUTE_S


def is_open(streets: Streets, moment: int) -> NDArray[np.bool_]:
    """Which edges are open at a moment."""
    return np.array([*open_rows(streets, moment), True], np.bool_)[streets.edges.hours]


def open_rows(streets: Streets, moment: int) -> tuple[bool, ...]:
    """Which of the opening hours hold at a moment, row by row of `Streets.opening`."""
    day, time = divmod(moment, DAY_S)
    return tuple(
        any(opens <= time < closes for opens, closes in _spans(hours, day))
        or any(opens <= time + DAY_S < closes for opens, closes in _spans(hours, day and day - 1))
        for hours in streets.opening
    )


def turns_within(streets: Streets, first: int, last: int) -> list[int]:
    """Moments after `first` and not after `last` at which something opens or closes, in order."""
    turns = {
        day * DAY_S + turn
        for hours in streets.opening
        for day in range(first // DAY_S - 1, last // DAY_S + 1)
        for span in _spans(hours, day)
        for turn in span
    }
    return sorted(turn for turn in turns if first < turn <= last)


def _spans(hours: OpeningHours, day: int) -> Spans:
    """When it opens on the date of that ordinal and closes again, seconds after its start."""
    if not hours.is_by_day or day < 1:
        return ((hours.opens, hours.closes),)
    return _spans_by_day(hours.text, day, day in hours.holidays)


@lru_cache(maxsize=4096)
def _spans_by_day(text: str, day: int, is_holiday: bool) -> Spans:
    return spans_on(hours_of(text), date.fromordinal(day), is_holiday=is_holiday)
