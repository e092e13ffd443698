"""A planner over HTTP: scenarios, runs, their numbers and their replay."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from scenarios.run import find_scenario, run_scenario
from tests.api.asking import Server
from tests.api.small_network import small_network

RUNS = "/kaiteki/v1/runs"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    asked = Server(small_network(tmp_path_factory.mktemp("feed")))
    yield asked
    asked.app.state.room.close()


def done(server: Server, run: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer: dict[str, Any] = server.answer(f"{RUNS}/{run}")
        if answer["state"] in ("DONE", "FAILED"):
            return answer
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def started(server: Server, **order: Any) -> dict[str, Any]:
    response = server.send("POST", RUNS, order)
    assert response.status_code == 202, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture(scope="module")
def run(server: Server) -> dict[str, Any]:
    return done(server, started(server, scenario="aeon-loop-2020", replications=2, seed=5)["id"])


def test_scenarios_have_titles_in_both_languages(server: Server) -> None:
    (loop,) = (one for one in server.answer("/kaiteki/v1/scenarios")["scenarios"] if one["name"] == "aeon-loop-2020")
    assert loop["title"]["ja"].startswith("イオンモール周回")
    assert loop["title"]["en"].startswith("AEON Mall loop")
    assert (loop["replications"], loop["seed"]) == (10, 2020)


def test_a_run_gives_the_numbers_of_the_command_line(server: Server, run: dict[str, Any], tmp_path: Any) -> None:
    assert (run["state"], run["progress"], run["error"]) == ("DONE", {"done": 2, "total": 2}, None)
    kpis = run_scenario(find_scenario("aeon-loop-2020"), tmp_path / "run", replications=2, seed=5)
    served = next(kpi for kpi in run["kpis"] if kpi["metric"] == "served")
    assert served["mean"] == kpis["served"].mean
    assert (served["low"], served["high"]) == pytest.approx((kpis["served"].low, kpis["served"].high))
    assert (served["label"]["ja"], served["unit"]) == ("輸送した人", "")
    assert {kpi["metric"]: kpi["unit"] for kpi in run["kpis"]}["wait_departure_s_p95"] == "s"


def test_a_run_can_be_followed_and_ends_with_its_numbers(server: Server, run: dict[str, Any]) -> None:
    response = server.get(f"{RUNS}/{run['id']}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.splitlines()[0] == "event: end"
    assert '"kpis"' in response.text


def test_a_run_can_be_seen_again(server: Server, run: dict[str, Any]) -> None:
    replay = server.answer(f"{RUNS}/{run['id']}/positions", replication=1)
    assert {len(replay["vehicles"]), replay["replication"]} == {3, 1}
    assert "no such replication" in server.error(422, f"{RUNS}/{run['id']}/positions", replication=2)


def test_a_changed_scenario_is_compared_pair_by_pair(server: Server, run: dict[str, Any]) -> None:
    toml = server.answer("/kaiteki/v1/scenarios/aeon-loop-2020")["toml"]
    changed = started(server, toml=toml.replace("vehicles = 3", "vehicles = 4"), replications=2, seed=5)
    assert changed["scenario"] is None
    assert done(server, changed["id"])["state"] == "DONE"
    compared = server.answer(f"{RUNS}/compare", before=run["id"], after=changed["id"])
    assert compared["isPaired"]
    by_name = {one["metric"]: one for one in compared["differences"]}
    assert by_name["generated"]["change"]["mean"] == 0
    assert by_name["vehicle_km"]["change"]["mean"] > 50
    assert server.answer(RUNS)["runs"][0]["id"] == changed["id"]


@pytest.mark.parametrize(
    ("order", "status", "said"),
    [
        ({}, 400, "name a scenario, or send one as toml"),
        ({"scenario": "mars"}, 404, "known are"),
        ({"scenario": "aeon-loop-2020", "replications": 0}, 400, "replications=0"),
        ({"scenario": "aeon-loop-2020", "colour": 1}, 400, "there is no parameter colour"),
        ({"toml": "title = 3"}, 400, "scenario.toml, line 1, title: expected str, not 3."),
        ({"toml": "x" * 70_000}, 400, "65536"),
    ],
)
def test_what_cannot_be_played_is_refused(server: Server, order: Any, status: int, said: str) -> None:
    response = server.send("POST", RUNS, order)
    assert response.status_code == status
    assert said in response.json()["error"]


def test_a_run_nobody_knows_is_not_found(server: Server) -> None:
    for path in ("x", "x/events", "x/positions", "20260101-000000-00000000"):
        assert "there is none" in server.error(404, f"{RUNS}/{path}")
