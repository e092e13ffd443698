"""Trucks that carry shared vehicles from full ports to empty ones, and platoons that drive themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.geo import great_circle_m
from simulator.docks import Docks, Shared
from simulator.events import NOBODY, Kind
from simulator.lives import City
from simulator.processes import Process

DETOUR = 1.3
"""Metres by road a metre as the crow flies, as `planner.footpaths`."""

UNSERVED_S = 3600
"""A vehicle left where it is too many, or missing where it is wanted, counts as so many seconds of a tour."""

PLATOON = 4
"""So many personal vehicles follow each other, as in the trial of 2017 in the city: one is led, the others follow."""


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """How vehicles are brought back to where they are wanted.

    Attributes
    ----------
    trucks, places : int
        Trucks, each with room for so many vehicles.
    at_s : tuple of float
        When a tour of all trucks begins.
    hours_s : float
        Longest tour.
    truck_ms, handling_s : float
        Speed with stops on the way; to load, unload or swap the battery of one vehicle.
    low, high, goal : float
        Ports with less or more of their capacity than this are brought towards `goal`.
    platoon_every_s : float
        So often the fullest port of personal vehicles sends up to four to the emptiest; 0: never.
    g_km, yen_km : float
        Of a truck, a kilometre.
    reward_yen : float
        Off the fare of a rider who leaves a vehicle at a port below `low`.
    """

    trucks: int = 0
    places: int = 20
    at_s: tuple[float, ...] = ()
    hours_s: float = 10800.0
    truck_ms: float = 5.5
    handling_s: float = 60.0
    low: float = 0.25
    high: float = 0.75
    goal: float = 0.5
    platoon_every_s: float = 0.0
    g_km: float = 0.0
    yen_km: float = 0.0
    reward_yen: float = 0.0


@dataclass(frozen=True, slots=True)
class Tour:
    """Where one truck goes, and how many vehicles it loads (above 0) or unloads there."""

    ports: tuple[int, ...]
    loads: tuple[int, ...]


def imbalance(docks: Docks, rental: int, ports: Sequence[int], rules: Rebalancing) -> list[int]:
    """Vehicles too many (above 0) or too few at each of some ports."""
    found = []
    for port in ports:
        count, capacity = sum(1 for _ in docks.of(port, rental)), int(docks.capacity[port])
        is_off = capacity > 0 and not rules.low <= count / capacity <= rules.high
        # Halves are rounded away from the goal's side on which the port is, so that no port becomes the other kind.
        found.append(count - round(rules.goal * capacity) if is_off else 0)
    return found


def tours(
    drive_s: NDArray[np.float64], surplus: Sequence[int], rules: Rebalancing, on_board: Sequence[int]
) -> list[Tour]:
    """Tours that serve most vehicles too many or too few, and are short; what is over stays on board.

    Parameters
    ----------
    drive_s : array (ports, ports)
    surplus : sequence of int
        Loaded at a port if above 0, unloaded if below; 0: nothing to do. At most the places of a truck each.
    on_board : sequence of int
        What each truck has from before.

    Notes
    -----
    Google OR-Tools, routing library: pickup and delivery of one commodity (Hernández-Pérez and Salazar-González 2004,
    doi:10.1016/j.dam.2003.09.013) with optional visits and a limit of time; trucks begin and end anywhere. Not to
    serve a vehicle costs an hour.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    from ortools.util import optional_boolean_pb2

    ports = [port for port, count in enumerate(surplus) if count]
    if not ports or not rules.trucks:
        return []
    depot, counts = len(ports), [max(-rules.places, min(rules.places, surplus[port])) for port in ports]
    index = pywrapcp.RoutingIndexManager(depot + 1, rules.trucks, depot)
    model = pywrapcp.RoutingModel(index)
    seconds = tour_seconds(drive_s, ports, counts, rules)
    transit = model.RegisterTransitMatrix(seconds.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(transit)
    model.AddDimension(transit, 0, round(rules.hours_s), True, "time")
    model.AddDimension(model.RegisterUnaryTransitVector([*counts, 0]), 0, rules.places, False, "load")
    for truck, count in enumerate(on_board):
        model.GetDimensionOrDie("load").CumulVar(model.Start(truck)).SetValue(count)
    for node, count in enumerate(counts):
        model.AddDisjunction([index.NodeToIndex(node)], abs(count) * UNSERVED_S)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    # Descent ends by itself, so the same ports give the same tours on any machine; guided search would need a clock.
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    # Descent by single ports alone leaves whole pairs of pickup and delivery unserved.
    how.local_search_operators.use_inactive_lns = optional_boolean_pb2.BOOL_TRUE
    answer = model.SolveWithParameters(how)
    found = []
    for truck in range(rules.trucks if answer is not None else 0):
        nodes, at = [], answer.Value(model.NextVar(model.Start(truck)))
        while not model.IsEnd(at):
            nodes.append(index.IndexToNode(at))
            at = answer.Value(model.NextVar(at))
        found.append(Tour(tuple(ports[node] for node in nodes), tuple(counts[node] for node in nodes)))
    return found


def tour_seconds(
    drive_s: NDArray[np.float64], ports: Sequence[int], counts: Sequence[int], rules: Rebalancing
) -> NDArray[np.int64]:
    """Work at a port and the drive to the next; the depot, behind the ports, is beside every port."""
    seconds = np.zeros((len(ports) + 1, len(ports) + 1))
    seconds[:-1, :-1] = drive_s[np.ix_(ports, ports)]
    seconds[:-1] += np.abs(np.array(counts))[:, None] * rules.handling_s
    return np.round(seconds).astype(np.int64)


def start(city: City, rules: Rebalancing, first_number: int) -> None:
    """Begin the tours of trucks and the returns of platoons."""
    town = city.choices.town
    for rental in range(len(town.network.rentals)):
        returns_alone = city.choices.docks.rules[rental].returns_alone
        if rules.trucks and rules.at_s and not returns_alone:
            city.env.process(_tours(city, rules, rental, first_number))
        if rules.platoon_every_s and returns_alone:
            city.env.process(_platoons(city, rules, rental))


def _ports_of(city: City, rental: int) -> list[int]:
    kind = city.choices.town.network.rentals[rental]
    return [int(port) for port in np.union1d(kind.pickup, kind.dropoff)]


def _tours(city: City, rules: Rebalancing, rental: int, first_number: int) -> Process:
    """Plan a tour at each time, and drive it."""
    town, docks, ports = city.choices.town, city.choices.docks, _ports_of(city, rental)
    at = town.first_port + np.array(ports)
    metres = great_circle_m(town.lat[at][:, None], town.lon[at][:, None], town.lat[at][None, :], town.lon[at][None, :])
    drive_s = np.asarray(metres) * DETOUR / rules.truck_ms
    carried: list[list[Shared]] = [[] for _ in range(rules.trucks)]
    for time_s in rules.at_s:
        if time_s < city.env.now:
            continue
        yield city.env.timeout(time_s - city.env.now)
        surplus = imbalance(docks, rental, ports, rules)
        planned = tours(drive_s, surplus, rules, [len(one) for one in carried])
        running = [
            city.env.process(_truck(city, rules, (first_number + truck, ports, drive_s), tour, carried[truck], rental))
            for truck, tour in enumerate(planned)
        ]
        yield city.env.all_of(running)


def _truck(
    city: City, rules: Rebalancing, truck: tuple[int, list[int], NDArray[np.float64]], tour: Tour,
    carried: list[Shared], rental: int,
) -> Process:  # fmt: skip
    """Drive one tour: at each port swap batteries, load or unload as far as what is found there allows."""
    (number, ports, drive_s), docks, env, log = truck, city.choices.docks, city.env, city.log
    before = None
    for row, count in zip(tour.ports, tour.loads, strict=True):
        if before is not None:
            yield env.timeout(float(drive_s[before, row]))
            metres = float(drive_s[before, row]) * rules.truck_ms
            log.vehicle(env.now, Kind.ARRIVED, number, city.choices.town.first_port + ports[row], len(carried), metres)
        before, port = row, ports[row]
        point = city.choices.town.first_port + port
        swapped = docks.swap(port, rental)
        if swapped:
            log.vehicle(env.now, Kind.SWAPPED, number, point, swapped)
        moved = 0
        for _ in range(abs(count)):
            moved += _load(docks, port, rental, carried, rules) if count > 0 else _unload(docks, port, carried)
        log.vehicle(env.now, Kind.MOVED, number, point, moved if count > 0 else -moved)
        yield env.timeout((swapped + moved) * rules.handling_s)


def _load(docks: Docks, port: int, rental: int, carried: list[Shared], rules: Rebalancing) -> int:
    """The vehicle with the least range goes on board, if there is one and room for it."""
    found = min(docks.of(port, rental), key=lambda one: (one.left_m, one.number), default=None)
    if found is None or len(carried) >= rules.places:
        return 0
    docks.take(port, found)
    found.left_m = docks.rules[rental].range_m
    carried.append(found)
    return 1


def _unload(docks: Docks, port: int, carried: list[Shared]) -> int:
    if not carried or docks.free(port) <= 0:
        return 0
    docks.leave(port, carried.pop())
    return 1


def _platoons(city: City, rules: Rebalancing, rental: int) -> Process:
    """The fullest port sends vehicles to the emptiest, one led by a person, the others following by themselves."""
    town, docks, ports = city.choices.town, city.choices.docks, _ports_of(city, rental)
    while True:
        yield city.env.timeout(rules.platoon_every_s)
        surplus = imbalance(docks, rental, ports, rules)
        begin, finish = int(np.argmax(surplus)), int(np.argmin(surplus))
        seconds = float(town.rides[rental].seconds[ports[begin], ports[finish]])
        count = min(PLATOON, surplus[begin], -surplus[finish], docks.free(ports[finish]))
        if count <= 0 or not np.isfinite(seconds):
            continue
        metres = float(town.rides[rental].metres[ports[begin], ports[finish]])
        ready = sorted(docks.of(ports[begin], rental), key=lambda one: (-one.left_m, one.number))[:count]
        platoon = [one for one in ready if one.left_m >= metres]
        for one in platoon:
            docks.take(ports[begin], one)
        docks.reserved[ports[finish]] += len(platoon)
        city.log.vehicle(city.env.now, Kind.MOVED, NOBODY, town.first_port + ports[begin], len(platoon))
        yield city.env.timeout(seconds)
        docks.reserved[ports[finish]] -= len(platoon)
        for one in platoon:
            docks.ride(one, metres)
            docks.leave(ports[finish], one)
        city.log.vehicle(city.env.now, Kind.MOVED, NOBODY, town.first_port + ports[finish], -len(platoon), metres)
