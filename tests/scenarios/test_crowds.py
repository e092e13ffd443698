"""Crowds of a run: means by hand from a log of a few people, and the shipped table from its scenario."""

from pathlib import Path

import numpy as np
import pytest

from feeds.crowds import read_crowds
from feeds.makuhari.timetable import TABLES
from planner.crowds import gates_of, load_at
from planner.errors import RequestError
from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.crowds import LEAST_SEEN, Happened, crowds_of, seen_in, table_of
from scenarios.run import find_scenario, run_scenario
from simulator.city import town
from simulator.events import Kind, Reason
from simulator.runs import runs_of

NINE_PM = 21 * 3600.0
STATION = "makuhari_JR-East.Kaihimmakuhari"
SECTION = ("makuhari_stadium-direct", "makuhari_bus.zozo-marine", "makuhari_bus.kaihimmakuhari-sta-s")


@pytest.fixture(scope="module")
def night():
    """The shipped night game: its scenario, its city, a bus of the direct line."""
    scenario, text = read_city_scenario(find_scenario("stadium-egress"))
    around = town(city_setup_of(scenario, text).place)
    stops, day = around.network.stop_index, around.transit.day
    direct = next(
        pattern
        for pattern, run in enumerate(runs_of(around))
        if run.route == SECTION[0] and day.stop[day.pattern_first[pattern]] == stops[SECTION[1]]
    )
    return scenario, around, int(day.trip_first[direct])


def rows_of(happened: list[tuple[float, Kind, int | None, int | None, str, int, Reason]], around) -> list[Happened]:
    points = {stop: around.first_stop + around.network.stop_index[stop] for _, _, _, _, stop, _, _ in happened}
    return [
        Happened(NINE_PM + time, kind.name, who, vehicle, points[stop], load, reason.name)
        for time, kind, who, vehicle, stop, load, reason in happened
    ]


def test_loads_and_waits_are_means_of_what_is_in_the_log(night) -> None:
    scenario, around, bus = night
    place, none = SECTION[1], Reason.NONE
    happened = []
    for who in range(LEAST_SEEN):
        # The first bus leaves everybody behind, the second takes who has waited on for `who` minutes.
        happened += [
            (0.0, Kind.JOINED, who, None, place, 0, none),
            (100.0, Kind.LEFT_QUEUE, who, None, place, 0, Reason.FULL),
            (100.0, Kind.JOINED, who, None, place, 0, none),
            (400.0, Kind.LEFT_QUEUE, who, None, place, 0, Reason.FULL),
            (400.0, Kind.JOINED, who, None, place, 0, none),
            (700.0 + 60 * who, Kind.BOARDED, who, bus + 1, place, 0, none),
        ]
    happened += [
        (100.0, Kind.DEPARTED, None, bus, place, 75, none),
        (880.0, Kind.DEPARTED, None, bus + 1, place, 30, none),
        (901.0, Kind.DEPARTED, None, bus + 2, place, 15, none),
    ]
    happened.sort(key=lambda row: row[0])
    table = table_of(seen_in(scenario, around, rows_of(happened, around)), NINE_PM, NINE_PM + 1801)
    assert table.sections == (SECTION,)
    assert table.first_s == NINE_PM
    # Buses have 75 places, none of them taken by others.
    np.testing.assert_allclose(table.load[0], [(75 + 30) / 2 / 75, 15 / 75, np.nan], rtol=1e-6)
    np.testing.assert_allclose(table.wait_s[0], [600 + 60 * (LEAST_SEEN - 1) / 2, np.nan, np.nan], rtol=1e-6)


def test_a_mean_of_few_people_is_no_wait_and_who_boards_at_once_waited_none(night) -> None:
    scenario, around, bus = night
    for count in (LEAST_SEEN - 1, LEAST_SEEN):
        log = [
            row
            for who in range(count)
            for row in rows_of(
                [
                    (0.0, Kind.JOINED, who, None, SECTION[1], 0, Reason.NONE),
                    (300.0, Kind.BOARDED, who, bus, SECTION[1], 0, Reason.NONE),
                ],
                around,
            )
        ]
        found = table_of(seen_in(scenario, around, log), NINE_PM, NINE_PM + 900).wait_s[0, 0]
        assert (found == 0.0) if count == LEAST_SEEN else np.isnan(found)


def test_lines_at_gates_belong_to_the_station_and_places_taken_by_others_count(night) -> None:
    scenario, around, _ = night
    platform = "makuhari_JR-East.Keiyo.Kaihimmakuhari"
    day, stops = around.transit.day, around.network.stop_index
    pattern = next(
        number
        for number, run in enumerate(runs_of(around))
        if run.route.endswith(".Keiyo") and stops[platform] in day.stop[day.pattern_first[number] :][:3]
    )
    train, none = int(day.trip_first[pattern]), Reason.NONE
    log = [
        one
        for who in range(LEAST_SEEN)
        for one in rows_of(
            [
                (0.0, Kind.QUEUED_AT_GATE, who, None, platform, 0, none),
                (90.0, Kind.PASSED_GATE, who, None, platform, 0, none),
            ],
            around,
        )
    ]
    log += rows_of([(100.0, Kind.DEPARTED, None, train, platform, 156, none)], around)
    table = table_of(seen_in(scenario, around, log), NINE_PM, NINE_PM + 900)
    assert table.wait_s[table.sections.index(gates_of(STATION)), 0] == 90
    (section,) = (one for one in table.sections if one[1] == platform)
    assert load_at(table, section, int(NINE_PM)) == pytest.approx(0.67 + 0.1)


def test_a_folder_that_is_no_run_of_a_city_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no folder made by kaiteki simulate"):
        crowds_of(tmp_path)
    run_scenario(find_scenario("aeon-loop-2020"), tmp_path / "loop", replications=1)
    with pytest.raises(RequestError, match="is no run of a city"):
        crowds_of(tmp_path / "loop")


@pytest.mark.long
@pytest.mark.parametrize(
    ("scenario", "table"),
    [
        ("stadium-egress", "crowds_night_game"),
        ("messe-fair", "crowds_messe_fair"),
        ("messe-fair-holiday", "crowds_messe_fair_holiday"),
        ("festival-night", "crowds_festival_night"),
    ],
)
def test_a_shipped_table_is_what_its_scenario_leaves(tmp_path: Path, scenario: str, table: str) -> None:
    run_scenario(find_scenario(scenario), tmp_path / "day", replications=3)
    made, shipped = crowds_of(tmp_path / "day"), read_crowds(TABLES / f"{table}.csv")
    assert (made.sections, made.first_s) == (shipped.sections, shipped.first_s)
    known = shipped.load.shape[1]
    np.testing.assert_allclose(made.load[:, :known], shipped.load, atol=0.005)
    np.testing.assert_allclose(made.wait_s[:, :known], shipped.wait_s, atol=0.5)
    assert np.isnan(made.load[:, known:]).all()
    assert np.isnan(made.wait_s[:, known:]).all()
