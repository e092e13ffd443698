"""Stops, stations and entrances of a GTFS feed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import Column, Mask, NoticeLog, Table, number
from feeds.gtfs_translations import Translations
from feeds.notices import Severity
from planner.strings import Strings
from planner.timetable import BOARDING_AREA, BOARDING_PLACE, NONE, STATION, Stops


@dataclass(frozen=True, slots=True)
class StopIds:
    """Which StopIndex a stop_id of the feed has become, its parent, and the boarding places of each station."""

    index: dict[str, int]
    parent: NDArray[np.int32]
    boarding_places: dict[int, tuple[int, ...]]


def read_stops(
    table: Table, levels: Table, translations: Translations, prefix: str, log: NoticeLog
) -> tuple[Stops, StopIds]:
    """Stops that have an id and a place; parents' coordinates and accessibility are inherited."""
    table = _with_unique_ids(table, "stop_id", log)
    types = table.choices("location_type", range(5), log)
    parent = _parents(table, types, log)
    lat, lon = _coordinates(table, parent, log)
    lost = np.isnan(lat)
    log.add_rows(Severity.WARNING, table, lost, "stop '{}' has no usable coordinates; it is left out", "stop_id")
    kept = table.where(~lost)
    number_of = np.where(lost, NONE, np.cumsum(~lost) - 1)
    parent = np.where(parent == NONE, NONE, number_of[parent])[~lost].astype(np.int32)
    ids = kept.column("stop_id")
    stops = Stops(
        ids=Strings.of(prefix + i for i in ids),
        names=Strings.of(kept.column("stop_name")),
        translations=_translated(kept, ids, translations),
        codes=Strings.of(kept.column("stop_code")),
        platforms=Strings.of(kept.column("platform_code")),
        lat=lat[~lost],
        lon=lon[~lost],
        level=_levels(kept, levels, log),
        location_type=types[~lost],
        wheelchair=_inherited(kept.choices("wheelchair_boarding", range(3), log), parent),
        parent=parent,
    )
    return stops, StopIds({i: row for row, i in enumerate(ids)}, parent, _boarding_places(stops))


def _with_unique_ids(table: Table, name: str, log: NoticeLog) -> Table:
    ids = table.column(name)
    firsts = {i: row for row, i in reversed(list(enumerate(ids)))}
    repeated = np.array([firsts[i] != row for row, i in enumerate(ids)], np.bool_)
    blank = ids == ""
    log.add_rows(Severity.ERROR, table, blank, f"the row has no {name}; it is left out")
    message = f"{name} '{{}}' is used before; the row is left out"
    log.add_rows(Severity.ERROR, table, repeated & ~blank, message, name)
    return table.where(~(repeated | blank))


def _parents(table: Table, types: NDArray[np.int8], log: NoticeLog) -> NDArray[np.int32]:
    """Row of each stop's parent; only stations may be parents, or platforms of boarding areas."""
    named = table.column("parent_station") != ""
    rows = table.positions("parent_station", {i: row for row, i in enumerate(table.column("stop_id"))})
    unknown = named & (rows == NONE)
    message = "parent_station '{}' is not in stops.txt; stop '{}' has no parent"
    log.add_rows(Severity.WARNING, table, unknown, message, "parent_station", "stop_id")
    wanted = np.where(types == BOARDING_AREA, BOARDING_PLACE, STATION)
    wrong = named & ~unknown & ((types[rows] != wanted) | (types == STATION)) if len(rows) else unknown
    message = "parent_station '{}' is of a kind that cannot be parent of '{}'; the stop has no parent"
    log.add_rows(Severity.WARNING, table, wrong, message, "parent_station", "stop_id")
    return np.where(named & ~wrong, rows, NONE).astype(np.int32)


def _coordinates(
    table: Table, parent: NDArray[np.int32], log: NoticeLog
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lat, bad_lat = table.parsed("stop_lat", number)
    lon, bad_lon = table.parsed("stop_lon", number)
    wrong: Mask = bad_lat | bad_lon | (np.abs(lat) > 90) | (np.abs(lon) > 180) | ((lat == 0) & (lon == 0))
    message = "'{}', '{}' is not the place of stop '{}'; it is treated as blank"
    log.add_rows(Severity.WARNING, table, wrong, message, "stop_lat", "stop_lon", "stop_id")
    blank = wrong | np.isnan(lat) | np.isnan(lon)
    lat, lon = np.where(blank, np.nan, lat), np.where(blank, np.nan, lon)
    # Twice: a boarding area may have its place from its platform's station.
    for _ in range(2):
        from_parent = np.isnan(lat) & (parent != NONE)
        lat[from_parent], lon[from_parent] = lat[parent[from_parent]], lon[parent[from_parent]]
    return lat, lon


def _inherited(values: NDArray[np.int8], parent: NDArray[np.int32]) -> NDArray[np.int8]:
    for _ in range(2):
        unknown = (values == 0) & (parent != NONE)
        values[unknown] = values[parent[unknown]]
    return values


def _levels(table: Table, levels: Table, log: NoticeLog) -> NDArray[np.float32]:
    heights, bad = levels.parsed("level_index", number)
    log.add_rows(Severity.WARNING, levels, bad, "level_index '{}' is no number; level 0 is used", "level_index")
    rows = table.positions("level_id", {i: row for row, i in enumerate(levels.column("level_id"))})
    unknown = (table.column("level_id") != "") & (rows == NONE)
    message = "level_id '{}' is not in levels.txt; level 0 is used"
    log.add_rows(Severity.WARNING, table, unknown, message, "level_id")
    return np.asarray(np.nan_to_num(np.append(heights, 0)[rows]), np.float32)


def _translated(table: Table, ids: Column, translations: Translations) -> dict[str, Strings]:
    names = table.column("stop_name")
    spelled = [translations.of("stops", "stop_name", i, name) for i, name in zip(ids, names, strict=True)]
    languages = sorted({language for texts in spelled for language in texts})
    return {language: Strings.of(texts.get(language, "") for texts in spelled) for language in languages}


def _boarding_places(stops: Stops) -> dict[int, tuple[int, ...]]:
    children: dict[int, list[int]] = {}
    for row in np.flatnonzero((stops.location_type == BOARDING_PLACE) & (stops.parent != NONE)):
        children.setdefault(int(stops.parent[row]), []).append(int(row))
    return {station: tuple(rows) for station, rows in children.items()}
