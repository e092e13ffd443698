"""The base map of a network, drawn from what it knows itself: water, streets, lines, stops and places.

Positions are fractions of the square of Web Mercator, x to the east and y to the south, as tiles count them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from feeds.makuhari.water import read_water
from planner.model import Mode
from planner.network import Network
from planner.places import KINDS, ON_RAILS, PlaceKind
from planner.streets import Access, Streets
from planner.strings import Strings
from planner.timetable import NONE, Timetable

Properties = Mapping[str, str | int]

FAST_KMH = 40.0
"""Streets at least so fast are drawn as main roads: a choice."""

EARLIEST = {"main": 10, "road": 12, "path": 14, "stairs": 15, "indoor": 15}
"""Zoom from which a street is drawn, by kind."""

EARLIEST_PLACE = {PlaceKind.STATION: 10, PlaceKind.DISTRICT: 12, PlaceKind.PLACE: 13, PlaceKind.STOP: 14}
"""Zoom from which a name is drawn; streets carry their own name, ports are counted by the page."""

GAP, NEAR = 1_000.0 / 32.6e6, 600.0 / 32.6e6
"""Straight pieces so long may be gaps in a drawing, if tracks of others come so near to both ends; in world widths
at 35.6 degrees north (32,600 km): about a kilometre and 600 m anywhere people live."""

BUSY = 0.75
"""Importance from which a station is named from afar, two zooms earlier."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes of one sort, row by row with what is said of them and the first zoom that shows them."""

    name: str
    shapes: NDArray[np.object_]
    properties: tuple[Properties, ...]
    zoom: NDArray[np.int16]
    tree: shapely.STRtree

    def __len__(self) -> int:
        return len(self.shapes)


def layer_of(name: str, rows: Iterable[tuple[BaseGeometry, Properties, int]]) -> Layer:
    """Layer of (shape, properties, first zoom)."""
    kept = [row for row in rows if not row[0].is_empty]
    shapes = np.array([shape for shape, _, _ in kept], np.object_)
    return Layer(
        name,
        shapes,
        tuple(said for _, said, _ in kept),
        np.array([z for _, _, z in kept], np.int16),
        shapely.STRtree(shapes),
    )


