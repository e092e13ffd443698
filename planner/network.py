"""A city ready for questions: everything one search reads, opened from a folder in milliseconds."""

import copy
import threading
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS, Links, StreetSide, behind
from planner.avoid import less_avoided, ridden_routes
from planner.bounds import Bounds, no_bounds
from planner.closures import shut_on, without_stops
from planner.crowds import Crowds
from planner.day import DayTimetable, timetable_on
from planner.errors import NetworkError
from planner.fares import Fares
from planner.flex import FlexTrip
from planner.footpaths import AS_THEY_ARE, Changes, Footpaths, slowed, with_changes
from planner.hops import KEPT_BYTES, MOST_NODES, MOST_POINTS, Hops
from planner.live import LiveSource, LiveState, apply, as_scheduled, without
from planner.live_alerts import Published
from planner.live_day import patched_within
from planner.long_walks import LongWalks, with_long_walks
from planner.manifest import FeedEntry, Manifest, RealtimeEntry
from planner.model import TRANSIT, Mode
from planner.openings import Openings
from planner.places import Places
from planner.profiles import Profile
from planner.raptor import Transit, Workspace
from planner.reach import StreetSearch, street_search
from planner.rentals import Rental, rentals_of
from planner.request import Avoid, Realtime
from planner.rides import RideWriter, ride_writer
from planner.ruled_changes import with_ruled_changes
from planner.sharing import SharingSystem
from planner.storage import restore
from planner.taxi import TaxiMeter
from planner.timetable import BOARDING_PLACE, NONE, Timetable

if TYPE_CHECKING:
    import networkx

    from planner.graph import Node

__all__ = ["FORMAT", "FeedEntry", "Manifest", "Network", "RealtimeEntry", "Snapshot", "allowed", "open_network"]

FORMAT = 8
"""Version of the folder's content; a network of another version is built again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a city: what is stored, and what a query runs on from its first to its last step.

    `least` is what journeys between stops take at least, with the footpaths of walkers (`planner.bounds`); `long_walks`
    go beyond these, none where the network was built without. `crowds` are expected on days when much is on.
    """

    timetable: Timetable
    street_side: StreetSide | None
    footpaths: dict[str, Footpaths]
    sharing: tuple[SharingSystem, ...]
    flex: tuple[FlexTrip, ...]
    fares: tuple[Fares, ...]
    taxi: TaxiMeter | None
    places: Places
    least: Bounds = field(default_factory=lambda: no_bounds(0))
    long_walks: LongWalks = field(default_factory=LongWalks)
    crowds: Crowds = field(default_factory=Crowds)


