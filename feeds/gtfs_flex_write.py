"""Demand buses as the files of GTFS-Flex, the inverse of `feeds.gtfs_flex`."""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from feeds.gtfs_cells import clock
from feeds.gtfs_tables import LOCATIONS
from planner.flex import BookingRule, FlexArea, FlexTrip
from planner.timetable import Timetable

FLEX_CALL = (
    "location_group_id",
    "location_id",
    "start_pickup_drop_off_window",
    "end_pickup_drop_off_window",
    "pickup_booking_rule_id",
    "drop_off_booking_rule_id",
)

_NOTICE = (
    "prior_notice_duration_min",
    "prior_notice_duration_max",
    "prior_notice_last_day",
    "prior_notice_last_time",
    "prior_notice_start_day",
    "prior_notice_start_time",
)
_CONTACT = ("message", "phone_number", "info_url", "booking_url")

Write = Callable[[Path, str, Sequence[str], Iterable[Sequence[object]]], None]


def flex_calls(flex: Sequence[FlexTrip], scheduled: Container[str]) -> Iterator[Sequence[object]]:
    """Rows of stop_times.txt for the areas, and for fixed calls of trips that are not `scheduled` as well."""
    for trip in flex:
        for area in trip.areas:
            ends = 2 if area.can_pick_up else 1, 2 if area.can_drop_off else 1
            zone = ("", area.id) if not area.stops else (area.id, "")
            if not area.is_fixed:
                yield (trip.id, area.sequence, "", "", "", *ends, *zone, *map(clock, area.window), *_rule_ids(area))
        if trip.id in scheduled:
            continue
        for sequence, areas in groupby(filter(_is_fixed, trip.areas), key=lambda area: area.sequence):
            call = list(areas)
            times = clock(call[0].window[0]), clock(call[-1].window[0])
            fixed = 0 if call[-1].can_pick_up else 1, 0 if call[0].can_drop_off else 1
            yield (trip.id, sequence, call[0].id, *times, *fixed, *("",) * 4, *_rule_ids(call[0]))


def rules_of_calls(flex: Sequence[FlexTrip]) -> dict[tuple[str, int], tuple[str, str]]:
    """By trip and stop_sequence the booking rules of fixed calls: for those who board and those who alight there."""
    return {(trip.id, area.sequence): _rule_ids(area) for trip in flex for area in filter(_is_fixed, trip.areas)}


def _is_fixed(area: FlexArea) -> bool:
    return area.is_fixed


def _rule_ids(area: FlexArea) -> tuple[str, str]:
    pickup, drop_off = (rule.id if rule else "" for rule in (area.pickup_rule, area.drop_off_rule))
    return pickup, drop_off


def flex_files(timetable: Timetable, flex: Sequence[FlexTrip], folder: Path, write: Write) -> None:
    """Write booking rules, groups of stops and polygons."""
    areas = list({area.id: area for trip in flex for area in trip.areas if not area.is_fixed}.values())
    rules: dict[str, BookingRule] = {}
    for area in (area for trip in flex for area in trip.areas):
        rules |= {rule.id: rule for rule in (area.pickup_rule, area.drop_off_rule) if rule}
    told = ("booking_rule_id", "booking_type", *_NOTICE, *_CONTACT, "prior_notice_service_id")
    write(folder, "booking_rules", told, ((*_rule(rule), _service(rule, timetable)) for rule in rules.values()))
    groups = [area for area in areas if area.stops]
    header = ("location_group_id", "location_group_name", "location_id")
    write(folder, "location_groups", header, ((a.id, a.name, _polygon_id(a) if a.rings else "") for a in groups))
    stop_ids = list(timetable.stops.ids)
    members = ((area.id, stop_ids[stop]) for area in groups for stop in area.stops)
    write(folder, "location_group_stops", ("location_group_id", "stop_id"), members)
    features = [_feature(area) for area in areas if area.rings]
    if features:
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (folder / LOCATIONS).write_text(text + "\n", encoding="utf-8")


def _rule(rule: BookingRule) -> Sequence[object]:
    numbers = [getattr(rule, name) for name in _NOTICE]
    times = [
        "" if value is None else clock(value) if name.endswith("_time") else value
        for name, value in zip(_NOTICE, numbers, strict=True)
    ]
    return rule.id, rule.booking_type, *times, *(getattr(rule, name) for name in _CONTACT)


def _service(rule: BookingRule, timetable: Timetable) -> int | str:
    """The service that runs on the rule's days of notice."""
    runs = (np.flatnonzero(row) + timetable.first_date for row in timetable.service_active)
    return next((row for row, days in enumerate(runs) if tuple(days.tolist()) == rule.notice_days), "")


def _polygon_id(area: FlexArea) -> str:
    return f"{area.id} polygon" if area.stops else area.id


def _feature(area: FlexArea) -> dict[str, object]:
    polygons = [[[[lon, lat] for lat, lon in ring] for ring in polygon] for polygon in area.rings]
    return {
        "type": "Feature",
        "id": _polygon_id(area),
        "properties": {"stop_name": area.name},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }
