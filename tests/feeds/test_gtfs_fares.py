"""Fares read from a feed's tables, and the prices they give."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from feeds.gtfs_fares import FULL_NOTICES, read_fares
from feeds.gtfs_tables import read_tables
from feeds.makuhari.gtfs import write_gtfs
from feeds.notices import Notice
from planner.fares import Fares, price_legs
from planner.fares_transfers import TransferRule
from planner.fares_v1 import FareAttributes, FareRule
from planner.fares_v2 import Timeframe
from planner.model import Place, TransitLeg
from tests.planner.fare_journeys import journey, printed

BASE = """
agency.txt
agency_id,agency_name
x,X
stops.txt
stop_id,zone_id,parent_station
A,1,
B,2,
A1,,A
routes.txt
route_id,agency_id,network_id
r,x,
s,x,city
"""


def read(folder: Path, text: str, prefix: str = "") -> tuple[Fares, list[Notice]]:
    """Fares of a feed written as file name, header and rows."""
    lines: list[str] = []
    for line in [*f"{BASE}{text}".split("\n"), "end.txt"]:
        if line.endswith(".txt"):
            if lines:
                (folder / lines[0]).write_text("\n".join(lines[1:]) + "\n")
            lines = [line]
        elif line:
            lines.append(line)
    return read_fares(read_tables(folder), prefix)


V1 = """
fare_attributes.txt
fare_id,price,currency_type,payment_method,transfers,transfer_duration
f,200,JPY,1,,3600
g,300,JPY,0,0,
fare_rules.txt
fare_id,route_id,origin_id,destination_id,contains_id
f,r,1,2,
g,,,,1
g,,,,2
"""

V2 = """
networks.txt
network_id
rail
route_networks.txt
network_id,route_id
rail,r
areas.txt
area_id
a
b
stop_areas.txt
area_id,stop_id
a,A
b,B
rider_categories.txt
rider_category_id,rider_category_name,is_default_fare_category
child,小児,
adult,大人,1
fare_media.txt
fare_media_id,fare_media_name,fare_media_type
ic,Suica,2
fare_products.txt
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
p,1-3 km,adult,ic,155,JPY
p,1-3 km,child,ic,77,JPY
fare_leg_rules.txt
leg_group_id,network_id,from_area_id,to_area_id,fare_product_id
rail,rail,a,b,p
fare_transfer_rules.txt
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id
rail,rail,-1,7200,1,0,
"""


def test_v1_rules_are_grouped_with_all_zones_they_contain(tmp_path: Path) -> None:
    fares, notices = read(tmp_path, V1)
    assert notices == []
    assert fares.v1.attributes == (
        FareAttributes("f", 200, "JPY", 1, None, 3600),
        FareAttributes("g", 300, "JPY", 0, 0),
    )
    assert fares.v1.rules == (FareRule("f", "r", "1", "2"), FareRule("g", contains=("1", "2")))
    assert (fares.v1.zones, fares.v1.agencies) == ({"A": "1", "B": "2"}, {"r": "x", "s": "x"})


def test_v2_tables_price_a_ride(tmp_path: Path) -> None:
    fares, notices = read(tmp_path, V2)
    assert notices == []
    assert fares.v2.transfer_rules == (TransferRule("rail", "rail", 0, "", -1, 7200, 1),)
    parts = price_legs([fares], journey("8:00 A1@A -r- B 8:10"))
    assert printed(parts) == "1-3 km[0] adult/ic=155 child/ic=77"


def test_route_networks_and_network_of_routes_are_both_read(tmp_path: Path) -> None:
    assert read(tmp_path, V2)[0].v2.networks == {"r": "rail", "s": "city"}


def test_ids_of_stops_and_routes_get_the_prefix(tmp_path: Path) -> None:
    fares, _ = read(
        tmp_path,
        V1 + V2 + "fare_leg_join_rules.txt\nfrom_network_id,to_network_id,from_stop_id,to_stop_id\nrail,rail,A,B",
        "x_",
    )
    assert fares.routes == ("x_r", "x_s")
    assert (fares.v2.areas, fares.v2.networks["x_r"]) == ({"x_A": ("a",), "x_B": ("b",)}, "rail")
    assert (fares.v2.join_rules[0].from_stop, fares.v2.join_rules[0].to_stop) == ("x_A", "x_B")
    assert (fares.v1.rules[0].route, fares.v1.zones["x_A"]) == ("x_r", "1")
    assert printed(price_legs([fares], journey("8:00 x_A -x_r- x_B 8:10"))).startswith("1-3 km[0]")


@pytest.mark.parametrize(("column", "has_priority"), [("rule_priority", True), ("other", False)])
def test_priority_counts_where_the_column_exists(tmp_path: Path, column: str, has_priority: bool) -> None:
    text = V2.replace("leg_group_id,network_id", f"{column},leg_group_id,network_id").replace(
        "rail,rail,a,b", ",rail,rail,a,b"
    )
    assert read(tmp_path, text)[0].v2.has_priority is has_priority


def test_timeframe_runs_on_the_days_of_its_service(tmp_path: Path) -> None:
    weekdays = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    text = f"""
