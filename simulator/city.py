"""One replication of a day in a whole city: the setup in, the events out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import simpy
from numpy.typing import NDArray

from planner.model import Mode
from planner.network import open_network
from planner.raptor import Workspace
from planner.sharing import RentalStation, RentalVehicle
from simulator import demand_bus, lines
from simulator.alternatives import Choices, Offered, Reward
from simulator.answers import MAX_TRANSFERS, Answers
from simulator.chains import Means
from simulator.choice import Tastes
from simulator.city_metrics import Facts, Kept
from simulator.demand import DEMAND_STREAM, Source
from simulator.demand_bus import BusRules, DemandBus
from simulator.disruption import Disruptions, announce, known_at
from simulator.docks import Docks, FleetRules, docks_of
from simulator.domain import Weather
from simulator.events import EventLog, Events, Kind
from simulator.lines import Day, Lines, Stock
from simulator.lives import City, book_ahead, live
from simulator.persons import Nature, Person, persons
from simulator.prices import Prices
from simulator.processes import Process
from simulator.rebalancing import Rebalancing
from simulator.rebalancing import start as start_rebalancing
from simulator.runs import metres_of, runs_of
from simulator.station_gates import StationGates
from simulator.town import Site, Town, ports_of, town_of

LINE_STREAM, BUS_STREAM = DEMAND_STREAM + 3, DEMAND_STREAM + 4

GROWTH_POINTS = 100
"""So often the CPU time used is noted while travellers set out."""

TOWNS = 4
"""Towns kept by a process: a sweep asks for the same again and again."""


@dataclass(frozen=True, slots=True)
class Place:
    """The city that is played.

    Attributes
    ----------
    folder : Path
        Of its network.
    without_routes : frozenset of str
        Ids of routes nobody here may use, such as those whose price is not known.
    closed_stations : frozenset of str
        Ids of stations where nothing stops that day.
    """

    folder: Path
    day: date
    sites: tuple[Site, ...]
    without_routes: frozenset[str] = frozenset()
    closed_stations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preferences:
    """What weighs in a choice; `wet` is added where it rains."""

    tastes: Tastes = field(default_factory=Tastes)
    constants: Mapping[Means, float] = field(default_factory=dict)
    wet: Mapping[Means, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is to travel by.

    Attributes
    ----------
    stock : mapping of str to Stock
        By route id, else by mode.
    ports : mapping of str to (int, tuple of int)
        Instead of what the feeds say: capacity of a port, by its id, and vehicles of each rental standing there.
    rules : mapping of str to FleetRules
        By id of the vehicle type.
    bus_stops, bus_sites : tuple of int
        Where the demand bus calls: stops of the network, and virtual ones, which are sites by their row.
    gates : sequence of (tuple of int, float)
        Boarding places of a station, and how many persons a second its ticket gates let in.
    bus_yen, unpriced_yen : float, float or None
        Of a ride in the demand bus; of journeys whose price the feeds do not tell, see `simulator.prices.Prices`.
    """

    means: frozenset[Means]
    stock: Mapping[str, Stock]
    rules: Mapping[str, FleetRules] = field(default_factory=dict)
    ports: Mapping[str, tuple[int, tuple[int, ...]]] | None = None
    rebalancing: Rebalancing = field(default_factory=Rebalancing)
    bus: BusRules | None = None
    bus_stops: tuple[int, ...] = ()
    bus_sites: tuple[int, ...] = ()
    gates: Sequence[tuple[tuple[int, ...], float]] = ()
    bus_yen: float = 0.0
    unpriced_yen: float | None = None
    taxi_wait_s: float = 300.0
    taxi_g_km: float = 0.0


@dataclass(frozen=True, slots=True)
class CitySetup:
    """All that a replication depends on but its random numbers; `slot_s` says for how long answers are kept."""

    place: Place
    sources: Sequence[Source]
    nature: Nature
    preferences: Preferences
    supply: Supply
    from_s: float
    until_s: float
    slot_s: float = 0.0
    disruptions: Disruptions = field(default_factory=Disruptions)
    weather: Sequence[Weather] = ()


@dataclass(frozen=True, slots=True)
class Effort:
    """What a day took, by the clocks of the machine that played it.

    Attributes
    ----------
    asked, kept : int
        Questions to the planner, and those answered from kept answers.
    latencies_s : tuple of float
        Of the demand bus's decisions.
    growth : tuple of (int, float)
        Travellers that had set out, and CPU seconds used by then.
    """

    asked: int
    kept: int
    latencies_s: tuple[float, ...] = ()
    growth: tuple[tuple[int, float], ...] = ()


Told = Callable[[Effort], None]


