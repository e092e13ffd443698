"""Several timetables as one: rows behind each other, every reference moved along."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from planner.flex import FlexTrip
from planner.strings import Strings
from planner.timetable import (
    NONE,
    Indices,
    InSeat,
    Patterns,
    Shapes,
    SpecialTransfers,
    Stops,
    Timetable,
    TransferRules,
    Trips,
)


def join_timetables(parts: Sequence[Timetable]) -> Timetable:
    """One timetable of all parts; ids must differ already, the time zone is the first part's."""
    routes = [
        replace(route, agency=route.agency + start)
        for part, start in zip(parts, _starts(len(p.agencies) for p in parts), strict=True)
        for route in part.routes
    ]
    first_date, active = _service_days(parts)
    stop_starts, trip_starts = starts_of(parts)
    return Timetable(
        timezone=parts[0].timezone,
        agencies=tuple(chain.from_iterable(p.agencies for p in parts)),
        routes=tuple(routes),
        stops=_stops([p.stops for p in parts], stop_starts),
        patterns=Patterns(
            first=_firsts([p.patterns.first for p in parts]).astype(np.int32),
            stop=_moved([p.patterns.stop for p in parts], stop_starts),
            can_board=np.concatenate([p.patterns.can_board for p in parts]),
            can_alight=np.concatenate([p.patterns.can_alight for p in parts]),
        ),
        trips=_trips(parts),
        shapes=Shapes(
            first=_firsts([p.shapes.first for p in parts]),
            lat=np.concatenate([p.shapes.lat for p in parts]),
            lon=np.concatenate([p.shapes.lon for p in parts]),
        ),
        in_seat=InSeat(
            from_trip=_moved([p.in_seat.from_trip for p in parts], trip_starts),
            to_trip=_moved([p.in_seat.to_trip for p in parts], trip_starts),
        ),
        transfers=TransferRules(
            from_stop=_moved([p.transfers.from_stop for p in parts], stop_starts),
            to_stop=_moved([p.transfers.to_stop for p in parts], stop_starts),
            seconds=np.concatenate([p.transfers.seconds for p in parts]),
            is_forbidden=np.concatenate([p.transfers.is_forbidden for p in parts]),
        ),
        first_date=first_date,
        service_active=active,
        specific=_specific(parts),
    )


def _specific(parts: Sequence[Timetable]) -> SpecialTransfers:
    rows = [part.specific for part in parts]
    stops, trips = starts_of(parts)
    routes = _starts(len(part.routes) for part in parts)
    moved = {"stop": stops, "route": routes, "trip": trips}
    columns = {
        f"{side}_{kind}": _moved([getattr(row, f"{side}_{kind}") for row in rows], starts)
        for side in ("from", "to")
        for kind, starts in moved.items()
    }
    return SpecialTransfers(
        **columns,
        seconds=np.concatenate([row.seconds for row in rows]),
        is_forbidden=np.concatenate([row.is_forbidden for row in rows]),
    )


def join_flex(parts: Sequence[Timetable], flex: Sequence[tuple[FlexTrip, ...]]) -> tuple[FlexTrip, ...]:
    """Demand-responsive trips of all parts, their references moved as `join_timetables` moves them."""
    stops, routes, services = (
        _starts(len(part.stops) for part in parts),
        _starts(len(part.routes) for part in parts),
        _starts(len(part.service_active) for part in parts),
    )
    return tuple(
        replace(
            trip,
            route=trip.route + routes[i],
            service=trip.service + services[i],
            areas=tuple(replace(a, stops=tuple(stop + stops[i] for stop in a.stops)) for a in trip.areas),
        )
        for i, trips in enumerate(flex)
        for trip in trips
    )


def starts_of(parts: Sequence[Timetable]) -> tuple[list[int], list[int]]:
    """Rows of the joined timetable at which the stops and the trips of each part begin."""
    return _starts(len(part.stops) for part in parts), _starts(len(part.trips) for part in parts)


