"""Walks between stops and the time a change takes at one: as the feed says, or as the crow flies."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.geo import METRES_PER_DEGREE, great_circle_m
from planner.kernels import kernel
from planner.timetable import BOARDING_PLACE, Indices, Times, Timetable

DAY_S = 86_400
OPEN_ALWAYS = (0, DAY_S)
"""`opens` and `closes` of a footpath without hours."""

FORBIDDEN = -1
"""In `Footpaths.change_s`: nobody may change between vehicles at this stop."""

WALK_MS, WHEELCHAIR_MS = 1.25, 0.9
"""Paces of footpaths between stops as a network holds them."""

DETOUR = 1.3
"""Walked metres per metre as the crow flies: detour factors of pedestrian networks lie around 1.2 to 1.4."""


@kernel
def begins_at(time: int, opens: int, closes: int) -> int:
    """When who comes at `time` may begin a footpath with such hours (`Footpaths.opens`): at once, or when it opens."""
    if closes - opens >= DAY_S:
        return time
    since_opening = (time - opens) % DAY_S
    return time if since_opening <= closes - opens else time + DAY_S - since_opening


@dataclass(frozen=True, slots=True)
class Footpaths:
    """Walks from stop to stop, as CSR over the stop where they begin.

    Attributes
    ----------
    first : int32 array of shape (stops + 1,)
        Walks from stop s are rows ``first[s]:first[s + 1]``; several rows for one pair are allowed.
    to : int32 array
        StopIndex of the end.
    seconds : int32 array
        Time it takes.
    opens, closes : int32 array
        Seconds of the day between which it may be begun, both included; who comes earlier waits. `closes` past 86400
        reaches into the next day; ``OPEN_ALWAYS`` where there are no hours. The clock is the service day's: where
        clocks change, the hours before the change are read on the clock after it.
    change_s : int32 array of shape (stops,)
        Time between two vehicles at the stop itself, FORBIDDEN where nobody may change.
    """

    first: Indices
    to: Indices
    seconds: Times
    opens: Times
    closes: Times
    change_s: Times

    @classmethod
    def of(
        cls, start: Indices, end: Indices, seconds: Times, change_s: Times, hours: tuple[Times, Times] | None = None
    ) -> "Footpaths":
        """Sort walks from `start` to `end` into rows; `hours` are `opens` and `closes`, always open without."""
        opens, closes = hours or (np.full(len(start), OPEN_ALWAYS[0]), np.full(len(start), OPEN_ALWAYS[1]))
        order = np.lexsort((seconds, end, start))
        first = np.zeros(len(change_s) + 1, np.int32)
        np.cumsum(np.bincount(start, minlength=len(change_s)), out=first[1:])
        to, seconds, opens, closes = (column[order].astype(np.int32) for column in (end, seconds, opens, closes))
        return cls(first, to, seconds, opens, closes, change_s.astype(np.int32))

    @property
    def start(self) -> Indices:
        """StopIndex where each row begins."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))


def feed_footpaths(timetable: Timetable) -> Footpaths:
    """Exactly the rows of transfers.txt: their walks and times to change; no row, no walk, and 0 s to change."""
    rules, n_stops = timetable.transfers, len(timetable.stops)
    is_walk = ~_is_forbidden(timetable, rules.from_stop, rules.to_stop) & (rules.from_stop != rules.to_stop)
    shortest = _shortest(rules.from_stop[is_walk], rules.to_stop[is_walk], rules.seconds[is_walk], n_stops)
    return Footpaths.of(*shortest, _change_s(timetable))


def crow_footpaths(timetable: Timetable, radius_m: float, speed_ms: float) -> Footpaths:
    """Walks between all stops within `radius_m` of each other, as the crow flies with a detour of 1.3, at `speed_ms`.

    A row of transfers.txt with a time replaces the walk, however far; one that forbids removes it; one without a time
    adds the pair where it is farther apart than `radius_m`.
    """
    stops, rules, n_stops = timetable.stops, timetable.transfers, len(timetable.stops)
    is_ruled_walk = rules.from_stop != rules.to_stop
    ruled_from, ruled_to = rules.from_stop[is_ruled_walk], rules.to_stop[is_ruled_walk]
    near_from, near_to = _pairs_within(timetable, radius_m)
    is_ruled = np.isin(_pair(near_from, near_to, n_stops), _pair(ruled_from, ruled_to, n_stops))
    start, end = np.append(near_from[~is_ruled], ruled_from), np.append(near_to[~is_ruled], ruled_to)
    flown = great_circle_m(stops.lat[start], stops.lon[start], stops.lat[end], stops.lon[end])
    seconds = np.ceil(flown * DETOUR / speed_ms).astype(np.int32)
    given = np.append(np.zeros(np.count_nonzero(~is_ruled), np.int32), rules.seconds[is_ruled_walk])
    seconds = np.where(given > 0, given, seconds)
    allowed = ~_is_forbidden(timetable, start, end)
    return Footpaths.of(*_shortest(start[allowed], end[allowed], seconds[allowed], n_stops), _change_s(timetable))


