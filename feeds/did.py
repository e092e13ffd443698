"""Areas on the ground from GeoJSON: densely inhabited districts of the census, and water.

References
----------
Ministry of Internal Affairs and Communications, census 2020, 人口集中地区 (DID); Ministry of Land, Infrastructure,
Transport and Tourism, 国土数値情報 N03. RFC 7946 for the format.
"""

import gzip
import json
import math
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from shapely import Polygon as Outline
from shapely.validation import explain_validity

from drones.airspace import InhabitedDistrict, Polygon, Ring
from feeds.gbfs_fields import Entry, EntryError, amount, as_entry, count, identifier
from feeds.notices import FeedError, Notice, Severity

MAX_BYTES = 1 << 30
"""Largest file that is read, uncompressed."""


def read_inhabited_districts(path: Path) -> tuple[tuple[InhabitedDistrict, ...], list[Notice]]:
    """Districts of one prefecture.

    Parameters
    ----------
    path : Path
        GeoJSON, gzipped or not, with the fields KEN, CITY, CITYNAME, CLASS, JINKO (population), MENSEKI (km²).

    Raises
    ------
    FeedError
        If the file is no GeoJSON.
    """
    districts, notices = [], []
    for row, feature in enumerate(read_features(path)):
        try:
            polygons = polygons_of(as_entry(feature).get("geometry"))
            properties = as_entry(feature.get("properties"), "properties")
            code = identifier(properties, "KEN") + identifier(properties, "CITY")
            district = f"{code}-{identifier(properties, 'CLASS')}"
        except EntryError as error:
            notices.append(Notice(Severity.ERROR, path.name, row, f"the district is left out: {error}"))
            continue
        sizes: list[float | None] = []
        for key, read in (("JINKO", count), ("MENSEKI", amount)):
            try:
                sizes.append(read(properties, key))
            except EntryError as error:
                sizes.append(None)
                notices.append(Notice(Severity.WARNING, path.name, row, str(error)))
        population = None if sizes[0] is None else int(sizes[0])
        name = str(properties.get("CITYNAME") or "")
        districts.append(InhabitedDistrict(district, name, polygons, population, sizes[1]))
    return tuple(districts), notices


def read_water(path: Path) -> tuple[tuple[Polygon, ...], list[Notice]]:
    """Outlines of open water, with islands and piers as holes.

    Raises
    ------
    FeedError
        If the file is no GeoJSON.
    """
    water: list[Polygon] = []
    notices = []
    for row, feature in enumerate(read_features(path)):
        try:
            water += polygons_of(as_entry(feature).get("geometry"))
        except EntryError as error:
            notices.append(Notice(Severity.ERROR, path.name, row, f"the water is left out: {error}"))
    return tuple(water), notices


def read_json(path: Path) -> Any:
    """A JSON document, gzipped or not.

    Raises
    ------
    FeedError
        If the file cannot be read or is no JSON.
    """
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if is_gzip else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise FeedError(f"{path} holds more than {MAX_BYTES >> 20} MiB.")
        return json.loads(data.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        if isinstance(error, FeedError):
            raise
        raise FeedError(f"{path}: the file is no readable JSON ({str(error).rstrip('.')}).") from error


def read_features(path: Path) -> list[Any]:
    """The features of a GeoJSON file.

    Raises
    ------
    FeedError
        If the file cannot be read or holds no list of features.
    """
    document = read_json(path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise FeedError(f"{path} has no list of features, so it is no GeoJSON collection.")
    return features


def polygons_of(geometry: object) -> tuple[Polygon, ...]:
    """The outlines of a Polygon or MultiPolygon.

    Raises
    ------
    EntryError
        If it is none, or an outline is no valid polygon; the message says why.
    """
    entry: Entry = as_entry(geometry, "geometry")
    kind, coordinates = entry.get("type"), entry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise EntryError(f"geometry is a {kind!s:.40}, not a Polygon")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        raise EntryError("the geometry has no coordinates")
    return tuple(polygon_of(part) for part in parts)


def polygon_of(rings: object) -> Polygon:
    """A valid polygon from GeoJSON coordinates (longitude first); open rings are closed.

    Raises
    ------
    EntryError
        If it is no polygon; the message says why and where.
    """
    if not isinstance(rings, list) or not rings:
        raise EntryError("the polygon has no border")
    polygon = Polygon(tuple(_ring(points) for points in rings))
    border, *holes = polygon.rings
    reason = explain_validity(Outline(border, holes))
    if reason != "Valid Geometry":
        kind, _, where = reason.partition("[")
        at = f" at latitude and longitude {where.rstrip(']')}" if where else ""
        raise EntryError(f"the polygon is not valid: {kind}{at}")
    return polygon


def _ring(points: object) -> Ring:
    ring = tuple(_points(points))
    if ring and ring[0] != ring[-1]:
        ring = (*ring, ring[0])
    if len(ring) < 4 or all(a == b for a, b in pairwise(ring)):
        raise EntryError(f"a ring of {len(ring)} points encloses nothing")
    return ring


def _points(points: object) -> Iterator[tuple[float, float]]:
    for point in points if isinstance(points, list) else [None]:
        yield point_of(point)


def point_of(point: object) -> tuple[float, float]:
    """Latitude and longitude of a GeoJSON position.

    Raises
    ------
    EntryError
        If it is no position on the earth.
    """
    if not isinstance(point, list) or len(point) < 2:
        raise EntryError(f"{point!r:.60} is no position")
    lon, lat = point[:2]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (lat, lon)):
        raise EntryError(f"{point!r:.60} is no position")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or math.isnan(lat) or math.isnan(lon):
        raise EntryError(f"latitude {lat!r:.30}, longitude {lon!r:.30} is nowhere on the earth")
    return float(lat), float(lon)
