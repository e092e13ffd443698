"""Fare states forget nothing that a price depends on: along any rides their sums are the prices of the whole."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from planner.fare_states import NOTHING_PAID, FareStates, currency_of
from planner.fares import Fares, price_legs
from planner.fares_transfers import TransferRule
from planner.fares_v1 import FareAttributes, FareRule, FaresV1
from planner.fares_v2 import FareProduct, FaresV2, LegRule
from planner.model import Itinerary, TransitLeg
from tests.planner.fare_journeys import at, journey
from tests.planner.fare_questions import LINES, STOPS, tariffs


def random_rides(dice: Random) -> list[TransitLeg]:
    """One to five rides, each from where the one before ended or from next to it."""
    rides: list[TransitLeg] = []
    now, here = at("8:00"), dice.choice(STOPS[:3])
    for _ in range(dice.randint(1, 5)):
        there = dice.choice([stop for stop in STOPS if stop != here])
        between = "/" + dice.choice(STOPS) if dice.random() < 0.3 else ""
        (ride,) = journey(f"8:00 {here} -{dice.choice(LINES)}{between}- {there} 8:05")
        assert isinstance(ride, TransitLeg)
        start = now + timedelta(minutes=dice.choice([0, 1, 3]))
        now = start + timedelta(minutes=dice.choice([2, 2, 5]))
        rides.append(replace(ride, start=start, end=now))
        here = there if dice.random() < 0.8 else dice.choice(STOPS)
    return rides


@pytest.mark.parametrize("seed", range(50))
def test_sums_along_states_are_the_prices_of_the_whole(seed: int) -> None:
    dice = Random(seed)
    fares, rider = tariffs(dice), dice.choice(["", "", "child", "adult"])
    states = FareStates(fares, rider)
    for number in range(120):
        state, paid, rides = NOTHING_PAID, 0.0, random_rides(dice)
        for part, ride in enumerate(rides):
            state, added = states.after(state, (number, part), lambda ride=ride: [ride])  # type: ignore[misc]
            paid += added
        due, price = states.due(state), Itinerary(tuple(rides), 0, price_legs(fares, rides, rider), 0.0, 0.0).price()
        assert (None if due is None else paid + due) == (None if price is None else pytest.approx(price.amount))


def test_rides_that_no_fare_tells_apart_lead_to_one_state() -> None:
    flat = Fares(("r0", "r1"), v1=FaresV1((FareAttributes("flat", 200.0, "JPY", 0, None),)))
    states = FareStates((flat,))
    ends = {
        states.after(NOTHING_PAID, name, lambda line=line: journey(f"8:00 {line} 8:05"))  # type: ignore[misc, return-value]
        for name, line in enumerate(["A -r0- B", "C -r1- B", "C -r0- D"])
    }
    assert len(ends) == 1


def test_amounts_in_another_currency_than_the_first_are_unknown() -> None:
    yen = Fares(("r0",), v1=FaresV1((FareAttributes("f", 200.0, "JPY"),), (FareRule("f"),)))
    euro = Fares(("r1",), v1=FaresV1((FareAttributes("f", 2.0, "EUR"),), (FareRule("f"),)))
    states = FareStates((yen, euro))
    assert currency_of((yen, euro)) == "JPY"
    state, _ = states.after(NOTHING_PAID, "r1", lambda: journey("8:00 A -r1- B 8:05"))  # type: ignore[arg-type, return-value]
    assert states.due(state) is None


BUS, TRAM = FareProduct("bus", "", "", "", 200, "JPY"), FareProduct("tram", "", "", "", 200, "JPY")
BOTH, CHANGE = FareProduct("both", "", "", "", 300, "JPY"), FareProduct("change", "", "", "", 0, "JPY")


def ruled(*rules: TransferRule) -> Fares:
    legs = (LegRule("bus", "bus", network="bus"), LegRule("tram", "tram", network="tram"))
    products, networks = (BUS, TRAM, BOTH, CHANGE), {"bus": "bus", "tram": "tram"}
    return Fares(("bus", "tram"), v2=FaresV2(legs, transfer_rules=rules, products=products, networks=networks))


@pytest.mark.parametrize(
    ("fares", "histories", "amounts"),
    [
        # Two changes are free: who made one has one left, who made two none.
        (ruled(TransferRule("bus", "bus", 0, "", 2)), ["bus bus", "bus bus bus"], [200.0, 400.0]),
        # One price for both legs, but only for the second where the first was reached at a discount.
        (
            ruled(TransferRule("bus", "tram", 0, "change"), TransferRule("tram", "bus", 2, "both")),
            ["tram", "bus tram"],
            [300.0, 500.0],
        ),
        # One fare allows one change.
        (
            Fares(("bus",), v1=FaresV1((FareAttributes("f", 200.0, "JPY", 0, 1),), (FareRule("f"),))),
            ["bus", "bus bus"],
            [200.0, 400.0],
        ),
    ],
)
def test_what_the_next_bus_costs_depends_on_the_changes_before(
    fares: Fares, histories: list[str], amounts: list[float]
) -> None:
    states, totals = FareStates((fares,)), []
    for history in histories:
        state, paid = NOTHING_PAID, 0.0
        for line in [*history.split(), "bus"]:
            state, added = states.after(state, line, lambda line=line: journey(f"8:00 A -{line}- B 8:05"))  # type: ignore[misc, return-value]
            paid += added
        due = states.due(state)
        assert due is not None
        totals.append(paid + due)
    assert totals == amounts
