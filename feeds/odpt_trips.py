"""Runs of trains and buses: clock times of ODPT become times of the service day, and trips with their calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feeds.gbfs_fields import Entry, EntryError
from feeds.odpt_tables import GtfsRows

DAY_S = 86400
FIRST_HOUR = 3
"""Runs that begin before this hour belong to the service day before; no railway around Tokyo starts earlier."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a run, in seconds of the service day."""

    stop: str
    arrival: int
    departure: int
    may_board: bool = True
    may_alight: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """A train or bus of one day, as the timetable has it.

    Attributes
    ----------
    line : str
        Railway or bus route.
    calendar : str
        Empty where the timetable names none.
    headsign : mapping of str to str
        By language.
    links : tuple of (str, str)
        Pairs of trips between which passengers stay seated.
    """

    id: str
    line: str
    calendar: str
    calls: tuple[Call, ...]
    headsign: Mapping[str, str]
    short_name: str = ""
    direction: str = ""
    is_accessible: bool = False
    links: tuple[tuple[str, str], ...] = ()


def clock_s(entry: Entry, key: str) -> int | None:
    """Seconds of ``H:MM`` or ``HH:MM:SS``, None where the field is absent.

    Raises
    ------
    EntryError
        If it is no time.
    """
    value = entry.get(key)
    if value is None or value == "":
        return None
    parts = value.split(":") if isinstance(value, str) else []
    if not 2 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        raise EntryError(f"{key} {value!r:.40} is no time")
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if minutes > 59 or seconds > 59 or hours > 47:
        raise EntryError(f"{key} {value!r:.40} is no time")
    return hours * 3600 + minutes * 60 + seconds


def along_the_day(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Calls with times that pass 24:00 where the clock passed midnight.

    Raises
    ------
    EntryError
        If the times go backwards.
    """
    result: list[Call] = []
    last: int | None = None
    for call in calls:
        arrival = _after(last, call.arrival, call.stop)
        last = departure = _after(arrival, call.departure, call.stop)
        result.append(Call(call.stop, arrival, departure, call.may_board, call.may_alight))
    return tuple(result)


def _after(last: int | None, clock: int, stop: str) -> int:
    if last is None:
        return clock + DAY_S if clock < FIRST_HOUR * 3600 else clock
    while clock < last - DAY_S // 2:
        clock += DAY_S
    if clock < last:
        raise EntryError(f"at {stop} the time goes back from {clock_text(last)} to {clock_text(clock)}")
    return clock


def clock_text(second: int) -> str:
    """``25:03:00`` for three minutes past one of the next day."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def add_run(rows: GtfsRows, run: Run, service: str) -> None:
    """Write a trip and its calls."""
    rows.add(
        "trips",
        route_id=run.line,
        service_id=service,
        trip_id=run.id,
        trip_headsign=run.headsign.get("ja", ""),
        trip_short_name=run.short_name,
        direction_id=run.direction,
        wheelchair_accessible="1" if run.is_accessible else "",
    )
    rows.translate("trips", "trip_headsign", run.headsign)
    for sequence, call in enumerate(run.calls, 1):
        rows.add(
            "stop_times",
            trip_id=run.id,
            stop_sequence=str(sequence),
            stop_id=call.stop,
            arrival_time=clock_text(call.arrival),
            departure_time=clock_text(call.departure),
            pickup_type="0" if call.may_board else "1",
            drop_off_type="0" if call.may_alight else "1",
        )
