"""A request for a flight becomes a mission that is legal, flyable and never out of reach of a landing, or a refusal.

The planner asks in the order in which an operator would: may the aircraft fly in this weather, is there a way for its
permissions, does the energy suffice with the reserve, can it land in need from everywhere.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from math import hypot
from typing import assert_never

import shapely
from shapely import Polygon

from drones.aircraft import Aircraft
from drones.airspace import Altitude, Datum
from drones.contingency import OutOfReach, reaches_along
from drones.energy import MissionEnergy, WindTooStrong, cruise_power_w, rotor_power_w
from drones.free_space import FreeSpace, entered
from drones.mission import Action, Mission, Waypoint, distances_m
from drones.obstacles import area_of, names_of, obstacles_of, obstacles_of_zone
from drones.phases import WindAloft, energy_of, timed
from drones.plane import Plane, Position, to_earth, to_plane
from drones.request import Airspace, MissionRequest, Objective, Refusal, Wind, check_request, unfit
from drones.routing import NoPath, Obstruction, Path, Pricing, RiskArea, find_path

LONGEST_FLIGHT = timedelta(hours=3)
"""Zones that hold at any time within it after departure stand in the way."""

CHANGE_SPACING_M = 1000.0

RISK_FACTOR = 5.0

RISK_TOLERANCE_M = 30.0
"""To which the borders of inhabited ground are simplified."""

POPULATION, UNPEOPLED = "POPULATION", "UNPEOPLED"
"""Among the reasons of a zone: people live there; nobody is there, as on a river."""


def plan_mission(request: MissionRequest, airspace: Airspace, aircraft: Aircraft, wind: Wind) -> Mission | Refusal:
    """Plan a flight.

    Raises
    ------
    RequestError
        If the request or the airspace is impossible in itself, such as a zone whose outline crosses itself.
    """
    check_request(request, airspace, aircraft)
    refusal = unfit(request, airspace, aircraft, wind)
    if refusal is not None:
        return refusal
    plane = plane_of(request)
    space = free_space_of(request, airspace, plane)
    flight = _Flight(request, airspace, aircraft, partial(wind, request.departure), plane)
    path = _path(flight, space)
    if isinstance(path, NoPath):
        return _no_way(flight, path)
    waypoints = _waypoints(flight, path)
    energy = energy_of(aircraft, waypoints, request.payload_kg, flight.aloft, request.reserve_share)
    if isinstance(energy, WindTooStrong):
        return _no_headway(flight, energy)
    if energy.missing_j > 0:
        return _too_far(flight, waypoints, energy)
    sites = (request.start, *(() if request.cable_m else (request.goal,)), *airspace.sites)
    barred = plane, space.obstacles
    reaches = reaches_along(aircraft, waypoints, energy, request.payload_kg, sites, barred, flight.aloft)
    if isinstance(reaches, OutOfReach):
        return _out_of_reach(flight, reaches)
    return Mission(
        id=request.id,
        aircraft_id=aircraft.id,
        payload_kg=request.payload_kg,
        departure=request.departure,
        start=request.start,
        goal=request.goal,
        waypoints=timed(waypoints, energy),
        energy=energy,
        cruise_ms=aircraft.cruise_ms,
        reaches=reaches,
        opened_zone_ids=_opened(flight, waypoints),
    )


@dataclass(frozen=True, slots=True)
class _Flight:
    request: MissionRequest
    airspace: Airspace
    aircraft: Aircraft
    aloft: WindAloft
    plane: Plane


def plane_of(request: MissionRequest) -> Plane:
    """The plane in which a request is planned."""
    return Plane((request.start.lat + request.goal.lat) / 2, (request.start.lon + request.goal.lon) / 2)


def free_space_of(request: MissionRequest, airspace: Airspace, plane: Plane) -> FreeSpace:
    """The air that the request's permissions leave free, at its altitudes."""
    during = request.departure, request.departure + LONGEST_FLIGHT
    obstacles = obstacles_of(airspace.zones, plane, airspace.ground, during, request.authorised)
    return FreeSpace(obstacles, request.altitudes_m, request.clearance)


def _path(flight: _Flight, space: FreeSpace) -> Path | NoPath:
    request, plane = flight.request, flight.plane
    start, goal = (to_plane(plane, pad.lat, pad.lon) for pad in (request.start, request.goal))
    return find_path(
        space,
        (*start, request.start.elevation_m),
        (*goal, request.goal.elevation_m + request.cable_m),
        pricing_of(flight.request, flight.airspace, flight.aircraft, flight.aloft, plane),
        _changes(start, goal, [to_plane(plane, site.lat, site.lon) for site in flight.airspace.sites]),
    )


