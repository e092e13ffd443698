"""A flight, its zones and its places to land, as GeoJSON features that say by `role` what they are."""

from collections.abc import Iterable, Sequence
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
    features += [
        place_point((site.lat, site.lon), {"role": "site", "name": site.name}) for site in scenario.airspace.sites
    ]
    ends = [(pad.lat, pad.lon) for pad in (request.start, request.goal)]
    features += zones_near(scenario.airspace.zones, ends)
    return {"type": "FeatureCollection", "features": features}


def zones_near(zones: Iterable[Geozone], places: Sequence[tuple[float, float]]) -> list[Feature]:
    """Features of the zones near the box around places (latitude, longitude)."""
    plane = Plane(*places[0])
    points = [to_plane(plane, lat, lon) for lat, lon in places]
    return [one for zone in zones for one in zone_features(zone) if _is_near(one, plane, points)]


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
        "geometry": {"type": "LineString", "coordinates": [lon_lat(w.lat, w.lon) for w in mission.waypoints]},
        "properties": {
            "role": "path",
            "altitudesAmslM": [round(w.altitude.value_m, 1) for w in mission.waypoints],
            "times": [(mission.departure + timedelta(seconds=w.after_s or 0.0)).isoformat() for w in mission.waypoints],
        },
    }
    waypoints = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": lon_lat(w.lat, w.lon)},
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
    named = {"role": "pad", "end": end, "id": pad.id, "name": pad.name, "elevationAmslM": pad.elevation_m}
    return place_point((pad.lat, pad.lon), named)


def place_point(place: tuple[float, float], properties: dict[str, Any]) -> Feature:
    """A feature at a latitude and longitude."""
    geometry = {"type": "Point", "coordinates": lon_lat(*place)}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _rings(volume: ZoneVolume) -> list[list[list[float]]]:
    shape = volume.shape
    if not isinstance(shape, Circle):
        return [_ring(ring) for ring in shape.rings]
    return circle((shape.lat, shape.lon), shape.radius_m)


def circle(centre: tuple[float, float], radius_m: float) -> list[list[list[float]]]:
    """Coordinates of a polygon around a place (latitude, longitude)."""
    plane = Plane(*centre)
    turns = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    around = [to_earth(plane, (radius_m * cos(turn), radius_m * sin(turn))) for turn in turns]
    return [_ring((*around, around[0]))]


def _ring(ring: Ring) -> list[list[float]]:
    return [lon_lat(lat, lon) for lat, lon in ring]


def lon_lat(lat: float, lon: float) -> list[float]:
    """A position as GeoJSON has it."""
    return [round(lon, 6), round(lat, 6)]


def _height(altitude: Any) -> dict[str, Any] | None:
    return None if altitude is None else {"valueM": altitude.value_m, "datum": altitude.datum.value}


def _is_near(zone: Feature, plane: Plane, points: Sequence[tuple[float, float]]) -> bool:
    border = [to_plane(plane, lat, lon) for lon, lat in zone["geometry"]["coordinates"][0]]
    return all(_overlaps([point[axis] for point in points], [point[axis] for point in border]) for axis in (0, 1))


def _overlaps(points: Sequence[float], border: Sequence[float]) -> bool:
    return min(border) <= max(points) + AROUND_M and max(border) >= min(points) - AROUND_M
