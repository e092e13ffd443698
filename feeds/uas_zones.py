"""UAS geographical zones of any authority: ED-269 and ED-318 documents, read as Geozones and written as ED-269.

A zone that cannot be understood whole is kept out with a notice of severity ERROR: whoever flies must look at it
himself. A limit of height without its datum is such a case. Times that cannot be understood make a zone hold always.
"""

from pathlib import Path
from typing import Any

from drones.airspace import Geozone
from feeds.did import read_json
from feeds.gbfs_fields import EntryError, as_entry
from feeds.notices import FeedError, Notice, Severity
from feeds.uas_zones_ed269 import write_ed269, zone_from_ed269
from feeds.uas_zones_ed318 import zone_from_ed318

__all__ = ["read_uas_zones", "write_ed269"]


def read_uas_zones(path: Path, language: str = "en") -> tuple[tuple[Geozone, ...], list[Notice]]:
    """The zones of one file, whichever form it has.

    Parameters
    ----------
    path : Path
        ED-269 with ``UASZoneList``, ED-269 with ``features`` (as the Swiss FOCA publishes it), a bare list of ED-269
        zones, or ED-318 (GeoJSON); gzipped or not.
    language : str
        Of names and messages, where the file has several.

    Raises
    ------
    FeedError
        If the file holds no list of zones.
    """
    zones: list[Geozone] = []
    notices: list[Notice] = []
    seen: set[str] = set()
    for row, entry in enumerate(_entries(path)):
        try:
            zone, remarks = _zone(entry, language)
        except EntryError as error:
            name = _identifier(entry)
            notices.append(Notice(Severity.ERROR, path.name, row, f"the zone {name} is kept out: {error}"))
            continue
        notices += [Notice(Severity.WARNING, path.name, row, f"zone {zone.id}: {remark}") for remark in remarks]
        if zone.id in seen:
            notices.append(Notice(Severity.INFO, path.name, row, f"zone {zone.id} is there twice; both hold"))
        seen.add(zone.id)
        zones.append(zone)
    return tuple(zones), notices


def _entries(path: Path) -> list[Any]:
    document = read_json(path)
    if isinstance(document, dict):
        document = document.get("UASZoneList", document.get("features"))
    if not isinstance(document, list):
        raise FeedError(f"{path} has neither UASZoneList nor features, so it is no list of UAS zones.")
    return document


def _zone(value: object, language: str) -> tuple[Geozone, list[str]]:
    entry = as_entry(value)
    if isinstance(entry.get("geometry"), dict):
        return zone_from_ed318(entry, language)
    return zone_from_ed269(entry, language)


def _identifier(value: object) -> str:
    entry = value if isinstance(value, dict) else {}
    properties = entry.get("properties")
    source = properties if isinstance(properties, dict) else entry
    return repr(source.get("identifier"))[:40]
