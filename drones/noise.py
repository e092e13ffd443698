"""Places near a way where noise disturbs more than elsewhere, nearest first: `quiet_near`."""

from collections.abc import Sequence

from shapely import LineString, Point

from drones.airspace import QuietPlace
from drones.mission import Waypoint
from drones.plane import Plane, to_plane


def quiet_near(
    waypoints: Sequence[Waypoint], places: Sequence[QuietPlace], within_m: float
) -> tuple[tuple[QuietPlace, float], ...]:
    """Quiet places no further from the way than `within_m` over the ground, with their distance in metres."""
    plane = Plane(waypoints[0].lat, waypoints[0].lon)
    line = LineString([to_plane(plane, waypoint.lat, waypoint.lon) for waypoint in waypoints])
    found = [(place, float(line.distance(Point(to_plane(plane, place.lat, place.lon))))) for place in places]
    return tuple(sorted((one for one in found if one[1] <= within_m), key=lambda one: one[1]))
