"""Rules of single routes and trips decide on changes, the most specific first; every other change stays as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.day import timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import Options
from planner.live import LiveSource
from planner.live_records import StopUpdate, TripSelector, TripUpdate
from planner.model import StreetLeg, TransitLeg
from planner.network import Network, open_network
from planner.plan import plan
from planner.raptor import Transit, search
from planner.request import PlanRequest, StopId
from planner.ruled_changes import named_by, with_copies, with_ruled_changes
from planner.timetable import NONE, Route, SpecialTransfers, Timetable
from scenarios.build import Sources, build_network
from tests.feeds.gtfs_feeds import BASE, calls, feed
from tests.planner.timetables import DAY, timetable

MONDAY = date(2026, 4, 6)
SEVEN = datetime(2026, 4, 6, 7, tzinfo=ZoneInfo("Asia/Tokyo"))
HEADER = "from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time"
ROUTES = "route_id,agency_id,route_short_name,route_type\nR,A,1,3\nS,A,2,3"
TRIPS = "route_id,service_id,trip_id\nR,Daily,T\nS,Daily,U\nS,Daily,V\nR,Daily,W"
TIMES = calls("T A 8:00 B 8:10", "U B 8:15 C 8:25", "V B 8:30 C 8:40", "W B 8:20 C 8:30")


def city(folder: Path, *rules: str, footpaths: str = "feed", times: str = TIMES, **tables: str) -> Network:
    """From A to B by T (route R), on to C by U 8:15, V 8:30 (route S) or W 8:20 (route R)."""
    transfers = "\n".join([HEADER, *rules])
    source = feed(folder / "feed", routes=ROUTES, trips=TRIPS, stop_times=times, transfers=transfers, **tables)
    build_network(folder / "network", Sources(gtfs=[source], footpaths=footpaths))
    return open_network(folder / "network")


def ridden(network: Network, *, arrive_by: bool = False) -> list[str]:
    moment = SEVEN + timedelta(hours=2) if arrive_by else SEVEN
    request = PlanRequest(StopId("A"), StopId("C"), moment, window_s=7200, arrive_by=arrive_by)
    return [
        "+".join(leg.trip_id for leg in one.legs if isinstance(leg, TransitLeg))
        for one in plan(network, request).itineraries
    ]


@pytest.mark.parametrize(
    ("rules", "second"),
    [
        ([], "U"),
        (["B,B,R,S,,,2,301"], "W"),
        (["B,B,R,S,,,2,300"], "U"),
        (["B,B,R,S,,,3,"], "W"),
        (["B,B,,S,,,3,"], "W"),
        (["B,B,R,,,,3,"], None),
        (["B,B,S,R,,,3,"], "U"),
        (["B,B,,,T,U,2,301"], "W"),
        (["B,B,,,T,U,3,", "B,B,,,T,W,3,"], "V"),
        (["B,B,R,S,,,3,", "B,B,,,T,U,2,60"], "U"),
        (["B,B,R,S,,,2,60", "B,B,,,,U,3,"], "W"),
        (["B,B,,,T,,3,", "B,B,,S,T,,2,60"], "U"),
        (["B,B,R,S,,,2,60", "B,B,,S,,,3,"], "U"),
        (["B,B,,,,,2,400", "B,B,R,S,,,2,60"], "U"),
        (["B,B,,,,,3,", "B,B,,,T,V,1,"], "V"),
        (["B,B,,,,,2,400", "B,B,,,T,U,1,"], "U"),
    ],
)
@pytest.mark.parametrize("arrive_by", [False, True])
def test_the_most_specific_rule_decides(tmp_path: Path, rules: list[str], second: str | None, arrive_by: bool) -> None:
    found = ridden(city(tmp_path, *rules), arrive_by=arrive_by)
    last = {"U": ["T+U", "T+W", "T+V"]} if arrive_by else {}
    assert (found[:1] or [None])[0] == (f"T+{second}" if second else None) or (arrive_by and found[0] in last["U"])


def test_a_rule_between_two_stops_allows_the_change_for_its_route_alone(tmp_path: Path) -> None:
    times = calls("T A 8:00 D 8:10", "U B 8:15 C 8:25", "V B 8:30 C 8:40", "W B 8:12 C 8:30")
    stops = BASE["stops"] + "\nD,Dock,35.6110,140.0100"
    assert ridden(city(tmp_path / "none", times=times, stops=stops)) == []
    network = city(tmp_path / "one", "D,B,R,S,,,2,120", times=times, stops=stops)
    assert ridden(network) == ["T+U"]
    (itinerary,) = plan(network, PlanRequest(StopId("A"), StopId("C"), SEVEN, window_s=7200)).itineraries
    walk = next(leg for leg in itinerary.legs if isinstance(leg, StreetLeg))
    assert (walk.end - walk.start) <= timedelta(minutes=5)


def test_as_the_crow_flies_a_rule_without_a_time_keeps_the_walk(tmp_path: Path) -> None:
    times = calls("T A 8:00 D 8:10", "U B 8:11 C 8:25", "V B 8:30 C 8:40", "W B 8:12 C 8:30")
    stops = BASE["stops"] + "\nD,Dock,35.6118,140.0100"
    assert ridden(city(tmp_path / "a", footpaths="crow", times=times, stops=stops)) == ["T+V"]
    assert ridden(city(tmp_path / "b", "D,B,R,S,,,1,", footpaths="crow", times=times, stops=stops)) == ["T+V"]
    assert ridden(city(tmp_path / "c", "D,B,R,S,,,2,60", footpaths="crow", times=times, stops=stops)) == ["T+U"]


def test_who_alights_where_the_vehicle_becomes_another_trip_came_by_the_first(tmp_path: Path) -> None:
    transfers = f"{HEADER}\nB,B,R,,,,3,"
    tables = {
        "routes": ROUTES,
        "trips": "route_id,service_id,trip_id,block_id\nS,Daily,T,b\nR,Daily,X,b\nS,Daily,U,",
        "stop_times": calls("T A 8:00 B 8:10", "X B 8:10 A 8:30", "U B 8:15 C 8:25"),
        "transfers": transfers,
    }
    build_network(tmp_path / "network", Sources(gtfs=[feed(tmp_path / "feed", **tables)], footpaths="feed"))
    assert ridden(open_network(tmp_path / "network")) == ["T+U"]


def test_rules_hold_for_late_vehicles_too(tmp_path: Path) -> None:
    network = city(tmp_path, "B,B,,,T,U,2,301", "B,B,R,R,,,3,")
    assert ridden(network) == ["T+V"]
    late = StopUpdate(stop_id="B", departure_delay=60)
    update = TripUpdate(TripSelector("U", start_date=MONDAY), stop_updates=(late,))
    now = SEVEN.astimezone(UTC)
    assert ridden(network.with_live(LiveSource("x", int(now.timestamp()), None, (update,)), now)) == ["T+U"]


def test_rules_are_written_and_read_back(tmp_path: Path) -> None:
    from feeds.gtfs import read_gtfs
    from feeds.gtfs_write import write_gtfs

    table = city(tmp_path, "B,B,R,S,,,2,301", "B,B,,,T,U,3,").snapshot.timetable
    write_gtfs(table, tmp_path / "copy")
    again = read_gtfs([tmp_path / "copy"]).timetable.specific
    for name in SpecialTransfers.__dataclass_fields__:
        assert getattr(again, name).tolist() == getattr(table.specific, name).tolist()


LINES = """
A B C
8:00 8:10 8:20
8:20 8:30 8:40

