"""What happened: a log of events by columns; every number about a run is a function over it."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
"""In a column of ids: the event concerns none."""


class Kind(IntEnum):
    """What happened; who is concerned stands in the columns `traveller` and `vehicle`."""

    GENERATED = 0
    REJECTED = 1
    CHOSE_WALKING = 2
    QUEUED_AT_GATE = 3
    PASSED_GATE = 4
    JOINED = 5
    BOARDED = 6
    ALIGHTED = 7
    PUT_DOWN = 8
    GAVE_UP = 9
    REACHED = 10
    CHOSE = 11
    SET_OUT = 12
    LEFT_QUEUE = 13
    UNLOCKED = 14
    LOCKED = 15
    FOUND_NONE = 16
    FOUND_FULL = 17
    REFUSED = 18
    REPLANNED = 19
    ENTERED = 20
    ARRIVED = 21
    DEPARTED = 22
    LEFT_BEHIND = 23
    HELD = 24
    CHARGING_BEGAN = 25
    CHARGED = 26
    WITHDRAWN = 27
    RESUMED = 28
    INTERVENTION_ASKED = 29
    INTERVENTION_BEGAN = 30
    INTERVENTION_ENDED = 31
    LEFT = 32
    MOVED = 33
    SWAPPED = 34
    BOOKED = 40
    BROKE_PROMISE = 41
    PAID = 42
    TOLD = 43
    REWARDED = 44


class Reason(IntEnum):
    """Why a traveller was refused, changed plans or gave up, or a vehicle stood aside."""

    NONE = 0
    SERVICE_ENDED = 1
    NO_WHEELCHAIR_SPACE = 2
    PATIENCE = 3
    OUTSIDE_DOMAIN = 4
    NO_WAY = 5
    NO_VEHICLE = 6
    NO_DOCK = 7
    FULL = 8
    LINE_CLOSED = 9
    MISSED = 10
    NO_SEAT = 11
    NO_TIME = 12
    LIFT_OUT = 13
    TOO_OFTEN = 14
    GUST = 20
    LOST_LINK = 21
    ZONE_CLOSED = 22
    LOW_BATTERY = 23
    PAD_TAKEN = 24
    NO_ALTERNATE = 25


@dataclass(frozen=True, slots=True)
class Events:
    """A finished log; equal lengths, ordered by time, then by what happened first.

    Attributes
    ----------
    time_s : array of float
        Seconds after the start of the day.
    kind : array of int
        `Kind`.
    traveller, vehicle, position : array of int
        Who and where; a position is a place of the course, or a point of the city. `NOBODY` where the event has none.
    load : array of int
        Riders on board: ARRIVED before anyone alights, DEPARTED after everyone boarded. LEFT_BEHIND: people still
        waiting there. CHOSE: `simulator.chains.Means`. MOVED: vehicles carried together. GENERATED in a city: persons
        who go together.
    distance_m : array of float
        ARRIVED: driven since the stop before. GENERATED: the shorter way along the course, in a city the straight line.
        BOARDED: the way to ride. LOCKED: ridden. CHOSE: to be walked.
    energy_j : array of float
        ARRIVED, DEPARTED, CHARGING_BEGAN: drawn since the vehicle's event of these before. CHARGED: put in. ENTERED,
        LEFT: in the battery.
    reason : array of int
        `Reason`.
    yen : array of float
        PAID: by a traveller. REWARDED: the discount earned by one.
    """

    time_s: NDArray[np.float64]
    kind: NDArray[np.int8]
    traveller: NDArray[np.int32]
    vehicle: NDArray[np.int32]
    position: NDArray[np.int32]
    load: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    energy_j: NDArray[np.float64]
    reason: NDArray[np.int8]
    yen: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time_s)

    def of(self, *kinds: Kind) -> NDArray[np.int64]:
        """Rows of the events of these kinds, in order."""
        return np.flatnonzero(np.isin(self.kind, kinds))

    def octets(self) -> bytes:
        """All columns behind each other: two runs are equal if and only if these are."""
        return b"".join(getattr(self, column.name).tobytes() for column in fields(self))


class EventLog:
    """A log being written, row by row, in the order of the simulation's clock."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: list[tuple[float, int, int, int, int, int, float, float, int, float]] = []

    def traveller(
        self, time_s: float, kind: Kind, traveller: int, position: int, vehicle: int = NOBODY, distance_m: float = 0.0,
        reason: Reason = Reason.NONE,
    ) -> None:  # fmt: skip
        """Write down what happened to a traveller."""
        self._rows.append((time_s, kind, traveller, vehicle, position, 0, distance_m, 0.0, reason, 0.0))

    def vehicle(
        self, time_s: float, kind: Kind, vehicle: int, position: int, load: int, distance_m: float = 0.0,
        energy_j: float = 0.0,
    ) -> None:  # fmt: skip
        """Write down what a vehicle did."""
        self._rows.append((time_s, kind, NOBODY, vehicle, position, load, distance_m, energy_j, 0, 0.0))

    def chose(self, time_s: float, traveller: int, position: int, means: int, walk_m: float) -> None:
        """Write down how a traveller wants to go."""
        self._rows.append((time_s, Kind.CHOSE, traveller, NOBODY, position, means, walk_m, 0.0, 0, 0.0))

    def generated(self, time_s: float, traveller: int, position: int, persons: int, direct_m: float) -> None:
        """Write down that somebody, or a group, of a city wants to go somewhere."""
        self._rows.append((time_s, Kind.GENERATED, traveller, NOBODY, position, persons, direct_m, 0.0, 0, 0.0))

    def rewarded(self, time_s: float, traveller: int, position: int, yen: float) -> None:
        """Write down what somebody got for leaving a shared vehicle where it was wanted."""
        self._rows.append((time_s, Kind.REWARDED, traveller, NOBODY, position, 0, 0.0, 0.0, 0, yen))

    def paid(self, time_s: float, traveller: int, position: int, yen: float) -> None:
        """Write down a fare."""
        self._rows.append((time_s, Kind.PAID, traveller, NOBODY, position, 0, 0.0, 0.0, 0, yen))

    def events(self) -> Events:
        """The log so far."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(fields(Events))
        ids, amounts = (np.int32,) * 4, (np.float64,) * 2
        kinds = (np.float64, np.int8, *ids, *amounts, np.int8, np.float64)
        return Events(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))
