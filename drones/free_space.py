"""What of the air is free: obstacles with floor and ceiling, cut into layers of altitude in which one sees far or not.

A leg is held against the obstacles whole, from end to end. Paths turn only at corners of obstacles, which stand
`CORNER_GAP_M` outside them, so that no path touches what it goes around.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from drones.plane import Position

CORNER_GAP_M = 0.01

MITRE_LIMIT = 2.0
"""Sharper corners than this many clearances are cut off; below it they stay single points."""

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A volume no path may enter.

    Attributes
    ----------
    area : Polygon
        In metres of a plane.
    floor_m, ceiling_m : float
        Over mean sea level; infinite where it has no limit.
    """

    id: str
    area: Polygon
    floor_m: float
    ceiling_m: float


@dataclass(frozen=True, slots=True)
class Clearance:
    """Distance to keep from every obstacle, in metres beside it and above or below it."""

    horizontal_m: float = 0.0
    vertical_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Layer:
    """One altitude: the parts that are blocked, and their convex corners with the two neighbours of each."""

    altitude_m: float
    parts: NDArray[np.object_]
    tree: STRtree
    corners: Floats
    before: Floats
    after: Floats


class FreeSpace:
    """The layers over one set of obstacles; remembers which corners see each other, for the next search."""

    def __init__(self, obstacles: Sequence[Obstacle], altitudes_m: Sequence[float], clearance: Clearance) -> None:
        self.obstacles = tuple(obstacles)
        self.layers = tuple(_layer(obstacles, altitude, clearance) for altitude in sorted(altitudes_m))
        self._columns = STRtree(_grown(obstacles, clearance))
        self._floors = np.array([obstacle.floor_m for obstacle in obstacles])
        self._ceilings = np.array([obstacle.ceiling_m for obstacle in obstacles])
        self._seen: dict[tuple[int, int], Indices] = {}

    def column(self, position: Position, low_m: float, high_m: float) -> tuple[str, ...]:
        """Obstacles a climb between two altitudes would meet; a pad on a roof is free of what ends below it."""
        touched = self._columns.query(Point(position), predicate="intersects")
        hit = touched[(self._floors[touched] < high_m) & (self._ceilings[touched] > low_m)]
        return tuple(self.obstacles[int(i)].id for i in np.sort(hit))

    def corners_seen(self, layer: int, corner: int) -> Indices:
        """Corners of a layer that a corner sees and at both of which a path could bend."""
        key = (layer, corner)
        if key not in self._seen:
            at = self.layers[layer]
            candidates = np.flatnonzero(_bends(at, at.corners[corner]))
            directions = at.corners[candidates] - at.corners[corner]
            candidates = candidates[_is_tangent(at.before[corner], at.after[corner], at.corners[corner], directions)]
            candidates = candidates[candidates != corner]
            self._seen[key] = candidates[visible(at, at.corners[corner], at.corners[candidates])]
        return self._seen[key]

    def corners_seen_from(self, layer: int, position: Floats) -> Indices:
        """Corners of a layer seen from any position, at which a path from there could bend."""
        at = self.layers[layer]
        candidates = np.flatnonzero(_bends(at, position))
        return candidates[visible(at, position, at.corners[candidates])]


def visible(layer: Layer, origin: Floats, targets: Floats) -> NDArray[np.bool_]:
    """Whether the straight leg from `origin` to each of `targets` is free."""
    free = np.ones(len(targets), dtype=np.bool_)
    if len(targets) and len(layer.parts):
        legs = _legs_between(origin, targets)
        leg, part = layer.tree.query(legs)
        free[leg[shapely.intersects(layer.parts[part], legs[leg])]] = False
    return free


def _legs_between(origin: Floats, targets: Floats) -> NDArray[np.object_]:
    """A straight line from `origin` to each of `targets`."""
    ends = np.stack([np.broadcast_to(origin, targets.shape), targets], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=np.object_)


def entered(obstacles: Iterable[Obstacle], points: Sequence[tuple[float, float, float]]) -> list[tuple[str, Position]]:
    """Each obstacle that a line through `points` (east, north, altitude) enters, and where it is first met.

    Legs climb evenly from end to end; a leg between two points above each other is a climb on the spot.
    """
    found = []
    for obstacle in obstacles:
        for a, b in pairwise(points):
            where = _entry(obstacle, a, b)
            if where is not None:
                found.append((obstacle.id, where))
                break
    return found


