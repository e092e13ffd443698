"""Ways inside stations: how long it takes from platform to platform and to the entrances, on foot and in a wheelchair.

References
----------
GTFS Schedule reference, pathways.txt and levels.txt.
EN 115-1: escalators run at 0.5 m/s, moving walks at 0.65 m/s, which walkers add to their own pace and others do not.
Fujiyama, T., Tyler, N. (2010), doi:10.1080/03081060903429314: pace on stairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from planner.footpaths import DETOUR, WALK_MS, WHEELCHAIR_MS, Footpaths
from planner.geo import great_circle_m
from planner.shortest_path import Adjacency, explore, offsets_of, workspace_of
from planner.strings import Strings
from planner.timetable import BOARDING_PLACE, ENTRANCE, NONE, Flags, Indices, Stops, Times, Timetable

Seconds = NDArray[np.float32]

STEP_S = 0.6
"""Seconds for one step of stairs."""

ESCALATOR_MS = 0.5
LIFT_WAIT_S, LIFT_LEVEL_S = 30.0, 10.0
"""Waiting for a lift, and its run from one level to the next."""

GATE_S = 2.0
"""Passing a gate where the feed says nothing: thirty people a minute."""

MAX_SLOPE, MIN_WIDTH_M = 0.083, 0.75
"""What a wheelchair can climb (ISO 21542 allows 1:12) and needs to pass."""


class PathwayMode(IntEnum):
    """Values of pathway_mode."""

    WALKWAY = 1
    STAIRS = 2
    MOVING_WALK = 3
    ESCALATOR = 4
    LIFT = 5
    FARE_GATE = 6
    EXIT_GATE = 7


@dataclass(frozen=True, slots=True)
class Pathways:
    """Ways between platforms, entrances and nodes of stations, each in one direction.

    Attributes
    ----------
    start, end : int32 array
        StopIndex.
    mode : int8 array
        `PathwayMode`.
    length_m, traversal_s, min_width_m : float32 array
        nan where the feed says nothing.
    stairs : int32 array
        Steps, positive upwards; 0 where unknown.
    slope : float32 array
        Steepest rise over run, positive upwards.
    signs : Strings
        As signposted in this direction.
    """

    start: Indices
    end: Indices
    mode: Flags
    length_m: Seconds
    traversal_s: Seconds
    stairs: Indices
    slope: Seconds
    min_width_m: Seconds
    signs: Strings

    def __len__(self) -> int:
        return len(self.start)

    @property
    def places(self) -> Indices:
        """StopIndex of everything that is joined, each once."""
        return np.unique(np.concatenate([self.start, self.end]))


def join_pathways(parts: Sequence[Pathways]) -> Pathways:
    """Pathways of several feeds behind each other."""
    return Pathways(
        start=np.concatenate([part.start for part in parts]),
        end=np.concatenate([part.end for part in parts]),
        mode=np.concatenate([part.mode for part in parts]),
        length_m=np.concatenate([part.length_m for part in parts]),
        traversal_s=np.concatenate([part.traversal_s for part in parts]),
        stairs=np.concatenate([part.stairs for part in parts]),
        slope=np.concatenate([part.slope for part in parts]),
        min_width_m=np.concatenate([part.min_width_m for part in parts]),
        signs=Strings.of(sign for part in parts for sign in part.signs),
    )


@dataclass(frozen=True, slots=True)
class StationWalks:
    """Shortest ways between platforms and entrances, one row for each pair that is joined."""

    start: Indices
    end: Indices
    seconds: Times

    def __len__(self) -> int:
        return len(self.start)


def pathway_seconds(pathways: Pathways, stops: Stops, wheelchair: bool) -> Seconds:
    """Seconds along each pathway, inf where one cannot go.

    A walker's times are the feed's where it gives any; who uses a wheelchair takes longer by the ratio of their paces.
    """
    walked = _walk_seconds(pathways, stops)
    if not wheelchair:
        return walked
    rolled = np.where(is_rollable(pathways, stops), walked * (WALK_MS / WHEELCHAIR_MS), np.inf)
    return np.asarray(rolled, np.float32)


def is_rollable(pathways: Pathways, stops: Stops) -> NDArray[np.bool_]:
    """Whether a wheelchair can pass: no steps, no escalator, nothing narrow or steep, no entrance said to be unfit."""
    is_shut = np.isin(pathways.mode, (PathwayMode.STAIRS, PathwayMode.ESCALATOR))
    is_shut |= (pathways.stairs != 0) & (pathways.mode != PathwayMode.LIFT)
    is_shut |= (np.abs(pathways.slope) > MAX_SLOPE) | (pathways.min_width_m < MIN_WIDTH_M)
    for end in (pathways.start, pathways.end):
        is_shut |= (stops.location_type[end] == ENTRANCE) & (stops.wheelchair[end] == 2)
    return np.asarray(~is_shut)


def _walk_seconds(pathways: Pathways, stops: Stops) -> Seconds:
    start, end, mode = pathways.start, pathways.end, pathways.mode
    flown = great_circle_m(stops.lat[start], stops.lon[start], stops.lat[end], stops.lon[end]) * DETOUR
    metres = np.where(np.isnan(pathways.length_m), flown, pathways.length_m)
    levels = np.abs(stops.level[start] - stops.level[end])
    stairs = np.where(pathways.stairs != 0, np.abs(pathways.stairs) * STEP_S, metres / (WALK_MS / 2))
    estimates = {
        PathwayMode.STAIRS: stairs,
        PathwayMode.ESCALATOR: metres / ESCALATOR_MS,
        PathwayMode.LIFT: LIFT_WAIT_S + LIFT_LEVEL_S * np.maximum(levels, 1),
        PathwayMode.FARE_GATE: np.maximum(metres / WALK_MS, GATE_S),
        PathwayMode.EXIT_GATE: np.maximum(metres / WALK_MS, GATE_S),
    }
    seconds = metres / WALK_MS
    for kind, estimate in estimates.items():
        seconds = np.where(mode == kind, estimate, seconds)
    return np.where(np.isnan(pathways.traversal_s), seconds, pathways.traversal_s).astype(np.float32)


def station_walks(pathways: Pathways, stops: Stops, wheelchair: bool) -> StationWalks:
    """Shortest ways from every platform and entrance to every other one that pathways join."""
    places = pathways.places
    start, end = np.searchsorted(places, pathways.start), np.searchsorted(places, pathways.end)
    order = np.argsort(start, kind="stable")
    first = offsets_of(start[order].astype(np.int32), len(places))
    adjacency = Adjacency(first, end[order].astype(np.int32), order.astype(np.int32))
    seconds, workspace = pathway_seconds(pathways, stops, wheelchair), workspace_of(adjacency)
    ends = np.isin(stops.location_type[places], (BOARDING_PLACE, ENTRANCE))
    rows: list[tuple[int, int, float]] = []
    for origin in np.flatnonzero(ends).tolist():
        settled = explore(adjacency, seconds, np.array([origin], np.int32), np.zeros(1), workspace)
        reached = settled[ends[settled] & (settled != origin)]
        rows += [(origin, int(place), float(workspace.cost[place])) for place in reached]
    table = np.array(rows, np.float64).reshape(-1, 3)
    at = table[:, :2].astype(np.int64)
    return StationWalks(places[at[:, 0]], places[at[:, 1]], np.ceil(table[:, 2] - 1e-3).astype(np.int32))


def with_station_walks(footpaths: Footpaths, timetable: Timetable, pathways: Pathways, wheelchair: bool) -> Footpaths:
    """The footpaths with those between platforms of a station replaced by its pathways.

    A row of transfers.txt with a time stays, a pair that it forbids stays forbidden; platforms that no pathway joins
    are not joined.
    """
    stops, rules = timetable.stops, timetable.transfers
    walks, n_stops = station_walks(pathways, stops, wheelchair), len(stops)
    ruled = rules.from_stop.astype(np.int64) * n_stops + rules.to_stop
    ruled = ruled[(rules.seconds > 0) | (rules.is_forbidden != 0)]

    def is_ruled(start: Indices, end: Indices) -> NDArray[np.bool_]:
        return np.isin(start.astype(np.int64) * n_stops + end, ruled)

    is_platform = stops.location_type == BOARDING_PLACE
    added = is_platform[walks.start] & is_platform[walks.end] & ~is_ruled(walks.start, walks.end)
    kept = ~is_inside(pathways, stops, footpaths.start, footpaths.to) | is_ruled(footpaths.start, footpaths.to)
    count = int(added.sum())
    hours = tuple(
        np.append(column[kept], np.full(count, bound, np.int32))
        for column, bound in ((footpaths.opens, 0), (footpaths.closes, 86_400))
    )
    return Footpaths.of(
        np.append(footpaths.start[kept], walks.start[added]),
        np.append(footpaths.to[kept], walks.end[added]),
        np.append(footpaths.seconds[kept], walks.seconds[added]),
        footpaths.change_s,
        (hours[0], hours[1]),
    )


def is_inside(pathways: Pathways, stops: Stops, start: Indices, end: Indices) -> NDArray[np.bool_]:
    """Whether both stops are platforms of one station whose pathways are known."""
    has_pathways = np.zeros(len(stops), np.bool_)
    has_pathways[pathways.places] = True
    is_one = (stops.parent[start] != NONE) & (stops.parent[start] == stops.parent[end])
    return np.asarray(is_one & has_pathways[start] & has_pathways[end])
