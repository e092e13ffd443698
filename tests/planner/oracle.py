"""Journeys by plain enumeration, from the definitions of GTFS and of the design, to compare searches with.

Nothing is shared with the searches: it reads the timetable's rows one by one, follows vehicles trip by trip and tries
every boarding.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from planner.footpaths import Footpaths
from planner.journeys import Options
from planner.timetable import Timetable


@dataclass(frozen=True)
class Call:
    """A vehicle's call at a stop, in seconds after the start of the day asked about."""

    stop: int
    arrival: int
    departure: int
    can_board: bool
    can_alight: bool


Run = tuple[int, int]
"""A trip on a service day: (TripIndex, day offset)."""


@dataclass(frozen=True)
class World:
    """Everything that runs: calls of each run, the runs a rider may stay seated into, and boardings at each stop."""

    calls: dict[Run, list[Call]]
    goes_on_as: dict[Run, list[Run]]
    boardings: dict[int, list[tuple[int, Run, int]]]
    footpaths: Footpaths


def world(  # noqa: C901
    timetable: Timetable,
    day: date,
    footpaths: Footpaths,
    trips: np.ndarray | None = None,
    stops: np.ndarray | None = None,
    between: tuple[int, int] = (-(10**9), 10**9),
) -> World:
    """Write out all runs of the service days before, of and after `day` that run in the seconds `between`."""
    calls: dict[Run, list[Call]] = {}
    zone = ZoneInfo(timetable.timezone)
    start = [datetime.combine(day + timedelta(days=d), time(12), zone).timestamp() - 12 * 3600 for d in (-1, 0, 1)]
    for d in (-1, 0, 1):
        column = (day + timedelta(days=d)).toordinal() - timetable.first_date
        if not 0 <= column < timetable.service_active.shape[1]:
            continue
        shift = int(start[d + 1] - start[1])
        for trip in range(len(timetable.trips)):
            if timetable.service_active[timetable.trips.service[trip], column] and (trips is None or trips[trip]):
                of_run = list(_calls(timetable, trip, shift, stops))
                if of_run[-1].arrival >= between[0] and of_run[0].departure <= between[1]:
                    calls[trip, d] = of_run
    links: dict[Run, list[Run]] = defaultdict(list)
    for a, b in zip(timetable.in_seat.from_trip.tolist(), timetable.in_seat.to_trip.tolist(), strict=True):
        for d in (-1, 0, 1):
            if (a, d) in calls and (b, d) in calls and calls[a, d][-1].arrival <= calls[b, d][0].departure:
                links[a, d].append((b, d))
    boardings: dict[int, list[tuple[int, Run, int]]] = defaultdict(list)
    for run, of_run in calls.items():
        for i, call in enumerate(of_run[:-1]):
            if call.can_board:
                boardings[call.stop].append((call.departure, run, i))
    for of_stop in boardings.values():
        of_stop.sort()
    return World(calls, links, boardings, footpaths)


def _calls(timetable: Timetable, trip: int, shift: int, stops: np.ndarray | None) -> Iterator[Call]:
    patterns, trips = timetable.patterns, timetable.trips
    row = int(patterns.first[trips.pattern[trip]])
    for event in range(int(trips.first_event[trip]), int(trips.first_event[trip + 1])):
        at = int(patterns.stop[row])
        usable = stops is None or bool(stops[at])
        yield Call(
            at,
            int(trips.arrival[event]) + shift,
            int(trips.departure[event]) + shift,
            bool(patterns.can_board[row]) and usable,
            bool(patterns.can_alight[row]) and usable,
        )
        row += 1


def alightings(around: World, run: Run, board: int) -> Iterator[tuple[int, int]]:
    """(stop, time) of every way to leave the vehicle boarded at call `board`, also after it went on as other trips."""
    waiting, seen = [(run, board)], set()
    while waiting:
        now, position = waiting.pop()
        for call in around.calls[now][position + 1 :]:
            if call.can_alight:
                yield call.stop, call.arrival
        for following in around.goes_on_as.get(now, []):
            if following not in seen:
                seen.add(following)
                waiting.append((following, 0))


def ready_after(footpaths: Footpaths, stop: int, arrival: int) -> Iterator[tuple[int, int]]:
    """(stop, time) of every place where one may board after a vehicle's arrival."""
    if footpaths.change_s[stop] >= 0:
        yield stop, arrival + int(footpaths.change_s[stop])
    for row in range(int(footpaths.first[stop]), int(footpaths.first[stop + 1])):
        begin = earliest_open(int(footpaths.opens[row]), int(footpaths.closes[row]), arrival)
        yield int(footpaths.to[row]), begin + int(footpaths.seconds[row])


