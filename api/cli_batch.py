"""`kaiteki batch`: a table of questions in, a table of journeys out."""

import csv
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from api.cli_network import left_s, network_folder, progress_bar, tell_sources
from api.cli_wishes import slack_of, walk_s_of
from api.times import moment_of
from planner.errors import RequestError
from planner.footpaths import WALK_MS
from planner.network import open_network
from planner.request import Preferred

if TYPE_CHECKING:
    from scenarios.batch import Query, Refused, Row

QUERY_COLUMNS = ("id", "from", "to", "time", "arrive_by")
WISH_COLUMNS = ("prefer", "slack", "max_walk", "max_price")
TRUTH = {"true": True, "1": True, "false": False, "0": False, "": False}

SILENT_S = 2.0
"""No bar is shown for what takes no longer."""

_DATED = re.compile(r"\d{4}-?\d{2}-?\d{2}[T ]\d.*")


def batch(
    queries: Annotated[Path, typer.Argument(metavar="QUERIES.csv", help="Columns id,from,to,time,arrive_by …")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A .csv or .parquet file, or -.")],
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the output is the same.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Dask scheduler to work instead.")
    ] = None,
) -> None:
    """Answer many queries: every journey worth taking for one departure, or one arrival, each.

    `from` and `to` are stop ids, names or lat,lon; `time` is local ISO 8601 with its date; `arrive_by` is true, false,
    1, 0 or empty. Columns prefer, slack, max_walk and max_price may be there too and mean what the options of
    `kaiteki plan` do. Journeys without a scheduled vehicle are not among the rows, which have the columns

    id,n,departure,arrival,transfers,modes,walk_m,fare,reason

    `n` counts the journeys of a query, sorted by departure, arrival and transfers; 0: there is none, for this reason.
    `departure` is the latest that still makes the journey, with prefer or max_walk that of the first vehicle found;
    `modes` names each leg, such as WALK+RAIL+WALK+BUS; `fare` is an adult's IC price, empty if unknown.

    [bold]Example[/bold]

    kaiteki batch queries.csv --network tokyo --workers 4 -o journeys.csv
    """
    from scenarios.batch import COLUMNS, answer_batch, answer_batch_spread
    from scenarios.cluster import ALONE, Workers
    from scenarios.tables import check_output, write_csv, write_table

    if str(output) != "-":
        check_output(output)
    total = _count(queries)
    folder = network_folder(network)
    opened = open_network(folder)
    asked = _queries(queries, opened.zone, datetime.now(UTC))
    who = Workers(workers, cluster)
    answered = (
        answer_batch(opened, asked)
        if who == ALONE
        else answer_batch_spread(folder, opened.manifest.snapshot, asked, who)
    )
    with progress_bar() as progress:
        rows = (astuple(row) for row in _watched(answered, total, progress))
        if str(output) == "-":
            write_csv(sys.stdout, COLUMNS, rows)
        else:
            write_table(output, COLUMNS, rows)
    tell_sources(opened.manifest)


@contextmanager
def _table(path: Path) -> "Iterator[csv.DictReader[str]]":
    """Reader of the queries, their columns checked.

    Raises
    ------
    RequestError
        The file is no such table.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            table = csv.DictReader(file)
            missing = [name for name in QUERY_COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise RequestError("QUERIES", f"{path} has no column {', '.join(missing)}.")
            yield table
        except UnicodeDecodeError as error:
            raise RequestError("QUERIES", f"{path} is not written in UTF-8.") from error
        except csv.Error as error:
            raise RequestError("QUERIES", f"{path} is no table of text: {error}.") from error


def _count(path: Path) -> int:
    with _table(path) as table:
        return sum(1 for _ in table)


def _queries(path: Path, zone: ZoneInfo, now: datetime) -> "Iterator[Query | Refused]":
    with _table(path) as table:
        for cells in table:
            known = (*QUERY_COLUMNS, *WISH_COLUMNS)
            yield _query({name: (cells.get(name) or "").strip() for name in known}, zone, now)


def _query(cells: dict[str, str], zone: ZoneInfo, now: datetime) -> "Query | Refused":
    from scenarios.batch import Query, Refused

    arrive_by = TRUTH.get(cells["arrive_by"].lower())
    if arrive_by is None:
        return Refused(cells["id"], f"arrive_by: '{cells['arrive_by']}' is none of true, false, 1, 0.")
    try:
        moment = _moment(cells["time"], zone, now)
        return _wished(Query(cells["id"], cells["from"], cells["to"], moment, arrive_by), cells)
    except RequestError as error:
        return Refused(cells["id"], str(error))


def _wished(asked: "Query", cells: dict[str, str]) -> "Query":
    prefer, slack, walk, price = (cells[name] for name in WISH_COLUMNS)
    if prefer and prefer not in set(Preferred):
        raise RequestError("prefer", f"prefer: '{prefer[:40]}' is none of {', '.join(Preferred)}.")
    if price and not price.isdecimal():
        raise RequestError("max_price", f"max_price: '{price[:40]}' is no whole number.")
    return replace(
        asked,
        prefer=Preferred(prefer) if prefer else None,
        slack=slack_of(slack, "slack") if slack else asked.slack,
        max_walk_s=walk_s_of(walk, WALK_MS, "max_walk") if walk else None,
        max_price=float(price) if price else None,
    )


def _moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    if not _DATED.fullmatch(text):
        raise RequestError("time", f"time: '{text}' is no date and time such as 2026-11-25T17:30.")
    return moment_of(text, zone, now, "time")


def _watched(rows: "Iterable[Row]", total: int, progress: Callable[[str, float], None]) -> "Iterator[Row]":
    """The same rows; the bar follows the queries."""
    begin, done = time.monotonic(), 0
    for row in rows:
        done += row.n <= 1
        if time.monotonic() - begin > SILENT_S:
            progress(f"{done} of {total} queries, {left_s(begin, done, total):.0f} s left", done / total)
        yield row
