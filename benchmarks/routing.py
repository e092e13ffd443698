"""How long searches between stops take, in milliseconds and in rulers; prints one JSON object.

The ruler is a plain RAPTOR (../shared/yardstick/raptor.py) that runs in this process on the same feed, date and random
queries: it finds the earliest arrival with every number of rides, without journeys, in-seat transfers or yesterday's
trips. Times are CPU time of one thread; the queries are asked twice, and the second time counts. Beside the figures of
the searches as they are used stand those without bounds (`planner.bounds`), and how many answers differ: none may.
"""

import argparse
import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

import numpy as np

from planner.bounds import least_seconds, no_bounds
from planner.criteria import Side, Travel, Weighed, search_weighed
from planner.criteria_costs import walking
from planner.day import timetable_on
from planner.footpaths import AS_THEY_ARE, Footpaths
from planner.journeys import Journeys, Options
from planner.live import LiveSource
from planner.live_records import StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.many import Questions, search_many
from planner.model import TRANSIT
from planner.network import Network, open_network
from planner.paces import no_paces
from planner.raptor import Transit, Workspace, earliest_arrivals, fewest_rides, search, search_at, search_soonest
from planner.request import Slack
from planner.timetable import Timetable
from scenarios.build import Sources, build_network

Result = TypeVar("Result")

SHARED = Path(__file__).resolve().parents[2] / "shared"
RULER = SHARED / "yardstick" / "raptor.py"
FEEDS = SHARED / "data" / "gtfs"
SEED = 42
ROUNDS = 15
"""Rides at most, as many as the ruler's rounds."""

DATES = {"tokyo-rail": date(2026, 11, 25), "chiba-rail": date(2026, 11, 28), "world/hart": date(2018, 4, 10)}
UPDATED = 5000
"""Trips that one message is about."""

HOUR_TRANSFERS = 8
WHOLE_SETS = 40
"""Queries of which the whole Pareto set with walking is searched: each takes hundreds of rulers."""

NEVER = 1 << 30


