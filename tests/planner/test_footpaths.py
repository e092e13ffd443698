"""Walks between stops: the feed's rows, as the crow flies, hours, mirrored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.footpaths import (
    FORBIDDEN,
    OPEN_ALWAYS,
    Changes,
    Footpaths,
    crow_footpaths,
    feed_footpaths,
    mirrored,
    with_changes,
)
from planner.geo import METRES_PER_DEGREE
from planner.timetable import Timetable
from tests.planner import oracle
from tests.planner.timetables import timetable

PLACES = {
    "A": (35.0, 140.0),
    "B": (35.0 + 99.9 / METRES_PER_DEGREE, 140.0),
    "C": (35.0 + 299.8 / METRES_PER_DEGREE, 140.0),
}


def walks(table: Timetable, footpaths: Footpaths) -> list[str]:
    """Every walk as `A B 60`, every change that takes time as `A A 60`, or x where it is forbidden."""
    names = list(table.stops.ids)
    found = [
        f"{names[a]} {names[b]} {seconds}"
        for a, b, seconds in zip(
            footpaths.start.tolist(), footpaths.to.tolist(), footpaths.seconds.tolist(), strict=True
        )
    ]
    changes = zip(names, footpaths.change_s.tolist(), strict=True)
    return sorted(found + [f"{name} {name} {'x' if s == FORBIDDEN else s}" for name, s in changes if s])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("A B 60", ["A B 60"]),
        ("A A 60", ["A A 60"]),
        ("A B 0\nA B 60\nB B 120\nB B 60", ["A B 0", "B B 60"]),
        ("A B 60\nA B x\nB A 60", ["B A 60"]),
        ("A A 60\nA A x", ["A A x"]),
        ("", []),
    ],
)
def test_the_feeds_rows_and_nothing_else(rules: str, expected: list[str]) -> None:
    table = timetable("A B\n8:00 8:10", transfers=rules)
    assert walks(table, feed_footpaths(table)) == expected


def test_as_the_crow_flies_within_the_radius_with_a_detour() -> None:
    table = timetable("A B C\n8:00 8:10 8:20", places=PLACES)
    assert walks(table, crow_footpaths(table, 250, 1.0)) == ["A B 130", "B A 130", "B C 260", "C B 260"]


def test_a_rule_replaces_adds_or_removes_what_the_crow_flies() -> None:
    table = timetable("A B C\n8:00 8:10 8:20", transfers="A B 999\nB A x\nA C 0\nC C 30", places=PLACES)
    assert walks(table, crow_footpaths(table, 150, 1.0)) == ["A B 999", "A C 390", "C C 30"]


def test_at_least_so_much_time_between_vehicles_except_where_changing_is_forbidden() -> None:
    table = timetable("A B\n8:00 8:10", transfers="A B 60\nB A 200\nB B x")
    assert walks(table, with_changes(feed_footpaths(table), Changes(90))) == ["A A 90", "A B 90", "B A 200", "B B x"]


def test_changes_are_stretched_then_at_least_so_long_then_longer_by_so_much() -> None:
    """As MOTIS counts them: ``additional + max(least, factor * seconds)``."""
    table = timetable("A B\n8:00 8:10", transfers="A B 60\nB A 201\nB B x")
    asked = with_changes(feed_footpaths(table), Changes(least_s=100, factor=1.5, extra_s=7))
    assert walks(table, asked) == ["A A 107", "A B 107", "B A 309", "B B x"]


hours = st.one_of(
    st.just(OPEN_ALWAYS), st.tuples(st.integers(0, 86_399), st.integers(0, 86_399)).map(lambda t: (t[0], sum(t)))
)
footpaths = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 4000), hours), min_size=1, max_size=4
)


def built(rows: list[tuple[int, int, int, tuple[int, int]]]) -> Footpaths:
    start, end, seconds = (np.array([row[i] for row in rows], np.int32) for i in range(3))
    opens, closes = (np.array([row[3][i] for row in rows], np.int32) for i in range(2))
    return Footpaths.of(start, end, seconds, np.array([0, FORBIDDEN, 60]), (opens, closes))


@given(footpaths, st.integers(-90_000, 180_000))
def test_a_mirrored_walk_ends_when_the_last_walk_that_is_in_time_begins(
    rows: list[tuple[int, int, int, tuple[int, int]]], moment: int
) -> None:
    forwards, backwards = built(rows), mirrored(built(rows))
    for here in range(3):
        latest = sorted(oracle.wanted_before(forwards, here, moment))
        mirror = sorted((place, -time) for place, time in oracle.ready_after(backwards, here, -moment))
        assert mirror == latest


@given(footpaths)
def test_mirrored_twice_is_the_same(rows: list[tuple[int, int, int, tuple[int, int]]]) -> None:
    once = built(rows)
    twice = mirrored(mirrored(once))

    def listed(paths: Footpaths) -> list[list[int]]:
        width = paths.closes - paths.opens
        opens = np.where(width >= 86_400, 0, paths.opens)
        return sorted(np.stack([paths.start, paths.to, paths.seconds, opens, width], axis=1).tolist())

    assert listed(twice) == listed(once)
    assert np.array_equal(once.change_s, twice.change_s)
