"""Declared flights as volumes of space and time, as operators of one airspace tell them to each other.

References
----------
ASTM F3548-21, operational intents: states and 4D volumes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil

from shapely import LineString, Point

from drones.airspace import Ring
from drones.energy import WinchDrop
from drones.mission import Action, Mission, arrival_of
from drones.plane import Plane, to_earth, to_plane
from planner.errors import RequestError

VOLUME_S = 60.0
"""Longest part of a leg in one volume: shorter volumes free the air behind the aircraft sooner."""


class IntentState(StrEnum):
    """States of an operational intent."""

    ACCEPTED = "Accepted"
    ACTIVATED = "Activated"
    NONCONFORMING = "Nonconforming"
    CONTINGENT = "Contingent"
    ENDED = "Ended"


FOLLOWING = {
    IntentState.ACCEPTED: {IntentState.ACTIVATED, IntentState.ENDED},
    IntentState.ACTIVATED: {IntentState.NONCONFORMING, IntentState.CONTINGENT, IntentState.ENDED},
    IntentState.NONCONFORMING: {IntentState.ACTIVATED, IntentState.CONTINGENT, IntentState.ENDED},
    IntentState.CONTINGENT: {IntentState.ENDED},
    IntentState.ENDED: set[IntentState](),
}
"""From a contingent flight there is no way back: it only ends."""


@dataclass(frozen=True, slots=True)
class Volume4D:
    """Space within an outline, between two altitudes over mean sea level, from one time to another."""

    outline: Ring
    lower_m: float
    upper_m: float
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far an aircraft may be from its plan: beside the line, above or below, early or late."""

    lateral_m: float = 30.0
    vertical_m: float = 10.0
    time_s: float = 30.0


@dataclass(frozen=True, slots=True)
class OperationalIntent:
    """A declared flight; the higher `priority` goes first."""

    id: str
    volumes: tuple[Volume4D, ...]
    state: IntentState = IntentState.ACCEPTED
    priority: int = 0


def advance(intent: OperationalIntent, state: IntentState) -> OperationalIntent:
    """The intent in its next state.

    Raises
    ------
    RequestError
        If that state cannot follow.
    """
    if state not in FOLLOWING[intent.state]:
        raise RequestError("state", f"state: intent {intent.id} cannot go from {intent.state} to {state}.")
    return replace(intent, state=state)


def delayed(intent: OperationalIntent, by: timedelta) -> OperationalIntent:
    """The same flight later."""
    volumes = tuple(replace(volume, start=volume.start + by, end=volume.end + by) for volume in intent.volumes)
    return replace(intent, volumes=volumes)


def intent_of(mission: Mission, uncertainty: Uncertainty, priority: int = 0) -> OperationalIntent:
    """Volumes around every part of a mission's legs, and around its hovering.

    Raises
    ------
    RequestError
        If a waypoint has no time.
    """
    plane = Plane(mission.start.lat, mission.start.lon)
    return OperationalIntent(mission.id, tuple(_volumes(mission, uncertainty, plane)), priority=priority)


def _volumes(mission: Mission, uncertainty: Uncertainty, plane: Plane) -> Iterator[Volume4D]:
    points = [(*to_plane(plane, w.lat, w.lon), w.altitude.value_m) for w in mission.waypoints]
    times = [w.after_s for w in mission.waypoints]
    for i, (here, there) in enumerate(pairwise(points)):
        begin, end = times[i], times[i + 1]
        if begin is None or end is None:
            raise RequestError("waypoints", f"waypoints: mission {mission.id} has no times, so it is no intent.")
        if mission.waypoints[i].action is Action.WINCH_DROP:
            leg_s = _hover_s(mission, i)
            yield _volume(mission, (here, here), (begin, begin + leg_s), uncertainty, plane)
            begin += leg_s
        n = max(1, ceil((end - begin) / VOLUME_S))
        for k in range(n):
            a, b = (tuple(p + s * (q - p) for p, q in zip(here, there, strict=True)) for s in (k / n, (k + 1) / n))
            span = begin + k / n * (end - begin), begin + (k + 1) / n * (end - begin)
            yield _volume(mission, (a, b), span, uncertainty, plane)
    last = times[-1]
    if mission.waypoints[-1].action is Action.WINCH_DROP and last is not None:
        flown = (arrival_of(mission) - mission.departure).total_seconds()
        yield _volume(mission, (points[-1], points[-1]), (last, flown), uncertainty, plane)


def _hover_s(mission: Mission, i: int) -> float:
    legs = [part.seconds for part in mission.energy.parts if isinstance(part.phase, WinchDrop)]
    before = sum(1 for waypoint in mission.waypoints[:i] if waypoint.action is Action.WINCH_DROP)
    return legs[before]


def _volume(
    mission: Mission,
    ends: tuple[tuple[float, ...], tuple[float, ...]],
    span: tuple[float, float],
    uncertainty: Uncertainty,
    plane: Plane,
) -> Volume4D:
    (ax, ay, az), (bx, by, bz) = ends
    line = Point(ax, ay) if (ax, ay) == (bx, by) else LineString([(ax, ay), (bx, by)])
    area = line.buffer(uncertainty.lateral_m, cap_style="square", join_style="mitre")
    outline = tuple(to_earth(plane, (x, y)) for x, y in area.exterior.coords)
    cable = max((waypoint.cable_m for waypoint in mission.waypoints), default=0.0) if ends[0] == ends[1] else 0.0
    return Volume4D(
        outline,
        min(az, bz) - uncertainty.vertical_m - cable,
        max(az, bz) + uncertainty.vertical_m,
        mission.departure + timedelta(seconds=span[0] - uncertainty.time_s),
        mission.departure + timedelta(seconds=span[1] + uncertainty.time_s),
    )
