"""What each rider category pays, and what every price is made of."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fares import Fares, price_legs
from planner.fares_rider import categories, child_yen
from planner.fares_transfers import TransferRule, steps_of
from planner.fares_v1 import FareAttributes, FaresV1
from planner.fares_v2 import FareProduct, FaresV2, LegRule, RiderCategory
from planner.model import TaxiLeg
from planner.prices import FarePart, FareStep, Price
from tests.planner.fare_journeys import NOWHERE, at, journey, printed
from tests.planner.test_fares_transfers import BUSES, RULES

ONE, TWO = "8:00 A -bus- B 8:20", "8:00 A -bus- B 8:20\n8:30 B -tram- C 8:50"
NETWORKS = {"bus": "bus", "tram": "tram"}
LEGS = (LegRule("bus", "bus", network="bus"), LegRule("tram", "tram", network="tram"))
RIDERS = (RiderCategory("otona", "大人", True), RiderCategory("child", "小児"))


def sold(*rows: str, riders: tuple[RiderCategory, ...] = RIDERS, **fields: object) -> tuple[Fares, ...]:
    """A feed that sells rows of "product rider medium amount"; - is empty."""
    split = [["" if field == "-" else field for field in row.split()] for row in rows]
    products = tuple(FareProduct(p, p, rider, medium, float(yen), "JPY") for p, rider, medium, yen in split)
    v2: dict[str, object] = {"leg_rules": LEGS, "networks": NETWORKS, "products": products, "riders": riders, **fields}
    return (Fares(tuple(NETWORKS), v2=FaresV2(**v2)),)  # type: ignore[arg-type]


def price(of: tuple[Fares, ...], legs: str, rider: str) -> str:
    return printed(price_legs(of, journey(legs), rider))


CITY = ("bus otona ic 198", "bus otona ticket 200", "bus child ic 99", "bus child ticket 100", "tram - - 150")


def test_only_what_the_rider_pays_is_given() -> None:
    adult = "bus[0] otona/ic=198 otona/ticket=200, tram[1] 150"
    assert [price(sold(*CITY), TWO, rider) for rider in ("adult", "otona", "大人")] == [adult] * 3
    assert [price(sold(*CITY), TWO, rider) for rider in ("child", "CHILD", "小児")] == [
        "bus[0] child/ic=99 child/ticket=100, tram[1] 150"
    ] * 3


def test_what_is_not_sold_to_a_rider_makes_the_price_unknown() -> None:
    assert price(sold(*CITY), ONE, "senior") == "?"
    assert price(sold("bus otona ic 198"), ONE, "child") == "?"
    assert price(sold("bus - - 150"), ONE, "senior") == "bus[0] 150"


def test_a_medium_without_a_price_of_ones_own_costs_what_anybody_pays() -> None:
    assert price(sold("bus - ticket 200", "bus child ic 99", "bus - ic 198"), ONE, "child") == (
        "bus[0] child/ic=99 child/ticket=200"
    )


def test_the_alternative_is_chosen_that_is_cheapest_for_the_rider() -> None:
    both = (*LEGS, LegRule("family", "bus", network="bus"))
    of = sold("bus otona ic 190", "bus child ic 95", "family otona ic 300", "family child ic 0", leg_rules=both)
    assert price(of, ONE, "adult") == "bus[0] 190"
    assert price(of, ONE, "child") == "family[0] 0"


@pytest.mark.parametrize(
    ("adult", "child"), [(160, 80), (210, 110), (190, 100), (155, 77), (199, 99), (10, 10), (0, 0)]
)
def test_half_fares_are_rounded_as_operators_do(adult: float, child: float) -> None:
    assert child_yen(adult) == child


def test_a_feed_with_one_price_halves_it_for_children_in_yen_only() -> None:
    def one_price(currency: str, rider: str) -> str:
        v1 = FaresV1((FareAttributes("flat", 210.0, currency),))
        return price((Fares(("bus",), v1=v1),), ONE, rider)

    assert [one_price("JPY", rider) for rider in ("adult", "child", "senior")] == ["flat[0] 210", "flat[0] 110", "?"]
    assert [one_price("CAD", rider) for rider in ("adult", "child")] == ["flat[0] 210", "?"]


def test_taxis_cost_everybody_the_same() -> None:
    taxi = TaxiLeg(at("8:00"), at("8:10"), NOWHERE, NOWHERE, 2000.0, (), Price("", "cash", 900.0, "JPY"))
    assert printed(price_legs((), [taxi], "child")) == "TAXI[0] 900"


def test_categories_one_may_ask_for() -> None:
    assert categories([sold(*CITY)[0].v2]) == ("adult", "child", "otona")


def of_steps(steps: Sequence[FareStep]) -> str:
    return ", ".join(f"{step.kind} {step.name}{list(step.legs)} {step.prices[0].amount:g}" for step in steps)


def derivation(*rules: TransferRule, rider: str = "", sell: tuple[str, ...] = ()) -> str:
    parts = price_legs(sold("bus - - 200", "tram - - 150", *sell, transfer_rules=rules), journey(TWO), rider)
    assert parts is not None
    return " | ".join(of_steps(steps_of(part)) for part in parts)


def test_derivation_names_what_each_transfer_rule_does() -> None:
    assert derivation() == "fare bus[0] 200 | fare tram[1] 150"
    assert derivation(TransferRule("bus", "tram", 0)) == "fare bus[0] 200, free [1] 0"
    change = ("change - - 50",)
    assert derivation(TransferRule("bus", "tram", 0, "change"), sell=change) == "fare bus[0] 200 | instead change[1] 50"
    assert derivation(TransferRule("bus", "tram", 2, "change"), sell=change) == "both change[0, 1] 50"
    off = ("off - - -60",)
    assert (
        derivation(TransferRule("bus", "tram", 1, "off"), sell=off)
        == "fare bus[0] 200 | fare tram[1] 150, added off[1] -60"
    )
    much = ("off - - -400",)
    assert derivation(TransferRule("bus", "tram", 1, "off"), sell=much) == (
        "fare bus[0] 200, fare tram[1] 150, added off[1] -400, floor [0, 1] 50"
    )


def test_derivation_of_a_childs_half() -> None:
    v1 = FaresV1((FareAttributes("flat", 210.0, "JPY"),))
    parts = price_legs((Fares(("bus",), v1=v1),), journey(ONE), "child")
    assert parts is not None
    assert of_steps(steps_of(parts[0])) == "fare flat[0] 210, half [0] -100"


@settings(max_examples=200, deadline=None)
@given(RULES, st.lists(st.sampled_from(["bus", "tram"]), min_size=1, max_size=4))
def test_every_price_is_the_sum_of_its_steps(rules: list[TransferRule], routes: list[str]) -> None:
    lines = zip(BUSES.splitlines(), routes, strict=False)
    legs = journey("\n".join(line.replace("-bus-", f"-{route}-") for line, route in lines))
    rows = ("bus - - 200", "tram - - 150", "change - - 50", "both - - 300", "off - - -60")
    of = sold(*rows, "much - - -180", transfer_rules=tuple(rules))
    for rider in ("", "adult", "child"):
        parts = price_legs(of, legs, rider)
        assert parts is not None
        for part in parts:
            assert total(part) == part.prices[0].amount
            assert {leg for step in steps_of(part) for leg in step.legs} == set(part.legs)


def total(part: FarePart) -> float:
    return sum(step.prices[0].amount for step in steps_of(part))
