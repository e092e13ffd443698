"""What is in reach of a place and how soon: stops, other places, and the ground around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.access import LINKS, End, Ground, behind, joined
from planner.approach import approaches
from planner.around import Around
from planner.asked import changes_of
from planner.cursors import Page
from planner.ends import end_of
from planner.footpaths import DAY_S, DETOUR, OPEN_ALWAYS, WALK_MS, WHEELCHAIR_MS, Footpaths
from planner.geo import METRES_PER_DEGREE
from planner.journeys import UNREACHED, Options
from planner.network import Network
from planner.profiles import bicycle, foot, wheelchair
from planner.raptor import Transit, Workspace, earliest_arrivals, fewest_rides
from planner.reach import Reach, StreetSearch, reach
from planner.reasons import InputField, RoutingError
from planner.request import PlanRequest, StreetMode
from planner.ruled_changes import with_copies
from planner.service_day import seconds_on
from planner.snapping import taken
from planner.timetable import BOARDING_PLACE, Times
from planner.way_hours import moment_at
from planner.whole_seconds import ROUNDING_S

Seconds = NDArray[np.float64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

STRIP_M = 50.0
"""Ground on both sides of a street counts as reached with it: a choice."""


class Reached(NamedTuple):
    """A stop (StopIndex), seconds to it (from it, if asked by arrival), and how many vehicles they take at least."""

    stop: int
    seconds: int
    rides: int


@dataclass(frozen=True, slots=True)
class Field:
    """Everything reached from `request.origin`, or that reaches it if the request is by arrival.

    Attributes
    ----------
    ridden, vehicles : float64 and int32 arrays
        Per stop, seconds until a vehicle is there, inf where none comes; and how many were ridden.
    seconds : float64 array
        Per stop, soonest in any way: ridden, then walked once; or walked all the way.
    rides : int32 array
        Vehicles used for `seconds`. Like `vehicles` all 0 if they were not counted.
    """

    network: Network
    request: PlanRequest
    end: End
    ground: Ground | None
    day: date
    ridden: Seconds
    vehicles: Ints
    seconds: Seconds
    rides: Ints


def field_of(
    network: Network, request: PlanRequest, limit_s: int, *, counts_rides: bool = False
) -> Field | RoutingError:
    """Find what is reached within `limit_s` of `request.time`; `request.destination` has no meaning.

    The first walk is as long as the request allows, the last as long as time is left. Streets with opening hours are
    those open at `request.time`. Who `counts_rides` searches in rounds, who wants times only by a scan.

    Raises
    ------
    RequestError
        If the request is impossible.
    """
    end = end_of(network, request.origin, InputField.FROM, request.languages)
    if isinstance(end, RoutingError):
        return end
    day = request.time.astimezone(network.zone).date()
    ground = ground_of(network, request)
    options = _first_walks(network, ground, request, end, day)
    transit = _transit(network, request, day)
    moment = seconds_on(request.time, day, network.zone)
    search = fewest_rides if counts_rides else _uncounted
    ridden, vehicles, seconds, rides = _reached(network, request, transit, options, moment, limit_s, search)
    ridden[ridden > limit_s] = np.inf
    field = Field(network, request, end, ground, day, ridden, vehicles, seconds, rides)
    if ground is not None and network.manifest.footpaths != "feed":
        _walk_everywhere(field, limit_s)
    seconds[seconds > limit_s] = np.inf
    return field


def reached_stops(field: Field) -> list[Reached]:
    """Boarding places in reach, soonest first."""
    is_place = field.network.snapshot.timetable.stops.location_type == BOARDING_PLACE
    rows = np.flatnonzero(np.isfinite(field.seconds) & is_place)
    found = [Reached(int(row), int(field.seconds[row]), int(field.rides[row])) for row in rows]
    return sorted(found, key=lambda one: (one.seconds, one.stop))


def node_seconds(field: Field, limit_s: int) -> Seconds:
    """Per street node, seconds until one is there on foot from the place or from a stop; inf beyond `limit_s`."""
    search, _, _ = _walked(field, limit_s)
    return np.where(search.workspace.cost <= limit_s, search.workspace.cost, np.inf)


def _walk_everywhere(field: Field, limit_s: int) -> None:
    """Walk on from the place and from every stop a vehicle came to."""
    _, found, stops = _walked(field, limit_s)
    n_own = len(field.end.links["foot"])
    vehicles = np.append(np.zeros(n_own, np.int32), field.vehicles[stops])[found.origin]
    seconds = np.ceil(found.seconds.astype(np.float64) - ROUNDING_S)
    _improve(field.seconds, field.rides, np.arange(len(seconds)), (seconds, vehicles))


def _walked(field: Field, limit_s: int) -> tuple[StreetSearch, Reach, Ints]:
    """Walks from the place and the stops ridden to, in this order, to all stops."""
    network, ground = field.network, field.ground
    assert ground is not None
    name = LINKS[ground.walk.name]
    stops = np.flatnonzero(np.isfinite(field.ridden)).astype(np.int32)
    own = field.end.links[name]
    origins = behind({name: own}, {name: taken(ground.side.stops[name], stops)})[name]
    starts = np.concatenate([np.zeros(len(own)), field.ridden[stops]])
    hour = moment_at(field.day, seconds_on(field.request.time, field.day, network.zone))
    search = network.street_search(ground.walk, hour)
    points, backward = ground.side.stops[name], field.request.arrive_by
    found = reach(search, origins, points, limit_s, head_starts=starts, backward=backward)
    return search, found, stops


def areas(field: Field, limits_s: Sequence[int]) -> list[BaseGeometry]:
    """Ground in reach within each of `limits_s`, ascending: polygons of (longitude, latitude), each within the next.

    A strip of `STRIP_M` on both sides of every stretch of street one gets to in time; without streets, circles around
    the place and the stops, as far as one walks in the time that is left.
    """
    nodes = None if field.ground is None else node_seconds(field, max(limits_s, default=0))
    return areas_of(field, nodes, limits_s)


def areas_of(field: Field, seconds: Seconds | None, limits_s: Sequence[int]) -> list[BaseGeometry]:
    """The same for other `seconds` to the street nodes than the field's own, such as a median over many departures."""
    lat = field.end.place.lat
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(lat)), METRES_PER_DEGREE])
    found: list[BaseGeometry] = []
    for limit in limits_s:
        shapes = _circles(field, limit, scale) if seconds is None else _strips(field, seconds, limit, scale)
        whole = shapely.union_all([*shapes, *found[-1:]])
        found.append(whole)
    return [shapely.transform(area, lambda points: points / scale) for area in found]


