"""Charts show what the log says."""

from collections.abc import Mapping

import numpy as np
import pytest

from scenarios.charts import by_replication, ends_by_hour, queue_lengths, space_time, waits
from simulator.intervals import interval

pytest.importorskip("plotly")

WORDS: Mapping[str, str] = dict.fromkeys(
    ("vehicle", "waiting", "wait_min", "share_percent", "replication", "travellers", "time"), "x"
)
ROUND = {
    "time_s": [0.0, 60.0, 120.0, 180.0, 240.0, 300.0],
    "kind": ["ARRIVED", "DEPARTED", "ARRIVED", "HELD", "DEPARTED", "ARRIVED"],
    "vehicle": [2, 2, 2, 2, 2, 2],
    "position": [0, 0, 1, 1, 1, 0],
}


def test_a_round_rises_along_the_course_and_breaks_at_its_end() -> None:
    (line,) = space_time(ROUND, ["A", "B"], [300.0, 200.0], 0.0, WORDS).data
    assert line.name == "x 3"
    assert list(line.y) == [0, 0, 300, 300, 500, None, 0]
    assert [None if x is None else x * 3600 for x in line.x] == [0, 60, 120, 240, 300, None, 300]


def test_queues_are_steps() -> None:
    events = {
        "time_s": [0.0, 5.0, 9.0, 12.0, 20.0],
        "kind": ["JOINED", "JOINED", "BOARDED", "ALIGHTED", "GAVE_UP"],
        "position": [1, 1, 1, 0, 1],
    }
    nobody, queue = queue_lengths(events, ["A", "B"], WORDS).data
    assert list(nobody.y) == []
    assert list(queue.y) == [1, 2, 1, 0]
    assert list(queue.x) == pytest.approx([0, 5 / 3600, 9 / 3600, 20 / 3600])


def test_waits_are_quantiles() -> None:
    seconds = np.random.default_rng(1).exponential(300.0, 5000)
    (line,) = waits(seconds.tolist(), WORDS).data
    assert np.interp(50, line.y, line.x) == pytest.approx(np.median(seconds) / 60, rel=0.01)
    assert line.x[-1] == pytest.approx(seconds.max() / 60)
    assert list(waits([], WORDS).data[0].x or []) == []


def test_the_band_is_the_interval() -> None:
    values = [3.0, 4.0, 6.0, 5.5]
    figure = by_replication(values, "wait", WORDS)
    band = next(shape for shape in figure.layout.shapes if shape.type == "rect")
    found = interval(values)
    assert (band.y0, band.y1) == (found.low, found.high)
    assert [shape for shape in by_replication([3.0], "wait", WORDS).layout.shapes if shape.type == "rect"] == []


def test_ends_are_counted_by_hour() -> None:
    travellers = {"generated_s": [3599.0, 3600.0, 3700.0, 9000.0], "end": ["REACHED", "REACHED", "GAVE_UP", "REACHED"]}
    bars = {bar.name: dict(zip(bar.x, bar.y, strict=True)) for bar in ends_by_hour(travellers, WORDS).data}
    assert bars == {"REACHED": {0: 1, 1: 1, 2: 1}, "GAVE_UP": {1: 1}}
