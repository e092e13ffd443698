"""The phases of a flight along waypoints, their energy, and the time at which each waypoint is reached."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from drones.aircraft import Aircraft
from drones.energy import Climb, Cruise, Descent, MissionEnergy, Phase, WinchDrop, WindTooStrong, mission_energy
from drones.mission import Action, Waypoint
from planner.geo import bearing_deg, great_circle_m

SAME_PLACE_M = 0.5

WindAloft = Callable[[float], tuple[float, float]]
"""Where the air goes, east and north in m/s, at a height."""


def phases_of(waypoints: Sequence[Waypoint], payload_kg: float, wind: WindAloft) -> tuple[Phase, ...]:
    """One phase a leg, and one more for each winch drop, after which the aircraft is empty.

    A leg that rises or sinks on its way counts as level flight at its higher end after a climb on the spot.
    """
    phases: list[Phase] = []
    for a, b in pairwise(waypoints):
        phases += _leg(a, b, payload_kg, wind)
        if b.action is Action.WINCH_DROP:
            phases.append(WinchDrop(b.cable_m, payload_kg, wind(b.altitude.value_m)))
            payload_kg = 0.0
    return tuple(phases)


def _leg(a: Waypoint, b: Waypoint, payload_kg: float, wind: WindAloft) -> list[Phase]:
    length = float(great_circle_m(a.lat, a.lon, b.lat, b.lon))
    rise = b.altitude.value_m - a.altitude.value_m
    higher = max(a.altitude.value_m, b.altitude.value_m)
    found: list[Phase] = []
    if rise > 0:
        found.append(Climb(rise, payload_kg, wind(higher)))
    if length > SAME_PLACE_M:
        found.append(Cruise(length, bearing_deg(a.lat, a.lon, b.lat, b.lon), payload_kg, wind(higher)))
    if rise < 0:
        found.append(Descent(-rise, payload_kg, wind(higher)))
    return found


def energy_of(
    aircraft: Aircraft, waypoints: Sequence[Waypoint], payload_kg: float, wind: WindAloft, reserve_share: float
) -> MissionEnergy | WindTooStrong:
    """What a flight along the waypoints takes."""
    return mission_energy(aircraft, phases_of(waypoints, payload_kg, wind), reserve_share)


def timed(waypoints: Sequence[Waypoint], energy: MissionEnergy) -> tuple[Waypoint, ...]:
    """The waypoints with the time each is reached, from the energy of the flight along them."""
    seconds, _ = spent_at(waypoints, energy)
    return tuple(replace(waypoint, after_s=after) for waypoint, after in zip(waypoints, seconds, strict=True))


def spent_at(waypoints: Sequence[Waypoint], energy: MissionEnergy) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seconds and joules spent when each waypoint is reached; a winch drop there is not yet counted."""
    seconds, joules = [0.0], [0.0]
    parts = iter(energy.parts)
    extra_s = extra_j = 0.0
    for a, b in pairwise(waypoints):
        n = len(_leg(a, b, 0.0, lambda _: (0.0, 0.0)))
        leg = [next(parts) for _ in range(n)]
        seconds.append(seconds[-1] + extra_s + sum(part.seconds for part in leg))
        joules.append(joules[-1] + extra_j + sum(part.energy_j for part in leg))
        extra_s = extra_j = 0.0
        if b.action is Action.WINCH_DROP:
            drop = next(parts)
            extra_s, extra_j = drop.seconds, drop.energy_j
    return tuple(seconds), tuple(joules)
