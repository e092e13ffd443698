"""Demand buses in motion: bookings answered at once, promises kept or broken, vehicles that follow changing plans."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import simpy

from simulator.chains import Call
from simulator.dispatch import Budget, insert, reoptimise
from simulator.dispatch_state import NONE, Dispatch, FleetState, Floats, Ints, Requests, Vehicles, instructions
from simulator.dispatch_state import Plan as DispatchPlan
from simulator.events import EventLog, Kind, Reason
from simulator.persons import Person
from simulator.processes import Process

LATE_S = 1.0
"""A pickup so little after the promise is none broken: clocks count in seconds."""


@dataclass(frozen=True, slots=True)
class BusRules:
    """How a demand bus is run.

    Attributes
    ----------
    vehicles, seats, wheelchair_places : int
    start_s, end_s : float
        Bookings are taken in between; vehicles end where they are.
    max_wait_s : float
        Latest pickup after the earliest the rider asked for.
    detour, detour_s : float
        Longest ride: driving straight there times the first, plus the second.
    board_s, wheelchair_s : float
        Boarding or alighting of one rider; those of a group one after the other.
    reoptimise_s, steps : float, int
        Plans are rearranged so often, with so many steps of the search; 0 s: never.
    rests_at_hubs : bool
        An idle vehicle drives to the busiest stop where none stands, else it stays.
    g_km, yen_km, yen_h, kwh_km : float
        Of a vehicle, a kilometre and an hour out.
    """

    vehicles: int
    seats: int
    wheelchair_places: int
    start_s: float
    end_s: float
    max_wait_s: float = 900.0
    detour: float = 1.5
    detour_s: float = 300.0
    board_s: float = 10.0
    wheelchair_s: float = 60.0
    reoptimise_s: float = 60.0
    steps: int = 200
    rests_at_hubs: bool = True
    g_km: float = 0.0
    yen_km: float = 0.0
    yen_h: float = 0.0
    kwh_km: float = 0.0


@dataclass(slots=True, eq=False)
class Booking:
    """A promise to a person or a group: a pickup from `earliest_s` to `latest_s`, a drop-off by `drop_by_s`."""

    number: int
    origin: int
    destination: int
    earliest_s: float
    latest_s: float
    drop_by_s: float
    max_ride_s: float
    service_s: float
    uses_wheelchair: bool
    picked: simpy.Event
    dropped: simpy.Event
    seats: int = 1
    vehicle: int = NONE


Visit = tuple[Booking, bool, float]
"""A call to come: whom for, whether it is the pickup, when service begins by plan."""


@dataclass(slots=True, eq=False)
class Bus:
    """One vehicle; `place` and `free_s` are where and when it can next be sent elsewhere."""

    number: int
    place: int
    free_s: float
    bell: simpy.Event
    visits: list[Visit] = field(default_factory=list)
    load: int = 0
    is_idle: bool = True


@dataclass(slots=True, eq=False)
class DemandBus:
    """The operator of a demand bus while a day runs.

    Attributes
    ----------
    points : array of int
        Point of each of its stops.
    drive_s, drive_m : arrays (stops, stops)
    bookings : list of Booking
        Promised and not yet at their end, in the order of booking.
    latencies_s : list of float
        How long each decision took on this machine; no part of the log.
    """

    env: simpy.Environment
    log: EventLog
    rules: BusRules
    points: Ints
    drive_s: Floats
    drive_m: Floats
    rng: np.random.Generator
    first_number: int
    fleet: list[Bus] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    asked_at: Counter[int] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    is_changed: bool = False

    def book(self, person: Person, stage: Call, earliest_s: float) -> Booking | Reason:
        """Ask for a ride; the promise, or why there is none."""
        booking = self.wish(stage, earliest_s, person.number, person.uses_wheelchair, person.party)
        self.asked_at[booking.origin] += 1
        begin = time.perf_counter()
        found = self.placed(booking)
        self.latencies_s.append(time.perf_counter() - begin)
        if isinstance(found, Reason):
            return found
        self.bookings.append(booking)
        self._follow(*found)
        self.is_changed = True
        self.log.traveller(self.env.now, Kind.BOOKED, person.number, stage.origin)
        return booking

    def wish(self, stage: Call, earliest_s: float, number: int, uses_wheelchair: bool, seats: int = 1) -> Booking:
        """What would be promised to a rider, or to a group of whom one may use a wheelchair."""
        rules, stops = self.rules, self.points.tolist()
        origin, destination = stops.index(stage.origin), stops.index(stage.to)
        direct_s = float(self.drive_s[origin, destination])
        service_s = (rules.wheelchair_s if uses_wheelchair else rules.board_s) + rules.board_s * (seats - 1)
        max_ride_s = direct_s * rules.detour + rules.detour_s
        latest_s = earliest_s + rules.max_wait_s
        return Booking(
            number, origin, destination, earliest_s, latest_s, latest_s + service_s + max_ride_s, max_ride_s, service_s,
            uses_wheelchair, self.env.event(), self.env.event(), seats,
        )  # fmt: skip

    def placed(self, booking: Booking) -> tuple[FleetState, Dispatch] | Reason:
        """The plans with a new booking in them, or why it fits nowhere: no time, or no room in time."""
        rules = self.rules
        if not rules.start_s <= booking.earliest_s <= rules.end_s:
            return Reason.SERVICE_ENDED
        if booking.uses_wheelchair and not rules.wheelchair_places:
            return Reason.NO_WHEELCHAIR_SPACE
        bookings = [*self.bookings, booking]
        state = self.state(bookings, (rules.seats, rules.wheelchair_places))
        answer = insert(state)
        if not len(answer.unserved):
            return state, answer
        everybody = sum(one.seats for one in bookings)
        roomy = insert(self.state(bookings, (everybody, everybody)))
        return Reason.NO_TIME if len(roomy.unserved) else Reason.NO_SEAT

    def state(self, bookings: Sequence[Booking], capacity: tuple[int, int]) -> FleetState:
        """The moment as the dispatcher sees it."""
        row = {id(booking): number for number, booking in enumerate(bookings)}
        n = len(bookings)
        visits = [
            [row[id(booking)] + (0 if is_pickup else n) for booking, is_pickup, _ in bus.visits] for bus in self.fleet
        ]
        first = np.cumsum([0, *(len(calls) for calls in visits)]).astype(np.int32)
        plan = DispatchPlan(first, np.array([call for calls in visits for call in calls], np.int32))
        return FleetState(self.drive_s, self._requests(bookings), self._vehicles(capacity), plan)

    def _requests(self, bookings: Sequence[Booking]) -> Requests:
        def column(name: str) -> Floats:
            return np.array([getattr(booking, name) for booking in bookings], np.float64)

        service = column("service_s")
        load = [(booking.seats, int(booking.uses_wheelchair)) for booking in bookings]
        return Requests(
            origin=column("origin").astype(np.int32),
            destination=column("destination").astype(np.int32),
            pickup_earliest=column("earliest_s"),
            pickup_latest=column("latest_s"),
            dropoff_earliest=column("earliest_s"),
            dropoff_latest=column("drop_by_s"),
            max_ride=column("max_ride_s"),
            boarding=service,
            alighting=service.copy(),
            load=np.array(load, np.int32).reshape(-1, 2),
            vehicle=column("vehicle").astype(np.int32),
        )

    def _vehicles(self, capacity: tuple[int, int]) -> Vehicles:
        count, now = len(self.fleet), self.env.now
        return Vehicles(
            place=np.array([bus.place for bus in self.fleet], np.int32),
            free_from=np.array([max(bus.free_s, now) for bus in self.fleet], np.float64),
            depot=np.full(count, NONE, np.int32),
            shift_end=np.full(count, np.inf),
            capacity=np.array([capacity] * count, np.int32).reshape(-1, 2),
            max_duration=np.full(count, np.inf),
        )

    def _follow(self, state: FleetState, dispatch: Dispatch) -> None:
        """Give their orders to the vehicles whose calls change; the others go on with theirs."""
        for order in instructions(state, dispatch):
            vehicle = self.fleet[order.vehicle]
            vehicle.visits = [(self.bookings[one.request], one.is_pickup, one.begin) for one in order.visits]
            if not vehicle.bell.triggered:
                vehicle.bell.succeed()

    def reoptimised(self) -> None:
        """Rearrange what is promised."""
        if not self.bookings:
            return
        state = self.state(self.bookings, (self.rules.seats, self.rules.wheelchair_places))
        self._follow(state, reoptimise(state, self.rng, Budget(self.rules.steps)))


def start(bus: DemandBus) -> None:
    """Put the fleet on the road, spread over the stops, and begin to rearrange plans now and then."""
    spread = np.linspace(0, len(bus.points), bus.rules.vehicles, endpoint=False).astype(int).tolist()
    for number, place in enumerate(spread):
        bus.fleet.append(Bus(number, place, bus.rules.start_s, bus.env.event()))
        bus.env.process(_drive(bus, bus.fleet[-1]))
    if bus.rules.reoptimise_s:
        bus.env.process(_rearrange(bus))


def _rearrange(bus: DemandBus) -> Process:
    while True:
        yield bus.env.timeout(bus.rules.reoptimise_s)
        if bus.is_changed:
            bus.is_changed = False
            bus.reoptimised()


def _drive(bus: DemandBus, vehicle: Bus) -> Process:
    """One vehicle's day: it leaves for its next call as late as its plan allows, and rests when there is none."""
    env, log, number = bus.env, bus.log, bus.first_number + vehicle.number
    yield env.timeout(max(0.0, bus.rules.start_s - env.now))
    log.vehicle(env.now, Kind.ENTERED, number, int(bus.points[vehicle.place]), 0)
    while env.now < bus.rules.end_s or vehicle.visits:
        vehicle.bell = env.event()
        if not vehicle.visits:
            yield from _rest(bus, vehicle)
            continue
        booking, is_pickup, begin_s = vehicle.visits[0]
        stop = booking.origin if is_pickup else booking.destination
        leave_s = begin_s - float(bus.drive_s[vehicle.place, stop])
        if leave_s > env.now + 1e-6:
            yield vehicle.bell | env.timeout(leave_s - env.now)
            if vehicle.bell.triggered:
                continue
        vehicle.visits.pop(0)
        yield from _call(bus, vehicle, booking, is_pickup)
    log.vehicle(env.now, Kind.LEFT, number, int(bus.points[vehicle.place]), 0)


