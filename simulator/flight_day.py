"""A day of drone flights as planned, what may go otherwise, and the weather that comes: `AirDay`, `weather_of`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from drones.aircraft import Aircraft
from drones.wind import GUST_EXCESS_MEDIAN, GUST_EXCESS_SIGMA

SPELL_S = 600.0
"""Wind and its highest gust keep for ten minutes, the time over which they are observed."""

DAY_S = 86_400.0

Metres = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlannedFlight:
    """A parcel's flight as scheduled: drone, both ends by number of place, seconds of the day, kilograms.

    Attributes
    ----------
    service_s : float
        Hovering at the goal: winch or handover.
    after : int
        The parcel that has to be handed over before; below 0: none.
    """

    parcel: int
    drone: int
    start: int
    goal: int
    departure_s: float
    due_s: float
    payload_kg: float
    service_s: float
    after: int = -1


@dataclass(frozen=True, slots=True)
class PlannedRide:
    """A courier's or a robot's ride as scheduled: both ends by number of place, metres one way, joules there and back.

    Attributes
    ----------
    after : int
        The parcel that has to be handed over before; below 0: none.
    """

    parcel: int
    courier: int
    start: int
    goal: int
    departure_s: float
    out_s: float
    back_s: float
    service_s: float
    length_m: float
    energy_j: float
    after: int = -1


@dataclass(frozen=True, slots=True)
class Closing:
    """A circle that no drone may be in for a while; made known only when it begins, by a helicopter for instance."""

    centre_m: Metres
    radius_m: float
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Hazards:
    """What may go otherwise than planned; each figure is an assumption, to be replaced by an operator's own.

    Attributes
    ----------
    wind_sigma, wind_memory : float
        Of the logarithm of true over forecast wind, and how much of it stays from one ten minutes to the next.
    pad_delay_s : float
        Mean of what a turnaround takes longer, exponential.
    link_losses_per_h, link_regain_s, link_patience_s : float
        Rate in flight; mean time until regained; after so long the aircraft turns to an alternate.
    cycles_max, fade_per_cycle : float
        Batteries are between new and so many cycles old; capacity lost with each.
    recovery_s : float
        Until a drone that landed elsewhere is back on its pad.
    ride_sigma : float
        Of the logarithm of what a ride on the ground takes over what was planned.
    patience_s : float
        For how long after its departure a flight may begin.
    """

    wind_sigma: float = 0.15
    wind_memory: float = 0.8
    pad_delay_s: float = 30.0
    link_losses_per_h: float = 0.1
    link_regain_s: float = 20.0
    link_patience_s: float = 60.0
    cycles_max: float = 300.0
    fade_per_cycle: float = 0.0005
    recovery_s: float = 3600.0
    ride_sigma: float = 0.15
    patience_s: float = 1800.0
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class AirDay:
    """All that a day of flights depends on but its random numbers.

    Attributes
    ----------
    aircraft : sequence of Aircraft
        By drone.
    places_m, alternates_m : sequence of (east, north)
        Pads and delivery points; places for a landing in need.
    wind_by_hour : sequence of (east, north)
        As forecast, at flight height; the last holds on.
    detour, height_m : float
        Length of every way over the straight line; of the cruise above the pads.
    reserve_share, floor_share : float
        Left at landing in a flight as planned, or it does not begin; left at an alternate, or it turns there before.
    """

    flights: tuple[PlannedFlight, ...]
    aircraft: Sequence[Aircraft]
    batteries: Sequence[int]
    places_m: Sequence[Metres]
    alternates_m: Sequence[Metres]
    wind_by_hour: Sequence[Metres]
    height_m: float
    detour: float = 1.0
    reserve_share: float = 0.2
    floor_share: float = 0.05
    takeoff_s: float = 30.0
    turnaround_s: float = 60.0
    swap_s: float = 120.0
    charge_w: float = 1500.0
    crews: int = 3
    chargers: int = 10
    refused: tuple[tuple[int, int], ...] = ()
    rides: tuple[PlannedRide, ...] = ()
    hazards: Hazards = field(default_factory=Hazards)


@dataclass(frozen=True, slots=True)
class Weather:
    """Wind and gust of each ten minutes of a day."""

    east_ms: NDArray[np.float64]
    north_ms: NDArray[np.float64]
    gust_ms: NDArray[np.float64]

    def spell(self, time_s: float) -> int:
        """Number of the ten minutes at a time."""
        return min(int(time_s / SPELL_S), len(self.gust_ms) - 1)

    def wind_ms(self, time_s: float) -> Metres:
        """Where the air moves to."""
        spell = self.spell(time_s)
        return float(self.east_ms[spell]), float(self.north_ms[spell])


def weather_of(day: AirDay, rng: np.random.Generator) -> Weather:
    """The forecast times what the true wind is of it, and the highest gust of every ten minutes."""
    hazards, count = day.hazards, int(2 * DAY_S / SPELL_S)
    noise, shocks = np.empty(count), rng.standard_normal(count)
    noise[0] = shocks[0]
    for k in range(1, count):
        noise[k] = hazards.wind_memory * noise[k - 1] + (1 - hazards.wind_memory**2) ** 0.5 * shocks[k]
    hours = [day.wind_by_hour[min(int(k * SPELL_S / 3600), len(day.wind_by_hour) - 1)] for k in range(count)]
    factor = np.exp(hazards.wind_sigma * noise - hazards.wind_sigma**2 / 2)
    east, north = (np.array([wind[i] for wind in hours]) * factor for i in (0, 1))
    excess = GUST_EXCESS_MEDIAN * np.exp(GUST_EXCESS_SIGMA * rng.standard_normal(count))
    return Weather(east, north, np.hypot(east, north) * (1 + excess))
