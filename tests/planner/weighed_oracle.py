"""All journeys with what they cost by a third criterion, by plain enumeration, to compare searches with."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from planner.journeys import Options
from tests.planner import oracle
from tests.planner.oracle import Run, World

Point = tuple[int, ...]


@dataclass(frozen=True)
class Tolls:
    """What is paid: at the ends, on each footpath, along each trip up to each call, for each change.

    `risk` is asked for (trip before or None, trip boarded, seconds to spare).
    """

    access: np.ndarray
    egress: np.ndarray
    walks: np.ndarray
    along: dict[int, list[int]]
    risk: Callable[[int | None, int, int], int]


def every_journey(
    around: World, access: Options, egress: Options, tolls: Tolls, max_transfers: int, *, backwards: bool = False
) -> set[tuple[int, int, int, int, int]]:
    """(departure, arrival, transfers, cost, seconds on foot) of every journey, but for those equal or worse throughout.

    Each leaves as late as its first ride allows. Where footpaths have hours the time to spare is what is left after
    walking as soon as one may, or, `backwards`, what is there before one must.
    """
    found: set[tuple[int, int, int, int, int]] = set()
    for option, (stop, seconds, opens, closes) in enumerate(oracle.rows(access)):
        for boarded, run, call in around.boardings.get(stop, []):
            departure = min(boarded - seconds, closes)
            if departure < opens:
                continue
            cost = int(tolls.access[option]) + tolls.risk(None, run[0], boarded - departure - seconds)
            arrived = _arrived(around, tolls, {(run, call): {(cost, seconds)}})
            for transfers in range(max_transfers + 1):
                found |= _ended(arrived, egress, tolls, departure, transfers)
                if transfers < max_transfers:
                    arrived = _arrived(around, tolls, _boarded(around, tolls, arrived, backwards))
    return found


Paid = set[tuple[int, int]]
"""(cost, seconds on foot) pairs."""

Arrived = dict[tuple[int, int, int], Paid]
"""By (stop, time, last trip)."""


def _arrived(around: World, tolls: Tolls, boarded: dict[tuple[Run, int], Paid]) -> Arrived:
    arrived: Arrived = defaultdict(set)
    for (run, call), paid in boarded.items():
        for stop, time, cost in _ridden(around, tolls, run, call):
            arrived[stop, time, run[0]] |= {(before + cost, walked) for before, walked in paid}
    return {where: oracle.pareto(paid) for where, paid in arrived.items()}  # type: ignore[misc, arg-type]


def _ridden(around: World, tolls: Tolls, run: Run, board: int) -> Iterator[tuple[int, int, int]]:
    waiting: list[tuple[tuple[Run, ...], int, int]] = [((run,), board, 0)]
    while waiting:
        path, position, paid = waiting.pop()
        now, along = path[-1], tolls.along[path[-1][0]]
        for i in range(position + 1, len(around.calls[now])):
            call = around.calls[now][i]
            if call.can_alight:
                yield call.stop, call.arrival, paid + along[i] - along[position]
        following = [run for run in around.goes_on_as.get(now, []) if run not in path]
        waiting += [((*path, run), 0, paid + along[-1] - along[position]) for run in following]


def _boarded(around: World, tolls: Tolls, arrived: Arrived, backwards: bool) -> dict[tuple[Run, int], Paid]:
    boarded: dict[tuple[Run, int], Paid] = defaultdict(set)
    for (stop, time, before), paid in arrived.items():
        for place, ready, toll, walked, hours in _ready(around, tolls, stop, time):
            for departure, run, call in around.boardings.get(place, []):
                if departure >= ready:
                    spare = departure - ready
                    if backwards and hours is not None:
                        spare = oracle.latest_open(*hours, departure - walked) - time
                    risk = tolls.risk(before, run[0], spare)
                    boarded[run, call] |= {(c + toll + risk, w + walked) for c, w in paid}
    return {where: oracle.pareto(paid) for where, paid in boarded.items()}  # type: ignore[misc, arg-type]


def _ready(
    around: World, tolls: Tolls, stop: int, time: int
) -> Iterator[tuple[int, int, int, int, tuple[int, int] | None]]:
    footpaths = around.footpaths
    if footpaths.change_s[stop] >= 0:
        yield stop, time + int(footpaths.change_s[stop]), 0, 0, None
    for row in range(int(footpaths.first[stop]), int(footpaths.first[stop + 1])):
        hours, seconds = (int(footpaths.opens[row]), int(footpaths.closes[row])), int(footpaths.seconds[row])
        begin = oracle.earliest_open(*hours, time)
        yield int(footpaths.to[row]), begin + seconds, int(tolls.walks[row]), seconds, hours


def _ended(
    arrived: Arrived, egress: Options, tolls: Tolls, departure: int, transfers: int
) -> set[tuple[int, int, int, int, int]]:
    ends = set()
    for option, (stop, seconds, opens, closes) in enumerate(oracle.rows(egress)):
        for (at, time, _), paid in arrived.items():
            if at == stop and time <= closes:
                arrival = max(time, opens) + seconds
                toll = int(tolls.egress[option])
                ends |= {(departure, arrival, transfers, c + toll, w + seconds) for c, w in paid}
    return ends


def within(points: set[Point], seconds: int, transfers: int) -> set[Point]:
    """Of (arrival, transfers, cost) those so near a point of the Pareto set in the first two."""
    anchors = oracle.pareto({point[:2] for point in points})
    return {p for p in points if any(p[0] <= a + seconds and p[1] <= t + transfers for a, t in anchors)}
