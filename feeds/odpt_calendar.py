"""Service days of ODPT: calendars of the week, of Japanese holidays and of single days.

References
----------
ODPT API specification 4, 2.3.1 odpt:Calendar: a specific calendar goes before a base one, Holiday before Saturday.
Where a holiday falls on Monday to Friday, the specification is silent; here too the holiday goes first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from feeds.gbfs_fields import Entry
from feeds.odpt_dump import Dump, day_of, own_id
from feeds.odpt_tables import GtfsRows

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOLIDAY, SATURDAY_HOLIDAY, WEEKDAY, DAILY = "Holiday", "SaturdayHoliday", "Weekday", "Daily"
BASE = frozenset({*WEEK, HOLIDAY, SATURDAY_HOLIDAY, WEEKDAY, DAILY})

VALIDITY_DAYS = 365
"""How long after its making a dump is taken to hold: the format does not say."""

TIMETABLES = ("TrainTimetable", "StationTimetable", "BusTimetable", "BusstopPoleTimetable")

Days = frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendars:
    """Which days the calendars stand for within the period of the dump."""

    days: Mapping[str, Days]
    first: date
    last: date

    def of_group(self, calendars: Iterable[str]) -> dict[str, Days]:
        """Days of the calendars that one line uses, each day given to those that go first."""
        used = [name for name in dict.fromkeys(calendars) if name in self.days]
        specific = frozenset[date]().union(*(self.days[name] for name in used if name not in BASE))
        on_holidays = [self.days[name] for name in (HOLIDAY, SATURDAY_HOLIDAY) if name in used]
        off = self.days[HOLIDAY].intersection(frozenset[date]().union(*on_holidays))
        found = {}
        for name in used:
            days = self.days[name]
            if name in BASE:
                days -= specific
            if name in WEEK[:6]:
                days -= off
            found[name] = days
        return found


def read_calendars(dump: Dump) -> Calendars | None:
    """The calendars of a dump, None if no timetable says when it was made or came into force.

    The period begins with the last revision (dct:issued) and ends `VALIDITY_DAYS` after the newest dc:date.
    """
    entries = [located.entry for kind in TIMETABLES for located in dump.of(kind)]
    made = [day for entry in entries if (day := _sane(entry.get("dc:date")))]
    issued = [day for entry in entries if (day := _sane(entry.get("dct:issued")))]
    if not made and not issued:
        return None
    newest = max(made or issued)
    first = max(max(issued, default=newest), newest - timedelta(VALIDITY_DAYS))
    first, last = min(first, newest), newest + timedelta(VALIDITY_DAYS)
    period = [first + timedelta(i) for i in range((last - first).days + 1)]
    public = holidays.country_holidays("JP", years=range(first.year, last.year + 1))
    days = {name: frozenset(day for day in period if _is_base_day(name, day, day in public)) for name in BASE}
    for located in dump.of("Calendar"):
        try:
            name = own_id(located.entry)
        except ValueError as error:
            dump.tell(located, "Calendar is left out", str(error))
            continue
        if name not in BASE:
            days[name] = _specific_days(located.entry) & frozenset(period)
            if not days[name]:
                dump.tell(located, "Calendar has no day", f"{name} has none between {first} and {last}")
    return Calendars(days, first, last)


def _sane(value: object) -> date | None:
    day = day_of(value)
    return day if day and 1990 <= day.year <= 2100 else None


def _is_base_day(name: str, day: date, is_public_holiday: bool) -> bool:
    is_holiday = is_public_holiday or day.weekday() == 6
    if name == HOLIDAY:
        return is_holiday
    if name == SATURDAY_HOLIDAY:
        return is_holiday or day.weekday() == 5
    if name == WEEKDAY:
        return not is_holiday and day.weekday() < 5
    return name == DAILY or WEEK[day.weekday()] == name


def _specific_days(entry: Entry) -> Days:
    listed = entry.get("odpt:day")
    days = [day for value in (listed if isinstance(listed, list) else []) if (day := day_of(value))]
    duration = entry.get("odpt:duration")
    first, _, last = duration.partition("/") if isinstance(duration, str) else ("", "", "")
    start, end = _sane(first), _sane(last)
    if start and end:
        span = frozenset(start + timedelta(i) for i in range((end - start).days + 1))
        return span if not days else frozenset(days) & span
    return frozenset(days)


def add_services(rows: GtfsRows, calendars: Calendars, groups: Mapping[str, set[str]]) -> dict[tuple[str, str], str]:
    """Write the days of service; the result is the service by line and calendar, for those that run on some day.

    Parameters
    ----------
    groups : mapping of str to set of str
        The calendars that the timetables of one line use.
    """
    services: dict[tuple[str, str], str] = {}
    written: dict[str, Days] = {}
    for group, used in sorted(groups.items()):
        for name, days in calendars.of_group(sorted(used)).items():
            if not days:
                continue
            service = name if days == calendars.days[name] else f"{name}@{group}"
            services[group, name] = service
            written[service] = days
    for service, days in written.items():
        for day in sorted(days):
            rows.add("calendar_dates", service_id=service, date=f"{day:%Y%m%d}", exception_type="1")
    return services
