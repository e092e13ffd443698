"""How late vehicles run: distributions of delays, observed or assumed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.model import Mode

STEP_S = 10
"""Delays are told apart by so many seconds."""

LONGEST_S = 3600
"""A longer delay counts as one of an hour."""

N_STEPS = LONGEST_S // STEP_S + 1


@dataclass(frozen=True, slots=True, eq=False)
class Delays:
    """A distribution of delays: `share` of rides late by 0, `STEP_S`, 2 · `STEP_S`, … seconds; they sum to 1."""

    share: NDArray[np.float64]

    @classmethod
    def of(cls, seconds: ArrayLike) -> "Delays":
        """Delays that were observed, by a feed's history or in a simulation; early counts as on time.

        Raises
        ------
        ValueError
            If there is none.
        """
        late = np.asarray(seconds, np.float64)
        if not len(late):
            raise ValueError("no delay was observed: a distribution needs at least one")
        steps = np.ceil(np.clip(late, 0, LONGEST_S) / STEP_S).astype(np.int64)
        return cls(np.bincount(steps, minlength=N_STEPS) / len(late))

    @classmethod
    def stated(cls, on_time: float, mean_s: float) -> "Delays":
        """A share of rides on time, the others late by an exponential distribution of mean `mean_s` seconds."""
        beyond = (1 - on_time) * np.exp(-STEP_S * np.arange(N_STEPS) / mean_s)
        share = np.append(beyond[:-1] - beyond[1:], beyond[-1])
        return cls(np.append(on_time, [*share[:-2].tolist(), share[-2:].sum()]))


ON_RAILS, ON_ROADS = Delays.stated(0.8, 120.0), Delays.stated(0.5, 180.0)
RAILS = Mode.RAIL, Mode.SUBWAY, Mode.MONORAIL, Mode.FUNICULAR, Mode.CABLE_CAR
USUAL: Mapping[Mode, Delays] = dict.fromkeys(RAILS, ON_RAILS)
"""Assumptions of ours, to be replaced by observed delays; every mode not named runs as on roads."""
