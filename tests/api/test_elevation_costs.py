"""How climbs count for who rides a bicycle: reckoned by hand on a block with a hill, asked over HTTP."""

from typing import Any

import pytest

from planner.network import Network
from planner.profiles import bicycle, edge_seconds
from planner.request import ElevationCosts
from tests.api.asking import Server
from tests.cities import STEP_M, City, small_city
from tests.planner.street_maps import WAYS, street_map

HILLS = {"+": "10%", "*": "20%"}
UPHILL = {sign: {"highway": "residential", "incline": incline} for sign, incline in HILLS.items()}
WHEN = {"time": "2026-11-25T08:00:00+09:00"}
SPEED_MS = 4.2
PER_50_M = {"NONE": 0, "LOW": 570, "HIGH": 3700}
TOBLER = {"+": 2.718281828**-0.35, "*": 2.718281828**-0.70}


@pytest.fixture(scope="module", params=["+", "*"])
def hill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Server, City, str]:
    """From A one gets to B over a hill, or all around by F and G; from B a bus goes on to C."""
    sign = request.param
    streets = f"A{3 * sign}B   C\n|   |   |\nF---G   H"
    city = City(streets=streets, lines={"r": "B C\n8:30 8:40"}, ways=WAYS | UPHILL)
    return Server(small_city(tmp_path_factory.mktemp("hill"), city)), city, sign


def seconds_over(sign: str, costs: str) -> float:
    rise = int(HILLS[sign][:-1]) / 100
    return STEP_M / (SPEED_MS * TOBLER[sign]) + PER_50_M[costs] * rise**2.1 * STEP_M / 50


@pytest.mark.parametrize("costs", ["NONE", "LOW", "HIGH"])
def test_a_hill_is_ridden_around_where_its_climb_costs_more(hill: tuple[Server, City, str], costs: str) -> None:
    server, city, sign = hill
    over, around = seconds_over(sign, costs), 3 * STEP_M / SPEED_MS
    assert (over > around) is ((sign, costs) in {("+", "HIGH"), ("*", "LOW"), ("*", "HIGH")})
    ends = {"fromPlace": text(city, "A"), "toPlace": text(city, "B"), "directModes": "BIKE", "numItineraries": 0}
    found = server.answer("/api/v6/plan", **ends, **WHEN, elevationCosts=costs)["direct"]
    assert [one["duration"] for one in found] == [pytest.approx(min(over, around), abs=2)]
    assert found[0]["legs"][0]["distance"] == pytest.approx(STEP_M * (3 if over > around else 1), abs=2)
    downhill = {**ends, "fromPlace": ends["toPlace"], "toPlace": ends["fromPlace"]}
    back = server.answer("/api/v6/plan", **downhill, **WHEN, elevationCosts=costs)["direct"]
    assert [one["legs"][0]["distance"] for one in back] == [pytest.approx(STEP_M, abs=2)]


@pytest.mark.parametrize("costs", ["NONE", "LOW", "HIGH"])
def test_it_counts_on_the_way_to_a_stop_and_in_tables(hill: tuple[Server, City, str], costs: str) -> None:
    server, city, sign = hill
    expected = min(seconds_over(sign, costs), 3 * STEP_M / SPEED_MS)
    asked: dict[str, Any] = {"fromPlace": text(city, "A"), "toPlace": text(city, "C"), "preTransitModes": "BIKE"}
    found = server.answer("/api/v6/plan", **asked, **WHEN, directModes="", elevationCosts=costs)["itineraries"]
    assert found[0]["legs"][0]["mode"] == "BIKE"
    assert found[0]["legs"][0]["duration"] == pytest.approx(expected, abs=2)
    again = server.answer("/api/v6/refresh-itinerary", itineraryId=found[0]["id"], elevationCosts=costs)
    assert again["legs"][0]["distance"] == found[0]["legs"][0]["distance"]
    reached = {"time": "2026-11-25T08:27:30+09:00", "maxTravelTime": 15, "preTransitModes": "BIKE"}
    stops = server.answer("/api/v6/one-to-all", one=text(city, "A"), **reached, elevationCosts=costs)["all"]
    assert any(stop["place"]["stopId"] == "C" for stop in stops) is (expected < 150)
    one = {"mode": "BIKE", "max": 1000, "maxMatchingDistance": 250, "arriveBy": "false", "elevationCosts": costs}
    table = server.answer("/api/v1/one-to-many", one=semicolon(city, "A"), many=semicolon(city, "B"), **one)
    assert table[0]["duration"] == pytest.approx(expected, abs=1)


def test_walkers_and_the_flat_city_know_nothing_of_it(makuhari: Network) -> None:
    server = Server(makuhari)
    asked = {"fromPlace": "35.6431,140.0458", "toPlace": "35.6483,140.0345", "directModes": "WALK,BIKE", **WHEN}
    answers = [server.answer("/api/v6/plan", **asked, elevationCosts=costs) for costs in ("NONE", "HIGH")]
    assert answers[0]["direct"] == answers[1]["direct"]


@pytest.mark.parametrize(("drawing", "pairs"), [("A---B", ["AB"]), ("A---B---C", ["AB", "BC"])])
def test_a_street_costs_the_same_however_it_is_cut(drawing: str, pairs: list[str]) -> None:
    city = street_map(drawing, named={pair: {"incline": "10%"} for pair in pairs})
    edges = [city.edge(*pair) for pair in pairs]
    level_s = edge_seconds(city.streets, bicycle(SPEED_MS))[edges]
    seconds = edge_seconds(city.streets, bicycle(SPEED_MS, ElevationCosts.HIGH))[edges]
    metres = city.streets.edges.length_m[edges].sum()
    assert (seconds - level_s).sum() / metres == pytest.approx(3700 * 0.1**2.1 / 50, rel=1e-4)


def text(city: City, letter: str) -> str:
    return "{},{}".format(*city.point(letter))


def semicolon(city: City, letter: str) -> str:
    return "{};{}".format(*city.point(letter))
