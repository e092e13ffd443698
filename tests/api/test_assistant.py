"""An assistant asks through the Model Context Protocol, with the protocol's own client."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client

from api.assistant import assistant
from api.served import Served
from planner.network import Network
from tests.api.asking import Server


def called(makuhari: Network, tool: str, **arguments: Any) -> Any:
    async def asked() -> Any:
        async with Client(assistant(Served(makuhari))) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(asked())


def test_a_trip_is_planned_by_name(makuhari: Network) -> None:
    result = called(
        makuhari, "plan_trip", origin="海浜幕張", destination="蘇我", time="2026-11-25 12:00", language="en"
    )
    assert not result.is_error
    told = result.structured_content
    told = told.get("result", told)
    assert told["journeys"][0]["legs"]
    assert told["sources"]
    assert "synthesised" in told["remark"]


def test_a_trip_is_planned_as_one_would_rather(makuhari: Network) -> None:
    way = {"origin": "海浜幕張", "destination": "makuhari_JR-East.Tokyo", "time": "2026-11-25 17:30"}
    cheap = called(makuhari, "plan_trip", **way, wish={"prefer": "price", "max_price": 600}).structured_content
    assert [one["adult_ic_price"] for one in cheap["journeys"]] == [528.0, None]
    short = called(makuhari, "plan_trip", **way, wish={"max_walk_minutes": 5}).structured_content
    assert short["journeys"]
    both = called(makuhari, "plan_trip", **way, wish={"prefer": "price", "max_walk_minutes": 5}).structured_content
    assert [one["adult_ic_price"] for one in both["journeys"]] == [616.0, None]
    refused = called(makuhari, "plan_trip", **way, wish={"prefer": "co2", "max_price": 600})
    assert refused.is_error
    assert "a highest price of 600 does not go with a preference for co2" in refused.content[0].text


def test_crowds_after_a_game_are_told_with_when_to_leave_instead(makuhari: Network) -> None:
    way = {"origin": "makuhari_bus.zozo-marine", "destination": "makuhari_JR-East.Tokyo", "language": "en"}
    told = called(makuhari, "plan_trip", **way, time="2026-09-01 22:10").structured_content
    assert any("Crowd: there" in line for one in told["journeys"] for line in one["crowds"])
    assert all(line.startswith("Leave ") for line in told["advice"])
    before = called(makuhari, "plan_trip", **way, time="2026-08-31 22:10").structured_content
    assert not before["advice"]
    assert not any(one["crowds"] for one in before["journeys"])


def test_departures_and_places_are_found(makuhari: Network) -> None:
    found = called(makuhari, "find_place", text="かいひんまくはり").structured_content["result"]
    stop = next(one for one in found if one["kind"] in ("station", "stop", "STATION", "STOP"))
    leaving = called(makuhari, "departures", stop=stop["id"], time="2026-11-25 12:00").structured_content["result"]
    assert len(leaving) >= 5


def test_what_is_not_understood_is_said(makuhari: Network) -> None:
    result = called(makuhari, "plan_trip", origin="zzzzqqq", destination="蘇我")
    assert result.is_error
    assert "there is no place zzzzqqq" in result.content[0].text


def test_the_endpoint_speaks_over_http(makuhari: Network) -> None:
    server = Server(makuhari)
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip

    async def asked() -> Any:
        import httpx

        transport = httpx.ASGITransport(server.app)
        async with (
            server.app.router.lifespan_context(server.app),
            httpx.AsyncClient(transport=transport, base_url="http://kaiteki") as client,
        ):
            return await client.post("/api/mcp", json=hello, headers={"Accept": "application/json, text/event-stream"})

    response = asyncio.run(asked())
    assert response.status_code == 200, response.text
    assert response.json()["result"]["serverInfo"]["name"] == "kaiteki"
