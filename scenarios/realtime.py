"""A network as it is now: live sources are asked when they are due, and what they tell becomes the next network.

`follow` does so until it is told to stop; `polled` is one round of it. The last message of a source counts until it is
too old; then the schedule holds again (of shared vehicles: what the network was built with), and `Polled` says why.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event
from urllib.parse import unquote

import numpy as np

from feeds.notices import FeedError
from feeds.odpt_live import alerts_of, read_train_information, read_trains, updates_of
from planner.errors import RequestError
from planner.live import LiveSource
from planner.network import FeedEntry, Network, RealtimeEntry
from planner.sharing import SharingSystem
from scenarios.live_files import Web
from scenarios.ports import port_links, positions

GTFS_RT, GBFS, ODPT = "gtfs-rt", "gbfs", "odpt"

FIRST_HOUR = 3
"""Trains of ODPT that run before this hour belong to the service day before."""

FRESH_S = 300
"""Seconds after which data count for nothing (docs/decisions, live data grow old)."""

ALERTS_FRESH_S = 600
"""The same for a message of alerts only."""

PAUSE_S, LONGEST_PAUSE_S = 30, 300
"""Between two questions to one source; doubled for every failure in a row, at most to the longest."""

WHOLE_S = 3600
"""Seconds after which also those files of a sharing system are asked for that change seldom."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What is known of one source.

    Attributes
    ----------
    due : datetime
        When it is to be asked next.
    made : datetime or None
        When the data it told last were made; None if it never told any.
    answered, whole : datetime or None
        When it last answered, and when it was last asked for everything it has.
    failures : int
        Questions in a row that brought nothing.
    trouble : str
        Why the last one did not, or why the data are not used; empty if all is well.
    is_used : bool
        Whether the network counts on its data; otherwise the schedule holds.
    fresh_s : int
        Seconds for which it does.
    """

    entry: RealtimeEntry
    due: datetime
    made: datetime | None = None
    answered: datetime | None = None
    whole: datetime | None = None
    failures: int = 0
    trouble: str = ""
    is_used: bool = False
    fresh_s: int = FRESH_S

    def age_s(self, now: datetime) -> float | None:
        """Seconds since the data were made."""
        return None if self.made is None else max(0.0, (now - self.made).total_seconds())


@dataclass(frozen=True, slots=True)
class Operation:
    """A network as it runs, and how well that is known.

    Attributes
    ----------
    built : tuple of SharingSystem
        As the network was built, for when nobody tells how they are.
    """

    network: Network
    sources: tuple[Polled, ...]
    built: tuple[SharingSystem, ...]


def realtime_entry(text: str, feeds: Sequence[FeedEntry]) -> RealtimeEntry:
    """The source that ``URL`` or ``FEED=URL`` means in a network of these feeds.

    An address of gbfs.json tells of shared vehicles, one of odpt:Train or odpt:TrainInformation of trains in ODPT's
    words, every other one is GTFS-Realtime.

    Raises
    ------
    RequestError
        If it is no address, or leaves open which feed it is about.
    """
    names = [feed.name for feed in feeds if feed.kind in ("gtfs", "gbfs")]
    name, _, url = text.partition("=") if text.partition("=")[0] in names else ("", "", text)
    if not url.startswith(("http://", "https://")):
        raise RequestError("--realtime", f"--realtime {text}: '{url}' is no address that begins with http.")
    path = unquote(url.partition("?")[0])
    is_gbfs = path.endswith(("gbfs.json", "/gbfs"))
    kind = "gbfs" if is_gbfs else "gtfs"
    fitting = [feed.name for feed in feeds if feed.kind == kind and name in ("", feed.name)]
    if len(fitting) != 1:
        known = ", ".join(feed.name for feed in feeds if feed.kind == kind) or f"no {kind.upper()} feed is given"
        raise RequestError("--realtime", f"--realtime {text}: write FEED={url}, where FEED is one of: {known}.")
    words = ODPT if path.endswith(("odpt:Train", "odpt:TrainInformation")) else GTFS_RT
    return RealtimeEntry(GBFS if is_gbfs else words, url, fitting[0])


def operation_of(network: Network, now: datetime) -> Operation:
    """The network with the sources it was built to follow, none of them asked yet."""
    sources = tuple(Polled(entry, now) for entry in network.manifest.realtime)
    return Operation(network, sources, network.snapshot.sharing)


def follow(
    network: Network, publish: Callable[[Operation], None], stop: Event, web: Web, clock: Callable[[], datetime]
) -> None:
    """Ask the network's sources until `stop` is set; meant for a thread of its own.

    Parameters
    ----------
    publish : callable
        Told the operation after every round; to serve it is one assignment.
    clock : callable
        Aware time.
    """
    operation = operation_of(network, clock())
    while operation.sources and not stop.is_set():
        operation = polled(operation, web, clock())
        publish(operation)
        next_due = min(source.due for source in operation.sources)
        stop.wait(max(1.0, (next_due - clock()).total_seconds()))


def polled(operation: Operation, web: Web, now: datetime) -> Operation:
    """The operation after every source that is due was asked once, and data that are too old by now left out."""
    for row, source in enumerate(operation.sources):
        operation = _asked(operation, row, web, now) if source.due <= now else _aged(operation, row, now)
    return operation


def _asked(operation: Operation, row: int, web: Web, now: datetime) -> Operation:
    source = operation.sources[row]
    try:
        match source.entry.kind:
            case "gtfs-rt":
                network, source = _with_message(operation.network, source, web, now)
            case "gbfs":
                network, source = _with_system(operation.network, source, web, now)
            case "odpt":
                network, source = _with_trains(operation.network, source, web, now)
            case kind:
                raise FeedError(f"'{kind}' is no kind of live source.")
    except (FeedError, OSError) as error:
        failures = source.failures + 1
        pause = min(PAUSE_S * 2**failures, LONGEST_PAUSE_S)
        failed = replace(source, due=now + timedelta(seconds=pause), failures=failures, trouble=str(error))
        return _aged(_replaced(operation, operation.network, row, failed), row, now)
    source = replace(source, due=now + timedelta(seconds=PAUSE_S), answered=now, failures=0, trouble="")
    return _aged(_replaced(operation, network, row, source), row, now)


def _with_message(network: Network, source: Polled, web: Web, now: datetime) -> tuple[Network, Polled]:
    message = web.message(source.entry, is_read=source.made is not None and not source.trouble)
    if message is None:
        return network, source
    made = now if message.timestamp is None else min(now, datetime.fromtimestamp(message.timestamp, UTC))
    fresh_s = ALERTS_FRESH_S if message.alerts and not (message.updates or message.vehicles) else FRESH_S
    told = LiveSource(
        name=source.entry.url,
        timestamp=int(made.timestamp()),
        ttl=fresh_s,
        updates=message.updates,
        alerts=message.alerts,
        vehicles=message.vehicles,
        prefix=_prefix(network, source),
    )
    return network.with_live(told, now), replace(source, made=made, fresh_s=fresh_s)


def _prefix(network: Network, source: Polled) -> str:
    """What stands before the source's ids in the network."""
    n_timetables = sum(feed.kind == "gtfs" for feed in network.manifest.feeds)
    return f"{source.entry.feed}_" if n_timetables > 1 else ""


