"""A city as its travellers know it: every place they can be at, and how long the ways between those take."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS, Links, behind
from planner.day import timetable_on
from planner.ends import links_of
from planner.journeys import Options
from planner.network import Network
from planner.profiles import Profile, bicycle, car, foot, wheelchair
from planner.raptor import Transit
from planner.reach import reach
from planner.sharing import RentalStation, RentalVehicle
from planner.snapping import taken
from planner.timetable import BOARDING_PLACE

Seconds = NDArray[np.float32]
Ints = NDArray[np.int32]

LONGEST_WALK_S = 2400
LONGEST_ACCESS_S = 1200
"""A walk all the way, and a walk to or from a stop, as `planner.request.PlanRequest` limits the second."""
LONGEST_DRIVE_S = 3600

FOOT_MS, WHEELCHAIR_MS = 1.25, 0.9
"""Paces of the matrices; people with another pace take in proportion longer or less."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where people live, work, study or come from; `stops` are its own boarding places, if it is a station."""

    name: str
    lat: float
    lon: float
    stops: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """Seconds and metres from every point (row) to every point (column) of a list; inf where there is no way."""

    seconds: Seconds
    metres: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Points are numbered: the sites, then the stops of the timetable, then the ports of the sharing systems.

    Attributes
    ----------
    transit : Transit
        What runs on the day; `trips` and `calling` say which trips of the timetable, and where they call.
    names, lat, lon
        Of every point.
    walk : dict of str to Ways
        "foot" and "wheelchair", between all points.
    rides : tuple of Ways
        Of each of `Network.rentals`, between all ports.
    bicycle, drive : Ways
        Own bicycle between sites; a car between sites and stops.
    """

    network: Network
    day: date
    transit: Transit
    trips: NDArray[np.bool_]
    calling: NDArray[np.bool_]
    sites: tuple[Site, ...]
    names: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    walk: dict[str, Ways]
    rides: tuple[Ways, ...]
    bicycle: Ways
    drive: Ways

    @property
    def first_stop(self) -> int:
        """Point of stop 0."""
        return len(self.sites)

    @property
    def first_port(self) -> int:
        """Point of port 0."""
        return len(self.sites) + len(self.network.snapshot.timetable.stops)

    def on_foot(self, uses_wheelchair: bool) -> Ways:
        """Walks of one kind of person."""
        return self.walk["wheelchair" if uses_wheelchair else "foot"]

    def access(self, point: int, uses_wheelchair: bool, slower: float) -> Options:
        """Walks from a point to stops, for who takes `slower` times as long as the matrix says."""
        return self._options(self.on_foot(uses_wheelchair).seconds[point], slower)

    def egress(self, point: int, uses_wheelchair: bool, slower: float) -> Options:
        """Walks from stops to a point."""
        return self._options(self.on_foot(uses_wheelchair).seconds[:, point], slower)

    def _options(self, seconds: Seconds, slower: float) -> Options:
        took = seconds[self.first_stop : self.first_port] * slower
        near = took <= LONGEST_ACCESS_S
        near &= self.network.snapshot.timetable.stops.location_type == BOARDING_PLACE
        stops = np.flatnonzero(near)
        return Options.of(stops, np.ceil(took[stops]).astype(np.int32))


def town_of(
    network: Network, day: date, sites: tuple[Site, ...], without_routes: Collection[str] = (),
    closed_stations: Collection[str] = (),
) -> Town:  # fmt: skip
    """Search all ways between all points of a network with streets.

    Ways with opening hours are taken as open. Turn restrictions are not regarded.

    Parameters
    ----------
    without_routes, closed_stations : collection of str
        Ids of routes that do not run, and of stations at which nothing stops.
    """
    snapshot, side = network.snapshot, network.snapshot.street_side
    assert side is not None
    stops = snapshot.timetable.stops
    at = np.array([(site.lat, site.lon) for site in sites], np.float64).reshape(-1, 2)
    own = links_of(side.streets, side.index, at[:, 0].copy(), at[:, 1].copy())
    points = behind(own, side.stops, side.ports)
    ports = [port for _, port in ports_of(network)]
    port_names = [port.name if isinstance(port, RentalStation) else port.id for port in ports]
    names = [site.name for site in sites] + [stops.names[i] for i in range(len(stops))] + port_names
    at_doors = [(row, len(sites) + stop) for row, site in enumerate(sites) for stop in site.stops]
    trips, calling = _running(network, without_routes, closed_stations)
    cut = timetable_on(snapshot.timetable, day, trips, calling)
    rides = tuple(ways_between(network, rental.profile, side.ports, LONGEST_DRIVE_S) for rental in network.rentals)
    return Town(
        network=network,
        day=day,
        transit=Transit.of(cut, snapshot.footpaths["foot"]),
        trips=trips,
        calling=calling,
        sites=sites,
        names=tuple(names),
        lat=np.concatenate([at[:, 0], stops.lat, [port.lat for port in ports]]),
        lon=np.concatenate([at[:, 1], stops.lon, [port.lon for port in ports]]),
        walk={
            profile.name: _with_doors(ways_between(network, profile, points, LONGEST_WALK_S), at_doors)
            for profile in (foot(FOOT_MS), wheelchair(WHEELCHAIR_MS))
        },
        rides=rides,
        bicycle=ways_between(network, bicycle(), own, LONGEST_DRIVE_S),
        drive=ways_between(network, car(), behind(own, side.stops), LONGEST_DRIVE_S),
    )


def ports_of(network: Network) -> list[tuple[int, RentalStation | RentalVehicle]]:
    """Ports in the order of the network's: stations, then vehicles, of each system, whose row comes first."""
    found: list[tuple[int, RentalStation | RentalVehicle]] = []
    for row, system in enumerate(network.snapshot.sharing):
        found += [(row, station) for station in system.stations]
        found += [(row, vehicle) for vehicle in system.vehicles]
    return found


def _running(
    network: Network, without_routes: Collection[str], closed_stations: Collection[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    timetable = network.snapshot.timetable
    is_out = np.array([route.id in without_routes for route in timetable.routes], np.bool_)
    closed = [network.stop_index[station] for station in closed_stations]
    calling = ~np.isin(np.arange(len(timetable.stops)), closed) & ~np.isin(timetable.stops.parent, closed)
    return ~is_out[timetable.trips.route], calling


def ways_between(network: Network, profile: Profile, links: Links, limit_s: float) -> Ways:
    """The ways between all points of `links`, as far as `limit_s` goes."""
    search, points = network.street_search(profile, None), links[LINKS[profile.name]]
    count = len(points)
    found = Ways(np.full((count, count), np.inf, np.float32), np.zeros((count, count), np.float32))
    for row in range(count):
        origin = taken(points, np.array([row], np.int32))
        one = reach(search, origin, points, limit_s)
        found.seconds[row], found.metres[row] = one.seconds, one.metres
    np.fill_diagonal(found.seconds, 0.0)
    np.fill_diagonal(found.metres, 0.0)
    return found


def _with_doors(ways: Ways, at_doors: list[tuple[int, int]]) -> Ways:
    """A site that is a station is at its own platforms at once."""
    for site, stop in at_doors:
        ways.seconds[[site, stop], [stop, site]] = 0.0
        ways.metres[[site, stop], [stop, site]] = 0.0
    return ways
