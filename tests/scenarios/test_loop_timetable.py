"""A loop's best timetable, written into its scenario and played as found."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ortools")

from planner.errors import RequestError
from scenarios.compare import compare_runs
from scenarios.loop_timetable import SLOT_S, expected_riders, timetabled
from scenarios.run import read_run, run_scenario
from scenarios.run_tables import read_columns
from scenarios.scenario import ScenarioError, read_scenario
from scenarios.setups import setup_of
from tests.scenarios.test_scenario import BATTERY, LOOP

EFFORT_S = 5.0
PEAK = """
[[demand.flows]]
start = "11:00"
end = "11:20"
per_hour = 300
"""
COST = "\n[cost]\nvehicle_h = 4000\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "loop.toml"
    file.write_text(LOOP.replace("[[demand.flows]]", f"{BATTERY}\n[[demand.flows]]", 1) + PEAK + COST, encoding="utf-8")
    return file


def test_riders_are_expected_when_and_where_they_come(scenario: Path) -> None:
    setup = setup_of(*read_scenario(scenario))
    riders = expected_riders(setup, 1)
    assert len(riders) == 2 * 3600 / SLOT_S
    assert riders.sum() == pytest.approx(30 + 20 + 100, rel=0.05)
    by_slot = riders.sum((1, 2))
    assert by_slot[int(3600 / SLOT_S) : int(4800 / SLOT_S)].sum() == pytest.approx(100, rel=0.12)
    assert np.all(riders[:, range(3), range(3)] == 0)


def test_the_timetable_is_played_as_found(scenario: Path, tmp_path: Path) -> None:
    found = timetabled(scenario, EFFORT_S)
    better = tmp_path / "better.toml"
    better.write_text(found.toml, encoding="utf-8")
    duties = setup_of(*read_scenario(better)).plan.duties
    planned = sorted(departure for duty in duties for departure in duty.departures_s)
    assert len(planned) == found.rounds
    run_scenario(better, tmp_path / "run", 1)
    columns = read_columns(tmp_path / "run", "events", 0, ["time_s", "kind", "position"])
    rows = zip(columns["time_s"], columns["kind"], columns["position"], strict=True)
    departed = [time_s for time_s, kind, place in rows if kind == "DEPARTED" and place == 0]
    # A round may leave later than planned while people still board.
    assert len(departed) == found.rounds
    assert all(-0.01 <= left - due < 90 for left, due in zip(departed, planned, strict=True))
    assert found.bound_yen <= found.cost_yen


def test_the_best_timetable_costs_less_and_serves_as_many(scenario: Path, tmp_path: Path) -> None:
    better = tmp_path / "better.toml"
    better.write_text(timetabled(scenario, EFFORT_S).toml, encoding="utf-8")
    run_scenario(scenario, tmp_path / "a", 5)
    run_scenario(better, tmp_path / "b", 5)
    changes = {change.metric: change for change in compare_runs(tmp_path / "a", tmp_path / "b").differences}
    assert changes["cost_yen"].change.high < 0
    assert changes["served"].change.mean > -0.05 * changes["served"].before.mean
    _, numbers = read_run(tmp_path / "b")
    assert numbers["vehicle_km"][0] > 0


def test_a_timetable_is_not_made_twice(scenario: Path, tmp_path: Path) -> None:
    better = tmp_path / "better.toml"
    better.write_text(timetabled(scenario, EFFORT_S).toml, encoding="utf-8")
    with pytest.raises(RequestError, match="has a timetable already"):
        timetabled(better, EFFORT_S)


@pytest.mark.parametrize(
    ("duties", "sentence"),
    [
        ('departures = ["10:10"]', "fleet.duties: 2 vehicles need as many duties, not 1"),
        ('departures = ["10:10", "10:05:30"]', "departures: 10:05:30 is not after 10:10"),
        ('departures = ["25:70"]', "expected a time of day"),
    ],
)
def test_duties_that_make_no_sense_are_named(tmp_path: Path, duties: str, sentence: str) -> None:
    file, tables = tmp_path / "loop.toml", f"\n[[fleet.duties]]\n{duties}\n"
    again = "" if "need as many" in sentence else '\n[[fleet.duties]]\ndepartures = ["11:00"]\n'
    file.write_text(LOOP + tables + again, encoding="utf-8")
    with pytest.raises(ScenarioError, match=sentence.replace("[", r"\[")):
        setup_of(*read_scenario(file))
