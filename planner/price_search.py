"""The cheapest journeys between stops within bounds of time and changes: an exact search with fare states.

Rounds as in `planner.raptor`, but of labels (time, price paid for good, fare state): only labels of one fare state
dominate each other, since fares run through changes and do not add up over rides. What cannot arrive in time with the
rides left is cut off by exact searches backwards.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from planner.day import segment_rows
from planner.errors import go_on
from planner.fare_states import NOTHING_PAID
from planner.fares_v1 import Ride
from planner.footpaths import FORBIDDEN, begins_at
from planner.journeys import UNREACHED, Options
from planner.raptor import Transit, fewest_rides
from planner.timetable import Indices, Times

RidesOf = Callable[[int, int, int], Sequence[Ride]]
"""Trips ridden in a lane trip from one position to another, as fares see them."""


class States(Protocol):
    """Fare states of one search: `planner.fare_states.FareStates`, or those of who holds passes."""

    @property
    def is_timed(self) -> bool:
        """Whether any price depends on when a ride is made."""

    @property
    def counts_calls(self) -> bool:
        """Whether any price depends on where a ride passes."""

    def due(self, state: int) -> float | None:
        """What is to be paid on top of the amounts of the steps if the journey ends here."""

    def after(self, state: int, name: Hashable, rides: Callable[[], Sequence[Ride]]) -> tuple[int, float]:
        """The state after a ride from `state`, and what the ride adds."""


class OnFoot(NamedTuple):
    """Seconds on foot on each access, egress and footpath, and how many there may be in all."""

    longest_s: int
    access: Times
    egress: Times
    footpaths: Times


class Bound(NamedTuple):
    """Journeys that depart at `start` or later, arrive by `deadline` and make at most `max_rides` rides.

    With `by_departure` leaving later is worth as much as arriving earlier is without.
    """

    start: int
    deadline: int
    max_rides: int
    by_departure: bool = False


@dataclass(slots=True, eq=False)
class Label:
    """A rider at a stop: brought there by a vehicle, or ready to board; `by` is a ride, or the row of an access.

    Seconds on foot are counted where they are limited.
    """

    time: int
    stop: int
    state: int
    paid: float
    departure: int
    rides: int
    walked: int
    before: "Label | None"
    by: tuple[int, ...]
    is_beaten: bool = False


Bags = dict[tuple[int, int], list[Label]]
"""Labels by stop and fare state."""


class Priced(NamedTuple):
    """A journey found: `price` None if unknown, `rides` as (lane trip, board position, alight position)."""

    departure: int
    arrival: int
    price: float | None
    access: int
    egress: int
    rides: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Reach:
    """By rides left, how late one may board at each stop, and alight there; egress rows by stop."""

    board_by: list[NDArray[np.int64]]
    alight_by: list[NDArray[np.int64]]
    ends: dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class PriceSearch:
    """What does not change during a search.

    Attributes
    ----------
    route_of : int32 array
        Route of each trip of the timetable.
    is_given_up : callable or None
        Asked again and again whether anybody waits.
    on_foot : OnFoot or None
        None: one may walk as long as one likes.
    kinds : dict
        Kept: kinds of lane trips.
    """

    transit: Transit
    route_of: Indices
    access: Options
    egress: Options
    bound: Bound
    states: States
    rides_of: RidesOf
    is_given_up: Callable[[], bool] | None = None
    on_foot: OnFoot | None = None
    kinds: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def cheapest_between(search: PriceSearch, mirrored: Transit) -> list[Priced]:
    """The Pareto set in (arrival, rides, price) within the bound, in (departure, rides, price) if by departure.

    Journeys of unknown price have a Pareto set of their own in the other two. `mirrored` is the day backwards.

    Raises
    ------
    GivenUpError
        If `search.is_given_up` says so.
    """
    reach = _reach(search, mirrored)
    ridden, ready = defaultdict[tuple[int, int], list[Label]](list), defaultdict[tuple[int, int], list[Label]](list)
    found: list[tuple[Label, int, int]] = []
    waiting = [one for one in _first(search) if _joins(search, ready, one)]
    for _ in range(search.bound.max_rides):
        arrived = []
        for label in waiting:
            go_on(search.is_given_up)
            if not label.is_beaten:
                arrived += [one for one in _ridden(search, reach, label) if _joins(search, ridden, one)]
        alive = [one for one in arrived if not one.is_beaten]
        found += [(one, row, end) for one in alive for row, end in _ends(search, reach, one)]
        waiting = [after for one in alive for after in _changed(search, reach, one) if _joins(search, ready, after)]
    return _best(search, found)


def _reach(search: PriceSearch, mirrored: Transit) -> _Reach:
    bound, footpaths = search.bound, search.transit.footpaths
    nowhere: NDArray[np.int64] = np.full(search.transit.day.n_stops, -UNREACHED, np.int64)
    board_by = [nowhere]
    for rides in range(1, bound.max_rides + 1):
        last, _ = fewest_rides(mirrored, search.egress, bound.deadline, rides - 1)
        board_by.append(last.astype(np.int64))
    leave_by: NDArray[np.int64] = nowhere.copy()
    ends = np.minimum(search.egress.closes, bound.deadline - search.egress.seconds).astype(np.int64)
    np.maximum.at(leave_by, search.egress.stop, ends)
    alight_by = []
    for latest in board_by:
        by = leave_by.copy()
        can_change = footpaths.change_s != FORBIDDEN
        by[can_change] = np.maximum(by, latest - footpaths.change_s)[can_change]
        np.maximum.at(by, footpaths.start, latest[footpaths.to] - footpaths.seconds)
        alight_by.append(by)
    ends_at = defaultdict[int, list[int]](list)
    for row, stop in enumerate(search.egress.stop.tolist()):
        ends_at[stop].append(row)
    return _Reach(board_by, alight_by, dict(ends_at))


def _first(search: PriceSearch) -> Iterator[Label]:
    """Ready to board at the first stop."""
    options, start, on_foot = search.access, search.bound.start, search.on_foot
    for row, (stop, seconds, opens, closes) in enumerate(_rows(options)):
        begin = max(start, opens)
        walked = 0 if on_foot is None else int(on_foot.access[row])
        if begin <= closes and (on_foot is None or walked <= on_foot.longest_s):
            yield Label(begin + seconds, stop, NOTHING_PAID, 0.0, 0, 0, walked, None, (row,))


def _rows(options: Options) -> Iterator[tuple[int, ...]]:
    columns = (options.stop, options.seconds, options.opens, options.closes)
    return zip(*(column.tolist() for column in columns), strict=True)


def _joins(search: PriceSearch, bags: Bags, label: Label) -> bool:
    """Put a label to the others of its stop and fare state unless one of them dominates it."""
    bag, by_departure = bags[label.stop, label.state], search.bound.by_departure
    if by_departure and label.rides == 0:
        # At which of several accesses the journey begins decides when it departs, once the first ride is known.
        bag.append(label)
        return True
    if any(_dominates(other, label, by_departure=by_departure) for other in bag):
        return False
    for other in bag:
        other.is_beaten |= _dominates(label, other, by_departure=by_departure)
    bag[:] = [other for other in bag if not other.is_beaten]
    bag.append(label)
    return True


def _dominates(one: Label, other: Label, *, by_departure: bool) -> bool:
    """Whether nothing that `other` may come to is better, both being at one stop in one fare state."""
    if one.time > other.time or one.paid > other.paid or one.rides > other.rides or one.walked > other.walked:
        return False
    return not by_departure or one.departure >= other.departure


def _ridden(search: PriceSearch, reach: _Reach, label: Label) -> Iterator[Label]:
    """Every alighting after boarding any vehicle at the label's stop that can be worth it."""
    day = search.transit.day
    left = search.bound.max_rides - label.rides
    board_by = int(reach.board_by[left][label.stop])
    if label.time > board_by:
        return
    for place in range(int(day.at_first[label.stop]), int(day.at_first[label.stop + 1])):
        pattern, position = int(day.at_pattern[place]), int(day.at_position[place])
        for trip, boarded in _boardings(search, label, (pattern, position), board_by):
            yield from _alightings(search, reach.alight_by[left - 1], label, (pattern, position, trip, boarded))


