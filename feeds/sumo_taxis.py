"""Demand buses between stops as vehicles that SUMO's taxi device dispatches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from feeds.sumo_words import SumoVehicle, bus_stop, vehicle_type

STAND_M = 20.0
"""Length of the edge a vehicle stands on at a stop; part of every way that leads there."""

SPARE = 1e-6
"""A way through a third stop that is longer by no more than this share is the same way."""


@dataclass(frozen=True, slots=True)
class SumoBooking:
    """A party that asks at `time_s` to go from one stop to another."""

    id: str
    time_s: float
    origin: int
    destination: int


@dataclass(frozen=True, slots=True)
class SumoTaxis:
    """Stops with the metres between them, vehicles by the stop where they begin, and the bookings.

    Attributes
    ----------
    metres : array of float, shape (stops, stops)
        Driven from stop to stop by the shortest way.
    end_s : float
        Until when vehicles answer bookings.
    """

    names: Sequence[str]
    metres: NDArray[np.float64]
    vehicle: SumoVehicle
    starts: Sequence[int]
    start_s: float
    end_s: float
    bookings: Sequence[SumoBooking]


def needed_ways(metres: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pairs of stops whose shortest way leads through no third stop; the others need no edge of their own."""
    count = len(metres)
    needed = ~np.eye(count, dtype=bool) & np.isfinite(metres)
    for via in range(count):
        through = metres[:, via, None] + metres[None, via, :]
        through[via, :] = through[:, via] = np.inf
        needed &= through > metres * (1 + SPARE)
    return needed


def taxi_network(case: SumoTaxis) -> tuple[ET.Element, ET.Element]:
    """Nodes and edges: every stop an edge to stand on, and an edge for every way that leads through no third."""
    nodes, edges, count = ET.Element("nodes"), ET.Element("edges"), len(case.names)
    radius_m = float(np.max(case.metres[np.isfinite(case.metres)])) / 2
    for stop in range(count):
        for end, share in (("in", 1.0), ("out", 1.05)):
            x, y = (share * radius_m * f(2 * pi * stop / count) for f in (cos, sin))
            ET.SubElement(nodes, "node", id=f"{end}{stop}", x=f"{x:.2f}", y=f"{y:.2f}")
        edges.append(_edge(case, f"stand{stop}", f"in{stop}", f"out{stop}", STAND_M))
    for origin, destination in zip(*np.nonzero(needed_ways(case.metres)), strict=True):
        # SUMO has no edges without length.
        length_m = max(float(case.metres[origin, destination]) - STAND_M, 0.1)
        edges.append(_edge(case, f"way{origin}to{destination}", f"out{origin}", f"in{destination}", length_m))
    return nodes, edges


def _edge(case: SumoTaxis, name: str, start: str, end: str, length_m: float) -> ET.Element:
    return ET.Element("edge", {
        "id": name, "from": start, "to": end, "numLanes": "2", "speed": f"{case.vehicle.speed_ms:.4f}",
        "length": f"{length_m:.2f}",
    })  # fmt: skip


def taxi_stops(case: SumoTaxis) -> ET.Element:
    """A bus stop for every stop, with room beside the street for all vehicles: none keeps another from its call."""
    root = ET.Element("additional")
    room_m = (case.vehicle.length_m + 2) * len(case.starts)
    for stop, name in enumerate(case.names):
        element = bus_stop(f"stop{stop}", f"stand{stop}_0", STAND_M, case.vehicle, name)
        element.set("parkingLength", f"{room_m:g}")
        root.append(element)
    return root


def taxi_demand(case: SumoTaxis) -> ET.Element:
    """Vehicles that wait to be dispatched, and who books them, by time."""
    root = ET.Element("routes")
    kind = vehicle_type(case.vehicle)
    kind.set("vClass", "taxi")
    ET.SubElement(kind, "param", key="has.taxi.device", value="true")
    ET.SubElement(kind, "param", key="device.taxi.end", value=f"{case.end_s:g}")
    # Without it SUMO's taxis stand for a minute whenever somebody leaves.
    ET.SubElement(kind, "param", key="device.taxi.dropOffDuration", value=f"{case.vehicle.person_s:g}")
    root.append(kind)
    root.extend(element for _, element in sorted(_departures(case), key=lambda pair: pair[0]))
    return root


def _departures(case: SumoTaxis) -> Iterator[tuple[float, ET.Element]]:
    for number, stop in enumerate(case.starts):
        taxi = ET.Element(
            "vehicle",
            id=f"vehicle{number}",
            type=case.vehicle.id,
            depart=f"{case.start_s:.2f}",
            departSpeed="0",
            line="taxi",
        )
        ET.SubElement(taxi, "route", edges=f"stand{stop}")
        yield case.start_s, taxi
    for booking in case.bookings:
        person = ET.Element("person", id=booking.id, depart=f"{booking.time_s:.2f}", departPos=f"{STAND_M - 5:g}")
        ET.SubElement(person, "ride", {
            "from": f"stand{booking.origin}", "busStop": f"stop{booking.destination}", "lines": "taxi",
        })  # fmt: skip
        yield booking.time_s, person
