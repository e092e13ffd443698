"""What numbers of a run are called and counted in, in every language there is."""

from math import isfinite

from api.messages import FALLBACK, catalogue, languages
from api.run_shapes import Kpi, Texts
from simulator.intervals import Interval

UNITS = {
    "_s": "s", "_m": "m", "_km": "km", "_kwh": "kWh", "_kg": "kg", "_yen": "JPY", "_yen_served": "JPY",
    "_h": "h", "_share": "share", "_g_person_km": "g/km", "_min": "min",
    "_vehicle_h": "1/h", "_joined_h": "1/h",
}  # fmt: skip
"""Of the metrics whose name ends so; the longest ending counts."""

SPREADS = ("_mean", "_p50", "_p90", "_p95", "_max")


def unit_of(metric: str) -> str:
    """Unit of a metric's value; empty for counts and ratios."""
    name = next((metric.removesuffix(end) for end in SPREADS if metric.endswith(end)), metric)
    endings = sorted((end for end in UNITS if name.endswith(end)), key=len)
    return UNITS[endings[-1]] if endings else ""


def label_of(metric: str) -> dict[str, str]:
    """What a metric is called; its own name where nobody has named it."""
    return texts_of("metrics", metric, metric.replace("_", " "))


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
