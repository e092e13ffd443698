"""A dump of the ODPT API on disk: JSON files in a folder or zip become entries by type."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from feeds.gbfs_fields import Entry, EntryError, identifier
from feeds.gtfs_tables import BAD_ZIP
from feeds.notices import FeedError, Notice, Severity

MAX_BYTES = 2 << 30
"""Largest dump that is read, uncompressed."""

FULL_NOTICES = 20
"""Notices of one kind about one type that are given in full; the rest is counted."""

TYPES = frozenset(
    {
        *("Operator", "Calendar", "Station", "Railway", "RailDirection", "TrainType", "TrainTimetable"),
        *("StationTimetable", "RailwayFare", "BusstopPole", "BusroutePattern", "BusTimetable"),
        *("BusstopPoleTimetable", "BusroutePatternFare"),
        *("Train", "TrainInformation"),
    }
)

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Located:
    """An entry with the file it stands in and its place there, counted from 0."""

    file: str
    row: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Dump:
    """The entries of a dump, `by_type` without ``odpt:``, in the order of file names."""

    by_type: dict[str, list[Located]]
    notices: list[Notice]
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, kind: str) -> list[Located]:
        return self.by_type.get(kind, [])

    def converted(self, kind: str, convert: Callable[[Entry], Record]) -> Iterator[Record]:
        """Records of all entries of a type; those that cannot be converted are left out with a notice."""
        for located in self.of(kind):
            try:
                yield convert(located.entry)
            except EntryError as error:
                self.tell(located, f"{kind} is left out", str(error))

    def tell(self, located: Located, what: str, why: str, severity: Severity = Severity.WARNING) -> None:
        """Add a notice, unless there are many of its kind about the file."""
        key = (located.file, what)
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= FULL_NOTICES:
            self.notices.append(Notice(severity, located.file, located.row, f"{what}: {why}"))

    def all_notices(self) -> list[Notice]:
        """The notices, and one for each kind of which there are more."""
        rest = [(file, what, n - FULL_NOTICES) for (file, what), n in self.counts.items() if n > FULL_NOTICES]
        return self.notices + [
            Notice(Severity.WARNING, file, None, f"{what}: {more} more times") for file, what, more in rest
        ]


def read_dump(source: Path) -> Dump:
    """Read every JSON file of a folder or zip, or a single one.

    Raises
    ------
    FeedError
        If the source cannot be read or has no entry of a known type.
    """
    by_type: dict[str, list[Located]] = {}
    notices: list[Notice] = []
    try:
        for file, data in _members(source):
            _sort_in(file, data, by_type, notices)
    except FeedError:
        raise
    except (OSError, *BAD_ZIP) as error:
        raise FeedError(f"{source}: the dump cannot be read ({str(error).rstrip('.')}).") from error
    if not by_type:
        raise FeedError(f"{source} has no JSON of the ODPT API in it (odpt:Station, odpt:TrainTimetable …).")
    return Dump(by_type, notices)


def read_answer(data: bytes, file: str) -> Dump:
    """The entries of one answer of the API; `file` names it in notices.

    Raises
    ------
    FeedError
        If it is no JSON.
    """
    by_type: dict[str, list[Located]] = {}
    notices: list[Notice] = []
    _sort_in(file, data, by_type, notices)
    if any(notice.severity is Severity.ERROR for notice in notices):
        raise FeedError(f"{file}: the answer is no readable JSON.")
    return Dump(by_type, notices)


def _members(source: Path) -> Iterator[tuple[str, bytes]]:
    if source.is_dir() or source.suffix == ".json":
        for path in sorted(source.rglob("*.json")) if source.is_dir() else [source]:
            if path.is_file():
                yield path.relative_to(source if source.is_dir() else source.parent).as_posix(), path.read_bytes()
        return
    with zipfile.ZipFile(source) as archive:
        files = [info for info in archive.infolist() if info.filename.endswith(".json") and not info.is_dir()]
        if sum(info.file_size for info in files) > MAX_BYTES:
            raise FeedError(f"{source} holds more than {MAX_BYTES >> 20} MiB.")
        for info in sorted(files, key=lambda info: info.filename):
            with archive.open(info) as member:
                yield info.filename, member.read(info.file_size)


def _sort_in(file: str, data: bytes, by_type: dict[str, list[Located]], notices: list[Notice]) -> None:
    try:
        entries = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        notices.append(Notice(Severity.ERROR, file, None, f"not read: {error}"))
        return
    for row, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        kind = entry.get("@type") if isinstance(entry, dict) else None
        if not isinstance(kind, str):
            notices.append(Notice(Severity.WARNING, file, row, "the entry has no @type; it is left out"))
            continue
        name = kind.removeprefix("odpt:")
        if name in TYPES:
            by_type.setdefault(name, []).append(Located(file, row, entry))
        elif row == 0:
            notices.append(Notice(Severity.INFO, file, None, f"{kind:.60} is not used"))


def short_id(value: object) -> str:
    """``odpt.Station:JR-East.Keiyo.Tokyo`` without the words before the colon; empty for what is no text."""
    return value.split(":", 1)[-1] if isinstance(value, str) else ""


def own_id(entry: Entry) -> str:
    """The short ID of an entry (owl:sameAs)."""
    short = short_id(identifier(entry, "owl:sameAs"))
    if not short.strip():
        raise EntryError(f"owl:sameAs {entry['owl:sameAs']!r:.40} is no ID")
    return short


def short_ids(value: object) -> list[str]:
    """The short IDs of a list, or of a single one."""
    values = value if isinstance(value, list) else [value]
    return [short for short in map(short_id, values) if short]


def titles(entry: Entry, key: str) -> dict[str, str]:
    """Texts by language of a title such as odpt:stationTitle; dc:title and odpt:kana fill what it lacks."""
    found = {"ja": entry.get("dc:title"), "ja-Hrkt": entry.get("odpt:kana")}
    localized = entry.get(key)
    found |= localized if isinstance(localized, dict) else {}
    return {str(language): text for language, text in found.items() if isinstance(text, str) and text}


def text_in(value: object, language: str = "ja") -> str:
    """A plain text, or that of a language, else the first."""
    if isinstance(value, dict):
        texts = [text for text in (value.get(language), *value.values()) if isinstance(text, str) and text]
        return texts[0] if texts else ""
    return value if isinstance(value, str) else ""


def flag_of(value: object, default: bool) -> bool:
    """A flag; the examples of the specification also write it as text, even with a comma."""
    word = str(value).strip(", ").lower()
    return word == "true" if word in ("true", "false") else default


def day_of(value: object) -> date | None:
    """The date of an ISO 8601 date or time, None for anything else."""
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def entries_of(entry: Entry, key: str) -> list[Entry]:
    """The objects of a list.

    Raises
    ------
    EntryError
        If there are none.
    """
    value = entry.get(key)
    entries = [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
    if not entries:
        raise EntryError(f"{key} is empty")
    return entries
