"""Tokyo Bay and the two rivers of Makuhari, for maps: polygons and lines in longitude and latitude."""

import json
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from feeds.makuhari.timetable import TABLES

ATTRIBUTION = "国土数値情報 N03 (国土交通省)"
"""What the licence of the outlines asks to be said."""


class Water(NamedTuple):
    """A sea (polygons) or a river (its middle line) with its names."""

    kind: str
    name: str
    name_en: str
    shape: BaseGeometry


def read_water() -> tuple[Water, ...]:
    """All water of the map; the bay reaches from Tokyo's port to Anesaki, whatever part of it a network covers."""
    drawn: list[dict[str, Any]] = json.loads((TABLES / "bay_water.geojson").read_text(encoding="utf-8"))["features"]
    return tuple(
        Water(
            kind=said["kind"], name=said["name"], name_en=said["name_en"], shape=shapely.geometry.shape(one["geometry"])
        )
        for one in drawn
        for said in [one["properties"]]
    )
