"""Demand buses as the files of GTFS-Flex, the inverse of `feeds.gtfs_flex`."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

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
_AFTER_FIXED = 10_000
"""stop_sequence of the first area, so that a trip may have fixed calls too."""

Write = Callable[[Path, str, Sequence[str], Iterable[Sequence[object]]], None]


def flex_calls(flex: Sequence[FlexTrip]) -> Iterator[Sequence[object]]:
    """Rows of stop_times.txt; a trip within one area calls there twice."""
    for trip in flex:
        areas = trip.areas * 2 if len(trip.areas) == 1 else trip.areas
        for i, area in enumerate(areas, _AFTER_FIXED):
            zone = ("", area.id) if not area.stops else (area.id, "")
            rules = (area.pickup_rule, area.drop_off_rule)
            yield (
                *(trip.id, i, "", "", "", 2 if area.can_pick_up else 1, 2 if area.can_drop_off else 1),
                *(*zone, *map(clock, area.window), *(rule.id if rule else "" for rule in rules)),
            )


def flex_files(timetable: Timetable, flex: Sequence[FlexTrip], folder: Path, write: Write) -> None:
    """Write booking rules, groups of stops and polygons."""
    areas = list({area.id: area for trip in flex for area in trip.areas}.values())
    rules: dict[str, BookingRule] = {}
    for area in (area for trip in flex for area in trip.areas):
        rules |= {rule.id: rule for rule in (area.pickup_rule, area.drop_off_rule) if rule}
    write(folder, "booking_rules", ("booking_rule_id", "booking_type", *_NOTICE, *_CONTACT), map(_rule, rules.values()))
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
