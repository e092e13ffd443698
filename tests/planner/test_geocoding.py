"""What a traveller types, and what is found."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.geocoding import Ambiguous, NotFound, Resolved, nearest, normalised, place_index, resolve, search
from planner.places import NamedPlace, PlaceKind, pack_places
from planner.request import Coordinate, StopId
from planner.strings import Strings

STATION, PLACE, STOP, PORT = PlaceKind.STATION, PlaceKind.PLACE, PlaceKind.STOP, PlaceKind.PORT


def place(
    name: str,
    kana: str,
    english: str,
    kind: PlaceKind,
    lat: float = 35.648,
    lon: float = 140.042,
    importance: float = 0.1,
) -> NamedPlace:
    return NamedPlace(
        f"id-{name}-{lat}", {"": name, "ja-Hrkt": kana, "en": english}, lat, lon, kind, importance,
        reference=3 if kind in (STATION, STOP) else -1,
    )  # fmt: skip


CITY = [
    place("海浜幕張", "かいひんまくはり", "Kaihin-Makuhari", STATION, importance=0.9),
    place("海浜幕張駅北口", "かいひんまくはりえききたぐち", "Kaihin-Makuhari Sta. North", PORT, 35.652, 140.046),
    place("幕張", "まくはり", "Makuhari", STATION, 35.660, 140.058),
    place("幕張メッセ", "まくはりめっせ", "Makuhari Messe", PLACE, 35.646, 140.034),
    place("幕張メッセ中央", "まくはりめっせちゅうおう", "Makuhari Messe Center", STOP, 35.648, 140.036),
    place("県庁前", "けんちょうまえ", "Kencho-mae", STATION, 35.604, 140.123),
    place("中央公園", "ちゅうおうこうえん", "Chuo Park", STOP, 35.600, 140.100),
    place("中央公園", "ちゅうおうこうえん", "Chuo Park", STOP, 35.700, 140.200),
    place("市ケ谷", "いちがや", "Ichigaya", STATION, 35.691, 139.735),
]
INDEX = place_index(pack_places(CITY))


@pytest.mark.parametrize(
    "text",
    [
        "かいひんまくはり",
        "カイヒンマクハリ",
        "ｶｲﾋﾝﾏｸﾊﾘ",
        "kaihinmakuhari",
        "Kaihimmakuhari",
        "海浜幕張",
        "海浜幕張駅",
        "Kaihin-Makuhari Station",
        "KAIHIN MAKUHARI",
        "kaihin-makuhari sta.",
        "海浜 幕張",
        "かいひんまくはり駅",
        "海浜幕",
        "kaihinmakuhrai",
    ],
)
def test_the_station_is_found_however_it_is_written(text: str) -> None:
    assert search(INDEX, text)[0].name == "海浜幕張"
    assert resolve(INDEX, text) == Resolved(StopId("id-海浜幕張-35.648"), "海浜幕張")


@pytest.mark.parametrize(
    "text", ["まくはりめっせ", "まくはりメッセ", "makuhari mese", "makuharimesse", "幕張めっせ", "makhari messe"]
)
def test_small_errors_still_find_the_messe(text: str) -> None:
    assert search(INDEX, text)[0].name == "幕張メッセ"


def test_small_and_large_ke_are_one() -> None:
    assert normalised("市ヶ谷") == normalised("市ケ谷")
    assert resolve(INDEX, "市ヶ谷駅") == Resolved(StopId("id-市ケ谷-35.691"), "市ケ谷")


def test_a_port_at_the_station_is_no_rival_but_is_found_by_its_own_name() -> None:
    assert isinstance(resolve(INDEX, "海浜幕張駅"), Resolved)
    assert resolve(INDEX, "海浜幕張駅北口") == Resolved(
        Coordinate(35.652, 140.046, None, "海浜幕張駅北口"), "海浜幕張駅北口"
    )


def test_two_stops_of_one_name_far_apart_are_ambiguous() -> None:
    found = resolve(INDEX, "中央公園")
    assert isinstance(found, Ambiguous)
    assert [(match.name, match.lat) for match in found.candidates] == [("中央公園", 35.6), ("中央公園", 35.7)]


def test_a_misspelt_station_wins_over_what_the_text_is_no_more_like() -> None:
    soga = place("蘇我", "そが", "Soga", STATION, 35.582)
    hall = place("会館", "そた", "Sota", PLACE, 35.700)
    found = resolve(place_index(pack_places([hall, soga])), "そか")
    assert isinstance(found, Resolved)
    assert found.name == "蘇我"
    assert isinstance(resolve(place_index(pack_places([hall, replace(soga, kind=PLACE)])), "そか"), Ambiguous)


def test_two_stops_of_one_name_300_m_apart_are_one() -> None:
    pair = [place("公園", "", "", STOP, 35.6000), place("公園", "", "", STOP, 35.6026)]
    assert isinstance(resolve(place_index(pack_places(pair)), "公園"), Resolved)


def test_of_equal_names_the_one_nearby_comes_first() -> None:
    assert search(INDEX, "中央公園", near=(35.7, 140.2))[0].lat == 35.7
    assert search(INDEX, "中央公園", near=(35.6, 140.1))[0].lat == 35.6


def test_nonsense_finds_nothing_and_a_near_miss_is_offered() -> None:
    assert resolve(INDEX, "qqqq") == NotFound(())
    assert resolve(INDEX, "") == NotFound(())
    missed = resolve(INDEX, "県立前")
    assert isinstance(missed, NotFound)
    assert missed.near_misses[0].name == "県庁前"


@pytest.mark.parametrize(
    ("text", "point"), [("35.6,140.1", Coordinate(35.6, 140.1)), ("35.6, 140.1,-1", Coordinate(35.6, 140.1, -1.0))]
)
def test_a_point_is_a_point(text: str, point: Coordinate) -> None:
    assert resolve(INDEX, text) == Resolved(point, text)


def test_latitude_and_longitude_exchanged_are_refused() -> None:
    with pytest.raises(RequestError, match=r"140\.1,35\.6 is no point on Earth"):
        resolve(INDEX, "140.1,35.6")


def test_a_level_that_no_building_has_is_refused() -> None:
    with pytest.raises(RequestError, match="no level of a building"):
        resolve(INDEX, "35.6,140.0,1e20")


def test_ids_of_stops_and_places_are_accepted() -> None:
    assert resolve(INDEX, "keiyo_2", Strings.of(["keiyo_1", "keiyo_2"])) == Resolved(StopId("keiyo_2"), "keiyo_2")
    assert resolve(INDEX, "id-幕張-35.66") == Resolved(StopId("id-幕張-35.66"), "幕張")


def test_only_the_kinds_asked_for_are_returned() -> None:
    assert {m.kind for m in search(INDEX, "海浜幕張", kinds=frozenset({PORT}))} == {PORT}


def test_names_are_returned_in_the_language_asked_for() -> None:
    assert search(INDEX, "海浜幕張", language="en")[0].name == "Kaihin-Makuhari"
    assert search(INDEX, "海浜幕張", language="fr")[0].name == "海浜幕張"


def test_the_nearest_place_comes_first() -> None:
    found = nearest(INDEX, 35.6599, 140.058, limit=2)
    assert found[0].name == "幕張"
    assert 0 < found[1].score < found[0].score <= 1


def test_only_places_of_the_categories_asked_for_are_near() -> None:
    exits = [
        NamedPlace(f"exit{n}", {"": "口"}, 35.6, 140.0, PlaceKind.PLACE, category="railway=exit") for n in range(9)
    ]
    parks = [
        NamedPlace(f"park{n}", {"": "公園"}, 35.6 + n / 100, 140.0, PlaceKind.PLACE, category="leisure=park")
        for n in (2, 1)
    ]
    index = place_index(pack_places([*exits, *parks]))
    wanted = frozenset({"leisure=park", "natural=beach"})
    assert [one.id for one in nearest(index, 35.6, 140.0, 5, categories=wanted)] == ["park1", "park2"]
    assert [one.id for one in nearest(index, 35.6, 140.0, 1, categories=wanted)] == ["park1"]
    assert nearest(index, 35.6, 140.0, 5, categories=frozenset()) == ()


def test_nothing_is_found_where_nothing_is() -> None:
    empty = place_index(pack_places([]))
    assert search(empty, "海浜幕張") == ()
    assert nearest(empty, 35.6, 140.0) == ()


@given(st.text(max_size=12))
def test_any_text_is_answered_with_scores_in_order(text: str) -> None:
    found = search(INDEX, text)
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    assert all(0 <= m.score <= 1 for m in found)


@given(
    st.lists(st.text(st.characters(codec="utf-8", categories=("L",)), min_size=2, max_size=8), min_size=1, max_size=8)
)
def test_every_name_finds_its_place(names: list[str]) -> None:
    index = place_index(pack_places([place(name, "", "", STOP) for name in names]))
    for name in names:
        assert name in {m.name for m in search(index, name, limit=100) if m.likeness == 1.0}


def test_each_station_of_the_region_is_found_by_its_three_names(shared: Path) -> None:
    with (shared / "makuhari" / "stations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    index = place_index(
        pack_places(
            [
                NamedPlace(
                    row["station_id"], {"": row["name_ja"], "ja-Hrkt": row["name_kana"], "en": row["name_en"]},
                    float(row["lat"]), float(row["lon"]), STATION, 0.5,
                )
                for row in rows
            ]
        )
    )  # fmt: skip
    for row in rows:
        for name in (row["name_ja"], row["name_kana"], row["name_en"] + " Station"):
            assert search(index, name)[0].name == row["name_ja"], name


def test_of_twenty_thousand_names_the_one_asked_for_comes_first() -> None:
    syllables = "かきくけこさしすせそたちつてとなにぬねのはひふへほ"
    names = [syllables[i % 25] + syllables[i // 25 % 25] + syllables[i // 625 % 25] + "まくはり" for i in range(20_000)]
    index = place_index(pack_places([place(name, "", "", STOP) for name in names]))
    assert search(index, "はひふまくはり")[0].name == "はひふまくはり"
