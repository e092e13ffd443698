"""The simulator in the place of the operators: a day of a network is played, and told moment by moment as they would.

What is told are the records that feeds of GTFS-Realtime and GBFS are written from: predictions made from what has
happened by then, never from what the play knows of the hours to come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.geo import great_circle_m
from planner.live_records import StopUpdate, TripSelector, TripUpdate, VehiclePosition, VehicleStopStatus
from planner.model import Mode
from planner.network import Network, open_network
from planner.rides import Ride
from planner.service_day import service_day_start
from planner.sharing import RentalStation, SharingSystem
from planner.timetable import Timetable
from simulator.chains import Means
from simulator.city import CitySetup, Place, Preferences, Supply, facts_of, run_city, town
from simulator.demand import HOUR_S, Rates
from simulator.docks import FleetRules
from simulator.events import Events, Kind
from simulator.lines import Stock
from simulator.persons import Nature
from simulator.town import Site, ports_of

TRAVELLERS, SITES = 600, 10
DAY_S = (4 * HOUR_S, 27 * HOUR_S)
WAKING_S = (6 * HOUR_S, 24 * HOUR_S)

LATE = {Mode.RAIL: (0.15, 90.0), Mode.MONORAIL: (0.08, 60.0), Mode.SUBWAY: (0.10, 60.0)}
LATE_OTHERWISE = (0.30, 150.0)
"""Share of runs that something delays on the way, and the mean delay in seconds: assumed."""

RANGE_M, LOW_M = 30_000.0, 2_000.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class LiveDay:
    """A day as it was played; times are POSIX.

    Attributes
    ----------
    trip, service_day, position : array of int
        Of every call in order of runs: TripIndex, ordinal of the service day, place in the trip.
    arrival_s, departure_s : array of float
        When the vehicle came and left; equal at a run's ends.
    run_first : array of int
        Run r made the calls ``run_first[r]:run_first[r + 1]``.
    moved_s, port, rental, change : array
        When how many vehicles of a rental (row of `Network.rentals`) came to or left a port (row of `ports_of`).
    """

    trip: Ints
    service_day: Ints
    position: Ints
    arrival_s: Floats
    departure_s: Floats
    run_first: Ints
    moved_s: Floats
    port: Ints
    rental: Ints
    change: Ints


def play_day(folder: Path, day: date, seed: int) -> LiveDay:
    """Play a service day of the network in a folder; equal seeds give equal days."""
    network = open_network(folder)
    setup = live_setup(network, folder, day)
    return live_day(network, setup, run_city(setup, seed))


def save_day(played: LiveDay, file: Path) -> None:
    """Write a day down, whole or not at all."""
    part = file.with_name(f".{file.name}.npz")
    np.savez(part, **{column.name: getattr(played, column.name) for column in fields(LiveDay)})
    part.replace(file)


def load_day(file: Path) -> LiveDay:
    """Read what `save_day` wrote."""
    with np.load(file) as columns:
        return LiveDay(*(columns[column.name] for column in fields(LiveDay)))


def live_setup(network: Network, folder: Path, day: date) -> CitySetup:
    """Traffic for any network: a few travellers between its ports or stops, all means, some delays."""
    sites = _sites(network)
    stock = {str(mode): _stock(mode) for mode in Mode}
    rules = {one.vehicle_type.id: FleetRules(RANGE_M, LOW_M) for one in network.rentals}
    hours = (WAKING_S[1] - WAKING_S[0]) / HOUR_S
    even = np.ones((len(sites), len(sites)))
    np.fill_diagonal(even, 0.0)
    flows = Rates(WAKING_S, (even / max(even.sum(), 1.0) * TRAVELLERS / hours)[None])
    return CitySetup(
        Place(folder, day, sites),
        [flows],
        Nature(bicycle_share=0.2),
        Preferences(),
        Supply(means=frozenset(Means) - {Means.DEMAND_BUS}, stock=stock, rules=rules, unpriced_yen=200.0),
        *DAY_S,
        slot_s=900.0,
    )


def _stock(mode: Mode) -> Stock:
    share, mean_s = LATE.get(mode, LATE_OTHERWISE)
    is_long = mode in LATE
    return Stock(
        places=1000 if is_long else 60, doors=40 if is_long else 2, door_s=4, board_s=1.5, alight_s=1.2,
        wheelchair_s=60, late_share=share, late_s=mean_s,
    )  # fmt: skip


def _sites(network: Network) -> tuple[Site, ...]:
    """Ports, or else stops, far from each other: each next is the one farthest from those before."""
    known = [(one.name, one.lat, one.lon) for _, one in ports_of(network) if isinstance(one, RentalStation)]
    if not known:
        stops = network.snapshot.timetable.stops
        called = np.unique(network.snapshot.timetable.patterns.stop).tolist()
        known = [(stops.names[row], float(stops.lat[row]), float(stops.lon[row])) for row in called]
    lat, lon = np.array([one[1] for one in known]), np.array([one[2] for one in known])
    chosen, away = [0], np.full(len(known), np.inf)
    while len(chosen) < min(SITES, len(known)):
        away = np.minimum(away, great_circle_m(lat[chosen[-1]], lon[chosen[-1]], lat, lon))
        chosen.append(int(away.argmax()))
    return tuple(Site(*known[row]) for row in dict.fromkeys(chosen))


def live_day(network: Network, setup: CitySetup, events: Events) -> LiveDay:
    """The log of a played day as calls of trips and counts at ports."""
    start_s = service_day_start(setup.place.day, network.zone).timestamp()
    calls = np.array(list(_calls(setup, events)), np.float64).reshape(-1, 5)
    is_first = np.ones(len(calls), np.bool_)
    is_first[1:] = (np.diff(calls[:, 0]) != 0) | (np.diff(calls[:, 1]) != 0) | (np.diff(calls[:, 2]) <= 0)
    moves = np.array(list(_moves(setup, events)), np.float64).reshape(-1, 4)
    return LiveDay(
        trip=calls[:, 0].astype(np.int32),
        service_day=calls[:, 1].astype(np.int32),
        position=calls[:, 2].astype(np.int32),
        arrival_s=calls[:, 3] + start_s,
        departure_s=calls[:, 4] + start_s,
        run_first=np.append(np.flatnonzero(is_first), len(calls)).astype(np.int32),
        moved_s=moves[:, 0] + start_s,
        port=moves[:, 1].astype(np.int32),
        rental=moves[:, 2].astype(np.int32),
        change=moves[:, 3].astype(np.int32),
    )


def _calls(setup: CitySetup, events: Events) -> Iterator[tuple[int, int, int, float, float]]:
    """Trip, service day, position, arrival and departure of every call, run by run."""
    around = town(setup.place)
    segments, lanes = around.transit.day.segments, int(around.transit.day.trip_first[-1])
    rows = events.of(Kind.ENTERED, Kind.ARRIVED, Kind.DEPARTED)
    rows = rows[events.vehicle[rows] < lanes]
    rows = rows[np.argsort(events.vehicle[rows], kind="stable")]
    of_lane = np.flatnonzero(np.diff(events.vehicle[rows], prepend=-1))
    for one in np.split(rows, of_lane[1:]):
        if not len(one):
            continue
        lane = int(events.vehicle[one[0]])
        came = events.time_s[one[(events.kind[one] != Kind.DEPARTED)]].tolist()
        left = events.time_s[one[events.kind[one] == Kind.DEPARTED]].tolist()
        left += came[len(left) :]
        for row in range(int(segments.first[lane]), int(segments.first[lane + 1])):
            begin, count = int(segments.position[row]), int(segments.n_calls[row])
            day = setup.place.day.toordinal() + int(segments.day_offset[row])
            for position in range(min(count, len(came) - begin)):
                call = begin + position
                yield int(segments.trip[row]), day, position, came[call], left[call]


def _moves(setup: CitySetup, events: Events) -> Iterator[tuple[float, int, int, int]]:
    """Time, port, rental and change of what stands there."""
    around = town(setup.place)
    kinds = [one.vehicle_type.id for one in around.network.rentals]
    owner = {number: kinds.index(kept.name) for kept in facts_of(setup).fleets if kept.name in kinds
             for number in range(kept.first, kept.end)}  # fmt: skip
    for row in events.of(Kind.UNLOCKED, Kind.LOCKED).tolist():
        rental = owner.get(int(events.vehicle[row]))
        if rental is not None:
            change = 1 if events.kind[row] == Kind.LOCKED else -1
            yield float(events.time_s[row]), int(events.position[row]) - around.first_port, rental, change


def trip_updates(network: Network, played: LiveDay, now: datetime, prefix: str = "") -> tuple[TripUpdate, ...]:
    """What the operator of the trips whose ids begin with `prefix` predicts: each keeps the delay it has by now."""
    moment, timetable = now.timestamp(), network.snapshot.timetable
    told = []
    for first, last in _under_way(timetable, played, moment, prefix):
        seen = first + int(np.searchsorted(played.arrival_s[first:last], moment, "right")) - 1
        has_left = played.departure_s[seen] <= moment
        trip, event = int(played.trip[seen]), _event(timetable, played, seen)
        actual = (played.departure_s if has_left else played.arrival_s)[seen]
        planned = (timetable.trips.departure if has_left else timetable.trips.arrival)[event]
        delay = max(0, round(actual - planned - _day_start(network, int(played.service_day[seen]))))
        sequence, stop_id = _call_words(timetable, played, seen + 1 if has_left else seen)
        update = StopUpdate(sequence, stop_id, arrival_delay=delay, departure_delay=delay)
        told.append(
            TripUpdate(
                _selector(timetable, trip, played, seen, prefix),
                stop_updates=(update,),
                timestamp=int(moment),
                vehicle_id=_vehicle_id(timetable, played, seen, prefix),
            )
        )
    return tuple(told)


def vehicle_positions(
    network: Network, played: LiveDay, now: datetime, prefix: str = ""
) -> tuple[VehiclePosition, ...]:
    """Where the vehicles on trips whose ids begin with `prefix` are."""
    moment, timetable = now.timestamp(), network.snapshot.timetable
    found = []
    for first, last in _under_way(timetable, played, moment, prefix):
        seen = first + int(np.searchsorted(played.arrival_s[first:last], moment, "right")) - 1
        trip = int(played.trip[seen])
        stands = played.departure_s[seen] > moment or seen + 1 >= last
        lat, lon = _place(network, played, seen, moment, stands)
        at = seen if stands else seen + 1
        sequence, stop_id = _call_words(timetable, played, at)
        found.append(
            VehiclePosition(
                vehicle_id=_vehicle_id(timetable, played, seen, prefix),
                lat=lat,
                lon=lon,
                trip=_selector(timetable, trip, played, seen, prefix),
                stop_sequence=sequence,
                stop_id=stop_id,
                status=VehicleStopStatus.STOPPED_AT if stands else VehicleStopStatus.IN_TRANSIT_TO,
                timestamp=int(moment),
            )
        )
    return tuple(found)


def sharing_at(network: Network, played: LiveDay, now: datetime) -> tuple[SharingSystem, ...]:
    """The sharing systems with what stands at their stations by now."""
    moment, ports = now.timestamp(), ports_of(network)
    kinds = [one.vehicle_type.id for one in network.rentals]
    changes = np.zeros((len(ports), len(kinds)), np.int64)
    done = played.moved_s <= moment
    np.add.at(changes, (played.port[done], played.rental[done]), played.change[done])
    stations: dict[int, list[RentalStation]] = {}
    for (system, port), change in zip(ports, changes.tolist(), strict=True):
        if isinstance(port, RentalStation):
            stations.setdefault(system, []).append(_stocked(port, dict(zip(kinds, change, strict=True))))
    return tuple(
        replace(system, stations=tuple(stations.get(row, ())), last_updated=int(moment), ttl_s=30)
        for row, system in enumerate(network.snapshot.sharing)
    )


def _stocked(station: RentalStation, changes: dict[str, int]) -> RentalStation:
    counts = {kind: max(0, count + changes.get(kind, 0)) for kind, count in station.vehicles_by_type.items()}
    counts |= {kind: change for kind, change in changes.items() if kind not in counts and change > 0}
    total = sum(counts.values())
    docks = station.docks_available
    if docks is not None:
        docks = max(0, docks + station.bikes_available - total)
    return replace(station, vehicles_by_type=counts, bikes_available=total, docks_available=docks)


def _under_way(timetable: Timetable, played: LiveDay, moment: float, prefix: str) -> Iterator[tuple[int, int]]:
    """Rows of the calls of each run that has begun and not ended."""
    first, last = played.run_first[:-1], played.run_first[1:]
    is_going = (played.arrival_s[first] <= moment) & (played.departure_s[last - 1] > moment)
    for run in np.flatnonzero(is_going).tolist():
        if timetable.trips.ids[int(played.trip[first[run]])].startswith(prefix):
            yield int(first[run]), int(last[run])


def _event(timetable: Timetable, played: LiveDay, row: int) -> int:
    return int(timetable.trips.first_event[played.trip[row]]) + int(played.position[row])


def _day_start(network: Network, ordinal: int) -> float:
    return service_day_start(date.fromordinal(ordinal), network.zone).timestamp()


def _call_words(timetable: Timetable, played: LiveDay, row: int) -> tuple[int | None, str | None]:
    """What a message calls a call by: its sequence, or its stop where the feed's sequences are not kept."""
    trips, event = timetable.trips, _event(timetable, played, row)
    if len(trips.sequence) == len(trips.arrival):
        return int(trips.sequence[event]), None
    pattern = int(trips.pattern[played.trip[row]])
    stop = int(timetable.patterns.stop[timetable.patterns.first[pattern] + played.position[row]])
    return None, timetable.stops.ids[stop]