B D
8:11 8:20
8:31 8:40

D B C
8:00 8:12 8:30

C D
8:22 8:30
8:41 8:50
"""
N_TRIPS = 7
SELECTORS = st.one_of(
    st.just((NONE, NONE)), st.tuples(st.integers(0, 1), st.just(NONE)), st.tuples(st.just(NONE), st.integers(0, 6))
)
RULE = st.tuples(
    st.sampled_from("ABCD"),
    st.sampled_from("ABCD"),
    SELECTORS,
    SELECTORS,
    st.sampled_from([0, 60, 300, 700]),
    st.booleans(),
)


def ruled(rules: list[tuple[object, ...]]) -> Timetable:
    table = timetable(LINES, "B B 60\nC C 120\nB C 240\nD B 180", services={"daily": (0,)})
    routes = (table.routes[0], Route("second", 0, "S", "Second", 3, "BUS"))
    index = {stop: row for row, stop in enumerate(table.stops.ids)}
    rows = [(index[a], index[b], *x, *y, s, int(f)) for a, b, x, y, s, f in rules]  # type: ignore[index, misc]
    columns = np.array(rows, np.int32).reshape(-1, 8).T
    route = np.array([trip % 2 for trip in range(N_TRIPS)], np.int32)
    return replace(table, routes=routes, trips=replace(table.trips, route=route), specific=SpecialTransfers(*columns))


def change_s(table: Timetable, a: int, b: int, before: int, after: int) -> int | None:
    """Seconds from trip to trip by the words of the specification; None where one may not or cannot."""
    rules, paths = table.specific, feed_footpaths(table)
    fitting = []
    for row in range(len(rules.seconds)):
        sides = []
        for side, trip in (("from", before), ("to", after)):
            route, only = int(getattr(rules, f"{side}_route")[row]), int(getattr(rules, f"{side}_trip")[row])
            fits = only in (NONE, trip) and route in (NONE, int(table.trips.route[trip]))
            sides.append((fits, 4 if only != NONE else int(route != NONE)))
        if rules.from_stop[row] == a and rules.to_stop[row] == b and all(fits for fits, _ in sides):
            fitting.append((sum(rank for _, rank in sides), row))
    special = [one for one in fitting if one[0] > 0]
    if special:
        top = max(special, key=lambda one: one[0])[1]
        return None if rules.is_forbidden[top] else int(rules.seconds[top])
    if a == b:
        return int(paths.change_s[a]) if paths.change_s[a] >= 0 else None
    rows = [r for r in range(paths.first[a], paths.first[a + 1]) if paths.to[r] == b]
    return min((int(paths.seconds[r]) for r in rows), default=None)


def calls_of(table: Timetable, trip: int) -> list[tuple[int, int]]:
    pattern = table.trips.pattern[trip]
    stops = table.patterns.stop[table.patterns.first[pattern] : table.patterns.first[pattern + 1]].tolist()
    first = int(table.trips.first_event[trip])
    return [(stop, int(table.trips.arrival[first + i])) for i, stop in enumerate(stops)]


def by_enumeration(table: Timetable, origin: int, target: int) -> set[tuple[int, int, int]]:
    """Undominated (departure, arrival, transfers) with at most three rides, every way tried."""
    found: set[tuple[int, int, int]] = set()

    def ride(start: int | None, trip: int, stop: int, time: int, n: int) -> None:
        seen = calls_of(table, trip)
        for i, j in product(range(len(seen)), repeat=2):
            if i < j and seen[i][0] == stop and seen[i][1] >= time:
                begin = seen[i][1] if start is None else start
                if seen[j][0] == target:
                    found.add((begin, seen[j][1], n))
                if n < 2:
                    for after, end in product(range(N_TRIPS), range(4)):
                        took = change_s(table, seen[j][0], end, trip, after)
                        if after != trip and took is not None:
                            ride(begin, after, end, seen[j][1] + took, n + 1)

    for trip in range(N_TRIPS):
        ride(None, trip, origin, 0, 0)
    return {
        one
        for one in found
        if not any(o != one and o[0] >= one[0] and o[1] <= one[1] and o[2] <= one[2] for o in found)
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(RULE, max_size=5, unique_by=lambda rule: rule[:4]),
    st.sampled_from(["AD", "AC", "DC", "BD"]),
    st.booleans(),
)
def test_searches_find_what_every_way_tried_finds(rules: list[tuple[object, ...]], ends: str, backwards: bool) -> None:
    rules = [rule for rule in rules if (rule[2], rule[3]) != ((NONE, NONE), (NONE, NONE))]
    # Of equally specific rules for one pair of vehicles the specification does not say which counts.
    table = ruled(rules)
    ranks = [(rule[0], rule[1], *(4 if s[1] != NONE else int(s[0] != NONE) for s in rule[2:4])) for rule in rules]  # type: ignore[index]
    if len({(a, b, x + y) for a, b, x, y in ranks}) < len(ranks):
        return
    trips = np.arange(N_TRIPS, dtype=np.int32)
    transit = Transit.of(
        *with_ruled_changes(timetable_on(table, DAY), feed_footpaths(table), table, trips, is_exact=True)
    )
    transit = transit.mirrored() if backwards else transit
    index = {stop: row for row, stop in enumerate(table.stops.ids)}
    origin, target = (index[end] for end in ends)
    (access, x), (egress, y) = (with_copies(transit.day, Options.of([stop], [0])) for stop in (origin, target))
    found = named_by(search(transit, access, egress, 0, 86_400, 2), x, y)
    columns = (found.departure.tolist(), found.arrival.tolist(), found.transfers.tolist())
    assert set(zip(*columns, strict=True)) == by_enumeration(table, origin, target)
    assert not found.access.any()
    assert not found.egress.any()
