"""Prices on the command line: what a rider pays, what it is made of, and what is refused."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from api.cli_fares import FareWishes, fare_lines, fare_wishes, priced
from api.messages import catalogue
from planner.errors import RequestError
from planner.fares import Fares
from planner.fares_v2 import FareProduct, FaresV2, LegRule, RiderCategory
from planner.model import Answer
from planner.network import Network
from planner.plan import plan
from planner.prices import Price
from planner.request import PlanRequest, StopId, Via
from planner.service_day import moment_on
from tests.api.small_network import small_network
from tests.planner.timetables import DAY

ROWS = [("adult", "ic", 155), ("adult", "ticket", 160), ("child", "ic", 77), ("child", "ticket", 80)]


def asked(folder: Path, **wishes: object) -> tuple[Network, PlanRequest, Answer]:
    network = small_network(folder)
    products = tuple(FareProduct("1-3km", "1-3 km", rider, medium, yen, "JPY") for rider, medium, yen in ROWS)
    riders = (RiderCategory("adult", "大人", True), RiderCategory("child", "小児"))
    fares = Fares(("keiyo",), FaresV2((LegRule("1-3km"),), products=products, riders=riders))
    network = Network(replace(network.snapshot, fares=(fares,)), network.manifest)
    moment: datetime = moment_on(17 * 3600, DAY, network.zone)
    request = PlanRequest(StopId("km"), StopId("sg"), moment, **wishes)  # type: ignore[arg-type]
    return network, request, plan(network, request)


def test_a_child_pays_a_childs_price_and_sees_what_it_is_made_of(tmp_path: Path) -> None:
    network, request, answer = asked(tmp_path)
    wishes = FareWishes("小児", derivation=True)
    found = priced(network, request, answer, wishes).itineraries[:1]
    assert fare_lines(catalogue("en"), network, found, wishes) == [
        "Fare of 1 (小児): ¥77 IC (¥80 ticket)",
        "   ¥77 IC (¥80 ticket)  1-3 km · 京葉線 海浜幕張 → 蘇我",
    ]


def test_without_a_rider_an_adult_pays(tmp_path: Path) -> None:
    network, request, answer = asked(tmp_path)
    assert priced(network, request, answer, FareWishes()) is answer
    assert fare_lines(catalogue("en"), network, answer.itineraries, FareWishes()) == []
    lines = fare_lines(catalogue("ja"), network, answer.itineraries[:1], FareWishes(derivation=True))
    assert lines[0] == "1 の運賃(adult): IC 155円(きっぷ160円)"


def test_a_pass_and_a_day_pass(tmp_path: Path) -> None:
    network, request, answer = asked(tmp_path)
    wishes = fare_wishes(network, None, True, ["検見川浜:蘇我"], "600:jre")
    found = priced(network, request, answer, wishes).itineraries[:1]
    assert fare_lines(catalogue("en"), network, found, wishes) == [
        "Fare of 1 (adult): ¥155 IC (¥160 ticket)",
        "   ¥155 IC (¥160 ticket)  1-3 km · 京葉線 海浜幕張 → 検見川浜",
        "   free  pass 検見川浜–蘇我 · 京葉線 検見川浜 → 蘇我",
        "Day pass of ¥600: for 1 it has paid for itself with journey 4 of this kind (¥155 off each)",
    ]
    whole = fare_wishes(network, "child", False, ["海浜幕張:蘇我"], "600")
    found = priced(network, request, answer, whole).itineraries[:1]
    assert found[0].price() == Price("adult", "ic", 0.0, "JPY")
    assert fare_lines(catalogue("en"), network, found, whole) == ["Day pass of ¥600: for 1 it never pays"]


@pytest.mark.parametrize("text", ["", "x", "0", "-5", "600:", "600:nobody", "99999999"])
def test_what_is_no_day_pass_is_refused(tmp_path: Path, text: str) -> None:
    network, _, _ = asked(tmp_path)
    with pytest.raises(RequestError, match="--day-pass"):
        fare_wishes(network, None, False, (), text)


def test_who_is_no_rider_of_any_feed_is_refused(tmp_path: Path) -> None:
    network, request, answer = asked(tmp_path)
    with pytest.raises(RequestError, match="'senior'; there are adult, child"):
        fare_wishes(network, "senior", False, (), None)
    stay = replace(request, via=(Via(StopId("kg"), 600),))
    with pytest.raises(RequestError, match="stay"):
        priced(network, stay, answer, FareWishes("child"))
