"""An operator's day of a fleet over HTTP: scheduled, followed, refused."""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.jobs import ENDED
from scenarios.drone_fleet import read_fleet
from scenarios.shipped import shipped_fleet_days
from tests.api.asking import Server
from tests.api.small_network import small_network

pytest.importorskip("ortools", reason="schedules need OR-Tools")

DAYS = "/kaiteki/v1/missions/fleet-days"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    asked = Server(small_network(tmp_path_factory.mktemp("feed")))
    yield asked
    asked.app.state.room.close()


def scheduled(server: Server, **order: Any) -> dict[str, Any]:
    response = server.send("POST", DAYS, {"seconds": 3, "days": 2, **order})
    assert response.status_code == 202, response.text
    answer: dict[str, Any] = response.json()
    while answer["state"] not in ENDED:
        time.sleep(0.5)
        answer = server.answer(f"{DAYS}/{answer['id']}")
    assert answer["error"] is None
    return answer


@pytest.fixture(scope="module")
def night(server: Server) -> dict[str, Any]:
    return scheduled(server, fleetDay="drone-night-northwest")


def rows(server: Server, answer: dict[str, Any], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(server.get(f"{DAYS}/{answer['id']}/files/{name}").text)))


def test_the_days_of_the_program_are_listed_with_their_fleets(server: Server) -> None:
    found = {one["name"]: one for one in server.answer(DAYS)["fleetDays"]}
    assert set(found) == set(shipped_fleet_days())
    assert (len(found["drone-day-300"]["fleet"]), found["drone-day-300"]["parcels"]) == (12, 300)
    for one in found.values():
        assert one["facts"]["ja"] != one["facts"]["en"], one["name"]
        assert one["title"]["ja"] != one["title"]["en"], one["name"]


def test_a_schedule_says_by_aircraft_what_its_table_says(server: Server, night: dict[str, Any]) -> None:
    result = night["result"]
    told = {
        (one["id"], flight["parcel"], flight["departureS"], flight["landingS"], flight["chargedS"])
        for one in result["aircraft"]
        for flight in one["flights"]
    }

    def seconds(clock: str) -> int:
        hours, minutes, rest = map(int, clock.split(":"))
        return hours * 3600 + minutes * 60 + rest

    table = rows(server, night, "flights.csv")
    assert told == {
        (row["drone"], row["parcel"], *(seconds(row[key]) for key in ("departure", "landing", "charged")))
        for row in table
    }
    refused = {(one["parcel"], one["reason"]) for one in result["refused"]}
    assert refused == {(row["parcel"], row["reason"]) for row in rows(server, night, "refused.csv")}
    assert len(table) + len(refused) == 40
    assert "TOO_WINDY" in {reason for _, reason in refused}
    assert {one["sentence"]["ja"] for one in result["refused"] if one["reason"] == "TOO_WINDY"} == {"風が強すぎる"}
    assert result["opensS"] == 18 * 3600
    assert all(flight["departureS"] < flight["arrivalS"] < flight["landingS"] for flight in _flights(result))
    assert result["gap"] == pytest.approx((result["cost"] - result["bound"]) / result["cost"])


