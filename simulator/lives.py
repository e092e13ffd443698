"""How a traveller gets through a city: asks, chooses, sets out, waits, rides, is refused, asks again, gives up."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import simpy

from planner.geo import great_circle_m
from simulator.alternatives import Asker, Choices
from simulator.chains import Call, Chain, Drive, Means, Rent, Ride, Stage, Walk
from simulator.choice import Tastes, chosen, utility
from simulator.demand_bus import Booking, DemandBus
from simulator.domain import Weather
from simulator.events import NOBODY, EventLog, Kind, Reason
from simulator.lines import Waiting
from simulator.persons import Person
from simulator.processes import Process
from simulator.station_gates import StationGates

MOST_PLANS = 60
"""Nobody asks the planner more often for one trip, however often left behind."""

FULL_PORTS = 3
FULL_WAIT_S = 180.0
"""Who finds so many ports full one after the other waits there for a place, looking every so many seconds."""


@dataclass(frozen=True, slots=True)
class Setback:
    """What stopped somebody where; means that are out of the question from then on."""

    point: int
    reason: Reason
    banned: frozenset[Means] = frozenset()


Outcome = Generator[simpy.Event, Any, Setback | None]


@dataclass(frozen=True, slots=True)
class LiftFailure:
    """At a stop nobody in a wheelchair gets to the platform between two times; people know of it from `told_s` on."""

    stop: int
    from_s: float
    until_s: float
    told_s: float


@dataclass(slots=True, eq=False)
class City:
    """Everything travellers meet while a day runs.

    Attributes
    ----------
    constants, wet : mapping of Means to float
        Utility of each means beyond what can be weighed, always and while it rains.
    ahead : dict of int to (Chain, Booking)
        What was booked before setting out, by person.
    gates : mapping of int to StationGates
        By point: one object for all boarding places of a station.
    inside : dict of int to StationGates or None
        Whose gates each person has behind, by what they rode last.
    """

    env: simpy.Environment
    log: EventLog
    choices: Choices
    tastes: Tastes
    constants: Mapping[Means, float]
    wet: Mapping[Means, float] = field(default_factory=dict)
    weather: Sequence[Weather] = ()
    lifts: Sequence[LiftFailure] = ()
    bus: DemandBus | None = None
    ahead: dict[int, tuple[Chain, Booking]] = field(default_factory=dict)
    gates: Mapping[int, StationGates] = field(default_factory=dict)
    inside: dict[int, StationGates | None] = field(default_factory=dict)

    def is_wet(self) -> bool:
        """Whether it rains now."""
        now = [spell for spell in self.weather if spell.from_s <= self.env.now]
        return bool(now) and now[-1].rain_mm_h > 0

    def chain(self, asker: Asker, luck: float) -> Chain | None:
        """What somebody chooses; None if there is nothing."""
        chains = self.choices.of(asker)
        if not chains:
            return None
        wet = self.wet if self.is_wet() else {}
        utilities = [
            utility(one.alternative, self.tastes) + self.constants.get(one.means, 0.0) + wet.get(one.means, 0.0)
            for one in chains
        ]
        return chains[chosen(utilities, luck)]


def live(city: City, person: Person) -> Process:
    """One trip of one person, from the wish to its end."""
    env, log, town = city.env, city.log, city.choices.town
    point, banned, reason = person.origin, frozenset[Means](), Reason.NONE
    ends = person.origin, person.destination
    metres = float(great_circle_m(town.lat[ends[0]], town.lon[ends[0]], town.lat[ends[1]], town.lon[ends[1]]))
    log.generated(env.now, person.number, point, person.party, metres)
    plans = setbacks = 0
    while setbacks < len(person.lucks) and plans < MOST_PLANS:
        if plans:
            log.traveller(env.now, Kind.REPLANNED, person.number, point, reason=reason)
        chain, booking = city.ahead.pop(person.number, (None, None))
        if chain is None:
            asker = _asker(person, point, env.now, person.has_bicycle and plans == 0, banned)
            chain = city.chain(asker, person.lucks[plans % len(person.lucks)])
        if chain is None:
            log.traveller(env.now, Kind.GAVE_UP, person.number, point, reason=Reason.NO_WAY)
            return
        setback = yield from _follow(city, person, point, chain, booking)
        if setback is None:
            log.traveller(env.now, Kind.REACHED, person.number, person.destination)
            return
        point, reason, banned = setback.point, setback.reason, banned | setback.banned
        # Whoever is left behind in a crowd waits on, or goes another way; that alone makes nobody give up.
        plans, setbacks = plans + 1, setbacks + (reason is not Reason.FULL)
    log.traveller(env.now, Kind.GAVE_UP, person.number, point, reason=Reason.TOO_OFTEN)


def _asker(person: Person, point: int, time_s: float, has_bicycle: bool, banned: frozenset[Means]) -> Asker:
    return Asker(
        point, person.destination, time_s, person.speed_ms, person.uses_wheelchair, has_bicycle, banned, person.party
    )


def book_ahead(city: City, people: Sequence[Person]) -> Process:
    """Let those who plan before setting out book a demand bus, if that is what they choose then.

    Whoever asked before the day began is answered at its start, in the order of asking. Who chooses otherwise, or is
    refused, chooses when setting out.
    """
    early = [one for one in people if one.ahead_s]
    for person in sorted(early, key=lambda one: one.time_s - one.ahead_s):
        asks_s = max(person.time_s - person.ahead_s, city.env.now)
        yield city.env.timeout(asks_s - city.env.now)
        asker = _asker(person, person.origin, person.time_s, person.has_bicycle, frozenset())
        chain = city.chain(asker, person.lucks[0])
        if chain is None or chain.means is not Means.DEMAND_BUS:
            continue
        found = _book(city, person, chain)
        if isinstance(found, Reason):
            city.log.traveller(city.env.now, Kind.REFUSED, person.number, person.origin, reason=found)
        else:
            city.ahead[person.number] = chain, found


def _follow(city: City, person: Person, point: int, chain: Chain, booked: Booking | None = None) -> Outcome:
    """Go along a chain until its end or what stops it; paid for when the first vehicle is used."""
    env, log = city.env, city.log
    walked = sum(stage.metres for stage in chain.stages if isinstance(stage, Walk))
    log.chose(env.now, person.number, point, chain.means, walked)
    booking = _book(city, person, chain) if chain.means is Means.DEMAND_BUS and booked is None else booked
    if isinstance(booking, Reason):
        log.traveller(env.now, Kind.REFUSED, person.number, point, reason=booking)
        return Setback(point, booking, frozenset({Means.DEMAND_BUS}))
    if chain.leave_s > env.now:
        yield env.timeout(chain.leave_s - env.now)
    log.traveller(env.now, Kind.SET_OUT, person.number, point)
    has_paid = chain.alternative.price_yen == 0
    for stage in chain.stages:
        setback = yield from _go(city, person, stage, booking)
        has_ridden = setback is None or setback.reason is Reason.NO_DOCK
        if not has_paid and has_ridden and not isinstance(stage, Walk):
            log.paid(env.now, person.number, stage.to, _fare_yen(chain, stage, setback) * person.party)
            has_paid = True
        if setback is not None:
            return setback
    return None


def _fare_yen(chain: Chain, stage: Stage, setback: Setback | None) -> float:
    """What each of a group pays; the reward is lost by who could not leave the vehicle where it was promised."""
    lost_yen = stage.reward_yen if isinstance(stage, Rent) and setback is not None else 0.0
    return chain.alternative.price_yen + lost_yen


def _book(city: City, person: Person, chain: Chain) -> Booking | Reason:
    """Ask the demand bus for a ride from when one can be at its stop."""
    assert city.bus is not None
    first, call = chain.stages[0], chain.stages[1]
    assert isinstance(first, Walk)
    assert isinstance(call, Call)
    return city.bus.book(person, call, chain.leave_s + first.seconds)


def _go(city: City, person: Person, stage: Stage, booking: Booking | None) -> Outcome:
    match stage:
        case Walk():
            if stage.seconds > 0:
                yield city.env.timeout(stage.seconds)
            return None
        case Ride():
            return (yield from _ride(city, person, stage))
        case Rent():
            return (yield from _rent(city, person, stage))
        case Drive():
            return (yield from _drive(city, person, stage))
        case Call():
            assert booking is not None
            city.log.traveller(city.env.now, Kind.JOINED, person.number, stage.origin)
            yield booking.picked
            yield booking.dropped
            return None
        case _:
            assert_never(stage)


def _ride(city: City, person: Person, stage: Ride) -> Outcome:
    """Wait for the next vehicle of a line, ride it, alight; who has missed the planned one asks again."""
    env, log, lines, number = city.env, city.log, city.choices.lines, person.number
    if person.uses_wheelchair and is_lift_out(city, stage.origin):
        return Setback(stage.origin, Reason.LIFT_OUT)
    yield from _enter(city, person, stage.origin)
    if lines.gone.get((stage.pattern, stage.board), -1) >= stage.lane_trip:
        return Setback(stage.origin, Reason.MISSED)
    log.traveller(env.now, Kind.JOINED, number, stage.origin)
    metres = lines.day.metres[stage.pattern]
    rider = Waiting(
        number, stage.alight, person.uses_wheelchair, env.event(), env.event(),
        float(metres[stage.alight] - metres[stage.board]), person.party,
    )  # fmt: skip
    lines.join(stage.pattern, stage.board, rider)
    patience_s = max(0.0, stage.departure_s - env.now) + person.patience_s
    yield rider.boarded | env.timeout(patience_s)
    if not rider.boarded.triggered:
        lines.leave(stage.pattern, stage.board, rider)
        log.traveller(env.now, Kind.LEFT_QUEUE, number, stage.origin, reason=Reason.PATIENCE)
        return Setback(stage.origin, Reason.PATIENCE)
    if isinstance(rider.boarded.value, Reason):
        log.traveller(env.now, Kind.LEFT_QUEUE, number, stage.origin, reason=rider.boarded.value)
        return Setback(stage.origin, rider.boarded.value)
    place = yield rider.alighted
    city.inside[number] = city.gates.get(stage.to)
    return None if place >= 0 else Setback(-1 - place, Reason.LINE_CLOSED)


def _enter(city: City, person: Person, point: int) -> Process:
    """Pass the gates of a station, unless one is inside already."""
    gates, now = city.gates.get(point), city.env.now
    if gates is not None and city.inside.get(person.number) is not gates:
        city.log.traveller(now, Kind.QUEUED_AT_GATE, person.number, point)
        yield city.env.timeout(gates.let_in(now, person.party) - now)
        city.log.traveller(city.env.now, Kind.PASSED_GATE, person.number, point)
    city.inside[person.number] = gates


def is_lift_out(city: City, point: int) -> bool:
    """Whether nobody in a wheelchair gets to the platform of a stop now."""
    stop = point - city.choices.town.first_stop
    return any(lift.stop == stop and lift.from_s <= city.env.now < lift.until_s for lift in city.lifts)


def _rent(city: City, person: Person, stage: Rent) -> Outcome:
    """Take a shared vehicle if there is one, ride it to a port with room."""
    env, log, town, docks = city.env, city.log, city.choices.town, city.choices.docks
    port, goal = stage.origin - town.first_port, stage.to - town.first_port
    vehicle = docks.rentable(port, stage.rental, stage.metres)
    if vehicle is None:
        log.traveller(env.now, Kind.FOUND_NONE, person.number, stage.origin, reason=Reason.NO_VEHICLE)
        return Setback(stage.origin, Reason.NO_VEHICLE)
    docks.take(port, vehicle)
    log.traveller(env.now, Kind.UNLOCKED, person.number, stage.origin, vehicle.number)
    ways, metres, tried = town.rides[stage.rental], stage.metres, [goal]
    yield env.timeout(stage.seconds)
    while docks.free(goal) <= 0:
        log.traveller(env.now, Kind.FOUND_FULL, person.number, town.first_port + goal, vehicle.number)
        other = None if len(tried) >= FULL_PORTS else _other_port(city, stage.rental, goal, tried)
        if other is None:
            yield env.timeout(FULL_WAIT_S)
            continue
        metres += float(ways.metres[goal, other])
        yield env.timeout(float(ways.seconds[goal, other]))
        goal = other
        tried.append(other)
    docks.ride(vehicle, metres)
    docks.leave(goal, vehicle)
    log.traveller(env.now, Kind.LOCKED, person.number, town.first_port + goal, vehicle.number, metres)
    if len(tried) > 1:
        return Setback(town.first_port + goal, Reason.NO_DOCK)
    if stage.reward_yen:
        log.rewarded(env.now, person.number, stage.to, stage.reward_yen)
    return None


def _other_port(city: City, rental: int, port: int, tried: Sequence[int]) -> int | None:
    """The port nearest by ride that shows room, of those not tried."""
    town, docks = city.choices.town, city.choices.docks
    seconds = town.rides[rental].seconds[port]
    ports = [int(p) for p in town.network.rentals[rental].dropoff if p not in tried and docks.free(int(p)) > 0]
    return min(ports, key=lambda p: (float(seconds[p]), p), default=None)


def _drive(city: City, person: Person, stage: Drive) -> Outcome:
    """On one's own bicycle, or in a taxi that always comes."""
    env, log, number = city.env, city.log, person.number
    if stage.means is Means.TAXI:
        log.traveller(env.now, Kind.JOINED, number, stage.origin)
        yield env.timeout(stage.wait_s)
        log.traveller(env.now, Kind.BOARDED, number, stage.origin, NOBODY, stage.metres)
        yield env.timeout(stage.seconds)
        log.traveller(env.now, Kind.ALIGHTED, number, stage.to, NOBODY, stage.metres)
        return None
    log.traveller(env.now, Kind.UNLOCKED, number, stage.origin)
    yield env.timeout(stage.seconds)
    log.traveller(env.now, Kind.LOCKED, number, stage.to, distance_m=stage.metres)
    return None
