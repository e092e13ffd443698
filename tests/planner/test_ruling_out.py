"""What still can arrive earlier than a journey that is known: vehicles that come before its own."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planner.connections import arrivals_of
from planner.journeys import ANY_TIME, UNREACHED, Options
from planner.labels import Arrivals, Egress
from planner.raptor import Workspace, ways_of
from planner.riding import rule_out
from tests.planner.questions import Question, questions

times = st.integers(-50, 50)
opening = st.tuples(times, st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
hours = st.one_of(st.just(ANY_TIME), opening)


@given(questions())
@settings(max_examples=50, deadline=None)
def test_the_arrivals_of_a_stop_are_those_of_the_vehicles_that_can_be_left_there(question: Question) -> None:
    transit = question.transit()
    ways, n_stops = transit.roads.ways, transit.day.n_stops
    expected: list[list[int]] = [[] for _ in range(n_stops + 1)]
    for pattern in range(len(ways.trip_first) - 1):
        calls = ways.alight_stop[ways.pattern_first[pattern] : ways.pattern_first[pattern + 1]].tolist()
        for trip in range(ways.trip_first[pattern + 1] - ways.trip_first[pattern]):
            row = int(ways.event_first[pattern]) + trip * len(calls)
            for i, stop in enumerate(calls):
                expected[stop].append(int(ways.arrival[row + i]))
    found = arrivals_of(ways, n_stops)
    assert [found.time[found.first[s] : found.first[s + 1]].tolist() for s in range(n_stops)] == [
        sorted(times) for times in expected[:n_stops]
    ]


@given(
    st.lists(st.lists(times, max_size=6).map(sorted), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), hours), max_size=4),
    st.integers(-60, 120),
)
def test_only_what_comes_by_an_earlier_vehicle_is_worth_having(
    arrivals: list[list[int]], options: list[tuple[int, int, tuple[int, int]]], known: int
) -> None:
    ends = [
        max(arrival, opens) + seconds
        for stop, seconds, (opens, closes) in options
        for arrival in arrivals[stop]
        if max(arrival, opens) <= closes
    ]
    expected = max((end + 1 for end in ends if end < known), default=-UNREACHED + 1)
    assert limit_after(arrivals, options, known).tolist() == [UNREACHED, UNREACHED, expected, expected]


def limit_after(
    arrivals: list[list[int]], options: list[tuple[int, int, tuple[int, int]]], known: int
) -> NDArray[np.int32]:
    """Limits for 0 to 3 rides once an arrival with 2 rides is known."""
    stops, seconds, spans = zip(*options, strict=True) if options else ((), (), ())
    ways = ways_of(Options.of(stops, seconds, [opens for opens, _ in spans], [closes for _, closes in spans]))
    first = np.cumsum([0, *map(len, arrivals)]).astype(np.int32)
    time = np.array([one for row in arrivals for one in row], np.int32)
    labels = Workspace.sized(3, 1, 4).labels
    labels.limit[:] = UNREACHED
    labels.target[2] = known
    rule_out(Egress(*ways, np.zeros(len(ways.stop), np.int32), Arrivals(first, time), 0, 1, 1), labels, 2, 3)
    return labels.limit
