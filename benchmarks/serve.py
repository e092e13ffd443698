"""Load on one server from a client process beside it: plans a second, percentiles, memory, bursts, a reload, a kill.

    python -m benchmarks.serve [--network DIR] [--tokyo-rail DIR] [--workers N] [--seconds S] [--clients N]
    python -m benchmarks.serve soak [--network DIR] [--workers N] [--minutes M] [--pace PER_SECOND]

Prints one JSON object: the embedded city, and the load alone on Greater Tokyo's rail where its feed is. Both processes
share this machine; `load_average` says who else used it meanwhile.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from api.cli_network import cache_folder
from planner.network import Network, open_network
from scenarios.build import Sources, build_network
from scenarios.embedded import embedded_network

SEED = 20261125
QUESTIONS, WARMING_S = 400, 4.0
TOKYO_RAIL = Path(__file__).resolve().parents[2] / "shared/data/gtfs/tokyo-rail.zip"


def questions(network: Network) -> list[dict[str, str]]:
    """Journeys between random stops of a weekday, in MOTIS' defaults."""
    rng, timetable = random.Random(SEED), network.snapshot.timetable
    validity = timetable.validity
    assert validity is not None
    day = next(validity[0] + timedelta(days=n) for n in range(7) if (validity[0] + timedelta(days=n)).weekday() == 2)
    called = np.unique(timetable.patterns.stop).tolist()
    found = []
    for _ in range(QUESTIONS):
        ends = [timetable.stops.ids[row] for row in rng.sample(called, 2)]
        at = datetime(day.year, day.month, day.day, 6, tzinfo=network.zone) + timedelta(minutes=rng.randrange(15 * 60))
        found.append({"fromPlace": ends[0], "toPlace": ends[1], "time": at.isoformat()})
    return found


class Server:
    """`kaiteki serve` on a copy of a network."""

    def __init__(self, network: Path, room: Path, workers: int, rate: float) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        words = [sys.executable, "-m", "api.cli", "serve", "--network", str(network), "--port", str(self.port)]
        words += ["--workers", str(workers), "--rate", str(rate)]
        environment = {**os.environ, "XDG_CACHE_HOME": str(room)}
        with (room / "log").open("w") as log:
            self.process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/api/v1/health", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise RuntimeError((room / "log").read_text())

    def processes(self) -> list[int]:
        """Processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        spawned = [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
        return spawned or [self.process.pid]

    def memory_mb(self) -> list[dict[str, float]]:
        """Of each process: pages it shares counted in full (rss), by their share (pss), and its own alone."""
        found = []
        for process in self.processes():
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
            kb = {line.split()[0].rstrip(":"): float(line.split()[1]) for line in lines}
            own = kb["Private_Dirty"] + kb["Private_Clean"]
            found.append({"rss": round(kb["Rss"] / 1024), "pss": round(kb["Pss"] / 1024), "own": round(own / 1024)})
        return found

    def cpu_s(self) -> float:
        """Seconds of processor the processes that answer have used."""
        ticks = os.sysconf("SC_CLK_TCK")
        texts = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in self.processes()]
        return sum(int(text[11]) + int(text[12]) for text in texts) / ticks

    def stop(self) -> float:
        """Seconds until it has ended."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - begun


async def load(url: str, asked: list[dict[str, str]], clients: int, seconds: float) -> dict[str, Any]:
    """Ask as fast as answers come, `clients` at a time."""
    times: list[float] = []
    statuses: dict[str, int] = {}
    until = time.perf_counter() + seconds

    async def one(number: int) -> None:
        rng = random.Random(number)
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                try:
                    response = await client.get("/api/v6/plan", params=rng.choice(asked))
                    status = str(response.status_code)
                except httpx.TransportError as error:
                    status = type(error).__name__
                times.append(time.perf_counter() - begun)
                statuses[status] = statuses.get(status, 0) + 1

    begun = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(clients)))
    took = time.perf_counter() - begun
    milliseconds = np.percentile(np.array(times) * 1000, [50, 95, 99])
    p50, p95, p99 = (round(float(one), 1) for one in milliseconds)
    return {"per_second": round(len(times) / took, 1), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "answers": statuses}


