"""`kaiteki isochrone`: the ground in reach of a place, over a departure window."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli_network import network_folder, tell_sources
from api.cli_reach import departures
from api.messages import catalogue, language_of
from planner.errors import RequestError
from planner.network import open_network

ENDINGS = (".geojson", ".json", ".gpkg")


def isochrone(  # noqa: PLR0913, PLR0917
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A name, a stop id or lat,lon.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A .geojson or .gpkg file.")],
    minutes: Annotated[list[int], typer.Option(min=1, max=1440, metavar="MIN", help="May be given again.")] = [30],  # noqa: B006
    percent: Annotated[
        list[float], typer.Option(min=0, max=100, metavar="P", help="Share of departures; may be given again.")
    ] = [50.0],  # noqa: B006
    depart: Annotated[str | None, typer.Option(metavar="T", help="First departure; default: now.")] = None,
    until: Annotated[str | None, typer.Option(metavar="T", help="Last departure; default: only one.")] = None,
    every: Annotated[int, typer.Option(min=1, metavar="MIN", help="Minutes between departures.")] = 5,
    wheelchair: Annotated[bool, typer.Option("--wheelchair", help="Ways for a wheelchair only.")] = False,
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the output is the same.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Dask scheduler to work instead.")
    ] = None,
) -> None:
    """Ground in reach within so many minutes, at least at so many per cent of the departures from --depart to --until.

    Polygons with the columns minutes and percent; 50 is the median departure, 100 the worst, 0 the best.

    [bold]Example[/bold]

    kaiteki isochrone 海浜幕張駅 --depart "2026-11-25 08:00" --until 09:00 --minutes 15 --minutes 30 -o reach.geojson
    """
    from scenarios.batch import locator
    from scenarios.cluster import Workers
    from scenarios.isochrones import isochrones, write_isochrones
    from scenarios.matrix import Travel
    from scenarios.reach_places import unknown_place

    if output.suffix not in ENDINGS:
        raise RequestError("--output", f"{output} ends neither in .geojson nor in .gpkg.")
    folder = network_folder(network)
    opened = open_network(folder)
    location = locator(opened)(place.strip())
    if isinstance(location, str):
        raise RequestError("PLACE", f"PLACE: {unknown_place(place, location)}")
    travel = Travel(departures(depart, until, every, opened.zone), 60 * max(minutes), wheelchair=wheelchair)
    known, who = (folder, opened.manifest.snapshot), Workers(workers, cluster)
    shapes = isochrones(known, location, travel, (minutes, percent), who)
    write_isochrones(output, shapes)
    words = catalogue(language_of(os.environ))
    found = {"areas": len(shapes), "departures": len(travel.departures)}
    told = {name: words.counted(f"counts.{name}", count) for name, count in found.items()}
    typer.echo(words.text("reach.areas_written", **told, file=output))
    tell_sources(opened.manifest)