def _strips(field: Field, seconds: Seconds, limit: int, scale: Floats) -> list[BaseGeometry]:
    assert field.ground is not None
    streets = field.ground.side.streets
    edges, backward = streets.edges, field.request.arrive_by
    hour = moment_at(field.day, seconds_on(field.request.time, field.day, field.network.zone))
    pace = field.network.street_search(field.ground.walk, hour).pace.seconds
    near, far = (edges.head, edges.tail) if backward else (edges.tail, edges.head)
    rows = np.flatnonzero(np.isfinite(pace) & (seconds[near] <= limit))
    share = np.clip((limit - seconds[near[rows]]) / np.maximum(pace[rows], 1e-6), 0.0, 1.0)[:, None]
    nodes = np.column_stack([streets.node_lon, streets.node_lat]) * scale
    start = nodes[near[rows]]
    end = start + share * (nodes[far[rows]] - start)
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    strips = shapely.buffer(np.asarray(lines), STRIP_M, quad_segs=2)
    return [*strips, *_circles(field, limit, scale, STRIP_M)]


def _circles(field: Field, limit: int, scale: Floats, most_m: float = np.inf) -> list[BaseGeometry]:
    stops = field.network.snapshot.timetable.stops
    rows = np.flatnonzero(field.seconds <= limit)
    place = field.end.place
    points = np.column_stack([np.append(stops.lon[rows], place.lon), np.append(stops.lat[rows], place.lat)]) * scale
    left = limit - np.append(field.seconds[rows], 0.0)
    radius = np.minimum(left * _walk_ms(field.request) / DETOUR, most_m)
    return list(shapely.buffer(shapely.points(points), np.maximum(radius, 1.0), quad_segs=6))


def ground_of(network: Network, request: PlanRequest) -> Ground | None:
    """The streets at the asker's pace, None where the network has none."""
    side = network.snapshot.street_side
    if side is None:
        return None
    walk = (wheelchair if request.wheelchair else foot)(_walk_ms(request))
    kept = network.street_search, network.hops, network.openings, Around(side.ports, side.stops)
    return Ground(side, walk, bicycle(request.bike_speed_ms, request.elevation_costs), *kept)


def _walk_ms(request: PlanRequest) -> float:
    return min(request.walk_speed_ms, WHEELCHAIR_MS) if request.wheelchair else request.walk_speed_ms


