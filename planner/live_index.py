"""Finding the run that a live update means: by trip id, by departure, by route."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.csr import offsets
from planner.live_records import TripSelector
from planner.service_day import service_day_start
from planner.timetable import NONE, Indices, Times, Timetable

Run = tuple[int, int]
"""A trip and its service day as proleptic ordinal."""


@dataclass(frozen=True, slots=True)
class RunIndex:
    """What live updates are matched with, made once for a timetable.

    Attributes
    ----------
    names : list of str
        Trip ids by trip.
    start, end : int32 array
        First departure and last arrival of each trip, seconds after the start of the service day.
    vehicle : int32 array
        Trips between which one may stay seated, directly or through others, share a number; NONE: no such trip.
    members : dict of int to int32 array
        Trips by that number.
    goes_on_first, goes_on_as : int32 array
        In-seat links that go forward in time as scheduled, as CSR over trips.
    """

    timetable: Timetable
    zone: ZoneInfo
    names: list[str]
    trips: dict[str, int]
    routes: dict[str, int]
    stops: dict[str, int]
    start: Times
    end: Times
    vehicle: Indices
    members: dict[int, Indices]
    goes_on_first: Indices
    goes_on_as: Indices

    def runs_on(self, trip: int, day: int) -> bool:
        """Whether `trip` is scheduled on service day `day`."""
        active, column = self.timetable.service_active, day - self.timetable.first_date
        return 0 <= column < active.shape[1] and bool(active[self.timetable.trips.service[trip], column])

    def day_start(self, day: int) -> int:
        """POSIX time at which a service day starts."""
        return round(service_day_start(date.fromordinal(day), self.zone).timestamp())


def run_index(timetable: Timetable) -> RunIndex:
    """Prepare to find runs of `timetable`."""
    trips, links = timetable.trips, timetable.in_seat
    vehicle = _vehicles(len(trips), links.from_trip, links.to_trip)
    linked = np.flatnonzero(vehicle != NONE).astype(np.int32)
    linked = linked[np.argsort(vehicle[linked], kind="stable")]
    bounds = np.flatnonzero(np.diff(vehicle[linked], prepend=NONE))
    end, start = trips.arrival[trips.first_event[1:] - 1], trips.departure[trips.first_event[:-1]]
    forward = np.flatnonzero(end[links.from_trip] <= start[links.to_trip])
    forward = forward[np.argsort(links.from_trip[forward], kind="stable")]
    names = list(trips.ids)
    return RunIndex(
        timetable,
        ZoneInfo(timetable.timezone),
        names,
        {trip_id: trip for trip, trip_id in enumerate(names)},
        {route.id: row for row, route in enumerate(timetable.routes)},
        {stop_id: stop for stop, stop_id in enumerate(timetable.stops.ids)},
        start,
        end,
        vehicle,
        {int(vehicle[part[0]]): part for part in np.split(linked, bounds[1:]) if len(part)},
        offsets(np.bincount(links.from_trip[forward], minlength=len(trips))),
        links.to_trip[forward],
    )


def _vehicles(n_trips: int, a: Indices, b: Indices) -> Indices:
    """Connected components of the links, named by their least trip."""
    root = np.arange(n_trips, dtype=np.int32)
    while True:
        least = np.minimum(root[a], root[b])
        before = root.copy()
        np.minimum.at(root, a, least)
        np.minimum.at(root, b, least)
        root = root[root]
        if np.array_equal(root, before):
            break
    is_linked = np.zeros(n_trips, np.bool_)
    is_linked[a] = is_linked[b] = True
    return np.where(is_linked, root, NONE).astype(np.int32)


def pairs(runs: Collection[Run]) -> NDArray[np.int64]:
    """Trips and days of `runs` as two columns."""
    return np.fromiter(chain.from_iterable(runs), np.int64, 2 * len(runs)).reshape(-1, 2)


def named_runs(index: RunIndex, trips: Sequence[TripSelector], prefix: str) -> list[Run | None]:
    """Runs of trips of the schedule that are named by id and service day; None: another trip, see `find_run`."""
    known, active = index.trips, index.timetable.service_active
    trip = np.array([NONE if one.trip_id is None else known.get(prefix + one.trip_id, NONE) for one in trips], np.int64)
    day = np.array([0 if one.start_date is None else one.start_date.toordinal() for one in trips], np.int64)
    column = day - index.timetable.first_date
    runs = (trip != NONE) & (column >= 0) & (column < active.shape[1])
    runs[runs] = active[index.timetable.trips.service[trip[runs]], column[runs]] != 0
    named = zip(trip.tolist(), day.tolist(), strict=True)
    return [run if is_running else None for run, is_running in zip(named, runs.tolist(), strict=True)]


def find_run(index: RunIndex, trip: TripSelector, prefix: str, moment: float) -> Run | str:
    """The run that `trip` means, or why there is none.

    Parameters
    ----------
    moment : float
        POSIX time of something the run does, which decides between service days where `trip` names none.
    """
    candidates = _trips_meant(index, trip, prefix)
    if isinstance(candidates, str):
        return candidates
    if trip.start_date is not None:
        day = trip.start_date.toordinal()
        running = [(one, day) for one in candidates if index.runs_on(one, day)]
    else:
        today = datetime.fromtimestamp(moment, index.zone).toordinal()
        days = range(today - 2, today + 2)
        running = [(one, day) for one in candidates for day in days if index.runs_on(one, day)]
    name = trip.trip_id or f"of route {trip.route_id}"
    if not running:
        return f"trip '{name}' does not run on {trip.start_date or 'that day'}"
    if len(running) == 1:
        return running[0]
    nearest = min(running, key=lambda run: _distance(index, run, moment))
    if sum(day == nearest[1] for _, day in running) > 1:
        return f"several trips of route '{trip.route_id}' start then"
    return nearest


def _trips_meant(index: RunIndex, trip: TripSelector, prefix: str) -> list[int] | str:
    if trip.trip_id is None:
        return _by_route(index, trip, prefix)
    own = index.trips.get(prefix + trip.trip_id)
    if own is not None:
        return [own]
    if trip.start_time is None:
        return f"there is no trip '{trip.trip_id}'"
    hours, rest = divmod(trip.start_time, 3600)
    repeated = index.trips.get(f"{prefix}{trip.trip_id}@{hours:02d}:{rest // 60:02d}:{rest % 60:02d}")
    return f"no trip '{trip.trip_id}' starts then" if repeated is None else [repeated]


def _by_route(index: RunIndex, trip: TripSelector, prefix: str) -> list[int] | str:
    route = index.routes.get(prefix + (trip.route_id or ""))
    if route is None or trip.start_time is None:
        return f"there is no route '{trip.route_id}'"
    trips = index.timetable.trips
    starts = index.start == trip.start_time
    if trip.direction is not None:
        starts &= trips.direction == trip.direction
    return [int(one) for one in np.flatnonzero(starts & (trips.route == route))]


def _distance(index: RunIndex, run: Run, moment: float) -> float:
    """Seconds by which `moment` lies outside the run's time as scheduled."""
    trip, day = run
    start = index.day_start(day)
    begin, end = start + int(index.start[trip]), start + int(index.end[trip])
    return max(begin - moment, moment - end, 0.0)


def route_between(index: RunIndex, stops: list[int]) -> int:
    """Route most of whose trips call at the first and later at the last of `stops`; NONE if none does."""
    patterns, trips = index.timetable.patterns, index.timetable.trips
    of_call = np.repeat(np.arange(len(patterns)), np.diff(patterns.first))
    firsts, lasts = (np.flatnonzero(patterns.stop == stop) for stop in (stops[0], stops[-1]))
    begun: dict[int, int] = {}
    for call in firsts.tolist():
        begun.setdefault(int(of_call[call]), call)
    serving = {int(of_call[call]) for call in lasts.tolist() if begun.get(int(of_call[call]), call) < call}
    routes = trips.route[np.isin(trips.pattern, sorted(serving))]
    return int(np.bincount(routes).argmax()) if len(routes) else NONE
