"""Ticket gates of a station in a city's day: a queue reckoned by hand, and who does not stand in it."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.city import run_city, town
from simulator.events import Events, Kind
from simulator.station_gates import StationGates
from tests.cities import makuhari
from tests.simulator.towns import H, makuhari_day

__all__ = ["makuhari"]

STATION = "makuhari_JR-East.Kaihimmakuhari"


def test_people_pass_one_after_the_other_and_a_group_takes_the_time_of_all_its_people() -> None:
    gates = StationGates(0.5)
    assert [gates.let_in(now, party) for now, party in [(10, 1), (10, 2), (11, 1), (40, 1)]] == [12, 16, 18, 42]


@pytest.fixture(scope="module")
def evening(makuhari):
    """A morning on which the station's gates let in one person in half a minute, with its points."""
    setup = makuhari_day(makuhari, 1500.0)
    stops = tuple(makuhari.children[makuhari.stop_index[STATION]])
    slow = replace(setup, supply=replace(setup.supply, gates=[(stops, 1 / 30)]))
    return run_city(slow, 3), {town(setup.place).first_stop + stop for stop in stops}


def of_travellers(events: Events) -> dict[int, list[tuple[float, Kind, int]]]:
    rows = np.flatnonzero(events.traveller >= 0)
    found: dict[int, list[tuple[float, Kind, int]]] = {}
    for row in rows.tolist():
        happened = float(events.time_s[row]), Kind(int(events.kind[row])), int(events.position[row])
        found.setdefault(int(events.traveller[row]), []).append(happened)
    return found


def test_the_gates_are_a_queue_in_the_order_of_coming(evening) -> None:
    events, points = evening
    came, passed = (events.of(kind) for kind in (Kind.QUEUED_AT_GATE, Kind.PASSED_GATE))
    assert set(events.position[came].tolist()) <= points
    assert len(passed) > 50
    free, ends = 0.0, []
    for time in events.time_s[came].tolist():
        free = max(free, time) + 30.0
        ends.append(free)
    assert events.time_s[passed] == pytest.approx(ends[: len(passed)])
    assert max(np.array(ends) - events.time_s[came]) > 60


def test_who_changes_trains_or_is_left_behind_does_not_pass_again(evening) -> None:
    events, points = evening
    inside_before = 0
    for happened in of_travellers(events).values():
        is_inside = False
        for _, kind, point in happened:
            if kind is Kind.PASSED_GATE:
                assert not is_inside
                is_inside = True
            elif kind is Kind.JOINED:
                assert is_inside or point not in points
                inside_before += is_inside
                is_inside = is_inside and point in points
            elif kind is Kind.ALIGHTED:
                is_inside = point in points
    assert inside_before > 50
    assert float(events.time_s[events.of(Kind.PASSED_GATE)].min()) > 7 * H
