"""The arrays a timetable search reads and writes, bundled as the compiled rounds take them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.timetable import Flags, Indices, Times

Table = NDArray[np.int32]

NOBODY = 2**31 - 1
"""In `Stays.following`: from this trip on no vehicle goes on that way."""


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


class Leaving(NamedTuple):
    """When journeys begin, and what the longest may take that is worth having; all in seconds.

    `is_soonest`: only what arrives soonest is wanted, with the fewest rides, of one departure.
    """

    earliest: int
    latest: int
    longest: int
    is_soonest: bool = False


class Stays(NamedTuple):
    """Where vehicles go on to: what `planner.stays` adds to lanes of single trips.

    From pattern p on vehicles go on in the ways ``first[p]:first[p + 1]``: in lanes `way` of the day, where the trip's
    first call is at `position` and the calls after it from `start`. Of the vehicles in which trip t of p or a later one
    goes on, ``following[following_first[row] + t]`` is the first (counted in its lane; NOBODY if there is none).
    `lane_trip` and `lane_position` are the lane trip of the day and the position there of each trip's first call.
    """

    first: Indices
    way: Indices
    position: Indices
    start: Indices
    following_first: Indices
    following: Indices
    lane_trip: Indices
    lane_position: Indices


class Paces(NamedTuple):
    """For each call of each way of vehicles: the least seconds to the next call, and of standing there, of any trip.

    The walks that end at stop s are rows ``walk_first[s]:walk_first[s + 1]``: where they begin, and seconds.
    """

    run: Times
    stand: Times
    walk_first: Indices
    walk_from: Indices
    walk_s: Times


class Roads(NamedTuple):
    """All that a search rides and walks: lanes of single trips, whole ways of vehicles, what joins them, walks.

    `paces` are of the whole ways; without any, nothing is swept out before a search (`planner.paces`).
    """

    lanes: Lanes
    ways: Lanes
    stays: Stays
    walks: Walks
    paces: Paces


class Labels(NamedTuple):
    """What is known during a search; a first index of tables is the number of rides made.

    `ridden` is when a vehicle brings one to a stop, by `rides` (lane trip of the day, board and alight position there,
    stop boarded at), the first of which was reached by option `access`; `ready` is when one may board there, coming
    from `ready_from` (level 0: the option). A search of one departure keeps all numbers of rides in row 0 of `ridden`
    and `ready`, and in `n_rides` how many rides the earliest arrival takes. `target` is the arrival at the destination
    from `target_stop` by option `target_row`; nothing that arrives at `limit` or later is worth having. `least` are
    seconds to the destination at least, by rides from the row's number + 1 on, the last row by any number. `egress_at`
    is the first egress option of a stop; `greedy` are the rides of quick first journeys by number of rides, begun by
    option `greedy_access`. `queue` holds patterns with boardings from `pattern_from` to `pattern_to`,
    `touched` the stops where a vehicle arrived earlier than known, `marked` those where one is ready earlier, then at
    `fresh`, of use if one boards `before`. Trip `lane_trip` of a pattern has been ridden from position `lane_from` with
    `lane_rides` rides: no later trip is worth riding from there on with as many or more; `way_trip`, `way_from` and
    `way_rides` say so of the ways of vehicles for those who stay seated: `seated_trip` and `seated_from` hold what was
    boarded and where.
    """

    ridden: Table
    ready: Table
    rides: Table
    ready_from: Table
    access: Indices
    n_rides: Indices
    target: Times
    target_stop: Indices
    target_row: Indices
    limit: Times
    least: Table
    is_improved: Flags
    egress_at: Indices
    greedy: Table
    greedy_access: Indices
    pattern_from: Indices
    pattern_to: Indices
    lane_trip: Indices
    lane_from: Indices
    lane_rides: Indices
    way_trip: Indices
    way_from: Indices
    way_rides: Indices
    seated_trip: Indices
    seated_from: Indices
    queue: Indices
    touched: Indices
    is_touched: Flags
    marked: Indices
    fresh: Times
    before: Times


class Arrivals(NamedTuple):
    """When vehicles arrive at stops where they can be left, in order: at stop s ``time[first[s]:first[s + 1]]``."""

    first: Indices
    time: Times


class Egress(NamedTuple):
    """The arrays of the egress `Options`, `next` of the same stop or NONE, their least seconds, the day's arrivals.

    `fewest` is the least number of rides there, and `n_least` how many rows of `Labels.least` are filled.
    """

    stop: Indices
    seconds: Times
    opens: Times
    closes: Times
    next: Indices
    arrivals: Arrivals
    shortest: int
    fewest: int
    n_least: int
