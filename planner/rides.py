"""Legs in scheduled vehicles, from trip indices to what a person reads."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from planner.geo import great_circle_m
from planner.live_alerts import Published, alerts_about
from planner.live_timetable import CANCELLED, UNPLANNED, LiveTimetable
from planner.model import Mode, Place, StopCall, TransitLeg, VertexType
from planner.service_day import moment_on
from planner.shapes import Line, calls_on_shape, refined
from planner.strings import Strings
from planner.timetable import NONE, Timetable

Translations = dict[str, Strings]

Course = tuple[float, tuple[tuple[float, float], ...]]
"""Metres and the line on the map of a ride."""


class Ride(NamedTuple):
    """A stay in one trip of one service day, from the call boarded at to the call alighted at (0-based)."""

    trip: int
    service_date: date
    board: int
    alight: int
    stays_seated: bool = False


@dataclass(frozen=True, slots=True)
class RideWriter:
    """Writes rides of one timetable as legs, in the first of `languages` a name is known in.

    Attributes
    ----------
    line_of, points_of : callable
        The refined line of a shape; its points at which the calls of a pattern are made.
    course_of : callable
        The course between two calls, by pattern, shape and the positions of the calls in the pattern.
    place_of : callable
        `stop_place` of a stop in some languages.
    """

    timetable: Timetable
    zone: ZoneInfo
    line_of: Callable[[int], Line | None]
    points_of: Callable[[int, int], np.ndarray]
    course_of: Callable[[int, int, int, int], Course]
    place_of: Callable[[int, tuple[str, ...]], Place]
    live: LiveTimetable | None = None
    published: tuple[Published, ...] = ()

    def leg(self, ride: Ride, languages: tuple[str, ...]) -> TransitLeg:
        """Build the leg of `ride`."""
        ride, runs = self._as_it_runs(ride)
        timetable, trips = self.timetable, self.timetable.trips
        calls = self._calls(ride, languages)
        shape, pattern = int(trips.shape[ride.trip]), int(trips.pattern[ride.trip])
        metres, geometry = self.course_of(pattern, shape, ride.board, ride.alight)
        route = timetable.routes[int(trips.route[ride.trip])]
        agency = timetable.agencies[route.agency]
        leg = TransitLeg(
            mode=Mode(route.mode),
            start=calls[0].departure,
            end=calls[-1].arrival,
            origin=calls[0].place,
            destination=calls[-1].place,
            distance_m=metres,
            geometry=geometry,
            trip_id=trips.ids[ride.trip],
            service_date=ride.service_date,
            route_id=route.id,
            route_short_name=spoken(route.short_name, route.short_names, languages),
            route_long_name=spoken(route.long_name, route.long_names, languages),
            route_type=route.type,
            route_color=route.color,
            route_text_color=route.text_color,
            route_description=route.description,
            agency_id=agency.id,
            agency_name=spoken(agency.name, agency.names, languages),
            agency_url=agency.url,
            headsign=self._headsign(ride, languages),
            calls=tuple(calls[1:-1]),
            stays_seated=ride.stays_seated,
            wheelchair=is_allowed(int(trips.wheelchair[ride.trip])),
            bikes_allowed=is_allowed(int(trips.bikes[ride.trip])),
            headway_s=int(trips.headway[ride.trip]) or None,
            scheduled_start=calls[0].scheduled_departure,
            scheduled_end=calls[-1].scheduled_arrival,
            is_realtime=not runs or any(call.is_realtime for call in calls),
            is_extra=self.live is not None and self.live.is_extra(ride.trip),
            cancelled=not runs or calls[0].cancelled or calls[-1].cancelled,
        )
        alerts = alerts_about(self.published, leg, int(trips.direction[ride.trip])) if self.published else ()
        return replace(leg, alerts=alerts) if alerts else leg

    def _headsign(self, ride: Ride, languages: tuple[str, ...]) -> str:
        trips = self.timetable.trips
        return translated(trips.headsigns, trips.headsign_translations, int(trips.headsign[ride.trip]), languages)

    def _as_it_runs(self, ride: Ride) -> tuple[Ride, bool]:
        """The ride in the trip that runs instead of its own; whether any does that makes the same calls."""
        if self.live is None:
            return ride, True
        trip = self.live.shown(ride.trip, ride.service_date)
        if trip == CANCELLED or (trip != ride.trip and not self.live.is_aligned(trip)):
            return ride, False
        return ride._replace(trip=trip), True

    def _calls(self, ride: Ride, languages: tuple[str, ...]) -> list[StopCall]:
        trips, patterns, day = self.timetable.trips, self.timetable.patterns, ride.service_date
        events = _called(int(trips.first_event[ride.trip]), ride)
        stops = patterns.stop[_called(int(patterns.first[trips.pattern[ride.trip]]), ride)].tolist()
        times = zip(trips.arrival[events].tolist(), trips.departure[events].tolist(), strict=True)
        calls = [
            StopCall(self.place_of(stop, languages), self._moment(arrival, day), self._moment(departure, day))
            for stop, (arrival, departure) in zip(stops, times, strict=True)
        ]
        if self.live is None:
            return calls
        return [self._as_told(self.live, call, ride, position) for position, call in enumerate(calls, ride.board)]

    def _as_told(self, live: LiveTimetable, call: StopCall, ride: Ride, position: int) -> StopCall:
        row = live.row(ride.trip, position)
        if row == NONE:
            return call
        planned = (live.runs.planned_arrival[row], live.runs.planned_departure[row])
        arrival, departure = (None if s == UNPLANNED else self._moment(int(s), ride.service_date) for s in planned)
        return replace(
            call,
            scheduled_arrival=arrival,
            scheduled_departure=departure,
            is_realtime=bool(live.runs.is_told[row]),
            cancelled=bool(live.runs.is_skipped[row]),
        )

    def _moment(self, seconds: int, day: date) -> datetime:
        return moment_on(seconds, day, self.zone)


def ride_writer(
    timetable: Timetable, live: LiveTimetable | None = None, published: tuple[Published, ...] = ()
) -> RideWriter:
    """Prepare to write rides; the places, shapes and courses that are met are kept.

    Parameters
    ----------
    live : LiveTimetable, optional
        What runs instead of the trips of `timetable`, which is its own.
    """
    patterns, stops = timetable.patterns, timetable.stops

    @lru_cache(maxsize=4096)
    def line_of(shape: int) -> Line | None:
        if shape == NONE:
            return None
        part = slice(int(timetable.shapes.first[shape]), int(timetable.shapes.first[shape + 1]))
        lat, lon = timetable.shapes.lat[part], timetable.shapes.lon[part]
        return refined(lat, lon) if len(lat) > 1 else None

    @lru_cache(maxsize=4096)
    def points_of(shape: int, pattern: int) -> np.ndarray:
        line = line_of(shape)
        assert line is not None
        stop = patterns.stop[patterns.first[pattern] : patterns.first[pattern + 1]]
        return calls_on_shape(line, stops.lat[stop], stops.lon[stop])

    @lru_cache(maxsize=1024)
    def course_of(pattern: int, shape: int, board: int, alight: int) -> Course:
        line = line_of(shape)
        if line is None:
            first = int(patterns.first[pattern])
            called = patterns.stop[first + board : first + alight + 1]
            line = stops.lat[called], stops.lon[called]
        else:
            points = points_of(shape, pattern)
            part = slice(int(points[board]), int(points[alight]) + 1)
            line = line[0][part].round(6), line[1][part].round(6)
        return _length_m(line), tuple(zip(line[0].tolist(), line[1].tolist(), strict=True))

    @lru_cache(maxsize=4096)
    def place_of(stop: int, languages: tuple[str, ...]) -> Place:
        return stop_place(timetable, stop, languages)

    return RideWriter(timetable, ZoneInfo(timetable.timezone), line_of, points_of, course_of, place_of, live, published)


def _called(first: int, ride: Ride) -> slice:
    return slice(first + ride.board, first + ride.alight + 1)


def stop_place(timetable: Timetable, stop: int, languages: tuple[str, ...]) -> Place:
    """The place of a stop, named in the first language known."""
    stops = timetable.stops
    parent = int(stops.parent[stop])
    return Place(
        name=translated(stops.names, stops.translations, stop, languages),
        lat=float(stops.lat[stop]),
        lon=float(stops.lon[stop]),
        level=float(stops.level[stop]),
        vertex=VertexType.TRANSIT,
        stop_id=stops.ids[stop],
        parent_id=stops.ids[parent] if parent != NONE else None,
        track=stops.platforms[stop] or None,
    )


def translated(base: Strings, translations: Translations, row: int, languages: tuple[str, ...]) -> str:
    """Row of a column of texts in the first of `languages` it is translated to, else as the feed has it."""
    for language in languages:
        if language in translations and (text := translations[language][row]):
            return text
    return base[row]


def spoken(base: str, names: dict[str, str] | None, languages: tuple[str, ...]) -> str:
    """Name in the first of `languages` that has one, else `base`."""
    return next((names[code] for code in languages if code in names), base) if names else base


def is_allowed(value: int) -> bool | None:
    """Truth of a GTFS three-valued field: 0 unknown, 1 yes, 2 no."""
    return None if value == 0 else value == 1


def _length_m(line: Line) -> float:
    """Length of a line in metres."""
    lat, lon = line
    return round(float(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()), 1)
