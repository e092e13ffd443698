"""Stations joined to the streets: entrances become nodes on the street beside them, pathways become ways behind them.

Searches then go from any street through any entrance to a platform, and from platform to platform, as along streets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.footpaths import WALK_MS
from planner.pathways import PathwayMode, Pathways, StationWalks, is_rollable, pathway_seconds
from planner.snapping import Linked, StreetIndex, index_of, on_sphere, snap_many, taken
from planner.streets import Access, Edges, Streets
from planner.strings import Strings
from planner.timetable import BOARDING_PLACE, ENTRANCE, NONE, Indices, Stops

Floats = NDArray[np.float64]

_KINDS = {PathwayMode.STAIRS: Access.STAIRS, PathwayMode.LIFT: Access.LIFT}
_STAIRS_FACTOR = 2.0
_COLUMNS = ("tail", "head", "length_m", "access", "speed_kmh", "incline", "hours", "name", "way")


@dataclass(frozen=True, slots=True)
class _Way:
    """A directed edge to be added; its opposite is the one added next to it, if `has_reverse`."""

    tail: int
    head: int
    length_m: float
    access: int
    speed_kmh: float
    incline: float
    hours: int
    name: int
    way: int
    lat: Floats
    lon: Floats
    has_reverse: bool = True


@dataclass(frozen=True, slots=True)
class StationStreets:
    """Streets with the inside of stations.

    Attributes
    ----------
    index : StreetIndex
        Nothing is snapped to the inside of a station.
    node : int32 array of shape (stops,)
        Node of a stop that pathways join, else NONE.
    is_door : bool array of shape (stops,)
        Whether the stop is an entrance with a street beside it.
    """

    streets: Streets
    index: StreetIndex
    node: Indices
    is_door: NDArray[np.bool_]


def with_stations(streets: Streets, index: StreetIndex, stops: Stops, pathways: Pathways) -> StationStreets:
    """Add every place that pathways join, and the pathways between them; one's way in takes as long as they do."""
    places = pathways.places
    doors = places[stops.location_type[places] == ENTRANCE]
    links = snap_many(streets, index, stops.lat[doors], stops.lon[doors], int(Access.FOOT))
    near = np.flatnonzero(links.edge != NONE).astype(np.int32)
    doors, links = doors[near], taken(links, near)
    node = np.full(len(stops), NONE, np.int32)
    node[places] = len(streets) + np.arange(len(places), dtype=np.int32)
    first_cut = len(streets) + len(places)
    named = _with_names(streets, pathways.signs)
    pieces, cut_lat, cut_lon = _pieces(streets, links, first_cut)
    cuts = first_cut + np.arange(len(doors))
    inside = _pathway_ways(pathways, stops, node, len(streets.names))
    connectors = _connectors(stops, doors, node, cuts, links, (cut_lat, cut_lon))
    grown = replace(
        named,
        node_lat=np.concatenate([streets.node_lat, stops.lat[places], cut_lat]),
        node_lon=np.concatenate([streets.node_lon, stops.lon[places], cut_lon]),
        node_level=np.concatenate(
            [streets.node_level, stops.level[places], streets.node_level[streets.edges.tail[links.edge]]]
        ).astype(np.float32),
        node_wait_s=np.append(streets.node_wait_s, np.zeros(len(places) + len(doors), np.float32)),
    )
    added = [*(way for ways in pieces.values() for way in ways), *inside, *connectors]
    joined = _assembled(grown, np.array(sorted(pieces), np.int64), added, pieces)
    is_inside = (joined.edges.tail >= len(streets)) & (joined.edges.tail < first_cut)
    is_inside |= (joined.edges.head >= len(streets)) & (joined.edges.head < first_cut)
    is_door = np.isin(np.arange(len(stops)), doors)
    return StationStreets(joined, _index_without(joined, is_inside), node, is_door)


def linked_at_nodes(linked: Linked, streets: Streets, node: Indices, is_moved: NDArray[np.bool_]) -> Linked:
    """The points with those of `is_moved` standing at their node, where an edge leaves it."""
    rows = np.flatnonzero(is_moved & (node != NONE))
    rows = rows[np.diff(streets.edges.first)[node[rows]] > 0]
    edge, reverse = linked.edge.copy(), linked.reverse.copy()
    fraction, connector = linked.fraction.copy(), linked.connector_m.copy()
    edge[rows] = streets.edges.first[node[rows]]
    reverse[rows] = streets.edges.reverse[edge[rows]]
    fraction[rows], connector[rows] = 0, 0
    return Linked(edge, reverse, fraction, connector)


