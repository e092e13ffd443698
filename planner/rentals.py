"""What can be rented where: every vehicle type of every sharing system with its pace and the ports it is at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.profiles import KMH, Profile, bicycle, seated_scooter, standing_scooter
from planner.request import StreetMode
from planner.riding_zones import riding_zones
from planner.sharing import (
    FormFactor,
    Polygon,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
    is_in_polygon,
    rentable_stations,
    returnable_stations,
    rules_at,
)

MODES = {
    FormFactor.BICYCLE: StreetMode.RENTAL_BICYCLE,
    FormFactor.CARGO_BICYCLE: StreetMode.RENTAL_BICYCLE,
    FormFactor.SCOOTER_STANDING: StreetMode.RENTAL_SCOOTER_STANDING,
    FormFactor.SCOOTER_SEATED: StreetMode.RENTAL_SCOOTER_SEATED,
}

BICYCLE_KMH, ASSISTED_KMH = 15.0, 17.0
"""Riding speeds in a city, also where motors may help up to 24 km/h: assumptions, checked against nothing yet."""


@dataclass(frozen=True, slots=True)
class Rental:
    """One vehicle type of one system.

    Attributes
    ----------
    system : int
        Row of `Snapshot.sharing`.
    pickup, dropoff : int32 array
        Rows of the network's ports where a vehicle stands, where one can be given back.
    is_free : bool
        True if a ride may end anywhere the zones allow.
    areas : tuple of Polygon
        Where a ride may end besides: the ground of stations at which vehicles can be given back.
    """

    system: int
    vehicle_type: VehicleType
    mode: StreetMode
    profile: Profile
    pickup: NDArray[np.int32]
    dropoff: NDArray[np.int32]
    is_free: bool
    areas: tuple[Polygon, ...] = ()

    def may_end_at(self, system: SharingSystem, lat: float, lon: float) -> bool:
        """Whether a ride may end at a place that is no port."""
        if any(is_in_polygon(area, lat, lon) for area in self.areas):
            return True
        return self.is_free and rules_at(system, self.vehicle_type.id, lat, lon).ride_end_allowed


def rentals_of(systems: Sequence[SharingSystem]) -> tuple[Rental, ...]:
    """Everything that can be rented now; ports count the stations, then the vehicles, of each system in turn."""
    rentals = []
    base = 0
    for row, system in enumerate(systems):
        rentals += [_rental(row, system, kind, base) for kind in system.vehicle_types if kind.form_factor in MODES]
        base += len(system.stations) + len(system.vehicles)
    return tuple(rental for rental in rentals if len(rental.pickup))


def _rental(row: int, system: SharingSystem, kind: VehicleType, base: int) -> Rental:
    stations = {station.id: base + i for i, station in enumerate(system.stations)}
    pickup = [stations[station.id] for station in rentable_stations(system, kind.id)]
    is_free = kind.return_constraint is ReturnConstraint.NONE
    if is_free:
        first = base + len(system.stations)
        pickup += [
            first + i
            for i, vehicle in enumerate(system.vehicles)
            if vehicle.vehicle_type_id == kind.id
            and not (vehicle.is_reserved or vehicle.is_disabled or vehicle.station_id)
            and rules_at(system, kind.id, vehicle.lat, vehicle.lon).ride_start_allowed
        ]
    is_round_trip = kind.return_constraint is ReturnConstraint.ROUNDTRIP_STATION
    returns = () if is_round_trip else returnable_stations(system, kind.id)
    dropoff = [stations[station.id] for station in returns]
    areas = tuple(polygon for station in returns for polygon in station.area)
    rows = np.array(pickup, np.int32), np.array(dropoff, np.int32)
    profile = replace(_profile(kind), zones=riding_zones(system, kind.id))
    return Rental(row, kind, MODES[kind.form_factor], profile, *rows, is_free, areas)


def _profile(kind: VehicleType) -> Profile:
    limit = kind.max_speed_kmh
    match kind.form_factor:
        case FormFactor.SCOOTER_SEATED if limit is None or limit <= 10:
            return seated_scooter((limit or 6.0) * KMH)
        case FormFactor.SCOOTER_STANDING | FormFactor.SCOOTER_SEATED:
            return standing_scooter(min(limit or 20.0, 20.0) * KMH)
        case _:
            usual = BICYCLE_KMH if kind.propulsion == "human" else ASSISTED_KMH
            return bicycle(min(limit or usual, usual) * KMH)
