"""What the steps of planning share: a request with its ends, its streets, its days and the windows it is tried in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from planner.access import End, Ground
from planner.cursors import Page
from planner.footpaths import WALK_MS, WHEELCHAIR_MS, Changes
from planner.network import Network
from planner.raptor import Transit
from planner.request import PlanRequest
from planner.street_legs import StreetLegs
from planner.through import through
from planner.timetable import NONE, Stops

WIDER_S = tuple(3600 * hours for hours in (1, 2, 3, *range(4, 25, 2)))
"""Search windows tried in turn until enough journeys are found, if the request names none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what its steps share: both ends, the streets at the asker's pace, the writer of street legs.

    Attributes
    ----------
    layered : dict
        Kept: days in layers, where the request names stops to pass.
    """

    network: Network
    request: PlanRequest
    ends: tuple[End, End]
    ground: Ground | None
    writer: StreetLegs
    layered: dict[tuple[date, bool], Transit] = field(default_factory=dict)


def windows_from(page: Page, arrive_by: bool) -> Iterator[tuple[Page, Page]]:
    """The stretches of time searched until there is enough, each with the part of it that none before covers.

    There is one only, where a request names it.
    """
    if page.is_fixed:
        yield page, page
        return
    second, searched = timedelta(seconds=1), None
    for seconds in WIDER_S:
        wide = timedelta(seconds=seconds)
        whole = Page(page.end - wide, page.end, False) if arrive_by else Page(page.start, page.start + wide, False)
        part = whole
        if searched is not None and arrive_by:
            part = Page(whole.start, searched.start - second, False)
        elif searched is not None:
            part = Page(searched.end + second, whole.end, False)
        yield whole, part
        searched = whole


def transit_of(asked: Asked, day: date, *, backwards: bool) -> Transit:
    """The timetable of `day` with its footpaths as the request allows and paces them."""
    request = asked.request
    if request.through:
        return _layered(asked, day, backwards=backwards)
    return whole_day(asked.network, request, day, backwards=backwards)


def _layered(asked: Asked, day: date, *, backwards: bool) -> Transit:
    """The day in which every journey passes the stops named; nothing of it outlives the request."""
    kept = asked.layered.get((day, backwards))
    if kept is None:
        if backwards:
            kept = _layered(asked, day, backwards=False).mirrored()
        else:
            stops = asked.network.snapshot.timetable.stops
            passed = [rows_of(stops, named) for named in asked.request.through]
            kept = through(whole_day(asked.network, asked.request, day, backwards=False), passed)
        asked.layered[day, backwards] = kept
    return kept


def rows_of(stops: Stops, named: frozenset[str]) -> frozenset[int]:
    """Rows of the stops with these ids, and of the platforms of stations with these ids."""
    is_named = np.array([stop in named for stop in stops.ids], np.bool_)
    return frozenset(np.flatnonzero(is_named | ((stops.parent != NONE) & is_named[stops.parent])).tolist())


def whole_day(network: Network, request: PlanRequest, day: date, *, backwards: bool) -> Transit:
    """The same, whatever stops are to be passed."""
    # Who walks faster than the footpaths were made for keeps their times: those a feed names are the least anyway.
    slower = (WHEELCHAIR_MS if request.wheelchair else WALK_MS) / walk_ms(request)
    changes = changes_of(request)
    return network.transit(day, request.transit_modes, request.wheelchair, changes, backwards, max(1.0, slower))


def changes_of(request: PlanRequest) -> Changes:
    """What the request asks of changes between vehicles."""
    return Changes(request.min_transfer_s, request.transfer_factor, request.extra_transfer_s)


def walk_ms(request: PlanRequest) -> float:
    """Metres a second on foot, or in a wheelchair."""
    return min(request.walk_speed_ms, WHEELCHAIR_MS) if request.wheelchair else request.walk_speed_ms


def is_one_place(ends: tuple[End, End]) -> bool:
    """Whether there is no way to go between two ends."""
    origin, destination = ends
    at_one_point = (origin.place.lat, origin.place.lon) == (destination.place.lat, destination.place.lon)
    return not set(origin.stops).isdisjoint(destination.stops) or (at_one_point and not origin.stops)
