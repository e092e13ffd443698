"""Live operation: trip updates change what runs, exactly as a timetable with the updated times would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from planner.day import timetable_on
from planner.live import LiveSource, apply, as_scheduled, without
from planner.live_records import StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.live_timetable import CANCELLED
from tests.planner.live_states import (
    NO_DATA,
    NOW,
    ONE_DAY,
    SKIPPED,
    at,
    calls_of,
    cancel,
    day_of,
    delay,
    journeys,
    moment,
    state_of,
    times,
)
from tests.planner.timetables import DAY, seconds, timetable

LINE = "A B C D\n8:00 8:10/8:12 8:20/8:21 8:30"


def test_a_delay_is_carried_to_all_later_calls() -> None:
    state = state_of(timetable(LINE, services=ONE_DAY), delay("t0", at("B", 5)))
    assert times(state, 0) == "8:00 8:15/8:17 8:25/8:26 8:35"


def test_each_delay_holds_until_the_next_and_no_data_ends_it() -> None:
    table = timetable("A B C D E F\n8:00 8:10 8:20 8:30 8:40 8:50", services=ONE_DAY)
    no_data = StopUpdate(stop_id="E", relationship=NO_DATA)
    state = state_of(table, delay("t0", at("A", 5), at("C", 1), no_data))
    assert times(state, 0) == "8:05 8:15 8:21 8:31 8:40 8:50"


def test_no_call_is_left_before_the_one_before_it() -> None:
    state = state_of(timetable(LINE, services=ONE_DAY), delay("t0", at("A", 30), at("D", 1)))
    assert times(state, 0) == "8:30 8:31 8:31 8:31"


def test_an_arrival_alone_delays_the_departure_too() -> None:
    late = StopUpdate(stop_id="B", arrival_delay=300)
    assert times(state_of(timetable(LINE), delay("t0", late)), 0) == "8:00 8:15/8:17 8:25/8:26 8:35"


def test_a_departure_alone_leaves_the_arrival() -> None:
    late = StopUpdate(stop_id="B", departure_delay=300)
    assert times(state_of(timetable(LINE), delay("t0", late)), 0) == "8:00 8:10/8:17 8:25/8:26 8:35"


def test_a_time_counts_before_a_delay() -> None:
    told = StopUpdate(stop_id="B", arrival_delay=0, arrival_time=moment("8:14"))
    assert times(state_of(timetable(LINE), delay("t0", told)), 0) == "8:00 8:14/8:16 8:24/8:25 8:34"


def test_the_delay_of_a_trip_holds_until_a_call_is_told_of() -> None:
    state = state_of(timetable(LINE), delay("t0", at("C", 1), whole=240))
    assert times(state, 0) == "8:04 8:14/8:16 8:21/8:22 8:31"


def test_a_skipped_call_carries_the_delay_on_and_lets_nobody_on_or_off() -> None:
    table = timetable(LINE, services=ONE_DAY)
    state = state_of(table, delay("t0", at("A", 5), StopUpdate(stop_id="B", relationship=SKIPPED)))
    assert times(state, 0) == "8:05 8:15/8:17 8:25/8:26 8:35"
    day = day_of(table, state)
    assert journeys(table, day, "A", "B", ("7:00", "9:00")) == []
    assert journeys(table, day, "B", "D", ("7:00", "9:00")) == []
    assert journeys(table, day, "A", "D", ("7:00", "9:00")) == ["8:05 8:35 0"]


def test_stop_sequence_tells_the_calls_at_one_stop_apart() -> None:
    table = timetable("A B A C\n8:00 8:10 8:20 8:30", services=ONE_DAY)
    table = replace(table, trips=replace(table.trips, sequence=np.array([5, 10, 20, 30], np.int32)))
    second = StopUpdate(stop_sequence=20, stop_id="A", arrival_delay=120)
    assert times(state_of(table, delay("t0", second)), 0) == "8:00 8:10 8:22 8:32"
    assert times(state_of(table, delay("t0", at("B", 1), at("A", 3))), 0) == "8:00 8:11 8:23 8:33"


def test_an_update_of_no_call_of_the_trip_is_remarked() -> None:
    state = state_of(timetable(LINE), delay("t0", at("X", 5), at("D", 1)))
    assert [remark.message for remark in state.remarks] == ["trip 't0' does not call at stop 'X'"]
    assert times(state, 0) == "8:00 8:10/8:12 8:20/8:21 8:31"


def test_a_cancelled_trip_is_gone_on_its_day_only() -> None:
    table = timetable("A B\n8:00 8:10\n9:00 9:10")
    state = state_of(table, cancel("t0"))
    assert journeys(table, day_of(table, state), "A", "B", ("7:00", "10:00")) == ["9:00 9:10 0"]
    tomorrow = DAY + timedelta(days=1)
    assert len(journeys(table, day_of(table, state, tomorrow), "A", "B", ("7:00", "10:00"))) == 2


def test_a_delay_breaks_a_connection() -> None:
    table = timetable("A B\n8:00 8:10\n\nB C\n8:12 8:20\n8:42 8:50", services=ONE_DAY)
    assert journeys(table, timetable_on(table, DAY), "A", "C", ("7:00", "9:00")) == ["8:00 8:20 1"]
    day = day_of(table, state_of(table, delay("t0", at("B", 3))))
    assert journeys(table, day, "A", "C", ("7:00", "9:00")) == ["8:00 8:50 1"]


def test_a_delay_makes_a_connection() -> None:
    table = timetable("A B\n8:00 8:10\n\nB C\n8:08 8:20\n8:42 8:50", services=ONE_DAY)
    assert journeys(table, timetable_on(table, DAY), "A", "C", ("7:00", "9:00")) == ["8:00 8:50 1"]
    day = day_of(table, state_of(table, delay("t1", at("B", 4))))
    assert journeys(table, day, "A", "C", ("7:00", "9:00")) == ["8:00 8:24 1"]


def test_an_added_trip_runs() -> None:
    table = timetable("A B C\n8:00 8:10 8:20")
    calls = (
        StopUpdate(stop_id="A", departure_time=moment("9:00")),
        StopUpdate(stop_id="X", arrival_time=moment("9:05")),
        StopUpdate(stop_id="C", arrival_time=moment("9:12")),
    )
    state = state_of(table, TripUpdate(TripSelector("special", "route"), TripRelationship.ADDED, calls))
    assert [remark.message for remark in state.remarks] == ["added trip 'special': there is no stop 'X'; it is passed"]
    day = day_of(table, state)
    assert journeys(table, day, "A", "C", ("8:30", "10:00")) == ["9:00 9:12 0"]
    assert state.live.timetable.trips.ids[1] == "special"


def test_an_added_trip_without_a_route_takes_that_of_its_stops() -> None:
    table = timetable("A B C\n8:00 8:10 8:20")
    there = tuple(StopUpdate(stop_id=s, arrival_time=moment(t)) for s, t in (("A", "9:00"), ("C", "9:12")))
    back = tuple(StopUpdate(stop_id=s, arrival_time=moment(t)) for s, t in (("C", "9:00"), ("A", "9:12")))
    assert not state_of(table, TripUpdate(TripSelector("x"), TripRelationship.ADDED, there)).remarks
    (remark,) = state_of(table, TripUpdate(TripSelector("x"), TripRelationship.ADDED, back)).remarks
    assert remark.message == "added trip 'x' has no route, and no other trip runs from its first to its last stop"


def test_a_duplicated_trip_runs_at_its_own_time_with_its_own_delay() -> None:
    table = timetable(LINE, services=ONE_DAY)
    copy = TripSelector("t0b", start_date=DAY, start_time=seconds("10:30"))
    told = TripUpdate(TripSelector("t0"), TripRelationship.DUPLICATED, (at("B", 0.5),), copy=copy)
    state = state_of(table, told)
    assert calls_of(state.live.timetable, 0) == "8:00 8:10/8:12 8:20/8:21 8:30"
    assert calls_of(state.live.timetable, 1) == "10:30 10:40:30/10:42:30 10:50:30/10:51:30 11:00:30"
    assert len(journeys(table, day_of(table, state), "A", "D", ("7:00", "12:00"))) == 2


def test_a_replacement_makes_other_calls() -> None:
    table = timetable("A B C\n8:00 8:10 8:20\n\nC D\n9:00 9:10", services=ONE_DAY)
    calls = tuple(StopUpdate(stop_id=s, arrival_time=moment(t)) for s, t in (("A", "8:01"), ("D", "8:40")))
    state = state_of(table, TripUpdate(TripSelector("t0"), TripRelationship.REPLACEMENT, calls))
    assert times(state, 0) == "8:01 8:40"
    assert journeys(table, day_of(table, state), "A", "D", ("7:00", "10:00")) == ["8:01 8:40 0"]
    assert journeys(table, day_of(table, state), "A", "B", ("7:00", "10:00")) == []


def test_a_trip_of_the_day_before_is_late_after_midnight() -> None:
    table = timetable("A B\n24:30 24:50")
    yesterday = DAY - timedelta(days=1)
    state = state_of(table, delay("t0", at("A", 10), day=yesterday))
    assert journeys(table, day_of(table, state), "A", "B", ("0:00", "2:00")) == ["0:40 1:00 0"]
    assert journeys(table, day_of(table, state), "A", "B", ("24:00", "26:00")) == ["24:30 24:50 0"]


@pytest.mark.parametrize(("asked_at", "day"), [("0:35", -1), ("23:00", 0), ("24:40", 0)])
def test_without_a_date_the_run_nearest_in_time_is_meant(asked_at: str, day: int) -> None:
    table = timetable("A B\n24:30 24:50")
    now = datetime.fromtimestamp(moment(asked_at), UTC)
    state = state_of(table, delay("t0", at("A", 10), day=None), now=now)
    assert [one - DAY.toordinal() for one in state.live.instead] == [day]


def test_a_run_of_a_frequency_is_named_by_its_departure() -> None:
    table = timetable("A B\n8:00 8:10\n8:15 8:25", services=ONE_DAY)
    ids = type(table.trips.ids).of(["f@08:00:00", "f@08:15:00"])
    table = replace(table, trips=replace(table.trips, ids=ids))
    update = TripUpdate(TripSelector("f", start_date=DAY, start_time=seconds("8:15")), stop_updates=(at("A", 2),))
    state = state_of(table, update, delay("f", at("A", 2)))
    assert times(state, 1) == "8:17 8:27"
    assert [remark.message for remark in state.remarks] == ["there is no trip 'f'"]


def test_a_trip_may_be_named_by_route_direction_and_departure() -> None:
    table = timetable("A B\n8:00 8:10\n8:15 8:25", services=ONE_DAY)
    update = TripUpdate(TripSelector(None, "route", 0, DAY, seconds("8:15")), stop_updates=(at("A", 2),))
    assert times(state_of(table, update), 1) == "8:17 8:27"


IN_SEAT = "A B\n8:00 8:10\n\nB C\n8:15 8:25\n\nC D\n8:40 8:50"


def test_a_vehicle_that_comes_late_starts_its_next_trip_late() -> None:
    table = timetable(IN_SEAT, in_seat=[(0, 1), (1, 2)], services=ONE_DAY)
    state = state_of(table, delay("t0", at("A", 12)))
    assert [times(state, 0), times(state, 1)] == ["8:12 8:22", "8:22 8:32"]
    assert state.live.shown(2, DAY) == 2
    assert journeys(table, day_of(table, state), "A", "D", ("7:00", "9:00")) == ["8:12 8:50 0"]


def test_what_is_told_of_the_next_trip_counts_before_that() -> None:
    table = timetable(IN_SEAT, in_seat=[(0, 1), (1, 2)], services=ONE_DAY)
    day = day_of(table, state_of(table, delay("t0", at("A", 12)), delay("t1", at("B", 1))))
    assert journeys(table, day, "B", "C", ("7:00", "9:00")) == ["8:16 8:26 0"]
    assert journeys(table, day, "A", "C", ("7:00", "9:00")) == []


def test_vehicles_that_come_late_on_two_days_start_late_on_each_by_as_much() -> None:
    table = timetable(IN_SEAT, in_seat=[(0, 1), (1, 2)])
    tomorrow = DAY + timedelta(days=1)
    state = state_of(table, delay("t0", at("A", 12)), delay("t0", at("A", 9), day=tomorrow), cancel("t1", tomorrow))
    assert times(state, 1) == "8:22 8:32"
    assert state.live.shown(1, tomorrow) == CANCELLED
    state = state_of(table, delay("t0", at("A", 12)), delay("t0", at("A", 9), day=tomorrow))
    assert calls_of(state.live.timetable, state.live.shown(1, tomorrow)) == "8:19 8:29"


def test_trips_told_of_on_the_same_days_run_on_the_same_others() -> None:
    table = timetable("A B\n8:00 8:10\n9:00 9:10\n9:30 9:40")
    days = [DAY + timedelta(days=offset) for offset in (-1, 0, 1)]
    told = [cancel("t0", days[0]), cancel("t1", days[1]), cancel("t1", days[0]), cancel("t2", days[2])]
    live = state_of(table, *told).live.timetable
    services = live.trips.service[:3]
    assert [live.active_services(day)[services].tolist() for day in days] == [
        [False, False, True],
        [True, False, True],
        [True, True, False],
    ]


def test_one_message_replaces_the_one_before_of_its_source_only() -> None:
    table = timetable("A B\n8:00 8:10\n9:00 9:10", services=ONE_DAY)
    a, b = LiveSource("a", 0, None, (cancel("t0"),)), LiveSource("b", 0, None, (cancel("t1"),))
    both = apply(apply(as_scheduled(table), a, NOW), b, NOW)
    today = DAY.toordinal()
    assert both.live.instead[today].keys() == {0, 1}
    assert apply(both, replace(a, updates=()), NOW).live.instead[today].keys() == {1}
    assert without(both, frozenset({"b"})).live.instead[today].keys() == {0}
    assert both.digest == apply(apply(as_scheduled(table), b, NOW), a, NOW).digest
    assert len({both.digest, without(both, frozenset({"b"})).digest, as_scheduled(table).digest}) == 3


def test_a_late_trip_stays_in_its_lane_while_it_overtakes_nobody() -> None:
    table = timetable("A B\n8:00 8:10\n8:20 8:30\n8:40 8:50", services=ONE_DAY)
    day = day_of(table, state_of(table, delay("t1", at("A", 5))))
    assert day.departure.tolist()[:3] == [seconds("8:00"), seconds("8:25"), seconds("8:40")]
    assert day.trip_first.tolist() == [0, 3]
    assert day_of(table, state_of(table, delay("t1", at("B", 25)))).trip_first.tolist() == [0, 2, 3]


def test_late_trips_that_overtake_each_other_share_no_lane() -> None:
    table = timetable("A B\n8:00 8:10\n8:20 8:30\n9:40 9:50", services=ONE_DAY)
    state = state_of(table, delay("t0", at("A", 60), at("B", 70)), delay("t1", at("A", 45), at("B", 40)))
    assert [times(state, 0), times(state, 1)] == ["9:00 9:20", "9:05 9:10"]
    assert day_of(table, state).trip_first.tolist() == [0, 2, 3]
