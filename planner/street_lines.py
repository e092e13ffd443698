"""The line of a way along the streets and where on it a new step begins, from its edges alone, in one compiled call."""

import math

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.streets import Access

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

STEP_TURN_DEG = 50.0
"""A turn sharper than this begins a new step even on the same street."""
UNNOTICED_M = 0.05
"""A stretch shorter than this is no step."""
_LIFT = int(Access.LIFT)
_KIND = int(Access.STAIRS | Access.LIFT)

Shapes = tuple[Longs, Floats, Floats, Singles, Singles, NDArray[np.uint16], Ints]
"""`Edges.shape_first`, `shape_lat`, `shape_lon`, `StreetIndex.along`, `Edges.length_m`, `access` and `name`."""

Steps = tuple[Ints, Floats, Floats, Ints, Ints, Ints]
"""Per step: end of its points, turn before it in degrees (nan: none), metres, name, first and last part."""


def line_of(shapes: Shapes, parts: Ints, begin: float, end: float) -> tuple[float, Floats, Floats, Steps]:
    """Metres of the whole way, latitudes and longitudes of the steps' points behind each other, and the steps.

    `begin` is the share of the first of the edges `parts` before the way, `end` that of the last up to its end.
    """
    # Who fills arrays that exist already gets out of a compiled call quicker than who returns new ones.
    n, room = len(parts), int((shapes[0][parts + 1] - shapes[0][parts]).sum()) + 2
    lat, lon = np.empty(2 * room), np.empty(2 * room)
    steps = (
        np.empty(n, np.int32), np.empty(n), np.zeros(n), np.full(n, -1, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int32),
    )  # fmt: skip
    metres, size, n_steps = _lined(shapes, parts, (begin, end), (lat, lon), (np.empty(room), np.empty(room)), steps)
    last, angle, length_m, name, first_part, last_part = steps
    rows = last[:n_steps], angle[:n_steps], length_m[:n_steps], name[:n_steps], first_part[:n_steps]
    return metres, lat[:size], lon[:size], (*rows, last_part[:n_steps])


@kernel
def _lined(
    shapes: Shapes, parts: Ints, ends: tuple[float, float], line: tuple[Floats, Floats], own: tuple[Floats, Floats],
    steps: Steps,
) -> tuple[float, int, int]:  # fmt: skip
    """Fill `line` and `steps`; metres, points and steps. One stretch at a time is written to `own`."""
    _, _, _, _, length_m, access, name = shapes
    n, (begin, end) = len(parts), ends
    (lat, lon), (own_lat, own_lon) = line, own
    last, angle, metres, names, first_part, last_part = steps
    is_shown, total = _shown(shapes, parts, begin, end)
    step, at, heading, before = -1, 0, np.nan, -1
    for i in range(n):
        if not is_shown[i]:
            continue
        e = parts[i]
        from_share, to_share = (begin if i == 0 else 0.0), (end if i == n - 1 else 1.0)
        size = _stretch(shapes, e, from_share, to_share, own_lat, own_lon)
        ahead = _bearing(own_lat, own_lon, size, False)
        turned = 0.0 if np.isnan(heading) or np.isnan(ahead) else (ahead - heading + 180) % 360 - 180
        is_other = before < 0 or ((access[before] ^ access[e]) & _KIND) != 0 or name[before] != name[e]
        if is_other or abs(turned) > STEP_TURN_DEG:
            angle[step + 1] = turned if step >= 0 else np.nan
            step += 1
            first_part[step] = i
            opens_line = True
        else:
            opens_line = False
        for k in range(size):
            if opens_line or lat[at - 1] != own_lat[k] or lon[at - 1] != own_lon[k]:
                lat[at], lon[at] = own_lat[k], own_lon[k]
                at += 1
                opens_line = False
        last[step], last_part[step] = at, i
        metres[step] += length_m[e] * (to_share - from_share)
        if names[step] < 0:
            names[step] = name[e]
        arriving = _bearing(own_lat, own_lon, size, True)
        if not np.isnan(arriving):
            heading = (arriving + 180) % 360
        before = e
    return total, at, step + 1


@kernel
def along(seconds: Singles, edges: Ints, begin: float) -> float:
    """`begin` and the seconds of edges, one after the other."""
    for e in edges:
        begin += seconds[e]
    return begin


@kernel
def _shown(shapes: Shapes, parts: Ints, begin: float, end: float) -> tuple[NDArray[np.bool_], float]:
    """Parts that are no gates or ends that nobody would notice, at least one; and metres of all."""
    length_m, access = shapes[4], shapes[5]
    n, total, is_shown = len(parts), 0.0, np.zeros(len(parts), np.bool_)
    for i in range(n):
        share = (end if i == n - 1 else 1.0) - (begin if i == 0 else 0.0)
        metres = length_m[parts[i]] * share
        total += metres
        is_shown[i] = metres > UNNOTICED_M or (access[parts[i]] & _LIFT) != 0
    if not is_shown.any():
        is_shown[0] = True
    return is_shown, total


@kernel
def _stretch(shapes: Shapes, e: int, begin: float, end: float, lat: Floats, lon: Floats) -> int:
    """Write the points of an edge between two shares of its length; their number."""
    shape_first, shape_lat, shape_lon, along = shapes[0], shapes[1], shapes[2], shapes[3]
    low, high = shape_first[e], shape_first[e + 1]
    is_cut = begin > 0 or end < 1
    size = 0
    if is_cut:
        lat[0], lon[0] = point_at(shapes, e, begin)
        size = 1
    for k in range(low, high):
        if not is_cut or begin < along[k] < end:
            lat[size], lon[size] = shape_lat[k], shape_lon[k]
            size += 1
    if is_cut:
        lat[size], lon[size] = point_at(shapes, e, end)
        size += 1
    return size


@kernel
def point_at(shapes: Shapes, e: int, share: float) -> tuple[float, float]:
    """The point of an edge before which this share of its length lies."""
    shape_first, shape_lat, shape_lon, along = shapes[0], shapes[1], shapes[2], shapes[3]
    k, final = shape_first[e], shape_first[e + 1] - 1
    if share <= along[k]:
        return shape_lat[k], shape_lon[k]
    while k < final and along[k + 1] <= share:
        k += 1
    if k == final:
        return shape_lat[k], shape_lon[k]
    part = (share - along[k]) / (along[k + 1] - along[k])
    ahead = shape_lat[k + 1] - shape_lat[k], shape_lon[k + 1] - shape_lon[k]
    return shape_lat[k] + part * ahead[0], shape_lon[k] + part * ahead[1]


@kernel
def _bearing(lat: Floats, lon: Floats, size: int, is_backward: bool) -> float:
    """Direction of the first stretch of a line (or its last, looking back) that has a length, nan if it has none."""
    origin = size - 1 if is_backward else 0
    for i in range(1, size):
        k = origin - i if is_backward else i
        north = lat[k] - lat[origin]
        east = (lon[k] - lon[origin]) * math.cos(math.radians(lat[origin]))
        if north != 0 or east != 0:
            return math.degrees(math.atan2(east, north)) % 360
    return np.nan
