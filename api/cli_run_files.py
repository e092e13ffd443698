"""What `kaiteki simulate` leaves beside the numbers: a report, a map that plays the day again, positions."""

import os
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from api.messages import catalogue, language_of
from api.metric_texts import label_of, unit_of
from planner.errors import RequestError

ZONE = ZoneInfo("Asia/Tokyo")
"""Of the embedded city, whose courses are the only lines that can be drawn."""


def date_of(text: str) -> date:
    """A day such as 2026-11-25.

    Raises
    ------
    RequestError
        The text is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError("--positions", f"--positions: '{text}' is no date such as 2026-11-25.") from error


def draw_run(run: Path, shown: Sequence[str], positions: date | None) -> None:
    """Write the report, the map and, if asked for, the positions; what cannot be drawn is said, not refused.

    Raises
    ------
    RequestError
        Positions are asked for, and nobody knows where the stops are.
    """
    from scenarios.positions_export import write_positions
    from scenarios.replay import write_replay

    if find_spec("plotly") is None:
        typer.echo("No report.html: it needs the library plotly.", err=True)
    else:
        _report(run, shown)
    if positions is not None:
        write_positions(run, positions, ZONE)
    try:
        write_replay(run)
    except RequestError as error:
        typer.echo(f"No replay.html: {error}", err=True)


def _report(run: Path, shown: Sequence[str]) -> None:
    from scenarios.report import Wording, write_report

    words = catalogue(language_of(os.environ))
    texts = {key.removeprefix("report."): text for key, text in words.texts.items() if key.startswith("report.")}
    write_report(run, Wording(words.language, texts, lambda metric: label_of(metric)[words.language], unit_of), shown)
