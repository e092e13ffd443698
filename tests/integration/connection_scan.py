"""Oracle of journeys between stops: a GTFS zip read cell by cell, every vehicle's calls scanned once a round.

Written from the definition of `--footpaths feed` alone: one row of transfers.txt of types 0, 1, 2 without trip or
route at a time, never two without a ride between, also at the start and at the end; a change at the same stop takes
0 s unless a row says otherwise; in-seat transfers (type 4, and from each trip of a block to its next on the same date
if that starts where the one ends) take no time and count no transfer; the service days before, of and after the date
count. Nothing of the planner is used.

Rounds make the number of rides exact (Dibbelt, Pajor, Strasser, Wagner, Connection Scan Algorithm, 2018,
doi:10.1145/3274661, section 4.3); vehicles are scanned one after the other, since within a round nobody changes.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np

DAY_S = 86_400
NEVER = 2**30
FORBIDDEN = -1
SPECIAL = ("from_trip_id", "to_trip_id", "from_route_id", "to_route_id")


class Call(NamedTuple):
    stop: str
    arrival: int
    departure: int
    can_board: bool
    can_alight: bool


@dataclass(frozen=True)
class Feed:
    """What the tables say; `walks` and `changes` in seconds, FORBIDDEN where a row of type 3 is."""

    services: dict[str, dict[str, str]]
    exceptions: dict[tuple[str, str], str]
    service_of: dict[str, str]
    block_of: dict[str, str]
    calls: dict[str, list[Call]]
    walks: dict[tuple[str, str], int]
    changes: dict[str, int]
    stays: list[tuple[str, str]]


class Scan(NamedTuple):
    """Runs of vehicles around one date in an order in which whoever stays seated comes later, and the walks."""

    first: np.ndarray
    stop: np.ndarray
    arrival: np.ndarray
    departure: np.ndarray
    can_board: np.ndarray
    can_alight: np.ndarray
    stay_first: np.ndarray
    stay_to: np.ndarray
    walk_first: np.ndarray
    walk_to: np.ndarray
    walk_s: np.ndarray
    change_s: np.ndarray


@dataclass(frozen=True)
class Timetable:
    """Both directions of time around one date."""

    stops: dict[str, int]
    forward: Scan
    backward: Scan


def read_feed(path: Path) -> Feed:
    with zipfile.ZipFile(path) as archive:
        services = {row["service_id"]: row for row in rows(archive, "calendar.txt")}
        dates = rows(archive, "calendar_dates.txt")
        exceptions = {(row["service_id"], row["date"]): row["exception_type"] for row in dates}
        trips = list(rows(archive, "trips.txt"))
        service_of = {row["trip_id"]: row["service_id"] for row in trips}
        block_of = {row["trip_id"]: row["block_id"] for row in trips if row.get("block_id")}
        numbered = defaultdict(list)
        for row in rows(archive, "stop_times.txt"):
            arrival, departure = seconds(row["arrival_time"]), seconds(row["departure_time"])
            rights = row["pickup_type"] != "1", row["drop_off_type"] != "1"
            call = Call(row["stop_id"], arrival, departure, *rights)
            numbered[row["trip_id"]].append((int(row["stop_sequence"]), call))
        calls = {trip: [call for _, call in sorted(found)] for trip, found in numbered.items()}
        walks: dict[tuple[str, str], int] = {}
        changes: dict[str, int] = {}
        stays = []
        for row in rows(archive, "transfers.txt"):
            a, b, kind = row["from_stop_id"], row["to_stop_id"], row["transfer_type"] or "0"
            if kind == "4":
                stays.append((row["from_trip_id"], row["to_trip_id"]))
            elif kind in "0123" and not any(row.get(name) for name in SPECIAL):
                took = FORBIDDEN if kind == "3" else int(row["min_transfer_time"] or 0)
                if a == b:
                    changes[a] = took
                else:
                    walks[a, b] = took
    return Feed(services, exceptions, service_of, block_of, calls, walks, changes, stays)


def rows(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    if name in archive.namelist():
        with archive.open(name) as file:
            yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))


def seconds(text: str) -> int:
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def runs_on(feed: Feed, service: str, day: date) -> bool:
    exception = feed.exceptions.get((service, f"{day:%Y%m%d}"))
    if exception is not None:
        return exception == "1"
    row = feed.services.get(service)
    if row is None or not row["start_date"] <= f"{day:%Y%m%d}" <= row["end_date"]:
        return False
    return row[f"{day:%A}".lower()] == "1"


def timetable_around(feed: Feed, day: date) -> Timetable:
    names = sorted({call.stop for calls in feed.calls.values() for call in calls})
    stops = {name: number for number, name in enumerate(names)}
    runs: dict[tuple[str, int], list[Call]] = {}
    for offset in (-1, 0, 1):
        is_on = {service: runs_on(feed, service, day + timedelta(offset)) for service in set(feed.service_of.values())}
        for trip, calls in feed.calls.items():
            if is_on[feed.service_of[trip]]:
                shift = offset * DAY_S
                runs[trip, offset] = [
                    call._replace(arrival=call.arrival + shift, departure=call.departure + shift) for call in calls
                ]
    stays = [((a, offset), (b, offset)) for a, b in feed.stays for offset in (-1, 0, 1)]
    stays += successions(feed, runs)
    stays = [(a, b) for a, b in stays if a in runs and b in runs and runs[a][-1].arrival <= runs[b][0].departure]
    walks = {(stops[a], stops[b]): took for (a, b), took in feed.walks.items() if a in stops and b in stops}
    changes = np.array([feed.changes.get(name, 0) for name in names], np.int64)
    mirrored = {run: [turned(call) for call in reversed(calls)] for run, calls in runs.items()}
    return Timetable(
        stops,
        scan_of(stops, runs, stays, walks, changes),
        scan_of(stops, mirrored, [(b, a) for a, b in stays], {(b, a): took for (a, b), took in walks.items()}, changes),
    )


def successions(
    feed: Feed, runs: dict[tuple[str, int], list[Call]]
) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Runs of one block that follow each other on one date at one stop."""
    blocks = defaultdict(list)
    for trip, offset in sorted(runs, key=lambda run: (runs[run][0].departure, runs[run][-1].arrival)):
        if trip in feed.block_of:
            blocks[feed.block_of[trip], offset].append((trip, offset))
    for block in blocks.values():
        yield from ((a, b) for a, b in pairwise(block) if runs[a][-1].stop == runs[b][0].stop)


