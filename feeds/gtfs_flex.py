"""Demand buses of a GTFS-Flex feed: areas, windows and fixed calls; drafts of the specification are read too."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from feeds.gtfs_cells import Mask, NoticeLog, Table, cell, number, seconds, whole
from feeds.gtfs_stop_times import TripRows
from feeds.gtfs_stops import StopIds
from feeds.gtfs_tables import LOCATIONS, Tables
from feeds.notices import Severity
from planner.flex import BookingRule, FlexArea, FlexTrip

_WINDOW = ("start_pickup_drop_off_window", "end_pickup_drop_off_window")

Ring = tuple[tuple[float, float], ...]
Rings = tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Zones:
    """Where demand buses call: a name, the stop_ids and the polygons by location_id or location_group_id."""

    names: dict[str, str]
    stops: dict[str, tuple[str, ...]]
    rings: dict[str, Rings]

    def __contains__(self, zone: str) -> bool:
        return zone in self.stops or zone in self.rings


def read_zones(tables: Tables, log: NoticeLog) -> Zones:
    """Polygons of locations.geojson and groups of stops; a group may also hold polygons, as in drafts."""
    zones = Zones({}, {}, {})
    for position, feature in enumerate(_features(tables.locations, log)):
        _add_polygon(zones, position, feature, log)
    members: dict[str, list[str]] = {}
    for file, key, member, name in (
        ("areas", "area_id", "", "area_name"),
        ("stop_areas", "area_id", "stop_id", "area_name"),
        ("location_groups", "location_group_id", "location_id", "location_group_name"),
        ("location_group_stops", "location_group_id", "stop_id", ""),
    ):
        for _, cells in Table(f"{file}.txt", tables.frames.get(file)).records():
            group = cells.get(key, "")
            if not group:
                continue
            members.setdefault(group, []).extend(filter(None, [cells.get(member, "")]))
            if cells.get(name):
                zones.names[group] = cells[name]
    for group, ids in members.items():
        zones.stops[group] = tuple(i for i in dict.fromkeys(ids) if i not in zones.rings)
        inside = tuple(polygon for i in dict.fromkeys(ids) for polygon in zones.rings.get(i, ()))
        if inside:
            zones.rings[group] = inside
    named = Table("stops.txt", tables.frames.get("stops"))
    for stop, stop_name in zip(named.column("stop_id"), named.column("stop_name"), strict=True):
        zones.names.setdefault(stop, stop_name)
    return zones


def is_flex(table: Table, zones: Zones, stops: StopIds) -> Mask:
    """Which rows of stop_times.txt are served on demand."""
    flex = np.zeros(len(table), np.bool_)
    for name in ("location_id", "location_group_id", *_WINDOW):
        if name in table:
            flex |= table.column(name) != ""
    codes, ids = table.coded("stop_id")
    in_zone = np.array([i in zones and i not in stops.index for i in ids] or [False], np.bool_)
    return np.asarray(flex | in_zone[codes])


def of_trips(table: Table, on_demand: Mask, frequencies: Table) -> Mask:
    """Rows of stop_times.txt that tell of demand buses: the areas, and the fixed calls of the same trips.

    Runs that are repeated at a headway have fixed calls at times of their own, which are left out.
    """
    if not on_demand.any():
        return on_demand
    codes, ids = table.coded("trip_id")
    repeated = set(frequencies.column("trip_id"))
    trips = [code for code in set(codes[on_demand].tolist()) if ids[code] not in repeated]
    return np.asarray(on_demand | np.isin(codes, trips))


def read_flex(
    table: Table,
    trips: TripRows,
    rules: Mapping[str, BookingRule],
    zones: Zones,
    stops: StopIds,
    prefix: str,
    log: NoticeLog,
) -> tuple[FlexTrip, ...]:
    """Demand-responsive trips of the rows `table` of stop_times.txt, their fixed calls among them."""
    areas: dict[str, list[FlexArea]] = {}
    spoiled: set[str] = set()
    on_demand = is_flex(table, zones, stops)
    for (row, cells), is_area in zip(table.records(), on_demand.tolist(), strict=True):
        place, trip = (table.file, row), cells.get("trip_id", "")
        found = _area(place, cells, zones, stops, log) if is_area else _fixed_calls(place, cells, stops, log)
        if found is None:
            spoiled.add(trip)
            continue
        pickup, drop_off = (_rule(cells, f"{end}_booking_rule_id", rules, place, log) for end in ("pickup", "drop_off"))
        sequence = int(cell(cells, "stop_sequence", whole, place, log) or 0)
        areas.setdefault(trip, []).extend(
            replace(
                area,
                id=prefix + area.id,
                name=zones.names.get(area.id, ""),
                pickup_rule=pickup,
                drop_off_rule=drop_off,
                sequence=sequence,
            )
            for area in found
        )
    for trip in sorted(areas.keys() - trips.index.keys() - trips.refused):
        log.add(Severity.ERROR, table.file, None, "trip_id '{}' of a demand bus is not in trips.txt", trip)
    return tuple(
        _trip(row, cells, i, trips, areas[cells["trip_id"]], prefix, log)
        for i, (row, cells) in enumerate(trips.table.records())
        if cells["trip_id"] in areas and cells["trip_id"] not in spoiled
    )


def _trip(
    row: int, cells: dict[str, str], i: int, trips: TripRows, areas: list[FlexArea], prefix: str, log: NoticeLog
) -> FlexTrip:
    factor = cell(cells, "safe_duration_factor", number, (trips.table.file, row), log)
    offset = cell(cells, "safe_duration_offset", number, (trips.table.file, row), log)
    wheelchair = cells.get("wheelchair_accessible", "")
    return FlexTrip(
        id=prefix + cells["trip_id"],
        route=int(trips.route[i]),
        service=int(trips.service[i]),
        areas=tuple(sorted(areas, key=lambda area: area.sequence)),
        safe_duration_factor=1.0 if factor is None else factor,
        safe_duration_offset=offset or 0.0,
        wheelchair=int(wheelchair) if wheelchair in {"1", "2"} else 0,
    )


def _area(
    place: tuple[str, int], cells: dict[str, str], zones: Zones, stops: StopIds, log: NoticeLog
) -> tuple[FlexArea, ...] | None:
    """The area of a row, None where nobody could book the trip there."""
    zone = next((cells[name] for name in ("location_group_id", "location_id", "stop_id") if cells.get(name)), "")
    window = tuple(cell(cells, name, seconds, place, log) for name in _WINDOW)
    if window[0] is None or window[1] is None or window[0] >= window[1]:
        message = "trip '{}' has no window at '{}' in which its demand bus calls; nobody can book it"
        log.add(Severity.ERROR, *place, message, cells.get("trip_id", ""), zone)
        return None
    wanted = zones.stops.get(zone, () if zone in zones.rings else (zone,))
    found = [stops.boarding_places.get(stops.index[i], (stops.index[i],)) for i in wanted if i in stops.index]
    for i in wanted:
        if i not in stops.index:
            message = "'{}' of area '{}' is neither a usable stop nor a polygon; it is left out"
            log.add(Severity.ERROR, *place, message, i, zone)
    rings = zones.rings.get(zone, ())
    if not found and not rings:
        message = "area '{}' of trip '{}' holds no stop and no polygon; nobody can book it"
        log.add(Severity.ERROR, *place, message, zone, cells.get("trip_id", ""))
        return None
    ends = cells.get("pickup_type", "") != "1", cells.get("drop_off_type", "") != "1"
    stops_in = tuple(dict.fromkeys(stop for places in found for stop in places))
    return (FlexArea(zone, "", stops_in, rings, (int(window[0]), int(window[1])), *ends, None, None),)


def _fixed_calls(place: tuple[str, int], cells: dict[str, str], stops: StopIds, log: NoticeLog) -> tuple[FlexArea, ...]:
    """A call with a time, as an area where rides from or to another end: one gets off on arrival, on at departure."""
    stop = cells.get("stop_id", "")
    arrival, departure = (cell(cells, f"{end}_time", seconds, place, log) for end in ("arrival", "departure"))
    times = [time for time in (arrival, departure) if time is not None]
    if stop not in stops.index or not times:
        return ()
    at = (stops.index[stop],)
    found = []
    if cells.get("drop_off_type", "") != "1":
        found.append(FlexArea(stop, "", at, (), (int(times[0]),) * 2, False, True, None, None, is_fixed=True))
    if cells.get("pickup_type", "") != "1":
        found.append(FlexArea(stop, "", at, (), (int(times[-1]),) * 2, True, False, None, None, is_fixed=True))
    return tuple(found)


def _rule(
    cells: dict[str, str], name: str, rules: Mapping[str, BookingRule], place: tuple[str, int], log: NoticeLog
) -> BookingRule | None:
    wanted = cells.get(name, "")
    if wanted and wanted not in rules:
        log.add(Severity.WARNING, *place, "{} '{}' is not in booking_rules.txt", name, wanted)
    return rules.get(wanted)


def _features(data: bytes, log: NoticeLog) -> Iterator[Any]:
    if not data.strip():
        return
    try:
        collection = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        log.add(Severity.ERROR, LOCATIONS, None, "the file is no JSON; its areas are missing")
        return
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        log.add(Severity.ERROR, LOCATIONS, None, "the file is no collection of features; its areas are missing")
        return
    yield from features


def _add_polygon(zones: Zones, position: int, feature: Any, log: NoticeLog) -> None:
    try:
        properties = feature.get("properties") or {}
        zone, geometry = feature.get("id") or properties.get("location_id"), feature["geometry"]
        if not isinstance(zone, str | int) or geometry["type"] not in {"Polygon", "MultiPolygon"}:
            raise ValueError(zone)
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        zones.rings[str(zone)] = tuple(tuple(_ring(points) for points in polygon) for polygon in polygons)
        zones.names[str(zone)] = str(properties.get("stop_name") or properties.get("name") or "")
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError):
        message = "feature {} is no polygon with an id and points on the globe; it is left out"
        log.add(Severity.ERROR, LOCATIONS, None, message, position)


def _ring(points: Any) -> Ring:
    ring = tuple((float(lat), float(lon)) for lon, lat, *_ in points)
    if len(ring) < 4 or not all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring):
        raise ValueError("ring")
    return ring
