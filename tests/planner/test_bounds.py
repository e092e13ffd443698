"""What journeys take at least, beside plain relaxation, and that searches with bounds find what those without find."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import LEVELS, NO_WAY, hold_for, least_seconds, no_bounds
from planner.day import timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import Journeys
from planner.raptor import Transit, earliest_arrivals, search, search_at
from planner.stays import lanes_of
from tests.planner import oracle
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, stop, timetable

HOUR = 3600

moments = st.integers(-10, 80).map(lambda m: 8 * HOUR + 60 * m)


def bounded(question: Question) -> Transit:
    bounds = least_seconds(question.table, question.footpaths)
    return Transit.of(timetable_on(question.table, DAY, question.trips, question.stops), question.footpaths, bounds)


def relaxed(question: Question, most_rides: int) -> dict[tuple[int, int], int]:
    """Least seconds from stop to stop with up to so many rides, waits left out."""
    world = oracle.world(question.table, DAY, question.footpaths)
    rides: dict[tuple[int, int], int] = {}
    for run, calls in world.calls.items():
        for i, call in enumerate(calls[:-1]):
            if call.can_board:
                for end, arrival in oracle.alightings(world, run, i):
                    pair = call.stop, end
                    rides[pair] = min(max(arrival - call.departure, 0), rides.get(pair, 10**9))
    paths = question.footpaths
    changes = {(at, at): int(s) for at, s in enumerate(paths.change_s.tolist()) if s >= 0}
    for start, end, seconds in zip(paths.start.tolist(), paths.to.tolist(), paths.seconds.tolist(), strict=True):
        changes[start, end] = min(seconds, changes.get((start, end), 10**9))
    least = dict(rides)
    for _ in range(most_rides - 1):
        longer = dict(least)
        for (a, b), (c, d), (e, f) in product(least, changes, rides):
            if b == c and d == e:
                seconds = least[a, b] + changes[c, d] + rides[e, f]
                longer[a, f] = min(seconds, longer.get((a, f), 10**9))
        least = longer
    return least


@settings(max_examples=60, deadline=None)
@given(questions())
def test_bounds_never_exceed_the_shortest_ways_without_waiting(question: Question) -> None:
    forward, backward = least_seconds(question.table, question.footpaths)
    for row, most_rides in enumerate([1, 2, 3, 12]):
        expected = relaxed(question, most_rides)
        for a, b in product(range(5), repeat=2):
            assert forward[row, b, a] <= expected.get((a, b), NO_WAY)
            assert forward[row, b, a] == backward[row, a, b]


def test_a_bound_is_the_fastest_trip_of_any_day_and_the_shortest_change() -> None:
    table = timetable(
        "A B\n8:00 8:10 @a\n9:00 9:08 @b\n\nC D\n7:00 7:05", transfers="B C 60", services={"a": (0,), "b": (9,)}
    )
    least = least_seconds(table, feed_footpaths(table))[0]
    a, b, c, d = (stop(table, name) for name in "ABCD")
    assert least[:, b, a].tolist() == [480] * LEVELS
    assert least[:, d, a].tolist() == [NO_WAY, 840, 840, 840]
    assert least[:, a, b].tolist() == [NO_WAY] * LEVELS
    assert least[0, d, c] == 300


def test_whoever_stays_seated_has_made_one_ride_and_need_not_stand_between_trips() -> None:
    table = timetable("A B\n8:00 8:10\n\nB C\n8:12 8:20", in_seat=[(0, 1)])
    least = least_seconds(table, feed_footpaths(table))[0]
    assert least[0, stop(table, "C"), stop(table, "A")] == 18 * 60


def holds(timetable_text: str, vehicle: str) -> bool:
    """Whether a vehicle keeps the bounds of a timetable of the same stops."""
    table = timetable(timetable_text)
    return bool(hold_for(least_seconds(table, feed_footpaths(table)), lanes_of(timetable_on(timetable(vehicle), DAY))))


def test_bounds_hold_until_a_vehicle_is_faster_than_all_by_timetable() -> None:
    assert holds("A B\n8:00 8:08", "A B\n9:00 9:08")
    assert not holds("A B\n8:00 8:09", "A B\n9:00 9:08")
    assert not holds("A B\n8:00 8:08", "A B A\n9:00 9:08 9:30")


def test_bounds_hold_for_a_late_vehicle_that_stands_shorter_before_it_goes_on() -> None:
    planned = timetable("A B\n8:00 8:10\n\nB C\n8:20 8:30", in_seat=[(0, 1)])
    least = least_seconds(planned, feed_footpaths(planned))
    for call_at_b, is_as_slow in (("8:18/8:20", True), ("8:18/8:19", False)):
        late = timetable(f"A B C\n8:08 {call_at_b} {'8:30' if is_as_slow else '8:28'}")
        assert hold_for(least, lanes_of(timetable_on(late, DAY))) == is_as_slow


@settings(max_examples=100, deadline=None)
@given(questions(), moments, st.integers(0, 60).map(lambda m: 60 * m))
def test_bounds_change_no_answer(question: Question, moment: int, span: int) -> None:
    plain, quick = question.transit(), bounded(question)
    assert plain.bounds.shape == no_bounds(5).shape
    assert quick.bounds.shape == (2, LEVELS, 5, 5)
    for a, b in ((plain, quick), (plain.mirrored(), quick.mirrored())):
        at = question.access, question.egress, moment, question.max_transfers
        ends = {found(search_at(transit, *at), transit.day.is_mirrored) for transit in (a, b)}
        assert len(ends) == 1
        within = question.access, question.egress, moment, moment + span, question.max_transfers
        assert len({whole(search(transit, *within)) for transit in (a, b)}) == 1
        side = question.egress if a.day.is_mirrored else question.access
        reached = [earliest_arrivals(transit, side, moment, question.max_transfers) for transit in (a, b)]
        assert np.array_equal(*reached)


def found(journeys: Journeys, by_arrival: bool) -> tuple[tuple[int, int], ...]:
    """The two things a search at one time decides by; the other end may be any of equally good first rides."""
    end = journeys.departure if by_arrival else journeys.arrival
    return tuple(sorted(zip(end.tolist(), journeys.transfers.tolist(), strict=True)))


def whole(journeys: Journeys) -> tuple[tuple[int, int, int], ...]:
    columns = journeys.departure, journeys.arrival, journeys.transfers
    return tuple(sorted(zip(*(column.tolist() for column in columns), strict=True)))
