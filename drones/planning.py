"""A request for a flight becomes a mission that is legal, flyable and never out of reach of a landing, or a refusal.

The planner asks in the order in which an operator would: may the aircraft fly in this weather, is there a way for its
permissions, does the energy suffice with the reserve, can it land in need from everywhere, what does the law ask of it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from math import hypot
from typing import assert_never

from drones.aircraft import Aircraft, flying_mass_kg
from drones.airspace import Altitude, Datum
from drones.contingency import OutOfReach, reaches_along, with_shore
from drones.energy import MissionEnergy, WindTooStrong, cruise_power_w
from drones.free_space import FreeSpace, entered
from drones.legality import AIRSPACE_RULES, findings_along, with_facilities
from drones.mission import Action, Mission, Waypoint, arrival_of, distances_m
from drones.obstacles import names_of, obstacles_of, obstacles_of_zone
from drones.operation import Craft
from drones.phases import WindAloft, energy_of, timed
from drones.plane import Plane, Position, to_earth, to_plane
from drones.pricing import pricing_of
from drones.request import Airspace, MissionRequest, Refusal, Wind, check_request, open_altitudes_m, unfit
from drones.routing import NoPath, Obstruction, Path, find_path
from drones.rules import Ruling, Verdict, rulings

LONGEST_FLIGHT = timedelta(hours=3)
"""Zones that hold at any time within it after departure stand in the way."""

CHANGE_SPACING_M = 1000.0


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
    request = replace(request, altitudes_m=open_altitudes_m(request, airspace.ground))
    airspace = with_facilities(airspace, request.departure.date(), request.authorised)
    flight = _Flight(request, airspace, aircraft, partial(wind, request.departure), plane_of(request))
    space = free_space_of(request, airspace, flight.plane)
    path = _path(flight, space)
    if isinstance(path, NoPath):
        return _no_way(flight, path)
    mission = _flown(flight, _waypoints(flight, path), space)
    return mission if isinstance(mission, Refusal) else _within_the_law(flight, mission)


@dataclass(frozen=True, slots=True)
class _Flight:
    request: MissionRequest
    airspace: Airspace
    aircraft: Aircraft
    aloft: WindAloft
    plane: Plane


def _flown(flight: _Flight, waypoints: tuple[Waypoint, ...], space: FreeSpace) -> Mission | Refusal:
    """The mission along waypoints, if energy and sites suffice for it."""
    request, airspace, aircraft = flight.request, flight.airspace, flight.aircraft
    energy = energy_of(aircraft, waypoints, request.payload_kg, flight.aloft, request.reserve_share)
    if isinstance(energy, WindTooStrong):
        return _no_headway(flight, energy)
    if energy.missing_j > 0:
        return _too_far(flight, waypoints, energy)
    sites = (request.start, *(() if request.cable_m else (request.goal,)), *airspace.sites)
    barred = flight.plane, space.obstacles
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
        reaches=with_shore(reaches, waypoints, airspace.coast, flight.plane),
        opened_zone_ids=_opened(flight, waypoints),
    )


def _within_the_law(flight: _Flight, mission: Mission) -> Mission | Refusal:
    """The mission with what the law asks of it; refused where it forbids the flight or the air it leads through."""
    request, aircraft = flight.request, flight.aircraft
    mass = flying_mass_kg(aircraft, request.payload_kg)
    craft = Craft(mass, aircraft.certificate_class, aircraft.has_camera)
    during, flown = (mission.departure, arrival_of(mission)), (request.operation, craft)
    found = rulings(findings_along(mission.waypoints, during, flight.airspace, flown, request.authorised))
    for ruling in found:
        if ruling.verdict is Verdict.PROHIBITED or _bars(ruling):
            return Refusal(ruling.rule.clause, ruling.sentence, "; ".join(ruling.places), ruling.remedy)
    return replace(mission, rulings=found)


def _bars(ruling: Ruling) -> bool:
    return ruling.verdict is Verdict.NEEDS and ruling.rule.id in AIRSPACE_RULES


def plane_of(request: MissionRequest) -> Plane:
    """The plane in which a request is planned."""
    return Plane((request.start.lat + request.goal.lat) / 2, (request.start.lon + request.goal.lon) / 2)


def free_space_of(request: MissionRequest, airspace: Airspace, plane: Plane) -> FreeSpace:
    """The air that the request's permissions leave free, at its altitudes."""
    during = request.departure, request.departure + LONGEST_FLIGHT
    obstacles = obstacles_of(airspace.zones, plane, airspace.ground, during, request.authorised)
    return FreeSpace(obstacles, request.altitudes_m, request.clearance)


def _path(flight: _Flight, space: FreeSpace) -> Path | NoPath:
    """The way from pad to pad, piece by piece through the corners of the corridor if one is given."""
    request, plane = flight.request, flight.plane
    start, goal = (to_plane(plane, pad.lat, pad.lon) for pad in (request.start, request.goal))
    pricing = pricing_of(request, flight.airspace, flight.aircraft, flight.aloft, plane)
    corners = [(*to_plane(plane, lat, lon), min(request.altitudes_m)) for lat, lon in request.via]
    stations = [(*start, request.start.elevation_m), *corners, (*goal, request.goal.elevation_m + request.cable_m)]
    sites = [to_plane(plane, site.lat, site.lon) for site in flight.airspace.sites]
    points, cost = stations[:1], 0.0
    for number, (here, there) in enumerate(pairwise(stations)):
        found = find_path(space, here, there, pricing, _changes(here[:2], there[:2], sites))
        if isinstance(found, NoPath):
            is_within = (found.reason is Obstruction.START_BLOCKED and number > 0) or (
                found.reason is Obstruction.GOAL_BLOCKED and there != stations[-1]
            )
            return replace(found, reason=Obstruction.ENCLOSED) if is_within else found
        points += [point for point in found.points if point != points[-1]]
        cost += found.cost
    return Path(tuple(points), cost)


def _changes(start: Position, goal: Position, sites: list[Position]) -> list[Position]:
    """Places to change the altitude: the sites, and points of the straight line, denser before the goal."""
    length = hypot(goal[0] - start[0], goal[1] - start[1])
    n = int(length / CHANGE_SPACING_M)
    shares = [i / (n + 1) for i in range(1, n + 1)] + [1 - 200.0 / length] * (length > CHANGE_SPACING_M)
    return [*sites, *((start[0] + s * (goal[0] - start[0]), start[1] + s * (goal[1] - start[1])) for s in shares)]


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
