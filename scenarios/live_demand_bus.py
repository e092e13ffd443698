"""Demand buses that drive while a server runs: made riders book them, they move, and they say what they would promise.

A bus is played up to the moment that is asked about, and no farther: nothing is known beforehand. Equal days give equal
plays, so that every process of a server sees the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import RLock

import numpy as np
import simpy

from planner.flex import FlexArea, Offer, Rejection, TripRequest
from planner.live_records import VehiclePosition, VehicleStopStatus
from planner.means import PICKUP_WINDOW_S
from planner.network import Network
from planner.profiles import car
from planner.service_day import seconds_on
from planner.snapping import snap, taken
from planner.street_route import route
from planner.timetable import Route
from scenarios.live import along
from simulator import demand_bus
from simulator.chains import Call
from simulator.demand_bus import BusRules, DemandBus
from simulator.events import EventLog, Kind
from simulator.persons import Person
from simulator.processes import Process
from simulator.quotes import Calls, offer_of
from simulator.town import LONGEST_DRIVE_S, Ways, ways_between

STOPS_PER_VEHICLE, SEATS, RIDERS_PER_VEHICLE_H = 8, 8, 4.0
"""Assumed, for feeds tell no fleets; the trial of 2022 in Makuhari had 8 vehicles and about 60 stops."""

BOARD_S, WHEELCHAIR_SHARE, PATIENCE_S = 10.0, 0.02, 600.0

Path = tuple[tuple[float, float], ...]


@dataclass(slots=True, eq=False)
class LiveDemandBus:
    """The demand bus of a route on a service day, played as far as it has been asked about."""

    network: Network
    route: Route
    stop_ids: tuple[str, ...]
    calls: Calls
    bus: DemandBus
    lock: RLock = field(default_factory=RLock)
    paths: dict[tuple[int, int], Path] = field(default_factory=dict)

    def offer(self, request: TripRequest, now: datetime) -> Offer | Rejection | None:
        """What would be promised at `now`; None outside of its hours, for the past, and where it does not call."""
        rules, earliest_s = self.bus.rules, seconds_on(request.earliest, self.calls.day, self.calls.zone)
        ends = self.calls.stop_at(request.origin), self.calls.stop_at(request.destination)
        if None in ends or not rules.start_s <= earliest_s <= rules.end_s or request.earliest < now:
            return None
        with self.lock:
            self.play(now)
            return offer_of(self.bus, self.calls, request)

    def positions(self, now: datetime, prefix: str = "") -> tuple[VehiclePosition, ...]:
        """Where its vehicles are if the ids of its feed begin with `prefix`; nowhere before and after its hours."""
        if not self.route.id.startswith(prefix):
            return ()
        with self.lock:
            self.play(now)
            events = self.bus.log.events()
            rows = events.of(Kind.ENTERED, Kind.DEPARTED, Kind.ARRIVED, Kind.LEFT)
            latest = {int(events.vehicle[row]): row for row in rows.tolist()}
            return tuple(
                self._position(vehicle, prefix, now, left)
                for vehicle, row in sorted(latest.items())
                if events.kind[row] != Kind.LEFT
                for left in [(int(events.position[row]), float(events.time_s[row]))]
            )

    def play(self, now: datetime) -> None:
        """Go on up to a moment; what is past stays as it was."""
        now_s = seconds_on(now, self.calls.day, self.calls.zone)
        with self.lock:
            if now_s > self.bus.env.now:
                self.bus.env.run(until=now_s)

    def _position(self, vehicle: int, prefix: str, now: datetime, left: tuple[int, float]) -> VehiclePosition:
        """A vehicle by the stop and the time of its last event; while it drives, its place is where it goes."""
        (stop, since_s), goal = left, self.bus.fleet[vehicle].place
        lat, lon = float(self.calls.lat[stop]), float(self.calls.lon[stop])
        if goal != stop:
            share = (self.bus.env.now - since_s) / max(float(self.bus.drive_s[stop, goal]), 1.0)
            lat, lon = along(self._path(stop, goal), share)
        return VehiclePosition(
            vehicle_id=f"{self.route.id.removeprefix(prefix)}-{vehicle + 1}",
            lat=lat,
            lon=lon,
            label=self.route.long_name or self.route.short_name,
            stop_id=self.stop_ids[goal].removeprefix(prefix),
            status=VehicleStopStatus.STOPPED_AT if goal == stop else VehicleStopStatus.IN_TRANSIT_TO,
            timestamp=int(now.timestamp()),
        )

    def _path(self, origin: int, destination: int) -> Path:
        key = origin, destination
        if key not in self.paths:
            ends = [(float(self.calls.lat[row]), float(self.calls.lon[row])) for row in key]
            self.paths[key] = _driven(self.network, *ends) or tuple(ends)
        return self.paths[key]


def live_demand_buses(network: Network, day: date) -> tuple[LiveDemandBus, ...]:
    """The demand buses of a day, one for each route that calls at stops; areas without stops are not played."""
    snapshot = network.snapshot
    if snapshot.street_side is None:
        return ()
    running, areas = snapshot.timetable.active_services(day), dict[int, list[FlexArea]]()
    for trip in snapshot.flex:
        if running[trip.service]:
            areas.setdefault(trip.route, []).extend(trip.areas)
    found = (_begun(network, day, row, called) for row, called in sorted(areas.items()))
    return tuple(one for one in found if one is not None)


def _begun(network: Network, day: date, row: int, areas: Iterable[FlexArea]) -> LiveDemandBus | None:
    """A route's bus with its vehicles at their stops before the first rider; None where it has no two stops."""
    areas, timetable = list(areas), network.snapshot.timetable
    stops, drive = _reachable(network, sorted({stop for area in areas for stop in area.stops}))
    if len(stops) < 2:
        return None
    rules = BusRules(
        vehicles=-(-len(stops) // STOPS_PER_VEHICLE),
        seats=SEATS,
        wheelchair_places=1,
        start_s=float(min(area.window[0] for area in areas)),
        end_s=float(max(area.window[1] for area in areas)),
        max_wait_s=PICKUP_WINDOW_S - 2 * BOARD_S,
        board_s=BOARD_S,
    )
    env, rng = simpy.Environment(rules.start_s), np.random.default_rng((day.toordinal(), row))
    points = np.arange(len(stops), dtype=np.int32)
    drive_s, drive_m = drive.seconds.astype(np.float64), drive.metres.astype(np.float64)
    bus = DemandBus(env, EventLog(), rules, points, drive_s, drive_m, rng, 0)
    demand_bus.start(bus)
    notice_min = max((area.pickup_rule.prior_notice_duration_min or 0 for area in areas if area.pickup_rule), default=0)
    env.process(_riders(bus, 60.0 * notice_min, np.random.default_rng((day.toordinal(), row, 1))))
    known = timetable.stops
    calls = Calls(known.lat[stops], known.lon[stops], day, network.zone)
    return LiveDemandBus(network, timetable.routes[row], tuple(known.ids[stop] for stop in stops), calls, bus)


def _riders(bus: DemandBus, notice_s: float, rng: np.random.Generator) -> Process:
    """People who book, one after the other, between any two stops, as early as the feed asks for."""
    mean_s, number = 3600.0 / (RIDERS_PER_VEHICLE_H * bus.rules.vehicles), 0
    while True:
        yield bus.env.timeout(rng.exponential(mean_s))
        origin, destination = rng.choice(len(bus.points), 2, replace=False).tolist()
        uses_wheelchair = bool(rng.random() < WHEELCHAIR_SHARE)
        rider = Person(number, bus.env.now, origin, destination, uses_wheelchair, False, PATIENCE_S, 1.3, ())
        bus.book(rider, Call(origin, destination, float(bus.drive_s[origin, destination])), bus.env.now + notice_s)
        number += 1


def _reachable(network: Network, stops: list[int]) -> tuple[list[int], Ways]:
    """Stops between any two of which one can drive, and how long that takes."""
    side = network.snapshot.street_side
    assert side is not None
    links = {name: taken(linked, np.array(stops, np.int32)) for name, linked in side.stops.items()}
    ways = ways_between(network, car(), links, LONGEST_DRIVE_S)
    rows = np.arange(len(stops))
    while len(missing := ~np.isfinite(ways.seconds[np.ix_(rows, rows)])) and missing.any():
        rows = np.delete(rows, int((missing.sum(0) + missing.sum(1)).argmax()))
    both = np.ix_(rows, rows)
    return [stops[row] for row in rows.tolist()], Ways(ways.seconds[both], ways.metres[both])


def _driven(network: Network, origin: tuple[float, float], destination: tuple[float, float]) -> Path | None:
    """The way of a car over the streets, if there is one."""
    side, profile = network.snapshot.street_side, car()
    assert side is not None
    ends = [snap(side.streets, side.index, *end, int(profile.needs)) for end in (origin, destination)]
    if ends[0] is None or ends[1] is None:
        return None
    found = route(network.street_search(profile, None), ends[0], ends[1])
    return None if found is None else tuple(found.geometry)
