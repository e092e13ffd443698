"""A truck's round with a drone on its roof: who of them brings which parcel, in the least time: `round_with_drone`.

The drone leaves the truck at a stop, brings one parcel and meets it at a later stop, or comes back while it waits. For
a given order of all stops the best split between truck and drone is exact; orders are found by simulated annealing.

References
----------
Agatz, Bouman and Schmidt 2018, Optimization approaches for the traveling salesman problem with drone,
doi:10.1287/trsc.2017.0791. Held and Karp 1971, doi:10.1007/BF01584070, for the bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drones.schedule_problem import ScheduleError
from planner.kernels import kernel

Floats = NDArray[np.float64]
DEPOT = 0
BOUND_STEPS = 200
WARMTH = 0.05
"""Share of the first round's time by which an order may be worse, on average, in the beginning."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one meeting of truck and drone to the next.

    Attributes
    ----------
    truck : tuple of int
        Stops in order, the two meetings with them; one alone where the truck waits for the drone.
    drone : int or None
        The stop that the drone serves meanwhile.
    """

    truck: tuple[int, ...]
    drone: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class TruckRound:
    """The whole round; no round takes less than `bound_s`."""

    stretches: tuple[Stretch, ...]
    seconds: float
    bound_s: float


def round_with_drone(truck_s: Floats, drone_s: Floats, rng: np.random.Generator, rounds: int = 4000) -> TruckRound:
    """A short round through all stops from the depot, stop 0, and back.

    Parameters
    ----------
    truck_s : array of shape (stops, stops)
        Seconds from stop to stop.
    drone_s : array of shape (2, stops, stops)
        Of the drone with the parcel of the second stop, and back empty from the first; infinite where it cannot.
    rounds : int
        Orders tried beside the first.

    Raises
    ------
    ScheduleError
        If the truck's times differ between both directions, or a time is negative.
    """
    truck_s, drone_s = (np.ascontiguousarray(times, dtype=np.float64) for times in (truck_s, drone_s))
    _check(truck_s, drone_s)
    order = _nearest_first(truck_s)
    seconds, best_order = _least(order, truck_s, drone_s), order
    least, warmth = seconds, WARMTH * seconds
    for step in range(rounds):
        changed = _changed(order, rng)
        found = _least(changed, truck_s, drone_s)
        if found <= seconds + warmth * (1 - step / rounds) * rng.exponential():
            order, seconds = changed, found
            if found < least:
                best_order, least = changed, found
    least, stretches = best_split(best_order, truck_s, drone_s)
    return TruckRound(stretches, least, min(least, lower_bound_s(truck_s, drone_s, least)))


def _least(order: Sequence[int], truck_s: Floats, drone_s: Floats) -> float:
    return float(_splits(np.asarray(order, dtype=np.int64), truck_s, drone_s)[0][-1, -1])


def best_split(order: Sequence[int], truck_s: Floats, drone_s: Floats) -> tuple[float, tuple[Stretch, ...]]:
    """The best share-out of a fixed order of stops that begins and ends at the depot, exactly."""
    stops = np.asarray(order, dtype=np.int64)
    best, before = _splits(stops, np.ascontiguousarray(truck_s), np.ascontiguousarray(drone_s))
    done, at = len(order) - 1, len(order) - 1
    stretches = []
    while done > 0:
        old, place, served = (int(value) for value in before[done, at])
        driven = () if place == at else (k for k in range(old + 1, done + 1) if k != served)
        truck = (order[place], *(order[k] for k in driven))
        drone = order[served] if served >= 0 else None
        stretches.append(Stretch(truck, drone, float(best[done, at] - best[old, place])))
        done, at = old, place
    return float(best[-1, -1]), tuple(stretches[::-1])


@kernel
def _splits(order: Any, truck_s: Any, drone_s: Any) -> Any:
    """Least seconds until the stops up to one position are served and the truck stands at another, and from where."""
    n = len(order)
    best, before = np.full((n, n), np.inf), np.full((n, n, 3), -1)
    best[0, 0] = 0.0
    for done in range(n - 1):
        for at in range(done + 1):
            if best[done, at] == np.inf:
                continue
            here = order[at]
            out = order[done + 1]
            waited = best[done, at] + drone_s[0, here, out] + drone_s[1, out, here]
            if done + 1 < n - 1 and waited < best[done + 1, at]:
                best[done + 1, at] = waited
                before[done + 1, at] = done, at, done + 1
            driven = 0.0
            for end in range(done + 1, n):
                driven += truck_s[here if end == done + 1 else order[end - 1], order[end]]
                least, served = driven, -1
                for k in range(done + 1, end):
                    a = here if k == done + 1 else order[k - 1]
                    d, b = order[k], order[k + 1]
                    skipping = driven - truck_s[a, d] - truck_s[d, b] + truck_s[a, b]
                    together = max(skipping, drone_s[0, here, d] + drone_s[1, d, order[end]])
                    if together < least:
                        least, served = together, k
                if best[done, at] + least < best[end, end]:
                    best[end, end] = best[done, at] + least
                    before[end, end] = done, at, served
    return best, before


def lower_bound_s(truck_s: Floats, drone_s: Floats, known_s: float) -> float:
    """Seconds below which no round can come: that of the truck alone, over one more than the drone is faster.

    In any stretch of t seconds the truck could bring the drone's parcel too, on a detour from the nearer meeting; that
    takes at most r t, where r is how many times as long as the drone the truck takes for any leg.
    """
    n = len(truck_s)
    if n < 3:
        return known_s if n < 2 else 0.0
    flies = np.isfinite(drone_s) & ~np.eye(n, dtype=bool)
    driven_s = np.broadcast_to(truck_s, drone_s.shape)
    if not flies.any():
        ratio = 0.0
    else:
        with np.errstate(divide="ignore"):
            ratio = float(np.max(np.divide(driven_s, drone_s, out=np.zeros_like(drone_s), where=flies)))
    return _one_tree_bound(_closure(truck_s), known_s * (1 + ratio)) / (1 + ratio)


def _closure(times: Floats) -> Floats:
    """Shortest times over other stops (Floyd and Warshall)."""
    found = times.copy()
    for k in range(len(found)):
        found = np.minimum(found, found[:, k, np.newaxis] + found[np.newaxis, k])
    return found


def _one_tree_bound(times: Floats, known_s: float) -> float:
    """Held and Karp's bound on a tour, by prices of the stops."""
    n = len(times)
    prices, best, stride = np.zeros(n), 0.0, 2.0
    for step in range(BOUND_STEPS):
        priced = times + prices[:, np.newaxis] + prices
        length, degree = _one_tree(priced)
        best = max(best, length - 2 * float(prices.sum()))
        excess = degree - 2
        if not excess.any():
            break
        gap = max(known_s - best, 1e-9)
        prices = prices + stride * gap / float(excess @ excess) * excess
        stride *= 0.98 if step else 1.0
    return best


