"""The report on a feed: what it counts, how grave it is, and the page it becomes."""

import json
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli_feeds import feeds
from api.feed_page import map_svg, report_page
from api.feed_report import DayOfService, check_feed
from feeds.gtfs_realtime_write import write_vehicle_positions
from planner.live_records import VehiclePosition
from tests.feeds.gtfs_feeds import BASE, feed
from tests.feeds.odpt_dumps import LINE, calendar, dump, train

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


def test_a_mistyped_year_does_not_make_millions_of_rows(tmp_path: Path) -> None:
    report = check_feed(feed(tmp_path / "feed", calendar=BASE["calendar"].replace("20260430", "99260430")))
    assert len(report.days) == 36_526
    assert report.days[0] == DayOfService("2026-04-01", 1)


def test_a_feed_without_service_has_a_page(tmp_path: Path) -> None:
    report = check_feed(feed(tmp_path / "feed", trips="route_id,service_id,trip_id", stop_times=None))
    assert "Service by date" not in report_page(report)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["gtfs/chiba-rail.zip", "gbfs/world/helsinki", "osm/monaco.osm.gz"])
def test_real_feeds_become_pages(shared: Path, name: str) -> None:
    text = report_page(check_feed(shared / "data" / name))
    assert Page(text).open == []
    assert 1_500 < len(text) < 4_000_000


def test_a_message_tells_its_entities_by_kind(tmp_path: Path) -> None:
    vehicle = VehiclePosition("bus 1", 35.6, 140.0)
    (tmp_path / "now.pb").write_bytes(write_vehicle_positions([vehicle], 1_775_000_000))
    report = check_feed(tmp_path / "now.pb")
    assert (report.kind, report.rows["vehicle positions"], report.rows["alerts"]) == ("GTFS-Realtime", 1, 0)
    assert report.map.points.round(3).tolist() == [[35.6, 140.0]]


def test_a_dump_of_odpt_is_told_from_a_folder_of_other_json(tmp_path: Path) -> None:
    report = check_feed(dump(tmp_path / "odpt", *LINE, train("A 8:00 B 8:09 C 8:20"), calendar("Weekday")))
    assert (report.kind, report.rows["trips"]) == ("ODPT", 1)
    with zipfile.ZipFile(tmp_path / "odpt.zip", "w") as archive:
        for file in (tmp_path / "odpt").iterdir():
            archive.write(file, file.name)
    assert check_feed(tmp_path / "odpt.zip").rows == report.rows


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "[]", "a.json is JSON, but holds neither zones, districts, aerodromes, water nor answers of ODPT."),
        ("a.pb", "<html>", "a.pb is no GTFS-Realtime message."),
    ],
)
def test_what_is_none_of_all_is_refused_in_one_sentence(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    result = RUN.invoke(feeds, ["check", str(tmp_path / name)])
    assert result.exit_code != 0
    assert str(result.exception) == message


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind", "what", "count"),
    [
        ("gtfs-rt/septa.pbf", "GTFS-Realtime", "trip updates", 35),
        ("uas/cis_source_sample_ed269.json", "UAS zones", "zones", 1),
        ("uas/cis_source_sample_ed318.json", "UAS zones", "zones", 3),
        ("geo/r02_did_12_chiba.geojson.gz", "inhabited districts", "districts", 78),
        ("geo/airspace/airport_surfaces.geojson", "aerodromes", "aerodromes", 96),
        ("geo/tokyo_bay_water_30m.geojson", "water", "outlines", 1),
        ("weather/jma_hourly_20200104_小名浜.csv", "wind by hour", "hours", 24),
        ("weather/jma_daily_202001_千葉県千葉.csv", "wind by day", "days", 31),
    ],
)
def test_real_files_of_every_kind(shared: Path, name: str, kind: str, what: str, count: int) -> None:
    report = check_feed(shared / "data" / name)
    assert (report.kind, report.rows[what]) == (kind, count)
    assert Page(report_page(report)).open == []
