"""What journeys cost: rides matched with rules of areas, networks and time, and prices that legs bring themselves."""

from dataclasses import replace
from datetime import date

import pytest

from planner.fares import Fares, price_legs
from planner.fares_v1 import FareAttributes, FaresV1
from planner.fares_v2 import FareProduct, FaresV2, JoinRule, LegRule, RiderCategory, Timeframe
from planner.model import RentalLeg, TaxiLeg
from planner.prices import FarePart, Price
from planner.sharing import FormFactor, Propulsion, ReturnConstraint
from tests.planner.fare_journeys import DAY, NOWHERE, at, journey, printed, yen

JR = {"keiyo": "jr", "sobu": "jr", "keisei": "ks"}
STATIONS = {name: (name.lower(),) for name in "ABCDE"}


def rule(text: str) -> LegRule:
    """Network, areas and product of "jr a b -> 200"; - is empty; further fields as name=value."""
    where, _, (sold, *more) = (part.split() for part in text.partition("->"))
    network, from_area, to_area = ("" if field == "-" else field for field in where)
    fields = dict(field.split("=") for field in more)
    priority = int(fields.pop("priority", "0"))
    return LegRule(sold, network=network, from_area=from_area, to_area=to_area, priority=priority, **fields)


def fares(*rules: str, **fields: object) -> tuple[Fares, ...]:
    """A feed that sells products named by their price in yen."""
    leg_rules = tuple(rule(text) for text in rules)
    sold = sorted({r.product for r in leg_rules})
    products = tuple(FareProduct(p, p, "", "", float(p), "JPY") for p in sold if p.isdigit())
    v2 = FaresV2(leg_rules, products=products, networks=JR, areas=STATIONS)
    return (Fares(tuple(JR), v2=replace(v2, **fields)),)


def price(of: tuple[Fares, ...], legs: str, day: date = DAY) -> str:
    return printed(price_legs(of, journey(legs, day)))


def test_fare_leg_is_matched_by_network_and_both_areas() -> None:
    of = fares("jr a b -> 200", "ks a b -> 150", "jr b a -> 210")
    assert price(of, "8:00 A -keiyo- B 8:10") == "200[0] 200"
    assert price(of, "8:00 A -keisei- B 8:10") == "150[0] 150"
    assert price(of, "8:00 B -keiyo- A 8:10") == "210[0] 210"


def test_platform_belongs_to_the_area_of_its_station_unless_it_has_one_itself() -> None:
    of = fares("jr a b -> 200", "jr c b -> 300", areas={**STATIONS, "A2": ("c",)})
    assert price(of, "8:00 A1@A -keiyo- B1@B 8:10") == "200[0] 200"
    assert price(of, "8:00 A2@A -keiyo- B1@B 8:10") == "300[0] 300"


def test_unmatched_leg_makes_the_price_unknown() -> None:
    assert price(fares("jr a b -> 200"), "8:00 A -keiyo- C 8:10") == "?"
    assert price(fares("jr a b -> 200"), "8:00 A -keiyo- B 8:10\n8:15 B -keisei- C 8:20") == "?"


def test_route_of_no_feed_makes_the_price_unknown() -> None:
    assert price(fares("jr a b -> 200"), "8:00 A -other- B 8:10") == "?"


def test_without_priorities_an_empty_field_means_all_that_no_rule_names() -> None:
    of = fares("jr a - -> 200", "- a c -> 100", "jr a b -> 300")
    assert price(of, "8:00 A -keiyo- D 8:10") == "200[0] 200"
    assert price(of, "8:00 A -keiyo- C 8:10") == "?"
    assert price(of, "8:00 A -keisei- C 8:10") == "100[0] 100"
    assert price(of, "8:00 A -keiyo- B 8:10") == "300[0] 300"


def test_with_priorities_an_empty_field_means_anything() -> None:
    of = fares("jr - - -> 200", "jr a b -> 300 priority=1", has_priority=True)
    assert price(of, "8:00 C -keiyo- B 8:10") == "200[0] 200"
    assert price(of, "8:00 A -keiyo- B 8:10") == "300[0] 300"


def test_of_rules_with_equal_priority_the_cheapest_is_bought() -> None:
    of = fares("jr - - -> 200", "jr a b -> 300", has_priority=True)
    assert price(of, "8:00 A -keiyo- B 8:10") == "200[0] 200"


