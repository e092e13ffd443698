"""Stations whose inside is known are entered through their entrances, in a wheelchair only by lifts and ramps.

The platform A of every test lies in a corner of the town; stairs of 60 s lead down to it at B, 281 m east, and a lift
at F, 281 m south.
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.footpaths import Footpaths
from planner.model import TransitLeg
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import PlanRequest
from scenarios.build import Sources, build_network
from tests.cities import City, sources_of, write_city

CITY = City(lines={"bus": "A D\n8:30 8:31"})
DOORS = {"stairs": "B", "lift": "F"}
STAIRS, LIFT = "p1,stairs,A,2,1,60", "p2,lift,A,5,1,90"
NEXT_PLATFORM = "p3,A,A2,1,1,45"


def station(folder: Path, *pathways: str) -> Network:
    """The town with a station around the platforms A and A2."""
    return open_network(built(folder, *pathways))


def built(folder: Path, *pathways: str, footpaths: str = "street", transfers: str = "") -> Path:
    write_city(folder / "feeds", CITY)
    gtfs = folder / "feeds" / "gtfs"
    rows = ["stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding,location_type,parent_station"]
    places = [("A", "A", 0, "S"), ("A2", "A", 0, "S"), ("S", "A", 1, ""), ("D", "D", 0, "")]
    for stop, letter, kind, parent in [*places, *((door, at, 2, "S") for door, at in DOORS.items())]:
        lat, lon = CITY.point(letter) if letter != "far" else (35.70, 140.03)
        rows.append(f"{stop},{stop},{lat:.8f},{lon:.8f},1,{kind},{parent}")
    (gtfs / "stops.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    header = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time"
    if pathways:
        (gtfs / "pathways.txt").write_text("\n".join([header, *pathways]) + "\n", encoding="utf-8")
    if transfers:
        (gtfs / "transfers.txt").write_text(transfers + "\n", encoding="utf-8")
    sources = sources_of(folder / "feeds", CITY)
    sources = Sources(gtfs=sources.gtfs, osm=sources.osm if footpaths == "street" else None, footpaths=footpaths)
    build_network(folder / "network", sources)
    return folder / "network"


def access_s(network: Network, letter: str, wheelchair: bool = False) -> int | None:
    """Seconds on the way from a letter to the bus at A, None if there is none."""
    at_eight = datetime(2026, 11, 25, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    request = PlanRequest(
        CITY.at(letter), CITY.at("D"), at_eight, wheelchair=wheelchair, window_s=3600, direct_modes=frozenset()
    )
    for itinerary in plan(network, request).itineraries:
        if any(isinstance(leg, TransitLeg) for leg in itinerary.legs):
            first = itinerary.legs[0]
            return int((first.end - first.start).total_seconds())
    return None


def walk_s(footpaths: Footpaths, network: Network, start: str, end: str) -> list[int]:
    index = network.stop_index
    rows = np.flatnonzero((footpaths.start == index[start]) & (footpaths.to == index[end]))
    return [int(footpaths.seconds[row]) for row in rows]


def test_the_platform_is_reached_by_the_street_to_an_entrance_and_the_pathway(tmp_path: Path) -> None:
    network = station(tmp_path, STAIRS, LIFT)
    assert access_s(network, "B") == pytest.approx(60, abs=2)
    assert access_s(network, "F") == pytest.approx(90, abs=2)
    assert access_s(network, "G") == pytest.approx(281.3 / 1.25 + 60, abs=2)


def test_nobody_falls_through_the_street_onto_the_platform(tmp_path: Path) -> None:
    assert access_s(station(tmp_path, STAIRS, LIFT), "A") == pytest.approx(281.3 / 1.25 + 60, abs=2)


def test_an_entrance_far_from_every_street_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DOORS, "stairs", "far")
    assert access_s(station(tmp_path, STAIRS), "B") == pytest.approx(281.3 / 1.25, abs=2)


def test_a_wheelchair_takes_the_lift(tmp_path: Path) -> None:
    network = station(tmp_path, STAIRS, LIFT)
    assert access_s(network, "F", wheelchair=True) == pytest.approx(90 * 1.25 / 0.9, abs=2)


def test_without_its_lift_the_station_is_closed_to_wheelchairs(tmp_path: Path) -> None:
    network = station(tmp_path, STAIRS)
    assert access_s(network, "F", wheelchair=True) is None
    assert access_s(network, "F") is not None


def test_without_pathways_the_street_beside_the_platform_leads_to_it(tmp_path: Path) -> None:
    assert access_s(station(tmp_path), "B") == pytest.approx(281.3 / 1.25, abs=2)


@pytest.mark.parametrize("kind", ["street", "crow"])
def test_platforms_of_a_station_are_as_far_apart_as_its_pathways_say(tmp_path: Path, kind: str) -> None:
    network = open_network(built(tmp_path, STAIRS, NEXT_PLATFORM, footpaths=kind))
    foot, wheelchair = (network.snapshot.footpaths[name] for name in ("foot", "wheelchair"))
    assert walk_s(foot, network, "A", "A2") == [45]
    assert walk_s(wheelchair, network, "A", "A2") == [63]


@pytest.mark.parametrize("kind", ["street", "crow"])
def test_a_timed_row_of_transfers_wins_over_pathways(tmp_path: Path, kind: str) -> None:
    rule = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,A2,2,120"
    network = open_network(built(tmp_path, STAIRS, NEXT_PLATFORM, footpaths=kind, transfers=rule))
    assert walk_s(network.snapshot.footpaths["foot"], network, "A", "A2") == [120]
    assert walk_s(network.snapshot.footpaths["foot"], network, "A2", "A") == [45]


def test_platforms_that_only_steps_join_are_apart_in_a_wheelchair(tmp_path: Path) -> None:
    network = station(tmp_path, LIFT, "p3,A,A2,2,1,45")
    assert walk_s(network.snapshot.footpaths["foot"], network, "A", "A2") == [45]
    assert walk_s(network.snapshot.footpaths["wheelchair"], network, "A", "A2") == []
