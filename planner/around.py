"""What lies round the ends of a journey: the streets searched once for all questions that begin at the same end.

Stops, ports and the other end are looked for in one search of each means and state of the opening hours. A question
that asks no farther than one before is answered by it, however long who asks waits before setting out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.reach import StreetSearch, reach
from planner.snapping import Linked, in_a_row

Seconds = NDArray[np.float32]

WALKERS = frozenset({"foot", "wheelchair"})
"""Profiles of who travels without a vehicle."""

MOST_KEPT = 64
"""Searches kept; the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Outset:
    """Where and how one sets out: by `search` from (backward: towards) `origins`, after waiting `wait_s` there.

    `link` names the points of the means among those of `Around`.
    """

    search: StreetSearch
    link: str
    origins: Linked
    backward: bool
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Circle:
    """Seconds to every point, good up to `radius`, and behind them to the `others`, good up to `limit`."""

    outset: Outset
    others: Linked | None
    radius: float
    limit: float
    seconds: Seconds


class Radii(NamedTuple):
    """Seconds from the origin, and to the destination, within which ports and stops will be looked for anyway."""

    walked: tuple[float, float]
    driven: tuple[float, float]


NO_RADII = Radii((0.0, 0.0), (0.0, 0.0))


class Around:
    """Searches from the ends of one journey, kept while it is planned.

    Parameters
    ----------
    ports, stops : mapping of str to Linked
        The points looked for, by link; those of all ports come before those of all stops.
    radii : Radii
        How far they are searched as soon as anything is.
    """

    def __init__(self, ports: Mapping[str, Linked], stops: Mapping[str, Linked], radii: Radii = NO_RADII) -> None:
        self._points = ports, stops
        self._radii = radii
        self._kept: dict[tuple[int, int, bool], _Circle] = {}

    def points_within(self, outset: Outset, limit: float) -> Seconds:
        """Seconds to each of the points, inf beyond `limit`."""
        circle = self._kept.get(_key(outset))
        if circle is None or circle.radius < limit:
            circle = self._searched(outset, None, limit)
        return _within(circle.seconds[: self._n_points(outset)], outset.wait_s, limit)

    def others_within(self, outset: Outset, others: Linked, limit: float) -> Seconds:
        """Seconds to each of `others`, inf beyond `limit`."""
        circle = self._kept.get(_key(outset))
        if circle is None or circle.others is not others or circle.limit < limit:
            circle = self._searched(outset, others, limit)
        return _within(circle.seconds[self._n_points(outset) :], outset.wait_s, limit)

    def _n_points(self, outset: Outset) -> int:
        return sum(len(points[outset.link]) for points in self._points)

    def _searched(self, outset: Outset, others: Linked | None, limit: float) -> _Circle:
        points, search = [points[outset.link] for points in self._points], outset.search
        radii = self._radii.walked if search.profile.name in WALKERS else self._radii.driven
        radius, beyond = radii[outset.backward], None
        if others is None:
            radius = limit = max(radius, limit)
        else:
            points.append(others)
            beyond = len(others), radius
        found = reach(
            search, outset.origins, in_a_row(points), max(limit, radius), backward=outset.backward, others=beyond
        )
        circle = _Circle(outset, others, radius, limit, found.seconds)
        while len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[_key(outset)] = circle
        return circle


def _within(seconds: Seconds, wait_s: float, limit: float) -> Seconds:
    waited = seconds + np.float32(wait_s)
    return np.where(waited <= limit, waited, np.float32(np.inf))


def _key(outset: Outset) -> tuple[int, int, bool]:
    # What is kept holds the search and the origins, so that nothing else gets their identity.
    return id(outset.search), id(outset.origins), outset.backward
