"""One replication of a day on one course: the setup in, the events out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from simulator.choice import Alternative, Tastes, chosen, utility
from simulator.course import Course, cycle_s
from simulator.demand import DEMAND_STREAM, Habits, Source, Traveller, travellers
from simulator.domain import Domain
from simulator.events import EventLog, Events, Kind, Reason
from simulator.fleet import Plan, Rider, VehicleType, vehicles
from simulator.processes import Line, Process, close, drive, gate, join, line

VEHICLE_STREAM, GATE_STREAM = DEMAND_STREAM + 1, DEMAND_STREAM + 2


@dataclass(frozen=True, slots=True)
class Gate:
    """Where people leave one by one: servers side by side, so many seconds each, always the same or exponential."""

    servers: int
    service_s: float
    is_random: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Travellers choose between the ride and walking; without, everyone rides."""

    tastes: Tastes
    price_yen: float = 0.0
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Setup:
    """All that a replication depends on but its random numbers; it ends at `until_s`."""

    course: Course
    kind: VehicleType
    plan: Plan
    domain: Domain
    sources: Sequence[Source]
    habits: Habits
    until_s: float
    gates: Sequence[Gate] = ()
    choice: Choice | None = None

    def direct_m(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Metres on foot from stop to stop: along the course, the shorter way."""
        count = len(self.course.stops)
        matrix = np.zeros((count, count))
        for origin, destination in self.course.rides:
            matrix[origin, destination] = self.course.direct_m(origin, destination)
        return matrix


def run(setup: Setup, seed: int, replication: int = 0) -> Events:
    """Play one day.

    Parameters
    ----------
    seed : int
        Equal seeds and replications give equal logs, octet by octet.
    replication : int
        Names independent random streams. Travellers, and every vehicle, have streams of their own, so two setups with
        the same seed see the same people: common random numbers.
    """
    env, log = simpy.Environment(), EventLog()
    people = travellers(setup.sources, setup.habits, setup.direct_m(), seed, replication)
    course = line(env, log, setup.course, setup.plan, setup.domain)
    drives = [
        env.process(drive(course, vehicle, _stream(seed, replication, VEHICLE_STREAM, vehicle.number)))
        for vehicle in vehicles(setup.plan, setup.kind)
    ]
    env.process(close(course, drives))
    stores = [simpy.Store(env) for _ in setup.gates]
    for number, (place, store) in enumerate(zip(setup.gates, stores, strict=True)):
        times = _service_times(place, _stream(seed, replication, GATE_STREAM, number))
        for _ in range(place.servers):
            env.process(gate(env, store, times))
    round_s = cycle_s(setup.course, setup.kind.motion, setup.plan.minimum_dwell_s)
    env.process(_arrive(_Day(setup, course, stores, round_s), people))
    env.run(until=setup.until_s)
    return log.events()


def _stream(seed: int, replication: int, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, *key)))


def _service_times(place: Gate, rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield float(rng.exponential(place.service_s)) if place.is_random else place.service_s


@dataclass(frozen=True, slots=True)
class _Day:
    """What travellers see of the day: `round_s` is a vehicle's round by plan."""

    setup: Setup
    line: Line
    stores: Sequence[simpy.Store]
    round_s: float


def _arrive(day: _Day, people: Sequence[Traveller]) -> Process:
    env = day.line.env
    for traveller in people:
        if traveller.time_s > env.now:
            yield env.timeout(traveller.time_s - env.now)
        env.process(_travel(day, traveller))


def _travel(day: _Day, traveller: Traveller) -> Process:
    """A traveller up to the platform, or on foot all the way."""
    env, log, course, number = day.line.env, day.line.log, day.line.course, traveller.number
    board, alight, ride_m = course.rides[traveller.origin, traveller.destination]
    direct_m = course.direct_m(traveller.origin, traveller.destination)
    log.traveller(env.now, Kind.GENERATED, number, board, distance_m=direct_m)
    reason = _refused(day, traveller)
    if reason is not None:
        log.traveller(env.now, Kind.REJECTED, number, board, reason=reason)
        return
    if traveller.gate >= 0:
        log.traveller(env.now, Kind.QUEUED_AT_GATE, number, board)
        passed = env.event()
        day.stores[traveller.gate].put(passed)
        yield passed
        log.traveller(env.now, Kind.PASSED_GATE, number, board)
    if day.setup.choice is not None and _prefers_walking(day, day.setup.choice, traveller):
        log.traveller(env.now, Kind.CHOSE_WALKING, number, board)
        yield env.timeout(traveller.walk_s)
        log.traveller(env.now, Kind.REACHED, number, alight)
        return
    yield env.timeout(traveller.access_s)
    log.traveller(env.now, Kind.JOINED, number, board)
    join(day.line, Rider(traveller, board, alight, ride_m), traveller.patience_s)


def _refused(day: _Day, traveller: Traveller) -> Reason | None:
    if day.line.has_ended:
        return Reason.SERVICE_ENDED
    if traveller.uses_wheelchair and day.setup.kind.wheelchair_places == 0:
        return Reason.NO_WHEELCHAIR_SPACE
    return None


def _prefers_walking(day: _Day, choice: Choice, traveller: Traveller) -> bool:
    """Whether the whole way on foot is chosen, from what can be seen before: the plan, and who waits already."""
    course, plan = day.line.course, day.line.plan
    board, _, metres = course.rides[traveller.origin, traveller.destination]
    full_vehicles = len(day.line.platforms[board].waiting) / day.setup.kind.places
    ride = Alternative(
        ride_s=metres / course.length_m * day.round_s,
        wait_s=plan.headway_s * (0.5 + int(full_vehicles)),
        walk_s=traveller.access_s + traveller.egress_s,
        price_yen=choice.price_yen,
        crowding=full_vehicles,
        constant=choice.constant,
    )
    walk = Alternative(walk_s=traveller.walk_s)
    return chosen([utility(ride, choice.tastes), utility(walk, choice.tastes)], traveller.luck) == 1
