"""A day of parcels and a fleet of drones: what is to be scheduled, and every departure each parcel could have.

One flight carries one parcel from the drone's own pad and comes back to it. After landing and the pad's turnaround a
crew swaps the battery; the used one waits for a charger of the base and, charged, belongs to the stock again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, isfinite

from planner.errors import KaitekiError

HOUR_S = 3600

GroupIndex = int
ParcelIndex = int


class ScheduleError(KaitekiError):
    """A fleet or a day that is impossible in itself."""


class Priority(StrEnum):
    """How much hangs on a parcel."""

    MEDICINE = "MEDICINE"
    URGENT = "URGENT"
    ORDINARY = "ORDINARY"


class Reason(StrEnum):
    """Why a parcel is not flown."""

    TOO_HEAVY = "TOO_HEAVY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_WINDY = "TOO_WINDY"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    NO_PAD_TIME = "NO_PAD_TIME"
    NO_DRONE_FREE = "NO_DRONE_FREE"
    NO_BATTERY = "NO_BATTERY"
    NO_CREW = "NO_CREW"
    NO_ROOM = "NO_ROOM"
    TOO_COSTLY = "TOO_COSTLY"
    OTHER_LEG = "OTHER_LEG"


@dataclass(frozen=True, slots=True)
class DroneType:
    """What a drone (or a robot, or a courier on the last hop) can do.

    Attributes
    ----------
    usable_j : float
        Energy of a full battery without the reserve.
    charge_w : float
        Power at which a battery is charged; inf where nothing is charged, as with fuel.
    swap_s : int
        A crew's time for a new battery and parcel.
    """

    id: str
    payload_max_kg: float
    usable_j: float
    charge_w: float
    swap_s: int


@dataclass(frozen=True, slots=True)
class Base:
    """Where drones live: crews and chargers that any pad of it shares."""

    id: str
    crews: int
    chargers: int


@dataclass(frozen=True, slots=True)
class Pad:
    """A place for one aircraft at a time.

    Attributes
    ----------
    base : str
        Empty where only deliveries are made.
    takeoff_s, turnaround_s : int
        Closed from a departure on; closed after a landing (at a delivery: after the service).
    """

    id: str
    base: str
    takeoff_s: int
    turnaround_s: int


@dataclass(frozen=True, slots=True)
class FleetDrone:
    """A drone, the pad it starts from and lands on, and the batteries it brings into the stock of its type there."""

    id: str
    type: str
    pad: str
    batteries: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be brought where and when; times in seconds after the day's start.

    Attributes
    ----------
    opens_s, due_s, closes_s : int
        Arrival not before, without lateness until, and not after.
    service_s : int
        From arrival to the way back: winch or handover.
    pad : str
        Delivery pad; empty where the parcel goes down on a cable.
    after : str
        Parcel whose service must be over before this one departs: the first of two legs, flown both or neither.
    base : str
        Where it waits; empty: at every base.
    ready_s : int
        It cannot depart before, as medicine that is still being prescribed or packed.
    """

    id: str
    mass_kg: float
    priority: Priority
    opens_s: int
    due_s: int
    closes_s: int
    service_s: int
    pad: str = ""
    after: str = ""
    base: str = ""
    ready_s: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """Points lost by not serving a parcel, and by each second of its lateness."""

    unserved: int
    late_per_s: int


STANDARD_WORTH = {
    Priority.MEDICINE: Worth(1_000_000, 100),
    Priority.URGENT: Worth(100_000, 10),
    Priority.ORDINARY: Worth(20_000, 2),
}
"""A choice of ours, to be replaced by an operator's own."""


@dataclass(frozen=True, slots=True)
class FleetDay:
    """Everything to be scheduled.

    Attributes
    ----------
    opens_s, closes_s : int
        First departure; last landing with its turnaround.
    energy_per_kj : int
        Points per kilojoule begun.
    """

    types: tuple[DroneType, ...]
    bases: tuple[Base, ...]
    pads: tuple[Pad, ...]
    drones: tuple[FleetDrone, ...]
    parcels: tuple[Parcel, ...]
    opens_s: int
    closes_s: int
    worth: dict[Priority, Worth] = field(default_factory=STANDARD_WORTH.copy)
    energy_per_kj: int = 1


