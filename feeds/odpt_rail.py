"""Railways of ODPT: stations, lines, and trains from train timetables or, where a line has none, station timetables.

Station timetables tell departures: a train put together from them ends at the last station it is known to leave.

References
----------
ODPT API specification 4, 3.3.3 odpt:Railway, 3.3.5 odpt:Station, 3.3.6 odpt:StationTimetable, 3.3.9
odpt:TrainTimetable.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from feeds.gbfs_fields import Entry, EntryError, position
from feeds.notices import Notice, Severity
from feeds.odpt_calendar import DAILY
from feeds.odpt_dump import Dump, Located, entries_of, own_id, short_id, short_ids, text_in, titles
from feeds.odpt_tables import GtfsRows
from feeds.odpt_trips import Call, Run, along_the_day, clock_s
from planner.geo import great_circle_m

TRAM, SUBWAY, RAIL, MONORAIL = "0", "1", "2", "12"

SAME_STATION_M = 1000.0
"""Two railways place what passengers know as one station at most so far apart."""

# ODPT does not say what kind of railway a line is; where nothing fits it is RAIL.
ROUTE_TYPES = (
    (re.compile(r"Monorail", re.IGNORECASE), MONORAIL),
    (re.compile(r"^(Toei\.Arakawa|Tokyu\.Setagaya)$"), TRAM),
    (re.compile(r"^Toei\.NipporiToneri$"), RAIL),
    (re.compile(r"^(TokyoMetro|Toei|YokohamaMunicipal)\."), SUBWAY),
)


@dataclass(frozen=True, slots=True)
class Railways:
    """What trains refer to: names of stations and train types by language, directions of lines."""

    stations: Mapping[str, Mapping[str, str]]
    positions: Mapping[str, tuple[float, float]]
    train_types: Mapping[str, str]
    ascending: Mapping[str, str]
    lines: frozenset[str]


def add_railways(dump: Dump, rows: GtfsRows) -> Railways:
    """Write stations and lines."""
    stations: dict[str, Mapping[str, str]] = {}
    positions: dict[str, tuple[float, float]] = {}
    for located in dump.of("Station"):
        try:
            station, names, at = _station(located.entry)
        except EntryError as error:
            dump.tell(located, "Station is left out", str(error))
            continue
        if station in stations:
            continue
        stations[station], positions[station] = names, at
        code = located.entry.get("odpt:stationCode")
        rows.add(
            "stops",
            stop_id=station,
            stop_code=code if isinstance(code, str) else "",
            stop_name=names.get("ja") or station.rpartition(".")[2],
            stop_lat=f"{at[0]:.7f}",
            stop_lon=f"{at[1]:.7f}",
        )
        rows.translate("stops", "stop_name", names, station)
    ascending: dict[str, str] = {}
    for _ in dump.converted("Railway", lambda entry: _add_line(entry, rows, ascending)):
        pass
    types = dump.converted("TrainType", lambda e: (own_id(e), titles(e, "odpt:trainTypeTitle").get("ja", "")))
    return Railways(stations, positions, dict(types), ascending, frozenset(ascending))


def _station(entry: Entry) -> tuple[str, Mapping[str, str], tuple[float, float]]:
    station = own_id(entry)
    try:
        at = position({"lat": entry.get("geo:lat"), "lon": entry.get("geo:long")})
    except EntryError:
        raise EntryError(f"{station} has no position (geo:lat, geo:long)") from None
    return station, titles(entry, "odpt:stationTitle"), at


def _add_line(entry: Entry, rows: GtfsRows, ascending: dict[str, str]) -> None:
    line, names = own_id(entry), titles(entry, "odpt:railwayTitle")
    if line in ascending:
        return
    ascending[line] = short_id(entry.get("odpt:ascendingRailDirection"))
    color, code = entry.get("odpt:color"), entry.get("odpt:lineCode")
    is_hex = isinstance(color, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", color)
    rows.add(
        "routes",
        route_id=line,
        agency_id=short_id(entry.get("odpt:operator")),
        route_short_name=code if isinstance(code, str) else "",
        route_long_name=names.get("ja") or line,
        route_type=next((kind for pattern, kind in ROUTE_TYPES if pattern.search(line)), RAIL),
        route_color=str(color)[1:].upper() if is_hex else "",
    )
    rows.translate("routes", "route_long_name", names, line)


def changes_of_operators(dump: Dump, railways: Railways) -> list[tuple[str, str, str]]:
    """Operator and two stations of it between whose lines one changes on one fare.

    Those are the stations that odpt:connectingStation names and those of equal title close to each other.
    """
    stations = {short_id(located.entry.get("owl:sameAs")): located.entry for located in dump.of("Station")}
    operators = {s: short_id(stations[s].get("odpt:operator")) for s in railways.stations if s in stations}
    pairs: set[tuple[str, str]] = set()
    namesakes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for station, operator in operators.items():
        connecting = short_ids(stations[station].get("odpt:connectingStation"))
        pairs.update((station, other) for other in connecting if operators.get(other) == operator)
        title = railways.stations[station].get("ja", "")
        others = namesakes[operator, title] if title else []
        pairs.update((station, other) for other in others if are_close(railways, station, other))
        others.append(station)
    both = {(a, b) for pair in pairs for a, b in (pair, pair[::-1]) if a != b}
    return sorted((operators[a], a, b) for a, b in both)


def are_close(railways: Railways, station: str, other: str) -> bool:
    """Whether two stations can be one for passengers."""
    return float(great_circle_m(*railways.positions[station], *railways.positions[other])) <= SAME_STATION_M


def train_runs(dump: Dump, railways: Railways) -> Iterator[Run]:
    """Every train of the dump that calls at two known stations at least."""
    timetabled: set[str] = set()
    seen: set[str] = set()
    for located in dump.of("TrainTimetable"):
        timetabled.add(short_id(located.entry.get("odpt:railway")))
        try:
            run = _run(located, dump, railways)
        except EntryError as error:
            dump.tell(located, "TrainTimetable is left out", str(error))
            continue
        if run.id not in seen:
            seen.add(run.id)
            yield run
    yield from _station_runs(dump, railways, timetabled)


def _run(located: Located, dump: Dump, railways: Railways) -> Run:
    entry = located.entry
    train, line = own_id(entry), _line(entry, railways)
    if not entry.get("odpt:calendar"):
        dump.tell(located, "TrainTimetable has no odpt:calendar", f"{train} is taken to run daily", Severity.INFO)
    calls = [call for part in entries_of(entry, "odpt:trainTimetableObject") for call in _calls(part)]
    known = [call for call in calls if call.stop in railways.stations]
    if len(known) < len(calls):
        unknown = next(call.stop for call in calls if call.stop not in railways.stations)
        dump.tell(located, "TrainTimetable calls at an unknown station", f"{train} at {unknown}", Severity.INFO)
    merged = along_the_day(_merged(known))
    if len(merged) < 2:
        raise EntryError(f"{train} has fewer than two calls at known stations")
    return Run(
        id=train,
        line=line,
        calendar=short_id(entry.get("odpt:calendar")) or DAILY,
        calls=merged,
        headsign=_headsign(entry, merged[-1].stop, railways),
        short_name=_short_name(entry, railways),
        direction=_direction(entry, line, railways),
        links=tuple(
            [(train, after) for after in short_ids(entry.get("odpt:nextTrainTimetable"))]
            + [(before, train) for before in short_ids(entry.get("odpt:previousTrainTimetable"))]
        ),
    )


def _line(entry: Entry, railways: Railways) -> str:
    line = short_id(entry.get("odpt:railway"))
    if line not in railways.lines:
        raise EntryError(f"odpt:railway '{line:.60}' is not in the dump")
    return line


def _calls(part: Entry) -> Iterator[Call]:
    arrival, departure = clock_s(part, "odpt:arrivalTime"), clock_s(part, "odpt:departureTime")
    at, leaving = short_id(part.get("odpt:arrivalStation")), short_id(part.get("odpt:departureStation"))
    if at and leaving and at != leaving and arrival is not None and departure is not None:
        yield Call(at, arrival, arrival)
        yield Call(leaving, departure, departure)
        return
    times = [second for second in (arrival, departure) if second is not None]
    if times and (at or leaving):
        yield Call(leaving or at, times[0], times[-1])


def _merged(calls: list[Call]) -> Iterator[Call]:
    """Calls with an arrival and a departure in entries of their own made one."""
    pending: Call | None = None
    for call in calls:
        if pending and pending.stop == call.stop:
            pending = replace(pending, departure=call.departure)
            continue
        if pending:
            yield pending
        pending = call
    if pending:
        yield pending


def _headsign(entry: Entry, last_stop: str, railways: Railways) -> Mapping[str, str]:
    """Names of the destinations, those of several joined; else the last call's."""
    targets = [railways.stations[s] for s in short_ids(entry.get("odpt:destinationStation")) if s in railways.stations]
    names = targets or [railways.stations[last_stop]]
    languages = [language for language in names[0] if all(language in name for name in names)]
    return {language: "・".join(name[language] for name in names) for language in languages}


