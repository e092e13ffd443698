"""What is ours alone beside planning: watches, reasons, what is on, prices."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from feeds.makuhari.places import places
from planner.live import LiveSource
from planner.live_records import StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.network import Network
from tests.api.asking import Server

OURS = "/kaiteki/v1"
WHEN = "2026-11-25T03:00:00Z"
STATION, MESSE, BAYTOWN = "35.6486,140.0418", "35.6475,140.0345", "35.6417,140.0498"


@pytest.fixture(scope="module")
def server(makuhari: Network) -> Server:
    return Server(makuhari)


def rail(server: Server) -> Any:
    answer = server.answer(
        "/api/v6/plan", fromPlace="makuhari_JR-East.Kaihimmakuhari", toPlace="makuhari_JR-East.Soga", time=WHEN
    )
    return next(one for one in answer["itineraries"] if "fareTransfers" in one and len(one["legs"]) == 1)


def state(server: Server, itinerary_id: str) -> Any:
    text = server.get(f"{OURS}/watch", itineraryId=itinerary_id, once=True).text
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    assert lines["event"] == "end"
    return json.loads(lines["data"])


def reported(makuhari: Network, update: TripUpdate) -> Server:
    server, now = Server(makuhari), datetime.now(UTC)
    live = makuhari.with_live(LiveSource("own", int(now.timestamp()), None, (update,)), now)
    server.app.state.served.follow(live, ())
    return server


def test_a_watch_tells_the_delay_and_the_last_safe_departure(server: Server, makuhari: Network) -> None:
    itinerary = rail(server)
    (ride,) = [leg for leg in itinerary["legs"] if "tripId" in leg]
    told = state(server, itinerary["id"])
    assert (told["isPossible"], told["missed"], told["alternatives"]) == (True, [], [])
    assert told["lastSafeDeparture"] >= itinerary["startTime"]
    run = TripSelector(ride["tripId"][9:], start_date=date(2026, 11, 25))
    late = TripUpdate(run, stop_updates=(StopUpdate(stop_id=ride["from"]["stopId"], departure_delay=300),))
    (watched,) = state(reported(makuhari, late), itinerary["id"])["rides"]
    assert (watched["tripId"], watched["departureDelay"]) == (ride["tripId"], 300)


def test_a_watch_of_a_cancelled_train_offers_what_else_there_is(server: Server, makuhari: Network) -> None:
    itinerary = rail(server)
    (ride,) = [leg for leg in itinerary["legs"] if "tripId" in leg]
    run = TripSelector(ride["tripId"][9:], start_date=date(2026, 11, 25))
    told = state(reported(makuhari, TripUpdate(run, TripRelationship.CANCELED)), itinerary["id"])
    assert not told["isPossible"]
    assert told["rides"][0]["isCancelled"]
    others = [leg["tripId"] for one in told["alternatives"] for leg in one["legs"] if "tripId" in leg]
    assert others
    assert ride["tripId"] not in others


def test_a_line_that_is_shown_or_not_asked_for_or_unknown(server: Server) -> None:
    ends = {"fromPlace": STATION, "toPlace": "makuhari_JR-East.Soga", "time": WHEN}
    route = rail(server)["legs"][0]["routeId"]
    assert server.answer(f"{OURS}/why-not", **ends, route=route)["rule"] == "IN_THE_ANSWER"
    assert server.answer(f"{OURS}/why-not", **ends, route=route, transitModes="BUS")["rule"] == "MODE_NOT_ASKED"
    assert "no such line" in server.error(404, f"{OURS}/why-not", **ends, route="mars")


def test_a_walk_beyond_the_limit_is_named_with_its_length(server: Server) -> None:
    ends = {"fromPlace": BAYTOWN, "toPlace": "makuhari_JR-East.Soga", "time": WHEN, "maxPreTransitTime": 60}
    route = next(leg["routeId"] for leg in rail(server)["legs"] if "routeId" in leg)
    told = server.answer(f"{OURS}/why-not", **ends, route=route)
    assert told["rule"] == "BEYOND_THE_WALKING_LIMIT"
    assert told["walk"] > 60


def test_a_run_that_has_just_left_is_missed_by_seconds(server: Server) -> None:
    itinerary = rail(server)
    trip = next(leg["tripId"] for leg in itinerary["legs"] if "tripId" in leg)
    start = datetime.fromisoformat(itinerary["startTime"])
    later = datetime.fromtimestamp(start.timestamp() + 40, UTC).isoformat()
    ends = {"fromPlace": "makuhari_JR-East.Kaihimmakuhari", "toPlace": "makuhari_JR-East.Soga"}
    told = server.answer(f"{OURS}/why-not", **ends, time=later, departure=trip)
    assert (told["rule"], told["missedBy"]) == ("MISSED", 40)


def test_a_stop_off_the_way_is_dominated_by_the_way(server: Server) -> None:
    ends = {"fromPlace": "makuhari_JR-East.Kaihimmakuhari", "toPlace": "makuhari_JR-East.Soga", "time": WHEN}
    told = server.answer(f"{OURS}/why-not", **ends, stop="makuhari_JR-East.NishiFunabashi")
    assert told["rule"] == "DOMINATED"
    assert told["better"]["endTime"] <= told["candidate"]["endTime"]


def test_events_are_told_with_where_and_how_sure(server: Server) -> None:
    events = server.answer(f"{OURS}/events", day="2026-04-03", days=1)["events"]
    (game,) = [event for event in events if event["name"] == "プロ野球"]
    assert game["isEstimate"]
    assert game["lat"] == pytest.approx(35.645, abs=0.01)
    assert server.answer(f"{OURS}/events", day="2026-04-03", days=1, place="35.5,140.2", radius=500)["events"] == []


def test_recommendations_are_within_the_minutes_and_grow_with_them(server: Server) -> None:
    few, many = (
        server.answer(f"{OURS}/recommendations", place=STATION, minutes=minutes, time=WHEN, count=50)["recommendations"]
        for minutes in (5, 30)
    )
    assert all(one["seconds"] <= 300 for one in few)
    assert {one["name"] for one in few} <= {one["name"] for one in many}
    assert len(many) > len(few) > 0


def test_only_what_is_worth_a_visit_is_recommended(server: Server) -> None:
    asked = {"place": STATION, "minutes": 60, "time": WHEN, "count": 50, "language": "en"}
    names = {one["name"] for one in server.answer(f"{OURS}/recommendations", **asked)["recommendations"]}
    assert {"Makuhari Messe Halls 1-8", "AEON MALL Makuhari Shintoshin Grand Mall"} <= names
    assert not [name for name in names if "exit" in name.lower() or "shelter" in name.lower()]
    plain = {place.name_en for place in places() if place.category in {"station_exit", "shelter", "parking", "office"}}
    assert not names & plain


def test_the_fare_of_an_itinerary_names_what_it_pays_for(server: Server) -> None:
    itinerary = rail(server)
    fares = server.answer(f"{OURS}/fares", itineraryId=itinerary["id"])
    assert fares["isKnown"]
    legs = [leg for part in fares["parts"] for leg in part["legs"]]
    assert all("tripId" in itinerary["legs"][leg] for leg in legs)
    amounts = [product["amount"] for part in fares["parts"] for product in part["products"]]
    assert amounts
    text = json.dumps(itinerary["fareTransfers"])
    assert all(f'"amount": {json.dumps(amount)}' in text for amount in amounts)


def test_what_cannot_be_followed_is_refused(server: Server) -> None:
    assert "no itinerary" in server.error(400, f"{OURS}/watch", itineraryId="xyz")
    assert "no itinerary" in server.error(400, f"{OURS}/fares", itineraryId="xyz")
    assert "name one of" in server.error(400, f"{OURS}/why-not", fromPlace=STATION, toPlace=MESSE)


def test_a_journey_goes_by_way_of_a_stop_and_stays_there(server: Server) -> None:
    ends = {"fromPlace": "makuhari_JR-East.Kaihimmakuhari", "toPlace": "makuhari_JR-East.Soga", "time": WHEN}
    by_way = {"via": "makuhari_JR-East.Kemigawahama", "viaMinimumStay": 10}
    found = server.answer("/api/v6/plan", **ends, **by_way)["itineraries"]
    assert found
    for itinerary in found:
        ends_of_legs = {leg["to"]["name"] for leg in itinerary["legs"]}
        assert "検見川浜" in ends_of_legs
    assert "more stays than via" in server.error(400, "/api/v6/plan", **ends, viaMinimumStay=5)
    assert "no such stop" in server.error(404, "/api/v6/plan", **ends, via="mars")


def test_a_pass_pays_its_part_and_a_child_pays_less(server: Server) -> None:
    asked = {"itineraryId": rail(server)["id"]}
    adult = server.answer(f"{OURS}/fares", **asked)
    child = server.answer(f"{OURS}/fares", **asked, rider="child")
    held = server.answer(f"{OURS}/fares", **asked, **{"pass": "海浜幕張:蘇我"})
    assert 0 < child["ic"] < adult["ic"] <= adult["ticket"]
    assert (held["ic"], held["currency"]) == (0, "JPY")
    half = server.answer(f"{OURS}/fares", **asked, **{"pass": "海浜幕張:千葉みなと"})
    assert 0 < half["ic"] < adult["ic"]
    assert "no feed has riders called 'ghost'" in server.error(400, f"{OURS}/fares", **asked, rider="ghost")
    assert "pass: no station here is called 'x'" in server.error(400, f"{OURS}/fares", **asked, **{"pass": "x:y"})


def test_shelters_are_those_of_the_command_line_soonest_first(server: Server) -> None:
    found = server.answer(f"{OURS}/shelters", place=STATION, count=4, time=WHEN)
    assert len(found) == 4
    assert [one["duration_s"] for one in found] == sorted(one["duration_s"] for one in found)
    first = found[0]
    assert first["steps"]
    assert abs(sum(step["distance_m"] for step in first["steps"]) - first["distance_m"]) < 5
    only = server.answer(f"{OURS}/shelters", place=STATION, kind="designated_shelter", wheelchair=True, time=WHEN)
    assert {one["kind"] for one in only} == {"designated_shelter"}
    assert all(one["stairs"] == 0 for one in only)
    assert "the kinds are" in server.error(400, f"{OURS}/shelters", place=STATION, kind="cave")
    server.error(404, f"{OURS}/shelters", place="nowhere")