def bus_points(supply: Supply, around: Town) -> NDArray[np.int32]:
    """Points where the demand bus calls: its stops, then its virtual ones."""
    stops = [around.first_stop + stop for stop in supply.bus_stops]
    return np.array([*stops, *supply.bus_sites], np.int32)


@lru_cache(maxsize=TOWNS)
def town(place: Place) -> Town:
    """The town of a place, made once a process."""
    return town_of(open_network(place.folder), place.day, place.sites, place.without_routes, place.closed_stations)


def run_city(setup: CitySetup, seed: int, replication: int = 0, tell: Told | None = None) -> Events:
    """Play one day.

    Parameters
    ----------
    seed : int
        Equal seeds and replications give equal logs, octet by octet; setups with the same demand see the same people.
    tell : callable, optional
        Told what planning took, which is no part of what happened.
    """
    city = begun(setup, seed, replication)
    people = persons(setup.sources, setup.nature, seed, replication)
    lines.start(city.choices.lines, setup.from_s, setup.until_s)
    if city.bus is not None:
        demand_bus.start(city.bus)
    docks = city.choices.docks
    start_rebalancing(city, setup.supply.rebalancing, docks.first_number + docks.count)
    announce(city, setup.disruptions)
    if city.bus is not None:
        city.env.process(book_ahead(city, people))
    growth = [(0, time.process_time())]
    city.env.process(_arrive(city, people, growth))
    city.env.run(until=setup.until_s)
    cpu_s, events = time.process_time(), city.log.events()
    if tell is not None:
        answers, begin_s = city.choices.answers, growth[0][1]
        growth.append((len(events.of(Kind.GENERATED)), cpu_s))
        grown = tuple((count, cpu_s - begin_s) for count, cpu_s in growth)
        tell(Effort(answers.asked, answers.kept, tuple(city.bus.latencies_s) if city.bus else (), grown))
    return events


def begun(setup: CitySetup, seed: int, replication: int) -> City:
    """The city as the day begins: nobody has set out, nothing runs."""
    env, log, around = simpy.Environment(setup.from_s), EventLog(), town(setup.place)
    running = Lines(env, log, _day(setup, around, _stream(seed, replication, LINE_STREAM)))
    known = known_at(around, setup.disruptions, setup.from_s)
    answers = Answers(around, setup.slot_s, known, Workspace.of(around.transit, MAX_TRANSFERS))
    first_bus = int(around.transit.day.trip_first[-1])
    bus = _bus(setup, around, env, log, _stream(seed, replication, BUS_STREAM), first_bus)
    docks = _docks(setup.supply, around, first_bus + (setup.supply.bus.vehicles if setup.supply.bus else 0))
    prices = Prices(around, setup.supply.bus_yen, setup.supply.unpriced_yen)
    choices = Choices(around, answers, prices, running, docks, _offered(setup, around))
    weighed, lifts = setup.preferences, setup.disruptions.lifts
    gates = _gates(setup.supply, around)
    return City(
        env, log, choices, weighed.tastes, weighed.constants, weighed.wet, setup.weather, lifts, bus, gates=gates
    )


def _gates(supply: Supply, around: Town) -> dict[int, StationGates]:
    found: dict[int, StationGates] = {}
    for stops, persons_s in supply.gates:
        found |= dict.fromkeys((around.first_stop + stop for stop in stops), StationGates(persons_s))
    return found


def facts_of(setup: CitySetup) -> Facts:
    """What the log does not say: whose numbers vehicles have, how many stand where at first, when trips are due."""
    around, supply = town(setup.place), setup.supply
    first_bus = int(around.transit.day.trip_first[-1])
    first_shared = first_bus + (supply.bus.vehicles if supply.bus else 0)
    docks = _docks(supply, around, first_shared)
    ports = [port for port in range(len(docks.capacity)) if docks.capacity[port]]
    return Facts(
        fleets=_fleets(supply, around, first_bus, docks),
        port_capacity={around.first_port + port: int(docks.capacity[port]) for port in ports},
        port_start={around.first_port + port: len(docks.standing[port]) for port in ports},
        due_s=_due(around),
        taxi_g_km=supply.taxi_g_km,
    )


def _fleets(supply: Supply, around: Town, first_bus: int, docks: Docks) -> list[Kept]:
    """Lines by mode, the demand bus, shared vehicles of each kind, trucks."""
    first, runs = around.transit.day.trip_first.tolist(), runs_of(around)
    found = []
    for pattern, run in enumerate(runs):
        stock = _stock(supply.stock, run.route, run.mode)
        found.append(
            Kept(run.mode.lower(), first[pattern], first[pattern + 1], stock.places, stock.g_km, stock.g_person_km,
                 stock.yen_km)
        )  # fmt: skip
    if supply.bus is not None:
        bus = supply.bus
        found.append(
            Kept(
                "demand_bus", first_bus, docks.first_number, bus.seats, bus.g_km, 0.0, bus.yen_km, bus.yen_h, bus.kwh_km
            )
        )  # fmt: skip
    number = docks.first_number
    for rental, rules in enumerate(docks.rules):
        count = sum(1 for standing in docks.standing for one in standing if one.rental == rental)
        kind = around.network.rentals[rental].vehicle_type.id
        found.append(Kept(kind, number, number + count, 1.0, g_person_km=rules.g_km))
        number += count
    truck = supply.rebalancing
    return [*found, Kept("truck", number, number + truck.trucks, truck.places, truck.g_km, 0.0, truck.yen_km)]


