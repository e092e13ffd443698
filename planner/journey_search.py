"""Journeys with scheduled vehicles: one exact search for every pair of first and last street modes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from planner.access import Ways, joined
from planner.journeys import Journeys, Options
from planner.labels import Leaving
from planner.model import TRANSIT
from planner.raptor import Transit, Workspace, search_at, search_soonest, search_within
from planner.request import StreetMode
from planner.ruled_changes import named_by, with_copies
from planner.timetable import Timetable

VEHICLES = [mode.value for mode in StreetMode if mode is not StreetMode.WALK] + sorted(mode.value for mode in TRANSIT)
KIND_BIT = {name: 1 << i for i, name in enumerate(VEHICLES)} | {StreetMode.WALK.value: 0}
"""A combination of modes is a sum of these; walking is always allowed and counts for nothing."""


@dataclass(frozen=True, slots=True)
class Approach:
    """Ways of one street mode at one end, as a search takes them.

    Attributes
    ----------
    ways : sequence of Ways
        Behind each other they are the rows of `options`.
    walk_s : int32 array
        Seconds on foot per row.
    """

    mode: StreetMode
    ways: Sequence[Ways]
    options: Options
    walk_s: NDArray[np.int32]

    @classmethod
    def of(cls, mode: StreetMode, ways: Sequence[Ways]) -> "Approach":
        """Join `ways`."""
        walk_s = np.concatenate([one.parts[:, 0] + one.parts[:, 2] for one in ways])
        return cls(mode, ways, joined(ways), walk_s.astype(np.int32))


@dataclass(frozen=True, slots=True)
class Pair:
    """What one search found: journeys that begin by `access` and end by `egress`."""

    access: Approach
    egress: Approach
    journeys: Journeys


@dataclass(frozen=True, slots=True)
class Candidates:
    """Journeys of all pairs of modes, row by row.

    Attributes
    ----------
    departure, arrival, transfers, walk_s : int32 arrays
        Seconds of the service day; `walk_s` before the first and after the last ride.
    kind : int64 array
        The modes used, a sum of `KIND_BIT`.
    pair, row : int32 arrays
        Row of `pairs`, and of its journeys.
    """

    pairs: Sequence[Pair]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    transfers: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    kind: NDArray[np.int64]
    pair: NDArray[np.int32]
    row: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.departure)

    def and_then(self, other: "Candidates") -> "Candidates":
        """Those found in one span and those of another beside it."""
        moved = replace(other, pair=other.pair + np.int32(len(self.pairs)))
        columns = (np.concatenate([getattr(self, name), getattr(moved, name)]) for name in COLUMNS)
        return Candidates([*self.pairs, *other.pairs], *columns)


def nothing_found() -> Candidates:
    """No journeys."""
    none = np.zeros(0, np.int32)
    return Candidates((), none, none, none, none, none.astype(np.int64), none, none)


COLUMNS = ("departure", "arrival", "transfers", "walk_s", "kind", "pair", "row")


@dataclass(frozen=True, slots=True)
class Span:
    """Departures, or arrivals if `arrive_by`, between two seconds of the service day."""

    earliest: int
    latest: int
    arrive_by: bool

    @property
    def asked(self) -> int:
        """The end of the span that the asker named."""
        return self.latest if self.arrive_by else self.earliest


def journeys_between(
    timetable: Timetable,
    transit: Transit,
    combined: Sequence[tuple[Approach, Approach, int]],
    span: Span,
    max_transfers: int,
    workspace: Workspace,
) -> Candidates:
    """Every Pareto-optimal journey in (departure, arrival, transfers) of each pair of access and egress modes.

    With each pair stands how many seconds its journeys may take. A journey of the span that one outside it dominates,
    leaving after its end (arriving before its begin), is left out: so the pages of an answer together are the Pareto
    set of their whole time, wherever it is cut.
    """
    pairs, kept = [], []
    for first, last, longest in combined:
        (access, of_access), (egress, of_egress) = (with_copies(transit.day, one.options) for one in (first, last))
        ends = transit, access, egress
        leaving = Leaving(span.earliest, span.latest, longest)
        found = search_within(transit, (access, egress), leaving, max_transfers, workspace)
        pairs.append(Pair(first, last, named_by(found, of_access, of_egress)))
        begin = span.earliest - 1 if span.arrive_by else span.latest + 1
        within = _time_left(found, begin, span.arrive_by)
        rows = np.arange(len(found), dtype=np.int32)
        if within > 0:
            rows = _undominated(found, search_at(*ends, begin, max_transfers, workspace, within), span.arrive_by)
        kept.append(rows)
    if not pairs:
        return nothing_found()
    bit_of_route = np.array([KIND_BIT[route.mode] for route in timetable.routes], np.int64)
    columns = [
        (*_columns(pair, timetable, transit, bit_of_route, rows), np.full(len(rows), number, np.int32), rows)
        for number, (pair, rows) in enumerate(zip(pairs, kept, strict=True))
    ]
    return Candidates(pairs, *(np.concatenate(column) for column in zip(*columns, strict=True)))


def is_any(
    transit: Transit,
    sides: tuple[Sequence[Approach], Sequence[Approach]],
    span: Span,
    max_transfers: int,
    workspace: Workspace,
) -> bool:
    """Whether there is a journey in `span` at all, however much worse than going directly."""
    for first, last in product(*sides):
        (access, _), (egress, _) = (with_copies(transit.day, one.options) for one in (first, last))
        found = search_soonest(transit, access, egress, span.asked, max_transfers, workspace)
        begins = found.arrival if span.arrive_by else found.departure
        if ((span.earliest <= begins) & (begins <= span.latest)).any():
            return True
    return False


def journeys_at(
    transits: tuple[Transit, Transit],
    sides: tuple[Approach, Approach],
    moment: int,
    max_transfers: int,
    workspace: Workspace,
) -> list[tuple[Pair, int]]:
    """Pareto set in (arrival, transfers) of who departs at `moment` or later, each departing as late as it can.

    Parameters
    ----------
    transits : (Transit, Transit)
        One day in the direction of the search and in the other. If the first is mirrored, the set is that in
        (departure, transfers) of who arrives at `moment` or earlier, each arriving as early as it can.
    """
    transit, opposite = transits
    (access, of_access), (egress, of_egress) = (with_copies(transit.day, side.options) for side in sides)
    found = search_at(transit, access, egress, moment, max_transfers, workspace)
    ends = found.departure if transit.day.is_mirrored else found.arrival
    chosen = []
    for end, transfers in zip(ends.tolist(), found.transfers.tolist(), strict=True):
        # None ends as well with fewer transfers, so the last of the way back is as good and makes as many.
        back = named_by(search_at(opposite, access, egress, end, transfers, workspace), of_access, of_egress)
        chosen.append((Pair(*sides, back), len(back) - 1))
    return chosen


def _columns(
    pair: Pair, timetable: Timetable, transit: Transit, bit_of_route: NDArray[np.int64], rows: NDArray[np.int32]
) -> tuple[NDArray[np.integer], ...]:
    journeys, segments = pair.journeys, transit.day.segments
    n = len(journeys)
    kind = np.full(n, KIND_BIT[pair.access.mode] | KIND_BIT[pair.egress.mode], np.int64)
    if n:
        trips = segments.trip[segments.first[journeys.lane_trip]]
        ridden = bit_of_route[timetable.trips.route[trips]]
        kind |= np.bitwise_or.reduceat(ridden, journeys.ride_first[:-1])
    walk_s = pair.access.walk_s[journeys.access] + pair.egress.walk_s[journeys.egress]
    columns = journeys.departure, journeys.arrival, journeys.transfers, walk_s, kind
    return tuple(column[rows] for column in columns)


def _time_left(found: Journeys, begin: int, arrive_by: bool) -> int:
    """Seconds that a journey beyond the span may take from `begin` on, to dominate one found in it."""
    if not len(found):
        return 0
    return begin - int(found.departure.min()) if arrive_by else int(found.arrival.max()) - begin


def _undominated(found: Journeys, beyond: Journeys, arrive_by: bool) -> NDArray[np.int32]:
    """Rows of `found` that no journey `beyond` the span dominates."""
    if arrive_by:
        no_worse = beyond.departure[None, :] >= found.departure[:, None]
    else:
        no_worse = beyond.arrival[None, :] <= found.arrival[:, None]
    dominated = (no_worse & (beyond.transfers[None, :] <= found.transfers[:, None])).any(axis=1)
    return np.flatnonzero(~dominated).astype(np.int32)
