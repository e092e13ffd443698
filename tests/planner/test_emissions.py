"""Grams of CO2 of a person's journey."""

from dataclasses import replace

import pytest

from planner.emissions import ELECTRIC_MINIBUS_G_KM, EmissionFactors, co2_g
from planner.model import Leg, Mode, RentalLeg, TaxiLeg
from planner.sharing import FormFactor, Propulsion, ReturnConstraint
from tests.planner.fare_journeys import NOWHERE, at, journey

BUS, FLEX, WALK = journey("8:00 A -r- B 8:10\n8:00 A ~demand~ B 8:10\nwalk 8:00 8:10")
TIMES = (at("8:00"), at("8:10"), NOWHERE, NOWHERE)


def rental(form: FormFactor, propulsion: Propulsion) -> RentalLeg:
    return RentalLeg(*TIMES, 1000.0, (), "", "", form, propulsion, ReturnConstraint.NONE, None)


@pytest.mark.parametrize(
    ("leg", "grams"),
    [
        (WALK, 0),
        (replace(WALK, mode=Mode.BIKE), 0),
        (BUS, 71),
        (replace(BUS, mode=Mode.COACH), 71),
        (replace(BUS, mode=Mode.RAIL), 20),
        (replace(BUS, mode=Mode.MONORAIL), 20),
        (replace(BUS, mode=Mode.AIRPLANE), 101),
        (FLEX, 100),
        (TaxiLeg(*TIMES, 1000.0, (), None), 128),
        (rental(FormFactor.BICYCLE, Propulsion.HUMAN), 0),
        (rental(FormFactor.BICYCLE, Propulsion.ELECTRIC_ASSIST), 4.3),
        (rental(FormFactor.SCOOTER_STANDING, Propulsion.ELECTRIC), 8.6),
        (rental(FormFactor.CAR, Propulsion.COMBUSTION), 128),
        (rental(FormFactor.MOPED, Propulsion.COMBUSTION), 128),
    ],
)
def test_kilometre_causes_its_factor(leg: Leg, grams: float) -> None:
    assert co2_g([leg]) == pytest.approx(grams)


def test_legs_add_up_by_distance() -> None:
    assert co2_g([WALK, replace(BUS, distance_m=2500.0), replace(BUS, mode=Mode.RAIL)]) == pytest.approx(197.5)


def test_route_may_have_a_factor_of_its_own() -> None:
    assert co2_g([BUS], EmissionFactors(routes={"r": ELECTRIC_MINIBUS_G_KM})) == pytest.approx(43)


def test_staying_home_causes_nothing() -> None:
    assert co2_g([]) == 0
