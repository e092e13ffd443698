"""On which days of the table of events which crowds are expected: what a simulated night of the kind left behind."""

from datetime import date
from itertools import product

from feeds.crowds import read_crowds
from feeds.makuhari.calendar import is_holiday
from feeds.makuhari.timetable import TABLES, read_table
from planner.crowds import Crowds

WEEKDAYS, HOLIDAYS = "weekdays", "holidays"


def expected_crowds() -> Crowds:
    """Tables of ``event_crowds.csv`` on the days of ``event_days.csv`` that have such an event at such a venue.

    A table made on the timetable of weekdays says nothing of holidays, and the other way round.
    """
    kinds, events = read_table("event_crowds.csv"), read_table("event_days.csv")
    tables = {
        day: kind["table"]
        for kind, event in product(kinds, events)
        if (kind["event"], kind["venue"]) == (event["event"], event["venue"])
        and kind["days"] == (HOLIDAYS if is_holiday(day := date.fromisoformat(event["date"])) else WEEKDAYS)
    }
    return Crowds({name: read_crowds(TABLES / f"{name}.csv") for name in sorted(set(tables.values()))}, tables)
