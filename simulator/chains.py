"""What a traveller may do to get somewhere: chains of stages, each with what choosing weighs."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from simulator.choice import Alternative


class Means(IntEnum):
    """What a chain mainly goes by; the modal split counts these."""

    WALK = 0
    BICYCLE = 1
    SHARED_BICYCLE = 2
    PERSONAL_MOBILITY = 3
    DEMAND_BUS = 4
    TAXI = 5
    BUS = 6
    RAIL = 7
    BUS_AND_RAIL = 8
    BICYCLE_AND_TRANSIT = 9


class Walk(NamedTuple):
    """On foot to point `to`, in seconds at the traveller's own pace."""

    to: int
    seconds: float
    metres: float


class Ride(NamedTuple):
    """In the next vehicle of a pattern, by plan `lane_trip`, from the call `board` at `origin` to `alight` at `to`."""

    pattern: int
    lane_trip: int
    board: int
    alight: int
    origin: int
    to: int
    departure_s: int
    seconds: float


class Rent(NamedTuple):
    """With a shared vehicle, row `rental` of `Network.rentals`, from port to port; `reward_yen` is promised."""

    rental: int
    origin: int
    to: int
    seconds: float
    metres: float
    reward_yen: float = 0.0


class Call(NamedTuple):
    """With a demand bus between two of its stops, both points; `seconds` of driving straight there."""

    origin: int
    to: int
    seconds: float


class Drive(NamedTuple):
    """With one's own bicycle, or a taxi that comes after `wait_s`."""

    means: Means
    origin: int
    to: int
    seconds: float
    metres: float
    wait_s: float = 0.0


Stage = Walk | Ride | Rent | Call | Drive


@dataclass(frozen=True, slots=True)
class Chain:
    """A way to go from door to door.

    Attributes
    ----------
    leave_s : float
        When to set out so as not to wait at a stop for long.
    alternative : Alternative
        What it is like, as far as it can be known before.
    """

    means: Means
    stages: tuple[Stage, ...]
    leave_s: float
    alternative: Alternative
