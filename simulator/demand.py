"""Who wants to go where and when: Poisson flows between stops, the end of an event, the trips of a population."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.events import NOBODY

HOUR_S = 3600.0
DEMAND_STREAM = 0
"""First of the numbers that name a random stream: the travellers'. Vehicles have the next."""


@dataclass(frozen=True, slots=True)
class Trips:
    """Wishes to go from stop to stop, in any order; `gate` is the gate to pass first, or `NOBODY`."""

    time_s: NDArray[np.float64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    gate: int = NOBODY


Source = Callable[[np.random.Generator], Trips]
"""One day's trips from a random stream of its own."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Poisson flows with rates that hold for a time.

    Attributes
    ----------
    edges_s : tuple of float
        Limits of the times, one more than there are matrices.
    per_h : array of float, shape (times, stops, stops)
        Travellers an hour from stop to stop.
    """

    edges_s: tuple[float, ...]
    per_h: NDArray[np.float64]

    def __call__(self, rng: np.random.Generator) -> Trips:
        lengths = np.diff(self.edges_s)
        counts = rng.poisson(self.per_h * (lengths / HOUR_S)[:, None, None])
        times, origins, destinations = (
            np.repeat(index, counts.ravel()) for index in np.indices(counts.shape).reshape(3, -1)
        )
        begun = np.asarray(self.edges_s)[times]
        return Trips(begun + rng.random(len(times)) * lengths[times], origins, destinations)


@dataclass(frozen=True, slots=True)
class Egress:
    """People who leave an event: gamma-distributed delays after its end, through a gate.

    Attributes
    ----------
    persons : int
        How many of them think of going by this course.
    end_s : float
        When the event ends.
    mean_s, shape : float
        Mean delay until at the gate, and the shape of its distribution; 1 is exponential, larger ones peak later.
    shares : tuple of float
        By stop: share that goes there; sums to 1.
    """

    stop: int
    persons: int
    end_s: float
    mean_s: float
    shape: float
    shares: tuple[float, ...]
    gate: int = NOBODY

    def __call__(self, rng: np.random.Generator) -> Trips:
        times = self.end_s + rng.gamma(self.shape, self.mean_s / self.shape, self.persons)
        destinations = rng.choice(len(self.shares), self.persons, p=self.shares)
        return Trips(times, np.full(self.persons, self.stop), destinations, self.gate)


@dataclass(frozen=True, slots=True)
class Population:
    """Persons who go out from a stop near home and return later; equal lengths.

    Attributes
    ----------
    home, place : array of int
        Stops near their home and where they go.
    out_s, back_s : array of float
        When they usually set out, and return.
    spread_s : float
        Standard deviation of either from day to day.
    """

    home: NDArray[np.int64]
    place: NDArray[np.int64]
    out_s: NDArray[np.float64]
    back_s: NDArray[np.float64]
    spread_s: float

    def __call__(self, rng: np.random.Generator) -> Trips:
        deviation = rng.normal(0.0, self.spread_s, (2, len(self.home)))
        out, back = self.out_s + deviation[0], self.back_s + deviation[1]
        return Trips(
            np.concatenate([out, np.maximum(back, out)]),
            np.concatenate([self.home, self.place]),
            np.concatenate([self.place, self.home]),
        )


def synthetic_population(
    rng: np.random.Generator, homes: Sequence[float], places: Sequence[float], out_s: float, stay_s: float
) -> Population:
    """Persons by number: `homes` live near each stop and choose where to go by the attraction in `places`.

    They set out around `out_s` (normal, half an hour) and stay for a gamma-distributed time, mean `stay_s`, shape 4.
    """
    home = np.repeat(np.arange(len(homes)), np.asarray(homes, int))
    attraction = np.tile(np.asarray(places, float), (len(homes), 1))
    np.fill_diagonal(attraction, 0.0)
    limits = np.cumsum(attraction, axis=1)[home]
    place = np.argmax(limits > rng.random((len(home), 1)) * limits[:, -1:], axis=1)
    out = rng.normal(out_s, HOUR_S / 2, len(home))
    return Population(home, place, out, out + rng.gamma(4.0, stay_s / 4, len(home)), HOUR_S / 12)


@dataclass(frozen=True, slots=True)
class Habits:
    """How travellers differ.

    Attributes
    ----------
    access_m, egress_m : float
        Mean walk before and after the ride; uniform from 0 to twice as much.
    patience_s : float
        Median time somebody waits at a stop before giving up; log-normal.
    patience_spread : float
        Standard deviation of its logarithm; 0: all the same.
    wheelchair_share : float
        Share of travellers who use a wheelchair.
    walk_ms, walk_spread_ms : float
        Mean and standard deviation of walking speeds; normal, none below 0.6 m/s.

    References
    ----------
    Weidmann, U. Transporttechnik der Fussgänger. ETH Zürich, 1993: 1.34 and 0.26 m/s, restated from general knowledge,
    verify.
    """

    access_m: float = 0.0
    egress_m: float = 0.0
    patience_s: float = 1800.0
    patience_spread: float = 0.0
    wheelchair_share: float = 0.0
    walk_ms: float = 1.34
    walk_spread_ms: float = 0.26


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person's trip; `walk_s` is the whole way on foot, `luck` the uniform draw by which they choose."""

    number: int
    time_s: float
    origin: int
    destination: int
    gate: int
    uses_wheelchair: bool
    patience_s: float
    access_s: float
    egress_s: float
    walk_s: float
    luck: float


def travellers(
    sources: Sequence[Source], habits: Habits, direct_m: NDArray[np.float64], seed: int, replication: int
) -> list[Traveller]:
    """One day's travellers by time, numbered from 0.

    Every source has a random stream of its own, so scenarios that share a source share its travellers: common random
    numbers.

    Parameters
    ----------
    direct_m : array of float, shape (stops, stops)
        Metres on foot from stop to stop.
    """
    people: list[tuple[float, ...]] = []
    for number, source in enumerate(sources):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, DEMAND_STREAM, number)))
        trips = source(rng)
        people += zip(*_persons(trips, habits, direct_m, rng), strict=True)
    people.sort(key=lambda person: person[0])
    return [
        Traveller(number, time, int(origin), int(destination), int(gate), bool(wheelchair), *others)
        for number, (time, origin, destination, gate, wheelchair, *others) in enumerate(people)
    ]


def _persons(
    trips: Trips, habits: Habits, direct_m: NDArray[np.float64], rng: np.random.Generator
) -> list[list[float]]:
    moves = trips.origin != trips.destination
    times, origins, destinations = trips.time_s[moves], trips.origin[moves], trips.destination[moves]
    count = len(times)
    wheelchair, luck = rng.random(count) < habits.wheelchair_share, rng.random(count)
    patience = habits.patience_s * np.exp(rng.normal(0.0, 1.0, count) * habits.patience_spread)
    speed = np.maximum(rng.normal(habits.walk_ms, habits.walk_spread_ms, count), 0.6)
    access, egress = 2 * rng.random((2, count)) * np.array([[habits.access_m], [habits.egress_m]])
    walk = access + direct_m[origins, destinations] + egress
    columns = (
        times, origins, destinations, np.full(count, trips.gate), wheelchair, patience, access / speed, egress / speed,
        walk / speed, luck,
    )  # fmt: skip
    return [column.tolist() for column in columns]
