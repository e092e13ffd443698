"""Dispatching with OR-Tools: the exact answer for small fleets with a bound, and its routing search for comparison.

Both count in whole numbers, `scale` to a unit of time. Times are rounded so that what is feasible for them is feasible;
with times that are whole multiples of 1 / scale nothing is lost and bound and cost are exact.

References
----------
Google OR-Tools 9, CP-SAT (`CpModel.add_circuit`) and the routing library. Cordeau, J.-F. (2006),
doi:10.1287/opre.1060.0283: the model.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.dispatch import dispatch_of, driving_time
from simulator.dispatch_problem import Problem, problem_of, routes_of
from simulator.dispatch_state import NONE, Dispatch, FleetState, Plan

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel


@dataclass(frozen=True, slots=True)
class Exact:
    """What CP-SAT found.

    Attributes
    ----------
    bound : float
        No dispatch that serves as many requests drives less, if `is_optimal`; up to rounding.
    """

    dispatch: Dispatch
    cost: float
    bound: float
    is_optimal: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A problem in whole numbers, rounded to the safe side; `far` is later than anything, `penalty` dearer."""

    problem: Problem
    n: int
    m: int
    scale: int
    far: int
    penalty: int

    def drive(self, tail: int, head: int) -> int:
        """Driving time."""
        place = self.problem.place
        return math.ceil(float(self.problem.times[place[tail], place[head]]) * self.scale - 1e-6)

    def service(self, node: int) -> int:
        return math.ceil(float(self.problem.service[node]) * self.scale - 1e-6)

    def window(self, node: int) -> tuple[int, int]:
        """First and last begin; an empty window has the last before the first."""
        earliest, latest = float(self.problem.earliest[node]), float(self.problem.latest[node])
        return (
            math.ceil(max(earliest, 0.0) * self.scale - 1e-6),
            math.floor(min(latest, self.far / self.scale) * self.scale + 1e-6),
        )

    def limit(self, longest: float) -> int:
        """A longest ride or duration."""
        return self.far if longest * self.scale >= self.far else math.floor(longest * self.scale + 1e-6)


def whole(state: FleetState, scale: int) -> Whole:
    """Round `state`, which must have nobody on board, no plan and no time before 0."""
    if (state.requests.vehicle != NONE).any() or len(state.plan.visit):
        raise ValueError("the exact dispatcher needs a fleet without plan and with nobody on board")
    if not np.isfinite(state.vehicles.shift_end).all():
        raise ValueError("the exact dispatcher needs shifts that end")
    problem = problem_of(state)
    n, m = len(state.requests), len(state.vehicles)
    far = math.ceil(float(state.vehicles.shift_end.max()) * scale) + 1
    penalty = math.ceil(float(problem.times.max()) * scale + 1) * (2 * n + m + 1)
    return Whole(problem, n, m, scale, far, penalty)


def solve_exactly(state: FleetState, cpu_seconds: float, scale: int = 1000) -> Exact:
    """Serve as many requests as can be, then drive as little as can be; best found when the time is up.

    Raises
    ------
    RuntimeError
        If the time does not suffice for any answer.
    """
    from ortools.sat.python import cp_model

    numbers = whole(state, scale)
    model = cp_model.CpModel()
    arcs = add_circuits(model, numbers)
    add_times(model, numbers, arcs)
    add_loads(model, numbers, arcs)
    served = serve_pairs(model, numbers, arcs)
    driving = sum(numbers.drive(tail, head) * arc for (_, tail, head), arc in arcs.items() if tail != head)
    model.minimize(driving + numbers.penalty * sum(1 - is_served for is_served in served))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = cpu_seconds
    solver.parameters.max_time_in_seconds = 4 * cpu_seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise RuntimeError(f"no dispatch found within {cpu_seconds} s: {solver.status_name(status)}")
    following = [
        {tail: head for (k, tail, head), arc in arcs.items() if k == vehicle and tail != head and solver.value(arc)}
        for vehicle in range(numbers.m)
    ]
    dispatch = followed(state, numbers, following)
    bound = (solver.best_objective_bound - numbers.penalty * len(dispatch.unserved)) / scale
    return Exact(dispatch, driving_time(state, dispatch), bound, status == cp_model.OPTIMAL)


