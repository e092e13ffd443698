"""Trains of the city, synthesised from run times, trains per hour, first and last departures.

The result is not the operators' timetable: trains stand at even distances inside each band of the day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from feeds.makuhari.timetable import (
    HOUR,
    MINUTE,
    Call,
    Row,
    Through,
    Trip,
    interleave,
    read_table,
    seconds,
    spread,
)

BANDS = (
    ("early", 4, 6),
    ("06", 6, 7),
    ("am_peak", 7, 9),
    ("late_am", 9, 11),
    ("daytime", 11, 16),
    ("pre_pm", 16, 17),
    ("pm_peak", 17, 20),
    ("evening", 20, 22),
    ("late", 22, 25),
)
OUTBOUND = frozenset({"Outbound", "Eastbound", "Kaihimmakuhari", "Tokyo"})
THROUGH_DWELL = 60
NUDGE = 4 * MINUTE


@dataclass(frozen=True, slots=True)
class Segment:
    """Two stations a train type serves in a row; `run` to the arrival, `pace` to the next departure (s)."""

    run: int
    pace: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """Trains with one calendar, type, course and reference station; `counts` per band of the day.

    `sections` are stretches under one trip id: a line and its stations; a change of section is through running.
    """

    stream: str
    calendar: str
    direction: str
    train_type: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    reference: str
    headsign: str
    counts: tuple[int, ...]
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One section of one train before it becomes a trip: stations with their departures (s)."""

    pattern: Pattern
    section: int
    departures: tuple[int, ...]

    @property
    def line(self) -> str:
        return self.pattern.sections[self.section][0]

    @property
    def stations(self) -> tuple[str, ...]:
        return self.pattern.sections[self.section][1]


Segments = dict[tuple[str, str], dict[tuple[str, str], Segment]]


def rail_trips() -> tuple[tuple[Trip, ...], tuple[Through, ...]]:
    """All trains of the city and their through running.

    Returns
    -------
    tuple[tuple[Trip, ...], tuple[Through, ...]]
        Trips in the order of the pattern table and by time; pairs of trips one may stay seated between.
    """
    segments = _read_segments()
    streams: dict[tuple[str, str], list[Pattern]] = defaultdict(list)
    for row in read_table("rail_patterns.csv"):
        streams[row["stream"], row["calendar"]].append(_pattern(row, segments))
    trains = [train for patterns in streams.values() for train in _trains(patterns, segments)]
    legs = _meet_first_and_last([leg for train in trains for leg in train], segments)
    return _as_trips(legs, segments)


def route_of(line: str, train_type: str, direction: str) -> str:
    """The route the public knows a train by."""
    if train_type == "LimitedExpress" and line.startswith("JR-East."):
        return line + "LimitedExpress"
    if (line, train_type) == ("JR-East.Keiyo", "Rapid"):
        return line + train_type
    if line.endswith("Branch") or direction in ("Tokyo", "NishiFunabashi", "Kaihimmakuhari"):
        return "JR-East.Musashino"
    return line


def _read_segments() -> Segments:
    segments: Segments = defaultdict(dict)
    for row in read_table("rail_segments.csv"):
        run = int(float(row["run_min"])) * MINUTE
        segment = Segment(run, float(row["departure_min"]) * MINUTE)
        segments[row["line_id"], row["train_type"]][row["from"], row["to"]] = segment
    return segments


def _pattern(row: Row, segments: Segments) -> Pattern:
    sections = []
    for part in row["path"].split("|"):
        line, course = part.split(":")
        links = segments[line, row["train_type"]]
        stations = [course.split(">")[0]]
        for start, end in pairwise(course.split(">")):
            stations += _stations_between(links, start, end)[1:]
        sections.append((line, tuple(stations)))
    return Pattern(
        row["stream"],
        row["calendar"],
        row["direction"],
        row["train_type"],
        tuple(sections),
        row["reference"],
        row["headsign"],
        tuple(int(row["n_" + name]) for name, _, _ in BANDS),
        seconds(row["first"]) if row["first"] else None,
        seconds(row["last"]) if row["last"] else None,
    )