def earliest_open(opens: int, closes: int, arrival: int) -> int:
    """`arrival` if it lies within the hours of any day, else the next opening."""
    day_starts = range(-5 * 86400, 6 * 86400, 86400)
    if any(start + opens <= arrival <= start + closes for start in day_starts):
        return arrival
    return min(start + opens for start in day_starts if start + opens > arrival)


def arrivals_by_rides(around: World, ready: dict[int, int], max_rides: int) -> list[dict[int, int]]:
    """Earliest vehicle arrival at each stop after exactly 1, 2, … rides by who is `ready` (stop: time) at first.

    A run boarded earlier on its way with as many rides or fewer is not boarded again: it brings no one anywhere new.
    """
    boarded: dict[Run, int] = {}
    rounds = []
    for _ in range(max_rides):
        arrived: dict[int, int] = {}
        for run, call in boarded_at(around, ready):
            if call >= boarded.get(run, 10**9):
                continue
            boarded[run] = call
            for stop, arrival in alightings(around, run, call):
                arrived[stop] = min(arrival, arrived.get(stop, 10**9))
        rounds.append(arrived)
        ready = {}
        for stop, arrival in arrived.items():
            for place, moment in ready_after(around.footpaths, stop, arrival):
                ready[place] = min(moment, ready.get(place, 10**9))
    return rounds


def boarded_at(around: World, ready: dict[int, int]) -> Iterator[tuple[Run, int]]:
    """Every run and call that can be boarded by who is `ready` at stops from a time on."""
    for stop, moment in ready.items():
        for departure, run, call in around.boardings.get(stop, []):
            if departure >= moment:
                yield run, call


def at_destination(arrived: dict[int, int], egress: Options) -> int | None:
    """Earliest arrival at the destination by any egress option, None if none is possible."""
    ends = []
    for stop, seconds, opens, closes in rows(egress):
        if stop in arrived and arrived[stop] <= closes:
            ends.append(max(arrived[stop], opens) + seconds)
    return min(ends, default=None)


def rows(options: Options) -> Iterator[tuple[int, int, int, int]]:
    """(stop, seconds, opens, closes) of each option."""
    return zip(
        *(column.tolist() for column in (options.stop, options.seconds, options.opens, options.closes)), strict=True
    )


def leaving_at(
    around: World, access: Options, egress: Options, moment: int, max_transfers: int
) -> set[tuple[int, int]]:
    """Pareto set of (arrival, transfers) of all journeys that leave at `moment` or later."""
    ready: dict[int, int] = {}
    for stop, seconds, opens, closes in rows(access):
        if moment <= closes:
            ready[stop] = min(max(moment, opens) + seconds, ready.get(stop, 10**9))
    found = enumerate(
        at_destination(arrived, egress) for arrived in arrivals_by_rides(around, ready, max_transfers + 1)
    )
    return pareto({(arrival, transfers) for transfers, arrival in found if arrival is not None})


def leaving_within(
    around: World, access: Options, egress: Options, earliest: int, latest: int, max_transfers: int
) -> set[tuple[int, int, int]]:
    """Pareto set of (−departure, arrival, transfers) of all journeys whose first ride lets one leave in the window."""
    found = set()
    for stop, seconds, opens, closes in rows(access):
        for boarding in around.boardings.get(stop, []):
            departure = min(boarding[0] - seconds, closes)
            if not max(opens, earliest) <= departure <= latest:
                continue
            first: dict[int, int] = {}
            for place, arrival in alightings(around, boarding[1], boarding[2]):
                first[place] = min(arrival, first.get(place, 10**9))
            ready: dict[int, int] = {}
            for place, arrival in first.items():
                for other, moment in ready_after(around.footpaths, place, arrival):
                    ready[other] = min(moment, ready.get(other, 10**9))
            for transfers, arrived in enumerate([first, *arrivals_by_rides(around, ready, max_transfers)]):
                end = at_destination(arrived, egress)
                if end is not None:
                    found.add((-departure, end, transfers))
    return pareto(found)


