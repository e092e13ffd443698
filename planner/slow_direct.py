"""Rides without a change that are overtaken: every vehicle that goes from near the origin to near the destination.

A search leaves out what something later, sooner or as simple beats. Who would rather stay seated, or have a choice, may
ask for these too.

References
----------
MOTIS 2 OpenAPI, `slowDirect` and `fastestSlowDirectFactor`.
"""

from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.answering import Found, both_sides
from planner.approach import approaches
from planner.asked import Asked, transit_of
from planner.cursors import Page
from planner.day import DayTimetable, segments_of
from planner.journey_search import Pair
from planner.journeys import UNREACHED, Journeys, Options
from planner.reasons import RoutingError
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on

Seconds = NDArray[np.int64]
Rows = NDArray[np.int32]
Vehicle = tuple[object, ...]

NEVER = -4 * UNREACHED


class _Ends(NamedTuple):
    """By call (row) and vehicle (column) of a pattern: the second one leaves or arrives at an end, by which option."""

    second: Seconds
    option: Rows


class _Rides(NamedTuple):
    """The best ride in each of some vehicles, column by column: `Journeys` less what is the same without changes."""

    departure: Rows
    arrival: Rows
    access: Rows
    egress: Rows
    lane_trip: Rows
    board: Rows
    alight: Rows


def with_overtaken(asked: Asked, day: date, found: Found, page: Page) -> Found:
    """What was found on `page`, and every ride without a change within it, in order of departure.

    Of each vehicle it is the ride that takes the least time from end to end, and of these the last to begin. Those that
    take more than `PlanRequest.slow_direct` times as long as the shortest are left out; none are, if it is below 1.
    """
    network, request = asked.network, asked.request
    sides = both_sides(approaches(network, asked.ground, request, asked.ends, (day, page)))
    if request.slow_direct is None or isinstance(sides, RoutingError):
        return found
    transit = transit_of(asked, day, backwards=False)
    span = seconds_on(page.start, day, network.zone), seconds_on(page.end, day, network.zone)
    pairs = [Pair(*modes, every_ride(transit.day, modes[0].options, modes[1].options)) for modes in product(*sides)]
    every = [(pair, row) for pair in pairs for row in range(len(pair.journeys))]
    rides = [one for one in every if span[0] <= _times(*one)[1 if request.arrive_by else 0] <= span[1]]
    shortest = min((_seconds(one) for one in rides), default=0)
    longest = shortest * request.slow_direct if request.slow_direct >= 1 else UNREACHED
    shown = [] if isinstance(found, RoutingError) else found
    # A vehicle that goes on as several is several lane trips with the same ride in each.
    told = {_vehicle(transit.day, *one): one for one in rides if _seconds(one) <= longest}
    for one in shown:
        told.pop(_vehicle(transit.day, *one), None)
    return sorted([*shown, *told.values()], key=lambda one: _times(*one)) or found


def _times(pair: Pair, row: int) -> tuple[int, int]:
    return int(pair.journeys.departure[row]), int(pair.journeys.arrival[row])


def _seconds(one: tuple[Pair, int]) -> int:
    departure, arrival = _times(*one)
    return arrival - departure


def _vehicle(day: DayTimetable, pair: Pair, row: int) -> Vehicle:
    """What tells a journey's vehicles, and the modes to and from them, from others."""
    ridden = [segment for ride in pair.journeys.rides(row) for segment in segments_of(day, *ride)]
    return pair.access.mode, pair.egress.mode, *((segment.trip, segment.day_offset) for segment in ridden)


def every_ride(day: DayTimetable, access: Options, egress: Options) -> Journeys:
    """The journey without a change in each vehicle that takes the least time, and of these the last to begin."""
    (ways, of_access), (ways_on, of_egress) = (with_copies(day, options) for options in (access, egress))
    found = [_rides(day, pattern, ways, ways_on) for pattern in _serving(day, ways, ways_on)]
    nothing = (np.zeros(0, np.int32),) * len(_Rides._fields)
    rides = _Rides(*(np.concatenate(column) for column in zip(nothing, *found, strict=True)))
    n = len(rides.lane_trip)
    journeys = Journeys(**rides._asdict(), transfers=np.zeros(n, np.int32), ride_first=np.arange(n + 1, dtype=np.int32))
    return named_by(journeys, of_access, of_egress)


def _serving(day: DayTimetable, access: Options, egress: Options) -> list[int]:
    """Patterns that call at a stop of both."""
    pattern = np.repeat(np.arange(len(day.pattern_first) - 1), np.diff(day.pattern_first))
    boards, alights = (
        pattern[np.isin(calls, ends.stop)] for calls, ends in ((day.board_stop, access), (day.alight_stop, egress))
    )
    return [int(row) for row in np.intersect1d(boards, alights)]


def _rides(day: DayTimetable, pattern: int, access: Options, egress: Options) -> _Rides:
    """The best ride in each vehicle of a pattern."""
    calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
    n_calls, first = calls.stop - calls.start, int(day.event_first[pattern])
    lanes = np.arange(day.trip_first[pattern], day.trip_first[pattern + 1], dtype=np.int32)
    events = slice(first, first + n_calls * len(lanes))
    departure = day.departure[events].reshape(n_calls, -1).astype(np.int64)
    arrival = day.arrival[events].reshape(-1, n_calls).T.astype(np.int64)
    leave = _left(access, day.board_stop[calls], departure)
    # By time reversed, an end is reached as another is left.
    reach = _left(egress.mirrored(), day.alight_stop[calls], -arrival)
    column = np.arange(len(lanes))
    best, board, alight = np.full(len(lanes), UNREACHED, np.int64), np.zeros_like(lanes), np.zeros_like(lanes)
    for i in range(n_calls):
        for j in range(i + 1, n_calls):
            seconds = -reach.second[j] - leave.second[i]
            is_later = leave.second[i] > leave.second[board, column]
            is_better = (seconds < best) | ((seconds == best) & is_later)
            best[is_better], board[is_better], alight[is_better] = seconds[is_better], i, j
    lane = np.flatnonzero(best < UNREACHED)
    boarded, alighted = (board[lane], lane), (alight[lane], lane)
    return _Rides(
        departure=leave.second[boarded].astype(np.int32),
        arrival=-reach.second[alighted].astype(np.int32),
        access=leave.option[boarded],
        egress=reach.option[alighted],
        lane_trip=lanes[lane],
        board=board[lane],
        alight=alight[lane],
    )


def _left(ways: Options, stop: Rows, departure: Seconds) -> _Ends:
    """The last second at which one leaves for each call of each vehicle, NEVER where one cannot."""
    second = np.full(departure.shape, NEVER, np.int64)
    option = np.zeros(departure.shape, np.int32)
    for row, here in enumerate(ways.stop.tolist()):
        for call in np.flatnonzero(stop == here).tolist():
            begin = np.minimum(departure[call] - int(ways.seconds[row]), int(ways.closes[row]))
            is_later = (begin >= int(ways.opens[row])) & (begin > second[call])
            second[call, is_later], option[call, is_later] = begin[is_later], row
    return _Ends(second, option)
