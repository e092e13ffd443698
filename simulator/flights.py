"""A day of drone flights as it may turn out: gusts, delays, ageing batteries, lost links, zones that close in flight.

Each drone flies its flights of the schedule one after the other in the wind of the day. It stays on its pad while wind,
gusts, a closed zone or a weak battery forbid the flight, and turns to an alternate in the air when one of them, or a
link that stays lost, leaves no other way. A parcel of two legs waits for its first. Parcels are the travellers of the
log, drones its vehicles, and after them the couriers on the ground.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, exp, hypot, inf
from typing import Any

import numpy as np
import simpy
from simpy.resources.resource import Request

from drones.aircraft import Aircraft, EnergyStore
from drones.energy import cruise_power_w, ground_speed_ms, rotor_power_w
from simulator.events import NOBODY, EventLog, Events, Kind, Reason
from simulator.flight_day import DAY_S, SPELL_S, AirDay, Closing, Metres, PlannedFlight, Weather, weather_of
from simulator.rides import Handed, ride_day

WEATHER_STREAM, BATTERY_STREAM, DRONE_STREAM, RIDE_STREAM = range(4)

Process = Generator[simpy.Event, Any, None]
Outcome = Generator[simpy.Event, Any, Reason]
"""A process that ends with the reason why it did not go as planned."""


@dataclass(frozen=True, slots=True)
class _Power:
    """Watts with a load: climbing, hovering, cruising."""

    climb_w: float
    hover_w: float
    cruise_w: float


@dataclass(slots=True)
class _Drone:
    number: int
    aircraft: Aircraft
    rng: np.random.Generator
    place: int
    capacity_j: float = 0.0
    left_j: float = 0.0
    drawn_j: float = 0.0


@dataclass(frozen=True, slots=True)
class _Air:
    env: simpy.Environment
    log: EventLog
    day: AirDay
    weather: Weather
    pads: Mapping[int, simpy.Resource]
    crews: simpy.Resource
    batteries: Mapping[int, simpy.Store]
    chargers: simpy.Resource
    powers: dict[tuple[str, float, Metres], _Power]
    handed: Handed


def fly(day: AirDay, seed: int, replication: int = 0) -> Events:
    """Play one day.

    Parameters
    ----------
    seed : int
        Equal seeds and replications give equal logs; weather, batteries and every drone have streams of their own.
    """
    env = simpy.Environment()
    drones = sorted({flight.drone for flight in day.flights})
    starts = {flight.drone: flight.start for flight in day.flights}
    air = _Air(
        env=env,
        log=EventLog(),
        day=day,
        weather=weather_of(day, _stream(seed, replication, WEATHER_STREAM)),
        pads={place: simpy.Resource(env) for place in sorted(set(starts.values()))},
        crews=simpy.Resource(env, day.crews),
        batteries=_batteries(env, day, drones, _stream(seed, replication, BATTERY_STREAM)),
        chargers=simpy.Resource(env, day.chargers),
        powers={},
        handed={
            parcel: env.event()
            for parcel in (*(flight.parcel for flight in day.flights), *(ride.parcel for ride in day.rides))
        },
    )
    for flight in day.flights:
        env.process(_ordered(air, flight))
    for parcel, place in day.refused:
        air.log.traveller(0.0, Kind.GENERATED, parcel, place)
        air.log.traveller(0.0, Kind.REJECTED, parcel, place, reason=Reason.NONE)
    for number in drones:
        drone = _Drone(number, day.aircraft[number], _stream(seed, replication, DRONE_STREAM, number), starts[number])
        flights = sorted((f for f in day.flights if f.drone == number), key=lambda f: f.departure_s)
        env.process(_day_of(air, drone, flights))
    ride_day(env, air.log, day, air.handed, _stream(seed, replication, RIDE_STREAM))
    env.run(until=2 * DAY_S)
    return air.log.events()


def _stream(seed: int, replication: int, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, *key)))


def _batteries(
    env: simpy.Environment, day: AirDay, drones: Sequence[int], rng: np.random.Generator
) -> dict[int, simpy.Store]:
    """Of each drone the batteries that wait, by what is left of their capacity with age."""
    stores = {}
    for number in drones:
        store = simpy.Store(env)
        ages = rng.uniform(0, day.hazards.cycles_max, day.batteries[number])
        store.items.extend((1 - day.hazards.fade_per_cycle * ages).tolist())
        stores[number] = store
    return stores


def _ordered(air: _Air, flight: PlannedFlight) -> Process:
    air.log.traveller(0.0, Kind.GENERATED, flight.parcel, flight.goal, distance_m=_line(air, flight)[0])
    yield air.env.timeout(flight.departure_s)
    air.log.traveller(air.env.now, Kind.JOINED, flight.parcel, flight.start)


def _day_of(air: _Air, drone: _Drone, flights: Sequence[PlannedFlight]) -> Process:
    health = yield air.batteries[drone.number].get()
    drone.capacity_j = drone.left_j = drone.aircraft.energy_j * health
    air.log.vehicle(air.env.now, Kind.ENTERED, drone.number, drone.place, 0, energy_j=drone.left_j)
    for flight in flights:
        yield air.env.timeout(max(0.0, flight.departure_s - air.env.now))
        yield from _flight(air, drone, flight)
    air.log.vehicle(air.env.now, Kind.LEFT, drone.number, drone.place, 0, energy_j=drone.left_j)


def _flight(air: _Air, drone: _Drone, flight: PlannedFlight) -> Process:
    """One flight with its turnaround; or none, where it could not begin in time."""
    env, log = air.env, air.log
    reason = yield from _wait_for_leave(air, drone, flight)
    if reason is not Reason.NONE:
        _lose(air, flight, flight.start, reason)
        return
    pad = air.pads[flight.start].request()
    yield pad
    env.process(_clear(air, flight.start, pad))
    log.traveller(env.now, Kind.BOARDED, flight.parcel, flight.start, drone.number, _line(air, flight)[0])
    log.vehicle(env.now, Kind.DEPARTED, drone.number, flight.start, 1)
    reason = yield from _leg(air, drone, flight, is_out=True)
    if reason is Reason.NONE:
        yield from _deliver(air, drone, flight)
        reason = yield from _leg(air, drone, flight, is_out=False)
        if reason is Reason.NONE:
            reason = yield from _land(air, drone, flight.start)
    else:
        _lose(air, flight, flight.goal, reason, drone.number)
    if reason is not Reason.NONE:
        yield env.timeout(air.day.hazards.recovery_s)
        log.vehicle(env.now, Kind.RESUMED, drone.number, flight.start, 0)
    yield from _swap(air, drone)


def _lose(air: _Air, flight: PlannedFlight, place: int, reason: Reason, drone: int = NOBODY) -> None:
    air.log.traveller(air.env.now, Kind.GAVE_UP, flight.parcel, place, drone, reason=reason)
    air.handed[flight.parcel].succeed(False)


def _clear(air: _Air, place: int, pad: Request) -> Process:
    """Keep a pad closed after a departure."""
    yield air.env.timeout(air.day.takeoff_s)
    air.pads[place].release(pad)


def _wait_for_leave(air: _Air, drone: _Drone, flight: PlannedFlight) -> Outcome:
    """Stand beside the pad until nothing forbids the flight; the reason if that comes too late."""
    env, latest = air.env, flight.departure_s + air.day.hazards.patience_s
    if flight.after in air.handed and not (yield air.handed[flight.after]):
        return Reason.MISSED
    while True:
        reason = _forbids(air, drone, flight)
        if reason is Reason.NONE or env.now + SPELL_S > latest:
            return reason
        air.log.vehicle(env.now, Kind.HELD, drone.number, flight.start, 1)
        yield env.timeout(SPELL_S)


def _forbids(air: _Air, drone: _Drone, flight: PlannedFlight) -> Reason:
    now, craft, wind = air.env.now, drone.aircraft, air.weather.wind_ms(air.env.now)
    if hypot(*wind) > craft.wind_limit_ms or air.weather.gust_ms[air.weather.spell(now)] > craft.gust_limit_ms:
        return Reason.GUST
    ends = air.day.places_m[flight.start], air.day.places_m[flight.goal]
    if any(c.from_s <= now < c.until_s and _meets(c, *ends) for c in air.day.hazards.closings):
        return Reason.ZONE_CLOSED
    length, bearing = _line(air, flight)
    needed = (
        _way_j(air, drone, flight.payload_kg, length, bearing, wind)
        + _power(air, craft, flight.payload_kg, wind).hover_w * flight.service_s
        + _way_j(air, drone, 0.0, length, bearing + 180, wind)
    )
    return Reason.NONE if drone.left_j - needed >= air.day.reserve_share * craft.energy_j else Reason.LOW_BATTERY


def _leg(air: _Air, drone: _Drone, flight: PlannedFlight, *, is_out: bool) -> Outcome:
    """Fly one way in the wind of its beginning; the reason if it ends at an alternate."""
    env, craft, day = air.env, drone.aircraft, air.day
    length, bearing = _line(air, flight)
    load, ends = flight.payload_kg, (day.places_m[flight.start], day.places_m[flight.goal])
    if not is_out:
        load, ends, bearing = 0.0, ends[::-1], bearing + 180
    wind = air.weather.wind_ms(env.now)
    speed = ground_speed_ms(craft.cruise_ms, bearing, wind)
    if drone.left_j - _way_j(air, drone, load, length, bearing, wind) < day.floor_share * craft.energy_j:
        reason = Reason.LOW_BATTERY if speed > 0 else Reason.GUST
        return (yield from _divert(air, drone, ends[0], load, (reason, 0.0)))
    rise_s, cruise_s, sink_s = day.height_m / craft.climb_ms, length / speed, day.height_m / craft.descent_ms
    after_s, reason = _mishap(air, drone, ends, rise_s + cruise_s + sink_s)
    flown_s = min(after_s, rise_s + cruise_s + sink_s)
    cruised_s = min(max(0.0, flown_s - rise_s), cruise_s)
    power = _power(air, craft, load, wind)
    risen_s, sunk_s = min(flown_s, rise_s), max(0.0, flown_s - rise_s - cruise_s)
    _draw(drone, power.climb_w * risen_s + power.cruise_w * cruised_s + power.hover_w * sunk_s)
    yield env.timeout(flown_s)
    metres = cruised_s * speed
    if reason is not Reason.NONE:
        share = metres / length if length else 1.0
        (ax, ay), (bx, by) = ends
        at = ax + share * (bx - ax), ay + share * (by - ay)
        return (yield from _divert(air, drone, at, load, (reason, metres)))
    place = flight.goal if is_out else flight.start
    air.log.vehicle(env.now, Kind.ARRIVED, drone.number, place, int(is_out), metres, _drawn(drone))
    return Reason.NONE


def _mishap(air: _Air, drone: _Drone, ends: tuple[Metres, Metres], seconds: float) -> tuple[float, Reason]:
    """What first ends a leg that would take so long, and after how many seconds; inf: nothing."""
    now, hazards, weather = air.env.now, air.day.hazards, air.weather
    first = (inf, Reason.NONE)
    if hazards.link_losses_per_h:
        lost = float(drone.rng.exponential(3600 / hazards.link_losses_per_h))
        if lost < seconds and drone.rng.random() < exp(-hazards.link_patience_s / hazards.link_regain_s):
            first = min(first, (lost + hazards.link_patience_s, Reason.LOST_LINK))
    for closing in hazards.closings:
        if now <= closing.from_s < now + seconds and _meets(closing, *ends):
            first = min(first, (closing.from_s - now, Reason.ZONE_CLOSED))
    for spell in range(weather.spell(now) + 1, weather.spell(now + seconds) + 1):
        if weather.gust_ms[spell] > drone.aircraft.gust_limit_ms:
            first = min(first, (spell * SPELL_S - now, Reason.GUST))
            break
    return first if first[0] < seconds else (inf, Reason.NONE)


def _divert(air: _Air, drone: _Drone, at: Metres, load_kg: float, why: tuple[Reason, float]) -> Outcome:
    """Fly straight to the alternate that takes least energy; without one in reach the aircraft comes down there.

    Parameters
    ----------
    why : (Reason, float)
        And the metres flown of the leg so far.
    """
    reason, metres = why
    air.log.vehicle(air.env.now, Kind.INTERVENTION_ASKED, drone.number, NOBODY, int(load_kg > 0))
    craft, day, wind = drone.aircraft, air.day, air.weather.wind_ms(air.env.now)
    power, found = _power(air, craft, load_kg, wind), (inf, inf, 0.0)
    for east, north in day.alternates_m:
        length = hypot(east - at[0], north - at[1])
        speed = ground_speed_ms(craft.cruise_ms, degrees(atan2(east - at[0], north - at[1])), wind)
        if speed > 0:
            cruise_s, sink_s = length / speed, day.height_m / craft.descent_ms
            joules = power.cruise_w * cruise_s + power.hover_w * sink_s
            found = min(found, (joules, cruise_s + sink_s, length))
    joules, seconds, length = found
    if joules > drone.left_j:
        air.log.vehicle(air.env.now, Kind.ARRIVED, drone.number, NOBODY, int(load_kg > 0), metres, _drawn(drone))
        _stand_aside(air, drone, Reason.NO_ALTERNATE)
        return Reason.NO_ALTERNATE
    _draw(drone, joules)
    yield air.env.timeout(seconds)
    air.log.vehicle(air.env.now, Kind.ARRIVED, drone.number, NOBODY, int(load_kg > 0), metres + length, _drawn(drone))
    _stand_aside(air, drone, reason)
    return reason


def _stand_aside(air: _Air, drone: _Drone, reason: Reason) -> None:
    air.log.traveller(air.env.now, Kind.WITHDRAWN, NOBODY, NOBODY, drone.number, reason=reason)


def _deliver(air: _Air, drone: _Drone, flight: PlannedFlight) -> Process:
    wind = air.weather.wind_ms(air.env.now)
    _draw(drone, _power(air, drone.aircraft, flight.payload_kg, wind).hover_w * flight.service_s)
    yield air.env.timeout(flight.service_s)
    for kind in (Kind.ALIGHTED, Kind.REACHED):
        air.log.traveller(air.env.now, kind, flight.parcel, flight.goal, drone.number)
    air.handed[flight.parcel].succeed(True)
    air.log.vehicle(air.env.now, Kind.DEPARTED, drone.number, flight.goal, 0, energy_j=_drawn(drone))


def _land(air: _Air, drone: _Drone, place: int) -> Outcome:
    """Hover until the pad is free, or as long as the energy for an alternate lasts; then stand on it."""
    env, day = air.env, air.day
    hover_w = _power(air, drone.aircraft, 0.0, air.weather.wind_ms(env.now)).hover_w
    begin, spare_j = env.now, drone.left_j - day.floor_share * drone.aircraft.energy_j
    with air.pads[place].request() as pad:
        yield pad | env.timeout(max(0.0, spare_j / 2 / hover_w))
        _draw(drone, hover_w * (env.now - begin))
        is_down = pad.triggered
        if is_down:
            air.log.vehicle(env.now, Kind.SWAPPED, drone.number, place, 0, energy_j=drone.left_j)
            yield env.timeout(day.turnaround_s + float(drone.rng.exponential(day.hazards.pad_delay_s)))
    if is_down:
        return Reason.NONE
    return (yield from _divert(air, drone, day.places_m[place], 0.0, (Reason.PAD_TAKEN, 0.0)))


def _swap(air: _Air, drone: _Drone) -> Process:
    """A crew takes the battery out and puts a charged one in; the old one goes to a charger."""
    env, day = air.env, air.day
    with air.crews.request() as crew:
        yield crew
        env.process(_charge(air, drone.number, drone.capacity_j / drone.aircraft.energy_j, drone.left_j))
        yield env.timeout(day.swap_s)
    health = yield air.batteries[drone.number].get()
    drone.capacity_j = drone.left_j = drone.aircraft.energy_j * health
    drone.drawn_j = 0.0


def _charge(air: _Air, drone: int, health: float, left_j: float) -> Process:
    """Fuel takes no charger."""
    craft = air.day.aircraft[drone]
    if craft.store is EnergyStore.BATTERY:
        with air.chargers.request() as charger:
            yield charger
            yield air.env.timeout(max(0.0, craft.energy_j * health - left_j) / air.day.charge_w)
    else:
        yield air.env.timeout(0)
    yield air.batteries[drone].put(max(0.0, health - air.day.hazards.fade_per_cycle))


def _line(air: _Air, flight: PlannedFlight) -> tuple[float, float]:
    """Metres and direction of a flight's way out."""
    (ax, ay), (bx, by) = air.day.places_m[flight.start], air.day.places_m[flight.goal]
    return air.day.detour * hypot(bx - ax, by - ay), degrees(atan2(bx - ax, by - ay))


