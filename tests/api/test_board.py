"""Boards, stops and trips over HTTP, asked of the embedded city and of a line known by heart."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from planner.network import Network
from tests.api.asking import Server
from tests.api.small_network import small_network

EVENING = "2026-11-25T08:30:00Z"
Leg = dict[str, Any]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_network(tmp_path_factory.mktemp("feed")))


@pytest.fixture(scope="module")
def city(makuhari: Network) -> Server:
    return Server(makuhari)


@pytest.fixture(scope="module")
def legs(city: Server) -> list[Leg]:
    """Rides of journeys between places chosen by lot, at times chosen by lot."""
    rng = np.random.default_rng(20261125)
    places, found = city.network.snapshot.places, []
    for _ in range(12):
        start, end = rng.choice(len(places), 2, replace=False)
        time = datetime.fromisoformat("2026-11-25T00:00:00+00:00") + timedelta(minutes=int(rng.integers(0, 1440)))
        body = city.answer(
            "/api/v6/plan",
            fromPlace=f"{places.lat[start]},{places.lon[start]}",
            toPlace=f"{places.lat[end]},{places.lon[end]}",
            time=time.isoformat(),
        )
        found += [leg for itinerary in body["itineraries"] for leg in itinerary["legs"] if "headsign" in leg]
    assert len(found) > 20
    return found


def seconds_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_p9_the_board_lists_the_departure_of_every_ride(city: Server, legs: list[Leg]) -> None:
    for leg in legs:
        for stop in {leg["from"]["stopId"], leg["from"].get("parentId", leg["from"]["stopId"])}:
            body = city.answer("/api/v6/stoptimes", stopId=stop, time=leg["startTime"], window=0, n=1)
            rows = [(row["tripId"], row["place"]["stopId"], row["place"]["departure"]) for row in body["stopTimes"]]
            assert (leg["tripId"], leg["from"]["stopId"], leg["startTime"]) in rows


def test_the_board_of_arrivals_lists_the_end_of_every_ride(city: Server, legs: list[Leg]) -> None:
    for leg in legs:
        to = leg["to"]
        body = city.answer("/api/v6/stoptimes", stopId=to["stopId"], time=leg["endTime"], n=1, arriveBy=True)
        rows = [(row["tripId"], row["place"]["stopId"], row["place"]["arrival"]) for row in body["stopTimes"]]
        assert (leg["tripId"], to["stopId"], leg["endTime"]) in rows


def test_p10_the_trip_contains_the_ride(city: Server, legs: list[Leg]) -> None:
    for leg in legs:
        (whole,) = city.answer("/api/v6/trip", tripId=leg["tripId"])["legs"]
        calls = [whole["from"], *whole["intermediateStops"], whole["to"]]
        ridden = [leg["from"], *leg["intermediateStops"], leg["to"]]
        departures = [(call["stopId"], call.get("departure")) for call in calls]
        start = departures.index((leg["from"]["stopId"], leg["startTime"]))
        part = calls[start : start + len(ridden)]
        assert [call["stopId"] for call in part] == [call["stopId"] for call in ridden]
        assert part[-1]["arrival"] == leg["endTime"]


def test_a_board_says_what_departs_next(line: Server) -> None:
    body = line.answer("/api/v6/stoptimes", stopId="km", time=EVENING, n=2)
    rows = [(row["tripId"], row["place"]["departure"], row["headsign"]) for row in body["stopTimes"]]
    assert rows == [
        ("20261125_t2", "2026-11-25T08:45:00Z", "蘇我"),
        ("20261125_t3", "2026-11-25T15:20:00Z", "蘇我"),
    ]
    assert body["place"]["stopId"] == "km"
    assert [body["stopTimes"][0][end]["stopId"] for end in ("tripFrom", "tripTo")] == ["km", "sg"]


def test_pages_of_a_board_touch(line: Server) -> None:
    asked = {"stopId": "kg", "time": EVENING, "n": 1}
    first = line.answer("/api/v6/stoptimes", **asked)
    second = line.answer("/api/v6/stoptimes", **asked, pageCursor=first["nextPageCursor"])
    back = line.answer("/api/v6/stoptimes", **asked, pageCursor=second["previousPageCursor"])
    assert [body["stopTimes"][0]["tripId"] for body in (first, second, back)] == [
        "20261125_t2", "20261125_t3", "20261125_t2",
    ]  # fmt: skip


def test_no_rows_are_a_legal_number(line: Server) -> None:
    body = line.answer("/api/v6/stoptimes", stopId="km", n=0)
    assert (body["stopTimes"], body["place"]["name"]) == ([], "海浜幕張")


def test_arrivals_look_back_and_both_show_both(line: Server) -> None:
    asked = {"stopId": "kg", "time": "2026-11-25T08:49:00Z"}
    arrivals = line.answer("/api/v6/stoptimes", **asked, n=1, arriveBy=True)["stopTimes"]
    assert [(row["tripId"], row["place"]["arrival"]) for row in arrivals] == [("20261125_t2", "2026-11-25T08:49:00Z")]
    both = line.answer("/api/v6/stoptimes", **asked, window=0, n=1, both=True)["stopTimes"]
    assert [sorted(set(row["place"]) & {"arrival", "departure"}) for row in both] == [["departure"], ["arrival"]]


def test_the_calls_that_follow_are_given_when_asked_for(line: Server) -> None:
    asked = {"stopId": "kg", "time": EVENING, "n": 1, "fetchStops": True}
    (row,) = line.answer("/api/v6/stoptimes", **asked)["stopTimes"]
    assert [(call["stopId"], call["arrival"]) for call in row["nextStops"]] == [("sg", "2026-11-25T09:05:00Z")]
    (row,) = line.answer("/api/v6/stoptimes", **asked, arriveBy=True, direction="LATER")["stopTimes"]
    assert [call["stopId"] for call in row["previousStops"]] == ["km"]


def test_a_board_around_a_point(line: Server) -> None:
    asked = {"center": "35.6487,140.0419", "time": EVENING, "n": 1}
    assert line.answer("/api/v6/stoptimes", **asked, radius=100)["stopTimes"][0]["place"]["stopId"] == "km"
    assert line.answer("/api/v6/stoptimes", **asked, radius=0)["stopTimes"] == []
    assert line.answer("/api/v6/stoptimes", **asked, radius=100, stopId="gone")["stopTimes"]


@pytest.mark.parametrize(
    ("parameters", "status", "sentence"),
    [
        ({"stopId": "km"}, 400, "name n, window or both."),
        ({"n": 1}, 400, "name stopId, or center with radius."),
        ({"n": 1, "center": "35.6,140.0"}, 400, "name stopId, or center with radius."),
        ({"n": 1, "stopId": "xx"}, 404, "stopId=xx: there is no such stop in this network."),
        ({"n": 1, "stopId": "km", "foo": 1}, 400, "there is no parameter foo."),
        ({"n": 1, "stopId": "km", "withScheduledSkippedStops": True}, 400,
         "withScheduledSkippedStops=true: this is not offered here; leave the parameter out."),
        ({"n": 1, "stopId": "km", "pageCursor": "LATER|1|2"}, 400,
         "pageCursor=LATER|1|2: this is no page cursor of this server."),
    ],
)  # fmt: skip
def test_impossible_boards_are_refused(line: Server, parameters: dict[str, Any], status: int, sentence: str) -> None:
    assert line.error(status, "/api/v6/stoptimes", **parameters).lower() == sentence.lower()


def test_trips_are_found_by_service_day_and_id(line: Server) -> None:
    body = line.answer("/api/v6/trip", tripId="20261125_t3")
    assert (body["startTime"], body["endTime"]) == ("2026-11-25T15:20:00Z", "2026-11-25T15:40:00Z")
    assert (
        line.error(404, "/api/v6/trip", tripId="20261225_t3") == "tripId=20261225_t3: no such trip runs on 2026-12-25."
    )
    assert line.error(400, "/api/v6/trip", tripId="t3") == (
        "tripId=t3: this is no service day and trip id, such as 20261125_t2."
    )


def test_a_stop_names_its_lines(line: Server) -> None:
    body = line.answer("/api/v6/stop", stopId="kg", language="en")
    assert [route["routeId"] for route in body["routes"]] == ["keiyo"]
    assert line.error(404, "/api/v6/stop", stopId="xx") == "stopId=xx: there is no such stop in this network."


def test_a_board_covers_all_of_a_station(city: Server) -> None:
    children = city.network.children
    timetable = city.network.snapshot.timetable
    station = max(children, key=lambda stop: len(children[stop]))
    ids = {timetable.stops.ids[child] for child in children[station]}
    body = city.answer("/api/v6/stoptimes", stopId=timetable.stops.ids[station], time=EVENING, window=7200)
    assert {row["place"]["stopId"] for row in body["stopTimes"]} >= ids
