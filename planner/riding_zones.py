"""Where zones forbid riding through or slow rides down: the most a shared vehicle may go along every street.

References
----------
GBFS 3.0, geofencing_zones.json: ride_through_allowed, maximum_speed_kph, Geofencing Rule Precedence.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.sharing import GeofencingRule, Polygon, SharingSystem, rule_for
from planner.streets import Streets

Floats = NDArray[np.float64]
KMH = 1 / 3.6


@dataclass(frozen=True, slots=True, eq=False)
class RidingZones:
    """The most a vehicle type may go within zones, the first one around a point counting, and outside them, m/s.

    Two are the same only if they are one object: polygons of a city take long to compare.
    """

    zones: tuple[tuple[tuple[Polygon, ...], float], ...]
    elsewhere_ms: float


def riding_zones(system: SharingSystem, vehicle_type_id: str) -> RidingZones | None:
    """What the zones of a system mean for rides on a vehicle type; None if it may go everywhere as fast as it can."""
    found = ((zone.rings, rule_for(zone.rules, vehicle_type_id)) for zone in system.zones)
    zones = tuple((rings, _most_ms(rule)) for rings, rule in found if rule is not None)
    elsewhere = rule_for(system.global_rules, vehicle_type_id)
    elsewhere_ms = math.inf if elsewhere is None else _most_ms(elsewhere)
    if all(math.isinf(most) for most in (elsewhere_ms, *(most for _, most in zones))):
        return None
    return RidingZones(zones, elsewhere_ms)


def _most_ms(rule: GeofencingRule) -> float:
    if not rule.ride_through_allowed:
        return 0.0
    return math.inf if rule.maximum_speed_kmh is None else rule.maximum_speed_kmh * KMH


def most_ms(zones: RidingZones, streets: Streets) -> Floats:
    """Along every edge the least of what holds at its ends and half way, m/s; 0 where nobody may ride."""
    tail, head = streets.edges.tail, streets.edges.head
    at_nodes = _most_at(zones, streets.node_lat, streets.node_lon)
    middle = (
        (streets.node_lat[tail] + streets.node_lat[head]) / 2,
        (streets.node_lon[tail] + streets.node_lon[head]) / 2,
    )
    return np.minimum(np.minimum(at_nodes[tail], at_nodes[head]), _most_at(zones, *middle))


def _most_at(zones: RidingZones, lat: Floats, lon: Floats) -> Floats:
    most = np.full(len(lat), zones.elsewhere_ms)
    for polygons, within_ms in reversed(zones.zones):
        for polygon in polygons:
            most[_within(polygon, lat, lon)] = within_ms
    return most


def _within(polygon: Polygon, lat: Floats, lon: Floats) -> NDArray[np.intp]:
    """Rows of the points in the outer ring and outside the holes, by the parity of what a ray to the east crosses."""
    outer = np.array(polygon[0])
    (south, west), (north, east) = outer.min(axis=0), outer.max(axis=0)
    rows = np.flatnonzero((lat >= south) & (lat <= north) & (lon >= west) & (lon <= east))
    y, x, is_in = lat[rows], lon[rows], np.zeros(len(rows), np.bool_)
    for ring in polygon:
        for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, ring[1:] + ring[:1], strict=True):
            if lat_a != lat_b:
                is_passed = (lat_a > y) != (lat_b > y)
                is_in ^= is_passed & (x < lon_a + (y - lat_a) * (lon_b - lon_a) / (lat_b - lat_a))
    return rows[is_in]
