"""Pairs of first and last ways that are left out have no journey quick enough, by tables and by sweeps alike."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from benchmarks.random_requests import requests
from planner.bounds import no_bounds
from planner.floors import Floors
from planner.footpaths import AS_THEY_ARE
from planner.journey_search import Approach
from planner.journeys import Options
from planner.labels import Leaving
from planner.network import Network
from planner.raptor import search_within
from planner.request import StreetMode

DAY = datetime(2026, 11, 25)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("has_tables", [False, True])
def test_what_is_left_out_has_no_journey_quick_enough(makuhari: Network, backwards: bool, has_tables: bool) -> None:
    rng = np.random.default_rng(7)
    request = requests(makuhari, DAY, 1, frozenset(StreetMode))[0]
    transit = makuhari.transit(DAY.date(), request.transit_modes, False, AS_THEY_ARE, backwards)
    if not has_tables:
        transit = replace(transit, bounds=no_bounds(transit.day.n_stops))
    floors, whole = Floors(transit), int(timedelta(days=1).total_seconds())
    ways = [_ways(rng, len(makuhari.snapshot.timetable.stops)) for _ in range(6)]
    left_out = kept = 0
    for _ in range(60):
        sides = [ways[row] for row in rng.choice(len(ways), 2, replace=False)]
        longest = int(rng.integers(300, 3600))
        found = search_within(transit, tuple(side.options for side in sides), Leaving(0, whole, longest), 8)
        if floors.possible([(*sides, longest)]):
            kept += len(found) > 0
        else:
            assert not len(found)
            left_out += 1
    assert left_out > 3
    assert kept > 3


def test_who_may_take_any_time_is_always_looked_for(makuhari: Network) -> None:
    transit = makuhari.transit(DAY.date(), frozenset(), False, AS_THEY_ARE, False)
    nowhere = _ways(np.random.default_rng(1), 2)
    assert Floors(transit).possible([(nowhere, nowhere, 2**30)])
    assert not Floors(transit).possible([(nowhere, nowhere, 2**30 - 1)])


def _ways(rng: np.random.Generator, n_stops: int) -> Approach:
    stops = rng.choice(n_stops, 2, replace=False)
    options = Options.of(stops, rng.integers(0, 600, 2))
    return Approach(StreetMode.WALK, (), options, options.seconds)
