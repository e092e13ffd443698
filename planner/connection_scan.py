"""Searches for one departure that scan the day's connections in order of time, once for all numbers of rides.

Dibbelt, Pajor, Strasser and Wagner, Connection Scan Algorithm, Journal of Experimental Algorithmics 23 (2018),
doi:10.1145/3274661. A connection is a vehicle's way from one call to the next. Instead of a flag every trip has the
fewest rides with which one can be on it, and a connection is boarded only if that makes them fewer, so that the Pareto
set in (arrival, transfers) takes hardly longer than the earliest arrival. `planner.raptor` finds the same, and is asked
where a vehicle that takes no time brings one on at the same instant, or where labels exceed the memory.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.csr import offsets, places
from planner.day import DayTimetable
from planner.footpaths import DAY_S, FORBIDDEN, Footpaths
from planner.journeys import UNREACHED, Journeys, Options
from planner.kernels import kernel
from planner.labels import Table, Ways
from planner.raptor import Transit, Workspace, search_at
from planner.timetable import Indices, Times

NONE = -1
MOST_RIDES = 199


class Connections(NamedTuple):
    """A day's connections by departure, and the walks between stops.

    Connection c leaves call `call` of lane trip `trip` at `departure` from stop `board` and arrives at `arrival` at
    stop `alight`; the number behind the last stop says that one may not. At stop s one changes or walks on by rows
    ``walk_first[s]:walk_first[s + 1]`` of `walks` (to, seconds, opens, width of the opening). `fewest` is of
    `planner.fewest_rides`, or empty.
    """

    departure: Times
    arrival: Times
    board: Indices
    alight: Indices
    trip: Indices
    call: Indices
    walk_first: Indices
    walks: Table
    fewest: NDArray[np.uint8]


class Scan(NamedTuple):
    """What a scan knows; the last index of `ready` and `ridden` is the most rides made.

    `rides` is the fewest rides with which one is on a trip, `boarded` the call where and `boarded_from` the label with
    which one got on, at time `left`. A label is (lane trip, board, alight, label before, departure); label −1 − o is
    access option o. `rest` is the fewest rides from a stop to the destination, `egress_at` its first egress option.
    """

    rides: NDArray[np.uint8]
    boarded: Indices
    boarded_from: Indices
    left: Times
    ready: Table
    ready_from: Table
    ridden: Table
    labels: Table
    rest: NDArray[np.uint8]
    egress_at: Indices
    target: Times
    target_label: Table


@dataclass(frozen=True, slots=True)
class Scannable:
    """A day's connections, ready to be scanned, with the memory for one scan at a time: keep one per thread."""

    transit: Transit
    connections: Connections
    memory: Scan
    workspace: Workspace
    max_transfers: int

    @classmethod
    def of(cls, transit: Transit, max_transfers: int, fewest: NDArray[np.uint8] | None = None) -> "Scannable":
        """Sort the connections of `transit`, which is not mirrored.

        Parameters
        ----------
        max_transfers : int
            Most changes that will be asked for.
        fewest : uint8 array, optional
            Of `planner.fewest_rides`: it changes nothing but how long a scan takes.
        """
        day, levels = transit.day, max_transfers + 2
        if day.is_mirrored or max_transfers >= MOST_RIDES:
            raise ValueError(f"connections are scanned forwards, for less than {MOST_RIDES} transfers")
        n_trips, n = int(day.trip_first[-1]), day.n_stops

        def table(*shape: int) -> Table:
            return np.zeros(shape, np.int32)

        memory = Scan(
            np.zeros(n_trips, np.uint8), table(n_trips), table(n_trips), table(n_trips), table(n + 1, levels),
            table(n + 1, levels), table(n + 1, levels), table(16 * n + 64, 5), np.zeros(n + 1, np.uint8),
            np.full(n + 1, NONE, np.int32), table(levels), table(levels, 2),
        )  # fmt: skip
        known = np.zeros((0, 0), np.uint8) if fewest is None else fewest
        columns = _sorted_connections(day)
        walk_first, walks = _walks(transit.footpaths)
        workspace = Workspace.of(transit, max_transfers)
        return cls(transit, Connections(*columns, walk_first, walks, known), memory, workspace, max_transfers)


def scan_at(
    scannable: Scannable, access: Options, egress: Options, time: int, max_transfers: int, earliest_only: bool = False
) -> Journeys:
    """Find the Pareto set in (arrival, transfers) of all journeys that depart at `time` or later, by transfers.

    As `planner.raptor.search_at`; with `earliest_only` only one that arrives first, with any number of transfers.
    """
    if max_transfers > scannable.max_transfers:
        raise ValueError(f"the connections were sorted for fewer than {max_transfers} transfers")
    start = Ways(access.stop, access.seconds, access.opens, access.closes)
    end = Ways(egress.stop, egress.seconds, egress.opens, egress.closes)
    connections, memory, asked = scannable.connections, scannable.memory, (time, max_transfers + 1)
    is_complete, found, rides = search_connections(connections, start, end, memory, asked, earliest_only)
    if not is_complete:
        journeys = search_at(scannable.transit, access, egress, time, max_transfers, scannable.workspace)
        return _last(journeys) if earliest_only else journeys
    departure, arrival, n_rides, option, last = found.T
    return Journeys(departure, arrival, n_rides - 1, option, last, offsets(n_rides), *rides.T)


