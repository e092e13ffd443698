"""The report on a feed as one page that needs nothing else: counts, service by date, a map, notices."""

from collections import Counter
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from api.feed_report import DayOfService, FeedMap, FeedReport
from feeds.notices import Notice, Severity

MAP_WIDTH, MAP_MAX_HEIGHT = 900, 700
BARS_WIDTH, BARS_HEIGHT = 900, 120
GRID_PX = 1.5
"""Points of the map closer than this are drawn once."""

MAX_NOTICES = 1000

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:940px;margin:2rem auto;padding:0 1rem;color:#1b2733;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}
svg{max-width:100%;height:auto;border:1px solid #d5dde5;border-radius:4px;background:#f7f9fb}
.ERROR{color:#b3261e}.WARNING{color:#8a5a00}.INFO{color:#3d5a73}
polyline{fill:none;stroke:#2f6fa8;stroke-width:1;stroke-opacity:.6}circle{fill:#c2452d}rect{fill:#2f6fa8}
@media(prefers-color-scheme:dark){body{color:#dde5ec;background:#12181e}svg{background:#1a222a;border-color:#33414e}
.ERROR{color:#ff8a80}.WARNING{color:#e0b050}.INFO{color:#9cb8d0}}
"""


def report_page(report: FeedReport) -> str:
    """The page as HTML."""
    title = escape(f"{report.kind} {report.name}")
    severities = Counter(notice.severity for notice in report.notices)
    summary = ", ".join(f"{severities[severity]} {severity}" for severity in reversed(Severity))
    parts = [
        f"<h1>{title}</h1><p>{summary}</p>",
        _table([(what, f"{count:,}") for what, count in report.rows.items()]),
        f"<h2>Service by date</h2>{bars_svg(report.days)}{_months(report)}" if report.days else "",
        f"<h2>Map</h2>{map_svg(report.map)}" if len(report.map.points) else "",
        *(_notices(report.notices, severity) for severity in reversed(Severity)),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    head += f"<style>{STYLE}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def bars_svg(days: tuple[DayOfService, ...]) -> str:
    """A bar for each date, as high as its trips are many."""
    most, width = max(day.trips for day in days), BARS_WIDTH / len(days)
    bars = [
        f'<rect x="{i * width:.2f}" y="{BARS_HEIGHT * (1 - day.trips / most):.1f}" width="{max(width * 0.9, 0.3):.2f}" '
        f'height="{BARS_HEIGHT * day.trips / most:.1f}"><title>{day.date}: {day.trips:,} trips</title></rect>'
        for i, day in enumerate(days)
        if day.trips
    ]
    label = f"Trips by date from {days[0].date} to {days[-1].date}, at most {most:,}"
    return (
        f'<svg viewBox="0 0 {BARS_WIDTH} {BARS_HEIGHT}" width="{BARS_WIDTH}" height="{BARS_HEIGHT}" role="img" '
        f'aria-label="{label}">{"".join(bars)}</svg><p>{label}.</p>'
    )


def map_svg(drawn: FeedMap) -> str:
    """Lines and points, north up."""
    everything = np.concatenate([drawn.points, *drawn.lines])
    south, west = everything.min(axis=0)
    north, east = everything.max(axis=0)
    shrink = float(np.cos(np.radians((south + north) / 2)))
    span = max((east - west) * shrink, (north - south) * MAP_WIDTH / MAP_MAX_HEIGHT, 1e-6)
    scale = MAP_WIDTH / span
    height = max(int((north - south) * scale) + 1, 40)

    def placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        xy = np.stack([(points[:, 1] - west) * shrink, north - points[:, 0]], axis=1) * scale
        return np.asarray(np.round(xy / GRID_PX) * GRID_PX)

    lines = {_polyline(placed(line)) for line in drawn.lines}
    dots = np.unique(placed(drawn.points), axis=0)
    circles = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="1.5"/>' for x, y in dots.tolist())
    return (
        f'<svg viewBox="-5 -5 {MAP_WIDTH + 10} {height + 10}" width="{MAP_WIDTH}" role="img" '
        f'aria-label="Map, north up">{"".join(sorted(lines))}{circles}</svg>'
        f"<p>{south:.4f}, {west:.4f} to {north:.4f}, {east:.4f}</p>"
    )


def _polyline(points: NDArray[np.float64]) -> str:
    moves = np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))
    return f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in points[moves].tolist())}"/>'


def _months(report: FeedReport) -> str:
    rows = [(m.month, f"{m.days} days", f"{m.least:,} to {m.most:,} trips a day") for m in report.months]
    return _table(rows)


def _notices(notices: tuple[Notice, ...], severity: Severity) -> str:
    chosen = [notice for notice in notices if notice.severity is severity]
    if not chosen:
        return ""
    rows = [(n.file if n.row is None else f"{n.file}:{n.row}", n.message) for n in chosen[:MAX_NOTICES]]
    more = f"<p>and {len(chosen) - MAX_NOTICES:,} more</p>" if len(chosen) > MAX_NOTICES else ""
    return f'<h2 class="{severity}">{severity}: {len(chosen):,}</h2>{_table(rows)}{more}'


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
