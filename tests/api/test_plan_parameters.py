"""What a question asks of changes, of the whole time, of rented vehicles and of one departure."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from planner.network import Network
from tests.api.asking import Server
from tests.cities import City, small_city

WAY = {
    "fromPlace": "35.6431,140.0458",
    "toPlace": "35.6130,140.1133",
    "time": "2026-11-25T08:30:00+09:00",
    "searchWindow": "7200",
    "numItineraries": "100",
}
STREET = {"WALK", "BIKE", "RENTAL"}
Key = tuple[str, str, int]


@pytest.fixture(scope="module")
def server(makuhari: Network) -> Server:
    return Server(makuhari)


def keys(answer: dict[str, Any]) -> set[Key]:
    return {(one["startTime"], one["endTime"], one["transfers"]) for one in answer["itineraries"]}


def between_vehicles_s(itinerary: dict[str, Any]) -> list[float]:
    """Seconds from each vehicle to the next one that is changed to."""
    rides = [leg for leg in itinerary["legs"] if leg["mode"] not in STREET]
    pairs = [(a, b) for a, b in pairwise(rides) if not b.get("interlineWithPreviousLeg")]
    moments = [(datetime.fromisoformat(a["endTime"]), datetime.fromisoformat(b["startTime"])) for a, b in pairs]
    return [(start - end).total_seconds() for end, start in moments]


def test_every_change_has_the_minutes_more_that_are_asked_for(server: Server) -> None:
    usual = server.answer("/api/v6/plan", **WAY)["itineraries"]
    calm = server.answer("/api/v6/plan", **WAY, additionalTransferTime=9)["itineraries"]
    assert any(gap < 540 for one in usual for gap in between_vehicles_s(one))
    assert any(between_vehicles_s(one) for one in calm)
    assert all(gap >= 540 for one in calm for gap in between_vehicles_s(one))


def test_who_takes_longer_to_change_is_never_sooner_there(server: Server) -> None:
    usual = keys(server.answer("/api/v6/plan", **WAY, timetableView="false"))
    slow = keys(server.answer("/api/v6/plan", **WAY, timetableView="false", transferTimeFactor=8))
    assert slow
    assert slow != usual
    assert all(any(b <= end and n <= transfers for _, b, n in usual) for _, end, transfers in slow)


def test_journeys_within_a_time_are_those_of_all_journeys(server: Server) -> None:
    every = server.answer("/api/v6/plan", **WAY)["itineraries"]
    longest = sorted(one["duration"] for one in every)[len(every) // 2]
    minutes = longest // 60
    bounded = server.answer("/api/v6/plan", **WAY, maxTravelTime=minutes)
    wanted = {(i["startTime"], i["endTime"], i["transfers"]) for i in every if i["duration"] <= 60 * minutes}
    assert 0 < len(wanted) < len(every)
    assert wanted <= keys(bounded)
    assert all(one["duration"] <= 60 * minutes for one in bounded["itineraries"] + bounded["direct"])


@pytest.mark.parametrize("arrive_by", ["false", "true"])
def test_one_departure_is_the_best_for_who_leaves_then(server: Server, arrive_by: str) -> None:
    asked = {**WAY, "arriveBy": arrive_by}
    answer = server.answer("/api/v6/plan", **asked, timetableView="false")
    found = answer["itineraries"]
    assert found
    assert (answer["previousPageCursor"], answer["nextPageCursor"]) == ("", "")
    for a in found:
        for b in found:
            sooner = a["startTime"] >= b["startTime"] if arrive_by == "true" else a["endTime"] <= b["endTime"]
            assert a is b or not (sooner and a["transfers"] <= b["transfers"])
    windowed = server.answer("/api/v6/plan", **asked)["itineraries"]
    if arrive_by == "true":
        assert max(one["startTime"] for one in found) == max(one["startTime"] for one in windowed)
    else:
        assert min(one["endTime"] for one in found) == min(one["endTime"] for one in windowed)


def test_one_departure_is_not_searched_by_way_of_a_stop(server: Server) -> None:
    told = server.error(400, "/api/v6/plan", **WAY, timetableView="false", via="x")
    assert told.startswith("timetableView=false goes with walks")


def test_no_train_of_the_city_is_known_to_take_bicycles(server: Server) -> None:
    assert server.answer("/api/v6/plan", **WAY, requireBikeTransport="true")["itineraries"] == []


def test_somebody_drops_one_off_at_a_station(server: Server) -> None:
    way = {**WAY, "fromPlace": "35.6560,140.0290", "maxPreTransitTime": 600, "preTransitModes": "CAR_DROPOFF"}
    found = server.answer("/api/v6/plan", **way)["itineraries"]
    first = [one["legs"][0] for one in found]
    assert first
    assert {leg["mode"] for leg in first} == {"CAR_DROPOFF"}
    assert all(60 < leg["duration"] <= 600 for leg in first)
    # Refreshed it is driven again.
    again = server.answer("/api/v6/refresh-itinerary", itineraryId=found[0]["id"])
    assert again["legs"][0]["mode"] == "CAR_DROPOFF"


SHARED = {
    "fromPlace": "35.6483,140.0418",
    "toPlace": "35.6560,140.0290",
    "time": "2026-11-25T10:30:00+09:00",
    "directModes": "RENTAL",
    "numItineraries": "0",
    "maxDirectTime": "7200",
}


def rented(answer: dict[str, Any]) -> set[tuple[str, str]]:
    legs = [leg["rental"] for one in answer["direct"] for leg in one["legs"] if leg["mode"] == "RENTAL"]
    return {(rental["providerId"], rental["propulsionType"]) for rental in legs}


def test_only_chosen_providers_and_motors_are_rented(server: Server) -> None:
    every = rented(server.answer("/api/v6/plan", **SHARED))
    providers, kinds = ({one[column] for one in every} for column in (0, 1))
    assert len(providers) > 1
    for provider in providers:
        chosen = rented(server.answer("/api/v6/plan", **SHARED, directRentalProviders=provider))
        assert chosen == {one for one in every if one[0] == provider}
    for kind in kinds:
        chosen = rented(server.answer("/api/v6/plan", **SHARED, directRentalPropulsionTypes=kind))
        assert chosen
        assert {one[1] for one in chosen} == {kind}
    assert rented(server.answer("/api/v6/plan", **SHARED, directRentalPropulsionTypes="HYDROGEN_FUEL_CELL")) == set()


def test_a_provider_nobody_knows_is_named(server: Server) -> None:
    told = server.error(404, "/api/v6/plan", **SHARED, directRentalProviders="nobody")
    assert told == "directRentalProviders=nobody: there is no such provider in this network."


def test_who_gives_no_time_gets_no_answer(server: Server) -> None:
    server.error(503, "/api/v6/plan", **WAY, timeout=0.000001)
    assert server.answer("/api/v6/plan", **WAY, timeout=60)["itineraries"]


def test_other_rides_are_told_in_place_of_each(server: Server) -> None:
    assert all(
        "alternatives" not in leg for one in server.answer("/api/v6/plan", **WAY)["itineraries"] for leg in one["legs"]
    )
    found = server.answer("/api/v6/plan", **WAY, numLegAlternatives=2)["itineraries"]
    rides = [leg for one in found for leg in one["legs"] if "tripId" in leg and not leg.get("interlineWithPreviousLeg")]
    assert all(len(leg["alternatives"]) <= 2 for leg in rides)
    others = [(leg, other) for leg in rides for other in leg["alternatives"]]
    assert len(others) > 5
    for leg, other in others:
        assert (other[0]["mode"], other[-1]["mode"]) == ("WALK", "WALK")
        assert all("tripId" in part for part in other[1:-1])
        assert (other[1]["tripId"], other[1]["startTime"]) != (leg["tripId"], leg["startTime"])


AWAY_FROM_DOCKS = {**SHARED, "toPlace": "35.6443,140.0312"}


def test_who_ignores_rules_of_return_leaves_a_vehicle_at_the_door(server: Server) -> None:
    """What is given back at docks only ends at one, unless that shall not count."""
    usual = server.answer("/api/v6/plan", **AWAY_FROM_DOCKS, directRentalFormFactors="BICYCLE")["direct"]
    free = server.answer(
        "/api/v6/plan", **AWAY_FROM_DOCKS, directRentalFormFactors="BICYCLE", ignoreDirectRentalReturnConstraints="true"
    )["direct"]
    assert usual
    assert all("toStationName" in leg["rental"] for one in usual for leg in one["legs"] if leg["mode"] == "RENTAL")
    assert any("toStationName" not in leg["rental"] for one in free for leg in one["legs"] if leg["mode"] == "RENTAL")
    assert min(one["endTime"] for one in free) < min(one["endTime"] for one in usual)
    assert min(one["walkDistance"] for one in free) < min(one["walkDistance"] for one in usual)


@pytest.mark.parametrize(("side", "modes"), [("PreTransit", "preTransitModes"), ("PostTransit", "postTransitModes")])
def test_so_it_is_on_the_way_to_and_from_stops(server: Server, side: str, modes: str) -> None:
    asked = {**WAY, modes: "RENTAL", "searchWindow": 3600}
    if side == "PostTransit":
        asked |= {"fromPlace": WAY["toPlace"], "toPlace": WAY["fromPlace"]}
    counts = [
        {
            leg["rental"].get("toStationName") is None
            for one in server.answer("/api/v6/plan", **asked, **ignored)["itineraries"]
            for leg in one["legs"]
            if leg["mode"] == "RENTAL" and leg["rental"]["returnConstraint"] == "ANY_STATION"
        }
        for ignored in ({}, {f"ignore{side}RentalReturnConstraints": "true"})
    ]
    assert counts[0] <= {False}
    assert True in counts[1]


def test_overtaken_rides_come_on_top(tmp_path: Path) -> None:
    city = City(lines={"quick": "A E\n8:20 8:23", "slow": "A C E\n8:10 8:18 8:27\n8:19 8:26 8:39"})
    server = Server(small_city(tmp_path, city))
    ends = {name: "{},{}".format(*city.point(letter)) for name, letter in (("fromPlace", "A"), ("toPlace", "E"))}
    asked = ends | {"time": "2026-11-25T08:00:00+09:00", "directModes": "", "maxPostTransitTime": 60}

    def told(**more: object) -> list[str]:
        found = server.answer("/api/v6/plan", **asked, searchWindow=3600, **more)["itineraries"]
        return [leg["routeId"] for one in found for leg in one["legs"] if "routeId" in leg]

    # The shortest takes three minutes, the others 17 and 20.
    assert told() == told(fastestSlowDirectFactor=0) == told(slowDirect="true") == ["quick"]
    assert told(slowDirect="true", fastestSlowDirectFactor=6) == ["slow", "quick"]
    assert told(slowDirect="true", fastestSlowDirectFactor=0.5) == ["slow", "slow", "quick"]


def test_stops_within_a_radius_are_walked_to_in_whole_minutes(server: Server) -> None:
    found = server.answer("/api/v6/plan", **WAY, radius=700)["itineraries"]
    assert found
    first, last = ([one["legs"][end] for one in found if one["legs"][end]["mode"] == "WALK"] for end in (0, -1))
    assert first
    assert last
    # 700 m at 1.5 m/s are seven whole minutes; along the streets it is farther.
    assert {leg["duration"] % 60 for leg in first + last} == {0}
    assert max(leg["duration"] for leg in first + last) <= 7 * 60
    assert "radius=-1" in server.error(400, "/api/v6/plan", **WAY, radius=-1)
