"""Small random fleets for the tests of dispatchers: whole minutes on a grid, walks along its streets."""

import numpy as np

from simulator.dispatch_state import NONE, FleetState, Plan, Requests, Vehicles


def random_fleet(rng: np.random.Generator, n: int, m: int, slack: int = 12, depots: bool = True) -> FleetState:
    """`m` vehicles with a wheelchair place each, and `n` requests with windows of `slack` minutes, on an 8 × 8 grid."""
    places = 2 * n + m
    xy = rng.integers(0, 8, (places, 2))
    times = np.abs(xy[:, None] - xy[None]).sum(axis=2).astype(float)
    at = np.arange(places, dtype=np.int32)
    origin, destination, garage = at[:n], at[n : 2 * n], at[2 * n :]
    first = rng.integers(0, 40, n).astype(float)
    direct = times[origin, destination]
    load = np.column_stack((rng.integers(1, 3, n), rng.integers(0, 2, n))).astype(np.int32)
    max_ride = np.ceil(1.5 * direct) + 2
    requests = Requests(
        origin=origin,
        destination=destination,
        pickup_earliest=first,
        pickup_latest=first + slack,
        dropoff_earliest=np.zeros(n),
        dropoff_latest=first + slack + direct + 10,
        max_ride=max_ride,
        boarding=load[:, 1] + 1.0,
        alighting=np.ones(n),
        load=load,
        vehicle=np.full(n, NONE, np.int32),
    )
    vehicles = Vehicles(
        place=garage,
        free_from=rng.integers(0, 10, m).astype(float),
        depot=garage if depots else np.full(m, NONE, np.int32),
        shift_end=np.full(m, 150.0),
        capacity=np.tile(np.array([4, 1], np.int32), (m, 1)),
        max_duration=rng.integers(40, 140, m).astype(float),
    )
    return FleetState(times, requests, vehicles, Plan.empty(m))
