"""The GTFS folder of the embedded city holds together: references, shapes, transfers, fares."""

from pathlib import Path

import gtfs_kit
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.makuhari.fares import child_fare, distances
from feeds.makuhari.gtfs import FIELDS, write_gtfs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("makuhari")
    write_gtfs(path)
    return path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.txt", dtype=str, keep_default_na=False)


def test_the_same_call_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_gtfs(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(f"{name}.txt" for name in FIELDS)
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in names)


def test_gtfs_kit_reads_the_folder_and_counts_its_days(folder: Path) -> None:
    feed = gtfs_kit.read_feed(folder, dist_units="km")
    assert len(feed.trips) == len(table(folder, "trips"))
    assert feed.get_dates()[0] == "20260401"
    assert feed.get_dates()[-1] == "20270331"
    quality = feed.assess_quality().set_index("indicator")["value"]
    for indicator in ("num_trips_missing_shapes", "num_departure_times_missing", "num_direction_ids_missing"):
        assert quality[indicator] == 0, indicator
    weekday, sunday = feed.get_trips("20260603"), feed.get_trips("20260607")
    assert set(weekday["service_id"]) >= {"Weekday", "Daily"}
    assert "Weekday" not in set(sunday["service_id"])


REFERENCES = [
    ("trips", "route_id", "routes", "route_id"),
    ("trips", "shape_id", "shapes", "shape_id"),
    ("stop_times", "trip_id", "trips", "trip_id"),
    ("stop_times", "stop_id", "stops", "stop_id"),
    ("stops", "parent_station", "stops", "stop_id"),
    ("routes", "agency_id", "agency", "agency_id"),
    ("transfers", "from_stop_id", "stops", "stop_id"),
    ("transfers", "to_stop_id", "stops", "stop_id"),
    ("transfers", "from_trip_id", "trips", "trip_id"),
    ("transfers", "to_trip_id", "trips", "trip_id"),
    ("frequencies", "trip_id", "trips", "trip_id"),
    ("route_networks", "route_id", "routes", "route_id"),
    ("route_networks", "network_id", "networks", "network_id"),
    ("stop_areas", "area_id", "areas", "area_id"),
    ("stop_areas", "stop_id", "stops", "stop_id"),
    ("fare_products", "fare_media_id", "fare_media", "fare_media_id"),
    ("fare_products", "rider_category_id", "rider_categories", "rider_category_id"),
    ("fare_leg_rules", "fare_product_id", "fare_products", "fare_product_id"),
    ("fare_leg_rules", "network_id", "networks", "network_id"),
    ("fare_leg_rules", "from_area_id", "areas", "area_id"),
    ("fare_leg_rules", "to_area_id", "areas", "area_id"),
    ("fare_leg_join_rules", "from_stop_id", "stops", "stop_id"),
]


@pytest.mark.parametrize(("child", "column", "parent", "key"), REFERENCES)
def test_every_reference_leads_somewhere(folder: Path, child: str, column: str, parent: str, key: str) -> None:
    missing = set(table(folder, child)[column]) - set(table(folder, parent)[key]) - {""}
    assert missing == set()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("stops", ["stop_id"]),
        ("routes", ["route_id"]),
        ("trips", ["trip_id"]),
        ("stop_times", ["trip_id", "stop_sequence"]),
        ("calendar_dates", ["service_id", "date"]),
        ("transfers", ["from_stop_id", "to_stop_id", "from_trip_id", "to_trip_id"]),
        ("translations", ["table_name", "field_name", "language", "record_id", "field_value"]),
        ("fare_products", ["fare_product_id", "rider_category_id", "fare_media_id"]),
        ("fare_leg_rules", ["network_id", "from_area_id", "to_area_id"]),
        ("stop_areas", ["area_id", "stop_id"]),
    ],
)
def test_primary_keys_are_unique(folder: Path, name: str, key: list[str]) -> None:
    assert not table(folder, name).duplicated(key).any()


def test_every_stop_and_line_has_a_name_in_kana_and_english(folder: Path) -> None:
    words = table(folder, "translations")
    for language in ("ja-Hrkt", "en"):
        translated = set(words[(words.table_name == "stops") & (words.language == language)].record_id)
        assert translated == set(table(folder, "stops").stop_id)
    english = words[words.language == "en"]
    assert set(english[english.table_name == "routes"].record_id) == set(table(folder, "routes").route_id)
    assert set(english[english.table_name == "trips"].field_value) >= set(table(folder, "trips").trip_headsign)
    assert (words.translation != "").all()


def test_names_carry_no_provisional_mark_and_stations_no_suffix(folder: Path) -> None:
    stops = table(folder, "stops").set_index("stop_id")
    assert not stops.stop_name.str.contains("仮").any()
    assert stops.stop_name["JR-East.Kaihimmakuhari"] == stops.stop_name["JR-East.Keiyo.Kaihimmakuhari"] == "海浜幕張"


def test_every_boarding_place_is_served(folder: Path) -> None:
    stops = table(folder, "stops")
    assert set(stops[stops.location_type == "0"].stop_id) == set(table(folder, "stop_times").stop_id)


def test_the_feed_says_it_is_synthesised(folder: Path) -> None:
    assert set(table(folder, "stop_times").timepoint) == {"0"}
    assert "not the operators' timetable" in table(folder, "feed_info").feed_publisher_name[0]


def test_the_main_stations_have_entrances(folder: Path) -> None:
    stops = table(folder, "stops")
    entrances = stops[stops.location_type == "2"].parent_station.value_counts()
    assert entrances["JR-East.Kaihimmakuhari"] == 4
    assert {"JR-East.Makuharitoyosuna", "JR-East.Makuharihongo"} <= set(entrances.index)


