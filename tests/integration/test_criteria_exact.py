"""Pareto sets with walking on real railways are what riding every vehicle, one after the other, finds."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from planner.bounds import least_seconds
from planner.criteria import Side, Travel, search_weighed
from planner.criteria_costs import walking
from planner.day import timetable_on
from planner.journeys import Options
from planner.network import open_network
from planner.raptor import Transit
from planner.request import Slack
from scenarios.build import Sources, build_network
from tests.planner import oracle
from tests.planner.oracle import Run, World

DAY = date(2026, 11, 28)
AROUND_S = 6 * 3600
RIDES = 6
Bag = list[tuple[int, int]]
"""(time, seconds on foot) pairs, neither of which is no better than another, in order of time."""


class City(NamedTuple):
    """A day of a railway network, ready to be searched and written out."""

    travel: Travel
    world: World
    in_order: list[Run]


@pytest.fixture(scope="module")
def chiba(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("chiba") / "network"
    build_network(folder, Sources(gtfs=[shared / "data" / "gtfs" / "chiba-rail.zip"], footpaths="feed"))
    snapshot = open_network(folder).snapshot
    table, footpaths = snapshot.timetable, snapshot.footpaths["foot"]
    transit = Transit.of(timetable_on(table, DAY), footpaths, least_seconds(table, footpaths))
    travel = Travel(transit, transit.mirrored(), walking(transit), footpaths.seconds, RIDES - 1)
    world = oracle.world(table, DAY, footpaths)
    return City(travel, world, sorted(world.calls, key=lambda run: (world.calls[run][0].departure, run)))


def test_walking_on_the_railways_around_chiba(chiba: City) -> None:
    compared = sum(is_compared(chiba, *asked) for asked in questions(chiba, 12, seed=1))
    assert compared >= 8


@pytest.mark.long
def test_walking_on_the_railways_around_chiba_at_length(chiba: City) -> None:
    compared = sum(is_compared(chiba, *asked) for asked in questions(chiba, 500, seed=2))
    assert compared >= 300


def questions(city: City, count: int, seed: int) -> Iterator[tuple[int, int, int, Slack]]:
    rng = np.random.default_rng(seed)
    served = sorted({call.stop for run in city.in_order for call in city.world.calls[run]})
    for _ in range(count):
        origin, destination = rng.choice(served, 2, replace=False).tolist()
        yield origin, destination, int(rng.integers(6, 21)) * 3600, Slack(int(rng.choice([600, 1800, 3600])), 1)


def is_compared(city: City, origin: int, destination: int, time: int, slack: Slack) -> bool:
    """Compare; false where the slack reaches beyond what is written out."""
    ends = near(city, origin, backwards=False), near(city, destination, backwards=True)
    access, egress = (Side(options, options.seconds, options.seconds) for options in ends)
    every = weighed(city, *ends, time)
    anchors = oracle.pareto({point[:2] for point in every})
    if not anchors or max(anchors)[0] + slack.seconds > time + AROUND_S:
        return False
    kept = {
        one
        for one in oracle.pareto(every)
        if any(one[0] <= end + slack.seconds and one[1] <= changes + slack.transfers for end, changes in anchors)
    }
    found = search_weighed(replace(city.travel, slack=slack), access, egress, time)
    columns = found.journeys.arrival, found.journeys.transfers, found.cost
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == sorted(kept)
    return True


def near(city: City, stop: int, *, backwards: bool) -> Options:
    """The stop itself and what one footpath joins it to."""
    paths = city.world.footpaths
    rows = np.flatnonzero((paths.to if backwards else paths.start) == stop)
    others = paths.start[rows] if backwards else paths.to[rows]
    return Options.of(np.append(others, stop), np.append(paths.seconds[rows], 0))


def weighed(city: City, access: Options, egress: Options, time: int) -> set[tuple[int, ...]]:
    """(arrival, transfers, seconds on foot): of each vehicle all calls, in which one sits with the least walking."""
    ready: dict[int, Bag] = defaultdict(list)
    for stop, seconds, _, _ in oracle.rows(access):
        add(ready[stop], time + seconds, seconds)
    running = [run for run in city.in_order if time <= city.world.calls[run][-1].departure <= time + 2 * AROUND_S]
    found: set[tuple[int, ...]] = set()
    for transfers in range(RIDES):
        arrived = ridden(city, running, ready, time + AROUND_S)
        for stop, seconds, _, _ in oracle.rows(egress):
            found |= {(moment + seconds, transfers, walked + seconds) for moment, walked in arrived.get(stop, [])}
        for stop, bag in arrived.items():
            for moment, walked in bag:
                for place, begin in oracle.ready_after(city.world.footpaths, stop, moment):
                    add(ready[place], begin, walked + (begin - moment if place != stop else 0))
    return {point for point in found if point[0] <= time + AROUND_S}


def ridden(city: City, running: list[Run], ready: dict[int, Bag], end: int) -> dict[int, Bag]:
    aboard: dict[Run, int] = {}
    arrived: dict[int, Bag] = defaultdict(list)
    for run in running:
        walked = aboard.get(run, 10**9)
        for call in city.world.calls[run]:
            if walked < 10**9 and call.can_alight and call.arrival <= end and call is not city.world.calls[run][0]:
                add(arrived[call.stop], call.arrival, walked)
            bag = ready.get(call.stop, [])
            if call.can_board and bag:
                place = bisect_right(bag, (call.departure, 10**9))
                walked = min(walked, bag[place - 1][1] if place else 10**9)
        for following in city.world.goes_on_as.get(run, []):
            aboard[following] = min(walked, aboard.get(following, 10**9))
    return arrived


def add(bag: Bag, time: int, walked: int) -> None:
    """Keep the bag sorted by time, with ever less walking."""
    place = bisect_right(bag, (time, walked))
    if place and bag[place - 1][1] <= walked:
        return
    while place < len(bag) and bag[place][1] >= walked:
        del bag[place]
    bag.insert(place, (time, walked))
