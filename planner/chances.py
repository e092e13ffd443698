"""The chance that every connection of an itinerary is made: the delay of the vehicle one sits in is carried along."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.delays import N_STEPS, ON_ROADS, STEP_S, USUAL, Delays
from planner.model import Itinerary, Leg, Mode, TransitLeg, mode_of


def chance_made(itinerary: Itinerary, delays: Mapping[Mode, Delays] = USUAL) -> float:
    """The chance that every connection of an itinerary is made."""
    rides = vehicles_of(itinerary.legs)
    if not rides:
        return 1.0
    slacks = [spare_s(itinerary.legs, a, b) for a, b in pairwise(rides)]
    late, _ = carried([delays.get(mode_of(itinerary.legs[ride[0]]), ON_ROADS) for ride in rides], slacks)
    return float(late.sum())


def vehicles_of(legs: Sequence[Leg]) -> list[list[int]]:
    """Positions of the rides in scheduled vehicles, those without a change between them together."""
    rides: list[list[int]] = []
    for position, leg in enumerate(legs):
        if isinstance(leg, TransitLeg):
            if leg.stays_seated and rides:
                rides[-1].append(position)
            else:
                rides.append([position])
    return rides


def carried(delays: Sequence[Delays], slacks: Sequence[float]) -> tuple[NDArray[np.float64], list[float]]:
    """Chances of each delay of the last vehicle with all connections made, and of missing each connection first.

    Parameters
    ----------
    slacks : sequence of float
        Seconds to spare at each change if all run on time.
    """
    late, missed = delays[0].share, []
    for delay, slack in zip(delays[1:], slacks, strict=True):
        by = np.append(0.0, np.cumsum(late))
        # The first vehicle may be later than the second by what is to spare.
        bound = np.clip(np.arange(N_STEPS) + int(slack // STEP_S), -1, N_STEPS - 1)
        caught = delay.share * by[bound + 1]
        missed.append(float(late.sum() - caught.sum()))
        late = caught
    return late, missed


def spare_s(legs: Sequence[Leg], before: Sequence[int], after: Sequence[int]) -> float:
    """Seconds between two vehicles less what lies between them."""
    between = sum((leg.end - leg.start).total_seconds() for leg in legs[before[-1] + 1 : after[0]])
    return (legs[after[0]].start - legs[before[-1]].end).total_seconds() - between