def _entry(obstacle: Obstacle, a: tuple[float, float, float], b: tuple[float, float, float]) -> Position | None:
    length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
    if length == 0.0:
        is_met = obstacle.area.contains(Point(a[:2])) and _overlaps(obstacle, a[2], b[2])
        return (a[0], a[1]) if is_met else None
    inside = LineString([a[:2], b[:2]]).intersection(obstacle.area)
    for part in sorted(shapely.get_parts(inside), key=lambda part: part.distance(Point(a[:2]))):
        if part.length == 0.0:
            continue
        ends = [np.hypot(x - a[0], y - a[1]) / length for x, y in (part.coords[0], part.coords[-1])]
        low, high = (a[2] + float(share) * (b[2] - a[2]) for share in ends)
        if _overlaps(obstacle, low, high):
            share = min(ends)
            return a[0] + float(share) * (b[0] - a[0]), a[1] + float(share) * (b[1] - a[1])
    return None


def _overlaps(obstacle: Obstacle, one_m: float, other_m: float) -> bool:
    return min(one_m, other_m) < obstacle.ceiling_m and max(one_m, other_m) > obstacle.floor_m


def _grown(obstacles: Sequence[Obstacle], clearance: Clearance) -> list[BaseGeometry]:
    return [grow(obstacle.area, clearance.horizontal_m) for obstacle in obstacles]


def grow(area: BaseGeometry, by_m: float) -> BaseGeometry:
    """The area and all around it up to a distance; corners stay corners."""
    return area.buffer(by_m, join_style="mitre", mitre_limit=MITRE_LIMIT) if by_m else area


def _layer(obstacles: Sequence[Obstacle], altitude_m: float, clearance: Clearance) -> Layer:
    margin = clearance.vertical_m
    here = [
        obstacle for obstacle in obstacles if obstacle.floor_m - margin <= altitude_m <= obstacle.ceiling_m + margin
    ]
    union = shapely.union_all(_grown(here, clearance)) if here else Polygon()
    parts = np.array([part for part in shapely.get_parts(union) if isinstance(part, Polygon)], dtype=np.object_)
    parts = parts[~shapely.is_empty(parts)] if len(parts) else parts
    shapely.prepare(parts)
    outside = grow(union, CORNER_GAP_M) if here else union
    corners = [_corners(ring) for part in shapely.get_parts(outside) for ring in _rings(part)]
    before, at, after = (np.concatenate(three) for three in zip(*corners, strict=True)) if corners else [_NONE] * 3
    free = _are_free(parts, at)
    return Layer(altitude_m, parts, STRtree(parts), at[free], before[free], after[free])


_NONE = np.empty((0, 2))


def _rings(part: Polygon) -> list[Floats]:
    oriented = shapely.orient_polygons(part)
    return [np.asarray(ring.coords)[:-1] for ring in (oriented.exterior, *oriented.interiors) if len(ring.coords) > 3]


def _corners(ring: Floats) -> tuple[Floats, Floats, Floats]:
    """Points where the obstacle, to the left of its ring, is narrower than half a turn, with both neighbours."""
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    is_convex = cross(ring - before, after - ring) > 0
    return before[is_convex], ring[is_convex], after[is_convex]


def _are_free(parts: NDArray[np.object_], points: Floats) -> NDArray[np.bool_]:
    free = np.ones(len(points), dtype=np.bool_)
    if len(parts) and len(points):
        point, _ = STRtree(parts).query(shapely.points(points), predicate="intersects")
        free[point] = False
    return free


def _bends(layer: Layer, origin: Floats) -> NDArray[np.bool_]:
    return _is_tangent(layer.before, layer.after, layer.corners, layer.corners - origin)


def _is_tangent(before: Floats, after: Floats, corner: Floats, direction: Floats) -> NDArray[np.bool_]:
    """Whether a line through the corner leaves the obstacle to one side; else no shortest path bends there."""
    left, right = cross(direction, before - corner), cross(direction, after - corner)
    slack = 2 * CORNER_GAP_M * np.hypot(direction[..., 0], direction[..., 1])
    return np.asarray(((left >= -slack) & (right >= -slack)) | ((left <= slack) & (right <= slack)))


def cross(a: Floats, b: Floats) -> Floats:
    """Twice the area between two vectors, positive where the second lies to the left."""
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
