"""From a location in a request to an end of the journey: a place, its stops, and where it meets the streets."""

import numpy as np
from numpy.typing import NDArray

from planner.access import End, Links, behind
from planner.geo import great_circle_m
from planner.model import Place
from planner.network import Network
from planner.reasons import InputField, Reason, RoutingError
from planner.request import Coordinate, Location
from planner.rides import stop_place
from planner.snapping import StreetIndex, snap_many
from planner.streets import Access, Streets
from planner.timetable import BOARDING_PLACE, NONE, STATION

MASKS = {
    "foot": int(Access.FOOT),
    "wheelchair": int(Access.WHEELCHAIR),
    "bicycle": int(Access.BICYCLE | Access.BICYCLE_ON_PAVEMENT),
    "car": int(Access.CAR),
}
"""What a street must allow for each of the links that profiles start from (`planner.access.LINKS`)."""

MARGIN_DEG = 0.25
"""A point farther outside the network's bounds than this cannot be served."""


def links_of(
    streets: Streets, index: StreetIndex, lat: NDArray[np.float64], lon: NDArray[np.float64],
    levels: NDArray[np.float64] | None = None,
) -> Links:  # fmt: skip
    """Join points to the streets for every kind of traveller."""
    return {name: snap_many(streets, index, lat, lon, mask, levels) for name, mask in MASKS.items()}


def end_of(network: Network, location: Location, field: InputField, languages: tuple[str, ...]) -> End | RoutingError:
    """The end of a journey that `location` means, or why there is none."""
    if isinstance(location, Coordinate):
        return _coordinate_end(network, location, field)
    stop = network.stop_index.get(location.id)
    if stop is None:
        return RoutingError(Reason.LOCATION_NOT_FOUND, field, {"location": location.id})
    timetable = network.snapshot.timetable
    own: tuple[int, ...] = (stop,) if timetable.stops.location_type[stop] == BOARDING_PLACE else ()
    if timetable.stops.location_type[stop] == STATION:
        own = tuple(network.children.get(stop, ()))
    place = stop_place(timetable, stop, languages)
    return End(place, own, _links(network, place.lat, place.lon, place.level if own == (stop,) else None))


def _coordinate_end(network: Network, point: Coordinate, field: InputField) -> End | RoutingError:
    south, west, north, east = network.manifest.bounds
    inside = (
        south - MARGIN_DEG <= point.lat <= north + MARGIN_DEG and west - MARGIN_DEG <= point.lon <= east + MARGIN_DEG
    )
    if not inside:
        return RoutingError(Reason.OUTSIDE_BOUNDS, field, _how_far(point, network.manifest.bounds))
    name = point.name or f"{point.lat:.5f}, {point.lon:.5f}"
    place = Place(name, point.lat, point.lon, point.level or 0.0)
    return End(place, (), _links(network, point.lat, point.lon, point.level))


def _how_far(point: Coordinate, bounds: tuple[float, float, float, float]) -> dict[str, str]:
    """Where a point is, and how many kilometres from the network's bounds."""
    south, west, north, east = bounds
    nearest = min(max(point.lat, south), north), min(max(point.lon, west), east)
    metres = float(great_circle_m(point.lat, point.lon, *nearest))
    return {
        "location": point.name or f"{point.lat},{point.lon}",
        "km": f"{metres / 1000:.0f}",
        "area": f"{south:.2f},{west:.2f} – {north:.2f},{east:.2f}",
    }


def _links(network: Network, lat: float, lon: float, level: float | None) -> Links:
    """The nearest street, and where that has opening hours also the nearest that is always open."""
    side = network.snapshot.street_side
    if side is None:
        return {}
    levels = None if level is None else np.array([level])
    at = np.array([lat]), np.array([lon])
    links = links_of(side.streets, side.index, *at, levels)
    for name, mask in MASKS.items():
        edge = int(links[name].edge[0])
        if edge != NONE and side.streets.edges.hours[edge] != NONE:
            always = snap_many(side.streets, side.index, *at, mask, levels, always_open=True)
            links[name] = behind({name: links[name]}, {name: always})[name]
    return links
