"""Tables of a replication, one row a traveller, a vehicle, a stop; written, and read by column."""

import csv
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.errors import RequestError
from scenarios.tables import write_table
from simulator.events import Events, Kind, Reason
from simulator.tallies import Columns, by_place, by_traveller, by_vehicle

FOLDERS = ("travellers", "vehicles", "stops")

Cells = list[str | int | float | None]


def write_tallies(folder: Path, name: str, events: Events, stops: Mapping[int, str], until_s: float) -> None:
    """Write ``travellers/NAME``, ``vehicles/NAME`` and ``stops/NAME``; what is unknown is an empty cell.

    Parameters
    ----------
    stops : mapping
        Names by position.
    """
    travellers, places = by_traveller(events, until_s), by_place(events)
    kinds, reasons = travellers.pop("end"), travellers.pop("reason")
    named = {
        "end": np.array([Kind(kind).name for kind in kinds.tolist()], object),
        "reason": np.array([Reason(reason).name if reason else "" for reason in reasons.tolist()], object),
    }
    where = {"stop": np.array([stops.get(position, "") for position in places["position"].tolist()], object)}
    for part, columns in zip(FOLDERS, (travellers | named, by_vehicle(events), places | where), strict=True):
        (folder / part).mkdir(exist_ok=True)
        _write(folder / part / name, columns)


def _write(path: Path, columns: Columns) -> None:
    kinds = {"i": int, "f": float, "O": str}
    types: dict[str, type] = {name: kinds[column.dtype.kind] for name, column in columns.items()}
    write_table(path, types, zip(*(_cells(column) for column in columns.values()), strict=True))


def _cells(column: NDArray[np.generic]) -> Cells:
    if column.dtype.kind != "f":
        return list(column.tolist())
    return [round(value, 3) if value == value else None for value in column.tolist()]  # noqa: PLR0124


def read_columns(run: Path, part: str, replication: int, wanted: Sequence[str]) -> dict[str, Cells]:
    """Columns of one of a run's tables: ``events``, ``travellers``, ``vehicles`` or ``stops``; None where empty.

    Raises
    ------
    RequestError
        The run has no such table.
    """
    files = sorted((run / part).glob(f"{replication:04}.*"))
    if not files:
        raise RequestError("RUN", f"{run} has no table {part} of replication {replication}.")
    if files[0].suffix == ".parquet":
        table = import_module("pyarrow.parquet").read_table(files[0], columns=list(wanted))
        return {name: table.column(name).to_pylist() for name in wanted}
    with files[0].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [_read(row[name]) for row in rows] for name in wanted}


def _read(text: str) -> str | int | float | None:
    if text == "":
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