def _one_tree(times: Floats) -> tuple[float, NDArray[np.int64]]:
    """Length and degrees of a minimum spanning tree of the stops and two edges from the depot (Prim)."""
    n = len(times)
    degree, length = np.zeros(n, dtype=np.int64), 0.0
    nearest, link = times[1].copy(), np.full(n, 1)
    outside = np.ones(n, dtype=bool)
    outside[[DEPOT, 1]] = False
    for _ in range(n - 2):
        k = int(np.argmin(np.where(outside, nearest, np.inf)))
        length += float(nearest[k])
        degree[[k, link[k]]] += 1
        outside[k] = False
        closer = times[k] < nearest
        nearest[closer], link[closer] = times[k][closer], k
    two = np.argsort(times[DEPOT, 1:])[:2] + 1
    degree[two] += 1
    degree[DEPOT] = 2
    return length + float(times[DEPOT, two].sum()), degree


def _check(truck_s: Floats, drone_s: Floats) -> None:
    if truck_s.ndim != 2 or truck_s.shape[0] != truck_s.shape[1] or drone_s.shape != (2, *truck_s.shape):
        raise ScheduleError(f"times of truck and drone are of shapes {truck_s.shape} and {drone_s.shape}.")
    if (truck_s < 0).any() or (drone_s < 0).any():
        raise ScheduleError("a truck or drone takes less than no time for a leg.")
    if not np.allclose(truck_s, truck_s.T):
        raise ScheduleError("the truck takes longer one way than back; the bound needs the same times both ways.")


def _nearest_first(truck_s: Floats) -> list[int]:
    order, left = [DEPOT], set(range(1, len(truck_s)))
    while left:
        order.append(min(left, key=lambda stop: (truck_s[order[-1], stop], stop)))
        left.remove(order[-1])
    return [*order, DEPOT]


def _changed(order: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Reverse a part, swap two stops, or move one elsewhere."""
    stops = list(order[1:-1])
    if len(stops) < 2:
        return list(order)
    i, j = sorted(int(k) for k in rng.choice(len(stops), 2, replace=False))
    kind = int(rng.integers(4))
    if kind == 0:
        stops[i : j + 1] = stops[i : j + 1][::-1]
    elif kind == 1:
        stops[i], stops[j] = stops[j], stops[i]
    elif kind == 2:
        stops.insert(j, stops.pop(i))
    else:
        stops.insert(i, stops.pop(j))
    return [DEPOT, *stops, DEPOT]