def _rest(bus: DemandBus, vehicle: Bus) -> Process:
    """Go where the next rider is likely, if anywhere, then wait for a call or the end of the day."""
    vehicle.is_idle = True
    goal = _hub(bus) if bus.rules.rests_at_hubs else vehicle.place
    if goal != vehicle.place:
        yield from _move(bus, vehicle, goal)
        return
    left_s = max(bus.rules.end_s - bus.env.now, 0.0)
    yield vehicle.bell | bus.env.timeout(left_s)


def _hub(bus: DemandBus) -> int:
    """The stop most asked for where no idle vehicle stands or goes; without any, the busiest."""
    taken = {one.place for one in bus.fleet if one.is_idle}
    ranked = [stop for stop, _ in sorted(bus.asked_at.items(), key=lambda item: (-item[1], item[0]))]
    return next((stop for stop in ranked if stop not in taken), ranked[0] if ranked else bus.fleet[0].place)


def _move(bus: DemandBus, vehicle: Bus, goal: int) -> Process:
    """Drive to a stop; meanwhile the vehicle counts as there from its arrival on."""
    env, log, number, begin = bus.env, bus.log, bus.first_number + vehicle.number, vehicle.place
    seconds, metres = float(bus.drive_s[begin, goal]), float(bus.drive_m[begin, goal])
    log.vehicle(env.now, Kind.DEPARTED, number, int(bus.points[begin]), vehicle.load)
    vehicle.place, vehicle.free_s = goal, max(vehicle.free_s, env.now + seconds)
    yield env.timeout(seconds)
    log.vehicle(env.now, Kind.ARRIVED, number, int(bus.points[goal]), vehicle.load, metres)


