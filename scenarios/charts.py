"""Charts of a run: vehicles over time and way, queues, waits, and each day's numbers with their interval."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.effort import EffortRecord
from scenarios.run_tables import Cells
from simulator.intervals import interval

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Columns = Mapping[str, Cells]

HOUR_S = 3600
SHOWN_H = 2.0
LAYOUT = {"template": "plotly_white", "margin": {"l": 60, "r": 20, "t": 20, "b": 50}, "height": 380}
QUEUES = {"JOINED": 1, "PUT_DOWN": 1, "BOARDED": -1, "GAVE_UP": -1, "LEFT_QUEUE": -1}

Words = Mapping[str, str]
"""Titles of axes and lines, by key."""


def space_time(
    events: Columns, stops: Sequence[str], lengths_m: Sequence[float], begin_s: float, words: Words
) -> "Figure":
    """Each vehicle's way along the course: flat where it stands, steep where it is fast.

    Two hours from `begin_s` on are shown; the axis can be dragged through the day.

    Parameters
    ----------
    events : mapping
        Columns time_s, kind, vehicle, position of a log.
    stops, lengths_m : sequence
        By position: the stop, and the metres to the next.
    """
    from plotly.graph_objects import Figure, Scattergl

    at_m = [0.0, *accumulate(lengths_m)]
    lines: dict[int, tuple[list[float | None], list[float | None]]] = defaultdict(lambda: ([], []))
    for time_s, kind, vehicle, position in _rows(events, "time_s", "kind", "vehicle", "position"):
        if kind not in ("ARRIVED", "DEPARTED"):
            continue
        times, metres = lines[vehicle]
        if position == 0 and kind == "ARRIVED" and times:
            # It ends a round at the top of the chart and begins the next at its bottom.
            times += [time_s / HOUR_S, None]
            metres += [at_m[-1], None]
        times.append(time_s / HOUR_S)
        metres.append(at_m[position])
    figure = Figure([
        Scattergl(x=times, y=metres, mode="lines", name=f"{words['vehicle']} {vehicle + 1}", line_width=1)
        for vehicle, (times, metres) in sorted(lines.items())
    ])  # fmt: skip
    begin_h = begin_s / HOUR_S
    figure.update_layout(**LAYOUT, xaxis=_clock(words) | {"range": [begin_h, begin_h + SHOWN_H]})
    figure.update_yaxes(tickvals=at_m, ticktext=[*stops, stops[0]], showgrid=True)
    return figure


def queue_lengths(events: Columns, stops: Sequence[str], words: Words) -> "Figure":
    """How many wait at each stop over the day; columns time_s, kind, position of a log."""
    from plotly.graph_objects import Figure, Scattergl

    steps: dict[str, tuple[list[float], list[int]]] = {stop: ([], []) for stop in stops}
    for time_s, kind, position in _rows(events, "time_s", "kind", "position"):
        if kind in QUEUES:
            times, lengths = steps[stops[position]]
            times.append(time_s / HOUR_S)
            lengths.append((lengths[-1] if lengths else 0) + QUEUES[kind])
    figure = Figure([
        Scattergl(x=times, y=lengths, mode="lines", name=stop, line={"shape": "hv", "width": 1})
        for stop, (times, lengths) in steps.items()
    ])  # fmt: skip
    figure.update_layout(**LAYOUT, xaxis=_clock(words), yaxis_title=words["waiting"])
    return figure


def waits(seconds: Sequence[float], words: Words) -> "Figure":
    """Share of travellers who waited no longer, over minutes."""
    from plotly.graph_objects import Figure, Scatter

    ordered = np.sort(np.asarray(seconds, float)) / 60
    # A thousand points draw any distribution.
    shares = np.linspace(0, 1, min(len(ordered), 1000)) if len(ordered) else np.empty(0)
    minutes = np.quantile(ordered, shares) if len(ordered) else ordered
    figure = Figure([Scatter(x=minutes.tolist(), y=(100 * shares).tolist(), mode="lines", name="")])
    figure.update_layout(**LAYOUT, xaxis_title=words["wait_min"], yaxis_title=words["share_percent"], showlegend=False)
    return figure


def by_replication(values: Sequence[float], title: str, words: Words) -> "Figure":
    """A number of every replication, its mean, and the mean's 95 % interval as a band."""
    from plotly.graph_objects import Figure, Scatter

    found = interval(values)
    figure = Figure([Scatter(x=list(range(1, len(values) + 1)), y=list(values), mode="markers", name="")])
    if not isnan(found.mean):
        figure.add_hline(found.mean, line_width=1)
    if found.count > 1:
        figure.add_hrect(found.low, found.high, opacity=0.15, line_width=0, fillcolor="#2563eb")
    figure.update_layout(
        **LAYOUT,
        xaxis={"title": words["replication"], "dtick": _step(len(values))},
        yaxis_title=title,
        showlegend=False,
    )
    return figure


def ends_by_hour(travellers: Columns, words: Words) -> "Figure":
    """Travellers by the hour they set out in and how their trip ended; columns generated_s and end."""
    from plotly.graph_objects import Bar, Figure

    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for generated_s, end in _rows(travellers, "generated_s", "end"):
        counts[end][int(generated_s // HOUR_S)] += 1
    bars = [Bar(x=list(hours), y=list(hours.values()), name=words.get(end, end)) for end, hours in counts.items()]
    figure = Figure(bars)
    figure.update_layout(**LAYOUT, barmode="stack", xaxis=_clock(words), yaxis_title=words["travellers"])
    return figure


def growth(efforts: Sequence[EffortRecord], words: Words) -> "Figure":
    """CPU seconds used until so many travellers had set out, a line a replication."""
    from plotly.graph_objects import Figure, Scatter

    figure = Figure([
        Scatter(
            x=[count for count, _ in one.growth], y=[cpu_s for _, cpu_s in one.growth], mode="lines",
            name=f"{words['replication']} {number + 1}",
        )
        for number, one in enumerate(efforts)
    ])  # fmt: skip
    figure.update_layout(**LAYOUT, xaxis_title=words["travellers"], yaxis_title=words["cpu_s"])
    return figure


def _step(count: int) -> int:
    """Interval of the marks that gives at most twenty."""
    return max(1, -(-count // 20))


def _clock(words: Words) -> dict[str, Any]:
    return {"title": words["time"], "ticksuffix": ":00", "dtick": 1}


def _rows(columns: Columns, *names: str) -> Any:
    return zip(*(columns[name] for name in names), strict=True)
