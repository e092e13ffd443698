"""Live operation: trip updates change what runs, exactly as a timetable with the updated times would."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.day import DayTimetable, segments_of, timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import Options
from planner.live import LiveSource, LiveState, apply, as_scheduled, without
from planner.live_day import patched
from planner.live_records import StopRelationship, StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.raptor import Transit, search
from planner.timetable import Timetable
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY, clock, seconds, stop, timetable

ONE_DAY = {"daily": (0,)}
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SKIPPED, NO_DATA = StopRelationship.SKIPPED, StopRelationship.NO_DATA


def state_of(table: Timetable, *updates: TripUpdate, now: datetime = NOW) -> LiveState:
    source = LiveSource("feed", int(now.timestamp()), None, updates)
    return apply(as_scheduled(table), source, now)


def delay(trip: str, *stops: StopUpdate, day: date | None = DAY, whole: int | None = None) -> TripUpdate:
    return TripUpdate(TripSelector(trip, start_date=day), stop_updates=stops, delay=whole)


def at(stop_id: str, minutes: float) -> StopUpdate:
    """Arrival and departure so many minutes late."""
    return StopUpdate(stop_id=stop_id, arrival_delay=round(60 * minutes), departure_delay=round(60 * minutes))


def cancel(trip: str, day: date = DAY) -> TripUpdate:
    return TripUpdate(TripSelector(trip, start_date=day), TripRelationship.CANCELED)


def moment(text: str, day: date = DAY) -> int:
    """POSIX time of a clock time on a service day of Tokyo."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    return int(start.timestamp()) + seconds(text)


def times(state: LiveState, trip: int) -> str:
    """Calls of the live trip that runs instead of `trip`, as "8:00/8:01 …"."""
    shown = state.live.shown(trip, DAY)
    assert shown >= 0
    return calls_of(state.live.timetable, shown)


def calls_of(table: Timetable, trip: int) -> str:
    events = range(int(table.trips.first_event[trip]), int(table.trips.first_event[trip + 1]))
    pairs = [(clock(int(table.trips.arrival[e])), clock(int(table.trips.departure[e]))) for e in events]
    return " ".join(a if a == d else f"{a}/{d}" for a, d in pairs)


def day_of(table: Timetable, state: LiveState, day: date = DAY) -> DayTimetable:
    return patched(timetable_on(table, day), state.live, state.index, day, (None, None))


def journeys(table: Timetable, day: DayTimetable, a: str, b: str, window: tuple[str, str]) -> list[str]:
    """Journeys as "8:00 8:20 0" (departure, arrival, transfers)."""
    transit = Transit.of(day, feed_footpaths(table))
    ends = Options.of([stop(table, a)], [0]), Options.of([stop(table, b)], [0])
    found = search(transit, *ends, seconds(window[0]), seconds(window[1]), 4)
    rows = zip(found.departure.tolist(), found.arrival.tolist(), found.transfers.tolist(), strict=True)
    return [f"{clock(d)} {clock(a)} {n}" for d, a, n in rows]


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
    assert {run.day - DAY.toordinal() for run in state.live.instead} == {day}


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


def test_one_message_replaces_the_one_before_of_its_source_only() -> None:
    table = timetable("A B\n8:00 8:10\n9:00 9:10", services=ONE_DAY)
    a, b = LiveSource("a", 0, None, (cancel("t0"),)), LiveSource("b", 0, None, (cancel("t1"),))
    both = apply(apply(as_scheduled(table), a, NOW), b, NOW)
    assert {run.trip for run in both.live.instead} == {0, 1}
    assert {run.trip for run in apply(both, replace(a, updates=()), NOW).live.instead} == {1}
    assert {run.trip for run in without(both, frozenset({"b"})).live.instead} == {0}
    assert both.digest == apply(apply(as_scheduled(table), b, NOW), a, NOW).digest
    assert len({both.digest, without(both, frozenset({"b"})).digest, as_scheduled(table).digest}) == 3


