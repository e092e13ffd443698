"""When a route's visits begin: whether any times keep every rule, and which of them keep waits and rides short.

All rules of a route with a fixed order are of the form "this begins at least so long after that": driving and service
from visit to visit, and backwards in time, a pickup not longer than the longest ride before its drop-off, the departure
not longer than the longest duration before the end. Raising the begins until all rules hold gives the earliest
schedule, and there is none if one passes its window. That test is exact.

References
----------
Cordeau, J.-F., Laporte, G. (2003), doi:10.1016/S0191-2615(02)00045-0: the eight-step scheme. Firat, M., Woeginger, G.
(2011), Analysis of the dial-a-ride problem of Hunsaker and Savelsbergh, doi:10.1016/j.orl.2010.11.004.
"""

import numpy as np

from planner.kernels import kernel
from simulator.dispatch_problem import Problem
from simulator.dispatch_state import Floats, Ints

TOLERANCE = 1e-7
"""Rules are kept up to this, in the unit of time."""


@kernel
def earliest_schedule(problem: Problem, vehicle: int, route: Ints, size: int, begin: Floats, position: Ints) -> bool:
    """Fill `begin` with the earliest feasible schedule of ``route[:size]``; False if there is none."""
    for i in range(size):
        begin[i] = problem.earliest[route[i]]
        position[route[i]] = i
        if begin[i] > problem.latest[route[i]] + TOLERANCE:
            return False
    return raise_begins(problem, vehicle, route, size, begin, position, (1, size - 1))


@kernel
def raise_begins(  # noqa: C901
    problem: Problem,
    vehicle: int,
    route: Ints,
    size: int,
    begin: Floats,
    position: Ints,
    span: tuple[int, int],
) -> bool:
    """Raise begins as little as possible until they are feasible; False if they pass a window.

    Rules between a visit outside ``span[0]..span[1]`` and the one before it hold already, and so do the longest rides
    of riders who leave outside of it.
    """
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    first, last = span
    for _ in range(size + 1):
        end = size - 1
        for i in range(first, size):
            tail, head = route[i - 1], route[i]
            arrival = begin[i - 1] + problem.service[tail] + times[place[tail], place[head]]
            if arrival > begin[i]:
                begin[i] = arrival
                if arrival > problem.latest[head] + TOLERANCE:
                    return False
            elif i > last:
                end = i - 1
                break
        lowest, last = size, 0
        for i in range(end, first - 1, -1):
            request = route[i] - n
            if request < 0 or request >= n or problem.aboard[request] >= 0:
                continue
            pickup = position[request]
            least = begin[i] - problem.max_ride[request] - problem.service[request]
            if least > begin[pickup] + TOLERANCE:
                begin[pickup] = least
                lowest, last = min(lowest, pickup + 1), max(last, pickup + 1)
                if least > problem.latest[request] + TOLERANCE:
                    return False
        least = begin[size - 1] - problem.max_duration[vehicle]
        if least > begin[0] + TOLERANCE:
            begin[0] = least
            lowest, last = 1, max(last, 1)
            if least > problem.latest[route[0]] + TOLERANCE:
                return False
        if lowest == size:
            return True
        first = lowest
    return False


@kernel
def shorten(problem: Problem, route: Ints, size: int, begin: Floats, position: Ints) -> None:
    """Delay the departure, then each pickup in turn, as far as waits behind it absorb.

    Cordeau and Laporte's steps 3 to 8. From a feasible schedule each leads to a feasible one: the slack regards windows
    and the rides of those already on board, and the end does not move.
    """
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    for i in range(size - 1):
        if i == 0 or route[i] < n:
            delay = forward_slack(problem, route, size, begin, position, i)
            begin[i] += delay
            for j in range(i + 1, size):
                tail = route[j - 1]
                arrival = begin[j - 1] + problem.service[tail] + times[place[tail], place[route[j]]]
                if arrival <= begin[j]:
                    break
                begin[j] = arrival


@kernel
def forward_slack(problem: Problem, route: Ints, size: int, begin: Floats, position: Ints, at: int) -> float:
    """How far visit `at` may be delayed within the waits behind it."""
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    slack = problem.latest[route[at]] - begin[at]
    waits = 0.0
    for j in range(at + 1, size):
        node, tail = route[j], route[j - 1]
        waits += max(0.0, begin[j] - begin[j - 1] - problem.service[tail] - times[place[tail], place[node]])
        spare = problem.latest[node] - begin[j]
        request = node - n
        if 0 <= request < n and problem.aboard[request] < 0 and position[request] < at:
            ride = begin[j] - begin[position[request]] - problem.service[request]
            spare = min(spare, problem.max_ride[request] - ride)
        slack = min(slack, waits + spare)
    return float(max(0.0, min(slack, waits)))


@kernel
def schedule_all(problem: Problem, node: Ints, size: Ints, begin: Floats) -> int:
    """Fill `begin` (m, width) with short schedules; the first vehicle without a feasible one, or -1."""
    position = np.zeros(len(problem.place), np.int32)
    for vehicle in range(len(size)):
        route, times = node[vehicle], begin[vehicle]
        if not earliest_schedule(problem, vehicle, route, size[vehicle], times, position):
            return vehicle
        shorten(problem, route, size[vehicle], times, position)
    return -1


@kernel
def excuse(problem: Problem, node: Ints, size: Ints) -> None:
    """Move the limits of late vehicles to what their plan can still keep, so that no promise is broken further."""
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    position = np.zeros(len(problem.place), np.int32)
    begin = np.zeros(node.shape[1])
    for vehicle in range(len(size)):
        route, last = node[vehicle], size[vehicle] - 1
        if earliest_schedule(problem, vehicle, route, last + 1, begin, position):
            continue
        begin[0] = problem.earliest[route[0]]
        for i in range(last + 1):
            head = route[i]
            if i > 0:
                tail = route[i - 1]
                arrival = begin[i - 1] + problem.service[tail] + times[place[tail], place[head]]
                begin[i] = max(problem.earliest[head], arrival)
            problem.latest[head] = max(problem.latest[head], begin[i])
            request = head - n
            if 0 <= request < n and problem.aboard[request] < 0:
                ride = begin[i] - begin[position[request]] - problem.service[request]
                problem.max_ride[request] = max(problem.max_ride[request], ride)
        problem.max_duration[vehicle] = max(problem.max_duration[vehicle], begin[last] - begin[0])
