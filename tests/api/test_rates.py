"""How fast clients may ask."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.limits import PLAN, REACH, EndpointClass, class_of
from api.rates import RateTable

TWO = EndpointClass("plan", 2.0, 3, 1.0)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RateTable:
    monkeypatch.setattr("api.rates.CLASSES", (TWO, REACH))
    return RateTable(tmp_path / "rates", b"salt")


def test_a_burst_is_answered_then_the_average_holds(table: RateTable) -> None:
    assert [table.ask("a", TWO, 100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert table.ask("a", TWO, 100.4) == pytest.approx(0.1)
    assert table.ask("a", TWO, 100.5) == 0.0
    assert table.ask("a", TWO, 100.5) == pytest.approx(0.5)


def test_clients_and_kinds_are_counted_apart(table: RateTable) -> None:
    for _ in range(4):
        table.ask("a", TWO, 100.0)
    assert table.ask("b", TWO, 100.0) == 0.0
    assert table.ask("a", REACH, 100.0) == 0.0


def test_processes_share_the_table(table: RateTable, tmp_path: Path) -> None:
    other = RateTable(tmp_path / "rates", b"salt")
    assert [one.ask("a", TWO, 100.0) > 0 for one in (table, other, table, other)] == [False, False, False, True]


def test_the_addresses_of_one_subscriber_count_as_one(table: RateTable) -> None:
    for host in range(3):
        table.ask(f"2001:db8::{host}", TWO, 100.0)
    assert table.ask("2001:db8::99", TWO, 100.0) > 0
    assert table.ask("2001:db8:0:1::99", TWO, 100.0) == 0


def test_a_clock_that_is_set_back_locks_nobody_out(table: RateTable) -> None:
    for _ in range(4):
        table.ask("a", TWO, 1e9)
    assert table.ask("a", TWO, 100.0) <= 2.0


@settings(deadline=None)
@given(gaps=st.lists(st.floats(0, 2), max_size=60))
def test_never_more_than_the_burst_and_the_rate(tmp_path_factory: pytest.TempPathFactory, gaps: list[float]) -> None:
    table, now, answered = RateTable(tmp_path_factory.mktemp("r") / "rates", b""), 0.0, 0
    for gap in gaps:
        now += gap
        answered += table.ask("a", PLAN, now) == 0.0
        assert answered <= PLAN.burst + PLAN.perSecond * now + 1e-6


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/api/v6/plan", "plan"),
        ("GET", "/api/v1/one-to-many", "reach"),
        ("GET", "/kaiteki/v1/matrix", "reach"),
        ("GET", "/api/v6/stoptimes", "lookup"),
        ("GET", "/kaiteki/v1/runs/x/events", "stream"),
        ("POST", "/kaiteki/v1/runs", "work"),
        ("GET", "/kaiteki/v1/tiles/1/1/1.mvt", "other"),
        ("GET", "/", "other"),
    ],
)
def test_every_path_is_of_one_kind(method: str, path: str, name: str) -> None:
    assert class_of(method, path).name == name
