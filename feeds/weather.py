"""Wind from tables of the Japan Meteorological Agency: `read_jma_daily` and `read_jma_hourly`.

The tables are those of the agency's page of past weather, saved as CSV: the name of the file says where and when, the
first column counts days of the month or hours 1 to 24. Marks mean what the agency says: ``)`` a few observations are
missing, the value is as good as a whole one; ``]`` too many are missing, the value is not to be trusted; ``×`` and
``///`` missing; ``#`` doubtful; ``--`` nothing occurred; blank not observed; 静穏 calm.

References
----------
Japan Meteorological Agency, 値欄の記号の説明, https://www.data.jma.go.jp/obd/stats/data/mdrr/man/remark.html
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from drones.wind import WindDay, WindHour
from feeds.notices import FeedError, Notice, Severity

JST = timezone(timedelta(hours=9), "JST")

COMPASS = (
    *("北", "北北東", "北東", "東北東", "東", "東南東", "南東", "南南東"),
    *("南", "南南西", "南西", "西南西", "西", "西北西", "北西", "北北西"),
)
"""Sixteen points from north, clockwise."""

CALM = "静穏"

FASTEST_MS = 120.0
"""No wind at the ground was faster: the record is 113.2 m/s (WMO, Barrow Island 1996)."""

DAY_HEADINGS = {
    "mean": ("平均風速",),
    "max": ("最大風速",),
    "max_direction": ("最大風速の風向", "最大風速風向", "最大風向"),
    "gust": ("最大瞬間風速",),
    "gust_direction": ("最大瞬間風速風向", "最大瞬間風速の風向", "最大瞬間風向"),
    "prevailing_direction": ("最多風向",),
}
HOUR_HEADINGS = {"mean": ("風速", "平均風速"), "direction": ("風向",)}

# Headings over two columns; under 風向・風速 the page shows the speed first.
DOUBLE_HEADINGS = {"気圧": ("現地気圧", "海面気圧"), "風向・風速": ("風速", "風向"), "雪": ("降雪", "積雪")}

_PREFECTURE = re.compile(r"^(北海道|東京都|京都府|大阪府|.{2,3}県)(?=.)")
_VALUE = re.compile(r"(?P<value>[^\s)\]*]*)\s*(?P<mark>[)\]]?)\s*\*?")


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of a file with their line numbers, and the columns that were found."""

    file: str
    station: str
    rows: tuple[tuple[int, list[str]], ...]
    columns: dict[str, int]
    notices: list[Notice] = field(default_factory=list)

    def warn(self, row: int, message: str) -> None:
        self.notices.append(Notice(Severity.WARNING, self.file, row, message))


def read_jma_daily(path: Path) -> tuple[tuple[WindDay, ...], list[Notice]]:
    """Wind of each day of a month.

    Parameters
    ----------
    path : Path
        Named like ``jma_daily_202001_千葉県千葉.csv``.

    Raises
    ------
    FeedError
        The file cannot be read, or its name or headings do not say where, when and what.
    """
    month, table = _open(path, r"\d{6}", "%Y%m", DAY_HEADINGS)
    days = []
    for row, day, cells in _numbered(table):
        try:
            on = date(month.year, month.month, day)
        except ValueError:
            table.warn(row, f"{month:%Y-%m} has no day {day}; the row is left out")
            continue
        days.append(
            WindDay(
                station=table.station,
                date=on,
                mean_ms=_speed(table, row, cells, "mean"),
                max_ms=_speed(table, row, cells, "max"),
                max_direction_deg=_direction(table, row, cells, "max_direction"),
                gust_ms=_speed(table, row, cells, "gust"),
                gust_direction_deg=_direction(table, row, cells, "gust_direction"),
                prevailing_direction_deg=_direction(table, row, cells, "prevailing_direction"),
            )
        )
    return tuple(days), table.notices


def read_jma_hourly(path: Path) -> tuple[tuple[WindHour, ...], list[Notice]]:
    """Wind of each hour of a day.

    Parameters
    ----------
    path : Path
        Named like ``jma_hourly_20200104_小名浜.csv``; date and station in either order.

    Raises
    ------
    FeedError
        The file cannot be read, or its name or headings do not say where, when and what.
    """
    day, table = _open(path, r"\d{8}", "%Y%m%d", HOUR_HEADINGS)
    hours = []
    for row, hour, cells in _numbered(table):
        if not 1 <= hour <= 24:
            table.warn(row, f"a day has no hour {hour}; the row is left out")
            continue
        mean = _speed(table, row, cells, "mean")
        if mean is None and _cell(table, cells, "direction").startswith(CALM):
            mean = 0.0
        direction = _direction(table, row, cells, "direction")
        hours.append(WindHour(table.station, day.replace(tzinfo=JST) + timedelta(hours=hour), mean, direction))
    return tuple(hours), table.notices


