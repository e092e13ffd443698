"""`kaiteki drones fleet`: a day's parcels given to a fleet."""

import os
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli_plan import known_language
from api.messages import Catalogue, catalogue, language_of
from planner.errors import RequestError

if TYPE_CHECKING:
    from drones.schedule import FleetSchedule
    from scenarios.drone_schedule import PlayedDays

REFUSED = 1
SHOWN = 5


def schedule_drones(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Fleet and parcels (TOML), or a shipped one's name.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the schedule.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for the search.")] = 50.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the search and of the days played.")] = 0,
    days: Annotated[int, typer.Option(min=0, help="Days to play with gusts, delays and mishaps.")] = 20,
    lang: Annotated[str | None, typer.Option(help="Language, ja or en; default: the environment's.")] = None,
) -> None:
    """Say which drone brings which parcel when, and play it: flights.csv, refused.csv, schedule.json, operations.csv.

    states.csv has the states of each flight's operational intent on the first of the days played.

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
    from scenarios.drone_schedule import play_days, write_schedule
    from scenarios.drone_truck import is_truck_round

    words = catalogue(language_of(os.environ) if lang is None else known_language(lang))
    path = drone_scenario_path(file)
    if is_truck_round(path):
        _plan_round(words, path, output, seed)
        return
    scenario = read_fleet(path)
    day = scenario.day
    schedule = schedule_fleet(day, scenario.trips, seconds, seed=seed)
    write_schedule(schedule, output)
    _tell_schedule(words, schedule, len(day.parcels), output)
    if day.parcels and not schedule.flights:
        raise typer.Exit(REFUSED)
    played = play_days(scenario, schedule, days, seed, output)
    if played is not None:
        _tell_days(words, played, days)


def _tell_schedule(words: Catalogue, schedule: "FleetSchedule", parcels: int, output: Path) -> None:
    late = sum(flight.late_s > 0 for flight in schedule.flights)
    asked, flown = words.counted("counts.parcels", parcels), len(schedule.flights)
    typer.echo(words.text("fleet_words.flown", flown=flown, parcels=asked, late=late))
    for reason, count in Counter(refused.reason for refused in schedule.refused).items():
        shown = [refused.parcel for refused in schedule.refused if refused.reason is reason][:SHOWN]
        told = words.text(f"fleet_reasons.{reason}")
        names = ", ".join(shown) + (", …" if count > SHOWN else "")
        typer.echo(words.text("fleet_words.refused", reason=told, count=count, parcels=names))
    typer.echo(words.text("fleet_words.gap", gap=schedule.gap, folder=output))


def _plan_round(words: Catalogue, path: Path, output: Path, seed: int) -> None:
    from scenarios.drone_truck import read_truck_round, with_and_without, write_round

    scenario = read_truck_round(path)
    found, driven = with_and_without(scenario, seed)
    write_round(scenario, found, output)
    flown, stops = sum(stretch.drone is not None for stretch in found.stretches), len(scenario.stops) - 1
    minutes, alone_min, least = (seconds / 60 for seconds in (found.seconds, driven.seconds, found.bound_s))
    visited = words.counted("counts.stops", stops)
    typer.echo(words.text("fleet_words.round", stops=visited, minutes=minutes, flown=flown))
    typer.echo(words.text("fleet_words.round_bound", alone_min=alone_min, least_min=least, folder=output))


def _tell_days(words: Catalogue, played: "PlayedDays", days: int) -> None:
    means = {name: found.mean for name, found in played.drones.items()}
    typer.echo(words.text("fleet_words.played", days=words.counted("counts.days", days), **means))
    of_drones = means["kwh_parcel"], means["g_co2e_parcel"]
    figures = {"drone": of_drones} | {
        who: (it["kwh_parcel"], it["g_co2e_parcel"]) for who, it in played.couriers.items()
    }
    told = (
        words.text("fleet_words.by", who=words.text(f"fleet_couriers.{who.replace(' ', '-')}"), kwh=kwh, grams=grams)
        for who, (kwh, grams) in figures.items()
    )
    between = words.text("flight_words.between_places")
    typer.echo(words.text("fleet_words.parcel", figures=between.join(told)))
