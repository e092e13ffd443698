"""Every row of a batch on real railways and buses is what scanning all vehicles finds, and no ruler comes earlier."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.network import Network, open_network
from scenarios.batch import Query, answer_batch
from scenarios.build import Sources, build_network
from tests.integration.connection_scan import Feed, arriving, departing, read_feed, timetable_around

JAPAN, FLORIDA = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
WEEKDAY, HOLIDAY = date(2026, 11, 25), date(2026, 11, 28)

Journeys = list[tuple[int, int, int]]


@dataclass(frozen=True)
class City:
    """A real feed built with `--footpaths feed`, the same feed for the oracle, and the days asked about."""

    network: Network
    feed: Feed
    zone: ZoneInfo
    days: tuple[date, ...]

    def start_of(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)


@pytest.fixture(scope="module")
def chiba(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    return city(shared / "data" / "gtfs" / "chiba-rail.zip", tmp_path_factory.mktemp("chiba"))


@pytest.fixture(scope="module")
def tokyo(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    return city(shared / "data" / "gtfs" / "tokyo-rail.zip", tmp_path_factory.mktemp("tokyo"))


@pytest.fixture(scope="module")
def tampa(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    path = shared / "data" / "gtfs" / "world" / "hart.zip"
    return city(path, tmp_path_factory.mktemp("tampa"), FLORIDA, (date(2018, 4, 10), date(2018, 4, 14)))


def city(path: Path, folder: Path, zone: ZoneInfo = JAPAN, days: tuple[date, ...] = (WEEKDAY, HOLIDAY)) -> City:
    build_network(folder / "network", Sources(gtfs=[path], footpaths="feed"))
    return City(open_network(folder / "network"), read_feed(path), zone, days)


def random_queries(asked: City, count: int, seed: int) -> list[Query]:
    """From any stop to any other at any second of one of the two days, half of them by arrival."""
    rng = np.random.default_rng(seed)
    stops = sorted({call.stop for calls in asked.feed.calls.values() for call in calls})
    queries = []
    for number in range(count):
        a, b = rng.choice(len(stops), 2, replace=False)
        time = asked.start_of(asked.days[number % 2]) + timedelta(seconds=int(rng.integers(86_400)))
        queries.append(Query(str(number), stops[a], stops[b], time, arrive_by=number % 4 < 2))
    return queries


def batch_sets(asked: City, queries: list[Query]) -> dict[str, Journeys]:
    """(departure, arrival, transfers) of the rows of each query, in seconds of its day."""
    starts = {query.id: asked.start_of(query.time.date()) for query in queries}
    found: dict[str, Journeys] = defaultdict(list)
    for row in answer_batch(asked.network, queries):
        if row.n:
            assert row.departure is not None
            assert row.arrival is not None
            assert row.transfers is not None
            times = ((moment - starts[row.id]) // timedelta(seconds=1) for moment in (row.departure, row.arrival))
            found[row.id].append((*times, row.transfers))
            assert row.n == len(found[row.id])
    return found


def assert_exact(asked: City, count: int, seed: int, share_answered: float = 0.9) -> None:
    queries = random_queries(asked, count, seed)
    timetables = {day: timetable_around(asked.feed, day) for day in asked.days}
    found = batch_sets(asked, queries)
    for query in queries:
        search = arriving if query.arrive_by else departing
        time = (query.time - asked.start_of(query.time.date())) // timedelta(seconds=1)
        expected = search(timetables[query.time.date()], query.origin, query.destination, time)
        assert found.get(query.id, []) == expected, query
    assert len(found) > share_answered * count


@pytest.mark.shared
def test_rows_of_a_batch_are_the_whole_pareto_set(chiba: City) -> None:
    assert_exact(chiba, 60, 1)


@pytest.mark.shared
def test_rows_of_a_batch_where_buses_stay_in_blocks_are_the_whole_pareto_set(tampa: City) -> None:
    assert_exact(tampa, 60, 4, share_answered=0.6)


@pytest.mark.shared
@pytest.mark.long
def test_rows_of_a_long_batch_are_the_whole_pareto_set(chiba: City) -> None:
    assert_exact(chiba, 1000, 2)


@pytest.mark.shared
@pytest.mark.long
@pytest.mark.timeout(3000)
def test_rows_of_a_long_batch_in_greater_tokyo_are_the_whole_pareto_set(tokyo: City) -> None:
    assert_exact(tokyo, 1000, 3)
