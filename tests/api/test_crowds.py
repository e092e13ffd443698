"""Expected crowds where people meet them: a game night in the embedded city, in the terminal, as JSON, over HTTP."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from api.cli import main
from feeds.crowds import read_crowds
from planner.crowds import Crowds
from planner.network import Network
from scenarios.run import find_scenario
from tests.api.asking import Server
from tests.cities import makuhari

__all__ = ["makuhari"]

GAME, DAY_BEFORE = "2026-09-01", "2026-08-31"
"""A Tuesday with a game in the table of event days, and the Monday before it."""

HOME = ["plan", "ZOZOマリンスタジアム", "東京", "--modes", "walk,transit", "--lang", "en"]
STADIUM, TOKYO = "makuhari_bus.zozo-marine", "makuhari_JR-East.Tokyo"


def kaiteki(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        main(words)
    except SystemExit as exited:
        printed = capsys.readouterr()
        return int(exited.code or 0), printed.out, printed.err
    raise AssertionError("the command line exits")


def test_after_the_game_it_says_when_one_is_there_and_to_leave_later(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kaiteki([*HOME, "--depart", f"{GAME} 21:40"], capsys)
    said = " ".join(out.split())
    assert code == 0
    assert "Crowd: there 23:36 · 4 min at the ticket gates · left standing for 41 min · fullest part 100 % full" in said
    assert "Leave 20 minutes later, at 22:10: there 23:36. Leaving 21:50: 23:36." in said
    assert "Crowds are expected from a simulated day" in said
    _, out, _ = kaiteki([*HOME[:-1], "ja", "--depart", f"{GAME} 21:40"], capsys)
    assert "20分遅く22:10に出ると、到着見込みは23:36です。" in "".join(out.split())


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-10-13 17:10", "left standing for"),
        ("2026-09-19 17:15", "8 min at the ticket gates · left standing for 9 min"),
    ],
)
def test_when_a_fair_closes_it_tells_of_gates_and_full_trains(
    moment: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = kaiteki(["plan", "幕張メッセ", *HOME[2:], "--depart", moment], capsys)
    assert code == 0
    assert told in " ".join(out.split())
    _, out, _ = kaiteki(["plan", "幕張メッセ", *HOME[2:], "--depart", moment.replace("17:", "9:")], capsys)
    assert "rowd" not in out


def test_the_evening_before_and_with_crowds_off_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--depart", f"{DAY_BEFORE} 21:40"], ["--depart", f"{GAME} 21:40", "--crowds", "off"]):
        _, out, _ = kaiteki([*HOME, *words], capsys)
        assert "rowd" not in out
        _, out, _ = kaiteki([*HOME, *words, "--json"], capsys)
        assert "leaveLater" not in out
        assert "crowding" not in out


def test_json_says_what_http_says(makuhari: Network, capsys: pytest.CaptureFixture[str]) -> None:
    ways = {"fromPlace": STADIUM, "toPlace": TOKYO, "time": f"{GAME}T21:40:00+09:00"}
    body = Server(makuhari).answer("/api/v6/plan", **ways, maxPreTransitTime=1200, maxPostTransitTime=1200)
    words = ["plan", STADIUM, TOKYO, "--depart", f"{GAME} 21:40", "--modes", "walk,transit", "--json", "--lang", "ja"]
    code, out, _ = kaiteki(words, capsys)
    assert code == 0
    told = json.loads(out)
    assert told["itineraries"][0]["crowding"] == body["itineraries"][0]["crowding"]
    assert told["leaveLater"] == body["leaveLater"]
    later, now = told["leaveLater"]["itinerary"], told["leaveLater"]["insteadOf"]
    begins = [datetime.fromisoformat(one["startTime"]) for one in (now, later)]
    assert told["leaveLater"]["minutes"] == (begins[1] - begins[0]).total_seconds() // 60
    assert later["crowding"]["expectedEndTime"] <= now["crowding"]["expectedEndTime"]
    for one in told["itineraries"]:
        assert len(one["crowding"]["loads"]) == len(one["legs"])
        assert one["crowding"]["expectedEndTime"] >= one["endTime"]


def test_nothing_is_lost_by_knowing_of_crowds(makuhari: Network) -> None:
    ways = {"fromPlace": STADIUM, "toPlace": TOKYO, "numItineraries": 9, "time": f"{GAME}T21:00:00+09:00"}
    crowded = Server(makuhari).answer("/api/v6/plan", **ways)["itineraries"]
    assert all("crowding" in one for one in crowded)
    ignorant = Network(replace(makuhari.snapshot, crowds=Crowds()), makuhari.manifest)
    plain = Server(ignorant).answer("/api/v6/plan", **ways)["itineraries"]
    assert [{key: one[key] for key in one if key != "crowding"} for one in crowded] == plain


def test_a_table_of_ones_own_counts_for_the_evening_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "crowds.csv"
    file.write_text("route,stop,to,from,load,wait_s\n,makuhari_JR-East.Kaihimmakuhari,,21:30,,1800\n", encoding="utf-8")
    _, out, _ = kaiteki([*HOME, "--depart", f"{DAY_BEFORE} 21:20", "--crowds", str(file)], capsys)
    assert "min at the ticket gates" in out
    file.write_text("route,stop\n", encoding="utf-8")
    code, _, error = kaiteki([*HOME, "--depart", f"{DAY_BEFORE} 21:20", "--crowds", str(file)], capsys)
    assert code == 2
    assert "has no column to" in error
    code, _, error = kaiteki([*HOME, "--depart", f"{DAY_BEFORE} 21:20", "--crowds", "nowhere.csv"], capsys)
    assert (code, error.count("\n")) == (2, 1)
    assert "nowhere.csv: the file cannot be read" in error


def test_a_table_is_made_from_a_run_of_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "evening.toml"
    text = find_scenario("stadium-egress").read_text(encoding="utf-8")
    few = text.replace("persons = 15000", "persons = 300").replace("replications = 3", "replications = 1")
    scenario.write_text(few.replace('until = "25:30"', 'until = "22:30"'), encoding="utf-8")
    code, _, error = kaiteki(["simulate", str(scenario), "-o", str(tmp_path / "run")], capsys)
    assert code == 0, error
    code, out, _ = kaiteki(["crowds", str(tmp_path / "run"), "-o", str(tmp_path / "crowds.csv")], capsys)
    assert code == 0
    table = read_crowds(tmp_path / "crowds.csv")
    assert f"{len(table.sections)} sections, 8 quarters" in out
    code, _, error = kaiteki(["crowds", str(tmp_path), "-o", str(tmp_path / "other.csv")], capsys)
    assert code == 2
    assert "is no folder made by kaiteki simulate" in error
    assert not (tmp_path / "other.csv").exists()