def test_shapes_begin_and_end_at_the_terminal_stops(folder: Path) -> None:
    stops = places(table(folder, "stops"), "stop_id", "stop_lat", "stop_lon")
    times = table(folder, "stop_times").groupby("trip_id", sort=False).stop_id
    lines = table(folder, "shapes").groupby("shape_id", sort=False)
    trips = table(folder, "trips").drop_duplicates("shape_id")
    for calls, points in ((times.first(), lines.first()), (times.last(), lines.last())):
        ends = places(points.reset_index(), "shape_id", "shape_pt_lat", "shape_pt_lon")
        for trip_id, shape_id in zip(trips.trip_id, trips.shape_id, strict=True):
            (lat, lon), (stop_lat, stop_lon) = ends[shape_id], stops[calls[trip_id]]
            assert abs(lat - stop_lat) * 110_950 < 800, shape_id
            assert abs(lon - stop_lon) * 90_540 < 800, shape_id


def places(rows: pd.DataFrame, key: str, lat: str, lon: str) -> dict[str, tuple[float, float]]:
    columns = zip(rows[key], rows[lat], rows[lon], strict=True)
    return {name: (float(y), float(x)) for name, y, x in columns}


def test_a_change_of_platform_at_tokyo_takes_a_quarter_of_an_hour(folder: Path) -> None:
    walks = table(folder, "transfers").set_index(["from_stop_id", "to_stop_id"]).min_transfer_time
    assert walks["JR-East.Keiyo.Tokyo", "JR-East.SobuRapid.Tokyo"] == "900"
    assert walks["JR-East.SobuRapid.Tokyo", "JR-East.Keiyo.Tokyo"] == "900"
    assert walks["JR-East.KeiyoKoyaBranch.NishiFunabashi", "JR-East.ChuoSobuLocal.NishiFunabashi"] == "240"


def price(folder: Path, start: str, end: str, rider: str, medium: str) -> int:
    rules = table(folder, "fare_leg_rules").set_index(["from_area_id", "to_area_id"]).fare_product_id
    products = table(folder, "fare_products").set_index(["fare_product_id", "rider_category_id", "fare_media_id"])
    return int(products.amount[rules[start, end], rider, medium])


@pytest.mark.parametrize(
    ("start", "end", "ticket", "ic", "child_ticket", "child_ic"),
    [
        # 31.7 km by the Keiyo Line is 32 km: the band 31-35 km.
        ("JR-East.Tokyo", "JR-East.Kaihimmakuhari", 620, 616, 310, 308),
        # 1.7 km: the shortest band, 155 / 2 = 77.5, fractions dropped.
        ("JR-East.Kaihimmakuhari", "JR-East.Makuharitoyosuna", 160, 155, 80, 77),
        ("Keisei.KeiseiTsudanuma", "Keisei.ChibaChuo", 280, 272, 140, 136),
        ("ChibaMonorail.KenchoMae", "ChibaMonorail.Chishirodai", 520, 513, 260, 256),
    ],
)
def test_rail_fares_by_distance(
    folder: Path, start: str, end: str, ticket: int, ic: int, child_ticket: int, child_ic: int
) -> None:
    assert price(folder, start, end, "adult", "ticket") == ticket
    assert price(folder, start, end, "adult", "ic") == ic
    assert price(folder, start, end, "child", "ticket") == child_ticket
    assert price(folder, start, end, "child", "ic") == child_ic


def test_jr_distance_takes_the_shorter_way_round() -> None:
    # Soga: 43.0 km by the Keiyo Line, 39.2 + 1.4 + 2.4 km by way of Chiba.
    assert distances("JR-East")["Tokyo", "Soga"] == 43
    assert distances("JR-East")["Kaihimmakuhari", "NishiFunabashi"] == 12


@pytest.mark.parametrize(("yen", "medium", "expected"), [(155, "ic", 77), (210, "ticket", 110), (160, "ticket", 80)])
def test_child_fares_round_as_the_operators_do(yen: int, medium: str, expected: int) -> None:
    assert child_fare(yen, medium) == expected


@given(st.integers(0, 10_000), st.sampled_from(["ticket", "ic", "cash"]))
def test_a_child_pays_about_half(yen: int, medium: str) -> None:
    fare = child_fare(yen, medium)
    assert 0 <= fare - yen / 2 < 10 if medium != "ic" else 0 <= yen / 2 - fare < 1
    assert medium == "ic" or fare % 10 == 0


def test_jr_distances_are_a_metric() -> None:
    km = distances("JR-East")
    stations = {a for a, _ in km}
    for (a, b), direct in km.items():
        assert km[b, a] == direct > 0
        assert all(direct <= km[a, via] + km[via, b] for via in stations - {a, b})


def test_limited_express_has_no_price_of_its_own(folder: Path) -> None:
    assert "jr-east-limited-express" not in set(table(folder, "fare_leg_rules").network_id)


def test_trains_that_pass_stations_are_drawn_along_their_line(folder: Path) -> None:
    points = table(folder, "shapes").set_index("shape_id").loc["rail:JR-East.SobuRapid.Tokyo>JR-East.SobuRapid.Chiba:2"]
    stations = table(folder, "stops").set_index("stop_id")
    for passed in ("JR-East.SobuRapid.Kinshicho", "JR-East.SobuRapid.Ichikawa", "JR-East.SobuRapid.Tsudanuma"):
        lat, lon = float(stations.stop_lat[passed]), float(stations.stop_lon[passed])
        away = (points.shape_pt_lat.astype(float) - lat).abs() + (points.shape_pt_lon.astype(float) - lon).abs()
        assert away.min() < 0.006, passed