async def soaked(server: Server, asked: list[dict[str, str]], minutes: float, pace: float) -> dict[str, Any]:
    """Ask at an even pace for long, every question once before any comes again; memory is looked at 13 times."""
    looks: list[dict[str, float]] = []
    statuses: dict[str, int] = {}
    begun, count = time.monotonic(), int(minutes * 60 * pace)

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        for number in range(count):
            if number % max(1, count // 12) == 0:
                looks.append({"minute": round((time.monotonic() - begun) / 60, 1), **_whole(server.memory_mb())})
            response = await client.get("/api/v6/plan", params=asked[number % len(asked)])
            statuses[str(response.status_code)] = statuses.get(str(response.status_code), 0) + 1
            await asyncio.sleep(max(0.0, begun + (number + 1) / pace - time.monotonic()))
    looks.append({"minute": round((time.monotonic() - begun) / 60, 1), **_whole(server.memory_mb())})
    late = looks[len(looks) // 2 :]
    minutes_of, own = (np.array([one[name] for one in late]) for name in ("minute", "own"))
    growth = float(np.polyfit(minutes_of, own, 1)[0]) if len(late) > 1 else 0.0
    return {"answers": statuses, "memory_mb": looks, "own_mb_a_minute_in_the_second_half": round(growth, 2)}


def _whole(memory: list[dict[str, float]]) -> dict[str, float]:
    return {name: sum(one[name] for one in memory) for name in memory[0]}


async def burst(url: str, asked: list[dict[str, str]], count: int) -> dict[str, Any]:
    """All at once."""
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:

        async def one(number: int) -> tuple[int, float]:
            begun = time.perf_counter()
            response = await client.get("/api/v6/plan", params=asked[number % len(asked)])
            return response.status_code, time.perf_counter() - begun

        begun = time.perf_counter()
        found = await asyncio.gather(*(one(number) for number in range(count)))
    refused = [seconds for status, seconds in found if status == 429]
    counts = {str(status): sum(one == status for one, _ in found) for status in {one for one, _ in found}}
    return {
        "asked": count,
        "answers": counts,
        "seconds": round(time.perf_counter() - begun, 2),
        "refused": len(refused),
    }


async def reloaded(server: Server, asked: list[dict[str, str]], network: Path) -> dict[str, Any]:
    """Build the network anew under load."""

    async def rebuild() -> None:
        await asyncio.sleep(2)
        new = network.with_name("new")
        await asyncio.to_thread(shutil.copytree, network, new)
        (new / "manifest.json").touch()
        network.rename(network.with_name("old"))
        new.rename(network)

    told, _ = await asyncio.gather(load(server.url, asked, 2, 12), rebuild())
    return told


async def killed(server: Server, asked: list[dict[str, str]]) -> dict[str, Any]:
    """Kill a process under load."""

    async def kill() -> None:
        await asyncio.sleep(2)
        os.kill(server.processes()[0], signal.SIGKILL)

    told, _ = await asyncio.gather(load(server.url, asked, 2, 8), kill())
    return told


def _loaded(server: Server, asked: list[dict[str, str]], options: argparse.Namespace) -> dict[str, Any]:
    """Questions as fast as answers come, what they cost, and what the processes hold after them."""
    before = server.cpu_s()
    told = asyncio.run(load(server.url, asked, options.clients, options.seconds))
    spent_s = server.cpu_s() - before
    each = {"cpu_ms_an_answer": round(spent_s / sum(told["answers"].values()) * 1000, 1)}
    return {"clients": options.clients, "load": told, **each, "memory_mb": server.memory_mb()}


def _tried(server: Server, asked: list[dict[str, str]], network: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Load, then a reload under load, then a kill."""
    found = _loaded(server, asked, options)
    found["reload"] = asyncio.run(reloaded(server, asked, network))
    if options.workers > 1:
        found["kill"] = asyncio.run(killed(server, asked))
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["load", "soak"], default="load")
    parser.add_argument("--minutes", type=float, default=30.0, help="of soak")
    parser.add_argument("--pace", type=float, default=5.0, help="questions a second while it soaks")
    parser.add_argument("--network", type=Path, help="a built network in place of the embedded city")
    parser.add_argument("--tokyo-rail", type=Path, help="a built network of tokyo-rail; default: build it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--burst", type=int, default=600, help="questions at once against the limit of 60; 0: none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        found = {"workers": options.workers, **_city(room, options)}
        if options.what == "load" and (options.tokyo_rail is not None or TOKYO_RAIL.is_file()):
            found["tokyo_rail"] = _rail(room / "rail", options)
    found["load_average"] = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps(found, indent=1))


def _city(room: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What is asked for, on the embedded city or the network in its place."""
    network, found = room / "network", dict[str, Any]()
    shutil.copytree(options.network or embedded_network(cache_folder()), network)
    asked = questions(open_network(network))
    server = Server(network, room, options.workers, rate=0)
    try:
        asyncio.run(load(server.url, asked, 1, WARMING_S))
        if options.what == "soak":
            found["soak"] = asyncio.run(soaked(server, asked, options.minutes, options.pace))
        else:
            found |= _tried(server, asked, network, options)
    finally:
        found["stop_s"] = round(server.stop(), 2)
    if options.what == "load" and options.burst:
        limited = Server(network, room, 1, rate=1)
        try:
            found["burst"] = asyncio.run(burst(limited.url, asked, options.burst))
        finally:
            limited.stop()
    return found


def _rail(room: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Load alone on tokyo-rail."""
    room.mkdir()
    network = options.tokyo_rail or room / "network"
    if options.tokyo_rail is None:
        build_network(network, Sources([TOKYO_RAIL], footpaths="feed"))
    asked = questions(open_network(network))
    server = Server(network, room, options.workers, rate=0)
    try:
        asyncio.run(load(server.url, asked, 1, WARMING_S))
        return _loaded(server, asked, options)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
