"""Geozones as obstacles of one flight: which hold at its time, which its permissions open, how high they reach.

Heights are turned into heights over the sea to the safe side: a limit above ground is taken from the lowest ground
downwards and from the highest upwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, inf, pi, sin
from typing import assert_never

import shapely

from drones.airspace import Altitude, Applicability, Circle, Datum, Geozone, Polygon, Weekday, ZoneKind
from drones.free_space import Obstacle
from drones.plane import Plane, to_plane
from planner.errors import RequestError

CIRCLE_CORNERS = 48


@dataclass(frozen=True, slots=True)
class Ground:
    """Heights of the ground under a region.

    Attributes
    ----------
    lowest_m, highest_m : float
        Over mean sea level; the sea counts.
    geoid_m : float
        Mean sea level over the WGS 84 ellipsoid.
    """

    lowest_m: float
    highest_m: float
    geoid_m: float


def obstacles_of(
    zones: Iterable[Geozone], plane: Plane, ground: Ground, during: tuple[datetime, datetime], open_to: frozenset[str]
) -> tuple[Obstacle, ...]:
    """The volumes that a flight within `during` must not enter.

    Parameters
    ----------
    open_to : frozenset of str
        Ids of the zones for which the flight has permission or whose conditions it meets; it opens no prohibited one.

    Raises
    ------
    RequestError
        If the outline of a zone crosses itself.
    """
    return tuple(
        obstacle
        for zone in zones
        if _stands(zone, open_to) and holds(zone, *during)
        for obstacle in obstacles_of_zone(zone, plane, ground)
    )


def _stands(zone: Geozone, open_to: frozenset[str]) -> bool:
    match zone.kind:
        case ZoneKind.PROHIBITED:
            return True
        case ZoneKind.REQ_AUTHORISATION | ZoneKind.CONDITIONAL:
            return zone.id not in open_to
        case ZoneKind.NO_RESTRICTION:
            return False
        case _:
            assert_never(zone.kind)


def holds(zone: Geozone, start: datetime, end: datetime) -> bool:
    """Whether the zone holds at any time of a period; of hours within a day only the weekday is looked at."""
    return not zone.applicability or any(_applies(time, start, end) for time in zone.applicability)


def _applies(time: Applicability, start: datetime, end: datetime) -> bool:
    if (time.start is not None and end < time.start) or (time.end is not None and start > time.end):
        return False
    n_days = (end.date() - start.date()).days + 1
    # The day before too: its hours may pass midnight.
    touched = {list(Weekday)[(start + timedelta(days=i)).weekday()] for i in range(-1, n_days)} | {Weekday.ANY}
    return not time.schedule or any(touched.intersection(period.days) for period in time.schedule)


def obstacles_of_zone(zone: Geozone, plane: Plane, ground: Ground) -> tuple[Obstacle, ...]:
    """Every volume of a zone, whether it stands in the way or not.

    Raises
    ------
    RequestError
        If its outline crosses itself.
    """
    found = []
    for volume in zone.volumes:
        area = area_of(volume.shape, plane)
        if not area.is_valid:
            raise RequestError("zones", f"the outline of zone {zone.id} crosses itself.")
        floor = -inf if volume.lower is None else over_sea_m(volume.lower, ground, lowest=True)
        ceiling = inf if volume.upper is None else over_sea_m(volume.upper, ground, lowest=False)
        if volume.lower is not None and volume.lower.datum is Datum.AGL and volume.lower.value_m <= 0:
            floor = -inf
        found.append(Obstacle(zone.id, area, floor, ceiling))
    return tuple(found)


def area_of(shape: Polygon | Circle, plane: Plane) -> shapely.Polygon:
    """An outline in a plane; a circle becomes a polygon around it, never inside."""
    if isinstance(shape, Circle):
        x, y = to_plane(plane, shape.lat, shape.lon)
        radius, step = shape.radius_m / cos(pi / CIRCLE_CORNERS), 2 * pi / CIRCLE_CORNERS
        return shapely.Polygon(
            [(x + radius * cos(i * step), y + radius * sin(i * step)) for i in range(CIRCLE_CORNERS)]
        )
    border, *holes = ([to_plane(plane, lat, lon) for lat, lon in ring] for ring in shape.rings)
    return shapely.Polygon(border, holes)


def over_sea_m(altitude: Altitude, ground: Ground, *, lowest: bool) -> float:
    """Height over mean sea level: of a height above ground the lowest or the highest it can be."""
    match altitude.datum:
        case Datum.AMSL:
            return altitude.value_m
        case Datum.WGS84:
            return altitude.value_m - ground.geoid_m
        case Datum.AGL:
            return altitude.value_m + (ground.lowest_m if lowest else ground.highest_m)
        case _:
            assert_never(altitude.datum)


def names_of(zones: Sequence[Geozone], ids: Iterable[str]) -> str:
    """Names of zones for a sentence, each with its id."""
    by_id = {zone.id: zone for zone in zones}
    return ", ".join(f"{by_id[ident].name} ({ident})" if ident in by_id else ident for ident in ids)
