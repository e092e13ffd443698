"""The city's public transport as one GTFS folder, synthesised from public figures and saying so of itself."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from feeds.makuhari import bus, fares, rail
from feeds.makuhari.calendar import VALID_FROM, VALID_TO, service_exceptions, service_weeks
from feeds.makuhari.shapes import shape_id, shapes
from feeds.makuhari.timetable import MINUTE, Row, Through, Trip, clock, read_table

FEED_VERSION = "2026-04-01"
PUBLISHER = "Kaiteki (synthesised from public figures; not the operators' timetable)"
PUBLISHER_URL = "https://kaiteki.example/"
SAME_PLATFORM = 60
PLATFORM_CHANGE = 120
STATION, ENTRANCE = 1, 2
# In GTFS timepoint 0 says that a time is approximate: every one here is synthesised.
APPROXIMATE = 0
TIMED_WALK, IN_SEAT = 2, 4

FIELDS = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
    "feed_info": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version",
    "attributions": "attribution_id,organization_name,is_producer,is_operator,is_authority,attribution_url",
    "translations": "table_name,field_name,language,translation,record_id,field_value",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
    "calendar_dates": "service_id,date,exception_type",
    "stops": "stop_id,stop_name,stop_desc,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding",
    "routes": "route_id,agency_id,route_short_name,route_long_name,route_desc,route_type,route_color,route_text_color",
    "trips": "route_id,service_id,trip_id,trip_headsign,direction_id,shape_id,wheelchair_accessible",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint",
    "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times",
    "transfers": "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time",
    "shapes": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence",
    "fare_media": "fare_media_id,fare_media_name,fare_media_type",
    "rider_categories": "rider_category_id,rider_category_name,is_default_fare_category",
    "fare_products": "fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency",
    "networks": "network_id,network_name",
    "route_networks": "network_id,route_id",
    "areas": "area_id,area_name",
    "stop_areas": "area_id,stop_id",
    "fare_leg_rules": "leg_group_id,network_id,from_area_id,to_area_id,fare_product_id,rule_priority",
    "fare_leg_join_rules": "from_network_id,to_network_id,from_stop_id,to_stop_id",
}

Values = Sequence[str | int | float]


def write_gtfs(folder: Path) -> None:
    """Write the embedded city's timetable, stops, shapes and fares as a GTFS folder.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; files of the same names are replaced. The content is the same on every call.

    References
    ----------
    GTFS Schedule reference, https://gtfs.org/documentation/schedule/reference/, with Fares v2.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trains, through = rail.rail_trips()
    trips = (*trains, *bus.bus_trips(), bus.loop_trip())
    positions = {row["stop_id"]: (float(row["lat"]), float(row["lon"])) for row in _boarding_places()}
    tables: dict[str, Iterable[Values]] = {
        **_description(),
        "calendar": _calendar(),
        "calendar_dates": ((service, f"{day:%Y%m%d}", kind) for service, day, kind in service_exceptions()),
        "stops": _stops(),
        "routes": _routes(),
        "trips": map(_trip, trips),
        "stop_times": (row for trip in trips for row in _stop_times(trip)),
        "frequencies": [(bus.LOOP_TRIP, clock(bus.LOOP_FIRST), clock(bus.LOOP_LAST), bus.LOOP_HEADWAY, 1)],
        "transfers": (*_platform_changes(), *_walks(), *map(_stay_seated, through)),
        "shapes": _shape_points(trips, positions),
        **_fares(),
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.txt", FIELDS[name], rows)


def _write(path: Path, fields: str, rows: Iterable[Values]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields.split(","))
        writer.writerows(rows)


def _description() -> dict[str, Iterable[Values]]:
    agencies = read_table("agencies.csv")
    sources = read_table("attributions.csv")
    return {
        "agency": [(r["agency_id"], r["name_ja"], r["url"], "Asia/Tokyo", "ja") for r in agencies],
        "feed_info": [(PUBLISHER, PUBLISHER_URL, "ja", f"{VALID_FROM:%Y%m%d}", f"{VALID_TO:%Y%m%d}", FEED_VERSION)],
        "attributions": [(r["attribution_id"], r["organization_name"], 1, 0, 0, r["url"]) for r in sources],
        "translations": _translations(),
    }


def _fares() -> dict[str, Iterable[Values]]:
    return {
        "fare_media": fares.fare_media(),
        "rider_categories": fares.rider_categories(),
        "fare_products": fares.fare_products(),
        "networks": fares.networks(),
        "route_networks": fares.route_networks(),
        "areas": fares.areas(),
        "stop_areas": fares.stop_areas(),
        "fare_leg_rules": fares.fare_leg_rules(),
        "fare_leg_join_rules": fares.fare_leg_join_rules(),
    }


def _calendar() -> Iterator[Values]:
    for service, week in service_weeks():
        yield service, *week, f"{VALID_FROM:%Y%m%d}", f"{VALID_TO:%Y%m%d}"


def _boarding_places() -> list[Row]:
    """Platforms, bus stops and loop stops, all with a position."""
    loop = [{**stop.row, "lat": str(stop.lat), "lon": str(stop.lon)} for stop in bus.loop_stops()]
    return [*read_table("rail_stations.csv"), *read_table("bus_stops.csv"), *loop]


def _stations() -> list[Row]:
    """One row per physical station: the first of its platforms in the table."""
    stations: dict[str, Row] = {}
    for row in read_table("rail_stations.csv"):
        stations.setdefault(row["parent"], {**row, "stop_id": row["parent"]})
    return list(stations.values())


def _entrances() -> list[Row]:
    return [*read_table("station_exits_osm.csv"), *read_table("station_exits.csv")]


def _stops() -> Iterator[Values]:
    for row in _stations():
        yield _stop(row, STATION, "", "")
    for row in _boarding_places():
        yield _stop(row, 0, row.get("parent", ""), "" if "parent" in row else "位置は推定")
    for row in _entrances():
        yield _stop(row, ENTRANCE, row["parent"], row["desc"])


def _stop(row: Row, location_type: int, parent: str, desc: str) -> Values:
    return (
        row["stop_id"],
        row["name_ja"],
        desc,
        row["lat"],
        row["lon"],
        location_type,
        parent,
        row["wheelchair"],
    )


def _routes() -> Iterator[Values]:
    for r in read_table("rail_routes.csv"):
        route_type, colors = int(r["route_type"]), (r["color"], r["text_color"])
        yield r["route_id"], r["agency_id"], r["short_name"], r["long_name"], r["desc"], route_type, *colors
    for r in read_table("bus_routes.csv"):
        yield r["route_id"], r["agency_id"], r["short_name"], r["long_name"], r["desc"], 3, r["color"], "FFFFFF"


def _trip(trip: Trip) -> Values:
    return (
        trip.route_id,
        trip.service_id,
        trip.id,
        trip.headsign,
        trip.direction_id,
        shape_id(trip),
        1 if trip.is_accessible else 2,
    )


def _stop_times(trip: Trip) -> Iterator[Values]:
    for sequence, call in enumerate(trip.calls, start=1):
        yield trip.id, clock(call.arrival), clock(call.departure), call.stop_id, sequence, APPROXIMATE


def _platform_changes() -> Iterator[Values]:
    """Changes within one station: on one line's platforms, and between two lines' both ways."""
    rows = read_table("platform_changes.csv")
    known = {(row["parent"], frozenset((row["line_a"], row["line_b"]))): row["seconds"] for row in rows}
    for platforms in _platforms().values():
        for row in platforms:
            yield row["stop_id"], row["stop_id"], "", "", TIMED_WALK, SAME_PLATFORM
        for a, b in combinations(platforms, 2):
            seconds = known.get((a["parent"], frozenset((a["line_id"], b["line_id"]))), PLATFORM_CHANGE)
            yield a["stop_id"], b["stop_id"], "", "", TIMED_WALK, seconds
            yield b["stop_id"], a["stop_id"], "", "", TIMED_WALK, seconds


def _platforms() -> dict[str, list[Row]]:
    platforms: dict[str, list[Row]] = {}
    for row in read_table("rail_stations.csv"):
        platforms.setdefault(row["parent"], []).append(row)
    return platforms


def _walks() -> Iterator[Values]:
    """Walks between stations and stops, both ways, from every platform."""
    platforms = {parent: [row["stop_id"] for row in rows] for parent, rows in _platforms().items()}
    for row in read_table("walks.csv"):
        seconds = int(row["minutes"]) * MINUTE
        for a in platforms.get(row["from"], [row["from"]]):
            for b in platforms.get(row["to"], [row["to"]]):
                yield a, b, "", "", TIMED_WALK, seconds
                yield b, a, "", "", TIMED_WALK, seconds


def _stay_seated(through: Through) -> Values:
    before, after = through.from_trip, through.to_trip
    return before.calls[-1].stop_id, after.calls[0].stop_id, before.id, after.id, IN_SEAT, ""


def _shape_points(trips: tuple[Trip, ...], positions: dict[str, tuple[float, float]]) -> Iterator[Values]:
    for key, line in shapes(trips, positions).items():
        for sequence, (lat, lon) in enumerate(line, start=1):
            yield key, lat, lon, sequence


def _translations() -> Iterator[Values]:
    for row in (*_stations(), *_boarding_places(), *_entrances()):
        yield "stops", "stop_name", "ja-Hrkt", row["name_kana"], row["stop_id"], ""
        yield "stops", "stop_name", "en", row["name_en"], row["stop_id"], ""
    for row in (*read_table("rail_routes.csv"), *read_table("bus_routes.csv")):
        yield "routes", "route_long_name", "en", row["long_name_en"], row["route_id"], ""
    for row in read_table("agencies.csv"):
        yield "agency", "agency_name", "en", row["name_en"], row["agency_id"], ""
    for row in read_table("headsigns.csv"):
        yield "trips", "trip_headsign", "en", row["headsign_en"], "", row["headsign"]
