"""Named places of OpenStreetMap: what a traveller may type as a destination."""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.osm_access import levels_of
from feeds.osm_graph import LANGUAGES

PLACE_KEYS = [
    "railway",
    "public_transport",
    "aeroway",
    "amenity",
    "shop",
    "tourism",
    "leisure",
    "healthcare",
    "office",
    "historic",
    "place",
    "emergency",
    "landuse",
    "natural",
    "man_made",
    "building",
]
"""Keys that make a named object a place; the first one present is its kind."""
_KEPT_TAGS = (
    *PLACE_KEYS,
    "ref",
    "operator",
    "network",
    "opening_hours",
    "wheelchair",
    "social_facility",
    "website",
    "phone",
)
_ALIAS_KEYS = ("alt_name", "short_name", "official_name", "loc_name", "alt_name:en", "alt_name:ja")
_NO_PLACE = frozenset(
    [
        "railway=rail",
        "railway=subway",
        "railway=tram",
        "railway=light_rail",
        "railway=monorail",
        "railway=switch",
        "railway=signal",
        "public_transport=stop_position",
        "public_transport=stop_area",
        "public_transport=platform",
        "railway=platform",
    ]
)


@dataclass(frozen=True, slots=True)
class OsmPlace:
    """A named place.

    Attributes
    ----------
    id : str
        "n", "w" or "r" and the OSM number.
    names : mapping of str
        By language; "" is the name as signed, "alt" holds other names separated by semicolons.
    kind : str
        ``key=value`` of its main tag.
    level : float or None
        Lowest level it lies on.
    """

    id: str
    names: Mapping[str, str]
    lat: float
    lon: float
    kind: str
    level: float | None
    tags: Mapping[str, str]


def kind_of(tags: Mapping[str, str]) -> str | None:
    """``key=value`` that makes a named object a place, None if it is none."""
    if "name" not in tags:
        return None
    if tags.get("highway") == "bus_stop":
        return "highway=bus_stop"
    kinds = (f"{key}={tags[key]}" for key in PLACE_KEYS if key in tags)
    return next((kind for kind in kinds if kind not in _NO_PLACE), None)


def place_of(osm_id: str, tags: Mapping[str, str], kind: str, lat: float, lon: float) -> OsmPlace:
    """The place of a named object at a point."""
    names = {"": tags["name"]} | {
        language: tags[f"name:{language}"] for language in LANGUAGES if f"name:{language}" in tags
    }
    aliases = [tags[key] for key in _ALIAS_KEYS if key in tags]
    if aliases:
        names["alt"] = ";".join(aliases)
    levels = levels_of(tags.get("level", ""))
    kept = {key: tags[key] for key in _KEPT_TAGS if key in tags}
    return OsmPlace(osm_id, names, lat, lon, kind, min(levels, default=None), kept)
