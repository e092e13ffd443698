"""`kaiteki drones fleet`: a day's parcels given to a fleet."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.intervals import Interval

REFUSED = 1
SHOWN = 5


def schedule_drones(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Fleet and parcels (TOML), or a shipped one's name.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the schedule.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for the search.")] = 50.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the search and of the days played.")] = 0,
    days: Annotated[int, typer.Option(min=0, help="Days to play with gusts, delays and mishaps.")] = 20,
) -> None:
    """Say which drone brings which parcel when, and play it: flights.csv, refused.csv, schedule.json, operations.csv.

    A file with the table truck is a truck's round with a drone on its roof: round.csv.
    Ends with 1 where not one parcel can be flown.

    [bold]Example[/bold]

    kaiteki drones fleet drone-online-medicine -o schedule
    """
    if find_spec("ortools") is None:
        raise RequestError("fleet", "Scheduling a fleet needs the library ortools: install kaiteki[fleet].")
    from drones.schedule import schedule_fleet
    from scenarios.drone_files import drone_scenario_path
    from scenarios.drone_fleet import read_fleet
    from scenarios.drone_operations import air_day, courier_numbers, fly_days
    from scenarios.drone_schedule import write_operations, write_schedule
    from scenarios.drone_truck import is_truck_round

    path = drone_scenario_path(file)
    if is_truck_round(path):
        _plan_round(path, output, seed)
        return
    scenario = read_fleet(path)
    day = scenario.day
    schedule = schedule_fleet(day, scenario.trips, seconds, seed=seed)
    write_schedule(schedule, output)
    late = sum(flight.late_s > 0 for flight in schedule.flights)
    typer.echo(f"{len(schedule.flights)} of {len(day.parcels)} parcels flown, {late} late.")
    for reason, count in Counter(refused.reason for refused in schedule.refused).items():
        parcels = [refused.parcel for refused in schedule.refused if refused.reason is reason]
        typer.echo(f"Refused, {reason}: {count} ({', '.join(parcels[:SHOWN])}{', …' if count > SHOWN else ''})")
    typer.echo(f"No schedule can be better by more than {schedule.gap:.1%} of the points. Written to {output}.")
    if day.parcels and not schedule.flights:
        raise typer.Exit(REFUSED)
    air = air_day(scenario, schedule)
    if days and air.flights:
        played = fly_days(air, [float(parcel.due_s) for parcel in day.parcels], days, seed)
        couriers = courier_numbers(air, (day.closes_s - day.opens_s) / 3600)
        write_operations(played, couriers, output)
        _tell_days(played, couriers, days)


def _plan_round(path: Path, output: Path, seed: int) -> None:
    import numpy as np

    from drones.truck_round import round_with_drone
    from scenarios.drone_truck import read_truck_round, write_round

    scenario = read_truck_round(path)
    alone = np.full_like(scenario.drone_s, np.inf)
    found, driven = (
        round_with_drone(scenario.truck_s, flown_s, np.random.default_rng(seed))
        for flown_s in (scenario.drone_s, alone)
    )
    write_round(scenario, found, output)
    flown = sum(stretch.drone is not None for stretch in found.stretches)
    minutes, alone_min, least = (seconds / 60 for seconds in (found.seconds, driven.seconds, found.bound_s))
    typer.echo(f"{len(scenario.stops) - 1} stops in {minutes:.1f} min, {flown} of them by drone.")
    typer.echo(f"The truck alone takes {alone_min:.1f} min, no round less than {least:.1f} min. Written to {output}.")


def _tell_days(played: "Mapping[str, Interval]", couriers: "Mapping[str, Mapping[str, float]]", days: int) -> None:
    typer.echo(
        f"{days} days played: {played['served'].mean:.1f} of {played['parcels'].mean:.0f} parcels brought, "
        f"{played['on_time_share'].mean:.0%} on time, {played['aborts'].mean:.2f} aborts and "
        f"{played['waits'].mean:.1f} waits a day, least reserve at landing {played['reserve_least'].mean:.0%}."
    )
    drones = f"{played['kwh_parcel'].mean:.2f} kWh, {played['g_co2e_parcel'].mean:.0f} g CO2e by drone"
    others = (f"{it['kwh_parcel']:.2f} kWh, {it['g_co2e_parcel']:.0f} g by {who}" for who, it in couriers.items())
    typer.echo(f"A parcel: {'; '.join((drones, *others))}.")
