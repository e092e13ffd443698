"""The embedded city's places: names that people type, readings, floors, and their copy in the street file."""

import csv
import json
import re
from pathlib import Path

import osmium
import pytest

from feeds.makuhari.places import CityPlace, osm_tags_of, parse_tags, places, read_rows
from feeds.makuhari.streets import write_osm


def named(name: str) -> CityPlace:
    (place,) = [place for place in places() if place.name_ja == name]
    return place


@pytest.mark.parametrize(
    ("name_ja", "name_en", "kana"),
    [
        ("イオンモール幕張新都心", "AEON MALL Makuhari Shintoshin", "いおんもーるまくはりしんとしん"),
        ("幕張メッセ", "Makuhari Messe", "まくはりめっせ"),
        ("ZOZOマリンスタジアム", "ZOZO Marine Stadium", "ぞぞまりんすたじあむ"),
        ("ひび野1丁目", "Hibino 1-chome", "ひびのいっちょうめ"),
        (
            "JFA夢フィールド幕張温泉 湯楽の里",
            "Makuhari Onsen Yurakunosato",
            "じぇいえふえーゆめふぃーるどまくはりおんせん ゆらのさと",
        ),
    ],
)
def test_a_place_has_its_exact_names(name_ja: str, name_en: str, kana: str) -> None:
    place = named(name_ja)
    assert (place.name_en, place.name_kana) == (name_en, kana)


@pytest.mark.parametrize(
    "alias", ["メッセ", "ZOZOマリン", "イオンモール", "渋幕", "海浜病院", "コストコ", "WBG", "アウトレット"]
)
def test_what_people_type_is_an_alias_of_one_place(alias: str) -> None:
    assert len([place for place in places() if alias in place.aliases]) == 1


def test_readings_are_hiragana() -> None:
    assert [place.name_kana for place in places() if not re.fullmatch(r"[ぁ-ゖー ]+", place.name_kana)] == []


def test_ids_are_unique_ascii_words() -> None:
    ids = [place.id for place in places()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9_]+", place_id) for place_id in ids)


def test_floors_stand_only_where_they_are_known() -> None:
    floors = {place.id: place.floors for place in places()}
    assert (floors["bp_sky"], floors["hospital"], floors["school_wakaba"]) == (48, 5, None)
    assert {place.floors for place in places() if place.kind == "designated_shelter"} == {None}
    assert [place.floors for place in places() if place.kind == "tsunami_building"] == [37]


def test_every_category_says_what_it_is_in_openstreetmap_keys() -> None:
    keys = {"amenity", "shop", "tourism", "leisure", "office", "building", "place", "railway", "highway", "landuse"}
    assert all(keys & osm_tags_of(place).keys() for place in places())


def test_a_tag_value_may_be_a_list() -> None:
    assert parse_tags("level=0;1;wheelchair=yes") == {"level": "0;1", "wheelchair": "yes"}
    assert parse_tags("") == {}


def test_the_street_file_carries_every_place_with_its_names(tmp_path: Path) -> None:
    write_osm(tmp_path / "city.osm")
    found = {}
    for node in osmium.FileProcessor(tmp_path / "city.osm", osmium.osm.NODE):
        if "name:ja-Hira" in node.tags:
            found[node.tags["ref"]] = (dict(node.tags), node.lat, node.lon)
    assert len(found) == len(places())
    for place in places():
        tags, lat, lon = found[place.id]
        assert (tags["name"], tags["name:ja-Hira"], tags["name:en"]) == (place.name_ja, place.name_kana, place.name_en)
        assert (lat, lon) == pytest.approx((place.lat, place.lon), abs=2e-7)
    assert "Makuhari Messe convention center" in found["makuhari_messe"][0]["alt_name"].split(";")


@pytest.mark.shared
def test_every_researched_landmark_is_a_place_at_its_position(shared: Path) -> None:
    by_id = {place.id: place for place in places()}
    with (shared / "makuhari/pois.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            place = by_id[row["id"]]
            assert place.name_ja == row["name_ja"]
            if row["category"] != "mall" or not row["id"].startswith("aeon"):
                assert (place.lat, place.lon) == (float(row["lat"]), float(row["lon"]))


@pytest.mark.parametrize(
    ("mall", "port", "within_m"),
    [("aeon_grand", "6141", 60), ("aeon_family", "6143", 20), ("aeon_active", "6145", 30)],
)
def test_a_mall_stands_beside_the_bicycle_port_named_after_it(mall: str, port: str, within_m: float) -> None:
    place = next(place for place in places() if place.id == mall)
    row = next(row for row in read_rows("ports.csv") if row["id"] == port)
    north, east = (place.lat - float(row["lat"])) * 110_950, (place.lon - float(row["lon"])) * 90_540
    assert place.name_ja.split()[-1] in row["name_ja"]
    assert (north**2 + east**2) ** 0.5 <= within_m


@pytest.mark.shared
def test_every_town_block_and_shelter_is_a_place(shared: Path) -> None:
    names = {place.name_ja for place in places()}
    blocks = json.loads((shared / "makuhari/mihama_town_blocks.geojson").read_text(encoding="utf-8"))["features"]
    assert {block["properties"]["name_ja"] for block in blocks} <= names
    with (shared / "makuhari/shelters.csv").open(encoding="utf-8", newline="") as table:
        # That a building is only thought of as a shelter is said by its confidence, not by its name.
        assert {re.sub("[((].*候補[))]", " 避難場所", row["name_ja"]) for row in csv.DictReader(table)} <= names