def _changes(start: Position, goal: Position, sites: list[Position]) -> list[Position]:
    """Places to change the altitude: the sites, and points of the straight line, denser before the goal."""
    length = hypot(goal[0] - start[0], goal[1] - start[1])
    n = int(length / CHANGE_SPACING_M)
    shares = [i / (n + 1) for i in range(1, n + 1)] + [1 - 200.0 / length] * (length > CHANGE_SPACING_M)
    return [*sites, *((start[0] + s * (goal[0] - start[0]), start[1] + s * (goal[1] - start[1])) for s in shares)]


def pricing_of(
    request: MissionRequest, airspace: Airspace, aircraft: Aircraft, aloft: WindAloft, plane: Plane
) -> Pricing:
    """What the objective of a request makes of seconds, climbs and inhabited ground."""
    cruise_w = cruise_power_w(aircraft, request.payload_kg, aircraft.cruise_ms)
    climb_w = rotor_power_w(aircraft, request.payload_kg, 0.0, aircraft.climb_ms)
    descent_w = rotor_power_w(aircraft, request.payload_kg, 0.0, -aircraft.descent_ms)
    if request.objective is Objective.TIME:
        cruise_w = climb_w = descent_w = 1.0
    risks: tuple[RiskArea, ...] = ()
    if request.objective is Objective.RISK:
        weight = (RISK_FACTOR - 1) * cruise_w / aircraft.cruise_ms
        risks = tuple(RiskArea(area, weight) for area in inhabited(airspace, plane))
    return Pricing(
        airspeed_ms=aircraft.cruise_ms,
        winds_ms=tuple(aloft(altitude) for altitude in sorted(request.altitudes_m)),
        cost_per_s=cruise_w,
        climb_per_m=climb_w / aircraft.climb_ms,
        descent_per_m=descent_w / aircraft.descent_ms,
        risks=risks,
    )


def inhabited(airspace: Airspace, plane: Plane) -> list[Polygon]:
    """Ground on which people live, without rivers and other strips marked as unpeopled."""
    peopled, empty = (
        shapely.union_all(
            [area_of(v.shape, plane) for zone in airspace.zones if why in zone.reasons for v in zone.volumes]
        )
        for why in (POPULATION, UNPEOPLED)
    )
    parts = shapely.get_parts(peopled.difference(empty).simplify(RISK_TOLERANCE_M))
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _waypoints(flight: _Flight, path: Path) -> tuple[Waypoint, ...]:
    request = flight.request
    out = [Waypoint(*to_earth(flight.plane, point[:2]), Altitude(point[2], Datum.AMSL)) for point in path.points]
    out[0] = replace(out[0], action=Action.TAKE_OFF)
    last = Action.WINCH_DROP if request.cable_m else Action.LAND
    out[-1] = replace(out[-1], action=last, cable_m=request.cable_m)
    if request.returns:
        back = [replace(waypoint, action=Action.FLY, cable_m=0.0) for waypoint in out[-2::-1]]
        back[-1] = replace(back[-1], action=Action.LAND)
        out += back
    return tuple(out)


def _no_way(flight: _Flight, found: NoPath) -> Refusal:
    """Why there is no path, and which permissions, if all were held, would open one."""
    request, airspace = flight.request, flight.airspace
    askable = frozenset(zone.id for zone in airspace.zones)
    free = replace(request, authorised=request.authorised | askable)
    path = _path(flight, free_space_of(free, airspace, flight.plane))
    remedy, zones = "", names_of(airspace.zones, found.obstacle_ids)
    if isinstance(path, Path):
        obstacles = free_space_of(request, airspace, flight.plane).obstacles
        grown = [replace(o, area=o.area.buffer(request.clearance.horizontal_m)) for o in obstacles]
        met = entered(grown, path.points)
        zones = names_of(airspace.zones, [name for name, _ in met])
        remedy = f"permission for {zones}" if met else ""
    match found.reason:
        case Obstruction.START_BLOCKED:
            where, sentence = request.start.name, f"{request.start.name} lies in {zones}."
        case Obstruction.GOAL_BLOCKED:
            where, sentence = request.goal.name, f"{request.goal.name} lies in {zones}."
        case Obstruction.WIND:
            where, sentence = "on the way", f"{flight.aircraft.name} makes no way against the wind."
            remedy = "less wind"
        case Obstruction.ENCLOSED:
            where, sentence = zones or "on the way", "zones leave no way between the pads at the altitudes asked."
            sentence = sentence.capitalize()
        case _:
            assert_never(found.reason)
    return Refusal(_clause(airspace, remedy, found), sentence, where, remedy)


