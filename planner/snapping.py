"""From a coordinate to the street beside it, and what can be reached from there within a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.components import strong_part_sizes
from planner.geo import EARTH_RADIUS_M, METRES_PER_DEGREE
from planner.kernels import kernel
from planner.shortest_path import Adjacency, forward_csr, reverse_csr
from planner.streets import Access, Streets
from planner.timetable import NONE

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CELL_M = 100.0
"""Least side of a grid cell."""
MAX_SNAP_M = 250.0
"""A point farther from every street is not joined to one."""
OTHER_LEVEL_M = 30.0
"""A street on another level than asked for counts as so much farther away."""
ISLAND_NODES = 50
"""A component of fewer nodes is used only where no larger one is near."""
COMPONENT_KINDS = (Access.FOOT, Access.WHEELCHAIR, Access.BICYCLE | Access.BICYCLE_ON_PAVEMENT, Access.CAR)
"""Rows of `StreetIndex.component`: connected parts are counted for each of these apart."""


@dataclass(frozen=True, slots=True)
class StreetIndex:
    """Where streets lie, as a grid of cells, and how they hang together.

    Attributes
    ----------
    origin : float64 array (south, west, cell height, cell width)
        In degrees.
    rows, columns : int
    first : int32 array
        Stretches in cell (r, c) are ``edge[first[i]:first[i + 1]]`` with i = r * columns + c.
    edge : int32 array
        Street edge, the one of the two directions with the lower number.
    point : int64 array
        The stretch runs from this row of `Edges.shape_lat` to the next.
    along : float32 array
        Per row of `Edges.shape_lat`: share of the edge's length before the point.
    component : int32 array of shape (kinds, nodes)
        Nodes of the strongly connected part that a node belongs to.
    position : float64 array of shape (nodes, 3)
        Nodes on a sphere in metres.
    forward, backward : Adjacency
    """

    origin: Floats
    rows: int
    columns: int
    first: Ints
    edge: Ints
    point: NDArray[np.int64]
    along: NDArray[np.float32]
    component: Ints
    position: Floats
    forward: Adjacency
    backward: Adjacency


@dataclass(frozen=True, slots=True)
class Snap:
    """A point on a street.

    Attributes
    ----------
    edge, reverse : int
        The street edge and its opposite, NONE on a one-way street.
    fraction : float
        Share of `edge` that lies before the point.
    lat, lon : float
        The point on the street.
    from_lat, from_lon : float
        The coordinate that was snapped.
    distance_m : float
        Between the two.
    """

    edge: int
    reverse: int
    fraction: float
    lat: float
    lon: float
    from_lat: float
    from_lon: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Linked:
    """Points (stops, ports, places) joined to streets.

    Attributes
    ----------
    edge, reverse : int32 arrays
        NONE where no usable street is near.
    fraction : float32 array
        Share of `edge` before the point.
    connector_m : float32 array
        From the point to the street.
    """

    edge: Ints
    reverse: Ints
    fraction: NDArray[np.float32]
    connector_m: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.edge)


def taken(linked: Linked, rows: Ints) -> Linked:
    """The points at `rows`."""
    return Linked(linked.edge[rows], linked.reverse[rows], linked.fraction[rows], linked.connector_m[rows])


def in_a_row(several: Sequence[Linked]) -> Linked:
    """Points of several kinds behind each other."""
    columns = ("edge", "reverse", "fraction", "connector_m")
    return Linked(*(np.concatenate([getattr(linked, name) for linked in several]) for name in columns))


def index_of(streets: Streets) -> StreetIndex:
    """Build the index of a street network, once."""
    edges = streets.edges
    is_one = (edges.reverse == NONE) | (np.arange(len(edges)) < edges.reverse)
    is_one &= (edges.length_m > 0) & ((edges.access & int(Access.LIFT)) == 0)
    points = np.diff(edges.shape_first)
    owner = np.repeat(np.arange(len(edges), dtype=np.int32), points)
    is_last = np.zeros(len(owner), np.bool_)
    is_last[edges.shape_first[1:] - 1] = True
    point = np.flatnonzero(~is_last & is_one[owner])
    south, west = (float(column.min()) if len(column) else 0.0 for column in (edges.shape_lat, edges.shape_lon))
    height, width, rows, columns = _grid(streets, len(point))
    box = np.stack(
        [
            _cells(edges.shape_lat, south, height)[point],
            _cells(edges.shape_lat, south, height)[point + 1],
            _cells(edges.shape_lon, west, width)[point],
            _cells(edges.shape_lon, west, width)[point + 1],
        ]
    )
    first, item = _fill_cells(np.sort(box[:2], axis=0), np.sort(box[2:], axis=0), rows, columns)
    return StreetIndex(
        np.array([south, west, height, width]),
        rows,
        columns,
        first,
        owner[point][item],
        point[item],
        _along(streets),
        np.stack([strong_part_sizes(streets, int(kind)) for kind in COMPONENT_KINDS]),
        on_sphere(streets.node_lat, streets.node_lon),
        forward_csr(streets),
        reverse_csr(streets),
    )


def on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Points in metres from the earth's centre, shape (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return EARTH_RADIUS_M * np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def _grid(streets: Streets, items: int) -> tuple[float, float, int, int]:
    lat, lon = streets.edges.shape_lat, streets.edges.shape_lon
    if not len(lat):
        return 1.0, 1.0, 1, 1
    shrink = max(0.01, float(np.cos(np.radians((lat.min() + lat.max()) / 2))))
    high_m = float(lat.max() - lat.min()) * METRES_PER_DEGREE
    wide_m = float(lon.max() - lon.min()) * METRES_PER_DEGREE * shrink
    side_m = max(CELL_M, float(np.sqrt(high_m * wide_m / (4 * items + 1))))
    rows, columns = int(high_m / side_m) + 1, int(wide_m / side_m) + 1
    return side_m / METRES_PER_DEGREE, side_m / METRES_PER_DEGREE / shrink, rows, columns


def _cells(degrees: Floats, least: float, size: float) -> NDArray[np.int64]:
    return np.asarray((degrees - least) / size, np.int64)


def _fill_cells(
    rows_of: NDArray[np.int64], columns_of: NDArray[np.int64], rows: int, columns: int
) -> tuple[Ints, NDArray[np.int64]]:
    """CSR of the items whose bounding box touches each cell."""
    top, bottom = np.minimum(rows_of, rows - 1)
    left, right = np.minimum(columns_of, columns - 1)
    wide, high = right - left + 1, bottom - top + 1
    item = np.repeat(np.arange(len(wide)), wide * high)
    begin = np.repeat(np.cumsum(wide * high) - wide * high, wide * high)
    within = np.arange(len(item)) - begin
    cell = (top[item] + within // wide[item]) * columns + left[item] + within % wide[item]
    first = np.zeros(rows * columns + 1, np.int32)
    np.cumsum(np.bincount(cell, minlength=rows * columns), out=first[1:])
    return first, item[np.argsort(cell, kind="stable")]


def _along(streets: Streets) -> NDArray[np.float32]:
    edges = streets.edges
    position = on_sphere(edges.shape_lat, edges.shape_lon)
    steps = np.linalg.norm(np.diff(position, axis=0), axis=1) if len(position) else np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(steps)])
    begin, end = total[edges.shape_first[:-1]], total[edges.shape_first[1:] - 1]
    counts = np.diff(edges.shape_first)
    length = np.maximum(end - begin, 1e-9)
    share = (total[: len(position)] - np.repeat(begin, counts)) / np.repeat(length, counts)
    return np.asarray(share, np.float32)


def snap(
    streets: Streets,
    index: StreetIndex,
    lat: float,
    lon: float,
    mask: int,
    max_m: float = MAX_SNAP_M,
    level: float | None = None,
) -> Snap | None:
    """Nearest point of a street that one may use, both directions of it.

    Parameters
    ----------
    mask : int
        `Access` bits one of which the street must have in some direction (`Profile.needs`).
    level : float or None
        Streets of other levels count as `OTHER_LEVEL_M` farther.

    Returns
    -------
    Snap or None
        None if there is no such street within `max_m`. A small part cut off from the rest is taken only if it is alone.
    """
    wanted_level = np.nan if level is None else level
    arrays = _nearest_arrays(streets, index, mask)
    for least in (ISLAND_NODES, 1):
        edge, fraction, at_lat, at_lon, distance = _nearest(arrays, lat, lon, mask, max_m, wanted_level, least)
        if edge != NONE:
            reverse = int(streets.edges.reverse[edge])
            return Snap(int(edge), reverse, fraction, at_lat, at_lon, lat, lon, distance)
    return None


def snap_many(
    streets: Streets,
    index: StreetIndex,
    lat: Floats,
    lon: Floats,
    mask: int,
    levels: Floats | None = None,
    always_open: bool = False,
) -> Linked:
    """`Linked` of many points: each as `snap` would; to ways without opening hours only, if `always_open`."""
    n = len(lat)
    edge, fraction, connector = np.full(n, NONE, np.int32), np.zeros(n, np.float32), np.zeros(n, np.float32)
    wanted = np.full(n, np.nan) if levels is None else levels
    arrays = _nearest_arrays(streets, index, mask)
    if always_open:
        tail, head, reverse, access = arrays[2]
        arrays = (
            arrays[0],
            arrays[1],
            (tail, head, reverse, np.where(streets.edges.hours == NONE, access, np.uint16(0))),
        )
    _nearest_many(arrays, lat, lon, mask, wanted, (edge, fraction, connector))
    reverse = np.where(edge == NONE, NONE, streets.edges.reverse[edge] if len(streets.edges) else NONE)
    return Linked(edge, reverse.astype(np.int32), fraction, connector)


def linked_snap(found: Snap) -> Linked:
    """One snapped point as a row of `Linked`."""
    return Linked(
        np.array([found.edge], np.int32),
        np.array([found.reverse], np.int32),
        np.array([found.fraction], np.float32),
        np.array([found.distance_m], np.float32),
    )


NearestArrays = tuple[
    tuple[Floats, int, int, Ints, Ints, NDArray[np.int64], NDArray[np.float32], Ints],
    tuple[Floats, Floats, NDArray[np.float32]],
    tuple[Ints, Ints, Ints, NDArray[np.uint16]],
]


def _nearest_arrays(streets: Streets, index: StreetIndex, mask: int) -> NearestArrays:
    kinds = [row for row, kind in enumerate(COMPONENT_KINDS) if int(kind) & mask]
    component = index.component[kinds[0] if kinds else 0]
    edges = streets.edges
    return (
        (index.origin, index.rows, index.columns, index.first, index.edge, index.point, index.along, component),
        (edges.shape_lat, edges.shape_lon, streets.node_level),
        (edges.tail, edges.head, edges.reverse, edges.access),
    )


@kernel
def _nearest_many(
    arrays: NearestArrays,
    lat: Floats,
    lon: Floats,
    mask: int,
    levels: Floats,
    found: tuple[Ints, NDArray[np.float32], NDArray[np.float32]],
) -> None:
    for i in range(len(lat)):
        for least in (ISLAND_NODES, 1):
            if found[0][i] < 0:
                edge, fraction, _, _, distance = _nearest(arrays, lat[i], lon[i], mask, MAX_SNAP_M, levels[i], least)
                found[0][i], found[1][i], found[2][i] = edge, fraction, distance


@kernel
def _nearest(
    arrays: NearestArrays, lat: float, lon: float, mask: int, max_m: float, level: float, least: int
) -> tuple[int, float, float, float, float]:
    """Edge, fraction, point and distance of the nearest usable street, searched in rings of cells."""
    grid, shapes, _ = arrays
    origin, rows, columns = grid[0], grid[1], grid[2]
    per_lat = METRES_PER_DEGREE
    per_lon = per_lat * np.cos(np.radians(lat))
    row = int(np.floor((lat - origin[0]) / origin[2]))
    column = int(np.floor((lon - origin[1]) / origin[3]))
    side_m = min(origin[2] * per_lat, origin[3] * per_lon)
    best = (-1, 0.0, lat, lon, np.inf)
    best_cost = np.inf
    ring = 0
    while (ring - 1) * side_m <= min(best_cost, max_m):
        for r in range(max(0, row - ring), min(rows, row + ring + 1)):
            is_edge_row = abs(r - row) == ring
            step = 1 if is_edge_row or ring == 0 else 2 * ring
            for c in range(column - ring, column + ring + 1, step):
                if c < 0 or c >= columns:
                    continue
                cell = r * columns + c
                for i in range(grid[3][cell], grid[3][cell + 1]):
                    e, k = grid[4][i], grid[5][i]
                    lat_a, lon_a = shapes[0][k], shapes[1][k]
                    ax, ay = (lon_a - lon) * per_lon, (lat_a - lat) * per_lat
                    dx, dy = (shapes[1][k + 1] - lon_a) * per_lon, (shapes[0][k + 1] - lat_a) * per_lat
                    square = dx * dx + dy * dy
                    t = 0.0 if square == 0.0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / square))
                    x, y = ax + t * dx, ay + t * dy
                    distance = np.sqrt(x * x + y * y)
                    # Who may use a street is looked up elsewhere in memory, so only for those near enough.
                    if distance > max_m or distance >= best_cost:
                        continue
                    penalty = _penalty(arrays, e, mask, level, least)
                    if distance + penalty < best_cost:
                        best_cost = distance + penalty
                        fraction = (1 - t) * grid[6][k] + t * grid[6][k + 1]
                        best = (e, fraction, lat + y / per_lat, lon + x / per_lon, distance)
        ring += 1
    return best


@kernel
def _penalty(arrays: NearestArrays, e: int, mask: int, level: float, least: int) -> float:
    """Metres added for another level; inf if the edge is not to be used."""
    tail, head, reverse, access = arrays[2]
    allowed = access[e]
    if reverse[e] >= 0:
        allowed |= access[reverse[e]]
    if (allowed & mask) == 0 or arrays[0][7][tail[e]] < least:
        return np.inf
    if np.isnan(level):
        return 0.0
    node_level = arrays[1][2]
    away = min(abs(node_level[tail[e]] - level), abs(node_level[head[e]] - level))
    return OTHER_LEVEL_M if away > 0.5 else 0.0
