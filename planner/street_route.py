"""One way along the streets between two snapped points: time, length, line on the map, and what to do where."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.model import Step, Turn
from planner.reach import StreetSearch
from planner.shortest_path import Bound, Ends, Seconds, shortest_path
from planner.snapping import Snap, on_sphere
from planner.streets import Access, Streets
from planner.timetable import NONE

Point = tuple[float, float]

STEP_TURN_DEG = 50.0
"""A turn sharper than this begins a new step even on the same street."""
UNNOTICED_M = 0.05
"""A stretch shorter than this is no step."""
_BOUND_MARGIN = 0.9999


@dataclass(frozen=True, slots=True)
class StreetPath:
    """A way between two points.

    Attributes
    ----------
    seconds, metres : float
        Connectors between the points and the streets included.
    edges : tuple of int
        Street edges in order of travel; the first and last are used in part.
    geometry : tuple of (latitude, longitude)
    steps : tuple of Step
    """

    seconds: float
    metres: float
    edges: tuple[int, ...]
    geometry: tuple[Point, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A street edge or the part of it that is travelled."""

    edge: int
    metres: float
    points: list[Point]
    access: int
    name: int


def route(search: StreetSearch, origin: Snap, destination: Snap, language: str = "ja") -> StreetPath | None:
    """Fastest way, None if there is none; street names in `language` where they are known."""
    found = _fastest(search, origin, destination)
    if found is None:
        return None
    seconds, parts = found
    stretches = _stretches(search, parts)
    connectors_m = origin.distance_m + destination.distance_m
    start, end = (origin.from_lat, origin.from_lon), (destination.from_lat, destination.from_lon)
    steps = _steps(search.streets, _shown(stretches), language)
    steps[0] = _joined(steps[0], start, origin.distance_m, at_end=False)
    steps[-1] = _joined(steps[-1], end, destination.distance_m, at_end=True)
    return StreetPath(
        seconds + connectors_m / search.pace.connector_ms,
        sum(stretch.metres for stretch in stretches) + connectors_m,
        tuple(stretch.edge for stretch in stretches),
        _line(point for step in steps for point in step.geometry),
        tuple(steps),
    )


Part = tuple[int, float, float]


def _fastest(search: StreetSearch, origin: Snap, destination: Snap) -> tuple[float, list[Part]] | None:
    """Seconds on the streets, and the edges with the shares between which they are travelled."""
    leave = _sides(origin)
    arrive = _sides(destination)
    first_share, last_share = dict(leave), dict(arrive)
    best = _along_one_street(search, leave, last_share)
    found = _over_nodes(search, leave, arrive)
    if found is not None and (best is None or found[0] < best[0]):
        seconds, first, edges = found
        inner = [(edge, 0.0, 1.0) for edge in edges[:-1]]
        best = seconds, [(first, first_share[first], 1.0), *inner, (edges[-1], 0.0, last_share[edges[-1]])]
    return best


def _sides(point: Snap) -> list[tuple[int, float]]:
    """The directed edges a point lies on, each with the share before it."""
    sides = [(point.edge, point.fraction), (point.reverse, 1 - point.fraction)]
    return [side for side in sides if side[0] != NONE]


def _along_one_street(
    search: StreetSearch, leave: list[tuple[int, float]], last_share: dict[int, float]
) -> tuple[float, list[Part]] | None:
    ways = [
        ((last_share[edge] - share) * float(search.pace.seconds[edge]), [(edge, share, last_share[edge])])
        for edge, share in leave
        if edge in last_share and last_share[edge] >= share and np.isfinite(search.pace.seconds[edge])
    ]
    return min(ways, default=None)


def _over_nodes(
    search: StreetSearch, leave: list[tuple[int, float]], arrive: list[tuple[int, float]]
) -> tuple[float, int, list[int]] | None:
    streets, seconds = search.streets, search.pace.seconds
    leave = [(edge, share) for edge, share in leave if share == 1 or np.isfinite(seconds[edge])]
    arrive = [(edge, share) for edge, share in arrive if share == 0 or np.isfinite(seconds[edge])]
    if not leave or not arrive:
        return None
    first_edges = np.array([edge for edge, _ in leave], np.int32)
    last_edges = np.array([edge for edge, _ in arrive], np.int32)
    if search.turns is None:
        adjacency, workspace = search.index.forward, search.workspace
        seeds, node = streets.edges.head[first_edges], np.arange(len(streets), dtype=np.int32)
    else:
        adjacency, workspace = search.turns
        seeds, node = first_edges, streets.edges.head
    ends = Ends(
        seeds,
        np.array([_part_s(seconds, edge, 1 - share) for edge, share in leave]),
        last_edges,
        np.array([_part_s(seconds, edge, share) for edge, share in arrive]),
    )
    found = shortest_path(adjacency, seconds, ends, _bound(search, arrive[0], node), workspace)
    if found is None:
        return None
    cost, seed, edges = found
    return cost, int(first_edges[seed]), edges


def _part_s(seconds: Seconds, edge: int, share: float) -> float:
    """Seconds for a share of an edge; who stands at its very end needs none, even where it is closed."""
    return share * float(seconds[edge]) if share > 0 else 0.0


def _bound(search: StreetSearch, arrival: tuple[int, float], node: NDArray[np.int32]) -> Bound:
    lat, lon = _point_at(search, *arrival)
    goal = on_sphere(np.array([lat]), np.array([lon]))[0]
    return Bound(search.index.position, node, goal, _BOUND_MARGIN * search.pace.least_s_per_m)


