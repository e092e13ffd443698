"""Operators and lines of a GTFS feed, with the mode each route_type stands for."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from feeds.gtfs_cells import NoticeLog, Table, whole
from feeds.gtfs_translations import Translations
from feeds.notices import FeedError, Severity
from planner.model import Mode
from planner.timetable import Agency, Route

_BASIC = {
    0: Mode.TRAM,
    1: Mode.SUBWAY,
    2: Mode.RAIL,
    3: Mode.BUS,
    4: Mode.FERRY,
    5: Mode.CABLE_CAR,
    6: Mode.AERIAL_LIFT,
    7: Mode.FUNICULAR,
    11: Mode.BUS,
    12: Mode.MONORAIL,
    405: Mode.MONORAIL,
    1701: Mode.CABLE_CAR,
}

_EXTENDED = {
    1: Mode.RAIL,
    2: Mode.COACH,
    3: Mode.RAIL,
    4: Mode.SUBWAY,
    5: Mode.SUBWAY,
    6: Mode.SUBWAY,
    7: Mode.BUS,
    8: Mode.BUS,
    9: Mode.TRAM,
    10: Mode.FERRY,
    11: Mode.AIRPLANE,
    12: Mode.FERRY,
    13: Mode.AERIAL_LIFT,
    14: Mode.FUNICULAR,
    15: Mode.OTHER,
    16: Mode.OTHER,
    17: Mode.OTHER,
}
"""By hundreds: Google's extended route types, after the Hierarchical Vehicle Type of TPEG."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Agencies and routes with the rows their ids have become."""

    timezone: str
    agencies: tuple[Agency, ...]
    routes: tuple[Route, ...]
    route_index: dict[str, int]


def mode_of(route_type: int) -> Mode | None:
    """Mode of a route_type, basic or extended; None if it means nothing."""
    return _BASIC.get(route_type) or (_EXTENDED.get(route_type // 100) if route_type >= 100 else None)


def read_lines(
    agency: Table, routes: Table, networks: Table, translations: Translations, prefix: str, log: NoticeLog
) -> Lines:
    """Agencies and routes.

    Raises
    ------
    FeedError
        If no agency names a time zone: no time of the feed would mean anything.
    """
    timezone = _timezone(agency, log)
    agencies, agency_index = _agencies(agency, timezone, translations, prefix)
    found: dict[str, Route] = {}
    types, bad = routes.parsed("route_type", whole)
    log.add_rows(Severity.ERROR, routes, bad, "route_type '{}' is no number; the mode is OTHER", "route_type")
    network_of = dict(zip(networks.column("route_id"), networks.column("network_id"), strict=True))
    for (row, cells), kind in zip(routes.records(), types, strict=True):
        route_id = cells.get("route_id", "")
        if not route_id or route_id in found:
            message = "route_id '{}' is blank or used before; the row is left out"
            log.add(Severity.ERROR, routes.file, row, message, route_id)
            continue
        position = agency_index.get(cells.get("agency_id", ""), 0 if len(agencies) == 1 else -1)
        if position < 0 or (cells.get("agency_id") and cells["agency_id"] not in agency_index):
            message = "agency_id '{}' of route '{}' is not in agency.txt; the first agency is used"
            log.add(Severity.WARNING, routes.file, row, message, cells.get("agency_id", ""), route_id)
        network = cells.get("network_id", "") or network_of.get(route_id, "")
        cells = cells | {"network": prefix + network if network else "", "prefix": prefix}
        found[route_id] = _route(cells, max(position, 0), -1 if np.isnan(kind) else int(kind), translations)
        if mode_of(found[route_id].type) is None and not np.isnan(kind):
            log.add(Severity.WARNING, routes.file, row, "route_type '{}' is unknown; the mode is OTHER", int(kind))
    return Lines(timezone, agencies, tuple(found.values()), {route: row for row, route in enumerate(found)})


def _route(cells: dict[str, str], agency: int, kind: int, translations: Translations) -> Route:
    route_id, short, long = (cells.get(name, "") for name in ("route_id", "route_short_name", "route_long_name"))
    return Route(
        id=cells["prefix"] + route_id,
        agency=agency,
        short_name=short,
        long_name=long,
        type=kind,
        mode=mode_of(kind) or Mode.OTHER,
        color=cells.get("route_color", ""),
        text_color=cells.get("route_text_color", ""),
        description=cells.get("route_desc", ""),
        network=cells["network"],
        short_names=translations.of("routes", "route_short_name", route_id, short) or None,
        long_names=translations.of("routes", "route_long_name", route_id, long) or None,
    )


def _timezone(agency: Table, log: NoticeLog) -> str:
    known: list[str] = []
    for row, name in zip(agency.rows, agency.column("agency_timezone"), strict=True):
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            message = "agency_timezone '{}' is no time zone; that of another agency is used"
            log.add(Severity.ERROR, agency.file, int(row), message, name)
            continue
        known.append(name)
        if name != known[0]:
            message = "agency_timezone '{}' differs from '{}'; all times are read in the latter"
            log.add(Severity.ERROR, agency.file, int(row), message, name, known[0])
    if not known:
        raise FeedError("agency.txt names no time zone, so no time of the feed means anything.")
    return known[0]


def _agencies(
    table: Table, timezone: str, translations: Translations, prefix: str
) -> tuple[tuple[Agency, ...], dict[str, int]]:
    agencies: dict[str, Agency] = {}
    for _, cells in table.records():
        agency_id, name = cells.get("agency_id", ""), cells.get("agency_name", "")
        agencies.setdefault(
            agency_id,
            Agency(
                id=prefix + agency_id,
                name=name,
                url=cells.get("agency_url", ""),
                timezone=timezone,
                language=cells.get("agency_lang", ""),
                names=translations.of("agency", "agency_name", agency_id, name) or None,
            ),
        )
    return tuple(agencies.values()), {agency: row for row, agency in enumerate(agencies)}