def _last(found: Journeys) -> Journeys:
    """Only the journey with the most transfers, which arrives first."""
    last, rides = slice(max(len(found) - 1, 0), None), slice(int(found.ride_first[-2:][0]), None)
    return Journeys(
        found.departure[last], found.arrival[last], found.transfers[last], found.access[last], found.egress[last],
        offsets(found.transfers[last] + 1), found.lane_trip[rides], found.board[rides], found.alight[rides],
    )  # fmt: skip


def _sorted_connections(day: DayTimetable) -> tuple[Times, Times, Indices, Indices, Indices, Indices]:
    """Columns of `Connections` up to `call`, by departure, those that take no time first."""
    n_calls, n_trips = np.diff(day.pattern_first), np.diff(day.trip_first)
    pattern = np.repeat(np.arange(len(n_trips)), n_trips)
    rows = (n_calls - 1)[pattern]
    trip, call = np.repeat(np.arange(len(pattern)), rows), places(rows)
    pattern = pattern[trip]
    place, nth = day.pattern_first[pattern] + call, trip - day.trip_first[pattern]
    departure = day.departure[day.event_first[pattern] + call * n_trips[pattern] + nth]
    arrival = day.arrival[day.event_first[pattern] + nth * n_calls[pattern] + call + 1]
    order = np.lexsort((call, arrival > departure, departure))
    departure, arrival = departure[order], arrival[order]
    board, alight = day.board_stop[place][order], day.alight_stop[place + 1][order]
    return departure, arrival, board, alight, trip[order].astype(np.int32), call[order].astype(np.int32)


def _walks(footpaths: Footpaths) -> tuple[Indices, Table]:
    """Changes and walks as rows of `Connections.walks`."""
    changes = np.flatnonzero(footpaths.change_s != FORBIDDEN)
    start, always = np.append(changes, footpaths.start), np.zeros(len(changes), np.int32)
    columns = (
        np.append(changes, footpaths.to),
        np.append(footpaths.change_s[changes], footpaths.seconds),
        np.append(always, footpaths.opens),
        np.append(always + DAY_S, footpaths.closes - footpaths.opens),
    )
    order = np.argsort(start, kind="stable")
    first = offsets(np.bincount(start, minlength=len(footpaths.change_s)))
    return first, np.column_stack(columns)[order].astype(np.int32)


@kernel
def search_connections(
    connections: Connections, access: Ways, egress: Ways, memory: Scan, asked: tuple[int, int], earliest_only: bool
) -> tuple[bool, Table, Table]:
    """Whether the scan could be made; journeys and rides as the rounds of RAPTOR give them."""
    is_complete = _scan(connections, access, egress, memory, asked, earliest_only)
    found, rides = _traced(access, memory.labels, memory.target, memory.target_label)
    return is_complete, found, rides


