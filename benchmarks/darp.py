"""How near dispatching comes to the best known costs of Cordeau's instances, and how fast a booking is answered.

Prints one JSON object. Per instance and seed: the gap in per cent after so many CPU seconds of the search, checked by
the tests' own reading of the rules; beside it OR-Tools' routing library after as many seconds, if asked for. Run from
the checkout: ``python -m benchmarks.darp``.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.cordeau import read_instance
from simulator.dispatch import Budget, insert, reoptimise
from simulator.dispatch_exact import search_with_routing
from simulator.dispatch_state import NONE, Dispatch, FleetState, Plan, Requests, Vehicles
from tests.simulator.darp_check import cost, violations

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "vrp" / "darp"
QUICK = ("a2-16", "a3-24", "a4-48", "a8-96")
UNBOUNDED = 10**9

ROUNDING = -0.01
"""Best known costs have two decimals; a feasible answer that is cheaper by more refutes the cost in the table."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--instances", nargs="+", help="all 21 without")
    parser.add_argument("--quick", action="store_true", help="four instances, two seeds, two seconds")
    parser.add_argument("--ortools", action="store_true", help="also ask the routing library, as long as one seed")
    parser.add_argument("--vehicles", type=int, default=1200, help="fleet for the latency of insertion")
    parser.add_argument(
        "--kept", type=Path, help="a line an instance, added when it is done; not done again from there"
    )
    parser.add_argument("--table", type=Path, help="only print what a run printed, kept in this file, as a table")
    options = parser.parse_args(arguments)
    if options.table:
        print(table(json.loads(options.table.read_text(encoding="utf-8"))))
        return
    best = json.loads((FOLDER / "BKS_darp.json").read_text(encoding="utf-8"))
    names = options.instances or (QUICK if options.quick else list(best))
    seeds, seconds = (2, 2.0) if options.quick else (options.seeds, options.seconds)
    reoptimise(read_instance(FOLDER / f"{names[0]}.txt"), np.random.default_rng(0), Budget(10))
    results: dict[str, object] = {"seeds": seeds, "cpu_seconds": seconds, "load_average": round(os.getloadavg()[0], 2)}
    gaps = kept_gaps(options.kept)
    for name in names:
        if name not in gaps:
            gaps[name] = measured(name, best[name], seeds, seconds, options.ortools)
            keep(options.kept, name, gaps[name])
    gaps = {name: gaps[name] for name in names}
    refuted = [name for name in names if min(gaps[name]["search"]) < ROUNDING]
    results["gap_percent"], results["best_known_refuted"] = printable(gaps), refuted
    for title, few, many in (("up_to_48", 0, 48), ("up_to_95", 49, 95), ("at_96", 96, 96)):
        sized = [name for name in names if few <= int(name.split("-")[1]) <= many and name not in refuted]
        found = [gap for name in sized for gap in gaps[name]["search"]]
        if found:
            results[f"median_{title}"] = round(float(np.median(found)), 3)
    results["insertion"] = insertion(options.vehicles)
    print(json.dumps(results, indent=1))


def kept_gaps(file: Path | None) -> dict[str, dict[str, list[float]]]:
    """What an earlier run that was stopped had measured."""
    if file is None or not file.is_file():
        return {}
    return dict(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


def keep(file: Path | None, name: str, gaps: dict[str, list[float]]) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as text:
            text.write(json.dumps([name, gaps]) + "\n")


def table(results: dict[str, dict[str, dict[str, list[float | None]]]]) -> str:
    """The whole distribution as Markdown: every seed's gap in per cent, least first; – somebody is left out."""
    lines = ["| instance | search, every seed | routing library |", "| --- | --- | --- |"]
    for name, columns in results["gap_percent"].items():
        cells = (columns.get(who, []) for who in ("search", "ortools_routing"))
        said = (" ".join("–" if gap is None else f"{round(gap, 2) + 0.0:.2f}" for gap in cell) or "–" for cell in cells)
        lines.append(f"| {name} | {' | '.join(said)} |")
    return "\n".join(lines)


def printable(gaps: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, list[float | None]]]:
    """The same with null for an answer that leaves somebody out, which JSON has no number for."""
    return {
        name: {who: [gap if np.isfinite(gap) else None for gap in found] for who, found in columns.items()}
        for name, columns in gaps.items()
    }


