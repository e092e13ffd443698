"""Scenario files of a city: those that come with the program can be played, mistakes are named by line and field."""

from pathlib import Path

import pytest

from scenarios.cases import case_of, is_of_city
from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.run import find_scenario, read_run, run_scenario
from scenarios.scenario import ScenarioError
from simulator.chains import Means
from simulator.events import Kind
from simulator.population import Tours

SHIPPED = sorted(file for file in Path("scenarios").glob("*.toml") if is_of_city(file))

SMALL = """\
title = "A few people"

[day]
until = "10:00"
replications = 2

[city]
date = 2026-11-25
start = "07:00"

[demand]
sites = [
    { name = "Messe", lat = 35.64833, lon = 140.03472, heads = { jobs = 5 } },
    { name = "Bay Town", lat = 35.6417, lon = 140.0498, heads = { homes = 3 } },
    { name = "Tokyo", station = "makuhari_JR-East.Tokyo", heads = { homes = 2 } },
]

[[demand.tours]]
purpose = "work"
persons = 40
homes = "homes"
places = { Messe = 1 }
out = "08:00"
spread_min = 10
stay_h = 8

[supply]
means = ["walk", "bus", "rail"]

[supply.lines.RAIL]
places = 1000

[supply.lines.BUS]
places = 70

[supply.lines.MONORAIL]
places = 100
"""


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_those_of_the_program_can_be_played(file):
    setup = city_setup_of(*read_city_scenario(file))
    assert find_scenario(file.stem).name == file.name
    assert setup.until_s > setup.from_s
    assert all(not isinstance(one, Tours) or one.persons > 0 for one in setup.sources)


def test_the_trials_have_the_size_they_had():
    two, eight = (
        city_setup_of(*read_city_scenario(find_scenario(f"demand-bus-{year}"))).supply for year in (2020, 2022)
    )
    assert (two.bus.vehicles, len(two.bus_stops)) == (2, 24)
    assert (eight.bus.vehicles, len(eight.bus_stops)) == (8, 60)
    assert set(two.bus_stops) < set(eight.bus_stops)
    bicycles = city_setup_of(*read_city_scenario(find_scenario("shared-bicycles-2018"))).supply.ports
    assert len(bicycles) == 39
    assert sum(sum(counts) for _, counts in bicycles.values()) == 133
    weekday = city_setup_of(*read_city_scenario(find_scenario("makuhari-weekday")))
    assert sum(2 * one.persons for one in weekday.sources) == 100_000
    assert weekday.slot_s == 0.0


def test_both_days_of_the_new_station_have_the_same_people():
    before, after = (
        city_setup_of(*read_city_scenario(find_scenario(f"makuharitoyosuna-{name}"))) for name in ("before", "open")
    )
    assert before.place.closed_stations == {"makuhari_JR-East.Makuharitoyosuna"}
    assert after.place.closed_stations == frozenset()
    assert [one.persons for one in before.sources] == [one.persons for one in after.sources]


MISTAKES = {
    "lines.BUS]": ("lines.TRAM]", "line 33, supply.lines.TRAM: 'TRAM' is neither a mode nor a route of the network."),
    'homes = "homes"': ('homes = "heads"', "line 21, demand.tours[1].homes: no site has heads of 'heads'; there are"),
    "places = { Messe = 1 }": ("places = { Mess = 1 }", "line 22, demand.tours[1].places: there is no site 'Mess'."),
    "makuhari_JR-East.Tokyo": ("makuhari_Tokio", "line 15, demand.sites[3].station: the network has no stop 'makuhar"),
    "date = 2026-11-25": ("date = 2031-11-25", "line 8, city.date: nothing runs on 2031-11-25."),
    '"walk", "bus"': ('"walk", "boat"', "line 28, supply.means[2]: expected one of the possible words, not 'boat'."),
    "persons = 40": ("persons = -4", "line 20, demand.tours[1].persons: expected `int` >= 0"),
    'out = "08:00"': ('out = "8"', "line 23, demand.tours[1].out: expected a time of day such as 21:30, not '8'."),
    "lat = 35.64833, lon = 140.03472, ": ("", "line 13, demand.sites[1]: 'Messe' has neither a station nor lat and"),
    'until = "10:00"': ('until = "00:00"', "line 4, day.until: 00:00 is not after 00:00."),
    "[[demand.tours]]": (
        "[demand.people]\nahead_h = [3, 2]\n\n[[demand.tours]]",
        "line 19, demand.people.ahead_h: 2 is less than 3.",
    ),
    "[supply]": ("[demand.people]\nparties = [0, 0]\n\n[supply]", "line 28, demand.people.parties: all weights are 0."),
    "spread_min = 10": ("spread = 10", "line 24, demand.tours[1].spread: there is no such field."),
}


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_is_named_by_line_and_field(tmp_path, right):
    wrong, sentence = MISTAKES[right]
    assert right in SMALL
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        case_of(file)
    assert sentence.replace("`", "") in str(caught.value).replace("`", "")


def test_a_city_is_run_into_a_folder_the_same_on_one_and_two_processes(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(SMALL, encoding="utf-8")
    for workers in (1, 2):
        run_scenario(file, tmp_path / f"run{workers}", workers=workers)
    record, numbers = read_run(tmp_path / "run1")
    assert record.replications == 2
    assert min(numbers["generated"]) > 30
    assert read_run(tmp_path / "run2")[1].keys() == numbers.keys()
    for name in ("0000", "0001"):
        logs = [next((tmp_path / f"run{w}" / "events").glob(f"{name}.*")).read_bytes() for w in (1, 2)]
        assert logs[0] == logs[1]
    chosen = case_of(file).play(1, 0, None)
    means = {int(one) for one in chosen.load[chosen.of(Kind.CHOSE)]}
    assert means <= {Means.WALK, Means.BUS, Means.RAIL, Means.BUS_AND_RAIL}


ON_CALL = """
[supply.demand_bus]
vehicles = 2
start = "07:00"
end = "10:00"
stops = ["makuhari_JR-East.Kaihimmakuhari"]
virtual = ["Bay Town", "Messe"]
"""


def test_a_demand_bus_calls_at_sites_where_nothing_stands(tmp_path):
    file = tmp_path / "small.toml"
    text = SMALL.replace('"walk", "bus", "rail"]', '"walk", "demand_bus"]').replace("persons = 40", "persons = 60")
    file.write_text(text + ON_CALL, encoding="utf-8")
    setup = city_setup_of(*read_city_scenario(file))
    assert setup.supply.bus_sites == (1, 0)
    log = case_of(file).play(3, 0, None)
    boarded = log.position[log.of(Kind.BOARDED)]
    assert len(boarded) > 3
    assert set(boarded.tolist()) == {1}
    file.write_text(file.read_text().replace('["Bay Town", "Messe"]', '["Bay Town", "Nowhere"]'), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"supply.demand_bus.virtual\[2\]: there is no site 'Nowhere'"):
        case_of(file)
