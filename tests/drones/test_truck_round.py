"""A truck's round with a drone beside all rounds there are, by dynamic programming over sets of stops."""

from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.schedule_problem import ScheduleError
from drones.truck_round import DEPOT, best_split, lower_bound_s, round_with_drone


def made(seed: int, stops: int, ratio: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Stops in a square; the drone flies straight, `ratio` times as fast, slower with a parcel."""
    places = np.random.default_rng(seed).uniform(0, 1000, (stops + 1, 2))
    away = places[:, np.newaxis] - places
    flown = np.hypot(away[..., 0], away[..., 1]) / 10 / ratio
    return np.abs(away).sum(axis=2) / 10, np.stack([1.2 * flown, flown])


HOME = -1
"""The depot at the end of the round."""

Stops = frozenset[int]
Parts = dict[tuple[Stops, int, int], float]


def least_s(truck_s: np.ndarray, drone_s: np.ndarray) -> float:
    """The optimum by the three passes of Bouman, Agatz and Schmidt 2018 (doi:10.1002/net.21864)."""
    whole = frozenset(range(1, len(truck_s)))
    parts = stretches(drives(truck_s), drone_s)
    best = {(Stops(), DEPOT): 0.0}

    def least(chosen: Stops, end: int) -> float:
        ends = [(new, v, s) for (new, v, w), s in parts.items() if w == end and new <= chosen and (new or w == HOME)]
        return min((best.get((chosen - new, v), np.inf) + s for new, v, s in ends), default=np.inf)

    for size in range(1, len(whole) + 1):
        for chosen in map(frozenset, combinations(whole, size)):
            for w in (DEPOT, *chosen):
                best[chosen, w] = least(chosen, w)
    return least(whole, HOME)


def drives(truck_s: np.ndarray) -> Parts:
    """First pass: seconds of the truck from v through a set of stops to w."""
    stops = range(1, len(truck_s))
    found: Parts = {(Stops(), v, v): 0.0 for v in range(len(truck_s))}
    for size in range(1, len(truck_s)):
        for chosen in map(frozenset, combinations(stops, size)):
            for v, w in product(range(len(truck_s)), chosen):
                rest = chosen - {w}
                if v not in chosen:
                    found[chosen, v, w] = min(found[rest, v, u] + truck_s[u, w] for u in rest or {v})
    for (chosen, v, w), seconds in list(found.items()):
        home = seconds + truck_s[w, DEPOT]
        found[chosen, v, HOME] = min(found.get((chosen, v, HOME), np.inf), home)
    return found


def stretches(driven: Parts, drone_s: np.ndarray) -> Parts:
    """Second pass: seconds from one meeting to the next, with a stop for the drone or without."""
    found = dict(driven)
    for (chosen, v, w), seconds in driven.items():
        for d in set(range(1, drone_s.shape[1])) - chosen - {v}:
            flown = drone_s[0, v, d] + drone_s[1, d, max(w, DEPOT)]
            key = chosen | {d}, v, w
            found[key] = min(found.get(key, np.inf), max(seconds, flown))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_small_rounds_are_the_best_there_are(seed):
    truck_s, drone_s = made(seed, 5)
    found = round_with_drone(truck_s, drone_s, np.random.default_rng(seed))
    assert found.seconds == pytest.approx(least_s(truck_s, drone_s))
    assert found.bound_s <= found.seconds + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 4.0))
def test_no_bound_is_above_the_optimum_and_no_round_below_it(seed, ratio):
    truck_s, drone_s = made(seed, 4, ratio)
    optimum = least_s(truck_s, drone_s)
    assert lower_bound_s(truck_s, drone_s, optimum) <= optimum + 1e-9
    assert round_with_drone(truck_s, drone_s, np.random.default_rng(1), rounds=20).seconds >= optimum - 1e-9


def test_the_split_of_an_order_is_the_best_of_all_splits():
    truck_s, drone_s = made(7, 6)
    order = [0, 3, 1, 5, 2, 6, 4, 0]

    def splits(done: int, at: int) -> float:
        if done == len(order) - 1:
            return 0.0
        here, found = order[at], []
        if done + 2 < len(order):
            out = order[done + 1]
            found.append(drone_s[0, here, out] + drone_s[1, out, here] + splits(done + 1, at))
        for end in range(done + 1, len(order)):
            for served in [None, *range(done + 1, end)]:
                way = [here, *(order[k] for k in range(done + 1, end + 1) if k != served)]
                driven = sum(truck_s[a, b] for a, b in pairwise(way))
                if served is not None:
                    driven = max(driven, drone_s[0, here, order[served]] + drone_s[1, order[served], order[end]])
                found.append(driven + splits(end, end))
        return min(found)

    assert best_split(order, truck_s, drone_s)[0] == pytest.approx(splits(0, 0))


def test_every_stop_is_served_once_and_the_times_add_up():
    truck_s, drone_s = made(3, 30)
    found = round_with_drone(truck_s, drone_s, np.random.default_rng(0), rounds=600)
    served = [stop for one in found.stretches for stop in (*one.truck[1:], one.drone) if stop]
    assert sorted(served) == list(range(1, 31))
    assert sum(one.seconds for one in found.stretches) == pytest.approx(found.seconds)
    assert 0.3 * found.seconds < found.bound_s < found.seconds
    for before, after in pairwise(found.stretches):
        assert before.truck[-1] == after.truck[0]


def test_without_a_drone_the_bound_is_held_and_karps():
    truck_s, drone_s = made(5, 7)
    none = np.full_like(drone_s, np.inf)
    tour = min(
        sum(truck_s[a, b] for a, b in zip((0, *order), (*order, 0), strict=True)) for order in permutations(range(1, 8))
    )
    found = round_with_drone(truck_s, none, np.random.default_rng(0))
    assert found.seconds == pytest.approx(tour)
    assert 0.95 * tour <= found.bound_s <= tour + 1e-9
    assert all(one.drone is None for one in found.stretches)


def test_times_that_cannot_be_are_refused():
    truck_s, drone_s = made(1, 3)
    with pytest.raises(ScheduleError, match="one way than back"):
        round_with_drone(truck_s + np.triu(np.ones_like(truck_s)), drone_s, np.random.default_rng(0))
    with pytest.raises(ScheduleError, match="less than no time"):
        round_with_drone(-truck_s - 1, drone_s, np.random.default_rng(0))
    with pytest.raises(ScheduleError, match="shapes"):
        round_with_drone(truck_s, drone_s[:, :2, :2], np.random.default_rng(0))
