"""Ground in reach over many departures."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import shapely

from planner.errors import RequestError
from planner.isochrone import Field, areas, field_of
from planner.network import Network, open_network
from planner.request import Coordinate, StopId
from scenarios.cluster import Workers
from scenarios.embedded import embedded_network
from scenarios.isochrones import Isochrone, isochrones, write_isochrones
from scenarios.matrix import Travel, request_of
from tests.scenarios.two_lines import stored_two_lines

MORNING = datetime.fromisoformat("2026-11-25T08:00+09:00")
STATION = Coordinate(35.6486, 140.0419)


def travel(minutes: int, departures: int = 1) -> Travel:
    return Travel(tuple(MORNING + n * timedelta(minutes=7) for n in range(departures)), 60 * minutes)


@pytest.fixture(scope="module")
def known(makuhari: Network) -> tuple[Path, str]:
    from platformdirs import user_cache_path

    return embedded_network(user_cache_path("kaiteki")), makuhari.manifest.snapshot


def test_one_departure_is_the_planner_s_own_area(makuhari: Network, known: tuple[Path, str]) -> None:
    shapes = isochrones(known, STATION, travel(25), ([15, 25], [50.0]))
    field = field_of(makuhari, request_of(STATION, MORNING, travel(25)), 1500)
    assert isinstance(field, Field)
    small, large = areas(field, [900, 1500])
    assert [shape.minutes for shape in shapes] == [25, 15]
    assert shapes[0].area.equals_exact(large, 1e-9)
    assert shapes[1].area.equals_exact(small, 1e-9)


def test_more_departures_agree_on_less_ground(known: tuple[Path, str]) -> None:
    best, median, worst = (
        shape.area for shape in isochrones(known, STATION, travel(30, 6), ([30], [0.0, 50.0, 100.0]))
    )
    for smaller, larger in ((worst, median), (median, best)):
        assert smaller.area < larger.area
        assert larger.buffer(1e-6).covers(smaller)


def test_workers_find_the_same_ground(known: tuple[Path, str]) -> None:
    alone = isochrones(known, STATION, travel(15, 3), ([15], [50.0]))
    assert isochrones(known, STATION, travel(15, 3), ([15], [50.0]), Workers(2)) == alone


def test_without_streets_there_are_circles_around_stops(tmp_path: Path) -> None:
    folder = stored_two_lines(tmp_path)
    network = folder, open_network(folder).manifest.snapshot
    (shape,) = isochrones(network, StopId("A"), travel(40, 2), ([40], [100.0]))
    assert shape.area.covers(shapely.Point(140.0, 35.64))
    with pytest.raises(RequestError, match="lies outside of this network"):
        isochrones(network, StopId("nowhere"), travel(40), ([40], [50.0]))


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_files_are_read_back(tmp_path: Path, ending: str) -> None:
    geopandas = pytest.importorskip("geopandas")
    shapes = [
        Isochrone(30, 50.0, shapely.box(140.0, 35.0, 140.2, 35.1)),
        Isochrone(15, 50.0, shapely.box(140, 35, 140.1, 35.1)),
    ]
    write_isochrones(tmp_path / f"reach.{ending}", shapes)
    frame = geopandas.read_file(tmp_path / f"reach.{ending}")
    assert frame["minutes"].tolist() == [30, 15]
    assert frame["percent"].tolist() == [50.0, 50.0]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry[0].equals(shapes[0].area)
    assert [path.name for path in tmp_path.iterdir()] == [f"reach.{ending}"]
    if ending == "geojson":
        assert msgspec.json.decode((tmp_path / "reach.geojson").read_bytes())["type"] == "FeatureCollection"
