"""What a feed holds: its kind found out, its rows counted, its service by date, its notices, its map."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from feeds.notices import FeedError, Notice, Severity
from planner.timetable import NONE, Timetable

if TYPE_CHECKING:
    from feeds.gtfs import GtfsNetwork

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
MESSAGE_SUFFIXES = (".pb", ".pbf")
JSON_SUFFIXES = (".json", ".geojson", ".json.gz", ".geojson.gz")
ENTITY_SUFFIXES = (".jsonld", ".json")
GBFS_FILES = ("gbfs.json", "system_information.json")

MOST_DAYS = 36_525
"""Longest service that is told by date: a mistyped year makes millions of days."""

SNIFFED_OCTETS = 4096
"""Of a file, to tell its kind."""


@dataclass(frozen=True, slots=True)
class MonthOfService:
    """Days of a month on which anything runs, and the trips of the weakest and the strongest of them."""

    month: str
    days: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class DayOfService:
    """Trips of one date, ISO 8601."""

    date: str
    trips: int


@dataclass(frozen=True, slots=True)
class FeedMap:
    """Where things are: points, and lines along which vehicles go, each point (latitude, longitude).

    Attributes
    ----------
    points : float64 array of shape (n, 2)
    lines : tuple of float64 arrays of shape (m, 2)
    """

    points: NDArray[np.float64]
    lines: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed as `kaiteki feeds check` tells it.

    Attributes
    ----------
    days : tuple of DayOfService
        Every date from the first to the last with service, those without included.
    """

    kind: str
    name: str
    rows: dict[str, int]
    days: tuple[DayOfService, ...]
    notices: tuple[Notice, ...]
    map: FeedMap

    @property
    def months(self) -> tuple[MonthOfService, ...]:
        """Months with service."""
        return by_month(self.days)

    def to_json(self) -> dict[str, object]:
        """Everything but the map, of which only the bounds are given: south, west, north, east."""
        points = [self.map.points, *self.map.lines]
        corners = np.array([(p.min(axis=0), p.max(axis=0)) for p in points if len(p)]).reshape(-1, 2, 2)
        bounds = [*corners[:, 0].min(axis=0).tolist(), *corners[:, 1].max(axis=0).tolist()] if len(corners) else None
        return {
            "kind": self.kind,
            "name": self.name,
            "rows": self.rows,
            "bounds": bounds,
            "severities": {str(severity): sum(n.severity is severity for n in self.notices) for severity in Severity},
            "months": [asdict(month) for month in self.months],
            "days": [asdict(day) for day in self.days],
            "notices": [asdict(notice) for notice in self.notices],
        }


def check_feed(path: Path) -> FeedReport:
    """Read the feed at `path`, whatever it is.

    Raises
    ------
    FeedError
        There is nothing, or nothing that can be read.
    """
    if not path.exists():
        raise FeedError(f"There is no file or folder {path}.")
    if path.name.endswith(MESSAGE_SUFFIXES) and path.is_file() and b"OSMHeader" not in _begin(path):
        return _message_report(path)
    if path.name.endswith(OSM_SUFFIXES):
        return _osm_report(path)
    if path.is_dir() and any((path / name).exists() for name in GBFS_FILES):
        return _gbfs_report(path)
    if _is_odpt(path):
        return _odpt_report(path)
    if path.name.endswith(ENTITY_SUFFIXES) and b"urn:ngsi-ld:" in _begin(path):
        return _entities_report(path)
    if path.name.endswith(JSON_SUFFIXES):
        from api.feed_report_air import air_report

        return air_report(path)
    if path.suffix == ".csv":
        from api.feed_report_air import wind_report

        return wind_report(path)
    return _gtfs_report(path)


def _begin(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SNIFFED_OCTETS)
    except OSError as error:
        raise FeedError(f"{path}: the file cannot be read ({error.strerror}).") from error


def _is_odpt(path: Path) -> bool:
    """Whether the first JSON file at `path`, or in it, has entries of ODPT."""
    if path.is_dir():
        file = next((one for one in sorted(path.rglob("*.json")) if one.is_file()), None)
        return file is not None and b'"odpt:' in _begin(file)
    if path.suffix != ".zip":
        return path.suffix == ".json" and b'"odpt:' in _begin(path)
    try:
        with zipfile.ZipFile(path) as archive:
            name = next((name for name in sorted(archive.namelist()) if name.endswith(".json")), None)
            if name is None:
                return False
            with archive.open(name) as member:
                return b'"odpt:' in member.read(SNIFFED_OCTETS)
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error):
        return False


def _message_report(path: Path) -> FeedReport:
    from feeds.gtfs_realtime import read_realtime

    message = read_realtime(path)
    rows = {
        "trip updates": len(message.updates),
        "vehicle positions": len(message.vehicles),
        "alerts": len(message.alerts),
    }
    points = np.array([(vehicle.lat, vehicle.lon) for vehicle in message.vehicles], np.float64).reshape(-1, 2)
    return FeedReport("GTFS-Realtime", path.name, rows, (), message.notices, FeedMap(points, ()))


