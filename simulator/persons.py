"""Who travels in a city, when, where to, how fast on foot, and by what luck they choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    parties : tuple of float
        Weights of those who go alone, by two, by three and so on.
    ahead_share, ahead_s : float, (float, float)
        Who plans so long before setting out, evenly between two times, and books a demand bus then.
    """

    patience_s: float = 1200.0
    patience_spread: float = 0.5
    wheelchair_share: float = 0.0
    bicycle_share: float = 0.0
    walk_ms: float = 1.34
    walk_spread_ms: float = 0.26
    parties: tuple[float, ...] = (1.0,)
    ahead_share: float = 0.0
    ahead_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Person:
    """One trip of one person, or of a group that stays together, between two points.

    Attributes
    ----------
    lucks : tuple of float
        The uniform draws by which they choose, in turn.
    party : int
        How many go together; at most one of them uses a wheelchair.
    ahead_s : float
        So long before setting out a demand bus is booked; 0: at that moment.
    """

    number: int
    time_s: float
    origin: int
    destination: int
    uses_wheelchair: bool
    has_bicycle: bool
    patience_s: float
    speed_ms: float
    lucks: tuple[float, ...]
    party: int = 1
    ahead_s: float = 0.0


def persons(sources: Sequence[Source], nature: Nature, seed: int, replication: int) -> list[Person]:
    """One day's trips by time, numbered from 0; every source has a random stream of its own, as loops have."""
    rows: list[tuple[float, int, int, bool, bool, float, float, tuple[float, ...], int, float]] = []
    for number, source in enumerate(sources):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, DEMAND_STREAM, number)))
        trips = source(rng)
        moves = trips.origin != trips.destination
        count = int(moves.sum())
        wheelchair = rng.random(count) < nature.wheelchair_share
        bicycle = ~wheelchair & (rng.random(count) < nature.bicycle_share)
        patience = nature.patience_s * np.exp(rng.normal(0.0, 1.0, count) * nature.patience_spread)
        speed = np.maximum(rng.normal(nature.walk_ms, nature.walk_spread_ms, count), SLOWEST_MS)
        lucks = [tuple(row) for row in rng.random((count, CHOICES)).tolist()]
        party, ahead_s = _parties(nature, rng.random(count)), _ahead_s(nature, rng.random((2, count)))
        columns = (
            trips.time_s[moves], trips.origin[moves], trips.destination[moves], wheelchair, bicycle & (party == 1),
            patience, np.where(wheelchair, WHEELCHAIR_MS, speed),
        )  # fmt: skip
        rows += zip(*(column.tolist() for column in columns), lucks, party.tolist(), ahead_s.tolist(), strict=True)
    rows.sort(key=lambda row: row[0])
    return [Person(number, *row) for number, row in enumerate(rows)]


def _parties(nature: Nature, luck: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many go together, by the weights of the sizes."""
    limits = np.cumsum(nature.parties) / sum(nature.parties)
    return 1 + np.minimum(np.searchsorted(limits, luck, "right"), len(limits) - 1)


def _ahead_s(nature: Nature, luck: NDArray[np.float64]) -> NDArray[np.float64]:
    """How long before setting out each plans; 0 for those who do not."""
    least, most = nature.ahead_s
    return np.where(luck[0] < nature.ahead_share, least + luck[1] * (most - least), 0.0)