def _boardings(search: PriceSearch, label: Label, at: tuple[int, int], board_by: int) -> Iterator[tuple[int, int]]:
    """Trips of a lane, by number, with their departures: the first of each kind, every one where that may pay."""
    day, (pattern, position) = search.transit.day, at
    n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
    begin = int(day.event_first[pattern]) + position * n_trips
    departures = day.departure[begin : begin + n_trips]
    takes_all = search.states.is_timed or (search.bound.by_departure and label.rides == 0)
    seen = set()
    for trip in range(bisect_left(departures, label.time), n_trips):
        boarded = int(departures[trip])
        if boarded > board_by:
            return
        kind = kind_of(search, int(day.trip_first[pattern]) + trip)
        if takes_all or kind not in seen:
            seen.add(kind)
            yield trip, boarded


def kind_of(search: PriceSearch, lane_trip: int) -> tuple[tuple[int, int], ...]:
    """What tells the ways of vehicles in one lane apart for fares: routes, and where each begins."""
    kind = search.kinds.get(lane_trip)
    if kind is None:
        segments = search.transit.day.segments
        rows = segment_rows(search.transit.day, lane_trip)
        kind = tuple((int(search.route_of[segments.trip[row]]), int(segments.position[row])) for row in rows)
        search.kinds[lane_trip] = kind
    return kind


