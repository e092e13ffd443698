"""Passes as a traveller names them: between two stations of an operator, or for the whole of a line or an operator."""

import heapq
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from planner.avoid import avoid_named, is_called, names_of_agency
from planner.errors import RequestError
from planner.fares_passes import RidePass
from planner.geo import great_circle_m
from planner.geocoding import normalised
from planner.timetable import Stops, Timetable

DETOUR = 1.5
"""A run whose calls between make it at most so much longer passes through these stations, though it does not stop."""

Edges = dict[int, dict[int, float]]


def pass_named(timetable: Timetable, text: str, field: str = "--pass") -> RidePass:
    """The pass that `FROM:TO`, `FROM:TO:OPERATOR`, `LINE` or `OPERATOR` means.

    Raises
    ------
    RequestError
        Nothing is called so, or stations of several operators are.
    """
    names = [name.strip() for name in text.split(":")]
    if len(names) == 1:
        return RidePass(text.strip(), lines_named(timetable, text.strip(), field))
    if len(names) > 3 or not all(names):
        raise RequestError(field, f"{field} {text[:80]}: write FROM:TO, FROM:TO:OPERATOR, a line or an operator.")
    ends = [_stations(timetable.stops, name) for name in names[:2]]
    for name, found in zip(names, ends, strict=False):
        if not found:
            raise RequestError(field, f"{field}: no station here is called '{name[:80]}'.")
    ways = _ways(timetable, ends, names[2:])
    if not ways:
        raise RequestError(field, f"{field} {text[:80]}: no operator runs between these stations.")
    if len(ways) > 1:
        operators = ", ".join(timetable.agencies[agency].name for agency in ways)
        raise RequestError(field, f"{field} {text[:80]}: write FROM:TO:OPERATOR, for there are {operators}.")
    ((agency, stations),) = ways.items()
    ids = timetable.stops.ids
    routes = frozenset(route.id for route in timetable.routes if route.agency == agency)
    return RidePass(f"{names[0]}–{names[1]}", routes, frozenset(ids[station] for station in stations))


def lines_named(timetable: Timetable, text: str, field: str) -> frozenset[str]:
    """Ids of the routes of a line or an operator.

    Raises
    ------
    RequestError
        No line and no operator is called so.
    """
    found = avoid_named(timetable, text)
    if not found.routes and not found.agencies:
        raise RequestError(field, f"{field}: no line or operator here is called '{text[:80]}'.")
    rows = {row for row, agency in enumerate(timetable.agencies) if agency.id in found.agencies}
    return found.routes | {route.id for route in timetable.routes if route.agency in rows}


def stations_between(timetable: Timetable, agency: int, origins: Iterable[int], targets: Iterable[int]) -> list[int]:
    """Stations, as rows of stops, of the shortest way over an operator's lines; empty if there is none.

    Lengths are great circles from station to station; runs that pass stations do not shorten the way.
    """
    edges = _edges(timetable, agency)
    targets = set(targets)
    queue: list[tuple[float, int, list[int]]] = [(0.0, origin, [origin]) for origin in origins if origin in edges]
    heapq.heapify(queue)
    done: set[int] = set()
    while queue:
        length, at, way = heapq.heappop(queue)
        if at in targets:
            return way
        if at in done:
            continue
        done.add(at)
        for to, metres in edges.get(at, {}).items():
            heapq.heappush(queue, (length + metres, to, [*way, to]))
    return []


def _ways(timetable: Timetable, ends: list[list[int]], operator: list[str]) -> dict[int, list[int]]:
    """By operators that run between the ends, of those called `operator` if it is named, the stations of the way."""
    ways = {}
    for row, agency in enumerate(timetable.agencies):
        if not operator or is_called(operator[0], agency.id, names_of_agency(agency)):
            way = stations_between(timetable, row, *ends)
            if len(way) > 1:
                ways[row] = way
    return ways


def _stations(stops: Stops, name: str) -> list[int]:
    """Stations called so, as rows of stops: a platform's is its station."""
    wanted = normalised(name)
    called = {row for row, stop in enumerate(stops.ids) if stop == name}
    for column in (stops.names, *stops.translations.values()):
        called |= {row for row, one in enumerate(column) if one and normalised(one) == wanted}
    return sorted({_root(stops, row) for row in called})


def _root(stops: Stops, row: int) -> int:
    parent = int(stops.parent[row])
    return row if parent < 0 else parent


def _edges(timetable: Timetable, agency: int) -> Edges:
    """Metres between neighbouring stations of an operator, both ways."""
    runs = _runs(timetable, agency)
    stops = timetable.stops
    edges: Edges = {}
    for run in runs:
        for a, b in pairwise(run):
            metres = float(great_circle_m(stops.lat[a], stops.lon[a], stops.lat[b], stops.lon[b]))
            edges.setdefault(a, {})[b] = edges.setdefault(b, {})[a] = metres
    for a, b in {pair for run in runs for pair in _passed(run, edges)}:
        edges[a].pop(b, None)
        edges[b].pop(a, None)
    return edges


def _runs(timetable: Timetable, agency: int) -> list[tuple[int, ...]]:
    """Sequences of stations of an operator's trips."""
    trips, patterns = timetable.trips, timetable.patterns
    owned = np.array([route.agency == agency for route in timetable.routes], np.bool_)
    numbers = np.unique(trips.pattern[owned[trips.route]]).tolist()
    calls = (patterns.stop[patterns.first[n] : patterns.first[n + 1]].tolist() for n in numbers)
    return sorted({tuple(_root(timetable.stops, stop) for stop in run) for run in calls})


def _passed(run: tuple[int, ...], edges: Edges) -> Iterable[tuple[int, int]]:
    """Neighbours elsewhere between which this run calls without going much further."""
    for i, a in enumerate(run):
        along = 0.0
        for j in range(i + 1, len(run)):
            along += edges[run[j - 1]][run[j]]
            if j > i + 1 and along <= DETOUR * edges[a].get(run[j], 0.0):
                yield a, run[j]
