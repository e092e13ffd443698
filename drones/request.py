"""What an operator asks for, the airspace he asks about, and the answer that it cannot be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import hypot

from drones.aircraft import Aircraft, payload_limit_kg
from drones.airspace import Facility, Geozone, PeopledBlock, QuietPlace, Ring, Runway
from drones.energy import RESERVE_SHARE
from drones.free_space import Clearance
from drones.mission import Pad
from drones.obstacles import Ground
from drones.operation import Operation
from drones.phrases import ON_THE_WAY, Cause, Phrase, Remedy, named, phrase
from drones.rules import HEIGHT_LIMIT_M
from drones.rules_japan import RULES
from drones.surfaces import ReferencePoint
from planner.errors import RequestError

HIGH_FLIGHT = "height"
"""Among `MissionRequest.authorised`: permission to fly at `HEIGHT_LIMIT_M` or more over ground or water."""

Wind = Callable[[datetime, float], tuple[float, float]]
"""Where the air goes, east and north in m/s, at a time and a height over the ground."""


class Objective(StrEnum):
    """What the path has least of; ENERGY of an aircraft at one airspeed, RISK counts inhabited ground fivefold."""

    TIME = "TIME"
    ENERGY = "ENERGY"
    RISK = "RISK"


STANDARD_OPERATION = Operation()
"""Helpers keep people away; no licence, no insurance stated."""

CLEARANCE = Clearance(30.0, 10.0)
"""Metres beside and above; 30 m is the distance from people and things of Civil Aeronautics Act art. 132-86 (2)."""


@dataclass(frozen=True, slots=True)
class Airspace:
    """All that a flight in a region meets: zones, sites for a landing in need, heights of the ground.

    Attributes
    ----------
    coast : tuple of Ring
        Lines between land and water, latitude first.
    aerodromes : tuple of (ReferencePoint, runways)
        Those whose surfaces may lie over a flight.
    blocks : tuple of PeopledBlock
        Where more is known of the people than that the ground is inhabited.
    """

    zones: tuple[Geozone, ...]
    sites: tuple[Pad, ...]
    ground: Ground
    coast: tuple[Ring, ...] = ()
    aerodromes: tuple[tuple[ReferencePoint, tuple[Runway, ...]], ...] = ()
    facilities: tuple[Facility, ...] = ()
    quiet: tuple[QuietPlace, ...] = ()
    blocks: tuple[PeopledBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class MissionRequest:
    """A parcel to be flown.

    Attributes
    ----------
    altitudes_m : tuple of float
        Over mean sea level; the cruise is in one or several of them.
    cable_m : float
        0: the aircraft lands at the goal; else it lets the parcel down on a winch from the lowest altitude on.
    returns : bool
        Whether the same energy must bring it back, empty.
    authorised : frozenset of str
        Ids of zones for which permission is held or whose conditions are met, and of rules (`HIGH_FLIGHT` is one).
    via : tuple of (latitude, longitude)
        Corners of a corridor agreed beforehand, flown through in this order at the lowest altitude.
    shore_m : float
        Over water the way keeps this far from the coast as long as that is worth its length; 0: no matter.
    quiet_m : float
        The way keeps this far from places to be kept quiet as long as that is worth its length; 0: no matter.
    gust_ms, rain_mm_h : float
        Highest forecast on the way.
    """

    id: str
    start: Pad
    goal: Pad
    departure: datetime
    payload_kg: float
    altitudes_m: tuple[float, ...]
    objective: Objective = Objective.ENERGY
    cable_m: float = 0.0
    returns: bool = False
    authorised: frozenset[str] = frozenset()
    clearance: Clearance = CLEARANCE
    reserve_share: float = RESERVE_SHARE
    via: tuple[tuple[float, float], ...] = ()
    shore_m: float = 0.0
    quiet_m: float = 0.0
    gust_ms: float = 0.0
    rain_mm_h: float = 0.0
    operation: Operation = STANDARD_OPERATION


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a flight is not to be flown.

    Attributes
    ----------
    cause : Phrase
        What is wrong, with the numbers; its code is a `Cause`.
    where : tuple of Phrase
        Zone, pad or parts of the way.
    remedies : tuple of Phrase
        Each would make it possible, tried out; empty if nothing tried does.
    clause : str
        The law's, or what a zone's authority says of it; empty where the aircraft or safety speaks against the flight.
    missing_km, missing_min : float
        Of flight, where the energy does not suffice; else 0.
    """

    cause: Phrase
    where: tuple[Phrase, ...]
    remedies: tuple[Phrase, ...]
    clause: str = ""
    missing_km: float = 0.0
    missing_min: float = 0.0


