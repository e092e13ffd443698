"""Every means of a street mode: vehicles that can be rented, demand buses that run, a taxi, one's own bicycle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.access import (
    End,
    Ground,
    Links,
    Means,
    Ways,
    Wish,
    behind,
    chosen,
    least_walks,
    on_foot,
    over_hours,
    riding,
    walk_to_ports,
)
from planner.driven import CAR, DRIVEN, vehicle_of
from planner.flex import FlexArea, FlexTrip, earliest_pickup
from planner.journeys import Options
from planner.network import Network
from planner.port_ways import Ports, Walked, by_ports
from planner.profiles import Profile
from planner.reach import StreetSearch
from planner.rental_hours import while_open
from planner.rentals import Rental
from planner.request import StreetMode
from planner.service_day import seconds_on, service_day_start
from planner.sharing import is_in_polygon
from planner.snapping import taken
from planner.timetable import NONE
from planner.way_hours import moment_at

TAKE_S, LEAVE_S = 60.0, 30.0
"""Unlocking and locking a shared vehicle: assumptions."""

PICKUP_WINDOW_S = 600
"""A demand bus comes within this time of the agreed begin, unless its operator quotes another: an assumption."""

Found = TypeVar("Found")
Search = Callable[[int | None], Ways]
Walks = Callable[[int | None], NDArray[np.int32]]
"""Seconds on foot to every target."""

WalksToPorts = Callable[[int | None], Walked]
Searches = Sequence[tuple[StreetMode, Search]]
"""One for every means of each mode; what it found is kept for every state of the opening hours."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When: the service day meant by seconds, the span in which opening hours are judged, and the moment of asking."""

    day: date
    span: tuple[int, int]
    now: datetime | None


def searches_of(network: Network, ground: Ground, wish: Wish, modes: frozenset[StreetMode]) -> Searches:
    """Searches for the ways by some street modes that fulfil `wish`.

    Ways not faster than walking to the same target are left out; straight to the other end, only where one would walk.
    """
    walk = _kept(ground, (ground.walk,), lambda hour: on_foot(ground, wish, hour))
    is_walked = wish.other is None or StreetMode.WALK in modes
    walked = _kept(ground, (ground.walk,), lambda hour: least_walks(wish, walk(hour) if is_walked else None))
    found: list[tuple[StreetMode, Search]] = [(StreetMode.WALK, walk)] if StreetMode.WALK in modes else []
    for mode, profile, search in _searches(network, ground, wish, modes, walked):
        found.append((mode, _kept(ground, (ground.walk, profile), search)))
    return found


def ways_of(network: Network, ground: Ground, searches: Searches, clock: Clock) -> dict[StreetMode, list[Ways]]:
    """All ways that `searches` find at the times of `clock`."""
    found: dict[StreetMode, list[Ways]] = {}
    states, midnight = ground.openings.within(clock.day, clock.span), moment_at(clock.day, 0)
    for mode, search in searches:
        ways = [one for one in over_hours(states, midnight, search) if len(one)]
        if mode is StreetMode.FLEX:
            ways = [in_service for one in ways for in_service in _in_service(network, one, clock)]
        else:
            ways = [one for found_ways in ways for one in _while_open(network, found_ways, clock)]
        found.setdefault(mode, []).extend(one for one in ways if len(one))
    return found


def _while_open(network: Network, ways: Ways, clock: Clock) -> Iterator[Ways]:
    if ways.means.rental == NONE:
        yield ways
        return
    system = network.snapshot.sharing[network.rentals[ways.means.rental].system]
    yield from while_open(system, ways, clock.day, network.zone)


def _kept(
    ground: Ground, profiles: Sequence[Profile], search: Callable[[int | None], Found]
) -> Callable[[int | None], Found]:
    """The same, searching once for each state of the opening hours on ways that `profiles` may use."""
    found: dict[tuple[int, ...], tuple[list[StreetSearch], Found]] = {}

    def kept(hour: int | None) -> Found:
        # What is kept holds the searches, so that no others get their identity.
        searches = [ground.search(profile, hour) for profile in profiles]
        state = tuple(map(id, searches))
        if state not in found:
            found[state] = searches, search(hour)
        return found[state][1]

    return kept


