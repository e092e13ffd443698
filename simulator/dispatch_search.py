"""Large neighbourhood search over routes: take some requests out, put them back better, many times.

A trial is accepted if it is not worse than the best by more than a threshold that falls to zero (record-to-record
travel), quadratically. Fewer unserved requests always count for more than driving less.

References
----------
Shaw, P. (1998), doi:10.1007/3-540-49481-2_30. Ropke, S., Pisinger, D. (2006), doi:10.1287/trsc.1050.0135: removals and
regret insertion. Dueck, G. (1993), doi:10.1006/jcph.1993.1010. Santini, A., Ropke, S., Hvattum, L. M. (2018),
doi:10.1007/s10732-018-9377-x: record-to-record with a linear threshold.
"""

from typing import NamedTuple

import numpy as np

from planner.kernels import kernel
from simulator.dispatch_insertion import best_dropoff, best_place, put, refresh, take_out
from simulator.dispatch_problem import Problem, Routes, Scratch
from simulator.dispatch_state import Floats, Ints

UNDECIDED = 1e12
"""Regret of a request that fewer vehicles than asked for could take."""

OTHER_ROUTE = 1e12
"""Score of a request that a rule leaves alone."""

MOST_REGRETS = 4
"""The best insertions of a request that a regret looks at, at most."""


class Knobs(NamedTuple):
    """How the search moves.

    Attributes
    ----------
    fewest, most : int
        Requests taken out in one step.
    threshold : float
        Share of the best cost by which a trial may be worse at the beginning.
    blink : float
        Probability of overlooking a position.
    """

    fewest: int
    most: int
    threshold: float
    blink: float


class Room(NamedTuple):
    """Memory of the search: requests taken out, what each costs in each vehicle, vehicles changed.

    Attributes
    ----------
    pool : int32 array
    cost : float64 array (pool, m)
    place : int32 array (pool, m, 2)
    score : float64 array (n)
    is_touched : bool array (m)
    weight : int32 array (n)
        One accepted request weighs more than all that ask.
    """

    pool: Ints
    cost: Floats
    place: Ints
    score: Floats
    is_touched: np.ndarray[tuple[int], np.dtype[np.bool_]]
    weight: Ints


@kernel
def search(
    problem: Problem,
    routes: tuple[Routes, Routes, Routes],
    scratch: Scratch,
    room: Room,
    knobs: Knobs,
    steps: tuple[int, int, int],
    rng: np.random.Generator,
) -> int:
    """Improve ``routes = (best, current, trial)`` by the steps ``begin, end, total``; how many found a new best."""
    best, current, trial = routes
    begin, end, total = steps
    n = len(problem.max_ride)
    best_cost, best_unserved = best.cost.sum(), unserved(best, room.weight)
    found = 0
    for step in range(begin, end):
        room.is_touched[:] = False
        size = 0
        for request in range(n):
            if trial.vehicle[request] < 0:
                room.pool[size] = request
                size += 1
        size = remove(problem, trial, scratch, room, knobs, size, rng)
        repair(problem, trial, scratch, room, knobs, size, rng)
        cost, left = trial.cost.sum(), unserved(trial, room.weight)
        slack = knobs.threshold * best_cost * (1.0 - step / total) ** 2
        if left < best_unserved or (left == best_unserved and cost < best_cost + slack):
            copy_touched(trial, current, room, size)
            if left < best_unserved or cost < best_cost - 1e-9 * (1.0 + best_cost):
                best_cost, best_unserved = cost, left
                copy_all(current, best)
                found += 1
        else:
            copy_touched(current, trial, room, size)
    return found


@kernel
def unserved(routes: Routes, weight: Ints) -> int:
    """Weight of the requests in no route."""
    total = 0
    for request in range(len(weight)):
        if routes.vehicle[request] < 0:
            total += weight[request]
    return total


