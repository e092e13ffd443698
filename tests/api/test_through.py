"""Stops to pass through, by name on the command line and as `via` without a stay over HTTP."""

from typing import Any

import pytest

from api.cli_words import passed_of
from planner.errors import RequestError
from planner.network import Network
from tests.api.asking import Server

KAIHIMMAKUHARI, SOGA, CHIBA = (f"makuhari_JR-East.{name}" for name in ("Kaihimmakuhari", "Soga", "Chiba"))
KEMIGAWAHAMA = "makuhari_JR-East.Kemigawahama"


@pytest.fixture(scope="module")
def server(makuhari: Network) -> Server:
    return Server(makuhari)


def called_at(itinerary: dict[str, Any]) -> set[str]:
    legs = itinerary["legs"]
    places = [place for leg in legs for place in (leg["from"], leg["to"], *leg.get("intermediateStops", ()))]
    return {place["name"] for place in places}


def test_a_stop_without_a_stay_is_passed_in_the_train(server: Server) -> None:
    ends = {"fromPlace": KAIHIMMAKUHARI, "toPlace": SOGA, "time": "2026-11-25T17:30:00+09:00"}
    found = server.answer("/api/v6/plan", **ends, via=KEMIGAWAHAMA)["itineraries"]
    assert found
    assert all("検見川浜" in called_at(one) for one in found)
    assert any(one["transfers"] == 0 for one in found)
    # Without it the limited express, which does not call there, is among the answers.
    usual = server.answer("/api/v6/plan", **ends, searchWindow=7200, numItineraries=100)["itineraries"]
    assert any("検見川浜" not in called_at(one) for one in usual)


def test_a_stop_off_the_way_is_changed_at(server: Server) -> None:
    ends = {"fromPlace": KAIHIMMAKUHARI, "toPlace": CHIBA, "time": "2026-11-25T18:30:00+09:00"}
    found = server.answer("/api/v6/plan", **ends, via=SOGA, arriveBy="true")["itineraries"]
    assert found
    assert all("蘇我" in called_at(one) and one["transfers"] > 0 for one in found)
    assert all(one["endTime"] <= "2026-11-25T09:30:00Z" for one in found)


def test_stops_are_passed_by_name_or_id(makuhari: Network) -> None:
    assert SOGA in passed_of(makuhari, "蘇我")
    assert passed_of(makuhari, SOGA) == {SOGA}
    with pytest.raises(RequestError, match="no stop here is called '火星'"):
        passed_of(makuhari, "火星")
