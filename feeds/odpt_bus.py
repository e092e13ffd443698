"""Buses of ODPT: poles, routes and runs.

References
----------
ODPT API specification 4, 4.3: odpt:BusstopPole, odpt:BusroutePattern, odpt:BusTimetable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feeds.gbfs_fields import Entry, EntryError, number, position
from feeds.notices import Severity
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
    for located in dump.of("BusTimetable"):
        try:
            run = _run(located, dump, network)
        except EntryError as error:
            dump.tell(located, "BusTimetable is left out", str(error))
            continue
        if run.id not in seen:
            seen.add(run.id)
            yield run


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
