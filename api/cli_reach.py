"""What `kaiteki matrix` and `kaiteki isochrone` ask alike: departures, and who does the work."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.times import moment_of
from planner.errors import RequestError

MOST_DEPARTURES = 1440


def departures(depart: str | None, until: str | None, every_min: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Departures of a window, both ends included; one without `until`, now without `depart`.

    Raises
    ------
    RequestError
        A text is no time, the window ends before it begins, or holds too many departures.
    """
    now = datetime.now(UTC).astimezone(zone)
    first = now.replace(second=0, microsecond=0) if depart is None else moment_of(depart, zone, now, "--depart")
    if until is None:
        return (first,)
    last = moment_of(until, zone, first, "--until")
    # Seconds that pass, not what clocks show: on some nights these differ.
    count = (last.astimezone(UTC) - first.astimezone(UTC)) // timedelta(minutes=every_min) + 1
    if not 1 <= count <= MOST_DEPARTURES:
        problem = "before it begins" if count < 1 else f"after {count} departures, more than {MOST_DEPARTURES}"
        raise RequestError("--until", f"--until: a window from {first:%H:%M} to {last:%H:%M} ends {problem}.")
    return tuple((first.astimezone(UTC) + n * timedelta(minutes=every_min)).astimezone(zone) for n in range(count))
