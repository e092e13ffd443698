"""A day cut out of a timetable: lanes, service days, through vehicles."""

from datetime import date

import numpy as np
from hypothesis import given, settings

from planner.day import DayTimetable, mirrored, segments_of, timetable_on
from planner.timetable import Timetable
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, clock, stop, timetable

ONE_DAY = {"daily": (0,)}


def lanes(table: Timetable, day: DayTimetable) -> list[str]:
    """Every pattern as a line: its stops (+ only boarding, - only alighting, ! neither), then departures per trip."""
    names, lines = list(table.stops.ids), []
    for pattern in range(len(day.pattern_first) - 1):
        calls = range(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        marks = {(True, True): "", (True, False): "+", (False, True): "-", (False, False): "!"}
        stops = [
            names[day.stop[c]] + marks[day.board_stop[c] < day.n_stops, day.alight_stop[c] < day.n_stops] for c in calls
        ]
        n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
        events = day.departure[int(day.event_first[pattern]) : int(day.event_first[pattern + 1])].reshape(-1, n_trips)
        lines.append(" ".join(stops) + ": " + ", ".join(" ".join(clock(int(t)) for t in trip) for trip in events.T))
    return sorted(lines)


def test_trips_of_the_days_before_of_and_after_run_on_one_clock() -> None:
    table = timetable(
        "A B\n25:00 25:10 @before\n8:00 8:10 @today\n0:30 0:40 @after",
        services={"before": (-1,), "today": (0,), "after": (1,)},
    )
    assert lanes(table, timetable_on(table, DAY)) == ["A+ B-: 1:00 1:10, 8:00 8:10, 24:30 24:40"]


def test_a_day_without_service_is_empty() -> None:
    table = timetable("A B\n8:00 8:10")
    day = timetable_on(table, date(2030, 1, 1))
    assert lanes(table, day) == []
    assert lanes(table, mirrored(day)) == []


def test_a_trip_that_overtakes_gets_a_lane_of_its_own() -> None:
    table = timetable("A B\n8:00 9:00\n8:10 8:30\n8:20 9:10", services=ONE_DAY)
    assert lanes(table, timetable_on(table, DAY)) == ["A+ B-: 8:00 9:00, 8:20 9:10", "A+ B-: 8:10 8:30"]


def test_overtaking_where_nobody_boards_or_alights_needs_no_lane() -> None:
    table = timetable("A B! C\n8:00 8:30 9:00\n8:10 8:20 9:00", services=ONE_DAY)
    assert lanes(table, timetable_on(table, DAY)) == ["A+ B! C-: 8:00 8:30 9:00, 8:10 8:20 9:00"]


def test_a_vehicle_that_goes_on_from_the_same_stop_has_one_position_there() -> None:
    table = timetable("A B\n8:00 8:10/8:11\n\nB C\n8:15 8:20", in_seat=[(0, 1)], services=ONE_DAY)
    day = timetable_on(table, DAY)
    assert lanes(table, day) == ["A+ B C-: 8:00 8:15 8:20"]
    assert day.arrival[1] == 8 * 3600 + 600
    assert [tuple(s) for s in segments_of(day, 0, 0, 2)] == [(0, 0, 0, 1), (1, 0, 0, 1)]
    assert [tuple(s) for s in segments_of(day, 0, 0, 1)] == [(0, 0, 0, 1)]
    assert [tuple(s) for s in segments_of(day, 0, 1, 2)] == [(1, 0, 0, 1)]


def test_a_vehicle_that_goes_on_from_another_stop_is_left_at_the_one_and_boarded_at_the_other() -> None:
    table = timetable("A B\n8:00 8:10\n\nC D\n8:15 8:20", in_seat=[(0, 1)], services=ONE_DAY)
    day = timetable_on(table, DAY)
    assert lanes(table, day) == ["A+ B- C+ D-: 8:00 8:10 8:15 8:20"]
    assert [tuple(s) for s in segments_of(day, 0, 0, 3)] == [(0, 0, 0, 1), (1, 0, 0, 1)]


def test_a_train_that_divides_is_one_chain_per_branch_and_one_that_is_joined_one_per_origin() -> None:
    text = "A B\n8:00 8:10\n\nD B\n8:01 8:10\n\nB C\n8:15 8:20\n\nB E\n8:15 8:25"
    table = timetable(text, in_seat=[(0, 2), (0, 3), (1, 2)], services=ONE_DAY)
    assert lanes(table, timetable_on(table, DAY)) == [
        "A+ B C-: 8:00 8:15 8:20",
        "A+ B E-: 8:00 8:15 8:25",
        "D+ B C-: 8:01 8:15 8:20",
    ]


def test_one_stays_seated_only_where_both_trips_run_and_may_be_used() -> None:
    text = "A B\n8:00 8:10\n\nB C\n8:15 8:20 @tomorrow\n8:16 8:21"
    table = timetable(text, in_seat=[(0, 1), (0, 2)], services={"daily": (0,), "tomorrow": (1,)})
    assert lanes(table, timetable_on(table, DAY)) == ["A+ B C-: 8:00 8:16 8:21", "B+ C-: 32:15 32:20"]
    assert lanes(table, timetable_on(table, DAY, trips=np.array([True, True, False]))) == [
        "A+ B-: 8:00 8:10",
        "B+ C-: 32:15 32:20",
    ]


def test_links_backwards_in_time_and_circles_are_no_chains() -> None:
    table = timetable(
        "A B\n8:00 8:10\n8:00 8:00\n\nB A\n8:09 8:20\n8:00 8:00", in_seat=[(0, 2), (1, 3), (3, 1)], services=ONE_DAY
    )
    assert lanes(table, timetable_on(table, DAY)) == [
        "A+ B A-: 8:00 8:00 8:00",
        "A+ B-: 8:00 8:10",
        "B+ A-: 8:09 8:20",
    ]


def test_masked_stops_are_passed_without_a_stop() -> None:
    table = timetable("A B C\n8:00 8:10 8:20", services=ONE_DAY)
    usable = np.array([name != "B" for name in table.stops.ids])
    assert lanes(table, timetable_on(table, DAY, stops=usable)) == ["A+ B! C-: 8:00 8:10 8:20"]


def test_the_hour_that_summer_time_takes_is_missing_between_service_days() -> None:
    table = timetable("A B\n12:00 12:10", timezone="Europe/Berlin")
    spring = date(2026, 3, 29)
    moved = timetable(
        "A B\n12:00 12:10 @d",
        services={"d": (spring.toordinal() - DAY.toordinal() - 1, spring.toordinal() - DAY.toordinal())},
        timezone="Europe/Berlin",
    )
    assert lanes(moved, timetable_on(moved, spring)) == ["A+ B-: -11:00 -10:50, 12:00 12:10"]
    assert lanes(table, timetable_on(table, spring)) == []


def test_boarding_places_are_listed_by_stop() -> None:
    table = timetable("A B A\n8:00 8:10 8:20\n\nC A- B\n8:00 8:10 8:20", services=ONE_DAY)
    day = timetable_on(table, DAY)
    found = {}
    for name in "ABC":
        rows = slice(int(day.at_first[stop(table, name)]), int(day.at_first[stop(table, name) + 1]))
        found[name] = [
            (
                day.pattern_first[p + 1] - day.pattern_first[p],
                int(i),
                list(table.stops.ids)[day.stop[day.pattern_first[p]]],
            )
            for p, i in zip(day.at_pattern[rows], day.at_position[rows], strict=True)
        ]
    assert found == {"A": [(3, 0, "A")], "B": [(3, 1, "A")], "C": [(3, 0, "C")]}


@settings(max_examples=100, deadline=None)
@given(questions())
def test_the_mirror_image_of_the_mirror_image_is_the_day(question: Question) -> None:
    day = timetable_on(question.table, DAY, question.trips, question.stops)
    twice = mirrored(mirrored(day))
    for name in DayTimetable.__slots__:
        if name != "segments":
            assert np.array_equal(getattr(day, name), getattr(twice, name))


@settings(max_examples=100, deadline=None)
@given(questions())
def test_no_trip_overtakes_another_in_its_lane(question: Question) -> None:
    day = timetable_on(question.table, DAY, question.trips, question.stops)
    for pattern in range(len(day.pattern_first) - 1):
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        n_calls = calls.stop - calls.start
        arrival = day.arrival[events].reshape(-1, n_calls)
        departure = day.departure[events].reshape(n_calls, -1).T
        assert (np.diff(arrival, axis=0)[:, day.alight_stop[calls] < day.n_stops] >= 0).all()
        assert (np.diff(departure, axis=0)[:, day.board_stop[calls] < day.n_stops] >= 0).all()
