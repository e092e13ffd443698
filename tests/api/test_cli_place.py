"""`kaiteki build --place`: streets downloaded by a place's name, asked of servers of our own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import osmnx
import pytest

from api.cli import main
from planner.network import open_network
from tests.feeds.gtfs_feeds import feed

LAT, LON = (35.600, 35.605, 35.610), (140.000, 140.005, 140.010)
NODES = {1: (LAT[0], LON[0]), 2: (LAT[1], LON[1]), 3: (LAT[2], LON[2]), 4: (LAT[1], LON[0])}
WAYS = {
    10: ([1, 2, 3], {"highway": "residential", "name": "海辺通り", "name:en": "Seaside Street"}),
    11: ([4, 2], {"highway": "steps"}),
}
OUTLINE = [[139.99, 35.59], [140.03, 35.59], [140.03, 35.63], [139.99, 35.63], [139.99, 35.59]]
STATUS = "Connected as: 1\nCurrent time: 2026-11-21T00:00:00Z\nRate limit: 2\n\n2 slots available now.\n"


def found(query: str) -> list[dict[str, Any]]:
    """What Nominatim answers: the outline of Aoba, a point for the pole, nothing else."""
    one = {"place_id": 1, "osm_type": "relation", "osm_id": 7, "lat": "35.61", "lon": "140.01", "importance": 0.5}
    one |= {"display_name": query, "class": "boundary", "boundingbox": ["35.59", "35.63", "139.99", "140.03"]}
    outlines = {"Aoba": {"type": "Polygon", "coordinates": [OUTLINE]}, "Pole": {"type": "Point", "coordinates": [0, 0]}}
    return [one | {"name": query, "geojson": outlines[query]}] if query in outlines else []


def streets() -> dict[str, Any]:
    """What Overpass answers."""
    nodes = [{"type": "node", "id": n, "lat": lat, "lon": lon} for n, (lat, lon) in NODES.items()]
    ways = [{"type": "way", "id": w, "nodes": nodes, "tags": tags} for w, (nodes, tags) in WAYS.items()]
    return {"version": 0.6, "elements": nodes + ways}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.endswith("/status"):
            self._say(STATUS.encode())
        else:
            self._say(json.dumps(found(parse_qs(address.query)["q"][0])).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._say(json.dumps(streets()).encode())

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(osmnx.settings, "nominatim_url", base)
    monkeypatch.setattr(osmnx.settings, "overpass_url", base + "api")
    yield
    server.shutdown()
    server.server_close()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a timetable in it that is also the folder one is in, where osmnx would leave its answers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    feed(tmp_path / "bus")
    return tmp_path


def build(room: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as exited:
        main(("build", str(room / "city"), "--gtfs", str(room / "bus"), *arguments))
    return int(exited.value.code or 0)


@pytest.mark.usefixtures("servers")
def test_a_city_is_built_of_its_name(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(room, "--place", "Aoba") == 0
    assert "© OpenStreetMap contributors, ODbL 1.0" in capsys.readouterr().out
    assert sorted(path.name for path in room.iterdir()) == ["bus", "city"]
    network = open_network(room / "city")
    manifest = network.manifest
    assert [(one.name, one.kind, one.licence) for one in manifest.feeds[1:]] == [("Aoba", "osm", "ODbL-1.0")]
    assert manifest.footpaths == "street"
    side = network.snapshot.street_side
    assert side is not None
    assert len(side.streets.edges) == 6
    assert "Seaside Street" in list(side.streets.translations["en"])


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize("place", ["Atlantis", "Pole"])
def test_a_place_without_an_outline_is_one_sentence(room: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    assert build(room, "--place", place) == 2
    assert capsys.readouterr().err.strip() == f"kaiteki: {place}: OpenStreetMap knows no streets of such a place."
    assert [path.name for path in room.iterdir()] == ["bus"]


def test_silent_servers_are_one_sentence(
    room: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osmnx.settings, "nominatim_url", "http://127.0.0.1:9/")
    assert build(room, "--place", "Aoba") == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("kaiteki: Aoba: the servers of OpenStreetMap (127.0.0.1 and ")
    assert "\n" not in said
    assert [path.name for path in room.iterdir()] == ["bus"]


def test_streets_come_from_one_source(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (room / "map.osm").write_text("<osm/>")
    assert build(room, "--place", "Aoba", "--osm", str(room / "map.osm")) == 2
    assert "not from both" in capsys.readouterr().err
