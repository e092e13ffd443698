"""Shared mobility in GBFS: a folder of JSON files of version 1, 2 or 3 becomes a SharingSystem, and back.

References
----------
General Bikeshare Feed Specification 3.0, https://gbfs.org/documentation/reference/
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

from feeds.gbfs_alerts import alert_from_json
from feeds.gbfs_entries import StationStatus, pricing_plan, station, station_status, vehicle, vehicle_type
from feeds.gbfs_fields import (
    UNKNOWN_LANGUAGE,
    Entry,
    EntryError,
    as_entry,
    count,
    identifier,
    localized,
    optional_text,
    timestamp,
)
from feeds.gbfs_hours import in_words, rental_hours, season_of
from feeds.gbfs_write import write_gbfs
from feeds.gbfs_zones import rule_from_json, zone_from_json
from feeds.notices import FeedError, Notice, Severity
from planner.opening_hours import ALWAYS, hours_of, unknown_days
from planner.sharing import (
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingAlert,
    SharingSystem,
    VehicleType,
)

__all__ = ["read_gbfs", "write_gbfs"]

Record = TypeVar("Record")

DEFAULT_TTL_S = 60
LIVE_FILES = ("station_status", "vehicle_status", "free_bike_status")


@dataclass(frozen=True, slots=True)
class _Feed:
    """The files of one folder by GBFS name, and what was found wrong with them."""

    folder: Path
    documents: dict[str, Entry]
    file_names: dict[str, str]
    notices: list[Notice] = field(default_factory=list)
    language: str = UNKNOWN_LANGUAGE

    def data(self, name: str) -> Entry:
        return self.documents.get(name, {}).get("data", {})  # type: ignore[no-any-return]


def read_gbfs(source: Path) -> tuple[SharingSystem, list[Notice]]:
    """Read one sharing system from a folder of GBFS files.

    Entries that cannot be used are left out and reported, with their index as row. A station without status is kept
    and rents nothing. Where version 1 or 2 names no vehicle types, the system has one type `bicycle`.

    Raises
    ------
    FeedError
        The folder or its system_information.json cannot be read.
    """
    feed = _open(source)
    last_updated, ttl_s = _freshness(feed)
    types = _vehicle_types(feed)
    type_ids = {t.id for t in types}
    stations = _stations(feed, type_ids)
    zones, global_rules = _zones(feed, last_updated)
    try:
        name, names = localized(feed.data("system_information").get("name"), feed.language)
        system = SharingSystem(
            id=identifier(feed.data("system_information"), "system_id"),
            name=name,
            names=names,
            operator=_said(feed, "operator"),
            timezone=identifier(feed.data("system_information"), "timezone"),
            url=_said(feed, "url"),
            licence=_said(feed, "license_id") or _said(feed, "license_url"),
            attribution=_said(feed, "attribution_organization_name"),
            vehicle_types=types,
            stations=stations,
            vehicles=_vehicles(feed, type_ids, {s.id: s for s in stations}),
            zones=zones,
            global_rules=global_rules,
            pricing_plans=_unique(feed, "system_pricing_plans", "plans", pricing_plan),
            last_updated=last_updated,
            ttl_s=ttl_s,
            opening_hours=_opening_hours(feed),
            contact_email=_said(feed, "feed_contact_email") or _said(feed, "email"),
            regions=_regions(feed),
            alerts=_alerts(feed),
        )
    except EntryError as error:
        raise FeedError(f"{source / 'system_information.json'}: {error}.") from None
    return system, feed.notices


def _said(feed: _Feed, key: str) -> str | None:
    return optional_text(feed.data("system_information"), key)


def _opening_hours(feed: _Feed) -> str:
    """In OpenStreetMap's words, as version 3 has them; of version 1 and 2 put together from two files."""
    text = _said(feed, "opening_hours")
    if text is None and {"system_hours", "system_calendar"} & feed.documents.keys():
        hours = [hours for _, hours in _converted(feed, "system_hours", "rental_hours", rental_hours)]
        text = in_words(hours, [season for _, season in _converted(feed, "system_calendar", "calendars", season_of)])
    try:
        hours_of(text or ALWAYS)
    except ValueError as error:
        _warn(feed, "system_information", None, f"{error}; the system is taken as always open")
        return ALWAYS
    if remark := unknown_days(text or ALWAYS):
        feed.notices.append(Notice(Severity.INFO, feed.file_names["system_information"], None, remark))
    return text or ALWAYS


