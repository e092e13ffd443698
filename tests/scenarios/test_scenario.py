"""Scenario files: what is built in runs, what is wrong is named by line and field."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.run import find_scenario
from scenarios.scenario import ScenarioError, read_scenario
from scenarios.setups import cost_rates, setup_of
from scenarios.toml_lines import line_of, path_of
from simulator.demand import Rates
from simulator.run import Setup

LOOP = """\
title = "A loop"

[course]
kind = "loop"
stops = [
    { name = "A", to_next_m = 400 },
    { name = "B", to_next_m = 300 },
    { name = "C", to_next_m = 200 },
]

[vehicle]
places = 11
speed_kmh = 36
drive = { mass_kg = 5000, rolling = 0.01, drag_area_m2 = 5, efficiency = 0.8, auxiliary_kw = 3, g_per_mj = 119 }

[fleet]
vehicles = 2
depot = "A"
start = "10:00"
end = "12:00"

[[demand.flows]]
start = "10:00"
end = "11:00"
per_hour = 30

[[demand.egress]]
stop = "B"
end = "10:30"
persons = 20
mean_min = 5
destinations = { A = 1 }
"""
BATTERY = "[vehicle.battery]\ncapacity_kwh = 20\ncharger_kw = 50\n"


def setup(folder: Path, text: str) -> Setup:
    file = folder / "loop.toml"
    file.write_text(text, encoding="utf-8")
    return setup_of(*read_scenario(file))


@pytest.mark.parametrize("name", ["aeon-loop-2020", "loop-concert-night"])
def test_the_built_in_loops_are_those_of_the_trial(name: str) -> None:
    scenario, text = read_scenario(find_scenario(name))
    found = setup_of(scenario, text)
    assert found.course.length_m == 1600
    assert found.kind.motion.speed_ms == pytest.approx(30 / 3.6)
    assert found.plan.has_safety_driver is (name == "aeon-loop-2020")


def test_a_flow_is_spread_by_weights_and_keeps_its_sum(tmp_path: Path) -> None:
    weighted = LOOP.replace("per_hour = 30", "per_hour = 30\norigins = { A = 2, B = 1 }\ndestinations = { C = 1 }")
    for text in (LOOP, weighted):
        rates = setup(tmp_path, text).sources[0]
        assert isinstance(rates, Rates)
        assert rates.per_h.sum() == pytest.approx(30)
        assert np.diagonal(rates.per_h[0]).tolist() == [0, 0, 0]
    assert rates.per_h[0][:, 2].tolist() == pytest.approx([20, 10, 0])


def test_a_matrix_is_taken_as_it_is(tmp_path: Path) -> None:
    text = LOOP.replace("per_hour = 30", "matrix = [[0, 1, 2], [3, 0, 4], [5, 6, 0]]")
    rates = setup(tmp_path, text).sources[0]
    assert isinstance(rates, Rates)
    assert rates.per_h[0].tolist() == [[0, 1, 2], [3, 0, 4], [5, 6, 0]]


def test_vehicles_are_spread_evenly_unless_a_headway_is_stated(tmp_path: Path) -> None:
    # 900 m at 10 m/s, three stops with ramps of 1 m/s² and 15 s each, two vehicles.
    assert setup(tmp_path, LOOP).plan.headway_s == pytest.approx((90 + 3 * (10 + 15)) / 2)
    assert setup(tmp_path, LOOP.replace("vehicles = 2", "vehicles = 2\nheadway_s = 200")).plan.headway_s == 200


def test_a_line_needs_no_way_from_its_end(tmp_path: Path) -> None:
    line = LOOP.replace('"loop"', '"line"').replace(", to_next_m = 200", "")
    assert setup(tmp_path, line).course.stop_at == (0, 1, 2, 1)


def test_the_clockwise_loop_turns_round(tmp_path: Path) -> None:
    there = setup(tmp_path, LOOP).course
    back = setup(tmp_path, LOOP.replace('"loop"', '"loop"\ndirection = "clockwise"')).course
    assert there.rides[0, 1][2] == back.rides[1, 0][2] == 400


def test_operators_are_shared_and_drivers_are_not(tmp_path: Path) -> None:
    file = tmp_path / "loop.toml"
    file.write_text(LOOP, encoding="utf-8")
    scenario, _ = read_scenario(file)
    assert cost_rates(scenario).staff_per_vehicle == 0.5
    file.write_text(LOOP.replace("vehicles = 2", "vehicles = 2\nsafety_driver = true"), encoding="utf-8")
    assert cost_rates(read_scenario(file)[0]).staff_per_vehicle == 1


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("vehicles = 2", "vehicles = 0", "line 17, fleet.vehicles: expected int >= 1, not 0."),
        ("vehicles = 2", "vehicles = 'two'", "line 17, fleet.vehicles: expected int, not 'two'."),
        ("vehicles = 2", "vehicels = 2", "line 17, fleet.vehicels: there is no such field."),
        ("vehicles = 2\n", "", "line 16, fleet.vehicles: this field is missing."),
        ('title = "A loop"', "", "line 1, title: this field is missing."),
        ("to_next_m = 300", "to_next_m = -3", "line 7, course.stops[2].to_next_m: expected float > 0.0, not -3."),
        (", to_next_m = 200", "", "line 8, course.stops[3].to_next_m: this field is missing."),
        ('"loop"', '"line"', "line 8, course.stops[3].to_next_m: the last stop of a line has none."),
        ('name = "B"', 'name = "A"', "line 5, course.stops: A course names one of its stops twice."),
        ('depot = "A"', 'depot = "X"', "line 18, fleet.depot: the course has no stop 'X'."),
        ('end = "12:00"', 'end = "9:59"', "line 20, fleet.end: 9:59 is not after 10:00."),
        ('end = "12:00"', 'end = "noon"', "line 20, fleet.end: expected a time of day such as 21:30, not 'noon'."),
        ('end = "11:00"', 'end = "10:00"', "line 24, demand.flows[1].end: 10:00 is not after 10:00."),
        ("per_hour = 30", "", "line 22, demand.flows[1]: a flow has either per_hour or a matrix."),
        ("per_hour = 30", "matrix = [[0]]", "line 25, demand.flows[1].matrix: 3 stops need 3 rows of as many "
         "numbers."),
        ("per_hour = 30", "per_hour = 1\norigins = { A = 0 }", "line 26, demand.flows[1].origins: all weights are 0."),
        ("{ A = 1 }", "{ B = 1 }", "line 32, demand.egress[1].destinations: 'B' is where they come from."),
        ("[fleet]", BATTERY + "low_share = 0.01\n[fleet]", "line 19, vehicle.battery.low_share: two rounds take 0.07 "
         "of the battery, so charging cannot wait until 0.01."),
        ("[fleet]", BATTERY + "full_share = 0.2\n[fleet]", "line 19, vehicle.battery.full_share: it is not above "
         "low_share, 0.3."),
        ("[course]",
         '[day]\nuntil = "8:00"\ncounted_from = "9:00"\n[course]', "line 4, day.until: 8:00 is not after 9:00."),
        ("[fleet]", "[fleet", "line 16: this is no TOML: expected ']' at the end of a table declaration."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_line_and_field(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in LOOP
    with pytest.raises(ScenarioError) as caught:
        setup(tmp_path, LOOP.replace(old, new, 1))
    assert str(caught.value) == f"{tmp_path / 'loop.toml'}, {complaint}"


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    with pytest.raises(ScenarioError, match="There is no scenario x; the built-in ones are aeon-loop-2020, deman"):
        find_scenario("x")


@pytest.mark.parametrize(
    ("path", "line"),
    [("$.a", 1), ("$.b", 3), ("$.b.c", 4), ("$.b.missing", 3), ("$.d[0].e", 6), ("$.d[1].e", 8), ("$.d[1].f.g", 10),
     ("$.d[1].h[1].i", 13), ("$.nowhere", 1)],
)  # fmt: skip
def test_lines_of_fields(path: str, line: int) -> None:
    toml = "a = 1\n\n[b]\nc = 2\n[[d]]\ne = 3\n[[d]]\ne = 4\n[d.f]\ng = 5\nh = [\n  { i = 1 },\n  { i = 2 },\n]\n"
    toml = toml.replace("[d.f]\ng = 5\nh", "f.a = 1\nf.g = 5\nh")
    assert line_of(toml, path_of(path)) == line


def test_a_scenario_is_the_same_however_often_it_is_read(tmp_path: Path) -> None:
    first, again = setup(tmp_path, LOOP), setup(tmp_path, LOOP)
    assert replace(first, sources=()) == replace(again, sources=())
