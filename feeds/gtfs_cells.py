"""Cells of GTFS tables as numbers, times and dates; what is no such thing is named with its row."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from feeds.gtfs_text import FULL_NOTICES
from feeds.notices import Notice, Severity

ALIASES = {
    "start_pickup_dropoff_window": "start_pickup_drop_off_window",
    "end_pickup_dropoff_window": "end_pickup_drop_off_window",
    "dropoff_booking_rule_id": "drop_off_booking_rule_id",
}
"""Spellings of drafts that feeds still carry."""

_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)

Column = NDArray[np.object_]
Mask = NDArray[np.bool_]


class NoticeLog:
    """Notices of one feed: the first of each kind and file in full, the rest counted."""

    def __init__(self) -> None:
        self._full: list[Notice] = []
        self._counts: dict[tuple[str, str], tuple[Severity, int]] = {}

    def add(self, severity: Severity, file: str, row: int | None, message: str, *values: object) -> None:
        """Note `message` with its ``{}`` filled by `values`; the message without them is the kind."""
        count = self._counts.get((file, message), (severity, 0))[1] + 1
        self._counts[file, message] = severity, count
        if count <= FULL_NOTICES:
            self._full.append(Notice(severity, file, row, message.format(*(_shown(v) for v in values))))

    def add_rows(self, severity: Severity, table: "Table", mask: Mask, message: str, *columns: str) -> None:
        """Note `message` for every row of `table` where `mask` is set, filled with the row's cells of `columns`."""
        at = np.flatnonzero(mask)
        texts = [table.column(name) for name in columns]
        for i in at[:FULL_NOTICES]:
            self.add(severity, table.file, int(table.rows[i]), message, *(text[i] for text in texts))
        if len(at) > FULL_NOTICES:
            count = self._counts[table.file, message][1] + len(at) - FULL_NOTICES
            self._counts[table.file, message] = severity, count

    def notices(self) -> tuple[Notice, ...]:
        """Everything noted, with one line for each kind of which some were only counted."""
        rest = [
            Notice(severity, file, None, f"{count - FULL_NOTICES} more like this: {message.replace('{}', '…')}")
            for (file, message), (severity, count) in self._counts.items()
            if count > FULL_NOTICES
        ]
        return (*self._full, *rest)


def cell(
    cells: Mapping[str, str], name: str, parse: Callable[[str], float], place: tuple[str, int], log: NoticeLog
) -> float | None:
    """The value of one cell of the row at `place`; None where it is blank or, with a notice, cannot be read."""
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return float(parse(text))
    except ValueError:
        log.add(Severity.WARNING, *place, f"{name} '{{}}' cannot be read; it is treated as blank", text)
        return None


class Table:
    """One file of a feed, its columns fetched as arrays of text; a column the file lacks is empty throughout."""

    def __init__(self, file: str, frame: pd.DataFrame | None) -> None:
        self.file = file
        self._frame = (pd.DataFrame() if frame is None else frame).rename(columns=ALIASES)
        self.rows: NDArray[np.int64] = self._frame.index.to_numpy(np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, name: str) -> bool:
        return name in self._frame.columns

    def column(self, name: str) -> Column:
        """Texts of a column."""
        if name not in self:
            return np.full(len(self), "", object)
        return np.asarray(self._frame[name].to_numpy(object))

    def where(self, mask: Mask) -> "Table":
        """The rows where `mask` is set."""
        return self if mask.all() else Table(self.file, self._frame.loc[mask])

    def coded(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """A column as positions in its distinct texts, in order of first appearance."""
        if name not in self:
            return np.zeros(len(self), np.int64), [""]
        codes, texts = pd.factorize(self._frame[name])
        return codes.astype(np.int64), list(texts)

    def positions(self, name: str, index: dict[str, int]) -> NDArray[np.int32]:
        """A column of ids as the numbers `index` has for them, −1 where it has none."""
        codes, texts = self.coded(name)
        return np.array([index.get(text, -1) for text in texts] or [-1], np.int32)[codes]

    def records(self) -> list[tuple[int, dict[str, str]]]:
        """Rows with their line numbers, for small tables."""
        names = [str(name) for name in self._frame.columns]
        cells = zip(*(self._frame[name].tolist() for name in names), strict=True) if names else repeat((), len(self))
        return [(int(row), dict(zip(names, c, strict=True))) for row, c in zip(self.rows, cells, strict=True)]

    def parsed(self, name: str, parse: Callable[[str], float], blank: float = np.nan) -> tuple[Any, Mask]:
        """A column's values (float64), `blank` where empty, and where it could not be parsed (nan there)."""
        codes, texts = self.coded(name)
        values, bad = np.full(max(len(texts), 1), np.nan), np.zeros(max(len(texts), 1), np.bool_)
        for i, text in enumerate(texts):
            if not text:
                values[i] = blank
                continue
            try:
                values[i] = parse(text)
            except ValueError:
                bad[i] = True
        return values[codes], bad[codes]

    def choices(self, name: str, allowed: Sequence[int], log: NoticeLog, default: int = 0) -> NDArray[np.int8]:
        """A column of enumerated values; others are noted and become `default`."""
        values, bad = self.parsed(name, whole, default)
        bad |= ~np.isin(values, allowed) & ~np.isnan(values)
        if bad.any():
            meaning = f"{name} '{{}}' is not one of {', '.join(map(str, allowed))}; {default} is used"
            log.add_rows(Severity.WARNING, self, bad, meaning, name)
        return np.where(bad, default, values).astype(np.int8)


def seconds(text: str) -> float:
    """Seconds of a GTFS time H:MM:SS, which may pass 24:00:00."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])


def ordinal(text: str) -> float:
    """Proleptic ordinal of a GTFS date YYYYMMDD."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3])).toordinal()


def number(text: str) -> float:
    """A decimal number in ASCII digits."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def whole(text: str) -> float:
    """An integer that fits 31 bits; ``1.0`` is one."""
    value = number(text)
    if value % 1 or abs(value) >= 1 << 31:
        raise ValueError(text)
    return value


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def clock(second: int) -> str:
    """Seconds as H:MM:SS, past midnight counted on."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
