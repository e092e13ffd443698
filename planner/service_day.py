"""Between clock time and seconds of a service day, which starts at noon minus twelve hours (GTFS)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def service_day_start(day: date, zone: ZoneInfo) -> datetime:
    """Start of the service day `day`: twelve hours before noon, in UTC."""
    return datetime.combine(day, time(12), zone).astimezone(UTC) - timedelta(hours=12)


def seconds_on(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Seconds from the start of service day `day` to the aware `moment`; negative before it."""
    return round((moment - service_day_start(day, zone)).total_seconds())


@lru_cache(maxsize=8192)
def moment_on(seconds: int, day: date, zone: ZoneInfo) -> datetime:
    """Aware local time `seconds` after the start of service day `day`."""
    return (service_day_start(day, zone) + timedelta(seconds=seconds)).astimezone(zone)