def _searches(
    network: Network, ground: Ground, wish: Wish, modes: frozenset[StreetMode], walked: Walks
) -> Iterator[tuple[StreetMode, Profile, Search]]:
    """A search for each vehicle of the modes asked for, and how it moves; walks to ports are shared."""
    for mode in DRIVEN:
        if mode in modes:
            vehicle, wait_s = vehicle_of(mode, ground.bike)
            yield mode, vehicle, _riding(ground, wish, walked, (mode, vehicle, wait_s))
    to_docks = _walks_to(ground, wish, ground.side.ports, walked)
    for row, rental in enumerate(network.rentals):
        system = network.snapshot.sharing[rental.system]
        if rental.mode in modes and wish.rentals.takes(system.id, rental.vehicle_type.propulsion):
            ports = _rental_ports(network, wish, rental)
            near = to_docks if ports.links is ground.side.ports else _walks_to(ground, wish, ports.links, walked)
            means, ride = Means(rental.mode, rental=row), (rental.profile, 1.0)
            yield rental.mode, rental.profile, _by_ports(ground, wish, means, ports, ride, near)
    if StreetMode.FLEX in modes:
        yield from _flex_searches(network, ground, replace(wish, limit=wish.limit + PICKUP_WINDOW_S), walked)


def _riding(ground: Ground, wish: Wish, walked: Walks, vehicle: tuple[StreetMode, Profile, int]) -> Search:
    mode, profile, wait_s = vehicle
    return lambda hour: riding(ground, wish, hour, walked(hour), Means(mode), profile, wait_s)


def _walks_to(ground: Ground, wish: Wish, links: Links, walked: Walks) -> WalksToPorts:
    """Walks from the end to ports, and from the ports to the other end where there is one."""

    @cache
    def walks(hour: int | None) -> Walked:
        near, on = walk_to_ports(ground, wish, hour, links), None
        if wish.other is not None:
            back = replace(wish, end=wish.other, backward=not wish.backward)
            on = walk_to_ports(ground, back, hour, links)
        return Walked(hour, near, walked(hour), on)

    return walks


def _by_ports(
    ground: Ground, wish: Wish, means: Means, ports: Ports, ride: tuple[Profile, float], walks: WalksToPorts
) -> Search:
    return lambda hour: by_ports(ground, wish, means, ports, ride, walks(hour))


def _rental_ports(network: Network, wish: Wish, rental: Rental) -> Ports:
    """Docks; for vehicles that may stand elsewhere also stops and ends, which follow the ports in this order."""
    side = network.snapshot.street_side
    assert side is not None
    if not (rental.is_free or rental.areas or wish.rentals.end_anywhere):
        return Ports(side.ports, rental.pickup, rental.dropoff, TAKE_S, LEAVE_S, base=0)
    places = _places(network, wish)
    n_stops = len(side.stops["foot"])
    if wish.backward:
        rows = range(n_stops, n_stops + 1)
    else:
        rows = range(n_stops) if wish.other is None else range(n_stops + 1, n_stops + 2)
    system = network.snapshot.sharing[rental.system]
    n_ports = len(side.ports["foot"])
    ends = wish.rentals.end_anywhere
    anywhere = [n_ports + row for row in rows if ends or rental.may_end_at(system, *places[row])]
    dropoff = np.append(rental.dropoff, np.array(anywhere, np.int32))
    return Ports(behind(side.ports, _links(side.stops, wish)), rental.pickup, dropoff, TAKE_S, LEAVE_S)


def _ends(wish: Wish) -> list[End]:
    return [wish.end] if wish.other is None else [wish.end, wish.other]


def _links(stops: Links, wish: Wish) -> Links:
    nearest = [{name: taken(link, np.zeros(1, np.int32)) for name, link in end.links.items()} for end in _ends(wish)]
    return behind(stops, *nearest)


def _places(network: Network, wish: Wish) -> list[tuple[float, float]]:
    """Coordinates of the stops, then of the ends."""
    stops = network.snapshot.timetable.stops
    ends = [(end.place.lat, end.place.lon) for end in _ends(wish)]
    return [*zip(stops.lat.tolist(), stops.lon.tolist(), strict=True), *ends]


