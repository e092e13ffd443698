"""Times as people type them."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.errors import RequestError

EARLIEST_YEAR, LATEST_YEAR = 1950, 2150
"""Years in which every time zone and every window around a time can be computed."""

_CLOCK = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})")


def moment_of(text: str, zone: ZoneInfo, now: datetime, field: str) -> datetime:
    """Aware time of ``17:30`` (the day of `now`), ``2026-11-25 17:30`` or ISO 8601; without an offset, in `zone`.

    Of a time that the clocks show twice the first is meant.

    Raises
    ------
    RequestError
        The text is no time, or a time the clocks of that day skip.
    """
    try:
        parsed = datetime.fromisoformat(_with_date(text.strip(), now.astimezone(zone)))
    except ValueError as error:
        example = "write 17:30, '2026-11-25 17:30' or ISO 8601"
        raise RequestError(field, f"{field}: '{text}' is no time; {example}.") from error
    if not EARLIEST_YEAR <= parsed.year <= LATEST_YEAR:
        raise RequestError(field, f"{field}: the year of {text} is not between {EARLIEST_YEAR} and {LATEST_YEAR}.")
    if parsed.tzinfo is not None:
        return parsed.astimezone(zone)
    local = parsed.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != parsed:
        raise RequestError(field, f"{field}: {text} does not exist in {zone.key}, where the clocks go forward over it.")
    return local


def _with_date(text: str, today: datetime) -> str:
    found = _CLOCK.fullmatch(text)
    return f"{found[1] or f'{today:%Y-%m-%d}'}T{int(found[2]):02}:{found[3]}" if found else text


def names_day_only(text: str) -> bool:
    """True if the text is a date without a time of day."""
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def service_day_bounds(moment: datetime) -> tuple[datetime, datetime]:
    """Begin and end, at 03:00, of the traveller's day around `moment`: last trains belong to the day before."""
    day = (moment - timedelta(hours=3)).date()
    begin = datetime(day.year, day.month, day.day, 3, tzinfo=moment.tzinfo)
    following = day + timedelta(days=1)
    return begin, datetime(following.year, following.month, following.day, 3, tzinfo=moment.tzinfo)
