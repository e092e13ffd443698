"""A GTFS feed, folder or zip, as tables of texts."""

import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pandas as pd

from feeds.gtfs_text import parse_text_table
from feeds.notices import FeedError, Notice, Severity

if TYPE_CHECKING:
    from gtfs_kit import Feed

MAX_BYTES = 4 << 30
"""Largest feed that is read, uncompressed."""

MAX_RATIO, RATIO_FROM_BYTES = 200, 64 << 20
"""A zip that unpacks to more than so many times its size is refused, from a size on; real feeds reach 30."""

LOCATIONS = "locations.geojson"

TABLES = frozenset(
    {
        "agency",
        "agency_jp",
        "areas",
        "attributions",
        "booking_rules",
        "calendar",
        "calendar_dates",
        "fare_attributes",
        "fare_leg_join_rules",
        "fare_leg_rules",
        "fare_media",
        "fare_products",
        "fare_rules",
        "fare_transfer_rules",
        "feed_info",
        "frequencies",
        "levels",
        "location_group_stops",
        "location_groups",
        "networks",
        "office_jp",
        "pathways",
        "pattern_jp",
        "rider_categories",
        "route_networks",
        "routes",
        "routes_jp",
        "shapes",
        "stop_areas",
        "stop_times",
        "stops",
        "timeframes",
        "transfers",
        "translations",
        "trips",
    }
)
"""Files that are read, without ``.txt`` (GTFS Schedule reference and GTFS-JP 4)."""

BAD_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError)
"""What `zipfile` raises over a spoiled file: RuntimeError for passwords and methods it does not know, ValueError for
offsets below zero and names that are no text."""