class Scratch(threading.local):
    """What searches write into, one set a thread."""

    def __init__(self) -> None:
        self.streets: dict[tuple[Profile, tuple[bool, ...]], StreetSearch] = {}
        self.transit: Workspace | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What makes a network live.

    Attributes
    ----------
    scheduled : Network
        The same as scheduled.
    state : LiveState
    annotates : bool
        Searches are made on the schedule, only legs tell of the reports.
    stale : tuple of str
        Sources left out as too old.
    """

    scheduled: "Network"
    state: LiveState
    annotates: bool = False
    stale: tuple[str, ...] = ()


class Network:
    """A snapshot with what is derived from it on demand and kept: days cut out, indices of ids, street weights."""

    def __init__(self, snapshot: Snapshot, manifest: Manifest, reported: Reported | None = None) -> None:
        self.snapshot = snapshot
        self.manifest = manifest
        self.reported = reported
        self.zone = ZoneInfo(snapshot.timetable.timezone)
        self._days: dict[tuple[date, frozenset[Mode], bool, Changes, float, bool], Transit] = {}
        self._scratch: Scratch = Scratch() if reported is None else reported.scheduled._scratch
        self._views: dict[tuple[Realtime, tuple[str, ...]], Network] = {}
        self._avoid = Avoid()
        self._less: dict[Avoid, Network] = {}
        self._hops: dict[tuple[Profile, float, tuple[bool, ...], bool], Hops] = {}

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
        if self.reported is None:
            return ride_writer(self.snapshot.timetable)
        state = self.reported.state
        published = tuple(Published(source.prefix, alert) for source in state.sources for alert in source.alerts)
        return ride_writer(state.live.timetable, state.live, published)

    @cached_property
    def openings(self) -> Openings:
        """Which opening hours on the streets hold when."""
        assert self.snapshot.street_side is not None
        return (
            Openings(self.snapshot.street_side.streets) if self.reported is None else self.reported.scheduled.openings
        )

    @cached_property
    def rentals(self) -> tuple[Rental, ...]:
        """What can be rented, by system and vehicle type."""
        return rentals_of(self.snapshot.sharing)

    def transit(
        self,
        day: date,
        modes: frozenset[Mode],
        wheelchair: bool,
        changes: Changes,
        backwards: bool,
        slower: float = 1.0,
    ) -> Transit:
        """The timetable of `day` for the allowed modes with its footpaths; kept, the oldest of 16 forgotten.

        Parameters
        ----------
        slower : float
            Walks between stops take so many times as long; without meaning where they are a feed's own.
        """
        if self.reported is not None and (self.reported.annotates or self._is_as_scheduled(day, wheelchair)):
            return self.reported.scheduled.transit(day, modes, wheelchair, changes, backwards, slower)
        key = (day, modes, wheelchair, changes, slower, backwards)
        kept = self._days.get(key)
        if kept is None:
            if backwards:
                kept = self.transit(day, modes, wheelchair, changes, False, slower).mirrored()
            elif slower != 1.0 or changes != AS_THEY_ARE:
                kept = self.transit(day, modes, wheelchair, AS_THEY_ARE, False)
                footpaths = kept.footpaths if self.manifest.footpaths == "feed" else slowed(kept.footpaths, slower)
                bounds = kept.bounds if slower >= 1.0 else None
                kept = Transit.of(kept.day, with_changes(footpaths, changes), bounds)
            else:
                kept = self._cut(day, modes, wheelchair)
            while len(self._days) >= 16:
                self._days.pop(next(iter(self._days)), None)
            self._days[key] = kept
        return kept

    def _cut(self, day: date, modes: frozenset[Mode], wheelchair: bool) -> Transit:
        timetable = self.snapshot.timetable
        usable = less_avoided(timetable, self._avoid, allowed(timetable, modes, wheelchair))
        if self.reported is None:
            footpaths = self._footpaths(day, wheelchair)
            return self._ruled(timetable_on(timetable, day, *usable), footpaths, not wheelchair)
        before, state = self.reported.scheduled, self.reported.state
        scheduled = before.transit(day, modes, wheelchair, AS_THEY_ARE, False).day
        if len(timetable.specific.seconds):
            whole = before.snapshot.timetable
            scheduled = timetable_on(whole, day, *less_avoided(whole, self._avoid, allowed(whole, modes, wheelchair)))
        cut, holds = patched_within(scheduled, state.live, state.index, day, usable, self.snapshot.least)
        shut = self._shut_on(day) if wheelchair else None
        footpaths = self._footpaths(day, wheelchair)
        return self._ruled(cut if shut is None else without_stops(cut, shut), footpaths, holds and not wheelchair)

    def _footpaths(self, day: date, wheelchair: bool) -> Footpaths:
        kept = self.snapshot
        if wheelchair:
            return kept.footpaths["wheelchair"]
        return with_long_walks(kept.footpaths["foot"], kept.long_walks, kept.timetable, day)

    def _ruled(self, day: DayTimetable, footpaths: Footpaths, has_bounds: bool) -> Transit:
        """The day and its walks with what transfers.txt says of single routes and trips; such rules void bounds."""
        timetable, is_exact = self.snapshot.timetable, self.manifest.footpaths == "feed"
        trips = np.arange(len(timetable.trips), dtype=np.int32)
        if self.reported is not None:
            trips[self.reported.state.live.n_scheduled :] = self.reported.state.live.runs.source
        has_bounds = has_bounds and self.snapshot.least.shape[1] > 0 and not len(timetable.specific.seconds)
        ruled = with_ruled_changes(day, footpaths, timetable, trips, is_exact=is_exact)
        return Transit.of(*ruled, self.snapshot.least if has_bounds else None)

    def _is_as_scheduled(self, day: date, wheelchair: bool) -> bool:
        assert self.reported is not None
        return self.reported.state.is_as_scheduled(day) and not (wheelchair and self._shut_on(day) is not None)

    def _shut_on(self, day: date) -> NDArray[np.bool_] | None:
        """Stops shut to wheelchairs."""
        sources = self.reported.state.sources if self.reported is not None else ()
        return shut_on(sources, day, self.zone, self.snapshot.timetable.stops, self.stop_index)

    @cached_property
    def unreported(self) -> LiveState:
        """The state in which nobody has reported anything."""
        return as_scheduled(self.snapshot.timetable)

    def with_live(self, source: LiveSource, now: datetime) -> "Network":
        """The network with the message of `source` instead of the one before; this one stays as it is.

        Who holds this network keeps searching it; to swap a served network is one assignment.
        """
        if self.reported is None:
            return _live(self, apply(self.unreported, source, now))
        return _live(self.reported.scheduled, apply(self.reported.state, source, now))

    def with_sharing(self, sharing: tuple[SharingSystem, ...], ports: Links | None, digest: str) -> "Network":
        """The network with shared vehicles as they stand now, a content `digest` names; reports on others stay.

        Parameters
        ----------
        sharing : tuple of SharingSystem
            In the order of the snapshot's.
        ports : dict of str to Linked or None
            `StreetSide.ports` of `sharing`; None in a network without streets.
        """
        before = self if self.reported is None else self.reported.scheduled
        side = before.snapshot.street_side
        side = side if side is None or ports is None else replace(side, ports=ports)
        snapshot = replace(before.snapshot, sharing=sharing, street_side=side)
        named = f"{before.manifest.snapshot.partition('~')[0]}~{digest}"
        network = Network(snapshot, replace(before.manifest, snapshot=named))
        network._days, network._scratch = before._days, before._scratch
        if side is not None:
            network.openings = before.openings
        if ports is None:
            network._hops = before._hops
        return network if self.reported is None else _live(network, self.reported.state)

    def in_mode(self, realtime: Realtime, now: datetime | None) -> "Network":
        """The network as a request wants it: less reports that are too old at `now`, as scheduled, or annotated."""
        if self.reported is None:
            return self
        scheduled, state = self.reported.scheduled, self.reported.state
        if realtime is Realtime.IGNORE:
            return scheduled
        stale = () if now is None else tuple(s.name for s in state.sources if s.is_stale(now.timestamp()))
        if realtime is Realtime.LIVE and not stale:
            return self
        view = self._views.get((realtime, stale))
        if view is None:
            left = without(state, frozenset(stale)) if stale else state
            view = _live(scheduled, left, annotates=realtime is Realtime.ANNOTATE, stale=stale)
            self._views[realtime, stale] = view
        return view

    def avoiding(self, avoid: Avoid) -> "Network":
        """The same network less what a traveller avoids; the last 8 are kept."""
        if not avoid:
            return self
        kept = self._less.get(avoid)
        if kept is None:
            kept = copy.copy(self)
            kept._avoid, kept._days, kept._views, kept._less = avoid, {}, {}, {}
            ridden = ridden_routes(self.snapshot.timetable, avoid)
            flex = tuple(trip for trip in self.snapshot.flex if ridden[trip.route])
            kept.snapshot = replace(self.snapshot, flex=flex)
            if self.reported is not None:
                kept.reported = replace(self.reported, scheduled=self.reported.scheduled.avoiding(avoid))
            while len(self._less) >= 8:
                self._less.pop(next(iter(self._less)), None)
            self._less[avoid] = kept
        return kept

    def workspace(self, transit: Transit, max_transfers: int) -> Workspace:
        """Room for one search at a time, kept by thread."""
        kept = self._scratch.transit
        if kept is None or not kept.fits(transit, max_transfers):
            kept = self._scratch.transit = Workspace.of(transit, max_transfers)
        return kept

    def street_search(self, profile: Profile, hour: int | None) -> StreetSearch:
        """Searches of `profile` with the ways open at the moment `hour` (None: all), kept by thread."""
        assert self.snapshot.street_side is not None
        side, openings = self.snapshot.street_side, self.openings.met_by(profile, hour)
        kept = self._scratch.streets.get((profile, openings))
        if kept is None:
            kept = street_search(side.streets, side.index, profile, hour, side.hierarchies.values())
            if len(self._scratch.streets) >= 64:
                self._scratch.streets.pop(next(iter(self._scratch.streets)))
            self._scratch.streets[profile, openings] = kept
        return kept

    def hops(self, profile: Profile, factor: float, hour: int | None, backward: bool) -> Hops | None:
        """Kept seconds between all ports and, behind them, all stops by `profile` taking `factor` times as long.

        None where the network is too large to keep them. `hour` is as in `street_search`.
        """
        if self.reported is not None:
            return self.reported.scheduled.hops(profile, factor, hour, backward)
        side = self.snapshot.street_side
        if side is None or len(side.streets) > MOST_NODES:
            return None
        n_points = len(side.ports["foot"]) + len(side.stops["foot"])
        if n_points > MOST_POINTS:
            return None
        key = profile, factor, self.openings.met_by(profile, hour), backward
        kept = self._hops.get(key)
        if kept is None:
            kept = Hops(behind(side.ports, side.stops)[LINKS[profile.name]], backward)
            while len(self._hops) >= max(1, KEPT_BYTES // kept.seconds.nbytes):
                self._hops.pop(next(iter(self._hops)), None)
            self._hops[key] = kept
        return kept

    def to_networkx(self) -> "networkx.MultiDiGraph[Node]":
        """Copy into a graph for analysis; `planner.graph` tells its nodes, edges and attributes."""
        from planner.graph import graph_of

        return graph_of(self.snapshot)


def _live(scheduled: Network, state: LiveState, *, annotates: bool = False, stale: tuple[str, ...] = ()) -> Network:
    snapshot, named = scheduled.snapshot, scheduled.manifest.snapshot
    if not annotates:
        snapshot = replace(snapshot, timetable=state.live.timetable)
    if state.digest:
        named = f"{named}+{state.digest}"
    return Network(snapshot, replace(scheduled.manifest, snapshot=named), Reported(scheduled, state, annotates, stale))


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