class Asked(NamedTuple):
    """A query in the planner's words and in the ruler's; `walk_s` from end to end by one row, NEVER without."""

    access: Options
    egress: Options
    time: int
    ruler: tuple[Any, ...]
    walk_s: int


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds and results of the second time the queries were asked."""

    ms: list[float]
    found: list[Any]

    def summary(self, ruler_ms: float) -> dict[str, float]:
        median, p99 = np.percentile(self.ms, [50, 99])
        return {
            "median_ms": round(float(median), 3),
            "p99_ms": round(float(p99), 3),
            "median_rulers": round(float(median) / ruler_ms, 2),
            "p99_rulers": round(float(p99) / ruler_ms, 2),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--feeds", nargs="+", choices=list(DATES), default=list(DATES))
    parser.add_argument("--networks", type=Path, help="folder of networks named as the feeds; those missing are built")
    options = parser.parse_args(arguments)
    results: dict[str, object] = {"load_average": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory() as room:
        for feed in options.feeds:
            folder = (options.networks or Path(room)) / Path(feed).name
            results[feed] = measured(feed, folder, DATES[feed], options.queries)
    results["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(results, indent=1))


def measured(feed: str, folder: Path, day: date, n_queries: int) -> dict[str, object]:
    results: dict[str, object] = {"date": day.isoformat()}
    if not folder.is_dir():
        begin = time.process_time()
        build_network(folder, Sources(gtfs=[FEEDS / f"{feed}.zip"], footpaths="feed"))
        results["build_s"] = round(time.process_time() - begin, 2)
    network, ruler = open_network(folder), ruler_module()
    table, footpaths = network.snapshot.timetable, network.snapshot.footpaths["foot"]
    results["bounds_s"], bounds = best_of_three(lambda: least_seconds(table, footpaths))
    results["bounds_mib"] = round(bounds.nbytes / 2**20, 1)
    results["day_cut_s"], transit = best_of_three(lambda: Transit.of(timetable_on(table, day), footpaths, bounds))
    results["mirror_s"], mirrored = best_of_three(transit.mirrored)
    results["day_mib"] = round(size_of(transit) / 2**20, 1)
    results["patterns"] = len(transit.roads.lanes.trip_first) - 1
    stop_ids, arrays = ruler.load(FEEDS / f"{feed}.zip", day)
    asked = queries(network, transit.footpaths, stop_ids, n_queries)
    room = Workspace.of(transit, ROUNDS - 1)
    ruled = timed(ruler_query(ruler, arrays), asked)
    unit = float(np.median(ruled.ms))
    results["queries"] = len(asked)
    results["ruler"] = ruled.summary(unit)
    once, most = timed(at(transit, room), asked), (ROUNDS - 1, room)
    results |= compared("one_departure", once, timed(at(unbounded(transit), room), asked), unit)
    soonest = timed(lambda query: search_soonest(transit, query.access, query.egress, query.time, *most), asked)
    results["soonest"] = soonest.summary(unit)
    results["soonest_later"] = sum(earliest(a) < earliest(b) for a, b in zip(once.found, soonest.found, strict=True))
    results["one_arrival"] = timed(at(mirrored, room), asked).summary(unit)
    hour = timed(within_hour(transit, room), asked)
    results |= compared("one_hour", hour, timed(within_hour(unbounded(transit), room), asked), unit)
    results |= one_to_all(transit, room, asked, unit)
    results |= in_one_call(transit, asked, once, unit)
    results |= with_walking((transit, mirrored), room, asked, unit)
    results |= reported(network, day, asked, unit)
    results["journeys_per_departure"] = round(float(np.mean([len(found) for found in once.found])), 2)
    results["journeys_per_hour"] = round(float(np.mean([len(found) for found in hour.found])), 2)
    return results | against(ruled, once, asked)


def at(transit: Transit, room: Workspace) -> Callable[[Asked], Journeys]:
    return lambda query: search_at(transit, query.access, query.egress, query.time, ROUNDS - 1, room)


def in_one_call(transit: Transit, asked: Sequence[Asked], alone: "Timed", unit: float) -> dict[str, object]:
    """Figures of a question among all in one compiled call, and of how many questions the answers differ."""
    times = np.array([one.time for one in asked], np.int32)
    questions = Questions.of([one.access for one in asked], [one.egress for one in asked], times)
    seconds, (first, found) = best_of_three(lambda: search_many(transit, questions, ROUNDS - 1))
    pairs = list(zip(found.arrival.tolist(), found.transfers.tolist(), strict=True))
    answers = [sorted(pairs[begin:end]) for begin, end in pairwise(first.tolist())]
    mean_ms = 1e3 * seconds / len(asked)
    return {
        "one_call": {"mean_ms": round(mean_ms, 4), "mean_rulers": round(mean_ms / unit, 2)},
        "one_call_differ": sum(answer != pareto_set(one) for answer, one in zip(answers, alone.found, strict=True)),
    }


def within_hour(transit: Transit, room: Workspace) -> Callable[[Asked], Journeys]:
    def run(query: Asked) -> Journeys:
        return search(transit, query.access, query.egress, query.time, query.time + 3600, HOUR_TRANSFERS, room)

    return run


def unbounded(transit: Transit) -> Transit:
    """Searches of it look at everything: no bounds are kept, none swept out."""
    return replace(transit, bounds=no_bounds(transit.day.n_stops), roads=transit.roads._replace(paces=no_paces()))


def compared(name: str, quick: "Timed", plain: "Timed", unit: float) -> dict[str, object]:
    """Figures with and without bounds, and of how many queries the arrivals with each number of transfers differ."""
    differ = sum(pareto_set(a) != pareto_set(b) for a, b in zip(quick.found, plain.found, strict=True))
    return {name: quick.summary(unit), f"{name}_unbounded": plain.summary(unit), f"{name}_lost_or_worse": differ}


def pareto_set(journeys: Journeys) -> list[tuple[int, int]]:
    return sorted(zip(journeys.arrival.tolist(), journeys.transfers.tolist(), strict=True))


def one_to_all(transit: Transit, room: Workspace, asked: Sequence[Asked], unit: float) -> dict[str, object]:
    """Figures of arrivals at all stops by a scan and in rounds, and at how many stops they differ."""
    scan = timed(lambda query: earliest_arrivals(transit, query.access, query.time, ROUNDS - 1, room), asked)
    rounds = timed(lambda query: fewest_rides(transit, query.access, query.time, ROUNDS - 1, room)[0], asked)
    differ = sum(int((a != b).sum()) for a, b in zip(scan.found, rounds.found, strict=True))
    return {
        "one_to_all": scan.summary(unit),
        "one_to_all_in_rounds": rounds.summary(unit),
        "one_to_all_lost_or_worse": differ,
    }


def with_walking(
    transits: tuple[Transit, Transit], room: Workspace, asked: Sequence[Asked], unit: float
) -> dict[str, object]:
    """Pareto sets in arrival, transfers and seconds on foot within `Slack`, beside all of them for the first queries.

    Walks to the first and from the last stop count. Lost or worse: journeys of a whole set within the slack that the
    bounded set has not.
    """
    travel = Travel(*transits, walking(transits[0]), transits[0].footpaths.seconds, ROUNDS - 1, slack=Slack())

    def run(query: Asked, course: Travel = travel) -> Weighed:
        access, egress = (Side(ways, ways.seconds, ways.seconds) for ways in (query.access, query.egress))
        return search_weighed(course, access, egress, query.time, room)

    bounded = timed(run, asked)
    some = asked[:WHOLE_SETS]
    whole = [points(run(query, replace(travel, slack=None))) for query in some]
    quickest = [pareto_set(search_at(transits[0], one.access, one.egress, one.time, ROUNDS - 1, room)) for one in some]
    lost = [
        near(every, travel.slack or Slack(), anchors) - points(found)
        for every, anchors, found in zip(whole, quickest, bounded.found, strict=False)
    ]
    return {
        "with_walking": bounded.summary(unit),
        "with_walking_journeys": round(float(np.mean([len(found.cost) for found in bounded.found])), 2),
        "with_walking_compared": len(some),
        "with_walking_lost_or_worse": sum(map(len, lost)),
        "with_walking_beyond_the_bound": sum(map(len, whole))
        - sum(len(points(one)) for one in bounded.found[: len(some)]),
    }


def points(found: Weighed) -> set[tuple[int, int, int]]:
    columns = found.journeys.arrival, found.journeys.transfers, found.cost
    return set(zip(*(column.tolist() for column in columns), strict=True))


def near(
    every: set[tuple[int, int, int]], slack: Slack, anchors: Sequence[tuple[int, int]]
) -> set[tuple[int, int, int]]:
    return {
        one
        for one in every
        if any(one[0] <= end + slack.seconds and one[1] <= changes + slack.transfers for end, changes in anchors)
    }


def earliest(journeys: Journeys) -> int:
    return int(journeys.arrival.min(initial=NEVER))


def reported(network: Network, day: date, asked: Sequence[Asked], unit: float) -> dict[str, object]:
    """Searches while every twentieth trip of the day is late or cancelled; how long a message on many trips takes."""
    table, rng = network.snapshot.timetable, np.random.default_rng(SEED)
    running = np.flatnonzero(table.active_services(day)[table.trips.service])
    now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=3)

    def message(count: int) -> LiveSource:
        chosen = rng.choice(running, min(count, len(running)), replace=False).tolist()
        return LiveSource("made", None, None, tuple(update(table.trips.ids[trip], day, rng) for trip in chosen))

    many = message(UPDATED)
    rows = network.unreported.index.trips
    called = replace(many, updates=tuple(every_call(table, rows[one.trip.trip_id or ""], one) for one in many.updates))
    apply_s, _ = best_of_three(lambda: network.with_live(many, now))
    apply_calls_s, _ = best_of_three(lambda: network.with_live(called, now))
    some = message(len(running) // 20)
    day_s, transit = best_of_three(
        lambda: network.with_live(some, now).transit(day, TRANSIT, False, AS_THEY_ARE, False)
    )
    room = Workspace.of(transit, ROUNDS - 1)
    found, plain = timed(at(transit, room), asked), timed(at(unbounded(transit), room), asked)
    figures = compared("one_departure_reported", found, plain, unit)
    figures["reported_keeps_bounds"] = transit.bounds.shape[1] > 0
    return figures | {"apply_5000_s": apply_s, "apply_5000_every_call_s": apply_calls_s, "apply_and_cut_day_s": day_s}


def update(trip_id: str, day: date, rng: np.random.Generator) -> TripUpdate:
    """Four of five trips are up to 20 minutes late, the fifth is cancelled."""
    if rng.random() < 0.2:
        return TripUpdate(TripSelector(trip_id, start_date=day), TripRelationship.CANCELED)
    return TripUpdate(TripSelector(trip_id, start_date=day), delay=60 * int(rng.integers(1, 21)))


def every_call(table: Timetable, trip: int, told: TripUpdate) -> TripUpdate:
    """The same said of the trip's calls one by one."""
    events = slice(*table.trips.first_event[trip : trip + 2])
    numbers = table.trips.sequence[events].tolist()
    calls = tuple(StopUpdate(one, arrival_delay=told.delay, departure_delay=told.delay) for one in numbers)
    return replace(told, delay=None, stop_updates=() if told.delay is None else calls)