def _stations_between(links: Iterable[tuple[str, str]], start: str, end: str) -> list[str]:
    """The fewest calls from `start` to `end`: breadth first over the served pairs of stations."""
    paths = [[start]]
    for path in paths:
        if path[-1] == end:
            return path
        paths += [[*path, b] for a, b in links if a == path[-1] and b not in path]
    raise ValueError(f"rail_patterns.csv: no run times lead from {start} to {end}")


def _trains(patterns: list[Pattern], segments: Segments) -> Iterator[tuple[Leg, ...]]:
    times, kinds = _reference_departures(patterns)
    for time, kind in zip(times, kinds, strict=True):
        yield _train(patterns[kind], time, segments)


def _reference_departures(patterns: list[Pattern]) -> tuple[list[float], list[int]]:
    """Departures of a stream at its reference station, even inside each band, and the pattern of each."""
    first = min((p.first for p in patterns if p.first is not None), default=None)
    last = max((p.last for p in patterns if p.last is not None), default=None)
    times: list[float] = []
    kinds: list[int] = []
    for i, (_, start, end) in enumerate(BANDS):
        counts = [p.counts[i] for p in patterns]
        times += _times_in_band(sum(counts), start * HOUR, end * HOUR, first, last)
        kinds += interleave(counts)
    for kind, pattern in enumerate(patterns):
        if pattern.first is not None:
            _pin(times, kinds, kind, pattern.first, range(len(times)))
        if pattern.last is not None:
            _pin(times, kinds, kind, pattern.last, range(len(times) - 1, -1, -1))
    order = sorted(range(len(times)), key=times.__getitem__)
    return [times[i] for i in order], [kinds[i] for i in order]


def _times_in_band(n: int, start: float, end: float, first: int | None, last: int | None) -> list[float]:
    opens = first is not None and start <= first < end
    closes = last is not None and start <= last <= end
    low = first if first is not None and opens else start
    high = last if last is not None and closes else end
    if opens and closes:
        return spread(low, high, n)
    step = (high - low) / n if n else 0.0
    offset = 0.0 if opens else 1.0 if closes else 0.5
    return [low + step * (i + offset) for i in range(n)]


def _pin(times: list[float], kinds: list[int], kind: int, time: int, order: range) -> None:
    """Make the train nearest to `time` the outermost one of its kind, seen in `order`, and put it there."""
    nearest = min(order, key=lambda i: abs(times[i] - time))
    inner = range(nearest, order.stop, order.step)
    givers = [i for i in order if kinds[i] == kind and i not in inner]
    if kinds[nearest] != kind and not givers:
        givers = [next(i for i in inner if kinds[i] == kind)]
    takers = [i for i in inner if kinds[i] != kind]
    for giver, taker in zip(givers, takers, strict=False):
        kinds[giver], kinds[taker] = kinds[taker], kinds[giver]
    times[nearest] = time


