"""`/kaiteki/v1/plan`: what the command line asks of preferences, limits and margins, asked over HTTP."""

from datetime import datetime
from typing import Any

import pytest

from planner.last_safe import last_safe
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Preferred, Slack, StopId
from tests.api.asking import Server

PLAN = "/kaiteki/v1/plan"
ENDS = "makuhari_JR-East.Kaihimmakuhari", "makuhari_JR-East.Tokyo"
WAY = {"fromPlace": ENDS[0], "toPlace": ENDS[1], "time": "2026-11-25T17:30:00+09:00"}


@pytest.fixture(scope="module")
def server(makuhari: Network) -> Server:
    return Server(makuhari)


def asked(network: Network, **wishes: Any) -> PlanRequest:
    """`WAY` with MOTIS' defaults."""
    moment = datetime(2026, 11, 25, 17, 30, tzinfo=network.zone)
    ends = StopId(ENDS[0]), StopId(ENDS[1])
    return PlanRequest(*ends, moment, max_access_s=900, max_egress_s=900, max_direct_s=1800, **wishes)


def times(itineraries: Any) -> list[tuple[datetime, datetime]]:
    return [(datetime.fromisoformat(one["startTime"]), datetime.fromisoformat(one["endTime"])) for one in itineraries]


def expected(network: Network, request: PlanRequest) -> list[tuple[datetime, datetime]]:
    return [(one.start, one.end) for one in plan(network, request).itineraries]


def test_without_a_wish_it_is_the_same_as_motis_plan(server: Server) -> None:
    assert server.answer(PLAN, **WAY) == server.answer("/api/v6/plan", **WAY)


def test_the_cheapest_of_a_window_have_pages(server: Server) -> None:
    page = server.answer(PLAN, **WAY, prefer="price", searchWindow=900)
    later = server.answer(PLAN, **WAY, prefer="price", pageCursor=page["nextPageCursor"])
    back = server.answer(PLAN, **WAY, prefer="price", pageCursor=later["previousPageCursor"])
    begins = [start for start, _ in times(page["itineraries"])]
    ends = [start for start, _ in times(later["itineraries"])]
    assert max(begins) < min(ends)
    assert times(back["itineraries"]) == times(page["itineraries"])


@pytest.mark.parametrize(
    ("parameters", "wish"),
    [
        ({"prefer": "price"}, {"prefer": Preferred.PRICE}),
        ({"prefer": "price", "slackTime": 0, "slackTransfers": 0}, {"prefer": Preferred.PRICE, "slack": Slack(0, 0)}),
        ({"maxPrice": 600}, {"max_price": 600.0}),
        ({"prefer": "price", "rider": "child"}, {"prefer": Preferred.PRICE, "rider": "child"}),
        ({"prefer": "walking", "slackTime": 2400}, {"prefer": Preferred.WALKING, "slack": Slack(2400, 1)}),
        ({"prefer": "co2", "slackTransfers": 3}, {"prefer": Preferred.CO2, "slack": Slack(1800, 3)}),
        ({"prefer": "reliability", "numItineraries": 2}, {"prefer": Preferred.RELIABILITY, "count": 2}),
        ({"maxWalkTime": 240}, {"max_walk_s": 240}),
        (
            {"prefer": "price", "searchWindow": 1200, "maxWalkTime": 900},
            {"prefer": Preferred.PRICE, "window_s": 1200, "max_walk_s": 900},
        ),
    ],
)
def test_what_is_wished_is_what_the_planner_finds(
    server: Server, makuhari: Network, parameters: dict[str, Any], wish: dict[str, Any]
) -> None:
    found = times(server.answer(PLAN, **WAY, **parameters)["itineraries"])
    assert found == expected(makuhari, asked(makuhari, **wish))