@dataclass(frozen=True, slots=True)
class Trip:
    """One flight in the wind of its hour of departure: seconds out, seconds back, energy with service."""

    out_s: float
    back_s: float
    energy_j: float


Trips = Callable[[DroneType, Pad, Parcel, int], Trip | None]
"""The flight of a type from a pad with a parcel, departing in an hour of the day; None where the wind forbids it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Drones that are alike: of one type on one pad."""

    type: DroneType
    pad: Pad
    drones: tuple[str, ...]
    batteries: int


@dataclass(frozen=True, slots=True)
class Option:
    """A parcel with a group in an hour: departures from `first_s` to `last_s`, whole seconds, points for energy."""

    parcel: ParcelIndex
    group: GroupIndex
    first_s: int
    last_s: int
    out_s: int
    total_s: int
    charge_s: int
    energy_j: float
    cost: int


def groups_of(day: FleetDay) -> tuple[Group, ...]:
    """Drones grouped by type and pad, in the order of the fleet."""
    types, pads = {kind.id: kind for kind in day.types}, {pad.id: pad for pad in day.pads}
    members: dict[tuple[str, str], list[FleetDrone]] = {}
    for drone in day.drones:
        members.setdefault((drone.type, drone.pad), []).append(drone)
    return tuple(
        Group(types[kind], pads[pad], tuple(drone.id for drone in found), sum(drone.batteries for drone in found))
        for (kind, pad), found in members.items()
    )


def options_of(
    day: FleetDay, groups: Sequence[Group], trips: Trips
) -> tuple[list[tuple[Option, ...]], dict[ParcelIndex, Reason]]:
    """Every way to fly each parcel, and why there is none where there is none."""
    options: list[tuple[Option, ...]] = []
    reasons: dict[ParcelIndex, Reason] = {}
    for index in range(len(day.parcels)):
        found, met = _options_of_parcel(day, groups, trips, index)
        options.append(tuple(found))
        if not found:
            ranked = (Reason.OUT_OF_RANGE, Reason.TOO_WINDY, Reason.WINDOW_CLOSED)
            reasons[index] = next((reason for reason in ranked if reason in met), Reason.TOO_HEAVY)
    return options, reasons