def _meets(closing: Closing, a: Metres, b: Metres) -> bool:
    """Whether the straight line from a to b comes into the circle."""
    ax, ay, bx, by = a[0] - closing.centre_m[0], a[1] - closing.centre_m[1], b[0] - a[0], b[1] - a[1]
    length2 = bx * bx + by * by
    share = min(1.0, max(0.0, -(ax * bx + ay * by) / length2)) if length2 else 0.0
    return hypot(ax + share * bx, ay + share * by) < closing.radius_m


def _power(air: _Air, craft: Aircraft, load_kg: float, wind_ms: Metres) -> _Power:
    """Whoever stands over a place in a wind flies against it."""
    key = craft.id, load_kg, wind_ms
    if key not in air.powers:
        speed = hypot(*wind_ms)
        climb, hover = rotor_power_w(craft, load_kg, speed, craft.climb_ms), rotor_power_w(craft, load_kg, speed)
        air.powers[key] = _Power(climb, hover, cruise_power_w(craft, load_kg, craft.cruise_ms))
    return air.powers[key]


def _way_j(air: _Air, drone: _Drone, load_kg: float, length_m: float, bearing_deg: float, wind: Metres) -> float:
    craft, power = drone.aircraft, _power(air, drone.aircraft, load_kg, wind)
    speed = ground_speed_ms(craft.cruise_ms, bearing_deg, wind)
    if speed <= 0:
        return inf
    sink_j, rise_j = (
        power.hover_w * air.day.height_m / craft.descent_ms,
        power.climb_w * air.day.height_m / craft.climb_ms,
    )
    return rise_j + power.cruise_w * length_m / speed + sink_j


def _draw(drone: _Drone, joules: float) -> None:
    drone.left_j -= joules
    drone.drawn_j += joules


def _drawn(drone: _Drone) -> float:
    """Joules drawn since this was asked last."""
    drawn, drone.drawn_j = drone.drawn_j, 0.0
    return drawn