def _call(bus: DemandBus, vehicle: Bus, booking: Booking, is_pickup: bool) -> Process:
    """Drive to a call, wait for its time, let a rider or a group in or out."""
    env, log, number = bus.env, bus.log, bus.first_number + vehicle.number
    vehicle.is_idle = False
    stop = booking.origin if is_pickup else booking.destination
    arrive_s = env.now + float(bus.drive_s[vehicle.place, stop])
    begin_s = max(arrive_s, booking.earliest_s) if is_pickup else arrive_s
    vehicle.free_s = begin_s + booking.service_s
    # From here on the call is certain: the rider counts as on board, or as gone.
    if is_pickup:
        booking.vehicle = vehicle.number
        booking.drop_by_s = min(booking.drop_by_s, vehicle.free_s + booking.max_ride_s)
    else:
        bus.bookings.remove(booking)
    if stop != vehicle.place:
        yield from _move(bus, vehicle, stop)
    if begin_s > env.now:
        yield env.timeout(begin_s - env.now)
    metres = float(bus.drive_m[booking.origin, booking.destination])
    if is_pickup:
        if env.now > booking.latest_s + LATE_S:
            log.traveller(env.now, Kind.BROKE_PROMISE, booking.number, int(bus.points[stop]), number)
        yield env.timeout(booking.service_s)
        vehicle.load += booking.seats
        log.traveller(env.now, Kind.BOARDED, booking.number, int(bus.points[stop]), number, metres)
        booking.picked.succeed()
        return
    yield env.timeout(booking.service_s)
    vehicle.load -= booking.seats
    log.traveller(env.now, Kind.ALIGHTED, booking.number, int(bus.points[stop]), number, metres)
    booking.dropped.succeed()
