"""Live operation: what operators report becomes the next state of the timetable.

A state is never changed. `apply` makes the next one, a whole timetable with predicted times; who still reads the one
before reads it to the end. Of each source the last message counts and replaces the one before.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from planner.live_index import Run, RunIndex, pairs, run_index
from planner.live_records import Alert, TripUpdate, VehiclePosition
from planner.live_runs import Message, Remark, Resolved, live_runs, resolve
from planner.live_timetable import LiveTimetable, live_timetable
from planner.timetable import Timetable


@dataclass(frozen=True, slots=True)
class LiveSource:
    """The last message of one feed.

    Attributes
    ----------
    timestamp : int or None
        POSIX time at which it was made; None: unknown, it never grows old.
    ttl : int or None
        Seconds after which it is worth nothing any more and the schedule holds; None: never.
    prefix : str
        Stands before the feed's ids in the network.
    """

    name: str
    timestamp: int | None
    ttl: int | None
    updates: tuple[TripUpdate, ...] = ()
    alerts: tuple[Alert, ...] = ()
    vehicles: tuple[VehiclePosition, ...] = ()
    prefix: str = ""

    def is_stale(self, now: float) -> bool:
        """Whether the message is too old at POSIX time `now`."""
        return self.timestamp is not None and self.ttl is not None and now > self.timestamp + self.ttl


@dataclass(frozen=True, slots=True)
class LiveState:
    """One state of the operation.

    Attributes
    ----------
    remarks : tuple of Remark
        What could not be applied.
    digest : str
        Names the content: equal messages on an equal timetable give the same; empty without any.
    now : float
        POSIX time at which the last message was applied.
    """

    index: RunIndex
    sources: tuple[LiveSource, ...]
    live: LiveTimetable
    remarks: tuple[Remark, ...]
    digest: str
    now: float

    def is_as_scheduled(self, day: date) -> bool:
        """Whether everything runs as scheduled on the service days before, of and after `day`."""
        return not any(abs(one - day.toordinal()) <= 1 for one in self.live.days)


def as_scheduled(timetable: Timetable) -> LiveState:
    """The state in which nobody has reported anything."""
    index = run_index(timetable)
    return _state(index, (), 0.0)


def apply(state: LiveState, source: LiveSource, now: datetime) -> LiveState:
    """The next state: `source` instead of the message of the same name, everything else as it was.

    Parameters
    ----------
    now : datetime
        Tells the service day of a trip that runs every day, where the message gives neither date nor time.
    """
    kept = [one for one in state.sources if one.name != source.name]
    sources = tuple(sorted([*kept, source], key=lambda one: one.name))
    return _state(state.index, sources, now.timestamp())


def without(state: LiveState, names: frozenset[str]) -> LiveState:
    """The state if the sources of these names had never reported."""
    kept = tuple(one for one in state.sources if one.name not in names)
    return _state(state.index, kept, state.now)


def _state(index: RunIndex, sources: tuple[LiveSource, ...], now: float) -> LiveState:
    resolved = Resolved()
    for source in sources:
        resolve(Message(index, source.name, source.prefix, now), source.updates, resolved)
    runs = live_runs(index, resolved)
    live = live_timetable(index.timetable, runs, resolved.cancelled)
    return LiveState(index, sources, live, tuple(resolved.remarks), _digest(live, sources, resolved.cancelled), now)


def _digest(live: LiveTimetable, sources: tuple[LiveSource, ...], cancelled: list[Run]) -> str:
    if not sources:
        return ""
    digest, runs = hashlib.blake2b(digest_size=6), live.runs
    for column in (runs.source, runs.is_extra, runs.day, runs.route, runs.first):
        digest.update(column.tobytes())
    for column in (runs.stop, runs.arrival, runs.departure, runs.is_skipped):
        digest.update(column.tobytes())
    digest.update(pairs(sorted(cancelled)).tobytes())
    digest.update(repr([(one.name, one.timestamp, one.alerts) for one in sources]).encode())
    for texts in (runs.ids, runs.headsigns):
        digest.update("\0".join(texts).encode() + b"\1")
    return digest.hexdigest()
