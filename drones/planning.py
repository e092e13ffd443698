"""A request for a flight becomes a mission that is legal, flyable and never out of reach of a landing, or a refusal.

The planner asks in the order in which an operator would: may the aircraft fly in this weather, is there a way for its
permissions, does the energy suffice with the reserve, can it land in need from everywhere, what does the law ask of it.
"""

from collections.abc import Collection
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
from drones.phrases import ON_THE_WAY, Cause, Phrase, Remedy, Where, named, phrase
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
            cause, remedy = (phrase(code, rule=ruling.rule.id) for code in (Cause.LAW, Remedy.LAW))
            return Refusal(cause, ruling.places, (remedy,), ruling.rule.clause)
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
    met: list[str] = []
    if isinstance(path, Path):
        obstacles = free_space_of(request, airspace, flight.plane).obstacles
        grown = [replace(o, area=o.area.buffer(request.clearance.horizontal_m)) for o in obstacles]
        met = [name for name, _ in entered(grown, path.points)]
    zones = names_of(airspace.zones, met if isinstance(path, Path) else found.obstacle_ids)
    remedies = (phrase(Remedy.PERMISSION, zones=zones),) if met else ()
    match found.reason:
        case Obstruction.START_BLOCKED:
            where, cause = request.start.name, phrase(Cause.START_BLOCKED, pad=request.start.name, zones=zones)
        case Obstruction.GOAL_BLOCKED:
            where, cause = request.goal.name, phrase(Cause.GOAL_BLOCKED, pad=request.goal.name, zones=zones)
        case Obstruction.WIND:
            cause = phrase(Cause.AGAINST_WIND, aircraft=flight.aircraft.name)
            return Refusal(cause, (ON_THE_WAY,), (phrase(Remedy.LESS_WIND),), _clause(airspace, found.obstacle_ids))
        case Obstruction.ENCLOSED:
            where, cause = zones, phrase(Cause.ENCLOSED)
        case _:
            assert_never(found.reason)
    clause = _clause(airspace, (*found.obstacle_ids, *met))
    return Refusal(cause, (named(where) if where else ON_THE_WAY,), remedies, clause)


def _clause(airspace: Airspace, barring: Collection[str]) -> str:
    """The law behind the first zone in the way, in its authority's words."""
    return next((zone.conditions for zone in airspace.zones if zone.conditions and zone.id in barring), "")


def _no_headway(flight: _Flight, found: WindTooStrong) -> Refusal:
    speed = hypot(*found.wind_ms)
    name = flight.aircraft.name
    cause = phrase(Cause.NO_HEADWAY, aircraft=name, wind_ms=speed, air_speed_ms=found.air_speed_ms)
    return Refusal(cause, (phrase(Where.PHASE, number=found.phase),), (phrase(Remedy.LESS_WIND),))


def _too_far(flight: _Flight, waypoints: tuple[Waypoint, ...], energy: MissionEnergy) -> Refusal:
    request, aircraft = flight.request, flight.aircraft
    power = cruise_power_w(aircraft, request.payload_kg, aircraft.cruise_ms)
    seconds = energy.missing_j / power
    km = seconds * aircraft.cruise_ms / 1000
    cause = phrase(
        Cause.ENERGY,
        aircraft=aircraft.name,
        short_km=km,
        short_min=seconds / 60,
        length_km=distances_m(waypoints)[-1] / 1000,
        reserve_share=request.reserve_share,
        needed_share=energy.energy_j / energy.on_board_j,
    )
    tried = tuple(remedy for remedy, change in _easements(flight) if _suffices(flight, waypoints, *change))
    if not tried:
        wanted = energy.energy_j / (1 - request.reserve_share)
        tried = (phrase(Remedy.MORE_ENERGY, wanted_wh=wanted / 3600, on_board_wh=energy.on_board_j / 3600),)
    return Refusal(cause, (named(request.goal.name),), tried, missing_km=km, missing_min=seconds / 60)


_Easement = tuple[float, WindAloft, float, bool]


def _easements(flight: _Flight) -> list[tuple[Phrase, _Easement]]:
    """Payload, wind, reserve and whether only one way is flown, each eased alone and then together."""
    request, calm = flight.request, lambda _: (0.0, 0.0)
    load, reserve, back = request.payload_kg, request.reserve_share, request.returns
    half = reserve / 2
    ways: list[tuple[Phrase, _Easement]] = [
        (phrase(Remedy.NO_WIND), (load, calm, reserve, back)),
        (phrase(Remedy.EMPTY), (0.0, flight.aloft, reserve, back)),
        (phrase(Remedy.LESS_RESERVE, reserve_share=half), (load, flight.aloft, half, back)),
        (phrase(Remedy.NO_WIND_LESS_RESERVE, reserve_share=half), (load, calm, half, back)),
    ]
    if back:
        ways.append((phrase(Remedy.FRESH_BATTERY), (load, flight.aloft, reserve, False)))
    return ways


def _suffices(
    flight: _Flight, waypoints: tuple[Waypoint, ...], load: float, aloft: WindAloft, reserve: float, back: bool
) -> bool:
    way = waypoints if back or not flight.request.returns else waypoints[: len(waypoints) // 2 + 1]
    energy = energy_of(flight.aircraft, way, load, aloft, reserve)
    return not isinstance(energy, WindTooStrong) and energy.missing_j == 0


def _out_of_reach(flight: _Flight, found: OutOfReach) -> Refusal:
    where = phrase(Where.ALONG, along_km=found.along_m / 1000, lat=found.lat, lon=found.lon)
    if found.nearest is None:
        return Refusal(phrase(Cause.SITES_BARRED, where=where), (where,), (phrase(Remedy.OTHER_SITE),))
    seconds = found.missing_j / cruise_power_w(flight.aircraft, flight.request.payload_kg, flight.aircraft.cruise_ms)
    km = seconds * flight.aircraft.cruise_ms / 1000
    cause = phrase(Cause.SITE_TOO_FAR, where=where, short_km=km, site=found.nearest.name)
    return Refusal(cause, (where,), (phrase(Remedy.NEARER_SITE),), missing_km=km, missing_min=seconds / 60)


def _opened(flight: _Flight, waypoints: tuple[Waypoint, ...]) -> tuple[str, ...]:
    """Zones that the way enters by permission."""
    request, plane = flight.request, flight.plane
    line = [(*to_plane(plane, point.lat, point.lon), point.altitude.value_m) for point in waypoints]
    opened = [zone for zone in flight.airspace.zones if zone.id in request.authorised]
    volumes = [o for zone in opened for o in obstacles_of_zone(zone, plane, flight.airspace.ground)]
    return tuple(dict.fromkeys(name for name, _ in entered(volumes, line)))
