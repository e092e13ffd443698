"""The air over the bay: zones, pads and sites for a landing in need, and the lines of the map, from our own tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely import LineString, box

from drones.airspace import (
    Altitude,
    Circle,
    Datum,
    Facility,
    Geozone,
    PeopledBlock,
    Polygon,
    QuietPlace,
    Ring,
    ZoneKind,
    ZoneVolume,
)
from drones.mission import Pad
from drones.obstacles import Ground
from drones.plane import Plane, to_earth, to_plane
from drones.request import Airspace
from drones.rules_japan import RULES
from drones.surfaces import JAPAN_PRECISION, ReferencePoint, surfaces_at
from feeds.makuhari.timetable import TABLES, Row, read_table
from planner.geo import METRES_PER_DEGREE

GROUND = Ground(lowest_m=0.0, highest_m=6.0, geoid_m=36.7)
"""Sea level and the reclaimed land (assumed); the geoid at Tokyo's datum point, GSIGEO2011, about 36.7 m."""

FRAME = box(139.88, 35.56, 140.12, 35.70)
"""Longitude and latitude of the region that the tables describe."""

RAIL_HALF_WIDTH_M = 30.0
RAIL_HEIGHT_M = 20.0
"""Of viaduct and wires over ground, assumed."""

DISTRICT_CLAUSE = "航空法132条の85第1項2号 (Civil Aeronautics Act art. 132-85 (1) no. 2: densely inhabited districts)"
DISTANCE_CLAUSE = "航空法132条の86第2項3号 (Civil Aeronautics Act art. 132-86 (2) no. 3: 30 m from people and things)"
LANE_CLAUSE = "港則法・海上交通安全法 (port rules: cross a channel, do not fly along it)"

_PLANE = Plane(35.63, 140.0)


def read_airspace() -> Airspace:
    """All that a flight over the bay meets."""
    zones = (*_area_zones(), *_rail_zones(), *_tower_zones(), *_surface_zones())
    sites = tuple(_pad(row) for row in read_table("air_pads.csv") if row["role"] == "site")
    aerodromes = tuple((_reference(row), ()) for row in read_table("air_aerodromes.csv"))
    facilities = tuple(_facility(row) for row in read_table("air_aerodromes.csv"))
    return Airspace(zones, sites, GROUND, read_coast(), aerodromes, facilities, _quiet_places(), _blocks())


def _quiet_places() -> tuple[QuietPlace, ...]:
    rows = read_table("air_quiet.csv")
    return tuple(
        QuietPlace(row["id"], row["name_ja"], row["kind"], float(row["lat"]), float(row["lon"])) for row in rows
    )


def _blocks() -> tuple[PeopledBlock, ...]:
    """Town blocks with all who live, work and learn there: more than are there at any time."""
    heads = {
        row["place"]: sum(float(row[who] or 0) for who in ("residents", "workers", "students"))
        for row in read_table("population.csv")
    }
    blocks = json.loads((TABLES / "air_blocks.geojson").read_text(encoding="utf-8"))["features"]
    return tuple(
        PeopledBlock(
            Polygon((_line(block["geometry"]["coordinates"][0]),)),
            heads[block["properties"]["place"]] / block["properties"]["area_m2"] * 1e6,
        )
        for block in blocks
    )


def read_pads() -> Mapping[str, Pad]:
    """Places to start and land by id, those for a landing in need with them."""
    return {row["id"]: _pad(row) for row in read_table("air_pads.csv")}


def read_coast() -> tuple[Ring, ...]:
    """Lines of the coast, latitude first, for a map."""
    return tuple(_line(area["geometry"]["coordinates"]) for area in _areas() if area["properties"]["layer"] == "coast")


def _areas() -> list[dict[str, Any]]:
    areas: list[dict[str, Any]] = json.loads((TABLES / "air_areas.geojson").read_text(encoding="utf-8"))["features"]
    return areas


def _line(coordinates: list[list[float]]) -> Ring:
    return tuple((lat, lon) for lon, lat in coordinates)


def _pad(row: Row) -> Pad:
    return Pad(row["id"], row["name_ja"], float(row["lat"]), float(row["lon"]), float(row["elevation_m"]))


def _reference(row: Row) -> ReferencePoint:
    place = float(row["lat"]), float(row["lon"]), float(row["elevation_m"])
    return ReferencePoint(row["name_ja"], *place, row["is_designated"] == "1", row["forbids_below"] == "1")


