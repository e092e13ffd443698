"""Buses of ODPT: poles, routes and runs, these from bus timetables or, where a pattern has none, pole timetables.

Pole timetables tell departures and no bus: the first bus of a pattern at one pole is taken for the first at the next.
A bus put together from them ends at the last pole it is known to leave.

References
----------
ODPT API specification 4, 4.3: odpt:BusstopPole, odpt:BusroutePattern, odpt:BusTimetable, odpt:BusstopPoleTimetable.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feeds.gbfs_fields import Entry, EntryError, number, position
from feeds.notices import Notice, Severity
from feeds.odpt_calendar import DAILY
from feeds.odpt_dump import Dump, Located, entries_of, flag_of, own_id, short_id, short_ids, text_in, titles
from feeds.odpt_tables import GtfsRows
from feeds.odpt_trips import Call, Run, along_the_day, clock_s

BUS = "3"


@dataclass(frozen=True, slots=True)
class BusNetwork:
    """What runs refer to: poles, and routes by their patterns."""

    poles: frozenset[str]
    route_of: Mapping[str, str]


def add_buses(dump: Dump, rows: GtfsRows) -> BusNetwork:
    """Write poles and routes."""
    poles: set[str] = set()
    for _ in dump.converted("BusstopPole", lambda entry: _add_pole(entry, rows, poles)):
        pass
    routes: set[str] = set()
    patterns = dict(dump.converted("BusroutePattern", lambda entry: _add_route(entry, rows, routes)))
    return BusNetwork(frozenset(poles), patterns)


def _add_pole(entry: Entry, rows: GtfsRows, poles: set[str]) -> None:
    pole, names = own_id(entry), titles(entry, "title")
    try:
        lat, lon = position({"lat": entry.get("geo:lat"), "lon": entry.get("geo:long")})
    except EntryError:
        raise EntryError(f"{pole} has no position (geo:lat, geo:long)") from None
    if pole in poles:
        return
    poles.add(pole)
    rows.add(
        "stops",
        stop_id=pole,
        stop_name=names.get("ja") or pole,
        stop_lat=f"{lat:.7f}",
        stop_lon=f"{lon:.7f}",
        platform_code=text_in(entry.get("odpt:platformNumber")) or text_in(entry.get("odpt:busstopPoleNumber")),
    )
    rows.translate("stops", "stop_name", names, pole)


def _add_route(entry: Entry, rows: GtfsRows, routes: set[str]) -> tuple[str, str]:
    """Write the route of a pattern; the result is the pattern and its route."""
    pattern = own_id(entry)
    route = short_id(entry.get("odpt:busroute")) or pattern
    if route not in routes:
        routes.add(route)
        names = titles(entry, "title")
        operators = short_ids(entry.get("odpt:operator"))
        rows.add(
            "routes",
            route_id=route,
            agency_id=operators[0] if operators else "",
            route_short_name=names.get("ja") or route.rpartition(".")[2],
            route_type=BUS,
        )
        rows.translate("routes", "route_short_name", names, route)
    return pattern, route


def bus_runs(dump: Dump, network: BusNetwork) -> Iterator[Run]:
    """Every bus of the dump that calls at two known poles at least."""
    seen: set[str] = set()
    timetabled: set[str] = set()
    for located in dump.of("BusTimetable"):
        timetabled.add(short_id(located.entry.get("odpt:busroutePattern")))
        try:
            run = _run(located, dump, network)
        except EntryError as error:
            dump.tell(located, "BusTimetable is left out", str(error))
            continue
        if run.id not in seen:
            seen.add(run.id)
            yield run
    yield from _pole_runs(dump, network, timetabled)


def _run(located: Located, dump: Dump, network: BusNetwork) -> Run:
    entry = located.entry
    bus, pattern = own_id(entry), short_id(entry.get("odpt:busroutePattern"))
    if pattern not in network.route_of:
        raise EntryError(f"odpt:busroutePattern '{pattern:.60}' is not in the dump")
    parts = entries_of(entry, "odpt:busTimetableObject")
    parts.sort(key=lambda part: number(part, "odpt:index") or 0.0)
    calls = [call for part in parts if (call := _call(part)) is not None]
    known = [call for call in calls if call.stop in network.poles]
    if len(known) < len(calls):
        unknown = next(call.stop for call in calls if call.stop not in network.poles)
        dump.tell(located, "BusTimetable calls at an unknown pole", f"{bus} at {unknown}", Severity.INFO)
    if len(known) < 2:
        raise EntryError(f"{bus} has fewer than two calls at known poles")
    signs = [sign for part in parts if (sign := text_in(part.get("odpt:destinationSign")))]
    return Run(
        id=bus,
        line=network.route_of[pattern],
        calendar=short_id(entry.get("odpt:calendar")) or DAILY,
        calls=along_the_day(known),
        headsign={"ja": signs[0]} if signs else {},
        is_accessible=all(flag_of(part.get("odpt:isNonStepBus"), False) for part in parts),
    )


def _call(part: Entry) -> Call | None:
    arrival, departure = clock_s(part, "odpt:arrivalTime"), clock_s(part, "odpt:departureTime")
    times = [second for second in (arrival, departure) if second is not None]
    pole = short_id(part.get("odpt:busstopPole"))
    if not times or not pole:
        return None
    on, off = flag_of(part.get("odpt:canGetOn"), True), flag_of(part.get("odpt:canGetOff"), True)
    return Call(pole, times[0], times[-1], on, off)


Departures = dict[tuple[str, str], dict[float, list[Call]]]
"""Calls by pattern and calendar, then by the pole's place in the pattern."""


