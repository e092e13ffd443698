"""Boards: what departs from and arrives at stops, and which vehicles are under way in an area.

Every service day whose times reach into the asked stretch counts, the one before midnight and those of long ago alike.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.geo import great_circle_m
from planner.model import TRANSIT, Mode
from planner.service_day import service_day_start
from planner.strings import Strings
from planner.timetable import BOARDING_PLACE, NONE, Stops, Timetable

DAY_S = 86_400

WIDER_S = (3600, 6 * 3600, DAY_S, 7 * DAY_S)
"""Stretches of time tried in turn until a board is full."""

SAME_NAME_M = 500.0
"""Stops of one name this near to each other are one to the public, such as both sides of a street, or in two feeds."""


class Call(NamedTuple):
    """A trip's call at a stop: `moment` in seconds since 1970 UTC, `position` counted from 0 in the trip."""

    moment: int
    trip: int
    service_date: date
    position: int
    is_arrival: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a board is about: calls at `stops` (StopIndex) of trips of `modes`, departing, arriving or both."""

    stops: tuple[int, ...]
    modes: frozenset[Mode] = TRANSIT
    departures: bool = True
    arrivals: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Calls in order of time, and the stretch that holds exactly them: `first` to `last`, seconds, both included."""

    calls: tuple[Call, ...]
    first: int
    last: int


def next_calls(
    timetable: Timetable, wanted: Wanted, moment: int, count: int, window_s: int = 0, *, is_later: bool = True
) -> Board:
    """At least `count` calls from `moment` on (up to it, if not `is_later`), all of `window_s` seconds in any case.

    Calls of one moment are never parted, so that pages touch without overlap. What is further than a week is not
    looked for.
    """
    if count == 0 and window_s == 0:
        return Board((), moment, moment - 1)
    for width in (window_s, *(width for width in WIDER_S if count and width > window_s)):
        first, last = (moment, moment + width) if is_later else (moment - width, moment)
        calls = calls_between(timetable, wanted, first, last)
        if len(calls) >= count > 0 and len(calls) > 0:
            return _cut(calls, (first, last), count, window_s, is_later)
    return Board(tuple(calls), first, last)


def _cut(calls: list[Call], span: tuple[int, int], count: int, window_s: int, is_later: bool) -> Board:
    """No more than the count or the window asks for, whichever is more."""
    if is_later:
        last = max(calls[count - 1].moment, span[0] + window_s)
        return Board(tuple(call for call in calls if call.moment <= last), span[0], last)
    first = min(calls[-count].moment, span[1] - window_s)
    return Board(tuple(call for call in calls if call.moment >= first), first, span[1])


def calls_between(timetable: Timetable, wanted: Wanted, first: int, last: int) -> list[Call]:
    """Every call wanted from `first` to `last`, seconds since 1970 UTC, both included, in order of time."""
    found = []
    if wanted.departures:
        found += list(_calls(timetable, wanted, (first, last), is_arrival=False))
    if wanted.arrivals:
        found += list(_calls(timetable, wanted, (first, last), is_arrival=True))
    return sorted(found)


def _calls(timetable: Timetable, wanted: Wanted, span: tuple[int, int], *, is_arrival: bool) -> Iterator[Call]:
    """Departures, or arrivals. Nobody boards at a trip's last call or alights at its first."""
    patterns, trips = timetable.patterns, timetable.trips
    allowed = (patterns.can_alight if is_arrival else patterns.can_board) != 0
    allowed[patterns.first[:-1] if is_arrival else patterns.first[1:] - 1] = False
    rows = np.flatnonzero(allowed & np.isin(patterns.stop, np.array(wanted.stops, np.int32)))
    pattern = np.searchsorted(patterns.first, rows, "right") - 1
    row_first = offsets(np.bincount(pattern, minlength=len(patterns)))
    chosen = np.flatnonzero((np.diff(row_first)[trips.pattern] > 0) & of_modes(timetable, wanted.modes))
    trip = np.repeat(chosen, np.diff(row_first)[trips.pattern[chosen]])
    position = (rows - patterns.first[pattern])[entries(row_first, trips.pattern[chosen])]
    times = (trips.arrival if is_arrival else trips.departure)[trips.first_event[trip] + position]
    for day, start in service_days(timetable, *span):
        moment = times + start
        is_in = (moment >= span[0]) & (moment <= span[1])
        is_in &= timetable.active_services(day)[trips.service[trip]]
        columns = (column[is_in].tolist() for column in (moment, trip, position))
        for at, index, place in zip(*columns, strict=True):
            yield Call(at, index, day, place, is_arrival)


def of_modes(timetable: Timetable, modes: frozenset[Mode]) -> NDArray[np.bool_]:
    """Trips of routes of the modes."""
    by_route = np.array([route.mode in modes for route in timetable.routes], np.bool_)
    return by_route[timetable.trips.route]


def service_days(timetable: Timetable, first: int, last: int) -> Iterator[tuple[date, int]]:
    """Service days whose trips may be under way between two moments, each with the moment its clock starts."""
    validity = timetable.validity
    if validity is None or not len(timetable.trips.arrival):
        return
    zone = ZoneInfo(timetable.timezone)
    longest = int(max(timetable.trips.arrival.max(), timetable.trips.departure.max()))
    day = max(_date(first - longest, zone) - timedelta(days=1), validity[0])
    until = min(_date(last, zone) + timedelta(days=1), validity[1])
    while day <= until:
        yield day, int(service_day_start(day, zone).timestamp())
        day += timedelta(days=1)


