"""Every code of the planner of flights has its words, and what it carries fills them."""

import ast
from pathlib import Path

import pytest

import drones
from api.flight_words import (
    TABLES,
    grounds_text,
    in_every_language,
    phrase_text,
    places_text,
    remedies_text,
    rule_remedy,
    rule_sentence,
    rule_title,
)
from api.messages import catalogue, languages, placeholders
from drones.deconfliction import Means
from drones.mission import Action
from drones.phrases import ON_THE_WAY, Cause, Remedy, Where, named, phrase
from drones.request import Refusal
from drones.rules import Verdict
from drones.rules_japan import RULES
from drones.schedule_problem import Reason
from drones.surfaces import SurfaceKind
from scenarios.drone_operations import COURIERS
from scenarios.shipped import shipped_missions
from tests.api.test_messages import keys

CODES = {kind.__name__: kind for kind in TABLES}
LAW = {Cause.LAW, Remedy.LAW}


@pytest.mark.parametrize("language", languages())
def test_every_code_has_a_text(language: str) -> None:
    wanted = {f"{table}.{code}" for kind, table in TABLES.items() for code in kind if code not in LAW}
    wanted |= {f"flight_grounds.{cause}" for cause in Cause if cause not in LAW}
    wanted |= {f"flight_rules.{rule}" for rule in RULES} | {f"mission_about.{name}" for name in shipped_missions()}
    assert wanted <= keys(language)


@pytest.mark.parametrize("language", languages())
def test_every_reason_means_courier_and_action_of_a_fleet_has_a_text(language: str) -> None:
    wanted = {f"fleet_reasons.{reason}" for reason in Reason} | {f"flight_means.{means}" for means in Means}
    wanted |= {f"fleet_couriers.{one.name.replace(' ', '-')}" for one in COURIERS}
    wanted |= {f"briefing.{code}" for code in (*Action, *Verdict)}
    assert wanted <= keys(language)


def test_no_text_is_left_without_a_code() -> None:
    codes = {f"{table}.{code}" for kind, table in TABLES.items() for code in kind}
    assert {key for key in keys("en") if key.split(".")[0] in TABLES.values()} <= codes
    assert {key for key in keys("en") if key.startswith("flight_rules.")} == {f"flight_rules.{rule}" for rule in RULES}


def told() -> list[tuple[str, str, frozenset[str]]]:
    """Kind, code and the names of the values of every phrase that `drones` makes, read from its source."""
    found = []
    for file in Path(drones.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "phrase":
                code = call.args[0]
                if isinstance(code, ast.Attribute) and isinstance(code.value, ast.Name) and code.value.id in CODES:
                    names = frozenset(one.arg for one in call.keywords if one.arg)
                    found.append((code.value.id, code.attr, names))
    return found


def test_what_a_phrase_carries_fills_its_text() -> None:
    made = told()
    assert len(made) > 30
    for kind, code, names in made:
        if code != "LAW":
            text = catalogue("en").texts[f"{TABLES[CODES[kind]]}.{code}"]
            assert placeholders(text) <= names, (kind, code)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_named_with_its_clause_and_told_in_japanese_and_english(rule) -> None:
    for say in (rule_title, rule_sentence):
        texts = in_every_language(lambda words, say=say: say(words, rule))
        assert texts["ja"] != texts["en"]
        assert all(texts.values())
    assert rule.clause in rule_title(catalogue("ja"), rule)
    assert ("未確認" in rule_title(catalogue("ja"), rule)) is not rule.is_verified
    assert rule_remedy(catalogue("ja"), rule) == rule.remedy_ja


def test_a_refusal_by_a_rule_of_law_speaks_as_the_rule() -> None:
    leg = phrase(Where.LEG, number=2, first_km=1.25, last_km=3.0)
    surface = phrase(SurfaceKind.APPROACH, aerodrome="羽田", height_m=40.4)
    place = phrase(Where.UNDER_SURFACE, leg=leg, sea_m=50.0, surface=surface)
    about = phrase(Cause.LAW, rule="airport"), (place, ON_THE_WAY), (phrase(Remedy.LAW, rule="airport"),)
    refusal, ja, en = Refusal(*about, "航空法X条"), catalogue("ja"), catalogue("en")
    assert grounds_text(ja, refusal) == "空港等の周辺(航空法X条)"
    assert phrase_text(ja, refusal.cause) == RULES["airport"].ja
    assert remedies_text(en, refusal) == RULES["airport"].remedy_en
    assert places_text(ja, refusal.where) == "区間2(1.2〜3.0km): 海抜50m、羽田の進入表面(40m)、経路上"
    assert places_text(en, refusal.where[:1]) == (
        "leg 2 (km 1.2 to 3.0): 50 m over the sea, approach surface of 羽田 at 40 m"
    )


def test_one_remedy_or_the_other() -> None:
    remedies = phrase(Remedy.EMPTY), phrase(Remedy.LESS_RESERVE, reserve_share=0.05)
    refusal = Refusal(phrase(Cause.AGAINST_WIND, aircraft="A"), (named("B"),), remedies)
    assert remedies_text(catalogue("en"), refusal) == "an empty aircraft or a reserve of at most 5%"
    assert remedies_text(catalogue("ja"), refusal) == "荷物を載せずに飛ぶ、または予備を5%以下にする"
    assert grounds_text(catalogue("en"), refusal) == "Wind"
