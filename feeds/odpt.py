"""Timetables of the Public Transportation Open Data Center (ODPT API 4) as GTFS, for the ordinary GTFS reader.

Written from the specification; unverified against the live service.

References
----------
Association for Open Data of Public Transportation, ODPT API specification 4, https://developer.odpt.org/documents
"""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from feeds.gtfs import GtfsNetwork, read_gtfs
from feeds.notices import FeedError, Notice, Severity
from feeds.odpt_bus import add_buses, bus_runs
from feeds.odpt_calendar import Calendars, add_services, read_calendars
from feeds.odpt_dump import Dump, own_id, read_dump, titles
from feeds.odpt_fares import add_fares
from feeds.odpt_rail import Railways, add_railways, are_close, changes_of_operators, train_runs
from feeds.odpt_tables import GtfsRows, write_rows
from feeds.odpt_trips import Run, add_run

ODPT_URL = "https://www.odpt.org/"
TIMEZONE = "Asia/Tokyo"


def read_timetables(gtfs: Sequence[Path], odpt: Sequence[Path]) -> GtfsNetwork:
    """GTFS feeds and ODPT dumps as one network, the dumps after the feeds.

    Raises
    ------
    FeedError
        If a source cannot be used at all.
    """
    with tempfile.TemporaryDirectory(prefix="odpt-") as room:
        folders = [Path(room) / str(i) / source.stem for i, source in enumerate(odpt)]
        found = [odpt_to_gtfs(source, folder) for source, folder in zip(odpt, folders, strict=True)]
        network = read_gtfs([*gtfs, *folders])
    return replace(network, notices=(*(notice for part in found for notice in part), *network.notices))


def odpt_to_gtfs(source: Path, folder: Path) -> list[Notice]:
    """Write the timetables and fares of an ODPT dump as GTFS text files.

    Parameters
    ----------
    source : Path
        Folder or zip of JSON files as the API answers or dumps them, named as one likes; each entry says its @type.
    folder : Path
        Where the tables go; made if missing.

    Returns
    -------
    list of Notice
        What could not be used, by file and place of the entry.

    Raises
    ------
    FeedError
        If the source has no usable timetable, or `folder` cannot be written.
    """
    dump = read_dump(source)
    calendars = read_calendars(dump)
    if calendars is None:
        raise FeedError(f"{source} has no timetable that says of when it is (dc:date or dct:issued).")
    rows = GtfsRows()
    railways, buses = add_railways(dump, rows), add_buses(dump, rows)
    runs = [*train_runs(dump, railways), *bus_runs(dump, buses)]
    kept = _add_runs(dump, rows, calendars, runs)
    if not kept:
        raise FeedError(f"{source} has no train or bus that calls at two known stops.")
    _add_links(dump, rows, kept, railways)
    add_fares(dump, rows, changes_of_operators(dump, railways))
    _add_publisher(dump, rows, calendars)
    try:
        write_rows(rows, folder)
    except OSError as error:
        raise FeedError(f"{folder} cannot be written ({error.strerror}).") from error
    return dump.all_notices()


def _add_runs(dump: Dump, rows: GtfsRows, calendars: Calendars, runs: list[Run]) -> dict[str, Run]:
    """Write the runs whose calendar has days; the result is them by id."""
    groups: dict[str, set[str]] = defaultdict(set)
    for run in runs:
        groups[run.line].add(run.calendar)
    services = add_services(rows, calendars, groups)
    kept: dict[str, Run] = {}
    idle: dict[str, int] = defaultdict(int)
    for run in runs:
        service = services.get((run.line, run.calendar))
        if service is None:
            idle[run.calendar] += 1
        elif run.id not in kept:
            kept[run.id] = run
            add_run(rows, run, service)
    dump.notices.extend(
        Notice(Severity.WARNING, "odpt:Calendar", None, f"{name} is unknown or has no days; {count} runs are left out")
        for name, count in idle.items()
    )
    return kept


def _add_links(dump: Dump, rows: GtfsRows, runs: dict[str, Run], railways: Railways) -> None:
    """Write the pairs of trains between which passengers stay seated (transfer_type 4)."""
    links = dict.fromkeys(link for run in runs.values() for link in run.links)
    missing = 0
    for before, after in links:
        if before not in runs or after not in runs:
            missing += 1
            continue
        last, first = runs[before].calls[-1], runs[after].calls[0]
        if last.arrival > first.departure or not are_close(railways, last.stop, first.stop):
            where = f"{after} does not begin where and after {before} ends; nobody stays seated between them"
            dump.notices.append(Notice(Severity.WARNING, "odpt:TrainTimetable", None, where))
            continue
        rows.add(
            "transfers",
            from_stop_id=last.stop,
            to_stop_id=first.stop,
            from_trip_id=before,
            to_trip_id=after,
            transfer_type="4",
        )
    if missing:
        message = f"{missing} links to earlier or later timetables of a train lead out of the dump"
        dump.notices.append(Notice(Severity.INFO, "odpt:TrainTimetable", None, message))


def _add_publisher(dump: Dump, rows: GtfsRows, calendars: Calendars) -> None:
    names = dict(dump.converted("Operator", lambda entry: (own_id(entry), titles(entry, "odpt:operatorTitle"))))
    for agency in sorted({row["agency_id"] for row in rows.tables["routes"]}):
        texts = names.get(agency, {})
        rows.add(
            "agency",
            agency_id=agency,
            agency_name=texts.get("ja") or agency or "ODPT",
            agency_url=ODPT_URL,
            agency_timezone=TIMEZONE,
            agency_lang="ja",
        )
        rows.translate("agency", "agency_name", texts, agency)
    rows.add(
        "feed_info",
        feed_publisher_name="公共交通オープンデータセンター (ODPT)",
        feed_publisher_url=ODPT_URL,
        feed_lang="ja",
        feed_start_date=f"{calendars.first:%Y%m%d}",
        feed_end_date=f"{calendars.last:%Y%m%d}",
    )
