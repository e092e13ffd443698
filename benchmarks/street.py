"""Walking on the streets of Porto Alegre beside networkx and scipy, in one process; prints one JSON object.

Three pieces of work: one way with snapping, geometry and steps; everything within 15 minutes of a point; a table of
walks from many points to many. Points lie up to 50 m from street nodes drawn at random, both with a fixed seed. Every
number is CPU time of one thread. The peers get the same seconds per edge and the same ends; what they find is compared
with ours, and they are not charged for snapping, geometry or steps. Scipy is no part of the project: without it (`pip
install scipy`) only networkx is asked.
"""

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import networkx
import numpy as np
from numpy.typing import NDArray

from feeds.osm import read_osm
from planner.geo import METRES_PER_DEGREE
from planner.profiles import foot
from planner.reach import StreetSearch, hierarchy_of, street_search
from planner.shortest_path import explore
from planner.snapping import Linked, Snap, index_of, linked_snap, snap, snap_many
from planner.street_route import StreetPath, route
from planner.street_table import street_table
from planner.streets import Access

STREETS = Path(__file__).resolve().parents[2] / "shared/data/osm/porto-alegre/poa_osm.pbf"
PEERS = tuple(name for name in ("networkx", "scipy") if importlib.util.find_spec(name))
SEED = 42
AWAY_M = 50.0
AREA_S = 900.0
TOLERANCE_S = 0.01
"""Seconds by which a way may differ from a peer's: ours adds single-precision costs in another order."""

Floats = NDArray[np.float64]
Found = TypeVar("Found")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1000, help="ways and areas")
    parser.add_argument("--table", type=int, default=100, help="side of the table of walks")
    parser.add_argument("--peers", type=int, default=20, help="queries that the peers answer too")
    parser.add_argument("--streets", type=Path, default=STREETS)
    parser.add_argument("--plain", action="store_true", help="without contraction, to see what it is worth")
    options = parser.parse_args(arguments)
    ground, contraction_s = ground_of(options.streets, is_plain=options.plain)
    points = points_near(ground, max(2 * options.queries, 2 * options.table))
    results = {
        "load_average": round(os.getloadavg()[0], 2),
        "nodes": len(ground.search.streets),
        "edges": len(ground.search.streets.edges),
        "contraction_s": contraction_s,
        "route": routes(ground, points[: 2 * options.queries], options.peers),
        "area_900_s": areas(ground, points[: options.queries], options.peers),
        "table": table(ground, points[: options.table], points[options.table : 2 * options.table]),
        "peers": {name: version(name) for name in PEERS},
    }
    print(json.dumps(results, indent=1))


@dataclass(frozen=True, slots=True)
class Ground:
    """The same streets for everybody: ours, a sparse matrix and a networkx graph, in seconds on foot."""

    search: StreetSearch
    matrix: Any
    graph: "networkx.DiGraph[int]"


def ground_of(file: Path, *, is_plain: bool = False) -> tuple[Ground, float | None]:
    """The streets, and CPU seconds of contracting them (None if they are not)."""
    streets = read_osm(file).streets
    index, hierarchies, took = index_of(streets), [], None
    if not is_plain:
        # Once to compile, once to measure.
        for _ in range(2):
            begin = time.thread_time()
            hierarchies = [hierarchy_of(streets, index, foot())]
            took = round(time.thread_time() - begin, 3)
    search = street_search(streets, index, foot(), None, hierarchies)
    edges, seconds = streets.edges, search.pace.seconds.astype(np.float64)
    usable = np.isfinite(seconds)
    # Of parallel edges the quickest counts; zero would mean "no edge" in a sparse matrix.
    order = np.lexsort((seconds, edges.head, edges.tail))
    order = order[usable[order]]
    pair = edges.tail[order].astype(np.int64) * len(streets) + edges.head[order]
    kept = order[np.flatnonzero(np.diff(pair, prepend=-1) != 0)]
    cost = np.maximum(seconds[kept], 1e-9)
    matrix = None
    if "scipy" in PEERS:
        from scipy.sparse import csr_array

        matrix = csr_array((cost, (edges.tail[kept], edges.head[kept])), shape=(len(streets), len(streets)))
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(streets)))
    rows = zip(edges.tail[kept].tolist(), edges.head[kept].tolist(), cost.tolist(), strict=True)
    graph.add_weighted_edges_from(rows)
    return Ground(search, matrix, graph), took