def _facility(row: Row) -> Facility:
    grounds = Circle(float(row["lat"]), float(row["lon"]), float(row["grounds_radius_m"]))
    return Facility(f"facility-{row['id']}", row["name_ja"], grounds, f"{row['source']} ({row['confidence']})")


def _area_zones() -> Iterator[Geozone]:
    for area in _areas():
        about, coordinates = area["properties"], area["geometry"]["coordinates"]
        match about["layer"]:
            case "did":
                shape = Polygon((_line(coordinates[0]),))
                yield _zone(about, ZoneKind.REQ_AUTHORISATION, (shape,), ("POPULATION",), DISTRICT_CLAUSE)
            case "lane":
                shapes = (_strip(LineString(coordinates), about["width_m"] / 2),)
                yield _zone(about, ZoneKind.CONDITIONAL, shapes, ("HARBOUR",), LANE_CLAUSE)
            case "river":
                shapes = (_strip(LineString(coordinates), about["width_m"] / 2),)
                yield _zone(about, ZoneKind.NO_RESTRICTION, shapes, ("UNPEOPLED",), "")


def _rail_zones() -> Iterator[Geozone]:
    lines = json.loads((TABLES / "rail_lines.geojson").read_text(encoding="utf-8"))["features"]
    for feature in lines:
        within = LineString(feature["geometry"]["coordinates"]).intersection(FRAME)
        shapes = tuple(
            _strip(part, RAIL_HALF_WIDTH_M) for part in shapely.get_parts(within) if isinstance(part, LineString)
        )
        about = {**feature["properties"], "id": f"rail-{feature['properties']['line_id']}"}
        upper = Altitude(RAIL_HEIGHT_M, Datum.AGL)
        if shapes:
            yield _zone(about, ZoneKind.CONDITIONAL, shapes, ("VEHICLES",), DISTANCE_CLAUSE, upper)


def _tower_zones() -> Iterator[Geozone]:
    for row in read_table("air_towers.csv"):
        shape = Circle(float(row["lat"]), float(row["lon"]), float(row["radius_m"]))
        # Ground of 4 m like that of its pad, so that a roof is not under its own tower.
        upper = Altitude(float(row["height_m"]) + 4.0, Datum.AMSL)
        yield _zone(row, ZoneKind.PROHIBITED, (shape,), ("STRUCTURE",), DISTANCE_CLAUSE, upper)


def _surface_zones() -> Iterator[Geozone]:
    """The highest of the surfaces as a zone, so that a way keeps below it; the others are reckoned leg by leg."""
    for row in read_table("air_aerodromes.csv"):
        reference, reach = _reference(row), JAPAN_PRECISION.outer_radius_m
        edge = surfaces_at(reference, (), reference.lat + (reach - 1) / METRES_PER_DEGREE, reference.lon)
        shape = Circle(reference.lat, reference.lon, reach)
        name, kind = f"{row['name_ja']} 外側水平表面", ZoneKind.REQ_AUTHORISATION
        about = {**row, "id": f"{row['id']}-outer", "name_ja": name}
        yield _zone(about, kind, (shape,), ("AIR_TRAFFIC",), RULES["airport"].clause, lower=edge[0].altitude)


def _zone(
    about: Mapping[str, Any],
    kind: ZoneKind,
    shapes: tuple[Polygon | Circle, ...],
    reasons: tuple[str, ...],
    clause: str,
    upper: Altitude | None = None,
    lower: Altitude | None = None,
) -> Geozone:
    volumes = tuple(ZoneVolume(shape, lower, upper) for shape in shapes)
    message = f"{about['source']} ({about['confidence']})"
    return Geozone(about["id"], "JPN", about["name_ja"], kind, volumes, (), reasons, clause, message)


def _strip(line: LineString, half_width_m: float) -> Polygon:
    """The ground up to a distance from a line of longitudes and latitudes."""
    flat = LineString([to_plane(_PLANE, lat, lon) for lon, lat in line.coords])
    strip = flat.simplify(half_width_m / 4).buffer(half_width_m, cap_style="flat", join_style="mitre")
    return Polygon((tuple(to_earth(_PLANE, (point[0], point[1])) for point in strip.exterior.coords),))
