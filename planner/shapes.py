"""The stretch of line between two calls: where on its shape a vehicle stops."""

import numpy as np
from numpy.typing import NDArray

from planner.geo import METRES_PER_DEGREE

SPACING_M = 30.0
"""Shapes are refined to points at most this far apart before calls are placed on them."""

Line = tuple[NDArray[np.float64], NDArray[np.float64]]


def refined(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Line:
    """Put points on a polyline so that neighbours are at most `SPACING_M` apart."""
    dy, dx = np.diff(lat), np.diff(lon) * np.cos(np.radians(lat.mean()))
    pieces = np.maximum(1, np.ceil(np.hypot(dy, dx) * METRES_PER_DEGREE / SPACING_M)).astype(np.int64)
    corner = np.arange(len(lat))
    within = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    position = np.append(np.repeat(corner[:-1], pieces) + within / np.repeat(pieces, pieces), corner[-1])
    return np.interp(position, corner, lat), np.interp(position, corner, lon)


def calls_on_shape(line: Line, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
    """Point of a refined `line` at which each call is made, never going back along it.

    Of all ways to give the calls non-decreasing points, the one with the least sum of squared distances, found by
    dynamic programming over calls and points; so a loop that passes a place twice is entered in the right order.
    """
    scale = np.cos(np.radians(line[0].mean()))
    distance = (lat[:, None] - line[0]) ** 2 + ((lon[:, None] - line[1]) * scale) ** 2
    best = distance[0]
    choice = np.empty(distance.shape, np.int64)
    for call in range(1, len(lat)):
        lowest = np.minimum.accumulate(best)
        at_lowest = np.maximum.accumulate(np.where(best == lowest, np.arange(len(best)), 0))
        choice[call] = at_lowest
        best = distance[call] + lowest
    points = np.empty(len(lat), np.int64)
    points[-1] = int(np.argmin(best))
    for call in range(len(lat) - 1, 0, -1):
        points[call - 1] = choice[call, points[call]]
    return points
