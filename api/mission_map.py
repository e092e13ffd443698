"""A flight, its zones and its places to land, as GeoJSON features that say by `role` what they are."""

from collections.abc import Iterable
from datetime import timedelta
from math import cos, pi, sin
from typing import Any

from drones.airspace import Circle, Geozone, Ring, ZoneVolume
from drones.intents import Uncertainty, intent_of
from drones.mission import Mission, Pad
from drones.plane import Plane, to_earth, to_plane
from scenarios.drone_files import DroneScenario

CORNERS = 48
"""Of a circle as it is drawn."""

AROUND_M = 3000.0
"""Zones this near to the box around both pads are drawn."""

Feature = dict[str, Any]


def place_features(scenario: DroneScenario) -> dict[str, Any]:
    """Zones near the flight, both pads, and the sites for a landing in need, as a FeatureCollection."""
    request = scenario.request
    features = [_pad(request.start, "start"), _pad(request.goal, "goal")]
    features += [_point(site, {"role": "site", "name": site.name}) for site in scenario.airspace.sites]
    for zone in scenario.airspace.zones:
        features += [one for one in zone_features(zone) if _is_near(one, request.start, request.goal)]
    return {"type": "FeatureCollection", "features": features}


def zone_features(zone: Geozone) -> list[Feature]:
    """A feature for each volume of a zone."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": _rings(volume)},
            "properties": {
                "role": "zone",
                "id": zone.id,
                "name": zone.name,
                "kind": zone.kind.value,
                "conditions": zone.conditions,
                "lower": _height(volume.lower),
                "upper": _height(volume.upper),
            },
        }
        for volume in zone.volumes
    ]


def flight_features(mission: Mission) -> list[Feature]:
    """The way with heights and times, its waypoints, and the corridor of space and time around it."""
    path = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [_lon_lat(w.lat, w.lon) for w in mission.waypoints]},
        "properties": {
            "role": "path",
            "altitudesAmslM": [round(w.altitude.value_m, 1) for w in mission.waypoints],
            "times": [(mission.departure + timedelta(seconds=w.after_s or 0.0)).isoformat() for w in mission.waypoints],
        },
    }
    waypoints = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": _lon_lat(w.lat, w.lon)},
            "properties": {
                "role": "waypoint",
                "number": number,
                "action": w.action.value,
                "altitudeAmslM": round(w.altitude.value_m, 1),
                "afterS": round(w.after_s or 0.0, 1),
            },
        }
        for number, w in enumerate(mission.waypoints, 1)
    ]
    corridor = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_ring(volume.outline)]},
            "properties": {
                "role": "corridor",
                "lowerAmslM": round(volume.lower_m, 1),
                "upperAmslM": round(volume.upper_m, 1),
                "start": volume.start.isoformat(),
                "end": volume.end.isoformat(),
            },
        }
        for volume in intent_of(mission, Uncertainty()).volumes
    ]
    return [path, *waypoints, *corridor]


def _pad(pad: Pad, end: str) -> Feature:
    return _point(pad, {"role": "pad", "end": end, "id": pad.id, "name": pad.name, "elevationAmslM": pad.elevation_m})


def _point(pad: Pad, properties: dict[str, Any]) -> Feature:
    geometry = {"type": "Point", "coordinates": _lon_lat(pad.lat, pad.lon)}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _rings(volume: ZoneVolume) -> list[list[list[float]]]:
    shape = volume.shape
    if not isinstance(shape, Circle):
        return [_ring(ring) for ring in shape.rings]
    plane = Plane(shape.lat, shape.lon)
    turns = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    around = [to_earth(plane, (shape.radius_m * cos(turn), shape.radius_m * sin(turn))) for turn in turns]
    return [_ring((*around, around[0]))]


def _ring(ring: Ring) -> list[list[float]]:
    return [_lon_lat(lat, lon) for lat, lon in ring]


def _lon_lat(lat: float, lon: float) -> list[float]:
    return [round(lon, 6), round(lat, 6)]


def _height(altitude: Any) -> dict[str, Any] | None:
    return None if altitude is None else {"valueM": altitude.value_m, "datum": altitude.datum.value}


def _is_near(zone: Feature, start: Pad, goal: Pad) -> bool:
    plane = Plane(start.lat, start.lon)
    ends = [to_plane(plane, pad.lat, pad.lon) for pad in (start, goal)]
    border = [to_plane(plane, lat, lon) for lon, lat in zone["geometry"]["coordinates"][0]]
    return all(_overlaps([point[axis] for point in ends], [point[axis] for point in border]) for axis in (0, 1))


def _overlaps(ends: Iterable[float], border: Iterable[float]) -> bool:
    ends, border = list(ends), list(border)
    return min(border) <= max(ends) + AROUND_M and max(border) >= min(ends) - AROUND_M
