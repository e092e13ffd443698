"""Whom a network names: what feeds say of themselves, and what the catalogue said of those that were fetched."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest

from api.cli_network import attributions
from feeds.catalog import KnownFeed
from feeds.fetch import fetch_feed
from planner.errors import RequestError
from scenarios.build import Sources, build_network
from tests.feeds.gtfs_feeds import BASE

CATALOGUED = KnownFeed("aoba", "gtfs", "Aoba Bus", "JP", "http://x/aoba.zip", "CC-BY-4.0", False, "", "")


def packed(**tables: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in (BASE | tables).items():
            archive.writestr(f"{name}.txt", text + "\n")
    return content.getvalue()


def test_a_fetched_feed_brings_its_licence_into_the_network(tmp_path: Path) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=packed()))
    (fetched,) = fetch_feed(CATALOGUED, tmp_path / "feeds", transport=answer)
    manifest = build_network(tmp_path / "network", Sources(gtfs=[fetched.path])).manifest
    assert (manifest.feeds[0].attribution, manifest.feeds[0].licence) == ("Aoba Bus", "CC-BY-4.0")
    assert attributions(manifest) == ["Aoba Bus (CC-BY-4.0)"]


def test_what_a_feed_says_of_itself_stands_first(tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(packed(attributions="organization_name,license\nAoba City,CC0-1.0"))
    manifest = build_network(tmp_path / "network", Sources(gtfs=[tmp_path / "own.zip"])).manifest
    assert attributions(manifest) == ["Aoba City, CC0-1.0"]


def test_a_fetched_sharing_system_brings_the_licence_of_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(packed())
    files = {
        "gbfs": {"ja": {"feeds": [{"name": "system_information", "url": "http://x/system_information.json"}]}},
        "system_information": {"system_id": "s", "name": "S", "language": "ja", "timezone": "Asia/Tokyo"},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.strip("/").removesuffix(".json")
        return httpx.Response(200, json={"last_updated": 1, "ttl": 0, "version": "2.3", "data": files[name]})

    known = KnownFeed("bikes", "gbfs", "Aoba Cycle", "JP", "http://x/gbfs.json", "CC-BY-4.0", False, "", "")
    fetch_feed(known, tmp_path / "feeds", transport=httpx.MockTransport(answer))
    sources = Sources(gtfs=[tmp_path / "own.zip"], gbfs=[tmp_path / "feeds" / "bikes"])
    manifest = build_network(tmp_path / "network", sources).manifest
    assert "Aoba Cycle (CC-BY-4.0)" in attributions(manifest)


def test_walks_of_any_length_need_streets(tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(packed())
    with pytest.raises(RequestError, match="--long-walks: this network has no streets"):
        build_network(tmp_path / "network", Sources(gtfs=[tmp_path / "own.zip"], long_walks=True))
    assert not (tmp_path / "network").exists()
