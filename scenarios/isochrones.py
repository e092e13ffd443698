"""Ground in reach of a place over a departure window: with the median departure, with nine of ten, with the best."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import RequestError
from planner.isochrone import Field, areas_of, field_of, node_seconds
from planner.request import Location
from scenarios.cluster import ALONE, Workers, spread
from scenarios.matrix import Travel, percentile, request_of
from scenarios.remote_network import open_once
from scenarios.tables import replaced

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Isochrone:
    """Ground reached within `minutes` at `percent` of the departures, in (longitude, latitude)."""

    minutes: int
    percent: float
    area: BaseGeometry


def isochrones(
    network: tuple[Path, str], origin: Location, travel: Travel, cuts: tuple[Sequence[int], Sequence[float]],
    workers: Workers = ALONE,
) -> list[Isochrone]:  # fmt: skip
    """Isochrones of one place, the largest number of minutes first.

    Parameters
    ----------
    network : tuple of Path and str
        A network's folder, and the name of its snapshot.
    cuts : tuple
        Minutes, and per cent of departures.

    Raises
    ------
    RequestError
        The place lies outside of the network.
    """
    minutes, percents = sorted(cuts[0]), cuts[1]
    found = list(spread(partial(_times_in, network, origin, travel), travel.departures, workers))
    field = field_of(open_once(*network), request_of(origin, travel.departures[0], travel), travel.limit_s)
    if not isinstance(field, Field):
        raise RequestError("PLACE", f"{origin}: this place lies outside of this network ({field.code}).")
    nodes, stops = (np.array([one[part] for one in found]) for part in (0, 1))
    shapes = []
    for percent in percents:
        usual = replace(field, seconds=percentile(stops, percent))
        to_nodes = None if field.ground is None else percentile(nodes, percent)
        areas = areas_of(usual, to_nodes, [60 * limit for limit in minutes])
        shapes += [Isochrone(limit, percent, area) for limit, area in zip(minutes, areas, strict=True)]
    return sorted(shapes, key=lambda shape: (-shape.minutes, shape.percent))


def _times_in(
    network: tuple[Path, str], origin: Location, travel: Travel, departure: datetime
) -> tuple[Seconds, Seconds]:
    """Seconds to the street nodes and to the stops; none where the place is unknown."""
    field = field_of(open_once(*network), request_of(origin, departure, travel), travel.limit_s)
    if not isinstance(field, Field):
        return np.empty(0), np.empty(0)
    return np.empty(0) if field.ground is None else node_seconds(field, travel.limit_s), field.seconds


def write_isochrones(file: Path, shapes: Sequence[Isochrone]) -> None:
    """Write polygons with the columns minutes and percent: a .geojson, or a .gpkg (GeoPackage).

    References
    ----------
    RFC 7946; OGC 12-128r19.
    """
    if file.suffix != ".gpkg":
        with replaced(file) as part:
            part.write_text(json.dumps(geojson(shapes)), encoding="utf-8")
        return
    import geopandas

    columns = {"minutes": [shape.minutes for shape in shapes], "percent": [shape.percent for shape in shapes]}
    frame = geopandas.GeoDataFrame(columns, geometry=[shape.area for shape in shapes], crs="EPSG:4326")
    # The library insists on the ending, which a file being written does not have elsewhere.
    with TemporaryDirectory(dir=file.parent) as folder:
        frame.to_file(Path(folder) / file.name, driver="GPKG", layer="isochrones")
        (Path(folder) / file.name).replace(file)


def geojson(shapes: Sequence[Isochrone]) -> dict[str, Any]:
    """Features with the properties minutes and percent."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape.area, 1e-6))),
            "properties": {"minutes": shape.minutes, "percent": shape.percent},
        }
        for shape in shapes
    ]
    return {"type": "FeatureCollection", "features": features}
