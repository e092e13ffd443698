"""Names of stops, ports and places as arrays, so that what a traveller types can be found (`planner.geocoding`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from planner.model import Mode
from planner.strings import Strings
from planner.timetable import BOARDING_PLACE, NONE, STATION, Stops, Timetable

ON_RAILS = frozenset({Mode.RAIL, Mode.SUBWAY, Mode.MONORAIL, Mode.TRAM, Mode.FUNICULAR, Mode.CABLE_CAR})
"""A stop of one of these modes is a station to the public, whatever the feed's location_type."""


class PlaceKind(StrEnum):
    """What a name names; of two places of one name the earlier kind is meant."""

    STATION = "station"
    PLACE = "place"
    STOP = "stop"
    DISTRICT = "district"
    STREET = "street"
    PORT = "port"


KINDS = tuple(PlaceKind)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One place before packing.

    Attributes
    ----------
    names : mapping of str
        By language (BCP 47); ``""`` is the main name, ``"ja-Hrkt"`` and ``"ja-Hira"`` its reading in kana.
    importance : float
        0 … 1, by which equal names are ordered.
    reference : int
        StopIndex, NONE for what is no stop.
    category : str
        What it is, as OpenStreetMap says it: ``leisure=park``; empty: unknown.
    """

    id: str
    names: Mapping[str, str]
    lat: float
    lon: float
    kind: PlaceKind
    importance: float = 0.0
    reference: int = NONE
    level: float | None = None
    aliases: tuple[str, ...] = field(default=())
    category: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a network.

    Attributes
    ----------
    names : Strings
        Main name.
    translations : mapping of Strings
        One column a language, empty where unknown.
    aliases : Strings
        Other names, separated by line feeds.
    level : float32 array
        OSM level, NaN where unknown.
    kind : int8 array
        Position in `KINDS`.
    importance : float32 array
    reference : int32 array
        StopIndex, NONE for what is no stop.
    category : int16 array
        Position in `categories`, of which each is there once.
    """

    ids: Strings
    names: Strings
    translations: dict[str, Strings]
    aliases: Strings
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    level: NDArray[np.float32]
    kind: NDArray[np.int8]
    importance: NDArray[np.float32]
    reference: NDArray[np.int32]
    category: NDArray[np.int16]
    categories: Strings

    def __len__(self) -> int:
        return len(self.lat)


def pack_places(places: Sequence[NamedPlace]) -> Places:
    """Arrays of `places` in their order."""
    languages = sorted({language for place in places for language in place.names if language})
    categories = sorted({place.category for place in places})
    levels = [np.nan if place.level is None else place.level for place in places]
    return Places(
        ids=Strings.of(place.id for place in places),
        names=Strings.of(place.names.get("", "") for place in places),
        translations={lang: Strings.of(place.names.get(lang, "") for place in places) for lang in languages},
        aliases=Strings.of("\n".join(place.aliases) for place in places),
        lat=np.array([place.lat for place in places], np.float64),
        lon=np.array([place.lon for place in places], np.float64),
        level=np.array(levels, np.float32),
        kind=np.array([KINDS.index(place.kind) for place in places], np.int8),
        importance=np.array([place.importance for place in places], np.float32),
        reference=np.array([place.reference for place in places], np.int32),
        category=np.array([categories.index(place.category) for place in places], np.int16),
        categories=Strings.of(categories),
    )


def named_stops(timetable: Timetable) -> list[NamedPlace]:
    """Stations and stops without a station, as places; importance by the logarithm of the trips that call."""
    stops = timetable.stops
    calls, rail_calls = _calls(timetable)
    top = np.log1p(max(1.0, float(calls.max(initial=0))))
    names = list(stops.names)
    translations = {language: list(column) for language, column in stops.translations.items()}
    places = []
    for index, stop_id in enumerate(stops.ids):
        if not names[index] or not _is_on_its_own(stops, index):
            continue
        is_station = stops.location_type[index] == STATION or rail_calls[index] > 0
        spoken = {language: column[index] for language, column in translations.items() if column[index]}
        places.append(
            NamedPlace(
                id=stop_id,
                names={"": names[index], **spoken},
                lat=float(stops.lat[index]),
                lon=float(stops.lon[index]),
                kind=PlaceKind.STATION if is_station else PlaceKind.STOP,
                importance=float(np.log1p(calls[index]) / top),
                reference=index,
            )
        )
    return places


def _is_on_its_own(stops: Stops, index: int) -> bool:
    kind = stops.location_type[index]
    return bool(kind == STATION or (kind == BOARDING_PLACE and stops.parent[index] == NONE))


def _calls(timetable: Timetable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Trips that call at each stop, its platforms included: all, and those on rails."""
    stops, patterns, trips = timetable.stops, timetable.patterns, timetable.trips
    is_rail = np.array([route.mode in ON_RAILS for route in timetable.routes], np.bool_)
    lengths = np.diff(patterns.first)
    totals = []
    for chosen in (np.ones(len(trips), np.bool_), is_rail[trips.route]):
        per_pattern = np.bincount(trips.pattern[chosen], minlength=len(patterns))
        calls = np.bincount(patterns.stop, np.repeat(per_pattern, lengths), len(stops)).astype(np.float64)
        own = calls.copy()
        has_parent = stops.parent != NONE
        np.add.at(calls, stops.parent[has_parent], own[has_parent])
        totals.append(calls)
    return totals[0], totals[1]
