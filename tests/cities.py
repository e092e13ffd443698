"""Two cities to ask questions of: the embedded one, built once a machine, and small ones drawn in text."""

import fcntl
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from platformdirs import user_cache_path

from feeds.gbfs import write_gbfs
from planner.geo import METRES_PER_DEGREE
from planner.network import Network, open_network
from planner.request import Coordinate
from planner.sharing import (
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    Propulsion,
    RentalStation,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
)
from planner.taxi import CHIBA_TAXI
from scenarios.build import Progress, Sources, build_network
from scenarios.embedded import embedded_network
from tests.planner.street_maps import WAYS

SOUTH, WEST = 35.64, 140.03
STEP_M = 281.3
"""Between two letters; no walk of a few steps at 1.25 m/s takes whole seconds: rounding is the same for everybody."""


@pytest.fixture(scope="session")
def makuhari() -> Network:
    """The embedded city, kept in the user's cache as the program keeps it; one test process builds, others wait."""
    cache = user_cache_path("kaiteki", ensure_exists=True)
    with (cache / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return open_network(embedded_network(cache))


@dataclass(frozen=True, slots=True)
class City:
    """A small city of November 2026.

    Attributes
    ----------
    streets : str
        A drawing as in `tests.planner.street_maps`, its letters `STEP_M` apart.
    lines : mapping of text
        Timetables by route id: a line of letters, then a line of times per trip.
    ports : mapping of (vehicles, free docks)
        Docks of shared bicycles by letter.
    no_parking : letters at which no ride may end
    steps_only : stops that a wheelchair cannot use
    high_floor : lines that a wheelchair cannot use
    zone : (two opposite corners of the demand bus' area)
    window, notice_min : hours of the demand bus, and how many minutes before it is booked
    """

    streets: str = "A---B---C---D---E\n|   |   |   |   |\nF---G---H---I---J\n|   |   |   |   |\nK---L---M---N---O"
    lines: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    no_parking: str = ""
    steps_only: str = ""
    high_floor: tuple[str, ...] = ()
    zone: str = ""
    window: tuple[str, str] = ("08:00:00", "20:00:00")
    notice_min: int = 30
    ways: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: WAYS)

    def point(self, letter: str) -> tuple[float, float]:
        """Latitude and longitude of a letter."""
        row, column = next((r, line.index(letter)) for r, line in enumerate(self.streets.split("\n")) if letter in line)
        step = STEP_M / METRES_PER_DEGREE
        return SOUTH - row / 2 * step, WEST + column / 4 * step / math.cos(math.radians(SOUTH))

    def at(self, letter: str) -> Coordinate:
        """A letter as an end of a journey."""
        return Coordinate(*self.point(letter), name=letter)

    def ways_between(self) -> list[tuple[str, str, Mapping[str, str]]]:
        """(from, to, tags) of every way drawn."""
        lines = self.streets.split("\n")
        found = []
        for row, line in enumerate(lines):
            for column, letter in enumerate(line):
                if not letter.isupper():
                    continue
                across, down = (
                    line[column + 1 : column + 5],
                    [text[column : column + 1] for text in lines[row + 1 : row + 3]],
                )
                if across[:1] in self.ways and across[3:4].isupper():
                    found.append((letter, across[3], self.ways[across[0]]))
                if len(down) == 2 and down[0] in self.ways and down[1].isupper():
                    found.append((letter, down[1], self.ways[down[0]]))
        return found

    def trips(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """(line, calls at letters with seconds) of every trip."""
        found = []
        for line, text in self.lines.items():
            letters, *runs = (row.split() for row in text.split("\n"))
            for run in runs:
                times = [
                    sum(int(part) * unit for part, unit in zip(t.split(":"), (3600, 60), strict=True)) for t in run
                ]
                found.append((line, list(zip(letters, times, strict=True))))
        return found


def small_city(folder: Path, city: City, progress: Progress | None = None) -> Network:
    """The city's feeds written to `folder`, read, built and opened."""
    write_city(folder / "feeds", city)
    build_network(folder / "network", sources_of(folder / "feeds", city), progress)
    return open_network(folder / "network")


def sources_of(folder: Path, city: City) -> Sources:
    """What `write_city` wrote."""
    gbfs = [folder / "gbfs"] if city.ports else []
    return Sources(gtfs=[folder / "gtfs"], osm=folder / "streets.osm", gbfs=gbfs, taxi=CHIBA_TAXI)


def write_city(folder: Path, city: City) -> None:
    """Write GTFS, OSM XML and GBFS."""
    (folder / "gtfs").mkdir(parents=True, exist_ok=True)
    for name, rows in _tables(city).items():
        (folder / "gtfs" / f"{name}.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    if city.zone:
        (folder / "gtfs" / "locations.geojson").write_text(json.dumps(_zone(city)), encoding="utf-8")
    _write_osm(folder / "streets.osm", city)
    if city.ports:
        write_gbfs(_bicycles(city), folder / "gbfs", datetime(2026, 11, 1, tzinfo=UTC))


def _tables(city: City) -> dict[str, list[str]]:
    trips = city.trips()
    stops = sorted({letter for _, calls in trips for letter, _ in calls})
    clock = "{:02}:{:02}:00"
    tables = {
        "agency": ["agency_id,agency_name,agency_url,agency_timezone", "a,Bus,https://bus.example,Asia/Tokyo"],
        "calendar": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "daily,1,1,1,1,1,1,1,20261101,20261130",
        ],
        "stops": ["stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding"],
        "routes": ["route_id,agency_id,route_short_name,route_type", *(f"{line},a,{line},3" for line in city.lines)],
        "trips": ["route_id,service_id,trip_id,wheelchair_accessible,safe_duration_factor,safe_duration_offset"],
        "stop_times": [
            "trip_id,stop_sequence,stop_id,arrival_time,departure_time,location_id,start_pickup_drop_off_window,"
            "end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id"
        ],
    }
    for letter in stops:
        lat, lon = city.point(letter)
        tables["stops"].append(f"{letter},Stop {letter},{lat:.8f},{lon:.8f},{2 if letter in city.steps_only else 1}")
    for number, (line, calls) in enumerate(trips):
        tables["trips"].append(f"{line},daily,{line}{number},{2 if line in city.high_floor else 1},,")
        for i, (letter, time) in enumerate(calls):
            at = clock.format(time // 3600, time // 60 % 60)
            tables["stop_times"].append(f"{line}{number},{i},{letter},{at},{at},,,,,,")
    if city.zone:
        tables["routes"].append("demand,a,Demand,3")
        tables["trips"].append("demand,daily,demand,1,1.5,120")
        window = ",".join(city.window)
        tables["stop_times"] += [f"demand,0,,,,Z,{window},2,1,rule", f"demand,1,,,,Z,{window},1,2,"]
        tables["booking_rules"] = [
            "booking_rule_id,booking_type,prior_notice_duration_min",
            f"rule,1,{city.notice_min}",
        ]
    return tables


def _zone(city: City) -> dict[str, object]:
    ring = [[lon, lat] for lat, lon in _box(*(city.point(letter) for letter in city.zone))]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "id": "Z", "properties": {"stop_name": "Zone"}, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def _box(*points: tuple[float, float], margin: float = 0.0005) -> tuple[tuple[float, float], ...]:
    """A closed ring around points."""
    south, north = min(p[0] for p in points) - margin, max(p[0] for p in points) + margin
    west, east = min(p[1] for p in points) - margin, max(p[1] for p in points) + margin
    return (south, west), (south, east), (north, east), (north, west), (south, west)


def _write_osm(file: Path, city: City) -> None:
    root = ElementTree.Element("osm", version="0.6")
    ways = city.ways_between()
    for letter in sorted({end for way in ways for end in way[:2]}):
        lat, lon = city.point(letter)
        ElementTree.SubElement(root, "node", id=str(ord(letter)), lat=f"{lat:.8f}", lon=f"{lon:.8f}", version="1")
    for number, (start, end, tags) in enumerate(ways, 1):
        way = ElementTree.SubElement(root, "way", id=str(number), version="1")
        for letter in (start, end):
            ElementTree.SubElement(way, "nd", ref=str(ord(letter)))
        for key, value in {"name": f"{start}{end}", **tags}.items():
            ElementTree.SubElement(way, "tag", k=key, v=value)
    ElementTree.ElementTree(root).write(file, encoding="utf-8")


def _bicycles(city: City) -> SharingSystem:
    stations = []
    for letter, (bikes, docks) in city.ports.items():
        lat, lon = city.point(letter)
        names = {"en": f"Port {letter}"}
        stations.append(
            RentalStation(letter, names["en"], lat, lon, None, bikes, docks, {"bike": bikes}, True, True, None, names)
        )
    rule = GeofencingRule((), True, False, True, None, None)
    zones = [GeofencingZone(letter, ((_box(city.point(letter)),),), (rule,)) for letter in city.no_parking]
    kind = VehicleType(
        "bike", FormFactor.BICYCLE, Propulsion.HUMAN, None, "Bicycle", None, ReturnConstraint.ANY_STATION, None
    )
    return SharingSystem(
        "bikes", "Bikes", {"en": "Bikes"}, None, "Asia/Tokyo", None, None, None, (kind,), tuple(stations), (),
        tuple(zones), (), (), 1_793_491_200, 60,
    )  # fmt: skip
