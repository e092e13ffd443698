"""The page as the server gives it out, built or not."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.errors import add_error_answers
from api.page import CITY, page_router
from planner.network import Network
from tests.api.small_network import small_network


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    block = f'<script type="application/json" id="city">{CITY}</script>'
    (folder / "index.html").write_text(f"<!doctype html>{block}", encoding="utf-8")
    (folder / "assets" / "main-1a2b.js").write_text("export {}", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not part of the page", encoding="utf-8")
    return folder


def client_of(tmp_path: Path, folder: Path, style: str | None = None) -> TestClient:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    app = FastAPI()
    add_error_answers(app)
    app.include_router(page_router(small_network(feeds), style, folder))
    return TestClient(app)


def test_without_a_build_the_server_says_how_to_build(tmp_path: Path) -> None:
    answer = client_of(tmp_path, tmp_path / "nothing").get("/")
    assert answer.status_code == 404
    assert "make web" in answer.text


def test_the_page_knows_its_city_before_it_asks(tmp_path: Path, built: Path) -> None:
    answer = client_of(tmp_path, built).get("/")
    block = re.search(r'id="city">(.*?)</script>', answer.text)
    assert block is not None
    city = json.loads(block[1])
    assert city["zone"] == "Asia/Tokyo"
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_nothing_a_feed_says_ends_the_block_of_data(tmp_path: Path, built: Path) -> None:
    network = small_network(tmp_path)
    loud = replace(network.manifest, remark="</script><script>alert(1)</script>")
    app = FastAPI()
    app.include_router(page_router(Network(network.snapshot, loud), None, built))
    assert TestClient(app).get("/").text.count("</script>") == 1


def test_the_page_offers_a_stop_to_go_by_only_where_plan_takes_one(tmp_path: Path, built: Path) -> None:
    block = re.search(r'id="city">(.*?)</script>', client_of(tmp_path, built).get("/").text)
    assert block is not None
    asked = {"fromPlace": "km", "toPlace": "sg", "via": "kg", "time": "2026-11-25T04:50:00+09:00"}
    other = tmp_path / "other"
    other.mkdir()
    answer = TestClient(create_app(small_network(other))).get("/api/v6/plan", params=asked)
    assert json.loads(block[1])["via"] is (answer.status_code == 200)


def test_an_outside_style_may_be_reached_and_nothing_else_may(tmp_path: Path, built: Path) -> None:
    answer = client_of(tmp_path, built, "https://tiles.example/style.json").get("/")
    policy = answer.headers["content-security-policy"]
    assert "connect-src 'self' https:" in policy
    assert "tiles.example" in answer.text


def test_hashed_parts_are_kept_for_good(tmp_path: Path, built: Path) -> None:
    answer = client_of(tmp_path, built).get("/page/assets/main-1a2b.js")
    assert (answer.status_code, answer.text) == (200, "export {}")
    assert "immutable" in answer.headers["cache-control"]
    assert "connect-src 'self'" in answer.headers["content-security-policy"]  # else its map worker gets no tile


def test_what_is_packed_at_build_is_sent_so_to_who_can_unpack_it(tmp_path: Path, built: Path) -> None:
    packed = gzip.compress(b"export {}")
    (built / "assets" / "main-1a2b.js.gz").write_bytes(packed)
    client = client_of(tmp_path, built)
    answer = client.get("/page/assets/main-1a2b.js")
    assert (answer.text, answer.headers["content-encoding"]) == ("export {}", "gzip")
    assert "javascript" in answer.headers["content-type"]
    (built / "assets" / "main-1a2b.js.br").write_bytes(b"shorter")
    for accepted, coding in [
        ("gzip, deflate, br;q=0.9", "br"),
        ("gzip, br; q=0", "gzip"),
        ("brotli, GZIP", "gzip"),
        ("identity", None),
    ]:
        with client.stream("GET", "/page/assets/main-1a2b.js", headers={"Accept-Encoding": accepted}) as answer:
            assert answer.headers.get("content-encoding") == coding, accepted
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "javascript" in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["%2e%2e/secret.txt", "assets/%2e%2e/%2e%2e/secret.txt", "none.js", "assets"])
def test_nothing_beside_the_page_is_given_out(tmp_path: Path, built: Path, path: str) -> None:
    answer = client_of(tmp_path, built).get(f"/page/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text or "there is no such part" in answer.text
