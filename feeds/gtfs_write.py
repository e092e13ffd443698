"""A timetable as a GTFS folder: `write_gtfs`, the inverse of `feeds.gtfs.read_gtfs`.

Service ids are not kept in a timetable and written as numbers. Trips of frequencies.txt become such again.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from feeds.gtfs import FeedRecord
from feeds.gtfs_calendar import WEEKDAYS
from feeds.gtfs_cells import clock
from feeds.gtfs_flex_write import FLEX_CALL, flex_calls, flex_files, rules_of_calls
from planner.flex import FlexTrip
from planner.timetable import NONE, SpecialTransfers, Timetable, Trips

Rows = Iterable[Sequence[object]]
Translation = tuple[str, str, str, str, str, str]

_CALL = ("trip_id", "stop_sequence", "stop_id", "arrival_time", "departure_time", "pickup_type", "drop_off_type")


def write_gtfs(
    timetable: Timetable, folder: Path, flex: Sequence[FlexTrip] = (), feeds: Sequence[FeedRecord] = ()
) -> None:
    """Write `timetable` and its demand buses to `folder`, which is made; the sources' attributions go along.

    Raises
    ------
    FileExistsError
        `folder` holds a file already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    ids = _written_trips(timetable)
    _write(folder, "agency", *_agencies(timetable))
    _write(folder, "routes", *_routes(timetable))
    _write(folder, "stops", *_stops(timetable))
    _write(folder, "levels", ("level_id", "level_index"), _levels(timetable))
    _write(folder, "calendar", ("service_id", *WEEKDAYS, "start_date", "end_date"), _calendar(timetable))
    _write(folder, "calendar_dates", ("service_id", "date", "exception_type"), _calendar_dates(timetable))
    _write(folder, "trips", *_trips(timetable, ids, flex))
    calls = chain(_calls(timetable, ids, rules_of_calls(flex)), flex_calls(flex, set(ids.values())))
    _write(folder, "stop_times", (*_CALL, *FLEX_CALL), calls)
    frequencies = _frequencies(timetable)
    _write(folder, "frequencies", ("trip_id", "start_time", "end_time", "headway_secs"), frequencies)
    _write(folder, "shapes", ("shape_id", "shape_pt_sequence", "shape_pt_lat", "shape_pt_lon"), _shapes(timetable))
    _write(folder, "transfers", *_transfers(timetable))
    spelled = ("table_name", "field_name", "language", "translation", "record_id", "field_value")
    _write(folder, "translations", spelled, _translations(timetable, ids))
    named = dict.fromkeys(text for feed in feeds for text in feed.attributions or (feed.publisher,) if text)
    _write(folder, "attributions", ("organization_name", "is_producer"), ((text, 1) for text in named))
    flex_files(timetable, flex, folder, _write)


def _write(folder: Path, name: str, header: Sequence[str], rows: Rows) -> None:
    """Write one table; none if it would be empty and may be missing."""
    listed = list(rows)
    if not listed and name not in ("agency", "routes", "stops", "trips", "stop_times", "calendar"):
        return
    with (folder / f"{name}.txt").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(listed)


def _agencies(timetable: Timetable) -> tuple[Sequence[str], Rows]:
    header = ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang")
    return header, [(a.id, a.name, a.url, a.timezone, a.language) for a in timetable.agencies]


def _routes(timetable: Timetable) -> tuple[Sequence[str], Rows]:
    header = ("route_id", "agency_id", "route_short_name", "route_long_name", "route_desc", "route_type")
    rows = [
        (
            *(r.id, timetable.agencies[r.agency].id, r.short_name, r.long_name, r.description),
            *("" if r.type == NONE else r.type, r.color, r.text_color, r.network),
        )
        for r in timetable.routes
    ]
    return (*header, "route_color", "route_text_color", "network_id"), rows


