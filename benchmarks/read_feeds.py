"""Every feed below a folder read once: what is in it, what is wrong with it, how long it took; prints Markdown."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.feed_report import GBFS_FILES, OSM_SUFFIXES, FeedReport, check_feed
from feeds.notices import FeedError, Severity

NOT_STATIC = ("-realtime", "-rt", "king-county-metro", "septa")
"""Parts of the names of files that end in .pbf and are GTFS-Realtime, not OpenStreetMap."""

COUNTED = ("calls", "edges", "stations", "geofencing zones", "demand-responsive trips")
"""What the size of a feed is told by: the first of these that it has."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    folder: Path = parser.parse_args(arguments).folder
    print("| feed | kind | rows | errors | warnings | infos | seconds | remarks |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for feed in feeds_below(folder):
        print(table_row(feed, folder), flush=True)


def feeds_below(folder: Path) -> Iterator[Path]:
    """Zips and tables of GTFS, folders of GBFS, extracts of OpenStreetMap, in order of path."""
    for path in sorted(folder.rglob("*")):
        is_gbfs = path.is_dir() and any((path / name).is_file() for name in GBFS_FILES)
        is_tables = path.is_dir() and (path / "stops.txt").is_file()
        is_osm = path.name.endswith(OSM_SUFFIXES) and not any(part in path.name for part in NOT_STATIC)
        if is_gbfs or is_tables or is_osm or path.suffix == ".zip":
            yield path


def table_row(feed: Path, folder: Path) -> str:
    name = str(feed.relative_to(folder))
    begin = time.perf_counter()
    try:
        report = check_feed(feed)
    except FeedError as error:
        sentence = str(error).replace(str(feed), feed.name)
        return f"| {name} | | | | | | {time.perf_counter() - begin:.1f} | refused: {sentence} |"
    seconds = time.perf_counter() - begin
    if seconds > 60:
        print(f"{name} took {seconds:.0f} s", file=sys.stderr)
    severities = Counter(notice.severity for notice in report.notices)
    counts = " | ".join(str(severities[severity]) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    return f"| {name} | {report.kind} | {size(report)} | {counts} | {seconds:.1f} | {remarks(report)} |"


def size(report: FeedReport) -> str:
    for what in COUNTED:
        if report.rows.get(what):
            unit = {"calls": "stop times"}.get(what, what)
            return f"{report.rows[what]:,} {unit}"
    return "0"


def remarks(report: FeedReport) -> str:
    """The months of service and the gravest notice, cut short."""
    told = []
    if report.months:
        first, last = report.months[0].month, report.months[-1].month
        told.append(first if first == last else f"{first} … {last}")
    elif report.kind == "GTFS":
        told.append("demand bus only" if report.rows["demand-responsive trips"] else "no service")
    for severity in (Severity.ERROR, Severity.WARNING):
        grave = next((notice for notice in report.notices if notice.severity is severity), None)
        if grave:
            message = grave.message if len(grave.message) <= 90 else f"{grave.message[:89]}…"
            told.append(f"{grave.file}: {message}".replace("|", "/"))
            break
    return "; ".join(told)


if __name__ == "__main__":
    main()