def ruler_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ruler", RULER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ruler"] = module  # numba finds kept compilations by it
    spec.loader.exec_module(module)
    return module


def best_of_three(run: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of the quickest of three runs, the first of which may compile, and what it gives."""
    times = []
    for _ in range(3):
        begin = time.thread_time()
        result = run()
        times.append(time.thread_time() - begin)
    return round(min(times), 4), result


def size_of(transit: Transit) -> int:
    """Octets of what a day's searches read."""
    return sum(column.nbytes for table in transit.roads for column in table)


def queries(network: Network, footpaths: Footpaths, stop_ids: Sequence[str], count: int) -> list[Asked]:
    """The ruler's own random queries: it numbers stops in order of their ids."""
    rng, start = np.random.default_rng(SEED), footpaths.start
    asked = []
    for _ in range(count):
        a, b, second = *rng.choice(len(stop_ids), 2, replace=False), int(rng.integers(7 * 3600, 22 * 3600))
        origin, destination = network.stop_index[stop_ids[a]], network.stop_index[stop_ids[b]]
        away = slice(footpaths.first[origin], footpaths.first[origin + 1])
        near = np.flatnonzero(footpaths.to == destination)
        access = Options.of(np.append(footpaths.to[away], origin), np.append(footpaths.seconds[away], 0))
        egress = Options.of(np.append(start[near], destination), np.append(footpaths.seconds[near], 0))
        walk_s = int(min(access.seconds[access.stop == destination], default=NEVER))
        asked.append(Asked(access, egress, second, (np.int32(a), np.int32(b), np.int32(second)), walk_s))
    return asked


def ruler_query(ruler: ModuleType, arrays: tuple[Any, ...]) -> Callable[[Asked], int]:
    n_patterns, n_stops = len(arrays[2]), len(arrays[6]) - 1

    def ints(*shape: int) -> np.ndarray:
        return np.empty(shape, np.int32)

    work = (
        ints(n_stops), ints(ROUNDS + 1, n_stops), np.full(n_patterns, ruler.BIG, np.int32), ints(n_patterns),
        ints(n_stops + 1), np.zeros(n_stops, np.uint8), ints(n_stops + 1), ints(ROUNDS + 1),
    )  # fmt: skip
    return lambda query: int(ruler.query(*arrays, *query.ruler, ROUNDS, *work))


def timed(run: Callable[[Asked], Any], asked: Sequence[Asked]) -> Timed:
    ms: list[float] = []
    found: list[Any] = []
    for _ in range(2):
        ms.clear()
        found.clear()
        for query in asked:
            begin = time.thread_time()
            result = run(query)
            ms.append((time.thread_time() - begin) * 1e3)
            found.append(result)
    return Timed(ms, found)


def against(ruled: Timed, once: Timed, asked: Sequence[Asked]) -> dict[str, int]:
    """How often the planner arrives later than the ruler, which must be never, and how often earlier."""
    later = earlier = 0
    for theirs, journeys, query in zip(ruled.found, once.found, asked, strict=True):
        ours = min([NEVER, query.time + query.walk_s, *journeys.arrival.tolist()])
        later, earlier = later + (ours > theirs), earlier + (ours < theirs)
    return {"later_than_ruler": later, "earlier_than_ruler": earlier}


if __name__ == "__main__":
    main()
