"""Ways of vehicles around one day: trips chained where one may stay seated."""

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.kernels import kernel
from planner.service_day import seconds_on, service_day_start
from planner.timetable import Flags, Indices, Times, Timetable

DAY_OFFSETS = (-1, 0, 1)


class Calls(NamedTuple):
    """Calls of patterns as CSR; `board_stop`, `alight_stop` are `n_stops` where boarding, alighting is impossible."""

    n_stops: int
    first: Indices
    stop: Indices
    board_stop: Indices
    alight_stop: Indices


class Chains(NamedTuple):
    """Ways of vehicles: chain c is trips ``trip[first[c]:first[c + 1]]``.

    Chains with equal `group` have equal sequences of patterns. Per trip of a chain: `merges` says that it starts at the
    stop where the one before ended, the two calls being one position; `position` and `event` place its first call in
    the chain and among all events.
    """

    first: Indices
    group: Indices
    first_event: NDArray[np.int64]
    trip: Indices
    day_offset: Flags
    shift: Times
    merges: NDArray[np.bool_]
    position: Indices
    event: NDArray[np.int64]


def calls_of(timetable: Timetable, stops: NDArray[np.bool_] | None) -> Calls:
    """Nobody boards at a trip's last call or alights at its first."""
    patterns, n_stops = timetable.patterns, len(timetable.stops)
    can_board, can_alight = patterns.can_board != 0, patterns.can_alight != 0
    can_board[patterns.first[1:] - 1] = False
    can_alight[patterns.first[:-1]] = False
    if stops is not None:
        can_board &= stops[patterns.stop]
        can_alight &= stops[patterns.stop]
    none = np.int32(n_stops)
    board_stop, alight_stop = np.where(can_board, patterns.stop, none), np.where(can_alight, patterns.stop, none)
    return Calls(n_stops, patterns.first, patterns.stop, board_stop, alight_stop)


def chains_around(timetable: Timetable, day: date, calls: Calls, trips: NDArray[np.bool_] | None) -> Chains:
    """Chains of the service days before, of and after `day`, sorted by group, first departure and last arrival.

    Parameters
    ----------
    trips : bool array or None
        Trips that may be used, None: all.
    """
    length, trip, day_offset, shift = _three_days(timetable, day, trips)
    first, table = offsets(length), timetable.trips
    start = table.departure[table.first_event[trip[first[:-1]]]] + shift[first[:-1]]
    end = table.arrival[table.first_event[trip[first[1:] - 1] + 1] - 1] + shift[first[1:] - 1]
    group = _equal_sequences(first, table.pattern[trip])
    order = np.lexsort((end, start, group))
    rows = entries(first, order)
    first, trip = offsets(length[order]), trip[rows]
    pattern = table.pattern[trip]
    n_calls = np.diff(calls.first)[pattern]
    is_start = np.zeros(len(trip), np.bool_)
    is_start[first[:-1]] = True
    previous_end = calls.stop[calls.first[np.roll(pattern, 1) + 1] - 1]
    merges = ~is_start & (calls.stop[calls.first[pattern]] == previous_end)
    event = np.cumsum(n_calls - merges, dtype=np.int64) - n_calls
    first_event = np.append(event[is_start], event[-1] + n_calls[-1] if len(event) else 0)
    position = (event - np.repeat(first_event[:-1], length[order])).astype(np.int32)
    return Chains(
        first, group[order], first_event, trip, day_offset[rows].astype(np.int8), shift[rows], merges, position, event
    )


def _three_days(timetable: Timetable, day: date, trips: NDArray[np.bool_] | None) -> list[NDArray[np.int32]]:
    """Chains of the service days before, of and after `day`: their lengths; per trip: index, day offset and shift."""
    zone, n_trips = ZoneInfo(timetable.timezone), len(timetable.trips)
    allowed = np.ones(n_trips, np.bool_) if trips is None else trips
    columns: list[tuple[NDArray[np.int32], ...]] = []
    for offset in DAY_OFFSETS:
        service_day = day + timedelta(days=offset)
        shift = seconds_on(service_day_start(service_day, zone), day, zone)
        active = timetable.active_services(service_day)[timetable.trips.service] & allowed
        first, trip = chained(active, *links_between(timetable, active))
        columns.append((np.diff(first), trip, np.full_like(trip, offset), np.full_like(trip, shift)))
    return [np.concatenate(column) for column in zip(*columns, strict=True)]


def links_between(timetable: Timetable, active: NDArray[np.bool_]) -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """In-seat links between active trips that go forward in time, as CSR over trips, and which trips are gone on to.

    Between trips that take no time at one instant only links to a later index count, so that no chain ever closes.
    """
    trips, links = timetable.trips, timetable.in_seat
    start, end = trips.departure[trips.first_event[:-1]], trips.arrival[trips.first_event[1:] - 1]
    a, b = links.from_trip, links.to_trip
    is_later = (start[a] < start[b]) | (end[a] < end[b]) | (a < b)
    keep = active[a] & active[b] & (end[a] <= start[b]) & is_later
    pairs = np.unique(np.stack([a[keep], b[keep]], axis=1), axis=0).astype(np.int32)
    has_previous = np.zeros(len(trips), np.bool_)
    has_previous[pairs[:, 1]] = True
    return offsets(np.bincount(pairs[:, 0], minlength=len(trips))), pairs[:, 1].copy(), has_previous


@kernel
def chained(
    active: NDArray[np.bool_], link_first: Indices, link_to: Indices, has_previous: NDArray[np.bool_]
) -> tuple[Indices, Indices]:
    """Every longest way along links, one chain per branch, depth first."""
    first, trips = [np.int32(0)], [np.int32(0)]
    trips.pop()
    path, branch = [np.int32(0)], [np.int32(0)]
    for head in range(len(active)):
        if not active[head] or has_previous[head]:
            continue
        path.clear()
        branch.clear()
        path.append(np.int32(head))
        branch.append(link_first[head])
        while path:
            trip, link = path[-1], branch[-1]
            if link_first[trip] == link_first[trip + 1]:
                trips.extend(path)
                first.append(np.int32(len(trips)))
            if link == link_first[trip + 1]:
                path.pop()
                branch.pop()
            else:
                branch[-1] = link + np.int32(1)
                path.append(link_to[link])
                branch.append(link_first[link_to[link]])
    return np.array(first, np.int32), np.array(trips, np.int32)


def _equal_sequences(first: Indices, pattern: Indices) -> Indices:
    """One number per distinct sequence of patterns, counted from 0."""
    length, n_patterns = np.diff(first), np.int64(pattern.max(initial=0) + 1)
    group = pattern[first[:-1]].astype(np.int64)
    for place in range(1, int(length.max(initial=1))):
        longer = np.flatnonzero(length > place)
        continued = np.unique(group[longer] * n_patterns + pattern[first[:-1][longer] + place], return_inverse=True)[1]
        group[longer] = group.max() + 1 + continued
    return np.unique(group, return_inverse=True)[1].astype(np.int32)