def _options_of_parcel(
    day: FleetDay, groups: Sequence[Group], trips: Trips, index: ParcelIndex
) -> tuple[list[Option], set[Reason]]:
    parcel, found, met = day.parcels[index], [], set()
    for number, group in enumerate(groups):
        if parcel.mass_kg > group.type.payload_max_kg or parcel.pad == group.pad.id:
            continue
        if parcel.base not in ("", group.pad.base):
            continue
        for hour in range(day.opens_s // HOUR_S, -(-day.closes_s // HOUR_S)):
            trip = trips(group.type, group.pad, parcel, hour)
            if trip is None:
                if parcel.opens_s - HOUR_S < (hour + 1) * HOUR_S and hour * HOUR_S <= parcel.closes_s:
                    met.add(Reason.TOO_WINDY)
                continue
            option = _option(day, index, number, group, (hour, trip))
            if option.first_s > option.last_s:
                met.add(Reason.WINDOW_CLOSED)
            elif trip.energy_j > group.type.usable_j:
                met.add(Reason.OUT_OF_RANGE)
            else:
                found.append(option)
    return found, met


def _option(day: FleetDay, index: ParcelIndex, number: GroupIndex, group: Group, flown: tuple[int, Trip]) -> Option:
    parcel, (hour, trip) = day.parcels[index], flown
    out_s = ceil(trip.out_s)
    total_s = max(group.pad.takeoff_s, out_s + parcel.service_s + ceil(trip.back_s))
    charge_s = ceil(trip.energy_j / group.type.charge_w) if isfinite(group.type.charge_w) else 0
    last_return = day.closes_s - group.pad.turnaround_s
    return Option(
        parcel=index,
        group=number,
        first_s=max(hour * HOUR_S, day.opens_s, parcel.ready_s, parcel.opens_s - out_s),
        last_s=min((hour + 1) * HOUR_S - 1, last_return - total_s, parcel.closes_s - out_s),
        out_s=out_s,
        total_s=total_s,
        charge_s=charge_s,
        energy_j=trip.energy_j,
        cost=day.energy_per_kj * ceil(trip.energy_j / 1000),
    )


def check_day(day: FleetDay) -> None:
    """Stop at the first thing that cannot be.

    Raises
    ------
    ScheduleError
        Naming the value and where it stands.
    """
    for kind in ("types", "bases", "pads", "drones", "parcels"):
        _require_unique(kind, (thing.id for thing in getattr(day, kind)))
    if not 0 <= day.opens_s < day.closes_s:
        raise ScheduleError(f"the day opens at {day.opens_s} s and closes at {day.closes_s} s.")
    for base in day.bases:
        if base.crews < 1 or base.chargers < 1:
            raise ScheduleError(f"base {base.id} needs a crew and a charger, has {base.crews} and {base.chargers}.")
    _check_fleet(day)
    for parcel in day.parcels:
        _check_parcel(day, parcel)


def _check_fleet(day: FleetDay) -> None:
    bases, pads = {base.id for base in day.bases}, {pad.id: pad for pad in day.pads}
    for kind in day.types:
        if not (kind.payload_max_kg >= 0 and kind.usable_j >= 0 and kind.charge_w > 0 and kind.swap_s >= 0):
            raise ScheduleError(f"type {kind.id} has a figure below zero or charges with {kind.charge_w:g} W.")
    for pad in day.pads:
        if pad.base and pad.base not in bases:
            raise ScheduleError(f"pad {pad.id} stands on base {pad.base!r}, which is not described.")
        if pad.takeoff_s < 0 or pad.turnaround_s < 0:
            raise ScheduleError(f"pad {pad.id} is closed for less than no time.")
    for drone in day.drones:
        if drone.type not in {kind.id for kind in day.types}:
            raise ScheduleError(f"drone {drone.id} is of type {drone.type!r}, which is not described.")
        if drone.pad not in pads or not pads[drone.pad].base:
            raise ScheduleError(f"drone {drone.id} starts from {drone.pad!r}, which is no pad of a base.")
        if drone.batteries < 1:
            raise ScheduleError(f"drone {drone.id} brings {drone.batteries} batteries.")


def _check_parcel(day: FleetDay, parcel: Parcel) -> None:
    if not 0 <= parcel.mass_kg < float("inf"):
        raise ScheduleError(f"parcel {parcel.id} weighs {parcel.mass_kg:g} kg.")
    if not parcel.opens_s <= parcel.due_s <= parcel.closes_s:
        times = f"{parcel.opens_s}, {parcel.due_s}, {parcel.closes_s}"
        raise ScheduleError(f"parcel {parcel.id} opens, is due and closes at {times} s, not in this order.")
    if parcel.service_s < 0:
        raise ScheduleError(f"parcel {parcel.id} takes {parcel.service_s} s of service.")
    if parcel.pad and parcel.pad not in {pad.id for pad in day.pads}:
        raise ScheduleError(f"parcel {parcel.id} goes to pad {parcel.pad!r}, which is not described.")
    if parcel.base and parcel.base not in {base.id for base in day.bases}:
        raise ScheduleError(f"parcel {parcel.id} waits at base {parcel.base!r}, which is not described.")
    if parcel.priority not in day.worth:
        raise ScheduleError(f"parcel {parcel.id} has priority {parcel.priority}, whose worth is not stated.")
    before = [other for other in day.parcels if other.id == parcel.after]
    if parcel.after and (not before or before[0].after or before[0] is parcel):
        raise ScheduleError(f"parcel {parcel.id} follows {parcel.after!r}, which is no first leg of this day.")
    if parcel.after and sum(other.after == parcel.after for other in day.parcels) > 1:
        raise ScheduleError(f"parcel {parcel.after} is followed by more than one last leg.")


def _require_unique(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ScheduleError(f"two {kind} are called {name!r}.")
        seen.add(name)
