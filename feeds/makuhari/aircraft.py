"""Aircraft of the bay from the table of figures: `read_aircraft` gives each with the source of every number."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields

from drones.aircraft import Aircraft, EnergyStore, Figure, Wing
from feeds.makuhari.timetable import Row, read_table
from feeds.notices import FeedError

WING = {
    "wing_drag_area_m2": "drag_area_m2",
    "wing_effective_span_m": "effective_span_m",
    "wing_efficiency": "efficiency",
}
TEXTS = frozenset({"name", "store"})
COUNTS = frozenset({"rotors", "certificate_class"})
ALSO_ZERO = frozenset({"winch_ms", "rain_limit_mm_h", "parasite_area_m2", "profile_share", "certificate_class"})


def read_aircraft(table: str = "drone_aircraft.csv") -> Mapping[str, Aircraft]:
    """All aircraft by id.

    Raises
    ------
    FeedError
        If a figure is missing, given twice or not a number the aircraft could have.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_table(table):
        rows[row["aircraft"]].append(row)
    return {ident: aircraft_from_rows(ident, found) for ident, found in rows.items()}


def aircraft_from_rows(ident: str, rows: list[Row]) -> Aircraft:
    """One aircraft from rows of figure, value, unit, source, confidence.

    Raises
    ------
    FeedError
        As `read_aircraft`.
    """
    cells = {row["figure"]: row["value"] for row in rows}
    if len(cells) < len(rows):
        raise FeedError(f"aircraft {ident}: a figure is given twice.")
    wanted = [field.name for field in fields(Aircraft) if field.name not in ("id", "wing", "figures")]
    missing = [name for name in wanted if name not in cells]
    if missing:
        raise FeedError(f"aircraft {ident}: the figure {missing[0]} is missing.")
    figures = tuple(
        Figure(row["figure"], _number(ident, row), row["unit"], row["source"], row["confidence"])
        for row in rows
        if row["figure"] not in TEXTS
    )
    numbers = {figure.name: figure.value for figure in figures}
    given = {name: _typed(name, numbers[name]) for name in wanted if name not in TEXTS}
    return Aircraft(
        id=ident,
        name=cells["name"],
        store=_store(ident, cells["store"]),
        wing=_wing(ident, numbers),
        figures=figures,
        **given,  # type: ignore[arg-type]
    )


def _typed(name: str, value: float) -> float | int | bool:
    if name.startswith("has_"):
        return bool(value)
    return int(value) if name in COUNTS else value


def _wing(ident: str, numbers: Mapping[str, float]) -> Wing | None:
    given = {WING[name]: value for name, value in numbers.items() if name in WING}
    if given and len(given) < len(WING):
        raise FeedError(f"aircraft {ident}: a wing needs {', '.join(WING)}.")
    return Wing(**given) if given else None


def _store(ident: str, text: str) -> EnergyStore:
    try:
        return EnergyStore(text)
    except ValueError:
        raise FeedError(f"aircraft {ident}: store is {text!r}, neither BATTERY nor FUEL.") from None


def _number(ident: str, row: Row) -> float:
    name, text = row["figure"], row["value"]
    try:
        value = float(text)
    except ValueError:
        raise FeedError(f"aircraft {ident}: {name} is {text!r}, not a number.") from None
    may_be_zero = name in ALSO_ZERO or name.startswith("has_")
    if not (0 < value < float("inf") or (value == 0 and may_be_zero)):
        raise FeedError(f"aircraft {ident}: {name} is {text}, which no aircraft has.")
    return value