def check_request(request: MissionRequest, airspace: Airspace, aircraft: Aircraft) -> None:
    """Accept a request that could be flown by somebody.

    Raises
    ------
    RequestError
        It could not, whatever the weather and the permissions.
    """
    if request.departure.tzinfo is None:
        raise RequestError("departure", f"departure: {request.departure.isoformat()} is without its zone.")
    if not 0 <= request.payload_kg < float("inf"):
        raise RequestError("payload_kg", f"payload_kg: {request.payload_kg:g} kg is no weight of a parcel.")
    if not request.altitudes_m:
        raise RequestError("altitudes_m", "altitudes_m: there is no altitude to fly at.")
    ground = airspace.ground
    for altitude in request.altitudes_m:
        if not ground.lowest_m < altitude < float("inf"):
            raise RequestError("altitudes_m", f"altitudes_m: {altitude:g} m is not above the sea floor or the ground.")
    if aircraft.wind_limit_ms <= 0:
        raise RequestError("wind_limit_ms", f"wind_limit_ms: {aircraft.name} with a limit of 0 m/s never flies.")
    highest, needed = max(request.altitudes_m), needed_m(request)
    if highest < needed:
        raise RequestError(
            "altitudes_m", f"altitudes_m: {highest:g} m is below the {needed:g} m of a pad and its cable."
        )
    _check_distances(request)
    if request.cable_m and aircraft.winch_ms <= 0:
        raise RequestError("cable_m", f"cable_m: {aircraft.name} has no winch for a cable of {request.cable_m:g} m.")


def _check_distances(request: MissionRequest) -> None:
    for key, metres, what in (
        ("shore_m", request.shore_m, "the shore"),
        ("quiet_m", request.quiet_m, "a place to be kept quiet"),
    ):
        if not 0 <= metres < float("inf"):
            raise RequestError(key, f"{key}: {metres:g} m is no distance from {what}.")


def unfit(request: MissionRequest, airspace: Airspace, aircraft: Aircraft, wind: Wind) -> Refusal | None:
    """A refusal that needs no path: load, weather, height."""
    limit = payload_limit_kg(aircraft)
    if request.payload_kg > limit:
        cause = phrase(Cause.PAYLOAD, aircraft=aircraft.name, limit_kg=limit, payload_kg=request.payload_kg)
        return Refusal(cause, (named(request.start.name),), (phrase(Remedy.LIGHTER_PARCEL, limit_kg=limit),))
    strongest = max(hypot(*wind(request.departure, altitude)) for altitude in request.altitudes_m)
    for code, value, most, remedy in (
        (Cause.WIND_LIMIT, strongest, aircraft.wind_limit_ms, Remedy.LESS_WIND_THAN),
        (Cause.GUST_LIMIT, request.gust_ms, aircraft.gust_limit_ms, Remedy.LESS_GUST_THAN),
    ):
        if value > most:
            cause = phrase(code, aircraft=aircraft.name, value_ms=value, limit_ms=most)
            return Refusal(cause, (ON_THE_WAY,), (phrase(remedy, limit_ms=most),))
    rain, most = request.rain_mm_h, aircraft.rain_limit_mm_h
    if rain > most:
        cause = phrase(Cause.RAIN_LIMIT, aircraft=aircraft.name, value_mm_h=rain, limit_mm_h=most)
        return Refusal(cause, (ON_THE_WAY,), (phrase(Remedy.DRY_HOUR),))
    if max(open_altitudes_m(request, airspace.ground), default=-1.0) < needed_m(request):
        height = max(request.altitudes_m) - airspace.ground.lowest_m
        most = HEIGHT_LIMIT_M + airspace.ground.lowest_m
        cause = phrase(Cause.HEIGHT, height_m=height, limit_m=HEIGHT_LIMIT_M)
        remedies = phrase(Remedy.LOWER, limit_m=most), phrase(Remedy.HEIGHT_PERMISSION, permission=HIGH_FLIGHT)
        return Refusal(cause, (ON_THE_WAY,), remedies, RULES[HIGH_FLIGHT].clause)
    return None


def needed_m(request: MissionRequest) -> float:
    """The least altitude from which both pads can be served."""
    return max(request.start.elevation_m, request.goal.elevation_m + request.cable_m)


def open_altitudes_m(request: MissionRequest, ground: Ground) -> tuple[float, ...]:
    """The altitudes asked for that are free of permission, or all if it is held."""
    if HIGH_FLIGHT in request.authorised:
        return request.altitudes_m
    return tuple(altitude for altitude in request.altitudes_m if altitude - ground.lowest_m < HEIGHT_LIMIT_M)
