"""GTFS and GTFS-JP feeds as a timetable: `read_gtfs`."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from feeds.gtfs_booking import read_booking_rules
from feeds.gtfs_calendar import read_calendar
from feeds.gtfs_cells import NoticeLog, Table, ordinal
from feeds.gtfs_flex import is_flex, of_trips, read_flex, read_zones
from feeds.gtfs_japan import check_references, described, destinations, read_courses
from feeds.gtfs_join import join_flex, join_timetables, starts_of
from feeds.gtfs_merge import merge_feeds
from feeds.gtfs_routes import read_lines
from feeds.gtfs_stop_times import read_calls, read_trip_rows, with_headsigns
from feeds.gtfs_stops import read_stops
from feeds.gtfs_tables import Tables, read_tables
from feeds.gtfs_transfers import read_in_seat, read_special_transfers, read_transfer_rules
from feeds.gtfs_translations import read_translations
from feeds.gtfs_trips import build_trips, read_runs, read_shapes
from feeds.notices import FeedError, Notice, Severity
from planner.flex import FlexTrip
from planner.timetable import Timetable


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """Where a part of the network comes from.

    Attributes
    ----------
    prefix : str
        Stands before each id of this feed in the network; empty if it is the only feed.
    validity : (date, date) or None
        As feed_info.txt says, else the first and last day of service.
    attributions : tuple of str
        Who is to be named, with licence and address where the feed gives them.
    """

    name: str
    prefix: str
    sha256: str
    validity: tuple[date, date] | None
    publisher: str
    attributions: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class GtfsNetwork:
    """All that was read from the feeds of a network.

    Attributes
    ----------
    tables : tuple of Tables
        One per feed in the order of `feeds`, less the bulky stop_times and shapes.
    notices : tuple of Notice
        Where several feeds were read, `file` begins with the feed's name.
    """

    timetable: Timetable
    flex: tuple[FlexTrip, ...]
    feeds: tuple[FeedRecord, ...]
    tables: tuple[Tables, ...]
    notices: tuple[Notice, ...]


def read_gtfs(sources: Sequence[Path]) -> GtfsNetwork:
    """Read GTFS folders or zips as one network.

    Parameters
    ----------
    sources : sequence of Path
        One feed keeps its ids; those of several are prefixed by the file's name and an underscore.

    Raises
    ------
    FeedError
        If a source cannot be used at all. Lesser faults are notices, and the rest loads.
    """
    if not sources:
        raise FeedError("No GTFS feed was named.")
    names = _names(sources)
    networks = [
        _read_feed(source, name, f"{name}_" if len(sources) > 1 else "")
        for source, name in zip(sources, names, strict=True)
    ]
    if len(networks) == 1:
        return networks[0]
    timetables = [network.timetable for network in networks]
    notices = [
        Notice(notice.severity, f"{name}/{notice.file}", notice.row, notice.message)
        for name, network in zip(names, networks, strict=True)
        for notice in network.notices
    ]
    for name, timetable in zip(names, timetables, strict=True):
        if timetable.timezone != timetables[0].timezone:
            zones = f"time zone {timetable.timezone!r} is not the network's {timetables[0].timezone!r}"
            message = f"{zones}; times are read in the latter"
            notices.append(Notice(Severity.ERROR, f"{name}/agency.txt", None, message))
    prefixes = [network.feeds[0].prefix for network in networks]
    merged = merge_feeds(join_timetables(timetables), prefixes, starts_of(timetables))
    notices += filter(None, [merged.notice()])
    return GtfsNetwork(
        timetable=merged.timetable,
        flex=join_flex(timetables, [network.flex for network in networks]),
        feeds=tuple(network.feeds[0] for network in networks),
        tables=tuple(network.tables[0] for network in networks),
        notices=tuple(notices),
    )


def _names(sources: Sequence[Path]) -> list[str]:
    """ASCII names of the sources, each its own."""
    names: list[str] = []
    for position, source in enumerate(sources, 1):
        stem = re.sub(r"(\.gtfs|\.zip)+$", "", source.resolve().name, flags=re.IGNORECASE)
        plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.") or f"feed{position}"
        names.append(f"{name}-{position}" if name in names else name)
    return names


def _read_feed(source: Path, name: str, prefix: str) -> GtfsNetwork:
    tables = read_tables(source)
    log = NoticeLog()
    try:
        timetable, flex = _read_timetable(tables, prefix, log)
    except FeedError as error:
        raise FeedError(f"{source}: {error}") from error
    record = _record(tables, name, prefix, timetable, log)
    notices = (*tables.notices, *log.notices())
    return GtfsNetwork(timetable, flex, (record,), (tables.without("stop_times", "shapes"),), notices)


def _read_timetable(tables: Tables, prefix: str, log: NoticeLog) -> tuple[Timetable, tuple[FlexTrip, ...]]:
    if "stops" not in tables.frames:
        raise FeedError("the feed has no stops.txt.")

    def table(name: str) -> Table:
        return Table(f"{name}.txt", tables.frames.get(name))

    translations = read_translations(table("translations"), log)
    lines = read_lines(table("agency"), table("routes"), table("route_networks"), translations, prefix, log)
    stops, stop_ids = read_stops(table("stops"), table("levels"), translations, prefix, log)
    services, first_date, active = read_calendar(table("calendar"), table("calendar_dates"), log)
    rows = read_trip_rows(table("trips"), lines, services, log)
    stop_times, zones = table("stop_times"), read_zones(tables, log)
    on_demand = is_flex(stop_times, zones, stop_ids)
    booking = read_booking_rules(table("booking_rules"), services, (first_date, active), prefix, log)
    of_buses = of_trips(stop_times, on_demand, table("frequencies"))
    flex = read_flex(stop_times.where(of_buses), rows, booking, zones, stop_ids, prefix, log)
    flex_trips = frozenset(stop_times.column("trip_id")[on_demand])
    calls = read_calls(stop_times.where(~on_demand), rows, stop_ids.index, flex_trips, log)
    courses = read_courses(tables)
    calls = with_headsigns(calls, destinations(courses, rows.table))
    check_references(tables, log)
    runs = read_runs(table("frequencies"), rows, calls, log)
    shapes, shape_index = read_shapes(table("shapes"), log)
    patterns, trips = build_trips(rows, calls, runs, shape_index, translations, prefix, log)
    timetable = Timetable(
        timezone=lines.timezone,
        agencies=lines.agencies,
        routes=described(lines.routes, courses, prefix),
        stops=stops,
        patterns=patterns,
        trips=trips,
        shapes=shapes,
        in_seat=read_in_seat(table("transfers"), rows, calls, runs, stop_ids, active, log),
        transfers=read_transfer_rules(table("transfers"), stop_ids, log),
        first_date=first_date,
        service_active=active,
        specific=read_special_transfers(table("transfers"), lines.route_index, rows, runs, stop_ids, log),
    )
    return timetable, flex


def _record(tables: Tables, name: str, prefix: str, timetable: Timetable, log: NoticeLog) -> FeedRecord:
    about = Table("feed_info.txt", tables.frames.get("feed_info"))
    cells = about.records()[0][1] if len(about) else {}
    dates = []
    for column in ("feed_start_date", "feed_end_date"):
        day, bad = about.parsed(column, ordinal)
        log.add_rows(Severity.WARNING, about, bad, f"{column} '{{}}' is no date", column)
        dates += [date.fromordinal(int(day[0]))] if len(day) and not np.isnan(day[0]) else []
    attributions = [
        ", ".join(filter(None, (row.get("organization_name"), row.get("attribution_url"), row.get("license"))))
        for _, row in Table("attributions.txt", tables.frames.get("attributions")).records()
    ]
    return FeedRecord(
        name=name,
        prefix=prefix,
        sha256=tables.sha256,
        validity=(dates[0], dates[1]) if len(dates) == 2 and dates[0] <= dates[1] else timetable.validity,
        publisher=cells.get("feed_publisher_name", ""),
        attributions=tuple(dict.fromkeys(filter(None, [*attributions, cells.get("feed_license", "")]))),
        version=cells.get("feed_version", ""),
    )
