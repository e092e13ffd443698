"""A network of three stations and one line, small enough to know by heart."""

from datetime import date
from pathlib import Path

import msgspec

from feeds.gtfs import read_gtfs
from planner.footpaths import crow_footpaths
from planner.network import FORMAT, FeedEntry, Manifest, Network, Snapshot
from planner.places import NamedPlace, PlaceKind, named_stops, pack_places
from planner.storage import store

TABLES = {
    "agency": """
agency_id,agency_name,agency_url,agency_timezone
jre,JR東日本,https://www.jreast.co.jp/,Asia/Tokyo""",
    "stops": """
stop_id,stop_name,stop_lat,stop_lon
km,海浜幕張,35.6486,140.0418
kg,検見川浜,35.6370,140.0620
sg,蘇我,35.5820,140.1307""",
    "routes": """
route_id,agency_id,route_short_name,route_long_name,route_type,route_color
keiyo,jre,京葉線,JR京葉線,2,C9252F""",
    "trips": """
route_id,service_id,trip_id,trip_headsign
keiyo,daily,t1,蘇我
keiyo,daily,t2,蘇我
keiyo,daily,t3,蘇我""",
    "stop_times": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence
t1,5:00:00,5:00:00,km,1
t1,5:04:00,5:04:00,kg,2
t1,5:20:00,5:20:00,sg,3
t2,17:45:00,17:45:00,km,1
t2,17:49:00,17:49:00,kg,2
t2,18:05:00,18:05:00,sg,3
t3,24:20:00,24:20:00,km,1
t3,24:24:00,24:24:00,kg,2
t3,24:40:00,24:40:00,sg,3""",
    "calendar": """
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
daily,1,1,1,1,1,1,1,20261101,20261130""",
    "translations": """
table_name,field_name,language,translation,record_id
stops,stop_name,en,Kaihin-Makuhari,km
stops,stop_name,ja-Hrkt,かいひんまくはり,km
stops,stop_name,en,Soga,sg""",
}


def small_network(folder: Path) -> Network:
    """The network, its feed written to `folder`."""
    for table, text in TABLES.items():
        (folder / f"{table}.txt").write_text(text.lstrip() + "\n", encoding="utf-8")
    timetable = read_gtfs([folder]).timetable
    messe = NamedPlace("messe", {"": "幕張メッセ", "en": "Makuhari Messe"}, 35.6475, 140.0345, PlaceKind.PLACE)
    parks = [NamedPlace(f"park{lat}", {"": "中央公園"}, lat, 140.05, PlaceKind.PLACE) for lat in (35.60, 35.64)]
    footpaths = crow_footpaths(timetable, 500.0, 1.25)
    snapshot = Snapshot(
        timetable=timetable,
        street_side=None,
        footpaths={"foot": footpaths, "wheelchair": footpaths},
        sharing=(),
        flex=(),
        fares=(),
        taxi=None,
        places=pack_places([*named_stops(timetable), messe, *parks]),
    )
    feed = FeedEntry("keiyo", "gtfs", "0" * 64, date(2026, 11, 1), date(2026, 11, 30), attribution="手書き (CC0)")
    bounds = (35.58, 140.03, 35.65, 140.14)
    return Network(snapshot, Manifest(FORMAT, "0.1.0", "small", "Asia/Tokyo", "crow", bounds, (feed,), "見本です。"))


def stored_network(folder: Path) -> Path:
    """Folder of the stored network, made inside `folder`."""
    feed, stored = folder / "feed", folder / "network"
    feed.mkdir()
    stored.mkdir()
    network = small_network(feed)
    store(network.snapshot, stored)
    (stored / "manifest.json").write_bytes(msgspec.json.encode(network.manifest))
    return stored
