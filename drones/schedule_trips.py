"""Flights of a fleet in the wind of the hour, straight there and back: `trips_in_wind`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import atan2, cos, degrees, hypot, radians

from drones.aircraft import Aircraft, payload_limit_kg
from drones.energy import Climb, Cruise, Descent, Hover, Phase, WindTooStrong, mission_energy
from drones.schedule_problem import DroneType, Pad, Parcel, Trip, Trips

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6371 km."""

Latitude = float
Longitude = float
East = float
North = float


@dataclass(frozen=True, slots=True)
class Corridor:
    """How every flight is flown.

    Attributes
    ----------
    height_m : float
        Of the cruise over both ends.
    detour : float
        Length of the way flown over the straight line; 1 for a straight one.
    """

    height_m: float
    detour: float


def type_of(aircraft: Aircraft, reserve_share: float, charge_w: float, swap_s: int) -> DroneType:
    """An aircraft as the schedule sees it."""
    return DroneType(aircraft.id, payload_limit_kg(aircraft), (1 - reserve_share) * aircraft.energy_j, charge_w, swap_s)


def trips_in_wind(
    aircraft: Mapping[str, Aircraft],
    places: Mapping[str, tuple[Latitude, Longitude]],
    wind_by_hour: Sequence[tuple[East, North]],
    corridor: Corridor,
) -> Trips:
    """Time and energy by departure hour: climb, cruise, descent, hovering for the service, and back empty.

    Parameters
    ----------
    aircraft : mapping
        By id of the type.
    places : mapping
        Latitude and longitude by ``pad`` or ``parcel`` and its id, such as ``pad H0``.
    wind_by_hour : sequence
        Where the air moves to in each hour of the day, m/s; a flight keeps the wind of its departure, and hours
        after the last keep the last one's.
    """

    @cache
    def trip(kind: str, pad: str, parcel: str, payload_kg: float, service_s: int, hour: int) -> Trip | None:
        craft, wind = aircraft[kind], wind_by_hour[min(hour, len(wind_by_hour) - 1)]
        if hypot(*wind) > craft.wind_limit_ms:
            return None
        length, bearing = line_between(places[f"pad {pad}"], places[f"parcel {parcel}"])
        out = _leg(corridor, length, bearing, payload_kg, wind)
        back = _leg(corridor, length, bearing + 180, 0.0, wind)
        energy = mission_energy(craft, (*out, Hover(service_s, payload_kg, wind), *back), 0.0)
        if isinstance(energy, WindTooStrong):
            return None
        out_s = sum(part.seconds for part in energy.parts[: len(out)])
        return Trip(out_s, energy.seconds - out_s - service_s, energy.energy_j)

    def trips(kind: DroneType, pad: Pad, parcel: Parcel, hour: int) -> Trip | None:
        return trip(kind.id, pad.id, parcel.id, parcel.mass_kg, parcel.service_s, hour)

    return trips


def _leg(
    corridor: Corridor, length_m: float, bearing_deg: float, payload_kg: float, wind: tuple[East, North]
) -> tuple[Phase, ...]:
    return (
        Climb(corridor.height_m, payload_kg, wind),
        Cruise(length_m * corridor.detour, bearing_deg, payload_kg, wind),
        Descent(corridor.height_m, payload_kg, wind),
    )


def line_between(start: tuple[Latitude, Longitude], goal: tuple[Latitude, Longitude]) -> tuple[float, float]:
    """Metres and direction of the straight line."""
    north = (goal[0] - start[0]) * METRES_PER_DEGREE
    east = (goal[1] - start[1]) * METRES_PER_DEGREE * cos(radians((start[0] + goal[0]) / 2))
    return hypot(north, east), degrees(atan2(east, north))