@pytest.mark.parametrize(("start", "yen_"), [("9:59", "200"), ("10:00", "150"), ("15:59", "150"), ("16:00", "200")])
def test_timeframe_includes_its_start_but_not_its_end(start: str, yen_: str) -> None:
    of = fares(
        "jr a b -> 200", "jr a b -> 150 priority=1 from_timeframe=day", has_priority=True,
        timeframes=(Timeframe("day", 36000, 57600, "all"),), services={"all": (DAY.toordinal(),)},
    )  # fmt: skip
    assert price(of, f"{start} A -keiyo- B 16:30") == f"{yen_}[0] {yen_}"


def test_timeframe_counts_the_calendar_day_of_the_event_not_the_service_day() -> None:
    of = fares(
        "jr a b -> 150 to_timeframe=night",
        timeframes=(Timeframe("night", 0, 3600, "next"),), services={"next": (DAY.toordinal() + 1,)},
    )  # fmt: skip
    assert price(of, "23:50 A -keiyo- B 24:10") == "150[0] 150"
    assert price(of, "23:40 A -keiyo- B 23:59") == "?"


THROUGH = ("jr a b -> 200", "jr b c -> 200", "jr a c -> 260", "jr c d -> 200", "jr a d -> 350", "ks b c -> 150")
JOIN = (JoinRule("jr", "jr"),)


def test_join_rule_makes_one_fare_from_the_first_to_the_last_area() -> None:
    legs = "8:00 A -keiyo- B1@B 8:10\nwalk 8:10 8:13\n8:15 B2@B -sobu- C 8:20"
    assert price(fares(*THROUGH, join_rules=JOIN), legs) == "260[0, 2] 260"
    assert price(fares(*THROUGH), legs) == "200[0] 200, 200[2] 200"


def test_consecutive_joins_are_one_fare() -> None:
    legs = "8:00 A -keiyo- B 8:10\n8:15 B -sobu- C 8:20\n8:25 C -keiyo- D 8:30"
    assert price(fares(*THROUGH, join_rules=JOIN), legs) == "350[0, 1, 2] 350"


def test_join_needs_one_station_unless_the_rule_names_both_stops() -> None:
    legs = "8:00 A -keiyo- B 8:10\nwalk 8:10 8:20\n8:25 C -sobu- D 8:30"
    assert price(fares(*THROUGH, join_rules=JOIN), legs) == "200[0] 200, 200[2] 200"
    assert price(fares(*THROUGH, join_rules=(JoinRule("jr", "jr", "B"),)), legs) == "200[0] 200, 200[2] 200"
    assert price(fares(*THROUGH, join_rules=(JoinRule("jr", "jr", "B", "C"),)), legs) == "350[0, 2] 350"


def test_join_of_other_networks_does_not_hold() -> None:
    legs = "8:00 A -keiyo- B 8:10\n8:15 B -keisei- C 8:20"
    assert price(fares(*THROUGH, join_rules=JOIN), legs) == "200[0] 200, 150[1] 150"


def test_staying_seated_within_a_network_is_one_fare_and_across_networks_is_not() -> None:
    assert price(fares(*THROUGH), "8:00 A -keiyo- B 8:10\n8:10 B =sobu= C 8:20") == "260[0, 1] 260"
    assert price(fares(*THROUGH), "8:00 A -keiyo- B 8:10\n8:10 B =keisei= C 8:20") == "200[0] 200, 150[1] 150"
    without = fares("- a b -> 200", "- b c -> 150", networks={})
    assert price(without, "8:00 A -keiyo- B 8:10\n8:10 B =sobu= C 8:20") == "200[0] 200, 150[1] 150"


def test_joined_networks_match_rules_that_name_none() -> None:
    legs, joined = "8:00 A -keiyo- B 8:10\n8:10 B -keisei- C 8:20", (JoinRule("jr", "ks"),)
    both = ("jr a b -> 200", "- a c -> 300")
    assert price(fares(*both, join_rules=joined, has_priority=True), legs) == "300[0, 1] 300"
    assert price(fares(*both, join_rules=joined), legs) == "?"
    assert price(fares("- a c -> 300", join_rules=joined), legs) == "300[0, 1] 300"


