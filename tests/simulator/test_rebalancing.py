"""Tours of trucks against every tour there is, and what they do to ports."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.docks import FleetRules, docks_of
from simulator.rebalancing import UNSERVED_S, Rebalancing, imbalance, tour_seconds, tours

pytest.importorskip("ortools")


def cost(drive_s, surplus, rules, on_board, order):
    """Seconds of a tour and of what it leaves undone; None where it cannot be driven."""
    ports = [p for p, count in enumerate(surplus) if count]
    counts = [max(-rules.places, min(rules.places, surplus[p])) for p in ports]
    seconds = tour_seconds(drive_s, ports, counts, rules)
    load, total, before = on_board, 0, len(ports)
    for node in order:
        total += seconds[before, node]
        load += counts[node]
        if not 0 <= load <= rules.places:
            return None
        before = node
    total += seconds[before, len(ports)]
    if total > rules.hours_s:
        return None
    return total + UNSERVED_S * sum(abs(counts[n]) for n in range(len(ports)) if n not in order)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(-5, 5), min_size=2, max_size=5), st.integers(0, 4))
def test_tours_are_as_good_as_any(seed, surplus, on_board):
    rng = np.random.default_rng(seed)
    places = rng.random((len(surplus), 2)) * 4000
    drive_s = np.linalg.norm(places[:, None] - places[None, :], axis=2) / 5.5
    rules = Rebalancing(trucks=1, places=6)
    nodes = range(sum(1 for count in surplus if count))
    every = [order for k in range(len(nodes) + 1) for order in permutations(nodes, k)]
    best = min(c for order in every if (c := cost(drive_s, surplus, rules, on_board, order)) is not None)
    planned = tours(drive_s, surplus, rules, [on_board])
    if not nodes:
        assert planned == []
        return
    ports = [p for p, count in enumerate(surplus) if count]
    found = cost(drive_s, surplus, rules, on_board, [ports.index(port) for port in planned[0].ports])
    assert found is not None
    assert found == best


def test_ports_beyond_their_limits_are_brought_to_the_goal():
    docks = docks_of([10, 10, 10, 0], [[9, 1, 5, 0]], [FleetRules(1e4, 1e3)], 100)
    assert imbalance(docks, 0, range(4), Rebalancing()) == [4, -4, 0, 0]


def test_the_fullest_battery_is_taken_and_low_ones_are_not():
    docks = docks_of([3], [[3]], [FleetRules(range_m=10_000, low_m=2000, repair_m=5000)], 7)
    first = docks.rentable(0, 0)
    assert first.number == 7
    docks.take(0, first)
    docks.ride(first, 8500.0)
    assert docks.free(0) == 1
    assert docks.leave(0, first)
    assert docks.rentable(0, 0).number == 8
    for number in (8, 9):
        one = next(v for v in docks.standing[0] if v.number == number)
        one.left_m = 1999.0
    assert docks.rentable(0, 0) is None
    one.left_m = 2000.0
    assert docks.rentable(0, 0) is one
    assert docks.swap(0, 0) == 3
    assert docks.rentable(0, 0).left_m == 10_000
    assert not docks.leave(0, first)
    assert docks.count == 3


def test_a_worn_vehicle_waits_for_repair():
    docks = docks_of([1], [[1]], [FleetRules(range_m=10_000, low_m=100, repair_m=5000)], 0)
    docks.ride(docks.standing[0][0], 5000.0)
    assert docks.rentable(0, 0) is None
    docks.swap(0, 0)
    assert docks.rentable(0, 0).worn_m == 0.0
