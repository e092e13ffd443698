"""The demand bus of Makuhari, written as a GTFS-Flex feed of about 60 stops one can ride between by booking.

Its size follows the trial of 2022 (about 60 stops, 8 vehicles); stops, hours, fares and booking rule are authored, as
the tables say.
"""

import csv
import tomllib
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"

ROUTE, SERVICE, TRIP, GROUP, NETWORK = "demand-bus", "daily", "demand-bus-daily", "all-stops", "demand-bus"
DEMAND_BUS_ROUTE_TYPE = 715
BOOKED, NOT_HERE = 2, 1

Row = dict[str, Any]


def write_flex(folder: Path) -> None:
    """Write the feed's files into `folder`.

    References
    ----------
    GTFS Schedule reference: stop_times.txt (travel within one location group takes two records), location_groups.txt,
    booking_rules.txt, trips.txt (safe_duration_factor, safe_duration_offset in seconds).
    """
    facts = tomllib.loads((TABLES / "demand_bus.toml").read_text(encoding="utf-8"))
    with (TABLES / "demand_bus_stops.csv").open(encoding="utf-8", newline="") as lines:
        stops = list(csv.DictReader(lines))
    folder.mkdir(parents=True, exist_ok=True)
    places = _places(stops, facts["ride"]["wheelchair_boarding"])
    for name, rows in {**_timetable(facts), **places, **_fares(facts["fare"])}.items():
        _write(folder / f"{name}.txt", rows)


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _without_source(facts: Row) -> Row:
    return {key: value for key, value in facts.items() if key != "source"}


def _timetable(facts: Row) -> dict[str, list[Row]]:
    agency, service, ride = facts["agency"], facts["service"], facts["ride"]
    validity = {key: service[key] for key in ("start_date", "end_date")}
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
    route: Row = {
        "route_id": ROUTE,
        "agency_id": agency["agency_id"],
        "route_short_name": "デマンド",
        "route_long_name": agency["agency_name"],
        "route_desc": f"予約制の乗合。{ride['vehicles']}台。乗降場所・時間・運賃は想定。",
        "route_type": DEMAND_BUS_ROUTE_TYPE,
    }
    trip: Row = {
        "route_id": ROUTE,
        "service_id": SERVICE,
        "trip_id": TRIP,
        "wheelchair_accessible": ride["wheelchair_accessible"],
        "safe_duration_factor": ride["safe_duration_factor"],
        "safe_duration_offset": ride["safe_duration_offset"],
    }
    return {
        "agency": [_without_source(agency)],
        "feed_info": [_feed_info(validity)],
        "attributions": [_attribution(ride["source"])],
        "calendar": [{"service_id": SERVICE, **days, **validity}],
        "routes": [route],
        "trips": [trip],
        "stop_times": [_call(facts, 1, BOOKED, NOT_HERE), _call(facts, 2, NOT_HERE, BOOKED)],
        "booking_rules": [_without_source(facts["booking"])],
    }


def _call(facts: Row, sequence: int, pickup: int, drop_off: int) -> Row:
    rule = facts["booking"]["booking_rule_id"]
    return {
        "trip_id": TRIP,
        "stop_sequence": sequence,
        "location_group_id": GROUP,
        "start_pickup_drop_off_window": facts["service"]["window_start"],
        "end_pickup_drop_off_window": facts["service"]["window_end"],
        "pickup_type": pickup,
        "drop_off_type": drop_off,
        "pickup_booking_rule_id": rule if pickup == BOOKED else "",
        "drop_off_booking_rule_id": rule if drop_off == BOOKED else "",
    }


def _feed_info(validity: Row) -> Row:
    return {
        "feed_publisher_name": "Kaiteki",
        "feed_publisher_url": "https://example.org/makuhari-demand-bus",
        "feed_lang": "ja",
        **{f"feed_{key}": value for key, value in validity.items()},
        "feed_version": "2026-04 (authored, no operator's timetable)",
    }


def _attribution(source: str) -> Row:
    return {"attribution_id": "trial-2022", "organization_name": f"Kaiteki. {source}", "is_producer": 1}


def _places(stops: list[dict[str, str]], wheelchair_boarding: int) -> dict[str, list[Row]]:
    return {
        "stops": [
            {
                "stop_id": stop["id"],
                "stop_name": stop["name_ja"],
                "stop_desc": "予約制の乗降場所(位置は推定)",
                "stop_lat": stop["lat"],
                "stop_lon": stop["lon"],
                "wheelchair_boarding": wheelchair_boarding,
            }
            for stop in stops
        ],
        "location_groups": [{"location_group_id": GROUP, "location_group_name": "幕張デマンドバスの全乗降場所"}],
        "location_group_stops": [{"location_group_id": GROUP, "stop_id": stop["id"]} for stop in stops],
        "translations": [
            *(_translation("stops", "stop_name", stop["id"], "ja-Hrkt", stop["name_kana"]) for stop in stops),
            *(_translation("stops", "stop_name", stop["id"], "en", stop["name_en"]) for stop in stops),
            _translation("routes", "route_long_name", ROUTE, "ja-Hrkt", "まくはりでまんどばす"),
            _translation("routes", "route_long_name", ROUTE, "en", "Makuhari Demand Bus"),
            _translation("routes", "route_short_name", ROUTE, "en", "Demand"),
            _translation("agency", "agency_name", "makuhari-demand-bus", "ja-Hrkt", "まくはりでまんどばす"),
            _translation("agency", "agency_name", "makuhari-demand-bus", "en", "Makuhari Demand Bus"),
        ],
    }


def _translation(table: str, field: str, record_id: str, language: str, text: str) -> Row:
    return {
        "table_name": table,
        "field_name": field,
        "language": language,
        "translation": text,
        "record_id": record_id,
    }


def _fares(fare: Row) -> dict[str, list[Row]]:
    riders = (("adult", "大人", fare["adult_yen"], 1), ("child", "小児", fare["child_yen"], 0))
    media = (("ic", "交通系IC", 2), ("app", "アプリ", 4))
    return {
        "rider_categories": [
            {"rider_category_id": rider, "rider_category_name": name, "is_default_fare_category": default}
            for rider, name, _, default in riders
        ],
        "fare_media": [
            {"fare_media_id": medium, "fare_media_name": name, "fare_media_type": kind} for medium, name, kind in media
        ],
        "fare_products": [
            {
                "fare_product_id": "demand-bus-flat",
                "fare_product_name": "均一運賃(想定)",
                "rider_category_id": rider,
                "fare_media_id": medium,
                "amount": amount,
                "currency": "JPY",
            }
            for rider, _, amount, _ in riders
            for medium, _, _ in media
        ],
        "networks": [{"network_id": NETWORK, "network_name": "幕張デマンドバス"}],
        "route_networks": [{"network_id": NETWORK, "route_id": ROUTE}],
        "fare_leg_rules": [{"network_id": NETWORK, "fare_product_id": "demand-bus-flat"}],
    }
