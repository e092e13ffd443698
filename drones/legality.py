"""What the law asks of a way through the airspace: leg by leg what lies below, and what every rule says to it.

Legs are looked at whole. Aerodrome surfaces are reckoned every `SPACING_M`, and taken lower by what the steepest of
them can fall in between.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from math import ceil, hypot, inf

from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from drones.airspace import Altitude, Circle, Datum, Facility, Geozone, ZoneKind, ZoneVolume
from drones.mission import Waypoint, distances_m
from drones.obstacles import area_of, holds, over_sea_m
from drones.operation import Craft, Operation
from drones.phrases import Phrase, Where, phrase
from drones.plane import Plane, to_earth, to_plane
from drones.request import Airspace
from drones.rules import PEOPLE_DISTANCE_M, Finding, Flight, FlightLeg, Over, check_flight
from drones.rules_japan import RULES, facility_radius_m
from drones.surfaces import JAPAN_PRECISION, SurfaceLimit, surfaces_at

SPACING_M = 25.0
FALL_M = JAPAN_PRECISION.transitional_slope * SPACING_M / 2
"""Most that a surface can be lower between two places looked at than at the nearer of them."""

OVER = {
    "POPULATION": Over.DID,
    "VEHICLES": Over.VEHICLES,
    "HARBOUR": Over.HARBOUR,
    "EVENT": Over.EVENT,
    "EMERGENCY": Over.EMERGENCY_AIRSPACE,
}
"""Reasons of zones that tell what lies below."""

LONGEST_CROSSING = 2.0
"""Breadths of a fairway that a crossing may be long, so that it is at 30 degrees at least; a choice of ours."""

STRUCTURE = "STRUCTURE"
"""Among the reasons of a zone: a building or mast, within 30 m of which the limit of 150 m does not hold."""

AIRSPACE_RULES = frozenset({"airport", "height", "did"})
"""Rules about where one flies: without permission another way must be taken; the others ask how it is flown."""

Point3 = tuple[float, float, float]


def findings_along(
    waypoints: Sequence[Waypoint],
    during: tuple[datetime, datetime],
    airspace: Airspace,
    flown: tuple[Operation, Craft],
    permits: frozenset[str],
) -> tuple[Finding, ...]:
    """What the rules in force say of a flight along waypoints.

    Parameters
    ----------
    permits : frozenset of str
        Ids of rules and of zones for which permission is held.
    """
    return check_flight(flight_along(waypoints, during, airspace, flown, permits))


def flight_along(
    waypoints: Sequence[Waypoint],
    during: tuple[datetime, datetime],
    airspace: Airspace,
    flown: tuple[Operation, Craft],
    permits: frozenset[str],
) -> Flight:
    """The flight as the law looks at it; permission for every district below is permission for districts."""
    operation, craft = flown
    first = waypoints[0]
    plane = Plane(first.lat, first.lon)
    zones = [(zone, _areas(zone, plane)) for zone in airspace.zones if holds(zone, *during)]
    legs = _legs(waypoints, airspace, plane, zones)
    line = LineString([to_plane(plane, w.lat, w.lon) for w in waypoints])
    towns = [zone for zone, areas in zones if _over(zone) is Over.DID and _meets(areas, line)]
    if towns and all(zone.id in permits for zone in towns):
        permits |= {"did"}
    return Flight(
        legs=tuple(legs),
        start=during[0],
        end=during[1],
        lat=first.lat,
        lon=first.lon,
        takeoff_mass_kg=craft.takeoff_mass_kg,
        access_control=operation.access_control,
        is_in_sight=operation.is_in_sight,
        is_automatic=operation.is_automatic,
        drops=operation.drops,
        has_dangerous_goods=operation.has_dangerous_goods,
        certificate_class=craft.certificate_class,
        licence_class=operation.licence_class,
        has_camera=craft.has_camera,
        has_insurance=operation.has_insurance,
        is_notified=operation.is_notified,
        has_log=operation.has_log,
        permits=permits,
    )


def with_facilities(airspace: Airspace, on: date, permits: frozenset[str]) -> Airspace:
    """The airspace with the air over critical facilities and around them closed, as the law has it on that day."""
    radius = facility_radius_m(on)
    if not airspace.facilities or not radius or "facility" in permits:
        return airspace
    return replace(airspace, zones=airspace.zones + tuple(_closed(one, radius) for one in airspace.facilities))


def _closed(facility: Facility, radius_m: float) -> Geozone:
    centre = facility.grounds
    shape = Circle(centre.lat, centre.lon, centre.radius_m + radius_m)
    clause = RULES["facility"].clause
    volume = ZoneVolume(shape, None, None)
    kind = ZoneKind.PROHIBITED
    return Geozone(facility.id, "JPN", facility.name, kind, (volume,), (), ("SENSITIVE",), clause, facility.source)


def _areas(zone: Geozone, plane: Plane) -> list[BaseGeometry]:
    return [area_of(volume.shape, plane) for volume in zone.volumes]


def _over(zone: Geozone) -> Over | None:
    """What a zone says lies below; people may live where nothing is restricted."""
    if zone.kind is ZoneKind.NO_RESTRICTION:
        return None
    return next((OVER[reason] for reason in zone.reasons if reason in OVER), None)


def _meets(areas: Sequence[BaseGeometry], line: BaseGeometry) -> bool:
    return any(area.intersects(line) for area in areas)


_Zones = Sequence[tuple[Geozone, Sequence[BaseGeometry]]]


def _legs(waypoints: Sequence[Waypoint], airspace: Airspace, plane: Plane, zones: _Zones) -> list[FlightLeg]:
    along = distances_m(tuple(waypoints))
    ground = airspace.ground
    points = [(*to_plane(plane, w.lat, w.lon), over_sea_m(w.altitude, ground, lowest=True)) for w in waypoints]
    return [
        _leg(_place(n, along[n - 1], along[n]), ends, airspace, plane, zones)
        for n, ends in enumerate(pairwise(points), 1)
    ]


def _place(number: int, first_m: float, last_m: float) -> Phrase:
    return phrase(Where.LEG, number=number, first_km=first_m / 1000, last_km=last_m / 1000)


def _leg(where: Phrase, ends: tuple[Point3, Point3], airspace: Airspace, plane: Plane, zones: _Zones) -> FlightLeg:
    (ax, ay, az), (bx, by, bz) = ends
    line = Point(ax, ay) if (ax, ay) == (bx, by) else LineString([(ax, ay), (bx, by)])
    met = [(zone, _over(zone)) for zone, areas in zones if _over(zone) is not None and _meets(areas, line)]
    names = ", ".join(f"{zone.name} ({zone.id})" for zone, _ in met)
    below = frozenset(over for _, over in met if over is not None)
    if any(_is_along(area, line) for zone, areas in zones if _over(zone) is Over.HARBOUR for area in areas):
        below |= {Over.ALONG_FAIRWAY}
    height = min(az, bz) - airspace.ground.lowest_m
    towers = [area for zone, areas in zones if STRUCTURE in zone.reasons for area in areas]
    return FlightLeg(
        where=phrase(Where.LEG_OVER, leg=where, zones=names) if names else where,
        altitude=Altitude(max(az, bz), Datum.AMSL),
        ground_m=airspace.ground.lowest_m,
        over=below,
        people_m=height if Over.DID in below and height < PEOPLE_DISTANCE_M else inf,
        surface=_surface(ends, airspace, plane),
        facility_m=_facility_m(line, airspace.facilities, plane),
        is_at_object=any(area.buffer(PEOPLE_DISTANCE_M).covers(line) for area in towers),
    )


def _is_along(fairway: BaseGeometry, line: BaseGeometry) -> bool:
    """Whether a leg stays in a strip for longer than a crossing takes; a strip's breadth is twice area by outline."""
    breadth = 2 * fairway.area / fairway.length
    return bool(line.intersection(fairway).length > LONGEST_CROSSING * breadth)


def _surface(ends: tuple[Point3, Point3], airspace: Airspace, plane: Plane) -> SurfaceLimit | None:
    """The lowest surface over a leg against its height; one under which flying is restricted comes first."""
    (ax, ay, _), (bx, by, _) = ends
    n = max(1, ceil(hypot(bx - ax, by - ay) / SPACING_M))
    places = [to_earth(plane, (ax + k / n * (bx - ax), ay + k / n * (by - ay))) for k in range(n + 1)]
    found = [
        limit
        for reference, runways in airspace.aerodromes
        for place in places
        for limit in surfaces_at(reference, runways, *place)
    ]
    if not found:
        return None
    lowest = min(found, key=lambda limit: (not limit.is_forbidden_below, limit.altitude.value_m))
    return replace(lowest, altitude=replace(lowest.altitude, value_m=lowest.altitude.value_m - FALL_M))


def _facility_m(line: BaseGeometry, facilities: Sequence[Facility], plane: Plane) -> float | None:
    distances = [
        max(0.0, line.distance(Point(to_plane(plane, one.grounds.lat, one.grounds.lon))) - one.grounds.radius_m)
        for one in facilities
    ]
    return min(distances, default=None)
