"""Other rides that could take the place of each one of an itinerary, while all else of it stays as it is.

Between two vehicles of an itinerary a ride has to wait for the one and reach the other; before the first and after the
last there is nothing to wait for. So each is a search without changes, from where one alights before to where one
boards after, that boards and alights at platforms of the same two stations.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from planner.asked import whole_day
from planner.chances import vehicles_of
from planner.footpaths import DAY_S, FORBIDDEN, OPEN_ALWAYS
from planner.isochrone import ground_of
from planner.itineraries import rides_of
from planner.journeys import Journeys, Options
from planner.model import Itinerary, Leg, Mode, StreetLeg, TransitLeg
from planner.network import Network
from planner.raptor import Transit, search
from planner.request import PlanRequest
from planner.ruled_changes import named_by, with_copies
from planner.service_day import moment_on, seconds_on
from planner.street_legs import StreetLegs
from planner.timetable import NONE, Stops

LOOKED_S = 4 * 3600
"""How long before the first and after the last vehicle other rides are looked for."""

Alternatives = Mapping[int, tuple[tuple[Leg, ...], ...]]
"""By position of a ride's first leg: other ways to make it, each a walk, legs in one vehicle, and a walk."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is looked at: a network as a request sees it, the timetable of its day, and who writes legs."""

    network: Network
    request: PlanRequest
    day: date
    transit: Transit
    writer: StreetLegs

    def second(self, leg: Leg, *, ends: bool) -> int:
        return seconds_on(leg.end if ends else leg.start, self.day, self.network.zone)


class _Gap(NamedTuple):
    """Where a ride goes from and to, and the seconds of the day between which it is; None: any."""

    ways: tuple[Options, Options]
    here: tuple[int, int]
    earliest: int | None
    latest: int | None


def alternatives_of(network: Network, request: PlanRequest, itinerary: Itinerary, most: int) -> Alternatives:
    """At most `most` rides instead of each of `itinerary`, an answer to `request`, that no other such ride beats.

    Where one stays somewhere on the way there are none: how long is not known of an itinerary. Those in the place of
    the first ride leave last and come first, the others leave soonest; where there is one ride only, they leave after
    it, before it by arrival.
    """
    if any(via.stay_s for via in request.via):
        return {}
    network = network.in_mode(request.realtime, request.now).avoiding(request.avoid)
    day = itinerary.start.astimezone(network.zone).date()
    transit = whole_day(network, request, day, backwards=False)
    writer = StreetLegs(network, ground_of(network, request), request.languages, None)
    seen = _Seen(network, request, day, transit, writer)
    rides = vehicles_of(itinerary.legs)
    found = {}
    for before, ride, after in zip([None, *rides[:-1]], rides, [*rides[1:], None], strict=True):
        legs = [itinerary.legs[position] for position in ride]
        gap = _gap(
            seen,
            legs,
            None if before is None else itinerary.legs[before[-1]],
            None if after is None else itinerary.legs[after[0]],
        )
        found[ride[0]] = tuple(_written(seen, gap, legs, most))
    return found


def _gap(seen: _Seen, ride: Sequence[Leg], before: Leg | None, after: Leg | None) -> _Gap:
    stops, index = seen.network.snapshot.timetable.stops, seen.network.stop_index
    board, alight = index[ride[0].origin.stop_id or ""], index[ride[-1].destination.stop_id or ""]
    start = board if before is None else index[before.destination.stop_id or ""]
    end = alight if after is None else index[after.origin.stop_id or ""]
    access = _changes(seen.transit, start, platforms_of(stops, board), is_free=before is None, backward=False)
    egress = _changes(seen.transit, end, platforms_of(stops, alight), is_free=after is None, backward=True)
    earliest = None if before is None else seen.second(before, ends=True)
    latest = None if after is None else seen.second(after, ends=False)
    if earliest is None and latest is None:
        earliest = None if seen.request.arrive_by else seen.second(ride[0], ends=False)
        latest = seen.second(ride[-1], ends=True) if seen.request.arrive_by else None
    return _Gap((access, egress), (start, end), earliest, latest)


