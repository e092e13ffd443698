"""What vehicles and travellers do, as processes of SimPy."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import simpy
from simpy.resources.resource import Request

from simulator.course import Course, Motion, cycle_s, lost_time_s, peak_speed_ms, running_time_s
from simulator.domain import Domain
from simulator.energy import traction_j
from simulator.events import EventLog, Kind, Reason
from simulator.fleet import Plan, Rider, Vehicle, alighting_s, boarding_s

Process = Generator[simpy.Event, Any, None]

LONGEST_PAUSE_S = 120.0
"""Riders stay on board through a planned pause at the depot no longer than this; into a longer one none are taken."""


@dataclass(slots=True, eq=False)
class Platform:
    """A position's queue and its berth for one vehicle.

    Attributes
    ----------
    waiting : dict
        Riders by traveller, in the order they came.
    bell : Event or None
        Rung by whoever joins while a vehicle stands there with its doors open.
    """

    berth: simpy.Resource
    waiting: dict[int, Rider] = field(default_factory=dict)
    bell: simpy.Event | None = None
    departed_s: float = -np.inf
    arrived_s: float = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Everything that vehicles and riders of one course share while it runs; `closed` once all vehicles left."""

    env: simpy.Environment
    log: EventLog
    course: Course
    plan: Plan
    domain: Domain
    platforms: Sequence[Platform]
    operators: simpy.Resource
    chargers: simpy.Resource
    closed: simpy.Event

    @property
    def has_ended(self) -> bool:
        """Whether vehicles are on their way to the depot for good."""
        return bool(self.env.now >= self.plan.end_s)


def line(env: simpy.Environment, log: EventLog, course: Course, plan: Plan, domain: Domain) -> Line:
    """Line with nobody on it."""
    platforms = [Platform(simpy.Resource(env)) for _ in course.stop_at]
    operators, chargers = simpy.Resource(env, plan.operators), simpy.Resource(env, plan.chargers)
    return Line(env, log, course, plan, domain, platforms, operators, chargers, env.event())


def gate(env: simpy.Environment, people: simpy.Store, service_s: Iterable[float]) -> Process:
    """One server of a queue: takes people in the order they came, tells each when they have passed.

    Parameters
    ----------
    people : Store of Event
        What the people who queue wait for.
    service_s : iterable of float
        How long each takes, one after the other.
    """
    for seconds in service_s:
        passed = yield people.get()
        yield env.timeout(seconds)
        passed.succeed()


def join(line: Line, rider: Rider, patience_s: float) -> None:
    """Let `rider` wait at the position where he boards, until his patience or the service ends."""
    platform, number = line.platforms[rider.board], rider.traveller.number
    if line.closed.triggered:
        line.log.traveller(line.env.now, Kind.GAVE_UP, number, rider.board, reason=Reason.SERVICE_ENDED)
        return
    platform.waiting[number] = rider
    line.env.timeout(patience_s).callbacks.append(partial(_give_up, line, rider))
    if platform.bell is not None and not platform.bell.triggered:
        platform.bell.succeed()


def _give_up(line: Line, rider: Rider, _: simpy.Event) -> None:
    waiting, number = line.platforms[rider.board].waiting, rider.traveller.number
    # A rider put down waits as another Rider, with a new patience.
    if waiting.get(number) is rider:
        del waiting[number]
        line.log.traveller(line.env.now, Kind.GAVE_UP, number, rider.board, reason=Reason.PATIENCE)


def close(line: Line, drives: Sequence[simpy.Process]) -> Process:
    """Send home whoever still waits when the last vehicle has left."""
    yield line.env.all_of(drives)
    line.closed.succeed()
    for position, platform in enumerate(line.platforms):
        for number in platform.waiting:
            line.log.traveller(line.env.now, Kind.GAVE_UP, number, position, reason=Reason.SERVICE_ENDED)
        platform.waiting.clear()