def _open(source: Path) -> _Feed:
    if not source.is_dir():
        raise FeedError(f"{source} is not a folder of GBFS files.")
    notices: list[Notice] = []
    paths = {path.stem: path for path in sorted(source.glob("*.json")) if path.is_file()}
    paths |= _renamed(source, _read_json(paths["gbfs"], notices) if "gbfs" in paths else {})
    documents = {name: _read_json(path, notices) for name, path in paths.items() if name != "gbfs"}
    information = documents.get("system_information", {}).get("data")
    if not isinstance(information, dict):
        raise FeedError(f"{source} has no readable system_information.json, which every GBFS feed must have.")
    file_names = {name: path.name for name, path in paths.items()}
    language = information.get("language")
    return _Feed(source, documents, file_names, notices, language if isinstance(language, str) else UNKNOWN_LANGUAGE)


def _renamed(source: Path, discovery: Entry) -> dict[str, Path]:
    """Files that gbfs.json lists under another file name than the specification's."""
    data = discovery.get("data", {})
    renamed: dict[str, Path] = {}
    for part in (part for part in (data, *data.values()) if isinstance(part, dict)):
        listed = part.get("feeds")
        for entry in listed if isinstance(listed, list) else []:
            path = _listed_file(source, entry)
            if path is not None:
                renamed.setdefault(str(entry.get("name")), path)
    return renamed


def _listed_file(source: Path, entry: object) -> Path | None:
    try:
        address = urlsplit(identifier(as_entry(entry), "url")).path
    except ValueError:
        return None
    path = source / PurePosixPath(address).name
    return path if path.suffix == ".json" and path.is_file() else None


def _read_json(path: Path, notices: list[Notice]) -> Entry:
    try:
        document = as_entry(json.loads(path.read_text(encoding="utf-8-sig")))
        as_entry(document.get("data"), "data")
    except (OSError, ValueError, RecursionError) as error:
        notices.append(Notice(Severity.ERROR, path.name, None, f"not read: {error}"))
        return {}
    return document


def _freshness(feed: _Feed) -> tuple[int, int]:
    live = [name for name in LIVE_FILES if feed.documents.get(name)] or ["system_information"]
    moments, lifetimes = [0], []
    for name in live:
        try:
            moments.append(timestamp(feed.documents[name], "last_updated") or 0)
            lifetimes.append(count(feed.documents[name], "ttl"))
        except EntryError as error:
            feed.notices.append(Notice(Severity.WARNING, feed.file_names[name], None, str(error)))
    return max(moments), min((s for s in lifetimes if s is not None), default=DEFAULT_TTL_S)


def _warn(feed: _Feed, name: str, row: int | None, message: str) -> None:
    feed.notices.append(Notice(Severity.WARNING, feed.file_names.get(name, f"{name}.json"), row, message))


def _entries(feed: _Feed, name: str, key: str) -> Iterator[tuple[int, Entry]]:
    listed = feed.data(name).get(key, [])
    if not isinstance(listed, list):
        _warn(feed, name, None, f"{key} is not a list")
        return
    for row, entry in enumerate(listed):
        if isinstance(entry, dict):
            yield row, entry
        else:
            _warn(feed, name, row, f"{entry!r} is not an object")


