"""Queues with one server against the formulas of Pollaczek and Khinchine."""

from collections.abc import Iterator

import numpy as np
import pytest
import simpy

from simulator.processes import gate

CUSTOMERS = 40_000
SERVICE_S = 1.0


def times_in_system(load: float, service_s: Iterator[float]) -> np.ndarray:
    env = simpy.Environment()
    people, stays = simpy.Store(env), []
    gaps = np.random.default_rng(1).exponential(SERVICE_S / load, CUSTOMERS)

    def pass_through() -> Iterator[simpy.Event]:
        begun, passed = env.now, env.event()
        people.put(passed)
        yield passed
        stays.append(env.now - begun)

    def arrive() -> Iterator[simpy.Event]:
        for gap in gaps.tolist():
            yield env.timeout(gap)
            env.process(pass_through())

    env.process(gate(env, people, service_s))
    env.process(arrive())
    env.run()
    return np.array(stays[CUSTOMERS // 10 :])


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_m_m_1(load: float) -> None:
    rng = np.random.default_rng(2)
    stays = times_in_system(load, iter(rng.exponential(SERVICE_S, CUSTOMERS).tolist()))
    assert stays.mean() == pytest.approx(SERVICE_S / (1 - load), rel=0.06)
    assert np.mean(stays > 3) == pytest.approx(np.exp(-3 * (1 - load)), abs=0.02)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_m_d_1(load: float) -> None:
    stays = times_in_system(load, iter([SERVICE_S] * CUSTOMERS))
    assert stays.mean() == pytest.approx(SERVICE_S * (1 + load / 2 / (1 - load)), rel=0.04)
