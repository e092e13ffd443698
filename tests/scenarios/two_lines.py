"""A network of two railways and a bus for tests of many journeys at once; footpaths are the feed's rows.

Red runs A-B, blue B2-C and goes on as D; B and B2 are joined by a row of two minutes, A and A2, thirty metres apart, by
none; the bus runs A-C.
"""

from pathlib import Path

from scenarios.build import Sources, build_network

TABLES = {
    "agency": """
agency_id,agency_name,agency_url,agency_timezone
a,Agency,https://example.org/,Asia/Tokyo""",
    "stops": """
stop_id,stop_name,stop_lat,stop_lon
A,Akasaka,35.6000,140.0000
A2,Annaka,35.6003,140.0000
B,Bandai,35.6400,140.0000
B2,Beppu,35.6410,140.0000
C,Chiba,35.6800,140.0000
D,Date,35.7200,140.0000""",
    "routes": """
route_id,agency_id,route_short_name,route_type
red,a,Red,2
blue,a,Blue,2
bus,a,Bus,3""",
    "trips": """
route_id,service_id,trip_id
red,daily,red1
red,daily,red2
red,daily,red-night
blue,daily,blue1
blue,daily,blue1-on
bus,daily,bus1""",
    "stop_times": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence
red1,8:00:00,8:00:00,A,1
red1,8:20:00,8:20:00,B,2
red2,8:10:00,8:10:00,A,1
red2,8:22:00,8:22:00,B,2
red-night,24:20:00,24:20:00,A,1
red-night,24:40:00,24:40:00,B,2
blue1,8:30:00,8:30:00,B2,1
blue1,8:50:00,8:50:00,C,2
blue1-on,8:52:00,8:52:00,C,1
blue1-on,9:00:00,9:00:00,D,2
bus1,8:05:00,8:05:00,A,1
bus1,9:30:00,9:30:00,C,2""",
    "transfers": """
from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id
B,B2,2,120,,
C,C,4,,blue1,blue1-on""",
    "fare_attributes": """
fare_id,price,currency_type,payment_method,transfers
trains,210,JPY,0,""",
    "fare_rules": """
fare_id,route_id
trains,red
trains,blue""",
    "calendar": """
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
daily,1,1,1,1,1,1,1,20261101,20261130""",
}


def stored_two_lines(folder: Path) -> Path:
    """Folder of the stored network, made inside `folder`."""
    feed = folder / "feed"
    feed.mkdir()
    for table, text in TABLES.items():
        (feed / f"{table}.txt").write_text(text.lstrip() + "\n", encoding="utf-8")
    build_network(folder / "network", Sources(gtfs=[feed], footpaths="feed"))
    return folder / "network"
