"""Facts about areas on the ground: inhabited districts and water from GeoJSON."""

import contextlib
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely import Polygon as Outline

from drones.airspace import Polygon
from feeds.did import polygon_of, read_inhabited_districts, read_water
from feeds.gbfs_fields import EntryError
from feeds.notices import FeedError

SQUARE = [[140.0, 35.0], [140.1, 35.0], [140.1, 35.1], [140.0, 35.1], [140.0, 35.0]]
HOLE = [[140.04, 35.04], [140.06, 35.04], [140.06, 35.06], [140.04, 35.04]]
BOW = [[140.0, 35.0], [140.1, 35.1], [140.1, 35.0], [140.0, 35.1], [140.0, 35.0]]
MIHAMA = {"KEN": "12", "CITY": "106", "CITYNAME": "千葉市美浜区", "CLASS": 1, "JINKO": 148944, "MENSEKI": 15.03}


def feature(rings: Any = (SQUARE,), **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "geometry": geometry, "properties": MIHAMA | properties}


def collection(folder: Path, *features: Any) -> Path:
    path = folder / "did.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def is_inside(polygons: tuple[Polygon, ...], lat: float, lon: float) -> bool:
    return any(Outline(part.rings[0], part.rings[1:]).contains(Point(lat, lon)) for part in polygons)


def test_a_district(tmp_path: Path) -> None:
    (district,), notices = read_inhabited_districts(collection(tmp_path, feature([SQUARE, HOLE])))
    assert notices == []
    assert (district.id, district.municipality) == ("12106-1", "千葉市美浜区")
    assert (district.population, district.area_km2) == (148944, 15.03)
    assert is_inside(district.polygons, 35.01, 140.01)
    assert not is_inside(district.polygons, 35.045, 140.05)


def test_latitude_stands_first() -> None:
    assert polygon_of([SQUARE]).rings[0][1] == (35.0, 140.1)


def test_open_rings_are_closed() -> None:
    assert polygon_of([SQUARE[:-1]]) == polygon_of([SQUARE])


@pytest.mark.parametrize(
    ("rings", "reason"),
    [
        ([BOW], r"not valid: Self-intersection at latitude and longitude 35.05 140.05"),
        ([SQUARE, [[141, 35], [141.1, 35], [141.1, 35.1]]], "not valid: Hole lies outside shell"),
        ([SQUARE[:2]], "a ring of 3 points encloses nothing"),
        ([[[140, 35]] * 4], "a ring of 4 points encloses nothing"),
        ([[[140.0, 95.0], *SQUARE[1:]]], "latitude 95.0, longitude 140.0 is nowhere on the earth"),
        ([[["140", 35.0], *SQUARE[1:]]], "is no position"),
        ([], "the polygon has no border"),
    ],
)
def test_a_bad_outline_says_why(rings: Any, reason: str) -> None:
    with pytest.raises(EntryError, match=reason):
        polygon_of(rings)


def test_a_bad_outline_leaves_out_its_district_alone(tmp_path: Path) -> None:
    districts, notices = read_inhabited_districts(collection(tmp_path, feature([BOW]), feature(CLASS=2)))
    assert [district.id for district in districts] == ["12106-2"]
    assert (notices[0].row, notices[0].severity) == (0, "ERROR")


def test_an_unknown_population_leaves_the_area(tmp_path: Path) -> None:
    (district,), notices = read_inhabited_districts(collection(tmp_path, feature(JINKO="many")))
    assert district.population is None
    assert notices[0].message == "JINKO is 'many', not a number"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"features": 1}', "\ufeff[1]", "[" * 100_000])
def test_no_collection(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FeedError):
        read_water(path)


def test_a_cut_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps({"features": [feature()]}).encode())[:-9])
    with pytest.raises(FeedError, match="no readable JSON"):
        read_water(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("prefecture", "count", "population"), [("12_chiba", 78, 4_823_612), ("13_tokyo", 55, 13_844_009)]
)
def test_real_districts(shared: Path, prefecture: str, count: int, population: int) -> None:
    districts, notices = read_inhabited_districts(shared / f"data/geo/r02_did_{prefecture}.geojson.gz")
    assert notices == []
    assert len({district.id for district in districts}) == len(districts) == count
    assert sum(district.population or 0 for district in districts) == population


@pytest.mark.shared
def test_the_bay_is_water_and_makuhari_is_not(shared: Path) -> None:
    for name in ("tokyo_bay_water.geojson.gz", "tokyo_bay_water_30m.geojson"):
        water, notices = read_water(shared / "data/geo" / name)
        assert notices == []
        assert is_inside(water, 35.60, 139.98)
        assert not is_inside(water, 35.6484, 140.0417)


@settings(max_examples=200)
@given(st.data())
def test_changed_json_never_raises_anything_but_feed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    numbers = st.floats() | st.integers() | st.just(10**400)
    parts = st.none() | st.text(max_size=3) | numbers | st.lists(st.lists(numbers, max_size=3), max_size=6)
    changed = feature([data.draw(parts), SQUARE]) if data.draw(st.booleans()) else feature([SQUARE])
    changed[data.draw(st.sampled_from(["type", "properties", "geometry"]))] = data.draw(parts)
    odd = feature(**{data.draw(st.sampled_from(sorted(MIHAMA))): data.draw(parts)})
    path = collection(tmp_path_factory.mktemp("did"), changed, odd, data.draw(parts))
    for read in (read_inhabited_districts, read_water):
        with contextlib.suppress(FeedError):
            read(path)
