"""Dispatchers of demand buses: dial-a-ride with time windows, longest rides, loads, service times and shifts.

A dispatcher is a pure callable, ``FleetState -> Dispatch``. `insert` answers a booking at once; `reoptimise` rearranges
what has been promised within a stated budget. Neither drops a request that is in the plan, and both return schedules
that keep every rule. A vehicle that is late already is held to what its plan can still keep.
"""

import time
from dataclasses import dataclass

import numpy as np

from simulator.dispatch_insertion import insert_at_once, refresh
from simulator.dispatch_problem import Problem, Routes, copy_of, plan_of, problem_of, routes_of, scratch_of
from simulator.dispatch_schedule import excuse, schedule_all
from simulator.dispatch_search import Knobs, Room, search
from simulator.dispatch_state import NONE, Dispatch, FleetState, Ints

STEPS_AT_ONCE = 50
"""The clock is read after so many steps of the search."""


FEWEST_MOST = 8
"""So many requests may be taken out in one step even of a small problem."""


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search ends: after `steps`, or earlier when `cpu_seconds` of its thread are used up.

    With seconds the answer depends on the machine; a simulation that must repeat itself gives steps alone.
    """

    steps: int
    cpu_seconds: float = np.inf


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """How the large neighbourhood search moves.

    Attributes
    ----------
    share, most : float, int
        Requests taken out in one step, at most: this share of them, and so many.
    threshold : float
        A trial may at first be worse than the best by this share of its cost; the allowance falls to 0.
    blink : float
        Probability of overlooking a position, in every other repair.
    """

    share: float = 0.4
    most: int = 20
    threshold: float = 0.05
    blink: float = 0.05


def insert(state: FleetState) -> Dispatch:
    """Give every waiting request that is not in the plan its cheapest feasible place, first row first.

    Cheapest means least extra driving. What is in the plan stays in its vehicle and order.
    """
    problem, routes = problem_of(state), routes_of(state)
    excuse(problem, routes.node, routes.size)
    order = np.flatnonzero(routes.vehicle == NONE).astype(np.int32)
    # Insertion at once overlooks no position, so these numbers are never drawn.
    insert_at_once(problem, routes, scratch_of(problem, routes), order, np.random.default_rng(0))
    return dispatch_of(problem, routes)


def reoptimise(
    state: FleetState, rng: np.random.Generator, budget: Budget, parameters: SearchParameters | None = None
) -> Dispatch:
    """Search for a plan that serves more requests or, serving as many, drives less.

    Parameters
    ----------
    state : FleetState
        Requests in its plan stay served, riders on board stay in their vehicle; others are taken in where they fit.
    rng : numpy.random.Generator
        The same state, generator and steps give the same answer.

    References
    ----------
    Ropke, S., Pisinger, D. (2006), doi:10.1287/trsc.1050.0135; see `simulator.dispatch_search`.
    """
    problem, best = problem_of(state), routes_of(state)
    excuse(problem, best.node, best.size)
    scratch = scratch_of(problem, best)
    for vehicle in range(len(state.vehicles)):
        refresh(problem, best, vehicle, scratch.position)
    if len(state.requests) == 0 or len(state.vehicles) == 0:
        return dispatch_of(problem, best)
    knobs = knobs_of(len(state.requests), parameters or SearchParameters())
    routes = (best, copy_of(best), copy_of(best))
    room = room_of(best, knobs)
    begun = time.thread_time()
    done, total = 0, budget.steps
    while done < total:
        end = min(done + STEPS_AT_ONCE, total)
        search(problem, routes, scratch, room, knobs, (done, end, total), rng)
        done = end
        if budget.cpu_seconds < np.inf:
            used = max(time.thread_time() - begun, 1e-3) / budget.cpu_seconds
            total = min(budget.steps, max(done, int(done / used))) if used < 1 else done
    return dispatch_of(problem, best)


def knobs_of(n: int, parameters: SearchParameters) -> Knobs:
    """The parameters in numbers of requests."""
    most = max(min(n, FEWEST_MOST), min(parameters.most, round(parameters.share * n)))
    return Knobs(min(2, most), most, parameters.threshold, parameters.blink)


def room_of(routes: Routes, knobs: Knobs) -> Room:
    """Memory for a search that begins with `routes`, which never leaves more unserved than they do."""
    n, m = len(routes.vehicle), len(routes.size)
    pool = min(n, int((routes.vehicle == NONE).sum()) + knobs.most)
    return Room(
        np.zeros(pool, np.int32),
        np.zeros((pool, m)),
        np.zeros((pool, m, 2), np.int32),
        np.zeros(n),
        np.zeros(m, np.bool_),
        np.where(routes.vehicle == NONE, 1, n + 1).astype(np.int32),
    )


def dispatch_of(problem: Problem, routes: Routes) -> Dispatch:
    """The routes with their times."""
    begin = np.zeros(routes.node.shape)
    late = schedule_all(problem, routes.node, routes.size, begin)
    if late != NONE:
        raise ValueError(f"vehicle {late} has no feasible schedule")
    columns = np.arange(routes.node.shape[1])
    is_call = (columns > 0) & (columns < routes.size[:, None] - 1)
    rows = np.arange(len(routes.size))
    return Dispatch(
        plan_of(routes),
        begin[is_call],
        begin[:, 0].copy(),
        begin[rows, routes.size - 1],
        np.flatnonzero(routes.vehicle == NONE).astype(np.int32),
    )


def driving_time(state: FleetState, dispatch: Dispatch) -> float:
    """Driving of the whole fleet, to the depots included."""
    requests, vehicles = state.requests, state.vehicles
    place = np.concatenate((requests.origin, requests.destination))
    total = 0.0
    for vehicle in range(len(vehicles)):
        stops: Ints = place[dispatch.plan.of_vehicle(vehicle)]
        depot = vehicles.depot[vehicle]
        path = np.concatenate((vehicles.place[vehicle : vehicle + 1], stops, [depot] if depot != NONE else []))
        path = path.astype(np.int64)
        total += float(state.times[path[:-1], path[1:]].sum())
    return total
