"""Journeys with scheduled vehicles: one exact search for every pair of first and last street modes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.access import Ways, joined, row_of
from planner.journeys import Journeys
from planner.model import StreetMode
from planner.ranking import Burden, choose, cost_s
from planner.raptor import Transit, Workspace, search
from planner.timetable import Timetable

WaysByMode = dict[StreetMode, list[Ways]]


@dataclass(frozen=True, slots=True)
class Found:
    """A journey as rows of arrays.

    Attributes
    ----------
    kind : frozenset of str
        The modes it uses, walking aside.
    walk_s : int
        Seconds on foot before the first and after the last ride.
    """

    journeys: Journeys
    row: int
    access: Sequence[Ways]
    egress: Sequence[Ways]
    kind: frozenset[str]
    walk_s: int

    @property
    def departure(self) -> int:
        """Seconds of the service day."""
        return int(self.journeys.departure[self.row])

    @property
    def arrival(self) -> int:
        """Seconds of the service day."""
        return int(self.journeys.arrival[self.row])

    @property
    def transfers(self) -> int:
        """Changes between vehicles."""
        return int(self.journeys.transfers[self.row])


@dataclass(frozen=True, slots=True)
class Span:
    """Departures, or arrivals if `arrive_by`, between two seconds of the service day."""

    earliest: int
    latest: int
    arrive_by: bool

    @property
    def asked(self) -> int:
        """The end of the span that the asker named."""
        return self.latest if self.arrive_by else self.earliest


def journeys_between(
    timetable: Timetable,
    transit: Transit,
    sides: tuple[WaysByMode, WaysByMode],
    span: Span,
    max_transfers: int,
    workspace: Workspace,
) -> list[Found]:
    """Every Pareto-optimal journey in (departure, arrival, transfers) of each pair of access and egress modes."""
    found: list[Found] = []
    access, egress = sides
    modes = np.array([route.mode for route in timetable.routes])
    options = {id(ways): joined(ways) for side in (access, egress) for ways in side.values()}
    for first in access.values():
        for last in egress.values():
            journeys = search(
                transit, options[id(first)], options[id(last)], span.earliest, span.latest, max_transfers, workspace
            )
            ridden = _ridden_modes(timetable, transit, journeys, modes)
            found += [_found(journeys, row, first, last, ridden) for row in range(len(journeys))]
    return found


def best_of(found: Sequence[Found], span: Span, count: int) -> list[Found]:
    """The best of each combination of modes, then more; the soonest there (latest to leave) is always among them."""

    def cost(journey: Found) -> float:
        burden = Burden(journey.departure, journey.arrival, journey.transfers, journey.walk_s)
        return cost_s(burden, span.asked, span.arrive_by)

    if not found:
        return []
    extreme = max(found, key=lambda j: j.departure) if span.arrive_by else min(found, key=lambda j: j.arrival)
    kept = choose(_without_twins(found), lambda j: j.kind, cost, count)
    if not any(_is_twin(extreme, journey) for journey in kept):
        kept.append(extreme)
    return sorted(kept, key=lambda j: (j.departure, j.arrival, j.transfers))


def _found(journeys: Journeys, row: int, access: list[Ways], egress: list[Ways], ridden: list[str]) -> Found:
    first, first_row = row_of(access, int(journeys.access[row]))
    last, last_row = row_of(egress, int(journeys.egress[row]))
    rides = ridden[int(journeys.ride_first[row]) : int(journeys.ride_first[row + 1])]
    kind = {first.means.mode.value, last.means.mode.value, *rides} - {StreetMode.WALK.value}
    walk_s = sum(_walked(ways, at) for ways, at in ((first, first_row), (last, last_row)))
    return Found(journeys, row, access, egress, frozenset(kind), walk_s)


def _walked(ways: Ways, row: int) -> int:
    return int(ways.parts[row, 0] + ways.parts[row, 2])


def _ridden_modes(timetable: Timetable, transit: Transit, journeys: Journeys, modes: np.ndarray) -> list[str]:
    """Mode of the first trip of each ride."""
    segments = transit.day.segments
    trips = segments.trip[segments.first[journeys.lane_trip]]
    ridden: list[str] = modes[timetable.trips.route[trips]].tolist()
    return ridden


def _without_twins(found: Sequence[Found]) -> list[Found]:
    """One journey of those that differ in nothing a person sees in a list."""
    seen: dict[tuple[frozenset[str], int, int, int], Found] = {}
    for journey in found:
        seen.setdefault((journey.kind, journey.departure, journey.arrival, journey.transfers), journey)
    return list(seen.values())


def _is_twin(a: Found, b: Found) -> bool:
    return (a.departure, a.arrival, a.transfers) == (b.departure, b.arrival, b.transfers)
