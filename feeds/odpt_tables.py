"""Rows of GTFS tables in memory, written as files."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class GtfsRows:
    """Rows by table name without ``.txt``."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    translated: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, table: str, **cells: str) -> None:
        """Append a row; columns it does not name stay empty."""
        self.tables.setdefault(table, []).append(cells)

    def translate(self, table: str, name: str, texts: Mapping[str, str], record: str = "") -> None:
        """Append the texts in other languages of a record's field, or of every field with the Japanese text."""
        value = "" if record else texts.get("ja", "")
        if (table, name, record or value) in self.translated or not (record or value):
            return
        self.translated.add((table, name, record or value))
        cells = {"table_name": table, "field_name": name, "record_id": record, "field_value": value}
        for language, text in texts.items():
            if language != "ja":
                self.add("translations", language=language, translation=text, **cells)


def write_rows(rows: GtfsRows, folder: Path) -> None:
    """Write every table as a text file of GTFS."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in rows.tables.items():
        columns = list(dict.fromkeys(column for row in table for column in row))
        with (folder / f"{name}.txt").open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({column: _one_line(cell) for column, cell in row.items()} for row in table)


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("\0", " ").split())
