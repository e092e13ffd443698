"""One way along the streets between two snapped points: time, length, line on the map, and what to do where."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.climbing import climb
from planner.model import Step, Turn
from planner.reach import StreetSearch
from planner.shortest_path import Bound, Ends, Seconds, shortest_path
from planner.snapping import Snap, on_sphere
from planner.street_lines import Shapes, Steps, along, line_of, point_at
from planner.streets import Access, Streets
from planner.timetable import NONE

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Point = tuple[float, float]

_BOUND_MARGIN = 0.9999

MOST_KNOWN = 1024
"""Ways kept by one search, some kilobytes each; the oldest are forgotten."""


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


def route(search: StreetSearch, origin: Snap, destination: Snap, language: str = "ja") -> StreetPath | None:
    """Fastest way, None if there is none; street names in `language` where they are known."""
    found = _fastest(search, origin, destination)
    if found is None:
        return None
    seconds, edges, begin, end = found
    metres, lat, lon, rows = line_of(_shapes(search), edges, begin, end)
    points = list(zip(lat.tolist(), lon.tolist(), strict=True))
    steps = _steps(search.streets, points, edges, rows, language)
    start, finish = (origin.from_lat, origin.from_lon), (destination.from_lat, destination.from_lon)
    steps[0] = _joined(steps[0], start, origin.distance_m, at_end=False)
    steps[-1] = _joined(steps[-1], finish, destination.distance_m, at_end=True)
    connectors_m = origin.distance_m + destination.distance_m
    return StreetPath(
        seconds + connectors_m / search.pace.connector_ms,
        metres + connectors_m,
        tuple(edges.tolist()),
        _whole(steps),
        tuple(steps),
    )


def known_route(search: StreetSearch, origin: Snap, destination: Snap, language: str) -> StreetPath | None:
    """The same, kept for who asks next: for points that stay where they are, such as stops and ports."""
    key = origin, destination, language
    if key not in search.known:
        while len(search.known) >= MOST_KNOWN:
            search.known.pop(next(iter(search.known)))
        search.known[key] = route(search, origin, destination, language)
    found: StreetPath | None = search.known[key]
    return found


def _shapes(search: StreetSearch) -> Shapes:
    edges = search.streets.edges
    shape = edges.shape_first, edges.shape_lat, edges.shape_lon, search.index.along
    return *shape, edges.length_m, edges.access, edges.name


Found = tuple[float, Ints, float, float]
"""Seconds on the streets, edges, the share of the first edge before the way, and of the last up to its end."""


def _fastest(search: StreetSearch, origin: Snap, destination: Snap) -> Found | None:
    leave, arrive = _sides(origin), _sides(destination)
    best = _along_one_street(search, leave, dict(arrive))
    found = _over_nodes(search, leave, arrive)
    if found is not None and (best is None or found[0] < best[0]):
        seconds, edges = found
        best = seconds, edges, dict(leave)[int(edges[0])], dict(arrive)[int(edges[-1])]
    return best


def _sides(point: Snap) -> list[tuple[int, float]]:
    """The directed edges a point lies on, each with the share before it."""
    sides = [(point.edge, point.fraction), (point.reverse, 1 - point.fraction)]
    return [side for side in sides if side[0] != NONE]


def _along_one_street(
    search: StreetSearch, leave: list[tuple[int, float]], last_share: dict[int, float]
) -> Found | None:
    ways = [
        ((last_share[edge] - share) * float(search.pace.seconds[edge]), edge, share)
        for edge, share in leave
        if edge in last_share and last_share[edge] >= share and np.isfinite(search.pace.seconds[edge])
    ]
    if not ways:
        return None
    seconds, edge, share = min(ways)
    return seconds, np.array([edge], np.int32), share, last_share[edge]


def _over_nodes(
    search: StreetSearch, leave: list[tuple[int, float]], arrive: list[tuple[int, float]]
) -> tuple[float, Ints] | None:
    """Seconds and edges of the fastest way that passes a node."""
    streets, seconds = search.streets, search.pace.seconds
    leave = [(edge, share) for edge, share in leave if share == 1 or np.isfinite(seconds[edge])]
    arrive = [(edge, share) for edge, share in arrive if share == 0 or np.isfinite(seconds[edge])]
    if not leave or not arrive:
        return None
    first_edges = np.array([edge for edge, _ in leave], np.int32)
    last_edges = np.array([edge for edge, _ in arrive], np.int32)
    seeds = first_edges if search.turns else streets.edges.head[first_edges]
    ends = Ends(
        seeds,
        np.array([_part_s(seconds, edge, 1 - share) for edge, share in leave]),
        last_edges,
        np.array([_part_s(seconds, edge, share) for edge, share in arrive]),
    )
    found = _climbed(search, ends) if search.pace.hierarchy is not None else _searched(search, ends, arrive[0])
    if found is None:
        return None
    seed, row, edges = found
    cost = along(seconds, edges, ends.seed_costs[seed]) + float(ends.edge_costs[row])
    return cost, np.concatenate([first_edges[seed : seed + 1], edges, last_edges[row : row + 1]])


def _searched(search: StreetSearch, ends: Ends, arrival: tuple[int, float]) -> tuple[int, int, Ints] | None:
    """By A*: rows of the edges where the way begins and ends, and the edges between."""
    if search.turns is None:
        adjacency, workspace = search.index.forward, search.workspace
        node = np.arange(len(search.streets), dtype=np.int32)
    else:
        adjacency, workspace = search.turns
        node = search.streets.edges.head
    found = shortest_path(adjacency, search.pace.seconds, ends, _bound(search, arrival, node), workspace)
    if found is None:
        return None
    seed, edges = found
    return seed, ends.edges.tolist().index(edges[-1]), np.array(edges[:-1], np.int32)


def _climbed(search: StreetSearch, ends: Ends) -> tuple[int, int, Ints] | None:
    """The same over the contracted streets."""
    hierarchy = search.pace.hierarchy
    assert hierarchy is not None
    assert search.climbs is not None
    goals, rows, costs = _goals(search, ends)
    found = climb(hierarchy, (ends.seeds, ends.seed_costs), (goals, costs), search.climbs)
    return None if found is None else (found[1], int(rows[found[2]]), found[3])


def _goals(search: StreetSearch, ends: Ends) -> tuple[Ints, Ints, Floats]:
    """Vertices from which the last edges are entered, the rows of these edges, and the seconds along them."""
    if search.turns is None:
        chosen = np.arange(len(ends.edges), dtype=np.int32)
        return search.streets.edges.tail[ends.edges], chosen, ends.edge_costs
    turns, into = search.turns[0], search.index.backward
    goals: list[int] = []
    rows: list[int] = []
    for row, edge in enumerate(ends.edges.tolist()):
        node = search.streets.edges.tail[edge]
        for before in into.edge[into.first[node] : into.first[node + 1]].tolist():
            if edge in turns.to[turns.first[before] : turns.first[before + 1]]:
                goals.append(before)
                rows.append(row)
    chosen = np.array(rows, np.int32)
    return np.array(goals, np.int32), chosen, ends.edge_costs[chosen]


def _part_s(seconds: Seconds, edge: int, share: float) -> float:
    """Seconds for a share of an edge; who stands at its very end needs none, even where it is closed."""
    return share * float(seconds[edge]) if share > 0 else 0.0


def _bound(search: StreetSearch, arrival: tuple[int, float], node: NDArray[np.int32]) -> Bound:
    lat, lon = point_at(_shapes(search), *arrival)
    goal = on_sphere(np.array([lat]), np.array([lon]))[0]
    return Bound(search.index.position, node, goal, _BOUND_MARGIN * search.pace.least_s_per_m)


_KIND = int(Access.STAIRS | Access.LIFT)
_STAIRS = int(Access.STAIRS)


def _steps(streets: Streets, points: list[Point], parts: Ints, rows: Steps, language: str) -> list[Step]:
    edges, (last, angles, metres, names, first_part, last_part) = streets.edges, rows
    begun, ended = parts[first_part], parts[last_part]
    levels = streets.node_level[edges.tail[begun]], streets.node_level[edges.head[ended]]
    columns = last, angles, metres, names, edges.access[begun] & np.uint16(_KIND), *levels
    steps: list[Step] = []
    first = 0
    for to, angle, length_m, name, kind, *between in zip(*(column.tolist() for column in columns), strict=True):
        turn = turn_of(angle) if steps else Turn.DEPART
        if kind:
            turn = Turn.STAIRS if kind & _STAIRS else Turn.ELEVATOR
        steps.append(Step(turn, street_name(streets, name, language), length_m, tuple(points[first:to]), *between))
        first = to
    return steps


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


def _joined(step: Step, point: Point, metres: float, *, at_end: bool) -> Step:
    line = (*step.geometry, point) if at_end else (point, *step.geometry)
    return Step(step.turn, step.street, step.distance_m + metres, _line(line), step.from_level, step.to_level)


def _line(points: Iterable[Point]) -> tuple[Point, ...]:
    """The points without repetition of neighbours."""
    line: list[Point] = []
    for point in points:
        if not line or line[-1] != point:
            line.append(point)
    return tuple(line)


def _whole(steps: list[Step]) -> tuple[Point, ...]:
    """The lines of the steps behind each other; what one begins with another may have ended with."""
    line = list(steps[0].geometry)
    for step in steps[1:]:
        line += step.geometry[line[-1] == step.geometry[0] :]
    return tuple(line)
