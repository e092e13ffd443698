"""How stops are reached from the origin and the destination from stops, by every street mode that is asked for."""

from collections.abc import Callable
from datetime import date

import numpy as np

from planner.access import End, Ground, Means, Ways, Wish
from planner.around import Radii
from planner.cursors import Page
from planner.driven import OWN_BIKES
from planner.footpaths import DETOUR, Footpaths
from planner.geo import great_circle_m
from planner.journey_search import Approach
from planner.journeys import Options
from planner.means import PICKUP_WINDOW_S, Clock, Searches, searches_of, ways_of
from planner.network import Network
from planner.request import PlanRequest, StreetMode
from planner.service_day import seconds_on
from planner.timetable import BOARDING_PLACE, NONE

Sides = tuple[list[Approach], list[Approach]]
"""Ways to the first stops and from the last ones."""

UNMAPPED_M = 600
"""Who stands where the map has no street is believed to walk so far to a stop, detour included: an assumption."""

STRAIGHT_MS = 1.5
"""Pace of who is only asked for stops within a radius (MOTIS 2 OpenAPI, `radius`)."""

RIDING_S = 3 * 3600
"""Opening hours at the far end of a journey are judged so long beyond the stretch of time asked about."""


def radii_of(network: Network, request: PlanRequest) -> Radii:
    """How far from both ends the ways to stops, and to where vehicles are taken, are looked for."""
    has_docks = any(rental.mode in request.direct_modes for rental in network.rentals)

    def walked(limit: int, modes: frozenset[StreetMode]) -> float:
        return limit + PICKUP_WINDOW_S if network.snapshot.flex and StreetMode.FLEX in modes else limit

    # Who goes directly by a vehicle from a port walks to it, and from another one.
    has_ports = has_docks or (network.snapshot.flex and StreetMode.FLEX in request.direct_modes)
    direct = walked(request.max_direct_s, request.direct_modes) if has_ports else 0.0
    access = walked(request.max_access_s, request.access_modes)
    egress = walked(request.max_egress_s, request.egress_modes)
    return Radii((max(access, direct), max(egress, direct)), (request.max_access_s, request.max_egress_s))


def approaches(
    network: Network, ground: Ground | None, request: PlanRequest, ends: tuple[End, End], when: tuple[date, Page]
) -> Sides:
    """Ways from the origin to stops, and from stops to the destination; modes without any are left out.

    Parameters
    ----------
    when : (date, Page)
        The service day whose seconds count, and the stretch of time asked about.
    """
    day, page = when
    return approaches_on(network, ground, request, ends, day)(page)


def approaches_on(
    network: Network, ground: Ground | None, request: PlanRequest, ends: tuple[End, End], day: date
) -> Callable[[Page], Sides]:
    """`approaches` for one stretch of time after the other, which share what their searches find."""
    # One's own bicycle was left where the first ride began.
    wishes = (
        (ends[0], request.max_access_s, False, request.access_modes),
        (ends[1], request.max_egress_s, True, request.egress_modes - OWN_BIKES),
    )
    rentals = request.access_rentals, request.egress_rentals
    searches: list[Searches] = [
        searches_of(network, ground, Wish(end, ground.side.stops, limit, backward, rentals=taken), modes)
        if ground and not _is_estimated(request, end)
        else ()
        for (end, limit, backward, modes), taken in zip(wishes, rentals, strict=True)
    ]

    kept: dict[object, Sides] = {}

    def during(page: Page) -> Sides:
        start, end = (seconds_on(moment, day, network.zone) for moment in (page.start, page.end))
        near, far = (start, end), (start, end + RIDING_S)
        if request.arrive_by:
            near, far = (start - RIDING_S, end), (start, end)
        clocks = Clock(day, near, request.now), Clock(day, far, request.now)
        # Of the stretch of time only the opening hours met in it make a difference, and when it is not in the first.
        met = ground and tuple(
            (first[1], *others) for first, *others in (ground.openings.within(day, clock.span) for clock in clocks)
        )
        if met not in kept:
            access, egress = (
                _ways(network, request, wish, ways_of(network, ground, found, clock) if ground else None)
                for wish, found, clock in zip(wishes, searches, clocks, strict=True)
            )
            kept[met] = access, egress
        return kept[met]

    return during


