"""What a feed holds: its kind found out, its rows counted, its service by month, its notices."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import numpy as np

from feeds.notices import FeedError, Notice
from planner.timetable import Timetable

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
GBFS_FILES = ("gbfs.json", "system_information.json")


@dataclass(frozen=True, slots=True)
class MonthOfService:
    """Days of a month on which anything runs, and the trips of the weakest and the strongest of them."""

    month: str
    days: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed as `kaiteki feeds check` tells it."""

    kind: str
    name: str
    rows: dict[str, int]
    months: tuple[MonthOfService, ...]
    notices: tuple[Notice, ...]


def check_feed(path: Path) -> FeedReport:
    """Read the feed at `path`, whatever it is.

    Raises
    ------
    FeedError
        There is nothing, or nothing that can be read.
    """
    if not path.exists():
        raise FeedError(f"There is no file or folder {path}.")
    if path.name.endswith(OSM_SUFFIXES):
        return _osm_report(path)
    if path.is_dir() and any((path / name).exists() for name in GBFS_FILES):
        return _gbfs_report(path)
    return _gtfs_report(path)


def _osm_report(path: Path) -> FeedReport:
    from feeds.osm import read_osm

    extract = read_osm(path)
    streets = extract.streets
    rows = {"nodes": len(streets), "edges": len(streets.edges), "places": len(extract.places)}
    return FeedReport("OpenStreetMap", path.name, rows, (), extract.notices)


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
    return FeedReport("GBFS", system.name, rows, (), tuple(notices))


def _gtfs_report(path: Path) -> FeedReport:
    from feeds.gtfs import read_gtfs

    network = read_gtfs([path])
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
    return FeedReport("GTFS", path.name, rows, service_by_month(timetable), tuple(network.notices))


def service_by_month(timetable: Timetable) -> tuple[MonthOfService, ...]:
    """Months with service and how much of it."""
    per_service = np.bincount(timetable.trips.service, minlength=len(timetable.service_active))
    per_day = per_service @ timetable.service_active.astype(np.int64)
    days = [(date.fromordinal(timetable.first_date + int(day)), int(per_day[day])) for day in np.flatnonzero(per_day)]
    months = []
    for month, group in groupby(days, key=lambda day: f"{day[0]:%Y-%m}"):
        trips = [count for _, count in group]
        months.append(MonthOfService(month, len(trips), min(trips), max(trips)))
    return tuple(months)
