"""Times of the drone planner: a bay route around 40 zones, cold and warm, and 10,000 intents deconflicted.

Prints one JSON object; fixed seed, fixed work.
"""

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter

import numpy as np
from shapely import Polygon

from drones.deconfliction import find_conflicts
from drones.free_space import Clearance, FreeSpace, Obstacle
from drones.intents import OperationalIntent, Volume4D
from drones.routing import Path, Pricing, find_path

SEED, ZONES, INTENTS, LEGS = 20260512, 40, 10_000, 12
BAY_M = (16_000.0, 8_000.0)
PRICING = Pricing(15.0, ((3.0, -2.0), (3.6, -2.4)), climb_per_m=0.4, descent_per_m=0.4)


def bay_zones(rng: np.random.Generator) -> list[Obstacle]:
    zones = []
    for i in range(ZONES):
        centre = rng.uniform((1500.0, 0.0), (BAY_M[0] - 1500.0, BAY_M[1]))
        angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
        radii = rng.uniform(200.0, 700.0, 12)
        outline = centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, np.newaxis]
        zones.append(
            Obstacle(f"zone-{i}", Polygon(outline).buffer(0).convex_hull, 0.0, float(rng.choice([80.0, 300.0])))
        )
    return zones


def route() -> dict[str, float]:
    zones = bay_zones(np.random.default_rng(SEED))
    ends = (0.0, BAY_M[1] / 2, 4.0), (BAY_M[0], BAY_M[1] / 2, 4.0)
    begin = perf_counter()
    space = FreeSpace(zones, (50.0, 100.0), Clearance(30.0, 10.0))
    cold = find_path(space, *ends, PRICING)
    middle = perf_counter()
    warm = find_path(space, *ends, PRICING)
    end = perf_counter()
    assert isinstance(cold, Path)
    assert cold == warm
    return {"route_cold_s": middle - begin, "route_warm_s": end - middle, "route_cost_s": cold.cost}


def intents(rng: np.random.Generator) -> list[OperationalIntent]:
    """Straight flights over a day, each in volumes of a minute."""
    midnight = datetime(2026, 5, 12, tzinfo=UTC)
    found = []
    for i in range(INTENTS):
        a, b = rng.uniform((35.58, 139.90), (35.68, 140.10), (2, 2))
        begin, low = midnight + timedelta(seconds=float(rng.uniform(0, 86_000))), float(rng.choice([30, 60, 90, 120]))
        volumes = []
        for k in range(LEGS):
            ends = a + k / LEGS * (b - a), a + (k + 1) / LEGS * (b - a)
            s, w = np.minimum(*ends) - 0.0003
            n, e = np.maximum(*ends) + 0.0003
            start = begin + timedelta(seconds=60 * k - 15)
            ring = ((s, w), (s, e), (n, e), (n, w), (s, w))
            volumes.append(Volume4D(ring, low, low + 20, start, start + timedelta(seconds=90)))
        found.append(OperationalIntent(f"flight-{i}", tuple(volumes)))
    return found


def deconflict() -> dict[str, float]:
    declared = intents(np.random.default_rng(SEED))
    begin = perf_counter()
    conflicts = find_conflicts(declared)
    return {"deconflict_s": perf_counter() - begin, "intents": INTENTS, "conflicts": len(conflicts)}


if __name__ == "__main__":
    print(json.dumps({**route(), **deconflict()}))
