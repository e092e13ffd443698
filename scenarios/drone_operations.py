"""A fleet's schedule flown on many days: how punctual it is, what it uses, and what a van or bicycle would."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import dist

from drones.schedule import FleetSchedule
from scenarios.drone_fleet import STREET_FACTOR, FleetScenario
from simulator.courier_rounds import BICYCLE, E_VAN, VAN, round_metrics
from simulator.events import NOBODY
from simulator.flight_day import AirDay, PlannedFlight, PlannedRide
from simulator.flight_metrics import flight_metrics
from simulator.flights import fly
from simulator.intervals import Interval, interval

COURIERS = (VAN, E_VAN, BICYCLE)
BLOCK = 10
"""Days a process plays before it reports."""


def air_day(scenario: FleetScenario, schedule: FleetSchedule) -> AirDay:
    """The flights and rides of a schedule with the air and the things they share."""
    day = scenario.day
    flying = [drone for drone in day.drones if drone.type in scenario.crafts]
    number = {drone.id: k for k, drone in enumerate(flying)}
    places = {name: k for k, name in enumerate(scenario.places_m)}
    index, kinds = {parcel.id: k for k, parcel in enumerate(day.parcels)}, {kind.id: kind for kind in day.types}
    flights = tuple(
        PlannedFlight(
            parcel=index[flight.parcel],
            drone=number[flight.drone],
            start=places[f"pad {flight.pad}"],
            goal=places[f"parcel {flight.parcel}"],
            departure_s=float(flight.departure_s),
            due_s=float(day.parcels[index[flight.parcel]].due_s),
            payload_kg=day.parcels[index[flight.parcel]].mass_kg,
            service_s=float(day.parcels[index[flight.parcel]].service_s),
            after=index.get(day.parcels[index[flight.parcel]].after, NOBODY),
        )
        for flight in schedule.flights
        if flight.drone in number
    )
    home = [pad for pad in day.pads if pad.base]
    chargeable = [kinds[drone.type].charge_w for drone in flying if kinds[drone.type].charge_w < float("inf")]
    return AirDay(
        flights=flights,
        aircraft=[scenario.crafts[drone.type] for drone in flying],
        batteries=[drone.batteries for drone in flying],
        places_m=list(scenario.places_m.values()),
        alternates_m=scenario.alternates_m,
        wind_by_hour=scenario.wind_by_hour,
        height_m=scenario.corridor.height_m,
        detour=scenario.corridor.detour,
        reserve_share=scenario.reserve_share,
        takeoff_s=float(max((pad.takeoff_s for pad in home), default=0)),
        turnaround_s=float(max((pad.turnaround_s for pad in home), default=0)),
        swap_s=float(max((kinds[drone.type].swap_s for drone in flying), default=0)),
        charge_w=min(chargeable, default=1500.0),
        crews=sum(base.crews for base in day.bases),
        chargers=sum(base.chargers for base in day.bases),
        rides=_rides(scenario, schedule),
        refused=tuple((index[one.parcel], places[f"parcel {one.parcel}"]) for one in schedule.refused),
        hazards=scenario.hazards,
    )


def _rides(scenario: FleetScenario, schedule: FleetSchedule) -> tuple[PlannedRide, ...]:
    """What couriers and robots bring over the streets."""
    day = scenario.day
    riding = {drone.id: k for k, drone in enumerate(d for d in day.drones if d.type not in scenario.crafts)}
    places = {name: k for k, name in enumerate(scenario.places_m)}
    index = {parcel.id: k for k, parcel in enumerate(day.parcels)}
    found = []
    for ride in schedule.flights:
        if ride.drone not in riding:
            continue
        ends, parcel = (f"pad {ride.pad}", f"parcel {ride.parcel}"), day.parcels[index[ride.parcel]]
        found.append(
            PlannedRide(
                parcel=index[ride.parcel],
                courier=riding[ride.drone],
                start=places[ends[0]],
                goal=places[ends[1]],
                departure_s=float(ride.departure_s),
                out_s=float(ride.arrival_s - ride.departure_s),
                back_s=float(ride.landing_s - ride.arrival_s - parcel.service_s),
                service_s=float(parcel.service_s),
                length_m=STREET_FACTOR * dist(*(scenario.places_m[end] for end in ends)),
                energy_j=ride.energy_j,
                after=index.get(parcel.after, NOBODY),
            )
        )
    return tuple(found)


def fly_days(air: AirDay, due_s: Sequence[float], days: int, seed: int, processes: int = 2) -> dict[str, Interval]:
    """Every number of `flight_metrics` over so many days, with its interval; the same for any number of processes."""
    blocks = [range(first, min(first + BLOCK, days)) for first in range(0, days, BLOCK)]
    play = partial(_play, air, tuple(due_s), seed)
    if processes == 1 or len(blocks) == 1:
        found = [numbers for block in blocks for numbers in play(block)]
    else:
        with ProcessPoolExecutor(processes) as pool:
            found = [numbers for block in pool.map(play, blocks) for numbers in block]
    return {name: interval([numbers[name] for numbers in found]) for name in (found[0] if found else {})}


def _play(air: AirDay, due_s: Sequence[float], seed: int, days: range) -> list[dict[str, float]]:
    return [flight_metrics(fly(air, seed, day), due_s, air.aircraft) for day in days]


def courier_numbers(air: AirDay, hours: float) -> dict[str, dict[str, float]]:
    """What each kind of courier would take for the parcels that are flown, from the first pad."""
    places = [air.places_m[flight.goal] for flight in air.flights]
    base = air.places_m[air.flights[0].start] if air.flights else (0.0, 0.0)
    return {courier.name: round_metrics(courier, places, base, hours) for courier in COURIERS}
