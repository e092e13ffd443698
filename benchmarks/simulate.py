"""How long one simulated day takes, its log written and its numbers reckoned; prints one JSON object.

The built-in concert night (everything on: choice, weather, closure, batteries, interventions, gates, a population) on
the loop of 1.6 km, with three vehicles and 120 passengers an hour of its flow besides. Milliseconds: CPU time, the best
of some repetitions, which is what this machine needs with nobody else on it; wall time, their median, which is what one
waits here and now.

`bare_queue_ms` is as many people through one queue of SimPy and nothing else. `benchmarks.simulate_city` plays a whole
city. With ``--replications 100`` so many days of the built-in mall's loop, everything written, on one process and on
two by turns: seconds of the clock, the median of three, and the load average at each beginning.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec
import simpy

from scenarios.run import find_scenario, run_scenario, write_events
from scenarios.scenario import read_scenario
from scenarios.setups import cost_rates, setup_of
from simulator.events import Kind
from simulator.metrics import metrics
from simulator.processes import Process
from simulator.run import run

GOAL_MS = 250
WORKERS = (1, 2)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--replications", type=int, help="only these")
    options = parser.parse_args(arguments)
    if options.replications:
        print(json.dumps(replications(options.replications), indent=1))
        return
    scenario, text = read_scenario(find_scenario("loop-concert-night"))
    fleet = msgspec.structs.replace(scenario.fleet, vehicles=3, headway_s=180.0)
    setup = setup_of(msgspec.structs.replace(scenario, fleet=fleet), text)
    rates = cost_rates(scenario)
    events = run(setup, 1)
    stops = {place: setup.course.stops[stop] for place, stop in enumerate(setup.course.stop_at)}
    with tempfile.TemporaryDirectory() as room:
        table = Path(room) / "events.csv"
        parts = {
            "run_ms": timed(lambda: run(setup, 1), options.repetitions),
            "write_ms": timed(lambda: write_events(table, events, stops), options.repetitions),
            "bare_queue_ms": timed(lambda: bare_queue(len(events.of(Kind.GENERATED))), options.repetitions),
            "metrics_ms": timed(lambda: metrics(events, rates, 0.0, setup.until_s), options.repetitions),
        }
        octets = table.stat().st_size
    results: dict[str, object] = {name: [round(value, 1) for value in values] for name, values in parts.items()}
    counted = [values for name, values in parts.items() if name != "bare_queue_ms"]
    results["day_ms"] = [round(sum(values[i] for values in counted), 1) for i in range(2)]
    numbers = metrics(events, rates, 0.0, setup.until_s)
    results |= {
        "goal_ms": GOAL_MS,
        "events": len(events),
        "travellers": int(numbers["generated"]),
        "log_octets": octets,
    }
    results |= {"vehicle_km": round(numbers["vehicle_km"], 1), "served": int(numbers["served"])}
    print(json.dumps(results, indent=1))


def replications(count: int) -> dict[str, object]:
    """Seconds of the clock for days of the loop on one process and on two, by turns; what is compiled is ready."""
    file = find_scenario("aeon-loop-2020")
    runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    run(setup_of(*read_scenario(file)), 1)
    for workers in WORKERS * 3:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as room:
            begin = time.perf_counter()
            run_scenario(file, Path(room) / "run", count, 1, workers)
            runs[workers].append((time.perf_counter() - begin, load))
    found: dict[str, object] = {"replications": count}
    for workers, rows in runs.items():
        found[f"workers_{workers}"] = {
            name: [round(value, 1) for value in column]
            for name, column in zip(("wall_s", "load_average"), zip(*rows, strict=True), strict=True)
        }
    medians = {workers: median(row[0] for row in rows) for workers, rows in runs.items()}
    return found | {"median_wall_s": {workers: round(value, 1) for workers, value in medians.items()},
                    "times_as_fast": round(medians[1] / medians[2], 2)}  # fmt: skip


def bare_queue(customers: int) -> None:
    """As many people through one server, and nothing else: what SimPy itself takes."""
    env = simpy.Environment()
    server = simpy.Resource(env)

    def customer(at_s: float) -> Process:
        yield env.timeout(at_s)
        with server.request() as turn:
            yield turn
            yield env.timeout(10.0)

    for number in range(customers):
        env.process(customer(20.0 * number))
    env.run()


def timed(work: Callable[[], object], repetitions: int) -> tuple[float, float]:
    """CPU and wall milliseconds."""
    cpu, wall = [], []
    for _ in range(repetitions):
        begin_cpu, begin = time.process_time(), time.perf_counter()
        work()
        cpu.append((time.process_time() - begin_cpu) * 1000)
        wall.append((time.perf_counter() - begin) * 1000)
    return min(cpu), median(wall)


if __name__ == "__main__":
    main()
