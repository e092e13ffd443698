"""The nearest shelters equal those of networkx's Dijkstra, which looks at every shelter on its own."""

import math
from datetime import datetime, timedelta
from pathlib import Path

import networkx
import numpy as np
import pytest

from feeds.shelters import MAKUHARI_SHELTERS, read_shelters
from planner.access import End
from planner.ends import MASKS, end_of
from planner.network import Network
from planner.opening_hours import hours_of
from planner.profiles import edge_seconds, foot, wheelchair
from planner.reasons import InputField
from planner.request import Coordinate
from planner.shelters import Shelter, is_open, nearest_shelters
from planner.snapping import snap
from tests.cities import City, small_city
from tests.planner.street_maps import to_networkx, with_ends

TEN = datetime(2026, 11, 25, 10)
STAIRS = City(
    "A===B---C===D\n|       |\nE---F---G",
    {"r": "A D\n08:00 08:05"},
)


@pytest.fixture(scope="module")
def stairs(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("stairs"), STAIRS)


def shelter(city: City, letter: str, hours: str = "", kind: str = "designated_shelter") -> Shelter:
    return Shelter(letter, {"": letter}, *city.point(letter), kind, hours=hours_of(hours) if hours else None)


def end_at(network: Network, point: Coordinate) -> End:
    end = end_of(network, point, InputField.FROM, ("en",))
    assert isinstance(end, End)
    return end


def found(network: Network, point: Coordinate, shelters: list[Shelter], count: int = 9, **how: bool) -> list[str]:
    when = TEN.replace(tzinfo=network.zone)
    ways = nearest_shelters(network, end_at(network, point), shelters, when, count, **how)
    return [f"{way.shelter.id} {way.path.metres:.0f} m {way.stairs}" for way in ways]


def test_flights_of_stairs_are_counted_and_avoided_in_a_wheelchair(stairs: Network) -> None:
    shelters = [shelter(STAIRS, "D"), shelter(STAIRS, "C"), shelter(STAIRS, "B")]
    assert found(stairs, STAIRS.at("A"), shelters) == ["B 281 m 1", "C 563 m 1", "D 844 m 2"]
    assert found(stairs, STAIRS.at("A"), shelters, in_wheelchair=True) == ["C 1125 m 0", "B 1407 m 0"]


def test_a_shelter_closed_on_arrival_is_passed_over(stairs: Network) -> None:
    soon, later = shelter(STAIRS, "E", "08:00-10:02"), shelter(STAIRS, "F", "10:05-12:00")
    assert found(stairs, STAIRS.at("A"), [soon, later], 1) == ["F 563 m 0"]
    assert found(stairs, STAIRS.at("A"), [soon, shelter(STAIRS, "F", "10:08-12:00")]) == []


def test_hours_past_midnight_hold_the_morning_after() -> None:
    night = shelter(STAIRS, "A", "22:00-06:00")
    hours = [hour for hour in range(24) if is_open(night, TEN.replace(hour=hour))]
    assert hours == [0, 1, 2, 3, 4, 5, 22, 23]


def test_only_as_many_as_asked_for_and_none_without_shelters(stairs: Network) -> None:
    shelters = [shelter(STAIRS, letter) for letter in "GFE"]
    assert [line[0] for line in found(stairs, STAIRS.at("A"), shelters, 2)] == ["E", "F"]
    assert found(stairs, STAIRS.at("A"), []) == []


@pytest.mark.parametrize("in_wheelchair", [False, True])
def test_in_the_embedded_city_every_shelter_is_found_as_dijkstra_finds_it(
    makuhari: Network, in_wheelchair: bool
) -> None:
    shelters = read_shelters(MAKUHARI_SHELTERS)
    rng = np.random.default_rng(7)
    for row in rng.choice(len(makuhari.snapshot.places), 4, replace=False):
        places = makuhari.snapshot.places
        point = Coordinate(float(places.lat[row]), float(places.lon[row]))
        end, when = end_at(makuhari, point), TEN.replace(tzinfo=makuhari.zone)
        ways = nearest_shelters(makuhari, end, shelters, when, 100, in_wheelchair=in_wheelchair)
        own = {way.shelter.id: (way.arrival - when) / timedelta(seconds=1) for way in ways}
        oracle = by_dijkstra(makuhari, point, shelters, in_wheelchair)
        assert list(own.values()) == sorted(own.values())
        assert own.keys() == oracle.keys()
        for name, seconds in oracle.items():
            assert own[name] == pytest.approx(seconds, abs=1.02)
        for way in ways:
            assert way.path.seconds == pytest.approx(oracle[way.shelter.id], abs=0.02)


def by_dijkstra(network: Network, point: Coordinate, shelters: list[Shelter], in_wheelchair: bool) -> dict[str, float]:
    """Seconds to every shelter that can be reached, each snapped and searched for on its own."""
    side = network.snapshot.street_side
    assert side is not None
    profile = wheelchair() if in_wheelchair else foot()
    mask = MASKS["wheelchair" if in_wheelchair else "foot"]
    graph = to_networkx(side.streets, edge_seconds(side.streets, profile, 10 * 3600))
    start = snap(side.streets, side.index, point.lat, point.lon, mask)
    oracle: dict[str, float] = {}
    for one in shelters:
        end = snap(side.streets, side.index, one.lat, one.lon, mask)
        if start is None or end is None:
            continue
        with_both = with_ends(graph, side.streets, (start.edge, start.fraction), (end.edge, end.fraction))
        try:
            seconds = networkx.dijkstra_path_length(with_both, "from", "to")
        except networkx.NetworkXNoPath:
            continue
        if math.isfinite(seconds):
            oracle[one.id] = seconds + (start.distance_m + end.distance_m) / profile.speed_ms
    return oracle


def test_the_table_s_cells_are_read_and_a_bad_one_is_named(tmp_path: Path) -> None:
    table = tmp_path / "shelters.csv"
    table.write_text("id,name_ja,lat,lon,kind,floors,opening_hours\na,塔,35.6,140,tsunami_building,14,08:00-20:00\n")
    (one,) = read_shelters(table)
    assert (one.floors, one.kind, one.hours_text, one.names[""]) == (14, "tsunami_building", "08:00-20:00", "塔")
    table.write_text("id,name_ja,lat,lon,kind\na,塔,95,140,tsunami_building\n")
    with pytest.raises(ValueError, match=r"line 2: 95, 140 is no place on earth"):
        read_shelters(table)
    table.write_text("id,name_ja,lat,lon\n")
    with pytest.raises(ValueError, match="no column kind"):
        read_shelters(table)
