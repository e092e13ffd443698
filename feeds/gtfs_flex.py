"""Demand buses of a GTFS-Flex feed: areas, windows and booking rules; drafts of the specification are read too."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from feeds.gtfs_cells import Mask, NoticeLog, Table, number, seconds, whole
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


def read_flex(
    table: Table, tables: Tables, trips: TripRows, zones: Zones, stops: StopIds, prefix: str, log: NoticeLog
) -> tuple[FlexTrip, ...]:
    """Demand-responsive trips of the rows `table` of stop_times.txt."""
    rules = _booking_rules(Table("booking_rules.txt", tables.frames.get("booking_rules")), prefix, log)
    stop_names = {cells.get("stop_id", ""): cells.get("stop_name", "") for _, cells in _records(tables, "stops")}
    areas: dict[str, list[tuple[float, FlexArea]]] = {}
    spoiled: set[str] = set()
    for row, cells in table.records():
        area = _area(row, cells, zones, stops, rules, log)
        if area is None:
            spoiled.add(cells.get("trip_id", ""))
            continue
        sequence = _parsed(cells, "stop_sequence", whole, table.file, row, log)
        named = replace(area, id=prefix + area.id, name=area.name or stop_names.get(area.id, ""))
        areas.setdefault(cells.get("trip_id", ""), []).append((sequence or 0, named))
    flex: list[FlexTrip] = []
    for i, (row, cells) in enumerate(trips.table.records()):
        if cells["trip_id"] in areas and cells["trip_id"] not in spoiled:
            ordered = sorted(areas[cells["trip_id"]], key=lambda pair: pair[0])
            flex.append(_trip(row, cells, i, trips, _distinct(area for _, area in ordered), prefix, log))
    for trip in sorted(areas.keys() - trips.index.keys() - trips.refused):
        log.add(Severity.ERROR, table.file, None, "trip_id '{}' of a demand bus is not in trips.txt", trip)
    return tuple(flex)


def _trip(
    row: int, cells: dict[str, str], i: int, trips: TripRows, areas: tuple[FlexArea, ...], prefix: str, log: NoticeLog
) -> FlexTrip:
    factor = _parsed(cells, "safe_duration_factor", number, trips.table.file, row, log)
    offset = _parsed(cells, "safe_duration_offset", number, trips.table.file, row, log)
    wheelchair = cells.get("wheelchair_accessible", "")
    return FlexTrip(
        id=prefix + cells["trip_id"],
        route=int(trips.route[i]),
        service=int(trips.service[i]),
        areas=areas,
        safe_duration_factor=1.0 if factor is None else factor,
        safe_duration_offset=offset or 0.0,
        wheelchair=int(wheelchair) if wheelchair in {"1", "2"} else 0,
    )


def _area(
    row: int,
    cells: dict[str, str],
    zones: Zones,
    stops: StopIds,
    rules: dict[str, BookingRule],
    log: NoticeLog,
) -> FlexArea | None:
    file = "stop_times.txt"
    zone = next((cells[name] for name in ("location_group_id", "location_id", "stop_id") if cells.get(name)), "")
    window = tuple(_parsed(cells, name, seconds, file, row, log) for name in _WINDOW)
    if window[0] is None or window[1] is None or window[0] >= window[1]:
        message = "trip '{}' has no window at '{}' in which its demand bus calls; nobody can book it"
        log.add(Severity.ERROR, file, row, message, cells.get("trip_id", ""), zone)
        return None
    wanted = zones.stops.get(zone, () if zone in zones.rings else (zone,))
    found = [stops.boarding_places.get(stops.index[i], (stops.index[i],)) for i in wanted if i in stops.index]
    for i in wanted:
        if i not in stops.index:
            message = "'{}' of area '{}' is neither a usable stop nor a polygon; it is left out"
            log.add(Severity.ERROR, file, row, message, i, zone)
    rings = zones.rings.get(zone, ())
    if not found and not rings:
        message = "area '{}' of trip '{}' holds no stop and no polygon; nobody can book it"
        log.add(Severity.ERROR, file, row, message, zone, cells.get("trip_id", ""))
        return None
    pickup, drop_off = (_rule(cells, f"{kind}_booking_rule_id", rules, row, log) for kind in ("pickup", "drop_off"))
    return FlexArea(
        id=zone,
        name=zones.names.get(zone, ""),
        stops=tuple(dict.fromkeys(stop for places in found for stop in places)),
        rings=rings,
        window=(int(window[0]), int(window[1])),
        can_pick_up=cells.get("pickup_type", "") != "1",
        can_drop_off=cells.get("drop_off_type", "") != "1",
        pickup_rule=pickup,
        drop_off_rule=drop_off,
    )


def _distinct(areas: Iterable[FlexArea]) -> tuple[FlexArea, ...]:
    """The areas less repetitions in a row: riding within one area needs it once here, twice in a feed."""
    kept: list[FlexArea] = []
    for area in areas:
        if not kept or kept[-1] != area:
            kept.append(area)
    return tuple(kept)


def _rule(
    cells: dict[str, str], name: str, rules: dict[str, BookingRule], row: int, log: NoticeLog
) -> BookingRule | None:
    wanted = cells.get(name, "")
    if wanted and wanted not in rules:
        log.add(Severity.WARNING, "stop_times.txt", row, "{} '{}' is not in booking_rules.txt", name, wanted)
    return rules.get(wanted)


def _booking_rules(table: Table, prefix: str, log: NoticeLog) -> dict[str, BookingRule]:
    rules: dict[str, BookingRule] = {}
    for row, cells in table.records():
        rule_id, kind = cells.get("booking_rule_id", ""), cells.get("booking_type", "")
        if not rule_id or kind not in {"0", "1", "2"}:
            message = "booking rule '{}' has no id or booking_type '{}' is not 0, 1 or 2; it is left out"
            log.add(Severity.ERROR, table.file, row, message, rule_id, kind)
            continue
        numbers = {
            name: _parsed(cells, name, seconds if name.endswith("_time") else _count, table.file, row, log)
            for name in (
                *("prior_notice_duration_min", "prior_notice_duration_max", "prior_notice_last_day"),
                *("prior_notice_last_time", "prior_notice_start_time", "prior_notice_start_day"),
            )
        }
        rules[rule_id] = BookingRule(
            id=prefix + rule_id,
            booking_type=int(kind),
            **{name: None if value is None else int(value) for name, value in numbers.items()},
            message=cells.get("message", ""),
            phone_number=cells.get("phone_number", ""),
            info_url=cells.get("info_url", ""),
            booking_url=cells.get("booking_url", ""),
        )
    return rules


def _count(text: str) -> float:
    # A century in minutes; beyond it dates run out of range.
    if not 0 <= whole(text) <= 52_560_000:
        raise ValueError(text)
    return whole(text)


def _parsed(cells: dict[str, str], name: str, parse: Any, file: str, row: int, log: NoticeLog) -> float | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return float(parse(text))
    except ValueError:
        log.add(Severity.WARNING, file, row, f"{name} '{{}}' cannot be read; it is treated as blank", text)
        return None


def _records(tables: Tables, name: str) -> list[tuple[int, dict[str, str]]]:
    return Table(f"{name}.txt", tables.frames.get(name)).records()


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
