"""The cheapest feasible place for a request in a route, and putting it there or taking it out.

Positions are first screened by bounds on the begins (forward time slack) that any feasible schedule keeps; only a
place that would be cheaper than the best so far is given the exact test.

References
----------
Savelsbergh, M. W. P. (1992), The vehicle routing problem with time windows: minimizing route duration,
doi:10.1287/ijoc.4.2.146: forward time slack. Christiaens, J., Vanden Berghe, G. (2020), Slack induction by string
removals, doi:10.1287/trsc.2019.0914: blinks.
"""

import numpy as np

from planner.kernels import kernel
from simulator.dispatch_problem import Problem, Routes, Scratch
from simulator.dispatch_schedule import TOLERANCE, earliest_schedule, raise_begins
from simulator.dispatch_state import LOADS, Ints

Place = tuple[float, int, int]
"""Cost of an insertion, and the positions after which pickup and drop-off come in the route as it is."""


@kernel
def refresh(problem: Problem, routes: Routes, vehicle: int, position: Ints) -> bool:
    """Bring a route's bounds, loads and cost up to date; False if it has no feasible schedule."""
    times, place = problem.times, problem.place
    route, size = routes.node[vehicle], routes.size[vehicle]
    early, late, onboard = routes.early[vehicle], routes.late[vehicle], routes.onboard[vehicle]
    is_feasible = earliest_schedule(problem, vehicle, route, size, early, position)
    onboard[0] = problem.load[route[0]]
    cost = 0.0
    for i in range(1, size):
        tail, head = route[i - 1], route[i]
        cost += times[place[tail], place[head]]
        for kind in range(LOADS):
            onboard[i, kind] = onboard[i - 1, kind] + problem.load[head, kind]
    late[size - 1] = problem.latest[route[size - 1]]
    for i in range(size - 2, -1, -1):
        tail, head = route[i], route[i + 1]
        late[i] = min(problem.latest[tail], late[i + 1] - problem.service[tail] - times[place[tail], place[head]])
    routes.cost[vehicle] = cost
    return is_feasible


@kernel
def fits(problem: Problem, routes: Routes, vehicle: int, at: int, request: int) -> bool:
    """Whether the riders find room behind the visit at position `at`."""
    onboard, capacity = routes.onboard[vehicle], problem.capacity[vehicle]
    is_fitting = True
    for kind in range(LOADS):
        is_fitting &= onboard[at, kind] + problem.load[request, kind] <= capacity[kind]
    return bool(is_fitting)


@kernel
def best_place(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    problem: Problem,
    routes: Routes,
    scratch: Scratch,
    vehicle: int,
    request: int,
    bound: float,
    blink: float,
    rng: np.random.Generator,
) -> Place:
    """Cheapest feasible place for a waiting request, cheaper than `bound`; (inf, -1, -1) if there is none.

    Each position of the pickup is overlooked with probability `blink`.
    """
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    route, size = routes.node[vehicle], routes.size[vehicle]
    early, late = routes.early[vehicle], routes.late[vehicle]
    best, best_i, best_j = np.inf, -1, -1
    if size + 2 > len(route):
        return best, best_i, best_j
    pickup, dropoff = request, n + request
    service, longest = problem.service[request], problem.max_ride[request]
    for i in range(size - 1):
        before, after = route[i], route[i + 1]
        to_pickup = times[place[before], place[pickup]]
        begin = max(problem.earliest[pickup], early[i] + problem.service[before] + to_pickup)
        # Driving times obey the triangle inequality, so later positions only arrive later.
        if begin > problem.latest[pickup] + TOLERANCE:
            break
        if not fits(problem, routes, vehicle, i, request):
            continue
        if blink > 0.0 and rng.random() < blink:
            continue
        direct = times[place[before], place[after]]
        time, ride, tail = begin + service, 0.0, pickup
        for j in range(i, size - 1):
            if j > i:
                head = route[j]
                step = times[place[tail], place[head]]
                time = max(early[j], time + step)
                ride += step
                if time > late[j] + TOLERANCE or ride > longest + TOLERANCE:
                    break
                if not fits(problem, routes, vehicle, j, request):
                    break
                time += problem.service[head]
                ride += problem.service[head]
                tail = head
            following = route[j + 1]
            to_dropoff = times[place[tail], place[dropoff]]
            arrival = max(problem.earliest[dropoff], time + to_dropoff)
            if arrival > problem.latest[dropoff] + TOLERANCE or ride + to_dropoff > longest + TOLERANCE:
                break
            onwards = times[place[dropoff], place[following]]
            if j == i:
                cost = to_pickup + to_dropoff + onwards - direct
            else:
                cost = to_pickup + times[place[pickup], place[after]] - direct
                cost += to_dropoff + onwards - times[place[tail], place[following]]
            if cost >= min(best, bound):
                continue
            if max(early[j + 1], arrival + problem.service[dropoff] + onwards) > late[j + 1] + TOLERANCE:
                continue
            if is_feasible(problem, vehicle, routes, scratch, request, (i, j)):
                best, best_i, best_j = cost, i, j
    return best, best_i, best_j


