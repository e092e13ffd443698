"""Rows as files."""

import csv
import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from planner.errors import RequestError
from scenarios.tables import Cell, check_output, write_table

COLUMNS = {"name": str, "count": int, "share": float, "time": datetime}
ROWS = [("a", 1, 0.1, datetime(2026, 11, 25, 8, tzinfo=UTC)), ('b,"', None, 1234567.0, None)]


def test_unknown_cells_are_empty_and_numbers_plain(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_table(path, COLUMNS, ROWS)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["name", "count", "share", "time"],
            ["a", "1", "0.1", "2026-11-25T08:00:00+00:00"],
            ['b,"', "", "1234567", ""],
        ]


def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def rows() -> Iterator[tuple[Cell, ...]]:
        yield ROWS[0]
        raise RequestError("row", "no more rows")

    path = tmp_path / "rows.csv"
    path.write_text("old")
    with pytest.raises(RequestError):
        write_table(path, COLUMNS, rows())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_ending_names_the_format() -> None:
    with pytest.raises(RequestError, match=r"neither in \.csv nor in \.parquet"):
        check_output(Path("rows.xlsx"))


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_parquet_is_refused_without_its_library() -> None:
    with pytest.raises(RequestError, match="pyarrow"):
        check_output(Path("rows.parquet"))


def test_parquet_keeps_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "rows.parquet"
    check_output(path)
    write_table(path, COLUMNS, ROWS)
    table = parquet.read_table(path)
    assert table.column("count").to_pylist() == [1, None]
    assert table.column("share").to_pylist() == [0.1, 1234567.0]
    assert table.column("time").to_pylist() == ["2026-11-25T08:00:00+00:00", None]
