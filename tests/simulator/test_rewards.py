"""Riders who are paid to leave shared vehicles where they are wanted: what is worth the way, and what comes of it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.network import Network
from simulator.alternatives import NEAR_PORT_S, NEAR_PORTS, Asker, Choices
from simulator.chains import Means
from simulator.city import CitySetup, begun, facts_of, run_city
from simulator.city_metrics import city_metrics
from simulator.events import Kind
from tests.simulator.towns import H, makuhari_day

BELOW = 0.3


def with_reward(setup: CitySetup, yen: float) -> CitySetup:
    rules = replace(setup.supply.rebalancing, reward_yen=yen, low=BELOW)
    return replace(setup, supply=replace(setup.supply, rebalancing=rules))


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    return makuhari_day(makuhari, 0)


def best_pair(choices: Choices, asker: Asker, rental: int, detour_s: float) -> tuple[int, int] | None:
    """Every pair of near ports, one by one."""
    town, docks = choices.town, choices.docks
    walk, ride = town.on_foot(False).seconds, town.rides[rental].seconds
    kind, base = town.network.rentals[rental], town.first_port

    def near(point: int) -> list[int]:
        own = {*kind.pickup.tolist(), *kind.dropoff.tolist()}
        return sorted(
            (p for p in own if walk[point, base + p] <= NEAR_PORT_S), key=lambda p: (walk[point, base + p], p)
        )[:NEAR_PORTS]

    found = []
    for port, goal in product(near(asker.origin), near(asker.destination)):
        if port == goal or docks.rentable(port, rental) is None or docks.free(goal) <= 0 or goal not in kind.dropoff:
            continue
        on_foot = (walk[asker.origin, base + port] + walk[base + goal, asker.destination]) * asker.slower
        is_starving = len(docks.standing[goal]) < BELOW * docks.capacity[goal]
        found.append((float(on_foot + ride[port, goal]) - detour_s * is_starving, port, goal))
    found = [one for one in found if np.isfinite(one[0])]
    return min(found)[1:] if found else None


@pytest.mark.parametrize("yen", [0.0, 30.0, 200.0])
def test_the_ports_taken_are_the_best_of_all_pairs(setup, yen):
    city = begun(with_reward(setup, yen), 1, 0)
    choices, rng, told = city.choices, np.random.default_rng(4), 0
    # 0.04 a minute of riding against 0.001 a yen: a yen is worth 1.5 s.
    detour_s = 1.5 * yen
    for row in range(len(choices.docks.standing)):
        if rng.random() < 0.5:
            del choices.docks.standing[row][: int(rng.integers(0, 8))]
    for origin, goal in product(range(7), range(7)):
        asker = Asker(origin, goal, 8 * H, 1.25, False, False)
        for one in choices.of(asker) if origin != goal else []:
            if one.means is Means.SHARED_BICYCLE:
                rent = one.stages[1]
                pair = best_pair(choices, asker, rent.rental, detour_s)
                base = choices.town.first_port
                assert (rent.origin - base, rent.to - base) == pair
                fare = choices.prices.rental(rent.rental, rent.seconds, rent.metres)
                assert one.alternative.price_yen == fare - rent.reward_yen
                assert rent.reward_yen == (yen if choices.docks.is_starving(rent.to - base, BELOW) else 0.0)
                told += rent.reward_yen > 0
    assert (told > 3) == (yen > 0)


def test_rewards_are_paid_where_they_were_promised_and_fill_empty_ports(setup, makuhari):
    busy = replace(makuhari_day(makuhari, 500), preferences=replace(setup.preferences, constants={
        Means.SHARED_BICYCLE: 2.0
    }))  # fmt: skip
    alone = replace(busy, supply=replace(busy.supply, rebalancing=replace(busy.supply.rebalancing, trucks=0)))
    found = {}
    for yen in (0.0, 150.0):
        one = with_reward(alone, yen)
        events = run_city(one, 2)
        found[yen] = city_metrics(events, facts_of(one), 0.0, one.until_s)
        rewarded, locked = events.of(Kind.REWARDED), events.of(Kind.LOCKED)
        assert set(events.yen[rewarded].tolist()) <= {yen}
        ends = set(zip(events.traveller[locked].tolist(), events.position[locked].tolist(), strict=True))
        assert set(zip(events.traveller[rewarded].tolist(), events.position[rewarded].tolist(), strict=True)) <= ends
        assert found[yen]["rewarded"] * yen == found[yen]["reward_yen"]
    assert found[0.0]["rewarded"] == 0 < found[150.0]["rewarded"]
    assert found[150.0]["ports_empty_share"] < found[0.0]["ports_empty_share"]
