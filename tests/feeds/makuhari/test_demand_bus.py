"""Facts about the embedded city's demand bus."""

import csv
from pathlib import Path

import gtfs_kit
import pytest

from feeds.makuhari.demand_bus import write_flex
from planner.geo import great_circle_m

Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("flex")
    write_flex(target)
    return target


def table(folder: Path, name: str) -> Table:
    with (folder / f"{name}.txt").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_gtfs_kit_reads_the_feed(folder: Path) -> None:
    feed = gtfs_kit.read_feed(folder, dist_units="km")
    assert (len(feed.stops), len(feed.routes), len(feed.trips), len(feed.stop_times)) == (62, 1, 1, 2)


def test_about_sixty_stops_all_in_the_group(folder: Path) -> None:
    stops = [row["stop_id"] for row in table(folder, "stops")]
    assert 55 <= len(stops) == len(set(stops)) <= 65
    assert [row["stop_id"] for row in table(folder, "location_group_stops")] == stops


def test_stops_lie_between_the_sea_the_sobu_line_and_kemigawahama(folder: Path) -> None:
    for row in table(folder, "stops"):
        assert 35.636 <= float(row["stop_lat"]) <= 35.673, row
        assert 140.023 <= float(row["stop_lon"]) <= 140.064, row


def test_stops_are_apart(folder: Path) -> None:
    places = [(float(row["stop_lat"]), float(row["stop_lon"])) for row in table(folder, "stops")]
    nearest = min(float(great_circle_m(*a, *b)) for i, a in enumerate(places) for b in places[:i])
    assert nearest > 30


def test_a_ride_within_the_group_takes_two_records_from_8_to_21(folder: Path) -> None:
    pickup, drop_off = table(folder, "stop_times")
    for row in (pickup, drop_off):
        assert row["location_group_id"] == table(folder, "location_groups")[0]["location_group_id"]
        assert (row["start_pickup_drop_off_window"], row["end_pickup_drop_off_window"]) == ("08:00:00", "21:00:00")
    assert (pickup["pickup_type"], pickup["drop_off_type"]) == ("2", "1")
    assert (drop_off["pickup_type"], drop_off["drop_off_type"]) == ("1", "2")


def test_a_window_excludes_times_and_stops(folder: Path) -> None:
    forbidden = {"arrival_time", "departure_time", "stop_id", "location_id", "mean_duration_factor"}
    assert not forbidden & table(folder, "stop_times")[0].keys()


def test_booking_is_the_same_day_10_to_30_minutes_ahead(folder: Path) -> None:
    (rule,) = table(folder, "booking_rules")
    assert rule["booking_type"] == "1"
    assert 10 <= int(rule["prior_notice_duration_min"]) <= 30
    assert rule["booking_rule_id"] == table(folder, "stop_times")[0]["pickup_booking_rule_id"]


def test_the_longest_ride_is_told_with_the_trip(folder: Path) -> None:
    (trip,) = table(folder, "trips")
    assert (float(trip["safe_duration_factor"]), float(trip["safe_duration_offset"])) == (1.5, 300)


def test_wheelchairs_get_on_everywhere(folder: Path) -> None:
    assert {row["wheelchair_boarding"] for row in table(folder, "stops")} == {"1"}
    assert table(folder, "trips")[0]["wheelchair_accessible"] == "1"


def test_it_runs_every_day_of_the_year(folder: Path) -> None:
    (calendar,) = table(folder, "calendar")
    days = [calendar[day] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]
    assert (days, calendar["start_date"], calendar["end_date"]) == (["1"] * 7, "20260401", "20270331")


def test_adults_pay_300_yen_and_children_half(folder: Path) -> None:
    prices = {(row["rider_category_id"], row["fare_media_id"]): row["amount"] for row in table(folder, "fare_products")}
    assert prices == {("adult", "ic"): "300", ("adult", "app"): "300", ("child", "ic"): "150", ("child", "app"): "150"}


def test_the_fare_belongs_to_the_route(folder: Path) -> None:
    (leg_rule,) = table(folder, "fare_leg_rules")
    (member,) = table(folder, "route_networks")
    assert leg_rule["network_id"] == member["network_id"] == table(folder, "networks")[0]["network_id"]
    assert member["route_id"] == table(folder, "routes")[0]["route_id"]
    assert leg_rule["fare_product_id"] in {row["fare_product_id"] for row in table(folder, "fare_products")}


@pytest.mark.parametrize("language", ["ja-Hrkt", "en"])
def test_every_stop_has_a_name_in(folder: Path, language: str) -> None:
    named = [
        row["record_id"]
        for row in table(folder, "translations")
        if (row["table_name"], row["language"]) == ("stops", language) and row["translation"]
    ]
    assert named == [row["stop_id"] for row in table(folder, "stops")]


def test_ids_are_ascii(folder: Path) -> None:
    for path in folder.glob("*.txt"):
        for row in table(folder, path.stem):
            assert all(value.isascii() for column, value in row.items() if column.endswith("_id"))
