"""Where a flight can land when something fails: from every point of the way a site in a straight free leg."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, hypot

import numpy as np
import shapely
from shapely import LineString

from drones.aircraft import Aircraft
from drones.airspace import Ring
from drones.energy import Cruise, Descent, MissionEnergy, WindTooStrong, mission_energy
from drones.free_space import Obstacle, entered
from drones.mission import Action, Pad, Reach, Waypoint, distances_m
from drones.phases import WindAloft, spent_at
from drones.plane import Plane, to_plane
from planner.geo import bearing_deg, great_circle_m

SPACING_M = 250.0


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A point of the way from which no site can be reached, and what the nearest free one would take.

    Attributes
    ----------
    nearest : Pad or None
        None where zones bar the straight leg to every site.
    """

    along_m: float
    lat: float
    lon: float
    nearest: Pad | None
    missing_j: float


@dataclass(frozen=True, slots=True)
class _Moment:
    along_m: float
    lat: float
    lon: float
    altitude_m: float
    left_j: float
    payload_kg: float


def reaches_along(
    aircraft: Aircraft,
    waypoints: Sequence[Waypoint],
    energy: MissionEnergy,
    payload_kg: float,
    sites: Sequence[Pad],
    barred: tuple[Plane, Sequence[Obstacle]],
    wind: WindAloft,
) -> tuple[Reach, ...] | OutOfReach:
    """The site to turn to at points of the way no further apart than `SPACING_M`, the reserve being used for it.

    Parameters
    ----------
    barred : (Plane, sequence of Obstacle)
        What a diversion must not enter.
    """
    found = []
    for moment in _moments(aircraft, waypoints, energy, payload_kg):
        reach = _reach(aircraft, moment, sites, barred, wind)
        if isinstance(reach, OutOfReach):
            return reach
        found.append(reach)
    return tuple(found)


def _moments(
    aircraft: Aircraft, waypoints: Sequence[Waypoint], energy: MissionEnergy, payload_kg: float
) -> Iterator[_Moment]:
    along = distances_m(tuple(waypoints))
    _, spent = spent_at(waypoints, energy)
    for i, (a, b) in enumerate(pairwise(waypoints)):
        if a.action is Action.WINCH_DROP:
            payload_kg = 0.0
        n = max(1, ceil((along[i + 1] - along[i]) / SPACING_M))
        for step in range(1 if i else 0, n + 1):
            share = step / n
            yield _Moment(
                along[i] + share * (along[i + 1] - along[i]),
                a.lat + share * (b.lat - a.lat),
                a.lon + share * (b.lon - a.lon),
                a.altitude.value_m + share * (b.altitude.value_m - a.altitude.value_m),
                aircraft.energy_j - spent[i] - share * (spent[i + 1] - spent[i]),
                payload_kg,
            )


def _reach(
    aircraft: Aircraft,
    moment: _Moment,
    sites: Sequence[Pad],
    barred: tuple[Plane, Sequence[Obstacle]],
    wind: WindAloft,
) -> Reach | OutOfReach:
    costs = sorted(((_diversion_j(aircraft, moment, site, wind), i) for i, site in enumerate(sites)))
    for needed, i in costs:
        site = sites[i]
        if needed == float("inf") or not _is_free(moment, site, *barred):
            continue
        if needed > moment.left_j:
            return OutOfReach(moment.along_m, moment.lat, moment.lon, site, needed - moment.left_j)
        distance = float(great_circle_m(moment.lat, moment.lon, site.lat, site.lon))
        return Reach(moment.along_m, site, distance, needed, moment.left_j)
    return OutOfReach(moment.along_m, moment.lat, moment.lon, None, 0.0)


def _diversion_j(aircraft: Aircraft, moment: _Moment, site: Pad, wind: WindAloft) -> float:
    if site.elevation_m > moment.altitude_m:
        return float("inf")
    aloft = wind(moment.altitude_m)
    length = float(great_circle_m(moment.lat, moment.lon, site.lat, site.lon))
    bearing = bearing_deg(moment.lat, moment.lon, site.lat, site.lon)
    phases = (
        Cruise(length, bearing, moment.payload_kg, aloft),
        Descent(moment.altitude_m - site.elevation_m, moment.payload_kg, aloft),
    )
    taken = mission_energy(aircraft, phases, 0.0)
    return float("inf") if isinstance(taken, WindTooStrong) else taken.energy_j


def _is_free(moment: _Moment, site: Pad, plane: Plane, obstacles: Sequence[Obstacle]) -> bool:
    here, there = to_plane(plane, moment.lat, moment.lon), to_plane(plane, site.lat, site.lon)
    if hypot(there[0] - here[0], there[1] - here[1]) == 0:
        return True
    line = [(*here, moment.altitude_m), (*there, moment.altitude_m), (*there, site.elevation_m)]
    return not entered(obstacles, line)


def with_shore(
    reaches: Sequence[Reach], waypoints: Sequence[Waypoint], coast: Sequence[Ring], plane: Plane
) -> tuple[Reach, ...]:
    """The same with the distance to the coast from each point."""
    if not coast:
        return tuple(reaches)
    shore = shapely.union_all([LineString([to_plane(plane, lat, lon) for lat, lon in line]) for line in coast])
    along = distances_m(tuple(waypoints))
    line = [to_plane(plane, waypoint.lat, waypoint.lon) for waypoint in waypoints]
    at = [np.interp([reach.along_m for reach in reaches], along, [point[k] for point in line]) for k in (0, 1)]
    distances = np.atleast_1d(shapely.distance(shapely.points(*at), shore))
    return tuple(replace(reach, shore_m=float(metres)) for reach, metres in zip(reaches, distances, strict=True))