def _date(moment: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date()


class Hop(NamedTuple):
    """A vehicle's way from the call at `position` to the next one."""

    trip: int
    service_date: date
    position: int


def hops_between(
    timetable: Timetable, box: tuple[float, float, float, float], span: tuple[int, int], modes: frozenset[Mode]
) -> list[Hop]:
    """Ways between two calls that are under way within `span` and whose ends' rectangle meets `box`.

    Parameters
    ----------
    box : (float, float, float, float)
        South, west, north, east in degrees.
    span : (int, int)
        Seconds since 1970 UTC, both included.
    """
    patterns, trips, stops = timetable.patterns, timetable.trips, timetable.stops
    is_near = np.zeros(len(patterns.stop), np.bool_)
    here, following = patterns.stop[:-1], patterns.stop[1:]
    is_near[:-1] = _overlaps(stops.lat[here], stops.lat[following], box[0], box[2])
    is_near[:-1] &= _overlaps(stops.lon[here], stops.lon[following], box[1], box[3])
    is_near[patterns.first[1:] - 1] = False
    rows = np.flatnonzero(is_near)
    pattern = np.searchsorted(patterns.first, rows, "right") - 1
    row_first = offsets(np.bincount(pattern, minlength=len(patterns)))
    chosen = np.flatnonzero((np.diff(row_first)[trips.pattern] > 0) & of_modes(timetable, modes))
    trip = np.repeat(chosen, np.diff(row_first)[trips.pattern[chosen]])
    position = (rows - patterns.first[pattern])[entries(row_first, trips.pattern[chosen])]
    event = trips.first_event[trip] + position
    leaves, comes = trips.departure[event], trips.arrival[event + 1]
    found = []
    for day, start in service_days(timetable, *span):
        is_in = (leaves + start <= span[1]) & (comes + start >= span[0])
        is_in &= timetable.active_services(day)[trips.service[trip]]
        found += [Hop(t, day, p) for t, p in zip(trip[is_in].tolist(), position[is_in].tolist(), strict=True)]
    return found


def _overlaps(a: NDArray[np.float64], b: NDArray[np.float64], low: float, high: float) -> NDArray[np.bool_]:
    return np.asarray((np.minimum(a, b) <= high) & (np.maximum(a, b) >= low))


def trip_on(timetable: Timetable, trip_id: str, day: date) -> int | None:
    """Trip of that id that runs on service day `day`, None if none does."""
    rows = _rows_of(timetable.trips.ids, trip_id)
    active = timetable.active_services(day)
    return next((row for row in rows if active[timetable.trips.service[row]]), None)


def _rows_of(texts: Strings, text: str) -> list[int]:
    """Rows that are exactly `text`, found without decoding the others."""
    wanted = np.frombuffer(text.encode(), np.uint8)
    rows = np.flatnonzero(np.diff(texts.offsets) == len(wanted))
    octets = texts.octets[texts.offsets[rows][:, None] + np.arange(len(wanted))]
    return [int(row) for row in rows[(octets == wanted).all(axis=1)]]


def stops_around(
    timetable: Timetable,
    stop: int | None,
    point: tuple[float, float],
    radius_m: float | None = None,
    *,
    is_exact: bool = False,
) -> tuple[int, ...]:
    """Boarding places a board at `stop`, or around `point`, is about.

    Parameters
    ----------
    stop : int or None
        Its station's places all belong to it.
    point : (float, float)
        Latitude and longitude of the stop, or of what was asked about.
    radius_m : float or None
        Stations with a place this near belong to it too.
    is_exact : bool
        Only places that are within the radius themselves, and the stop.
    """
    stops = timetable.stops
    root = np.where(stops.parent == NONE, np.arange(len(stops)), stops.parent)
    is_place = stops.location_type == BOARDING_PLACE
    metres = great_circle_m(*point, stops.lat, stops.lon)
    own = np.zeros(len(stops), np.bool_)
    is_near = own if radius_m is None else metres <= radius_m
    if stop is not None:
        own = (np.arange(len(stops)) == stop) if is_place[stop] else root == stop
    if is_exact:
        return tuple(np.flatnonzero(is_place & (is_near | own)).tolist())
    is_root = np.zeros(len(stops), np.bool_)
    is_root[root[is_near | own]] = True
    is_root[_of_the_same_name(stops, np.flatnonzero(is_root))] = True
    return tuple(np.flatnonzero(is_place & is_root[root]).tolist())


def name_as_read(text: str) -> str:
    """A name without what the eye passes over: width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _of_the_same_name(stops: Stops, roots: NDArray[np.int64]) -> list[int]:
    found = []
    for root in roots.tolist():
        name = name_as_read(stops.names[root])
        metres = great_circle_m(stops.lat[root], stops.lon[root], stops.lat, stops.lon)
        near = np.flatnonzero((metres <= SAME_NAME_M) & (stops.parent == NONE)).tolist()
        found += [other for other in near if name_as_read(stops.names[other]) == name]
    return found
