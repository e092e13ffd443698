"""What a flight is asked to have least of, as prices of seconds, climbs and ground better not flown over."""

import shapely
from shapely import LineString, Point, Polygon

from drones.aircraft import Aircraft
from drones.energy import cruise_power_w, rotor_power_w
from drones.obstacles import area_of
from drones.phases import WindAloft
from drones.plane import Plane, to_plane
from drones.request import Airspace, MissionRequest, Objective
from drones.routing import Pricing, RiskArea

RISK_FACTOR = 5.0
"""A metre over inhabited ground, or nearer to the shore or to a quiet place than asked, counts as so many."""

RISK_TOLERANCE_M = 30.0
"""To which the borders of such ground are simplified."""

POPULATION, UNPEOPLED = "POPULATION", "UNPEOPLED"
"""Among the reasons of a zone: people live there; nobody is there, as on a river."""


def pricing_of(
    request: MissionRequest, airspace: Airspace, aircraft: Aircraft, aloft: WindAloft, plane: Plane
) -> Pricing:
    """What the objective of a request makes of seconds, climbs and inhabited ground."""
    cruise_w = cruise_power_w(aircraft, request.payload_kg, aircraft.cruise_ms)
    climb_w = rotor_power_w(aircraft, request.payload_kg, 0.0, aircraft.climb_ms)
    descent_w = rotor_power_w(aircraft, request.payload_kg, 0.0, -aircraft.descent_ms)
    if request.objective is Objective.TIME:
        cruise_w = climb_w = descent_w = 1.0
    weight = (RISK_FACTOR - 1) * cruise_w / aircraft.cruise_ms
    risks = tuple(RiskArea(area, weight) for area in avoided_ground(request, airspace, plane))
    return Pricing(
        airspeed_ms=aircraft.cruise_ms,
        winds_ms=tuple(aloft(altitude) for altitude in sorted(request.altitudes_m)),
        cost_per_s=cruise_w,
        climb_per_m=climb_w / aircraft.climb_ms,
        descent_per_m=descent_w / aircraft.descent_ms,
        risks=risks,
    )


def avoided_ground(request: MissionRequest, airspace: Airspace, plane: Plane) -> list[Polygon]:
    """Ground that costs more: inhabited, for the objective RISK; around quiet places and along the shore if asked for.

    Rivers and other strips marked as unpeopled are left out, but not of what is to be kept quiet.
    """
    areas = _areas(airspace, POPULATION, plane) if request.objective is Objective.RISK else []
    if request.shore_m:
        coast = [[to_plane(plane, lat, lon) for lat, lon in line] for line in airspace.coast]
        lines = [LineString(line).simplify(RISK_TOLERANCE_M) for line in coast]
        areas += [line.buffer(request.shore_m, quad_segs=4) for line in lines]
    costly = shapely.union_all(areas).difference(shapely.union_all(_areas(airspace, UNPEOPLED, plane)))
    if request.quiet_m:
        places = [Point(to_plane(plane, place.lat, place.lon)) for place in airspace.quiet]
        costly = shapely.union_all([costly, *(place.buffer(request.quiet_m, quad_segs=4) for place in places)])
    parts = shapely.get_parts(costly.simplify(RISK_TOLERANCE_M))
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _areas(airspace: Airspace, reason: str, plane: Plane) -> list[Polygon]:
    return [area_of(v.shape, plane) for zone in airspace.zones if reason in zone.reasons for v in zone.volumes]
