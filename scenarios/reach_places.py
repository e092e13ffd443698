"""Places of a table, found in a network: `id`, and either `place` (stop id, name or lat,lon) or `lat` and `lon`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.errors import RequestError
from planner.network import Network
from planner.reasons import Reason
from planner.request import Coordinate, Location
from scenarios.batch import locator


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A row: what it stands for, and how many opportunities it has (1 without a column `weight`)."""

    id: str
    location: Location
    weight: float = 1.0


def read_places(file: Path, network: Network) -> list[NamedPlace]:
    """Read a CSV table of places.

    Raises
    ------
    RequestError
        It is no such table, or a row means no place; names file and line.
    """
    if not file.is_file():
        raise RequestError("PLACES", f"There is no file {file}.")
    locate = locator(network)
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            table = csv.DictReader(text)
            columns = table.fieldnames or ()
            if "id" not in columns or not ("place" in columns or {"lat", "lon"} <= set(columns)):
                raise RequestError("PLACES", f"{file} needs the columns id and place, or id, lat and lon.")
            rows = [(f"{file}, line {table.line_num}", row) for row in table]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError("PLACES", f"{file} is no table of text in UTF-8: {error}.") from error
    found = []
    for where, row in rows:
        location = _point(where, row) if row.get("lat") else locate((row.get("place") or "").strip())
        if isinstance(location, str):
            raise RequestError("PLACES", f"{where}: {unknown_place(row.get('place') or '', location)}")
        found.append(NamedPlace((row["id"] or "").strip(), location, _weight(where, row)))
    if not found:
        raise RequestError("PLACES", f"{file} has no places.")
    return found


def unknown_place(text: str, reason: str) -> str:
    """Why a text means no place, as a sentence, from what a locator gave instead of one."""
    return f"there is no place or stop '{text}'." if reason == Reason.LOCATION_NOT_FOUND.value else reason


def _point(where: str, row: Mapping[str, str | None]) -> Coordinate:
    try:
        lat, lon = float(row["lat"] or ""), float(row["lon"] or "")
    except ValueError as error:
        raise RequestError(
            "PLACES", f"{where}: '{row['lat']}', '{row['lon']}' is no latitude and longitude."
        ) from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise RequestError("PLACES", f"{where}: {lat:g}, {lon:g} is no place on earth.")
    return Coordinate(lat, lon)


def _weight(where: str, row: Mapping[str, str | None]) -> float:
    text = row.get("weight")
    try:
        weight = float(text) if text else 1.0
    except ValueError as error:
        raise RequestError("PLACES", f"{where}: weight: '{text}' is no number.") from error
    if not 0 <= weight < float("inf"):
        raise RequestError("PLACES", f"{where}: weight: {text} is not a number from 0 on.")
    return weight
