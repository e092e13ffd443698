"""A scenario run into a folder, and two such runs compared."""

import csv
import json
import math
from pathlib import Path

import pytest

from planner.errors import RequestError
from scenarios.compare import compare_runs
from scenarios.run import read_run, run_scenario
from scenarios.run_tables import read_columns
from scenarios.scenario import ScenarioError, read_scenario
from scenarios.setups import setup_of
from simulator.intervals import interval
from simulator.run import run
from tests.scenarios.test_scenario import LOOP


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    file = tmp_path / "loop.toml"
    file.write_text(LOOP, encoding="utf-8")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_run_does_not_depend_on_the_number_of_processes(loop: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_scenario(loop, tmp_path / "one", 3, 5, progress=lambda done, count: told.append((done, count)))
    run_scenario(loop, tmp_path / "two", 3, 5, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_every_event_is_in_the_table(loop: Path, tmp_path: Path) -> None:
    run_scenario(loop, tmp_path / "run", 2, 5)
    events = run(setup_of(*read_scenario(loop)), 5, 1)
    (table,) = (tmp_path / "run" / "events").glob("0001.*")
    if table.suffix == ".csv":
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [float(row["time_s"]) for row in rows] == pytest.approx(events.time_s.tolist(), abs=6e-4)
        assert sum(float(row["energy_j"]) for row in rows) == pytest.approx(events.energy_j.sum(), rel=1e-6)
        assert {row["kind"] for row in rows} >= {"GENERATED", "BOARDED", "ALIGHTED", "REACHED", "ARRIVED", "LEFT"}
        assert all((row["traveller"] == "") != (row["vehicle"] == "") for row in rows if row["kind"] != "BOARDED" and
                   row["kind"] != "ALIGHTED")  # fmt: skip


def test_means_are_those_of_the_replications(loop: Path, tmp_path: Path) -> None:
    kpis = run_scenario(loop, tmp_path / "run", 4, 5)
    record, numbers = read_run(tmp_path / "run")
    assert (record.title, record.seed, record.replications) == ("A loop", 5, 4)
    stored = json.loads((tmp_path / "run" / "kpis.json").read_text(encoding="utf-8"))
    for name, found in kpis.items():
        known = [value for value in numbers[name] if not math.isnan(value)]
        if known:
            assert found.mean == pytest.approx(sum(known) / len(known), rel=1e-9)
            assert stored[name]["mean"] == pytest.approx(found.mean)
            assert stored[name]["low"] <= stored[name]["mean"] <= stored[name]["high"]


def test_the_queues_are_among_the_numbers(loop: Path, tmp_path: Path) -> None:
    kpis = run_scenario(loop, tmp_path / "run", 2, 5)
    for position in range(3):
        assert kpis[f"queue_{position}_persons"].mean > 0
    assert "queue_3_persons" not in kpis


def test_the_tables_add_up_to_the_numbers(loop: Path, tmp_path: Path) -> None:
    run_scenario(loop, tmp_path / "run", 2, 5)
    _, numbers = read_run(tmp_path / "run")
    ends = read_columns(tmp_path / "run", "travellers", 1, ["end", "riding_s", "rides"])
    assert len(ends["end"]) == numbers["generated"][1]
    assert ends["end"].count("GAVE_UP") == numbers["gave_up"][1]
    rode = [seconds for seconds, rides in zip(ends["riding_s"], ends["rides"], strict=True) if rides]
    assert sum(rode) / len(rode) == pytest.approx(numbers["ride_s_mean"][1], abs=1e-3)
    stops = read_columns(tmp_path / "run", "stops", 1, ["stop", "boarded"])
    assert stops["stop"] == ["A", "B", "C"]
    assert sum(stops["boarded"]) == len(rode)
    assert sum(read_columns(tmp_path / "run", "vehicles", 1, ["km"])["km"]) == pytest.approx(numbers["vehicle_km"][1])
    with pytest.raises(RequestError, match="has no table stops of replication 2"):
        read_columns(tmp_path / "run", "stops", 2, ["stop"])


def test_an_older_run_is_replaced_and_anything_else_is_left_alone(loop: Path, tmp_path: Path) -> None:
    run_scenario(loop, tmp_path / "run", 3, 5)
    run_scenario(loop, tmp_path / "run", 1, 6)
    assert read_run(tmp_path / "run")[0].replications == 1
    assert len(list((tmp_path / "run" / "events").iterdir())) == 1
    with pytest.raises(RequestError, match="is no run of kaiteki simulate; it is left alone"):
        run_scenario(loop, tmp_path, 1)
    assert loop.is_file()


def test_a_scenario_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        run_scenario(tmp_path / "absent.toml", tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_two_fleets_are_compared_pair_by_pair(loop: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text(LOOP.replace("vehicles = 2", "vehicles = 4"), encoding="utf-8")
    run_scenario(loop, tmp_path / "a", 5, 1)
    run_scenario(more, tmp_path / "b", 5, 1)
    found = compare_runs(tmp_path / "a", tmp_path / "b")
    changes = {difference.metric: difference for difference in found.differences}
    assert found.is_paired
    assert (changes["generated"].change.mean, changes["generated"].change.half_width) == (0, 0)
    assert changes["wait_departure_s_mean"].is_significant
    assert changes["wait_departure_s_mean"].change.mean < 0
    assert not changes["generated"].is_significant
    wait = changes["wait_departure_s_mean"]
    assert interval(wait.changes) == wait.change
    assert wait.more(wait.change.half_width / wait.before.mean * 1.01) == 0
    assert wait.more(wait.change.half_width / wait.before.mean / 2) > 5


def test_other_seeds_are_compared_as_independent_runs(loop: Path, tmp_path: Path) -> None:
    run_scenario(loop, tmp_path / "a", 3, 1)
    run_scenario(loop, tmp_path / "b", 3, 2)
    found = compare_runs(tmp_path / "a", tmp_path / "b")
    assert not found.is_paired
    assert {difference.more(0.05) for difference in found.differences} == {None}


def test_one_pair_of_days_does_not_say_how_many_more_are_wanted(loop: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run_scenario(loop, tmp_path / name, 1, 1)
    found = compare_runs(tmp_path / "a", tmp_path / "b")
    assert found.is_paired
    assert {difference.more(0.05) for difference in found.differences} == {None}


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is no folder made by kaiteki simulate"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RequestError, match="is no complete run"):
        read_run(tmp_path)
