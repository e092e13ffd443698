"""Rows as files: CSV always, Parquet where pyarrow is installed."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TextIO

from planner.errors import RequestError

Cell = str | int | float | datetime | None

ROW_GROUP = 16_384
"""Rows written to a Parquet file at once, and held in memory."""


def check_output(path: Path) -> None:
    """Make sure that a table can be written as `path` asks.

    Raises
    ------
    RequestError
        If the name's ending is neither .csv nor .parquet, a library is missing, or no file can be put there.
    """
    if not path.parent.is_dir():
        raise RequestError("--output", f"--output {path}: there is no folder {path.parent}.")
    if path.is_dir():
        raise RequestError("--output", f"--output {path}: this is a folder.")
    if path.suffix not in (".csv", ".parquet"):
        raise RequestError("--output", f"{path} ends neither in .csv nor in .parquet.")
    if path.suffix == ".parquet" and find_spec("pyarrow") is None:
        raise RequestError("--output", f"Writing {path} needs the library pyarrow; a name ending in .csv does not.")


def write_table(path: Path, columns: Mapping[str, type], rows: Iterable[tuple[Cell, ...]]) -> None:
    """Write `rows` to `path`, which is replaced whole once everything is written.

    Parameters
    ----------
    columns : mapping of str to type
        Name and type (str, int, float or datetime) of each column; times are written in ISO 8601.
    """
    with replaced(path) as part:
        if path.suffix == ".parquet":
            _write_parquet(part, columns, rows)
        else:
            with part.open("w", encoding="utf-8", newline="") as file:
                write_csv(file, columns, rows)


def write_csv(file: TextIO, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> None:
    """Write a header and `rows`; what is unknown is an empty cell."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(cell) for cell in row] for row in rows)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to, renamed to it at the end, removed if there is none."""
    part = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _write_parquet(path: Path, columns: Mapping[str, type], rows: Iterable[tuple[Cell, ...]]) -> None:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = {str: arrow.string(), datetime: arrow.string(), int: arrow.int64(), float: arrow.float64()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    remaining = iter(rows)
    with parquet.ParquetWriter(path, schema) as writer:
        while group := list(islice(remaining, ROW_GROUP)):
            cells = [
                [_text(cell) if isinstance(cell, datetime) else cell for cell in column]
                for column in zip(*group, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays([*map(arrow.array, cells, schema.types)], schema=schema))
