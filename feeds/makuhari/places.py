"""The places of the embedded city that people go to by name: landmarks, towers, shelters, town blocks."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"
_FILES = ("places.csv", "osm_places.csv", "shelters.csv", "places_blocks.csv")


@dataclass(frozen=True, slots=True)
class CityPlace:
    """One named place of the embedded city.

    `confidence` is ``sourced``, ``computed`` or ``authored``; `floors` is None where unknown. `kind` says what a
    shelter is for: ``designated_shelter``, ``tsunami_building``, ``stranded_commuters`` or ``wide_area_evacuation``.
    """

    id: str
    name_ja: str
    name_kana: str
    name_en: str
    category: str
    lat: float
    lon: float
    source: str
    confidence: str
    floors: int | None
    kind: str | None
    aliases: tuple[str, ...]


def read_rows(file: str) -> Iterator[dict[str, str]]:
    """Rows of one fact table of the embedded city, in the order of the file."""
    with (TABLES / file).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


@cache
def places() -> tuple[CityPlace, ...]:
    """All places, in the order of the tables: landmarks, those from OpenStreetMap, shelters, town blocks."""
    return tuple(_place(row) for file in _FILES for row in read_rows(file))


def osm_tags_of(place: CityPlace) -> dict[str, str]:
    """OpenStreetMap tags that name `place` and say what it is."""
    tags = {"name": place.name_ja, "name:ja": place.name_ja, "name:ja-Hira": place.name_kana, "name:en": place.name_en}
    if place.aliases:
        tags["alt_name"] = ";".join(place.aliases)
    tags |= _category_tags()[place.category]
    if place.floors is not None:
        tags["building:levels"] = str(place.floors)
    if place.kind is not None:
        tags["emergency"] = "assembly_point"
        tags["assembly_point:type"] = place.kind
    return tags | {"ref": place.id, "source": place.source, "source:confidence": place.confidence}


def parse_tags(text: str) -> dict[str, str]:
    """Tags of a table cell written ``key=value;key=value``; a part without ``=`` continues the value before it."""
    tags: dict[str, str] = {}
    key = ""
    for part in filter(None, text.split(";")):
        name, is_tag, value = part.partition("=")
        if is_tag:
            key = name
            tags[key] = value
        else:
            tags[key] += ";" + part
    return tags


@cache
def _category_tags() -> dict[str, dict[str, str]]:
    return {row["category"]: parse_tags(row["tags"]) for row in read_rows("places_categories.csv")}


def _place(row: dict[str, str]) -> CityPlace:
    return CityPlace(
        id=row["id"],
        name_ja=row["name_ja"],
        name_kana=row["name_kana"],
        name_en=row["name_en"],
        category=row["category"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        source=row["source"],
        confidence=row["confidence"],
        floors=int(row["floors"]) if row["floors"] else None,
        kind=row["kind"] or None,
        aliases=tuple(filter(None, row["aliases"].split(";"))),
    )
