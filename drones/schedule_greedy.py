"""A first schedule: parcels by priority and due time, each where it costs least, flights so far left alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drones.schedule_prices import Prices, rent
from drones.schedule_problem import FleetDay, Group, Option, ParcelIndex, Priority, Reason
from drones.schedule_use import Kind, Occupations, Placed, uses_of


@dataclass(frozen=True, slots=True)
class Renting:
    """Prices of what a flight uses, and how much they weigh beside its points when a place for it is chosen."""

    prices: Prices
    weight: float


LACKS = (
    (frozenset[Kind](), Reason.TOO_COSTLY),
    (frozenset({Kind.PAD}), Reason.NO_PAD_TIME),
    (frozenset({Kind.BATTERY}), Reason.NO_BATTERY),
    (frozenset({Kind.CHARGER}), Reason.NO_BATTERY),
    (frozenset({Kind.CREW}), Reason.NO_CREW),
    (frozenset({Kind.DRONE, Kind.BATTERY}), Reason.NO_DRONE_FREE),
)
"""What is tried without limit, in this order, to name what a parcel was refused for; a drone comes with a battery."""


def cost_of(day: FleetDay, placed: Placed) -> int:
    """Points of a flight: energy and weighted lateness."""
    parcel = day.parcels[placed.option.parcel]
    late = max(0, placed.departure_s + placed.option.out_s - parcel.due_s)
    return placed.option.cost + day.worth[parcel.priority].late_per_s * late


def total_cost(day: FleetDay, flights: Sequence[Placed]) -> int:
    """Points of a schedule: its flights and what it leaves out."""
    flown = {placed.option.parcel for placed in flights}
    left = (day.worth[parcel.priority].unserved for index, parcel in enumerate(day.parcels) if index not in flown)
    return sum(cost_of(day, placed) for placed in flights) + sum(left)


def jobs_of(day: FleetDay) -> list[tuple[ParcelIndex, ...]]:
    """Parcels that are flown both or neither, first leg first, most pressing job first."""
    number = {parcel.id: index for index, parcel in enumerate(day.parcels)}
    last_leg = {number[parcel.after]: index for index, parcel in enumerate(day.parcels) if parcel.after}
    jobs = [
        (index, last_leg[index]) if index in last_leg else (index,)
        for index, parcel in enumerate(day.parcels)
        if not parcel.after
    ]
    order = list(Priority)

    def pressing(job: tuple[ParcelIndex, ...]) -> tuple[int, int, ParcelIndex]:
        return (
            min(order.index(day.parcels[index].priority) for index in job),
            min(day.parcels[index].due_s for index in job),
            job[0],
        )

    return sorted(jobs, key=pressing)


def first_schedule(
    day: FleetDay, groups: Sequence[Group], options: Sequence[Sequence[Option]], renting: "Renting | None" = None
) -> list[Placed]:
    """Place job after job where it adds least, or not at all where leaving it out costs less."""
    occupations, flights = Occupations(day, groups), []
    for job in jobs_of(day):
        placed = place(occupations, options, job, renting)
        if placed and worth_flying(day, placed):
            for flight in placed:
                occupations.take(flight)
            flights += placed
    return flights


def worth_flying(day: FleetDay, job: Sequence[Placed]) -> bool:
    """Whether flying a job costs less than leaving it out."""
    unserved = sum(day.worth[day.parcels[placed.option.parcel].priority].unserved for placed in job)
    return sum(cost_of(day, placed) for placed in job) < unserved


def place(
    occupations: Occupations,
    options: Sequence[Sequence[Option]],
    job: Sequence[ParcelIndex],
    renting: Renting | None = None,
) -> list[Placed]:
    """The flights of a job beside those already there, leg by leg; empty where one of them has no room."""
    legs: list[Placed] = []
    day = occupations.day
    ready_s = day.opens_s
    for index in job:
        best = _cheapest(occupations, options[index], ready_s, renting)
        if best is None:
            break
        ready_s = best.departure_s + best.option.out_s + day.parcels[index].service_s
        occupations.take(best)
        legs.append(best)
    for placed in legs:
        occupations.take(placed, -1)
    return legs if len(legs) == len(job) else []


def _cheapest(
    occupations: Occupations, options: Iterable[Option], ready_s: int, renting: Renting | None
) -> Placed | None:
    best, least = None, float("inf")
    for option in sorted(options, key=lambda option: option.first_s):
        day, departure = occupations.day, max(option.first_s, ready_s)
        if cost_of(day, Placed(option, departure, 0, 0)) >= least:
            continue
        placed = occupations.earliest(option, ready_s)
        if placed is None:
            continue
        cost: float = cost_of(day, placed)
        if renting is not None:
            cost += renting.weight * rent(renting.prices, uses_of(day, occupations.groups, placed))
        if cost < least:
            best, least = placed, cost
    return best


def reason_left_out(
    day: FleetDay,
    groups: Sequence[Group],
    options: Sequence[Sequence[Option]],
    flights: Sequence[Placed],
    job: Sequence[ParcelIndex],
) -> Reason:
    """What a job that could be flown on an empty day lacked beside the flights of a schedule."""
    for without, reason in LACKS:
        occupations = Occupations(day, groups, without)
        for placed in sorted(flights, key=lambda placed: placed.departure_s):
            is_sooner = bool(without & {Kind.CREW, Kind.CHARGER})
            occupations.take(occupations.turned_round(placed.option, placed.departure_s) if is_sooner else placed)
        if place(occupations, options, job):
            return reason
    return Reason.NO_ROOM