def _short_name(entry: Entry, railways: Railways) -> str:
    """Kind, name and number of a train, such as ``特急 わかしお1号 1051M``."""
    names = entry.get("odpt:trainName")
    named = [text_in(name) for name in (names if isinstance(names, list) else [names])]
    kind = railways.train_types.get(short_id(entry.get("odpt:trainType")), "")
    return " ".join(filter(None, [kind, *named, text_in(entry.get("odpt:trainNumber"))]))


def _direction(entry: Entry, line: str, railways: Railways) -> str:
    direction = short_id(entry.get("odpt:railDirection"))
    if not direction or not railways.ascending[line]:
        return ""
    return "0" if direction == railways.ascending[line] else "1"


def _station_runs(dump: Dump, railways: Railways, timetabled: set[str]) -> Iterator[Run]:
    """Trains put together from what the stations of a line say of equal train numbers."""
    parts: dict[tuple[str, str, str, str], list[tuple[Call, Entry]]] = defaultdict(list)
    for located in dump.of("StationTimetable"):
        if short_id(located.entry.get("odpt:railway")) in timetabled:
            continue
        try:
            loose = _collect(located.entry, railways, parts)
        except EntryError as error:
            dump.tell(located, "StationTimetable is left out", str(error))
            continue
        if loose:
            dump.tell(located, "StationTimetable without train numbers", f"{loose} departures make no trains")
    for (line, direction, calendar, number), found in parts.items():
        found.sort(key=lambda pair: (pair[0].departure, pair[0].arrival))
        calls = tuple(_merged([call for call, _ in found]))
        if len(calls) < 2 or any(a.departure > b.arrival for a, b in pairwise(calls)):
            message = f"train {number} of {line} ({calendar}) has no two calls in order"
            dump.notices.append(Notice(Severity.WARNING, "odpt:StationTimetable", None, message))
            continue
        entry = found[0][1]
        yield Run(
            id=f"{line}.{number}.{calendar}",
            line=line,
            calendar=calendar,
            calls=calls,
            headsign=_headsign(entry, calls[-1].stop, railways),
            short_name=_short_name({"odpt:trainNumber": number} | entry, railways),
            direction=direction,
        )


def _collect(entry: Entry, railways: Railways, parts: dict[tuple[str, str, str, str], list[tuple[Call, Entry]]]) -> int:
    """Add the calls at one station to the trains they belong to; the result is how many belong to none."""
    line, station = _line(entry, railways), short_id(entry.get("odpt:station"))
    if station not in railways.stations:
        raise EntryError(f"odpt:station '{station:.60}' is not in the dump")
    direction, calendar = _direction(entry, line, railways), short_id(entry.get("odpt:calendar")) or DAILY
    loose = 0
    for part in entries_of(entry, "odpt:stationTimetableObject"):
        number = text_in(part.get("odpt:trainNumber")) or short_id(part.get("odpt:train")).rpartition(".")[2]
        call = next(_calls(part | {"odpt:departureStation": entry.get("odpt:station")}), None)
        if number and call:
            parts[line, direction, calendar, number].append((along_the_day([call])[0], part))
        else:
            loose += 1
    return loose
