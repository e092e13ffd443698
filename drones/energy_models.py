"""Power of small aircraft in flight as six papers have it: formulas in SI units, reference values as defaults.

References
----------
D'Andrea 2014, Can drones deliver?, doi:10.1109/TASE.2014.2326952.
Dorling et al. 2017, Vehicle routing problems for drone delivery, doi:10.1109/TSMC.2016.2582745.
Liu, Sengupta, Kurzhanskiy 2017, A power consumption model for multi-rotor small unmanned aircraft systems,
doi:10.1109/ICUAS.2017.7991310.
Stolaroff et al. 2018, Energy use and life cycle greenhouse gas emissions of drones, doi:10.1038/s41467-017-02411-5.
Zeng, Xu, Zhang 2019, Energy minimization for wireless communication with rotary-wing UAV, doi:10.1109/TWC.2019.2902559.
Rodrigues et al. 2022, Drone flight data reveal energy and greenhouse gas emissions savings for very small package
delivery, doi:10.1016/j.patter.2022.100569.
"""

from dataclasses import dataclass
from enum import Enum
from math import atan2, cos, hypot, pi, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

GRAVITY = 9.81
AIR_DENSITY = 1.225
"""Of the standard atmosphere at sea level, 15 °C, in kg/m³."""


def dandrea_power_w(
    mass_kg: float,
    air_speed_ms: float,
    lift_to_drag: float = 3.0,
    efficiency: float = 0.5,
    avionics_w: float = 100.0,
) -> float:
    """Power of level flight by the ratio of lift to drag alone (D'Andrea's 370 is 3600 / 9.81, rounded)."""
    return mass_kg * GRAVITY * air_speed_ms / (efficiency * lift_to_drag) + avionics_w


def dandrea_energy_j(mass_kg: float, distance_m: float, air_speed_ms: float, headwind_ms: float = 0.0) -> float:
    """Energy over the ground; infinite where the headwind is as fast as the aircraft."""
    if headwind_ms >= air_speed_ms:
        return float("inf")
    return dandrea_power_w(mass_kg, air_speed_ms) * distance_m / (air_speed_ms - headwind_ms)


def dorling_power_w(
    mass_kg: ArrayLike, rotors: int = 6, disc_m2: float = 0.2, density: float = 1.204
) -> NDArray[np.float64]:
    """Ideal power of hovering by momentum theory, `disc_m2` the area of one rotor."""
    return np.asarray(mass_kg, dtype=np.float64) ** 1.5 * sqrt(GRAVITY**3 / (2 * density * disc_m2 * rotors))


def dorling_linear_fit(frame_kg: float = 1.5, load_max_kg: float = 3.0) -> tuple[float, float]:
    """Watts per kg of battery and payload, and watts without: the straight line nearest to `dorling_power_w`."""
    load = np.linspace(0.0, load_max_kg, 301)
    slope, offset = np.polyfit(load, dorling_power_w(frame_kg + load), 1)
    return float(slope), float(offset)


@dataclass(frozen=True, slots=True)
class LiuCoefficients:
    """Fitted to an IRIS+ quadcopter in flight; the defaults are the paper's.

    Attributes
    ----------
    k1, k2 : float
        Of induced power: without unit, and in √(kg/m).
    c2 : float
        Of profile power, in √(m/kg).
    c4, c5 : float
        Of drag along and lift across the flow, in kg/m.
    """

    k1: float = 0.8554
    k2: float = 0.3051
    c2: float = 0.3177
    c4: float = 0.0296
    c5: float = 0.0279


def liu_power_w(
    mass_kg: float,
    air_speed_ms: float = 0.0,
    climb_ms: float = 0.0,
    attack_rad: float = 0.0,
    coefficients: LiuCoefficients | None = None,
) -> float:
    """Induced, profile and parasite power in steady flight, `attack_rad` the angle of attack."""
    c = coefficients or LiuCoefficients()
    lift = mass_kg * GRAVITY - c.c5 * (air_speed_ms * cos(attack_rad)) ** 2
    thrust = hypot(lift, c.c4 * air_speed_ms**2)
    induced = c.k1 * thrust * (climb_ms / 2 + sqrt((climb_ms / 2) ** 2 + thrust / c.k2**2))
    return induced + c.c2 * thrust * sqrt(thrust) + c.c4 * air_speed_ms**3


