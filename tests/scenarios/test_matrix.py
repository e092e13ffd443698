"""Travel times of many pairs against journeys planned one by one, and against Dijkstra on networkx."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil, inf
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.network import Network, open_network
from planner.plan import plan, plan_at
from planner.request import Coordinate, StopId
from scenarios.cluster import ALONE, Workers
from scenarios.matrix import PROFILES, Street, Travel, opportunities, pairs, percentile, request_of, rows
from scenarios.reach_places import NamedPlace, read_places
from tests.scenarios.two_lines import stored_two_lines

MORNING = "2026-11-25T08:00+09:00"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_two_lines(tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def lines(folder: Path) -> Network:
    return open_network(folder)


def travel(minutes: int = 120, departures: int = 1, every_min: int = 5, street: Street | None = None) -> Travel:
    first = datetime.fromisoformat(MORNING)
    return Travel(tuple(first + n * timedelta(minutes=every_min) for n in range(departures)), 60 * minutes, street)


def places(*stops: str) -> list[NamedPlace]:
    return [NamedPlace(stop.lower(), StopId(stop)) for stop in stops]


def test_each_time_is_that_of_the_soonest_journey(makuhari: Network) -> None:
    points = [Coordinate(35.6486, 140.0419), Coordinate(35.6590, 140.0630), Coordinate(35.6364, 140.0470)]
    others = [*points, StopId("makuhari_JR-East.Soga"), Coordinate(35.6553, 140.0246)]
    asked = travel(60, 2, 7)
    for origin in points:
        (found,) = rows(makuhari, [origin], others, asked)
        for departure, seconds in zip(asked.departures, found, strict=True):
            assert seconds.tolist() == [soonest(makuhari, origin, other, departure, asked) for other in others]


def soonest(network: Network, origin: Coordinate, other: object, departure: datetime, asked: Travel) -> float:
    if origin == other:
        return 0.0
    request = replace(request_of(origin, departure, asked), destination=other)
    found = (*plan_at(network, request).itineraries, *plan(network, request).direct)
    ends = [itinerary.end - departure for itinerary in found]
    best = min(ends, default=timedelta(days=1)).total_seconds()
    return best if best <= asked.limit_s else inf


def test_a_walk_is_the_shortest_path_of_networkx(makuhari: Network) -> None:
    side = makuhari.snapshot.street_side
    assert side is not None
    streets, pace = side.streets, makuhari.street_search(PROFILES[Street.WALK], None).pace.seconds
    graph = nx.DiGraph()
    for tail, head, seconds in zip(
        streets.edges.tail.tolist(), streets.edges.head.tolist(), pace.tolist(), strict=True
    ):
        if seconds < graph.get_edge_data(tail, head, {"weight": inf})["weight"]:
            graph.add_edge(tail, head, weight=seconds)
    nodes = np.random.default_rng(2).choice(sorted(graph.nodes), 12, replace=False).tolist()
    points = [Coordinate(float(streets.node_lat[node]), float(streets.node_lon[node])) for node in nodes]
    asked = travel(40, street=Street.WALK)
    for node, point in zip(nodes[:6], points[:6], strict=True):
        ((found,),) = rows(makuhari, [point], points, asked)
        paths = nx.single_source_dijkstra_path_length(graph, node, cutoff=asked.limit_s)
        expected = [paths.get(other, inf) for other in nodes]
        assert found.tolist() == pytest.approx(expected, abs=1.0)


def test_bicycles_are_faster_than_feet(makuhari: Network) -> None:
    ends = Coordinate(35.6486, 140.0419), Coordinate(35.6590, 140.0630)
    (walk,), (ride,) = (
        rows(makuhari, ends[:1], ends[1:], travel(240, street=street))[0][0] for street in list(Street)[:2]
    )
    assert ride < walk / 2


def test_rows_are_percentiles_over_the_departures(folder: Path, lines: Network) -> None:
    known = folder, lines.manifest.snapshot
    # Trains leave A at 8:00 (20 minutes) and 8:10 (12 minutes), then none.
    (pair,) = pairs(known, (places("A"), places("B")), travel(40, departures=10, every_min=2))
    assert (pair.origin, pair.destination, pair.departures) == ("a", "b", 10)
    assert (pair.fastest_s, pair.median_s, pair.p90_s) == (12 * 60, 20 * 60, None)


def test_what_is_within_reach_is_summed_by_weight(folder: Path, lines: Network) -> None:
    weights = {"A": 1.0, "B": 20.0, "C": 300.0}
    others = [NamedPlace(stop, StopId(stop), weight) for stop, weight in weights.items()]
    asked = travel(90, departures=2, every_min=6)
    found = opportunities((folder, lines.manifest.snapshot), (places("A"), others), asked, [15, 25, 50])
    summed = [(access.departure.minute, access.minutes, access.opportunities) for access in found]
    assert summed == [(0, 15, 1), (0, 25, 21), (0, 50, 321), (6, 15, 1), (6, 25, 21), (6, 50, 321)]


@pytest.mark.parametrize("workers", [ALONE, Workers(2)])
def test_workers_find_the_same(folder: Path, lines: Network, workers: Workers) -> None:
    known, ends = (folder, lines.manifest.snapshot), places("A", "B", "B2", "C", "D")
    where = [one.location for one in ends]
    expected = [one[0].tolist() for one in rows(lines, where, where, travel())]
    found = [pair.median_s for pair in pairs(known, (ends, ends), travel(), workers)]
    assert found == [None if seconds == inf else seconds for line in expected for seconds in line]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(0, 100))
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(np.array([[float(value)] for value in values]), percent)[0]
    needed = max(1, ceil(percent * len(values) / 100))
    assert found == min(value for value in values if sum(other <= value for other in values) >= needed)


def test_infinite_times_are_the_longest() -> None:
    assert percentile(np.array([[inf], [3.0], [inf], [5.0]]), 50)[0] == 5.0
    assert percentile(np.array([[inf], [3.0], [inf], [5.0]]), 51)[0] == inf


def test_places_are_names_stops_or_points(lines: Network, tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text('id,place,lat,lon,weight\n1,A,,,\n2,"35.6,140.1",,,2\n3,,35.7,140.0,0.5\n', encoding="utf-8")
    found = read_places(table, lines)
    assert [place.location for place in found] == [StopId("A"), Coordinate(35.6, 140.1), Coordinate(35.7, 140.0)]
    assert [place.weight for place in found] == [1.0, 2.0, 0.5]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name\nA\n", "needs the columns id and place, or id, lat and lon"),
        ("id,place\n1,A\n2,nowhere\n", "line 3: there is no place or stop 'nowhere'"),
        ("id,lat,lon\n1,35.6,east\n", "line 2: '35.6', 'east' is no latitude and longitude"),
        ("id,lat,lon\n1,95,140\n", "line 2: 95, 140 is no place on earth"),
        ("id,place,weight\n1,A,nan\n", "line 2: weight: nan is not a number from 0 on"),
        ("id,place,weight\n1,A,many\n", "line 2: weight: 'many' is no number"),
        ("id,place\n", "has no places"),
    ],
)
def test_what_is_wrong_is_named_by_line(lines: Network, tmp_path: Path, text: str, sentence: str) -> None:
    table = tmp_path / "places.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match=sentence):
        read_places(table, lines)