def drive(line: Line, vehicle: Vehicle, rng: np.random.Generator) -> Process:
    """One vehicle's day: from the depot round and round until it comes home empty after the end of service."""
    env, log, plan = line.env, line.log, line.plan
    enters_s = _enters_s(line, vehicle)
    if enters_s == np.inf:
        return
    yield env.timeout(enters_s)
    vehicle.drawn_until_s = env.now
    position, driven_m, energy_j = plan.depot, 0.0, 0.0
    _log(line, Kind.ENTERED, vehicle, position, energy_j=_charge_j(vehicle))
    while True:
        berth = line.platforms[position].berth.request()
        yield berth
        log.vehicle(
            env.now, Kind.ARRIVED, vehicle.number, position, len(vehicle.riders), driven_m,
            vehicle.draw(env.now, energy_j),
        )  # fmt: skip
        yield from _visit(line, vehicle, position, berth)
        if _is_home(line, vehicle, position):
            break
        driven_m = line.course.lengths_m[position]
        energy_j = yield from _run(line, vehicle, position, rng)
        position = (position + 1) % len(line.platforms)
    _log(line, Kind.LEFT, vehicle, position, energy_j=_charge_j(vehicle))


def _enters_s(line: Line, vehicle: Vehicle) -> float:
    """When a vehicle comes to the depot first; inf: its duty is empty."""
    plan = line.plan
    if not plan.duties:
        return plan.start_s + vehicle.number * plan.headway_s
    duty = plan.duties[vehicle.number]
    first_s, charge = duty.next_s(0) - plan.minimum_dwell_s, duty.charge_before(0)
    return first_s if charge is None else min(first_s, charge[0])


def _visit(line: Line, vehicle: Vehicle, position: int, berth: Request) -> Process:
    """From arrival to departure; the berth is free afterwards."""
    env, platform = line.env, line.platforms[position]
    arrived_s = env.now
    yield env.timeout(vehicle.kind.door_s / 2)
    yield from _let_out(line, vehicle, position)
    if position == line.plan.depot and line.plan.duties:
        vehicle.round += 1
        berth = yield from _rest(line, vehicle, platform, berth)
    elif position == line.plan.depot:
        vehicle.is_last_round = vehicle.is_last_round or line.has_ended
        berth = yield from _charge(line, vehicle, platform, berth)
    while not _is_home(line, vehicle, position):
        if line.domain.speed_share(position, env.now) == 0:
            berth = yield from _stand_aside(line, vehicle, position, berth)
            continue
        yield from _let_in(line, vehicle, position, arrived_s)
        yield env.timeout(vehicle.kind.door_s / 2)
        if line.domain.speed_share(position, env.now) > 0:
            _depart(line, vehicle, position)
            break
    platform.berth.release(berth)


def _is_home(line: Line, vehicle: Vehicle, position: int) -> bool:
    if position != line.plan.depot or vehicle.riders:
        return False
    if line.plan.duties:
        return line.plan.duties[vehicle.number].next_s(vehicle.round) == np.inf
    return line.has_ended


def _depart(line: Line, vehicle: Vehicle, position: int) -> None:
    now, platform = line.env.now, line.platforms[position]
    platform.departed_s = now
    _log(line, Kind.DEPARTED, vehicle, position, energy_j=vehicle.draw(now))
    if platform.waiting:
        line.log.vehicle(now, Kind.LEFT_BEHIND, vehicle.number, position, len(platform.waiting))
    if line.plan.duties:
        if position == line.plan.depot:
            vehicle.is_last_round = _rests_after(line, vehicle)
        return
    battery = vehicle.kind.battery
    vehicle.is_last_round = line.has_ended or (battery is not None and vehicle.battery_j < battery.low_j)


def _rests_after(line: Line, vehicle: Vehicle) -> bool:
    """Whether the round just begun ends in a pause that no rider would sit through."""
    duty, round_s = (
        line.plan.duties[vehicle.number],
        cycle_s(line.course, vehicle.kind.motion, line.plan.minimum_dwell_s),
    )
    pause_s = duty.next_s(vehicle.round + 1) - line.env.now - round_s
    return pause_s > LONGEST_PAUSE_S or duty.charge_before(vehicle.round + 1) is not None


