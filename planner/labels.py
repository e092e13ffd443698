"""The arrays a timetable search reads and writes, bundled as the compiled rounds take them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.timetable import Flags, Indices, Times

Table = NDArray[np.int32]


class Lanes(NamedTuple):
    """The arrays of a `DayTimetable` that the kernels read."""

    pattern_first: Indices
    board_stop: Indices
    alight_stop: Indices
    trip_first: Indices
    event_first: Indices
    arrival: Times
    departure: Times
    at_first: Indices
    at_pattern: Indices
    at_position: Indices


class Walks(NamedTuple):
    """The arrays of `Footpaths`."""

    first: Indices
    to: Indices
    seconds: Times
    opens: Times
    closes: Times
    change_s: Times


class Ways(NamedTuple):
    """The arrays of `Options`."""

    stop: Indices
    seconds: Times
    opens: Times
    closes: Times


class Labels(NamedTuple):
    """What is known during a search; first index is the number of rides made.

    `ridden` is when a vehicle brings one to a stop, by `rides` (pattern, trip, board and alight position), the first of
    which was reached by option `access`; `ready` is when one may board there, coming from `ready_from` (level 0: the
    option). `target` is the arrival at the destination from `target_stop` by option `target_row`. `egress_at` is the
    first egress option of a stop; `queue` holds patterns with boardings from `pattern_from` to `pattern_to`, `touched`
    the stops where a vehicle arrived earlier than known, `marked` those where one is ready earlier, then at `fresh`.
    Trip `lane_trip` of a pattern has been ridden from position `lane_from` with `lane_rides` rides: no later trip is
    worth riding from there on with as many or more.
    """

    ridden: Table
    ready: Table
    rides: Table
    ready_from: Table
    access: Indices
    target: Times
    target_stop: Indices
    target_row: Indices
    is_improved: Flags
    egress_at: Indices
    pattern_from: Indices
    pattern_to: Indices
    lane_trip: Indices
    lane_from: Indices
    lane_rides: Indices
    queue: Indices
    touched: Indices
    is_touched: Flags
    marked: Indices
    fresh: Times


class Egress(NamedTuple):
    """The arrays of the egress `Options`, `next` of the same stop or NONE, and their least seconds."""

    stop: Indices
    seconds: Times
    opens: Times
    closes: Times
    next: Indices
    shortest: int