def turned(call: Call) -> Call:
    """The same call with time reversed."""
    return Call(call.stop, -call.departure, -call.arrival, call.can_alight, call.can_board)


def scan_of(
    stops: dict[str, int],
    runs: dict[tuple[str, int], list[Call]],
    stays: list[tuple[tuple[str, int], tuple[str, int]]],
    walks: dict[tuple[int, int], int],
    changes: np.ndarray,
) -> Scan:
    ordered = sorted(runs, key=lambda run: (runs[run][0].departure, runs[run][-1].arrival))
    place = {run: number for number, run in enumerate(ordered)}
    assert all(place[a] < place[b] for a, b in stays), "someone stays seated into a run scanned before"
    calls = [call for run in ordered for call in runs[run]]
    kept_walks = {pair: took for pair, took in walks.items() if took != FORBIDDEN}
    return Scan(
        np.cumsum([0, *(len(runs[run]) for run in ordered)]),
        np.array([stops[call.stop] for call in calls]),
        np.array([call.arrival for call in calls]),
        np.array([call.departure for call in calls]),
        np.array([call.can_board for call in calls]),
        np.array([call.can_alight for call in calls]),
        *grouped([(place[a], place[b]) for a, b in stays], len(ordered))[:2],
        *grouped([(a, b, took) for (a, b), took in kept_walks.items()], len(stops)),
        changes,
    )


