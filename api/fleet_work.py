"""Scheduling a fleet's day as a job: what the process beside the server does, and what it leaves for whoever asks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from api.fleet_map import day_features
from api.fleet_order import FILES, RESULT, fleet_of
from api.fleet_shapes import FleetAircraft, FleetDayResult, FleetFlight, FleetRefusal
from api.jobs import Progress
from api.metric_texts import kpi_of, texts_of
from api.run_shapes import Kpi
from drones.schedule import FleetSchedule, Flight, schedule_fleet
from drones.schedule_problem import Parcel
from scenarios.drone_fleet import FleetScenario
from scenarios.drone_schedule import play_days, write_schedule
from simulator.intervals import Interval

J_PER_WH = 3600.0

SHOWN = {
    "served": "", "on_time_share": "share", "aborts": "", "waits": "",
    "reserve_mean": "share", "reserve_least": "share", "flown_km": "km", "kwh_parcel": "kWh", "g_co2e_parcel": "g",
}  # fmt: skip
"""Numbers of a played day that are told, with their units."""


def schedule_day(folder: Path, question: dict[str, Any], progress: Progress) -> None:
    """Schedule a day and play it, as `kaiteki drones fleet` does."""
    progress(0, 2)
    scenario = fleet_of(question)
    schedule = schedule_fleet(scenario.day, scenario.trips, question["seconds"], seed=question["seed"])
    write_schedule(schedule, folder / FILES)
    progress(1, 2)
    played = play_days(scenario, schedule, question["days"], question["seed"], folder / FILES, processes=1)
    result = FleetDayResult(
        opensS=scenario.day.opens_s,
        closesS=scenario.day.closes_s,
        geojson=day_features(scenario, schedule),
        aircraft=_aircraft(scenario, schedule),
        refused=tuple(
            FleetRefusal(one.parcel, one.reason, texts_of("fleet_reasons", one.reason, one.reason))
            for one in schedule.refused
        ),
        cost=schedule.cost,
        bound=schedule.bound,
        gap=schedule.gap,
        kpis=() if played is None else _kpis(played.drones),
        windMs=tuple((round(east, 2), round(north, 2)) for east, north in scenario.wind_by_hour),
        files=tuple(sorted(path.name for path in (folder / FILES).iterdir())),
    )
    (folder / RESULT).write_bytes(msgspec.json.encode(result))
    progress(2, 2)


def _aircraft(scenario: FleetScenario, schedule: FleetSchedule) -> tuple[FleetAircraft, ...]:
    parcels = {parcel.id: parcel for parcel in scenario.day.parcels}
    crafts = scenario.crafts
    return tuple(
        FleetAircraft(
            id=drone.id,
            type=crafts[drone.type].name if drone.type in crafts else drone.type,
            pad=drone.pad,
            isCourier=drone.type not in crafts,
            flights=tuple(_flight(one, parcels[one.parcel]) for one in schedule.flights if one.drone == drone.id),
        )
        for drone in scenario.day.drones
    )


def _flight(flight: Flight, parcel: Parcel) -> FleetFlight:
    return FleetFlight(
        parcel=parcel.id,
        priority=parcel.priority,
        massKg=parcel.mass_kg,
        departureS=flight.departure_s,
        arrivalS=flight.arrival_s,
        landingS=flight.landing_s,
        swapS=flight.swap_s,
        chargeS=flight.charge_s,
        chargedS=flight.charged_s,
        lateS=flight.late_s,
        energyWh=round(flight.energy_j / J_PER_WH, 1),
    )


def _kpis(played: Mapping[str, Interval]) -> tuple[Kpi, ...]:
    return tuple(
        kpi_of(name, unit, texts_of("fleet_metrics", name, name), played[name]) for name, unit in SHOWN.items()
    )