@kernel
def copy_touched(source: Routes, target: Routes, room: Room, size: int) -> None:
    """Copy the routes that the step has changed, and where the requests of the pool are."""
    for vehicle in range(len(source.size)):
        if room.is_touched[vehicle]:
            end = source.size[vehicle]
            target.node[vehicle, :end] = source.node[vehicle, :end]
            target.early[vehicle, :end] = source.early[vehicle, :end]
            target.late[vehicle, :end] = source.late[vehicle, :end]
            target.onboard[vehicle, :end] = source.onboard[vehicle, :end]
            target.size[vehicle] = end
            target.cost[vehicle] = source.cost[vehicle]
    for i in range(size):
        target.vehicle[room.pool[i]] = source.vehicle[room.pool[i]]


@kernel
def copy_all(source: Routes, target: Routes) -> None:
    """Copy every route."""
    target.node[:] = source.node
    target.size[:] = source.size
    target.cost[:] = source.cost
    target.vehicle[:] = source.vehicle


@kernel
def remove(
    problem: Problem,
    trial: Routes,
    scratch: Scratch,
    room: Room,
    knobs: Knobs,
    size: int,
    rng: np.random.Generator,
) -> int:
    """Take requests out and add them to the pool; its size.

    The one taken stands at the share ``u ** greed`` of the scores left, lowest first, with u drawn from [0, 1).
    """
    n = len(problem.max_ride)
    wanted = min(int(rng.integers(knobs.fewest, knobs.most + 1)), n - size)
    if wanted <= 0:
        return size
    greed = score(problem, trial, room.score, rng)
    ranked = np.argsort(room.score)[: n - size]
    for taken in range(wanted):
        at = int(rng.random() ** greed * (len(ranked) - taken))
        request = ranked[at]
        if room.score[request] == OTHER_ROUTE:
            break
        ranked[at:-1] = ranked[at + 1 :]
        room.is_touched[take_out(problem, trial, request)] = True
        room.pool[size] = request
        size += 1
    for vehicle in range(len(trial.size)):
        if room.is_touched[vehicle]:
            refresh(problem, trial, vehicle, scratch.position)
    return size


@kernel
def score(problem: Problem, trial: Routes, scores: Floats, rng: np.random.Generator) -> float:
    """Score requests by one of four rules, low ones to be taken out first, unserved ones inf; the greed of the rule."""
    rule = rng.integers(0, 4)
    if rule == 0:
        scores[:] = rng.random(len(scores))
    elif rule == 1:
        score_related(problem, trial, scores, served_request(trial, rng))
    elif rule == 2:
        score_savings(problem, trial, scores)
    else:
        chosen = trial.vehicle[served_request(trial, rng)]
        for request in range(len(scores)):
            scores[request] = rng.random() if trial.vehicle[request] == chosen else OTHER_ROUTE
    for request in range(len(scores)):
        if trial.vehicle[request] < 0:
            scores[request] = np.inf
    return 4.0 if rule in (1, 2) else 64.0


@kernel
def served_request(trial: Routes, rng: np.random.Generator) -> int:
    """A request in a route, by chance."""
    n = len(trial.vehicle)
    request = rng.integers(0, n)
    while trial.vehicle[request] < 0:
        request = (request + 1) % n
    return int(request)


@kernel
def score_related(problem: Problem, trial: Routes, scores: Floats, seed: int) -> None:
    """Score requests by distance in space and time from `seed`, nearest first (Shaw)."""
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    middle = problem.earliest[seed] + problem.latest[seed]
    for request in range(n):
        if trial.vehicle[request] < 0:
            continue
        apart = times[place[seed], place[request]] + times[place[n + seed], place[n + request]]
        scores[request] = apart + 0.25 * abs(problem.earliest[request] + problem.latest[request] - middle)


@kernel
def score_savings(problem: Problem, trial: Routes, scores: Floats) -> None:
    """Score requests by the driving that ends without them, the most first."""
    times, place = problem.times, problem.place
    n = len(problem.max_ride)
    scores[:] = 0.0
    for vehicle in range(len(trial.size)):
        route = trial.node[vehicle]
        for i in range(1, trial.size[vehicle] - 1):
            before, node, after = route[i - 1], route[i], route[i + 1]
            detour = times[place[before], place[node]] + times[place[node], place[after]]
            detour -= times[place[before], place[after]]
            scores[node % n] -= detour
            # A pickup right before its drop-off: the way between them is counted in both, the way past both in none.
            if node >= n and before == node - n:
                past = times[place[route[i - 2]], place[after]] - times[place[route[i - 2]], place[node]]
                past -= times[place[before], place[after]] - times[place[before], place[node]]
                scores[node % n] += past