def mercator(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fractions of the world's square.

    References
    ----------
    EPSG:3857; OGC Two Dimensional Tile Matrix Set 2.0, WebMercatorQuad.
    """
    bounded = np.radians(np.clip(lat, -85.051129, 85.051129))
    return (lon + 180.0) / 360.0, 0.5 - np.arcsinh(np.tan(bounded)) / (2.0 * np.pi)


def basemap(network: Network) -> tuple[Layer, ...]:
    """Layers in the order they are drawn."""
    snapshot = network.snapshot
    side = snapshot.street_side
    return (
        layer_of("water", _water()),
        layer_of("streets", () if side is None else _streets(side.streets)),
        layer_of("lines", _lines(snapshot.timetable)),
        layer_of("places", _places(network)),
    )


def _water() -> Iterator[tuple[BaseGeometry, Properties, int]]:
    for water in read_water():
        yield _on_square(water.shape), {"kind": water.kind, "name": water.name, "name_en": water.name_en}, 0


def _on_square(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda points: np.column_stack(mercator(points[:, 0], points[:, 1])))


def _streets(streets: Streets) -> Iterator[tuple[BaseGeometry, Properties, int]]:
    """Every street once: of its two directions the one of the lower row."""
    edges = streets.edges
    once = np.flatnonzero((edges.reverse == NONE) | (edges.reverse > np.arange(len(edges))))
    points = np.column_stack(mercator(edges.shape_lon, edges.shape_lat))
    owner = np.repeat(np.arange(len(edges)), np.diff(edges.shape_first))
    drawn = np.asarray(shapely.linestrings(points, indices=owner))[once]
    english = streets.translations.get("en")
    for row, line in zip(once.tolist(), drawn, strict=True):
        reverse = int(edges.reverse[row])
        access = int(edges.access[row]) | (0 if reverse == NONE else int(edges.access[reverse]))
        kind = _kind_of(access, float(edges.speed_kmh[row]))
        yield line, {"kind": kind, **_names(streets.names, english, int(edges.name[row]))}, EARLIEST[kind]


def _kind_of(access: int, speed_kmh: float) -> str:
    if access & Access.STAIRS:
        return "stairs"
    if access & (Access.INDOOR | Access.LIFT):
        return "indoor"
    if access & Access.CAR:
        return "main" if speed_kmh >= FAST_KMH or access & Access.MOTORROAD else "road"
    return "path"


def _names(names: Strings, english: Strings | None, row: int) -> dict[str, str]:
    if row == NONE:
        return {}
    said = {"name": names[row], "name_en": english[row] if english is not None else ""}
    return {key: text for key, text in said.items() if text}


def _lines(timetable: Timetable) -> Iterator[tuple[BaseGeometry, Properties, int]]:
    """Each route's ways, every stretch once."""
    trips = timetable.trips
    courses = np.unique(np.column_stack([trips.route, trips.shape, trips.pattern]), axis=0)
    by_route: dict[int, dict[tuple[int, int], BaseGeometry]] = {}
    for route, shape, pattern in courses.tolist():
        known = by_route.setdefault(route, {})
        key = (shape, NONE) if shape != NONE else (NONE, pattern)
        if key not in known:
            known[key] = _course(timetable, shape, pattern)
    drawn = {route: shapely.union_all(list(courses_of.values())) for route, courses_of in by_route.items()}
    rails = [way for route, way in drawn.items() if timetable.routes[route].mode in ON_RAILS]
    tracks = shapely.union_all([_parts(way, 0.0, GAP) for way in rails])
    for number, way in drawn.items():
        route_of = timetable.routes[number]
        is_rail = route_of.mode in ON_RAILS
        kind = "rail" if is_rail else "ferry" if route_of.mode == Mode.FERRY else "bus"
        said = {"kind": kind, "name": route_of.short_name or route_of.long_name, "color": route_of.color}
        has_drawing = any(shape != NONE for shape, _ in by_route[number])
        if has_drawing:
            # No street runs straight for a kilometre without a point, so there a bus' drawing has a gap.
            way = _without_gaps(way, tracks) if is_rail else _parts(way, 0.0, GAP)
        yield way, said, 6 if is_rail else 13


def _without_gaps(way: BaseGeometry, tracks: BaseGeometry) -> BaseGeometry:
    """The way less straight jumps between two places that drawn tracks reach: there a feed left its drawing out."""
    jumps = shapely.get_parts(_parts(way, GAP, np.inf))
    ends = shapely.boundary(jumps)
    is_gap = np.array(
        [bool((shapely.distance(shapely.get_parts(pair), tracks) < NEAR).all()) for pair in ends], np.bool_
    )
    return shapely.union_all([_parts(way, 0.0, GAP), *jumps[~is_gap]]) if len(jumps) else way


def _parts(way: BaseGeometry, least: float, most: float) -> BaseGeometry:
    """Straight pieces of a way of some length, on the square."""
    pieces = [
        shapely.LineString(pair)
        for line in shapely.get_parts(way)
        for pair in pairwise(shapely.get_coordinates(line).tolist())
    ]
    lengths = shapely.length(pieces) if pieces else np.zeros(0)
    return shapely.MultiLineString([p for p, length in zip(pieces, lengths, strict=True) if least <= length < most])


def _course(timetable: Timetable, shape: int, pattern: int) -> BaseGeometry:
    if shape != NONE:
        shapes = timetable.shapes
        rows = slice(int(shapes.first[shape]), int(shapes.first[shape + 1]))
        lat, lon = shapes.lat[rows], shapes.lon[rows]
    else:
        patterns, stops = timetable.patterns, timetable.stops
        called = patterns.stop[patterns.first[pattern] : patterns.first[pattern + 1]]
        lat, lon = stops.lat[called], stops.lon[called]
    points = np.column_stack(mercator(lon, lat))
    if len(points) < 2:
        return shapely.LineString()
    return shapely.MultiLineString([pair for pair in pairwise(points.tolist()) if pair[0] != pair[1]])


def _places(network: Network) -> Iterator[tuple[BaseGeometry, Properties, int]]:
    places = network.snapshot.places
    x, y = mercator(places.lon, places.lat)
    english = places.translations.get("en")
    order: Sequence[int] = np.argsort(-places.importance, kind="stable").tolist()
    for rank, row in enumerate(order):
        kind = KINDS[places.kind[row]]
        if kind not in EARLIEST_PLACE:
            continue
        said: dict[str, str | int] = {"kind": str(kind), "id": places.ids[row], "rank": rank}
        is_busy = kind is PlaceKind.STATION and places.importance[row] >= BUSY
        yield (
            shapely.Point(x[row], y[row]),
            said | _names(places.names, english, row),
            EARLIEST_PLACE[kind] - 2 * is_busy,
        )