def _alightings(
    search: PriceSearch, alight_by: NDArray[np.int64], label: Label, boarded: tuple[int, int, int, int]
) -> Iterator[Label]:
    day, (pattern, position, trip, departure) = search.transit.day, boarded
    first, n_calls = int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1] - day.pattern_first[pattern])
    event, lane_trip = int(day.event_first[pattern]) + trip * n_calls, int(day.trip_first[pattern]) + trip
    left_at = _left_at(search, label, departure)
    if left_at < search.bound.start and search.bound.by_departure:
        return
    for end in range(position + 1, n_calls):
        stop, time = int(day.alight_stop[first + end]), int(day.arrival[event + end])
        if stop == day.n_stops or time > alight_by[stop]:
            continue
        ride = (lane_trip, position, end)
        name = name_of(search, pattern, ride)
        state, added = search.states.after(label.state, name, partial(search.rides_of, *ride))
        paid = round(label.paid + added, 6)
        yield Label(time, stop, state, paid, left_at, label.rides + 1, label.walked, label, ride)


def _left_at(search: PriceSearch, label: Label, boarded: int) -> int:
    """Departure of the journey, as late as its first ride allows."""
    if label.rides:
        return label.departure
    row = label.by[0]
    return min(boarded - int(search.access.seconds[row]), int(search.access.closes[row]))


def name_of(search: PriceSearch, pattern: int, ride: tuple[int, int, int]) -> tuple[object, ...]:
    """What two rides have in common that cost the same wherever they are made."""
    if search.states.is_timed:
        return ride
    lane_trip, board, alight = ride
    kind = kind_of(search, lane_trip)
    first = int(search.transit.day.pattern_first[pattern])
    if len(kind) > 1 or search.states.counts_calls:
        return kind, pattern, board, alight
    stop = search.transit.day.stop
    return kind[0][0], int(stop[first + board]), int(stop[first + alight])


def _ends(search: PriceSearch, reach: _Reach, label: Label) -> Iterator[tuple[int, int]]:
    """Egress rows that lead to the destination in time, with the arrival."""
    for row in reach.ends.get(label.stop, ()):
        begin = max(label.time, int(search.egress.opens[row]))
        end = begin + int(search.egress.seconds[row])
        if search.on_foot is not None and label.walked + search.on_foot.egress[row] > search.on_foot.longest_s:
            continue
        if begin <= search.egress.closes[row] and end <= search.bound.deadline:
            yield row, end


def _changed(search: PriceSearch, reach: _Reach, label: Label) -> Iterator[Label]:
    """Ready to board after the ride, at its last stop or where one can walk to."""
    board_by = reach.board_by[search.bound.max_rides - label.rides]
    for stop, time, on_foot_s in changes(search, label.stop, label.time):
        walked = label.walked + on_foot_s
        if time <= board_by[stop] and (search.on_foot is None or walked <= search.on_foot.longest_s):
            yield Label(time, stop, label.state, label.paid, label.departure, label.rides, walked, label, ())


def changes(search: PriceSearch, stop: int, time: int) -> Iterator[tuple[int, int, int]]:
    """Stops where one may board after alighting at `stop` at `time`, from when on, and seconds on foot if limited."""
    footpaths, on_foot = search.transit.footpaths, search.on_foot
    if footpaths.change_s[stop] != FORBIDDEN:
        yield stop, time + int(footpaths.change_s[stop]), 0
    for row in range(int(footpaths.first[stop]), int(footpaths.first[stop + 1])):
        start = begins_at(time, int(footpaths.opens[row]), int(footpaths.closes[row]))
        walked = 0 if on_foot is None else int(on_foot.footpaths[row])
        yield int(footpaths.to[row]), start + int(footpaths.seconds[row]), walked


def _best(search: PriceSearch, found: Sequence[tuple[Label, int, int]]) -> list[Priced]:
    """Journeys that nothing dominates, the earliest arrival (latest departure) first."""
    points = []
    for label, egress, arrival in found:
        due = search.states.due(label.state)
        price = None if due is None else label.paid + due
        when = -label.departure if search.bound.by_departure else arrival
        points.append((when, label.rides, price, label, egress, arrival))
    kept: list[tuple[int, int, float | None, Label, int, int]] = []
    for one in sorted(points, key=lambda p: (p[2] is None, p[0], p[1], p[2] or 0.0, p[5])):
        rivals = (other for other in kept if (other[2] is None) == (one[2] is None))
        if not any(o[0] <= one[0] and o[1] <= one[1] and (o[2] or 0.0) <= (one[2] or 0.0) for o in rivals):
            kept.append(one)
    return [_written(label, price, egress, arrival) for _, _, price, label, egress, arrival in kept]


def _written(label: Label, price: float | None, egress: int, arrival: int) -> Priced:
    rides: list[tuple[int, int, int]] = []
    at: Label | None = label
    access = 0
    while at is not None:
        if at.before is None:
            access = at.by[0]
        elif at.by:
            rides.append((at.by[0], at.by[1], at.by[2]))
        at = at.before
    return Priced(label.departure, arrival, price, access, egress, tuple(rides[::-1]))
