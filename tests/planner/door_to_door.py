"""Door-to-door journeys of a small city by Dijkstra's method on a time-expanded graph, from the definitions alone.

Letters are joined by the ways drawn. A journey is: to a stop on foot, by a bicycle (one's own, with or without a motor,
or a rented one) or by somebody's car, one or more buses with at most one walk between two, and from a stop likewise,
but for one's own bicycle.
"""

import math
from functools import cache

import networkx

from planner.geo import great_circle_m
from tests.cities import City

WALK_MS, RENTED_MS = 1.25, 15 / 3.6
UNLOCK_S, LOCK_S = 60, 30
LONGEST_FOOTPATH_S = 900
DRIVEN = {"BIKE": (4.2, 0), "E_BIKE": (17 / 3.6, 0), "CAR_DROPOFF": (0.65 * 30 / 3.6, 60)}
"""Metres a second of who rides or is driven in a street of 30 km/h, and seconds lost before."""

Seconds = dict[str, int]


@cache
def streets(city_ways: tuple[tuple[str, str, float], ...]) -> networkx.Graph:
    """Letters joined by metres."""
    graph = networkx.Graph()
    for a, b, metres in city_ways:
        graph.add_edge(a, b, metres=metres)
    return graph


def metres_between(city: City, *, by_bicycle: bool = False) -> networkx.Graph:
    """The drawing as a graph; nobody rides on footways."""
    return streets(
        tuple(
            (a, b, float(great_circle_m(*city.point(a), *city.point(b))))
            for a, b, tags in city.ways_between()
            if not (by_bicycle and tags["highway"] == "footway")
        )
    )


def walks_from(city: City, letter: str) -> dict[str, float]:
    """Seconds on foot to every letter that can be reached; the same back."""
    graph = metres_between(city)
    metres = networkx.single_source_dijkstra_path_length(graph, letter, weight="metres") if letter in graph else {}
    return {other: far / WALK_MS for other, far in metres.items()}


def rented_from(city: City, letter: str, *, backward: bool) -> dict[str, float]:
    """Seconds by walk, rented bicycle and walk to every letter; `backward`: from every letter to this one."""
    graph = metres_between(city, by_bicycle=True)
    give = {port for port, (bikes, _) in city.ports.items() if bikes > 0}
    take = {port for port, (_, docks) in city.ports.items() if docks > 0 and port not in city.no_parking}
    found: dict[str, float] = {}
    for first in city.ports:
        for second in city.ports:
            pickup, dropoff = (second, first) if backward else (first, second)
            if pickup == dropoff or pickup not in give or dropoff not in take:
                continue
            to_first, on = walks_from(city, letter), walks_from(city, second)
            if first not in to_first or first not in graph or second not in graph:
                continue
            if not networkx.has_path(graph, first, second):
                continue
            far = networkx.dijkstra_path_length(graph, first, second, weight="metres")
            ride = far / RENTED_MS + UNLOCK_S + LOCK_S
            for other, seconds in on.items():
                whole = to_first[first] + ride + seconds
                found[other] = min(whole, found.get(other, math.inf))
    return found


def driven_from(city: City, letter: str, means: str) -> dict[str, float]:
    """Seconds by one's own bicycle or in somebody's car to every letter; the same back."""
    graph, (speed_ms, lost_s) = metres_between(city, by_bicycle=True), DRIVEN[means]
    metres = networkx.single_source_dijkstra_path_length(graph, letter, weight="metres") if letter in graph else {}
    return {other: far / speed_ms + lost_s for other, far in metres.items()}


def whole(seconds: dict[str, float], limit: float) -> Seconds:
    """Full seconds, of what is within the limit."""
    return {letter: math.ceil(round(s, 2)) for letter, s in seconds.items() if s <= limit}


def ends(city: City, letter: str, means: str, limit: int, *, backward: bool) -> Seconds:
    """Seconds between an end of the journey and the letters; nobody rides where that does not beat the walk."""
    on_foot = whole(walks_from(city, letter), limit)
    if means == "WALK":
        return on_foot
    ridden = driven_from(city, letter, means) if means in DRIVEN else rented_from(city, letter, backward=backward)
    return {other: s for other, s in whole(ridden, limit).items() if s < on_foot.get(other, 10**9)}


def earliest_arrival(city: City, ask: tuple[str, str, int], means: tuple[str, str], limit: int) -> int | None:
    """Earliest arrival by bus for who leaves letter `ask[0]` for `ask[1]` at second `ask[2]` of the day, or later."""
    origin, destination, start = ask
    access = ends(city, origin, means[0], limit, backward=False)
    egress = ends(city, destination, means[1], limit, backward=True)
    graph = networkx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    calls = [
        ((number, day), i, stop, time + day * 86_400)
        for day in (-1, 0, 1)
        for number, (_, run) in enumerate(city.trips())
        for i, (stop, time) in enumerate(run)
    ]
    times = {(trip, i): time for trip, i, _, time in calls}
    for trip, i, stop, time in calls:
        graph.add_edge(("arrive", trip, i), ("depart", trip, i), seconds=0)
        if (trip, i + 1) in times:
            graph.add_edge(("depart", trip, i), ("arrive", trip, i + 1), seconds=times[trip, i + 1] - time)
            if stop in access and start + access[stop] <= time:
                graph.add_edge("from", ("board", trip, i), seconds=time - start)
            graph.add_edge(("board", trip, i), ("depart", trip, i), seconds=0)
        if stop in egress and i > 0:
            graph.add_edge(("arrive", trip, i), "to", seconds=egress[stop])
    footpaths = {stop: whole(walks_from(city, stop), LONGEST_FOOTPATH_S) for _, _, stop, _ in calls}
    for trip, i, stop, time in calls:
        for other_trip, j, other, later in calls:
            walk = 0 if other == stop else footpaths[stop].get(other)
            if i > 0 and walk is not None and time + walk <= later and (other_trip, j + 1) in times:
                graph.add_edge(("arrive", trip, i), ("board", other_trip, j), seconds=later - time)
    if not networkx.has_path(graph, "from", "to"):
        return None
    return start + networkx.dijkstra_path_length(graph, "from", "to", weight="seconds")
