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
"""People a square kilometre of a densely inhabited district where no block says more: 4,000 or more; an assumption."""

ELSEWHERE_KM2 = 4.0
"""Over water, and where the census has no such district; an assumption that holds for water."""


class RiskError(KaitekiError):
    """An aircraft is outside the table."""


@dataclass(frozen=True, slots=True)
class GroundRisk:
    """Highest intrinsic ground risk class on the way, most people a square kilometre under it, and its metres.

    Attributes
    ----------
    inhabited_m, length_m : float
        Over inhabited ground and in all.
    """

    grc: int
    people_km2: float
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
    """Ground risk of a way, by blocks where known; the aircraft's largest dimension is its figure ``span_m``."""
    plane = Plane(waypoints[0].lat, waypoints[0].lon)
    peopled, empty = (
        shapely.union_all([area_of(v.shape, plane) for z in airspace.zones if reason in z.reasons for v in z.volumes])
        for reason in (POPULATION, UNPEOPLED)
    )
    points = [to_plane(plane, waypoint.lat, waypoint.lon) for waypoint in waypoints]
    line, over = LineString(points), peopled.difference(empty)
    blocks = [(area_of(block.shape, plane), block.people_km2) for block in airspace.blocks]
    unknown = over.difference(shapely.union_all([area for area, _ in blocks]))
    people_km2 = max(
        (density for area, density in (*blocks, (unknown, DISTRICT_KM2)) if area.difference(empty).intersects(line)),
        default=ELSEWHERE_KM2,
    )
    inhabited = [float(LineString(ends).intersection(over).length) for ends in pairwise(points)]
    grc = intrinsic_grc(source_of(aircraft, "span_m").value, aircraft.cruise_ms, people_km2)
    return GroundRisk(grc, people_km2, sum(inhabited), sum(LineString(ends).length for ends in pairwise(points)))
