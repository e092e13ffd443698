"""Days of a small fleet, a checker of schedules, and the least cost by enumeration, from the records alone."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, permutations, product
from math import ceil

from drones.schedule import FleetSchedule, Flight
from drones.schedule_problem import (
    Base,
    DroneType,
    FleetDay,
    FleetDrone,
    Pad,
    Parcel,
    Priority,
    Reason,
    Trip,
    Trips,
    Worth,
)

MINUTE = 60
WORTH = {Priority.MEDICINE: Worth(9000, 5), Priority.URGENT: Worth(3000, 2), Priority.ORDINARY: Worth(1000, 1)}


def parcel(name: str, opens: int, due: int, closes: int, mass: float = 1.0, **more: object) -> Parcel:
    """Times in minutes."""
    times = {"opens_s": opens * MINUTE, "due_s": due * MINUTE, "closes_s": closes * MINUTE}
    given = {"priority": Priority.ORDINARY, "service_s": MINUTE} | times | more
    return Parcel(id=name, mass_kg=mass, **given)  # type: ignore[arg-type]


def fleet_day(
    *parcels: Parcel, drones: int = 1, batteries: int = 1, fleet: tuple[FleetDrone, ...] = (), **more: object
) -> FleetDay:
    """Drones of one type on a pad each; flights of a minute's turnaround, swaps of a minute, charging at 100 W."""
    pads = tuple(Pad(f"H{number}", "base", 30, MINUTE) for number in range(drones))
    alike = tuple(FleetDrone(f"D{number}", "small", f"H{number}", batteries) for number in range(drones))
    given = {
        "types": (DroneType("small", 2.0, 100_000.0, 100.0, MINUTE),),
        "bases": (Base("base", 1, 1),),
        "pads": (*pads, Pad("drop", "", 0, MINUTE)),
        "drones": fleet or alike,
        "parcels": parcels,
        "opens_s": 0,
        "closes_s": 120 * MINUTE,
        "worth": WORTH,
    }
    return FleetDay(**(given | more))  # type: ignore[arg-type]


def five_minutes(kind: DroneType, pad: Pad, goal: Parcel, hour: int) -> Trip:
    """Each way; 12 kJ, which take two minutes to charge."""
    return Trip(5 * MINUTE, 5 * MINUTE, 12_000.0)


def refused(schedule: FleetSchedule) -> dict[str, Reason]:
    return {found.parcel: found.reason for found in schedule.refused}


def broken(day: FleetDay, trips: Trips, schedule: FleetSchedule) -> list[str]:
    """Every rule of the day that the flights break, from the records alone."""
    flown, left = [flight.parcel for flight in schedule.flights], list(refused(schedule))
    faults = [] if sorted(flown + left) == sorted(goal.id for goal in day.parcels) else ["not every parcel once"]
    for flight in schedule.flights:
        faults += [f"{flight.parcel}: {fault}" for fault, is_so in faults_of(day, trips, schedule, flight) if is_so]
    return faults + shortages(day, schedule)


