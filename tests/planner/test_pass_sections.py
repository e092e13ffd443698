"""Passes by their names: the stations between two of an operator, the lines of an operator."""

from collections.abc import Mapping
from itertools import pairwise, permutations
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.geo import great_circle_m
from planner.pass_sections import pass_named, stations_between
from tests.planner.timetables import timetable

PLACES = {name: (35.6, 140.0 + 0.01 * east) for east, name in enumerate("ABCDE")} | {"N": (35.62, 140.02)}


def stations(text: str, named: str, places: Mapping[str, tuple[float, float]] = PLACES) -> str:
    found = pass_named(timetable(text, places=places), named)
    return "".join(sorted(found.stations or ()))


LOCAL = "A B C D E\n8:00 8:05 8:10 8:15 8:20"


def test_a_pass_names_all_stations_between() -> None:
    assert stations(LOCAL, "B:D") == "BCD"
    assert stations(LOCAL, "D:B") == "BCD"
    assert stations(LOCAL, "B : D : Agency") == "BCD"


def test_fast_trains_do_not_shorten_the_way() -> None:
    assert stations(f"{LOCAL}\n\nA C E\n8:00 8:05 8:10\n\nA E\n8:00 8:05", "A:E") == "ABCDE"


def test_a_line_that_goes_round_is_another_way() -> None:
    assert stations("A C\n8:00 8:05\n\nA N C\n8:00 8:10 8:20", "A:C") == "AC"


def test_a_line_or_an_operator_is_a_pass_for_all_of_it() -> None:
    table = timetable(LOCAL, places=PLACES)
    for name in ("R", "Route", "agency"):
        assert pass_named(table, name).routes == {"route"}
        assert pass_named(table, name).stations is None


@pytest.mark.parametrize(
    ("text", "told"),
    [("A:Z", "'Z'"), ("A:B:Other", "no operator"), ("A:B:C:D", "write FROM:TO"), ("A:", "write FROM:TO"),
     ("zzz", "no line or operator"), ("A", "no line or operator"), ("A:A", "no operator"), ("", "no line")],
)  # fmt: skip
def test_what_is_no_pass_is_refused(text: str, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        pass_named(timetable(LOCAL, places=PLACES), text)


POINTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=5, max_size=5, unique=True)
PAIRS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda p: p[0] < p[1]), min_size=3, max_size=8)


@settings(max_examples=200, deadline=None)
@given(POINTS, PAIRS)
def test_the_way_is_the_shortest_of_all(points: list[tuple[int, int]], pairs: set[tuple[int, int]]) -> None:
    places = {"ABCDE"[n]: (35.6 + 0.001 * y, 140 + 0.001 * x) for n, (y, x) in enumerate(points)}
    table = timetable("\n\n".join(f"{'ABCDE'[a]} {'ABCDE'[b]}\n8:00 8:05" for a, b in sorted(pairs)), places=places)

    def length(way: tuple[int, ...]) -> float:
        if any((min(hop), max(hop)) not in pairs for hop in pairwise(way)):
            return inf
        ends = [places["ABCDE"[n]] for n in way]
        return float(sum(great_circle_m(*a, *b) for a, b in pairwise(ends)))

    ways = [(0, *between, 4) for n in range(4) for between in permutations((1, 2, 3), n)]
    found = stations_between(table, 0, [0], [4])
    assert (length(tuple(found)) if found else inf) == pytest.approx(min(map(length, ways)))