def _ways(
    network: Network,
    request: PlanRequest,
    wish: tuple[End, int, bool, frozenset[StreetMode]],
    found: dict[StreetMode, list[Ways]] | None,
) -> list[Approach]:
    """What was found along the streets (None: there are none) with the walks that need no street."""
    end, limit, backward, modes = wish
    if _is_estimated(request, end):
        near = _within(network, end, request.radius_m or 0)
        return [Approach.of(StreetMode.WALK, [near])] if len(near) else []
    if found is None:
        found = {}
        if StreetMode.WALK in modes:
            radius_m = int(limit * request.walk_speed_ms)
            found[StreetMode.WALK] = [_as_the_crow_flies(network, end, radius_m, request.walk_speed_ms)]
    elif StreetMode.WALK in modes and not request.wheelchair and end.links["foot"].edge[0] == NONE:
        radius_m = min(int(limit * request.walk_speed_ms), UNMAPPED_M)
        found[StreetMode.WALK] = [_as_the_crow_flies(network, end, radius_m, request.walk_speed_ms)]
    if StreetMode.WALK in found:
        at_the_stop = [_at_the_stop(network, end, request.wheelchair, backward)] if end.stops else []
        has_rows_only = network.manifest.footpaths == "feed" and at_the_stop
        found[StreetMode.WALK] = at_the_stop if has_rows_only else [*at_the_stop, *found[StreetMode.WALK]]
    with_rows = {mode: [one for one in ways if len(one)] for mode, ways in found.items()}
    return [Approach.of(mode, ways) for mode, ways in sorted(with_rows.items()) if ways]


def _at_the_stop(network: Network, end: End, wheelchair: bool, backward: bool) -> Ways:
    """An end that is a stop: there at once; and where footpaths are not the streets' own, one of them further."""
    stops, seconds = list(end.stops), [0] * len(end.stops)
    if network.manifest.footpaths != "street":
        footpaths = network.snapshot.footpaths["wheelchair" if wheelchair else "foot"]
        for start, to, took in _rows(footpaths, end.stops, backward):
            stops.append(start if backward else to)
            seconds.append(took)
    return _plain(np.array(stops, np.int32), np.array(seconds, np.int32))


def _rows(footpaths: Footpaths, stops: tuple[int, ...], backward: bool) -> list[tuple[int, int, int]]:
    of = footpaths.to if backward else footpaths.start
    rows = np.flatnonzero(np.isin(of, np.array(stops, np.int32)))
    columns = footpaths.start[rows], footpaths.to[rows], footpaths.seconds[rows]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _as_the_crow_flies(network: Network, end: End, radius_m: int, speed_ms: float) -> Ways:
    """Walks without streets: the straight line with the detour of footpaths."""
    stops = network.snapshot.timetable.stops
    metres = great_circle_m(end.place.lat, end.place.lon, stops.lat, stops.lon) * DETOUR
    near = np.flatnonzero((metres <= radius_m) & (stops.location_type == BOARDING_PLACE) & ~_is_one(end, len(stops)))
    return _plain(near.astype(np.int32), np.ceil(metres[near] / speed_ms).astype(np.int32))


def _is_estimated(request: PlanRequest, end: End) -> bool:
    """Whether all stops around a point count as near, whatever the streets."""
    return request.radius_m is not None and not end.stops


def _within(network: Network, end: End, radius_m: int) -> Ways:
    """Walks of whole minutes, rounded down, straight to the stops within a radius (MOTIS 2, `radius`)."""
    stops = network.snapshot.timetable.stops
    metres = great_circle_m(end.place.lat, end.place.lon, stops.lat, stops.lon)
    near = np.flatnonzero((metres <= radius_m) & (stops.location_type == BOARDING_PLACE))
    return _plain(near.astype(np.int32), (metres[near] / STRAIGHT_MS // 60 * 60).astype(np.int32))


def _is_one(end: End, n_stops: int) -> np.ndarray:
    is_one = np.zeros(n_stops, np.bool_)
    is_one[list(end.stops)] = True
    return is_one


def _plain(stops: np.ndarray, seconds: np.ndarray) -> Ways:
    parts = np.zeros((len(stops), 3), np.int32)
    parts[:, 0] = seconds
    nowhere = np.full(len(stops), NONE, np.int32)
    return Ways(Means(StreetMode.WALK), Options.of(stops, seconds), parts, nowhere, nowhere)
