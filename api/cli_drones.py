"""`kaiteki drones`: missions planned from a scenario file, and missions of others checked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli_drones_fleet import schedule_drones

if TYPE_CHECKING:
    from drones.mission import Mission
    from scenarios.drone_files import DroneScenario

drones = typer.Typer(name="drones", help="Plans and checks flights of drones.", no_args_is_help=True)
drones.command("fleet")(schedule_drones)

REFUSED = 1


@drones.command("plan")
def plan_drone(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario (TOML) or the name of a shipped one.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the mission's files.")],
) -> None:
    """Plan one flight and write it as .plan, .waypoints, KML, GeoJSON, F3548 JSON and a page to print.

    Ends with 1 and says why where the flight is refused.

    [bold]Example[/bold]

    kaiteki drones plan drone-tower-2021 -o flight
    """
    from drones.planning import plan_mission
    from drones.request import Refusal
    from scenarios.drone_files import drone_scenario_path, read_drone_scenario

    scenario = read_drone_scenario(drone_scenario_path(file))
    planned = plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)
    if isinstance(planned, Refusal):
        typer.echo(f"Refused ({planned.rule}): {planned.sentence}")
        typer.echo(f"Where: {planned.where}")
        typer.echo(f"Possible with: {planned.remedy or 'nothing that was tried'}")
        raise typer.Exit(REFUSED)
    _write(planned, scenario, output)
    _tell(planned)


def _write(mission: "Mission", scenario: "DroneScenario", folder: Path) -> None:
    from drones.intents import Uncertainty, intent_of
    from feeds.makuhari.airspace import read_coast
    from feeds.missions import write_geojson, write_intent, write_kml, write_plan, write_waypoints
    from scenarios.briefing import briefing_html

    folder.mkdir(parents=True, exist_ok=True)
    zones, sites = scenario.airspace.zones, scenario.airspace.sites
    write_plan(mission, zones, sites, folder / f"{mission.id}.plan")
    write_waypoints(mission, folder / f"{mission.id}.waypoints")
    write_kml(mission, folder / f"{mission.id}.kml")
    write_geojson(mission, folder / f"{mission.id}.geojson")
    intent = intent_of(mission, Uncertainty())
    write_intent(intent, scenario.airspace.ground.geoid_m, folder / f"{mission.id}.f3548.json")
    page = briefing_html(scenario.name, mission, zones, read_coast(), [scenario.facts] if scenario.facts else [])
    (folder / f"{mission.id}.html").write_text(page, encoding="utf-8")


def _tell(mission: "Mission") -> None:
    from drones.mission import arrival_of, distances_m

    energy = mission.energy
    length = distances_m(mission.waypoints)[-1] / 1000
    typer.echo(
        f"{mission.id}: {length:.2f} km in {energy.seconds / 60:.1f} min, {mission.departure:%H:%M} to "
        f"{arrival_of(mission):%H:%M}, {1 - energy.energy_j / energy.on_board_j:.0%} of the energy left."
    )
    if mission.opened_zone_ids:
        typer.echo(f"By permission through {', '.join(mission.opened_zone_ids)}.")
    farthest = max(mission.reaches, key=lambda reach: reach.distance_m)
    typer.echo(f"A place to land in need is never further than {farthest.distance_m / 1000:.1f} km.")


@drones.command("check")
def check_drone(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .plan or .waypoints file.")],
    authorised: Annotated[
        list[str] | None, typer.Option(help="Id of a zone for which permission is held; repeat, or did-* for many.")
    ] = None,
    at: Annotated[datetime | None, typer.Option(help="Departure in UTC; default: now.")] = None,
) -> None:
    """Hold a mission someone else made against the bay's airspace, whole legs and heights.

    Ends with 1 where it breaks a rule.
    """
    from fnmatch import fnmatchcase

    from drones.checking import check_waypoints
    from drones.request import HIGH_FLIGHT
    from feeds.makuhari.airspace import read_airspace
    from feeds.missions import read_mission

    airspace = read_airspace()
    known = [*(zone.id for zone in airspace.zones), HIGH_FLIGHT]
    held = frozenset(ident for ident in known if any(fnmatchcase(ident, pattern) for pattern in authorised or ()))
    departure = datetime.now(UTC) if at is None else at.replace(tzinfo=UTC)
    mission = read_mission(file)
    breaches = check_waypoints(mission.waypoints, airspace, held, (departure, departure + timedelta(hours=3)))
    for breach in breaches:
        typer.echo(f"{breach.lat:.5f},{breach.lon:.5f}: {breach.sentence} — {breach.rule}")
    if breaches:
        raise typer.Exit(REFUSED)
    typer.echo(f"{file.name}: {len(mission.waypoints)} waypoints, no breach found.")
