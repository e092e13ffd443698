"""A fleet's moment as the kernels read it: a dial-a-ride problem of nodes, and routes as rows of nodes.

Node r is the pickup of request r, n + r its drop-off, 2n + k the start of vehicle k and 2n + m + k its end.
"""

from typing import NamedTuple

import numpy as np

from simulator.dispatch_state import LOADS, NONE, FleetState, Floats, Ints, Plan

ROOM = 128
"""A route may grow by this many calls within one decision."""


class Problem(NamedTuple):
    """The columns of a problem, per node where not said otherwise.

    Attributes
    ----------
    times : float64 array (places, places)
        With a last place that takes no time to reach, if a vehicle has no depot.
    place : int32 array
    load : int32 array (nodes, 2)
        Added by the visit; at a start, what is already on board.
    max_ride, aboard : per request
        `aboard` is the vehicle that carries the riders, or NONE.
    capacity, max_duration : per vehicle
    """

    times: Floats
    place: Ints
    service: Floats
    earliest: Floats
    latest: Floats
    load: Ints
    max_ride: Floats
    aboard: Ints
    capacity: Ints
    max_duration: Floats


class Routes(NamedTuple):
    """Routes with what insertion needs to know about them.

    Attributes
    ----------
    node, size : int32 array (m, width), int32 array (m)
        ``node[k, :size[k]]`` from the start to the end of vehicle k.
    early, late : float64 array (m, width)
        No feasible schedule begins a visit outside of these.
    onboard : int32 array (m, width, 2)
        Load after the visit.
    cost : float64 array (m)
        Driving time.
    vehicle : int32 array
        Per request, NONE if in no route.
    """

    node: Ints
    size: Ints
    early: Floats
    late: Floats
    onboard: Ints
    cost: Floats
    vehicle: Ints


class Scratch(NamedTuple):
    """Memory of one search: a candidate route, its begins, and where a node stands in it."""

    route: Ints
    begin: Floats
    position: Ints


def problem_of(state: FleetState) -> Problem:
    """The nodes of `state`, their windows narrowed to what rides and longest rides leave of them."""
    requests, vehicles = state.requests, state.vehicles
    earliest, latest = narrowed(state)
    zero, always = np.zeros(len(vehicles)), np.full(len(vehicles), -np.inf)
    waiting = requests.vehicle == NONE
    start_load = np.zeros((len(vehicles), LOADS), np.int32)
    np.add.at(start_load, requests.vehicle[~waiting], requests.load[~waiting])
    times, depot = state.times, vehicles.depot
    if (depot == NONE).any():
        times, depot = np.pad(times, (0, 1)), np.where(depot == NONE, len(times), depot)
    return Problem(
        times=np.ascontiguousarray(times, np.float64),
        place=np.concatenate((requests.origin, requests.destination, vehicles.place, depot)).astype(np.int32),
        service=np.concatenate((requests.boarding, requests.alighting, zero, zero)),
        earliest=np.concatenate((*earliest, vehicles.free_from, always)),
        latest=np.concatenate((*latest, vehicles.shift_end, vehicles.shift_end)),
        load=np.concatenate((requests.load, -requests.load, start_load, 0 * start_load)).astype(np.int32),
        max_ride=np.array(requests.max_ride, np.float64),
        aboard=np.ascontiguousarray(requests.vehicle, np.int32),
        capacity=np.ascontiguousarray(vehicles.capacity, np.int32),
        max_duration=np.array(vehicles.max_duration, np.float64),
    )


def narrowed(state: FleetState) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Earliest and latest begins (of pickups, of drop-offs) that the other end of the ride allows.

    References
    ----------
    Cordeau, J.-F. (2006), A branch-and-cut algorithm for the dial-a-ride problem, doi:10.1287/opre.1060.0283, 5.1.1.
    """
    requests = state.requests
    waiting = requests.vehicle == NONE
    shortest = requests.boarding + state.times[requests.origin, requests.destination]
    longest = requests.boarding + requests.max_ride
    first, last = requests.pickup_earliest, requests.pickup_latest
    pickup_earliest = np.maximum(first, np.where(waiting, requests.dropoff_earliest - longest, first))
    pickup_latest = np.minimum(last, np.where(waiting, requests.dropoff_latest - shortest, last))
    dropoff_earliest = np.where(waiting, pickup_earliest + shortest, requests.dropoff_earliest)
    dropoff_latest = np.where(waiting, pickup_latest + longest, requests.dropoff_latest)
    return (
        (pickup_earliest, np.maximum(requests.dropoff_earliest, dropoff_earliest)),
        (pickup_latest, np.minimum(requests.dropoff_latest, dropoff_latest)),
    )


def routes_of(state: FleetState) -> Routes:
    """The plan of `state` as routes; `simulator.dispatch_insertion.refresh` fills in the rest."""
    n, m = len(state.requests), len(state.vehicles)
    calls = np.diff(state.plan.first)
    width = min(2 * n, int(calls.max(initial=0)) + ROOM) + 2
    node = np.full((m, width), NONE, np.int32)
    node[:, 0] = 2 * n + np.arange(m)
    row = np.repeat(np.arange(m), calls)
    column = np.arange(len(state.plan.visit)) - np.repeat(state.plan.first[:-1], calls) + 1
    node[row, column] = state.plan.visit
    node[np.arange(m), calls + 1] = 2 * n + m + np.arange(m)
    vehicle = np.full(n, NONE, np.int32)
    vehicle[state.plan.visit % max(n, 1)] = row
    return Routes(
        node,
        (calls + 2).astype(np.int32),
        np.zeros((m, width)),
        np.zeros((m, width)),
        np.zeros((m, width, LOADS), np.int32),
        np.zeros(m),
        vehicle,
    )


def copy_of(routes: Routes) -> Routes:
    """Routes that share no memory with `routes`."""
    return Routes(
        routes.node.copy(),
        routes.size.copy(),
        routes.early.copy(),
        routes.late.copy(),
        routes.onboard.copy(),
        routes.cost.copy(),
        routes.vehicle.copy(),
    )


def scratch_of(problem: Problem, routes: Routes) -> Scratch:
    """Room for one candidate route."""
    width = routes.node.shape[1]
    return Scratch(np.zeros(width, np.int32), np.zeros(width), np.zeros(len(problem.place), np.int32))


def plan_of(routes: Routes) -> Plan:
    """The routes' calls."""
    columns = np.arange(routes.node.shape[1])
    is_call = (columns > 0) & (columns < routes.size[:, None] - 1)
    first = np.concatenate(([0], np.cumsum(routes.size - 2))).astype(np.int32)
    return Plan(first, routes.node[is_call])
