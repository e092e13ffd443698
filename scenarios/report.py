"""A run as one page for a browser, without internet: what was run, its numbers with intervals, and charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.cases import is_of_city
from scenarios.charts import by_replication, ends_by_hour, growth, queue_lengths, space_time, waits
from scenarios.effort import read_efforts
from scenarios.run import RunRecord, read_run
from scenarios.run_tables import read_columns
from scenarios.scenario import read_scenario
from scenarios.setups import setup_of
from scenarios.tables import replaced
from simulator.intervals import interval, more_replications

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PRECISION = 0.05
"""Half width, as a share of the mean, for which the table says how many more replications it takes."""

DRAWN = ("wait_departure_s_mean", "served", "cost_yen_served")
"""Numbers drawn replication by replication."""

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1f2937}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}table{border-collapse:collapse}
td,th{padding:.2rem .8rem;border-bottom:1px solid #e5e7eb;text-align:right}
td:first-child,th:first-child{text-align:left}
.said{color:#6b7280}"""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a report speaks.

    Attributes
    ----------
    texts : mapping
        Headings and axes by key; see `report` in the catalogues.
    label, unit : callable
        What a number is called and counted in.
    """

    language: str
    texts: Mapping[str, str]
    label: Callable[[str], str]
    unit: Callable[[str], str]


def write_report(run: Path, wording: Wording, shown: Sequence[str]) -> Path:
    """Write ``report.html`` into a run's folder; numbers in `shown` first, all others folded away.

    Raises
    ------
    RequestError
        It is no run.
    """
    record, numbers = read_run(run)
    first = [name for name in shown if name in numbers]
    rest = [name for name in numbers if name not in first]
    texts = wording.texts
    parts = [
        f"<h1>{escape(record.title)}</h1>", f'<p class="said">{escape(_origin(record, wording))}</p>',
        _table(numbers, first, wording),
        f"<details><summary>{escape(texts['all'])}</summary>{_table(numbers, rest, wording)}</details>",
    ]  # fmt: skip
    for number, (title, figure) in enumerate(_figures(run, record, numbers, wording)):
        # The library is written into the page once, so that it needs no internet.
        chart = figure.to_html(full_html=False, include_plotlyjs=number == 0, div_id=f"chart{number}")
        parts.append(f"<h2>{escape(title)}</h2>{chart}")
    parts += _effort(run, texts)
    page = (
        f'<!doctype html><html lang="{wording.language}"><head><meta charset="utf-8">'
        f"<title>{escape(record.title)}</title><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )
    with replaced(run / "report.html") as part:
        part.write_text(page, encoding="utf-8")
    return run / "report.html"


def _origin(record: RunRecord, wording: Wording) -> str:
    return wording.texts["origin"].format(
        replications=record.replications, seed=record.seed, begin=_clock(record.counted_from_s),
        end=_clock(record.until_s), program=record.program,
    )  # fmt: skip


def _clock(time_s: float) -> str:
    minutes = round(time_s / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _table(numbers: Mapping[str, Sequence[float]], names: Sequence[str], wording: Wording) -> str:
    texts = wording.texts
    heads = ("number", "unit", "mean", "interval", "more")
    rows = ["".join(f"<th>{escape(texts[key].format(percent=f'{PRECISION:.0%}'))}</th>" for key in heads)]
    for name in names:
        found = interval(numbers[name])
        known = found.count > 1 and isfinite(found.half_width)
        cells = (
            wording.label(name), wording.unit(name), _number(found.mean),
            f"{_number(found.low)} – {_number(found.high)}" if known else "",
            str(more_replications(numbers[name], PRECISION)) if known else "",
        )  # fmt: skip
        rows.append("".join(f"<td>{escape(cell)}</td>" for cell in cells))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _number(value: float) -> str:
    return "–" if isnan(value) else f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def _figures(
    run: Path, record: RunRecord, numbers: Mapping[str, Sequence[float]], wording: Wording
) -> "list[tuple[str, Figure]]":
    texts = wording.texts
    travellers = read_columns(run, "travellers", 0, ["generated_s", "end"])
    figures = [
        *([] if is_of_city(run / "scenario.toml") else _of_course(run, record, texts)),
        (texts["ends"], ends_by_hour(travellers, texts)),
        (texts["waits"], waits(_waits(run, record.replications), texts)),
    ]
    named = [name for name in DRAWN if name in numbers]
    return figures + [
        (wording.label(name), by_replication(numbers[name], f"{wording.label(name)} {wording.unit(name)}", texts))
        for name in named
    ]


def _effort(run: Path, texts: Mapping[str, str]) -> list[str]:
    """How time grew with travellers, and how long decisions of the demand bus took."""
    efforts = read_efforts(run)
    if not efforts:
        return []
    chart = growth(efforts, texts).to_html(full_html=False, include_plotlyjs=False, div_id="growth")
    said = [f"<h2>{escape(texts['growth'])}</h2>{chart}"]
    for number, one in enumerate(efforts, 1):
        if one.decisions:
            values = {name: f"{value:.1f}" for name, value in one.decision_ms.items()}
            sentence = texts["decisions"].format(replication=number, count=f"{one.decisions:,}", **values)
            said.append(f'<p class="said">{escape(sentence)}</p>')
    return said


def _of_course(run: Path, record: RunRecord, texts: Mapping[str, str]) -> "list[tuple[str, Figure]]":
    """Charts along a course, which a whole city has not."""
    course = setup_of(*read_scenario(run / "scenario.toml")).course
    stops = [course.stops[stop] for stop in course.stop_at]
    events = read_columns(run, "events", 0, ["time_s", "kind", "vehicle", "position"])
    return [
        (texts["space_time"], space_time(events, stops, course.lengths_m, record.counted_from_s, texts)),
        (texts["queues"], queue_lengths(events, stops, texts)),
    ]


def _waits(run: Path, replications: int) -> list[float]:
    """Seconds that those who rode waited, in all replications."""
    found: list[float] = []
    for number in range(replications):
        columns = read_columns(run, "travellers", number, ["waiting_s", "rides"])
        pairs = zip(columns["waiting_s"], columns["rides"], strict=True)
        found += [float(wait) for wait, rides in pairs if rides and wait is not None]
    return found
