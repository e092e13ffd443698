"""A city ready for questions: everything one search reads, opened from a folder in milliseconds."""

import threading
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.access import StreetSide
from planner.day import timetable_on
from planner.errors import NetworkError
from planner.fares import Fares
from planner.flex import FlexTrip
from planner.footpaths import Footpaths, slowed, with_min_transfer
from planner.model import TRANSIT, Mode
from planner.places import Places
from planner.profiles import Profile, open_rows
from planner.raptor import Transit, Workspace
from planner.reach import StreetSearch, street_search
from planner.rentals import Rental, rentals_of
from planner.rides import RideWriter, ride_writer
from planner.sharing import SharingSystem
from planner.storage import restore
from planner.taxi import TaxiMeter
from planner.timetable import BOARDING_PLACE, NONE, Timetable

if TYPE_CHECKING:
    import networkx

    from planner.graph import Node

FORMAT = 2
"""Version of the folder's content; a network of another version is built again."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A source the network was built from, with what its licence asks to be said."""

    name: str
    kind: str
    sha256: str
    first_date: date | None = None
    last_date: date | None = None
    version: str = ""
    publisher: str = ""
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a network comes from.

    Attributes
    ----------
    snapshot : str
        Names the content: equal feeds and program give the same.
    bounds : (float, float, float, float)
        South, west, north, east of everything in it, degrees.
    remark : str
        What a reader must know about the data, such as that a timetable is synthesised.
    """

    format: int
    program: str
    snapshot: str
    timezone: str
    footpaths: str
    bounds: tuple[float, float, float, float]
    feeds: tuple[FeedEntry, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a city: what is stored, and what a query runs on from its first to its last step."""

    timetable: Timetable
    street_side: StreetSide | None
    footpaths: dict[str, Footpaths]
    sharing: tuple[SharingSystem, ...]
    flex: tuple[FlexTrip, ...]
    fares: tuple[Fares, ...]
    taxi: TaxiMeter | None
    places: Places


class Scratch(threading.local):
    """What searches write into, one set a thread."""

    def __init__(self) -> None:
        self.streets: dict[tuple[Profile, tuple[bool, ...]], StreetSearch] = {}
        self.transit: Workspace | None = None


class Network:
    """A snapshot with what is derived from it on demand and kept: days cut out, indices of ids, street weights."""

    def __init__(self, snapshot: Snapshot, manifest: Manifest) -> None:
        self.snapshot = snapshot
        self.manifest = manifest
        self.zone = ZoneInfo(snapshot.timetable.timezone)
        self._days: dict[tuple[date, frozenset[Mode], bool, int, float, bool], Transit] = {}
        self._scratch = Scratch()

    @cached_property
    def stop_index(self) -> dict[str, int]:
        """StopIndex by stop id."""
        return {stop_id: index for index, stop_id in enumerate(self.snapshot.timetable.stops.ids)}

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """Boarding places by station."""
        children: dict[int, list[int]] = {}
        stops = self.snapshot.timetable.stops
        for child in np.flatnonzero((stops.parent != NONE) & (stops.location_type == BOARDING_PLACE)).tolist():
            children.setdefault(int(stops.parent[child]), []).append(child)
        return children

    @cached_property
    def rides(self) -> RideWriter:
        """Writes rides as legs."""
        return ride_writer(self.snapshot.timetable)

    @cached_property
    def rentals(self) -> tuple[Rental, ...]:
        """What can be rented, by system and vehicle type."""
        return rentals_of(self.snapshot.sharing)

    def transit(
        self,
        day: date,
        modes: frozenset[Mode],
        wheelchair: bool,
        min_transfer_s: int,
        backwards: bool,
        slower: float = 1.0,
    ) -> Transit:
        """The timetable of `day` for the allowed modes with its footpaths; kept, the oldest of 16 forgotten.

        Parameters
        ----------
        slower : float
            Walks between stops take so many times as long; without meaning where they are a feed's own.
        """
        key = (day, modes, wheelchair, min_transfer_s, slower, backwards)
        kept = self._days.get(key)
        if kept is None:
            if backwards:
                kept = self.transit(day, modes, wheelchair, min_transfer_s, False, slower).mirrored()
            elif slower != 1.0 or min_transfer_s:
                kept = self.transit(day, modes, wheelchair, 0, False)
                footpaths = kept.footpaths if self.manifest.footpaths == "feed" else slowed(kept.footpaths, slower)
                kept = Transit.of(kept.day, with_min_transfer(footpaths, min_transfer_s))
            else:
                timetable = self.snapshot.timetable
                footpaths = self.snapshot.footpaths["wheelchair" if wheelchair else "foot"]
                kept = Transit.of(timetable_on(timetable, day, *allowed(timetable, modes, wheelchair)), footpaths)
            while len(self._days) >= 16:
                self._days.pop(next(iter(self._days)), None)
            self._days[key] = kept
        return kept

    def workspace(self, transit: Transit, max_transfers: int) -> Workspace:
        """Room for one search at a time, kept by thread."""
        kept = self._scratch.transit
        if kept is None or not kept.fits(transit, max_transfers):
            kept = self._scratch.transit = Workspace.of(transit, max_transfers)
        return kept

    def street_search(self, profile: Profile, hour: int | None) -> StreetSearch:
        """Searches of `profile` with the ways open at the time of day `hour` (None: all), kept by thread."""
        assert self.snapshot.street_side is not None
        side = self.snapshot.street_side
        openings = () if hour is None else open_rows(side.streets, hour)
        kept = self._scratch.streets.get((profile, openings))
        if kept is None:
            kept = street_search(side.streets, side.index, profile, hour)
            if len(self._scratch.streets) >= 64:
                self._scratch.streets.pop(next(iter(self._scratch.streets)))
            self._scratch.streets[profile, openings] = kept
        return kept

    def to_networkx(self) -> "networkx.MultiDiGraph[Node]":
        """Copy into a graph for analysis; `planner.graph` tells its nodes, edges and attributes."""
        from planner.graph import graph_of

        return graph_of(self.snapshot)


def allowed(
    timetable: Timetable, modes: frozenset[Mode], wheelchair: bool
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """Trips and stops that may be used; None: all.

    In a wheelchair only trips and stops declared accessible count: unknown is not good enough to be stranded by.
    """
    trips = stops = None
    if modes < TRANSIT:
        by_route = np.array([route.mode in modes for route in timetable.routes], np.bool_)
        trips = by_route[timetable.trips.route]
    if wheelchair:
        accessible = timetable.trips.wheelchair == 1
        trips = accessible if trips is None else trips & accessible
        stops = timetable.stops.wheelchair == 1
    return trips, stops


def open_network(folder: Path) -> Network:
    """Open the network stored in `folder`.

    Raises
    ------
    NetworkError
        If there is none, or if another version of the program built it.
    """
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise NetworkError(f"{folder} holds no network (kaiteki build makes one)") from error
    if manifest.format != FORMAT:
        raise NetworkError(f"{folder} was built by another version of the program; build it again with kaiteki build")
    return Network(restore(Snapshot, folder), manifest)
