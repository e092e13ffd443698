"""Public holidays of the country a timezone lies in, for the opening hours that speak of them.

References
----------
IANA Time Zone Database, zone.tab: the country of each timezone; the package `holidays`: the days.
"""

from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

import holidays

from planner.opening_hours import hours_of
from planner.sharing import SharingSystem
from planner.streets import Streets


def with_holidays(streets: Streets, timezone: str, first: int, last: int) -> Streets:
    """The streets with opening hours that know public holidays; dates are ordinals."""
    if not any(hours.is_by_day for hours in streets.opening):
        return streets
    days = public_holidays(timezone, first, last)
    opening = (replace(hours, holidays=days) if hours.is_by_day else hours for hours in streets.opening)
    return replace(streets, opening=tuple(opening))


def sharing_with_holidays(system: SharingSystem, first: int, last: int) -> SharingSystem:
    """The system with the public holidays where it is, if its hours speak of them; dates are ordinals."""
    if not any(rule.on_holidays for rule in hours_of(system.opening_hours)):
        return system
    return replace(system, holidays=public_holidays(system.timezone, first, last))


def public_holidays(timezone: str, first: int, last: int) -> tuple[int, ...]:
    """Ordinals of public holidays from `first` to `last`; none where the country is not known."""
    country = _countries().get(timezone, "")
    if country not in holidays.list_supported_countries():
        return ()
    years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
    days = sorted(day.toordinal() for day in holidays.country_holidays(country, years=years))
    return tuple(day for day in days if first <= day <= last)


@cache
def _countries() -> dict[str, str]:
    """Country code by timezone; places of a zone with several countries keep the first one's."""
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    columns = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {zone: country for country, _, zone, *_ in reversed(columns)}
