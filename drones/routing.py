"""Paths of least time, energy or ground risk through free space, leg by leg in straight lines.

The search is A* (Hart, Nilsson, Raphael 1968) on the visibility graph, whose edges are looked for when a corner is
reached. In a steady wind the time of a leg is a norm of its vector (Zermelo 1931), so within a layer least time and
least energy are exact; ground risk is exact along the points at which its areas are entered (`spacing_m`). A path
changes its layer only at its ends and at points the caller names, so that another obstacle never makes a path cheaper.

References
----------
Lozano-Pérez and Wesley 1979, doi:10.1145/359156.359164. Hart et al. 1968, doi:10.1109/TSSC.1968.300136.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from drones.free_space import CORNER_GAP_M, FreeSpace, Layer, cross, visible
from drones.plane import Position

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RiskArea:
    """Ground on which a metre of flight counts `weight` seconds or joules more."""

    area: Polygon
    weight: float


@dataclass(frozen=True, slots=True)
class Pricing:
    """What flying costs, in seconds, joules or another unit.

    Attributes
    ----------
    airspeed_ms : float
        Of the cruise.
    winds_ms : tuple of (east, north)
        Where the air of each layer goes, lowest layer first.
    cost_per_s : float
        Of the cruise.
    climb_per_m, descent_per_m : float
        Cost of a metre up or down, on the spot.
    risks : tuple of RiskArea
    """

    airspeed_ms: float
    winds_ms: tuple[tuple[float, float], ...]
    cost_per_s: float = 1.0
    climb_per_m: float = 0.0
    descent_per_m: float = 0.0
    risks: tuple[RiskArea, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """East, north and altitude over mean sea level of every turn and every change of layer, and what it all costs."""

    points: tuple[tuple[float, float, float], ...]
    cost: float


class Obstruction(StrEnum):
    """Why there is no path."""

    START_BLOCKED = "START_BLOCKED"
    GOAL_BLOCKED = "GOAL_BLOCKED"
    WIND = "WIND"
    ENCLOSED = "ENCLOSED"


@dataclass(frozen=True, slots=True)
class NoPath:
    """There is no path; `obstacle_ids` are those over or under the end that is blocked."""

    reason: Obstruction
    obstacle_ids: tuple[str, ...] = ()


Point3 = tuple[float, float, float]
_Node = tuple[int, int]
_Best = dict[_Node, tuple[float, _Node | None]]

SAME_LENGTH_M = 1e-6
"""Two legs longer than the straight one by less than this are one."""

_START, _GOAL, _CHANGES = 0, 1, 2
_LANDED: _Node = (-1, _GOAL)


def ground_speed_ms(airspeed_ms: float, wind_ms: tuple[float, float], east: Floats, north: Floats) -> Floats:
    """Speed over ground along directions when the craft heads so that the wind does not carry it aside.

    Zero in a wind as fast as the craft, which could not stand still in it.
    """
    length = np.hypot(east, north)
    unit_east, unit_north = np.divide([east, north], length, out=np.zeros((2, *length.shape)), where=length > 0)
    along = wind_ms[0] * unit_east + wind_ms[1] * unit_north
    aside = wind_ms[0] * unit_north - wind_ms[1] * unit_east
    speed = along + np.sqrt(np.maximum(airspeed_ms**2 - aside**2, 0.0))
    return np.where((np.hypot(*wind_ms) < airspeed_ms) & (speed > 0), speed, 0.0)


def find_path(
    space: FreeSpace,
    start: Point3,
    goal: Point3,
    pricing: Pricing,
    changes: Sequence[Position] = (),
    spacing_m: float = 500.0,
) -> Path | NoPath:
    """The cheapest path from one pad to another.

    Parameters
    ----------
    start, goal : tuple
        East, north and altitude over mean sea level of the pads, left and reached straight up and down; layers below a
        pad, which may be on a roof, do not reach it.
    changes : sequence of Position
        Where else the layer may change.
    spacing_m : float
        Distance of the points on the borders of risk areas at which a path may bend.
    """
    extras = np.array([start[:2], goal[:2], *changes, *_risk_points(pricing.risks, spacing_m)], dtype=np.float64)
    search = _Search(space, pricing, extras, _CHANGES + len(changes), goal)
    heap: list[tuple[float, float, _Node]] = []
    best: _Best = {}
    blocked: set[str] = set()
    for layer, at in enumerate(space.layers):
        hit = space.column(start[:2], start[2], at.altitude_m)
        blocked.update(hit)
        if not hit and at.altitude_m >= start[2]:
            node, cost = (layer, _START), _rise(pricing, start[2], at.altitude_m)
            best[node] = cost, None
            heapq.heappush(heap, (cost + search.bound(node), cost, node))
    if not heap:
        return NoPath(Obstruction.START_BLOCKED, tuple(sorted(blocked)))
    while heap:
        _, cost, node = heapq.heappop(heap)
        if cost > best[node][0]:
            continue
        if node == _LANDED:
            return Path(_trace(search, best, start, goal), cost)
        for following, price in search.steps(node, cost, best):
            total = cost + price
            if total < best.get(following, (np.inf, None))[0]:
                best[following] = total, node
                heapq.heappush(heap, (total + search.bound(following), total, following))
    return _why_not(space, goal, pricing)


def _why_not(space: FreeSpace, goal: Point3, pricing: Pricing) -> NoPath:
    columns = [space.column(goal[:2], goal[2], layer.altitude_m) for layer in space.layers]
    if all(columns):
        return NoPath(Obstruction.GOAL_BLOCKED, tuple(sorted({name for hit in columns for name in hit})))
    if all(np.hypot(*wind) >= pricing.airspeed_ms for wind in pricing.winds_ms):
        return NoPath(Obstruction.WIND)
    return NoPath(Obstruction.ENCLOSED)


def _risk_points(risks: Sequence[RiskArea], spacing_m: float) -> list[Position]:
    borders = [shapely.segmentize(risk.area.boundary, spacing_m) for risk in risks]
    return [(float(x), float(y)) for border in borders for x, y in shapely.get_coordinates(border)]


def _rise(pricing: Pricing, low_m: float, high_m: float) -> float:
    rise = high_m - low_m
    return rise * pricing.climb_per_m if rise >= 0 else -rise * pricing.descent_per_m


def _trace(search: "_Search", best: _Best, start: Point3, goal: Point3) -> tuple[Point3, ...]:
    points = [goal]
    node = best[_LANDED][1]
    while node is not None:
        x, y = search.position(node)
        points.append((float(x), float(y), search.space.layers[node[0]].altitude_m))
        node = best[node][1]
    points.append(start)
    return _straightened(points[::-1])


def _straightened(points: list[Point3]) -> tuple[Point3, ...]:
    """The same line without points met twice or on the straight leg between their neighbours."""
    kept = points[:1]
    for here, following in zip(points[1:], [*points[2:], None], strict=True):
        if here == kept[-1] or (following is not None and _is_between(kept[-1], here, following)):
            continue
        kept.append(here)
    return tuple(kept)


def _is_between(a: Point3, b: Point3, c: Point3) -> bool:
    if not a[2] == b[2] == c[2]:
        return False
    way = float(np.hypot(b[0] - a[0], b[1] - a[1]) + np.hypot(c[0] - b[0], c[1] - b[1]))
    return way - float(np.hypot(c[0] - a[0], c[1] - a[1])) < SAME_LENGTH_M


class _Search:
    """Steps of one search: extra points (ends, changes, borders of risk) come first, then the corners of the layer."""

    def __init__(self, space: FreeSpace, pricing: Pricing, extras: Floats, n_columns: int, goal: Point3) -> None:
        self.space, self.pricing, self.extras, self.n_columns, self.goal = space, pricing, extras, n_columns, goal
        # The discs of velocities of all layers lie in one disc around their mean wind.
        mean = np.mean(pricing.winds_ms, axis=0)
        self._wind_ms = float(mean[0]), float(mean[1])
        self._fastest_ms = pricing.airspeed_ms + float(np.max(np.hypot(*(np.array(pricing.winds_ms) - mean).T)))
        self._edges, self._weights = _borders(pricing.risks)
        pad = goal[0], goal[1]
        self._lands = [
            i
            for i, layer in enumerate(space.layers)
            if layer.altitude_m >= goal[2] and not space.column(pad, goal[2], layer.altitude_m)
        ]

    def position(self, node: _Node) -> Floats:
        """East and north of a node."""
        layer, k = node
        n = len(self.extras)
        return np.asarray(self.extras[k] if k < n else self.space.layers[layer].corners[k - n])

    def bound(self, node: _Node) -> float:
        """No path from the node to the goal is cheaper; the straight leg, in the disc of all winds."""
        return float(self._bounds(self.position(node)[np.newaxis])[0])

    def _bounds(self, points: Floats) -> Floats:
        east, north = (self.extras[_GOAL] - points).T
        length = np.hypot(east, north)
        speed = ground_speed_ms(self._fastest_ms, self._wind_ms, east, north)
        cost = np.divide(self.pricing.cost_per_s * length, speed, out=np.full(len(points), np.inf), where=speed > 0)
        return np.where(length > 0, cost, 0.0)

    def steps(self, node: _Node, spent: float, best: _Best) -> Iterator[tuple[_Node, float]]:
        """Nodes one can fly to straight away, and the cost; without those known to be reached or left cheaper."""
        layer, k = node
        if k < self.n_columns:
            yield from self._columns(node)
        n, at, origin = len(self.extras), self.space.layers[layer], self.position(node)
        seen = self.space
        corners = seen.corners_seen_from(layer, origin) if k < n else seen.corners_seen(layer, k - n)
        indices = np.concatenate([np.arange(n), corners + n])
        targets = np.concatenate([self.extras, at.corners[corners]])
        costs = self._flying_costs(layer, origin, targets)
        known = np.array([best.get((layer, int(i)), (np.inf, None))[0] for i in indices])
        worth = np.flatnonzero((spent + costs < known) & (spent + costs + self._bounds(targets) <= self._ceiling(best)))
        worth = worth[self._seen(at, origin, targets, worth)]
        costs = costs[worth] + self._risk_costs(origin, targets[worth])
        for index, cost in zip(indices[worth], costs, strict=True):
            yield (layer, int(index)), float(cost)

    def _seen(self, at: Layer, origin: Floats, targets: Floats, worth: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of the extra points among the targets, whether they are seen; the corners were looked at before."""
        free = np.ones(len(worth), dtype=np.bool_)
        extra = np.flatnonzero(worth < len(self.extras))
        free[extra] = visible(at, origin, targets[worth[extra]])
        return free

    def _ceiling(self, best: _Best) -> float:
        """Cost of the cheapest way known to the pad, down to it."""
        layers = self.space.layers
        return min(
            (
                best[(i, _GOAL)][0] + _rise(self.pricing, at.altitude_m, self.goal[2])
                for i, at in enumerate(layers)
                if (i, _GOAL) in best and i in self._lands
            ),
            default=np.inf,
        )

    def _columns(self, node: _Node) -> Iterator[tuple[_Node, float]]:
        layer, k = node
        x, y = self.extras[k]
        here_m = self.space.layers[layer].altitude_m
        if k == _GOAL and layer in self._lands:
            yield _LANDED, _rise(self.pricing, here_m, self.goal[2])
        for other in (layer - 1, layer + 1):
            if 0 <= other < len(self.space.layers):
                there_m = self.space.layers[other].altitude_m
                if not self.space.column((x, y), min(here_m, there_m), max(here_m, there_m)):
                    yield (other, k), _rise(self.pricing, here_m, there_m)

    def _flying_costs(self, layer: int, origin: Floats, targets: Floats) -> Floats:
        east, north = (targets - origin).T
        length = np.hypot(east, north)
        speed = ground_speed_ms(self.pricing.airspeed_ms, self.pricing.winds_ms[layer], east, north)
        cost = np.where(length > 0, np.inf, 0.0)
        np.divide(self.pricing.cost_per_s * length, speed, out=cost, where=speed > 0)
        return cost

    def _risk_costs(self, origin: Floats, targets: Floats) -> Floats:
        """Length of each leg within the risk areas times their weight.

        With crossings of the areas' borders at shares t of a leg, entering counted +1 and leaving -1, the share inside
        is minus the sum of sign times min(t, 1) over all crossings of the ray.
        """
        legs, first, last = targets - origin, self._edges[:, 0] - origin, self._edges[:, 1] - origin
        begins_left = cross(legs[:, np.newaxis], first) >= 0
        leg, edge = np.nonzero(begins_left != (cross(legs[:, np.newaxis], last) >= 0))
        along = last[edge] - first[edge]
        share = cross(first[edge], along) / cross(legs[leg], along)
        sign = np.where(begins_left[leg, edge], 1.0, -1.0)
        parts = np.where(share > 0, -sign * np.minimum(share, 1.0), 0.0) * self._weights[edge]
        total = np.bincount(leg, weights=parts, minlength=len(targets))
        return np.asarray(np.maximum(total, 0.0) * np.hypot(legs[:, 0], legs[:, 1]))


def _borders(risks: Sequence[RiskArea]) -> tuple[Floats, Floats]:
    """Edges of the areas with the inside to their left, and the weight of each; legs along a border are beside it."""
    edges, weights = [np.empty((0, 2, 2))], [np.empty(0)]
    for risk in risks:
        for part in shapely.get_parts(shapely.orient_polygons(risk.area.buffer(-CORNER_GAP_M))):
            for ring in (part.exterior, *part.interiors):
                points = shapely.get_coordinates(ring)
                edges.append(np.stack([points[:-1], points[1:]], axis=1))
                weights.append(np.full(max(len(points) - 1, 0), risk.weight))
    return np.concatenate(edges), np.concatenate(weights)