Arcs = dict[tuple[int, int, int], Any]


def add_circuits(model: "CpModel", numbers: Whole) -> Arcs:
    """A circuit of nodes per vehicle, its end leading back to its start; what it does not visit loops to itself."""
    n, m = numbers.n, numbers.m
    arcs: Arcs = {}
    for vehicle in range(m):
        start, end = 2 * n + vehicle, 2 * n + m + vehicle
        nodes = [*range(2 * n)]
        circuit = [(end, start, model.new_constant(1))]
        pairs = [(tail, head) for tail in nodes for head in nodes]
        pairs += [(start, head) for head in (*range(n), end)] + [(tail, end) for tail in range(n, 2 * n)]
        for tail, head in pairs:
            arc = arcs[vehicle, tail, head] = model.new_bool_var("")
            circuit.append((tail, head, arc))
        model.add_circuit(renumbered(circuit))
    return arcs


def renumbered(circuit: list[tuple[int, int, Any]]) -> list[tuple[int, int, Any]]:
    """The same with nodes counted from 0 without gaps, as CP-SAT wants them."""
    number = {node: i for i, node in enumerate(sorted({tail for tail, _, _ in circuit}))}
    return [(number[tail], number[head], arc) for tail, head, arc in circuit]


def add_times(model: "CpModel", numbers: Whole, arcs: Arcs) -> None:
    """Windows, driving, longest rides and durations."""
    n, m = numbers.n, numbers.m
    begin = [model.new_int_var(0, numbers.far, "") for _ in numbers.problem.place]
    for node in range(2 * n, 2 * (n + m)):
        first, last = numbers.window(node)
        model.add(begin[node] >= first)
        model.add(begin[node] <= last)
    for (_, tail, head), arc in arcs.items():
        if tail == head:
            continue
        model.add(begin[head] >= begin[tail] + numbers.service(tail) + numbers.drive(tail, head)).only_enforce_if(arc)
        if tail < 2 * n:
            first, last = numbers.window(tail)
            model.add(begin[tail] >= first).only_enforce_if(arc)
            model.add(begin[tail] <= last).only_enforce_if(arc)
    for request in range(n):
        longest = numbers.limit(float(numbers.problem.max_ride[request])) + numbers.service(request)
        model.add(begin[n + request] <= begin[request] + longest)
        model.add(begin[n + request] >= begin[request])
    for vehicle in range(m):
        longest = numbers.limit(float(numbers.problem.max_duration[vehicle]))
        model.add(begin[2 * n + m + vehicle] - begin[2 * n + vehicle] <= longest)


def add_loads(model: "CpModel", numbers: Whole, arcs: Arcs) -> None:
    """Seats and wheelchair places after each visit."""
    n, problem = numbers.n, numbers.problem
    for kind in range(problem.load.shape[1]):
        most = int(problem.capacity[:, kind].max(initial=0))
        load = [model.new_int_var(0, most, "") for _ in range(2 * n)]
        for (vehicle, tail, head), arc in arcs.items():
            if tail == head or head >= 2 * n:
                continue
            before = load[tail] if tail < 2 * n else 0
            model.add(load[head] == before + int(problem.load[head, kind])).only_enforce_if(arc)
            model.add(load[head] <= int(problem.capacity[vehicle, kind])).only_enforce_if(arc)


def serve_pairs(model: "CpModel", numbers: Whole, arcs: Arcs) -> list[Any]:
    """Both calls of a request in one vehicle, or none; per request whether it is served."""
    served = []
    for request in range(numbers.n):
        carried = []
        for vehicle in range(numbers.m):
            skips = arcs[vehicle, request, request]
            model.add(skips == arcs[vehicle, numbers.n + request, numbers.n + request])
            carried.append(1 - skips)
        is_served = model.new_bool_var("")
        model.add(sum(carried) == is_served)
        served.append(is_served)
    return served


