"""Passes held: what they cover is free, the rest as cheap as any choice of covered sections makes it."""

from collections.abc import Sequence
from itertools import groupby, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fares import Fares, price_legs
from planner.fares_day_pass import journeys_until_worth
from planner.fares_passes import RidePass, price_with_passes
from planner.fares_v2 import FareProduct, FaresV2, JoinRule, LegRule, RiderCategory
from planner.model import Leg
from tests.planner.fare_journeys import journey, printed

LINE = "ABCDEF"
LINES = ("slow", "fast")
Bands = Sequence[int]


def tariff(bands: Bands) -> tuple[Fares, ...]:
    """One operator whose fare depends on how many stations apart two of `LINE` are."""
    pairs = [(a, b) for a, b in product(range(len(LINE)), repeat=2) if a != b]
    rules = tuple(LegRule(str(abs(a - b)), network="jr", from_area=LINE[a], to_area=LINE[b]) for a, b in pairs)
    products = tuple(
        FareProduct(str(far + 1), f"{far + 1} km", rider, "ic", yen // part, "JPY")
        for far, yen in enumerate(bands)
        for rider, part in (("adult", 1), ("child", 2))
    )
    v2 = FaresV2(
        rules, join_rules=(JoinRule("jr", "jr"),), products=products, networks=dict.fromkeys(LINES, "jr"),
        areas={station: (station,) for station in LINE}, riders=(RiderCategory("adult", "", True),),
    )  # fmt: skip
    return (Fares((*LINES, "express"), v2=v2),)


def ride(stations: str, route: str = "slow") -> str:
    via = ",".join(stations[1:-1])
    return f"8:00 {stations[0]} -{route}{'/' + via if via else ''}- {stations[-1]} 8:30"


def between(stations: str, *, routes: Sequence[str] = LINES) -> RidePass:
    return RidePass(stations, frozenset(routes), frozenset(stations))


def price(legs: str, *passes: RidePass, rider: str = "adult", bands: Bands = (100, 200, 300, 400, 500)) -> str:
    return printed(price_with_passes(tariff(bands), journey(legs), passes, rider))


def test_beyond_the_pass_is_paid_from_where_it_ends() -> None:
    assert price(ride("ABCD"), between("AB")) == "AB[0] 0, 2 km[0] 200"
    assert price(ride("ABCD"), between("BC")) == "1 km[0] 100, BC[0] 0, 1 km[0] 100"
    assert price(ride("ABCD"), between("ABCDE")) == "ABCDE[0] 0"
    assert price(ride("ABCD"), between("DE")) == "3 km[0] 300"


def test_the_pass_is_not_used_where_the_whole_costs_less() -> None:
    assert price(ride("ABCD"), between("BC"), bands=(100, 150, 180, 400, 500)) == "3 km[0] 180"


def test_a_fast_train_passes_stations_of_the_pass_but_calls_elsewhere_end_it() -> None:
    assert price(ride("AD", "fast"), between("ABCD")) == "ABCD[0] 0"
    assert price(ride("AFD", "fast"), between("ABCD")) == "3 km[0] 300"


def test_a_pass_goes_on_over_a_change_and_a_walk() -> None:
    legs = f"{ride('ABC')}\nwalk 8:30 8:35\n{ride('CDE', 'fast')}"
    assert price(legs, between("BCD")) == "1 km[0] 100, BCD[0] 0, BCD[2] 0, 1 km[2] 100"


def test_only_the_lines_of_the_pass_are_free() -> None:
    assert price(ride("ABC"), between("ABC", routes=["fast"])) == "2 km[0] 200"
    assert price(ride("ABC"), RidePass("all", frozenset({"slow"}))) == "all[0] 0"
    assert price("8:00 A ~slow~ C 8:20", RidePass("all", frozenset({"slow"}))) == "all[0] 0"


def test_what_costs_more_than_the_base_fare_stays_unknown() -> None:
    assert price(ride("AC", "express"), between("ABC", routes=["express"])) == "?"
    assert price(ride("AC", "express"), RidePass("all", frozenset({"express"}))) == "all[0] 0"


def test_children_pay_a_childs_price_beyond_the_pass() -> None:
    assert price(ride("ABCD"), between("AB"), rider="child") == "AB[0] 0, 2 km[0] 100"


def test_without_a_pass_the_price_is_what_it_was() -> None:
    legs = journey(f"{ride('ABC')}\n{ride('CD', 'fast')}")
    assert price_with_passes(tariff((100, 150, 180, 400, 500)), legs, ()) == price_legs(
        tariff((100, 150, 180, 400, 500)), legs
    )


BANDS = st.lists(st.integers(1, 60), min_size=5, max_size=5).map(
    lambda steps: [10 * sum(steps[: n + 1]) for n in range(5)]
)
ENDS = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda ends: ends[0] != ends[1])


@settings(max_examples=400, deadline=None)
@given(BANDS, ENDS, st.integers(0, 5), st.lists(ENDS, min_size=1, max_size=2))
def test_no_choice_of_covered_sections_is_cheaper(
    bands: Bands, ends: tuple[int, int], change: int, sections: list[tuple[int, int]]
) -> None:
    a, b = ends
    way = LINE[a : b + 1] if a < b else LINE[b : a + 1][::-1]
    at = change % len(way)
    rides = [way[: at + 1], way[at:]] if 0 < at < len(way) - 1 else [way]
    legs: list[Leg] = list(journey("\n".join(map(ride, rides, LINES))))
    passes = [between(LINE[min(pair) : max(pair) + 1]) for pair in sections]
    parts = price_with_passes(tariff(bands), legs, passes, "adult")
    assert parts is not None
    assert sum(part.prices[0].amount for part in parts) == enumerated(bands, way, passes)
    assert {leg for part in parts for leg in part.legs} == set(range(len(legs)))


def enumerated(bands: Bands, way: str, passes: Sequence[RidePass]) -> int:
    """The least over all sets of covered sections that the pass is used on; between them each stretch has its fare."""
    free = [any({a, b} <= (one.stations or set()) for one in passes) for a, b in pairwise(way)]
    choices = product(*((True, False) if is_free else (False,) for is_free in free))
    return min(sum(bands[len(list(run)) - 1] for is_used, run in groupby(used) if not is_used) for used in choices)


@pytest.mark.parametrize(
    ("pass_price", "without", "with_pass", "count"),
    [(600, 200, 0, 3), (601, 200, 0, 4), (600, 250, 50, 3), (600, 200, 200, None), (600, 100, 200, None),
     (1, 200, 0, 1), (0.3, 0.1, 0, 3)],
)  # fmt: skip
def test_journeys_until_a_day_pass_is_worth_it(
    pass_price: float, without: float, with_pass: float, count: int | None
) -> None:
    assert journeys_until_worth(pass_price, without, with_pass) == count


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 2000), st.integers(0, 900), st.integers(0, 900))
def test_one_journey_fewer_is_cheaper_without_the_pass(pass_price: int, without: int, with_pass: int) -> None:
    counted = [n for n in range(1, 2001) if n * without >= pass_price + n * with_pass]
    assert journeys_until_worth(pass_price, without, with_pass) == (counted[0] if counted else None)
