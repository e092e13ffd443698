"""The nearest open shelters on foot: one search along the streets from where somebody stands to all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from planner.access import LINKS, End
from planner.ends import links_of
from planner.model import Turn
from planner.network import Network
from planner.opening_hours import DAY_S, HoursRule, spans_on
from planner.profiles import foot, wheelchair
from planner.reach import Reach, reach
from planner.service_day import seconds_on
from planner.snapping import Linked, Snap
from planner.street_route import StreetPath, route
from planner.timetable import NONE
from planner.way_hours import moment_at
from planner.whole_seconds import ROUNDING_S


@dataclass(frozen=True, slots=True)
class Shelter:
    """Where people are safe.

    Attributes
    ----------
    names : mapping of str
        By language; ``""`` is the main name.
    kind : str
        What it is for: ``designated_shelter``, ``tsunami_building``, ``stranded_commuters``, ``wide_area_evacuation``
        or another word of its table.
    floors : int or None
        None where unknown.
    hours : tuple of HoursRule or None
        When it is open; None where unknown, which counts as open: shelters are opened when they are needed.
    hours_text : str
        The same as written, empty where unknown.
    confidence : str
        How well its row is known, empty where the table does not say.
    """

    id: str
    names: Mapping[str, str]
    lat: float
    lon: float
    kind: str
    floors: int | None = None
    hours: tuple[HoursRule, ...] | None = None
    hours_text: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class ShelterWay:
    """A shelter and the way to it; `stairs` counts flights, however many edges each has on the map."""

    shelter: Shelter
    arrival: datetime
    path: StreetPath
    stairs: int


def nearest_shelters(
    network: Network, end: End, shelters: Sequence[Shelter], when: datetime, count: int, *, in_wheelchair: bool = False
) -> list[ShelterWay]:
    """The `count` shelters reached soonest by who leaves `end` at `when`, soonest first; equal ones in their order.

    One run of Dijkstra's method finds the seconds to all, those closed on arrival are left out, and the ways of the
    remaining ones that are shown are searched for singly. Gates count as they stand at `when`. Walkers go at the
    planner's usual pace; in a wheelchair there are no stairs, and a lift is believed to run.

    Parameters
    ----------
    when : datetime
        Aware.
    """
    side = network.snapshot.street_side
    if side is None or not shelters:
        return []
    profile = wheelchair() if in_wheelchair else foot()
    name, local = LINKS[profile.name], when.astimezone(network.zone)
    search = network.street_search(profile, moment_at(local.date(), seconds_on(local, local.date(), network.zone)))
    lat, lon = (np.array([getattr(one, axis) for one in shelters]) for axis in ("lat", "lon"))
    links = links_of(side.streets, side.index, lat, lon)[name]
    found = reach(search, end.links[name], links, np.inf)
    ways: list[ShelterWay] = []
    for row in _soonest_first(found):
        arrival = local + timedelta(seconds=int(np.ceil(float(found.seconds[row]) - ROUNDING_S)))
        shelter = shelters[row]
        if len(ways) < count and is_open(shelter, arrival):
            start = _snap(end.links[name], int(found.origin[row]), (end.place.lat, end.place.lon))
            path = route(search, start, _snap(links, row, (shelter.lat, shelter.lon)))
            assert path is not None, "what is reached has a way"
            ways.append(ShelterWay(shelter, arrival, path, flights(path)))
    return ways


def is_open(shelter: Shelter, moment: datetime) -> bool:
    """Whether a shelter takes people in at `moment` (in its own zone), as far as is known."""
    if shelter.hours is None:
        return True
    second = 3600 * moment.hour + 60 * moment.minute + moment.second
    today = spans_on(shelter.hours, moment.date())
    yesterday = spans_on(shelter.hours, moment.date() - timedelta(days=1))
    return any(opens <= second < closes for opens, closes in today) or any(
        opens <= second + DAY_S < closes for opens, closes in yesterday
    )


def flights(path: StreetPath) -> int:
    """Flights of stairs on a way; stairs that only bend are one flight."""
    is_stairs = [step.turn is Turn.STAIRS for step in path.steps]
    return sum(here and not before for before, here in pairwise([False, *is_stairs]))


def _soonest_first(found: Reach) -> list[int]:
    order = np.argsort(found.seconds, kind="stable")
    return [int(row) for row in order if np.isfinite(found.seconds[row])]


def _snap(points: Linked, row: int, at: tuple[float, float]) -> Snap:
    assert points.edge[row] != NONE
    share, metres = float(points.fraction[row]), float(points.connector_m[row])
    return Snap(int(points.edge[row]), int(points.reverse[row]), share, *at, *at, metres)
