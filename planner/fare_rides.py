"""Rides as fares see them: lines, ends, calls and times, without what only a person reads."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from planner.day import DayTimetable, Segment, segments_of
from planner.fares_v1 import Ride
from planner.model import Mode, Place, StopCall, TransitLeg
from planner.rides import stop_place
from planner.service_day import moment_on
from planner.timetable import Timetable


def rides_on(
    timetable: Timetable, day: DayTimetable, date_: date, zone: ZoneInfo, *, with_calls: bool = True
) -> Callable[[int, int, int], Sequence[Ride]]:
    """A function from a lane trip of `day` and two positions in it to the rides it is, trip by trip.

    Without `with_calls` the rides do not say where they pass.
    """

    @cache
    def place(stop: int) -> Place:
        return stop_place(timetable, stop, ())

    def rides_of(lane_trip: int, board: int, alight: int) -> Sequence[Ride]:
        parts = enumerate(segments_of(day, lane_trip, board, alight))
        return [_ride(timetable, part, (date_, zone), place, (number > 0, with_calls)) for number, part in parts]

    return rides_of


def _ride(
    timetable: Timetable,
    segment: Segment,
    when: tuple[date, ZoneInfo],
    place: Callable[[int], Place],
    told: tuple[bool, bool],
) -> TransitLeg:
    """A ride; `told` says whether one has been seated since the ride before, and whether it is to have its calls."""
    trips, patterns = timetable.trips, timetable.patterns
    day, zone = when[0] + timedelta(days=segment.day_offset), when[1]
    row = int(patterns.first[trips.pattern[segment.trip]])
    event = int(trips.first_event[segment.trip])
    stays_seated, with_calls = told
    calls = [
        StopCall(
            place(int(patterns.stop[row + i])),
            moment_on(int(trips.arrival[event + i]), day, zone),
            moment_on(int(trips.departure[event + i]), day, zone),
        )
        for i in (range(segment.board, segment.alight + 1) if with_calls else (segment.board, segment.alight))
    ]
    route = timetable.routes[int(trips.route[segment.trip])]
    return TransitLeg(
        mode=Mode(route.mode), start=calls[0].departure, end=calls[-1].arrival, origin=calls[0].place,
        destination=calls[-1].place, distance_m=0.0, geometry=(), trip_id=timetable.trips.ids[segment.trip],
        service_date=day, route_id=route.id, route_short_name="", route_long_name="", route_type=route.type,
        route_color="", route_text_color="", route_description="", agency_id="", agency_name="", agency_url="",
        headsign="", calls=tuple(calls[1:-1]), stays_seated=stays_seated,
    )  # fmt: skip