def _vehicle_id(timetable: Timetable, played: LiveDay, row: int, prefix: str) -> str:
    """A vehicle is named by the run it is on."""
    day, trip = date.fromordinal(int(played.service_day[row])), timetable.trips.ids[int(played.trip[row])]
    return f"{day:%Y%m%d}-{trip.removeprefix(prefix)}"


def _selector(timetable: Timetable, trip: int, played: LiveDay, row: int, prefix: str) -> TripSelector:
    trips = timetable.trips
    trip_id, start = trips.ids[trip].removeprefix(prefix), None
    if trips.headway[trip]:
        trip_id, start = trip_id.rpartition("@")[0], int(trips.departure[trips.first_event[trip]])
    return TripSelector(trip_id, start_date=date.fromordinal(int(played.service_day[row])), start_time=start)


def _place(network: Network, played: LiveDay, row: int, moment: float, stands: bool) -> tuple[float, float]:
    """Latitude and longitude at the call of `row`, or on the way from it to the next."""
    position, last = int(played.position[row]), int(stands and played.position[row] > 0)
    day = date.fromordinal(int(played.service_day[row]))
    ride = Ride(int(played.trip[row]), day, position - last, position + 1 - last)
    line = network.rides.leg(ride, ()).geometry
    if stands:
        return line[-1] if last else line[0]
    share = (moment - played.departure_s[row]) / (played.arrival_s[row + 1] - played.departure_s[row])
    return along(line, float(share))


def along(line: Sequence[tuple[float, float]], share: float) -> tuple[float, float]:
    """Latitude and longitude after a share of the way along a line."""
    lat, lon = np.array(line).T
    metres = np.append(0.0, np.cumsum(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:])))
    done = share * metres[-1]
    return round(float(np.interp(done, metres, lat)), 6), round(float(np.interp(done, metres, lon)), 6)