def points_near(ground: Ground, n: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(SEED)
    streets = ground.search.streets
    walkable = np.unique(streets.edges.tail[np.isfinite(ground.search.pace.seconds)])
    nodes = rng.choice(walkable, n)
    lat = streets.node_lat[nodes] + rng.uniform(-AWAY_M, AWAY_M, n) / METRES_PER_DEGREE
    lon = streets.node_lon[nodes] + rng.uniform(-AWAY_M, AWAY_M, n) / METRES_PER_DEGREE
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def routes(ground: Ground, points: list[tuple[float, float]], n_peers: int) -> dict[str, object]:
    """Ways from every second point to the one after it."""
    pairs = list(zip(points[::2], points[1::2], strict=True))
    way(ground, *pairs[0])
    found, seconds = timed(lambda pair: way(ground, *pair), pairs)
    own = [(ends, path) for ends, path in found if ends is not None]
    asked, n_differ = own[:n_peers], 0
    peers: dict[str, object] = {}
    for name in PEERS:
        search = {"networkx": by_networkx, "scipy": by_scipy}[name]
        others, took = timed(lambda one, search=search: search(ground, *one[0]), asked)  # type: ignore[misc]
        n_differ += sum(is_other(path, other) for (_, path), other in zip(asked, others, strict=True))
        peers[name] = took
    lengths = [path.metres for _, path in own if path is not None]
    return {
        "queries": len(pairs),
        "found": len(lengths),
        "median_m": round(float(np.median(lengths))),
        "ours": seconds,
        "peers_asked": len(asked),
        **peers,
        "differ_from_peers": n_differ,
    }


Ends = tuple[Snap, Snap]


def way(ground: Ground, here: tuple[float, float], there: tuple[float, float]) -> tuple[Ends | None, StreetPath | None]:
    """Snapping, search, geometry and steps of one way."""
    search = ground.search
    start, end = (snap(search.streets, search.index, *point, int(Access.FOOT)) for point in (here, there))
    if start is None or end is None:
        return None, None
    return (start, end), route(search, start, end)


def is_other(path: StreetPath | None, seconds: float) -> bool:
    if path is None:
        return bool(np.isfinite(seconds))
    return abs(path.seconds - seconds) > TOLERANCE_S


def seeds_of(ground: Ground, point: Linked, *, arrive: bool = False) -> list[tuple[int, float]]:
    """Nodes beside a snapped point with the seconds between, the walk to the street included."""
    edges, pace = ground.search.streets.edges, ground.search.pace
    start = float(point.connector_m[0]) / pace.connector_ms
    share = float(point.fraction[0])
    seeds = []
    for edge, before in ((int(point.edge[0]), share), (int(point.reverse[0]), 1 - share)):
        if edge >= 0 and np.isfinite(pace.seconds[edge]):
            rest = before if arrive else 1 - before
            node = edges.tail[edge] if arrive else edges.head[edge]
            seeds.append((int(node), start + rest * float(pace.seconds[edge])))
    return seeds


def on_one_street(ground: Ground, start: Snap, end: Snap) -> float:
    """Seconds between two points of one street without passing a node, inf if they are not."""
    pace = ground.search.pace
    ahead = end.fraction - start.fraction
    edge = start.edge if ahead >= 0 else start.reverse
    if start.edge != end.edge or edge < 0:
        return np.inf
    walks = (start.distance_m + end.distance_m) / pace.connector_ms
    return abs(ahead) * float(pace.seconds[edge]) + walks


def by_networkx(ground: Ground, start: Snap, end: Snap) -> float:
    """Dijkstra's method from both ends, between nodes put in for the two points."""
    graph, own = ground.graph, ("from", "to")
    for node, seconds in seeds_of(ground, linked_snap(start)):
        graph.add_edge("from", node, weight=seconds)
    for node, seconds in seeds_of(ground, linked_snap(end), arrive=True):
        graph.add_edge(node, "to", weight=seconds)
    try:
        found, _ = networkx.bidirectional_dijkstra(graph, *own)
    except (networkx.NetworkXNoPath, networkx.NodeNotFound):
        found = np.inf
    graph.remove_nodes_from(own)
    return min(float(found), on_one_street(ground, start, end))


def by_scipy(ground: Ground, start: Snap, end: Snap) -> float:
    """Dijkstra's method over the whole city from the nodes beside the start."""
    from scipy.sparse.csgraph import dijkstra

    seeds = seeds_of(ground, linked_snap(start))
    costs = dijkstra(ground.matrix, indices=[node for node, _ in seeds])
    best = on_one_street(ground, start, end)
    for row, (_, begin) in enumerate(seeds):
        for node, rest in seeds_of(ground, linked_snap(end), arrive=True):
            best = min(best, begin + float(costs[row, node]) + rest)
    return best


def areas(ground: Ground, points: list[tuple[float, float]], n_peers: int) -> dict[str, object]:
    """Every street node within 15 minutes on foot of a point, with its seconds."""
    search = ground.search
    area(ground, points[0])
    found, seconds = timed(lambda point: area(ground, point), points)
    starts = [snap(search.streets, search.index, *point, int(Access.FOOT)) for point in points[:n_peers]]
    asked = [seeds_of(ground, linked_snap(start)) if start else [] for start in starts]
    peers, n_differ = {}, 0
    for name in PEERS:
        peer = {"networkx": area_by_networkx, "scipy": area_by_scipy}[name]
        others, took = timed(lambda seeds, peer=peer: peer(ground, seeds), asked)  # type: ignore[misc]
        n_differ += sum(is_other_area(own, other) for own, other in zip(found, others, strict=False))
        peers[name] = took
    sizes = [len(nodes) for nodes, _ in found]
    counts = {"queries": len(points), "median_nodes": int(np.median(sizes)), "peers_asked": len(asked)}
    return {**counts, "ours": seconds, **peers, "differ_from_peers": n_differ}


Area = tuple[NDArray[np.int32], Floats]


def area(ground: Ground, point: tuple[float, float]) -> Area:
    """Snapping and search; nodes and their seconds."""
    search = ground.search
    start = snap(search.streets, search.index, *point, int(Access.FOOT))
    if start is None:
        return np.zeros(0, np.int32), np.zeros(0)
    nodes, costs = zip(*seeds_of(ground, linked_snap(start)), strict=True)
    reached = explore(
        search.index.forward, search.pace.seconds, np.array(nodes, np.int32), np.array(costs), search.workspace, AREA_S
    ).copy()
    return reached, search.workspace.cost[reached]


def area_by_networkx(ground: Ground, seeds: list[tuple[int, float]]) -> dict[int, float]:
    for node, seconds in seeds:
        ground.graph.add_edge("from", node, weight=seconds)
    costs = networkx.single_source_dijkstra_path_length(ground.graph, "from", cutoff=AREA_S) if seeds else {}
    if seeds:
        ground.graph.remove_node("from")
    return {node: float(cost) for node, cost in costs.items() if node != "from"}


def area_by_scipy(ground: Ground, seeds: list[tuple[int, float]]) -> dict[int, float]:
    if not seeds:
        return {}
    from scipy.sparse.csgraph import dijkstra

    begin = np.array([seconds for _, seconds in seeds])[:, None]
    costs = dijkstra(ground.matrix, indices=[node for node, _ in seeds], limit=AREA_S) + begin
    best = costs.min(axis=0)
    nodes = np.flatnonzero(best <= AREA_S)
    return dict(zip(nodes.tolist(), best[nodes].tolist(), strict=True))


def is_other_area(own: Area, other: dict[int, float]) -> bool:
    """Whether two areas differ elsewhere than on their very rim."""
    ours = dict(zip(own[0].tolist(), own[1].tolist(), strict=True))
    either = {node for both in (ours, other) for node, cost in both.items() if cost <= AREA_S - TOLERANCE_S}
    return any(abs(ours.get(node, np.inf) - other.get(node, np.inf)) > TOLERANCE_S for node in either)


def table(ground: Ground, here: list[tuple[float, float]], there: list[tuple[float, float]]) -> dict[str, object]:
    """Seconds on foot from each of some points to each of others, snapping included, five times over."""
    walks(ground, here[:1], there)
    own, seconds = timed(lambda _: walks(ground, here, there), range(5))
    results: dict[str, object] = {"side": len(here), "ours": seconds}
    ends = linked(ground, here), linked(ground, there)
    n_differ = 0
    for name in PEERS:
        peer = {"networkx": table_by_networkx, "scipy": table_by_scipy}[name]
        others, took = timed(lambda _, peer=peer: peer(ground, *ends), range(1))  # type: ignore[misc]
        results[name] = took
        is_same = np.isclose(own[0], others[0], rtol=0, atol=TOLERANCE_S)
        n_differ += int((~is_same).sum())
    reached = int(np.isfinite(own[0]).sum())
    return {**results, "reached": reached, "differ_from_peers": n_differ}


def linked(ground: Ground, points: list[tuple[float, float]]) -> Linked:
    lat, lon = (np.array(column) for column in zip(*points, strict=True))
    return snap_many(ground.search.streets, ground.search.index, lat, lon, int(Access.FOOT))


def walks(ground: Ground, here: list[tuple[float, float]], there: list[tuple[float, float]]) -> Floats:
    return street_table(ground.search, linked(ground, here), linked(ground, there)).astype(np.float64)


def part(points: Linked, row: int) -> Linked:
    only = slice(row, row + 1)
    return Linked(points.edge[only], points.reverse[only], points.fraction[only], points.connector_m[only])


def table_by_scipy(ground: Ground, starts: Linked, ends: Linked) -> Floats:
    from scipy.sparse.csgraph import dijkstra

    seeds = [seeds_of(ground, part(starts, row)) for row in range(len(starts))]
    nodes = sorted({node for some in seeds for node, _ in some})
    costs = dijkstra(ground.matrix, indices=nodes)
    at = {node: row for row, node in enumerate(nodes)}
    return table_of(ground, starts, ends, lambda row, node: min(b + costs[at[n], node] for n, b in seeds[row]))


def table_by_networkx(ground: Ground, starts: Linked, ends: Linked) -> Floats:
    trees = []
    for row in range(len(starts)):
        for node, seconds in seeds_of(ground, part(starts, row)):
            ground.graph.add_edge("from", node, weight=seconds)
        trees.append(networkx.single_source_dijkstra_path_length(ground.graph, "from"))
        ground.graph.remove_node("from")
    return table_of(ground, starts, ends, lambda row, node: trees[row].get(node, np.inf))


def table_of(ground: Ground, starts: Linked, ends: Linked, seconds_to: Callable[[int, int], float]) -> Floats:
    """The table that seconds to the nodes beside the ends make."""
    found = np.full((len(starts), len(ends)), np.inf)
    last = [seeds_of(ground, part(ends, column), arrive=True) for column in range(len(ends))]
    points = [[as_snap(points, row) for row in range(len(points))] for points in (starts, ends)]
    for row, start in enumerate(points[0]):
        for column, end in enumerate(points[1]):
            over = min((seconds_to(row, node) + rest for node, rest in last[column]), default=np.inf)
            found[row, column] = min(over, on_one_street(ground, start, end))
    return found


def as_snap(points: Linked, row: int) -> Snap:
    edge, reverse, share = int(points.edge[row]), int(points.reverse[row]), float(points.fraction[row])
    return Snap(edge, reverse, share, 0, 0, 0, 0, float(points.connector_m[row]))


Asked = TypeVar("Asked")


def timed(answer: Callable[[Asked], Found], asked: Sequence[Asked]) -> tuple[list[Found], dict[str, float]]:
    """Answers to all, and CPU milliseconds: median and 99th percentile."""
    found, took = [], []
    for one in asked:
        begin = time.thread_time()
        found.append(answer(one))
        took.append(time.thread_time() - begin)
    median, high = (round(float(np.percentile(took, share)) * 1000, 3) for share in (50, 99))
    return found, {"median_ms": median, "p99_ms": high}


if __name__ == "__main__":
    main()
