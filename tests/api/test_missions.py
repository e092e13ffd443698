"""A drone operator over HTTP: a flight planned, refused, checked."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.jobs import ENDED
from tests.api.asking import Server
from tests.api.small_network import small_network

MISSIONS = "/kaiteki/v1/missions"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    asked = Server(small_network(tmp_path_factory.mktemp("feed")))
    yield asked
    asked.app.state.room.close()


def planned(server: Server, **order: Any) -> dict[str, Any]:
    response = server.send("POST", MISSIONS, order, wait=30)
    assert response.status_code in (200, 202), response.text
    answer: dict[str, Any] = response.json()
    while answer["state"] not in ENDED:
        time.sleep(1)
        answer = server.answer(f"{MISSIONS}/{answer['id']}")
    return answer


@pytest.fixture(scope="module")
def tower(server: Server) -> dict[str, Any]:
    return planned(server, mission="drone-tower-2021", flight={"payload_kg": 3.0})


def test_the_shipped_flights_are_listed(server: Server) -> None:
    found = {one["name"]: one for one in server.answer(MISSIONS)["missions"]}
    assert found["drone-tower-2021"]["title"]["ja"] == "市川から幕張ベイフロントタワーへ 2021年12月"
    for one in found.values():
        assert one["facts"]["ja"] != one["facts"]["en"], one["name"]


def test_the_rules_of_a_flight_are_told_in_both_languages(tower: dict[str, Any]) -> None:
    rules = {one["id"]: one for one in tower["result"]["rules"]}
    sight = rules["sight"]
    assert (sight["verdict"], sight["remedy"]) == ("OK", None)
    assert sight["rule"]["ja"] == "目視外飛行(航空法132条の86第2項2号)"
    assert sight["sentence"]["ja"] == "目視外での飛行は承認なしにはできない。"
    assert sight["places"] == [{"en": "the whole flight", "ja": "飛行全体"}]
    assert rules["distance"]["verdict"] == "NEEDS"
    assert "承認を受ける" in rules["distance"]["remedy"]["ja"]
    assert {one["remedy"] for one in rules.values() if one["verdict"] == "OK"} == {None}
    assert rules["did"]["places"][0]["ja"].startswith("区間")


def test_a_flight_kept_by_an_earlier_version_is_to_be_planned_again(server: Server, tower: dict[str, Any]) -> None:
    order = planned(server, mission="drone-tower-2021", flight={"payload_kg": 2.5})
    kept = server.app.state.room.missions.folder / order["id"] / "result.json"
    kept.write_text('{"geojson": {}, "rules": [{"rule": "x", "verdict": "OK", "sentence": "English"}]}')
    answer = server.answer(f"{MISSIONS}/{order['id']}")
    assert answer["result"] is None
    assert "plan it again" in answer["error"]


def test_a_flight_has_its_way_its_profile_and_its_files(server: Server, tower: dict[str, Any]) -> None:
    result = tower["result"]
    flight, roles = result["flight"], [feature["properties"]["role"] for feature in result["geojson"]["features"]]
    assert (tower["state"], flight["payloadKg"], result["refusal"]) == ("DONE", 3.0, None)
    assert {"zone", "pad", "path", "waypoint", "corridor", "site"} == set(roles)
    shares = [point["energyLeftShare"] for point in flight["profile"]]
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] >= flight["reserveWh"] / flight["energyOnBoardWh"]
    assert flight["profile"][-1]["alongM"] == pytest.approx(flight["lengthM"])
    plan = server.get(f"{MISSIONS}/{tower['id']}/files/drone-tower-2021.plan")
    assert plan.json()["fileType"] == "Plan"
    assert server.answer(f"{MISSIONS}/{tower['id']}") == tower
    assert "no such file" in server.error(404, f"{MISSIONS}/{tower['id']}/files/job.json")


def test_a_refusal_says_why_where_and_what_would_help(server: Server) -> None:
    result = planned(server, mission="drone-ichikawa-cat3")["result"]
    assert result["flight"] is None
    refusal = result["refusal"]
    assert refusal["missingKm"] > 1
    assert refusal["code"] == "ENERGY"
    assert refusal["rule"] == {"en": "Reserve of energy", "ja": "エネルギーの予備"}
    assert "km (" in refusal["sentence"]["en"]
    assert "足りません" in refusal["sentence"]["ja"]
    assert refusal["where"]["ja"]
    assert refusal["remedy"]["ja"].endswith("同等の機体を使う")


def test_a_flight_not_waited_for_is_followed(server: Server) -> None:
    response = server.send("POST", MISSIONS, {"mission": "drone-ichikawa-cat3"})
    assert response.status_code == 202
    text = server.get(f"{MISSIONS}/{response.json()['id']}/events").text
    assert "event: end" in text
    assert '"refusal"' in text


def test_an_own_plan_keeps_the_rules_it_was_planned_by(server: Server, tower: dict[str, Any]) -> None:
    plan = server.get(f"{MISSIONS}/{tower['id']}/files/drone-tower-2021.plan").json()
    asked = {"plan": plan, "departure": "2021-12-01T10:00:00+09:00"}
    held = ["did-*", "lane-*", "rail-*"]
    kept = server.send("POST", f"{MISSIONS}/check", {**asked, "authorised": held}).json()
    broken = server.send("POST", f"{MISSIONS}/check", asked).json()
    assert len(broken["breaches"]) > len(kept["breaches"])
    assert any("(did-12106)" in one["sentence"]["en"] for one in broken["breaches"])
    assert {one["sentence"]["ja"][-4:] for one in broken["breaches"]} == {"入ります"}


@pytest.mark.parametrize(
    ("path", "order", "status", "said"),
    [
        ("", {"mission": "moon"}, 404, "known are drone-"),
        ("", {"mission": "drone-tower-2021", "flight": {"payload_kg": 90}}, 400, "more than any drone carries"),
        ("", {"mission": "drone-tower-2021", "flight": {"start": "roof"}}, 400, "'roof' is no pad"),
        ("", {"mission": "drone-tower-2021", "flight": {"zones": ["/etc/passwd"]}}, 400, "zones"),
        ("/check", {"plan": {}, "departure": "2021-12-01T10:00:00Z"}, 400, "mission.plan"),
        ("/check", {"departure": "2021-12-01T10:00:00Z"}, 400, "send plan or waypoints"),
    ],
)
def test_what_cannot_be_planned_is_refused(server: Server, path: str, order: Any, status: int, said: str) -> None:
    response = server.send("POST", f"{MISSIONS}{path}", order)
    assert response.status_code == status, response.text
    assert said in response.json()["error"]
