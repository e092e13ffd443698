"""Ways in whole seconds: rounded up where the search's own rounding allows, and left out where one walks as soon."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.journeys import ANY_TIME
from planner.timetable import NONE
from planner.whole_seconds import UNWALKED, divided, quickest, undivided, whole

tenths = st.integers(0, 6000).map(lambda tenth: tenth / 10)


@pytest.mark.parametrize(("seconds", "rounded"), [(0.0, 0), (59.5, 60), (60.0, 60), (60.005, 60), (60.02, 61)])
def test_who_is_a_hundredth_late_is_in_time(seconds: float, rounded: int) -> None:
    assert whole(np.float32(seconds)) == rounded


@given(st.lists(st.tuples(st.one_of(tenths, st.just(math.inf)), st.one_of(st.integers(0, 600), st.just(UNWALKED)))))
def test_ways_of_one_part_that_are_sooner_than_the_walk(targets: list[tuple[float, int]]) -> None:
    seconds = np.array([ride for ride, _ in targets], np.float32)
    walked = np.array([walk for _, walk in targets], np.int32)
    (stop, took, opens, closes), parts, pickup, dropoff = undivided(seconds, 1, walked)
    sooner = [
        (t, math.ceil(ride)) for t, (ride, walk) in enumerate(targets) if ride < math.inf and math.ceil(ride) < walk
    ]
    assert list(zip(stop.tolist(), took.tolist(), strict=True)) == sooner
    assert parts.tolist() == [[0, ride, 0] for _, ride in sooner]
    assert {*pickup.tolist(), *dropoff.tolist()} <= {NONE}
    assert {*zip(opens.tolist(), closes.tolist(), strict=True)} <= {ANY_TIME}


@pytest.mark.parametrize("is_backward", [False, True])
def test_a_way_of_three_parts_is_told_in_order_of_travel(is_backward: bool) -> None:
    begun = np.array([7, 8], np.int32), np.array([10.5, 20.2], np.float32)
    rides = np.array([3, 4], np.int32), np.array([100.0, 130.3], np.float32), np.array([0, 1], np.int32)
    ridden = np.array([161.0, np.inf, 150.0, 140.0], np.float32), np.array([1, -1, 0, 1], np.int32)
    walked = np.array([162, UNWALKED, 150, UNWALKED], np.int32)
    (stop, took, *_), parts, pickup, dropoff = divided(ridden, rides, begun, walked, is_backward)
    assert stop.tolist() == [0, 3]  # whom the walk brings to 2 as soon does not ride
    assert took.tolist() == [161, 140] == parts.sum(axis=1).tolist()
    order = slice(None, None, -1 if is_backward else 1)
    assert parts.tolist() == [[21, 110, 30][order], [21, 110, 9][order]]
    assert [pickup.tolist(), dropoff.tolist()][order] == [[8, 8], [4, 4]]


def test_of_two_streets_beside_an_end_the_first_that_is_as_soon_counts() -> None:
    assert quickest(np.array([60.3, 60.1], np.float32)) == 0
    assert quickest(np.array([61.3, 60.1], np.float32)) == 1
    assert quickest(np.array([np.inf, 60.1], np.float32)) == 1
