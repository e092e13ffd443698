"""What GTFS-Realtime messages are held against: the timetable's own tables, and both messages of an operator."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

Row = dict[str, str]


def _rows(file: Path) -> list[Row]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def seconds(clock: str) -> int:
    hours, minutes, rest = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


class Static:
    """A GTFS feed as its own tables say it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stops = {row["stop_id"]: row for row in _rows(folder / "stops.txt")}
        self.routes = {row["route_id"] for row in _rows(folder / "routes.txt")}
        self.trips = {row["trip_id"]: row for row in _rows(folder / "trips.txt")}
        self.calls: dict[str, list[Row]] = defaultdict(list)
        for row in _rows(folder / "stop_times.txt"):
            self.calls[row["trip_id"]].append(row)
        for calls in self.calls.values():
            calls.sort(key=lambda row: int(row["stop_sequence"]))
        self.frequencies: dict[str, list[Row]] = {}
        for row in _rows(folder / "frequencies.txt"):
            self.frequencies.setdefault(row["trip_id"], []).append(row)

    @cached_property
    def shapes(self) -> dict[str, np.ndarray]:
        """Points of every shape, latitude and longitude."""
        found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
        for row in _rows(self.folder / "shapes.txt"):
            point = int(row["shape_pt_sequence"]), float(row["shape_pt_lat"]), float(row["shape_pt_lon"])
            found[row["shape_id"]].append(point)
        return {name: np.array([point[1:] for point in sorted(points)]) for name, points in found.items()}

    def exact_times(self, trip: str) -> str | None:
        return next((row.get("exact_times") or "0" for row in self.frequencies.get(trip, [])), None)


@dataclass(frozen=True)
class Told:
    """Both messages of an operator as they were got at a POSIX time, and those got before."""

    updates: pb.FeedMessage
    vehicles: pb.FeedMessage
    asked: float
    before: "Told | None" = None

    @property
    def messages(self) -> tuple[pb.FeedMessage, pb.FeedMessage]:
        return self.updates, self.vehicles

    @property
    def trip_updates(self) -> list[Any]:
        return [entity.trip_update for entity in self.updates.entity]

    @property
    def positions(self) -> list[Any]:
        return [entity.vehicle for entity in self.vehicles.entity]

    @property
    def runs(self) -> list[Any]:
        there = [vehicle.trip for vehicle in self.positions if vehicle.HasField("trip")]
        return [update.trip for update in self.trip_updates] + there

    @property
    def stop_updates(self) -> list[tuple[Any, Any]]:
        return [(update.trip, stop) for update in self.trip_updates for stop in update.stop_time_update]


def key_of(run: Any) -> tuple[str, str, str]:
    """What tells one run from another."""
    return run.trip_id, run.start_date, run.start_time