timeframes.txt
timeframe_group_id,start_time,end_time,service_id
day,9:00:00,16:30:00,wk
all,,,wk
calendar.txt
service_id,{weekdays},start_date,end_date
wk,1,1,1,1,1,0,0,20261119,20261124
other,1,1,1,1,1,1,1,20261119,20261124
calendar_dates.txt
service_id,date,exception_type
wk,20261123,2
wk,20261129,1
"""
    fares, notices = read(tmp_path, text)
    assert notices == []
    assert fares.v2.timeframes == (Timeframe("day", 32400, 59400, "wk"), Timeframe("all", 0, 86400, "wk"))
    days = [date(2026, 11, day).toordinal() for day in (19, 20, 24, 29)]
    assert fares.v2.services == {"wk": tuple(days)}


@pytest.mark.parametrize(
    ("file", "good", "bad", "message"),
    [
        ("fare_attributes.txt", "f,200,", "f,free,", "price is 'free', not an amount"),
        ("fare_attributes.txt", "f,200,", "f,-5,", "price is '-5', below zero"),
        ("fare_attributes.txt", "f,200,", "f,nan,", "price is 'nan', not an amount"),
        ("fare_attributes.txt", ",JPY,1", ",yen,1", "currency_type is 'yen', not a currency code of three capitals"),
        ("fare_rules.txt", "f,r,1,2,", "f,q,1,2,", "route_id 'q' is not in the feed"),
        ("fare_rules.txt", "f,r,1,2,", "f,r,9,2,", "origin_id '9' is not in the feed"),
        ("fare_products.txt", "adult,ic,155", "adult,ic,", "amount is '', not an amount"),
        ("fare_products.txt", "adult,ic,155", "senior,ic,155", "rider_category_id 'senior' is not in the feed"),
        ("fare_leg_rules.txt", "rail,rail,a,b,p", "rail,rail,a,c,p", "to_area_id 'c' is not in the feed"),
        ("fare_leg_rules.txt", "rail,rail,a,b,p", "rail,rail,a,b,q", "fare_product_id 'q' is not in the feed"),
        ("fare_transfer_rules.txt", "-1,7200,1,0", "0,7200,1,0", "transfer_count is '0', neither -1 nor 1 or more"),
        ("fare_transfer_rules.txt", "-1,7200,1,0", "-1,7200,,0", "duration_limit_type is '', not 0, 1, 2 or 3"),
        ("fare_transfer_rules.txt", "-1,7200,1,0", "-1,7200,1,3", "fare_transfer_type is '3', not 0, 1 or 2"),
    ],
)  # fmt: skip
def test_bad_row_is_left_out_with_its_number(tmp_path: Path, file: str, good: str, bad: str, message: str) -> None:
    _, notices = read(tmp_path, (V1 + V2).replace(good, bad, 1))
    assert (notices[0].file, notices[0].row, notices[0].message) == (file, 2, message)


def test_fare_that_lost_all_its_rules_is_not_sold_everywhere(tmp_path: Path) -> None:
    fares, _ = read(tmp_path, V1.replace("f,r,1,2,", "f,q,1,2,"))
    assert [fare.id for fare in fares.v1.attributes] == ["g"]


def test_many_notices_of_one_kind_are_counted(tmp_path: Path) -> None:
    rules = "".join(f"f,q{n},,,\n" for n in range(FULL_NOTICES + 7))
    _, notices = read(tmp_path, V1 + rules)
    assert len(notices) == FULL_NOTICES + 1
    assert notices[-1].message == "7 more rows: route_id … is not in the feed"


def test_feed_without_fares_has_unknown_prices(tmp_path: Path) -> None:
    fares, notices = read(tmp_path, "")
    assert notices == []
    assert price_legs([fares], journey("8:00 A -r- B 8:10")) is None


def test_fares_are_stored_as_json_and_opened_again(tmp_path: Path) -> None:
    fares, _ = read(tmp_path, V1 + V2)
    opened = msgspec.json.decode(msgspec.json.encode(fares), type=Fares)
    assert (opened.routes, opened.v1, opened.v2) == (fares.routes, fares.v1, fares.v2)


@pytest.mark.shared
def test_transcollines_costs_5_dollars_and_20_to_pontiac(shared: Path) -> None:
    feed = shared / "data/gtfs-fares/transcollines/transcollines-qc-ca-fares.zip"
    fares, notices = read_fares(read_tables(feed))
    assert notices == []
    areas = {area: stop for stop, (area, *_) in reversed(fares.v2.areas.items())}
    route, day = fares.routes[0], date(2026, 6, 1)

    def price(origin: str, destination: str, on: date = day) -> str:
        return printed(price_legs([fares], journey(f"8:00 {areas[origin]} -{route}- {areas[destination]} 9:00", on)))

    assert price("COL", "GAT") == "PS-500[0] 5"
    assert price("GAT", "PNT") == "PS-2000[0] 20"
    assert price("GAT", "GAT") == "?"
    assert price("COL", "GAT", date(2027, 6, 1)) == "?"


def test_embedded_city_sells_one_fare_across_lines_of_jr(tmp_path: Path) -> None:
    write_gtfs(tmp_path)
    fares, notices = read_fares(read_tables(tmp_path))
    assert notices == []
    keiyo = "-JR-East.Keiyo- JR-East.Keiyo.Soga@JR-East.Soga"
    uchibo = "-JR-East.Uchibo- JR-East.Uchibo.Chiba@JR-East.Chiba"
    legs = journey(f"""
        8:00 JR-East.Keiyo.Kaihimmakuhari@JR-East.Kaihimmakuhari {keiyo} 8:15
        walk 8:15 8:20
        8:20 JR-East.Uchibo.Soga@JR-East.Soga {uchibo} 8:26
    """)
    (part,) = price_legs([fares], legs) or ()
    assert part.legs == (0, 2)
    assert {(p.rider, p.medium) for p in part.prices} == {(r, m) for r in ("adult", "child") for m in ("ic", "ticket")}


def first_pair(fares: Fares) -> tuple[FareRule, TransitLeg] | None:
    """A ride between the zones of the first rule that names both and a route."""
    stops = {zone: Place("", 35.0, 140.0, stop_id=stop) for stop, zone in fares.v1.zones.items()}
    rule = next((r for r in fares.v1.rules if r.route and r.origin and r.destination and not r.contains), None)
    if rule is None:
        return None
    (ride,) = journey("8:00 A -r- B 8:10")
    assert isinstance(ride, TransitLeg)
    ends = {"origin": stops[rule.origin], "destination": stops[rule.destination]}
    return rule, replace(ride, route_id=rule.route, **ends)


@pytest.mark.shared
def test_genuine_japanese_fares_price_the_ride_of_their_first_rule(shared: Path) -> None:
    priced = []
    for feed in sorted((shared / "data/gtfs/gtfsjp").glob("*.zip")):
        fares, _ = read_fares(read_tables(feed))
        found = first_pair(fares)
        if found is None:
            continue
        rule, ride = found
        parts = price_legs([fares], [ride])
        same = {r.fare for r in fares.v1.rules if r == replace(rule, fare=r.fare)}
        assert parts is not None, feed.name
        assert parts[0].name in same | {r.fare for r in fares.v1.rules if not r.origin}, feed.name
        priced.append(feed.name)
    assert len(priced) >= 8


def test_zones_of_stops_without_ids_are_nobodys(tmp_path: Path) -> None:
    (tmp_path / "stops.txt").write_text("stop_identity,zone_id\nA,1\n", encoding="utf-8")
    fares, _ = read_fares(read_tables(tmp_path), "")
    assert fares.v1.zones == {}