def test_prices_come_for_every_rider_and_medium_the_default_rider_first() -> None:
    rows = [("child", "ic", 99), ("child", "ticket", 100), ("adult", "ic", 199), ("adult", "ticket", 200)]
    products = tuple(FareProduct("p", "4 km", rider, medium, float(amount), "JPY") for rider, medium, amount in rows)
    riders = (RiderCategory("child", "小児"), RiderCategory("adult", "大人", is_default=True))
    of = fares("jr a b -> p", products=products, riders=riders)
    assert price(of, "8:00 A -keiyo- B 8:10") == "4 km[0] adult/ic=199 adult/ticket=200 child/ic=99 child/ticket=100"


def test_adult_and_child_products_of_their_own_rules_are_offered_together() -> None:
    products = (FareProduct("a", "adult", "adult", "", 200, "JPY"), FareProduct("c", "child", "child", "", 100, "JPY"))
    of = fares("jr a b -> a", "jr a b -> c", products=products, riders=(RiderCategory("adult", "", is_default=True),))
    assert price(of, "8:00 A -keiyo- B 8:10") == "adult[0] adult/=200 child/=100"


def rental(price: Price | None) -> RentalLeg:
    vehicle = (FormFactor.BICYCLE, Propulsion.ELECTRIC_ASSIST, ReturnConstraint.ANY_STATION)
    return RentalLeg(at("7:50"), at("8:00"), NOWHERE, NOWHERE, 900.0, (), "bikes", "Share", *vehicle, price)


def test_rentals_and_taxis_bring_their_price_and_walks_add_nothing() -> None:
    taxi = TaxiLeg(at("8:20"), at("8:30"), NOWHERE, NOWHERE, 2000.0, (), yen(900)[0])
    legs = (rental(yen(160)[0]), *journey("walk 8:00 8:05\n8:05 A -keiyo- B 8:15"), taxi)
    assert printed(price_legs(fares("jr a b -> 200"), legs)) == "Share[0] 160, 200[2] 200, TAXI[3] 900"


def test_rental_of_unknown_price_makes_the_price_unknown() -> None:
    assert price_legs((), (rental(None),)) is None


def test_walk_costs_nothing() -> None:
    assert price_legs((), journey("walk 8:00 8:10")) == ()


def test_demand_bus_is_priced_by_its_network_and_areas() -> None:
    of = fares("jr a b -> 300", "jr - - -> 500")
    assert price(of, "8:00 A ~keiyo~ B 8:20") == "300[0] 300"
    assert price(of, "8:00 A ~keisei~ B 8:20") == "?"


def test_feeds_are_priced_by_their_own_rules() -> None:
    bus = Fares(("bus",), v1=FaresV1((FareAttributes("flat", 220, "JPY", transfers=0),)))
    of = (*fares("jr a b -> 200", "jr b c -> 200", join_rules=JOIN), bus)
    legs = journey("8:00 A -keiyo- B 8:10\n8:15 X -bus- Y 8:20\n8:25 B -keiyo- C 8:30")
    assert price_legs(of, legs) == (
        FarePart("200", (0,), yen(200)),
        FarePart("flat", (1,), yen(220)),
        FarePart("200", (2,), yen(200)),
    )


def test_of_ten_thousand_rules_the_one_between_the_ends_of_joined_legs_counts() -> None:
    names = [f"S{n}" for n in range(100)]
    v2 = FaresV2(
        tuple(LegRule(f"{a}-{b}", network="jr", from_area=a, to_area=b) for a in names for b in names),
        has_priority=True, join_rules=JOIN, networks=JR, areas={name: (name,) for name in names},
        products=tuple(
            FareProduct(f"{a}-{b}", "", "", "", 1000.0 + n, "JPY") for a in names for n, b in enumerate(names)
        ),
    )  # fmt: skip
    of = (Fares(tuple(JR), v2=v2),)
    legs = journey("8:00 S1 -keiyo- S2 8:10\nwalk 8:10 8:12\n8:15 S2 -sobu- S3 8:20\n8:30 S4 -sobu- S5 8:40")
    assert printed(price_legs(of, legs)) == "S1-S3[0, 2] 1003, S4-S5[3] 1005"