def platforms_with_entrance(stops: Stops, walks: StationWalks, is_door: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which stops are platforms that some of the entrances `is_door` leads to, and that lead to some of them."""
    found = np.zeros((2, len(stops)), np.bool_)
    found[0, walks.end[is_door[walks.start]]] = True
    found[1, walks.start[is_door[walks.end]]] = True
    return np.asarray(found.all(axis=0) & (stops.location_type == BOARDING_PLACE))


def _pieces(streets: Streets, links: Linked, first_cut: int) -> tuple[dict[int, list[_Way]], Floats, Floats]:
    """Parts of the streets that entrances lie on, by edge, both directions in the order in which they are walked."""
    pieces: dict[int, list[_Way]] = {}
    lat, lon = np.zeros(len(links)), np.zeros(len(links))
    for edge in np.unique(links.edge).tolist():
        rows = np.flatnonzero(links.edge == edge)
        rows = rows[np.argsort(links.fraction[rows], kind="stable")]
        bounds = [0.0, *links.fraction[rows].tolist(), 1.0]
        nodes = [int(streets.edges.tail[edge]), *(first_cut + rows).tolist(), int(streets.edges.head[edge])]
        parts = [_part(streets, edge, bounds[i : i + 2], nodes[i : i + 2]) for i in range(len(nodes) - 1)]
        lat[rows], lon[rows] = [p.lat[-1] for p in parts[:-1]], [p.lon[-1] for p in parts[:-1]]
        opposite = int(streets.edges.reverse[edge])
        if opposite == NONE:
            pieces[edge] = [replace(part, has_reverse=False) for part in parts]
            continue
        pieces[edge] = [way for part in parts for way in (part, _backwards(streets, opposite, part))]
        pieces[opposite] = []
    return pieces, lat, lon


def _part(streets: Streets, edge: int, bounds: list[float], nodes: list[int]) -> _Way:
    edges = streets.edges
    shape = slice(int(edges.shape_first[edge]), int(edges.shape_first[edge + 1]))
    lat, lon = edges.shape_lat[shape], edges.shape_lon[shape]
    steps = np.linalg.norm(np.diff(on_sphere(lat, lon), axis=0), axis=1)
    along = np.append(0.0, np.cumsum(steps)) / max(float(steps.sum()), 1e-9)
    at = np.concatenate([bounds[:1], along[(along > bounds[0]) & (along < bounds[1])], bounds[1:]])
    way = _like(streets, edge, float(edges.length_m[edge]) * (bounds[1] - bounds[0]))
    return replace(way, tail=nodes[0], head=nodes[1], lat=np.interp(at, along, lat), lon=np.interp(at, along, lon))


def _backwards(streets: Streets, opposite: int, part: _Way) -> _Way:
    way = _like(streets, opposite, part.length_m)
    return replace(way, tail=part.head, head=part.tail, lat=part.lat[::-1], lon=part.lon[::-1])


def _like(streets: Streets, edge: int, length_m: float) -> _Way:
    edges = streets.edges
    return _Way(
        tail=NONE,
        head=NONE,
        length_m=length_m,
        access=int(edges.access[edge]),
        speed_kmh=float(edges.speed_kmh[edge]),
        incline=float(edges.incline[edge]),
        hours=int(edges.hours[edge]),
        name=int(edges.name[edge]),
        way=int(edges.way[edge]),
        lat=np.zeros(0),
        lon=np.zeros(0),
    )


def _pathway_ways(pathways: Pathways, stops: Stops, node: Indices, first_name: int) -> list[_Way]:
    """Each pathway with an opposite that nobody may use: what leads back is a pathway of its own."""
    seconds, rollable = pathway_seconds(pathways, stops, wheelchair=False), is_rollable(pathways, stops)
    ways: list[_Way] = []
    columns = (pathways.start, pathways.end, pathways.mode, seconds, rollable)
    for row, (start, end, mode, took, rolls) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        kind = _KINDS.get(PathwayMode(mode), Access(0))
        factor = _STAIRS_FACTOR if kind is Access.STAIRS else 1.0
        access = Access.FOOT | Access.INDOOR | kind | (Access.WHEELCHAIR if rolls else Access(0))
        ends = np.array([start, end])
        ahead = _Way(
            tail=int(node[start]),
            head=int(node[end]),
            length_m=took * WALK_MS / factor,
            access=int(access),
            speed_kmh=0.0,
            incline=0.0,
            hours=NONE,
            name=first_name + row if pathways.signs[row] else NONE,
            way=0,
            lat=stops.lat[ends],
            lon=stops.lon[ends],
        )
        ways += [ahead, _opposite(ahead, access=0)]
    return ways


def _opposite(way: _Way, access: int) -> _Way:
    return replace(way, tail=way.head, head=way.tail, access=access, name=NONE, lat=way.lat[::-1], lon=way.lon[::-1])


def _connectors(
    stops: Stops, doors: Indices, node: Indices, cuts: NDArray[np.int64], links: Linked, at: tuple[Floats, Floats]
) -> Iterable[_Way]:
    """From each entrance to its point on the street, both ways."""
    for i, door in enumerate(doors.tolist()):
        access = int(Access.FOOT | (Access(0) if stops.wheelchair[door] == 2 else Access.WHEELCHAIR))
        lat, lon = np.array([stops.lat[door], at[0][i]]), np.array([stops.lon[door], at[1][i]])
        out = _Way(int(node[door]), int(cuts[i]), float(links.connector_m[i]), access, 0, 0, NONE, NONE, 0, lat, lon)
        yield out
        yield _opposite(out, access)


def _with_names(streets: Streets, signs: Strings) -> Streets:
    def longer(names: Strings, more: Strings) -> Strings:
        offset = names.offsets[-1] + more.offsets[1:]
        return Strings(np.append(names.offsets, offset), np.append(names.octets, more.octets))

    blank = Strings(np.zeros(len(signs) + 1, np.int64), np.zeros(0, np.uint8))
    translations = {language: longer(names, blank) for language, names in streets.translations.items()}
    return replace(streets, names=longer(streets.names, signs), translations=translations)


def _assembled(
    streets: Streets, dropped: NDArray[np.int64], added: list[_Way], pieces: dict[int, list[_Way]]
) -> Streets:
    """The streets less the edges `dropped`, with those `added`, back in the order of their tails."""
    edges = streets.edges
    kept = np.setdiff1d(np.arange(len(edges)), dropped)
    rank_of = np.full(len(edges), NONE, np.int64)
    rank_of[kept] = np.arange(len(kept))
    columns = {name: np.append(getattr(edges, name)[kept], [getattr(way, name) for way in added]) for name in _COLUMNS}
    order = np.argsort(columns["tail"], kind="stable")
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    reverse = np.concatenate(
        [np.where(edges.reverse[kept] == NONE, NONE, rank_of[edges.reverse[kept]]), _opposites(added, len(kept))]
    )
    reverse = np.where(reverse == NONE, NONE, position[reverse])[order]
    counts = np.append(np.diff(edges.shape_first)[kept], [len(way.lat) for way in added]).astype(np.int64)
    points = entries(np.append(0, np.cumsum(counts)), order)
    old = entries(edges.shape_first, kept)
    shapes = [
        np.concatenate([line[old], *(getattr(way, name) for way in added)])[points]
        for line, name in ((edges.shape_lat, "lat"), (edges.shape_lon, "lon"))
    ]
    typed = {name: columns[name][order].astype(getattr(edges, name).dtype) for name in _COLUMNS}
    new = Edges(
        first=offsets(np.bincount(typed["tail"], minlength=len(streets))),
        **typed,
        reverse=reverse.astype(np.int32),
        shape_first=np.append(0, np.cumsum(counts[order])).astype(np.int64),
        shape_lat=shapes[0],
        shape_lon=shapes[1],
    )
    first_of, last_of = _ends_of_pieces(edges, pieces, added, len(kept))
    banned = (
        position[np.array([last_of.get(e, rank_of[e]) for e in streets.banned_from.tolist()], np.int64)],
        position[np.array([first_of.get(e, rank_of[e]) for e in streets.banned_to.tolist()], np.int64)],
    )
    return replace(streets, edges=new, banned_from=banned[0].astype(np.int32), banned_to=banned[1].astype(np.int32))


def _opposites(added: list[_Way], start: int) -> NDArray[np.int64]:
    """Rows of the opposites of `added`, which stand in pairs where they have one."""
    found = np.full(len(added), NONE, np.int64)
    row = 0
    while row < len(added):
        if added[row].has_reverse:
            found[row], found[row + 1] = start + row + 1, start + row
            row += 1
        row += 1
    return found


def _ends_of_pieces(
    edges: Edges, pieces: dict[int, list[_Way]], added: list[_Way], start: int
) -> tuple[dict[int, int], dict[int, int]]:
    """Rows of the first and the last piece of every edge that was cut."""
    first_of: dict[int, int] = {}
    last_of: dict[int, int] = {}
    row_of = {id(way): start + row for row, way in enumerate(added)}
    for edge, ways in pieces.items():
        if not ways:
            continue
        opposite = int(edges.reverse[edge])
        first_of[edge], last_of[edge] = row_of[id(ways[0])], row_of[id(ways[-1 if opposite == NONE else -2])]
        if opposite != NONE:
            first_of[opposite], last_of[opposite] = row_of[id(ways[-1])], row_of[id(ways[1])]
    return first_of, last_of


def _index_without(streets: Streets, is_inside: NDArray[np.bool_]) -> StreetIndex:
    # The index leaves lifts out, so that nobody who stands above a station is taken to stand in it.
    access = np.where(is_inside, streets.edges.access | int(Access.LIFT), streets.edges.access).astype(np.uint16)
    return index_of(replace(streets, edges=replace(streets.edges, access=access)))