def _converted(feed: _Feed, name: str, key: str, convert: Callable[[Entry], Record]) -> Iterator[tuple[int, Record]]:
    for row, entry in _entries(feed, name, key):
        try:
            yield row, convert(entry)
        except EntryError as error:
            _warn(feed, name, row, str(error))


def _unique(feed: _Feed, name: str, key: str, convert: Callable[[Entry], Record]) -> tuple[Record, ...]:
    """Records by their `id`; of equal ids the first stays."""
    kept: dict[str, Record] = {}
    for row, record in _converted(feed, name, key, convert):
        record_id: str = record.id  # type: ignore[attr-defined]
        if record_id in kept:
            _warn(feed, name, row, f"{record_id!r} is there twice; the first one is used")
        kept.setdefault(record_id, record)
    return tuple(kept.values())


def _vehicle_types(feed: _Feed) -> tuple[VehicleType, ...]:
    free_floating = {"vehicle_status", "free_bike_status"} & feed.documents.keys()
    docked = "station_information" in feed.documents and not free_floating
    fallback = ReturnConstraint.ANY_STATION if docked else ReturnConstraint.NONE
    if "vehicle_types" in feed.documents:
        return _unique(feed, "vehicle_types", "vehicle_types", lambda entry: vehicle_type(entry, fallback))
    return (VehicleType("bicycle", FormFactor.BICYCLE, Propulsion.HUMAN, None, "", None, fallback, None),)


def _stations(feed: _Feed, types: set[str]) -> tuple[RentalStation, ...]:
    statuses = _newest_statuses(feed, types)
    stations = _unique(feed, "station_information", "stations", lambda e: station(e, statuses, feed.language))
    for silent in (s.id for s in stations if s.id not in statuses):
        _warn(feed, "station_status", None, f"station {silent!r} has no status and rents nothing")
    return stations


def _newest_statuses(feed: _Feed, types: set[str]) -> dict[str, StationStatus]:
    newest: dict[str, StationStatus] = {}
    for row, status in _converted(feed, "station_status", "stations", lambda e: station_status(e, types)):
        known = newest.setdefault(status.station_id, status)
        if known is not status:
            _warn(feed, "station_status", row, f"{status.station_id!r} is there twice; the last reported one is used")
        if status.reported >= known.reported:
            newest[status.station_id] = status
    return newest


def _vehicles(feed: _Feed, types: set[str], stations: dict[str, RentalStation]) -> tuple[RentalVehicle, ...]:
    if "vehicle_status" in feed.documents:
        return _unique(feed, "vehicle_status", "vehicles", lambda e: vehicle(e, "vehicle_id", types, stations))
    return _unique(feed, "free_bike_status", "bikes", lambda e: vehicle(e, "bike_id", types, stations))


def _regions(feed: _Feed) -> dict[str, dict[str, str]]:
    def named(entry: Entry) -> tuple[str, dict[str, str]]:
        first, names = localized(entry.get("name"), feed.language)
        return identifier(entry, "region_id"), {"": first, **names}

    return dict(region for _, region in _converted(feed, "system_regions", "regions", named))


def _alerts(feed: _Feed) -> tuple[SharingAlert, ...]:
    read = _converted(feed, "system_alerts", "alerts", lambda entry: alert_from_json(entry, feed.language))
    return tuple(told for _, told in read)


def _zones(feed: _Feed, moment: int) -> tuple[tuple[GeofencingZone, ...], tuple[GeofencingRule, ...]]:
    name, data = "geofencing_zones", feed.data("geofencing_zones")
    collection = data.get(name)
    if collection is None:
        return (), ()
    features = collection if isinstance(collection, dict) else {}
    part = _Feed(feed.folder, {name: {"data": features}}, feed.file_names, feed.notices, feed.language)
    read = _converted(part, name, "features", lambda entry: zone_from_json(entry, feed.language, moment))
    return (
        tuple(zone for _, zone in read if zone is not None),
        tuple(rule for _, rule in _converted(feed, name, "global_rules", rule_from_json)),
    )
