"""The way in, and what is seen of what passes."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

from api.errors import add_error_answers
from api.gate import Gate
from api.headers import Headed
from api.limits import EndpointClass
from api.patience import is_over
from api.rates import RateTable
from api.served import Served
from api.telemetry import JsonLines, Telemetry
from planner.network import Network
from tests.api.small_network import small_network

QUICK = EndpointClass("quick", 1.0, 3, 0.3, 100)
OPEN = EndpointClass("open", 1.0, 3, None)


@pytest.fixture
def inner(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr("api.gate.class_of", lambda _, path: OPEN if path == "/open" else QUICK)
    monkeypatch.setattr("api.rates.CLASSES", (QUICK, OPEN))
    app = FastAPI()
    add_error_answers(app)
    app.state.gave_up = []

    @app.get("/quick/{name}")
    def quick(name: str) -> str:
        return name

    @app.get("/slow")
    def slow() -> str:
        for _ in range(100):
            if is_over():
                app.state.gave_up.append(True)
                break
            time.sleep(0.02)
        return "late"

    @app.get("/open")
    async def opened() -> StreamingResponse:
        async def news() -> Any:
            for number in range(3):
                await asyncio.sleep(0.2)
                yield f"{number}"

        return StreamingResponse(news())

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @app.get("/broken")
    def broken(lat: float) -> str:
        raise RuntimeError(f"secret place {lat}")

    return app


def ask(app: Any, *asked: Callable[[httpx.AsyncClient], Any]) -> list[httpx.Response]:
    async def all_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://k") as client:
            return list(await asyncio.gather(*(one(client) for one in asked)))

    return asyncio.run(all_at_once())


def test_what_takes_too_long_is_answered_in_time_and_given_up(inner: FastAPI) -> None:
    begun = time.monotonic()
    (response,) = ask(Gate(inner, None), lambda client: client.get("/slow"))
    assert response.status_code == 503
    assert "longer than the 0.3 s" in response.json()["error"]
    assert response.headers["retry-after"]
    assert time.monotonic() - begun < 1.5
    while not inner.state.gave_up and time.monotonic() - begun < 1.9:
        time.sleep(0.02)
    assert inner.state.gave_up == [True]


def test_a_stream_may_stay_open(inner: FastAPI) -> None:
    (response,) = ask(Gate(inner, None), lambda client: client.get("/open"))
    assert response.text == "012"


def test_who_asks_too_fast_is_told_when_to_come_again(inner: FastAPI, tmp_path: Path) -> None:
    gate = Gate(inner, RateTable(tmp_path / "rates", b"x"))
    responses = ask(gate, *[lambda client: client.get("/quick/a")] * 5)
    assert sorted(response.status_code for response in responses) == [200, 200, 200, 429, 429]
    refused = next(response for response in responses if response.status_code == 429)
    assert refused.headers["retry-after"] == "1"
    assert "No more than 1 questions" in refused.json()["error"]


def test_more_at_once_than_is_taken_on_is_refused(inner: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.gate.MOST_WAITING", 2)
    responses = ask(Gate(inner, None), *[lambda client: client.get("/slow")] * 3)
    assert sum("at the moment" in response.json()["error"] for response in responses) == 1


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_that_is_too_large_is_not_read(inner: FastAPI, stated: bool) -> None:
    async def parts() -> Any:
        for _ in range(30):
            yield b"x" * 10

    body: Any = b"x" * 300 if stated else parts()
    (response,) = ask(Gate(inner, None), lambda client: client.post("/body", content=body))
    assert response.status_code == 413
    (fits,) = ask(Gate(inner, None), lambda client: client.post("/body", content=b"x" * 100))
    assert fits.json() == 100


def test_an_address_that_is_too_long_is_refused(inner: FastAPI) -> None:
    (response,) = ask(Gate(inner, None), lambda client: client.get("/quick/a", params={"x": "y" * 17_000}))
    assert response.status_code == 414


def test_counts_and_lines_say_nothing_of_what_was_asked(inner: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("prometheus_client")
    app = Telemetry(Gate(inner, None), tuple)
    with caplog.at_level(logging.INFO, "kaiteki"):
        ask(
            app,
            lambda client: client.get("/quick/secret?from=35.6,140.0"),
            lambda client: client.get("/broken?lat=35.61"),
        )
        (metrics,) = ask(app, lambda client: client.get("/metrics"))
    assert 'kaiteki_requests_total{method="GET",route="/quick/{name}",status="200"} 1.0' in metrics.text
    assert 'status="500"' in metrics.text
    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("kaiteki")]
    assert {json.loads(line)["event"] for line in lines} == {"request", "unexpected error"}
    for text in (*lines, metrics.text):
        assert "secret" not in text
        assert "35.6" not in text
    broken = next(json.loads(line) for line in lines if "error" in json.loads(line))
    assert broken["error"] == "RuntimeError"
    assert any("test_gate.py" in place for place in broken["at"])


def test_every_answer_names_its_sources_and_how_it_may_be_used(inner: FastAPI, tmp_path: Path) -> None:
    network: Network = small_network(tmp_path)
    app = Headed(inner, Served(network))
    found, missing = ask(app, lambda client: client.get("/quick/a"), lambda client: client.get("/nowhere"))
    for response in (found, missing):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "CC0" in response.headers["kaiteki-attribution"]
        assert response.headers["kaiteki-feed-age"].startswith("built;age=")
        assert "/kaiteki/v1/feeds" in response.headers["link"]
