"""What crowds make of a journey: weights and waits by hand, courses by hand, advice against every minute tried."""

import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.crowd_course import Evening, crowded
from planner.crowd_plan import with_crowds
from planner.crowds import Crowded, Crowds, CrowdTable, Section, felt, gates_of, load_at, night_of, wait_at
from planner.footpaths import AS_THEY_ARE
from planner.model import TRANSIT, Itinerary
from planner.network import Network
from planner.plan import plan, plan_at
from planner.ranking import cost_of
from planner.request import PlanRequest, StopId, Via
from tests.cities import City, small_city

DAY = date(2026, 11, 25)
EIGHT_PM = 20 * 3600
NAN = float("nan")


def table_of(rows: dict[Section, list[tuple[float, float]]]) -> CrowdTable:
    """A table from eight in the evening on: a load and a wait for each quarter of an hour."""
    values = np.array(list(rows.values()), np.float32)
    return CrowdTable(tuple(rows), EIGHT_PM, values[:, :, 0], values[:, :, 1])


def asked(at: str, to: str = "C") -> PlanRequest:
    return PlanRequest(StopId("A"), StopId(to), moment(at), max_access_s=60, max_egress_s=60, direct_modes=frozenset())


def moment(clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime.fromisoformat(f"{DAY}T00:00+09:00") + timedelta(hours=hours, minutes=minutes)


def clocks(first: int, last: int, every: int, takes: int) -> str:
    """Times from eight on, in minutes, of a line from A to C."""
    runs = (
        f"{20 + m // 60}:{m % 60:02} {20 + (m + takes) // 60}:{(m + takes) % 60:02}" for m in range(first, last, every)
    )
    return "A C\n" + "\n".join(runs)


def evening(network: Network, table: CrowdTable) -> Evening:
    transit = network.transit(DAY, TRANSIT, False, AS_THEY_ARE, False)
    return Evening(network, DAY, transit.day, table)


@pytest.mark.parametrize(
    ("load", "worth"), [(0.0, 1.0), (0.19, 1.0), (0.21, 1.15), (1 / 3, 1.15), (2 / 3, 1.925), (1.0, 6.2 / 3)]
)
def test_a_second_in_a_full_vehicle_is_worth_what_the_studies_say(load: float, worth: float) -> None:
    assert felt(load) == pytest.approx(worth)


@given(st.floats(0, 5), st.floats(0, 5))
def test_fuller_is_never_better_and_never_worse_than_standing(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 1.0 <= felt(low) <= felt(high) <= 2.35


def test_waits_change_evenly_between_the_middles_of_quarters_and_end_no_faster_than_time_passes() -> None:
    section = ("r", "A", "C")
    table = table_of({section: [(NAN, 0), (NAN, 600), (NAN, NAN), (NAN, 1200)]})
    middles = [EIGHT_PM + 450 + 900 * quarter for quarter in range(4)]
    assert [wait_at(table, section, second) for second in middles] == [0, 600, 900, 1200]
    assert wait_at(table, section, middles[0] + 300) == 200
    assert [wait_at(table, section, middles[3] + later) for later in (1, 1199, 1200, 5000)] == [1199, 1, 0, 0]
    assert wait_at(table, section, EIGHT_PM - 1) == 0
    assert wait_at(table, ("r", "C", "A"), middles[3]) == 0


def test_loads_are_those_of_their_quarter_and_unknown_elsewhere() -> None:
    section = ("r", "A", "C")
    table = table_of({section: [(0.5, 0), (NAN, 0)]})
    assert [load_at(table, section, EIGHT_PM + s) for s in (-1, 0, 899, 900, 1800)] == [None, 0.5, 0.5, None, None]


def test_a_night_belongs_to_the_day_before() -> None:
    assert [night_of(moment(clock)).day for clock in ("23:59", "27:59", "28:00")] == [25, 25, 26]


@pytest.fixture(scope="module")
def two_lines(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A bus every ten minutes from A to C and, five minutes later, from C to E; each takes five minutes."""
    second = clocks(10, 90, 10, 5).replace("A C", "C E")
    return small_city(tmp_path_factory.mktemp("city"), City(lines={"r": clocks(0, 80, 10, 5), "s": second}))


def test_a_course_by_hand(two_lines: Network) -> None:
    """Two minutes at the gates, twelve left standing: the bus at 20:30 rather than 20:10, the next at 20:40."""
    first, second = ("r", "A", "C"), ("s", "C", "E")
    table = table_of({
        gates_of("A"): [(NAN, 120)] * 4,
        first: [(NAN, 720)] * 2 + [(2 / 3, 720)] * 2,
        second: [(0.1, 0)] * 4,
    })  # fmt: skip
    (found,) = plan_at(two_lines, asked("20:10", "E")).itineraries
    assert (found.start, found.end) == (moment("20:10"), moment("20:25"))
    seen = crowded(evening(two_lines, table), found)
    # At the stop at 20:12; the first bus then is that of 20:20, twelve minutes later that of 20:40 can be boarded.
    assert seen == Crowded(
        moment("20:55"), 1800, 120, 1200, round(0.925 * 300), (pytest.approx(2 / 3), pytest.approx(0.1))
    )
    assert seen.cost_s == 1800 + 278
    annotated = replace(found, crowding=seen)
    asked_at = moment("20:10")
    assert cost_of(annotated, asked_at, False) == cost_of(found, asked_at, False) + seen.cost_s


def test_a_stay_on_the_way_stays(two_lines: Network) -> None:
    """A wait before it is made up for while one stays; nobody leaves sooner than planned."""
    request = replace(asked("20:10", "E"), via=(Via(StopId("C"), 1200),))
    (found, *_) = plan(two_lines, request).itineraries
    assert (found.start, found.end) == (moment("20:10"), moment("20:45"))
    seen = crowded(evening(two_lines, table_of({("r", "A", "C"): [(NAN, 600)] * 6})), found)
    assert seen == Crowded(found.end, 0, 0, 600, 0, (None,) * len(found.legs))


def test_who_is_left_standing_by_the_last_vehicle_does_not_arrive(two_lines: Network) -> None:
    (found,) = plan_at(two_lines, asked("21:10")).itineraries
    full = table_of({("r", "A", "C"): [(NAN, 1)] * 6})
    seen = crowded(evening(two_lines, full), found)
    assert seen is not None
    assert seen.expected_end is None
    assert seen.cost_s == float("inf")


def test_after_the_last_of_a_line_another_from_the_same_place_will_do(tmp_path: Path) -> None:
    lines = {"early": "A C\n20:10 20:15", "late": "A C\n20:30 20:40"}
    network = small_city(tmp_path, City(lines=lines))
    (found,) = plan_at(network, asked("20:10")).itineraries
    seen = crowded(evening(network, table_of({("early", "A", "C"): [(NAN, 60)] * 6})), found)
    assert seen is not None
    assert (seen.expected_end, seen.wait_s) == (moment("20:40"), 1200)
    # Who has missed it at the gates stands in the other's queue.
    gates = {gates_of("A"): [(NAN, 60)] * 6}
    seen = crowded(evening(network, table_of(gates | {("early", "A", "C"): [(NAN, 0)] * 6})), found)
    assert seen is not None
    assert (seen.expected_end, seen.gate_s, seen.wait_s) == (moment("20:40"), 60, 0)
    seen = crowded(evening(network, table_of(gates | {("late", "A", "C"): [(NAN, 1)] * 6})), found)
    assert seen is not None
    assert seen.expected_end is None


def test_what_nothing_is_known_of_stays_as_it_was(two_lines: Network) -> None:
    request = asked("20:10", "E")
    answer = plan(two_lines, request)
    elsewhere = table_of({("x", "A", "C"): [(1.0, 900)] * 6})
    assert with_crowds(two_lines, request, answer, Crowds({"x": elsewhere}, {DAY: "x"})) == answer
    full = table_of({("r", "A", "C"): [(1.0, 900)] * 6})
    assert with_crowds(two_lines, request, answer, Crowds({"x": full}, {date(2026, 11, 24): "x"})) == answer
    told = with_crowds(two_lines, request, answer, Crowds({"x": full}, {DAY: "x"}))
    assert [replace(one, crowding=None) for one in told.itineraries] == list(answer.itineraries)
    assert all(one.crowding is not None for one in told.itineraries)


LEAVES = [0, 4, 9, 11, 18, 22, 25, 33, 34, 41, 47, 52, 60, 63, 70, 76, 84, 85, 93, 99]
TAKES = 12


@pytest.fixture(scope="module")
def one_line(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A line from A to C that leaves so many minutes after eight."""
    runs = "\n".join(f"{20 + m // 60}:{m % 60:02} {20 + (m + TAKES) // 60}:{(m + TAKES) % 60:02}" for m in LEAVES)
    return small_city(tmp_path_factory.mktemp("city"), City(lines={"r": f"A C\n{runs}"}))


def late(at: int, waits: list[int]) -> float:
    """Minutes that who comes to A at `at` is later at C than planned, by the drawn timetable alone; inf: not there."""
    middles = 7.5 + 15 * np.arange(len(waits))
    wait = max(0.0, waits[-1] - (at - middles[-1])) if at > middles[-1] else np.interp(at, middles, waits, left=0.0)
    return next((float(leaves - at) for leaves in LEAVES if 60 * leaves >= 60 * at + round(60 * wait)), math.inf)


@given(begin=st.integers(0, 45), waits=st.lists(st.integers(0, 45), min_size=6, max_size=6))
def test_advice_is_what_trying_every_minute_finds(one_line: Network, begin: int, waits: list[int]) -> None:
    table = table_of({("r", "A", "C"): [(NAN, 60 * wait) for wait in waits]})
    request = asked(f"20:{begin:02}")
    answer = with_crowds(one_line, request, plan(one_line, request), Crowds({"x": table}, {DAY: "x"}))
    for one in answer.itineraries:
        assert one.crowding is None or ended(one) == pytest.approx(minutes(one.end) + late(minutes(one.start), waits))
    soonest = next(leaves for leaves in LEAVES if leaves >= begin)
    at_once = [leaves for leaves in LEAVES if soonest <= leaves < soonest + 5]
    now = min(at_once, key=lambda leaves: 0.5 * (leaves - begin) + late(leaves, waits))
    before, tried = late(now, waits), []
    for more in range(5, 41):
        if before < 5 or now + more not in LEAVES:
            continue
        after = late(now + more, waits)
        is_no_later = more + after <= before and after < math.inf
        if is_no_later or (before - after >= 10 and after <= before / 2):
            tried.append(more)
    assert (answer.advice and answer.advice.minutes) == (tried[0] if tried else None)


def minutes(at: datetime) -> int:
    return round((at - moment("20:00")).total_seconds() / 60)


def ended(one: Itinerary) -> float:
    assert one.crowding is not None
    return math.inf if one.crowding.expected_end is None else minutes(one.crowding.expected_end)