class Changes(NamedTuple):
    """What is asked of a change that takes t seconds: ``max(least_s, factor * t) + extra_s`` between two vehicles."""

    least_s: int = 0
    factor: float = 1.0
    extra_s: int = 0

    def asked(self, seconds: Times) -> Times:
        """Seconds between two vehicles."""
        whole: Times = np.ceil(self.factor * seconds).astype(np.int32)
        return np.maximum(whole, np.int32(self.least_s)) + np.int32(self.extra_s)


AS_THEY_ARE = Changes()


def with_changes(footpaths: Footpaths, changes: Changes) -> Footpaths:
    """The same footpaths for someone who asks more time of changes."""
    change_s = np.where(footpaths.change_s == FORBIDDEN, FORBIDDEN, changes.asked(footpaths.change_s))
    return replace(footpaths, seconds=changes.asked(footpaths.seconds), change_s=change_s.astype(np.int32))


def slowed(footpaths: Footpaths, factor: float) -> Footpaths:
    """The same walks for someone who takes `factor` times as long; one with hours still ends when it did."""
    seconds = np.ceil(footpaths.seconds * factor).astype(np.int32)
    is_always = (footpaths.opens == OPEN_ALWAYS[0]) & (footpaths.closes == OPEN_ALWAYS[1])
    closes = np.where(is_always, footpaths.closes, footpaths.closes + footpaths.seconds - seconds)
    fits = footpaths.opens <= closes
    rows = footpaths.start[fits], footpaths.to[fits], seconds[fits], footpaths.change_s
    return Footpaths.of(*rows, (footpaths.opens[fits], closes[fits]))


def mirrored(footpaths: Footpaths) -> Footpaths:
    """Every walk from its end to its start with time reversed: begun, in reversed time, when it would have ended."""
    opens = (-footpaths.closes.astype(np.int64) - footpaths.seconds) % DAY_S
    hours = opens, opens + footpaths.closes - footpaths.opens
    return Footpaths.of(footpaths.to, footpaths.start, footpaths.seconds, footpaths.change_s, hours)


def _change_s(timetable: Timetable) -> Times:
    rules, stops = timetable.transfers, np.arange(len(timetable.stops), dtype=np.int32)
    at_stop = (rules.from_stop == rules.to_stop) & (rules.is_forbidden == 0)
    places, _, seconds = _shortest(rules.from_stop[at_stop], rules.to_stop[at_stop], rules.seconds[at_stop], len(stops))
    change_s = np.zeros(len(stops), np.int32)
    change_s[places] = seconds
    change_s[_is_forbidden(timetable, stops, stops)] = FORBIDDEN
    return change_s


def _is_forbidden(timetable: Timetable, start: Indices, end: Indices) -> NDArray[np.bool_]:
    rules, n_stops = timetable.transfers, len(timetable.stops)
    forbidden = rules.is_forbidden != 0
    return np.isin(_pair(start, end, n_stops), _pair(rules.from_stop[forbidden], rules.to_stop[forbidden], n_stops))


def _pair(start: Indices, end: Indices, n_stops: int) -> NDArray[np.int64]:
    return start.astype(np.int64) * n_stops + end


def _shortest(start: Indices, end: Indices, seconds: Times, n_stops: int) -> tuple[Indices, Indices, Times]:
    """One row per pair, the shortest."""
    order = np.argsort(seconds, kind="stable")
    kept = order[np.unique(_pair(start, end, n_stops)[order], return_index=True)[1]]
    return start[kept], end[kept], seconds[kept]


def _pairs_within(timetable: Timetable, radius_m: float) -> tuple[Indices, Indices]:
    """Ordered pairs of different boarding places within `radius_m`, found in bands of latitude."""
    stops = timetable.stops
    places = np.flatnonzero(stops.location_type == BOARDING_PLACE)
    places = places[np.argsort(stops.lat[places], kind="stable")].astype(np.int32)
    lat = stops.lat[places]
    band = radius_m / METRES_PER_DEGREE * (1 + 1e-9)
    low, high = np.searchsorted(lat, lat - band, "left"), np.searchsorted(lat, lat + band, "right")
    counts = high - low
    a = np.repeat(np.arange(len(places)), counts)
    b = np.arange(len(a)) - np.repeat(np.cumsum(counts) - counts - low, counts)
    start, end = places[a], places[b]
    flown = great_circle_m(stops.lat[start], stops.lon[start], stops.lat[end], stops.lon[end])
    near = (flown <= radius_m) & (start != end)
    return start[near], end[near]