def _stops(timetable: Timetable) -> tuple[Sequence[str], Rows]:
    stops = timetable.stops
    header = ("stop_id", "stop_code", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station")
    ids = list(stops.ids)
    parents = ["" if parent == NONE else ids[parent] for parent in stops.parent.tolist()]
    levels = ["" if level == 0 else _level_id(level) for level in stops.level.tolist()]
    columns = (
        *(ids, stops.codes, stops.names, stops.lat.tolist(), stops.lon.tolist(), stops.location_type.tolist(), parents),
        *(stops.wheelchair.tolist(), levels, stops.platforms),
    )
    return (*header, "wheelchair_boarding", "level_id", "platform_code"), zip(*columns, strict=True)


def _levels(timetable: Timetable) -> Rows:
    return [(_level_id(level), level) for level in np.unique(timetable.stops.level).tolist() if level != 0]


def _level_id(level: float) -> str:
    return f"level {level:g}"


def _is_usual(timetable: Timetable) -> np.ndarray:
    """Whether each service runs on most of each weekday: bool array of shape (services, 7), Monday first."""
    active = timetable.service_active
    # Ordinal 1 was a Monday.
    weekday = (timetable.first_date - 1 + np.arange(active.shape[1])) % 7
    return np.stack([active[:, weekday == day].sum(axis=1) * 2 > (weekday == day).sum() for day in range(7)], axis=1)


def _calendar(timetable: Timetable) -> Rows:
    days = timetable.service_active.shape[1]
    if not days:
        return []
    span = _date(timetable.first_date), _date(timetable.first_date + days - 1)
    return [(number, *map(int, usual), *span) for number, usual in enumerate(_is_usual(timetable))]


def _calendar_dates(timetable: Timetable) -> Rows:
    active = timetable.service_active
    weekday = (timetable.first_date - 1 + np.arange(active.shape[1])) % 7
    differs = np.argwhere(_is_usual(timetable)[:, weekday] != (active != 0))
    return [
        (service, _date(timetable.first_date + day), 1 if active[service, day] else 2)
        for service, day in differs.tolist()
    ]


def _date(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%Y%m%d}"


def _written_trips(timetable: Timetable) -> dict[int, str]:
    """trip_id by TripIndex of the trips that have rows of their own: of those of a frequency the first."""
    trips = timetable.trips
    written: dict[str, int] = {}
    starts = trips.departure[trips.first_event[:-1]].tolist()
    for trip, (trip_id, headway, start) in enumerate(zip(trips.ids, trips.headway.tolist(), starts, strict=True)):
        written.setdefault(_base_id(trip_id, headway, start), trip)
    return {trip: base for base, trip in written.items()}


def _base_id(trip_id: str, headway: int, start: int) -> str:
    return trip_id.removesuffix(f"@{clock(start)}") if headway else trip_id


def _trips(timetable: Timetable, ids: dict[int, str], flex: Sequence[FlexTrip]) -> tuple[Sequence[str], Rows]:
    trips, routes = timetable.trips, timetable.routes
    header = ("route_id", "service_id", "trip_id", "trip_headsign", "trip_short_name", "direction_id")
    on_demand = {trip.id: trip for trip in flex}
    rows: list[tuple[object, ...]] = []
    for trip, trip_id in ids.items():
        bus = on_demand.pop(trip_id, None)
        shape = int(trips.shape[trip])
        rows.append(
            (
                *(
                    routes[trips.route[trip]].id,
                    trips.service[trip],
                    trip_id,
                    trips.headsigns[int(trips.headsign[trip])],
                ),
                *(trips.short_names[trip], trips.direction[trip], trips.wheelchair[trip], trips.bikes[trip]),
                *("" if shape == NONE else shape, *_durations(bus)),
            )
        )
    rows += [
        (
            *(routes[bus.route].id, bus.service, bus.id, "", "", 0, bus.wheelchair, 0, ""),
            *_durations(bus),
        )
        for bus in on_demand.values()
    ]
    more = ("wheelchair_accessible", "bikes_allowed", "shape_id", "safe_duration_factor", "safe_duration_offset")
    return (*header, *more), rows


def _durations(bus: FlexTrip | None) -> Sequence[object]:
    return (bus.safe_duration_factor, bus.safe_duration_offset) if bus else ("", "")


def _calls(
    timetable: Timetable, ids: dict[int, str], rules: dict[tuple[str, int], tuple[str, str]]
) -> Iterator[Sequence[object]]:
    trips, patterns = timetable.trips, timetable.patterns
    stop_ids = list(timetable.stops.ids)
    blank = ("",) * (len(FLEX_CALL) - 2)
    for trip, trip_id in ids.items():
        begin, first = int(patterns.first[trips.pattern[trip]]), int(trips.first_event[trip])
        size = int(trips.first_event[trip + 1]) - first
        calls = slice(begin, begin + size)
        columns = (
            *(patterns.stop[calls], trips.arrival[first : first + size], trips.departure[first : first + size]),
            *(1 - patterns.can_board[calls], 1 - patterns.can_alight[calls]),
        )
        rows = zip(_numbers(trips, first, size), *(c.tolist() for c in columns), strict=True)
        for number, stop, arrival, departure, pickup, drop_off in rows:
            ends = (clock(arrival), clock(departure), pickup, drop_off)
            yield (trip_id, number, stop_ids[stop], *ends, *blank, *rules.get((trip_id, number), ("", "")))


def _numbers(trips: Trips, first: int, size: int) -> list[int]:
    """The feed's stop_sequence, by which live updates name calls; counted where the feed's are none."""
    told = trips.sequence[first : first + size].tolist()
    increases = len(told) == size and all(a < b for a, b in pairwise([NONE, *told]))
    return told if increases else list(range(size))


def _frequencies(timetable: Timetable) -> Iterator[Sequence[object]]:
    """Rows that give just these departures: as long as they follow each other at their headway, in one row."""
    trips = timetable.trips
    starts = trips.departure[trips.first_event[:-1]].tolist()
    begin: tuple[str, int, int, int] | None = None
    for trip_id, headway, start in zip(trips.ids, trips.headway.tolist(), starts, strict=True):
        if not headway:
            continue
        base = _base_id(trip_id, headway, start)
        if begin and (base, headway) == (begin[0], begin[3]) and start == begin[2] + headway:
            begin = begin[0], begin[1], start, headway
            continue
        if begin:
            yield _frequency(*begin)
        begin = base, start, start, headway
    if begin:
        yield _frequency(*begin)


def _frequency(base: str, first: int, last: int, headway: int) -> Sequence[object]:
    return base, clock(first), clock(last + 1), headway


def _shapes(timetable: Timetable) -> Iterator[Sequence[object]]:
    shapes = timetable.shapes
    counts = np.diff(shapes.first)
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(owner)) - np.repeat(shapes.first[:-1], counts)
    return zip(owner.tolist(), place.tolist(), shapes.lat.tolist(), shapes.lon.tolist(), strict=True)


