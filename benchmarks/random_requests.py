"""Requests from door to door, the same for the same seed, and how their times are told."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from planner.errors import KaitekiError
from planner.network import Network
from planner.request import Coordinate, PlanRequest, StreetMode

SEED = 42

T = TypeVar("T")


def requests(network: Network, day: datetime, n: int, modes: frozenset[StreetMode]) -> list[PlanRequest]:
    """The first `n` of the seed: random pairs of named places in the street area, from 06:00 to 22:00, half arrive-by.

    Parameters
    ----------
    day : datetime
        Midnight of the day, without a zone: the network's is meant.
    modes : frozenset of StreetMode
        By which stops are reached and left, and direct ways are looked for; only these differ between calls.
    """
    rng = np.random.default_rng(SEED)
    side, places = network.snapshot.street_side, network.snapshot.places
    assert side is not None
    streets = side.streets
    inside = (places.lat >= streets.node_lat.min()) & (places.lat <= streets.node_lat.max())
    inside &= (places.lon >= streets.node_lon.min()) & (places.lon <= streets.node_lon.max())
    rows = np.flatnonzero(inside)
    asked = []
    for number in range(n):
        pair = rng.choice(rows, 2, replace=False)
        moment = day.replace(tzinfo=network.zone) + timedelta(seconds=int(rng.integers(6 * 3600, 22 * 3600)))
        ends = (Coordinate(float(places.lat[row]), float(places.lon[row])) for row in pair)
        is_by_arrival = number % 2 == 1
        by = {"access_modes": modes, "egress_modes": modes, "direct_modes": modes}
        asked.append(PlanRequest(*ends, moment, arrive_by=is_by_arrival, **by))
    return asked


def asked_each(
    asked: Sequence[PlanRequest], answer: Callable[[PlanRequest], T]
) -> tuple[list[T], dict[str, list[float]], int]:
    """Answers to what can be answered, the seconds each took by the clock and of the processor, and how many cannot."""
    answers, wall, cpu = [], [], []
    for request in asked:
        begin, begin_cpu = time.perf_counter(), time.thread_time()
        try:
            answers.append(answer(request))
        except KaitekiError:
            continue
        wall.append(time.perf_counter() - begin)
        cpu.append(time.thread_time() - begin_cpu)
    return answers, {"wall": wall, "cpu": cpu}, len(asked) - len(answers)


def milliseconds(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Median and 99th percentile of each of some lists of seconds."""
    return {
        f"{name}_{rank}_ms": round(float(np.percentile(times, share)) * 1000, 2)
        for name, times in seconds.items()
        for rank, share in (("median", 50), ("p99", 99))
    }
