"""`kaiteki matrix`: travel times from many places to many, or how much is in reach of each."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli_network import left_s, network_folder, progress_bar, tell_sources
from api.cli_reach import departures
from planner.errors import RequestError
from planner.network import open_network

if TYPE_CHECKING:
    from scenarios.matrix import Street


def matrix(  # noqa: PLR0913, PLR0917
    origins: Annotated[Path, typer.Argument(metavar="ORIGINS.csv", help="Columns id and place, or id, lat and lon.")],
    destinations: Annotated[Path, typer.Argument(metavar="DESTINATIONS.csv", help="The same; weight with --within.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A .csv or .parquet file.")],
    depart: Annotated[str | None, typer.Option(metavar="T", help="First departure; default: now.")] = None,
    until: Annotated[str | None, typer.Option(metavar="T", help="Last departure; default: only one.")] = None,
    every: Annotated[int, typer.Option(min=1, metavar="MIN", help="Minutes between departures.")] = 5,
    longest: Annotated[int, typer.Option("--max", min=1, max=1440, metavar="MIN", help="Longest journey.")] = 90,
    street: Annotated[str | None, typer.Option(metavar="walk|bike|car", help="Along the streets only.")] = None,
    wheelchair: Annotated[bool, typer.Option("--wheelchair", help="Ways for a wheelchair only.")] = False,
    within: Annotated[list[int] | None, typer.Option(min=1, metavar="MIN", help="Sum weights within MIN.")] = None,
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the output is the same.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Dask scheduler to work instead.")
    ] = None,
) -> None:
    """Travel times from every origin to every destination, with scheduled vehicles or along the streets.

    `place` is a stop id, a name or lat,lon. One row a pair: origin,destination,departures,fastest_s,median_s,p90_s, of
    all departures from --depart to --until; a time is empty if that share of them does not arrive within --max.

    With --within the destinations are opportunities, and a row an origin, departure and number of minutes says how many
    are reached: origin,departure,minutes,opportunities.

    [bold]Example[/bold]

    kaiteki matrix homes.csv schools.csv --depart "2026-11-25 07:00" --until 08:00 --workers 2 -o times.parquet

    kaiteki matrix homes.csv jobs.csv --depart "2026-11-25 06:00" --until 22:00 --every 60 --within 30 -o access.csv
    """
    from scenarios.cluster import Workers
    from scenarios.matrix import ACCESS_COLUMNS, PAIR_COLUMNS, Travel, opportunities, pairs
    from scenarios.reach_places import read_places
    from scenarios.tables import check_output, write_table

    check_output(output)
    mode, folder = _street(street), network_folder(network)
    opened = open_network(folder)
    if mode is not None and opened.snapshot.street_side is None:
        raise RequestError("--street", "--street: this network has no streets.")
    places = read_places(origins, opened), read_places(destinations, opened)
    moments = departures(depart, until, every, opened.zone)
    travel = Travel(moments[:1] if mode else moments, 60 * max([longest, *(within or [])]), mode, wheelchair)
    known, who = (folder, opened.manifest.snapshot), Workers(workers, cluster)
    if within:
        rows: Iterable[Any] = opportunities(known, places, travel, sorted(within), who)
        total, columns = len(places[0]) * len(travel.departures) * len(within), ACCESS_COLUMNS
    else:
        rows = pairs(known, places, travel, who)
        total, columns = len(places[0]) * len(places[1]), PAIR_COLUMNS
    write_table(output, columns, (astuple(row) for row in _watched(rows, total)))
    tell_sources(opened.manifest)


def _street(text: str | None) -> "Street | None":
    from scenarios.matrix import Street

    if text is None:
        return None
    if text not in list(Street):
        raise RequestError("--street", f"--street: '{text}' is none of {', '.join(Street)}.")
    return Street(text)


def _watched(rows: Iterable[Any], total: int) -> Iterator[Any]:
    """The same rows; the bar follows them."""
    begin, shown = time.monotonic(), 0.0
    with progress_bar() as bar:
        for done, row in enumerate(rows, 1):
            if time.monotonic() > shown + 0.2:
                shown = time.monotonic()
                bar(f"{done} of {total} rows, {left_s(begin, done, total):.0f} s left", done / total)
            yield row
