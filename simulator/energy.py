"""Energy a road vehicle draws from its battery or tank on a level road."""

from dataclasses import dataclass

from simulator.course import Motion, peak_speed_ms

GRAVITY_MS2 = 9.80665
AIR_KG_M3 = 1.2
"""Air at 20 °C and sea level, rounded."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What moves a vehicle.

    Attributes
    ----------
    mass_kg, rider_kg : float
        The empty vehicle, one rider.
    rolling : float
        Coefficient of rolling resistance.
    drag_area_m2 : float
        Drag coefficient times frontal area.
    efficiency : float
        Work at the wheels per energy drawn.
    regeneration : float
        Share of the kinetic energy that braking puts back; 0 for an engine that burns fuel.
    auxiliary_w : float
        Drawn at all times in service: air conditioning, doors, computers.
    g_per_mj : float
        Grams of CO2 equivalent a megajoule drawn.
    """

    mass_kg: float
    rider_kg: float
    rolling: float
    drag_area_m2: float
    efficiency: float
    regeneration: float
    auxiliary_w: float
    g_per_mj: float


def traction_j(drive: Drive, length_m: float, motion: Motion, riders: int, starts: int = 1) -> float:
    """Energy from standstill to standstill over `length_m`, begun anew `starts` times.

    Rolling m·g·c·L, drag ½·ρ·A·∫v² ds, which over accelerating and braking is half of that at the peak speed, and the
    kinetic energy, lost at every standstill but for what braking puts back.
    """
    if length_m == 0:
        return 0.0
    mass, speed = drive.mass_kg + riders * drive.rider_kg, peak_speed_ms(length_m, motion)
    ramps_m = speed**2 / 2 / motion.acceleration_ms2 + speed**2 / 2 / motion.deceleration_ms2
    rolling = mass * GRAVITY_MS2 * drive.rolling * length_m
    drag = AIR_KG_M3 / 2 * drive.drag_area_m2 * speed**2 * (length_m - ramps_m / 2)
    kinetic = mass * speed**2 / 2
    return (rolling + drag) / drive.efficiency + starts * kinetic * (1 / drive.efficiency - drive.regeneration)
