"""Quick first journeys: greedy ones, whose arrivals a search need not look beyond."""

from planner.footpaths import DAY_S, FORBIDDEN
from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import Egress, Labels, Leaving, Roads, Ways
from planner.riding import first_trip, lower_limits, rule_out
from planner.timetable import Times

MORE_RIDES = 4
"""Greedy journeys are tried with up to so many rides more than the fewest."""

MOST_CALLS = 80
"""A greedy ride is not looked at beyond: some vehicles go on all day."""

BY_GREED = -1
"""In `Labels.target_stop`: the journey is a greedy one."""

Step = tuple[int, int, int, int, int]
"""A greedy ride: when one is where (a stop, or an egress option); lane trip, board and alight position."""


@kernel
def try_greedily(roads: Roads, access: Ways, egress: Egress, labels: Labels, leaving: Leaving, max_rides: int) -> None:
    """Note journeys that ride, each time, to where the least seems to be left, as known to the destination.

    Some are tried, of the fewest rides there may be and of up to `MORE_RIDES` more. If only the soonest arrival is
    wanted, with fewer rides only what arrives as early is worth having.
    """
    path = labels.greedy[0]
    for rides in range(egress.fewest, min(egress.fewest + MORE_RIDES, max_rides) + 1):
        row = min(rides, egress.n_least) - 1
        option, stop, ready = _most_promising(access, labels.least[row], leaving.earliest)
        ridden = 0
        while stop >= 0 and ridden < rides:
            left = min(egress.n_least, rides - ridden - 1)
            last, on = _ride_greedily(roads, egress, labels, (stop, ready), left, labels.limit[rides])
            ridden += 1
            if last[0] < labels.limit[ridden]:
                _note(labels, ridden, last, option)
                rule_out(egress, labels, ridden, max_rides)
                if leaving.is_soonest:
                    lower_limits(labels, last[0] + 1, 0, ridden - 1)
            ready, stop = on[0], on[1]
            if stop >= 0 and last[0] <= ready + labels.least[left - 1, stop]:
                break
            path[ridden - 1, 0], path[ridden - 1, 1], path[ridden - 1, 2] = on[2], on[3], on[4]


@kernel
def _most_promising(access: Ways, least: Times, time: int) -> tuple[int, int, int]:
    """Option that promises most, with `least` seconds left; its stop, −1: none, and when one is ready there."""
    stop, ready, promise, chosen = -1, 0, UNREACHED, -1
    for option in range(len(access.stop)):
        begin = max(time, access.opens[option])
        there, left = begin + access.seconds[option], least[access.stop[option]]
        if begin <= access.closes[option] and left < UNREACHED and there + left < promise:
            stop, ready, promise, chosen = access.stop[option], there, there + left, option
    return chosen, stop, ready


@kernel
def _note(labels: Labels, rides: int, last: Step, option: int) -> None:
    """Keep the journey of the path so far and its last ride."""
    labels.target[rides], labels.target_row[rides], labels.target_stop[rides] = last[0], last[1], BY_GREED
    labels.is_improved[rides], labels.greedy_access[rides] = 1, option
    path, greedy = labels.greedy[0], labels.greedy[rides]
    greedy[: rides - 1] = path[: rides - 1]
    greedy[rides - 1, 0], greedy[rides - 1, 1], greedy[rides - 1, 2] = last[2], last[3], last[4]


@kernel
def _ride_greedily(  # noqa: C901
    roads: Roads, egress: Egress, labels: Labels, begin_at: tuple[int, int], left: int, latest: int
) -> tuple[Step, Step]:
    """The ride that ends at the destination first, before `latest`; the one to where the least seconds seem to be left.

    It begins at a stop, when one is ready there, in a vehicle on its whole way: who stays seated makes one ride. `left`
    is the number of the row of `Labels.least` that counts after this ride, 0 if it is the last.
    """
    ways, (stop, ready) = roads.ways, begin_at
    first, to, seconds, opens, closes, change_s = roads.walks
    egress_at, least, n_stops = labels.egress_at, labels.least[max(left - 1, 0)], len(labels.touched)
    last, on, promise = (UNREACHED, 0, 0, 0, 0), (0, -1, 0, 0, 0), UNREACHED
    for place in range(ways.at_first[stop], ways.at_first[stop + 1]):
        pattern, position = ways.at_pattern[place], ways.at_position[place]
        n_trips = ways.trip_first[pattern + 1] - ways.trip_first[pattern]
        trip = first_trip(ways.departure, ways.event_first[pattern] + position * n_trips, n_trips, ready)
        if trip == n_trips:
            continue
        base, lane_trip = ways.pattern_first[pattern], ways.trip_first[pattern] + trip
        n_calls = ways.pattern_first[pattern + 1] - base
        row = ways.event_first[pattern] + trip * n_calls
        for i in range(position + 1, min(n_calls, position + MOST_CALLS)):
            arrival, at = ways.arrival[row + i], ways.alight_stop[base + i]
            if arrival >= min(last[0], promise, latest):
                break
            if at == n_stops:
                continue
            option = egress_at[at]
            while option >= 0:
                begin = max(arrival, egress.opens[option])
                if begin <= egress.closes[option] and begin + egress.seconds[option] < last[0]:
                    last = (begin + egress.seconds[option], option, lane_trip, position, i)
                option = egress.next[option]
            if left == 0:
                continue
            if change_s[at] != FORBIDDEN and arrival + change_s[at] + least[at] < promise:
                promise = arrival + change_s[at] + least[at]
                on = (arrival + change_s[at], at, lane_trip, position, i)
            for walk in range(first[at], first[at + 1]):
                end, begin = to[walk], arrival + seconds[walk]
                if closes[walk] - opens[walk] >= DAY_S and begin + least[end] < promise:
                    on, promise = (begin, end, lane_trip, position, i), begin + least[end]
    return last, on
