"""Energy of a mission with an aircraft: take-off, climb, cruise in wind, hover, winch, descent, landing, reserve.

The model chosen for rotors is the form of Zeng 2019 with hovering power growing by mass^1.5 (Dorling 2017) and climbing
as in Liu 2017; for wings a parabolic drag polar. Sinking costs what hovering costs: Rodrigues 2022 measured landings
hardly below cruise. How well they fit is stated in `VALIDATION` and printed by the energy benchmark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, pi, radians, sin, sqrt
from typing import assert_never

from drones.aircraft import Aircraft, Wing, disc_area_m2, flying_mass_kg
from drones.energy_models import AIR_DENSITY, GRAVITY
from planner.errors import KaitekiError

TIP_SPEED_MS = 120.0
"""Of the blades (Zeng 2019, table I); no maker states it."""

RESERVE_SHARE = 0.2
"""Of the full battery or tank, untouched in a flight as planned; usual practice."""

VALIDATION = {
    "DiFranco2016": 0.041,
    "Chang2016": 0.075,
    "Dorling2017_3S": 0.037,
    "Dorling2017_4S": 0.02,
    "Ostler2009": 0.058,
    "FireFLY6Pro": 0.01,
}
"""Highest mean error, as a share, of the model on measurements it was not fitted to: every second one of a study."""

East = float
North = float


class EnergyError(KaitekiError):
    """A phase of a flight is impossible, such as one of negative length."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Straight up, take-off included."""

    height_m: float
    payload_kg: float
    wind_ms: tuple[East, North] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Cruise:
    """Level flight over the ground along a bearing, degrees clockwise from north.

    Attributes
    ----------
    air_speed_ms : float or None
        None: the aircraft's cruise speed.
    """

    length_m: float
    bearing_deg: float
    payload_kg: float
    wind_ms: tuple[East, North] = (0.0, 0.0)
    air_speed_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Hover:
    """Standing still over the ground."""

    seconds: float
    payload_kg: float
    wind_ms: tuple[East, North] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class WinchDrop:
    """Hovering while the payload goes down on the cable and the cable comes up again."""

    cable_m: float
    payload_kg: float
    wind_ms: tuple[East, North] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Descent:
    """Straight down, landing included."""

    height_m: float
    payload_kg: float
    wind_ms: tuple[East, North] = (0.0, 0.0)


Phase = Climb | Cruise | Hover | WinchDrop | Descent


@dataclass(frozen=True, slots=True)
class PhaseEnergy:
    """What one phase takes."""

    phase: Phase
    seconds: float
    energy_j: float


@dataclass(frozen=True, slots=True)
class MissionEnergy:
    """What a mission takes of what is on board.

    Attributes
    ----------
    reserve_j : float
        To be left at the end.
    missing_j : float
        0 where the energy suffices with the reserve.
    """

    parts: tuple[PhaseEnergy, ...]
    seconds: float
    energy_j: float
    on_board_j: float
    reserve_j: float
    missing_j: float


@dataclass(frozen=True, slots=True)
class WindTooStrong:
    """The aircraft makes no way, or cannot stand: phase number, its air speed and the wind against it."""

    phase: int
    air_speed_ms: float
    wind_ms: tuple[East, North]


def ground_speed_ms(air_speed_ms: float, bearing_deg: float, wind_ms: tuple[East, North]) -> float:
    """Speed along a track held against the wind; 0 where the wind lets the aircraft not advance on it.

    Parameters
    ----------
    wind_ms : tuple of float
        Where the air moves to, east and north.
    """
    track = radians(bearing_deg)
    east, north = wind_ms
    along = east * sin(track) + north * sin(track + pi / 2)
    across = east * sin(track + pi / 2) - north * sin(track)
    if abs(across) >= air_speed_ms:
        return 0.0
    return max(0.0, sqrt(air_speed_ms**2 - across**2) + along)


def hover_power_w(aircraft: Aircraft, payload_kg: float, density: float = AIR_DENSITY) -> float:
    """Electric power of hovering in still air."""
    weight = flying_mass_kg(aircraft, payload_kg) * GRAVITY
    through = sqrt(weight / (2 * density * disc_area_m2(aircraft)))
    return weight * through / aircraft.hover_efficiency


def rotor_power_w(
    aircraft: Aircraft, payload_kg: float, air_speed_ms: float, climb_ms: float = 0.0, density: float = AIR_DENSITY
) -> float:
    """Electric power on the rotors at an air speed, climbing or (at the price of hovering) sinking."""
    hover = hover_power_w(aircraft, payload_kg, density)
    weight = flying_mass_kg(aircraft, payload_kg) * GRAVITY
    still = sqrt(weight / (2 * density * disc_area_m2(aircraft)))
    profile = aircraft.profile_share * hover * (1 + 3 * air_speed_ms**2 / TIP_SPEED_MS**2)
    ratio = air_speed_ms**2 / (2 * still**2)
    induced = (1 - aircraft.profile_share) * hover / sqrt(sqrt(1 + ratio**2) + ratio)
    parasite = density * aircraft.parasite_area_m2 * air_speed_ms**3 / 2
    half_climb = max(0.0, climb_ms) / 2
    lifting = weight * (half_climb + sqrt(half_climb**2 + still**2) - still) / aircraft.hover_efficiency
    return profile + induced + parasite + lifting


