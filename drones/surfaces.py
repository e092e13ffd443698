"""Surfaces around an aerodrome above which nothing may rise without its consent, and the lowest of them at a place.

References
----------
航空法 (Civil Aeronautics Act) art. 2 (8)-(10), art. 56 (2)-(4); 航空法施行規則 art. 2, 3, 79, 96-2, 96-3, as tabulated
by Okinawa prefecture, 空港の規制と制限表面の範囲. ICAO Annex 14 volume I, table 4-1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, hypot, radians, sin

from drones.airspace import Altitude, Datum, Runway, RunwayEnd
from planner.errors import KaitekiError
from planner.geo import bearing_deg, great_circle_m


class SurfaceError(KaitekiError):
    """The surfaces of an aerodrome cannot be drawn from what is known of it."""


class SurfaceKind(StrEnum):
    """Obstacle limitation surfaces by their names in Annex 14; the outer parts exist only where designated."""

    STRIP = "STRIP"
    APPROACH = "APPROACH"
    EXTENDED_APPROACH = "EXTENDED_APPROACH"
    TRANSITIONAL = "TRANSITIONAL"
    HORIZONTAL = "HORIZONTAL"
    CONICAL = "CONICAL"
    OUTER_HORIZONTAL = "OUTER_HORIZONTAL"


@dataclass(frozen=True, slots=True)
class SurfaceRules:
    """Dimensions of the surfaces; slopes are rise over run.

    Attributes
    ----------
    strip_beyond_m, strip_width_m : float
        Of the runway strip: beyond each runway end, and across.
    approach_divergence : float
        Of each side of the approach surface from the centre line's direction.
    approach_sections : tuple of (length m, slope)
        From the strip end outward; all but the first are the extended approach surface.
    outer_radius_m : float
        Of the outer horizontal surface, which is as high as the conical surface's edge.
    """

    source: str
    strip_beyond_m: float
    strip_width_m: float
    approach_divergence: float
    approach_sections: tuple[tuple[float, float], ...]
    transitional_slope: float
    horizontal_height_m: float
    horizontal_radius_m: float
    conical_slope: float
    conical_radius_m: float
    outer_radius_m: float


JAPAN_PRECISION = SurfaceRules(
    source="航空法2条・56条, 同施行規則2条・3条・79条・96条の2・96条の3: runways of class A with precision approach",
    strip_beyond_m=60.0,
    strip_width_m=300.0,
    approach_divergence=0.15,
    approach_sections=((3000.0, 1 / 50), (12_000.0, 1 / 50)),
    transitional_slope=1 / 7,
    horizontal_height_m=45.0,
    horizontal_radius_m=4000.0,
    conical_slope=1 / 50,
    conical_radius_m=16_500.0,
    outer_radius_m=24_000.0,
)
"""The approach area is 300 m wide at the strip and 1,200 m at 3,000 m, a divergence of 0.15."""

ICAO_PRECISION_4 = SurfaceRules(
    source="ICAO Annex 14 volume I table 4-1, precision category I, code number 4; outer surface: Doc 9137 part 6",
    strip_beyond_m=60.0,
    strip_width_m=280.0,
    approach_divergence=0.15,
    approach_sections=((3000.0, 0.02), (3600.0, 0.025), (8400.0, 0.0)),
    transitional_slope=0.143,
    horizontal_height_m=45.0,
    horizontal_radius_m=4000.0,
    conical_slope=0.05,
    conical_radius_m=6000.0,
    outer_radius_m=15_000.0,
)
"""Restated from memory; the circles are drawn around the reference point, as in Japan."""


@dataclass(frozen=True, slots=True)
class ReferencePoint:
    """The aerodrome's reference point and how far its surfaces reach.

    Attributes
    ----------
    is_designated : bool
        Extended approach, conical and outer horizontal surfaces are designated (art. 56).
    forbids_below : bool
        Flying is also restricted under the approach and transitional surfaces, as at the busiest airports.
    """

    name: str
    lat: float
    lon: float
    elevation_m: float
    is_designated: bool = False
    forbids_below: bool = False


@dataclass(frozen=True, slots=True)
class SurfaceLimit:
    """A surface over a place.

    Attributes
    ----------
    altitude : Altitude
        Over mean sea level; a flight higher than this needs permission.
    is_forbidden_below : bool
        So does one below.
    """

    aerodrome: str
    kind: SurfaceKind
    altitude: Altitude
    is_forbidden_below: bool = False


@dataclass(frozen=True, slots=True)
class _Centreline:
    """A runway in metres east and north of the reference point; `length_m` along the unit vector from `start`."""

    start: tuple[float, float]
    along: tuple[float, float]
    length_m: float
    elevations_m: tuple[float, float]


def surfaces_at(
    reference: ReferencePoint, runways: Sequence[Runway], lat: float, lon: float, rules: SurfaceRules = JAPAN_PRECISION
) -> tuple[SurfaceLimit, ...]:
    """All surfaces over a place, lowest first; empty where there are none.

    Runways whose ends are unknown are left out: only the circles around the reference point are then drawn.

    Raises
    ------
    SurfaceError
        If the ends of a runway are at one place.
    """
    place = _plane(reference, lat, lon)
    limits = list(_circles(reference, place, rules))
    for runway in runways:
        if runway.ends:
            limits += _runway_surfaces(reference, _centreline(reference, runway), place, rules)
    return tuple(sorted(limits, key=lambda limit: limit.altitude.value_m))


def _plane(reference: ReferencePoint, lat: float, lon: float) -> tuple[float, float]:
    distance = float(great_circle_m(reference.lat, reference.lon, lat, lon))
    direction = radians(bearing_deg(reference.lat, reference.lon, lat, lon))
    return distance * sin(direction), distance * cos(direction)


def _circles(reference: ReferencePoint, place: tuple[float, float], rules: SurfaceRules) -> list[SurfaceLimit]:
    distance = hypot(*place)
    above, beyond = rules.horizontal_height_m, distance - rules.horizontal_radius_m
    top = above + rules.conical_slope * (rules.conical_radius_m - rules.horizontal_radius_m)
    if beyond <= 0:
        return [_limit(reference, SurfaceKind.HORIZONTAL, reference.elevation_m + above)]
    if not reference.is_designated or distance > rules.outer_radius_m:
        return []
    if distance <= rules.conical_radius_m:
        height = reference.elevation_m + above + rules.conical_slope * beyond
        return [_limit(reference, SurfaceKind.CONICAL, height)]
    return [_limit(reference, SurfaceKind.OUTER_HORIZONTAL, reference.elevation_m + top)]


def _centreline(reference: ReferencePoint, runway: Runway) -> _Centreline:
    first, last = runway.ends
    start, end = _plane(reference, first.lat, first.lon), _plane(reference, last.lat, last.lon)
    length = hypot(end[0] - start[0], end[1] - start[1])
    if length < 1:
        raise SurfaceError(f"{reference.name}: both ends of runway {first.name} are at one place.")
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    return _Centreline(start, along, length, (_elevation(reference, first), _elevation(reference, last)))


def _elevation(reference: ReferencePoint, end: RunwayEnd) -> float:
    return reference.elevation_m if end.elevation_m is None else end.elevation_m


def _runway_surfaces(
    reference: ReferencePoint, line: _Centreline, place: tuple[float, float], rules: SurfaceRules
) -> list[SurfaceLimit]:
    east, north = place[0] - line.start[0], place[1] - line.start[1]
    along = east * line.along[0] + north * line.along[1]
    across = abs(east * line.along[1] - north * line.along[0])
    outward = max(-along, along - line.length_m) - rules.strip_beyond_m
    from_first, from_last = line.elevations_m
    share = min(1.0, max(0.0, along / line.length_m))
    ground = from_first + share * (from_last - from_first)
    sections = rules.approach_sections if reference.is_designated else rules.approach_sections[:1]
    if outward > sum(length for length, _ in sections):
        return []
    half_width = rules.strip_width_m / 2 + rules.approach_divergence * max(0.0, outward)
    base, kind = _approach(sections, outward)
    if across <= half_width:
        return [_limit(reference, kind, ground + base)]
    height = ground + base + rules.transitional_slope * (across - half_width)
    if kind is SurfaceKind.EXTENDED_APPROACH or height > reference.elevation_m + rules.horizontal_height_m:
        return []
    return [_limit(reference, SurfaceKind.TRANSITIONAL, height)]


def _approach(sections: Sequence[tuple[float, float]], outward_m: float) -> tuple[float, SurfaceKind]:
    """Height over the strip end, and the surface's name."""
    if outward_m <= 0:
        return 0.0, SurfaceKind.STRIP
    height, left = 0.0, outward_m
    for length, slope in sections:
        height += slope * min(left, length)
        left -= length
        if left <= 0:
            break
    return height, SurfaceKind.APPROACH if outward_m <= sections[0][0] else SurfaceKind.EXTENDED_APPROACH


def _limit(reference: ReferencePoint, kind: SurfaceKind, height_m: float) -> SurfaceLimit:
    inner = kind in (SurfaceKind.STRIP, SurfaceKind.APPROACH, SurfaceKind.TRANSITIONAL)
    below = kind is SurfaceKind.STRIP or (inner and reference.forbids_below)
    return SurfaceLimit(reference.name, kind, Altitude(height_m, Datum.AMSL), below)