def _train(pattern: Pattern, reference: float, segments: Segments) -> tuple[Leg, ...]:
    offsets: list[list[float]] = []
    now = 0.0
    for line, stations in pattern.sections:
        now += THROUGH_DWELL if offsets else 0
        section = [now]
        for pair in pairwise(stations):
            now += segments[line, pattern.train_type][pair].pace
            section.append(now)
        offsets.append(section)
    at_reference = _offset_at(pattern, offsets)
    start = reference - at_reference
    return tuple(
        Leg(pattern, i, tuple(int((start + offset + 1) // MINUTE) * MINUTE for offset in section))
        for i, section in enumerate(offsets)
    )


def _offset_at(pattern: Pattern, offsets: list[list[float]]) -> float:
    """Time from the first departure to the departure at the reference station, where a train also leaves."""
    for (_, stations), section in reversed(list(zip(pattern.sections, offsets, strict=True))):
        if pattern.reference in stations:
            return section[stations.index(pattern.reference)]
    raise ValueError(f"rail_patterns.csv: {pattern.stream} does not call at its reference {pattern.reference}")


def _meet_first_and_last(legs: list[Leg], segments: Segments) -> list[Leg]:
    """Move the first and last train at each station to the published minute, where it is a few minutes off."""
    departures: dict[tuple[str, str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for i, leg in enumerate(legs):
        for j, station in enumerate(leg.stations[:-1]):
            key = leg.line, leg.pattern.calendar, leg.pattern.direction, station
            departures[key].append((leg.departures[j], i, j))
    moved: dict[int, dict[int, int]] = defaultdict(dict)
    for row in read_table("rail_first_last.csv"):
        found = departures.get((row["line_id"], row["calendar"], row["direction"], row["station"]))
        for (time, i, j), wanted in _extremes(found, row):
            if abs(time - wanted) <= NUDGE:
                moved[i][j] = wanted
    for i, wanted_at in moved.items():
        legs[i] = _moved(legs[i], wanted_at, segments)
    return legs


def _extremes(found: list[tuple[int, int, int]] | None, row: Row) -> list[tuple[tuple[int, int, int], int]]:
    if not found:
        return []
    return [(min(found), seconds(row["first_dep"])), (max(found), seconds(row["last_dep"]))]


def _moved(leg: Leg, wanted_at: dict[int, int], segments: Segments) -> Leg:
    """The leg with the wanted departures; the calls around them follow so that time never runs backwards."""
    links = segments[leg.line, leg.pattern.train_type]
    runs = [links[pair].run for pair in pairwise(leg.stations)]
    times = list(leg.departures)
    shift = 0
    for j, time in enumerate(leg.departures):
        if j in wanted_at:
            shift = wanted_at[j] - time
        times[j] = max(time + shift, times[j - 1] + max(MINUTE, runs[j - 1] - MINUTE)) if j else time + shift
    start = min(wanted_at)
    for j in range(start - 1, -1, -1):
        times[j] = min(times[j], times[j + 1] - max(MINUTE, runs[j] - MINUTE))
    return replace(leg, departures=tuple(times))


def _as_trips(legs: list[Leg], segments: Segments) -> tuple[tuple[Trip, ...], tuple[Through, ...]]:
    trips: list[Trip] = []
    through: list[Through] = []
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    for leg in legs:
        key = leg.pattern.stream, leg.pattern.calendar
        numbers[key] += leg.section == 0
        trips.append(_trip(leg, numbers[key], segments))
        if leg.section:
            through.append(Through(trips[-2], trips[-1]))
    return tuple(trips), tuple(_keep_order(pair) for pair in through)


def _keep_order(pair: Through) -> Through:
    if pair.from_trip.calls[-1].arrival > pair.to_trip.calls[0].departure:
        raise ValueError(f"through train {pair.to_trip.id} leaves before {pair.from_trip.id} arrives")
    return pair


def _trip(leg: Leg, number: int, segments: Segments) -> Trip:
    pattern = leg.pattern
    links = segments[leg.line, pattern.train_type]
    calls = [_call(leg, 0, leg.departures[0])]
    for j, pair in enumerate(pairwise(leg.stations), start=1):
        arrival = min(leg.departures[j], leg.departures[j - 1] + links[pair].run)
        calls.append(_call(leg, j, arrival))
    calls[-1] = replace(calls[-1], departure=calls[-1].arrival)
    suffix = f"-{leg.section + 1}" if len(pattern.sections) > 1 else ""
    return Trip(
        f"{pattern.stream}-{pattern.calendar.lower()}-{number:03d}{suffix}",
        route_of(leg.line, pattern.train_type, pattern.direction),
        pattern.calendar,
        pattern.headsign,
        0 if pattern.direction in OUTBOUND else 1,
        tuple(calls),
    )


def _call(leg: Leg, j: int, arrival: int) -> Call:
    return Call(f"{leg.line}.{leg.stations[j]}", arrival, leg.departures[j])
