"""What several feeds tell of the same thing, told once: stops at one place, and trips that another feed has already.

A trip is dropped on the days on which an earlier feed runs it, so that the feed named first counts; stops stay under
all their ids and are joined by a change that takes no time (docs/decisions/0006).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from feeds.notices import Notice, Severity
from planner.board import name_as_read
from planner.geo import great_circle_m
from planner.timetable import BOARDING_PLACE, Indices, Timetable, TransferRules

SAME_PLACE_M = 50.0
"""Two feeds place one stop at most so far apart; poles on two sides of a street are told apart by who is nearest."""

OwnId = Callable[[int], str]
"""The id of a stop in its own feed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The timetable, and how much of it was told twice.

    Attributes
    ----------
    stops, trips : int
        Pairs of stops that are one; trips that run less often than their feed says, or never.
    """

    timetable: Timetable
    stops: int
    trips: int

    def notice(self) -> Notice | None:
        """What there is to say about it."""
        if not self.stops:
            return None
        told = (
            f"{self.stops} stops are in several feeds, and {self.trips} trips, which are those of the feed named first"
        )
        return Notice(Severity.INFO, "stops.txt", None, told)


def merge_feeds(timetable: Timetable, prefixes: Sequence[str], starts: tuple[Sequence[int], Sequence[int]]) -> Merged:
    """Find what is there twice in a timetable joined from several feeds.

    Parameters
    ----------
    prefixes : sequence of str
        Of the ids of each feed.
    starts : pair of sequence of int
        Rows at which the stops, and those at which the trips of each feed begin.
    """
    stop_starts, trip_starts = starts
    pairs = _same_stops(timetable, prefixes, _feed_of(stop_starts, len(timetable.stops)))
    if not len(pairs):
        return Merged(timetable, 0, 0)
    known_as = np.arange(len(timetable.stops), dtype=np.int32)
    for first, second in pairs.tolist():
        known_as[second] = known_as[first]
    linked = replace(timetable, transfers=_with_changes(timetable.transfers, pairs, len(timetable.stops)))
    merged, count = _without_repeats(linked, known_as, _feed_of(trip_starts, len(timetable.trips)))
    return Merged(merged, len(pairs), count)


def _feed_of(starts: Sequence[int], size: int) -> Indices:
    return (np.searchsorted(np.asarray(starts), np.arange(size), "right") - 1).astype(np.int32)


def _same_stops(timetable: Timetable, prefixes: Sequence[str], feed_of_stop: Indices) -> Indices:
    """Pairs of boarding places of two feeds with equal name and platform that are nearest to each other."""
    stops = timetable.stops
    by_name: dict[tuple[str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in np.flatnonzero(stops.location_type == BOARDING_PLACE).tolist():
        by_name[name_as_read(stops.names[row]), name_as_read(stops.platforms[row])][int(feed_of_stop[row])].append(row)

    def own_id(stop: int) -> str:
        return stops.ids[stop].removeprefix(prefixes[feed_of_stop[stop]])

    pairs: list[tuple[int, int]] = []
    for of_feed in by_name.values():
        for feed, other in combinations(sorted(of_feed), 2):
            pairs += _nearest(timetable, own_id, of_feed[feed], of_feed[other])
    return np.array(sorted(pairs), np.int32).reshape(-1, 2)


def _nearest(timetable: Timetable, own_id: OwnId, rows: list[int], others: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs near each other, the nearest first, those of equal ids before others at the same distance; each once."""
    stops = timetable.stops
    a, b = (np.array(column) for column in zip(*product(rows, others), strict=True))
    apart = np.round(great_circle_m(stops.lat[a], stops.lon[a], stops.lat[b], stops.lon[b]), 1)
    candidates = sorted(
        (metres, own_id(first) != own_id(second), first, second)
        for metres, first, second in zip(apart.tolist(), a.tolist(), b.tolist(), strict=True)
        if metres <= SAME_PLACE_M
    )
    taken: set[int] = set()
    for _, _, first, second in candidates:
        if not {first, second} & taken:
            taken |= {first, second}
            yield first, second


def _with_changes(rules: TransferRules, pairs: Indices, n_stops: int) -> TransferRules:
    """The rules with a change of no time between equal stops, unless the feeds say something else of them."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    ruled = rules.from_stop.astype(np.int64) * n_stops + rules.to_stop
    new = both[~np.isin(both[:, 0].astype(np.int64) * n_stops + both[:, 1], ruled)]
    return TransferRules(
        from_stop=np.append(rules.from_stop, new[:, 0]).astype(np.int32),
        to_stop=np.append(rules.to_stop, new[:, 1]).astype(np.int32),
        seconds=np.append(rules.seconds, np.zeros(len(new))).astype(np.int32),
        is_forbidden=np.append(rules.is_forbidden, np.zeros(len(new))).astype(np.int8),
    )


def _without_repeats(timetable: Timetable, known_as: Indices, feed_of_trip: Indices) -> tuple[Timetable, int]:
    """The timetable with every trip on the days only on which no earlier feed runs it; how many that concerns."""
    trips, active = timetable.trips, timetable.service_active
    service, rows = trips.service.copy(), list[NDArray[np.uint8]]()
    found: dict[tuple[int, ...], int] = {}
    count = 0
    for first, *later in _told_alike(timetable, known_as):
        run = {int(feed_of_trip[first]): [int(trips.service[first])]}
        for trip in later:
            feed, own = int(feed_of_trip[trip]), int(trips.service[trip])
            before = tuple(sorted({one for other, services in run.items() if other < feed for one in services}))
            run.setdefault(feed, []).append(own)
            if not before or not (active[own] & active[list(before)].any(axis=0)).any():
                continue
            count += 1
            if (own, *before) not in found:
                found[own, *before] = len(active) + len(rows)
                rows.append((active[own] & ~active[list(before)].any(axis=0)).astype(np.uint8))
            service[trip] = found[own, *before]
    if not rows:
        return timetable, 0
    merged = replace(timetable, trips=replace(trips, service=service), service_active=np.vstack([active, *rows]))
    return merged, count


def _told_alike(timetable: Timetable, known_as: Indices) -> Iterator[list[int]]:
    """Rows of trips with equal stops, times and name of the line, in order; groups of one are left out."""
    trips, patterns = timetable.trips, timetable.patterns
    lines = [(route.type, name_as_read(route.short_name), name_as_read(route.long_name)) for route in timetable.routes]
    stop, n_shared = known_as[patterns.stop], np.bincount(known_as, minlength=len(known_as))
    is_shared = np.logical_and.reduceat(n_shared[stop] > 1, patterns.first[:-1]) if len(patterns) else np.zeros(0)
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for trip in np.flatnonzero(is_shared[trips.pattern]).tolist():
        pattern, events = trips.pattern[trip], slice(int(trips.first_event[trip]), int(trips.first_event[trip + 1]))
        calls = stop[patterns.first[pattern] : patterns.first[pattern + 1]]
        times = trips.arrival[events].tobytes(), trips.departure[events].tobytes()
        alike[lines[int(trips.route[trip])], calls.tobytes(), *times].append(trip)
    yield from (rows for rows in alike.values() if len(rows) > 1)
