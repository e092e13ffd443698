"""What is avoided is left out of the network before it is searched: nothing of the rest is lost."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from planner.avoid import avoid_named, less_avoided
from planner.request import Avoid, StreetMode
from tests.cities import City, small_city
from tests.planner.test_plan import in_city, shown
from tests.planner.timetables import timetable

TWO_WAYS = {"fast": "A C E\n08:00 08:02 08:04", "slow": "A B E\n08:00 08:10 08:20"}
BY_C = {"r": "A C\n08:00 08:05", "s": "C E\n08:06 08:09", "t": "A E\n08:00 08:30"}


def test_the_best_of_the_other_lines_is_found(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines=TWO_WAYS)
    wishes: dict[str, object] = {"window_s": 60, "max_access_s": 60, "max_egress_s": 60}
    assert shown(ask("A", "E", "08:00", **wishes)) == ["08:00 A E 08:04"]
    assert shown(ask("A", "E", "08:00", avoid=Avoid(routes=frozenset({"fast"})), **wishes)) == ["08:00 A E 08:20"]
    assert shown(ask("A", "E", "08:00", avoid=Avoid(agencies=frozenset({"a"})), **wishes)) == []


def test_nobody_changes_at_an_avoided_stop_but_vehicles_pass_it(tmp_path: Path) -> None:
    wishes: dict[str, object] = {
        "window_s": 60,
        "max_access_s": 60,
        "max_egress_s": 60,
        "avoid": Avoid(stops=frozenset({"C"})),
    }
    assert shown(in_city(tmp_path / "change", lines=BY_C)("A", "E", "08:00", **wishes)) == ["08:00 A E 08:30"]
    assert shown(in_city(tmp_path / "pass", lines=TWO_WAYS)("A", "E", "08:00", **wishes)) == ["08:00 A E 08:04"]


def test_a_demand_bus_can_be_avoided_by_its_line(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": "A C E\n08:00 08:05 08:10"}, zone="AO")
    by_bus: dict[str, object] = {"count": 0, "direct_modes": frozenset({StreetMode.FLEX})}
    assert ask("A", "O", "09:00", **by_bus).direct
    assert not ask("A", "O", "09:00", avoid=Avoid(routes=frozenset({"demand"})), **by_bus).direct


def test_names_mean_lines_then_operators_then_stops(tmp_path: Path) -> None:
    table = small_city(tmp_path, City(lines=TWO_WAYS)).snapshot.timetable
    assert avoid_named(table, "FAST") == Avoid(routes=frozenset({"fast"}))
    assert avoid_named(table, "bus") == Avoid(agencies=frozenset({"a"}))
    assert avoid_named(table, "Stop C") == Avoid(stops=frozenset({"C"}))
    assert not avoid_named(table, "Stop Z")


def test_a_line_means_its_fast_trains_too_but_line_1_is_not_line_10(tmp_path: Path) -> None:
    lines = dict.fromkeys(("bay", "bay rapid", "1", "10"), "A C\n08:00 08:05")
    table = small_city(tmp_path, City(lines=lines)).snapshot.timetable
    assert avoid_named(table, "Bay").routes == {"bay", "bay rapid"}
    assert avoid_named(table, "1").routes == {"1"}


def test_vehicles_must_be_known_to_take_bicycles() -> None:
    """GTFS `bikes_allowed`: 1 yes, 2 no, 0 unknown."""
    table = timetable("A B\n8:00 8:10\n9:00 9:10\n10:00 10:10")
    table = replace(table, trips=replace(table.trips, bikes=np.array([0, 1, 2], np.int8)))
    trips, stops = less_avoided(table, Avoid(no_bicycles=True), (np.array([True, True, True]), None))
    assert trips is not None
    assert (trips.tolist(), stops) == ([False, True, False], None)
    assert Avoid() | Avoid(no_bicycles=True)