def _flex_searches(
    network: Network, ground: Ground, wish: Wish, walked: Walks
) -> Iterator[tuple[StreetMode, Profile, Search]]:
    """One search for each pair of areas of each demand-bus trip; the ends may lie in its zones themselves."""
    if not network.snapshot.flex:
        return
    has_zones = any(not area.stops for trip in network.snapshot.flex for area in trip.areas)
    links, points = ground.side.stops, list[tuple[float, float]]()
    if has_zones:
        links, points = _links(ground.side.stops, wish), _places(network, wish)
    near = _walks_to(ground, wish, links, walked)
    n_ports, n_stops = len(ground.side.ports["foot"]), len(ground.side.stops["foot"])
    for row, trip in enumerate(network.snapshot.flex):
        if ground.walk.name == "wheelchair" and trip.wheelchair != 1:
            continue
        for pair in _ridden_areas(trip):
            pickup, dropoff = (_rows_in(trip.areas[area], points) for area in pair)
            base = n_ports if max(pickup.max(initial=0), dropoff.max(initial=0)) < n_stops else NONE
            wait_s = 0 if trip.areas[pair[0]].is_fixed else PICKUP_WINDOW_S
            ports = Ports(links, pickup, dropoff, wait_s + trip.safe_duration_offset, 0.0, base)
            means = Means(StreetMode.FLEX, flex=row, areas=pair)
            ride = CAR, trip.safe_duration_factor
            yield StreetMode.FLEX, CAR, _by_ports(ground, wish, means, ports, ride, near)


def _ridden_areas(trip: FlexTrip) -> Iterable[tuple[int, int]]:
    """Pairs of rows one may ride between, each once; from one fixed call to another one rides by timetable."""
    found: dict[object, tuple[int, int]] = {}
    for (i, origin), (j, destination) in combinations(enumerate(trip.areas), 2):
        if origin.can_pick_up and destination.can_drop_off and not (origin.is_fixed and destination.is_fixed):
            begin = origin.id, origin.window, origin.pickup_rule
            found.setdefault((begin, destination.id, destination.window, destination.drop_off_rule), (i, j))
    return found.values()


def _rows_in(area: FlexArea, points: list[tuple[float, float]]) -> NDArray[np.int32]:
    if area.stops:
        return np.array(area.stops, np.int32)
    inside = [row for row, (lat, lon) in enumerate(points) if any(is_in_polygon(p, lat, lon) for p in area.rings)]
    return np.array(inside, np.int32)


def _in_service(network: Network, ways: Ways, clock: Clock) -> Iterator[Ways]:
    """The ways of a demand bus on each of the three service days, begun so that all of the ride lies in its windows."""
    trip = network.snapshot.flex[ways.means.flex]
    pickup, dropoff = (trip.areas[area] for area in ways.means.areas)
    options, to_vehicle = ways.options, ways.parts[:, 0]
    to_end = to_vehicle + ways.parts[:, 1]
    for offset in (-1, 0, 1):
        day = clock.day + timedelta(days=offset)
        if not network.snapshot.timetable.active_services(day)[trip.service]:
            continue
        shift = seconds_on(service_day_start(day, network.zone), clock.day, network.zone)
        opens = _bookable_from((pickup, dropoff), pickup.window[0] + shift, day, clock, network.zone)
        if opens is None:
            continue
        closes = pickup.window[1] + shift
        first, last = (window + shift for window in dropoff.window)
        timed = Options(
            options.stop,
            options.seconds,
            np.maximum(options.opens, np.maximum(opens - to_vehicle, first - to_end)),
            np.minimum(options.closes, np.minimum(closes - to_vehicle, last - to_end)),
        )
        found = replace(ways, options=timed, service_day=offset)
        yield chosen(found, timed.opens <= timed.closes)


def _bookable_from(ends: tuple[FlexArea, FlexArea], opens: int, day: date, clock: Clock, zone: ZoneInfo) -> int | None:
    """Earliest pickup from `opens` on that can still be booked at both ends; None: booking for `day` is closed."""
    for rule in (ends[0].pickup_rule, ends[1].drop_off_rule):
        if clock.now is None or rule is None:
            continue
        earliest = earliest_pickup(rule, clock.now.astimezone(zone), day)
        if earliest is None:
            return None
        opens = max(opens, seconds_on(earliest, clock.day, zone))
    return opens