def _point_at(search: StreetSearch, edge: int, share: float) -> Point:
    edges = search.streets.edges
    rows = slice(edges.shape_first[edge], edges.shape_first[edge + 1])
    along = search.index.along[rows]
    lat, lon = np.interp(share, along, edges.shape_lat[rows]), np.interp(share, along, edges.shape_lon[rows])
    return float(lat), float(lon)


def _stretches(search: StreetSearch, parts: list[Part]) -> list[_Stretch]:
    """What is travelled of each edge; columns are read for all at once, which is most of the time of a short way."""
    edges = search.streets.edges
    numbers = np.array([edge for edge, _, _ in parts], np.int64)
    first, after = edges.shape_first[numbers], edges.shape_first[numbers + 1]
    ends = np.cumsum(after - first)
    rows = np.arange(ends[-1]) + np.repeat(after - ends, after - first)
    points = list(zip(edges.shape_lat[rows].tolist(), edges.shape_lon[rows].tolist(), strict=True))
    columns = (
        column.tolist() for column in (edges.length_m[numbers], edges.access[numbers], edges.name[numbers], ends)
    )
    stretches, at = [], 0
    for (edge, begin, end), length_m, access, name, to in zip(parts, *columns, strict=True):
        line = points[at:to]
        if begin > 0 or end < 1:
            line = _cut(search, edge, line, begin, end)
        stretches.append(_Stretch(edge, length_m * (end - begin), line, access, name))
        at = to
    return stretches


def _cut(search: StreetSearch, edge: int, points: list[Point], begin: float, end: float) -> list[Point]:
    """The part of an edge's line between two shares of its length."""
    edges = search.streets.edges
    along = search.index.along[edges.shape_first[edge] : edges.shape_first[edge + 1]].tolist()
    inner = [point for point, share in zip(points, along, strict=True) if begin < share < end]
    return [_point_at(search, edge, begin), *inner, _point_at(search, edge, end)]


def _shown(stretches: list[_Stretch]) -> list[_Stretch]:
    """Without gates and ends of edges that nobody would notice on the way."""
    lift = int(Access.LIFT)
    shown = [s for s in stretches if s.metres > UNNOTICED_M or s.access & lift]
    return shown or stretches[:1]


def _steps(streets: Streets, stretches: list[_Stretch], language: str) -> list[Step]:
    steps: list[Step] = []
    group: list[_Stretch] = []
    heading: float | None = None
    turn = Turn.DEPART
    for stretch in stretches:
        ahead = _bearing(stretch.points)
        angle = 0.0 if heading is None or ahead is None else (ahead - heading + 180) % 360 - 180
        if group and (_is_other(group[-1], stretch) or abs(angle) > STEP_TURN_DEG):
            steps.append(_step(streets, group, turn, language))
            group, turn = [], turn_of(angle)
        group.append(stretch)
        arriving = _bearing(stretch.points[::-1])
        heading = heading if arriving is None else (arriving + 180) % 360
    steps.append(_step(streets, group, turn, language))
    return steps


_KIND = int(Access.STAIRS | Access.LIFT)


def _is_other(before: _Stretch, after: _Stretch) -> bool:
    return bool((before.access ^ after.access) & _KIND) or before.name != after.name


def _step(streets: Streets, group: list[_Stretch], turn: Turn, language: str) -> Step:
    edges = streets.edges
    first, last = group[0].edge, group[-1].edge
    kind = group[0].access
    if kind & Access.STAIRS:
        turn = Turn.STAIRS
    elif kind & Access.LIFT:
        turn = Turn.ELEVATOR
    name = next((stretch.name for stretch in group if stretch.name != NONE), NONE)
    return Step(
        turn,
        street_name(streets, name, language),
        sum(stretch.metres for stretch in group),
        _line(point for stretch in group for point in stretch.points),
        float(streets.node_level[edges.tail[first]]),
        float(streets.node_level[edges.head[last]]),
    )


def street_name(streets: Streets, row: int, language: str) -> str:
    """Name in `language`, as signed where it is unknown, empty without a name."""
    if row == NONE:
        return ""
    translated = streets.translations[language][row] if language in streets.translations else ""
    return translated or streets.names[row]


def turn_of(angle_deg: float) -> Turn:
    """The word for a change of heading, degrees clockwise in [-180, 180)."""
    size, is_right = abs(angle_deg), angle_deg > 0
    if size < 20:
        return Turn.CONTINUE
    if size < 45:
        return Turn.SLIGHTLY_RIGHT if is_right else Turn.SLIGHTLY_LEFT
    if size < 120:
        return Turn.RIGHT if is_right else Turn.LEFT
    if size < 165:
        return Turn.HARD_RIGHT if is_right else Turn.HARD_LEFT
    return Turn.UTURN_RIGHT if is_right else Turn.UTURN_LEFT


def _bearing(points: list[Point]) -> float | None:
    """Direction of the first stretch of a line that has a length, None if it has none."""
    lat, lon = points[0]
    for other_lat, other_lon in points[1:]:
        north, east = other_lat - lat, (other_lon - lon) * math.cos(math.radians(lat))
        if north or east:
            return math.degrees(math.atan2(east, north)) % 360
    return None


def _joined(step: Step, point: Point, metres: float, *, at_end: bool) -> Step:
    line = (*step.geometry, point) if at_end else (point, *step.geometry)
    return Step(step.turn, step.street, step.distance_m + metres, _line(iter(line)), step.from_level, step.to_level)


def _line(points: Iterator[Point]) -> tuple[Point, ...]:
    """The points without repetition of neighbours."""
    line: list[Point] = []
    for point in points:
        if not line or line[-1] != point:
            line.append(point)
    return tuple(line)
