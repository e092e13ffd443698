"""Small random networks with who travels in them."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from planner.day import timetable_on
from planner.footpaths import FORBIDDEN, Footpaths
from planner.journeys import Options
from planner.raptor import Transit
from planner.timetable import Timetable
from tests.planner import oracle
from tests.planner.timetables import DAY, clock, timetable

HOUR = 3600


@dataclass(frozen=True)
class Question:
    """A small network and who travels in it."""

    table: Timetable
    footpaths: Footpaths
    trips: np.ndarray
    stops: np.ndarray
    access: Options
    egress: Options
    max_transfers: int

    def transit(self) -> Transit:
        return Transit.of(timetable_on(self.table, DAY, self.trips, self.stops), self.footpaths)

    def world(self) -> oracle.World:
        return oracle.world(self.table, DAY, self.footpaths, self.trips, self.stops)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Five stops, some patterns with trips over three days, links, walks and options with hours, changes, masks."""
    names = "ABCDE"
    blocks, ends = [], []
    for _ in range(draw(st.integers(1, 5))):
        calls = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4))
        marks = draw(st.lists(st.sampled_from(["", "", "", "+", "-", "!"]), min_size=len(calls), max_size=len(calls)))
        lines = [" ".join(call + mark for call, mark in zip(calls, marks, strict=True))]
        for _ in range(draw(st.integers(1, 3))):
            gaps = draw(st.lists(st.integers(0, 5), min_size=2 * len(calls) - 1, max_size=2 * len(calls) - 1))
            hour = draw(st.sampled_from([8, 8, 8, 8, 8, 23, 24, 32]))
            now = hour * HOUR + 60 * draw(st.integers(0, 40))
            times, start = [], now
            for i in range(len(calls)):
                arrival = now + 60 * gaps[2 * i - 1] if i else now
                now = arrival + 60 * gaps[2 * i] if i + 1 < len(calls) else arrival
                times.append(f"{clock(arrival)}/{clock(now)}")
            service = draw(st.sampled_from(["daily", "before", "today", "after"]))
            lines.append(" ".join(times) + f" @{service}")
            ends.append((start, now))
        blocks.append("\n".join(lines))
    trips = st.integers(0, len(ends) - 1)
    links = draw(st.lists(st.tuples(trips, trips), max_size=5))
    links = [(a, b) for a, b in links if ends[a][1] > ends[a][0] or ends[b][1] > ends[b][0]]
    table = timetable(
        "\n\n".join(blocks),
        in_seat=links,
        services={"daily": (-1, 0, 1), "before": (-1,), "today": (0,), "after": (1,)},
        places=dict.fromkeys(names, (35.6, 140.0)),
    )
    stops = st.integers(0, len(names) - 1)
    walks = draw(st.lists(st.tuples(stops, stops, st.integers(0, 10), hours_of_day()), max_size=6))
    changes = draw(st.lists(st.sampled_from([0, 0, 60, 300, FORBIDDEN]), min_size=5, max_size=5))
    opens, closes = (np.array([walk[3][end] for walk in walks], np.int64) for end in (0, 1))
    start, end = (np.array([walk[i] for walk in walks], np.int64) for i in (0, 1))
    seconds = np.array([60 * walk[2] for walk in walks], np.int64)
    return Question(
        table,
        Footpaths.of(start, end, seconds, np.array(changes), (opens, closes)),
        np.array(draw(st.lists(st.sampled_from([True] * 7 + [False]), min_size=len(ends), max_size=len(ends)))),
        np.array(draw(st.lists(st.sampled_from([True] * 9 + [False]), min_size=5, max_size=5))),
        draw(options()),
        draw(options()),
        draw(st.integers(0, 4)),
    )


def hours_of_day() -> st.SearchStrategy[tuple[int, int]]:
    """Always, or some hours around those in which the vehicles run."""
    some = st.tuples(st.integers(0, 60), st.integers(0, 40)).map(
        lambda t: (8 * HOUR + 60 * t[0], 8 * HOUR + 60 * sum(t))
    )
    return st.one_of(st.just((0, 86_400)), some, st.just((23 * HOUR, 25 * HOUR)))


@st.composite
def options(draw: st.DrawFn) -> Options:
    """One to three ways, some of them with hours."""
    rows = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10), hours()), min_size=1, max_size=3))
    return Options.of(
        *([row[i] for row in rows] for i in (0,)),
        [60 * row[1] for row in rows],
        *zip(*(row[2] for row in rows), strict=True),
    )


def hours() -> st.SearchStrategy[tuple[int, int]]:
    some = st.tuples(st.integers(-30, 60), st.integers(0, 40)).map(
        lambda t: (8 * HOUR + 60 * t[0], 8 * HOUR + 60 * sum(t))
    )
    return st.one_of(st.just((-(2**30), 2**30)), some)