def followed(state: FleetState, numbers: Whole, following: list[dict[int, int]]) -> Dispatch:
    """The dispatch of the routes told as successors."""
    first, visits = [0], []
    for vehicle, successors in enumerate(following):
        node = successors[2 * numbers.n + vehicle]
        while node < 2 * numbers.n:
            visits.append(node)
            node = successors[node]
        first.append(len(visits))
    planned = replace(state, plan=Plan(np.array(first, np.int32), np.array(visits, np.int32)))
    return dispatch_of(numbers.problem, routes_of(planned))


def search_with_routing(state: FleetState, seconds: int, scale: int = 1000) -> Dispatch | None:
    """Answer of OR-Tools' routing library after `seconds` of guided local search; None if it finds none.

    The library counts wall-clock time on one thread.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    numbers = whole(state, scale)
    n, m = numbers.n, numbers.m
    starts, ends = [*range(2 * n, 2 * n + m)], [*range(2 * n + m, 2 * (n + m))]
    manager = pywrapcp.RoutingIndexManager(2 * (n + m), m, starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    drive = np.array([[numbers.drive(a, b) for b in range(2 * (n + m))] for a in range(2 * (n + m))])
    busy = drive + np.array([[numbers.service(a)] for a in range(2 * (n + m))])
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(drive.tolist()))
    routing.AddDimension(routing.RegisterTransitMatrix(busy.tolist()), numbers.far, numbers.far, False, "time")
    for kind in range(numbers.problem.load.shape[1]):
        load = routing.RegisterUnaryTransitVector(numbers.problem.load[:, kind].tolist())
        capacity = numbers.problem.capacity[:, kind].tolist()
        routing.AddDimensionWithVehicleCapacity(load, 0, capacity, True, f"load {kind}")
    if not restrict(routing, manager, numbers):
        return None
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    options.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    options.time_limit.seconds = seconds
    answer = routing.SolveWithParameters(options)
    if answer is None:
        return None
    following = []
    for vehicle in range(m):
        successors, index = {}, routing.Start(vehicle)
        while not routing.IsEnd(index):
            after = answer.Value(routing.NextVar(index))
            successors[manager.IndexToNode(index)] = manager.IndexToNode(after)
            index = after
        following.append(successors)
    return followed(state, numbers, following)


def restrict(routing: Any, manager: Any, numbers: Whole) -> bool:
    """Windows, rides, durations and pairs for the routing library; False if a window is empty."""
    n, solver, time = numbers.n, routing.solver(), routing.GetDimensionOrDie("time")
    for node in range(2 * n):
        first, last = numbers.window(node)
        if last < first:
            return False
        time.CumulVar(manager.NodeToIndex(node)).SetRange(first, last)
    for vehicle in range(numbers.m):
        time.CumulVar(routing.Start(vehicle)).SetRange(*numbers.window(2 * n + vehicle))
        time.CumulVar(routing.End(vehicle)).SetRange(*numbers.window(2 * n + numbers.m + vehicle))
        time.SetSpanUpperBoundForVehicle(numbers.limit(float(numbers.problem.max_duration[vehicle])), vehicle)
    for request in range(n):
        pickup, dropoff = manager.NodeToIndex(request), manager.NodeToIndex(n + request)
        routing.AddPickupAndDelivery(pickup, dropoff)
        solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(dropoff))
        ride = time.CumulVar(dropoff) - time.CumulVar(pickup)
        solver.Add(ride <= numbers.limit(float(numbers.problem.max_ride[request])) + numbers.service(request))
        solver.Add(time.CumulVar(pickup) <= time.CumulVar(dropoff))
        solver.Add(routing.ActiveVar(pickup) == routing.ActiveVar(dropoff))
        for call in (pickup, dropoff):
            routing.AddDisjunction([call], numbers.penalty)
    return True