def _osm_report(path: Path) -> FeedReport:
    from feeds.osm import read_osm

    extract = read_osm(path)
    streets = extract.streets
    rows = {"nodes": len(streets), "edges": len(streets.edges), "places": len(extract.places)}
    nodes = np.stack([streets.node_lat, streets.node_lon], axis=1)
    return FeedReport("OpenStreetMap", path.name, rows, (), extract.notices, FeedMap(nodes, ()))


def _gbfs_report(path: Path) -> FeedReport:
    from feeds.gbfs import read_gbfs

    system, notices = read_gbfs(path)
    rows = {
        "stations": len(system.stations),
        "vehicles": len(system.vehicles),
        "vehicle types": len(system.vehicle_types),
        "pricing plans": len(system.pricing_plans),
        "geofencing zones": len(system.zones),
    }
    points = [(station.lat, station.lon) for station in system.stations]
    points += [(vehicle.lat, vehicle.lon) for vehicle in system.vehicles]
    drawn = FeedMap(np.array(points, np.float64).reshape(-1, 2), ())
    return FeedReport("GBFS", system.name, rows, (), tuple(notices), drawn)


def _entities_report(path: Path) -> FeedReport:
    from feeds.ngsi_read import read_entities

    read = read_entities(path)
    rows = {"stops": len(read.stops), "docking stations": len(read.docks), "vehicles": len(read.vehicles)}
    points = [(stop.lat, stop.lon) for stop in read.stops]
    points += [(dock.lat, dock.lon) for dock in read.docks]
    points += [(vehicle.lat, vehicle.lon) for vehicle in read.vehicles]
    drawn = FeedMap(np.array(points, np.float64).reshape(-1, 2), ())
    return FeedReport("NGSI-LD", path.name, rows, (), tuple(read.notices), drawn)


def _gtfs_report(path: Path) -> FeedReport:
    from feeds.gtfs import read_gtfs

    return _timetable_report("GTFS", path, read_gtfs([path]))


def _odpt_report(path: Path) -> FeedReport:
    from feeds.odpt import read_timetables

    return _timetable_report("ODPT", path, read_timetables([], [path]))


def _timetable_report(kind: str, path: Path, network: "GtfsNetwork") -> FeedReport:
    timetable = network.timetable
    rows = {
        "agencies": len(timetable.agencies),
        "routes": len(timetable.routes),
        "stops": len(timetable.stops),
        "trips": len(timetable.trips),
        "calls": len(timetable.trips.arrival),
        "patterns": len(timetable.patterns),
        "in-seat transfers": len(timetable.in_seat.from_trip),
        "transfer rules": len(timetable.transfers.from_stop),
        "demand-responsive trips": len(network.flex),
    }
    days = service_by_date(timetable)
    return FeedReport(kind, path.name, rows, days, tuple(network.notices), map_of(timetable))


def service_by_date(timetable: Timetable) -> tuple[DayOfService, ...]:
    """Trips of every date from the first to the last on which any runs, of a century at most."""
    per_service = np.bincount(timetable.trips.service, minlength=len(timetable.service_active))
    per_day = per_service @ timetable.service_active.astype(np.int64)
    served = np.flatnonzero(per_day)
    span = range(int(served[0]), min(int(served[-1]), int(served[0]) + MOST_DAYS) + 1) if len(served) else range(0)
    first = timetable.first_date
    return tuple(DayOfService(date.fromordinal(first + day).isoformat(), int(per_day[day])) for day in span)


def by_month(days: Iterable[DayOfService]) -> tuple[MonthOfService, ...]:
    """Months with service and how much of it."""
    months = []
    for month, group in groupby((day for day in days if day.trips), key=lambda day: day.date[:7]):
        trips = [day.trips for day in group]
        months.append(MonthOfService(month, len(trips), min(trips), max(trips)))
    return tuple(months)


def map_of(timetable: Timetable) -> FeedMap:
    """Stops, and the shapes of trips; where there are none, the sequences of stops."""
    stops, shapes, patterns = timetable.stops, timetable.shapes, timetable.patterns
    used = np.unique(timetable.trips.shape[timetable.trips.shape != NONE])
    lines = [np.stack([shapes.lat[a:b], shapes.lon[a:b]], axis=1) for a, b in _spans(shapes.first, used)]
    bare = np.unique(timetable.trips.pattern[timetable.trips.shape == NONE])
    for a, b in _spans(patterns.first, bare):
        calls = patterns.stop[a:b]
        lines.append(np.stack([stops.lat[calls], stops.lon[calls]], axis=1))
    return FeedMap(np.stack([stops.lat, stops.lon], axis=1), tuple(lines))


def _spans(first: NDArray[np.integer], rows: NDArray[np.integer]) -> list[tuple[int, int]]:
    return [(int(first[row]), int(first[row + 1])) for row in rows]
