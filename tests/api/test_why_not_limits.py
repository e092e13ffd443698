"""Why a run, a shared bicycle or a demand bus is not in an answer: limits of the question, and what is free now."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.flex import Rejection
from planner.network import Network
from tests.api.asking import Server
from tests.cities import City, small_city
from tests.planner.door_to_door import ends

WHY_NOT = "/kaiteki/v1/why-not"
LIMIT_S = 1200
TOWN = City(lines={"r": "A C E\n8:10 8:14 8:20\n8:40 8:44 8:50", "s": "E O\n8:25 8:35\n8:55 9:05"})
LENT = City("A---B---C---D---E", {"r": "D E\n21:00 21:10"}, ports={"A": (2, 2), "B": (0, 4), "D": (4, 0), "E": (1, 1)})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_city(tmp_path_factory.mktemp("town"), TOWN))


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_city(tmp_path_factory.mktemp("lent"), LENT))


def told(server: Server, city: City, way: str, clock: str, **more: Any) -> dict[str, Any]:
    points = ("{},{}".format(*city.point(letter)) for letter in way)
    question = dict(zip(("fromPlace", "toPlace"), points, strict=True))
    question |= {"time": f"2026-11-25T{clock}:00+09:00", "maxPreTransitTime": LIMIT_S, "maxPostTransitTime": LIMIT_S}
    answer: dict[str, Any] = server.answer(WHY_NOT, **(question | more))
    return answer


def reached(way: str, backward: bool) -> dict[str, int]:
    return ends(TOWN, way[1 if backward else 0], "WALK", LIMIT_S, backward=backward)


@pytest.mark.parametrize("way", ["AE", "AO", "BE", "FE"])
@pytest.mark.parametrize("clock", ["08:41", "09:30", "12:00"])
def test_a_run_is_missed_by_the_seconds_since_one_would_have_had_to_leave(town: Server, way: str, clock: str) -> None:
    """By enumeration: the last moment from which a call of the run can be walked to that leads to the end."""
    answer = told(town, TOWN, way, clock, departure="20261125_r0")
    access, egress = reached(way, False), reached(way, True)
    _, calls = TOWN.trips()[0]
    leaves = [
        time - access[stop]
        for row, (stop, time) in enumerate(calls)
        if stop in access and any(last in egress for last, _ in calls[row + 1 :])
    ]
    asked_s = int(clock[:2]) * 3600 + int(clock[3:]) * 60
    assert (answer["rule"], answer["missedBy"]) == ("MISSED", asked_s - max(leaves))
    assert answer["sentence"] == f"It is missed by {answer['missedBy']} s."


@pytest.mark.parametrize("way", ["AE", "AO", "BE"])
def test_a_run_that_comes_too_late_is_told_by_how_much(town: Server, way: str) -> None:
    answer = told(town, TOWN, way, "08:15", arriveBy="true", departure="20261125_r1")
    egress = reached(way, True)
    _, calls = TOWN.trips()[1]
    soonest = min(time + egress[stop] for stop, time in calls[1:] if stop in egress)
    assert (answer["rule"], answer["missedBy"]) == ("MISSED", soonest - (8 * 3600 + 900))
    assert answer["sentence"] == f"It is there {answer['missedBy']} s too late."


def test_what_lies_beyond_the_time_searched_or_allowed_is_told(town: Server) -> None:
    late = told(town, TOWN, "AE", "08:00", departure="20261125_r1", searchWindow=900)
    assert (late["rule"], late["sentence"]) == (
        "OUTSIDE_THE_WINDOW",
        "It leaves at 08:40, after the time that was searched.",
    )
    slow = told(town, TOWN, "AE", "08:00", departure="20261125_r1", maxTravelTime=9)
    assert (slow["rule"], slow["sentence"]) == ("BEYOND_THE_TIME_LIMIT", "It takes 10 min, the limit is 9 min.")
    far = told(town, TOWN, "FE", "08:00", departure="20261125_r1", maxPreTransitTime=60, searchWindow=900)
    assert far["rule"] == "BEYOND_THE_WALKING_LIMIT"
    assert "It takes a walk of 4 min, the limit is 1 min. It leaves at 08:36, after" in far["sentence"]


def test_a_radius_keeps_out_what_lies_beyond(town: Server) -> None:
    answer = told(town, TOWN, "BE", "08:00", departure="20261125_r1", radius=200)
    sentence = "No stop from which it goes there lies within 200 m."
    assert (answer["rule"], answer["sentence"]) == ("BEYOND_THE_WALKING_LIMIT", sentence)


def test_limits_that_do_not_keep_it_out_are_not_told(town: Server) -> None:
    answer = told(town, TOWN, "FE", "09:30", departure="20261125_r1", maxPostTransitTime=60, maxTravelTime=60)
    assert (answer["rule"], answer["sentence"].count(".")) == ("MISSED", 1)


RENTED = {"directModes": "WALK,RENTAL", "preTransitModes": "WALK,RENTAL", "postTransitModes": "WALK,RENTAL"}


@pytest.mark.parametrize(
    ("way", "rental", "rule", "sentence"),
    [
        ("AE", "bikes", "IN_THE_ANSWER", "It is in the answer."),
        ("AE", "A", "IN_THE_ANSWER", "It is in the answer."),
        ("BE", "B", "NOTHING_FREE", "No vehicle of Bikes is free at Port B."),
        ("AD", "D", "NOTHING_FREE", "There is no room for a vehicle of Bikes at Port D."),
    ],
)
def test_what_is_free_at_a_port_is_told(lent: Server, way: str, rental: str, rule: str, sentence: str) -> None:
    answer = told(lent, LENT, way, "12:00", rental=rental, **RENTED)
    assert (answer["rule"], answer["sentence"]) == (rule, sentence)


def test_a_system_out_of_reach_or_not_asked_for_is_told(lent: Server) -> None:
    assert told(lent, LENT, "AE", "12:00", rental="Bikes")["rule"] == "MODE_NOT_ASKED"
    near = told(lent, LENT, "AE", "12:00", rental="bikes", **(RENTED | {"maxDirectTime": 120, "maxPreTransitTime": 60}))
    assert near["rule"] == "BEYOND_THE_WALKING_LIMIT"
    assert near["sentence"].endswith("the limit is 2 min.")
    assert "no such sharing system or port" in lent.error(
        404, WHY_NOT, fromPlace="35.64,140.03", toPlace="35.64,140.04", rental="mars"
    )


def test_who_uses_a_wheelchair_rents_nothing(lent: Server) -> None:
    answer = told(lent, LENT, "AE", "12:00", rental="bikes", pedestrianProfile="WHEELCHAIR", **RENTED)
    assert answer["rule"] == "NOT_ACCESSIBLE"


def test_a_closed_zone_keeps_a_port_out(tmp_path: Path) -> None:
    city = replace(LENT, ports=LENT.ports | {"D": (4, 4)}, no_parking="D")
    answer = told(Server(small_city(tmp_path, city)), city, "AD", "12:00", rental="D", **RENTED)
    assert (answer["rule"], answer["sentence"]) == ("ZONE_CLOSED", "No ride of Bikes may end at Port D.")


def test_a_demand_bus_that_has_no_seat_is_told(makuhari: Network) -> None:
    server = Server(makuhari)
    ride = {"fromPlace": "35.6486,140.0418", "toPlace": "35.6552,140.02955", "time": "2026-11-25T12:30:00+09:00"}
    flex = makuhari.snapshot.flex[0]
    route = makuhari.snapshot.timetable.routes[flex.route].id
    assert server.answer(WHY_NOT, **ride, route=route, directModes="FLEX")["rule"] == "IN_THE_ANSWER"
    assert server.answer(WHY_NOT, **ride, route=route)["rule"] == "MODE_NOT_ASKED"
    server.app.state.served.quote = lambda wish: Rejection("NO_SEAT")
    answer = server.answer(WHY_NOT, **ride, route=route, directModes="FLEX")
    sentence = "The operator of the demand bus offers no such ride now."
    assert (answer["rule"], answer["sentence"]) == ("NOTHING_FREE", sentence)
    assert datetime.fromisoformat(answer["candidate"]["startTime"]).year == 2026
