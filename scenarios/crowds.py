"""How crowded a simulated day was, as what is expected of days like it: loads, waits at stops and at ticket gates."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from planner.crowds import QUARTER_S, CrowdTable, Section, gates_of
from planner.errors import RequestError
from planner.timetable import NONE
from scenarios.cases import is_of_city
from scenarios.city_scenario import CityScenario, read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.run import read_run
from scenarios.run_tables import read_columns
from simulator.city import town
from simulator.events import Kind, Reason
from simulator.runs import Run, runs_of
from simulator.town import Town

COLUMNS = ("time_s", "kind", "traveller", "vehicle", "position", "load", "reason")


LEAST_SEEN = 5
"""Of fewer people a mean wait says nothing."""


class Happened(NamedTuple):
    """A row of a log, in the order of `COLUMNS`."""

    time_s: float
    kind: str
    traveller: int | None
    vehicle: int | None
    position: int
    load: int
    reason: str | None


class Seen(NamedTuple):
    """One observation: a load if `is_load`, else a wait."""

    is_load: bool
    section: Section
    time_s: float
    value: float


def crowds_of(run: Path) -> CrowdTable:
    """What is expected on a day like that of a city's run: the means of all its replications by quarter of an hour.

    A wait lasts from when the first vehicle one wanted has gone without one to when one boards at that stop, and counts
    for the quarter in which one came; who went away instead is not counted, nor are fewer than `LEAST_SEEN` people.

    Raises
    ------
    RequestError
        The folder is no run of a city.
    """
    record, numbers = read_run(run)
    file = run / "scenario.toml"
    if not is_of_city(file):
        raise RequestError("RUN", f"{run} is no run of a city; lines and loops have crowds of their own only.")
    scenario, text = read_city_scenario(file)
    around = town(city_setup_of(scenario, text).place)
    seen = [
        one
        for replication in range(len(next(iter(numbers.values()))))
        for one in seen_in(scenario, around, _log(run, replication))
    ]
    return table_of(seen, record.counted_from_s, record.until_s)


def _log(run: Path, replication: int) -> list[Happened]:
    columns = read_columns(run, "events", replication, COLUMNS)
    return [Happened(*row) for row in zip(*(columns[name] for name in COLUMNS), strict=True)]


def seen_in(scenario: CityScenario, around: Town, log: list[Happened]) -> Iterator[Seen]:
    """Loads as vehicles leave, waits as people board, lines at gates as people pass them."""
    stops = around.network.snapshot.timetable.stops
    came, left, at_gate = dict[int, Happened](), dict[int, float](), dict[int, float]()
    for one in log:
        who = -1 if one.traveller is None else one.traveller
        pattern = _pattern(around, one.vehicle)
        match one.kind:
            case Kind.DEPARTED.name if pattern is not None:
                section, load = _section(around, pattern, one), _load(scenario, runs_of(around)[pattern], one.load)
                yield Seen(True, section, one.time_s, load)
            case Kind.JOINED.name if who not in came or came[who].position != one.position:
                came[who] = one
                left.pop(who, None)
            case Kind.LEFT_QUEUE.name if one.reason == Reason.FULL.name:
                left.setdefault(who, one.time_s)
            case Kind.BOARDED.name if pattern is not None:
                waited_s = one.time_s - left.pop(who, one.time_s)
                yield Seen(False, _section(around, pattern, one), came.pop(who).time_s, waited_s)
            case Kind.QUEUED_AT_GATE.name:
                at_gate[who] = one.time_s
            case Kind.PASSED_GATE.name:
                row = one.position - around.first_stop
                station = row if stops.parent[row] == NONE else int(stops.parent[row])
                yield Seen(False, gates_of(stops.ids[station]), at_gate[who], one.time_s - at_gate[who])


def _pattern(around: Town, vehicle: int | None) -> int | None:
    """What a vehicle runs on; None for one without a timetable."""
    first = around.transit.day.trip_first
    if vehicle is None or vehicle >= first[-1]:
        return None
    return int(np.searchsorted(first, vehicle, "right")) - 1


def _section(around: Town, pattern: int, one: Happened) -> Section:
    """Where a vehicle goes next from a stop; from one it calls at twice, as at first."""
    day, ids = around.transit.day, around.network.snapshot.timetable.stops.ids
    stops = day.stop[day.pattern_first[pattern] : day.pattern_first[pattern + 1]].tolist()
    call = stops.index(one.position - around.first_stop)
    return runs_of(around)[pattern].route, ids[stops[call]], ids[stops[call + 1]]


def _load(scenario: CityScenario, line: Run, riders: int) -> float:
    """Persons a place, those who are not simulated with them."""
    lines = scenario.supply.lines
    stock = lines.get(line.route) or lines[line.mode]
    return stock.taken_share + riders / stock.places


def table_of(seen: Iterable[Seen], from_s: float, until_s: float) -> CrowdTable:
    """Means by line, stop and quarter."""
    first_s = int(from_s // QUARTER_S) * QUARTER_S
    n_quarters = int(-(-(until_s - first_s) // QUARTER_S))
    within = [one for one in seen if first_s <= one.time_s < first_s + n_quarters * QUARTER_S]
    sections = tuple(sorted({one.section for one in within}))
    rows = {section: row for row, section in enumerate(sections)}
    sums, counts = np.zeros((2, 2, len(sections), n_quarters))
    place = np.array([rows[one.section] for one in within], np.int64)
    quarter = np.array([(one.time_s - first_s) // QUARTER_S for one in within], np.int64)
    kind = np.array([one.is_load for one in within], np.int64)
    np.add.at(sums, (kind, place, quarter), [one.value for one in within])
    np.add.at(counts, (kind, place, quarter), 1)
    with np.errstate(invalid="ignore"):
        means = (sums / counts).astype(np.float32)
    means[0][counts[0] < LEAST_SEEN] = np.nan
    return CrowdTable(sections, first_s, load=means[1], wait_s=means[0])
