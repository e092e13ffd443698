"""Geofencing zones and station areas of GBFS, from and to GeoJSON."""

from typing import Any

from feeds.gbfs_fields import Entry, EntryError, amount, as_entry, flag, identifier, localized, timestamp
from planner.sharing import GeofencingRule, GeofencingZone, Polygon, Ring


def zone_from_json(feature: Entry, language: str, moment: int) -> GeofencingZone | None:
    """One zone of the file, `None` if it is not in force at `moment` (seconds since 1970-01-01 UTC)."""
    properties = as_entry(feature.get("properties"), "properties")
    start, end = timestamp(properties, "start"), timestamp(properties, "end")
    if (start is not None and moment < start) or (end is not None and moment >= end):
        return None
    rules = properties.get("rules") or []
    if not isinstance(rules, list):
        raise EntryError(f"rules is {rules!r}, not a list")
    name, _ = localized(properties.get("name"), language)
    return GeofencingZone(
        name, polygons_of(as_entry(feature.get("geometry"), "geometry")), tuple(map(rule_from_json, rules))
    )


def rule_from_json(value: object) -> GeofencingRule:
    """One rule; `ride_allowed` and `vehicle_type_id` are the words of version 2."""
    entry = as_entry(value)
    types = entry.get("vehicle_type_ids", entry.get("vehicle_type_id")) or []
    if not isinstance(types, list):
        raise EntryError(f"vehicle_type_ids is {types!r}, not a list")
    ride = flag(entry, "ride_allowed", True)
    return GeofencingRule(
        vehicle_type_ids=tuple(map(str, types)),
        ride_start_allowed=flag(entry, "ride_start_allowed", ride),
        ride_end_allowed=flag(entry, "ride_end_allowed", ride),
        ride_through_allowed=flag(entry, "ride_through_allowed", True),
        maximum_speed_kmh=amount(entry, "maximum_speed_kph"),
        station_parking=flag(entry, "station_parking", False) if entry.get("station_parking") is not None else None,
    )


def polygons_of(geometry: Entry) -> tuple[Polygon, ...]:
    """The polygons of a GeoJSON geometry.

    Raises
    ------
    EntryError
        If it is none of polygons.
    """
    kind, coordinates = identifier(geometry, "type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise EntryError(f"geometry type is {kind!r}, not MultiPolygon")
    try:
        polygons: list[Any] = [coordinates] if kind == "Polygon" else list(coordinates or [])
        return tuple(tuple(map(_ring, polygon)) for polygon in polygons)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise EntryError("coordinates are not those of a MultiPolygon") from None


def _ring(points: Any) -> Ring:
    ring = tuple((float(point[1]), float(point[0])) for point in points)
    if len(ring) < 4:
        raise ValueError
    return ring


def zone_to_json(zone: GeofencingZone, language: str) -> Entry:
    """A GeoJSON feature as geofencing_zones.json of version 3 has it."""
    return {
        "type": "Feature",
        "geometry": multipolygon(zone.rings),
        "properties": {
            "name": [{"text": zone.name, "language": language}] if zone.name else [],
            "rules": [rule_to_json(rule) for rule in zone.rules],
        },
    }


def multipolygon(polygons: tuple[Polygon, ...]) -> Entry:
    """Polygons as a GeoJSON geometry."""
    return {
        "type": "MultiPolygon",
        "coordinates": [[[[lon, lat] for lat, lon in ring] for ring in polygon] for polygon in polygons],
    }


def rule_to_json(rule: GeofencingRule) -> Entry:
    """A rule as version 3 has it."""
    entry: Entry = {
        "ride_start_allowed": rule.ride_start_allowed,
        "ride_end_allowed": rule.ride_end_allowed,
        "ride_through_allowed": rule.ride_through_allowed,
    }
    if rule.vehicle_type_ids:
        entry["vehicle_type_ids"] = list(rule.vehicle_type_ids)
    if rule.maximum_speed_kmh is not None:
        entry["maximum_speed_kph"] = rule.maximum_speed_kmh
    if rule.station_parking is not None:
        entry["station_parking"] = rule.station_parking
    return entry
