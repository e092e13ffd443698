"""The last hop on the ground on a day as it may turn out: couriers and robots, each ride once its parcel has come."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
import simpy

from simulator.events import EventLog, Kind, Reason
from simulator.flight_day import AirDay, PlannedRide

Process = Generator[simpy.Event, Any, None]

Handed = Mapping[int, simpy.Event]
"""By parcel, what happens when it has been handed over (True) or is lost for this day (False)."""


def ride_day(env: simpy.Environment, log: EventLog, day: AirDay, handed: Handed, rng: np.random.Generator) -> None:
    """Start the couriers of a day; their numbers follow those of the drones."""
    for ride in day.rides:
        env.process(_ordered(env, log, ride))
    for courier in sorted({ride.courier for ride in day.rides}):
        rides = sorted((r for r in day.rides if r.courier == courier), key=lambda ride: ride.departure_s)
        slowness = np.exp(day.hazards.ride_sigma * rng.standard_normal(2 * len(rides)) - day.hazards.ride_sigma**2 / 2)
        env.process(_rides(env, log, len(day.aircraft) + courier, (rides, slowness.tolist()), handed))


def _ordered(env: simpy.Environment, log: EventLog, ride: PlannedRide) -> Process:
    log.traveller(0.0, Kind.GENERATED, ride.parcel, ride.goal, distance_m=ride.length_m)
    yield env.timeout(ride.departure_s)
    log.traveller(env.now, Kind.JOINED, ride.parcel, ride.start)


def _rides(
    env: simpy.Environment,
    log: EventLog,
    number: int,
    planned: tuple[Sequence[PlannedRide], list[float]],
    handed: Handed,
) -> Process:
    rides, slowness = planned
    log.vehicle(env.now, Kind.ENTERED, number, rides[0].start, 0)
    for k, ride in enumerate(rides):
        yield env.timeout(max(0.0, ride.departure_s - env.now))
        if ride.after in handed and not (yield handed[ride.after]):
            log.traveller(env.now, Kind.GAVE_UP, ride.parcel, ride.start, reason=Reason.MISSED)
            handed[ride.parcel].succeed(False)
            continue
        log.traveller(env.now, Kind.BOARDED, ride.parcel, ride.start, number, ride.length_m)
        log.vehicle(env.now, Kind.DEPARTED, number, ride.start, 1)
        yield env.timeout(ride.out_s * slowness[2 * k])
        log.vehicle(env.now, Kind.ARRIVED, number, ride.goal, 1, ride.length_m, ride.energy_j / 2)
        yield env.timeout(ride.service_s)
        for kind in (Kind.ALIGHTED, Kind.REACHED):
            log.traveller(env.now, kind, ride.parcel, ride.goal, number)
        handed[ride.parcel].succeed(True)
        log.vehicle(env.now, Kind.DEPARTED, number, ride.goal, 0)
        yield env.timeout(ride.back_s * slowness[2 * k + 1])
        log.vehicle(env.now, Kind.ARRIVED, number, ride.start, 0, ride.length_m, ride.energy_j / 2)
    log.vehicle(env.now, Kind.LEFT, number, rides[-1].start, 0)
