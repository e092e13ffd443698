"""Small courses and fleets in which everything can be reckoned by hand."""

from dataclasses import replace
from math import inf

import numpy as np

from simulator.course import Course, Motion, cycle_s, loop
from simulator.demand import Habits, Rates, Source, Trips
from simulator.domain import operating_domain
from simulator.energy import Drive
from simulator.events import Events, Kind
from simulator.fleet import Plan, VehicleType
from simulator.run import Setup

HOUR_S = 3600.0
MOTION = Motion(speed_ms=10.0, acceleration_ms2=1.0, deceleration_ms2=2.0)
DRIVE = Drive(5000.0, 65.0, 0.01, 5.0, 0.8, 0.5, 3000.0, 100.0)
RING = loop(("A", "B", "C", "D"), (400.0, 300.0, 200.0, 100.0))
DWELL_S = 20.0

BUS = VehicleType(
    places=1000, wheelchair_places=1, doors=1, motion=MOTION, door_s=0.0, board_s=0.0, alight_s=0.0, wheelchair_s=0.0,
    drive=DRIVE,
)  # fmt: skip


def ring(
    course: Course = RING, fleet: int = 2, until_h: float = 24.0, kind: VehicleType = BUS, **plan: object
) -> Setup:
    """A fleet evenly spread over a course, in service all day, that disturbs itself in nothing; nobody rides."""
    headway_s = cycle_s(course, MOTION, DWELL_S) / fleet
    usual = Plan(fleet, 0, 0.0, inf, headway_s, minimum_dwell_s=DWELL_S)
    return Setup(
        course=course,
        kind=kind,
        plan=replace(usual, **plan),  # type: ignore[arg-type]
        domain=operating_domain(len(course.stop_at)),
        sources=(),
        habits=Habits(patience_s=1e9),
        until_s=until_h * HOUR_S,
    )


def flow(per_h: float, until_h: float, stops: int = 4) -> Rates:
    """As many travellers an hour between every two stops."""
    matrix = np.full((1, stops, stops), per_h)
    matrix[0][np.diag_indices(stops)] = 0.0
    return Rates((0.0, until_h * HOUR_S), matrix)


def trips(*rows: tuple[float, int, int]) -> Source:
    """Just these: (time, origin, destination)."""
    times, origins, destinations = (np.array(column) for column in zip(*rows, strict=True))
    return lambda rng: Trips(times.astype(float), origins, destinations)


def times(events: Events, kind: Kind, vehicle: int | None = None, position: int | None = None) -> np.ndarray:
    """Times of a kind of event."""
    rows = events.of(kind)
    if vehicle is not None:
        rows = rows[events.vehicle[rows] == vehicle]
    if position is not None:
        rows = rows[events.position[rows] == position]
    return events.time_s[rows]