@dataclass(frozen=True, slots=True)
class StolaroffCopter:
    """A multicopter; the defaults are near the paper's small quadcopter, restated from memory.

    Attributes
    ----------
    drag_area_m2 : float
        Sum over body, battery and package of drag coefficient times area.
    efficiency : float
        Of the whole drive.
    """

    mass_kg: float = 2.57
    drag_area_m2: float = 0.123
    rotors: int = 4
    rotor_diameter_m: float = 0.254
    efficiency: float = 0.7


def stolaroff_power_w(copter: StolaroffCopter, air_speed_ms: float, density: float = AIR_DENSITY) -> float:
    """Power of level flight by momentum theory with the rotors tilted against the drag."""
    weight = copter.mass_kg * GRAVITY
    drag = density * air_speed_ms**2 * copter.drag_area_m2 / 2
    thrust, tilt = hypot(weight, drag), atan2(drag, weight)
    along, through = air_speed_ms * cos(tilt), air_speed_ms * sin(tilt)
    area = copter.rotors * pi * copter.rotor_diameter_m**2 / 4
    induced = induced_speed_ms(thrust, area, along, through, density)
    return thrust * (through + induced) / copter.efficiency


def induced_speed_ms(thrust_n: float, area_m2: float, along_ms: float, through_ms: float, density: float) -> float:
    """Speed the rotors add to the air, from Glauert's equation v = T / (2 ρ A √(along² + (through + v)²))."""
    hover = sqrt(thrust_n / (2 * density * area_m2))
    low, high = 0.0, hover
    while high - low > 1e-9 * hover:
        middle = (low + high) / 2
        if middle * hypot(along_ms, through_ms + middle) < hover**2:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class ZengRotor:
    """A rotary-wing aircraft of 20 N; the defaults are the paper's table I.

    Attributes
    ----------
    profile_w, induced_w : float
        Blade profile and induced power in hovering.
    tip_speed_ms, induced_ms : float
        Speed of the blade tips; speed of the air through the rotor in hovering.
    flat_plate_m2 : float
        Fuselage drag ratio (0.6) times solidity (0.05) times disc area (0.503 m²).
    """

    profile_w: float = 0.012 / 8 * AIR_DENSITY * 0.05 * 0.503 * 300**3 * 0.4**3
    induced_w: float = 1.1 * 20**1.5 / sqrt(2 * AIR_DENSITY * 0.503)
    tip_speed_ms: float = 120.0
    induced_ms: float = 4.03
    flat_plate_m2: float = 0.6 * 0.05 * 0.503


def zeng_power_w(rotor: ZengRotor, air_speed_ms: ArrayLike, density: float = AIR_DENSITY) -> NDArray[np.float64]:
    """Power of level flight: blade profile, induced and parasite."""
    v = np.asarray(air_speed_ms, dtype=np.float64)
    profile = rotor.profile_w * (1 + 3 * v**2 / rotor.tip_speed_ms**2)
    ratio = v**2 / (2 * rotor.induced_ms**2)
    # √(1 + r²) − r, written so that nothing cancels at high speed.
    induced = rotor.induced_w / np.sqrt(np.sqrt(1 + ratio**2) + ratio)
    return np.asarray(profile + induced + density * rotor.flat_plate_m2 * v**3 / 2)


def zeng_best_speeds_ms(rotor: ZengRotor, fastest_ms: float = 60.0) -> tuple[float, float]:
    """Speeds of best endurance and best range, to 1 cm/s."""
    v = np.arange(0.01, fastest_ms, 0.01)
    power = zeng_power_w(rotor, v)
    return float(v[np.argmin(power)]), float(v[np.argmin(power / v)])


class RodriguesRegime(Enum):
    """Slope (1/m) and offset (W) of measured over ideal power in a part of the flight, restated from memory.

    With 88 % of the grid's energy arriving in the battery they give the 0.08 MJ/km of the paper's base case.
    """

    TAKEOFF = (80.4, 13.8)
    CRUISE = (68.9, 16.8)
    LANDING = (71.5, -24.3)


def rodrigues_power_w(mass_kg: float, regime: RodriguesRegime, density: float = AIR_DENSITY) -> float:
    """Power of a Matrice 100 of that mass, fitted to 188 flights."""
    slope, offset = regime.value
    return float(slope * mass_kg * sqrt(mass_kg / density) + offset)
