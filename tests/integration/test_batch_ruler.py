"""Where nobody stays seated, the first arrivals of a batch are those of the ruler, a RAPTOR written elsewhere."""

import csv
import importlib.util
import io
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.network import Network, open_network
from scenarios.batch import Query, answer_batch
from scenarios.build import Sources, build_network

DAY = date(2026, 11, 25)
START = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""Midnight in Japan."""
NEVER = 1 << 30
ROUNDS = 15
COUNT = 300


@pytest.fixture(scope="module")
def ruler(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("ruler", shared / "yardstick" / "raptor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ruler"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def unseated(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed without in-seat transfers, which the ruler does not know."""
    path = tmp_path_factory.mktemp("unseated") / "chiba-rail.zip"
    source = shared / "data" / "gtfs" / "chiba-rail.zip"
    with zipfile.ZipFile(source) as feed, zipfile.ZipFile(path, "w") as copy:
        for name in feed.namelist():
            text = feed.read(name).decode("utf-8-sig")
            if name in ("trips.txt", "transfers.txt"):
                rows = list(csv.DictReader(io.StringIO(text)))
                kept = [row | {"block_id": ""} for row in rows] if name == "trips.txt" else plain(rows)
                lines = io.StringIO()
                writer = csv.DictWriter(lines, list(kept[0]))
                writer.writeheader()
                writer.writerows(kept)
                text = lines.getvalue()
            copy.writestr(name, text)
    return path


def plain(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["transfer_type"] != "4"]


def network_of(path: Path, folder: Path) -> Network:
    build_network(folder / "network", Sources(gtfs=[path], footpaths="feed"))
    return open_network(folder / "network")


def ruled_arrivals(ruler: Any, arrays: tuple[Any, ...], queries: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Earliest arrivals on foot, and by any number of rides, for each query."""
    n_stops, n_patterns = len(arrays[6]) - 1, len(arrays[2])

    def ints(*shape: int) -> np.ndarray:
        return np.empty(shape, np.int32)

    found = []
    for query in queries:
        work = (
            ints(n_stops), ints(ROUNDS + 1, n_stops), np.full(n_patterns, ruler.BIG, np.int32), ints(n_patterns),
            ints(n_stops + 1), np.zeros(n_stops, np.uint8), ints(n_stops + 1), ints(ROUNDS + 1),
        )  # fmt: skip
        best = ruler.query(*arrays, *(np.int32(one) for one in query), ROUNDS, *work)
        found.append((int(work[-1][0]), int(best)))
    return found


@pytest.mark.shared
def test_first_arrivals_are_the_rulers_where_nobody_stays_seated(ruler: Any, unseated: Path, tmp_path: Path) -> None:
    network = network_of(unseated, tmp_path)
    stop_ids, arrays = ruler.load(unseated, DAY)
    rng = np.random.default_rng(4)
    asked = [
        (*rng.choice(len(stop_ids), 2, replace=False).tolist(), int(rng.integers(25_200, 79_200))) for _ in range(COUNT)
    ]
    queries = [
        Query(str(n), stop_ids[a], stop_ids[b], START + timedelta(seconds=second))
        for n, (a, b, second) in enumerate(asked)
    ]
    first: dict[int, int] = {}
    for row in answer_batch(network, queries):
        if row.arrival is not None:
            arrival = (row.arrival - START) // timedelta(seconds=1)
            first[int(row.id)] = min(arrival, first.get(int(row.id), NEVER))
    for n, (on_foot, best) in enumerate(ruled_arrivals(ruler, arrays, asked)):
        assert min(first.get(n, NEVER), on_foot) == best, queries[n]
