"""Where stations and vehicles of sharing systems meet the streets."""

from collections.abc import Sequence

import numpy as np

from planner.access import Links
from planner.ends import links_of
from planner.sharing import SharingSystem
from planner.snapping import StreetIndex
from planner.streets import Streets


def port_links(streets: Streets, index: StreetIndex, sharing: Sequence[SharingSystem]) -> Links:
    """Links of every system's stations and then vehicles, behind each other, as `StreetSide.ports` wants them."""
    at = np.array(positions(sharing), np.float64).reshape(-1, 2)
    return links_of(streets, index, at[:, 0].copy(), at[:, 1].copy())


def positions(sharing: Sequence[SharingSystem]) -> list[tuple[float, float]]:
    """Latitude and longitude of what `port_links` joins, in its order."""
    found: list[tuple[float, float]] = []
    for system in sharing:
        found += [(station.lat, station.lon) for station in system.stations]
        found += [(vehicle.lat, vehicle.lon) for vehicle in system.vehicles]
    return found
