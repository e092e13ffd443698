"""Cordeau's dial-a-ride instances as states of a fleet."""

from pathlib import Path

import numpy as np

from simulator.dispatch_state import NONE, FleetState, Plan, Requests, Vehicles


def read_instance(path: Path) -> FleetState:
    """Read a file: ``vehicles 2n maxRouteDuration capacity maxRideTime``, then ``id x y service load earliest latest``.

    The last row, the depot at the end of a route, may be missing; then it is as the first.
    """
    lines = path.read_text(encoding="ascii").split("\n")
    m, visits, duration, capacity, ride = (float(word) for word in lines[0].split())
    rows = np.array([[float(word) for word in line.split()] for line in lines[1:] if line.strip()])
    m, n = int(m), int(visits) // 2
    depot, pickup, dropoff = rows[0], rows[1 : n + 1], rows[n + 1 : 2 * n + 1]
    xy = rows[: 2 * n + 1, 1:3]
    requests = Requests(
        origin=np.arange(1, n + 1, dtype=np.int32),
        destination=np.arange(n + 1, 2 * n + 1, dtype=np.int32),
        pickup_earliest=pickup[:, 5],
        pickup_latest=pickup[:, 6],
        dropoff_earliest=dropoff[:, 5],
        dropoff_latest=dropoff[:, 6],
        max_ride=np.full(n, ride),
        boarding=pickup[:, 3],
        alighting=dropoff[:, 3],
        load=np.column_stack((pickup[:, 4], np.zeros(n))).astype(np.int32),
        vehicle=np.full(n, NONE, np.int32),
    )
    end = rows[2 * n + 1] if len(rows) > 2 * n + 1 else depot
    vehicles = Vehicles(
        place=np.zeros(m, np.int32),
        free_from=np.full(m, depot[5]),
        depot=np.zeros(m, np.int32),
        shift_end=np.full(m, min(depot[6], end[6])),
        capacity=np.tile(np.array([int(capacity), 0], np.int32), (m, 1)),
        max_duration=np.full(m, duration),
    )
    times = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    return FleetState(times, requests, vehicles, Plan.empty(m))
