"""Shelters from a table: the embedded city's own, or any city's with the same columns."""

from collections.abc import Mapping
from pathlib import Path

from feeds.csv_tables import rows_of
from feeds.notices import FeedError
from planner.opening_hours import hours_of
from planner.shelters import Shelter

MAKUHARI_SHELTERS = Path(__file__).parent / "makuhari" / "tables" / "shelters.csv"
_NEEDED = ("id", "name_ja", "lat", "lon", "kind")


def read_shelters(file: Path) -> list[Shelter]:
    """Rows of a CSV table with `id`, `name_ja`, `lat`, `lon` and `kind`, in their order.

    `name_en`, `floors`, `opening_hours` (as in OpenStreetMap) and `confidence` may be there too, and may be empty.

    Raises
    ------
    FeedError
        It is no such table, or a cell cannot be understood; names file and line.
    """
    return [_shelter(where, row) for where, row in rows_of(file, _NEEDED)]


def _shelter(where: str, row: Mapping[str, str | None]) -> Shelter:
    cells = {column: (row.get(column) or "").strip() for column in (*_NEEDED, "name_en", "floors", "confidence")}
    hours = (row.get("opening_hours") or "").strip()
    try:
        lat, lon = float(cells["lat"]), float(cells["lon"])
        floors = int(cells["floors"]) if cells["floors"] else None
        rules = hours_of(hours) if hours else None
    except ValueError as error:
        raise FeedError(f"{where}: {error}.") from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise FeedError(f"{where}: {lat:g}, {lon:g} is no place on earth.")
    names = {"": cells["name_ja"], "ja": cells["name_ja"], "en": cells["name_en"]}
    return Shelter(
        cells["id"],
        {language: name for language, name in names.items() if name},
        lat,
        lon,
        cells["kind"],
        floors,
        rules,
        hours,
        cells["confidence"],
    )
