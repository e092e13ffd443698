"""A truck's round with a drone on its roof over HTTP: the table of the command line, and what wind does to it."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from scenarios.shipped import shipped_rounds
from tests.api.asking import Server
from tests.api.small_network import small_network

ROUNDS = "/kaiteki/v1/missions/rounds"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_network(tmp_path_factory.mktemp("feed")))


def planned(server: Server, **order: Any) -> dict[str, Any]:
    response = server.send("POST", ROUNDS, {"round": "drone-truck-round", **order})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_rounds_of_the_program_are_listed_with_their_stops(server: Server) -> None:
    (one,) = server.answer(ROUNDS)["rounds"]
    assert [one["name"]] == list(shipped_rounds())
    assert (len(one["stops"]), one["stops"][0]) == (17, "Akanehama")
    assert one["title"]["ja"] != one["title"]["en"]
    assert one["facts"]["ja"] != one["facts"]["en"]


def test_a_round_is_that_of_the_command_line(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("ortools")
    found = planned(server, seed=3)
    with pytest.raises(SystemExit):
        main(["drones", "fleet", "drone-truck-round", "--seed", "3", "-o", str(tmp_path)])
    with (tmp_path / "round.csv").open(encoding="utf-8") as file:
        rows = [(row["begin_s"], row["seconds"], row["truck"], row["drone"]) for row in csv.DictReader(file)]
    told = [
        (str(round(one["beginS"])), str(round(one["seconds"])), " ".join(one["truck"]), one.get("drone") or "")
        for one in found["stretches"]
    ]
    assert told == rows
    assert found["boundS"] <= found["seconds"] <= found["aloneS"]
    last = found["stretches"][-1]
    assert last["beginS"] + last["seconds"] == pytest.approx(found["seconds"])


def test_every_stop_is_served_once_and_stands_on_the_map(server: Server) -> None:
    found, stops = planned(server), server.answer(ROUNDS)["rounds"][0]["stops"]
    flown = [one["drone"] for one in found["stretches"] if one.get("drone")]
    driven = [stop for one in found["stretches"] for stop in one["truck"][1:]]
    assert sorted([*flown, *driven]) == sorted([*stops[1:], "Akanehama"])
    by = {f["properties"]["id"]: f["properties"]["by"] for f in found["geojson"]["features"] if "id" in f["properties"]}
    assert {stop for stop, who in by.items() if who == "drone"} == set(flown) != set()
    assert (len(by), by["Akanehama"]) == (17, None)
    roles = Counter(feature["properties"]["role"] for feature in found["geojson"]["features"])
    assert roles == {"stop": 17, "drive": len(driven), "flight": 2 * len(flown)}


def test_in_a_storm_the_truck_goes_alone(server: Server) -> None:
    calm, storm = planned(server), planned(server, wind=[25, 0])
    assert (calm["windMs"], storm["windMs"]) == ([1.5, 2.5], [25, 0])
    assert calm["seconds"] < calm["aloneS"]
    assert storm["seconds"] == storm["aloneS"] == calm["aloneS"]
    assert not any(one.get("drone") for one in storm["stretches"])


def test_orders_that_cannot_be_are_refused(server: Server) -> None:
    unknown = server.send("POST", ROUNDS, {"round": "mars"})
    assert (unknown.status_code, unknown.json()["error"]) == (
        404,
        "round=mars: there is none; known are drone-truck-round.",
    )
    for wind in ([61, 0], [1], "strong"):
        assert server.send("POST", ROUNDS, {"round": "drone-truck-round", "wind": wind}).status_code == 400
