"""What numbers of a run are called and counted in, in every language there is."""

import re
from math import isfinite

from api.messages import FALLBACK, Catalogue, catalogue, languages
from api.run_shapes import Kpi, Texts
from simulator.intervals import Interval

UNITS = {
    "_s": "s", "_m": "m", "_km": "km", "_kwh": "kWh", "_kg": "kg", "_yen": "JPY", "_yen_served": "JPY",
    "_h": "h", "_share": "share", "_g_person_km": "g/km", "_min": "min",
    "_vehicle_h": "1/h", "_joined_h": "1/h",
}  # fmt: skip
"""Of the metrics whose name ends so; the longest ending counts."""

SPREADS = ("_mean", "_p50", "_p90", "_p95", "_max")

COMPOSED = (
    (re.compile("(?P<what>.+)_(?P<spread>mean|p50|p90|p95|max)"), "metric_names.{spread}"),
    (re.compile("(?P<what>rejected|refused|gave_up|replanned)_(?P<cause>.+)"), "metric_names.cause"),
    (re.compile("(?P<what>queue)_(?P<stop>[0-9]+)_persons"), "metric_names.queue_persons"),
    (re.compile("(?P<what>queue)_(?P<stop>[0-9]+)_wait_s"), "metric_names.queue_wait"),
    (
        re.compile(
            "(?P<fleet>.+)_(?P<what>rides_vehicle_h|rides|vehicle_km|person_km|occupancy|load_factor|empty_share)"
        ),
        "metric_names.fleet",
    ),
)
"""Names made up of parts, and the text that joins what the parts are called."""

TABLES = {"what": "metrics", "cause": "metric_causes", "fleet": "metric_fleets", "spread": "", "stop": ""}
"""Where the parts are named; others stand for themselves."""


def unit_of(metric: str) -> str:
    """Unit of a metric's value; empty for counts and ratios."""
    name = next((metric.removesuffix(end) for end in SPREADS if metric.endswith(end)), metric)
    endings = sorted((end for end in UNITS if name.endswith(end)), key=len)
    return UNITS[endings[-1]] if endings else ""


def label_of(metric: str) -> dict[str, str]:
    """What a metric is called; its own name where nobody has named it or what it is made up of."""
    return {language: _label(catalogue(language), metric) for language in languages()}


def _label(words: Catalogue, metric: str) -> str:
    if words.has(f"metrics.{metric}"):
        return words.text(f"metrics.{metric}")
    for pattern, key in COMPOSED:
        found = pattern.fullmatch(metric)
        if found is not None and words.has(f"metrics.{found['what']}"):
            parts = {name: _part(words, name, part) for name, part in found.groupdict().items()}
            return words.text(key.format(**found.groupdict()), **parts)
    return metric.replace("_", " ")


def _part(words: Catalogue, name: str, part: str) -> str:
    key = f"{TABLES[name]}.{part}"
    return words.text(key) if words.has(key) else part


def kpi_of(metric: str, unit: str, label: Texts, value: Interval) -> Kpi:
    """A number as it is answered; what is not finite is none."""
    mean, low, high = (number if isfinite(number) else None for number in (value.mean, value.low, value.high))
    return Kpi(metric, unit, label, mean, low, high, value.count)


def texts_of(table: str, key: str, otherwise: str) -> dict[str, str]:
    """A text of the catalogues by language; `otherwise` where they have none."""
    found = {}
    for language in languages():
        words = catalogue(language)
        name = f"{table}.{key}"
        found[language] = words.text(name) if words.has(name) else otherwise
    return found or {FALLBACK: otherwise}
