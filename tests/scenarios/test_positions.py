"""A run on a map."""

from itertools import pairwise
from pathlib import Path

import pytest

from feeds.makuhari.bus import loop_stops
from planner.errors import RequestError
from planner.geo import great_circle_m
from scenarios.positions import DrawnCourse, Replay, drawn_course, replay_of
from scenarios.run import find_scenario, run_scenario
from simulator.course import loop

LOOP = ("Pet Mall", "Costco", "Tsutaya Books", "Grand Mall East", "Makuharitoyosuna Sta.")
LENGTHS = (160.0, 275.0, 385.0, 575.0, 205.0)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("runs") / "loop"
    run_scenario(find_scenario("aeon-loop-2020"), folder, replications=1, seed=7)
    return replay_of(folder)


def drawn() -> DrawnCourse:
    return drawn_course(loop(LOOP, LENGTHS))


def test_the_ways_between_stops_are_as_long_as_the_scenario_says() -> None:
    for way, length in zip(drawn().ways, LENGTHS, strict=True):
        metres = sum(float(great_circle_m(*a, *b)) for a, b in pairwise(way))
        assert metres == pytest.approx(length, rel=0.05)


def test_stops_are_where_the_network_has_them(replay: Replay) -> None:
    known = {stop.row["name_en"].split(" / ")[0]: (stop.lat, stop.lon) for stop in loop_stops()}
    assert {stop.name: (stop.lat, stop.lon) for stop in replay.stops} == known


def test_no_vehicle_is_faster_than_it_may_be(replay: Replay) -> None:
    assert len(replay.vehicles) == 3
    for vehicle in replay.vehicles:
        points = zip(vehicle.times_s, vehicle.lat, vehicle.lon, strict=True)
        for (t, lat, lon), (later, *to) in pairwise(points):
            metres = float(great_circle_m(lat, lon, *to))
            assert t <= later
            assert metres <= (later - t + 0.2) * 30 / 3.6 + 1.0


def test_riders_fit_and_queues_are_never_below_nobody(replay: Replay) -> None:
    assert {load for vehicle in replay.vehicles for load in vehicle.load} <= set(range(12))
    assert max(load for vehicle in replay.vehicles for load in vehicle.load) > 3
    assert min(number for stop in replay.stops for number in stop.waiting) == 0


def test_a_stop_nobody_knows_cannot_be_drawn() -> None:
    with pytest.raises(RequestError, match="the stop Nowhere is"):
        drawn_course(loop(("Nowhere", "Costco"), (1.0, 1.0)))


def test_a_replication_that_was_not_played_is_refused(tmp_path: Path) -> None:
    run_scenario(find_scenario("aeon-loop-2020"), tmp_path / "run", replications=1, seed=7)
    with pytest.raises(RequestError, match="replication=1"):
        replay_of(tmp_path / "run", 1)