def _let_out(line: Line, vehicle: Vehicle, position: int) -> Process:
    for rider in [rider for rider in vehicle.riders.values() if rider.alight == position]:
        yield line.env.timeout(alighting_s(vehicle.kind, rider))
        vehicle.alight(rider)
        line.log.traveller(line.env.now, Kind.ALIGHTED, rider.traveller.number, position, vehicle.number)
        line.env.timeout(rider.traveller.egress_s).callbacks.append(partial(_reach, line, rider))


def _reach(line: Line, rider: Rider, _: simpy.Event) -> None:
    line.log.traveller(line.env.now, Kind.REACHED, rider.traveller.number, rider.alight)


def _let_in(line: Line, vehicle: Vehicle, position: int, arrived_s: float) -> Process:
    """Riders board one after the other until nobody can and it is time to close the doors."""
    env, platform, kind = line.env, line.platforms[position], vehicle.kind
    leave_s = _hold_until(line, vehicle, position, arrived_s) - kind.door_s / 2
    while True:
        rider = vehicle.first_of(platform.waiting.values(), line.plan.depot)
        if rider is not None:
            del platform.waiting[rider.traveller.number]
            vehicle.board(rider)
            yield env.timeout(boarding_s(kind, rider))
            line.log.traveller(
                env.now, Kind.BOARDED, rider.traveller.number, position, vehicle.number, rider.distance_m
            )
        elif env.now >= leave_s:
            break
        else:
            platform.bell = env.event()
            yield env.timeout(leave_s - env.now) | platform.bell
    platform.bell = None


def _hold_until(line: Line, vehicle: Vehicle, position: int, arrived_s: float) -> float:
    """Earliest departure: after the shortest dwell, at a control so long after the vehicle before as planned."""
    ready_s, plan = arrived_s + line.plan.minimum_dwell_s, line.plan
    if plan.duties and position == plan.depot:
        return max(ready_s, plan.duties[vehicle.number].next_s(vehicle.round))
    if position not in plan.controls:
        return ready_s
    held_s = min(line.platforms[position].departed_s + plan.headway_s, line.env.now + plan.max_hold_s)
    if held_s > max(ready_s, line.env.now):
        _log(line, Kind.HELD, vehicle, position)
    return max(ready_s, held_s)


def _charge(line: Line, vehicle: Vehicle, platform: Platform, berth: Request) -> Generator[simpy.Event, Any, Request]:
    """Charge if the battery asks for it and nobody is on board; the berth held afterwards."""
    battery = vehicle.kind.battery
    if battery is None or vehicle.battery_j >= battery.low_j or vehicle.riders or line.has_ended:
        return berth
    platform.berth.release(berth)
    yield from _fill(line, vehicle, np.inf)
    vehicle.is_last_round = False
    berth = platform.berth.request()
    yield berth
    return berth


def _fill(line: Line, vehicle: Vehicle, until_s: float) -> Process:
    """Wait for a charger and charge until full, or until a time."""
    battery, env, depot = vehicle.kind.battery, line.env, line.plan.depot
    if battery is None:
        return
    with line.chargers.request() as charger:
        yield charger
        _log(line, Kind.CHARGING_BEGAN, vehicle, depot, energy_j=vehicle.draw(env.now))
        added_j = max(0.0, min(battery.full_j - vehicle.battery_j, battery.charger_w * (until_s - env.now)))
        yield env.timeout(added_j / battery.charger_w)
        vehicle.battery_j += added_j
        vehicle.drawn_until_s = env.now
        _log(line, Kind.CHARGED, vehicle, depot, energy_j=added_j)


def _rest(line: Line, vehicle: Vehicle, platform: Platform, berth: Request) -> Generator[simpy.Event, Any, Request]:
    """Pause and charge beside the platform as the duty says; the berth held afterwards, in time for the next round."""
    env, duty = line.env, line.plan.duties[vehicle.number]
    comes_s, charge = duty.next_s(vehicle.round) - line.plan.minimum_dwell_s, duty.charge_before(vehicle.round)
    if vehicle.riders or comes_s == np.inf or (charge is None and comes_s <= env.now):
        return berth
    platform.berth.release(berth)
    if charge is not None:
        yield from _pause(env, vehicle, charge[0])
        yield from _fill(line, vehicle, charge[1])
    yield from _pause(env, vehicle, comes_s)
    vehicle.is_last_round = False
    berth = platform.berth.request()
    yield berth
    return berth