def platforms_of(stops: Stops, stop: int) -> frozenset[int]:
    """The stop and those of the same station."""
    parent = int(stops.parent[stop])
    return frozenset({stop} if parent == NONE else np.flatnonzero(stops.parent == parent).tolist())


def _changes(transit: Transit, stop: int, platforms: frozenset[int], *, is_free: bool, backward: bool) -> Options:
    """Ways between a stop and platforms that are always open; at one's own platform `is_free` takes no time."""
    footpaths = transit.footpaths
    here, there = (footpaths.to, footpaths.start) if backward else (footpaths.start, footpaths.to)
    is_open = (footpaths.opens == OPEN_ALWAYS[0]) & (footpaths.closes == OPEN_ALWAYS[1])
    rows = np.flatnonzero((here == stop) & is_open & np.isin(there, list(platforms)))
    own_s = 0 if is_free else int(footpaths.change_s[stop])
    own = [stop] if stop in platforms and (is_free or own_s != FORBIDDEN) else []
    return Options.of([*own, *there[rows].tolist()], [*[own_s] * len(own), *footpaths.seconds[rows].tolist()])


def _written(seen: _Seen, gap: _Gap, ride: Sequence[Leg], most: int) -> Iterator[tuple[Leg, ...]]:
    found = _found(seen, gap)
    rows = np.arange(len(found)) if gap.latest is None else np.flatnonzero(found.arrival <= gap.latest)
    in_order = rows[::-1] if gap.earliest is None else rows
    legs = (_legs(seen, gap, found, row) for row in in_order.tolist())
    others = [one for one in legs if not _is_same(one, ride)]
    yield from others[:most]


def _found(seen: _Seen, gap: _Gap) -> Journeys:
    earliest = gap.earliest if gap.earliest is not None else (gap.latest or 0) - LOOKED_S
    latest = gap.latest if gap.latest is not None else earliest + LOOKED_S
    (access, of_access), (egress, of_egress) = (with_copies(seen.transit.day, way) for way in gap.ways)
    workspace = seen.network.workspace(seen.transit, 0)
    return named_by(search(seen.transit, access, egress, earliest, latest, 0, workspace), of_access, of_egress)


def _legs(seen: _Seen, gap: _Gap, found: Journeys, row: int) -> tuple[Leg, ...]:
    network, languages = seen.network, seen.request.languages
    access, egress = gap.ways
    rides = rides_of(seen.transit, found.rides(row), seen.day)
    ridden = [network.rides.leg(ride, languages) for ride in rides]
    to_s, from_s = int(access.seconds[found.access[row]]), int(egress.seconds[found.egress[row]])
    boarded, alighted = int(access.stop[found.access[row]]), int(egress.stop[found.egress[row]])
    leave = moment_on(int(found.departure[row]), seen.day, network.zone)
    onward = moment_on(int(found.arrival[row]) - from_s, seen.day, network.zone)
    start, end = gap.here
    return (_walk(seen, (start, boarded), leave, to_s), *ridden, _walk(seen, (alighted, end), onward, from_s))


def _walk(seen: _Seen, between: tuple[int, int], start: datetime, seconds: int) -> StreetLeg:
    """The walk between two stops; at one platform it is the time to change there."""
    spots = seen.writer.stop(between[0]), seen.writer.stop(between[1])
    if between[0] != between[1]:
        return seen.writer.walk_between(spots, start, seconds, seconds_on(start, seen.day, seen.network.zone) % DAY_S)
    place = spots[0].place
    line = (place.lat, place.lon), (place.lat, place.lon)
    return StreetLeg(Mode.WALK, start, start + timedelta(seconds=seconds), place, place, 0.0, line)


def _is_same(legs: Sequence[Leg], ride: Sequence[Leg]) -> bool:
    """Whether an alternative is the ride itself."""
    a, b = ([(leg.trip_id, leg.start) for leg in of if isinstance(leg, TransitLeg)] for of in (legs, ride))
    return a == b
