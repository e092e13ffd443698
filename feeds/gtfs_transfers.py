"""Changes between trips: transfers.txt and blocks of trips that one vehicle runs."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import Mask, NoticeLog, Table, whole
from feeds.gtfs_stop_times import Calls, TripRows
from feeds.gtfs_stops import StopIds
from feeds.gtfs_trips import Runs
from feeds.notices import Severity
from planner.timetable import NONE, InSeat, SpecialTransfers, TransferRules

_IN_SEAT, _NO_IN_SEAT = 4, 5


@dataclass(frozen=True, slots=True)
class _Ends:
    """First and last call of every row of TripRows that is run once; `run` is its TripIndex, NONE for the others."""

    run: NDArray[np.int32]
    first_stop: NDArray[np.int32]
    last_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]


def read_transfer_rules(table: Table, ids: StopIds, log: NoticeLog) -> TransferRules:
    """Rows between stops; a row for a stop itself wins over one for its station."""
    kinds = table.choices("transfer_type", range(6), log)
    times, bad = table.parsed("min_transfer_time", whole, 0)
    bad |= times < 0
    log.add_rows(Severity.WARNING, table, bad, "min_transfer_time '{}' is no time; 0 is used", "min_transfer_time")
    origin, target = table.positions("from_stop_id", ids.index), table.positions("to_stop_id", ids.index)
    plain = ~_is_special(table) & (kinds < _IN_SEAT)
    unknown = (kinds < _IN_SEAT) & ((origin == NONE) | (target == NONE))
    message = "from_stop_id '{}' or to_stop_id '{}' is no usable stop; the row is left out"
    log.add_rows(Severity.WARNING, table, unknown, message, "from_stop_id", "to_stop_id")
    rules: dict[tuple[int, int], tuple[int, int, int]] = {}
    for row in np.flatnonzero(plain & ~unknown):
        starts, ends = (ids.boarding_places.get(int(stop[row]), (int(stop[row]),)) for stop in (origin, target))
        direct = (starts == (origin[row],)) + (ends == (target[row],))
        value = (direct, 0 if bad[row] else int(times[row]), int(kinds[row] == 3))
        for pair in ((a, b) for a in starts for b in ends):
            if pair not in rules or rules[pair][0] < direct:
                rules[pair] = value
    return TransferRules(
        from_stop=np.array([a for a, _ in rules], np.int32),
        to_stop=np.array([b for _, b in rules], np.int32),
        seconds=np.array([value[1] for value in rules.values()], np.int32),
        is_forbidden=np.array([value[2] for value in rules.values()], np.int8),
    )


def _is_special(table: Table) -> Mask:
    """Which rows are about single routes or trips."""
    special = np.zeros(len(table), np.bool_)
    for name in ("from_trip_id", "to_trip_id", "from_route_id", "to_route_id"):
        special |= table.column(name) != ""
    return special


def read_special_transfers(
    table: Table, routes: dict[str, int], rows: TripRows, runs: Runs, ids: StopIds, log: NoticeLog
) -> SpecialTransfers:
    """Rows of types 0 to 3 about routes or trips, a row for each pair of boarding places and runs they mean."""
    kinds = table.choices("transfer_type", range(6), NoticeLog())
    times, bad = table.parsed("min_transfer_time", whole, 0)
    seconds = np.where(bad | ~(times >= 0), 0, times).astype(np.int64)
    origin, target = table.positions("from_stop_id", ids.index), table.positions("to_stop_id", ids.index)
    chosen = _is_special(table) & (kinds < _IN_SEAT) & (origin != NONE) & (target != NONE)
    sides = [_selected(table, side, routes, rows, runs) for side in ("from", "to")]
    lost = (
        chosen
        & np.array([not (before and after) for before, after in zip(*sides, strict=True)] or [False], np.bool_)[
            : len(table)
        ]
    )
    message = "a route or trip of the row from '{}' to '{}' is not in the feed; it is left out"
    log.add_rows(Severity.WARNING, table, lost, message, "from_stop_id", "to_stop_id")
    found: list[tuple[int, ...]] = []
    for row in np.flatnonzero(chosen & ~lost).tolist():
        starts, ends = (ids.boarding_places.get(int(stop[row]), (int(stop[row]),)) for stop in (origin, target))
        told = int(seconds[row]), int(kinds[row] == 3)
        sides_of_row = list(product(sides[0][row], sides[1][row]))
        found += [(a, b, *x, *y, *told) for a, b in product(starts, ends) for x, y in sides_of_row]
    columns = np.array(found, np.int32).reshape(-1, 8).T
    return SpecialTransfers(*(column.copy() for column in columns))


def _selected(
    table: Table, side: str, routes: dict[str, int], rows: TripRows, runs: Runs
) -> list[list[tuple[int, int]]]:
    """Of each row the (route, trip) one side is about, NONE for any; a trip goes before its route. Empty: unknown."""
    trip_names, route_names = table.column(f"{side}_trip_id"), table.column(f"{side}_route_id")
    runs_of: dict[int, list[int]] = defaultdict(list)
    for run, source in enumerate(runs.source.tolist()):
        runs_of[source].append(run)
    found: list[list[tuple[int, int]]] = []
    for trip, route in zip(trip_names, route_names, strict=True):
        if trip:
            found.append([(NONE, run) for run in runs_of[rows.index.get(trip, NONE)]])
        else:
            found.append([(routes.get(route, NONE), NONE)] if not route or route in routes else [])
    return found


def read_in_seat(
    table: Table,
    rows: TripRows,
    calls: Calls,
    runs: Runs,
    ids: StopIds,
    active: NDArray[np.uint8],
    log: NoticeLog,
) -> InSeat:
    """Pairs of trips one stays seated between: transfer_type 4 and blocks, less transfer_type 5."""
    ends = _trip_ends(calls, runs)
    kinds = table.choices("transfer_type", range(6), NoticeLog())
    linked = _linked(table.where(kinds == _IN_SEAT), rows, ends, ids, log)
    severed = table.where(kinds == _NO_IN_SEAT)
    apart = set(
        zip(
            severed.positions("from_trip_id", rows.index).tolist(),
            severed.positions("to_trip_id", rows.index).tolist(),
            strict=True,
        )
    )
    pairs = sorted((linked | _blocks(rows, ends, active)) - apart)
    pairs = [(a, b) for a, b in pairs if ends.run[a] != NONE and ends.run[b] != NONE]
    return InSeat(
        from_trip=ends.run[np.array([a for a, _ in pairs], np.int32)],
        to_trip=ends.run[np.array([b for _, b in pairs], np.int32)],
    )


def _trip_ends(calls: Calls, runs: Runs) -> _Ends:
    size = len(calls.first) - 1
    run = np.full(size, NONE, np.int32)
    single = np.flatnonzero(runs.headway == 0)
    run[runs.source[single]] = single
    first, last = np.full((2, size), NONE, np.int32)
    departure, arrival = np.zeros((2, size), np.int32)
    used = np.flatnonzero(np.diff(calls.first))
    head, tail = calls.first[used], calls.first[used + 1] - 1
    first[used], last[used] = calls.stop[head], calls.stop[tail]
    departure[used], arrival[used] = calls.departure[head], calls.arrival[tail]
    return _Ends(run, first, last, departure, arrival)


def _linked(table: Table, rows: TripRows, ends: _Ends, ids: StopIds, log: NoticeLog) -> set[tuple[int, int]]:
    """Pairs of transfer_type 4 whose trips meet: at one stop, in one station, or at the stops the row names."""
    before, after = (table.positions(name, rows.index) for name in ("from_trip_id", "to_trip_id"))
    known = (before != NONE) & (after != NONE)
    known[known] = (ends.run[before[known]] != NONE) & (ends.run[after[known]] != NONE)
    message = "from_trip_id '{}' or to_trip_id '{}' is no trip that runs once a day; nobody stays seated between them"
    log.add_rows(Severity.WARNING, table, ~known, message, "from_trip_id", "to_trip_id")
    origin, target = (table.positions(name, ids.index)[known] for name in ("from_stop_id", "to_stop_id"))
    pairs = table.where(known)
    before, after = before[known], after[known]
    last, first = ends.last_stop[before], ends.first_stop[after]
    is_one_station = (ids.parent[last] != NONE) & (ids.parent[last] == ids.parent[first])
    meets = (last == first) | is_one_station | ((origin == last) & (target == first))
    fits = meets & (ends.arrival[before] <= ends.departure[after])
    message = "trip '{}' does not end where and before trip '{}' begins; nobody stays seated between them"
    log.add_rows(Severity.WARNING, pairs, ~fits, message, "from_trip_id", "to_trip_id")
    return set(zip(before[fits].tolist(), after[fits].tolist(), strict=True))


def _blocks(rows: TripRows, ends: _Ends, active: NDArray[np.uint8]) -> set[tuple[int, int]]:
    """Pairs of trips of one block that follow each other on some date, without another trip of the block between."""
    codes, names = rows.table.coded("block_id")
    members: dict[int, list[int]] = {}
    for trip in np.lexsort((ends.arrival, ends.departure)).tolist():
        if names[codes[trip]] and ends.run[trip] != NONE:
            members.setdefault(int(codes[trip]), []).append(trip)
    days_of: dict[tuple[int, ...], list[frozenset[int]]] = {}
    pairs: set[tuple[int, int]] = set()
    for trips in members.values():
        services = tuple(sorted({int(rows.service[trip]) for trip in trips}))
        if services not in days_of:
            columns = np.unique(active[list(services)], axis=1).T
            days_of[services] = [frozenset(s for s, on in zip(services, day, strict=True) if on) for day in columns]
        for day in days_of[services]:
            pairs.update(pairwise(trip for trip in trips if int(rows.service[trip]) in day))
    return {
        (a, b) for a, b in pairs if ends.last_stop[a] == ends.first_stop[b] and ends.arrival[a] <= ends.departure[b]
    }
