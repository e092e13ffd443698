"""Vehicles that come too late to start their next trip on time: by how much it starts later."""

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.live_index import RunIndex
from planner.timetable import Flags, Indices, Times

Integers = NDArray[np.int64]


def holds(index: RunIndex, trip: Integers, day: Integers, end: Times, told: Integers) -> tuple[Integers, ...]:
    """Runs nobody told of whose vehicle arrives after they were to start: they start when it comes.

    GTFS-Realtime carries no delay from a trip to the next of its block; but no vehicle starts before it is there.

    Parameters
    ----------
    trip, day, end : array
        Runs somebody told of, and their last arrivals.
    told : int64 array of shape (n, 2)
        Trip and day of all runs that are as somebody told, whatever that was.

    Returns
    -------
    trip, day, late : int64 array
        By how many seconds each such run is late, by day and trip.
    """
    none = np.zeros(0, np.int64)
    if not len(index.goes_on_as) or not len(trip):
        return none, none, none
    days, rows = np.unique(day, return_inverse=True)
    is_told = np.zeros((len(days), len(index.start)), np.int8)
    of_told = np.searchsorted(days, told[:, 1]).clip(max=len(days) - 1)
    is_same_day = days[of_told] == told[:, 1]
    is_told[of_told[is_same_day], told[is_same_day, 0]] = 1
    active, columns = index.timetable.service_active, days - index.timetable.first_date
    runs = np.zeros((len(active), len(days)), np.uint8)
    is_covered = (columns >= 0) & (columns < active.shape[1])
    runs[:, is_covered] = active[:, columns[is_covered]]
    links = index.goes_on_first, index.goes_on_as, index.start, index.end
    late = _late(links, (index.timetable.trips.service, runs, is_told), rows, trip, end)
    of_day, held = np.nonzero(late)
    return held, days[of_day], late[of_day, held].astype(np.int64)


@kernel
def _late(
    links: tuple[Indices, Indices, Times, Times],
    calendar: tuple[Indices, NDArray[np.uint8], Flags],
    rows: Integers,
    trips: Integers,
    ends: Times,
) -> Times:
    first, to, start, last = links
    service, runs, is_told = calendar
    late = np.zeros(is_told.shape, np.int32)
    for run in range(len(trips)):
        row = rows[run]
        waiting = [(np.int64(trips[run]), np.int64(ends[run]))]
        while waiting:
            trip, end = waiting.pop()
            for link in range(first[trip], first[trip + 1]):
                following = to[link]
                by = end - start[following]
                if by <= late[row, following] or is_told[row, following] or not runs[service[following], row]:
                    continue
                late[row, following] = by
                waiting.append((np.int64(following), np.int64(last[following] + by)))
    return late