def _open(path: Path, when: str, form: str, headings: dict[str, tuple[str, ...]]) -> tuple[datetime, _Table]:
    parts = unicodedata.normalize("NFC", path.stem).split("_")[2:]
    moments = [part for part in parts if re.fullmatch(when, part)]
    names = [part for part in parts if part not in moments]
    try:
        moment = datetime.strptime("".join(moments), form)
    except ValueError:
        moment = None
    if moment is None or not names or moment.year >= 9999:
        raise FeedError(f"{path}: the name of the file does not say where and when (jma_daily_202001_千葉県千葉.csv).")
    rows = _rows(path)
    columns = _columns(rows[0][1] if rows else [], headings)
    if "mean" not in columns:
        raise FeedError(f"{path}: no column is headed {headings['mean'][0]}; it is no table of wind.")
    return moment, _Table(path.name, _PREFECTURE.sub("", "_".join(names)), tuple(rows[1:]), columns)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp932")
        reader = csv.reader(text.splitlines())
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (OSError, ValueError, csv.Error) as error:
        raise FeedError(f"{path}: the table cannot be read ({str(error).rstrip('.')}).") from error


def _columns(header: list[str], headings: dict[str, tuple[str, ...]]) -> dict[str, int]:
    names = [re.sub(r"\(.*?\)|\s", "", unicodedata.normalize("NFKC", name)) for name in header]
    if any(name in DOUBLE_HEADINGS for name in names):
        names = [part for name in names for part in DOUBLE_HEADINGS.get(name, (name,))]
    found = {key: [i for i, name in enumerate(names) if name in wanted] for key, wanted in headings.items()}
    return {key: positions[0] for key, positions in found.items() if positions}


def _numbered(table: _Table) -> Iterator[tuple[int, int, list[str]]]:
    """Line, day or hour, and cells of every row; of equal days or hours the first."""
    seen = set()
    for row, cells in table.rows:
        text = cells[0].strip()
        if not re.fullmatch(r"[0-9]{1,4}", text):
            table.warn(row, f"'{text:.40}' is no day or hour; the row is left out")
        elif int(text) in seen:
            table.warn(row, f"'{text}' is there twice; the first one is used")
        else:
            seen.add(int(text))
            yield row, int(text), cells


def _cell(table: _Table, cells: list[str], key: str) -> str:
    position = table.columns.get(key)
    return cells[position].strip() if position is not None and position < len(cells) else ""


def _trusted(table: _Table, row: int, cells: list[str], key: str) -> str:
    """The cell without its mark, empty if there is no value or none to be trusted."""
    cell = _cell(table, cells, key)
    if cell in ("", "--"):
        return ""
    if cell in ("×", "///", "#"):
        table.warn(row, f"{_name(key)} is missing ({cell})")
        return ""
    match = _VALUE.fullmatch(cell)
    if match is None:
        table.warn(row, f"{_name(key)} '{cell:.40}' is no value")
        return ""
    if match["mark"] == "]":
        table.warn(row, f"{_name(key)} '{cell}' rests on too few observations and is not used")
        return ""
    return match["value"]


def _speed(table: _Table, row: int, cells: list[str], key: str) -> float | None:
    value = _trusted(table, row, cells, key)
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,9})?", value) or float(value) > FASTEST_MS:
        table.warn(row, f"{_name(key)} '{value:.40}' is no wind speed in m/s")
        return None
    return float(value)


def _direction(table: _Table, row: int, cells: list[str], key: str) -> float | None:
    value = _trusted(table, row, cells, key)
    if not value or value == CALM:
        return None
    if value not in COMPASS:
        table.warn(row, f"{_name(key)} '{value:.40}' is no point of the compass")
        return None
    return COMPASS.index(value) * 22.5


def _name(key: str) -> str:
    return (HOUR_HEADINGS | DAY_HEADINGS)[key][0]