def _transfers(timetable: Timetable) -> tuple[Sequence[str], Rows]:
    ends = ("from_stop_id", "to_stop_id", "from_trip_id", "to_trip_id")
    header = (*ends, "transfer_type", "min_transfer_time", "from_route_id", "to_route_id")
    rules, trips, patterns = timetable.transfers, timetable.trips, timetable.patterns
    stop_ids = list(timetable.stops.ids)
    columns = (rules.from_stop, rules.to_stop, rules.seconds, rules.is_forbidden)
    rows: list[tuple[object, ...]] = [
        (stop_ids[a], stop_ids[b], "", "", 3 if is_forbidden else 2 if seconds else 0, seconds or "", "", "")
        for a, b, seconds, is_forbidden in zip(*(column.tolist() for column in columns), strict=True)
    ]
    for a, b in zip(timetable.in_seat.from_trip.tolist(), timetable.in_seat.to_trip.tolist(), strict=True):
        last = int(patterns.stop[patterns.first[trips.pattern[a] + 1] - 1])
        first = int(patterns.stop[patterns.first[trips.pattern[b]]])
        rows.append((stop_ids[last], stop_ids[first], trips.ids[a], trips.ids[b], 4, "", "", ""))
    return header, [*rows, *_special_transfers(timetable, stop_ids)]


def _special_transfers(timetable: Timetable, stop_ids: list[str]) -> Rows:
    """Rules of single routes and trips; of the departures of a frequency the trip itself is named, once."""
    rules, trips = timetable.specific, timetable.trips
    columns = (getattr(rules, name).tolist() for name in SpecialTransfers.__dataclass_fields__)
    found: dict[tuple[object, ...], None] = {}
    for start, end, from_route, from_trip, to_route, to_trip, seconds, is_forbidden in zip(*columns, strict=True):
        named = ["" if trip == NONE else _own_id(trips, trip) for trip in (from_trip, to_trip)]
        routes = ["" if route == NONE else timetable.routes[route].id for route in (from_route, to_route)]
        kind = 3 if is_forbidden else 2 if seconds else 0
        found[stop_ids[start], stop_ids[end], *named, kind, seconds or "", *routes] = None
    return list(found)


def _own_id(trips: Trips, trip: int) -> str:
    first = int(trips.departure[trips.first_event[trip]])
    return _base_id(trips.ids[trip], int(trips.headway[trip]), first)


def _translations(timetable: Timetable, ids: dict[int, str]) -> Iterator[Translation]:
    for agency in timetable.agencies:
        for language, text in (agency.names or {}).items():
            key = (agency.id, "") if agency.id else ("", agency.name)
            yield "agency", "agency_name", language, text, *key
    for route in timetable.routes:
        for field, names in (("route_short_name", route.short_names), ("route_long_name", route.long_names)):
            for language, text in (names or {}).items():
                yield "routes", field, language, text, route.id, ""
    for language, texts in timetable.stops.translations.items():
        for stop, text in zip(timetable.stops.ids, texts, strict=True):
            if text:
                yield "stops", "stop_name", language, text, stop, ""
    yield from _spelled_headsigns(timetable, ids)


def _spelled_headsigns(timetable: Timetable, ids: dict[int, str]) -> Iterator[Translation]:
    """Translations by text; by trip where one text is spelled in several ways."""
    trips = timetable.trips
    is_used = np.isin(np.arange(len(trips.headsigns)), trips.headsign)
    signs = [sign if used else "" for sign, used in zip(trips.headsigns, is_used.tolist(), strict=True)]
    count = Counter(signs)
    for language, texts in trips.headsign_translations.items():
        spelled = list(texts)
        for sign, text in zip(signs, spelled, strict=True):
            if text and sign and count[sign] == 1:
                yield "trips", "trip_headsign", language, text, "", sign
        for trip, trip_id in ids.items():
            row = int(trips.headsign[trip])
            if spelled[row] and count[signs[row]] > 1:
                yield "trips", "trip_headsign", language, spelled[row], trip_id, ""
