"""Names from shared vehicles and OpenStreetMap, as places that can be searched for."""

from collections.abc import Sequence

import numpy as np

from feeds.osm import OsmExtract
from planner.places import NamedPlace, PlaceKind
from planner.sharing import SharingSystem
from planner.streets import Streets
from planner.timetable import NONE


def named_ports(systems: Sequence[SharingSystem]) -> list[NamedPlace]:
    """Stations of shared vehicles."""
    return [
        NamedPlace(station.id, {"": station.name, **station.names}, station.lat, station.lon, PlaceKind.PORT, 0.1)
        for system in systems
        for station in system.stations
    ]


def named_regions(systems: Sequence[SharingSystem]) -> list[NamedPlace]:
    """Regions of sharing systems, in the midst of their stations."""
    named = []
    for system in systems:
        for region, names in system.regions.items():
            at = [(station.lat, station.lon) for station in system.stations if station.region == region]
            if at and names.get(""):
                lat, lon = np.mean(at, axis=0).tolist()
                named.append(NamedPlace(f"{system.id}:{region}", names, lat, lon, PlaceKind.DISTRICT, 0.2))
    return named


def named_osm_places(osm: OsmExtract) -> list[NamedPlace]:
    """Named features of an OpenStreetMap extract; settlements and their parts are districts."""
    places = []
    for place in osm.places:
        names = {language: name for language, name in place.names.items() if language != "alt"}
        aliases = tuple(alias.strip() for alias in place.names.get("alt", "").split(";") if alias.strip())
        kind = PlaceKind.DISTRICT if place.kind.startswith("place=") else PlaceKind.PLACE
        places.append(
            NamedPlace(
                place.id, names, place.lat, place.lon, kind, 0.5, level=place.level, aliases=aliases,
                category=place.kind,
            )
        )  # fmt: skip
    return places


def named_streets(streets: Streets) -> list[NamedPlace]:
    """Each street once, at the middle of its longest edge."""
    edges, named = streets.edges, []
    longest: dict[int, int] = {}
    for edge in np.flatnonzero(edges.name != NONE).tolist():
        row = int(edges.name[edge])
        if row not in longest or edges.length_m[edge] > edges.length_m[longest[row]]:
            longest[row] = edge
    for row, edge in longest.items():
        middle = int(edges.shape_first[edge] + edges.shape_first[edge + 1]) // 2
        names = {"": streets.names[row]}
        names |= {language: texts[row] for language, texts in streets.translations.items() if texts[row]}
        at = float(edges.shape_lat[middle]), float(edges.shape_lon[middle])
        named.append(NamedPlace(f"street-{row}", names, *at, PlaceKind.STREET, 0.05))
    return named
