"""Reports on what is about the air: zones for drones, inhabited districts, water, aerodromes, wind."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.feed_report import FeedMap, FeedReport
from drones.airspace import Circle, Polygon
from feeds.notices import FeedError, Notice


def air_report(path: Path) -> FeedReport:
    """The report on a JSON file, of whichever of these kinds it is.

    Raises
    ------
    FeedError
        If it is none of them.
    """
    from feeds.did import read_json

    document = read_json(path)
    listed = document.get("UASZoneList", document.get("features")) if isinstance(document, dict) else document
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    properties = first.get("properties")
    fields = properties if isinstance(properties, dict) else first
    if "KEN" in fields:
        return _districts(path)
    if any(key.startswith("C28_") for key in fields):
        return _aerodromes(path)
    if fields.get("kind") == "water":
        return _water(path)
    if "identifier" in fields:
        return _zones(path)
    raise FeedError(f"{path.name} is JSON, but holds neither zones, districts, aerodromes, water nor answers of ODPT.")


def _zones(path: Path) -> FeedReport:
    from feeds.uas_zones import read_uas_zones

    zones, notices = read_uas_zones(path)
    shapes = [volume.shape for zone in zones for volume in zone.volumes]
    return _report("UAS zones", path, {"zones": len(zones), "volumes": len(shapes)}, shapes, notices)


def _districts(path: Path) -> FeedReport:
    from feeds.did import read_inhabited_districts

    districts, notices = read_inhabited_districts(path)
    shapes = [polygon for district in districts for polygon in district.polygons]
    people = sum(district.population or 0 for district in districts)
    return _report("inhabited districts", path, {"districts": len(districts), "people": people}, shapes, notices)


def _aerodromes(path: Path) -> FeedReport:
    from feeds.aerodromes import read_aerodromes

    aerodromes, notices = read_aerodromes(path)
    shapes = [polygon for aerodrome in aerodromes for polygon in aerodrome.area]
    return _report("aerodromes", path, {"aerodromes": len(aerodromes)}, shapes, notices)


def _water(path: Path) -> FeedReport:
    from feeds.did import read_water

    water, notices = read_water(path)
    return _report("water", path, {"outlines": len(water)}, water, notices)


def _report(
    kind: str, path: Path, rows: dict[str, int], shapes: Sequence[Polygon | Circle], notices: Iterable[Notice]
) -> FeedReport:
    lines = tuple(np.array(shape.rings[0], np.float64) for shape in shapes if not isinstance(shape, Circle))
    middles = [(shape.lat, shape.lon) for shape in shapes if isinstance(shape, Circle)]
    points: NDArray[Any] = np.array([*middles, *(line[0] for line in lines)], np.float64).reshape(-1, 2)
    return FeedReport(kind, path.name, rows, (), tuple(notices), FeedMap(points, lines))


def wind_report(path: Path) -> FeedReport:
    """The report on a table of the Japan Meteorological Agency, of days or of hours as its name says.

    Raises
    ------
    FeedError
        If it is no such table.
    """
    from feeds.weather import read_jma_daily, read_jma_hourly

    nowhere = FeedMap(np.zeros((0, 2)), ())
    if "hourly" in path.name:
        hours, notices = read_jma_hourly(path)
        return FeedReport("wind by hour", path.name, {"hours": len(hours)}, (), tuple(notices), nowhere)
    days, notices = read_jma_daily(path)
    return FeedReport("wind by day", path.name, {"days": len(days)}, (), tuple(notices), nowhere)
