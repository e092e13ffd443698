"""Facts about aerodromes: outlines, landing places, runways with their ends."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.airspace import Runway
from feeds.aerodromes import read_aerodromes, read_landing_places, read_runways
from feeds.notices import FeedError

SQUARE = [[139.78, 35.54], [139.79, 35.54], [139.79, 35.55], [139.78, 35.54]]
HANEDA = {"C28_000": "#cf02_00030", "C28_004": "供用中", "C28_005": "東京国際空港", "C28_012": "3000,2500"}
HEADER = (
    "airport_ident,length_ft,width_ft,closed,le_ident,le_latitude_deg,le_longitude_deg,le_elevation_ft,"
    "le_heading_degT,he_ident,he_latitude_deg,he_longitude_deg,he_elevation_ft,he_heading_degT\n"
)


def feature(**properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    return {"type": "Feature", "geometry": geometry, "properties": HANEDA | {"C28_013": "60,60"} | properties}


def collection(folder: Path, *features: Any) -> Path:
    path = folder / "c28.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    return path


def test_an_aerodrome(tmp_path: Path) -> None:
    (haneda,), notices = read_aerodromes(collection(tmp_path, feature()))
    assert notices == []
    assert (haneda.id, haneda.name, haneda.is_in_use) == ("cf02_00030", "東京国際空港", True)
    assert haneda.runways == (Runway(3000.0, 60.0), Runway(2500.0, 60.0))
    assert haneda.area[0].rings[0][0] == (35.54, 139.78)


def test_parts_of_one_aerodrome_are_joined(tmp_path: Path) -> None:
    parts = feature(), feature(C28_000="#cf02_00030_2"), feature(C28_000="#cf02_00031", C28_004="休止中")
    aerodromes, _ = read_aerodromes(collection(tmp_path, *parts))
    assert [(a.id, len(a.area), a.is_in_use) for a in aerodromes] == [("cf02_00030", 2, True), ("cf02_00031", 1, False)]


def test_an_aerodrome_without_outline_is_told(tmp_path: Path) -> None:
    (aerodrome,), notices = read_aerodromes(collection(tmp_path, feature() | {"geometry": None}))
    assert aerodrome.area == ()
    assert notices[0].message == "東京国際空港 has no outline"


def test_widths_that_do_not_match_are_unknown(tmp_path: Path) -> None:
    (aerodrome,), _ = read_aerodromes(collection(tmp_path, feature(C28_013="60")))
    assert [runway.width_m for runway in aerodrome.runways] == [None, None]


def test_a_landing_place(tmp_path: Path) -> None:
    point = {
        "geometry": {"type": "Point", "coordinates": [140.1, 35.6]},
        "properties": {"id": "node/1", "name": "ヘリ"},
    }
    places, notices = read_landing_places(collection(tmp_path, point, {"geometry": None}))
    assert places == (("node/1", "ヘリ", 35.6, 140.1),)
    assert len(notices) == 1


def test_ends_of_a_runway(tmp_path: Path) -> None:
    path = tmp_path / "runways.csv"
    path.write_text(HEADER + "RJTT,9840,197,0,16L,35.5596,139.7617,20,150,34R,35.5388,139.7829,,\n")
    runways, notices = read_runways(path)
    assert notices == []
    (runway,) = runways["RJTT"]
    assert (runway.length_m, runway.width_m) == (pytest.approx(2999.2, abs=0.1), pytest.approx(60.0, abs=0.1))
    north, south = runway.ends
    assert (north.name, north.elevation_m, north.true_bearing_deg) == ("16L", pytest.approx(6.096), 150.0)
    assert (south.name, south.elevation_m) == ("34R", None)
    assert south.true_bearing_deg == pytest.approx(320.3, abs=0.1)


def test_closed_and_unknown_runways_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "runways.csv"
    path.write_text(HEADER + "RJTT,9840,,1,16L,35.5,139.7,,,34R,35.4,139.8,,\nRJTT,9840,,0,16L,,,,,34R,35.4,139.8,,\n")
    runways, notices = read_runways(path)
    assert runways == {}
    assert [(notice.row, notice.message) for notice in notices] == [
        (3, "the runway is left out: le_latitude_deg is missing")
    ]


def test_no_runway_table(tmp_path: Path) -> None:
    path = tmp_path / "runways.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FeedError, match="has not the columns"):
        read_runways(path)


@pytest.mark.shared
def test_the_real_aerodromes(shared: Path) -> None:
    aerodromes, notices = read_aerodromes(shared / "data/geo/airspace/airport_surfaces.geojson")
    lengths = {a.name: [runway.length_m for runway in a.runways] for a in aerodromes}
    assert lengths["東京国際空港"] == [3000, 2500, 3360, 2500]
    assert lengths["成田国際空港"] == [4000, 2500]
    assert [a.name for a in aerodromes if not a.is_in_use] == ["礼文空港"]
    assert {notice.message for notice in notices} == {f"{a.name} has no outline" for a in aerodromes if not a.area}
    places, notices = read_landing_places(shared / "data/geo/airspace/landing_sites.geojson")
    assert (len(places), notices) == (270, [])


@settings(max_examples=150)
@given(st.data())
def test_changed_files_never_raise_anything_but_feed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = st.none() | st.text(max_size=6) | st.floats() | st.just(10**400) | st.lists(st.integers(), max_size=2)
    folder = tmp_path_factory.mktemp("air")
    odd = feature(**{data.draw(st.sampled_from(sorted(HANEDA))): data.draw(values)})
    path = collection(folder, odd, feature() | {"geometry": data.draw(values)}, data.draw(values))
    table = folder / "runways.csv"
    table.write_bytes(HEADER.encode() + b"RJTT,9840,197,0,16L,35.5,139.7,20,150,34R,35.4" + data.draw(st.binary()))
    with contextlib.suppress(FeedError):
        read_aerodromes(path)
    with contextlib.suppress(FeedError):
        read_landing_places(path)
    with contextlib.suppress(FeedError):
        read_runways(table)
