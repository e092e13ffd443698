"""The report on a feed: what it counts, how grave it is, and the page it becomes."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli_feeds import feeds
from api.feed_page import map_svg, report_page
from api.feed_report import DayOfService, check_feed
from tests.feeds.gtfs_feeds import BASE, feed

RUN = CliRunner()
WARNED = "route_id,agency_id,route_short_name,route_type\nR,nobody,<b>1</b>,3"
BROKEN = "route_id,service_id,trip_id\nR,Daily,T\nnone,Daily,U"


class Page(HTMLParser):
    """Tags and addresses of a page; complains of tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("tables", "code"),
    [({}, 0), ({"routes": WARNED}, 1), ({"trips": BROKEN}, 2), ({"routes": WARNED, "trips": BROKEN}, 2)],
)
def test_the_exit_code_is_that_of_the_gravest_notice(tmp_path: Path, tables: dict[str, str], code: int) -> None:
    assert RUN.invoke(feeds, ["check", str(feed(tmp_path / "feed", **tables))]).exit_code == code


def test_json_tells_service_by_date_and_notices_by_severity(tmp_path: Path) -> None:
    folder = feed(tmp_path / "feed", calendar_dates="service_id,date,exception_type\nDaily,20260410,2", trips=BROKEN)
    report = json.loads(RUN.invoke(feeds, ["check", str(folder), "--json"]).stdout)
    trips = {day["date"]: day["trips"] for day in report["days"]}
    assert (len(trips), trips["2026-04-09"], trips["2026-04-10"]) == (30, 1, 0)
    assert report["months"] == [{"month": "2026-04", "days": 29, "least": 1, "most": 1}]
    assert report["severities"] == {"INFO": 0, "WARNING": 0, "ERROR": 1}
    assert report["bounds"] == [35.60, 140.00, 35.62, 140.02]
    assert report["notices"][0]["file"] == "trips.txt"


def test_the_page_stands_alone_and_shows_no_markup_of_the_feed(tmp_path: Path) -> None:
    folder, file = (
        feed(tmp_path / "feed", routes=WARNED, agency=BASE["agency"] + "\n<script>,x,y,z"),
        tmp_path / "r.html",
    )
    assert RUN.invoke(feeds, ["check", str(folder), "--html", str(file)]).exit_code > 0
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert page.addresses == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 2
    assert page.tags.count("circle") == 3
    assert page.tags.count("polyline") == 1
    assert page.tags.count("rect") == 30


def test_a_map_of_one_place_is_drawn(tmp_path: Path) -> None:
    one = "stop_id,stop_name,stop_lat,stop_lon\nA,Aoba,35.60,140.00\nB,Bay,35.60,140.00"
    report = check_feed(feed(tmp_path / "feed", stops=one))
    assert map_svg(report.map).count("<circle") == 1


def test_dates_without_service_stay_in_the_row(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nDaily,20260401,1\nDaily,20260403,1"
    report = check_feed(feed(tmp_path / "feed", calendar=None, calendar_dates=dates))
    assert report.days == (DayOfService("2026-04-01", 1), DayOfService("2026-04-02", 0), DayOfService("2026-04-03", 1))


def test_a_feed_without_service_has_a_page(tmp_path: Path) -> None:
    report = check_feed(feed(tmp_path / "feed", trips="route_id,service_id,trip_id", stop_times=None))
    assert "Service by date" not in report_page(report)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["gtfs/chiba-rail.zip", "gbfs/world/helsinki", "osm/monaco.osm.gz"])
def test_real_feeds_become_pages(shared: Path, name: str) -> None:
    text = report_page(check_feed(shared / "data" / name))
    assert Page(text).open == []
    assert 1_500 < len(text) < 4_000_000
