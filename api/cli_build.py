"""`kaiteki build`: a network from the feeds of any city."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from api.cli_network import attributions, network_folder, progress_bar
from feeds.notices import Severity
from planner.errors import RequestError

FOOTPATHS = ("street", "feed", "crow")


def build(  # noqa: PLR0913, PLR0917
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Folder to make; Makuhari has a default.")
    ] = None,
    gtfs: Annotated[list[Path] | None, typer.Option(help="GTFS zip or folder; may be given several times.")] = None,
    osm: Annotated[Path | None, typer.Option(help="OpenStreetMap extract: .osm.pbf, .osm, .osm.gz.")] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A place whose streets are downloaded from OpenStreetMap; instead of --osm."),
    ] = None,
    gbfs: Annotated[list[Path] | None, typer.Option(help="Folder of GBFS files; may be given several times.")] = None,
    odpt: Annotated[
        list[Path] | None, typer.Option(help="ODPT API dump: zip or folder of JSON; may be given several times.")
    ] = None,
    realtime: Annotated[
        list[str] | None,
        typer.Option(metavar="[FEED=]URL", help="Live source to follow when served: GTFS-Realtime, or a gbfs.json."),
    ] = None,
    footpaths: Annotated[
        str | None,
        typer.Option(help="Ways between stops: street (default with streets), feed (transfers.txt), crow (default)."),
    ] = None,
    long_walks: Annotated[
        bool,
        typer.Option("--long-walks", help="Walk any distance between vehicles, not 15 minutes at most; takes a while."),
    ] = False,
) -> None:
    """Build a network from timetables, streets and shared vehicles; without feeds, the embedded city Makuhari.

    [bold]Examples[/bold]

    kaiteki build osaka --gtfs osaka-bus.zip --gtfs osaka-metro.zip --osm osaka.osm.pbf

    kaiteki build mihama --gtfs keisei-bus.zip --place "Mihama-ku, Chiba"

    kaiteki build rail --gtfs tokyo-rail.zip --footpaths feed
    """
    from scenarios.build import Sources, build_network

    if footpaths is not None and footpaths not in FOOTPATHS:
        raise RequestError("--footpaths", f"--footpaths: '{footpaths}' is none of {', '.join(FOOTPATHS)}.")
    for source in (*(gtfs or ()), *(gbfs or ()), *(odpt or ()), *([osm] if osm else ())):
        if not source.exists():
            raise RequestError("build", f"There is no file or folder {source}.")
    if not (gtfs or osm or place or gbfs or odpt or realtime):
        _embedded(folder, long_walks)
        return
    if folder is None:
        raise RequestError("DIR", "Name the folder to build the network in: kaiteki build DIR --gtfs …")
    with progress_bar() as progress:
        sources = Sources(
            gtfs or (),
            osm,
            gbfs or (),
            footpaths,
            odpt or (),
            realtime=realtime or (),
            place=place or "",
            long_walks=long_walks,
        )
        built = build_network(folder, sources, progress)
    manifest, severities = built.manifest, Counter(notice.severity for notice in built.notices)
    typer.echo(f"{folder}: {', '.join(feed.name for feed in manifest.feeds)}; snapshot {manifest.snapshot}")
    for text in attributions(manifest):
        typer.echo(text)
    for source in manifest.realtime:
        typer.echo(f"Live: {source.feed} from {source.url}")
    if severities:
        counts = ", ".join(f"{severities[severity]} {severity}" for severity in Severity if severities[severity])
        typer.echo(f"Notices: {counts}; kaiteki feeds check FEED tells them.", err=True)


def _embedded(folder: Path | None, long_walks: bool) -> None:
    """Makuhari; without a folder in the user's cache, where it has no long walks."""
    from scenarios.embedded import build_embedded, warm_up

    if folder is None:
        if long_walks:
            raise RequestError("DIR", "--long-walks: name the folder to build Makuhari in.")
        folder = network_folder(None)
        warm_up(folder)
    else:
        with progress_bar() as progress:
            build_embedded(folder, progress, long_walks=long_walks)
    typer.echo(f"{folder}: Makuhari")
