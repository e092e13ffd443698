"""Work spread over processes and over a Dask cluster."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.errors import RequestError
from scenarios.cluster import ALONE, LOCAL, Workers, spread
from scenarios.run import run_scenario
from tests.scenarios.test_city_scenario import SMALL
from tests.scenarios.test_run import contents
from tests.scenarios.test_scenario import LOOP

if TYPE_CHECKING:
    from distributed import LocalCluster

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed.*"),
]


@pytest.fixture(scope="module")
def cluster() -> "Iterator[LocalCluster]":
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as started:
        yield started


def squared(number: int) -> int:
    return number * number


def inverse(number: int) -> float:
    return 1 / number


SQUARES = [number * number for number in range(23)]


@pytest.mark.parametrize("workers", [ALONE, Workers(2)])
def test_results_come_in_order_from_any_number_of_processes(workers: Workers) -> None:
    assert list(spread(squared, range(23), workers)) == SQUARES
    assert list(spread(squared, [], workers)) == []


def test_results_come_in_order_from_a_cluster(cluster: "LocalCluster") -> None:
    assert list(spread(squared, range(23), Workers(cluster=cluster.scheduler_address))) == SQUARES


@pytest.mark.parametrize("workers", [ALONE, Workers(2)])
def test_what_goes_wrong_far_away_is_told_here(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(inverse, [2, 1, 0, 1], workers))


def test_a_cluster_of_this_machine_for_the_time_of_the_work() -> None:
    pytest.importorskip("distributed")
    assert list(spread(squared, range(5), Workers(2, LOCAL))) == SQUARES[:5]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("tcp://127.0.0.1:1", "No Dask scheduler answers at 'tcp://127.0.0.1:1'"), ("nowhere", "at 'nowhere'")],
)
def test_a_cluster_that_is_not_there(address: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("scenarios.cluster.ANSWER_S", 1.0)
    with pytest.raises(RequestError, match=sentence):
        list(spread(squared, [1], Workers(cluster=address)))


def test_a_worker_killed_in_mid_sweep_loses_and_doubles_nothing(cluster: "LocalCluster", tmp_path: Path) -> None:
    scenario, told, killed = tmp_path / "loop.toml", [], []
    scenario.write_text(LOOP, encoding="utf-8")

    def kill_after_three(done: int, count: int) -> None:
        told.append((done, count))
        if done == 3:
            nanny = next(iter(cluster.workers.values()))
            os.kill(nanny.pid, signal.SIGKILL)
            killed.append(nanny.pid)

    address = cluster.scheduler_address
    run_scenario(scenario, tmp_path / "far", 24, 5, progress=kill_after_three, cluster=address)
    run_scenario(scenario, tmp_path / "near", 24, 5)
    assert killed
    assert contents(tmp_path / "far") == contents(tmp_path / "near")
    assert told == [(done, 24) for done in range(1, 25)]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_city_is_the_same_on_any_workers_and_on_a_cluster_that_loses_one(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    scenario = tmp_path / "city.toml"
    scenario.write_text(SMALL, encoding="utf-8")
    for workers in (1, 4):
        run_scenario(scenario, tmp_path / f"workers{workers}", 8, 5, workers)
    run_scenario(scenario, tmp_path / "local", 8, 5, cluster=LOCAL, workers=4)
    killed = []
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address="127.0.0.1:0") as three:

        def kill_after_two(done: int, _: int) -> None:
            if done == 2:
                nanny = next(iter(three.workers.values()))
                os.kill(nanny.pid, signal.SIGKILL)
                killed.append(nanny.pid)

        run_scenario(scenario, tmp_path / "hurt", 8, 5, progress=kill_after_two, cluster=three.scheduler_address)
    assert killed
    alone = results(tmp_path / "workers1")
    assert sum(name.startswith("events/") for name in alone) == 8
    for other in ("workers4", "local", "hurt"):
        assert results(tmp_path / other) == alone


def results(folder: Path) -> dict[str, bytes]:
    """Every file but what playing took, which is never twice the same."""
    return {name: octets for name, octets in contents(folder).items() if not name.startswith("effort/")}