@st.composite
def update_of(draw: st.DrawFn, table: Timetable, trip: int, day: int) -> TripUpdate:
    """Any update of one run whose stop updates are in order."""
    selector = TripSelector(table.trips.ids[trip], start_date=DAY + timedelta(days=day))
    if draw(st.integers(0, 4)) == 0:
        return TripUpdate(selector, TripRelationship.CANCELED)
    pattern = int(table.trips.pattern[trip])
    calls = range(int(table.patterns.first[pattern]), int(table.patterns.first[pattern + 1]))
    told = []
    for number, call in enumerate(calls):
        kind = draw(st.sampled_from(["none", "none", "late", "late", "skipped", "no data"]))
        stop_id = table.stops.ids[int(table.patterns.stop[call])]
        late = 60 * draw(st.integers(-10, 40))
        if kind == "late":
            told.append(StopUpdate(number, stop_id, late, None, late))
        elif kind != "none":
            told.append(StopUpdate(number, stop_id, relationship=SKIPPED if kind == "skipped" else NO_DATA))
    whole = draw(st.none() | st.integers(-10, 40).map(lambda minutes: 60 * minutes))
    return TripUpdate(selector, stop_updates=tuple(told), delay=whole)


def numbered(table: Timetable) -> Timetable:
    """The timetable with stop_sequence from 0 in every trip."""
    events = [np.arange(n) for n in np.diff(table.trips.first_event)]
    return replace(table, trips=replace(table.trips, sequence=np.concatenate([*events, []]).astype(np.int32)))


def runs_by_lane(day: DayTimetable) -> list[tuple[object, ...]]:
    """Every vehicle: its trips with their days, and its calls with times and rights."""
    found = []
    for pattern in range(len(day.pattern_first) - 1):
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        n_calls, trips = calls.stop - calls.start, range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1]))
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        arrival = day.arrival[events].reshape(len(trips), n_calls)
        departure = day.departure[events].reshape(n_calls, len(trips)).T
        for row, trip in enumerate(trips):
            parts = tuple(segments_of(day, trip, 0, n_calls - 1))
            rights = tuple(day.board_stop[calls].tolist()), tuple(day.alight_stop[calls].tolist())
            found.append((parts, *rights, tuple(arrival[row].tolist()), tuple(departure[row].tolist())))
    return sorted(found)


@settings(max_examples=150, deadline=None)
@given(questions(), st.data())
def test_the_patched_day_holds_what_a_day_cut_anew_holds(question: Question, data: st.DataObject) -> None:
    table = numbered(question.table)
    scheduled = timetable_on(table, DAY, question.trips, question.stops)
    runs = data.draw(
        st.lists(st.tuples(st.integers(0, len(table.trips) - 1), st.integers(-1, 1)), max_size=6, unique=True)
    )
    state = state_of(table, *(data.draw(update_of(table, *run)) for run in runs))
    trips = np.append(question.trips, question.trips[state.live.runs.source])
    day = patched(scheduled, state.live, state.index, DAY, (trips, question.stops))
    anew = timetable_on(state.live.timetable, DAY, trips, question.stops)
    assert runs_by_lane(day) == runs_by_lane(anew)
    for pattern in range(len(day.pattern_first) - 1):
        n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        by_call = day.departure[events].reshape(-1, n_trips)[day.board_stop[calls] < day.n_stops]
        by_trip = day.arrival[events].reshape(n_trips, -1)[:, day.alight_stop[calls] < day.n_stops]
        assert (np.diff(by_call, axis=1) >= 0).all()
        assert (np.diff(by_trip, axis=0) >= 0).all()


def test_a_late_trip_stays_in_its_lane_while_it_overtakes_nobody() -> None:
    table = timetable("A B\n8:00 8:10\n8:20 8:30\n8:40 8:50", services=ONE_DAY)
    day = day_of(table, state_of(table, delay("t1", at("A", 5))))
    assert day.departure.tolist()[:3] == [seconds("8:00"), seconds("8:25"), seconds("8:40")]
    assert day.trip_first.tolist() == [0, 3]
    assert day_of(table, state_of(table, delay("t1", at("B", 25)))).trip_first.tolist() == [0, 2, 3]
