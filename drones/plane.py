"""A flat map around a place: metres east and north, in which legs are straight lines."""

from dataclasses import dataclass
from math import cos, radians

from planner.geo import METRES_PER_DEGREE

Position = tuple[float, float]
"""Metres east and north of the origin of a plane."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Equirectangular map that touches the earth at the origin; within 30 km lengths are wrong by less than 0.4 %."""

    lat: float
    lon: float


def to_plane(plane: Plane, lat: float, lon: float) -> Position:
    """Metres east and north of the origin."""
    scale = METRES_PER_DEGREE * cos(radians(plane.lat))
    return (lon - plane.lon) * scale, (lat - plane.lat) * METRES_PER_DEGREE


def to_earth(plane: Plane, position: Position) -> tuple[float, float]:
    """Latitude and longitude of a position."""
    scale = METRES_PER_DEGREE * cos(radians(plane.lat))
    return plane.lat + position[1] / METRES_PER_DEGREE, plane.lon + position[0] / scale