def _due(around: Town) -> dict[int, NDArray[np.float64]]:
    day = around.transit.day
    return {
        lane_trip: np.array(lines.calls_of(day, pattern, lane_trip)[0][1:], np.float64)
        for pattern in range(len(day.trip_first) - 1)
        for lane_trip in range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1]))
    }


def _stream(seed: int, replication: int, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, *key)))


def _arrive(city: City, people: Sequence[Person], growth: list[tuple[int, float]]) -> Process:
    each = max(1, len(people) // GROWTH_POINTS)
    for count, person in enumerate(people, 1):
        if person.time_s > city.env.now:
            yield city.env.timeout(person.time_s - city.env.now)
        city.env.process(live(city, person))
        if count % each == 0:
            growth.append((count, time.process_time()))


def _day(setup: CitySetup, around: Town, rng: np.random.Generator) -> Day:
    """The day's trips with their vehicles, delays and what closes or breaks down."""
    runs = runs_of(around)
    stock = [_stock(setup.supply.stock, run.route, run.mode) for run in runs]
    extra_s, extra_at = lines.delays(stock, around.transit.day, rng)
    return Day(
        timetable=around.transit.day,
        stock=stock,
        point=around.first_stop,
        metres=metres_of(around),
        extra_s=extra_s,
        extra_at=extra_at,
        closures=setup.disruptions.closed_stretches(),
        broken=setup.disruptions.broken_trips(around),
    )


def _stock(stock: Mapping[str, Stock], route: str, mode: Mode) -> Stock:
    return stock[route] if route in stock else stock[mode]


def _docks(supply: Supply, around: Town, first_number: int) -> Docks:
    """Ports as the feeds, or the scenario, say they are when the day begins."""
    ports, rentals = ports_of(around.network), around.network.rentals
    rules = [supply.rules[rental.vehicle_type.id] for rental in rentals]
    capacity, standing = [], [[0] * len(ports) for _ in rentals]
    for number, (system, port) in enumerate(ports):
        given = None if supply.ports is None else supply.ports.get(port.id, (0, (0,) * len(rentals)))
        by_type = port.vehicles_by_type if isinstance(port, RentalStation) else {}
        for row, rental in enumerate(rentals):
            own = by_type.get(rental.vehicle_type.id, 0) if rental.system == system else 0
            standing[row][number] = own if given is None else given[1][row]
        count = sum(row[number] for row in standing)
        capacity.append(max(count, _capacity(port) if given is None else given[0]))
    return docks_of(capacity, standing, rules, first_number)


def _capacity(port: RentalStation | RentalVehicle) -> int:
    if not isinstance(port, RentalStation):
        return 1
    return port.capacity if port.capacity is not None else port.bikes_available + (port.docks_available or 0)


def _bus(
    setup: CitySetup, around: Town, env: simpy.Environment, log: EventLog, rng: np.random.Generator, first: int
) -> DemandBus | None:
    if setup.supply.bus is None:
        return None
    points = bus_points(setup.supply, around)
    drive_s, drive_m = (
        matrix[np.ix_(points, points)].astype(np.float64) for matrix in (around.drive.seconds, around.drive.metres)
    )
    return DemandBus(env, log, setup.supply.bus, points, drive_s, drive_m, rng, first)


def _offered(setup: CitySetup, around: Town) -> Offered:
    supply, reward = setup.supply, _reward(setup)
    if supply.bus is None:
        return Offered(supply.means - {Means.DEMAND_BUS}, taxi_wait_s=supply.taxi_wait_s, reward=reward)
    points = bus_points(supply, around).astype(np.int64)
    hours = supply.bus.start_s, supply.bus.end_s - 1800.0
    return Offered(supply.means, points, hours, taxi_wait_s=supply.taxi_wait_s, reward=reward)


def _reward(setup: CitySetup) -> Reward:
    """The discount, and the minutes of riding that weigh as much in a choice."""
    yen, tastes = setup.supply.rebalancing.reward_yen, setup.preferences.tastes
    worth_s = 60 * yen * tastes.yen / tastes.ride_min if tastes.ride_min else 0.0
    return Reward(yen, setup.supply.rebalancing.low, worth_s)