def _with_trains(network: Network, source: Polled, web: Web, now: datetime) -> tuple[Network, Polled]:
    answer = web.trains(source.entry, is_read=source.made is not None and not source.trouble)
    if answer is None:
        return network, source
    (trains, _), (told, _) = read_trains(answer), read_train_information(answer)
    prefix, day = _prefix(network, source), (now.astimezone(network.zone) - timedelta(hours=FIRST_HOUR)).date()
    timetable = (network.reported.scheduled if network.reported else network).snapshot.timetable
    runs = np.flatnonzero(timetable.active_services(day)[timetable.trips.service]).tolist()
    running = {timetable.trips.ids[trip].removeprefix(prefix) for trip in runs}
    observed = [*(train.observed for train in trains), *(one.observed for one in told)]
    made = min(now, max(observed, default=now))
    message = LiveSource(
        name=source.entry.url,
        timestamp=int(made.timestamp()),
        ttl=FRESH_S,
        updates=updates_of(trains, running, day),
        alerts=alerts_of(told),
        prefix=prefix,
    )
    return network.with_live(message, now), replace(source, made=made, fresh_s=FRESH_S)


def _with_system(network: Network, source: Polled, web: Web, now: datetime) -> tuple[Network, Polled]:
    is_whole = source.whole is None or now >= source.whole + timedelta(seconds=WHOLE_S)
    is_read = source.made is not None and not source.trouble
    system = web.system(source.entry, is_read=is_read, is_whole=is_whole)
    if is_whole:
        source = replace(source, whole=now)
    if system is None:
        return network, source
    if system.id != source.entry.feed:
        raise FeedError(f"{source.entry.url} tells of the system '{system.id}', not of '{source.entry.feed}'.")
    made = min(now, datetime.fromtimestamp(system.last_updated, UTC)) if system.last_updated else now
    return _with_sharing(network, system), replace(source, made=made)


def _with_sharing(network: Network, system: SharingSystem) -> Network:
    """The network with `system` instead of the one of the same id; days of the calendar stay as they are known."""
    before, side = network.snapshot.sharing, network.snapshot.street_side
    sharing = tuple(replace(system, holidays=one.holidays) if one.id == system.id else one for one in before)
    if sharing == before:
        return network
    ports = None
    if side is not None and positions(sharing) != positions(before):
        ports = port_links(side.streets, side.index, sharing)
    return network.with_sharing(sharing, ports, hashlib.sha256(repr(sharing).encode()).hexdigest()[:8])


def _aged(operation: Operation, row: int, now: datetime) -> Operation:
    """The operation without the data of a source that are too old, and with the reason."""
    source, network = operation.sources[row], operation.network
    age_s = source.age_s(now)
    is_fresh = age_s is not None and age_s <= source.fresh_s
    if age_s is not None and not is_fresh and not source.failures:
        source = replace(source, trouble=f"Its data are {age_s:.0f} s old; what was planned holds.")
    if source.entry.kind == GBFS and source.is_used and not is_fresh:
        network = _with_sharing(network, next(one for one in operation.built if one.id == source.entry.feed))
    return _replaced(operation, network, row, replace(source, is_used=is_fresh))


def _replaced(operation: Operation, network: Network, row: int, source: Polled) -> Operation:
    sources = (*operation.sources[:row], source, *operation.sources[row + 1 :])
    return replace(operation, network=network, sources=sources)
