"""Many journeys at once."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from planner.errors import NetworkError
from planner.network import Network, open_network
from scenarios.batch import CHUNK, Query, Refused, Row, answer_batch, answer_batch_spread
from scenarios.cluster import ALONE
from tests.scenarios.two_lines import stored_two_lines

JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_two_lines(tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def network(folder: Path) -> Network:
    return open_network(folder)


def query(origin: str, destination: str, time: str, *, by: bool = False, name: str = "q") -> Query:
    return Query(name, origin, destination, datetime.fromisoformat(time).replace(tzinfo=JAPAN), by)


def answered(network: Network, origin: str, destination: str, time: str, *, by: bool = False) -> list[str]:
    return [printed(row) for row in answer_batch(network, [query(origin, destination, time, by=by)])]


def printed(row: Row) -> str:
    """Like "8:10-8:50 1 RAIL+WALK+RAIL", or the reason."""
    if row.n == 0:
        return row.reason
    assert row.departure is not None
    assert row.arrival is not None
    return f"{row.departure:%-H:%M}-{row.arrival:%-H:%M} {row.transfers} {row.modes}"


def test_each_journey_departs_as_late_as_it_can(network: Network) -> None:
    assert answered(network, "A", "C", "2026-11-25T08:00") == ["8:05-9:30 0 BUS", "8:10-8:50 1 RAIL+WALK+RAIL"]


def test_by_arrival_the_latest_departures_count(network: Network) -> None:
    assert answered(network, "A", "C", "2026-11-25T09:30", by=True) == ["8:05-9:30 0 BUS", "8:10-8:50 1 RAIL+WALK+RAIL"]


def test_by_arrival_fewer_transfers_may_mean_yesterday(network: Network) -> None:
    bus, trains = answer_batch(network, [query("A", "C", "2026-11-25T09:29", by=True)])
    assert [f"{row.arrival:%d %H:%M} {row.transfers}" for row in (bus, trains)] == ["24 09:30 0", "25 08:50 1"]


def test_by_arrival_each_journey_arrives_as_early_as_it_can(network: Network) -> None:
    assert answered(network, "A", "B", "2026-11-25T08:21", by=True) == ["8:00-8:20 0 RAIL"]


def test_there_is_no_window(network: Network) -> None:
    assert answered(network, "A", "B", "2026-11-25T08:11") == ["0:20-0:40 0 RAIL"]


def test_staying_seated_is_one_leg_and_no_transfer(network: Network) -> None:
    assert answered(network, "B2", "D", "2026-11-25T08:00") == ["8:30-9:00 0 RAIL"]


def test_a_row_of_the_feed_is_walked_at_the_start(network: Network) -> None:
    assert answered(network, "B", "C", "2026-11-25T08:00") == ["8:28-8:50 0 WALK+RAIL"]


def test_no_row_no_walk(network: Network) -> None:
    assert answered(network, "A2", "B", "2026-11-25T08:00") == ["NO_TRANSIT_CONNECTION"]


def test_from_a_point_one_walks_as_the_crow_flies(network: Network) -> None:
    assert answered(network, "35.6003,140.0000", "B", "2026-11-25T08:05") == ["8:09-8:22 0 WALK+RAIL"]


def test_yesterdays_trips_run_on_after_midnight(network: Network) -> None:
    assert answered(network, "A", "B", "2026-11-26T00:15") == ["0:20-0:40 0 RAIL"]


@pytest.mark.parametrize(
    ("origin", "destination", "time", "reason"),
    [
        ("A", "A", "2026-11-25T08:00", "WALKING_BETTER_THAN_TRANSIT"),
        ("35.6,140.0", "35.6,140.0", "2026-11-25T08:00", "WALKING_BETTER_THAN_TRANSIT"),
        ("A", "Zzyzx", "2026-11-25T08:00", "LOCATION_NOT_FOUND"),
        ("", "A", "2026-11-25T08:00", "LOCATION_NOT_FOUND"),
        ("A", "51.5,0.1", "2026-11-25T08:00", "OUTSIDE_BOUNDS"),
        ("A", "35.66,140.05", "2026-11-25T08:00", "NO_STOPS_IN_RANGE"),
        ("A", "B", "2026-12-25T08:00", "OUTSIDE_SERVICE_PERIOD"),
        ("C", "A", "2026-11-25T08:00", "NO_TRANSIT_CONNECTION"),
    ],
)
def test_the_reason_why_there_is_none(network: Network, origin: str, destination: str, time: str, reason: str) -> None:
    assert answered(network, origin, destination, time) == [reason]


def test_a_point_that_is_none_is_told_in_a_sentence(network: Network) -> None:
    (row,) = answer_batch(network, [query("A", "95,140", "2026-11-25T08:00")])
    assert row.n == 0
    assert row.reason.startswith("95,140 is no point on Earth")


def test_what_cannot_be_read_keeps_its_place(network: Network) -> None:
    asked = [
        query("A", "B", "2026-11-25T08:00", name="1"),
        Refused("2", "no time"),
        query("A", "A", "2026-11-25T08:00"),
    ]
    rows = [(row.id, row.n, row.reason) for row in answer_batch(network, asked)]
    assert rows == [("1", 1, ""), ("2", 0, "no time"), ("q", 0, "WALKING_BETTER_THAN_TRANSIT")]


def test_names_are_places(network: Network) -> None:
    assert answered(network, "Akasaka", "bandai", "2026-11-25T08:00") == ["8:00-8:20 0 RAIL"]


def test_the_fare_is_known_where_every_ride_has_one(network: Network) -> None:
    rows = answer_batch(network, [query("A", "C", "2026-11-25T08:00")])
    assert [(row.modes, row.fare) for row in rows] == [("BUS", None), ("RAIL+WALK+RAIL", 210.0)]


def mixed_dates(count: int) -> list[Query]:
    return [query("A", "C", f"2026-11-{20 + n * 7 % 4:02}T08:00", name=str(n), by=n % 5 == 0) for n in range(count)]


def test_rows_come_in_the_order_of_the_queries(network: Network) -> None:
    asked = mixed_dates(CHUNK + 10)
    together, alone = list(answer_batch(network, asked)), [row for one in asked for row in answer_batch(network, [one])]
    assert together == alone


def test_a_worker_that_holds_another_network_answers_nothing(network: Network, folder: Path) -> None:
    asked = [query("A", "C", "2026-11-25T08:00")]
    assert list(answer_batch_spread(folder, network.manifest.snapshot, asked, ALONE)) == list(
        answer_batch(network, asked)
    )
    with pytest.raises(NetworkError, match="not the same on every machine"):
        list(answer_batch_spread(folder, "another", asked, ALONE))
