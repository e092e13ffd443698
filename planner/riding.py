"""The compiled rides of a timetable search: in the first vehicle of each pattern, and on with who stays seated."""

from planner.journeys import UNREACHED
from planner.kernels import kernel
from planner.labels import NOBODY, Egress, Labels, Lanes, Roads, Table
from planner.timetable import Flags, Indices, Times


@kernel
def collect(lanes: Lanes, egress: Egress, labels: Labels, numbers: tuple[int, int, int], n_marked: int) -> int:
    """Queue the patterns one may board at the marked stops, each with its first and last such position."""
    at_first, at_pattern, at_position = lanes.at_first, lanes.at_pattern, lanes.at_position
    marked, queue, before, least, limit = labels.marked, labels.queue, labels.before, labels.least, labels.limit
    pattern_from, pattern_to, (k, _, max_rides) = labels.pattern_from, labels.pattern_to, numbers
    n_queued, most = 0, min(egress.n_least, max_rides - k + 1)
    for mark in range(n_marked):
        stop = marked[mark]
        before[stop] = deadline(least, limit, k - 1, most, stop)
        for place in range(at_first[stop], at_first[stop + 1]):
            pattern, position = at_pattern[place], at_position[place]
            if pattern_from[pattern] == UNREACHED:
                queue[n_queued] = pattern
                n_queued += 1
                pattern_from[pattern] = pattern_to[pattern] = position
            elif position < pattern_from[pattern]:
                pattern_from[pattern] = position
            elif position > pattern_to[pattern]:
                pattern_to[pattern] = position
    return n_queued


@kernel
def ride(  # noqa: C901, PLR0912, PLR0915
    roads: Roads, egress: Egress, labels: Labels, numbers: tuple[int, int, int], n_queued: int
) -> tuple[int, int]:
    """Ride every queued pattern in the first trip that can be boarded, changing to earlier ones on the way."""
    k, level, max_rides = numbers
    pattern_first, board_stop, alight_stop, trip_first, event_first, arrivals, departures, _, _, _ = roads.lanes
    stay_first, in_way, in_way_position = roads.stays.first, roads.stays.lane_trip, roads.stays.lane_position
    ridden, rides, fresh, before = labels.ridden[level], labels.rides[k], labels.fresh, labels.before
    queue, pattern_from, pattern_to = labels.queue, labels.pattern_from, labels.pattern_to
    lane_trip, lane_from, lane_rides = labels.lane_trip, labels.lane_from, labels.lane_rides
    touched, is_touched, egress_at, reached_by = labels.touched, labels.is_touched, labels.egress_at, labels.n_rides
    seated_trip, seated_from = labels.seated_trip, labels.seated_from
    bound, n_touched, n_seated = bound_of(labels, egress, k), 0, 0
    for place in range(n_queued):
        pattern = queue[place]
        position, last_boarding = pattern_from[pattern], pattern_to[pattern]
        pattern_from[pattern] = UNREACHED
        base, events = pattern_first[pattern], event_first[pattern]
        n_calls = pattern_first[pattern + 1] - base
        n_trips = trip_first[pattern + 1] - trip_first[pattern]
        trip, row, start, known_trip, known_from = n_trips, 0, 0, n_trips, n_calls
        if lane_rides[pattern] <= k:
            known_trip, known_from = lane_trip[pattern], lane_from[pattern]
        for i in range(position, n_calls):
            if trip < n_trips:
                arrival, stop = arrivals[row + i], alight_stop[base + i]
                if arrival >= bound or (trip >= known_trip and i > known_from):
                    trip = n_trips
                elif arrival < ridden[stop]:
                    ridden[stop], reached_by[stop] = arrival, k
                    vehicle = trip_first[pattern] + trip
                    shift = in_way_position[vehicle]
                    rides[stop, 0], rides[stop, 1] = in_way[vehicle], start + shift
                    rides[stop, 2], rides[stop, 3] = i + shift, board_stop[base + start]
                    n_touched = _touch(touched, is_touched, stop, n_touched)
                    if egress_at[stop] >= 0:
                        bound = _leave(egress, labels, k, max_rides, stop, arrival)
            if i <= last_boarding:
                stop, column = board_stop[base + i], events + i * n_trips
                if fresh[stop] < before[stop]:
                    best = min(trip, known_trip) if i >= known_from else trip
                    found = _earlier_trip(departures, column, best, n_trips, fresh[stop])
                    if found < best and departures[column + found] < before[stop]:
                        trip, start, row = found, i, events + found * n_calls
                        if trip <= lane_trip[pattern] or lane_rides[pattern] > k:
                            lane_trip[pattern], lane_from[pattern], lane_rides[pattern] = trip, i, k
            elif trip == n_trips:
                break
        if trip < n_trips and stay_first[pattern] < stay_first[pattern + 1]:
            queue[n_seated], seated_trip[n_seated], seated_from[n_seated] = pattern, trip, start
            n_seated += 1
    return n_touched, n_seated


