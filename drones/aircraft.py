"""Uncrewed aircraft as makers and measurements describe them: masses, energy, speeds, limits, each with its source."""

from dataclasses import dataclass
from enum import StrEnum
from math import pi

from planner.errors import KaitekiError


class AircraftError(KaitekiError):
    """An aircraft is asked for something it cannot be or carry."""


class EnergyStore(StrEnum):
    """What the energy on board is kept in; of fuel, `energy_j` is what the generator makes of it."""

    BATTERY = "BATTERY"
    FUEL = "FUEL"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about an aircraft as it was stated, in SI units, and how far it can be trusted.

    Attributes
    ----------
    confidence : str
        ``sourced``, ``computed`` from sourced figures, ``assumption`` or ``general knowledge, verify``.
    """

    name: str
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Wing:
    """A parabolic drag polar and the share of electric power that becomes thrust.

    Attributes
    ----------
    drag_area_m2 : float
        Zero-lift drag coefficient times reference area.
    effective_span_m : float
        Wing span times the square root of Oswald's efficiency.
    efficiency : float
        Thrust times air speed over electric power.
    """

    drag_area_m2: float
    effective_span_m: float
    efficiency: float


@dataclass(frozen=True, slots=True)
class Aircraft:
    """An aircraft that starts and lands upright.

    Attributes
    ----------
    mass_kg : float
        Ready to fly with battery or fuel, without payload.
    takeoff_mass_max_kg, payload_max_kg : float
        Both hold; see `payload_limit_kg`.
    energy_j : float
        Electric energy of a full battery or tank.
    hover_efficiency : float
        Ideal power of hovering by momentum theory over electric power.
    profile_share : float
        Part of the power of hovering that turns the blades rather than the air.
    parasite_area_m2 : float
        Drag area of the whole aircraft over the efficiency of its drive.
    wind_limit_ms, gust_limit_ms, rain_limit_mm_h : float
        Highest mean wind (10 min), gust (3 s) and rain in which it may fly.
    certificate_class : int
        1 or 2 of the type certificate (Civil Aeronautics Act art. 132-16), 0 without one.
    figures : tuple of Figure
        All of the above and what was left out, with sources.
    """

    id: str
    name: str
    store: EnergyStore
    mass_kg: float
    takeoff_mass_max_kg: float
    payload_max_kg: float
    energy_j: float
    rotors: int
    rotor_diameter_m: float
    hover_efficiency: float
    profile_share: float
    parasite_area_m2: float
    cruise_ms: float
    climb_ms: float
    descent_ms: float
    winch_ms: float
    wind_limit_ms: float
    gust_limit_ms: float
    rain_limit_mm_h: float
    certificate_class: int
    has_parachute: bool
    has_camera: bool
    wing: Wing | None = None
    figures: tuple[Figure, ...] = ()


def disc_area_m2(aircraft: Aircraft) -> float:
    """Area swept by all rotors."""
    return aircraft.rotors * pi * aircraft.rotor_diameter_m**2 / 4


def payload_limit_kg(aircraft: Aircraft) -> float:
    """What it can carry with a full battery or tank."""
    return min(aircraft.payload_max_kg, aircraft.takeoff_mass_max_kg - aircraft.mass_kg)


def flying_mass_kg(aircraft: Aircraft, payload_kg: float) -> float:
    """Mass with a payload.

    Raises
    ------
    AircraftError
        If the payload is negative or more than the aircraft can carry.
    """
    limit = payload_limit_kg(aircraft)
    if not 0 <= payload_kg <= limit:
        raise AircraftError(f"{aircraft.name} carries 0 to {limit:g} kg, not {payload_kg:g} kg.")
    return aircraft.mass_kg + payload_kg


def source_of(aircraft: Aircraft, figure: str) -> Figure:
    """Where a figure comes from.

    Raises
    ------
    AircraftError
        If nothing is recorded under that name.
    """
    for found in aircraft.figures:
        if found.name == figure:
            return found
    raise AircraftError(f"no source is recorded for {figure!r} of {aircraft.name}.")
