"""One replication of a day on one course: the setup in, the events out."""

from collections.abc import Generator, Iterator, Sequence
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
from simulator.processes import Line, close, drive, gate, join, line

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
    env.process(_arrive(setup, course, stores, people))
    env.run(until=setup.until_s)
    return log.events()


def _stream(seed: int, replication: int, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, *key)))


def _service_times(place: Gate, rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield float(rng.exponential(place.service_s)) if place.is_random else place.service_s


def _arrive(
    setup: Setup, course: Line, stores: Sequence[simpy.Store], people: Sequence[Traveller]
) -> Generator[simpy.Event, Any, None]:
    for traveller in people:
        if traveller.time_s > course.env.now:
            yield course.env.timeout(traveller.time_s - course.env.now)
        course.env.process(_travel(setup, course, stores, traveller))


def _travel(
    setup: Setup, course: Line, stores: Sequence[simpy.Store], traveller: Traveller
) -> Generator[simpy.Event, Any, None]:
    """A traveller up to the platform, or on foot all the way."""
    env, log, number = course.env, course.log, traveller.number
    board, alight, ride_m = setup.course.rides[traveller.origin, traveller.destination]
    direct_m = setup.course.direct_m(traveller.origin, traveller.destination)
    log.traveller(env.now, Kind.GENERATED, number, board, distance_m=direct_m)
    reason = _refused(setup, course, traveller)
    if reason is not None:
        log.traveller(env.now, Kind.REJECTED, number, board, reason=reason)
        return
    if traveller.gate >= 0:
        log.traveller(env.now, Kind.QUEUED_AT_GATE, number, board)
        passed = env.event()
        stores[traveller.gate].put(passed)
        yield passed
        log.traveller(env.now, Kind.PASSED_GATE, number, board)
    if _prefers_walking(setup, course, traveller):
        log.traveller(env.now, Kind.CHOSE_WALKING, number, board)
        yield env.timeout(traveller.walk_s)
        log.traveller(env.now, Kind.REACHED, number, alight)
        return
    yield env.timeout(traveller.access_s)
    log.traveller(env.now, Kind.JOINED, number, board)
    join(course, Rider(traveller, board, alight, ride_m), traveller.patience_s)


def _refused(setup: Setup, course: Line, traveller: Traveller) -> Reason | None:
    if course.has_ended:
        return Reason.SERVICE_ENDED
    if traveller.uses_wheelchair and setup.kind.wheelchair_places == 0:
        return Reason.NO_WHEELCHAIR_SPACE
    return None


def _prefers_walking(setup: Setup, course: Line, traveller: Traveller) -> bool:
    """Whether the whole way on foot is chosen, from what can be seen before: the plan, and who waits already."""
    if setup.choice is None:
        return False
    tastes = setup.choice.tastes
    board, _, metres = setup.course.rides[traveller.origin, traveller.destination]
    round_s = cycle_s(setup.course, setup.kind.motion, setup.plan.minimum_dwell_s)
    full_vehicles = len(course.platforms[board].waiting) / setup.kind.places
    ride = Alternative(
        ride_s=metres / setup.course.length_m * round_s,
        wait_s=setup.plan.headway_s * (0.5 + int(full_vehicles)),
        walk_s=traveller.access_s + traveller.egress_s,
        price_yen=setup.choice.price_yen,
        crowding=full_vehicles,
        constant=setup.choice.constant,
    )
    walk = Alternative(walk_s=traveller.walk_s)
    return chosen([utility(ride, tastes), utility(walk, tastes)], traveller.luck) == 1
