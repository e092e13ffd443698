"""Shared vehicles in their ports: what stands where, how far each still gets, what is worn and in repair."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FleetRules:
    """How one kind of shared vehicle is run.

    Attributes
    ----------
    range_m : float
        With a full battery.
    low_m : float
        Nobody can take a vehicle that gets less far; its battery is to be swapped.
    swap_s : float
        A worker's time to swap one battery.
    repair_m : float
        A vehicle is looked after every so many metres, and meanwhile cannot be taken.
    returns_alone : bool
        It drives back to its home port by itself where it stands too many.
    """

    range_m: float
    low_m: float
    repair_m: float = np.inf
    g_km: float = 0.0
    returns_alone: bool = False


@dataclass(slots=True, eq=False)
class Shared:
    """One shared vehicle; `left_m` is its range now, `worn_m` what it was ridden since it was last looked after."""

    number: int
    rental: int
    home: int
    left_m: float
    worn_m: float = 0.0


@dataclass(slots=True, eq=False)
class Docks:
    """Ports with the vehicles that stand there, and those that are being moved towards them.

    Attributes
    ----------
    capacity : array of int
        Vehicles a port takes, of all kinds together.
    standing : list of list of Shared
        By port.
    rules : sequence of FleetRules
        By rental.
    first_number, count : int
        Numbers of the vehicles in the log.
    reserved : array of int
        Places kept for vehicles on their way: by rebalancing, or by a return without a rider.
    """

    capacity: NDArray[np.int64]
    standing: list[list[Shared]]
    rules: Sequence[FleetRules]
    first_number: int
    count: int
    reserved: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.reserved = np.zeros(len(self.capacity), np.int64)

    def free(self, port: int) -> int:
        """Places where a vehicle can be left."""
        return int(self.capacity[port]) - len(self.standing[port]) - int(self.reserved[port])

    def is_starving(self, port: int, share: float) -> bool:
        """Whether less than `share` of a port is filled, counting what is on its way there."""
        return len(self.standing[port]) + int(self.reserved[port]) < share * int(self.capacity[port])

    def rentable(self, port: int, rental: int, metres: float = 0.0) -> Shared | None:
        """The vehicle with the most range of those that can be taken for a ride of `metres`; None: there is none."""
        rules = self.rules[rental]
        ready = [one for one in self.of(port, rental) if one.left_m >= max(rules.low_m, metres)]
        ready = [one for one in ready if one.worn_m < rules.repair_m]
        return max(ready, key=lambda one: (one.left_m, -one.number), default=None)

    def of(self, port: int, rental: int) -> Iterator[Shared]:
        """Vehicles of one kind at a port."""
        return (one for one in self.standing[port] if one.rental == rental)

    def take(self, port: int, vehicle: Shared) -> None:
        """Ride or carry a vehicle away."""
        self.standing[port].remove(vehicle)

    def leave(self, port: int, vehicle: Shared) -> bool:
        """Leave a vehicle at a port; False if it is full."""
        if self.free(port) <= 0:
            return False
        self.standing[port].append(vehicle)
        return True

    def ride(self, vehicle: Shared, metres: float) -> None:
        """Use up battery and wear out."""
        vehicle.left_m -= metres
        vehicle.worn_m += metres

    def swap(self, port: int, rental: int) -> int:
        """Give full batteries to the vehicles that are low, and look after the worn ones; how many were touched."""
        rules, touched = self.rules[rental], 0
        for one in self.of(port, rental):
            if one.left_m < 2 * rules.low_m or one.worn_m >= rules.repair_m:
                one.left_m, touched = rules.range_m, touched + 1
                one.worn_m = 0.0 if one.worn_m >= rules.repair_m else one.worn_m
        return touched


def docks_of(
    capacity: Sequence[int], standing: Sequence[Sequence[int]], rules: Sequence[FleetRules], first_number: int
) -> Docks:
    """Docks at the start of a day, all batteries full.

    Parameters
    ----------
    standing : sequence (rentals) of sequence (ports) of int
        Vehicles of each kind at each port.
    first_number : int
        Number of the first vehicle in the log.
    """
    total = sum(sum(counts) for counts in standing)
    docks = Docks(np.array(capacity, np.int64), [[] for _ in capacity], rules, first_number, total)
    number = first_number
    for rental, counts in enumerate(standing):
        for port, count in enumerate(counts):
            for _ in range(count):
                docks.standing[port].append(Shared(number, rental, port, rules[rental].range_m))
                number += 1
    return docks