def _clause(airspace: Airspace, remedy: str, found: NoPath) -> str:
    """The law behind the first zone in the way, in its authority's words, else the kind of obstruction."""
    for zone in airspace.zones:
        if zone.conditions and (zone.id in found.obstacle_ids or f"({zone.id})" in remedy):
            return zone.conditions
    return "airspace" if found.reason is not Obstruction.WIND else "wind"


def _no_headway(flight: _Flight, found: WindTooStrong) -> Refusal:
    speed = hypot(*found.wind_ms)
    sentence = f"{flight.aircraft.name} makes no way in a wind of {speed:.1f} m/s at {found.air_speed_ms:g} m/s."
    return Refusal("wind", sentence, f"phase {found.phase}", "less wind")


def _too_far(flight: _Flight, waypoints: tuple[Waypoint, ...], energy: MissionEnergy) -> Refusal:
    request, aircraft = flight.request, flight.aircraft
    power = cruise_power_w(aircraft, request.payload_kg, aircraft.cruise_ms)
    seconds = energy.missing_j / power
    km = seconds * aircraft.cruise_ms / 1000
    share = 1 - energy.energy_j / energy.on_board_j
    length = distances_m(waypoints)[-1] / 1000
    left = f"{share:.0%} of the energy would be left" if share >= 0 else f"{-share:.0%} more than is on board is needed"
    sentence = (
        f"{aircraft.name} is {km:.1f} km ({seconds / 60:.1f} min) short of {length:.1f} km with a reserve of "
        f"{request.reserve_share:.0%}: {left}."
    )
    tried = [text for text, change in _easements(flight) if _suffices(flight, waypoints, *change)]
    if not tried:
        wanted = energy.energy_j / (1 - request.reserve_share)
        tried = [
            f"an aircraft like it with {wanted / 3600:.0f} Wh on board instead of {energy.on_board_j / 3600:.0f} Wh"
        ]
    return Refusal("reserve of energy", sentence, request.goal.name, " or ".join(tried), km, seconds / 60)


_Easement = tuple[float, WindAloft, float, bool]


def _easements(flight: _Flight) -> list[tuple[str, _Easement]]:
    """Payload, wind, reserve and whether only one way is flown, each eased alone and then together."""
    request, calm = flight.request, lambda _: (0.0, 0.0)
    load, reserve, back = request.payload_kg, request.reserve_share, request.returns
    ways: list[tuple[str, _Easement]] = [
        ("no wind", (load, calm, reserve, back)),
        ("an empty aircraft", (0.0, flight.aloft, reserve, back)),
        (f"a reserve of at most {reserve / 2:.0%}", (load, flight.aloft, reserve / 2, back)),
        (f"no wind and a reserve of at most {reserve / 2:.0%}", (load, calm, reserve / 2, back)),
    ]
    if back:
        ways.append(("a fresh battery or tank for the way back", (load, flight.aloft, reserve, False)))
    return ways


def _suffices(
    flight: _Flight, waypoints: tuple[Waypoint, ...], load: float, aloft: WindAloft, reserve: float, back: bool
) -> bool:
    way = waypoints if back or not flight.request.returns else waypoints[: len(waypoints) // 2 + 1]
    energy = energy_of(flight.aircraft, way, load, aloft, reserve)
    return not isinstance(energy, WindTooStrong) and energy.missing_j == 0


def _out_of_reach(flight: _Flight, found: OutOfReach) -> Refusal:
    where = f"{found.along_m / 1000:.1f} km after the start ({found.lat:.5f}, {found.lon:.5f})"
    if found.nearest is None:
        sentence = f"From {where} zones bar the straight leg to every site for a landing in need."
        return Refusal("landing in need", sentence, where, "another site along the way")
    seconds = found.missing_j / cruise_power_w(flight.aircraft, flight.request.payload_kg, flight.aircraft.cruise_ms)
    km = seconds * flight.aircraft.cruise_ms / 1000
    sentence = f"From {where} the energy ends {km:.1f} km before {found.nearest.name}, the nearest site."
    return Refusal("landing in need", sentence, where, "a site nearer to the way", km, seconds / 60)


def _opened(flight: _Flight, waypoints: tuple[Waypoint, ...]) -> tuple[str, ...]:
    """Zones that the way enters by permission."""
    request, plane = flight.request, flight.plane
    line = [(*to_plane(plane, point.lat, point.lon), point.altitude.value_m) for point in waypoints]
    opened = [zone for zone in flight.airspace.zones if zone.id in request.authorised]
    volumes = [o for zone in opened for o in obstacles_of_zone(zone, plane, flight.airspace.ground)]
    return tuple(dict.fromkeys(name for name, _ in entered(volumes, line)))