@kernel
def ride_first(ways: Lanes, egress: Egress, labels: Labels, first_ride: Indices, max_rides: int, n_touched: int) -> int:
    """Ride a vehicle to the end of its way, unless even its departure comes too late."""
    option, pattern, position, trip = first_ride[1], first_ride[2], first_ride[3], first_ride[4]
    base, n_trips = ways.pattern_first[pattern], ways.trip_first[pattern + 1] - ways.trip_first[pattern]
    n_calls, events = ways.pattern_first[pattern + 1] - base, ways.event_first[pattern]
    stop, departure = ways.board_stop[base + position], ways.departure[events + position * n_trips + trip]
    if departure >= deadline(labels.least, labels.limit, 0, min(egress.n_least, max_rides), stop):
        return n_touched
    ridden, rides, bound = labels.ridden[1], labels.rides[1], bound_of(labels, egress, 1)
    for i in range(position + 1, n_calls):
        arrival, at = ways.arrival[events + trip * n_calls + i], ways.alight_stop[base + i]
        if arrival >= bound:
            break
        if arrival < ridden[at]:
            ridden[at], labels.access[at] = arrival, option
            rides[at, 0], rides[at, 1] = ways.trip_first[pattern] + trip, position
            rides[at, 2], rides[at, 3] = i, stop
            n_touched = _touch(labels.touched, labels.is_touched, at, n_touched)
            if labels.egress_at[at] >= 0:
                bound = _leave(egress, labels, 1, max_rides, at, arrival)
    return n_touched


@kernel
def stay_seated(  # noqa: C901, PLR0915
    roads: Roads, egress: Egress, labels: Labels, numbers: tuple[int, int, int], n_seated: int, n_touched: int
) -> int:
    """Sit on where vehicles go on as other trips: in the first of each way that is boarded now or may be later.

    Nobody sits on past a stop where one can board with as many rides in all: `ride` does so.
    """
    k, level, max_rides = numbers
    tails, stay_way, stay_position, stay_start, following_first, following, _, _ = roads.stays
    way_first, way_board, way_alight, way_trips, way_events, arrivals, _, _, _, _ = roads.ways
    ridden, rides, ready = labels.ridden[level], labels.rides[k], labels.ready[max(level - 1, 0)]
    touched, is_touched, egress_at, reached_by = labels.touched, labels.is_touched, labels.egress_at, labels.n_rides
    way_trip, way_from, way_rides, n_stops = labels.way_trip, labels.way_from, labels.way_rides, len(labels.touched)
    least, limit, most = labels.least, labels.limit, min(egress.n_least, max_rides - k + 1)
    bound = bound_of(labels, egress, k)
    for seat in range(n_seated):
        pattern, trip, position = labels.queue[seat], labels.seated_trip[seat], labels.seated_from[seat]
        boarded_at = roads.lanes.board_stop[roads.lanes.pattern_first[pattern] + position]
        for tail in range(tails[pattern], tails[pattern + 1]):
            vehicle = following[following_first[tail] + trip]
            if vehicle == NOBODY:
                continue
            way, start = stay_way[tail], stay_start[tail]
            base = way_first[way]
            n_calls = way_first[way + 1] - base
            row = way_events[way] + vehicle * n_calls
            known_trip, known_from = NOBODY, n_calls
            if way_rides[way] <= k:
                known_trip, known_from = way_trip[way], way_from[way]
            if (vehicle >= known_trip and start >= known_from) or arrivals[row + start] >= bound:
                continue
            i = start - 1
            while i < n_calls:
                arrival, stop = arrivals[row + i], way_alight[base + i]
                if arrival >= bound or (vehicle >= known_trip and i >= known_from):
                    i = n_calls
                    break
                if i >= start and arrival < ridden[stop]:
                    ridden[stop], reached_by[stop] = arrival, k
                    rides[stop, 0], rides[stop, 1] = way_trips[way] + vehicle, stay_position[tail] + position
                    rides[stop, 2], rides[stop, 3] = i, boarded_at
                    n_touched = _touch(touched, is_touched, stop, n_touched)
                    if egress_at[stop] >= 0:
                        bound = _leave(egress, labels, k, max_rides, stop, arrival)
                stop = way_board[base + i]
                if stop < n_stops and ready[stop] <= arrival:
                    break
                is_useful = stop == n_stops or arrival < deadline(least, limit, k - 1, most, stop)
                i = i + 1 if is_useful else n_calls
            # Who boards where nobody sits on may still have to ride from there.
            if i >= n_calls and (vehicle <= way_trip[way] or way_rides[way] > k):
                way_trip[way], way_from[way], way_rides[way] = vehicle, start, k
    return n_touched


