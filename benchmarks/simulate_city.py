"""How long a weekday of the embedded city takes, with answers kept and not, and how that grows; prints one JSON object.

    python -m benchmarks.simulate_city                    100,000 trips, no answers kept
    python -m benchmarks.simulate_city --kept             the same with answers kept for ten minutes beside it
    python -m benchmarks.simulate_city --share 0.2        a fifth of the people
    python -m benchmarks.simulate_city --growth           0.1, 0.25, 0.5 of the trips besides

CPU seconds of one core, compiled kernels taken from disk. `searches_per_s` is the planner alone: journeys between
stops; `lists_per_s` all that a traveller can choose from, over every means.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from planner.raptor import Workspace
from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.run import find_scenario, write_events
from simulator.alternatives import Asker
from simulator.answers import MAX_TRANSFERS, Answers, Question
from simulator.city import CitySetup, Effort, begun, facts_of, run_city, town
from simulator.city_metrics import city_metrics
from simulator.disruption import Disruptions, known_at
from simulator.population import Tours

GOAL_S, GOAL_MB = 600, 4096
KEPT_S = 600.0
SHARES = (0.1, 0.25, 0.5)
COMPARED = (
    "served", "gave_up", "wait_departure_s_mean", "ride_s_mean", "door_to_door_s_mean", "share_rail", "share_bus",
    "share_shared_bicycle", "share_walk",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--share", type=float, default=1.0, help="of the people")
    options = parser.parse_args(arguments)
    setup = smaller(city_setup_of(*read_city_scenario(find_scenario("makuhari-weekday"))), options.share)
    run_city(smaller(setup, 0.01 / options.share), 1)  # compiled kernels and the town are ready then
    results: dict[str, object] = {"goal_s": GOAL_S, "goal_mb": GOAL_MB, "load_average": round(os.getloadavg()[0], 1)}
    results |= planning(setup) | {"answers_not_kept": played(setup)}
    if options.kept:
        results["answers_kept"] = played(replace(setup, slot_s=KEPT_S))
    if options.growth:
        results["growth"] = [played(smaller(setup, share), is_short=True) for share in SHARES]
        results["load_average_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(results, indent=1))


def smaller(setup: CitySetup, share: float) -> CitySetup:
    """The same with so many of the people."""
    sources = [
        replace(one, persons=round(one.persons * share)) if isinstance(one, Tours) else one for one in setup.sources
    ]
    return replace(setup, sources=sources)


def played(setup: CitySetup, is_short: bool = False) -> dict[str, object]:
    """One day, its numbers and its table of events."""
    efforts: list[Effort] = []
    begin = time.process_time()
    events = run_city(setup, 1, tell=efforts.append)
    run_s = time.process_time() - begin
    numbers = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    reckoned_s = time.process_time() - begin - run_s
    found: dict[str, object] = {
        "travellers": int(numbers["generated"]), "run_s": round(run_s, 1), "metrics_s": round(reckoned_s, 2),
        "events": len(events), "plans_per_s": round(efforts[0].asked / run_s),
        "answered_from_kept": round(efforts[0].kept / efforts[0].asked, 3),
    }  # fmt: skip
    if is_short:
        return found
    with TemporaryDirectory() as room:
        begin = time.process_time()
        write_events(Path(room) / "0000.parquet", events, dict(enumerate(town(setup.place).names)))
        found["write_s"] = round(time.process_time() - begin, 1)
    latencies = np.percentile(efforts[0].latencies_s, [50, 99]) * 1000
    return found | {
        "most_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "bus_decision_ms_p50_p99": np.round(latencies, 1).tolist(),
        "kpis": {name: round(numbers[name], 4) for name in COMPARED},
    }


def planning(setup: CitySetup, count: int = 3000) -> dict[str, object]:
    """The planner alone, by questions of people who go between random sites in the day."""
    around, rng = town(setup.place), np.random.default_rng(1)
    answers = Answers(around, 0.0, known_at(around, Disruptions(), 0.0), Workspace.of(around.transit, MAX_TRANSFERS))
    asked = [
        (*rng.choice(len(around.sites), 2, replace=False).tolist(), float(rng.uniform(7 * 3600, 21 * 3600)))
        for _ in range(count)
    ]
    begin = time.process_time()
    for origin, destination, at_s in asked:
        answers.journeys(Question(origin, destination, at_s, 1.0, False))
    searches_s = time.process_time() - begin
    choices = begun(setup, 1, 0).choices
    begin = time.process_time()
    for origin, destination, at_s in asked:
        choices.of(Asker(origin, destination, at_s, 1.25, False, True))
    lists_s = time.process_time() - begin
    return {"searches_per_s": round(count / searches_s), "lists_per_s": round(count / lists_s)}


if __name__ == "__main__":
    main()
