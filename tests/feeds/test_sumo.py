"""Lines and demand buses as files of Eclipse SUMO."""

from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pytest

from feeds.sumo import SumoLine, SumoRide, write_sumo_line, write_sumo_taxis
from feeds.sumo_taxis import STAND_M, SumoBooking, SumoTaxis, needed_ways
from feeds.sumo_words import SumoVehicle
from tests.peers.sumo_runs import played

BUS = SumoVehicle("bus", 11, 10.0, 1.0, 2.0, 1.0)


def line(*rides: SumoRide) -> SumoLine:
    return SumoLine(["A", "B", "C"], [300.0, 200.0, 100.0], BUS, 1, [0.0, 60.0], 15.0, 5, rides)


def read(file: Path) -> ET.Element:
    return ET.parse(file).getroot()


def test_every_edge_is_as_long_as_the_way_to_its_stop(tmp_path: Path) -> None:
    write_sumo_line(line(), tmp_path, 600.0)
    lengths = {edge.get("id"): float(edge.get("length", "")) for edge in read(tmp_path / "edges.edg.xml")}
    assert lengths == {"to1": 300.0, "to2": 200.0, "to0": 100.0}
    ends = {stop.get("lane"): float(stop.get("endPos", "")) for stop in read(tmp_path / "stops.add.xml")}
    assert ends == {f"{edge}_0": length for edge, length in lengths.items()}


def test_vehicles_begin_at_the_depot_and_everything_departs_in_order(tmp_path: Path) -> None:
    write_sumo_line(line(SumoRide("p", 30.0, 0, 2), SumoRide("q", 10.0, 1, 0)), tmp_path, 600.0)
    root = read(tmp_path / "demand.rou.xml")
    route = root.find("route")
    assert route is not None
    assert route.get("edges") == "to1 to2 to0"
    departing = [(element.get("id"), element.get("depart")) for element in root if element.get("depart")]
    assert departing == [("vehicle0", "0.00"), ("q", "10.00"), ("p", "30.00"), ("vehicle1", "60.00")]


def test_a_rider_rides_in_sumo(tmp_path: Path) -> None:
    write_sumo_line(line(SumoRide("p", 30.0, 2, 0)), tmp_path, 600.0)
    # Departs at 15, arrives at 15 + 20 + 7.5, stands 15 s, and takes 10 + 7.5 s to the next.
    ((wait_s, ride_s),) = played(tmp_path).values()
    assert wait_s == pytest.approx(57.5 - 30.0, abs=0.5)
    assert ride_s == pytest.approx(17.5, abs=0.5)


def test_only_ways_through_no_third_stop_are_edges() -> None:
    graph = nx.gnm_random_graph(12, 20, seed=4)
    rng = np.random.default_rng(4)
    nx.set_edge_attributes(graph, {edge: float(rng.uniform(100, 900)) for edge in graph.edges}, "m")
    metres = np.full((12, 12), np.inf)
    for origin, found in nx.all_pairs_dijkstra_path_length(graph, weight="m"):
        for destination, length_m in found.items():
            metres[origin, destination] = length_m
    needed = needed_ways(metres)
    assert needed.sum() <= 2 * graph.number_of_edges()
    rest = nx.DiGraph()
    rest.add_weighted_edges_from((int(o), int(d), metres[o, d]) for o, d in zip(*np.nonzero(needed), strict=True))
    again = dict(nx.all_pairs_dijkstra_path_length(rest))
    for origin, destination in zip(*np.nonzero(np.isfinite(metres)), strict=True):
        assert again[origin][destination] == pytest.approx(metres[origin, destination])


def test_sumo_dispatches_a_demand_bus(tmp_path: Path) -> None:
    metres = np.array([[0.0, 400.0, 900.0], [400.0, 0.0, 500.0], [900.0, 500.0, 0.0]])
    bookings = [SumoBooking("p", 10.0, 1, 2), SumoBooking("q", 400.0, 2, 0)]
    case = SumoTaxis(["A", "B", "C"], metres, BUS, [0], 0.0, 900.0, bookings)
    write_sumo_taxis(case, tmp_path, 1200.0)
    found = played(tmp_path)
    assert sorted(found) == ["p", "q"]
    driving_s = 500.0 / BUS.speed_ms
    assert driving_s - STAND_M / BUS.speed_ms < found["p"][1] < driving_s + 30
    assert found["q"][1] > 900.0 / BUS.speed_ms - STAND_M / BUS.speed_ms
