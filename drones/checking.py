"""A mission that someone else made, held against the airspace: whole legs, heights, and where it says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drones.airspace import Altitude, Datum, ZoneKind
from drones.free_space import entered
from drones.mission import Waypoint
from drones.obstacles import Ground, holds, obstacles_of_zone, over_sea_m
from drones.plane import Plane, to_earth, to_plane
from drones.request import HEIGHT_LIMIT_M, HIGH_FLIGHT, Airspace
from planner.errors import RequestError


@dataclass(frozen=True, slots=True)
class Breach:
    """A leg enters a zone, or flies too high.

    Attributes
    ----------
    rule : str
        The clause, in the words of the zone.
    lat, lon : float
        Where it is first met.
    """

    rule: str
    sentence: str
    lat: float
    lon: float


def check_waypoints(
    waypoints: Sequence[Waypoint], airspace: Airspace, authorised: frozenset[str], during: tuple[datetime, datetime]
) -> tuple[Breach, ...]:
    """Every zone that the line through the waypoints enters without permission, and the height if it is too great.

    Raises
    ------
    RequestError
        If a waypoint lies below the ground or the sea floor.
    """
    plane = Plane(waypoints[0].lat, waypoints[0].lon)
    line = [
        (*to_plane(plane, waypoint.lat, waypoint.lon), _height_m(number, waypoint.altitude, airspace.ground))
        for number, waypoint in enumerate(waypoints, 1)
    ]
    found = []
    for zone in airspace.zones:
        is_open = zone.kind is ZoneKind.NO_RESTRICTION
        is_open |= zone.kind is not ZoneKind.PROHIBITED and zone.id in authorised
        if is_open or not holds(zone, *during):
            continue
        for _, where in entered(obstacles_of_zone(zone, plane, airspace.ground), line)[:1]:
            lat, lon = to_earth(plane, where)
            found.append(Breach(zone.conditions or zone.kind.value, f"enters {zone.name} ({zone.id})", lat, lon))
    highest = max(range(len(line)), key=lambda i: line[i][2])
    over = line[highest][2] - airspace.ground.lowest_m
    if over > HEIGHT_LIMIT_M and HIGH_FLIGHT not in authorised:
        rule = "Civil Aeronautics Act art. 132-85 (1) no. 1"
        sentence = f"flies {over:.0f} m over the surface, {over - HEIGHT_LIMIT_M:.0f} m more than is free of permission"
        found.append(Breach(rule, sentence, waypoints[highest].lat, waypoints[highest].lon))
    return tuple(found)


def _height_m(number: int, altitude: Altitude, ground: Ground) -> float:
    height = over_sea_m(altitude, ground, lowest=True)
    if height < ground.lowest_m:
        below = altitude.datum if altitude.datum is not Datum.AMSL else "mean sea level"
        raise RequestError(
            "waypoints", f"waypoints: waypoint {number} at {altitude.value_m:g} m ({below}) lies in the sea floor."
        )
    return height