@kernel
def _scan(  # noqa: C901, PLR0912, PLR0915
    connections: Connections, access: Ways, egress: Ways, memory: Scan, asked: tuple[int, int], earliest_only: bool
) -> bool:
    """Scan what departs from a time on with so many rides at most (`asked`), until nothing can arrive earlier.

    Journeys with `enough` rides or more cannot arrive earlier any more, those with less than `least` do not exist.
    """
    departures, arrivals, boards, alights, trips, calls, walk_first, walks, _ = connections
    rides, boarded, boarded_from, left, ready, ready_from, ridden, labels, rest, egress_at, _, _ = memory
    target, target_label, max_rides = memory.target, memory.target_label, asked[1]
    following = _begun(connections, memory, egress)
    first, least = _reach_stops(access, memory, asked[0], max_rides)
    least = max_rides if earliest_only and least <= max_rides else least
    n_labels, enough, until, is_sudden, is_complete = 0, max_rides + 1, -UNREACHED, False, True
    c = np.searchsorted(departures, first)
    while c < len(departures):
        now = departures[c]
        if until <= now:
            while enough > least and target[enough - 1] <= now:
                enough -= 1
            if enough <= least:
                break
            until = target[enough - 1]
        trip, stop = trips[c], boards[c]
        k = min(int(rides[trip]), enough)
        if k >= 2 and ready[stop, k - 2] <= now:
            k -= 1
            while k >= 2 and ready[stop, k - 2] <= now:
                k -= 1
            rides[trip], boarded[trip], left[trip] = k, calls[c], now
            boarded_from[trip] = ready_from[stop, k - 1]
        if k < enough:
            arrival, stop, most = arrivals[c], alights[c], max(k, least)
            if arrival < ridden[stop, k] and k + rest[stop] < enough and arrival < target[most]:
                if n_labels == len(labels):
                    is_complete = False
                    break
                labels[n_labels, 0], labels[n_labels, 1], labels[n_labels, 2] = trip, boarded[trip], calls[c] + 1
                labels[n_labels, 3], labels[n_labels, 4] = boarded_from[trip], left[trip]
                for level in range(k, max_rides + 1):
                    if ridden[stop, level] <= arrival:
                        break
                    ridden[stop, level] = arrival
                row = egress_at[stop]
                while row >= 0:
                    begin = max(arrival, egress.opens[row])
                    end = begin + egress.seconds[row]
                    if begin <= egress.closes[row] and end < target[most]:
                        target_label[most, 0], target_label[most, 1] = n_labels, row
                        for level in range(most, max_rides + 1):
                            target[level] = min(target[level], end)
                        until = min(until, end)
                    row = following[row]
                for walk in range(walk_first[stop], walk_first[stop + 1]):
                    end, moment = walks[walk, 0], arrival + walks[walk, 1]
                    if walks[walk, 3] < DAY_S:
                        since_opening = (arrival - walks[walk, 2]) % DAY_S
                        if since_opening > walks[walk, 3]:
                            moment += DAY_S - since_opening
                    is_sudden |= moment == now
                    for level in range(k, max_rides):
                        if ready[end, level] <= moment:
                            break
                        ready[end, level], ready_from[end, level] = moment, n_labels
                n_labels += 1
        c += 1
        if is_sudden and (c == len(departures) or departures[c] > now):
            is_complete = False
            break
    for stop in egress.stop:
        egress_at[stop] = NONE
    return is_complete


@kernel
def _begun(connections: Connections, memory: Scan, egress: Ways) -> Indices:
    """Forget the scan before; chain the egress options that share a stop; the fewest rides to any of them."""
    n = len(memory.rest) - 1
    memory.rides[:] = MOST_RIDES + 1
    memory.ready[:], memory.ridden[:] = UNREACHED, UNREACHED
    memory.ridden[n] = -UNREACHED
    memory.target[:], memory.target_label[:] = UNREACHED, NONE
    memory.rest[:] = 0
    following = np.empty(len(egress.stop), np.int32)
    for row in range(len(egress.stop)):
        end = egress.stop[row]
        following[row] = memory.egress_at[end]
        memory.egress_at[end] = row
        if len(connections.fewest) and row == 0:
            memory.rest[:n] = connections.fewest[end]
        elif len(connections.fewest):
            for stop in range(n):
                memory.rest[stop] = min(memory.rest[stop], connections.fewest[end, stop])
    return following


@kernel
def _reach_stops(access: Ways, memory: Scan, time: int, max_rides: int) -> tuple[int, int]:
    """Earliest time at which one is ready anywhere, and the fewest rides from there."""
    earliest, least = UNREACHED, MOST_RIDES
    for option in range(len(access.stop)):
        begin, stop = max(time, access.opens[option]), access.stop[option]
        ready = begin + access.seconds[option]
        if begin > access.closes[option] or ready >= memory.ready[stop, 0]:
            continue
        for level in range(max_rides):
            memory.ready[stop, level], memory.ready_from[stop, level] = ready, -1 - option
        earliest, least = min(earliest, ready), min(least, int(memory.rest[stop]))
    return earliest, max(least, 1)


@kernel
def _traced(access: Ways, labels: Table, target: Times, target_label: Table) -> tuple[Table, Table]:
    """The journeys that no other with fewer rides equals, and their rides."""
    found, rides = np.empty((len(target), 5), np.int32), np.empty((256, 3), np.int32)
    n_found, n_rides, best = 0, 0, UNREACHED
    for most in range(len(target)):
        label = target_label[most, 0]
        if label == NONE or target[most] >= best:
            continue
        best, k = target[most], 0
        while label >= 0:
            label, k = labels[label, 3], k + 1
        if n_rides + k > len(rides):
            rides = np.concatenate((rides, np.empty((len(rides) + k, 3), np.int32)))
        label = target_label[most, 0]
        for row in range(n_rides + k - 1, n_rides - 1, -1):
            rides[row, 0], rides[row, 1], rides[row, 2] = labels[label, 0], labels[label, 1], labels[label, 2]
            if row == n_rides:
                option = -1 - labels[label, 3]
                found[n_found, 0] = min(labels[label, 4] - access.seconds[option], access.closes[option])
                found[n_found, 3] = option
            label = labels[label, 3]
        found[n_found, 1], found[n_found, 2], found[n_found, 4] = best, k, target_label[most, 1]
        n_found, n_rides = n_found + 1, n_rides + k
    return found[:n_found], rides[:n_rides]
