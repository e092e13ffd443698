"""Every feed below a folder read once, and built into a network where it is a timetable; prints Markdown."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.feed_report import GBFS_FILES, MESSAGE_SUFFIXES, OSM_SUFFIXES, FeedReport, check_feed
from feeds.gtfs_tables import LOCATIONS
from feeds.notices import FeedError, Severity
from scenarios.build import Sources, build_network

ZONE_SUFFIXES = (".geojson", ".geojson.gz")
OTHERS = ("uas/*.json", "weather/*.csv")
"""Files that only their folder tells from tables and documents of other programs."""

COUNTED = (
    *("calls", "edges", "stations", "geofencing zones", "demand-responsive trips", "trip updates", "vehicle positions"),
    *("alerts", "zones", "districts", "aerodromes", "outlines", "days", "hours"),
)
"""What the size of a feed is told by: the first of these that it has."""

BEGIN, END = "<!-- printed by benchmarks/read_feeds.py -->", "<!-- until here -->"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--into", type=Path, help="Markdown file whose table is replaced.")
    asked = parser.parse_args(arguments)
    lines = [
        "| feed | kind | rows | errors | warnings | infos | read s | build s | remarks |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for feed in feeds_below(asked.folder):
        lines.append(table_row(feed, asked.folder))
        print(lines[-1], flush=True)
    if asked.into is not None:
        text = asked.into.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        asked.into.write_text("\n".join([before + BEGIN, *lines, END + after]), encoding="utf-8")


def feeds_below(folder: Path) -> Iterator[Path]:
    """Everything below `folder` that a reader of ours is for, in order of path."""
    others = {path for pattern in OTHERS for path in folder.glob(pattern)}
    for path in sorted(folder.rglob("*")):
        is_gbfs = path.is_dir() and any((path / name).is_file() for name in GBFS_FILES)
        is_tables = path.is_dir() and (path / "stops.txt").is_file()
        is_named = path.name.endswith((*OSM_SUFFIXES, *MESSAGE_SUFFIXES, *ZONE_SUFFIXES, ".zip", ".gtfs"))
        if (is_gbfs or is_tables or is_named or path in others) and path.name != LOCATIONS:
            yield path


def table_row(feed: Path, folder: Path) -> str:
    name = str(feed.relative_to(folder))
    begin = time.perf_counter()
    try:
        report = check_feed(feed)
    except FeedError as error:
        sentence = str(error).replace(str(feed), feed.name)
        return f"| {name} | | | | | | {time.perf_counter() - begin:.1f} | | refused: {sentence} |"
    seconds = time.perf_counter() - begin
    severities = Counter(notice.severity for notice in report.notices)
    counts = " | ".join(str(severities[severity]) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    built = build_seconds(feed) if report.kind == "GTFS" else ""
    return f"| {name} | {report.kind} | {size(report)} | {counts} | {seconds:.1f} | {built} | {remarks(report)} |"


def build_seconds(feed: Path) -> str:
    """Seconds for a network with footpaths as the crow flies, its reading included."""
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as room:
        build_network(Path(room) / "network", Sources([feed]))
    seconds = time.perf_counter() - begin
    if seconds > 60:
        print(f"{feed.name} took {seconds:.0f} s", file=sys.stderr)
    return f"{seconds:.1f}"


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
