"""`kaiteki crowds`: what a simulated day says of days like it, as a table `kaiteki plan --crowds` reads."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from feeds.crowds import read_crowds, write_crowds
from planner.crowds import Crowds, night_of
from planner.errors import RequestError
from planner.network import Network
from planner.request import PlanRequest

OFF = "off"


def crowds(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder made by kaiteki simulate of a city's day.")],
    file: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.csv", help="Table to write.")],
) -> None:
    """How full vehicles left and how long people waited at stops and ticket gates, by quarter of an hour of a run.

    [bold]Example[/bold]

    kaiteki simulate stadium-egress -o RUN && kaiteki crowds RUN -o crowds.csv
    """
    from scenarios.crowds import crowds_of
    from scenarios.tables import replaced

    table = crowds_of(run)
    if not table.sections:
        raise RequestError("RUN", f"{run}: nothing ran and nobody waited while it was counted.")
    with replaced(file) as part:
        write_crowds(part, table)
    typer.echo(f"{file}: {len(table.sections)} sections, {table.load.shape[1]} quarters of an hour.")


def crowds_asked(network: Network, text: str | None, request: PlanRequest) -> Crowds:
    """The crowds that `--crowds` means: the network's own, none, or those of a table on the evening asked about.

    Raises
    ------
    FeedError
        The file is no such table.
    """
    if text is None:
        return network.snapshot.crowds
    if text == OFF:
        return Crowds()
    day = night_of(request.time.astimezone(network.zone))
    return Crowds({text: read_crowds(Path(text))}, {day + timedelta(days=more): text for more in (0, 1)})