def grouped(links: list[tuple[int, ...]], n: int) -> tuple[np.ndarray, ...]:
    """Links as offsets by their first member, and columns of the others."""
    if not links:
        return np.zeros(n + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    table = np.array(sorted(links), np.int64)
    counts = np.bincount(table[:, 0], minlength=n)
    return np.concatenate([[0], np.cumsum(counts)]), *(table[:, column].copy() for column in range(1, table.shape[1]))


def arrivals_by_rides(scan: Scan, origin: int, destination: int, time: int) -> list[int]:
    """Earliest arrival with 1, 2, … rides (at most) for who leaves at `time` or later, until more rides help no more.

    The way to the destination is a ride's end there, or one row away from a ride's end.
    """
    n_stops = len(scan.change_s)
    ready = np.full(n_stops, NEVER)
    ready[origin] = time
    for row in range(scan.walk_first[origin], scan.walk_first[origin + 1]):
        ready[scan.walk_to[row]] = time + scan.walk_s[row]
    exits = {destination: 0}
    for row in np.flatnonzero(scan.walk_to == destination):
        exits[int(np.searchsorted(scan.walk_first, row, "right")) - 1] = int(scan.walk_s[row])
    arrived, found = np.full(n_stops, NEVER), [NEVER]
    while True:
        improved = ride(scan, ready, arrived, time, found[-1])
        found.append(min((int(arrived[s]) + took for s, took in exits.items() if arrived[s] < NEVER), default=NEVER))
        ready = changed(scan, arrived)
        if not improved:
            return found[1:]


@numba.njit
def ride(scan, ready, arrived, time, bound):
    """One more ride from where one is `ready`; whether anyone arrives earlier anywhere, before `bound`."""
    n_runs = len(scan.first) - 1
    is_seated, improved = np.zeros(n_runs, np.bool_), False
    for run in range(n_runs):
        begin, end = scan.first[run], scan.first[run + 1]
        if scan.departure[begin] >= bound:
            break
        if scan.arrival[end - 1] < time:
            continue
        seated = is_seated[run]
        for i in range(begin, end):
            stop = scan.stop[i]
            if seated and i > begin and scan.can_alight[i] and scan.arrival[i] < min(arrived[stop], bound):
                arrived[stop], improved = scan.arrival[i], True
            if i < end - 1 and scan.can_board[i] and ready[stop] <= scan.departure[i]:
                seated = True
        if seated:
            for link in range(scan.stay_first[run], scan.stay_first[run + 1]):
                is_seated[scan.stay_to[link]] = True
    return improved


@numba.njit
def changed(scan, arrived):
    """When one is ready to board at each stop, off a vehicle there or at the other end of one row."""
    ready = np.full(len(arrived), NEVER)
    for stop in range(len(arrived)):
        if arrived[stop] == NEVER:
            continue
        if scan.change_s[stop] != FORBIDDEN:
            ready[stop] = min(ready[stop], arrived[stop] + scan.change_s[stop])
        for row in range(scan.walk_first[stop], scan.walk_first[stop + 1]):
            there = scan.walk_to[row]
            ready[there] = min(ready[there], arrived[stop] + scan.walk_s[row])
    return ready


def departing(timetable: Timetable, origin: str, destination: str, time: int) -> list[tuple[int, int, int]]:
    """(departure, arrival, transfers), the Pareto set in the last two; each departs as late as it can."""
    return pareto_set(
        timetable.forward, timetable.backward, timetable.stops[origin], timetable.stops[destination], time
    )


def arriving(timetable: Timetable, origin: str, destination: str, time: int) -> list[tuple[int, int, int]]:
    """(departure, arrival, transfers), the Pareto set in departure and transfers; each arrives as early as it can."""
    ends = timetable.stops[destination], timetable.stops[origin]
    found = pareto_set(timetable.backward, timetable.forward, *ends, -time)
    return sorted((-arrival, -departure, transfers) for departure, arrival, transfers in found)


def pareto_set(scan: Scan, reverse: Scan, origin: int, destination: int, time: int) -> list[tuple[int, int, int]]:
    found, best = [], NEVER
    for transfers, arrival in enumerate(arrivals_by_rides(scan, origin, destination, time)):
        if arrival < best:
            best = arrival
            back = arrivals_by_rides(reverse, destination, origin, -arrival)[: transfers + 1]
            found.append((-min(back), arrival, transfers))
    return sorted(found)