_KIT_DECIMALS = frozenset({"stop_lat", "stop_lon", "shape_pt_lat", "shape_pt_lon", "shape_dist_traveled", "price"})
_KIT_INTEGERS = frozenset(
    {
        *("stop_sequence", "pickup_type", "drop_off_type", "timepoint", "location_type", "wheelchair_boarding"),
        *("route_type", "direction_id", "wheelchair_accessible", "bikes_allowed", "exception_type", "headway_secs"),
        *("exact_times", "transfer_type", "min_transfer_time", "shape_pt_sequence", "payment_method", "transfers"),
        *("transfer_duration", "is_producer", "is_operator", "is_authority"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    }
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The files of one feed as texts.

    Attributes
    ----------
    frames : mapping of str to DataFrame
        By file name without ``.txt``; every cell a stripped text, the index the row's line number in the file.
    locations : bytes
        locations.geojson, empty without.
    sha256 : str
        Of the zip, or of a folder's files in the order of their names.
    """

    source: Path
    frames: Mapping[str, pd.DataFrame]
    locations: bytes
    sha256: str
    notices: tuple[Notice, ...]

    def without(self, *names: str) -> "Tables":
        """The same feed less some tables, so that the memory of the large ones can be given back."""
        kept = {name: frame for name, frame in self.frames.items() if name not in names}
        return Tables(self.source, kept, self.locations, self.sha256, self.notices)

    def to_gtfs_kit(self) -> "Feed":
        """The feed for gtfs-kit's calendars, statistics and maps; cells that are no number become missing."""
        import gtfs_kit
        from gtfs_kit.constants import FEED_ATTRS

        tables = {name: _typed(frame) for name, frame in self.frames.items() if name in FEED_ATTRS}
        return gtfs_kit.Feed(dist_units="km", **tables)


def read_tables(source: Path) -> Tables:
    """Read a GTFS folder or zip as text.

    Raises
    ------
    FeedError
        If nothing in `source` can be read as GTFS.
    """
    try:
        members = dict(_folder_members(source) if source.is_dir() else _zip_members(source))
        digest = _sha256(source, members)
    except OSError as error:
        raise FeedError(f"{source}: the feed cannot be opened ({str(error).strip().rstrip('.')}).") from error
    frames: dict[str, pd.DataFrame] = {}
    notices: list[Notice] = []
    for file, data in members.items():
        name = file.removesuffix(".txt")
        if name in TABLES and data.strip():
            frames[name], remarks = parse_text_table(data, file)
            notices += remarks
        elif file != LOCATIONS and name not in TABLES:
            notices.append(Notice(Severity.INFO, file, None, "the file is no table of GTFS; it is not read"))
    if not frames:
        raise FeedError(f"{source}: there is no table of GTFS in it (agency.txt, stops.txt, routes.txt, trips.txt …).")
    return Tables(source, frames, members.get(LOCATIONS, b""), digest, tuple(notices))


def _sha256(source: Path, members: Mapping[str, bytes]) -> str:
    if source.is_dir():
        digest = hashlib.sha256()
        for name in sorted(members):
            digest.update(name.encode(errors="replace") + b"\0" + members[name])
        return digest.hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_members(folder: Path) -> Iterator[tuple[str, bytes]]:
    paths = {str(path.relative_to(folder).as_posix()): path for path in folder.glob("*") if path.is_file()}
    if not any(_base(name).removesuffix(".txt") in TABLES for name in paths):
        paths = {str(path.relative_to(folder).as_posix()): path for path in folder.glob("*/*") if path.is_file()}
    chosen = _chosen(paths)
    if sum(paths[name].stat().st_size for name in chosen.values()) > MAX_BYTES:
        raise FeedError(f"{folder}: the feed is larger than {MAX_BYTES >> 30} GiB.")
    for base, name in chosen.items():
        yield base, paths[name].read_bytes()


def check_zip(path: Path) -> None:
    """Refuse what is no zip with tables of GTFS in it, without unpacking it.

    Raises
    ------
    FeedError
        It is none, a path in it leads outside it, or it is too large when unpacked.
    """
    with _opened_zip(path) as archive:
        if not any(base.removesuffix(".txt") in TABLES for base in _zip_chosen(path, archive)):
            raise FeedError(f"{path}: there is no table of GTFS in it.")


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FeedError:
        raise
    except BAD_ZIP as error:
        raise FeedError(f"{path}: not a readable zip file ({str(error).rstrip('.')}).") from error


def _zip_chosen(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Members that are read, by file name."""
    members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    for name in members:
        if ".." in PurePosixPath(name.replace("\\", "/")).parts or name.startswith(("/", "\\")):
            raise FeedError(f"{path}: the zip holds a path that leads outside it ({name!r}).")
    chosen = {base: members[name] for base, name in _chosen(members).items()}
    unpacked = sum(member.file_size for member in chosen.values())
    if unpacked > MAX_BYTES:
        raise FeedError(f"{path}: the feed is larger than {MAX_BYTES >> 30} GiB when unpacked.")
    if unpacked > max(RATIO_FROM_BYTES, path.stat().st_size * MAX_RATIO):
        raise FeedError(f"{path}: the zip unpacks to more than {MAX_RATIO} times its size, as no timetable does.")
    return chosen


def _zip_members(path: Path) -> Iterator[tuple[str, bytes]]:
    if not path.exists():
        raise FeedError(f"{path}: there is no such file or folder.")
    with _opened_zip(path) as archive:
        for base, member in _zip_chosen(path, archive).items():
            yield base, archive.read(member)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.strip().lower()


def _chosen(names: Mapping[str, object]) -> dict[str, str]:
    """Member of each file name that counts: the one least deep, and no droppings of a file manager."""
    chosen: dict[str, str] = {}
    for name in sorted(names, key=lambda n: (n.replace("\\", "/").count("/"), n)):
        base = _base(name)
        is_dropping = base.startswith(".") or "__macosx" in name.lower()
        if (base.endswith(".txt") or base == LOCATIONS) and not is_dropping:
            chosen.setdefault(base, name)
    return chosen


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    typed = frame.reset_index(drop=True).mask(frame.reset_index(drop=True) == "")
    for column in typed.columns:
        if column in _KIT_DECIMALS or column in _KIT_INTEGERS:
            cells = pd.to_numeric(typed[column].astype(object), errors="coerce").astype(float)
            is_integer = (cells % 1 == 0) & (cells.abs() < 1 << 31)
            typed[column] = cells.where(is_integer).astype("Int32") if column in _KIT_INTEGERS else cells
    return typed
