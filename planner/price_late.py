"""Journeys found by price, made to leave late: each ride by the last trip that costs alike and reaches the next."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from planner.fare_states import NOTHING_PAID
from planner.journeys import UNREACHED
from planner.price_search import Priced, PriceSearch, changes, kind_of, name_of


def left_late(search: PriceSearch, one: Priced) -> Priced:
    """The journey with every ride but the last made as late as the next one allows, for the same price and walk.

    A search by arrival has each journey depart as late as it can already.
    """
    rides = list(one.rides)
    for number in range(len(rides) - 2, -1, -1):
        later = _later(search, rides[number], rides[number + 1]) if not search.bound.by_departure else iter(())
        for ride in later:
            changed = [*rides[:number], ride, *rides[number + 1 :]]
            if not search.states.is_timed or _price(search, changed) == one.price:
                rides = changed
                break
    lane_trip, board, _ = rides[0]
    seconds, closes = int(search.access.seconds[one.access]), int(search.access.closes[one.access])
    departure = min(_time(search, lane_trip, board, is_arrival=False) - seconds, closes)
    return one._replace(departure=departure, rides=tuple(rides))


def _later(
    search: PriceSearch, ride: tuple[int, int, int], following: tuple[int, int, int]
) -> Iterator[tuple[int, int, int]]:
    """Later trips of the ride's lane that cost alike and still reach the next ride, the last first."""
    day, (lane_trip, board, alight) = search.transit.day, ride
    pattern, after = _pattern(search, lane_trip), _pattern(search, following[0])
    to = int(day.board_stop[day.pattern_first[after] + following[1]])
    boarding = to, _time(search, *following[:2], is_arrival=False)
    stop = int(day.alight_stop[day.pattern_first[pattern] + alight])
    least = _least_walk(search, (stop, _time(search, lane_trip, alight, is_arrival=True)), boarding)
    for other in range(int(day.trip_first[pattern + 1]) - 1, lane_trip, -1):
        arrival = _time(search, other, alight, is_arrival=True)
        if kind_of(search, other) == kind_of(search, lane_trip):
            walk = _least_walk(search, (stop, arrival), boarding)
            if walk < UNREACHED and walk <= least:
                yield other, board, alight


def _least_walk(search: PriceSearch, alighted: tuple[int, int], boarding: tuple[int, int]) -> int:
    """Fewest seconds on foot (0 unless limited) from a stop and time to another in time; UNREACHED if none does."""
    to, boarded = boarding
    walks = (walked for at, time, walked in changes(search, *alighted) if at == to and time <= boarded)
    return min(walks, default=UNREACHED)


def _pattern(search: PriceSearch, lane_trip: int) -> int:
    return int(np.searchsorted(search.transit.day.trip_first, lane_trip, "right")) - 1


def _time(search: PriceSearch, lane_trip: int, position: int, *, is_arrival: bool) -> int:
    """When a lane trip arrives at a position, or departs there."""
    day, pattern = search.transit.day, _pattern(search, lane_trip)
    first, trip = int(day.event_first[pattern]), lane_trip - int(day.trip_first[pattern])
    n_calls = int(day.pattern_first[pattern + 1] - day.pattern_first[pattern])
    n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
    if is_arrival:
        return int(day.arrival[first + trip * n_calls + position])
    return int(day.departure[first + position * n_trips + trip])


def _price(search: PriceSearch, rides: Sequence[tuple[int, int, int]]) -> float | None:
    state, paid = NOTHING_PAID, 0.0
    for ride in rides:
        name = name_of(search, _pattern(search, ride[0]), ride)
        state, added = search.states.after(state, name, partial(search.rides_of, *ride))
        paid = round(paid + added, 6)
    due = search.states.due(state)
    return None if due is None else paid + due
