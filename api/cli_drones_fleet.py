"""`kaiteki drones fleet`: a day's parcels given to a fleet."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from planner.errors import RequestError

REFUSED = 1


def schedule_drones(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Fleet and parcels (TOML).")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the schedule.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for the search.")] = 50.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the search.")] = 0,
) -> None:
    """Say which drone brings which parcel when: flights.csv, refused.csv, schedule.json.

    Ends with 1 where not one parcel can be flown.

    [bold]Example[/bold]

    kaiteki drones fleet fleet.toml -o schedule
    """
    if find_spec("ortools") is None:
        raise RequestError("fleet", "Scheduling a fleet needs the library ortools: install kaiteki[fleet].")
    from drones.schedule import schedule_fleet
    from scenarios.drone_fleet import read_fleet_day, write_schedule

    day, trips = read_fleet_day(file)
    schedule = schedule_fleet(day, trips, seconds, seed=seed)
    write_schedule(schedule, output)
    late = sum(flight.late_s > 0 for flight in schedule.flights)
    typer.echo(f"{len(schedule.flights)} of {len(day.parcels)} parcels flown, {late} late.")
    for refused in schedule.refused:
        typer.echo(f"{refused.parcel}: {refused.reason}")
    typer.echo(f"No schedule can be better by more than {schedule.gap:.1%} of the points. Written to {output}.")
    if day.parcels and not schedule.flights:
        raise typer.Exit(REFUSED)
