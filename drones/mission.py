"""A flight as it is to be flown: waypoints with heights and times, energy, and where to land when something fails."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from math import inf

from drones.airspace import Altitude
from drones.energy import MissionEnergy
from drones.rules import Ruling
from planner.geo import great_circle_m


class Action(StrEnum):
    """What happens at a waypoint."""

    TAKE_OFF = "TAKE_OFF"
    FLY = "FLY"
    WINCH_DROP = "WINCH_DROP"
    LAND = "LAND"


@dataclass(frozen=True, slots=True)
class Pad:
    """A place to start, to land, or to land in need.

    Attributes
    ----------
    elevation_m : float
        Over mean sea level.
    """

    id: str
    name: str
    lat: float
    lon: float
    elevation_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place to pass in a straight line from the one before.

    Attributes
    ----------
    after_s : float or None
        Seconds after departure at which it is reached; None in a mission read from a file without times.
    cable_m : float
        Let down and taken up in a winch drop.
    """

    lat: float
    lon: float
    altitude: Altitude
    action: Action = Action.FLY
    after_s: float | None = None
    cable_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The site to turn to from a point of the way, in a straight free leg.

    Attributes
    ----------
    along_m : float
        From departure.
    needed_j, left_j : float
        Energy to land there; energy on board at this point, the reserve with it.
    shore_m : float
        Distance to the coast; infinite where no coast is known.
    """

    along_m: float
    site: Pad
    distance_m: float
    needed_j: float
    left_j: float
    shore_m: float = inf


@dataclass(frozen=True, slots=True)
class Mission:
    """A planned flight.

    Attributes
    ----------
    reaches : tuple of Reach
        At points no further apart than the planner's spacing.
    opened_zone_ids : tuple of str
        Zones it enters by permission.
    rulings : tuple of Ruling
        What the law asks of it; nothing in it is prohibited.
    """

    id: str
    aircraft_id: str
    payload_kg: float
    departure: datetime
    start: Pad
    goal: Pad
    waypoints: tuple[Waypoint, ...]
    energy: MissionEnergy
    cruise_ms: float
    reaches: tuple[Reach, ...]
    opened_zone_ids: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()


def arrival_of(mission: Mission) -> datetime:
    """End of the last phase: the landing, or the drop of a flight that stays."""
    return mission.departure + timedelta(seconds=mission.energy.seconds)


def distances_m(waypoints: tuple[Waypoint, ...]) -> tuple[float, ...]:
    """Way over the ground up to each waypoint."""
    legs = (float(great_circle_m(a.lat, a.lon, b.lat, b.lon)) for a, b in pairwise(waypoints))
    return tuple(accumulate(legs, initial=0.0))


def altitude_profile(mission: Mission) -> tuple[tuple[float, float], ...]:
    """Metres over the ground flown and altitude at each waypoint."""
    along = distances_m(mission.waypoints)
    return tuple((s, waypoint.altitude.value_m) for s, waypoint in zip(along, mission.waypoints, strict=True))