def test_what_is_wished_is_not_what_is_usual(server: Server) -> None:
    way = {**WAY, "toPlace": "makuhari_JR-East.Chiba", "time": "2026-11-25T08:00:00+09:00"}
    wishes: list[dict[str, Any]] = [{}, *({"prefer": by} for by in Preferred), {"maxWalkTime": 240}]
    found = [times(server.answer(PLAN, **way, **wish)["itineraries"]) for wish in wishes]
    assert all(found)
    assert all(one not in found[:row] for row, one in enumerate(found))


def test_who_can_pay_too_little_is_told_the_least(server: Server) -> None:
    (told,) = server.answer(PLAN, **WAY, maxPrice=500, language="en")["routingErrors"]
    assert told == {"code": "NOTHING_AFFORDABLE", "sentence": "Nothing costs at most ¥500: the cheapest is ¥528."}


def test_a_rider_nobody_knows_is_refused(server: Server) -> None:
    assert "'emperor'" in server.error(400, PLAN, **WAY, prefer="price", rider="emperor")


def test_a_line_is_avoided_by_its_name(server: Server) -> None:
    usual = server.answer(PLAN, **WAY)["itineraries"]
    lines = {leg["displayName"] for one in usual for leg in one["legs"] if "tripId" in leg}
    assert any(line.startswith("京葉線") for line in lines)
    other = server.answer(PLAN, **WAY, avoid="京葉線")["itineraries"]
    left = {leg["displayName"] for one in other for leg in one["legs"] if "tripId" in leg}
    assert left
    assert not any(line.startswith("京葉線") for line in left)
    assert server.error(400, PLAN, **WAY, avoid="火星線") == "avoid: no line, operator or stop here is called '火星線'."


def test_the_last_safe_departure_before_a_deadline(server: Server, makuhari: Network) -> None:
    late = {**WAY, "time": "2026-11-26T03:00:00+09:00", "arriveBy": "true"}
    (one,) = server.answer(PLAN, **late, lastSafe=20)["itineraries"]
    deadline = datetime(2026, 11, 26, 3, tzinfo=makuhari.zone)
    ends = StopId(ENDS[0]), StopId(ENDS[1])
    request = PlanRequest(*ends, deadline, arrive_by=True, max_access_s=900, max_egress_s=900)
    (expected,) = last_safe(makuhari, request, 1200).itineraries
    assert datetime.fromisoformat(one["startTime"]) == expected.start
    assert server.error(400, PLAN, **WAY, lastSafe=20).startswith("lastSafe asks for the last departure before")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"prefer": "speed"}, "prefer=speed: "),
        ({"slackTime": 14_401}, "slackTime=14401: "),
        ({"maxPrice": "nan"}, "maxPrice=nan: "),
        ({"prefer": "co2", "maxPrice": 500}, "a highest price of 500 does not go with a preference for co2"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(server: Server, wish: dict[str, Any], sentence: str) -> None:
    assert server.error(400, PLAN, **WAY, **wish).startswith(sentence)


def test_a_motor_helps_ones_own_bicycle(server: Server) -> None:
    way = {"fromPlace": "35.6483,140.0418", "toPlace": "35.6560,140.0290", "time": WAY["time"], "numItineraries": 0}
    seconds = []
    for helped in ("false", "true"):
        (one,) = server.answer(PLAN, **way, directModes="BIKE", electricAssist=helped)["direct"]
        (leg,) = one["legs"]
        assert leg["mode"] == "BIKE"
        seconds.append(leg["duration"])
    assert seconds[1] / seconds[0] == pytest.approx(4.2 / (17 / 3.6), abs=0.02)


def test_a_search_by_price_ends_with_its_time(server: Server) -> None:
    assert (
        server.error(503, PLAN, **WAY, prefer="price", timeout=0.000001) == "Nobody waits for this answer any longer."
    )


def test_motis_own_plan_knows_no_preferences(server: Server) -> None:
    assert server.error(400, "/api/v6/plan", **WAY, prefer="co2") == "there is no parameter prefer."
