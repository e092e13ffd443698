"""Stops that are shut to wheelchairs for a while: what alerts say of lifts out of service, on a day cut for searching.

GTFS knows no opening hours of pathways, and an alert names stops, not lifts (docs/decisions/0005). A stop is shut for
every service day that touches a period of its alert, and a station where any part of it is named: too often rather than
too seldom, because who stands before a lift that does not run cannot go on.

References
----------
GTFS Realtime Reference v2.0, Alert: effect ACCESSIBILITY_ISSUE.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.day import DayTimetable, boarding_places
from planner.live import LiveSource
from planner.live_records import Alert
from planner.service_day import service_day_start
from planner.timetable import BOARDING_AREA, BOARDING_PLACE, NONE, STATION, Stops

SHUTTING_EFFECT = "ACCESSIBILITY_ISSUE"

LONGEST_DAY = timedelta(hours=48)
"""A service day may run on for two days of the clock."""

Mask = NDArray[np.bool_]


def shut_on(
    sources: Iterable[LiveSource], day: date, zone: ZoneInfo, stops: Stops, stop_index: Mapping[str, int]
) -> Mask | None:
    """Stops that no wheelchair should rely on during the service day `day`; None: none.

    An alert about a platform shuts it, one about a boarding area its platform, one about a station, an entrance or a
    node within shuts all platforms of the station.
    """
    start = service_day_start(day, zone)
    span = start.timestamp(), (start + LONGEST_DAY).timestamp()
    shut = np.zeros(len(stops), np.bool_)
    for source in sources:
        for alert in source.alerts:
            if alert.effect == SHUTTING_EFFECT and _holds(alert, *span):
                named = (stop_index.get(source.prefix + one.stop_id) for one in alert.entities if one.stop_id)
                for stop in {stop for stop in named if stop is not None}:
                    _shut(stop, stops, shut)
    return shut if shut.any() else None


def _holds(alert: Alert, start: float, end: float) -> bool:
    return not alert.periods or any(period.overlaps(start, end) for period in alert.periods)


def _shut(stop: int, stops: Stops, shut: Mask) -> None:
    kind, parent = stops.location_type[stop], stops.parent[stop]
    if kind == BOARDING_PLACE:
        shut[stop] = True
    elif kind == BOARDING_AREA:
        shut[parent] |= parent != NONE
    else:
        station = stop if kind == STATION else parent
        shut |= (stops.parent == station) & (stops.location_type == BOARDING_PLACE) & (station != NONE)


def without_stops(day: DayTimetable, shut: Mask) -> DayTimetable:
    """The day with nobody boarding or alighting where it is shut; vehicles still pass."""
    is_shut = np.append(shut, np.False_)
    none = np.int32(day.n_stops)
    board_stop, alight_stop = (
        np.where(is_shut[column], none, column).astype(np.int32) for column in (day.board_stop, day.alight_stop)
    )
    at_first, at_pattern, at_position = boarding_places(day.n_stops, day.pattern_first, board_stop)
    return replace(
        day,
        board_stop=board_stop,
        alight_stop=alight_stop,
        at_first=at_first,
        at_pattern=at_pattern,
        at_position=at_position,
    )
