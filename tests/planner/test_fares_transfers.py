"""Transfers between fare legs: free, discounted, instead of both fares, within a time and a number of changes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fares import Fares, price_legs
from planner.fares_transfers import TransferRule
from planner.fares_v2 import FareProduct, FaresV2, LegRule, RiderCategory
from tests.planner.fare_journeys import journey, printed

TWO = "8:00 A -bus- B 8:20\n8:30 B -tram- C 8:50"
THREE = f"{TWO}\n9:00 C -bus- D 9:20"
BUSES = "8:00 A -bus- B 8:20\n8:30 B -bus- C 8:50\n9:00 C -bus- D 9:20\n9:30 D -bus- E 9:50"

SOLD = (
    FareProduct("bus", "bus", "", "", 200, "JPY"),
    FareProduct("tram", "tram", "", "", 150, "JPY"),
    FareProduct("change", "change", "", "", 50, "JPY"),
    FareProduct("both", "both", "", "", 300, "JPY"),
    FareProduct("off", "off", "", "", -60, "JPY"),
    FareProduct("much off", "much off", "", "", -180, "JPY"),
)
LEGS = (LegRule("bus", "bus", network="bus"), LegRule("tram", "tram", network="tram"))
NETWORKS = {"bus": "bus", "tram": "tram", "free": "free"}


def price(legs: str, *rules: TransferRule, leg_rules: tuple[LegRule, ...] = LEGS, **fields: object) -> str:
    v2 = {"products": SOLD, "networks": NETWORKS, **fields}
    of = (Fares(tuple(NETWORKS), v2=FaresV2(leg_rules, transfer_rules=rules, **v2)),)
    return printed(price_legs(of, journey(legs)))


def test_without_a_rule_the_legs_are_paid_separately() -> None:
    assert price(TWO) == "bus[0] 200, tram[1] 150"
    assert price(TWO, TransferRule("tram", "bus", 0)) == "bus[0] 200, tram[1] 150"


def test_type_0_costs_the_from_leg_and_the_transfer() -> None:
    assert price(TWO, TransferRule("bus", "tram", 0)) == "bus[0, 1] 200"
    assert price(TWO, TransferRule("bus", "tram", 0, "change")) == "bus[0] 200, change[1] 50"


def test_type_1_costs_both_legs_and_the_transfer() -> None:
    assert price(TWO, TransferRule("bus", "tram", 1)) == "bus[0] 200, tram[1] 150"
    assert price(TWO, TransferRule("bus", "tram", 1, "change")) == "bus[0] 200, tram[1] 200"
    assert price(TWO, TransferRule("bus", "tram", 1, "off")) == "bus[0] 200, tram[1] 90"


def test_discount_above_the_fare_lowers_the_part_before() -> None:
    assert price(TWO, TransferRule("bus", "tram", 1, "much off")) == "bus[0, 1] 170"


def test_type_2_costs_the_transfer_alone() -> None:
    assert price(TWO, TransferRule("bus", "tram", 2, "both")) == "both[0, 1] 300"


def test_after_a_transfer_the_next_adds_to_what_was_paid() -> None:
    first = TransferRule("bus", "tram", 2, "both")
    assert price(THREE, first, TransferRule("tram", "bus", 0, "change")) == "both[0, 1] 300, change[2] 50"
    assert price(THREE, first, TransferRule("tram", "bus", 1, "change")) == "both[0, 1] 300, bus[2] 250"
    assert price(THREE, first, TransferRule("tram", "bus", 2, "change")) == "both[0, 1] 300, change[2] 50"


def test_type_2_replaces_only_the_leg_before_where_the_transfer_to_it_was_paid_in_full() -> None:
    assert price(THREE, TransferRule("tram", "bus", 2, "both")) == "bus[0] 200, both[1, 2] 300"


def test_two_hour_transfer_counts_from_the_first_departure() -> None:
    two_hours = TransferRule("bus", "bus", 0, "", -1, 7200, 1)
    legs = "8:00 A -bus- B 8:20\n9:00 B -bus- C 9:20\n10:00 C -bus- D 10:20\n10:01 D -bus- E 10:30"
    assert price(legs, two_hours) == "bus[0, 1, 2] 200, bus[3] 200"


def test_after_expiry_a_new_transfer_period_begins() -> None:
    hour = TransferRule("bus", "bus", 0, "", -1, 3600, 1)
    assert price(BUSES, hour) == "bus[0, 1, 2] 200, bus[3] 200"
    assert price(f"{BUSES}\n10:30 E -bus- A 10:40", hour) == "bus[0, 1, 2] 200, bus[3, 4] 200"


def test_four_ways_to_measure_the_limit() -> None:
    def has_transfer(kind: int, seconds: int) -> bool:
        return price(TWO, TransferRule("bus", "tram", 0, "", None, seconds, kind)) == "bus[0, 1] 200"

    minutes = {0: 50, 1: 30, 2: 10, 3: 30}
    assert all(has_transfer(kind, at_least * 60) for kind, at_least in minutes.items())
    assert not any(has_transfer(kind, at_least * 60 - 1) for kind, at_least in minutes.items())


def test_limits_between_arrival_and_arrival_are_not_those_of_departures() -> None:
    uneven = "8:00 A -bus- B 8:20\n8:30 B -tram- C 9:30"
    assert price(uneven, TransferRule("bus", "tram", 0, "", None, 1800, 1)) == "bus[0, 1] 200"
    assert price(uneven, TransferRule("bus", "tram", 0, "", None, 1800, 3)) == "bus[0] 200, tram[1] 150"


def test_transfers_are_counted() -> None:
    assert price(BUSES, TransferRule("bus", "bus", 0, "", 1)) == "bus[0, 1] 200, bus[2, 3] 200"
    assert price(BUSES, TransferRule("bus", "bus", 0, "", 2)) == "bus[0, 1, 2] 200, bus[3] 200"
    assert price(BUSES, TransferRule("bus", "bus", 0, "", -1)) == "bus[0, 1, 2, 3] 200"


def test_least_sufficient_count_is_chosen() -> None:
    first_free, then_paid = TransferRule("bus", "bus", 0, "", 1), TransferRule("bus", "bus", 0, "change", -1)
    assert price(BUSES, then_paid, first_free) == "bus[0, 1] 200, change[2] 50, change[3] 50"
    first_paid, then_free = TransferRule("bus", "bus", 0, "change", 1), TransferRule("bus", "bus", 0, "", -1)
    assert price(BUSES, first_paid, then_free) == "bus[0] 200, change[1, 2, 3] 50"


def test_of_rules_for_the_same_transfer_the_cheapest_is_applied() -> None:
    free, paid = TransferRule("bus", "tram", 0), TransferRule("bus", "tram", 0, "change")
    assert price(TWO, free, paid) == price(TWO, paid, free) == "bus[0, 1] 200"


def test_empty_group_means_all_groups_no_rule_names() -> None:
    to_any, to_bus = TransferRule("bus", "", 0, "change"), TransferRule("tram", "bus", 0)
    assert price(TWO, to_any, to_bus) == "bus[0] 200, change[1] 50"
    assert price("8:00 A -bus- B 8:20\n8:30 B -bus- C 8:50", to_any, to_bus) == "bus[0] 200, bus[1] 200"


def test_leg_without_a_group_has_no_transfers() -> None:
    legs = (LegRule("bus", network="bus"), LegRule("tram", network="tram"))
    assert price(TWO, TransferRule("", "", 0, "", -1), leg_rules=legs) == "bus[0] 200, tram[1] 150"
    assert price(TWO, TransferRule("bus", "", 0), leg_rules=(LEGS[0], legs[1])) == "bus[0] 200, tram[1] 150"


def test_leg_is_bought_in_the_way_that_makes_the_whole_cheapest() -> None:
    dear = (*LEGS, LegRule("both", "pass", network="bus"))
    assert price(TWO, TransferRule("pass", "tram", 0), leg_rules=dear) == "both[0, 1] 300"
    assert price("8:00 A -bus- B 8:20", TransferRule("pass", "tram", 0), leg_rules=dear) == "bus[0] 200"


def test_discount_on_cards_leaves_the_ticket_price_alone() -> None:
    products = tuple(
        FareProduct(id_, id_, "adult", medium, amount, "JPY")
        for id_, medium, amount in [
            *(("bus", "ic", 198), ("bus", "ticket", 200)),
            *(("tram", "ic", 148), ("tram", "ticket", 150), ("off", "ic", -50)),
        ]
    )  # fmt: skip
    sold = price(
        TWO, TransferRule("bus", "tram", 1, "off"), products=products, riders=(RiderCategory("adult", "", True),)
    )
    assert sold == "bus[0] adult/ic=198 adult/ticket=200, tram[1] adult/ic=98 adult/ticket=150"


GROUPS = st.sampled_from(["", "bus", "tram"])
RULES = st.lists(
    st.builds(
        TransferRule, GROUPS, GROUPS, st.integers(0, 2), st.sampled_from(["", *(product.id for product in SOLD)]),
        st.sampled_from([None, -1, 1, 2]), st.sampled_from([None, 1200, 3600]), st.integers(0, 3),
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(RULES, st.lists(st.sampled_from(["bus", "tram"]), min_size=1, max_size=4))
def test_every_leg_is_paid_once_and_nothing_costs_less_than_zero(rules: list[TransferRule], routes: list[str]) -> None:
    lines = zip(BUSES.splitlines(), routes, strict=False)
    legs = journey("\n".join(line.replace("-bus-", f"-{route}-") for line, route in lines))
    v2 = FaresV2(LEGS, transfer_rules=tuple(rules), products=SOLD, networks=NETWORKS)
    parts = price_legs((Fares(tuple(NETWORKS), v2=v2),), legs)
    assert parts is not None
    assert [leg for part in parts for leg in part.legs] == list(range(len(routes)))
    assert all(price.amount >= 0 for part in parts for price in part.prices)
