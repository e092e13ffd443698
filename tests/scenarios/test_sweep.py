"""A sweep that was stopped goes on where it was."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import RequestError
from scenarios.run import run_scenario
from scenarios.sweep import Piece, resumed, sweep
from tests.scenarios.test_run import contents
from tests.scenarios.test_scenario import LOOP


class StoppedError(Exception):
    pass


def player(played: list[int], stops_at: int = -1) -> Callable[[int], Piece]:
    def play(number: int) -> Piece:
        if number == stops_at:
            raise StoppedError
        played.append(number)
        return Piece(number, {"number": number / 3, "unknown": float("nan")}, {f"logs/{number}": bytes([number])})

    return play


def stopped(folder: Path, at: int, *identity: str) -> None:
    with pytest.raises(StoppedError), resumed(folder, *identity) as part:
        sweep(player([], at), 5, part)


def test_only_what_is_missing_is_played(tmp_path: Path) -> None:
    stopped(tmp_path / "run", 3, "a")
    assert not (tmp_path / "run").exists()
    played: list[int] = []
    told: list[tuple[int, int]] = []
    with resumed(tmp_path / "run", "a") as part:
        rows = sweep(player(played), 5, part, progress=lambda done, count: told.append((done, count)))
    assert played == [3, 4]
    assert told == [(3, 5), (4, 5), (5, 5)]
    assert [row["number"] for row in rows] == [number / 3 for number in range(5)]
    assert contents(tmp_path / "run") == {f"logs/{number}": bytes([number]) for number in range(5)}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_another_sweep_left_is_thrown_away(tmp_path: Path) -> None:
    stopped(tmp_path / "run", 3, "a", "b")
    played: list[int] = []
    with resumed(tmp_path / "run", "ab", "") as part:
        sweep(player(played), 2, part)
    assert played == [0, 1]
    assert len(contents(tmp_path / "run")) == 2


def test_a_sweep_stopped_before_its_first_result_leaves_nothing(tmp_path: Path) -> None:
    stopped(tmp_path / "run", 0, "a")
    assert list(tmp_path.iterdir()) == []


def test_two_cannot_play_into_one_folder(tmp_path: Path) -> None:
    with (
        resumed(tmp_path / "run", "a"),
        pytest.raises(RequestError, match="Another process is playing"),
        resumed(tmp_path / "run", "a"),
    ):
        pass


def test_a_killed_command_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    scenario = tmp_path / "loop.toml"
    scenario.write_text(LOOP.replace("per_hour = 30", "per_hour = 300"), encoding="utf-8")
    words = [sys.executable, "-m", "api.cli", "simulate", scenario, "--replications", "200", "-o", tmp_path / "run"]
    kept = tmp_path / ".run.part" / ".kept"
    with subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(list(kept.glob("*.json"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    done = len(list(kept.glob("[0-9]*.json")))
    assert 3 <= done < 200
    told: list[int] = []
    run_scenario(scenario, tmp_path / "run", done + 2, progress=lambda ready, _: told.append(ready))
    run_scenario(scenario, tmp_path / "whole", done + 2)
    assert told == [done, done + 1, done + 2]
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")