@kernel
def repair(
    problem: Problem,
    trial: Routes,
    scratch: Scratch,
    room: Room,
    knobs: Knobs,
    size: int,
    rng: np.random.Generator,
) -> None:
    """Put the pool back, as far as it fits: in random order, or always the request with the largest regret."""
    regrets = rng.integers(0, MOST_REGRETS + 1)
    blink = knobs.blink if rng.random() < 0.5 else 0.0
    left = np.zeros(size, np.int32)
    waiting = 0
    order = rng.permutation(size)
    for i in order:
        request = room.pool[i]
        vehicle = problem.aboard[request]
        if vehicle >= 0:
            cost, _, j = best_dropoff(problem, trial, scratch, vehicle, request, np.inf)
            if cost < np.inf:
                put(problem, trial, scratch, vehicle, request, (-1, j))
        elif regrets == 0:
            insert_cheapest(problem, trial, scratch, room, request, blink, rng)
        else:
            left[waiting] = i
            waiting += 1
    for i in left[:waiting]:
        for vehicle in range(len(trial.size)):
            price(problem, trial, scratch, room, (i, vehicle), blink, rng)
    while waiting > 0:
        chosen = largest_regret(room.cost, left, waiting, int(regrets))
        i = left[chosen]
        waiting -= 1
        left[chosen] = left[waiting]
        vehicle = room.cost[i].argmin()
        if room.cost[i, vehicle] == np.inf:
            continue
        at = (room.place[i, vehicle, 0], room.place[i, vehicle, 1])
        put(problem, trial, scratch, vehicle, room.pool[i], at)
        room.is_touched[vehicle] = True
        for other in left[:waiting]:
            price(problem, trial, scratch, room, (other, vehicle), blink, rng)


@kernel
def insert_cheapest(
    problem: Problem,
    trial: Routes,
    scratch: Scratch,
    room: Room,
    request: int,
    blink: float,
    rng: np.random.Generator,
) -> None:
    """Put a request where it costs least now."""
    best, chosen, best_i, best_j = np.inf, -1, -1, -1
    for vehicle in range(len(trial.size)):
        cost, i, j = best_place(problem, trial, scratch, vehicle, request, best, blink, rng)
        if cost < best:
            best, chosen, best_i, best_j = cost, vehicle, i, j
    if chosen >= 0:
        put(problem, trial, scratch, chosen, request, (best_i, best_j))
        room.is_touched[chosen] = True


@kernel
def price(
    problem: Problem,
    trial: Routes,
    scratch: Scratch,
    room: Room,
    cell: tuple[int, int],
    blink: float,
    rng: np.random.Generator,
) -> None:
    """Note what a request of the pool costs in a vehicle."""
    i, vehicle = cell
    cost, before_pickup, before_dropoff = best_place(problem, trial, scratch, vehicle, room.pool[i], np.inf, blink, rng)
    room.cost[i, vehicle] = cost
    room.place[i, vehicle, 0] = before_pickup
    room.place[i, vehicle, 1] = before_dropoff


@kernel
def largest_regret(cost: Floats, left: Ints, waiting: int, regrets: int) -> int:
    """Index in `left` of the request that loses most without its best vehicle; with one regret, the cheapest."""
    chosen, most, cheapest = 0, -np.inf, np.inf
    least = np.empty(MOST_REGRETS)
    for index in range(waiting):
        least[:] = np.inf
        for value in cost[left[index]]:
            rank = regrets - 1
            if value >= least[rank]:
                continue
            while rank > 0 and least[rank - 1] > value:
                least[rank] = least[rank - 1]
                rank -= 1
            least[rank] = value
        regret = 0.0
        for rank in range(1, regrets):
            regret += least[rank] - least[0] if least[rank] < np.inf else UNDECIDED
        if regret > most or (regret == most and least[0] < cheapest):
            chosen, most, cheapest = index, regret, least[0]
    return chosen
