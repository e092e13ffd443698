"""Scheduled vehicles: dwell that grows with people, places, delays, closures, breakdowns; closed forms."""

import numpy as np
import pytest
import simpy

from planner.day import DayTimetable, timetable_on
from simulator.events import EventLog, Kind, Reason
from simulator.lines import Closure, Day, Lines, Stock, Waiting, delays, start
from tests.planner.timetables import DAY, timetable

STOCK = Stock(places=3, doors=2, door_s=4, board_s=3, alight_s=2, wheelchair_s=60)


def day_of(text: str, stock: Stock = STOCK, **what: object) -> Day:
    drawn: DayTimetable = timetable_on(timetable(text, services={"daily": (0,)}), DAY)
    n, calls = int(drawn.trip_first[-1]), int(drawn.pattern_first[1])
    given = {"extra_s": np.zeros(n), "extra_at": np.zeros(n, int)} | what
    return Day(timetable=drawn, stock=[stock], point=0, metres=[np.arange(calls) * 1000.0], **given)


def ride(lines: Lines, number: int, board: int, alight: int, at_s: float, wheelchair: bool = False) -> dict:
    found = {}

    def wait():
        yield lines.env.timeout(at_s)
        rider = Waiting(number, alight, wheelchair, lines.env.event(), lines.env.event(), 1000.0 * (alight - board))
        lines.join(0, board, rider)
        found["boarded"] = yield rider.boarded
        found["boarded_s"] = lines.env.now
        if not isinstance(found["boarded"], Reason):
            found["place"] = yield rider.alighted
            found["alighted_s"] = lines.env.now

    lines.env.process(wait())
    return found


def running(day: Day) -> Lines:
    lines = Lines(simpy.Environment(), EventLog(), day)
    start(lines, 0.0, 86400.0)
    return lines


def test_a_trip_alone_keeps_to_its_timetable():
    lines = running(day_of("A B C\n8:00 8:05 8:10"))
    lines.env.run()
    events = lines.log.events()
    arrived = events.of(Kind.ARRIVED)
    assert events.time_s[arrived].tolist() == [8 * 3600 + 300, 8 * 3600 + 600]
    assert events.distance_m[arrived].tolist() == [1000.0, 1000.0]


def test_dwell_is_doors_and_people_by_door_and_ramps_one_by_one():
    lines = running(day_of("A B C\n8:00 8:05 8:10"))
    out = [ride(lines, n, 0, 1, 0.0, wheelchair=n == 0) for n in range(3)]
    into = [ride(lines, 10 + n, 1, 2, 0.0) for n in range(2)]
    lines.env.run()
    begin = 8 * 3600
    dwell_a = 4 + 3 * 3 / 2 + 60
    late_a = dwell_a  # the timetable gives no time to stand
    dwell_b = 4 + (3 * 2 + 2 * 3) / 2 + 60
    assert [one["boarded_s"] for one in out] == [begin + dwell_a] * 3
    assert [one["alighted_s"] for one in out] == [begin + 300 + late_a] * 3
    assert [one["boarded_s"] for one in into] == [begin + 300 + late_a + dwell_b] * 2
    assert into[0]["alighted_s"] == begin + 600 + late_a + dwell_b


def test_the_first_of_the_queue_board_and_the_rest_are_left_behind():
    lines = running(day_of("A B\n8:00 8:05\n8:10 8:15"))
    people = [ride(lines, n, 0, 1, float(n)) for n in range(5)]
    lines.env.run()
    assert [one["boarded"] for one in people] == [0, 0, 0, Reason.FULL, Reason.FULL]
    events = lines.log.events()
    assert events.load[events.of(Kind.LEFT_BEHIND)].tolist() == [2]
    assert lines.crowding[0, 0] == 0.0
    assert lines.gone[0, 0] == 1


def test_a_delay_is_carried_on_and_made_up_for_where_the_timetable_stands():
    extra = {"extra_s": np.array([90.0]), "extra_at": np.array([0])}
    lines = running(day_of("A B C D\n8:00 8:05 8:10/8:11 8:15", **extra))
    lines.env.run()
    events = lines.log.events()
    late_s = events.time_s[events.of(Kind.ARRIVED)] - 8 * 3600 - np.array([300, 600, 900])
    assert late_s.tolist() == [90, 90, 30]


@pytest.mark.parametrize(
    ("what", "ends_at"),
    [({"closures": [Closure(frozenset({1, 2}), 0.0, 9 * 3600.0)]}, 1), ({"broken": {0: 0}}, 0), ({}, 2)],
)
def test_a_closed_way_or_a_breakdown_ends_the_trip_and_puts_people_down(what, ends_at):
    lines = running(day_of("A B C\n8:00 8:05 8:10", **what))
    rider = ride(lines, 1, 0, 2, 0.0)
    lines.env.run()
    events = lines.log.events()
    assert events.position[events.of(Kind.LEFT)].tolist() == [ends_at]
    if ends_at == 1:
        assert rider["place"] == -1 - ends_at
        assert events.reason[events.of(Kind.PUT_DOWN)].tolist() == [Reason.LINE_CLOSED]
    assert ("boarded" in rider) == (ends_at > 0)


def test_a_closure_that_is_over_stops_nobody():
    lines = running(day_of("A B C\n8:00 8:05 8:10", closures=[Closure(frozenset({1, 2}), 0.0, 8 * 3600.0 + 300)]))
    assert ride(lines, 1, 0, 2, 0.0) is not None
    lines.env.run()
    events = lines.log.events()
    assert events.position[events.of(Kind.LEFT)].tolist() == [2]


def test_delays_have_the_stated_share_and_mean():
    times = [(h, m) for h in range(5, 23) for m in range(0, 57, 2)]
    text = "A B C\n" + "\n".join(f"{h}:{m:02} {h}:{m + 1:02} {h}:{m + 2:02}" for h, m in times)
    drawn = timetable_on(timetable(text, services={"daily": (0,)}), DAY)
    found = [
        delays([Stock(1, 1, 0, 0, 0, 0, late_share=0.3, late_s=120.0)], drawn, np.random.default_rng(seed))
        for seed in range(20)
    ]
    extra = np.concatenate([one for one, _ in found])
    assert (extra > 0).mean() == pytest.approx(0.3, abs=0.015)
    assert extra[extra > 0].mean() == pytest.approx(120.0, rel=0.05)
    assert extra[extra > 0].std() == pytest.approx(120.0, rel=0.08)
    assert set(np.concatenate([at for _, at in found]).tolist()) == {0, 1}
