"""The same ring and the same requests in Kaiteki and in Eclipse SUMO."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feeds.sumo import write_sumo_line
from scenarios.export import sumo_line
from simulator.intervals import interval
from simulator.metrics import journeys
from simulator.run import Setup, run
from tests.peers.sumo_runs import played
from tests.simulator.rings import BUS, flow, ring, trips

LOW_H, HIGH_H = 5.0, 95.0
"""Travellers an hour between every two of the four stops; at the latter three buses of eleven places are full."""

DEMAND_H, WHOLE_H = 1.5, 4.0
PERSON_S = 1.0
"""Boarding or alighting. Longer ones differ: SUMO lets people board and alight by turns, Kaiteki alight first."""

FEW, ALL = 4, 20
WITHIN = 0.03


def setup_of(per_h: float, seed: int) -> Setup:
    """Three buses for the requests of one seed, and time enough to serve them all."""
    found = flow(per_h, DEMAND_H)(np.random.default_rng(seed))
    order = np.argsort(found.time_s)
    rows = zip(
        found.time_s[order].tolist(), found.origin[order].tolist(), found.destination[order].tolist(), strict=True
    )
    kind = replace(BUS, places=11, board_s=PERSON_S, alight_s=PERSON_S)
    setup = ring(fleet=3, until_h=WHOLE_H, kind=kind)
    return replace(setup, sources=(trips(*rows),))


def difference(per_h: float, seed: int, folder: Path) -> float:
    """Mean of wait plus ride over the travellers: SUMO's minus Kaiteki's as a share of Kaiteki's.

    SUMO books boarding when the vehicle departs, so only the sum can be compared, and an alighting when it begins.
    """
    setup = setup_of(per_h, seed)
    events = run(setup, seed)
    ours = journeys(events)
    times_s = ours.alighted_s - PERSON_S - ours.joined_s
    write_sumo_line(sumo_line(setup, events, seed), folder, setup.until_s)
    theirs = played(folder)
    assert sorted(theirs) == sorted(f"traveller{number}" for number in range(len(times_s)))
    assert not np.isnan(times_s).any()
    sumo_s = np.mean([wait + ride for wait, ride in theirs.values()])
    return float(sumo_s / times_s.mean() - 1)


def check(per_h: float, seeds: int, folder: Path) -> None:
    found = interval([difference(per_h, seed, folder / str(seed)) for seed in range(seeds)])
    assert -WITHIN < found.low < found.high < WITHIN, found


@pytest.mark.parametrize("per_h", [LOW_H, HIGH_H])
def test_wait_plus_ride_agree_on_a_few_days(per_h: float, tmp_path: Path) -> None:
    check(per_h, FEW, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("per_h", [LOW_H, HIGH_H])
def test_wait_plus_ride_agree_on_twenty_days(per_h: float, tmp_path: Path) -> None:
    check(per_h, ALL, tmp_path)


def test_at_the_high_load_people_are_left_behind() -> None:
    assert (journeys(run(setup_of(HIGH_H, 0), 0)).left_behind > 0).mean() > 0.3
    assert (journeys(run(setup_of(LOW_H, 0), 0)).left_behind == 0).all()
