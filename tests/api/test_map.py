"""What a map asks for: stops, vehicles under way, shared vehicles, where to begin, whose data it is."""

from datetime import datetime
from typing import Any

import pytest

from planner.network import Network
from planner.polyline import decode_polyline
from tests.api.asking import Server
from tests.api.small_network import small_network

BOX = {"min": "35.63,140.06", "max": "35.66,140.02"}
SPAN = {"startTime": "2026-11-25T08:46:00Z", "endTime": "2026-11-25T08:47:00Z"}
EVERYTHING = {"min": "35.5,140.2", "max": "35.7,140.0", "zoom": 14}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(small_network(tmp_path_factory.mktemp("feed")))


@pytest.fixture(scope="module")
def city(makuhari: Network) -> Server:
    return Server(makuhari)


def test_stops_of_a_part_of_the_map(line: Server) -> None:
    assert [stop["stopId"] for stop in line.answer("/api/v6/map/stops", **BOX)] == ["km"]
    assert line.answer("/api/v6/map/stops", **BOX, modes="BUS") == []
    assert line.answer("/api/v6/map/stops", min="0,0", max="1,1") == []


def test_p8_every_stop_on_the_map_has_a_board(city: Server) -> None:
    stops = city.answer("/api/v6/map/stops", **BOX) + city.answer("/api/v6/map/stops", **BOX, grouped=True)
    assert len(stops) > 20
    for stop in stops:
        body = city.answer("/api/v6/stoptimes", stopId=stop["stopId"], n=1, time="2026-11-25T08:30:00Z")
        assert body["place"]["stopId"] == stop["stopId"]


def test_vehicles_under_way_are_shown_with_their_line(line: Server) -> None:
    (segment,) = line.answer("/api/v6/map/trips", **EVERYTHING, **SPAN)
    assert segment["trips"] == [{"tripId": "20261125_t2", "routeShortName": "京葉線", "displayName": "京葉線"}]
    assert (segment["from"]["stopId"], segment["to"]["stopId"]) == ("km", "kg")
    assert (segment["departure"], segment["arrival"]) == ("2026-11-25T08:45:00Z", "2026-11-25T08:49:00Z")
    points = decode_polyline(segment["polyline"], 5)
    assert points[0] == pytest.approx((35.6486, 140.0418))
    assert points[-1] == pytest.approx((35.6370, 140.0620))


def test_vehicles_elsewhere_or_at_other_times_are_not_shown(line: Server) -> None:
    far = {"min": "34.5,139.2", "max": "34.7,139.0", "zoom": 14}
    assert line.answer("/api/v6/map/trips", **far, **SPAN) == []
    later = {"startTime": "2026-11-25T10:46:00Z", "endTime": "2026-11-25T10:47:00Z"}
    assert line.answer("/api/v6/map/trips", **EVERYTHING, **later) == []


def test_p8_every_vehicle_under_way_is_a_trip_with_that_way(city: Server) -> None:
    found = city.answer("/api/v6/map/trips", **BOX, **SPAN, zoom=14)
    assert len(found) > 20
    for segment in found[::10]:
        assert datetime.fromisoformat(segment["departure"]) <= datetime.fromisoformat(SPAN["endTime"])
        assert datetime.fromisoformat(segment["arrival"]) >= datetime.fromisoformat(SPAN["startTime"])
        (leg,) = city.answer("/api/v6/trip", tripId=segment["trips"][0]["tripId"])["legs"]
        calls = [leg["from"], *leg["intermediateStops"], leg["to"]]
        assert (segment["from"]["stopId"], segment["departure"]) in [(c["stopId"], c.get("departure")) for c in calls]


def test_from_afar_only_trains_are_shown(city: Server) -> None:
    modes = {one["mode"] for one in city.answer("/api/v6/map/trips", **BOX, **SPAN, zoom=8)}
    assert modes == {"REGIONAL_RAIL"}


