"""Kana to romaji, and one spelling for all."""

import pytest

from planner.romaji import folded, romaji


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("かいひんまくはり", "kaihinmakuhari"),
        ("まくはりめっせ", "makuharimesse"),
        ("とうきょう", "toukyou"),
        ("えっちゅうじま", "etchuujima"),
        ("けみがわはま", "kemigawahama"),
        ("にっぽり", "nippori"),
        ("しんじゅく", "shinjuku"),
        ("ふぁん", "fan"),
        ("ぢゃ", "ja"),
        ("ZOZOまりん", "ZOZOmarin"),
    ],
)
def test_hepburn(kana: str, latin: str) -> None:
    assert romaji(kana) == latin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kaihinmakuhari", "kaihimmakuhari"),
        ("tōkyō", "toukyou"),
        ("oosaka", "ohsaka"),
        ("etchujima", "ecchuujima"),
        ("tiba", "chiba"),
        ("hunabasi", "funabashi"),
        ("sinzyuku", "shinjuku"),
        ("kaiduka", "kaizuka"),
    ],
)
def test_spellings_of_one_sound_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_other_sounds_stay_apart() -> None:
    assert len({folded(word) for word in ("soga", "saga", "shuga", "suga", "tsuga", "oga")}) == 6