def measured(name: str, best: float, seeds: int, seconds: float, ortools: bool) -> dict[str, list[float]]:
    state = read_instance(FOLDER / f"{name}.txt")
    answers = [reoptimise(state, np.random.default_rng(seed), Budget(UNBOUNDED, seconds)) for seed in range(seeds)]
    gaps = {"search": sorted(gap(name, state, answer, best) for answer in answers)}
    if ortools:
        answer = search_with_routing(state, max(1, round(seconds)))
        gaps["ortools_routing"] = [] if answer is None else [gap(name, state, answer, best)]
    return gaps


def gap(name: str, state: FleetState, dispatch: Dispatch, best: float) -> float:
    """Per cent above the best known cost; inf if somebody is not served."""
    broken = violations(state, dispatch)
    if broken:
        raise ValueError(f"{name}: {broken[0]}")
    return float("inf") if len(dispatch.unserved) else round(100 * (cost(state, dispatch) / best - 1), 3)


def insertion(m: int, asked: int = 200) -> dict[str, float]:
    """Milliseconds of wall clock per booking for a busy city: `m` vehicles, five requests for each, 1,000 stops."""
    rng = np.random.default_rng(1)
    state = busy_city(rng, m, 5 * m + asked)
    accepted = replace(state, requests=rows(state.requests, 5 * m))
    plan = insert(accepted).plan
    took = []
    refused = 0
    for extra in range(asked):
        n = 5 * m
        row = np.append(np.arange(n), n + extra)
        visit = np.where(plan.visit < n, plan.visit, plan.visit + 1).astype(np.int32)
        moment = replace(state, requests=chosen(state.requests, row), plan=Plan(plan.first, visit))
        begun = time.perf_counter()
        answer = insert(moment)
        took.append(1e3 * (time.perf_counter() - begun))
        refused += int(len(answer.unserved) > len(np.setdiff1d(np.arange(n), plan.visit)))
    p50, p99 = np.percentile(took, [50, 99])
    return {
        "vehicles": m,
        "planned_visits": len(plan.visit),
        "refused": refused,
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "max_ms": round(max(took), 2),
    }


def rows(requests: Requests, end: int) -> Requests:
    return chosen(requests, np.arange(end))


def chosen(requests: Requests, row: np.ndarray) -> Requests:
    return Requests(*(getattr(requests, column)[row] for column in Requests.__dataclass_fields__))


def busy_city(rng: np.random.Generator, m: int, n: int, stops: int = 1000) -> FleetState:
    """Stops within 20 km × 20 km driven at 10 m/s, requests spread over two hours, windows of 15 minutes."""
    xy = rng.uniform(0, 20_000, (stops, 2))
    times = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / 10
    origin, destination = (rng.integers(0, stops, n).astype(np.int32) for _ in range(2))
    first = rng.uniform(0, 7200, n)
    direct = times[origin, destination]
    requests = Requests(
        origin=origin,
        destination=destination,
        pickup_earliest=first,
        pickup_latest=first + 900,
        dropoff_earliest=np.zeros(n),
        dropoff_latest=first + 900 + 1.5 * direct + 300,
        max_ride=1.5 * direct + 300,
        boarding=np.full(n, 30.0),
        alighting=np.full(n, 15.0),
        load=np.column_stack((rng.integers(1, 4, n), rng.random(n) < 0.05)).astype(np.int32),
        vehicle=np.full(n, NONE, np.int32),
    )
    vehicles = Vehicles(
        place=rng.integers(0, stops, m).astype(np.int32),
        free_from=np.zeros(m),
        depot=np.full(m, NONE, np.int32),
        shift_end=np.full(m, 4 * 3600.0),
        capacity=np.tile(np.array([8, 1], np.int32), (m, 1)),
        max_duration=np.full(m, np.inf),
    )
    return FleetState(times, requests, vehicles, Plan.empty(m))


if __name__ == "__main__":
    main()