def test_a_map_begins_where_the_network_is(city: Server) -> None:
    body = city.answer("/api/v1/map/initial")
    south, west, north, east = city.network.manifest.bounds
    assert south < body["lat"] < north
    assert west < body["lon"] < east
    assert body["serverConfig"]["maxOneToAllTravelTimeLimit"] == 240
    most = body["serverConfig"]["maxPrePostTransitTimeLimit"]
    asked = {"fromPlace": "35.6431,140.0458", "toPlace": "35.6483,140.0345"}
    assert city.get("/api/v6/plan", **asked, maxPreTransitTime=most).status_code == 200
    assert city.get("/api/v6/plan", **asked, maxPreTransitTime=most + 1).status_code == 400


def test_levels_of_a_part_of_the_map(city: Server) -> None:
    assert city.answer("/api/v1/map/levels", **BOX) == [0.0, 1.0]
    assert city.answer("/api/v1/map/levels", min="0,0", max="1,1") == []


def test_shared_vehicles_of_a_part_of_the_map(city: Server) -> None:
    whole, part = city.answer("/api/v1/rentals"), city.answer("/api/v1/rentals", **BOX)
    assert {station["id"] for station in part["stations"]} < {station["id"] for station in whole["stations"]}
    assert all(35.63 <= s["lat"] <= 35.66 and 140.02 <= s["lon"] <= 140.06 for s in part["stations"])
    assert {provider["id"] for provider in whole["providers"]} == {s.id for s in city.network.snapshot.sharing}
    kinds = {provider["id"]: provider["vehicleTypes"] for provider in whole["providers"]}
    for zone in whole["zones"]:
        places = [place for rule in zone["rules"] for place in rule["vehicleTypeIdxs"]]
        assert all(place < len(kinds[zone["providerId"]]) for place in places)
    assert city.answer("/api/v1/rentals", min="0,0", max="1,1")["providers"] == []


def test_p8_ports_and_providers_are_accepted_as_input(city: Server) -> None:
    around = {"point": "35.6486,140.0418", "radius": 400}
    found = city.answer("/api/v1/rentals", **around)
    assert found["stations"]
    for provider in found["providers"]:
        one = city.answer("/api/v1/rentals", **around, providers=provider["id"])
        assert {station["providerId"] for station in one["stations"]} <= {provider["id"]}
        assert one == city.answer("/api/v1/rentals", **around, providerGroups=provider["groupId"])
    station = found["stations"][0]
    body = city.answer("/api/v6/plan", fromPlace=station["id"], toPlace="35.6431,140.0458")
    assert (body["from"]["lat"], body["from"]["lon"]) == pytest.approx((station["lat"], station["lon"]))


def test_parts_of_the_answer_can_be_left_out(city: Server) -> None:
    left_out = {"withStations": False, "withVehicles": False, "withZones": False, "withProviders": False}
    body = city.answer("/api/v1/rentals", **left_out)
    assert body["providerGroups"]
    assert (body["stations"], body["vehicles"], body["zones"], body["providers"]) == ([], [], [], [])


def test_sources_say_what_their_licence_asks(line: Server) -> None:
    body = line.answer("/kaiteki/v1/feeds")
    (feed,) = body["feeds"]
    assert (feed["name"], feed["attribution"], feed["lastDate"]) == ("keiyo", "手書き (CC0)", "2026-11-30")
    assert (feed["sha256"], body["remark"]) == ("0" * 64, "見本です。")


@pytest.mark.parametrize(
    ("path", "parameters", "sentence"),
    [
        ("/api/v6/map/stops", {"min": "35,140"}, "the parameter max is missing."),
        ("/api/v6/map/stops", {"min": "here", "max": "35,140"}, "min=here: this is no lat,lon."),
        ("/api/v6/map/trips", EVERYTHING | {"startTime": SPAN["endTime"], "endTime": SPAN["startTime"]},
         "endTime lies before startTime or more than a day after it."),
        ("/api/v1/rentals", {"min": "35,140"}, "name min and max, or neither."),
        ("/api/v1/rentals", {"point": "35,140"}, "name point and radius, or neither."),
    ],
)  # fmt: skip
def test_impossible_parts_of_the_map_are_refused(
    line: Server, path: str, parameters: dict[str, Any], sentence: str
) -> None:
    assert line.error(400, path, **parameters) == sentence
