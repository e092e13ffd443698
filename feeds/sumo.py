"""A line and its riders, or a fleet of demand buses and its bookings, as input files of Eclipse SUMO."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from xml.etree import ElementTree as ET

from feeds.sumo_taxis import SumoTaxis, taxi_demand, taxi_network, taxi_stops
from feeds.sumo_words import SumoVehicle, bus_stop, vehicle_type

STEP_S = 0.1
"""With SUMO's usual step of a second, a bus loses up to one at every stop."""


@dataclass(frozen=True, slots=True)
class SumoRide:
    """One who waits from `time_s` on at a position of the course, to ride to another."""

    id: str
    time_s: float
    board: int
    alight: int


@dataclass(frozen=True, slots=True)
class SumoLine:
    """A ring of stops, the vehicles that go round it, and who wants to ride.

    Attributes
    ----------
    names : sequence of str
        Of the stops, by position.
    lengths_m : sequence of float
        From each position to the next, the last back to the first.
    depot : int
        Position where vehicles begin.
    departures_s : sequence of float
        When each vehicle begins there.
    dwell_s : float
        Shortest stand at every position.
    rounds : int
        After so many a vehicle leaves.
    """

    names: Sequence[str]
    lengths_m: Sequence[float]
    vehicle: SumoVehicle
    depot: int
    departures_s: Sequence[float]
    dwell_s: float
    rounds: int
    rides: Sequence[SumoRide]


def write_sumo_line(line: SumoLine, folder: Path, end_s: float) -> None:
    """Write a line; ``netconvert -c net.netccfg`` and ``sumo -c run.sumocfg`` in the folder play it until `end_s`.

    Positions are drawn on a circle, each at the end of the edge that leads to it; lengths are kept exactly. A bus that
    has caught up waits behind the stop, as in Kaiteki.

    References
    ----------
    https://sumo.dlr.de/docs/Specification/Persons.html, https://sumo.dlr.de/docs/Simulation/Public_Transport.html
    """
    _write_files(folder, _line_network(line), _line_stops(line), _line_demand(line), end_s)


def write_sumo_taxis(case: SumoTaxis, folder: Path, end_s: float) -> None:
    """Write a fleet of demand buses; SUMO's own dispatcher answers the bookings.

    References
    ----------
    https://sumo.dlr.de/docs/Simulation/Taxi.html
    """
    _write_files(folder, taxi_network(case), taxi_stops(case), taxi_demand(case), end_s)


def _write_files(
    folder: Path, network: tuple[ET.Element, ET.Element], stops: ET.Element, demand: ET.Element, end_s: float
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nodes, edges = network
    files = {
        "nodes.nod.xml": nodes,
        "edges.edg.xml": edges,
        "stops.add.xml": stops,
        "demand.rou.xml": demand,
        "net.netccfg": _converter(),
        "run.sumocfg": _configuration(end_s),
    }
    for name, root in files.items():
        ET.indent(root)
        ET.ElementTree(root).write(folder / name, encoding="utf-8", xml_declaration=True)


def _converter() -> ET.Element:
    # Internal links would add metres at every stop, and turning would slow vehicles down.
    options = {
        "node-files": "nodes.nod.xml", "edge-files": "edges.edg.xml", "output-file": "net.net.xml",
        "no-internal-links": "true", "no-turnarounds": "true",
    }  # fmt: skip
    return _options(options)


def _configuration(end_s: float) -> ET.Element:
    options = {
        "net-file": "net.net.xml", "route-files": "demand.rou.xml", "additional-files": "stops.add.xml", "begin": "0",
        "end": f"{end_s:g}", "step-length": f"{STEP_S:g}", "time-to-teleport": "-1", "tripinfo-output": "rides.xml",
        "stop-output": "stops.xml", "device.taxi.dispatch-algorithm": "greedyShared", "no-step-log": "true",
    }  # fmt: skip
    return _options(options)


def _options(options: dict[str, str]) -> ET.Element:
    root = ET.Element("configuration")
    for name, value in options.items():
        ET.SubElement(root, name, value=value)
    return root


def _line_network(line: SumoLine) -> tuple[ET.Element, ET.Element]:
    nodes, edges, count = ET.Element("nodes"), ET.Element("edges"), len(line.names)
    radius_m, driven_m = sum(line.lengths_m) / 2 / pi, 0.0
    for position, length_m in enumerate(line.lengths_m):
        angle = driven_m / radius_m
        x, y = radius_m * cos(angle), radius_m * sin(angle)
        ET.SubElement(nodes, "node", id=f"n{position}", x=f"{x:.2f}", y=f"{y:.2f}")
        following = (position + 1) % count
        ET.SubElement(edges, "edge", {
            "id": f"to{following}", "from": f"n{position}", "to": f"n{following}", "numLanes": "1",
            "speed": f"{line.vehicle.speed_ms:.4f}", "length": f"{length_m:.2f}",
        })  # fmt: skip
        driven_m += length_m
    return nodes, edges


def _line_stops(line: SumoLine) -> ET.Element:
    root = ET.Element("additional")
    for position, name in enumerate(line.names):
        root.append(bus_stop(f"stop{position}", f"to{position}_0", _ahead_m(line, position), line.vehicle, name))
    return root


def _ahead_m(line: SumoLine, position: int) -> float:
    """Length of the edge that ends at a position."""
    return line.lengths_m[position - 1]


def _line_demand(line: SumoLine) -> ET.Element:
    root, count = ET.Element("routes"), len(line.names)
    root.append(vehicle_type(line.vehicle))
    order = [(line.depot + step) % count for step in range(count)]
    route = ET.SubElement(
        root, "route", id="round", edges=" ".join(f"to{position}" for position in order), repeat=str(line.rounds)
    )
    for position in order:
        ET.SubElement(route, "stop", busStop=f"stop{position}", duration=f"{line.dwell_s:g}")
    # SUMO reads departures in the order of time only.
    root.extend(element for _, element in sorted(_departures(line), key=lambda pair: pair[0]))
    return root


def _departures(line: SumoLine) -> Iterator[tuple[float, ET.Element]]:
    for number, time_s in enumerate(line.departures_s):
        yield time_s, ET.Element("vehicle", {
            "id": f"vehicle{number}", "type": line.vehicle.id, "route": "round", "line": "line",
            "depart": f"{time_s:.2f}", "departPos": "stop",
        })  # fmt: skip
    for ride in line.rides:
        place_m = max(_ahead_m(line, ride.board) - line.vehicle.length_m / 2, 0.0)
        person = ET.Element("person", id=ride.id, depart=f"{ride.time_s:.2f}", departPos=f"{place_m:.2f}")
        ET.SubElement(
            person, "ride", {"from": f"to{ride.board}", "busStop": f"stop{ride.alight}", "lines": "line"}
        )  # fmt: skip
        yield ride.time_s, person
