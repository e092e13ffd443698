"""How full vehicles, stops and station gates are expected to be on days when much is on, by quarter of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

QUARTER_S = 900

MORNING = timedelta(hours=4)
"""Until so late after midnight a night belongs to the day before."""

Section = tuple[str, str, str]
"""A line, a boarding place it leaves, and where it calls next: one place may serve both directions."""

NOWHERE = ""

SEATS_A_PLACE = 1 / 3
"""Of the places of a vehicle, which include those to stand on: an estimate that fits commuter trains and city buses."""

SOME_SEATS, ALL_SEATS = 0.6, 1.0
SEATED, SEATED_AMONG_MANY, SEATED_AMONG_STANDING, STANDING = 1.0, 1.15, 1.5, 2.35
"""What a second of riding is worth, by persons a seat; see `felt`."""


@dataclass(frozen=True, slots=True, eq=False)
class CrowdTable:
    """What is expected on one kind of day.

    Attributes
    ----------
    sections : tuple of Section
        Of each row; `gates_of` a station stands for its ticket gates.
    first_s : int
        Where the first quarter of an hour begins, seconds of the service day.
    load : float32 array of shape (rows, quarters)
        Persons on board a place of the vehicle, as it leaves; nan: unknown.
    wait_s : float32 array of shape (rows, quarters)
        How long who comes then is left standing there after the first vehicle has gone, or stands at the gates; nan:
        unknown.
    """

    sections: tuple[Section, ...]
    first_s: int
    load: NDArray[np.float32]
    wait_s: NDArray[np.float32]


NOTHING_EXPECTED = CrowdTable((), 0, np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float32))


@dataclass(frozen=True, slots=True)
class Crowds:
    """What is expected on which day.

    Attributes
    ----------
    tables : dict of str to CrowdTable
        By a name of the kind of day.
    days : dict of date to str
        The kind of each day of which anything is known.
    """

    tables: dict[str, CrowdTable] = field(default_factory=dict)
    days: dict[date, str] = field(default_factory=dict)

    def on(self, day: date) -> CrowdTable | None:
        """What is expected on a service day; None where nothing is known."""
        return self.tables[self.days[day]] if day in self.days else None


@dataclass(frozen=True, slots=True)
class Crowded:
    """What crowds are expected to make of an itinerary, for who keeps to its lines.

    Attributes
    ----------
    expected_end : datetime or None
        When one arrives; None if one is left standing until nothing runs any more that night.
    late_s : int
        Seconds after the end by the timetable.
    gate_s, wait_s : int
        Seconds in line at ticket gates, and left standing at stops.
    discomfort_s : int
        Seconds more that the rides feel like than they take.
    loads : tuple of (float or None)
        Persons a place on the fullest section of each leg; None where nothing is known or nobody rides.
    """

    expected_end: datetime | None
    late_s: int
    gate_s: int
    wait_s: int
    discomfort_s: int
    loads: tuple[float | None, ...]

    @property
    def cost_s(self) -> float:
        """Seconds of travel that the crowd is as bad as; without end for who does not arrive."""
        return inf if self.expected_end is None else self.late_s + self.discomfort_s


def night_of(moment: datetime) -> date:
    """The day whose night a local moment belongs to."""
    return (moment - MORNING).date()


def felt(load: float) -> float:
    """What a second in a vehicle with `load` persons a place is worth, in seconds of riding in an empty one.

    Up to three fifths of the seats taken nothing is felt. Whoever has a seat in a fuller vehicle feels 1.15, beside
    people who stand 1.5, who stands 2.35: averages of British studies. Nobody knows beforehand who gets a seat.

    References
    ----------
    Wardman, Whelan 2011, Twenty years of rail crowding valuation studies: evidence and lessons from British experience,
    doi:10.1080/01441647.2010.483524.
    """
    a_seat = load / SEATS_A_PLACE
    if a_seat <= SOME_SEATS:
        return SEATED
    if a_seat <= ALL_SEATS:
        return SEATED_AMONG_MANY
    return (SEATED_AMONG_STANDING + STANDING * (a_seat - 1)) / a_seat


def gates_of(station: str) -> Section:
    """What stands in a table for the ticket gates of a station."""
    return NOWHERE, station, NOWHERE


def load_at(table: CrowdTable, section: Section, second: int) -> float | None:
    """Persons a place in what runs along a section, in the quarter of an hour around `second`; None where unknown."""
    row, quarter = _rows(table).get(section), (second - table.first_s) // QUARTER_S
    if row is None or not 0 <= quarter < table.load.shape[1]:
        return None
    load = float(table.load[row, quarter])
    return None if np.isnan(load) else load


def wait_at(table: CrowdTable, section: Section, second: int) -> int:
    """Seconds left standing at the begin of a section, or in line at gates, for who comes at `second`.

    Between the middles of two quarters that are known it changes evenly, and before the first there is none. After the
    last nobody gets in sooner than who came then.
    """
    row = _rows(table).get(section)
    known = np.empty(0, np.int64) if row is None else np.flatnonzero(~np.isnan(table.wait_s[row]))
    if not len(known):
        return 0
    middles, waits = table.first_s + QUARTER_S * (known + 0.5), table.wait_s[row][known]
    if second > middles[-1]:
        return max(0, round(float(waits[-1] - (second - middles[-1]))))
    return round(float(np.interp(second, middles, waits, left=0.0)))


@lru_cache(maxsize=8)
def _rows(table: CrowdTable) -> Mapping[Section, int]:
    return {section: row for row, section in enumerate(table.sections)}
