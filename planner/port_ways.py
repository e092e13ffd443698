"""Ways by vehicles that are taken at one port and left at another: walk, ride, walk, with the best pair of ports."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS, ROUNDING_S, Ground, Links, Means, Ways, Wish, at_any_time, between
from planner.hops import HORIZON_S, Hops, ridden, walked_on
from planner.journeys import Options
from planner.profiles import Profile
from planner.reach import Pace, StreetSearch
from planner.snapping import taken
from planner.timetable import NONE

Ints = NDArray[np.int32]


class Walked(NamedTuple):
    """Walks between an end and ports, in seconds per port, over the ways open at a time of day.

    `on` are those between the ports and the other end, where that is the target.
    """

    hour: int | None
    seconds: NDArray[np.float32]
    on: NDArray[np.float32] | None = None


class Ports(NamedTuple):
    """Where a ride may begin and end, rows of `links`, and the seconds that taking and leaving the vehicle cost.

    `base` is where `links` begin among the points of `Ground.hops`, NONE if they are not all there.
    """

    links: Links
    pickup: Ints
    dropoff: Ints
    take_s: float
    leave_s: float
    base: int = NONE


def by_ports(ground: Ground, wish: Wish, means: Means, ports: Ports, ride: tuple[Profile, float], walk: Walked) -> Ways:
    """Walk to a port, ride to another, walk on.

    Parameters
    ----------
    ride : (Profile, float)
        How the vehicle moves, and how many times as long it takes.
    walk : Walked
        The walks between the end and the ports.
    """
    near_s = walk.seconds
    begin, finish = (ports.dropoff, ports.pickup) if wish.backward else (ports.pickup, ports.dropoff)
    begin = begin[np.isfinite(near_s[begin])]
    if not len(begin) or not len(finish):
        return _none(means)
    question = wish, (begin, finish), ports, ride, walk
    vehicle, feet = _tables(ground, wish, ports, ride, walk.hour)
    if vehicle is None or feet is None:
        target, near, far, sums = _searched(ground, *question)
    else:
        target, near, far, sums = _over_tables(ground, (vehicle, feet), *question)
    parts: Ints = np.ceil(sums - ROUNDING_S).astype(np.int32)
    parts[:, 1:] -= parts[:, :-1].copy()
    if wish.backward:
        parts, near, far = parts[:, ::-1].copy(), far, near
    return Ways(means, at_any_time(target, parts.sum(axis=1, dtype=np.int32)), parts, near, far, walk.hour)


Ridden = tuple[Ints, Ints, Ints, NDArray[np.floating]]
"""Targets, the ports where the ride to each begins and finishes, and seconds at them and at the target, of a search."""


def _tables(
    ground: Ground, wish: Wish, ports: Ports, ride: tuple[Profile, float], hour: int | None
) -> tuple[Hops | None, Hops | None]:
    """The kept seconds of the ride and of the walks, where they answer the question."""
    is_kept = wish.other is not None or wish.targets is ground.side.stops
    if ports.base == NONE or wish.limit > HORIZON_S or not is_kept:
        return None, None
    return ground.hops(*ride, hour, wish.backward), ground.hops(ground.walk, 1.0, hour, wish.backward)


def _over_tables(
    ground: Ground,
    tables: tuple[Hops, Hops],
    wish: Wish,
    at: tuple[Ints, Ints],
    ports: Ports,
    ride: tuple[Profile, float],
    walk: Walked,
) -> Ridden:
    """Rides and walks by the kept seconds between ports and stops."""
    vehicle, feet = tables
    begin, finish = at
    started = walk.seconds[begin]
    rows, last = begin + np.int32(ports.base), finish + np.int32(ports.base)
    extra_s = (ports.leave_s, ports.take_s) if wish.backward else (ports.take_s, ports.leave_s)
    search = _slowed(ground.search(ride[0], walk.hour), ride[1])
    seconds, origin = ridden(started, rows, last, vehicle.filled(search, rows), extra_s, wish.limit)
    rode = np.flatnonzero(seconds <= wish.limit)
    finish, last, seconds, origin = finish[rode], last[rode], seconds[rode], origin[rode]
    if wish.other is None:
        table = feet.filled(ground.search(ground.walk, walk.hour), last)
        n_stops = len(wish.targets["foot"])
        best, via = walked_on(seconds, last, table, len(table) - n_stops, n_stops, wish.limit)
    else:
        assert walk.on is not None
        rows_on = np.arange(len(finish), dtype=np.int32)
        best, via = walked_on(seconds, rows_on, walk.on[finish][:, None], 0, 1, wish.limit)
    target = np.flatnonzero(via != NONE).astype(np.int32)
    by = via[target]
    sums = np.stack([started[origin[by]], seconds[by], best[target]], axis=1)
    return target, begin[origin[by]], finish[by], sums


def _searched(
    ground: Ground, wish: Wish, at: tuple[Ints, Ints], ports: Ports, ride: tuple[Profile, float], walk: Walked
) -> Ridden:
    """Rides and walks by a search each, from all ports at once."""
    begin, finish = at
    started = walk.seconds[begin]
    at_begin, at_finish = (ports.leave_s, ports.take_s) if wish.backward else (ports.take_s, ports.leave_s)
    vehicle = _slowed(ground.search(ride[0], walk.hour), ride[1])
    at_streets = ports.links[LINKS[ride[0].name]]
    head_starts = started.astype(np.float64) + at_begin
    middle = between(vehicle, wish, taken(at_streets, begin), taken(at_streets, finish), head_starts)
    rode = np.isfinite(middle.seconds)
    rode[rode] &= begin[middle.origin[rode]] != finish[rode]
    finish, seconds, origin = finish[rode], middle.seconds[rode] + np.float32(at_finish), middle.origin[rode]
    if not len(finish):
        return finish, finish, finish, np.empty((0, 3))
    on_streets = ports.links[LINKS[ground.walk.name]]
    links, search = taken(on_streets, finish), ground.search(ground.walk, walk.hour)
    last = between(search, wish, links, wish.targets[LINKS[ground.walk.name]], seconds.astype(np.float64))
    target = np.flatnonzero(np.isfinite(last.seconds)).astype(np.int32)
    via = last.origin[target]
    sums = np.stack([started[origin[via]], seconds[via], last.seconds[target]], axis=1)
    return target, begin[origin[via]], finish[via], sums


def _slowed(search: StreetSearch, factor: float) -> StreetSearch:
    """The same, everything taking `factor` times as long."""
    if factor == 1.0:
        return search
    pace = search.pace
    slowed = Pace(pace.seconds * np.float32(factor), pace.connector_ms, pace.least_s_per_m * factor)
    return replace(search, pace=slowed, known={})


def _none(means: Means) -> Ways:
    nowhere = np.empty(0, np.int32)
    return Ways(means, Options.of([], []), np.empty((0, 3), np.int32), nowhere, nowhere)
