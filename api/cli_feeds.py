"""`kaiteki feeds`: known public feeds, their download, and a report on what is in a feed."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.cli_network import cache_folder, progress_bar
from api.feed_page import report_page
from api.feed_report import FeedReport, check_feed
from feeds.catalog import known_feed, known_feeds
from feeds.notices import Severity

EXIT_CODES = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
SHOWN_OF_A_KIND = 20

FEED = (
    "GTFS zip or folder, GTFS-Realtime .pb, GBFS folder, ODPT dump, OpenStreetMap file, ED-269 or ED-318 zones, "
    "districts, water or aerodromes as GeoJSON, JMA table."
)

feeds = typer.Typer(help="Known public feeds: list, fetch, check.", no_args_is_help=True, rich_markup_mode="rich")


@feeds.command("list")
def list_feeds(
    kind: Annotated[str | None, typer.Option(help="Only gtfs, gbfs or osm.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region: JP, JP-12, US-CA, …")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List known feeds.

    [bold]Example[/bold]

    kaiteki feeds list --kind gbfs --region JP
    """
    rows = [
        feed
        for feed in known_feeds()
        if kind in (None, feed.kind) and (region is None or f"{feed.region}-".startswith(f"{region.upper()}-"))
    ]
    if as_json:
        typer.echo(json.dumps([asdict(feed) for feed in rows], ensure_ascii=False, indent=1))
    else:
        table = Table(box=None, pad_edge=False)
        for heading in ("id", "kind", "name", "region", "licence", "key"):
            table.add_column(heading, overflow="fold")
        for feed in rows:
            licence = feed.licence or "unknown"
            table.add_row(feed.id, feed.kind, feed.name, feed.region, licence, "needed" if feed.needs_key else "")
        Console().print(table)
    raise typer.Exit(0 if rows else 1)


@feeds.command("fetch")
def fetch(
    feed_id: Annotated[str, typer.Argument(metavar="ID", help="An id of kaiteki feeds list.")],
    folder: Annotated[Path | None, typer.Option("--to", help="Folder; default: the program's cache.")] = None,
    key: Annotated[str | None, typer.Option(help="Personal key of the publisher.", envvar="KAITEKI_FEED_KEY")] = None,
    sha256: Annotated[str, typer.Option(help="Checksum the file must have.")] = "",
) -> None:
    """Fetch a known feed, if it has changed since the last time.

    [bold]Example[/bold]

    kaiteki feeds fetch toei-train --to feeds
    """
    from feeds.fetch import fetch_feed

    feed = known_feed(feed_id)
    with progress_bar() as progress:
        fetched = fetch_feed(feed, folder or cache_folder() / "feeds", key, sha256=sha256, progress=progress)
    for file in fetched:
        state = "new" if file.is_new else "unchanged"
        typer.echo(f"{file.path}  {file.octets:,} octets  sha256 {file.sha256[:16]}  {state}")
    typer.echo(f"{feed.name}: {feed.licence or 'licence unknown, ask the publisher'}")


@feeds.command("check")
def check(
    feed: Annotated[Path, typer.Argument(metavar="FEED", help=FEED)],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    page: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as a page.")] = None,
) -> None:
    """Read a feed and report what is in it and what is wrong with it: exit 0 fine, 1 warnings, 2 errors.

    [bold]Example[/bold]

    kaiteki feeds check osaka-bus.zip --html report.html
    """
    report = check_feed(feed)
    if page is not None:
        page.write_text(report_page(report), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        print_report(Console(), report)
    raise typer.Exit(max((EXIT_CODES[notice.severity] for notice in report.notices), default=0))


def print_report(console: Console, report: FeedReport) -> None:
    """Print counts, service by month, and notices, the grave ones first."""
    console.print(f"{report.kind}  {report.name}", style="bold", highlight=False)
    counts = Table(box=None, pad_edge=False, show_header=False)
    counts.add_column()
    counts.add_column(justify="right")
    for what, count in report.rows.items():
        counts.add_row(what, f"{count:,}")
    console.print(counts)
    if report.months:
        service = Table("month", "days with service", "trips a day", box=None, pad_edge=False)
        for month in report.months:
            service.add_row(month.month, str(month.days), f"{month.least:,}…{month.most:,}")
        console.print(service)
    severities = Counter(notice.severity for notice in report.notices)
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        if not severities[severity]:
            continue
        console.print(f"{severity}: {severities[severity]}", style="bold", highlight=False)
        chosen = [notice for notice in report.notices if notice.severity is severity]
        for notice in chosen[:SHOWN_OF_A_KIND]:
            place = notice.file if notice.row is None else f"{notice.file}:{notice.row}"
            console.print(f"  {place}  {notice.message}", highlight=False, markup=False)
        if len(chosen) > SHOWN_OF_A_KIND:
            console.print(f"  … and {len(chosen) - SHOWN_OF_A_KIND} more")
