"""How long the planner takes in the embedded city; prints one JSON object.

Requests are random pairs of named places in the street area, at random times from 06:00 to 22:00 on one Wednesday, half
of them arrive-by; the same seed gives the same requests. Wall time is what a person waits, CPU time what this machine
would need with nobody else on it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.random_requests import asked_each, milliseconds, requests
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode

DAY = datetime(2026, 11, 25)
COLD_STARTS = 5
KAITEKI = str(Path(sys.executable).with_name("kaiteki"))
MIB = 1 << 10
"""Kibibytes, the unit of ru_maxrss on Linux, in one mebibyte."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--network", type=Path, help="a built network of the embedded city; default: build one")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as room:
        folder = options.network or Path(room) / "makuhari"
        results: dict[str, object] = {"load_average": round(os.getloadavg()[0], 2)}
        if options.network is None:
            results |= built(folder)
        results["open_ms"] = opening_ms(folder)
        results["cold_start_s"] = cold_start_s(folder)
        network = open_network(folder)
        everything = frozenset(StreetMode)
        walking = frozenset({StreetMode.WALK})
        results["all_modes"] = latency(network, requests(network, DAY, options.queries, everything))
        results["transit_and_walk"] = latency(network, requests(network, DAY, options.queries, walking))
    results["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB
    print(json.dumps(results, indent=1))


def built(folder: Path) -> dict[str, float]:
    begin = time.perf_counter()
    subprocess.run([KAITEKI, "build", str(folder)], check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // MIB
    return {"build_s": round(seconds, 2), "build_peak_mib": peak}


def opening_ms(folder: Path) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        open_network(folder)
        times.append(time.perf_counter() - begin)
    return round(median(times) * 1000, 1)


def cold_start_s(folder: Path) -> float:
    command = [KAITEKI, "plan", "海浜幕張駅", "幕張メッセ", "--depart", "2026-11-25T10:00", "--network", str(folder)]
    times = []
    for _ in range(COLD_STARTS):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return round(median(times), 2)


def latency(network: Network, asked: Sequence[PlanRequest]) -> dict[str, float]:
    """Milliseconds per request, after one that nobody waits for: it compiles and cuts the day out."""
    plan(network, asked[0])
    answers, seconds, failures = asked_each(asked, lambda request: plan(network, request))
    itineraries, direct = ([len(getattr(one, name)) for one in answers] for name in ("itineraries", "direct"))
    empty = sum(not found for found in map(sum, zip(itineraries, direct, strict=True)))
    counts = {"itineraries": sum(itineraries), "direct": sum(direct), "without_answer": empty, "failures": failures}
    return {"queries": len(asked), **milliseconds(seconds), **counts}


if __name__ == "__main__":
    main()