@kernel
def best_dropoff(problem: Problem, routes: Routes, scratch: Scratch, vehicle: int, request: int, bound: float) -> Place:
    """Cheapest feasible place for the drop-off of riders on board, cheaper than `bound`."""
    times, place = problem.times, problem.place
    route, size = routes.node[vehicle], routes.size[vehicle]
    dropoff = len(problem.max_ride) + request
    best, best_i, best_j = np.inf, -1, -1
    if size + 1 > len(route):
        return best, best_i, best_j
    for j in range(size - 1):
        # The start's load counts them already; a later pickup must find room with them still on board.
        if is_overfull(problem, routes, vehicle, j, request):
            break
        tail, following = route[j], route[j + 1]
        cost = times[place[tail], place[dropoff]] + times[place[dropoff], place[following]]
        cost -= times[place[tail], place[following]]
        if cost >= min(best, bound):
            continue
        if is_feasible(problem, vehicle, routes, scratch, request, (-1, j)):
            best, best_j = cost, j
    return best, best_i, best_j


@kernel
def is_overfull(problem: Problem, routes: Routes, vehicle: int, at: int, request: int) -> bool:
    """Whether the load behind position `at` passes the capacity; the riders of `request`, not dropped off, count."""
    for kind in range(LOADS):
        if problem.load[request, kind] > 0 and routes.onboard[vehicle, at, kind] > problem.capacity[vehicle, kind]:
            return True
    return False


@kernel
def is_feasible(
    problem: Problem, vehicle: int, routes: Routes, scratch: Scratch, request: int, at: tuple[int, int]
) -> bool:
    """Whether the route has a schedule with the request put in after the two positions `at`; exact."""
    n = len(problem.max_ride)
    route, begin = scratch.route, scratch.begin
    size = fill(routes.node[vehicle], routes.size[vehicle], request, n + request, at, route)
    early, first, last = routes.early[vehicle], size, 0
    old = 0
    for i in range(size):
        node = route[i]
        scratch.position[node] = i
        if node == request or node == n + request:
            begin[i] = problem.earliest[node]
            first, last = min(first, i), i + 1
        else:
            begin[i] = early[old]
            old += 1
    return raise_begins(problem, vehicle, route, size, begin, scratch.position, (first, last))


@kernel
def fill(route: Ints, size: int, pickup: int, dropoff: int, at: tuple[int, int], target: Ints) -> int:
    """Write `route` with the visits put in after the two positions `at`, a position of -1 for none; its size."""
    end = 0
    for i in range(size):
        target[end] = route[i]
        end += 1
        if i == at[0]:
            target[end] = pickup
            end += 1
        if i == at[1]:
            target[end] = dropoff
            end += 1
    return end


@kernel
def put(problem: Problem, routes: Routes, scratch: Scratch, vehicle: int, request: int, at: tuple[int, int]) -> None:
    """Carry out an insertion."""
    n = len(problem.max_ride)
    route, size = routes.node[vehicle], routes.size[vehicle]
    end = fill(route, size, request, n + request, at, scratch.route)
    route[:end] = scratch.route[:end]
    routes.size[vehicle] = end
    routes.vehicle[request] = vehicle
    refresh(problem, routes, vehicle, scratch.position)


@kernel
def take_out(problem: Problem, routes: Routes, request: int) -> int:
    """Take a request's visits out of its route, whose bounds are left stale; the vehicle."""
    n = len(problem.max_ride)
    vehicle = routes.vehicle[request]
    route, size = routes.node[vehicle], routes.size[vehicle]
    end = 0
    for i in range(size):
        node = route[i]
        if node not in (request, n + request):
            route[end] = node
            end += 1
    routes.size[vehicle] = end
    routes.vehicle[request] = -1
    return int(vehicle)


@kernel
def insert_at_once(problem: Problem, routes: Routes, scratch: Scratch, order: Ints, rng: np.random.Generator) -> int:
    """Put the requests of `order`, one after the other, where they cost least; how many were put."""
    inserted = 0
    for vehicle in range(len(routes.size)):
        refresh(problem, routes, vehicle, scratch.position)
    for request in order:
        best, chosen, best_i, best_j = np.inf, -1, -1, -1
        for vehicle in range(len(routes.size)):
            cost, i, j = best_place(problem, routes, scratch, vehicle, request, best, 0.0, rng)
            if cost < best:
                best, chosen, best_i, best_j = cost, vehicle, i, j
        if chosen >= 0:
            put(problem, routes, scratch, chosen, request, (best_i, best_j))
            inserted += 1
    return inserted
