"""What a dispatcher of demand buses sees and says: requests, vehicles, plans, instructions.

Times are seconds after the service day's start (any one unit will do, as long as it is the same everywhere); a place is
a row of the travel-time matrix. Columns instead of objects: a decision for a thousand vehicles takes milliseconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NONE = -1
"""No vehicle, no depot."""

LOADS = 2
"""A load counts seats and wheelchair places."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Riders who wait and riders on board, one row per booking.

    Attributes
    ----------
    origin, destination : int32 array
        Places.
    pickup_earliest, pickup_latest, dropoff_earliest, dropoff_latest : float64 array
        Time windows of the begin of boarding and of alighting.
    max_ride : float64 array
        Longest time from the end of boarding to the begin of alighting.
    boarding, alighting : float64 array
        Service times.
    load : int32 array (n, 2)
        Seats and wheelchair places taken: a group is one request with a larger load.
    vehicle : int32 array
        Vehicle the riders are in, NONE while they wait. For riders on board the pickup lies behind: their drop-off
        window already ends with their longest ride.
    """

    origin: Ints
    destination: Ints
    pickup_earliest: Floats
    pickup_latest: Floats
    dropoff_earliest: Floats
    dropoff_latest: Floats
    max_ride: Floats
    boarding: Floats
    alighting: Floats
    load: Ints
    vehicle: Ints

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True)
class Vehicles:
    """The fleet, one row per vehicle.

    Attributes
    ----------
    place, free_from : int32 array, float64 array
        Where and when the vehicle can next be sent elsewhere. A vehicle under way is at its next call, and who boards
        there counts as on board.
    depot, shift_end : int32 array, float64 array
        Where it ends, NONE for anywhere, and when at the latest.
    capacity : int32 array (m, 2)
        Seats and wheelchair places.
    max_duration : float64 array
        Longest time from leaving `place` to the end, inf without a limit.
    """

    place: Ints
    free_from: Floats
    depot: Ints
    shift_end: Floats
    capacity: Ints
    max_duration: Floats

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls of vehicle k in order, ``visit[first[k]:first[k + 1]]``: r picks up request r of n, n + r drops it off."""

    first: Ints
    visit: Ints

    @classmethod
    def empty(cls, vehicles: int) -> "Plan":
        """No calls."""
        return cls(np.zeros(vehicles + 1, np.int32), np.zeros(0, np.int32))

    def of_vehicle(self, vehicle: int) -> Ints:
        """The calls of one vehicle."""
        return self.visit[self.first[vehicle] : self.first[vehicle + 1]]


@dataclass(frozen=True, slots=True)
class FleetState:
    """A moment of operation: the dispatcher's whole input.

    Attributes
    ----------
    times : float64 array (places, places)
        Driving times, without service.
    plan : Plan
        What has been promised so far; a waiting request without a visit is a question.

    Raises
    ------
    ValueError
        Naming the column and row that cannot be.
    """

    times: Floats
    requests: Requests
    vehicles: Vehicles
    plan: Plan

    def __post_init__(self) -> None:
        check_columns("requests", self.requests, len(self.requests))
        check_columns("vehicles", self.vehicles, len(self.vehicles))
        places = len(self.times)
        if self.times.shape != (places, places):
            raise ValueError(f"times must be square, not {self.times.shape}")
        check_range("requests.origin", self.requests.origin, 0, places)
        check_range("requests.destination", self.requests.destination, 0, places)
        check_range("requests.vehicle", self.requests.vehicle, NONE, len(self.vehicles))
        check_range("vehicles.place", self.vehicles.place, 0, places)
        check_range("vehicles.depot", self.vehicles.depot, NONE, places)
        check_plan(self.plan, self.requests, len(self.vehicles))