def _flights(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [flight for one in result["aircraft"] for flight in one["flights"]]


def test_the_map_has_every_parcel_where_it_goes_and_a_way_for_each_that_is_flown(night: dict[str, Any]) -> None:
    features = night["result"]["geojson"]["features"]
    parcels = {one["properties"]["id"]: one for one in features if one["properties"]["role"] == "parcel"}
    ways = {one["properties"]["parcel"]: one for one in features if one["properties"]["role"] == "way"}
    assert set(ways) == {flight["parcel"] for flight in _flights(night["result"])}
    assert set(parcels) - set(ways) == {one["parcel"] for one in night["result"]["refused"]}
    assert {one for one in parcels if parcels[one]["properties"]["reason"] is None} == set(ways)
    assert parcels["n00"]["geometry"]["coordinates"] == pytest.approx([140.063964, 35.636446], abs=1e-6)
    for parcel, way in ways.items():
        assert way["geometry"]["coordinates"][1] == parcels[parcel]["geometry"]["coordinates"]
    pads = [one["geometry"]["coordinates"] for one in features if one["properties"]["role"] == "pad"]
    assert all(way["geometry"]["coordinates"][0] in pads for way in ways.values())
    assert any(one["properties"]["role"] == "zone" for one in features)


def test_days_played_are_told_with_their_intervals(server: Server, night: dict[str, Any]) -> None:
    kpis = {one["metric"]: one for one in night["result"]["kpis"]}
    operations = {row["number"]: row for row in rows(server, night, "operations.csv") if row["by"] == "drones"}
    for name, kpi in kpis.items():
        assert kpi["mean"] == pytest.approx(float(operations[name]["mean"]), rel=1e-5), name
        half_width = float(operations[name]["half_width"])
        assert kpi["high"] - kpi["low"] == pytest.approx(2 * half_width, rel=1e-4, abs=1e-9), name
        assert kpi["label"]["ja"] != kpi["label"]["en"]
        assert kpi["replications"] == 2
    assert kpis["on_time_share"]["unit"] == "share"


def test_a_circle_that_closes_is_on_the_map_with_its_times(server: Server) -> None:
    result = scheduled(server, fleetDay="drone-tv-helicopter", days=0)["result"]
    assert result["kpis"] == []
    (closing,) = (one for one in result["geojson"]["features"] if one["properties"]["role"] == "closing")
    properties = closing["properties"]
    assert (properties["startS"], properties["endS"]) == (10 * 3600 + 300, 10 * 3600 + 3000)
    lats = [lat for _, lat in closing["geometry"]["coordinates"][0]]
    assert (max(lats) - min(lats)) * 111_195 == pytest.approx(1800, rel=0.01)


def test_a_drone_that_stays_down_flies_nothing(server: Server) -> None:
    fleet = [drone.id for drone in read_fleet(shipped_fleet_days()["drone-tv-helicopter"].path).day.drones]
    down, *left = fleet
    result = scheduled(server, fleetDay="drone-tv-helicopter", days=0, without=[down])["result"]
    assert [one["id"] for one in result["aircraft"]] == left


def test_a_day_is_followed_by_events_from_its_scheduling_over_its_playing_to_its_end(server: Server) -> None:
    started = server.send("POST", DAYS, {"fleetDay": "drone-online-medicine", "seconds": 3, "days": 1}).json()
    assert (started["state"], started["result"]) == ("QUEUED", None)
    text = server.get(f"{DAYS}/{started['id']}/events").text
    *steps, last = re.findall(r"event: (\w+)\ndata: (.*)\n|data: (.*)\nevent: (\w+)\n", text)
    body = json.loads(last[1] or last[2])
    assert (last[0] or last[3], body["state"], body["progress"]) == ("end", "DONE", {"done": 2, "total": 2})
    assert steps
    assert server.answer(f"{DAYS}/{started['id']}") == body
    couriers = {one["id"]: one["isCourier"] for one in body["result"]["aircraft"]}
    assert couriers == {"hybrid-1": False, "hybrid-2": False, "robot-1": True, "robot-2": True}


def test_work_on_a_day_can_be_ended(server: Server) -> None:
    started = server.send("POST", DAYS, {"fleetDay": "drone-day-300", "seconds": 300}).json()
    assert server.send("DELETE", f"{DAYS}/{started['id']}", None).status_code == 202
    answer = server.answer(f"{DAYS}/{started['id']}")
    end = time.monotonic() + 120
    while answer["state"] not in ENDED and time.monotonic() < end:
        time.sleep(0.5)
        answer = server.answer(f"{DAYS}/{started['id']}")
    assert answer["state"] == "CANCELLED"


def test_a_day_kept_by_an_earlier_version_is_to_be_scheduled_again(server: Server) -> None:
    answer = scheduled(server, fleetDay="drone-tv-helicopter", days=0)
    kept = server.app.state.room.fleet_days.folder / answer["id"] / "result.json"
    kept.write_text('{"opensS": 0}')
    told = server.answer(f"{DAYS}/{answer['id']}")
    assert told["result"] is None
    assert "schedule it again" in told["error"]
    assert "no such file" in server.error(404, f"{DAYS}/{answer['id']}/files/job.json")


@pytest.mark.parametrize(
    ("order", "status", "said"),
    [
        ({"fleetDay": "moon"}, 404, "known are drone-"),
        ({"fleetDay": "drone-tower-2021"}, 404, "known are drone-"),
        ({"fleetDay": "drone-tv-helicopter", "without": ["x-1"]}, 400, "without=x-1: this fleet has cargo-1, cargo-2"),
        ({"fleetDay": "drone-tv-helicopter", "without": ["cargo-1", "cargo-2"]}, 400, "nothing is left to fly"),
        ({"fleetDay": "drone-tv-helicopter", "seconds": 301}, 400, "seconds"),
        ({"fleetDay": "drone-tv-helicopter", "days": 101}, 400, "days"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(server: Server, order: Any, status: int, said: str) -> None:
    response = server.send("POST", DAYS, order)
    assert response.status_code == status, response.text
    assert said in response.json()["error"]


def test_a_day_is_scheduled_in_the_wind_that_is_ordered(server: Server) -> None:
    calm, storm = (
        scheduled(server, fleetDay="drone-tv-helicopter", days=0, wind=wind)["result"] for wind in ([[1, 2]], [[30, 0]])
    )
    assert (calm["windMs"], storm["windMs"]) == ([[1, 2]], [[30, 0]])
    assert _flights(calm)
    drones = [one for one in storm["aircraft"] if not one["isCourier"]]
    assert not any(one["flights"] for one in drones)
    assert {one["reason"] for one in storm["refused"]} == {"TOO_WINDY"}
    for wind in ([], [[61, 0]], [[1]]):
        assert server.send("POST", DAYS, {"fleetDay": "drone-tv-helicopter", "wind": wind}).status_code == 400
