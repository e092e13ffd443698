"""Who travels along the streets and how fast: walkers, wheelchairs, bicycles, light vehicles, cars.

References
----------
Tobler, W. (1993): Three presentations on geographical analysis and modeling, NCGIA 93-1: pace on slopes.
Fujiyama, T., Tyler, N. (2010), doi:10.1080/03081060903429314: horizontal speed on stairs, about half of level walking.
MOTIS and its street router osr, `bike` profile: seconds for climbing, 570 (low) or 3,700 (high) * incline^2.1.
Road Traffic Act of Japan, art. 17-3 and 63-4: bicycles and small motorised bicycles on pavements go at walking pace.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.request import ElevationCosts
from planner.riding_zones import RidingZones, most_ms
from planner.streets import Access, Streets
from planner.way_hours import is_open

NOBODY = Access(0)
KMH = 1 / 3.6
"""Metres a second in one kilometre an hour."""

DAY_S = 86400

CLIMBING_S = {ElevationCosts.NONE: 0.0, ElevationCosts.LOW: 570.0, ElevationCosts.HIGH: 3700.0}
CLIMBING_EXPONENT, CLIMBED_M = 2.1, 50.0
"""osr charges each stretch between two nodes, whatever its length; here each 50 m, so that it does not matter how a
street is cut up: an assumption about how far junctions lie apart."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of moving.

    Attributes
    ----------
    needs : Access
        An edge is usable if it has one of these bits …
    avoids : Access
        … and none of these.
    speed_ms : float
        On level ground, metres a second; for a driver the highest speed the vehicle reaches.
    slow : Access
        Where an edge can be used by these bits only, `slow_ms` holds.
    signed_share : float
        Share of an edge's speed limit that is driven, junctions included; 0 if limits do not matter.
    stairs_factor : float
        Stairs take so many times as long as level ground.
    feels_slope : bool
        True if the pace changes with the incline.
    climbing_s : float
        Seconds that are added for each `CLIMBED_M` of an incline of 1, less by `CLIMBING_EXPONENT` for a lesser one.
    waits : bool
        True if lifts and signalled crossings cost their wait.
    obeys_turns : bool
        True if turn restrictions hold.
    zones : RidingZones or None
        Where it may not pass, or not as fast as elsewhere.
    """

    name: str
    needs: Access
    avoids: Access
    speed_ms: float
    slow: Access = NOBODY
    slow_ms: float = 0.0
    signed_share: float = 0.0
    stairs_factor: float = 1.0
    feels_slope: bool = False
    climbing_s: float = 0.0
    waits: bool = True
    obeys_turns: bool = False
    zones: RidingZones | None = None

    def __hash__(self) -> int:
        # Looked up at every search: what else tells two profiles apart is compared only where these agree.
        return hash((self.name, self.speed_ms))


def foot(speed_ms: float = 1.25) -> Profile:
    """A pedestrian; stairs at half the speed."""
    return Profile("foot", Access.FOOT, Access(0), speed_ms, stairs_factor=2.0, feels_slope=True)


def wheelchair(speed_ms: float = 0.9) -> Profile:
    """A person in a wheelchair: no stairs, no slope above 8 %, lifts."""
    return Profile("wheelchair", Access.WHEELCHAIR, Access(0), speed_ms, stairs_factor=2.0, feels_slope=True)


def bicycle(speed_ms: float = 4.2, elevation_costs: ElevationCosts = ElevationCosts.NONE) -> Profile:
    """A bicycle: carriageways and tracks, pavements only where signed, there at most 8 km/h."""
    return Profile(
        "bicycle",
        Access.BICYCLE | Access.BICYCLE_ON_PAVEMENT,
        Access.STAIRS | Access.MOTORROAD,
        speed_ms,
        slow=Access.BICYCLE_ON_PAVEMENT,
        slow_ms=min(speed_ms, 8 * KMH),
        feels_slope=True,
        climbing_s=CLIMBING_S[elevation_costs],
        waits=False,
    )


def e_bike(speed_ms: float = 17 * KMH) -> Profile:
    """A bicycle whose motor helps (電動アシスト): where a bicycle goes, a little faster, and no slower uphill."""
    return replace(bicycle(speed_ms), name="e_bike", feels_slope=False)


def standing_scooter(speed_ms: float = 20 * KMH) -> Profile:
    """A small motorised bicycle (特定小型原付): 20 km/h on carriageways and tracks, 6 km/h on signed pavements."""
    ride = bicycle(speed_ms)
    return replace(ride, name="standing_scooter", slow_ms=min(speed_ms, 6 * KMH), feels_slope=False)


def seated_scooter(speed_ms: float = 6 * KMH) -> Profile:
    """A seated mobility scooter: a pedestrian by law, 6 km/h, goes where a wheelchair goes, indoors too."""
    return Profile("seated_scooter", Access.WHEELCHAIR, Access.STAIRS, speed_ms)


def car(signed_share: float = 0.65) -> Profile:
    """A car: one-way streets and turn restrictions hold, junctions and signals cost a third of the signed speed."""
    return Profile(
        "car",
        Access.CAR,
        Access(0),
        120 * KMH,
        signed_share=signed_share,
        waits=False,
        obeys_turns=True,
    )


def is_usable(streets: Streets, profile: Profile) -> NDArray[np.bool_]:
    """Which edges `profile` may use at all, whatever the time."""
    access = streets.edges.access
    return np.asarray(((access & int(profile.needs)) != 0) & ((access & int(profile.avoids)) == 0))


def edge_seconds(streets: Streets, profile: Profile, moment: int | None = None) -> NDArray[np.float32]:
    """Seconds along every edge, inf where it may not be used.

    Parameters
    ----------
    moment : int or None
        When ways with opening hours are judged, as in `planner.way_hours`; None takes them all as open.
    """
    edges = streets.edges
    seconds = edges.length_m / _speed_ms(streets, profile)
    if profile.climbing_s:
        rise = np.maximum(edges.incline.astype(np.float64), 0.0)
        seconds = seconds + profile.climbing_s * rise**CLIMBING_EXPONENT * edges.length_m / CLIMBED_M
    if profile.waits:
        halves = (streets.node_wait_s[edges.tail] + streets.node_wait_s[edges.head]) / 2
        stops = (edges.access & int(Access.LIFT | Access.CROSSING)) != 0
        seconds = seconds + np.where(stops, halves, 0)
    usable = is_usable(streets, profile)
    if profile.zones is not None:
        most = most_ms(profile.zones, streets)
        usable &= most > 0
        seconds = np.maximum(seconds, edges.length_m / np.where(most > 0, most, np.inf))
    if moment is not None and streets.opening:
        usable &= is_open(streets, moment)
    return np.where(usable, seconds, np.inf).astype(np.float32)


def hours_met(streets: Streets, profile: Profile) -> tuple[int, ...]:
    """Rows of `Streets.opening` that hold on a way which `profile` may use."""
    hours = streets.edges.hours[is_usable(streets, profile)]
    return tuple(np.unique(hours[hours >= 0]).tolist())


def _speed_ms(streets: Streets, profile: Profile) -> NDArray[np.float64]:
    edges = streets.edges
    speed = np.full(len(edges), profile.speed_ms)
    if profile.signed_share:
        speed = np.minimum(speed, np.maximum(edges.speed_kmh, 5.0) * KMH * profile.signed_share)
    if profile.slow:
        is_slow = (edges.access & int(profile.needs & ~profile.slow)) == 0
        speed = np.where(is_slow, profile.slow_ms, speed)
    if profile.feels_slope:
        speed = speed * _slope_factor(edges.incline)
    return np.where((edges.access & int(Access.STAIRS)) != 0, speed / profile.stairs_factor, speed)


def _slope_factor(incline: NDArray[np.float32]) -> NDArray[np.float64]:
    """Tobler's hiking function, 1 on level ground."""
    return np.exp(-3.5 * (np.abs(incline.astype(np.float64) + 0.05) - 0.05))