def _pause(env: simpy.Environment, vehicle: Vehicle, until_s: float) -> Process:
    """Stand switched off: nothing is drawn."""
    pause_s = max(0.0, until_s - env.now)
    vehicle.drawn_until_s += pause_s
    yield env.timeout(pause_s)


def _stand_aside(line: Line, vehicle: Vehicle, position: int, berth: Request) -> Generator[simpy.Event, Any, Request]:
    """Put everyone down and wait beside the platform until the way may be driven; the berth held afterwards."""
    env, platform = line.env, line.platforms[position]
    for rider in list(vehicle.riders.values()):
        yield env.timeout(alighting_s(vehicle.kind, rider))
        vehicle.alight(rider)
        _put_down(line, vehicle, rider, position)
    _log(line, Kind.WITHDRAWN, vehicle, position)
    platform.berth.release(berth)
    while line.domain.speed_share(position, env.now) == 0:
        yield env.timeout(line.domain.next_change_s(env.now) - env.now)
    berth = platform.berth.request()
    yield berth
    _log(line, Kind.RESUMED, vehicle, position)
    return berth


def _put_down(line: Line, vehicle: Vehicle, rider: Rider, position: int) -> None:
    line.log.traveller(
        line.env.now, Kind.PUT_DOWN, rider.traveller.number, position, vehicle.number, reason=Reason.OUTSIDE_DOMAIN
    )
    rest_m = line.course.metres(position, rider.alight)
    join(line, Rider(rider.traveller, position, rider.alight, rest_m), rider.traveller.patience_s)


def _run(line: Line, vehicle: Vehicle, position: int, rng: np.random.Generator) -> Generator[simpy.Event, Any, float]:
    """Drive to the next position, never past the vehicle before; the energy of traction."""
    env, kind, length_m = line.env, vehicle.kind, line.course.lengths_m[position]
    share = line.domain.speed_share(position, env.now)
    motion = Motion(kind.motion.speed_ms * share, kind.motion.acceleration_ms2, kind.motion.deceleration_ms2)
    stands = int(rng.poisson(line.plan.interventions_per_km * length_m / 1000)) if line.plan.interventions_per_km else 0
    for _ in range(stands):
        yield from _be_helped(line, vehicle, position, rng)
    ahead = line.platforms[(position + 1) % len(line.platforms)]
    seconds = running_time_s(length_m, motion) + stands * lost_time_s(peak_speed_ms(length_m, motion), motion)
    ahead.arrived_s = max(env.now + seconds, ahead.arrived_s)
    yield env.timeout(ahead.arrived_s - env.now)
    return traction_j(kind.drive, length_m, motion, len(vehicle.riders), 1 + stands)


def _be_helped(line: Line, vehicle: Vehicle, position: int, rng: np.random.Generator) -> Process:
    """Stand until somebody, on board or afar, has resolved what the vehicle cannot."""
    env, seconds = line.env, float(rng.exponential(line.plan.intervention_s))
    _log(line, Kind.INTERVENTION_ASKED, vehicle, position)
    if line.plan.has_safety_driver:
        _log(line, Kind.INTERVENTION_BEGAN, vehicle, position)
        yield env.timeout(seconds)
    else:
        with line.operators.request() as operator:
            yield operator
            _log(line, Kind.INTERVENTION_BEGAN, vehicle, position)
            yield env.timeout(seconds)
    _log(line, Kind.INTERVENTION_ENDED, vehicle, position)


def _log(line: Line, kind: Kind, vehicle: Vehicle, position: int, energy_j: float = 0.0) -> None:
    line.log.vehicle(line.env.now, kind, vehicle.number, position, len(vehicle.riders), energy_j=energy_j)


def _charge_j(vehicle: Vehicle) -> float:
    return 0.0 if vehicle.kind.battery is None else vehicle.battery_j
