"""`kaiteki drones`: missions planned from a scenario file, and missions of others checked."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli_drones_fleet import schedule_drones
from api.cli_plan import known_language
from api.messages import Catalogue, catalogue, language_of
from planner.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drones.mission import Mission
    from drones.request import Refusal
    from drones.rules import Ruling
    from scenarios.drone_files import DroneScenario

drones = typer.Typer(name="drones", help="Plans and checks flights of drones.", no_args_is_help=True)
drones.command("fleet")(schedule_drones)

REFUSED = 1

Lang = Annotated[str | None, typer.Option(help="Language, ja or en; default: the environment's.")]


@drones.command("plan")
def plan_drone(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario (TOML) or the name of a shipped one.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the mission's files.")],
    lang: Lang = None,
) -> None:
    """Plan one flight: .plan, .waypoints, KML, GeoJSON, JSON of F3548 and ED-269, a map, and a page to print.

    Ends with 1 and says why where the flight is refused.

    [bold]Example[/bold]

    kaiteki drones plan drone-tower-2021 -o flight
    """
    from api.mission_files import write_mission_files
    from drones.request import Refusal
    from scenarios.drone_files import drone_scenario_path, planned_beside, read_drone_scenario

    words = catalogue(language_of(os.environ) if lang is None else known_language(lang))
    scenario = read_drone_scenario(drone_scenario_path(file))
    found = planned_beside(scenario)
    if isinstance(found, Refusal):
        _tell_refusal(words, found)
        raise typer.Exit(REFUSED)
    write_mission_files(found, scenario, output, words)
    _tell(words, found.mission)
    if scenario.declared.intents:
        departure, known = f"{found.mission.departure:%H:%M}", len(scenario.declared.intents)
        typer.echo(words.text(f"flight_means.{found.means}", departure=departure, known=known))
    _tell_category(words, found.mission, scenario)
    _tell_rulings(words, found.mission.rulings)


def _tell_refusal(words: Catalogue, refusal: "Refusal") -> None:
    from api.flight_words import grounds_text, phrase_text, places_text, remedies_text

    rule, sentence = grounds_text(words, refusal), phrase_text(words, refusal.cause)
    remedies = remedies_text(words, refusal) or words.text("flight_words.nothing_tried")
    typer.echo(words.text("flight_words.refused", rule=rule, sentence=sentence))
    typer.echo(words.text("flight_words.where", places=places_text(words, refusal.where)))
    typer.echo(words.text("flight_words.possible", remedies=remedies))


def _tell_category(words: Catalogue, mission: "Mission", scenario: "DroneScenario") -> None:
    from drones.legality import flight_along
    from drones.mission import arrival_of
    from drones.operation import Craft
    from drones.rules import category_of, level_of

    craft, request = scenario.aircraft, scenario.request
    flown = request.operation, Craft(craft.mass_kg + mission.payload_kg, craft.certificate_class, craft.has_camera)
    during = mission.departure, arrival_of(mission)
    flight = flight_along(mission.waypoints, during, scenario.airspace, flown, request.authorised)
    typer.echo(words.text("flight_words.category", category=category_of(flight), level=level_of(flight)))


def _tell_rulings(words: Catalogue, rulings: "Sequence[Ruling]") -> bool:
    """Print what is forbidden or needed and not held; whether there was any."""
    from api.flight_words import places_text, rule_remedy, rule_sentence, rule_title
    from drones.rules import Verdict

    unmet = [ruling for ruling in rulings if ruling.verdict is not Verdict.OK]
    for ruling in unmet:
        rule, sentence, remedy = (say(words, ruling.rule) for say in (rule_title, rule_sentence, rule_remedy))
        typer.echo(words.text(f"flight_words.{ruling.verdict}", rule=rule, sentence=sentence, remedy=remedy))
        typer.echo("  " + words.text("flight_words.where", places=places_text(words, ruling.places)))
    return bool(unmet)


def _tell(words: Catalogue, mission: "Mission") -> None:
    from drones.mission import arrival_of, distances_m

    energy = mission.energy
    flown = words.text(
        "flight_words.flown",
        name=mission.id,
        length_km=distances_m(mission.waypoints)[-1] / 1000,
        minutes=energy.seconds / 60,
        departure=f"{mission.departure:%H:%M}",
        arrival=f"{arrival_of(mission):%H:%M}",
        left_share=1 - energy.energy_j / energy.on_board_j,
    )
    typer.echo(flown)
    if mission.opened_zone_ids:
        typer.echo(words.text("flight_words.opened", zones=", ".join(mission.opened_zone_ids)))
    farthest = max(mission.reaches, key=lambda reach: reach.distance_m)
    typer.echo(words.text("flight_words.site_within", distance_km=farthest.distance_m / 1000))


@drones.command("check")
def check_drone(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .plan or .waypoints file.")],
    authorised: Annotated[
        list[str] | None,
        typer.Option(help="Id of a zone or rule for which permission is held; repeat, or did-* for many."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Departure such as 2026-05-12T10:00, by the bay's clock or with an offset; else now or as planned.",
        ),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="FILE", help="Who flies what, when, by which permissions: a scenario (TOML).")
    ] = None,
    lang: Lang = None,
) -> None:
    """Hold a mission someone else made against the bay's airspace and the law, whole legs and heights.

    Ends with 1 where it breaks a rule or needs what is not held.

    [bold]Example[/bold]

    kaiteki drones check mission.plan --authorised 'did-*' --scenario drone-akanehama-cat3
    """
    from api.flight_words import breach_text
    from drones.checking import UNKNOWN_CRAFT, check_lawful, check_waypoints, duration_s
    from drones.operation import Craft
    from drones.request import STANDARD_OPERATION
    from feeds.makuhari.airspace import read_airspace
    from feeds.missions import read_mission
    from scenarios.drone_files import drone_scenario_path, permits_named, read_drone_scenario
    from scenarios.drone_wind import JST

    words = catalogue(language_of(os.environ) if lang is None else known_language(lang))
    mission = read_mission(file)
    airspace, held, flown = read_airspace(), frozenset[str](), (STANDARD_OPERATION, UNKNOWN_CRAFT)
    departure = datetime.now(JST)
    if scenario is not None:
        known = read_drone_scenario(drone_scenario_path(scenario))
        craft, request = known.aircraft, known.request
        mass = craft.mass_kg + request.payload_kg
        airspace, held, departure = known.airspace, request.authorised, request.departure
        flown = request.operation, Craft(mass, craft.certificate_class, craft.has_camera)
    held = held.union(*(permits_named(pattern, airspace) for pattern in authorised or ()))
    departure = (departure if at is None else _time(at)).astimezone(JST)
    during = departure, departure + timedelta(seconds=duration_s(mission.waypoints))
    breaches = check_waypoints(mission.waypoints, airspace, held, during)
    for breach in breaches:
        typer.echo(f"{breach.lat:.5f},{breach.lon:.5f}: {breach_text(words, breach)} — {breach.rule}")
    lacks = _tell_rulings(words, check_lawful(mission.waypoints, airspace, held, during, flown))
    if breaches or lacks:
        raise typer.Exit(REFUSED)
    passed = words.counted("counts.waypoints", len(mission.waypoints))
    typer.echo(words.text("flight_words.no_breach", file=file.name, waypoints=passed))


def _time(text: str) -> datetime:
    from scenarios.drone_wind import JST

    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError("at", f"--at: {text!r} is no date and time such as 2026-05-12T10:00+09:00.") from error
    return found if found.tzinfo else found.replace(tzinfo=JST)
