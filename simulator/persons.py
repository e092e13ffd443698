"""Who travels in a city, when, where to, how fast on foot, and by what luck they choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.demand import DEMAND_STREAM, Source

CHOICES = 6
"""A traveller chooses at most so often before giving up."""
SLOWEST_MS, WHEELCHAIR_MS = 0.6, 0.9


@dataclass(frozen=True, slots=True)
class Nature:
    """How people differ.

    Attributes
    ----------
    patience_s, patience_spread : float
        Median time somebody waits at a stop beyond the time by plan, log-normal; deviation of its logarithm.
    wheelchair_share, bicycle_share : float
        Who uses a wheelchair; who of the others has a bicycle at hand.
    walk_ms, walk_spread_ms : float
        Walking speeds, normal; see `simulator.demand.Habits`.
    """

    patience_s: float = 1200.0
    patience_spread: float = 0.5
    wheelchair_share: float = 0.0
    bicycle_share: float = 0.0
    walk_ms: float = 1.34
    walk_spread_ms: float = 0.26


@dataclass(frozen=True, slots=True)
class Person:
    """One trip of one person, between two points; `lucks` are the uniform draws by which they choose, in turn."""

    number: int
    time_s: float
    origin: int
    destination: int
    uses_wheelchair: bool
    has_bicycle: bool
    patience_s: float
    speed_ms: float
    lucks: tuple[float, ...]


def persons(sources: Sequence[Source], nature: Nature, seed: int, replication: int) -> list[Person]:
    """One day's trips by time, numbered from 0; every source has a random stream of its own, as loops have."""
    rows: list[tuple[float, int, int, bool, bool, float, float, tuple[float, ...]]] = []
    for number, source in enumerate(sources):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, DEMAND_STREAM, number)))
        trips = source(rng)
        moves = trips.origin != trips.destination
        count = int(moves.sum())
        wheelchair = rng.random(count) < nature.wheelchair_share
        bicycle = ~wheelchair & (rng.random(count) < nature.bicycle_share)
        patience = nature.patience_s * np.exp(rng.normal(0.0, 1.0, count) * nature.patience_spread)
        speed = np.maximum(rng.normal(nature.walk_ms, nature.walk_spread_ms, count), SLOWEST_MS)
        columns = (
            trips.time_s[moves], trips.origin[moves], trips.destination[moves], wheelchair, bicycle, patience,
            np.where(wheelchair, WHEELCHAIR_MS, speed),
        )  # fmt: skip
        lucks = [tuple(row) for row in rng.random((count, CHOICES)).tolist()]
        rows += zip(*(column.tolist() for column in columns), lucks, strict=True)
    rows.sort(key=lambda row: row[0])
    return [Person(number, *row) for number, row in enumerate(rows)]
