"""The air of a drone scenario: the bay's, with the zones, runways, landing places, heights and flights it names."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from math import inf
from pathlib import Path

import msgspec

from drones.airspace import Altitude, Datum, Geozone, Polygon, Runway, RunwayEnd, ZoneKind, ZoneVolume
from drones.intents import OperationalIntent
from drones.mission import Pad
from drones.obstacles import Ground
from drones.plane import Plane, to_earth
from drones.request import Airspace
from drones.surfaces import JAPAN_PRECISION, ReferencePoint
from feeds.aerodromes import read_landing_places, read_runways
from feeds.intents import read_intents
from feeds.makuhari.airspace import read_airspace
from feeds.uas_zones import read_uas_zones
from planner.errors import RequestError
from planner.geo import great_circle_m

WITHIN_M = 60_000.0
"""Aerodromes and landing places this near to a pad are looked at: twice the reach of an aerodrome's surfaces."""

LATEST_MIN = 60.0


class _Air(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    runways: str = ""
    landing_places: str = ""
    heights: str = ""
    intents: list[str] = []
    latest_min: float = LATEST_MIN
    priority: int = 0


class _Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lat: float
    lon: float
    side_m: float
    height_m: float


@dataclass(frozen=True, slots=True)
class Declared:
    """Flights of others that are declared already, and how a new one may keep clear of them.

    Attributes
    ----------
    latest : timedelta
        By which it may depart later.
    priority : int
        Its own; flights of a lower one give way to it.
    """

    intents: tuple[OperationalIntent, ...] = ()
    latest: timedelta = timedelta(minutes=LATEST_MIN)
    priority: int = 0


def airspace_of(document: Mapping[str, object], folder: Path, pads: Sequence[Pad]) -> tuple[Airspace, Declared]:
    """The bay's airspace with ``zones`` and the table ``[airspace]`` of a scenario.

    Parameters
    ----------
    folder : Path
        Where the files named are looked for.
    pads : sequence of Pad
        What is far from all of them is left out.

    Raises
    ------
    RequestError, FeedError
        If the table or a file has what cannot be.
    """
    airspace = read_airspace()
    names = document.get("zones", [])
    for name in names if isinstance(names, list) else [names]:
        airspace = replace(airspace, zones=airspace.zones + _zones(folder / str(name)))
    try:
        air = msgspec.convert(document.get("airspace", {}), _Air)
    except msgspec.ValidationError as error:
        raise RequestError("airspace", f"airspace: {error}.") from error
    if not 0 <= air.latest_min <= 24 * 60:
        raise RequestError("airspace", f"airspace.latest_min: {air.latest_min:g} is no delay within a day.")
    if air.runways:
        runways, _ = read_runways(folder / air.runways)
        airspace = replace(airspace, aerodromes=_with_runways(airspace, runways, pads))
    if air.landing_places:
        places, _ = read_landing_places(folder / air.landing_places)
        elevation_m = airspace.ground.highest_m
        sites = tuple(Pad(*place, elevation_m) for place in places if _is_near(place[2:], pads))
        airspace = replace(airspace, sites=airspace.sites + sites)
    if air.heights:
        airspace = replace(airspace, zones=airspace.zones + tuple(_hills(folder / air.heights, airspace.ground, pads)))
    known = chain.from_iterable(read_intents(folder / name, airspace.ground.geoid_m) for name in air.intents)
    return airspace, Declared(tuple(known), timedelta(minutes=air.latest_min), air.priority)


def _zones(path: Path) -> tuple[Geozone, ...]:
    zones, notices = read_uas_zones(path)
    refused = [notice for notice in notices if notice.severity == "ERROR"]
    if refused:
        raise RequestError("zones", f"{path.name}: {refused[0].message}.")
    return zones


def _hills(path: Path, ground: Ground, pads: Sequence[Pad]) -> Iterator[Geozone]:
    """The squares of a table of heights that rise over the region's ground, as zones that nobody may enter."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for line, row in enumerate(rows, 2):
        try:
            cell = msgspec.convert(row, _Cell, strict=False)
        except (msgspec.ValidationError, TypeError) as error:
            raise RequestError("heights", f"{path.name}, line {line}: {error}.") from error
        if not (-90 <= cell.lat <= 90 and -180 <= cell.lon <= 180 and cell.side_m > 0 and cell.height_m < inf):
            raise RequestError("heights", f"{path.name}, line {line}: there is no such square of ground on the earth.")
        if cell.height_m > ground.highest_m and _is_near((cell.lat, cell.lon), pads):
            yield _hill(cell, path.name)


def _hill(cell: _Cell, source: str) -> Geozone:
    plane, half = Plane(cell.lat, cell.lon), cell.side_m / 2
    corners = ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))
    volume = ZoneVolume(
        Polygon((tuple(to_earth(plane, corner) for corner in corners),)), None, Altitude(cell.height_m, Datum.AMSL)
    )
    ident = f"ground-{cell.lat:.5f}-{cell.lon:.5f}"
    name = f"{cell.height_m:g} m"
    return Geozone(ident, "JPN", name, ZoneKind.PROHIBITED, (volume,), (), ("TERRAIN",), "", source)


def _is_near(place: tuple[float, float], pads: Sequence[Pad]) -> bool:
    return any(float(great_circle_m(*place, pad.lat, pad.lon)) <= WITHIN_M for pad in pads)


def _with_runways(
    airspace: Airspace, runways: Mapping[str, tuple[Runway, ...]], pads: Sequence[Pad]
) -> tuple[tuple[ReferencePoint, tuple[Runway, ...]], ...]:
    """Known aerodromes get the runways that lie on them; others are added with a reference point amid their runways."""
    aerodromes = list(airspace.aerodromes)
    for ident, found in runways.items():
        ends = [end for runway in found for end in runway.ends]
        lat, lon = (sum(values) / len(ends) for values in zip(*((end.lat, end.lon) for end in ends), strict=True))
        if not _is_near((lat, lon), pads):
            continue
        on = JAPAN_PRECISION.horizontal_radius_m
        at = [k for k, (point, _) in enumerate(aerodromes) if great_circle_m(point.lat, point.lon, lat, lon) < on]
        if at:
            aerodromes[at[0]] = aerodromes[at[0]][0], found
        else:
            point = ReferencePoint(ident, lat, lon, _elevation_m(ends, airspace.ground))
            aerodromes.append((point, found))
    return tuple(aerodromes)


def _elevation_m(ends: Sequence[RunwayEnd], ground: Ground) -> float:
    """The lowest end's; the lowest ground's where none is known, for surfaces are then lower, not higher."""
    return min((end.elevation_m for end in ends if end.elevation_m is not None), default=ground.lowest_m)
