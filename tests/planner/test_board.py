"""Boards: every call of every service day, once, in order of time."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.board import Call, Wanted, calls_between, hops_between, next_calls, stops_around, trip_on
from planner.model import Mode
from planner.service_day import service_day_start
from planner.timetable import Timetable
from tests.planner.questions import questions
from tests.planner.timetables import DAY, seconds, timetable

ZONE = ZoneInfo("Asia/Tokyo")
A, B, C = range(3)
LINE = timetable("A B C\n8:00 8:10/8:12 8:20\n9:00 9:10 9:20\n24:30 24:40 24:50")


def at(clock: str, day: date = DAY) -> int:
    """A time of a service day as seconds since 1970."""
    return int(service_day_start(day, ZONE).timestamp()) + seconds(clock)


def shown(calls: tuple[Call, ...] | list[Call], day: date = DAY) -> list[str]:
    """Calls as "8:10 0", arrivals marked."""
    start = int(service_day_start(day, ZONE).timestamp())
    return [
        f"{(c.moment - start) // 3600}:{(c.moment - start) // 60 % 60:02} {c.trip}{'<' if c.is_arrival else ''}"
        for c in calls
    ]


def test_departures_are_in_order_of_time() -> None:
    assert shown(calls_between(LINE, Wanted((B,)), at("8:00"), at("10:00"))) == ["8:12 0", "9:10 1"]


def test_nobody_departs_from_the_last_stop_or_arrives_at_the_first() -> None:
    assert calls_between(LINE, Wanted((C,)), at("0:00"), at("30:00")) == []
    assert calls_between(LINE, Wanted((A,), departures=False, arrivals=True), at("0:00"), at("30:00")) == []


def test_a_run_after_midnight_belongs_to_the_day_before() -> None:
    (call,) = calls_between(LINE, Wanted((A,)), at("0:00"), at("1:00"))
    assert call == Call(at("0:30"), 2, DAY - timedelta(days=1), 0, False)


def test_where_one_may_not_board_nothing_departs() -> None:
    one_way = timetable("A B- C\n8:00 8:10 8:20")
    assert calls_between(one_way, Wanted((B,)), at("8:00"), at("9:00")) == []
    assert shown(calls_between(one_way, Wanted((B,), departures=False, arrivals=True), at("8:00"), at("9:00"))) == [
        "8:10 0<"
    ]


def test_only_the_modes_asked_for_are_shown() -> None:
    assert calls_between(LINE, Wanted((A,), frozenset({Mode.RAIL})), at("8:00"), at("9:00")) == []


def test_a_board_holds_at_least_the_count_and_all_of_the_window() -> None:
    wanted = Wanted((A,))
    assert shown(next_calls(LINE, wanted, at("7:00"), 2).calls) == ["8:00 0", "9:00 1"]
    assert shown(next_calls(LINE, wanted, at("7:00"), 1, 2 * 3600).calls) == ["8:00 0", "9:00 1"]
    assert shown(next_calls(LINE, wanted, at("7:00"), 0, 3600).calls) == ["8:00 0"]
    assert shown(next_calls(LINE, wanted, at("9:00"), 1, is_later=False).calls) == ["9:00 1"]
    assert next_calls(LINE, wanted, at("8:00"), 0).calls == ()


def test_calls_of_one_moment_are_never_parted() -> None:
    both = timetable("A B\n8:00 8:10\n9:00 9:10\n\nA C\n8:00 8:20")
    assert shown(next_calls(both, Wanted((A,)), at("7:00"), 1).calls) == ["8:00 0", "8:00 2"]


def test_the_trip_of_a_service_day_is_found_by_its_id() -> None:
    weekly = timetable("A B\n8:00 8:10 @today", services={"today": (0,), "after": (1,)})
    assert trip_on(weekly, weekly.trips.ids[0], DAY) == 0
    assert trip_on(weekly, weekly.trips.ids[0], DAY + timedelta(days=1)) is None
    assert trip_on(weekly, "elsewhere", DAY) is None


def test_vehicles_under_way_in_an_area_are_found() -> None:
    placed = timetable(
        "A B C\n8:00 8:10/8:12 8:20", places={"A": (35.0, 140.0), "B": (35.1, 140.0), "C": (35.2, 140.0)}
    )
    modes, everywhere = frozenset({Mode.BUS}), (34.0, 139.0, 36.0, 141.0)

    def hops(box: tuple[float, float, float, float], start: str, end: str) -> list[int]:
        return [hop.position for hop in hops_between(placed, box, (at(start), at(end)), modes)]

    assert hops(everywhere, "8:05", "8:06") == [0]
    assert hops(everywhere, "8:05", "8:13") == [0, 1]
    assert hops(everywhere, "8:11", "8:11") == []
    assert hops((35.15, 139.0, 36.0, 141.0), "8:05", "8:13") == [1]
    assert hops_between(placed, everywhere, (at("8:05"), at("8:06")), frozenset({Mode.RAIL})) == []


def test_stops_of_one_name_are_one_to_the_public() -> None:
    places = {"A": (35.0, 140.0), "B": (35.003, 140.0), "C": (35.02, 140.0)}
    apart = timetable("A B C\n8:00 8:10 8:20", places=places)
    assert stops_around(apart, A, places["A"]) == (A,)
    assert stops_around(apart, A, places["A"], 400) == (A, B)
    assert stops_around(apart, None, places["B"], 0) == (B,)
    assert stops_around(apart, A, places["B"], 0, is_exact=True) == (A, B)


def enumerated(table: Timetable, stop: int, first: int, last: int) -> list[Call]:
    """Every departure from the definition alone."""
    calls = []
    for offset in range(-5, 6):
        day = DAY + timedelta(days=offset)
        start = int(service_day_start(day, ZONE).timestamp())
        active = table.active_services(day)
        for trip in range(len(table.trips)):
            pattern, event = int(table.trips.pattern[trip]), int(table.trips.first_event[trip])
            row, end = int(table.patterns.first[pattern]), int(table.patterns.first[pattern + 1])
            for position in range(end - row - 1):
                moment = start + int(table.trips.departure[event + position])
                is_here = int(table.patterns.stop[row + position]) == stop and table.patterns.can_board[row + position]
                if active[table.trips.service[trip]] and is_here and first <= moment <= last:
                    calls.append(Call(moment, trip, day, position, False))
    return sorted(calls)


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(0, 4), st.integers(-30 * 3600, 60 * 3600), st.integers(0, 30 * 3600))
def test_boards_show_what_the_definition_says(question, stop: int, start: int, width: int) -> None:
    first = at("0:00") + start
    found = calls_between(question.table, Wanted((stop,)), first, first + width)
    assert found == enumerated(question.table, stop, first, first + width)


@settings(max_examples=40, deadline=None)
@given(questions(), st.integers(0, 4), st.integers(1, 4), st.integers(0, 40 * 60))
def test_pages_give_the_same_calls_once_forwards_and_backwards(question, stop: int, count: int, minutes: int) -> None:
    wanted, begin = Wanted((stop,), arrivals=True), at("0:00") + 60 * minutes
    forwards: list[Call] = []
    moment = begin
    while moment <= begin + 3 * 86_400:
        page = next_calls(question.table, wanted, moment, count)
        forwards += page.calls
        moment = page.last + 1
    last = moment - 1
    backwards: list[Call] = []
    while moment > begin:
        page = next_calls(question.table, wanted, moment - 1, count, is_later=False)
        backwards = [*page.calls, *backwards]
        moment = page.first
    assert forwards == calls_between(question.table, wanted, begin, last)
    assert [call for call in backwards if call.moment >= begin] == forwards
