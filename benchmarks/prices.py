"""How long the search by price takes between random stops of a network with fares; prints one JSON object.

Half of the questions are by arrival, at random times from 07:00 to 21:00 on one day; the same seed asks the same.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.random_requests import SEED, asked_each, milliseconds
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import PlanRequest, Preferred, StopId
from planner.timetable import BOARDING_PLACE


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="a built network")
    parser.add_argument("date", type=datetime.fromisoformat, help="such as 2026-11-25")
    parser.add_argument("--queries", type=int, default=12)
    options = parser.parse_args(arguments)
    network = open_network(options.network)
    asked = questions(network, options.date, options.queries)
    results: dict[str, object] = {"load_average": round(os.getloadavg()[0], 2)}
    results["by_price"] = told(network, [replace(one, prefer=Preferred.PRICE) for one in asked])
    results["one_departure"] = told(network, [replace(one, timetable_view=False) for one in asked])
    print(json.dumps(results, indent=1))


def questions(network: Network, day: datetime, n: int) -> list[PlanRequest]:
    """Pairs of stops at times of `day`, half of them by arrival."""
    rng, stops = np.random.default_rng(SEED), network.snapshot.timetable.stops
    rows = np.flatnonzero(stops.location_type == BOARDING_PLACE)
    asked = []
    for number in range(n):
        ends = (StopId(stops.ids[row]) for row in rng.choice(rows, 2, replace=False))
        moment = day.replace(tzinfo=network.zone) + timedelta(seconds=int(rng.integers(7 * 3600, 21 * 3600)))
        asked.append(PlanRequest(*ends, moment, arrive_by=number % 2 == 1, direct_modes=frozenset()))
    return asked


def told(network: Network, asked: Sequence[PlanRequest]) -> dict[str, float]:
    """Milliseconds of each, once everything is compiled, and how many journeys it has."""
    for one in asked[:2]:
        plan(network, one)
    answers, seconds, _ = asked_each(asked, lambda one: plan(network, one))
    n_found = [len(answer.itineraries) for answer in answers]
    return {**milliseconds(seconds), "journeys": round(sum(n_found) / len(n_found), 2)}


if __name__ == "__main__":
    main()
