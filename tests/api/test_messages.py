"""The catalogues and the writing of numbers."""

import tomllib
from datetime import date

import pytest

from api.messages import (
    FOLDER,
    catalogue,
    clock,
    day_text,
    distance,
    duration,
    language_of,
    languages,
    money,
    placeholders,
    reason_text,
)
from planner.model import Mode, Turn
from planner.prices import Price
from planner.reasons import InputField, Reason, RoutingError
from planner.sharing import FormFactor
from tests.api.answers import at


def keys(language: str) -> set[str]:
    words = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}" for table, entries in words.items() for key in entries}


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_planner_has_a_text(language: str) -> None:
    wanted = {f"reasons.{r}" for r in Reason} | {f"modes.{m}" for m in Mode} | {f"steps.{t}" for t in Turn}
    assert wanted | {f"vehicles.{f}" for f in FormFactor} <= keys(language)


def test_a_language_fills_the_same_placeholders_as_english() -> None:
    english = catalogue("en").texts
    for language in languages():
        for key in keys(language) & keys("en"):
            if not key.startswith("format.date"):
                assert placeholders(catalogue(language).texts[key]) == placeholders(english[key]), (language, key)


def test_japanese_lacks_only_the_names_of_months() -> None:
    assert {key for key in keys("en") - keys("ja") if not key.startswith("months.")} == set()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_GB.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "ja"}, "ja"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_language_of_the_environment(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_money() -> None:
    ja, en = catalogue("ja"), catalogue("en")
    assert money(ja, Price("adult", "ic", 1242.0, "JPY")) == "1,242円"
    assert money(en, Price("adult", "ic", 242.0, "JPY")) == "¥242"
    assert money(en, Price("", "", 3.5, "CAD")) == "CAD 3.50"
    assert money(en, Price("", "", 0.25, "KWD")) == "KWD 0.250"


def test_durations_and_distances() -> None:
    en = catalogue("en")
    assert [duration(en, s) for s in (0, 20, 89, 3600, 3900)] == ["0 min", "1 min", "1 min", "1 h 0 min", "1 h 5 min"]
    assert [distance(en, m) for m in (4, 846, 994, 995.1, 12_345)] == ["0 m", "850 m", "990 m", "1.0 km", "12.3 km"]


def test_a_time_after_midnight_carries_its_day() -> None:
    day = date(2026, 11, 25)
    assert clock(at("00:10", date(2026, 11, 26)), day) == "00:10+1"
    assert clock(at("17:00", date(2026, 11, 24)), day) == "17:00-1"
    assert clock(at("00:00"), day) == "00:00"


def test_a_date_has_its_weekday() -> None:
    assert day_text(catalogue("ja"), date(2026, 11, 25)) == "2026年11月25日(水)"
    assert day_text(catalogue("en"), date(2026, 11, 25)) == "Wed 25 Nov 2026"


def test_a_reason_is_told_with_its_details_only_if_they_are_known() -> None:
    en = catalogue("en")
    far = {"location": "34,135", "km": "494", "area": "35.63,140.03 – 35.64,140.04"}
    told = "The place to go to, 34,135, lies 494 km outside the area of this network (35.63,140.03 – 35.64,140.04)."
    assert reason_text(en, RoutingError(Reason.OUTSIDE_BOUNDS, InputField.TO, far)) == told
    assert "494" in reason_text(catalogue("ja"), RoutingError(Reason.OUTSIDE_BOUNDS, InputField.VIA, far))
    assert reason_text(en, RoutingError(Reason.OUTSIDE_SERVICE_PERIOD)).endswith("do not cover that date.")
    assert "X" in reason_text(en, RoutingError(Reason.LOCATION_NOT_FOUND, InputField.FROM, {"location": "X"}))
    assert "One of the places" in reason_text(en, RoutingError(Reason.LOCATION_NOT_FOUND, InputField.FROM))


def test_an_unknown_language_speaks_english() -> None:
    assert catalogue("xx").text("modes.RAIL") == "Train"
    assert catalogue("ja-JP").text("modes.RAIL") == "電車"
