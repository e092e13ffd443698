"""Missions written for others to see: KML, GeoJSON, and operational intents in the JSON of ASTM F3548.

References
----------
OGC KML 2.3; RFC 7946; ASTM F3548-21, annex A2: heights there are over the WGS 84 ellipsoid.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from drones.intents import OperationalIntent
from drones.mission import Mission, Waypoint, arrival_of
from feeds.missions_qgc import MissionFile, read_mission, write_plan, write_waypoints

__all__ = ["MissionFile", "read_mission", "write_geojson", "write_intent", "write_kml", "write_plan", "write_waypoints"]


def write_kml(mission: Mission, path: Path) -> None:
    """Write the line of flight, heights over the sea, and the sites for a landing in need."""
    line = " ".join(f"{w.lon:.7f},{w.lat:.7f},{w.altitude.value_m:.1f}" for w in mission.waypoints)
    sites = {reach.site.id: reach.site for reach in mission.reaches}
    places = "".join(
        f"<Placemark><name>{escape(site.name)}</name><Point><coordinates>{site.lon:.7f},{site.lat:.7f},0"
        "</coordinates></Point></Placemark>"
        for site in sites.values()
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(mission.id)}</name><Placemark><name>{escape(mission.id)}</name><LineString><extrude>1</extrude>"
        f"<altitudeMode>absolute</altitudeMode><coordinates>{line}</coordinates></LineString></Placemark>"
        f"{places}</Document></kml>\n",
        encoding="utf-8",
    )


def write_geojson(mission: Mission, path: Path) -> None:
    """Write the line with times and one point per waypoint; heights are a property, over mean sea level.

    RFC 7946 has heights over the ellipsoid only, so none stands in the coordinates.
    """
    line = {
        "id": mission.id,
        "aircraft": mission.aircraft_id,
        "payload_kg": mission.payload_kg,
        "departure": mission.departure.isoformat(),
        "arrival": arrival_of(mission).isoformat(),
        "altitude_amsl_m": [waypoint.altitude.value_m for waypoint in mission.waypoints],
    }
    coordinates = [_lon_lat(waypoint) for waypoint in mission.waypoints]
    features = [_feature("LineString", coordinates, line)]
    for waypoint in mission.waypoints:
        about: dict[str, Any] = {"action": waypoint.action.value, "altitude_amsl_m": waypoint.altitude.value_m}
        if waypoint.after_s is not None:
            about["time"] = (mission.departure + timedelta(seconds=waypoint.after_s)).isoformat()
        features.append(_feature("Point", _lon_lat(waypoint), about))
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _lon_lat(waypoint: Waypoint) -> list[float]:
    return [round(waypoint.lon, 7), round(waypoint.lat, 7)]


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def write_intent(intent: OperationalIntent, geoid_m: float, path: Path) -> None:
    """Write the volumes of an operational intent.

    Parameters
    ----------
    geoid_m : float
        Mean sea level over the ellipsoid, added to every height.
    """
    volumes = [
        {
            "volume": {
                "outline_polygon": {"vertices": [{"lat": lat, "lng": lon} for lat, lon in volume.outline[:-1]]},
                "altitude_lower": _height(volume.lower_m + geoid_m),
                "altitude_upper": _height(volume.upper_m + geoid_m),
            },
            "time_start": _time(volume.start),
            "time_end": _time(volume.end),
        }
        for volume in intent.volumes
    ]
    document = {
        "reference": {"id": intent.id, "state": intent.state.value},
        "details": {"volumes": volumes, "off_nominal_volumes": [], "priority": intent.priority},
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _height(value_m: float) -> dict[str, Any]:
    return {"value": round(value_m, 2), "reference": "W84", "units": "M"}


def _time(value: datetime) -> dict[str, str]:
    return {"value": value.isoformat(), "format": "RFC3339"}
