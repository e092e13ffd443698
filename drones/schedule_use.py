"""What a flight occupies and for how long, and how much of it is left: pads, drones, batteries, crews, chargers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from drones.schedule_problem import FleetDay, Group, Option


class Kind(StrEnum):
    """Kinds of things of which there are only so many."""

    PAD = "PAD"
    DRONE = "DRONE"
    BATTERY = "BATTERY"
    CREW = "CREW"
    CHARGER = "CHARGER"


class Thing(NamedTuple):
    """A pad, a group of drones, the batteries of a type at a base, the crews or the chargers of a base."""

    kind: Kind
    name: str


class Use(NamedTuple):
    """One of a thing, from `start_s` to before `end_s`."""

    thing: Thing
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A flight with its departure, the beginning of the swap after it and of the charging after that."""

    option: Option
    departure_s: int
    swap_s: int
    charge_s: int


@dataclass(frozen=True, slots=True)
class Things:
    """The things a group's flights use."""

    pad: Thing
    drones: Thing
    batteries: Thing
    crews: Thing
    chargers: Thing


def things_of(number: int, group: Group) -> Things:
    """Name what the flights of a group use."""
    return _things(number, group.pad.id, group.pad.base, group.type.id)


@cache
def _things(number: int, pad: str, base: str, kind: str) -> Things:
    return Things(
        pad=Thing(Kind.PAD, pad),
        drones=Thing(Kind.DRONE, str(number)),
        batteries=Thing(Kind.BATTERY, f"{kind} {base}"),
        crews=Thing(Kind.CREW, base),
        chargers=Thing(Kind.CHARGER, base),
    )


def capacities(day: FleetDay, groups: Sequence[Group]) -> dict[Thing, int]:
    """How many there are of each thing."""
    found = {Thing(Kind.PAD, pad.id): 1 for pad in day.pads}
    for base in day.bases:
        found[Thing(Kind.CREW, base.id)] = base.crews
        found[Thing(Kind.CHARGER, base.id)] = base.chargers
    for number, group in enumerate(groups):
        things = things_of(number, group)
        found[things.drones] = len(group.drones)
        found[things.batteries] = found.get(things.batteries, 0) + group.batteries
    return found


def delivery_use(day: FleetDay, option: Option, departure_s: int) -> tuple[Use, ...]:
    """The delivery pad, closed from arrival until its turnaround after the service; none for a cable."""
    parcel = day.parcels[option.parcel]
    if not parcel.pad:
        return ()
    arrival = departure_s + option.out_s
    turnaround = next(pad.turnaround_s for pad in day.pads if pad.id == parcel.pad)
    return (Use(Thing(Kind.PAD, parcel.pad), arrival, arrival + parcel.service_s + turnaround),)


def uses_of(day: FleetDay, groups: Sequence[Group], placed: Placed) -> tuple[Use, ...]:
    """Everything a flight occupies."""
    option, departure = placed.option, placed.departure_s
    group = groups[option.group]
    things = things_of(option.group, group)
    landing, swapped = departure + option.total_s, placed.swap_s + group.type.swap_s
    charged = placed.charge_s + option.charge_s
    return (
        Use(things.pad, departure, departure + group.pad.takeoff_s),
        Use(things.pad, landing, landing + group.pad.turnaround_s),
        *delivery_use(day, option, departure),
        Use(things.drones, departure, swapped),
        Use(things.crews, placed.swap_s, swapped),
        Use(things.chargers, placed.charge_s, charged),
        Use(things.batteries, departure, charged),
    )


class Occupation:
    """How many of a thing are in use over time, as a step function."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._times = [-(2**60)]
        self._levels = [0]

    def change(self, start_s: int, end_s: int, by: int) -> None:
        """Take (+1) or give back (-1) one from start to before end."""
        if end_s <= start_s:
            return
        first, last = self._cut(start_s), self._cut(end_s)
        for index in range(first, last):
            self._levels[index] += by

    def next_fit(self, start_s: int, length_s: int) -> int:
        """Earliest start, not before `start_s`, from which one is free for the length."""
        if length_s <= 0:
            return start_s
        times, levels, capacity = self._times, self._levels, self.capacity
        index, count, end_s = bisect_right(times, start_s) - 1, len(times), start_s + length_s
        while index < count and times[index] < end_s:
            index += 1
            if levels[index - 1] >= capacity:
                start_s = times[index]
                end_s = start_s + length_s
        return start_s

    def _cut(self, time_s: int) -> int:
        index = bisect_left(self._times, time_s)
        if index == len(self._times) or self._times[index] != time_s:
            self._times.insert(index, time_s)
            self._levels.insert(index, self._levels[index - 1])
        return index


class Occupations:
    """What all flights together occupy."""

    def __init__(self, day: FleetDay, groups: Sequence[Group], without: frozenset[Kind] = frozenset()) -> None:
        self.day, self.groups = day, groups
        self._things = [things_of(number, group) for number, group in enumerate(groups)]
        plenty = len(day.parcels) + 1
        self._of = {
            thing: Occupation(plenty if thing.kind in without else capacity)
            for thing, capacity in capacities(day, groups).items()
        }

    def take(self, placed: Placed, by: int = 1) -> None:
        """Enter a flight, or with -1 take it out again."""
        for use in uses_of(self.day, self.groups, placed):
            self._of[use.thing].change(use.start_s, use.end_s, by)

    def earliest(self, option: Option, not_before_s: int) -> Placed | None:
        """The earliest flight of an option that all things have room for, or None."""
        departure = max(option.first_s, not_before_s)
        while departure <= option.last_s:
            placed = self.turned_round(option, departure)
            later = max(self._fits(option, placed))
            if later == departure:
                return placed
            departure = later
        return None

    def turned_round(self, option: Option, departure_s: int) -> Placed:
        """A flight with the earliest swap and charging that crews and chargers have time for."""
        group, things = self.groups[option.group], self._things[option.group]
        landed = departure_s + option.total_s + group.pad.turnaround_s
        swap = self._of[things.crews].next_fit(landed, group.type.swap_s)
        charge = self._of[things.chargers].next_fit(swap + group.type.swap_s, option.charge_s)
        return Placed(option, departure_s, swap, charge)

    def _fits(self, option: Option, placed: Placed) -> Iterator[int]:
        """Departures before which each thing used says there is no room."""
        departure = placed.departure_s
        things = self._things[option.group]
        for use in uses_of(self.day, self.groups, placed):
            if use.thing not in {things.crews, things.chargers}:
                fit = self._of[use.thing].next_fit(use.start_s, use.end_s - use.start_s)
                yield departure + fit - use.start_s
        yield departure
