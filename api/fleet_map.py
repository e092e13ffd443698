"""A fleet's day as GeoJSON: zones, closed circles, pads, parcels brought and left, and the ways between them."""

from typing import Any

from api.mission_map import Feature, circle, lon_lat, place_point, zones_near
from drones.plane import to_earth
from drones.schedule import FleetSchedule
from feeds.makuhari.airspace import read_airspace
from scenarios.drone_fleet import FleetScenario


def day_features(scenario: FleetScenario, schedule: FleetSchedule) -> dict[str, Any]:
    """All of a schedule as a FeatureCollection; ways are the straight lines that the day's detour makes longer."""
    places = {name: to_earth(scenario.plane, place) for name, place in scenario.places_m.items()}
    refused = {one.parcel: one.reason for one in schedule.refused}
    features = zones_near(read_airspace().zones, list(places.values()))
    features += _closings(scenario)
    features += [
        place_point(places[f"pad {pad.id}"], {"role": "pad", "id": pad.id, "base": pad.base})
        for pad in scenario.day.pads
    ]
    features += [
        place_point(places[f"parcel {one.id}"], {"role": "parcel", "id": one.id, "reason": refused.get(one.id)})
        for one in scenario.day.parcels
    ]
    features += [_way(places, flight.pad, flight.parcel, flight.drone) for flight in schedule.flights]
    return {"type": "FeatureCollection", "features": features}


def _closings(scenario: FleetScenario) -> list[Feature]:
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": circle(to_earth(scenario.plane, one.centre_m), one.radius_m),
            },
            "properties": {"role": "closing", "startS": round(one.from_s), "endS": round(one.until_s)},
        }
        for one in scenario.hazards.closings
    ]


def _way(places: dict[str, tuple[float, float]], pad: str, parcel: str, drone: str) -> Feature:
    ends = places[f"pad {pad}"], places[f"parcel {parcel}"]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [lon_lat(*end) for end in ends]},
        "properties": {"role": "way", "parcel": parcel, "drone": drone},
    }
