"""How long a booking is thought about when 1,200 vehicles serve taxi requests of Manhattan as they come.

Prints one JSON object. Every request is one decision (`simulator.dispatch.insert`) on the fleet as it is just then:
vehicles have moved on, riders are on board, plans are kept. Timed is the call alone, on the wall clock and in CPU time,
kernels compiled before. Run from the checkout: ``python -m benchmarks.nyc``.
"""

import argparse
import csv
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx
import numpy as np

from planner.shortest_path import Adjacency, explore, offsets_of, workspace_of
from simulator.dispatch import insert
from simulator.dispatch_state import NONE, Dispatch, FleetState, Plan, Requests, Vehicles
from tests.simulator.darp_check import violations

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "demand" / "nyc-taxi"

WAIT_S, DETOUR, SPARE_S, SERVICE_S, SEATS = 600.0, 1.5, 300.0, 20.0, 4
"""Longest wait, longest ride as a multiple of the direct one and beyond it, each boarding or alighting: assumptions."""

NARROWER = np.cos(np.radians(40.75))
"""A degree east over a degree north."""

CHECKED = 200
"""Every so manieth answer is checked by the tests' own reading of the rules."""


@dataclass
class Fleet:
    """Vehicles as they move: where each can next be sent elsewhere, and the calls and begins it has planned."""

    place: np.ndarray
    free_from: np.ndarray
    calls: list[list[tuple[int, bool, float]]]
    aboard: list[dict[int, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Bookings:
    """Requests by time: origin, destination and driving time between."""

    time_s: np.ndarray
    origin: np.ndarray
    destination: np.ndarray
    direct_s: np.ndarray


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-hour", type=float, default=20.0)
    parser.add_argument("--last-hour", type=float, default=22.0)
    parser.add_argument("--warm-up", type=int, default=300, help="decisions not counted")
    parser.add_argument("--times", type=float, default=1.0, help="requests come so many times as fast")
    options = parser.parse_args(arguments)
    times, tree = streets()
    bookings = requests_of(times, tree, options.first_hour * 3600, options.last_hour * 3600, options.times)
    fleet = fleet_of(tree)
    took = np.zeros((len(bookings.time_s), 2))
    refused = busy = 0
    for number, now in enumerate(bookings.time_s.tolist()):
        advance(fleet, times, bookings, now)
        state, rows = state_of(fleet, times, bookings, number, now)
        wall, cpu = time.perf_counter(), time.thread_time()
        answer = insert(state)
        took[number] = time.perf_counter() - wall, time.thread_time() - cpu
        if number % CHECKED == 0 and (broken := violations(state, answer)):
            raise ValueError(f"request {number}: {broken[0]}")
        refused += len(answer.unserved)
        keep(fleet, answer, rows)
        busy += sum(1 for calls in fleet.calls if calls)
    print(json.dumps(figures(took[options.warm_up :] * 1e3, len(bookings.time_s), refused, busy), indent=1))


def figures(milliseconds: np.ndarray, asked: int, refused: int, busy: int) -> dict[str, object]:
    found: dict[str, object] = {
        "load_average": round(os.getloadavg()[0], 2), "vehicles": 1200, "decisions": len(milliseconds),
        "refused_share": round(refused / asked, 4), "vehicles_under_way_mean": round(busy / asked, 1),
    }  # fmt: skip
    for column, clock in enumerate(("wall", "cpu")):
        p50, p99 = np.percentile(milliseconds[:, column], [50, 99])
        found[f"{clock}_ms"] = {
            "p50": round(p50, 2), "p99": round(p99, 2), "max": round(float(milliseconds[:, column].max()), 2)
        }  # fmt: skip
    return found


def streets() -> tuple[np.ndarray, np.ndarray]:
    """Driving times between the nodes that all reach each other, and where these are, in equal degrees.

    A last place that takes no time to reach is every vehicle's depot: without one, each decision would copy the table.
    """
    graph = nx.MultiDiGraph()
    read = json.loads((FOLDER / "manhattan_network.json").read_text(encoding="utf-8"))
    points = {node["id"]: (node["y"], node["x"] * NARROWER) for node in read["nodes"]}
    graph.add_edges_from((link["source"], link["target"], {"s": link["travel_time"]}) for link in read["links"])
    kept = sorted(max(nx.strongly_connected_components(graph), key=len))
    row = {node: number for number, node in enumerate(kept)}
    links = sorted((row[a], row[b], data["s"]) for a, b, data in graph.edges(data=True) if a in row and b in row)
    tail, head = (np.array([link[end] for link in links], np.int32) for end in (0, 1))
    seconds = np.array([link[2] for link in links], np.float32)
    roads = Adjacency(offsets_of(tail, len(kept)), head, np.arange(len(links), dtype=np.int32))
    workspace = workspace_of(roads)
    times = np.zeros((len(kept) + 1, len(kept) + 1))
    for node in range(len(kept)):
        explore(roads, seconds, np.array([node], np.int32), np.zeros(1), workspace)
        times[node, :-1] = workspace.cost
    return times, np.array([points[node] for node in kept])


def near(points: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    wanted = np.column_stack([lat, lon * NARROWER])
    return np.array([np.argmin(((points - one) ** 2).sum(1)) for one in wanted], np.int32)


def requests_of(times: np.ndarray, tree: np.ndarray, first_s: float, last_s: float, faster: float) -> Bookings:
    with (FOLDER / "nyc_20k.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clock = np.array([[float(part) for part in row["departure_time"].split(" ")[1].split(":")] for row in rows])
    asked = clock @ [3600.0, 60.0, 1.0]
    # The file knows whole minutes only; requests of a minute are spread over it.
    asked += np.random.default_rng(1).uniform(0, 60, len(asked))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in ("o_lat", "o_lon", "d_lat", "d_lon")}
    origin, destination = (near(tree, columns[f"{end}_lat"], columns[f"{end}_lon"]) for end in "od")
    chosen = np.flatnonzero((asked >= first_s) & (asked < last_s) & (origin != destination))
    chosen = chosen[np.argsort(asked[chosen], kind="stable")]
    origin, destination = origin[chosen], destination[chosen]
    return Bookings((asked[chosen] - first_s) / faster, origin, destination, times[origin, destination])


def fleet_of(tree: np.ndarray) -> Fleet:
    with (FOLDER / "nyc_1200.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lat, lon = (np.array([float(row[name]) for row in rows]) for name in ("lat", "lon"))
    return Fleet(near(tree, lat, lon), np.zeros(len(rows)), [[] for _ in rows], [{} for _ in rows])


def advance(fleet: Fleet, times: np.ndarray, bookings: Bookings, now: float) -> None:
    """A vehicle that must be under way to its next call by now is as good as there; who boards there is on board."""
    for vehicle, calls in enumerate(fleet.calls):
        while calls:
            request, is_pickup, begin = calls[0]
            place = int((bookings.origin if is_pickup else bookings.destination)[request])
            if begin - times[fleet.place[vehicle], place] > now:
                break
            fleet.place[vehicle], fleet.free_from[vehicle] = place, begin + SERVICE_S
            if is_pickup:
                fleet.aboard[vehicle][request] = begin
            else:
                del fleet.aboard[vehicle][request]
            calls.pop(0)


def state_of(
    fleet: Fleet, times: np.ndarray, bookings: Bookings, asked: int, now: float
) -> tuple[FleetState, np.ndarray]:
    """The moment of a request, its row the last; and the number of the request by row."""
    carried = [(request, vehicle) for vehicle, riders in enumerate(fleet.aboard) for request in riders]
    waiting = [request for calls in fleet.calls for request, is_pickup, _ in calls if is_pickup]
    rows = np.array([request for request, _ in carried] + waiting + [asked], np.int64)
    row_of = {request: row for row, request in enumerate(rows.tolist())}
    n, time_s, direct = len(rows), bookings.time_s[rows], bookings.direct_s[rows]
    longest = DETOUR * direct + SPARE_S
    vehicle = np.full(n, NONE, np.int32)
    vehicle[: len(carried)] = [vehicle for _, vehicle in carried]
    latest = time_s + WAIT_S + SERVICE_S + longest
    boarded = np.array([fleet.aboard[vehicle][request] for request, vehicle in carried])
    latest[: len(carried)] = np.minimum(latest[: len(carried)], boarded + SERVICE_S + longest[: len(carried)])
    service = np.full(n, SERVICE_S)
    requests = Requests(
        bookings.origin[rows], bookings.destination[rows], time_s, time_s + WAIT_S, np.zeros(n), latest, longest,
        service, service, np.column_stack([np.ones(n), np.zeros(n)]).astype(np.int32), vehicle,
    )  # fmt: skip
    m = len(fleet.calls)
    anywhere = np.full(m, len(times) - 1, np.int32)
    vehicles = Vehicles(
        fleet.place.astype(np.int32), np.maximum(fleet.free_from, now), anywhere, np.full(m, 1e9),
        np.tile(np.array([SEATS, 0], np.int32), (m, 1)), np.full(m, np.inf),
    )  # fmt: skip
    visits = [row_of[request] + (0 if is_pickup else n) for calls in fleet.calls for request, is_pickup, _ in calls]
    first = np.concatenate([[0], np.cumsum([len(calls) for calls in fleet.calls])]).astype(np.int32)
    return FleetState(times, requests, vehicles, Plan(first, np.array(visits, np.int32))), rows


def keep(fleet: Fleet, answer: Dispatch, rows: np.ndarray) -> None:
    """Take over the plan with its times."""
    n, plan = len(rows), answer.plan
    for vehicle in np.flatnonzero(np.diff(plan.first)).tolist():
        span = slice(plan.first[vehicle], plan.first[vehicle + 1])
        fleet.calls[vehicle] = [
            (int(rows[visit % n]), visit < n, begin)
            for visit, begin in zip(plan.visit[span].tolist(), answer.begin[span].tolist(), strict=True)
        ]


if __name__ == "__main__":
    main()
