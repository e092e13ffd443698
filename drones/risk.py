"""Ground risk in the figures of SORA: who lives under a way, how large and fast the aircraft is.

The table of intrinsic ground risk classes is restated from memory, verify.

References
----------
JARUS, SORA 2.5 (2024), main body, table 2: intrinsic ground risk class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
import shapely
from shapely import LineString

from drones.aircraft import Aircraft, source_of
from drones.mission import Waypoint
from drones.obstacles import area_of
from drones.plane import Plane, to_plane
from drones.pricing import POPULATION, UNPEOPLED
from drones.request import Airspace
from planner.errors import KaitekiError

SIZES_M = (1.0, 3.0, 8.0, 20.0, 40.0)
SPEEDS_MS = (25.0, 35.0, 75.0, 120.0, 200.0)
DENSITIES_KM2 = (5.0, 50.0, 500.0, 5_000.0, 50_000.0, inf)
CLASSES = ((2, 3, 4, 5, 6), (3, 4, 5, 6, 7), (4, 5, 6, 7, 8), (5, 6, 7, 8, 9), (6, 7, 8, 9, 10), (7, 8))
"""By density of people, then by size and speed; the last density is outside the table for aircraft above 3 m."""

DISTRICT_KM2 = 10_000.0
"""People a square kilometre taken for a densely inhabited district: by definition 4,000 and more; an assumption."""

ELSEWHERE_KM2 = 4.0
"""Over water, and where the census has no such district; an assumption that holds for water."""


class RiskError(KaitekiError):
    """An aircraft is outside the table."""


@dataclass(frozen=True, slots=True)
class GroundRisk:
    """Highest intrinsic ground risk class on the way, and metres of it over inhabited ground and in all."""

    grc: int
    inhabited_m: float
    length_m: float


def intrinsic_grc(size_m: float, speed_ms: float, people_km2: float) -> int:
    """The class of the table.

    Raises
    ------
    RiskError
        If the table has none.
    """
    row = next(k for k, most in enumerate(DENSITIES_KM2) if people_km2 < most)
    pairs = zip(SIZES_M, SPEEDS_MS, strict=True)
    column = next((k for k, (size, speed) in enumerate(pairs) if size_m <= size and speed_ms <= speed), None)
    if column is None or column >= len(CLASSES[row]):
        raise RiskError(f"SORA has no class for {size_m:g} m at {speed_ms:g} m/s over {people_km2:g} people a km².")
    return CLASSES[row][column]


def ground_risk(waypoints: Sequence[Waypoint], airspace: Airspace, aircraft: Aircraft) -> GroundRisk:
    """Ground risk of a way; the aircraft's largest dimension stands among its figures as ``span_m``."""
    plane = Plane(waypoints[0].lat, waypoints[0].lon)
    peopled, empty = (
        shapely.union_all([area_of(v.shape, plane) for z in airspace.zones if reason in z.reasons for v in z.volumes])
        for reason in (POPULATION, UNPEOPLED)
    )
    points = [to_plane(plane, waypoint.lat, waypoint.lon) for waypoint in waypoints]
    legs = [LineString(ends) for ends in pairwise(points)]
    inhabited = [float(leg.intersection(peopled.difference(empty)).length) for leg in legs]
    over = peopled.difference(empty)
    is_over = any(inhabited) or bool(np.any(shapely.intersects(over, shapely.points(points))))
    span_m = source_of(aircraft, "span_m").value
    grc = intrinsic_grc(span_m, aircraft.cruise_ms, DISTRICT_KM2 if is_over else ELSEWHERE_KM2)
    return GroundRisk(grc, sum(inhabited), sum(leg.length for leg in legs))
