"""Vehicles and the plan they run to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

from simulator.course import Course, Motion, cycle_s
from simulator.demand import Traveller
from simulator.energy import Drive, traction_j


@dataclass(frozen=True, slots=True)
class Battery:
    """Charging is begun at the depot below `low_j`, and ends at `full_j`."""

    capacity_j: float
    start_j: float
    low_j: float
    full_j: float
    charger_w: float


@dataclass(frozen=True, slots=True)
class VehicleType:
    """What all vehicles of a fleet have in common.

    Attributes
    ----------
    places : int
        Riders at a time, those in wheelchairs included.
    doors : int
        Riders pass them side by side: the time for one is divided by their number, but not a wheelchair's.
    door_s : float
        Opening and closing together.
    board_s, alight_s, wheelchair_s : float
        For one rider; the last for boarding or alighting with a ramp.
    battery : Battery or None
        None: a tank that lasts the day.
    """

    places: int
    wheelchair_places: int
    doors: int
    motion: Motion
    door_s: float
    board_s: float
    alight_s: float
    wheelchair_s: float
    drive: Drive
    battery: Battery | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """One vehicle's day by plan, in seconds: departures from the depot, and the times in which it charges there.

    In between it stands beside the platform, switched off. Riders are not taken past the depot into a pause.
    """

    departures_s: tuple[float, ...]
    charges_s: tuple[tuple[float, float], ...] = ()

    def next_s(self, round_: int) -> float:
        """Departure that begins a round, counted from 0; inf after the last."""
        return self.departures_s[round_] if round_ < len(self.departures_s) else inf

    def charge_before(self, round_: int) -> tuple[float, float] | None:
        """Charging between a round's departure and the one before."""
        begin = self.departures_s[round_ - 1] if round_ else -inf
        return next((charge for charge in self.charges_s if begin <= charge[0] < self.next_s(round_)), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a fleet is run.

    Attributes
    ----------
    depot : int
        Position where vehicles enter, charge and leave.
    start_s, end_s : float
        The first vehicle enters; from the end on, each leaves when it comes empty to the depot.
    headway_s : float
        Vehicles enter at this interval, and are held at `controls` until so long after the one before.
    controls : frozenset of int
        Positions where vehicles are held against bunching.
    max_hold_s : float
        No vehicle is held longer.
    minimum_dwell_s : float
        From arrival to departure, doors included.
    interventions_per_km : float
        Standstills that somebody must resolve, Poisson along the way.
    intervention_s : float
        Mean time to resolve one, exponential.
    operators : int
        People who resolve them from afar, each one at a time.
    has_safety_driver : bool
        A person on board resolves them; nobody waits for an operator.
    chargers : int
    duties : sequence of Duty
        By vehicle; without, vehicles go round until the end of service.
    """

    vehicles: int
    depot: int
    start_s: float
    end_s: float
    headway_s: float
    controls: frozenset[int] = frozenset()
    max_hold_s: float = inf
    minimum_dwell_s: float = 0.0
    interventions_per_km: float = 0.0
    intervention_s: float = 0.0
    operators: int = 1
    has_safety_driver: bool = False
    chargers: int = 1
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Rider:
    """A traveller who waits or rides, from position to position."""

    traveller: Traveller
    board: int
    alight: int
    distance_m: float


@dataclass(slots=True, eq=False)
class Vehicle:
    """One vehicle as it is now.

    Attributes
    ----------
    is_last_round : bool
        It takes only riders who alight before or at the depot.
    battery_j : float
        inf without a battery.
    drawn_until_s : float
        Up to when the energy of what always runs is accounted for.
    round : int
        Of its duty: the one it is on, or at the depot the next; -1 before the first.
    """

    number: int
    kind: VehicleType
    battery_j: float
    riders: dict[int, Rider] = field(default_factory=dict)
    wheelchairs: int = 0
    is_last_round: bool = False
    drawn_until_s: float = 0.0
    round: int = -1

    def takes(self, rider: Rider, depot: int) -> bool:
        """Whether there is room for `rider`, and the vehicle goes his way."""
        if len(self.riders) >= self.kind.places:
            return False
        if rider.traveller.uses_wheelchair and self.wheelchairs >= self.kind.wheelchair_places:
            return False
        return not (self.is_last_round and passes(rider, depot))

    def first_of(self, waiting: Iterable[Rider], depot: int) -> Rider | None:
        """First of those who wait whom this vehicle takes."""
        if len(self.riders) >= self.kind.places:
            return None
        return next((rider for rider in waiting if self.takes(rider, depot)), None)

    def board(self, rider: Rider) -> None:
        """Take `rider`."""
        self.riders[rider.traveller.number] = rider
        self.wheelchairs += rider.traveller.uses_wheelchair

    def alight(self, rider: Rider) -> None:
        """Let `rider` out."""
        del self.riders[rider.traveller.number]
        self.wheelchairs -= rider.traveller.uses_wheelchair

    def draw(self, time_s: float, traction_j: float = 0.0) -> float:
        """Energy since it was last drawn: traction, and what always runs."""
        drawn = traction_j + self.kind.drive.auxiliary_w * (time_s - self.drawn_until_s)
        self.drawn_until_s = time_s
        self.battery_j -= drawn
        return drawn


def passes(rider: Rider, depot: int) -> bool:
    """Whether the depot lies strictly between where `rider` boards and alights."""
    if rider.board < rider.alight:
        return rider.board < depot < rider.alight
    return depot > rider.board or depot < rider.alight


def vehicles(plan: Plan, kind: VehicleType) -> Iterator[Vehicle]:
    """The fleet before the day."""
    start_j = kind.battery.start_j if kind.battery else inf
    for number in range(plan.vehicles):
        yield Vehicle(number, kind, start_j)


def boarding_s(kind: VehicleType, rider: Rider) -> float:
    """Seconds `rider` needs to board."""
    return kind.wheelchair_s if rider.traveller.uses_wheelchair else kind.board_s / kind.doors


def alighting_s(kind: VehicleType, rider: Rider) -> float:
    """Seconds `rider` needs to alight."""
    return kind.wheelchair_s if rider.traveller.uses_wheelchair else kind.alight_s / kind.doors


def natural_headway_s(course: Course, kind: VehicleType, fleet: int, dwell_s: float) -> float:
    """Interval of an undisturbed fleet spread evenly over the course."""
    return cycle_s(course, kind.motion, dwell_s) / fleet


def round_j(course: Course, kind: VehicleType, dwell_s: float) -> float:
    """Energy of one round of a full vehicle with the same dwell everywhere."""
    traction = sum(traction_j(kind.drive, length, kind.motion, kind.places) for length in course.lengths_m)
    return traction + kind.drive.auxiliary_w * cycle_s(course, kind.motion, dwell_s)
