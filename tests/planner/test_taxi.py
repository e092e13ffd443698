"""The meter of a taxi."""

from dataclasses import replace

import pytest

from planner.geo import great_circle_m
from planner.taxi import CHIBA_TAXI, TaxiMeter, taxi_price
from tests.planner.fare_journeys import at

METER = TaxiMeter(flag_fall_m=1000, flag_fall_yen=500, unit_m=200, unit_yen=100)
NOON = at("12:00")


@pytest.mark.parametrize(
    ("metres", "yen"), [(0, 500), (1000, 500), (1001, 600), (1200, 600), (1201, 700), (3000, 1500)]
)
def test_every_further_distance_begun_costs_a_unit(metres: float, yen: float) -> None:
    assert taxi_price(METER, metres, NOON).amount == yen


@pytest.mark.parametrize(("clock", "is_night"), [("21:59", False), ("22:00", True), ("28:59", True), ("29:00", False)])
def test_at_night_the_meter_counts_a_fifth_more_metres(clock: str, is_night: bool) -> None:
    assert taxi_price(METER, 5000, at(clock)).amount == (3000 if is_night else 2500)


def test_call_costs_extra() -> None:
    assert taxi_price(replace(METER, call_yen=400), 1000, NOON).amount == 900


@pytest.mark.parametrize("call_yen", [0.0, CHIBA_TAXI.call_yen])
def test_makuharihongo_to_messe_costs_about_1700_yen(call_yen: float) -> None:
    station, messe = (35.67297, 140.04174), (35.64833, 140.03472)
    metres = 1.3 * float(great_circle_m(*station, *messe))
    price = taxi_price(replace(CHIBA_TAXI, call_yen=call_yen), metres, NOON)
    assert price.amount == pytest.approx(1700, rel=0.2)
    assert price.currency == "JPY"