def wing_power_w(wing: Wing, mass_kg: float, air_speed_ms: float, density: float = AIR_DENSITY) -> float:
    """Electric power of level flight on the wing: drag without lift, and drag due to lift."""
    pressure = density * air_speed_ms**2 / 2
    drag_due_to_lift = (mass_kg * GRAVITY / wing.effective_span_m) ** 2 / (pi * pressure)
    return (pressure * wing.drag_area_m2 + drag_due_to_lift) * air_speed_ms / wing.efficiency


def cruise_power_w(aircraft: Aircraft, payload_kg: float, air_speed_ms: float) -> float:
    """Electric power of level flight, on the wing if there is one.

    Raises
    ------
    AircraftError
        If the payload is more than the aircraft can carry.
    """
    if aircraft.wing is None:
        return rotor_power_w(aircraft, payload_kg, air_speed_ms)
    return wing_power_w(aircraft.wing, flying_mass_kg(aircraft, payload_kg), air_speed_ms)


def endurance_s(aircraft: Aircraft, payload_kg: float, air_speed_ms: float = 0.0) -> float:
    """Time until nothing is left, hovering (0 m/s) or in level flight."""
    power = cruise_power_w(aircraft, payload_kg, air_speed_ms) if air_speed_ms else hover_power_w(aircraft, payload_kg)
    return aircraft.energy_j / power


def still_air_range_m(aircraft: Aircraft, payload_kg: float, reserve_share: float = RESERVE_SHARE) -> float:
    """Level distance at cruise speed until only the reserve is left; take-off and landing not counted."""
    return (1 - reserve_share) * endurance_s(aircraft, payload_kg, aircraft.cruise_ms) * aircraft.cruise_ms


def mission_energy(
    aircraft: Aircraft, phases: Sequence[Phase], reserve_share: float = RESERVE_SHARE
) -> MissionEnergy | WindTooStrong:
    """Energy and time of a flight, phase by phase.

    Parameters
    ----------
    reserve_share : float
        Of the full battery or tank, to be left at the end.

    Raises
    ------
    EnergyError
        If a phase is of negative length or the reserve no share.
    AircraftError
        If a payload is more than the aircraft can carry.
    """
    if not 0 <= reserve_share < 1:
        raise EnergyError(f"the reserve is a share of the energy from 0 to below 1, not {reserve_share:g}.")
    parts = []
    for number, phase in enumerate(phases):
        part = _phase(aircraft, number, phase)
        if isinstance(part, WindTooStrong):
            return part
        parts.append(part)
    energy = sum(part.energy_j for part in parts)
    reserve = reserve_share * aircraft.energy_j
    return MissionEnergy(
        parts=tuple(parts),
        seconds=sum(part.seconds for part in parts),
        energy_j=energy,
        on_board_j=aircraft.energy_j,
        reserve_j=reserve,
        missing_j=max(0.0, energy + reserve - aircraft.energy_j),
    )


def _phase(aircraft: Aircraft, number: int, phase: Phase) -> PhaseEnergy | WindTooStrong:
    match phase:
        case Cruise():
            return _cruise(aircraft, number, phase)
        case Climb(height_m=amount):
            seconds, climb = amount / aircraft.climb_ms, aircraft.climb_ms
        case Descent(height_m=amount):
            seconds, climb = amount / aircraft.descent_ms, -aircraft.descent_ms
        case Hover(seconds=amount):
            seconds, climb = amount, 0.0
        case WinchDrop(cable_m=amount):
            return _winch(aircraft, number, phase)
        case _:
            assert_never(phase)
    _require_amount(number, phase, amount)
    if hypot(*phase.wind_ms) > aircraft.cruise_ms:
        return WindTooStrong(number, aircraft.cruise_ms, phase.wind_ms)
    power = rotor_power_w(aircraft, phase.payload_kg, hypot(*phase.wind_ms), climb)
    return PhaseEnergy(phase, seconds, power * seconds)


def _cruise(aircraft: Aircraft, number: int, phase: Cruise) -> PhaseEnergy | WindTooStrong:
    _require_amount(number, phase, phase.length_m)
    air_speed = aircraft.cruise_ms if phase.air_speed_ms is None else phase.air_speed_ms
    speed = ground_speed_ms(air_speed, phase.bearing_deg, phase.wind_ms)
    if speed <= 0:
        return WindTooStrong(number, air_speed, phase.wind_ms)
    seconds = phase.length_m / speed
    return PhaseEnergy(phase, seconds, cruise_power_w(aircraft, phase.payload_kg, air_speed) * seconds)


def _winch(aircraft: Aircraft, number: int, phase: WinchDrop) -> PhaseEnergy | WindTooStrong:
    _require_amount(number, phase, phase.cable_m)
    if aircraft.winch_ms <= 0:
        raise EnergyError(f"{aircraft.name} has no winch for phase {number}.")
    one_way, wind = phase.cable_m / aircraft.winch_ms, hypot(*phase.wind_ms)
    if wind > aircraft.cruise_ms:
        return WindTooStrong(number, aircraft.cruise_ms, phase.wind_ms)
    power = rotor_power_w(aircraft, phase.payload_kg, wind) + rotor_power_w(aircraft, 0.0, wind)
    return PhaseEnergy(phase, 2 * one_way, power * one_way)


def _require_amount(number: int, phase: Phase, amount: float) -> None:
    if not 0 <= amount < float("inf"):
        raise EnergyError(f"phase {number} ({type(phase).__name__}) has an impossible length of {amount:g}.")
