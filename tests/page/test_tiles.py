"""The base map's tiles against the format's own reader and against the network they are drawn from."""

import math
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.basemap import mercator
from planner.network import Network
from planner.streets import Access
from tests.api.small_network import small_network

NORTH_OF_STATION = (140.0418, 35.6486)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(small_network(tmp_path_factory.mktemp("small"))))


@pytest.fixture(scope="module")
def city(makuhari: Network) -> TestClient:
    return TestClient(create_app(makuhari))


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The formula of the OpenStreetMap wiki's "Slippy map tilenames"."""
    n = 2**z
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def layers_at(client: TestClient, lon: float, lat: float, z: int) -> dict[str, list[dict]]:
    x, y = tile_of(lon, lat, z)
    answer = client.get(f"/kaiteki/v1/tiles/{z}/{x}/{y}.mvt")
    if answer.status_code == 204:
        return {}
    decoded = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in decoded.items()}


def test_a_station_lies_in_its_tile_where_it_lies_in_the_world(small: TestClient) -> None:
    lon, lat = NORTH_OF_STATION
    places = layers_at(small, lon, lat, 14)["places"]
    station = next(one for one in places if one["properties"]["id"] == "km")
    x, y = tile_of(lon, lat, 14)
    column, row = station["geometry"]["coordinates"]
    east = (x + column / 4096) / 2**14 * 360 - 180
    south = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + row / 4096) / 2**14))))
    assert (east, south) == pytest.approx((lon, lat), abs=1e-5)
    assert station["properties"] == {
        "kind": "station", "id": "km", "name": "海浜幕張", "name_en": "Kaihin-Makuhari", "rank": 0,
    }  # fmt: skip


def test_a_line_without_a_shape_runs_from_stop_to_stop_in_its_colour(small: TestClient) -> None:
    lines = layers_at(small, 140.0519, 35.6428, 14)["lines"]
    assert [(one["properties"]["kind"], one["properties"]["color"]) for one in lines] == [("rail", "C9252F")]


def test_nothing_is_drawn_before_its_zoom(city: TestClient) -> None:
    kinds = {
        z: {f["properties"]["kind"] for f in layers_at(city, 140.0418, 35.6486, z).get("streets", [])}
        for z in (9, 11, 14)
    }
    assert kinds[9] == set()
    assert kinds[11] == {"main"}
    assert {"road", "path"} <= kinds[14]


def test_a_street_of_two_directions_is_drawn_once(city: TestClient, makuhari: Network) -> None:
    side = makuhari.snapshot.street_side
    assert side is not None
    edges = side.streets.edges
    x, y = tile_of(140.0418, 35.6486, 15)
    corners = [np.array([column, row]) / 2**15 for column, row in ((x, y), (x + 1, y + 1))]
    inside = 0
    for edge in range(len(edges)):
        if 0 <= edges.reverse[edge] < edge:
            continue
        rows = slice(int(edges.shape_first[edge]), int(edges.shape_first[edge + 1]))
        points = np.column_stack(mercator(edges.shape_lon[rows], edges.shape_lat[rows]))
        inside += bool(((points > corners[0]) & (points < corners[1])).all())
    drawn = layers_at(city, 140.0418, 35.6486, 15)["streets"]
    assert inside <= len(drawn) < 2 * inside
    assert {"stairs"} <= {one["properties"]["kind"] for one in drawn} or not (edges.access & Access.STAIRS).any()


def test_the_bay_is_water_and_the_station_is_not(city: TestClient) -> None:
    assert "water" in layers_at(city, 140.0, 35.60, 12)
    sea = layers_at(city, 140.0, 35.60, 16)["water"][0]
    assert sea["properties"]["name_en"] == "Tokyo Bay"
    assert "water" not in layers_at(city, 140.0418, 35.6600, 16)


def test_no_track_is_drawn_across_the_bay_where_a_feed_only_jumps_from_station_to_station(city: TestClient) -> None:
    """Half way between Tokyo and Chiba stations lies water, and the expresses' shapes have no point between the two."""
    assert "lines" not in layers_at(city, (139.767 + 140.113) / 2, (35.681 + 35.613) / 2, 14)


def test_a_tile_is_not_sent_twice(city: TestClient) -> None:
    x, y = tile_of(140.0418, 35.6486, 13)
    first = city.get(f"/kaiteki/v1/tiles/13/{x}/{y}.mvt")
    again = city.get(f"/kaiteki/v1/tiles/13/{x}/{y}.mvt", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    described = city.get("/kaiteki/v1/tiles.json").json()
    versioned = described["tiles"][0].format(z=13, x=x, y=y)
    assert "immutable" in city.get(versioned).headers["cache-control"]
    assert "immutable" not in first.headers["cache-control"]
    assert "OpenStreetMap" in described["attribution"]


@pytest.mark.parametrize("path", ["17/1/1", "-1/0/0", "3/x/1"])
def test_a_tile_that_cannot_be_is_refused_by_name(small: TestClient, path: str) -> None:
    answer = small.get(f"/kaiteki/v1/tiles/{path}.mvt")
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]


def test_a_tile_outside_of_the_world_is_empty(small: TestClient) -> None:
    assert small.get("/kaiteki/v1/tiles/1/2/0.mvt").status_code == 204


def test_a_tile_far_from_everything_is_empty(small: TestClient) -> None:
    assert layers_at(small, -70.0, -30.0, 8) == {}


def test_positions_on_the_square_of_the_world() -> None:
    """EPSG:3857 by its definition: the equator and Greenwich are its middle, 85.0511 degrees north its edge."""
    x, y = mercator(np.array([0.0, 180.0, -180.0]), np.array([0.0, 85.0511287798, -85.0511287798]))
    assert x.tolist() == pytest.approx([0.5, 1.0, 0.0])
    assert y.tolist() == pytest.approx([0.5, 0.0, 1.0], abs=1e-7)


def test_the_repository_ships_no_built_page() -> None:
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text(encoding="utf-8")
    assert "api/built_page/" in ignored.split()