def _pole_runs(dump: Dump, network: BusNetwork, timetabled: set[str]) -> Iterator[Run]:
    """Buses put together from what the poles of a pattern say."""
    found: Departures = defaultdict(lambda: defaultdict(list))
    for located in dump.of("BusstopPoleTimetable"):
        try:
            loose = _collect(located.entry, network, timetabled, found)
        except EntryError as error:
            dump.tell(located, "BusstopPoleTimetable is left out", str(error))
            continue
        if loose:
            why = f"{loose} departures name no known pattern and place in it"
            dump.tell(located, "BusstopPoleTimetable without patterns", why)
    for (pattern, calendar), by_place in found.items():
        poles = [sorted(by_place[place], key=lambda call: call.departure) for place in sorted(by_place)]
        is_whole = len({len(calls) for calls in poles}) == 1
        for rank, calls in enumerate(zip(*poles, strict=False), 1):
            try:
                if not is_whole or len(calls) < 2:
                    raise EntryError("its poles do not tell of equally many buses, or there is only one")
                run = along_the_day(calls)
            except EntryError as error:
                message = f"buses of {pattern} ({calendar}) cannot be put together: {error}"
                dump.notices.append(Notice(Severity.WARNING, "odpt:BusstopPoleTimetable", None, message))
                break
            yield Run(f"{pattern}.{rank}.{calendar}", network.route_of[pattern], calendar, run, {})


def _collect(entry: Entry, network: BusNetwork, timetabled: set[str], found: Departures) -> int:
    """Add the departures at one pole to the patterns they belong to; the result is how many belong to none."""
    pole, calendar = short_id(entry.get("odpt:busstopPole")), short_id(entry.get("odpt:calendar")) or DAILY
    if pole not in network.poles:
        raise EntryError(f"odpt:busstopPole '{pole:.60}' is not in the dump")
    loose = 0
    for part in entries_of(entry, "odpt:busstopPoleTimetableObject"):
        pattern, place = short_id(part.get("odpt:busroutePattern")), number(part, "odpt:busroutePatternOrder")
        call = _call(part | {"odpt:busstopPole": entry.get("odpt:busstopPole")})
        if pattern in timetabled:
            continue
        if call is None or place is None or pattern not in network.route_of:
            loose += 1
        else:
            found[pattern, calendar][place].append(along_the_day([call])[0])
    return loose
