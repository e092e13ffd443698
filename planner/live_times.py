"""Times of runs from what was said of some of their calls: delays carried on, contradictions settled.

A time told for a call is kept. Until the next call something is told of, the delay is carried along; calls without data
keep their schedule. What is not told never lies behind what is told later, and no time lies before the one before it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.timetable import Flags, Indices, Times

UNTOLD = np.iinfo(np.int64).max
"""No delay, no time: the sentinel of every column of `Told`."""

TIMED, SKIPPED, NO_DATA = range(3)

_FAR_S = 20 * 86400


class Told(NamedTuple):
    """Stop updates as columns: those of run r are rows ``first[r]:first[r + 1]``.

    `sequence` and `stop` (StopIndex) name the call, −1 where they do not; `assigned` is the stop served instead.
    Times are seconds after the run's service day began.
    """

    first: Indices
    sequence: NDArray[np.int64]
    stop: Indices
    arrival_delay: NDArray[np.int64]
    arrival_time: NDArray[np.int64]
    departure_delay: NDArray[np.int64]
    departure_time: NDArray[np.int64]
    kind: Flags
    assigned: Indices


class Scheduled(NamedTuple):
    """Calls of the same runs as scheduled, rows ``first[r]:first[r + 1]``; `delay` of the whole run or UNTOLD."""

    first: NDArray[np.int64]
    stop: Indices
    sequence: NDArray[np.int64]
    arrival: Times
    departure: Times
    delay: NDArray[np.int64]


class Predicted(NamedTuple):
    """The same calls as predicted; `lost` marks stop updates that name no call of their run."""

    arrival: Times
    departure: Times
    is_told: Flags
    is_skipped: Flags
    stop: Indices
    lost: Flags


@kernel
def predict(scheduled: Scheduled, told: Told) -> Predicted:
    """Times of every run.

    References
    ----------
    GTFS Realtime, Trip Updates, Stop Time Updates: skipped calls carry a delay on, calls with NO_DATA end it.
    """
    n = len(scheduled.stop)
    arrival, departure, stop = scheduled.arrival.copy(), scheduled.departure.copy(), scheduled.stop.copy()
    is_told, is_skipped, lost = np.zeros(n, np.int8), np.zeros(n, np.int8), np.zeros(len(told.stop), np.int8)
    found = Predicted(arrival, departure, is_told, is_skipped, stop, lost)
    at, level = np.full(n, -1, np.int32), np.zeros(2 * n, np.int8)
    for run in range(len(scheduled.first) - 1):
        first, last = scheduled.first[run], scheduled.first[run + 1]
        if told.first[run] < told.first[run + 1]:
            _match(scheduled, told, run, at, lost)
        _tell(scheduled, told, run, at, found, level)
        _settle(first, last, arrival, departure, level)
        for call in range(first, last):
            is_told[call] = level[2 * call] > 0 or level[2 * call + 1] > 0 or is_skipped[call]
    return found


@kernel
def _match(scheduled: Scheduled, told: Told, run: int, at: Indices, lost: Flags) -> None:
    """Row of `told` about each call, by stop_sequence, else by stop: the next such call, else an earlier one."""
    first, last = scheduled.first[run], scheduled.first[run + 1]
    following = first
    for row in range(told.first[run], told.first[run + 1]):
        found = np.int64(-1)
        for is_by_sequence in (True, False):
            wanted = told.sequence[row] if is_by_sequence else np.int64(told.stop[row])
            if wanted < 0:
                continue
            for step in range(last - first):
                call = following + step if following + step < last else following + step - (last - first)
                here = scheduled.sequence[call] if is_by_sequence else np.int64(scheduled.stop[call])
                if here == wanted:
                    found = call
                    break
            if found >= 0:
                break
        if found < 0:
            lost[row] = 1
        else:
            at[found] = row
            following = found + 1 if found + 1 < last else first


@kernel
def _tell(scheduled: Scheduled, told: Told, run: int, at: Indices, found: Predicted, level: Flags) -> None:
    """Set what is told of the calls of a run and what follows from it. Levels: 2 told, 1 carried, 0 scheduled."""
    arrival, departure, carried = found.arrival, found.departure, scheduled.delay[run]
    for call in range(scheduled.first[run], scheduled.first[run + 1]):
        row = at[call]
        if row >= 0 and told.assigned[row] >= 0:
            found.stop[call] = told.assigned[row]
        if row >= 0 and told.kind[row] == NO_DATA:
            carried = UNTOLD
            continue
        planned_arrival, planned_departure = np.int64(scheduled.arrival[call]), np.int64(scheduled.departure[call])
        if carried != UNTOLD:
            arrival[call], departure[call] = planned_arrival + carried, planned_departure + carried
            level[2 * call] = level[2 * call + 1] = 1
        if row < 0:
            continue
        if told.kind[row] == SKIPPED:
            found.is_skipped[call] = 1
            continue
        if told.arrival_time[row] != UNTOLD or told.arrival_delay[row] != UNTOLD:
            time = _within(planned_arrival, told.arrival_time[row], told.arrival_delay[row])
            carried = time - planned_arrival
            arrival[call], departure[call] = time, planned_departure + carried
            level[2 * call], level[2 * call + 1] = 2, 1
        if told.departure_time[row] != UNTOLD or told.departure_delay[row] != UNTOLD:
            time = _within(planned_departure, told.departure_time[row], told.departure_delay[row])
            carried = time - planned_departure
            departure[call], level[2 * call + 1] = time, 2


@kernel
def _within(planned: np.int64, time: np.int64, delay: np.int64) -> np.int64:
    """The time told, or of the delay told, if it is not absurd."""
    return max(planned - _FAR_S, min(planned + _FAR_S, planned + delay if time == UNTOLD else time))


@kernel
def _settle(first: int, last: int, arrival: Times, departure: Times, level: Flags) -> None:
    bound = np.int64(UNTOLD)
    for call in range(last - 1, first - 1, -1):
        if level[2 * call + 1] == 2:
            bound = min(bound, departure[call])
        else:
            departure[call] = min(bound, departure[call])
        if level[2 * call] == 2:
            bound = min(bound, arrival[call])
        else:
            arrival[call] = min(bound, arrival[call])
    for call in range(first, last):
        if call > first:
            arrival[call] = max(arrival[call], departure[call - 1])
        departure[call] = max(departure[call], arrival[call])
