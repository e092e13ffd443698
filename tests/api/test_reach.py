"""Reach over HTTP: stops, streets, ground and matrices."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from planner.network import Network
from tests.api.asking import Server
from tests.api.small_network import small_network
from tests.cities import City, small_city

HOME = "35.6431,140.0458"
EVENING = "2026-11-25T08:30:00Z"
CITY = City(lines={"bus": "A E O\n17:35 17:38 17:41"})


@pytest.fixture(scope="module")
def city(makuhari: Network) -> Server:
    return Server(makuhari)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_city(tmp_path_factory.mktemp("city"), CITY))


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Server:
    city = City(lines={"bus": "A E\n17:35 17:38", "tram": "E O\n17:40 17:45", "metro": "J N\n17:45 17:47"})
    return Server(small_city(tmp_path_factory.mktemp("changing"), city))


def letter(name: str, mark: str = ",") -> str:
    return mark.join(str(number) for number in CITY.point(name))


def test_all_stops_in_reach_are_given_in_minutes(small: Server) -> None:
    body = small.answer("/api/v6/one-to-all", one=letter("A"), time=EVENING, maxTravelTime=15)
    found = {one["place"]["stopId"]: (one["duration"], one["k"]) for one in body["all"]}
    assert found == {"A": (0, 0), "E": (8, 1), "O": (11, 1)}
    assert "stopId" not in body["one"]


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [
        ({}, {"O": 15, "N": 17}),
        ({"additionalTransferTime": 2}, {"O": 15, "N": 17}),
        ({"additionalTransferTime": 3}, {"O": 16, "N": 17}),
        ({"additionalTransferTime": 4}, {"O": 16}),
        ({"minTransferTime": 3}, {"O": 16, "N": 17}),
        ({"transferTimeFactor": 1.8}, {"O": 15, "N": 17}),
        ({"transferTimeFactor": 2}, {"O": 15}),
        ({"requireBikeTransport": True}, {}),
    ],
)
def test_changes_take_what_is_asked_for(changing: Server, asked: dict[str, Any], minutes: dict[str, int]) -> None:
    """The bus comes to E at 17:38, the tram leaves at 17:40, the metro at 17:45 from J, 225 s away; O is 450 s."""
    body = changing.answer("/api/v6/one-to-all", one=letter("A"), time=EVENING, maxTravelTime=17, **asked)
    found = {one["place"]["stopId"]: one["duration"] for one in body["all"]}
    assert {stop: found[stop] for stop in ("O", "N") if stop in found} == minutes
    ends = {"origins": letter("A"), "destinations": [letter("O"), letter("N")], "maxTravelTime": 17}
    ((to_o, to_n),) = changing.answer("/kaiteki/v1/matrix", **ends, time=EVENING, **asked)["seconds"]
    assert (to_o is not None, to_n is not None) == ("O" in minutes, "N" in minutes)


def test_p8_every_stop_in_reach_is_accepted_elsewhere(city: Server) -> None:
    body = city.answer("/api/v6/one-to-all", one=HOME, time=EVENING, maxTravelTime=25, maxTransfers=5)
    assert len(body["all"]) > 30
    for one in body["all"][::12]:
        stop = one["place"]["stopId"]
        assert city.answer("/api/v6/stop", stopId=stop)["place"]["stopId"] == stop
        assert city.answer("/api/v6/one-to-all", one=stop, time=EVENING, maxTravelTime=5)["one"]["stopId"] == stop
        found = city.answer("/api/v6/plan", fromPlace=HOME, toPlace=stop, time=EVENING)
        assert found["to"]["stopId"] == stop


def test_streets_lead_from_one_to_many_and_back(small: Server) -> None:
    asked = {"one": letter("A", ";"), "max": 1000, "maxMatchingDistance": 50, "withDistance": True}
    many = [letter("B", ";"), letter("E", ";"), "35.0;139.0"]
    walked = small.answer("/api/v1/one-to-many", **asked, many=",".join(many), mode="WALK", arriveBy=False)
    assert walked[0]["distance"] == pytest.approx(281.3, abs=0.5)
    assert walked[0]["duration"] == pytest.approx(281.3 / 1.25, abs=0.5)
    assert walked[1]["distance"] == pytest.approx(4 * 281.3, abs=2)
    assert walked[2] == {}
    back = small.answer("/api/v1/one-to-many", **asked, many=many, mode="WALK", arriveBy=True)
    assert back == walked


def test_what_is_too_far_from_the_streets_is_not_joined_to_them(small: Server) -> None:
    asked = {"one": letter("A", ";"), "many": "35.6401;140.0301", "max": 900, "mode": "WALK", "arriveBy": False}
    assert small.answer("/api/v1/one-to-many", **asked, maxMatchingDistance=100) != [{}]
    assert small.answer("/api/v1/one-to-many", **asked, maxMatchingDistance=1) == [{}]


def test_isochrones_lie_within_each_other(city: Server) -> None:
    body = city.answer("/kaiteki/v1/isochrone", one=HOME, time=EVENING, minutes="5,25,15")
    assert [feature["properties"]["minutes"] for feature in body["features"]] == [25, 15, 5]
    large, middle, small = (shapely.geometry.shape(feature["geometry"]) for feature in body["features"])
    assert large.buffer(1e-5).covers(middle)
    assert middle.buffer(1e-5).covers(small)
    assert small.contains(shapely.Point(140.0458, 35.6431))
    stops = city.answer("/api/v6/one-to-all", one=HOME, time=EVENING, maxTravelTime=25)["all"]
    assert all(large.intersects(shapely.Point(one["place"]["lon"], one["place"]["lat"])) for one in stops)


def test_the_matrix_agrees_with_the_plan(city: Server) -> None:
    places = [HOME, "35.6483,140.0345", "makuhari_JR-East.Tokyo"]
    rows = city.answer("/kaiteki/v1/matrix", origins=places, destinations=places, time=EVENING)["seconds"]
    assert [row[i] for i, row in enumerate(rows)] == [0, 0, 0]
    asked = {"fromPlace": places[1], "toPlace": places[2], "time": EVENING, "searchWindow": 7200}
    found = city.answer("/api/v6/plan", **asked)["itineraries"]
    ends = [shown["endTime"] for shown in found]
    assert f"2026-11-25T{8 + (1800 + rows[1][2]) // 3600:02}:{(1800 + rows[1][2]) // 60 % 60:02}" in min(ends)


@pytest.mark.parametrize(
    ("path", "parameters", "status", "sentence"),
    [
        ("/api/v6/one-to-all", {"one": "0,0", "maxTravelTime": 5}, 404,
         "0.0,0.0: this place lies outside of this network (OUTSIDE_BOUNDS)."),
        ("/api/v6/one-to-all", {"one": "km"}, 400, "the parameter maxTravelTime is missing."),
        ("/api/v6/one-to-all", {"one": "km", "maxTravelTime": 5, "maxPostTransitTime": 60}, 400,
         "maxPostTransitTime=60: this is not offered here; leave the parameter out."),
        ("/api/v6/one-to-all", {"one": "km", "maxTravelTime": 5, "numItineraries": 5}, 400,
         "there is no parameter numItineraries."),
        ("/kaiteki/v1/isochrone", {"one": "km", "minutes": "10,999"}, 400,
         "minutes=['10,999']: minutes lie between 0 and 240."),
        ("/api/v1/one-to-many",
         {"one": "1;1", "many": "1;1", "mode": "WALK", "max": 9, "maxMatchingDistance": 9, "arriveBy": False}, 422,
         "This network has no streets; only timetables can be searched."),
    ],
)  # fmt: skip
def test_impossible_questions_are_refused(
    tmp_path: Path, path: str, parameters: dict[str, Any], status: int, sentence: str
) -> None:
    assert Server(small_network(tmp_path)).error(status, path, **parameters) == sentence
