"""What the planner of flights tells, without a language: codes for causes, places and remedies, with their figures."""

from dataclasses import dataclass
from enum import StrEnum

from drones.surfaces import SurfaceKind


class Cause(StrEnum):
    """Why a flight is refused; LAW is one of the rules of `drones.rules_japan`, named by its id."""

    PAYLOAD = "PAYLOAD"
    WIND_LIMIT = "WIND_LIMIT"
    GUST_LIMIT = "GUST_LIMIT"
    RAIN_LIMIT = "RAIN_LIMIT"
    HEIGHT = "HEIGHT"
    START_BLOCKED = "START_BLOCKED"
    GOAL_BLOCKED = "GOAL_BLOCKED"
    ENCLOSED = "ENCLOSED"
    AGAINST_WIND = "AGAINST_WIND"
    NO_HEADWAY = "NO_HEADWAY"
    ENERGY = "ENERGY"
    SITES_BARRED = "SITES_BARRED"
    SITE_TOO_FAR = "SITE_TOO_FAR"
    LAW = "LAW"
    CONFLICT = "CONFLICT"


class Where(StrEnum):
    """A place of a flight; those after LEG_OVER tell what was measured on the `leg` they carry."""

    NAMED = "NAMED"
    ON_THE_WAY = "ON_THE_WAY"
    PHASE = "PHASE"
    ALONG = "ALONG"
    WHOLE = "WHOLE"
    HOURS = "HOURS"
    LEG = "LEG"
    LEG_OVER = "LEG_OVER"
    UNDER_SURFACE = "UNDER_SURFACE"
    ABOVE_GROUND = "ABOVE_GROUND"
    NEAR_PEOPLE = "NEAR_PEOPLE"
    NEAR_FACILITY = "NEAR_FACILITY"


class Remedy(StrEnum):
    """What would make a refused flight possible; LAW is what the rule itself names."""

    LIGHTER_PARCEL = "LIGHTER_PARCEL"
    LESS_WIND_THAN = "LESS_WIND_THAN"
    LESS_GUST_THAN = "LESS_GUST_THAN"
    DRY_HOUR = "DRY_HOUR"
    LOWER = "LOWER"
    HEIGHT_PERMISSION = "HEIGHT_PERMISSION"
    PERMISSION = "PERMISSION"
    LESS_WIND = "LESS_WIND"
    NO_WIND = "NO_WIND"
    EMPTY = "EMPTY"
    LESS_RESERVE = "LESS_RESERVE"
    NO_WIND_LESS_RESERVE = "NO_WIND_LESS_RESERVE"
    FRESH_BATTERY = "FRESH_BATTERY"
    MORE_ENERGY = "MORE_ENERGY"
    OTHER_SITE = "OTHER_SITE"
    NEARER_SITE = "NEARER_SITE"
    LATER = "LATER"
    OTHER_ALTITUDE = "OTHER_ALTITUDE"
    LAW = "LAW"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A code with what a sentence about it needs, by name; units are in the names (`_m`, `_km`, `_ms`, `_share`)."""

    code: Cause | Where | Remedy | SurfaceKind
    values: "tuple[tuple[str, str | float | Phrase], ...]" = ()

    def __str__(self) -> str:
        if self.code is Where.NAMED:
            return str(dict(self.values)["name"])
        figures = ", ".join(f"{name}={value}" for name, value in self.values)
        return f"{self.code}({figures})" if figures else str(self.code)


def phrase(code: Cause | Where | Remedy | SurfaceKind, **values: str | float | Phrase) -> Phrase:
    """A phrase with its values in the order given."""
    return Phrase(code, tuple(values.items()))


def named(name: str) -> Phrase:
    """A place that has a name of its own: a pad, zones."""
    return phrase(Where.NAMED, name=name)


ON_THE_WAY = Phrase(Where.ON_THE_WAY)
WHOLE_FLIGHT = Phrase(Where.WHOLE)
