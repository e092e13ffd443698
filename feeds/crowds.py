"""Expected crowding as a table: one row a line, stop and quarter of an hour, as `kaiteki crowds` writes it."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from feeds.csv_tables import rows_of
from feeds.gtfs_cells import seconds
from feeds.notices import FeedError
from planner.crowds import QUARTER_S, CrowdTable, Section

COLUMNS = ("route", "stop", "to", "from", "load", "wait_s")

MOST_LOAD, MOST_WAIT_S = 10.0, 86_400.0
LATEST_S = 48 * 3600
"""What is beyond these is a slip of the pen."""


class CrowdRow(NamedTuple):
    """One line of the table; nan: unknown."""

    section: Section
    from_s: int
    load: float
    wait_s: float


def read_crowds(file: Path) -> CrowdTable:
    """Rows of a CSV table with `route`, `stop`, `to` (where it calls next), `from`, `load` and `wait_s`.

    Without `route` and `to` they are about the ticket gates of the station `stop`. `from` is the clock time (H:MM,
    after midnight beyond 24:00) at which a quarter of an hour begins; an empty `load` or `wait_s` is unknown.

    Raises
    ------
    FeedError
        It is no such table, or a cell cannot be understood; names file and line.
    """
    rows = [_row(where, row) for where, row in rows_of(file, COLUMNS)]
    if not rows:
        raise FeedError(f"{file} has no row.")
    return _packed(rows)


def write_crowds(file: Path, table: CrowdTable) -> None:
    """Write the table that `read_crowds` reads; what is unknown altogether has no row."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row, section in enumerate(table.sections):
            for quarter in range(table.load.shape[1]):
                load, wait_s = float(table.load[row, quarter]), float(table.wait_s[row, quarter])
                if not (np.isnan(load) and np.isnan(wait_s)):
                    clock = _clock(table.first_s + quarter * QUARTER_S)
                    writer.writerow([*section, clock, _number(load, 2), _number(wait_s, 0)])


def _row(where: str, row: Mapping[str, str | None]) -> CrowdRow:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    try:
        clock = cells["from"] if cells["from"].count(":") == 2 else f"{cells['from']}:00"
        from_s = int(seconds(clock))
        load, wait_s = (float(cells[column] or "nan") for column in ("load", "wait_s"))
    except ValueError as error:
        raise FeedError(f"{where}: {error}.") from error
    if not cells["stop"]:
        raise FeedError(f"{where}: there is no stop.")
    if from_s % QUARTER_S or not 0 <= from_s < LATEST_S:
        raise FeedError(f"{where}: no quarter of an hour of a day begins at '{cells['from']}'.")
    if not (np.isnan(load) or 0 <= load <= MOST_LOAD) or not (np.isnan(wait_s) or 0 <= wait_s <= MOST_WAIT_S):
        raise FeedError(f"{where}: a load of {cells['load']} or a wait of {cells['wait_s']} s cannot be.")
    return CrowdRow((cells["route"], cells["stop"], cells["to"]), from_s, load, wait_s)


def _packed(rows: list[CrowdRow]) -> CrowdTable:
    sections = tuple(sorted({row.section for row in rows}))
    place = {section: number for number, section in enumerate(sections)}
    first_s, last_s = min(row.from_s for row in rows), max(row.from_s for row in rows)
    load, wait_s = np.full((2, len(sections), (last_s - first_s) // QUARTER_S + 1), np.nan, np.float32)
    for row in rows:
        at = place[row.section], (row.from_s - first_s) // QUARTER_S
        load[at], wait_s[at] = row.load, row.wait_s
    return CrowdTable(sections, first_s, load, wait_s)


def _clock(second: int) -> str:
    return f"{second // 3600}:{second // 60 % 60:02}"


def _number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"
