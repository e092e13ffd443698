"""States of who holds passes end at the price of the whole journey, whatever rides it is put together from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fare_states import NOTHING_PAID
from planner.fares_passes import RidePass, price_with_passes
from planner.pass_states import PassStates
from tests.planner.fare_journeys import journey
from tests.planner.test_fares_passes import LINE, Bands, between, ride, tariff


def added_up(rides: list[str], passes: tuple[RidePass, ...], bands: Bands) -> float | None:
    states = PassStates(tariff(bands), passes, "adult")
    state, paid = NOTHING_PAID, 0.0
    for name in rides:
        state, added = states.after(state, name, lambda name=name: journey(ride(name)))
        paid += added
    due = states.due(state)
    return None if due is None else paid + due


def worked_out(rides: list[str], passes: tuple[RidePass, ...], bands: Bands) -> float | None:
    parts = price_with_passes(tariff(bands), journey("\n".join(map(ride, rides))), passes, "adult")
    return None if parts is None else sum(part.prices[0].amount for part in parts)


@pytest.mark.parametrize(
    ("bands", "price"),
    [
        # Paid up to B and from D on, or all of it; not by the pass to C alone, though C to E costs next to nothing.
        ((100, 50, 300, 400, 500), 200),
        ((100, 50, 300, 150, 500), 150),
    ],
)
def test_a_covered_run_over_a_change_is_used_as_a_whole_or_not(bands: Bands, price: float) -> None:
    rides, passes = ["ABC", "CDE"], (between("BCD"),)
    assert added_up(rides, passes, bands) == worked_out(rides, passes, bands) == price


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda ends: ends[0] != ends[1]), max_size=4),
    st.lists(st.sets(st.sampled_from(LINE), min_size=2).map(lambda stations: "".join(sorted(stations))), max_size=2),
    st.lists(st.integers(1, 9).map(lambda tens: 10 * tens), min_size=5, max_size=5),
)
def test_rides_one_by_one_cost_what_the_journey_costs(
    ends: list[tuple[int, int]], stations: list[str], bands: Bands
) -> None:
    rides = [LINE[a : b + 1] if a < b else LINE[b : a + 1][::-1] for a, b in ends]
    passes = tuple(map(between, stations))
    if rides:
        assert added_up(rides, passes, bands) == worked_out(rides, passes, bands)
