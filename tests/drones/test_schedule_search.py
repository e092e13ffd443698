"""Compiled placing against the same rules in plain Python, and a search that never makes a schedule worse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.schedule_greedy import first_schedule, total_cost
from drones.schedule_kernels import NOWHERE, earliest, next_fit, rent, take
from drones.schedule_prices import prices_of
from drones.schedule_prices import rent as rent_of
from drones.schedule_problem import Priority, groups_of, options_of
from drones.schedule_search import Effort, ruin_and_recreate, tables_of
from drones.schedule_use import Occupation, Occupations, capacities, uses_of
from tests.drones.fleet_days import five_minutes, fleet_day, parcel

taken = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 25)), max_size=8)


@settings(deadline=None)
@given(st.integers(1, 3), taken, st.integers(0, 70), st.integers(0, 20))
def test_the_earliest_room_is_that_of_the_step_function(capacity, uses, start, length):
    row, steps = np.zeros(200, dtype=np.int16), Occupation(capacity)
    for begin, size in uses:
        row[begin : begin + size] += 1
        steps.change(begin, begin + size, 1)
    assert next_fit(row, capacity, start, length) == steps.next_fit(start, length)


def test_where_there_is_no_room_the_end_of_the_row_is_told():
    assert next_fit(np.ones(50, dtype=np.int16), 1, 10, 5) == 50


def made_day(count: int, seed: int):
    """More parcels than two drones can fly, some to a pad, some in two legs."""
    rng = np.random.default_rng(seed)
    opens = rng.integers(0, 60, count)
    parcels = [
        parcel(
            f"p{k}", int(at), int(at) + 15, int(at) + 45, pad="drop" if k % 3 == 0 else "",
            priority=list(Priority)[k % 3], after=f"p{k - 1}" if k % 5 == 4 else "",
        )
        for k, at in enumerate(opens)
    ]  # fmt: skip
    day = fleet_day(*parcels, drones=2, batteries=2)
    groups = groups_of(day)
    return day, groups, options_of(day, groups, five_minutes)[0]


def no_prices(day, groups):
    things = tuple(capacities(day, groups))
    return prices_of(things, np.zeros((len(things), 1000)), 60)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 14), st.integers(0, 99))
def test_a_flight_is_placed_where_the_plain_rules_place_it(count, seed):
    day, groups, options = made_day(count, seed)
    tables = tables_of(day, groups, options, no_prices(day, groups))
    levels = np.zeros((len(tables.capacity), 200_000), dtype=np.int16)
    occupations, number = Occupations(day, groups), 0
    for index, found in enumerate(options):
        for k, option in enumerate(found):
            placed, times = occupations.earliest(option, 0), earliest(tables, levels, index, number, 0)
            plain = (placed.departure_s, placed.swap_s, placed.charge_s) if placed else (NOWHERE,) * 3
            assert times == plain
            if placed and k == seed % len(found):
                occupations.take(placed)
                take(tables, levels, number, times, 1)
            number += 1


def test_the_rent_of_a_flight_is_that_of_its_uses():
    day, groups, options = made_day(6, 1)
    things, rng = tuple(capacities(day, groups)), np.random.default_rng(5)
    prices = prices_of(things, rng.random((len(things), 3000)), 60)
    # Crews and chargers have no prices in the bound.
    priced = np.array(prices.per_s)
    for row, thing in enumerate(things):
        if thing.kind in {"CREW", "CHARGER"}:
            priced[row] = 0.0
    prices = prices_of(things, priced, 60)
    tables, occupations = tables_of(day, groups, options, prices), Occupations(day, groups)
    for index in (0, 1):
        placed = occupations.earliest(options[index][0], 0)
        times = placed.departure_s, placed.swap_s, placed.charge_s
        found = rent(tables, index, int(tables.of_parcel[index]), times)
        assert found == pytest.approx(rent_of(prices, uses_of(day, groups, placed)))


@pytest.mark.parametrize("seed", range(4))
def test_the_search_ends_with_no_more_points_and_within_all_limits(seed):
    day, groups, options = made_day(20, seed)
    flights = first_schedule(day, groups, options)
    effort, rng = Effort(400, 1e9), np.random.default_rng(seed)
    found = ruin_and_recreate(day, groups, options, flights, no_prices(day, groups), rng, effort)
    assert total_cost(day, found) <= total_cost(day, flights)
    again = ruin_and_recreate(
        day, groups, options, flights, no_prices(day, groups), np.random.default_rng(seed), effort
    )
    assert again == found
    assert len({placed.option.parcel for placed in found}) == len(found)
    used: dict = {}
    for placed in found:
        for use in uses_of(day, groups, placed):
            used.setdefault(use.thing, np.zeros(200_000, dtype=int))[use.start_s : use.end_s] += 1
    assert all(used[thing].max() <= count for thing, count in capacities(day, groups).items() if thing in used)
    flown = {day.parcels[placed.option.parcel].id: placed for placed in found}
    for second in (one for one in day.parcels if one.after):
        assert (second.id in flown) == (second.after in flown)
        if second.id in flown:
            first = flown[second.after]
            assert flown[second.id].departure_s >= first.departure_s + first.option.out_s + 60


def test_from_an_empty_schedule_the_search_finds_one():
    day, groups, options = made_day(2, 0)
    effort, rng = Effort(300, 1e9), np.random.default_rng(0)
    found = ruin_and_recreate(day, groups, options, [], no_prices(day, groups), rng, effort)
    assert len(found) == 2
    assert ruin_and_recreate(day, groups, [(), ()], [], no_prices(day, groups), rng, effort) == []