def _starts(sizes: Iterable[int]) -> list[int]:
    return list(accumulate(sizes, initial=0))[:-1]


def _moved(columns: Sequence[Indices], starts: Sequence[int]) -> Indices:
    moved = [np.where(column == NONE, NONE, column + start) for column, start in zip(columns, starts, strict=True)]
    return np.concatenate(moved).astype(np.int32)


def _firsts(columns: Sequence[NDArray[np.int64] | Indices]) -> NDArray[np.int64]:
    sizes = [np.diff(column) for column in columns]
    return np.concatenate([[0], np.cumsum(np.concatenate(sizes), dtype=np.int64)])


def _strings(parts: Sequence[Strings]) -> Strings:
    offsets = _firsts([part.offsets for part in parts])
    return Strings(offsets, np.concatenate([part.octets for part in parts]))


def _languages(parts: Sequence[dict[str, Strings]], sizes: Sequence[int]) -> dict[str, Strings]:
    blanks = [Strings(np.zeros(size + 1, np.int64), np.zeros(0, np.uint8)) for size in sizes]
    return {
        language: _strings([part.get(language, blank) for part, blank in zip(parts, blanks, strict=True)])
        for language in sorted({language for part in parts for language in part})
    }


def _stops(parts: Sequence[Stops], starts: Sequence[int]) -> Stops:
    return Stops(
        ids=_strings([p.ids for p in parts]),
        names=_strings([p.names for p in parts]),
        translations=_languages([p.translations for p in parts], [len(p) for p in parts]),
        codes=_strings([p.codes for p in parts]),
        platforms=_strings([p.platforms for p in parts]),
        lat=np.concatenate([p.lat for p in parts]),
        lon=np.concatenate([p.lon for p in parts]),
        level=np.concatenate([p.level for p in parts]),
        location_type=np.concatenate([p.location_type for p in parts]),
        wheelchair=np.concatenate([p.wheelchair for p in parts]),
        parent=_moved([p.parent for p in parts], starts),
    )


def _trips(parts: Sequence[Timetable]) -> Trips:
    trips = [part.trips for part in parts]
    signs = [len(t.headsigns) for t in trips]
    return Trips(
        ids=_strings([t.ids for t in trips]),
        short_names=_strings([t.short_names for t in trips]),
        headsigns=_strings([t.headsigns for t in trips]),
        headsign_translations=_languages([t.headsign_translations for t in trips], signs),
        route=_moved([t.route for t in trips], _starts(len(p.routes) for p in parts)),
        service=_moved([t.service for t in trips], _starts(len(p.service_active) for p in parts)),
        pattern=_moved([t.pattern for t in trips], _starts(len(p.patterns) for p in parts)),
        headsign=_moved([t.headsign for t in trips], _starts(signs)),
        direction=np.concatenate([t.direction for t in trips]),
        wheelchair=np.concatenate([t.wheelchair for t in trips]),
        bikes=np.concatenate([t.bikes for t in trips]),
        shape=_moved([t.shape for t in trips], _starts(len(p.shapes.first) - 1 for p in parts)),
        headway=np.concatenate([t.headway for t in trips]),
        first_event=_firsts([t.first_event for t in trips]),
        arrival=np.concatenate([t.arrival for t in trips]),
        departure=np.concatenate([t.departure for t in trips]),
        sequence=np.concatenate([t.sequence for t in trips]),
    )


def _service_days(parts: Sequence[Timetable]) -> tuple[int, NDArray[np.uint8]]:
    dated = [part for part in parts if part.service_active.shape[1]]
    first = min((part.first_date for part in dated), default=1)
    last = max((part.first_date + part.service_active.shape[1] for part in dated), default=1)
    active = np.zeros((sum(len(part.service_active) for part in parts), last - first), np.uint8)
    row = 0
    for part in parts:
        services, days = part.service_active.shape
        if days:
            start = part.first_date - first
            active[row : row + services, start : start + days] = part.service_active
        row += services
    return first, active
