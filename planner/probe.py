"""Quick first journeys: greedy ones, whose arrivals a search need not look beyond."""

from planner.footpaths import DAY_S, FORBIDDEN
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Egress, Labels, Roads, Ways

MORE_RIDES = 4
"""Greedy journeys are tried with up to so many rides more than the fewest."""

MOST_CALLS = 80
"""A greedy ride is not looked at beyond: some vehicles go on all day."""


@kernel
def find_limits(roads: Roads, access: Ways, egress: Egress, labels: Labels, time: int, max_rides: int) -> None:
    """Lower `limit` to just after the arrivals of journeys that ride, each time, to where the least seems to be left.

    Some are tried, of the fewest rides there may be and of up to `MORE_RIDES` more.
    """
    for rides in range(egress.fewest, min(egress.fewest + MORE_RIDES, max_rides) + 1):
        row = min(rides, egress.n_least) - 1
        stop, ready, promise = -1, 0, UNREACHED
        for option in range(len(access.stop)):
            begin = max(time, access.opens[option])
            there, left = begin + access.seconds[option], labels.least[row, access.stop[option]]
            if begin <= access.closes[option] and left < UNREACHED and there + left < promise:
                stop, ready, promise = access.stop[option], there, there + left
        ridden = 0
        while stop >= 0 and ridden < rides:
            left = min(egress.n_least, rides - ridden - 1)
            arrival, stop, ready = _ride_greedily(roads, egress, labels, (stop, ready), left, labels.limit[rides])
            ridden += 1
            for number in range(ridden, max_rides + 1):
                labels.limit[number] = min(labels.limit[number], arrival + 1)


@kernel
def _ride_greedily(  # noqa: C901
    roads: Roads, egress: Egress, labels: Labels, begin_at: tuple[int, int], left: int, latest: int
) -> tuple[int, int, int]:
    """Arrival before `latest` by one ride, UNREACHED without; else where to board next, −1: nowhere, and when.

    It begins at a stop, when one is ready there, in a vehicle on its whole way: who stays seated makes one ride.

    `left` is the number of the row of `Labels.least` that counts after this ride, 0 if it is the last.
    """
    lanes, walks, (stop, ready) = roads.ways, roads.walks, begin_at
    arrived, promise, there, then = UNREACHED, UNREACHED, -1, 0
    least = labels.least[max(left - 1, 0)]
    for place in range(lanes.at_first[stop], lanes.at_first[stop + 1]):
        pattern, position = lanes.at_pattern[place], lanes.at_position[place]
        n_trips = lanes.trip_first[pattern + 1] - lanes.trip_first[pattern]
        column = lanes.event_first[pattern] + position * n_trips
        low, rest = column, n_trips
        while rest > 0:
            half = (rest + 1) >> 1
            low += half * (lanes.departure[low + half - 1] < ready)
            rest -= half
        if low == column + n_trips:
            continue
        base = lanes.pattern_first[pattern]
        n_calls = lanes.pattern_first[pattern + 1] - base
        row = lanes.event_first[pattern] + (low - column) * n_calls
        for i in range(position + 1, min(n_calls, position + MOST_CALLS)):
            arrival, at = lanes.arrival[row + i], lanes.alight_stop[base + i]
            if arrival >= min(arrived, promise, latest):
                break
            if at == len(labels.touched):
                continue
            option = labels.egress_at[at]
            while option >= 0:
                begin = max(arrival, egress.opens[option])
                if begin <= egress.closes[option]:
                    arrived = min(arrived, begin + egress.seconds[option])
                option = egress.next[option]
            if left == 0:
                continue
            if walks.change_s[at] != FORBIDDEN and arrival + walks.change_s[at] + least[at] < promise:
                there, then = at, arrival + walks.change_s[at]
                promise = then + least[at]
            for walk in range(walks.first[at], walks.first[at + 1]):
                end, begin = walks.to[walk], arrival + walks.seconds[walk]
                is_always_open = walks.closes[walk] - walks.opens[walk] >= DAY_S
                if is_always_open and begin + least[end] < promise:
                    there, then, promise = end, begin, begin + least[end]
    return arrived, -1 if arrived <= promise else there, then