def pareto(points: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Points that no other point equals or beats in every coordinate."""
    return {p for p in points if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in points)}


def boardings_for(around: World, run: Run, alight: int) -> Iterator[tuple[int, int]]:
    """(stop, time) of every way to have boarded the vehicle left at call `alight`, also before it was renamed."""
    waiting, seen = [(run, alight)], set()
    while waiting:
        now, position = waiting.pop()
        for call in around.calls[now][:position]:
            if call.can_board:
                yield call.stop, call.departure
        for before, after in around.goes_on_as.items():
            if now in after and before not in seen:
                seen.add(before)
                waiting.append((before, len(around.calls[before]) - 1))


def wanted_before(footpaths: Footpaths, stop: int, departure: int) -> Iterator[tuple[int, int]]:
    """(stop, time) of every place a vehicle may arrive at, by a time, for one to board at `stop` at `departure`."""
    if footpaths.change_s[stop] >= 0:
        yield stop, departure - int(footpaths.change_s[stop])
    for start in range(len(footpaths.first) - 1):
        for row in range(int(footpaths.first[start]), int(footpaths.first[start + 1])):
            if footpaths.to[row] == stop:
                latest = departure - int(footpaths.seconds[row])
                yield start, latest_open(int(footpaths.opens[row]), int(footpaths.closes[row]), latest)


def latest_open(opens: int, closes: int, latest: int) -> int:
    """`latest` if it lies within the hours of any day, else the closing before."""
    day_starts = range(-5 * 86400, 6 * 86400, 86400)
    if any(start + opens <= latest <= start + closes for start in day_starts):
        return latest
    return max(start + closes for start in day_starts if start + closes < latest)


def departures_by_rides(around: World, wanted: dict[int, int], max_rides: int) -> list[dict[int, int]]:
    """Latest boarding at each stop with exactly 1, 2, … rides to be where one is `wanted` (stop: time)."""
    rounds = []
    for _ in range(max_rides):
        boarded: dict[int, int] = {}
        for run, calls in around.calls.items():
            for i in range(1, len(calls)):
                if calls[i].can_alight and calls[i].arrival <= wanted.get(calls[i].stop, -(10**9)):
                    for stop, departure in boardings_for(around, run, i):
                        boarded[stop] = max(departure, boarded.get(stop, -(10**9)))
        rounds.append(boarded)
        wanted = latest_wanted(around, boarded)
    return rounds


def latest_wanted(around: World, boarded: dict[int, int]) -> dict[int, int]:
    """Latest arrival at each stop from which one of the boardings can be made."""
    wanted: dict[int, int] = {}
    for stop, departure in boarded.items():
        for place, moment in wanted_before(around.footpaths, stop, departure):
            wanted[place] = max(moment, wanted.get(place, -(10**9)))
    return wanted


def from_origin(boarded: dict[int, int], access: Options) -> int | None:
    """Latest departure from the origin by any access option, None if none is possible."""
    starts = []
    for stop, seconds, opens, closes in rows(access):
        if stop in boarded and boarded[stop] - seconds >= opens:
            starts.append(min(boarded[stop] - seconds, closes))
    return max(starts, default=None)


def arriving_by(
    around: World, access: Options, egress: Options, moment: int, max_transfers: int
) -> set[tuple[int, int]]:
    """Pareto set of (−departure, transfers) of all journeys that arrive at `moment` or earlier."""
    wanted: dict[int, int] = {}
    for stop, seconds, opens, closes in rows(egress):
        if moment - seconds >= opens:
            wanted[stop] = max(min(moment - seconds, closes), wanted.get(stop, -(10**9)))
    found = enumerate(
        from_origin(boarded, access) for boarded in departures_by_rides(around, wanted, max_transfers + 1)
    )
    return pareto({(-departure, transfers) for transfers, departure in found if departure is not None})


def arriving_within(
    around: World, access: Options, egress: Options, earliest: int, latest: int, max_transfers: int
) -> set[tuple[int, int, int]]:
    """Pareto set of (−departure, arrival, transfers) of all journeys whose last ride lets one arrive in the window."""
    found = set()
    for stop, seconds, opens, closes in rows(egress):
        for run, calls in around.calls.items():
            for i in range(1, len(calls)):
                arrival = max(calls[i].arrival, opens) + seconds
                if calls[i].stop != stop or not calls[i].can_alight or calls[i].arrival > closes:
                    continue
                if not earliest <= arrival <= latest:
                    continue
                last: dict[int, int] = {}
                for place, departure in boardings_for(around, run, i):
                    last[place] = max(departure, last.get(place, -(10**9)))
                before = departures_by_rides(around, latest_wanted(around, last), max_transfers)
                for transfers, boarded in enumerate([last, *before]):
                    start = from_origin(boarded, access)
                    if start is not None:
                        found.add((-start, arrival, transfers))
    return pareto(found)