@kernel
def _touch(touched: Indices, is_touched: Flags, stop: int, n_touched: int) -> int:
    if is_touched[stop]:
        return n_touched
    is_touched[stop], touched[n_touched] = 1, stop
    return n_touched + 1


@kernel
def _earlier_trip(departure: Times, column: int, best: int, n_trips: int, time: int) -> int:
    """First trip before `best` that departs at `time` or later, `best` if there is none."""
    if best < n_trips and (best == 0 or departure[column + best - 1] < time):
        return best
    return first_trip(departure, column, best, time)


@kernel
def first_trip(departure: Times, column: int, end: int, time: int) -> int:
    """First trip before `end` that departs at `time` or later, `end` if there is none."""
    low, rest = column, end
    while rest > 0:
        half = (rest + 1) >> 1
        low += half * (departure[low + half - 1] < time)
        rest -= half
    return low - column


@kernel
def _leave(egress: Egress, labels: Labels, k: int, max_rides: int, stop: int, arrival: int) -> int:
    """Go on to the destination, if that is earlier than known; what arrives there before is all worth having then."""
    row, is_earlier = labels.egress_at[stop], False
    while row >= 0:
        begin = max(arrival, egress.opens[row])
        end = begin + egress.seconds[row]
        if begin <= egress.closes[row] and end < labels.limit[k]:
            labels.target[k], labels.target_stop[k], labels.target_row[k] = end, stop, row
            labels.is_improved[k] = 1
            lower_limits(labels, end, k, max_rides)
            is_earlier = True
        row = egress.next[row]
    if is_earlier:
        rule_out(egress, labels, k, max_rides)
    return bound_of(labels, egress, k)


@kernel
def rule_out(egress: Egress, labels: Labels, k: int, max_rides: int) -> None:
    """Ask of what takes `k` rides or more to come by an earlier vehicle than the arrival known with `k` rides."""
    before = -UNREACHED
    for option in range(len(egress.stop)):
        before = max(before, _end_before(egress, option, labels.target[k]))
    lower_limits(labels, before + 1, k, max_rides)


@kernel
def _end_before(egress: Egress, option: int, end: int) -> int:
    """When one is there before `end` at the latest, by `option`; −UNREACHED where no vehicle comes in time for it."""
    (first, time), opens, seconds = egress.arrivals, egress.opens[option], egress.seconds[option]
    begin, latest = first[egress.stop[option]], min(end - seconds - 1, egress.closes[option])
    row, rest = begin, first[egress.stop[option] + 1] - begin
    while rest > 0:
        half = (rest + 1) >> 1
        row += half * (time[row + half - 1] <= latest)
        rest -= half
    return max(time[row - 1], opens) + seconds if row > begin and opens <= latest else -UNREACHED


@kernel
def lower_limits(labels: Labels, time: int, first: int, last: int) -> None:
    """Nothing that arrives at `time` or later is worth having with `first` to `last` rides."""
    for k in range(first, last + 1):
        labels.limit[k] = min(labels.limit[k], time)


@kernel
def deadline(least: Table, limit: Times, k: int, most: int, stop: int) -> int:
    """Before when one must board at `stop` after `k` rides to arrive earlier than known, with 1, 2, … `most` more."""
    latest = -UNREACHED
    for more in range(most):
        latest = max(latest, limit[k + more + 1] - least[more, stop])
    return latest


@kernel
def bound_of(labels: Labels, egress: Egress, k: int) -> int:
    """No arrival of a vehicle after `k` rides is worth having from then on."""
    return int(labels.limit[max(k, egress.fewest)] - egress.shortest)
