"""A synthetic population on the move: tours from home to a place and back, by purpose."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.demand import Trips

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tours:
    """Persons who go from home to a place, stay, and go home: each is two trips.

    Attributes
    ----------
    persons : int
        Tours of the day.
    homes, places : array of float
        Weights by site of where they begin and where they go.
    out_s, spread_s : float
        When they set out: normal, mean and standard deviation.
    stay_s, shape : float
        How long they stay: gamma, mean and shape; larger shapes vary less.
    """

    persons: int
    homes: Floats
    places: Floats
    out_s: float
    spread_s: float
    stay_s: float
    shape: float

    def __call__(self, rng: np.random.Generator) -> Trips:
        home, place = (_drawn(weights, rng.random(self.persons)) for weights in (self.homes, self.places))
        out = np.maximum(rng.normal(self.out_s, self.spread_s, self.persons), 0.0)
        back = out + rng.gamma(self.shape, self.stay_s / self.shape, self.persons)
        return Trips(np.concatenate([out, back]), np.concatenate([home, place]), np.concatenate([place, home]))


def _drawn(weights: Floats, luck: Floats) -> NDArray[np.int64]:
    """Row by row the site whose share of the weights holds the draw."""
    limits = np.cumsum(weights) / weights.sum()
    return np.searchsorted(limits, luck, "right").astype(np.int64)
