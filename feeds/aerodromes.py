"""Aerodromes: their grounds from the ministry's airport data, landing places from maps, runway ends from OurAirports.

The outlines of C28 are approximate; flight planning must use the aeronautical information publication.

References
----------
Ministry of Land, Infrastructure, Transport and Tourism, 国土数値情報 空港データ C28.
OurAirports, runways.csv, https://ourairports.com/help/data-dictionary.html
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from drones.airspace import Aerodrome, Polygon, Runway, RunwayEnd
from feeds.did import point_of, polygons_of, read_features
from feeds.gbfs_fields import Entry, EntryError, amount, as_entry, identifier, number, required_number
from feeds.notices import FeedError, Notice, Severity
from planner.geo import bearing_deg

FOOT_M = 0.3048

_IN_USE = "供用中"
_PART = re.compile(r"(?<=_\d{5})_\d+$")


def read_aerodromes(path: Path) -> tuple[tuple[Aerodrome, ...], list[Notice]]:
    """Aerodromes of a C28 file (GeoJSON); features of one aerodrome are joined.

    Raises
    ------
    FeedError
        If the file is no GeoJSON.
    """
    found: dict[str, Aerodrome] = {}
    notices: list[Notice] = []
    for row, feature in enumerate(read_features(path)):
        try:
            aerodrome = _aerodrome(as_entry(feature))
        except EntryError as error:
            notices.append(Notice(Severity.ERROR, path.name, row, f"the aerodrome is left out: {error}"))
            continue
        known = found.get(aerodrome.id, aerodrome)
        area = known.area if known is aerodrome else known.area + aerodrome.area
        found[aerodrome.id] = replace(known, area=area)
    missing = [aerodrome.name for aerodrome in found.values() if not aerodrome.area]
    notices += [Notice(Severity.WARNING, path.name, None, f"{name} has no outline") for name in missing]
    return tuple(found.values()), notices


def _aerodrome(feature: Entry) -> Aerodrome:
    properties = as_entry(feature.get("properties"), "properties")
    lengths, widths = (_sizes(properties, key) for key in ("C28_012", "C28_013"))
    area: tuple[Polygon, ...] = () if feature.get("geometry") is None else polygons_of(feature["geometry"])
    return Aerodrome(
        id=_PART.sub("", identifier(properties, "C28_000").removeprefix("#")),
        name=identifier(properties, "C28_005"),
        is_in_use=properties.get("C28_004") == _IN_USE,
        area=area,
        runways=tuple(
            Runway(length, widths[i] if len(widths) == len(lengths) else None) for i, length in enumerate(lengths)
        ),
    )


def _sizes(properties: Entry, key: str) -> list[float]:
    sizes = []
    for text in str(properties.get(key) or "").split(","):
        size = amount({key: text.strip() or None}, key)
        sizes += [] if size is None else [size]
    return sizes


def read_landing_places(path: Path) -> tuple[tuple[tuple[str, str, float, float], ...], list[Notice]]:
    """Identifier, name, latitude and longitude of each aerodrome or heliport that is a point on the map (GeoJSON).

    Raises
    ------
    FeedError
        If the file is no GeoJSON.
    """
    places, notices = [], []
    for row, feature in enumerate(read_features(path)):
        try:
            entry = as_entry(feature)
            properties, geometry = as_entry(entry.get("properties")), as_entry(entry.get("geometry"), "geometry")
            lat, lon = point_of(geometry.get("coordinates"))
            ident = identifier(properties, "id")
            places.append((ident, str(properties.get("name") or ident), lat, lon))
        except EntryError as error:
            notices.append(Notice(Severity.ERROR, path.name, row, f"the landing place is left out: {error}"))
    return tuple(places), notices


def read_runways(path: Path) -> tuple[Mapping[str, tuple[Runway, ...]], list[Notice]]:
    """Runways with both ends by ICAO code, from runways.csv of OurAirports; closed ones are left out.

    A missing bearing is reckoned from one end to the other.

    Raises
    ------
    FeedError
        If the file is no such table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        raise FeedError(f"{path}: the table cannot be read ({str(error).rstrip('.')}).") from error
    if not {"airport_ident", "le_ident", "le_latitude_deg", "he_longitude_deg"} <= set(reader.fieldnames or ()):
        raise FeedError(f"{path} has not the columns of OurAirports' runways.csv.")
    runways: dict[str, list[Runway]] = defaultdict(list)
    notices = []
    for line, row in rows:
        cells: Entry = {key: value or None for key, value in row.items()}
        try:
            if cells.get("closed") != "1":
                runways[identifier(cells, "airport_ident")].append(_runway(cells))
        except EntryError as error:
            notices.append(Notice(Severity.WARNING, path.name, line, f"the runway is left out: {error}"))
    return {ident: tuple(found) for ident, found in runways.items() if found}, notices


def _runway(cells: Entry) -> Runway:
    ends = {}
    for end in ("le", "he"):
        lat, lon = required_number(cells, f"{end}_latitude_deg"), required_number(cells, f"{end}_longitude_deg")
        ends[end] = point_of([lon, lat])
    length, width = required_number(cells, "length_ft"), amount(cells, "width_ft")
    return Runway(
        length_m=length * FOOT_M,
        width_m=None if width is None else width * FOOT_M,
        ends=(_end(cells, "le", ends["le"], ends["he"]), _end(cells, "he", ends["he"], ends["le"])),
    )


def _end(cells: Entry, end: str, at: tuple[float, float], other: tuple[float, float]) -> RunwayEnd:
    elevation, bearing = number(cells, f"{end}_elevation_ft"), number(cells, f"{end}_heading_degT")
    return RunwayEnd(
        name=str(cells.get(f"{end}_ident") or ""),
        lat=at[0],
        lon=at[1],
        elevation_m=None if elevation is None else elevation * FOOT_M,
        true_bearing_deg=bearing_deg(*at, *other) if bearing is None else bearing % 360,
    )