def check_columns(table: str, columns: Requests | Vehicles, rows: int) -> None:
    """Refuse columns of unequal length, loads of a wrong width and times that are no number."""
    for field in fields(columns):
        column = getattr(columns, field.name)
        shape = (rows, LOADS) if field.name in ("load", "capacity") else (rows,)
        if column.shape != shape:
            raise ValueError(f"{table}.{field.name} has shape {column.shape}, expected {shape}")
        if np.isnan(column).any():
            raise ValueError(f"{table}.{field.name} is not a number in row {int(np.isnan(column).argmax())}")
        if shape != (rows,) and (column < 0).any():
            raise ValueError(f"{table}.{field.name} is negative in row {int((column < 0).any(axis=1).argmax())}")


def check_range(name: str, column: Ints, low: int, end: int) -> None:
    """Refuse an index outside ``low <= index < end``."""
    wrong = (column < low) | (column >= end)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"{name} is {int(column[row])} in row {row}, expected {low} to {end - 1}")


def check_plan(plan: Plan, requests: Requests, vehicles: int) -> None:
    """Refuse a plan that calls twice for one rider, or leaves one on board, or drops one in another vehicle."""
    n = len(requests)
    if len(plan.first) != vehicles + 1 or plan.first[0] != 0 or (np.diff(plan.first) < 0).any():
        raise ValueError(f"plan.first must hold {vehicles + 1} rising offsets from 0")
    if plan.first[-1] != len(plan.visit):
        raise ValueError(f"plan.first ends with {int(plan.first[-1])}, but there are {len(plan.visit)} visits")
    check_range("plan.visit", plan.visit, 0, 2 * n)
    calls = np.bincount(plan.visit, minlength=2 * n)
    caller = np.full(2 * n, NONE, np.int32)
    caller[plan.visit] = np.repeat(np.arange(vehicles, dtype=np.int32), np.diff(plan.first))
    order = np.zeros(2 * n, np.int64)
    order[plan.visit] = np.arange(len(plan.visit))
    aboard = requests.vehicle != NONE
    pickups, dropoffs = calls[:n], calls[n:]
    faults = (
        ((pickups > 1) | (dropoffs > 1), "is called for twice"),
        (aboard & (pickups > 0), "is on board and cannot be picked up"),
        (aboard & (caller[n:] != requests.vehicle), "is on board but not dropped off by that vehicle"),
        (~aboard & (pickups != dropoffs), "has a pickup without a drop-off or the reverse"),
        (~aboard & (caller[:n] != caller[n:]), "is picked up by one vehicle and dropped off by another"),
        (~aboard & (pickups > 0) & (order[:n] > order[n:]), "is dropped off before the pickup"),
    )
    for wrong, sentence in faults:
        if wrong.any():
            raise ValueError(f"plan: request {int(wrong.argmax())} {sentence}")


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A dispatcher's answer.

    Attributes
    ----------
    plan : Plan
    begin : float64 array
        When service begins, per visit of the plan.
    departure, arrival : float64 array
        When each vehicle leaves its place and when it is at its end.
    unserved : int32 array
        Requests without a visit: to be refused, or asked again later.
    """

    plan: Plan
    begin: Floats
    departure: Floats
    arrival: Floats
    unserved: Ints


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned call: service begins at `begin` at `place`, to pick up or drop off the riders of `request`."""

    place: int
    begin: float
    request: int
    is_pickup: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """New orders for one vehicle: leave at `departure` and make these calls."""

    vehicle: int
    departure: float
    visits: tuple[Visit, ...]


def instructions(state: FleetState, dispatch: Dispatch) -> Iterator[Instruction]:
    """Orders for the vehicles whose calls differ from the state's plan."""
    n = len(state.requests)
    place = np.concatenate((state.requests.origin, state.requests.destination))
    for vehicle in range(len(state.vehicles)):
        calls = dispatch.plan.of_vehicle(vehicle)
        if np.array_equal(calls, state.plan.of_vehicle(vehicle)):
            continue
        begins = dispatch.begin[dispatch.plan.first[vehicle] :]
        visits = (
            Visit(int(place[call]), float(begin), int(call) % n, bool(call < n))
            for call, begin in zip(calls, begins, strict=False)
        )
        yield Instruction(vehicle, float(dispatch.departure[vehicle]), tuple(visits))