def _transit(network: Network, request: PlanRequest, day: date) -> Transit | None:
    """The day's vehicles, None outside the timetable's validity."""
    validity = network.snapshot.timetable.validity
    if validity is None or not validity[0] <= day <= validity[1] + timedelta(days=1) or not request.transit_modes:
        return None
    slower = max(1.0, (WHEELCHAIR_MS if request.wheelchair else WALK_MS) / _walk_ms(request))
    changes = changes_of(request)
    return network.transit(day, request.transit_modes, request.wheelchair, changes, request.arrive_by, slower)


def _first_walks(network: Network, ground: Ground | None, request: PlanRequest, end: End, day: date) -> Options:
    """Ways between the place and stops, always in the direction of travel."""
    page, nothing = Page(request.time, request.time, is_fixed=True), frozenset[StreetMode]()
    if request.arrive_by:
        asked = replace(request, access_modes=nothing)
        found = approaches(network, ground, asked, (end, end), (day, page))[1]
    else:
        asked = replace(request, egress_modes=nothing)
        found = approaches(network, ground, asked, (end, end), (day, page))[0]
    return joined([ways for approach in found for ways in approach.ways])


def _uncounted(
    transit: Transit, options: Options, moment: int, max_transfers: int, workspace: Workspace, longest: int
) -> tuple[Times, Ints]:
    arrived = earliest_arrivals(transit, options, moment, max_transfers, workspace, longest)
    return arrived, np.zeros(len(arrived), np.int32)


def _reached(
    network: Network,
    request: PlanRequest,
    transit: Transit | None,
    options: Options,
    moment: int,
    limit_s: int,
    search: Callable[[Transit, Options, int, int, Workspace, int], tuple[Times, Ints]],
) -> tuple[Seconds, Ints, Seconds, Ints]:
    """Seconds to each stop and the vehicles used: ridden to, and in any way; time runs backwards if by arrival."""
    n_stops = len(network.snapshot.timetable.stops)
    best, rides = np.full(n_stops, np.inf), np.zeros(n_stops, np.int32)
    ridden, vehicles = best.copy(), rides.copy()
    walks, now = (options.mirrored(), -moment) if request.arrive_by else (options, moment)
    begin = np.maximum(now, walks.opens).astype(np.float64)
    walked = np.where(begin <= walks.closes, begin + walks.seconds - now, np.inf)
    np.minimum.at(best, walks.stop, walked)
    if transit is None or not len(options):
        return ridden, vehicles, best, rides
    workspace = network.workspace(transit, request.max_transfers)
    asked = with_copies(transit.day, options)[0]
    everywhere: Ints = np.append(np.arange(n_stops, dtype=np.int32), transit.day.copy_of)
    arrived, used = search(transit, asked, moment, request.max_transfers, workspace, limit_s)
    there = np.where(np.abs(arrived) < UNREACHED, -arrived if request.arrive_by else arrived, np.inf)
    _improve(ridden, vehicles, everywhere, (there - now, used))
    _improve(best, rides, np.arange(n_stops), (ridden, vehicles))
    if network.manifest.footpaths != "street":
        footpaths = transit.footpaths
        start, own = footpaths.start, (footpaths.start < n_stops) & (footpaths.to < n_stops)
        there = _walked_on(footpaths, np.append(ridden, np.full(len(transit.day.copy_of), np.inf))[start] + now) - now
        _improve(best, rides, footpaths.to[own], (there[own], vehicles[start[own]]))
    return ridden, vehicles, best, rides


def _improve(best: Seconds, rides: Ints, stop: NDArray[np.integer], found: tuple[Seconds, Ints]) -> None:
    """Take over what is sooner, and of what is as soon the fewest vehicles."""
    seconds, vehicles = found
    order = np.lexsort((vehicles, seconds, stop))
    first = np.flatnonzero(np.diff(stop[order], prepend=-1) != 0)
    rows = order[first]
    rows = rows[seconds[rows] < best[stop[rows]]]
    best[stop[rows]], rides[stop[rows]] = seconds[rows], vehicles[rows]


def _walked_on(footpaths: Footpaths, time: Seconds) -> Seconds:
    """End of each footpath, begun as soon after `time` as it is open."""
    into = np.mod(np.where(np.isfinite(time), time, 0) - footpaths.opens, DAY_S)
    is_always = (footpaths.opens == OPEN_ALWAYS[0]) & (footpaths.closes == OPEN_ALWAYS[1])
    is_open = is_always | (into <= footpaths.closes - footpaths.opens)
    return np.asarray(np.where(is_open, time, time + DAY_S - into) + footpaths.seconds, np.float64)
