"""What it takes to make a network of a large feed and to open it: seconds, memory, disk; prints one JSON object.

Each step runs in a process of its own on one core, so that its memory is its own. Seconds are those of the clock and of
the processor; opening is told cold (a new process, modules loaded) and again in the same process.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FEED = Path(__file__).resolve().parents[2] / "shared" / "data" / "gtfs" / "tokyo-rail.zip"
MOST_BUILD_S, MOST_BUILD_GB, MOST_OPEN_S = 60.0, 3.0, 1.0
"""What a machine of one core and four gigabytes can be asked."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("feed", type=Path, nargs="?", default=FEED)
    parser.add_argument("--footpaths", default="feed")
    parser.add_argument("--step", choices=("build", "open"), help=argparse.SUPPRESS)
    parser.add_argument("--network", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        print(
            json.dumps(
                build(asked.feed, asked.network, asked.footpaths) if asked.step == "build" else opened(asked.network)
            )
        )
        return
    with tempfile.TemporaryDirectory() as room:
        network = Path(room) / "network"
        steps = {step: run(step, asked.feed, network, asked.footpaths) for step in ("build", "open")}
    is_within = (
        steps["build"]["seconds"] <= MOST_BUILD_S
        and steps["build"]["peak_gb"] <= MOST_BUILD_GB
        and steps["open"]["seconds"] <= MOST_OPEN_S
    )
    print(json.dumps({"feed": asked.feed.name, **steps, "is_within_limits": is_within}, indent=1))
    sys.exit(0 if is_within else 1)


def run(step: str, feed: Path, network: Path, footpaths: str) -> dict[str, float]:
    """One step in its own process."""
    command = [sys.executable, __file__, str(feed), "--step", step, "--network", str(network), "--footpaths", footpaths]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def build(feed: Path, network: Path, footpaths: str) -> dict[str, float]:
    """Read and store the network."""
    from scenarios.build import Sources, build_network

    one_core()
    begin, used = time.perf_counter(), time.process_time()
    manifest = build_network(network, Sources([feed], footpaths=footpaths)).manifest
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    megabytes = sum(file.stat().st_size for file in network.iterdir()) / 1e6
    return measured(seconds, cpu) | {"disk_mb": round(megabytes, 1), "feeds": len(manifest.feeds)}


def opened(network: Path) -> dict[str, float]:
    """Open the network twice."""
    from planner.network import open_network

    one_core()
    begin, used = time.perf_counter(), time.process_time()
    calls = len(open_network(network).snapshot.timetable.trips.arrival)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    begin = time.perf_counter()
    open_network(network)
    return measured(seconds, cpu) | {"again_seconds": round(time.perf_counter() - begin, 4), "stop_times": calls}


def one_core() -> None:
    """Stay on one core, where the system allows to say so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def measured(seconds: float, cpu: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "peak_gb": round(peak, 3)}


if __name__ == "__main__":
    main()
