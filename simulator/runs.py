"""What runs on each pattern of a day: its route and mode, and how far it is from call to call."""

from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.day import segments_of
from planner.model import Mode
from planner.rides import Ride
from simulator.town import Town


class Run(NamedTuple):
    """The line of a pattern; `name` is what the public calls it."""

    route: str
    mode: Mode
    name: str


@lru_cache(maxsize=8)
def runs_of(town: Town) -> tuple[Run, ...]:
    """By pattern: the line of its first trip."""
    timetable, day = town.network.snapshot.timetable, town.transit.day
    found = []
    for lane_trip in day.trip_first[:-1].tolist():
        trip = int(day.segments.trip[day.segments.first[lane_trip]])
        route = timetable.routes[int(timetable.trips.route[trip])]
        found.append(Run(route.id, Mode(route.mode), route.short_name or route.long_name))
    return tuple(found)


@lru_cache(maxsize=8)
def metres_of(town: Town) -> tuple[NDArray[np.float64], ...]:
    """By pattern: metres from the first call to each, along the line the feed draws."""
    day = town.transit.day
    return tuple(
        np.cumsum([0.0, *(_metres(town, lane_trip, call) for call in range(calls - 1))])
        for lane_trip, calls in zip(day.trip_first[:-1].tolist(), np.diff(day.pattern_first).tolist(), strict=True)
    )


def _metres(town: Town, lane_trip: int, call: int) -> float:
    rides = (
        Ride(one.trip, town.day + timedelta(days=one.day_offset), one.board, one.alight)
        for one in segments_of(town.transit.day, lane_trip, call, call + 1)
    )
    return sum(town.network.rides.leg(ride, ()).distance_m for ride in rides)
