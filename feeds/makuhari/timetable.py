"""The words of a timetable: calls, trips, through running, and the fact tables they are built from."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).parent / "tables"
MINUTE = 60
HOUR = 3600

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a trip at a stop; times in seconds after the start of the service day."""

    stop_id: str
    arrival: int
    departure: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One run of a vehicle under one trip id."""

    id: str
    route_id: str
    service_id: str
    headsign: str
    direction_id: int
    calls: tuple[Call, ...]
    is_accessible: bool = True


@dataclass(frozen=True, slots=True)
class Through:
    """Passengers of the first trip may stay seated into the second one (GTFS transfer_type 4)."""

    from_trip: Trip
    to_trip: Trip


def read_table(name: str) -> list[Row]:
    """Rows of one of the city's fact tables.

    Parameters
    ----------
    name : str
        File name below ``tables/``, such as ``"rail_stations.csv"``.
    """
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seconds(clock: str) -> int:
    """Seconds after the start of the service day of ``"HH:MM"``; hours may pass 24."""
    hours, minutes = clock.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


def clock(time: int) -> str:
    """A time in seconds as GTFS writes it, ``"24:07:00"`` after midnight of the service day."""
    return f"{time // HOUR:02d}:{time % HOUR // MINUTE:02d}:{time % MINUTE:02d}"


def spread(first: float, last: float, n: int) -> list[float]:
    """`n` times from `first` to `last` inclusive at equal distances; one time alone is `first`."""
    step = (last - first) / (n - 1) if n > 1 else 0.0
    return [first + step * i for i in range(n)]


def interleave(counts: Iterable[int]) -> list[int]:
    """Indices of the counted kinds in an order that spreads every kind evenly.

    Examples
    --------
    >>> interleave([2, 4])
    [1, 0, 1, 1, 0, 1]
    """
    places = [((i + 0.5) / n, kind) for kind, n in enumerate(counts) for i in range(n)]
    return [kind for _, kind in sorted(places)]
