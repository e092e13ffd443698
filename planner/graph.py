"""A network as a networkx graph, for people who analyse it: streets, stops, rides, walks and ports in one.

======  =================================  =================================================================
node    name                               attributes
======  =================================  =================================================================
street  ``("street", row)``                kind, lat, lon, level
stop    ``("stop", stop_id)``              kind, lat, lon, name; boarding places only
port    ``("port", system_id, port_id)``   kind, lat, lon, name, capacity (None: unlimited or unknown), bikes
======  =================================  =================================================================

Every edge has `kind`, `seconds` (on foot at 1.25 m/s, or in the vehicle) and `walk_s` (the same, inf where nobody may
walk, so that ``weight="walk_s"`` finds walks). Waiting for a vehicle is in neither. The others by kind:

======  ====================================================================================================
kind    attributes
======  ====================================================================================================
street  length_m, name, foot, bicycle, bicycle_on_pavement, car, wheelchair, stairs, lift, indoor, crossing,
        motorroad (bool, `planner.streets.Access`); ways with opening hours count as open
link    none: between a stop or port and both ends of its street, or another stop or port on the same street
ride    route (route_id), mode, trips_per_day (mean over the timetable's validity); one edge for each route of
        each pattern between consecutive stops, `seconds` the median over its trips from departure to arrival
walk    none: a footpath of the timetable search, hours aside
======  ====================================================================================================
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.access import StreetSide, behind
from planner.footpaths import Footpaths
from planner.profiles import foot
from planner.reach import pace_of
from planner.sharing import SharingSystem
from planner.snapping import Linked
from planner.streets import Access, Streets
from planner.timetable import BOARDING_PLACE, NONE, Timetable

if TYPE_CHECKING:
    import networkx

    from planner.network import Snapshot

Node = tuple[str, int] | tuple[str, str] | tuple[str, str, str]
Edge = tuple[Node, Node, dict[str, Any]]


def graph_of(snapshot: "Snapshot") -> "networkx.MultiDiGraph[Node]":
    """Copy everything that is travelled on into a graph; see the module for its attributes."""
    import networkx

    graph: networkx.MultiDiGraph[Node] = networkx.MultiDiGraph()
    timetable, side = snapshot.timetable, snapshot.street_side
    graph.add_nodes_from(_stops(timetable))
    graph.add_nodes_from(_ports(snapshot.sharing))
    if side is not None:
        walk_s = pace_of(side.streets, foot())
        graph.add_nodes_from(_junctions(side.streets))
        graph.add_edges_from(_street_edges(side.streets, walk_s.seconds))
        graph.add_edges_from(_links(timetable, snapshot.sharing, side))
    graph.add_edges_from(_rides(timetable))
    graph.add_edges_from(_walks(timetable, snapshot.footpaths["foot"]))
    return graph


def _stops(timetable: Timetable) -> Iterator[tuple[Node, dict[str, Any]]]:
    stops = timetable.stops
    columns = stops.ids, stops.names, stops.lat.tolist(), stops.lon.tolist(), stops.location_type
    for stop_id, name, lat, lon, kind in zip(*columns, strict=True):
        if kind == BOARDING_PLACE:
            yield ("stop", stop_id), {"kind": "stop", "lat": lat, "lon": lon, "name": name}


def _ports(systems: Sequence[SharingSystem]) -> Iterator[tuple[Node, dict[str, Any]]]:
    """Stations of every system, then vehicles that stand for themselves, in the order of `StreetSide.ports`."""
    for system in systems:
        for station in system.stations:
            yield (
                ("port", system.id, station.id),
                {
                    "kind": "port",
                    "lat": station.lat,
                    "lon": station.lon,
                    "name": station.name,
                    "capacity": station.capacity,
                    "bikes": station.bikes_available,
                },
            )
        for vehicle in system.vehicles:
            place = {"kind": "port", "lat": vehicle.lat, "lon": vehicle.lon, "name": system.name}
            yield ("port", system.id, vehicle.id), {**place, "capacity": None, "bikes": 1}


def _junctions(streets: Streets) -> Iterator[tuple[Node, dict[str, Any]]]:
    columns = streets.node_lat.tolist(), streets.node_lon.tolist(), streets.node_level.tolist()
    for row, (lat, lon, level) in enumerate(zip(*columns, strict=True)):
        yield ("street", row), {"kind": "street", "lat": lat, "lon": lon, "level": level}


def _street_edges(streets: Streets, walk_s: NDArray[np.float32]) -> Iterator[Edge]:
    edges, names = streets.edges, list(streets.names)
    columns = edges.tail, edges.head, edges.length_m, edges.access, edges.name, walk_s
    for tail, head, length_m, access, name, seconds in zip(*(column.tolist() for column in columns), strict=True):
        rights = {str(flag.name).lower(): bool(access & flag) for flag in Access}
        attributes = {"kind": "street", "length_m": length_m, "name": "" if name == NONE else names[name], **rights}
        yield ("street", tail), ("street", head), {**attributes, "seconds": seconds, "walk_s": seconds}


def _links(timetable: Timetable, systems: Sequence[SharingSystem], side: StreetSide) -> Iterator[Edge]:
    """Both directions of the rest of a street on either side of every stop and port."""
    pace, edges = pace_of(side.streets, foot()), side.streets.edges
    points = behind(side.stops, side.ports)["foot"]
    nodes: list[Node] = [("stop", stop_id) for stop_id in timetable.stops.ids]
    nodes += [node for node, _ in _ports(systems)]
    is_shown = np.ones(len(nodes), np.bool_)
    is_shown[: len(timetable.stops)] = timetable.stops.location_type == BOARDING_PLACE
    rows = np.flatnonzero(is_shown & (points.edge != NONE)).tolist()
    connector_s = (points.connector_m / pace.connector_ms).astype(np.float64).tolist()
    for row in rows:
        share = float(points.fraction[row])
        for edge, before in ((int(points.edge[row]), share), (int(points.reverse[row]), 1 - share)):
            if edge != NONE and np.isfinite(pace.seconds[edge]):
                tail, head = ("street", int(edges.tail[edge])), ("street", int(edges.head[edge]))
                whole = float(pace.seconds[edge])
                yield _on_foot(tail, nodes[row], "link", before * whole + connector_s[row])
                yield _on_foot(nodes[row], head, "link", (1 - before) * whole + connector_s[row])
    for a, b, seconds in _along_one_street(points, rows, pace.seconds):
        yield _on_foot(nodes[a], nodes[b], "link", seconds + connector_s[a] + connector_s[b])


def _along_one_street(points: Linked, rows: list[int], walk_s: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    """Ordered pairs of points on the same street, and the time between where they meet it."""
    for edge, group in groupby(sorted(rows, key=lambda row: int(points.edge[row])), lambda row: int(points.edge[row])):
        together = list(group)
        for a in together:
            for b in together:
                ahead = float(points.fraction[b]) - float(points.fraction[a])
                used = edge if ahead >= 0 else int(points.reverse[a])
                if a != b and used != NONE and np.isfinite(walk_s[used]):
                    yield a, b, abs(ahead) * float(walk_s[used])


def _rides(timetable: Timetable) -> Iterator[Edge]:
    trips, patterns = timetable.trips, timetable.patterns
    ids = list(timetable.stops.ids)
    validity = timetable.validity
    days = (validity[1] - validity[0]).days + 1 if validity else 1
    runs = timetable.service_active.sum(axis=1, dtype=np.int64)[trips.service]
    order = np.lexsort((trips.route, trips.pattern))
    for (pattern, route), group in groupby(order.tolist(), lambda t: (int(trips.pattern[t]), int(trips.route[t]))):
        own = np.array(list(group))
        stops = patterns.stop[patterns.first[pattern] : patterns.first[pattern + 1]].tolist()
        events = trips.first_event[own][:, None] + np.arange(len(stops))
        seconds = np.median(trips.arrival[events][:, 1:] - trips.departure[events][:, :-1], axis=0).tolist()
        line = timetable.routes[route]
        shared = {"kind": "ride", "route": line.id, "mode": line.mode, "trips_per_day": float(runs[own].sum()) / days}
        for a, b, ride_s in zip(stops, stops[1:], seconds, strict=False):
            attributes = {**shared, "seconds": ride_s, "walk_s": np.inf}
            yield ("stop", ids[a]), ("stop", ids[b]), attributes


def _walks(timetable: Timetable, footpaths: Footpaths) -> Iterator[Edge]:
    ids = list(timetable.stops.ids)
    columns = footpaths.start.tolist(), footpaths.to.tolist(), footpaths.seconds.tolist()
    for start, to, seconds in zip(*columns, strict=True):
        yield _on_foot(("stop", ids[start]), ("stop", ids[to]), "walk", float(seconds))


def _on_foot(start: Node, end: Node, kind: str, seconds: float) -> Edge:
    return start, end, {"kind": kind, "seconds": seconds, "walk_s": seconds}
