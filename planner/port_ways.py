"""Ways by vehicles that are taken at one port and left at another: walk, ride, walk, with the best pair of ports."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS, Ground, Links, Means, Ways, Wish, between, ways_from
from planner.hops import HORIZON_S, Hops, ridden, walked_on
from planner.journeys import Options
from planner.profiles import Profile
from planner.reach import Pace, StreetSearch
from planner.snapping import taken
from planner.timetable import NONE
from planner.whole_seconds import Begun, Ridden, Rides, divided, quickest

Ints = NDArray[np.int32]


class Walked(NamedTuple):
    """Walks between an end and ports, in seconds per port, over the ways open at a time of day.

    `targets` are those to every target. `on` are those between the ports and the other end, where that is the target.
    """

    hour: int | None
    seconds: NDArray[np.float32]
    targets: Ints
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
    """Walk to a port, ride to another, walk on: to the targets that one is at sooner than on foot.

    Parameters
    ----------
    ride : (Profile, float)
        How the vehicle moves, and how many times as long it takes.
    walk : Walked
        The walks between the end and the ports.
    """
    begin, finish = (ports.dropoff, ports.pickup) if wish.backward else (ports.pickup, ports.dropoff)
    begin = begin[np.isfinite(walk.seconds[begin])]
    if not len(begin) or not len(finish):
        return _none(means)
    begun = begin, walk.seconds[begin]
    vehicle, feet = _tables(ground, wish, ports, ride, walk.hour)
    if vehicle is None or feet is None:
        ridden, rides = _searched(ground, wish, (begun, finish), ports, ride, walk)
    else:
        ridden, rides = _over_tables(ground, (vehicle, feet), wish, (begun, finish), ports, ride, walk)
    return ways_from(means, divided(ridden, rides, begun, walk.targets, wish.backward), walk.hour)


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
    at: tuple[Begun, Ints],
    ports: Ports,
    ride: tuple[Profile, float],
    walk: Walked,
) -> tuple[Ridden, Rides]:
    """Rides and walks by the kept seconds between ports and stops."""
    vehicle, feet = tables
    begun, finish = at
    extra_s = (ports.leave_s, ports.take_s) if wish.backward else (ports.take_s, ports.leave_s)
    search = _slowed(ground.search(ride[0], walk.hour), ride[1])
    table = vehicle.filled(search, begun[0] + np.int32(ports.base))
    rides = ridden(begun, finish, table, ports.base, extra_s, wish.limit)
    if walk.on is not None:
        return walked_on(rides, walk.on[:, None], (0, 0, 1), wish.limit), rides
    table = feet.filled(ground.search(ground.walk, walk.hour), rides[0] + np.int32(ports.base))
    n_stops = len(wish.targets["foot"])
    return walked_on(rides, table, (ports.base, len(table) - n_stops, n_stops), wish.limit), rides


def _searched(
    ground: Ground,
    wish: Wish,
    at: tuple[Begun, Ints],
    ports: Ports,
    ride: tuple[Profile, float],
    walk: Walked,
) -> tuple[Ridden, Rides]:
    """Rides and walks by a search each, from all ports at once."""
    (begin, started), finish = at
    at_begin, at_finish = (ports.leave_s, ports.take_s) if wish.backward else (ports.take_s, ports.leave_s)
    vehicle = _slowed(ground.search(ride[0], walk.hour), ride[1])
    at_streets = ports.links[LINKS[ride[0].name]]
    head_starts = started.astype(np.float64) + at_begin
    middle = between(vehicle, wish, taken(at_streets, begin), taken(at_streets, finish), head_starts)
    rode = np.isfinite(middle.seconds)
    rode[rode] &= begin[middle.origin[rode]] != finish[rode]
    rides = finish[rode], middle.seconds[rode] + np.float32(at_finish), middle.origin[rode]
    on_streets, targets = (links[LINKS[ground.walk.name]] for links in (ports.links, wish.targets))
    search = ground.search(ground.walk, walk.hour)
    last = between(search, wish, taken(on_streets, rides[0]), targets, rides[1].astype(np.float64))
    if wish.other is None:
        return (last.seconds, last.origin), rides
    row = quickest(last.seconds)
    return (last.seconds[row : row + 1], last.origin[row : row + 1]), rides


def _slowed(search: StreetSearch, factor: float) -> StreetSearch:
    """The same, everything taking `factor` times as long."""
    if factor == 1.0:
        return search
    pace = search.pace
    slowed = Pace(pace.seconds * np.float32(factor), pace.connector_ms, pace.least_s_per_m * factor)
    return replace(search, pace=slowed, known={})


def _none(means: Means) -> Ways:
    nowhere = np.empty(0, np.int32)
    return Ways(means, Options(nowhere, nowhere, nowhere, nowhere), np.empty((0, 3), np.int32), nowhere, nowhere)