def faults_of(day: FleetDay, trips: Trips, schedule: FleetSchedule, flight: Flight) -> Iterator[tuple[str, bool]]:
    drone = next(drone for drone in day.drones if drone.id == flight.drone)
    goal = next(goal for goal in day.parcels if goal.id == flight.parcel)
    kind = next(kind for kind in day.types if kind.id == drone.type)
    pad = next(pad for pad in day.pads if pad.id == drone.pad)
    trip = trips(kind, pad, goal, flight.departure_s // 3600)
    assert trip is not None
    yield "too heavy", goal.mass_kg > kind.payload_max_kg
    yield "out of range", trip.energy_j > kind.usable_j
    yield "arrives too soon", flight.arrival_s - flight.departure_s < trip.out_s
    yield "back too soon", flight.landing_s - flight.arrival_s < goal.service_s + trip.back_s
    yield "outside its window", not goal.opens_s <= flight.arrival_s <= goal.closes_s
    yield "before the day", flight.departure_s < day.opens_s
    yield "after the day", flight.landing_s + pad.turnaround_s > day.closes_s
    yield "swapped too soon", flight.swap_s < flight.landing_s + pad.turnaround_s
    yield "charged before the swap", flight.charge_s < flight.swap_s + kind.swap_s
    yield "battery half charged", (flight.charged_s - flight.charge_s) * kind.charge_w < trip.energy_j
    yield "wrong lateness", flight.late_s != max(0, flight.arrival_s - goal.due_s)
    if goal.after:
        first = [other for other in schedule.flights if other.parcel == goal.after]
        service_s = next(other.service_s for other in day.parcels if other.id == goal.after)
        yield "no first leg", not first
        yield "departs before its first leg is there", flight.departure_s < first[0].arrival_s + service_s
    last = [other.id for other in day.parcels if other.after == goal.id]
    yield "no last leg", bool(last) and last[0] in refused(schedule)


def shortages(day: FleetDay, schedule: FleetSchedule) -> list[str]:
    """Things used by more flights at once than there are."""
    pads, kinds = {pad.id: pad for pad in day.pads}, {kind.id: kind for kind in day.types}
    drones, goals = {drone.id: drone for drone in day.drones}, {goal.id: goal for goal in day.parcels}
    held: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for flight in schedule.flights:
        drone, goal = drones[flight.drone], goals[flight.parcel]
        pad, swapped = pads[drone.pad], flight.swap_s + kinds[drone.type].swap_s
        held["drone", drone.id].append((flight.departure_s, swapped))
        held["pad", pad.id].append((flight.departure_s, flight.departure_s + pad.takeoff_s))
        held["pad", pad.id].append((flight.landing_s, flight.landing_s + pad.turnaround_s))
        if goal.pad:
            until = flight.arrival_s + goal.service_s + pads[goal.pad].turnaround_s
            held["pad", goal.pad].append((flight.arrival_s, until))
        held["crew", pad.base].append((flight.swap_s, swapped))
        held["charger", pad.base].append((flight.charge_s, flight.charged_s))
        held["battery", drone.type].append((flight.departure_s, flight.charged_s))
    there = {("crew", base.id): base.crews for base in day.bases}
    there |= {("charger", base.id): base.chargers for base in day.bases}
    there |= {("battery", kind): sum(d.batteries for d in day.drones if d.type == kind) for kind in kinds}
    return [
        f"{thing} short at {moment}"
        for thing, spans in held.items()
        for moment, _ in spans
        if sum(start <= moment < end for start, end in spans) > there.get(thing, 1)
    ]


def cost_by_hand(day: FleetDay, schedule: FleetSchedule) -> int:
    parcels = {parcel.id: parcel for parcel in day.parcels}
    cost = sum(day.worth[parcels[name].priority].unserved for name in refused(schedule))
    for flight in schedule.flights:
        goal = parcels[flight.parcel]
        cost += day.worth[goal.priority].late_per_s * max(0, flight.arrival_s - goal.due_s)
        cost += day.energy_per_kj * ceil(flight.energy_j / 1000)
    return cost


Way = tuple[Parcel, FleetDrone, int, Trip]


def least_cost(day: FleetDay, trips: Trips, step_s: int) -> int:
    """Every parcel in every drone at every departure on a grid of times, or left out; swaps in every order.

    Where all times of the day are multiples of the step some best schedule is on the grid. Charges must be alike and
    crew and charger one: then the charger serves first who comes first.
    """
    choices = [[None, *_ways(day, trips, goal, step_s)] for goal in day.parcels]
    best = sum(day.worth[goal.priority].unserved for goal in day.parcels)
    for chosen in product(*choices):
        cost = sum(_cost(day, goal, way) for goal, way in zip(day.parcels, chosen, strict=True))
        if cost < best and _is_possible(day, [way for way in chosen if way is not None]):
            best = cost
    return best


def _ways(day: FleetDay, trips: Trips, goal: Parcel, step_s: int) -> list[Way]:
    types, pads = {kind.id: kind for kind in day.types}, {pad.id: pad for pad in day.pads}
    ways = []
    for drone, start in product(day.drones, range(day.opens_s, day.closes_s, step_s)):
        kind, trip = types[drone.type], trips(types[drone.type], pads[drone.pad], goal, start // 3600)
        if trip is None or goal.mass_kg > kind.payload_max_kg or trip.energy_j > kind.usable_j:
            continue
        clear = start + trip.out_s + goal.service_s + trip.back_s + pads[drone.pad].turnaround_s
        if goal.opens_s <= start + trip.out_s <= goal.closes_s and clear <= day.closes_s:
            ways.append((goal, drone, start, trip))
    return ways


def _cost(day: FleetDay, goal: Parcel, way: Way | None) -> int:
    if way is None:
        return day.worth[goal.priority].unserved
    _, _, start, trip = way
    late = max(0, start + int(trip.out_s) - goal.due_s)
    return day.worth[goal.priority].late_per_s * late + day.energy_per_kj * ceil(trip.energy_j / 1000)


def _is_possible(day: FleetDay, ways: list[Way]) -> bool:
    pads, kind = {pad.id: pad for pad in day.pads}, day.types[0]
    on_pads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    cleared = []
    for goal, drone, start, trip in ways:
        pad, arrival = pads[drone.pad], start + int(trip.out_s)
        clear = arrival + goal.service_s + int(trip.back_s) + pad.turnaround_s
        on_pads[pad.id] += [(start, start + pad.takeoff_s), (clear - pad.turnaround_s, clear)]
        if goal.pad:
            on_pads[goal.pad].append((arrival, arrival + goal.service_s + pads[goal.pad].turnaround_s))
        cleared.append((clear, drone.id, start, ceil(trip.energy_j / kind.charge_w)))
    if _overlap(on_pads):
        return False
    stock = sum(drone.batteries for drone in day.drones)
    return any(_is_turned_round(order, kind.swap_s, stock) for order in permutations(cleared))


def _is_turned_round(order: tuple[tuple[int, str, int, int], ...], swap_s: int, stock: int) -> bool:
    crew = charger = 0
    by_drone: dict[str, list[tuple[int, int]]] = defaultdict(list)
    held = []
    for clear, drone, start, charge_s in order:
        crew = max(crew, clear) + swap_s
        charger = max(charger, crew) + charge_s
        by_drone[drone].append((start, crew))
        held.append((start, charger))
    enough = all(sum(start <= moment < end for start, end in held) <= stock for moment, _ in held)
    return enough and not _overlap(by_drone)


def _overlap(spans: dict[str, list[tuple[int, int]]]) -> bool:
    return any(a[1] > b[0] for found in spans.values() for a, b in pairwise(sorted(found)))
