"""A mission that someone else made, held against the airspace and the law: whole legs, heights, and what it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drones.airspace import Altitude, Datum, ZoneKind
from drones.free_space import entered
from drones.legality import findings_along, with_facilities
from drones.mission import Waypoint, distances_m
from drones.obstacles import Ground, holds, obstacles_of_zone, over_sea_m
from drones.operation import Craft, Operation
from drones.plane import Plane, to_earth, to_plane
from drones.request import Airspace
from drones.rules import Ruling, Verdict, rulings
from planner.errors import RequestError

UNKNOWN_CRAFT = Craft(takeoff_mass_kg=10.0, certificate_class=0, has_camera=False)
"""What is assumed of an aircraft nobody described: below 25 kg, without certificate."""

SLOWEST_MS, LANDING_S = 5.0, 300.0
"""Of a mission without times: speed over ground, and time to climb and to land, to the long side."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A leg enters a zone.

    Attributes
    ----------
    rule : str
        The clause, in the words of the zone.
    zone : str
        Its name and id.
    lat, lon : float
        Where it is first met.
    """

    rule: str
    zone: str
    lat: float
    lon: float


def check_waypoints(
    waypoints: Sequence[Waypoint], airspace: Airspace, authorised: frozenset[str], during: tuple[datetime, datetime]
) -> tuple[Breach, ...]:
    """Every zone, critical facilities among them, that the line through the waypoints enters without permission.

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
    for zone in with_facilities(airspace, during[0].date(), authorised).zones:
        is_open = zone.kind is ZoneKind.NO_RESTRICTION
        is_open |= zone.kind is not ZoneKind.PROHIBITED and zone.id in authorised
        if is_open or not holds(zone, *during):
            continue
        for _, where in entered(obstacles_of_zone(zone, plane, airspace.ground), line)[:1]:
            lat, lon = to_earth(plane, where)
            found.append(Breach(zone.conditions or zone.kind.value, f"{zone.name} ({zone.id})", lat, lon))
    return tuple(found)


def duration_s(waypoints: Sequence[Waypoint]) -> float:
    """How long a mission without times is reckoned to last."""
    return LANDING_S + distances_m(tuple(waypoints))[-1] / SLOWEST_MS


def check_lawful(
    waypoints: Sequence[Waypoint],
    airspace: Airspace,
    permits: frozenset[str],
    during: tuple[datetime, datetime],
    flown: tuple[Operation, Craft],
) -> tuple[Ruling, ...]:
    """What the law asks of the mission beyond its zones, what is not met first; districts are among the zones."""
    found = findings_along(waypoints, during, airspace, flown, permits)
    return tuple(ruling for ruling in rulings(found) if ruling.rule.id != "did" or ruling.verdict is Verdict.OK)


def _height_m(number: int, altitude: Altitude, ground: Ground) -> float:
    height = over_sea_m(altitude, ground, lowest=True)
    if height < ground.lowest_m:
        below = altitude.datum if altitude.datum is not Datum.AMSL else "mean sea level"
        raise RequestError(
            "waypoints", f"waypoints: waypoint {number} at {altitude.value_m:g} m ({below}) lies in the sea floor."
        )
    return height
