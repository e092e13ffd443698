"""Who may use an OpenStreetMap way, read from its tags: one set of rules for every source of ways.

References
----------
OSM wiki: "OSM tags for routing/Access restrictions", "Key:oneway",
"Key:opening_hours", "Key:barrier", "JA:Key:bicycle".
Ministry of Land, Infrastructure, Transport and Tourism: guideline of barrier-free roads (slope at most 8 %,
0.8 m clear width).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from planner.streets import Access, OpeningHours
from planner.way_hours import hours_by_day

FOOT, BICYCLE, PAVEMENT, CAR = Access.FOOT, Access.BICYCLE, Access.BICYCLE_ON_PAVEMENT, Access.CAR
WHEELCHAIR, STAIRS, LIFT = Access.WHEELCHAIR, Access.STAIRS, Access.LIFT
TRAVEL = FOOT | BICYCLE | PAVEMENT | CAR | WHEELCHAIR
"""The bits that say who may pass; the others say what the way is."""

_ROAD = FOOT | BICYCLE | CAR
HIGHWAYS: Mapping[str, tuple[Access, float]] = {
    "motorway": (CAR | Access.MOTORROAD, 80),
    "motorway_link": (CAR | Access.MOTORROAD, 40),
    "trunk": (_ROAD, 60),
    "trunk_link": (_ROAD, 40),
    "primary": (_ROAD, 50),
    "primary_link": (_ROAD, 40),
    "secondary": (_ROAD, 50),
    "secondary_link": (_ROAD, 40),
    "tertiary": (_ROAD, 40),
    "tertiary_link": (_ROAD, 30),
    "unclassified": (_ROAD, 30),
    "residential": (_ROAD, 30),
    "road": (_ROAD, 30),
    "living_street": (_ROAD, 20),
    "service": (_ROAD, 15),
    "track": (_ROAD, 15),
    "cycleway": (FOOT | BICYCLE, 15),
    "path": (FOOT | BICYCLE, 5),
    "pedestrian": (FOOT, 5),
    "footway": (FOOT, 5),
    "bridleway": (FOOT, 5),
    "corridor": (FOOT, 5),
    "platform": (FOOT, 5),
    "steps": (FOOT | STAIRS, 5),
    "elevator": (FOOT | LIFT, 5),
}
"""Default rights and car speed in km/h by highway class; Japanese limits where the class has none signed."""

RULE_KEYS = frozenset(
    [
        "highway",
        "railway",
        "public_transport",
        "access",
        "foot",
        "bicycle",
        "vehicle",
        "motor_vehicle",
        "motorcar",
        "motorroad",
        "oneway",
        "oneway:bicycle",
        "oneway:foot",
        "junction",
        "cycleway",
        "cycleway:left",
        "cycleway:right",
        "cycleway:both",
        "cycleway:left:oneway",
        "cycleway:right:oneway",
        "sidewalk:bicycle",
        "sidewalk:left:bicycle",
        "sidewalk:right:bicycle",
        "sidewalk:both:bicycle",
        "footway",
        "path",
        "conveying",
        "indoor",
        "wheelchair",
        "ramp:wheelchair",
        "width",
        "smoothness",
        "surface",
        "incline",
        "maxspeed",
        "opening_hours",
        "level",
    ]
)
"""Tags of a way that the rules read."""

_NO = frozenset(
    [
        "no",
        "private",
        "military",
        "agricultural",
        "forestry",
        "use_sidepath",
        "emergency",
        "delivery",
        "permit",
        "residents",
        "dismount",
    ]
)
_YES = frozenset(["yes", "permissive", "designated", "official", "destination", "customers", "public"])
_SIGNED = frozenset({"yes", "designated", "permissive", "official"})
_FORWARD = frozenset({"yes", "true", "True", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_ROUGH = frozenset({"very_bad", "horrible", "very_horrible", "impassable"})
_SOFT = frozenset({"sand", "mud", "stepping_stones", "woodchips", "pebblestone"})
_PASSABLE_BARRIERS: Mapping[str, Access] = {
    "bollard": TRAVEL & ~CAR,
    "block": TRAVEL & ~CAR,
    "chain": TRAVEL & ~CAR,
    "jersey_barrier": TRAVEL & ~CAR,
    "planter": TRAVEL & ~CAR,
    "cycle_barrier": TRAVEL & ~CAR & ~WHEELCHAIR,
    "motorcycle_barrier": TRAVEL & ~CAR,
    "kissing_gate": FOOT,
    "stile": FOOT,
    "turnstile": FOOT,
    "full-height_turnstile": FOOT,
    "debris": FOOT,
}
MAX_WHEELCHAIR_INCLINE = 0.08
MIN_WHEELCHAIR_WIDTH_M = 0.8
LIFT_WAIT_S = 40.0
"""Waiting and riding a lift of a deck or station."""
SIGNAL_WAIT_S = 12.0
"""Mean wait at a signalled crossing: about half the red time of a 60 s cycle, weighted with the chance to meet red."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the tags of a way say, per direction; `hours` is its opening_hours, `levels` the OSM levels it joins."""

    forward: Access
    backward: Access
    speed_kmh: float
    incline: float
    hours: str
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NodeRule:
    """What a tagged node does to who passes it: `passes` keeps these bits, `wait_s` is lost on foot."""

    passes: Access
    wait_s: float
    hours: str

    @property
    def is_gate(self) -> bool:
        """True if the node itself can stop somebody, so that it becomes edges of its own."""
        return bool(self.passes & LIFT) or self.passes & TRAVEL != TRAVEL or self.hours != ""


def access_of(tags: Mapping[str, str]) -> Rights:
    """Rights, speed, incline, hours and levels of a way from its OSM tags; no right at all if it is no street."""
    kind, speed_kmh = _class_of(tags)
    incline = incline_of(tags.get("incline", ""))
    travel = _travel(tags, kind)
    if travel & FOOT and _suits_wheelchairs(tags, kind, incline):
        travel |= WHEELCHAIR
    what = (kind & (STAIRS | LIFT | Access.MOTORROAD)) | _surroundings(tags)
    forward, backward = _directions(tags, travel)
    return Rights(
        forward | what if forward & TRAVEL else Access(0),
        backward | what if backward & TRAVEL else Access(0),
        speed_of(tags.get("maxspeed", ""), speed_kmh),
        incline,
        tags.get("opening_hours", ""),
        levels_of(tags.get("level", "")),
    )


def _class_of(tags: Mapping[str, str]) -> tuple[Access, float]:
    kind, speed_kmh = HIGHWAYS.get(tags.get("highway", ""), (Access(0), 0.0))
    if not kind and "highway" not in tags and "platform" in (tags.get("railway"), tags.get("public_transport")):
        kind, speed_kmh = HIGHWAYS["platform"]
    if kind & CAR and tags.get("motorroad") == "yes":
        kind = (kind & ~(FOOT | BICYCLE)) | Access.MOTORROAD
    return kind, speed_kmh


def _travel(tags: Mapping[str, str], kind: Access) -> Access:
    if not kind:
        return Access(0)
    travel = kind & TRAVEL
    travel = _set(travel, FOOT, _allowed(tags, "foot", ("access",), bool(kind & FOOT)))
    is_pavement = _is_pavement(tags)
    by_default = bool(kind & BICYCLE) and not is_pavement
    ridable = not kind & (STAIRS | LIFT) and _allowed(tags, "bicycle", ("vehicle", "access"), by_default)
    travel = _set(travel & ~BICYCLE, PAVEMENT if is_pavement else BICYCLE, ridable)
    if any(tags.get(f"sidewalk{side}:bicycle") in _SIGNED for side in ("", ":left", ":right", ":both")):
        travel |= PAVEMENT
    motor = tags.get("motorcar", tags.get("motor_vehicle"))
    is_open = motor in _YES if motor in _YES | _NO else _allowed(tags, "", ("vehicle", "access"), bool(kind & CAR))
    return _set(travel, CAR, is_open and not kind & (STAIRS | LIFT))


def _set(access: Access, bit: Access, is_on: bool) -> Access:
    return access | bit if is_on else access & ~bit


def _allowed(tags: Mapping[str, str], own: str, general: tuple[str, ...], default: bool) -> bool:
    value = tags.get(own)
    if value in _YES:
        return True
    if value in _NO:
        return False
    return default and not any(tags.get(key) in _NO for key in general)


def _is_pavement(tags: Mapping[str, str]) -> bool:
    is_sidewalk = "sidewalk" in (tags.get("footway"), tags.get("path"))
    return is_sidewalk or tags.get("highway") in ("footway", "pedestrian", "corridor", "platform")


def _suits_wheelchairs(tags: Mapping[str, str], kind: Access, incline: float) -> bool:
    wheelchair = tags.get("wheelchair")
    if wheelchair in ("yes", "designated"):
        return True
    if wheelchair == "no" or "conveying" in tags:
        return False
    if kind & STAIRS:
        return tags.get("ramp:wheelchair") == "yes"
    is_rough = tags.get("smoothness") in _ROUGH or tags.get("surface") in _SOFT
    width_m = _number(tags.get("width", ""))
    is_narrow = width_m is not None and width_m < MIN_WHEELCHAIR_WIDTH_M
    return not is_rough and not is_narrow and abs(incline) <= MAX_WHEELCHAIR_INCLINE


def _surroundings(tags: Mapping[str, str]) -> Access:
    flags = Access(0)
    if tags.get("indoor", "no") != "no" or tags.get("highway") == "corridor":
        flags |= Access.INDOOR
    if "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway")):
        flags |= Access.CROSSING
    return flags


def _directions(tags: Mapping[str, str], travel: Access) -> tuple[Access, Access]:
    forward = backward = travel
    oneway = tags.get("oneway", "")
    if oneway not in _FORWARD | _BACKWARD:
        is_implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
        oneway = "yes" if is_implied and oneway != "no" else ""
    if oneway:
        closed = CAR if _has_contraflow(tags) else CAR | BICYCLE
        forward, backward = _close(forward, backward, closed, oneway in _BACKWARD)
    elif tags.get("oneway:bicycle") in _FORWARD:
        backward &= ~BICYCLE
    on_foot = tags.get("oneway:foot", tags.get("conveying", ""))
    if on_foot in _FORWARD | _BACKWARD | {"forward", "backward"}:
        walkers = FOOT | WHEELCHAIR
        forward, backward = _close(forward, backward, walkers, on_foot in _BACKWARD | {"backward"})
    return forward, backward


def _close(forward: Access, backward: Access, closed: Access, is_reversed: bool) -> tuple[Access, Access]:
    return (forward & ~closed, backward) if is_reversed else (forward, backward & ~closed)


def _has_contraflow(tags: Mapping[str, str]) -> bool:
    sides = (tags.get(key, "") for key in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"))
    lanes = (tags.get(f"cycleway:{side}:oneway") for side in ("left", "right"))
    return (
        tags.get("oneway:bicycle") == "no"
        or any(side.startswith("opposite") for side in sides)
        or any(lane in ("no", "-1") for lane in lanes)
    )


def node_rule_of(tags: Mapping[str, str]) -> NodeRule | None:
    """What passing a node means (lift, gate, bollard, door, signalled crossing); None if nothing."""
    hours = tags.get("opening_hours", "")
    if tags.get("highway") == "elevator":
        passes = LIFT | _node_passes(tags, FOOT | WHEELCHAIR)
        return NodeRule(passes, LIFT_WAIT_S, hours)
    if tags.get("crossing") == "traffic_signals" or tags.get("crossing:signals") == "yes":
        return NodeRule(TRAVEL, SIGNAL_WAIT_S, "")
    if "barrier" in tags or "entrance" in tags or "door" in tags:
        passes = _node_passes(tags, _PASSABLE_BARRIERS.get(tags.get("barrier", ""), TRAVEL))
        rule = NodeRule(passes, 0.0, hours)
        return rule if rule.is_gate else None
    return None


def _node_passes(tags: Mapping[str, str], default: Access) -> Access:
    passes = _set(default, FOOT, _allowed(tags, "foot", ("access",), bool(default & FOOT)))
    passes = _set(passes, BICYCLE, _allowed(tags, "bicycle", ("vehicle", "access"), bool(default & BICYCLE)))
    passes = _set(passes, PAVEMENT, bool(passes & BICYCLE))
    passes = _set(passes, CAR, _allowed(tags, "motor_vehicle", ("vehicle", "access"), bool(default & CAR)))
    is_step = tags.get("kerb") == "raised" and tags.get("barrier") == "kerb"
    fits = tags.get("wheelchair") != "no" and (not is_step or tags.get("wheelchair") == "yes")
    return _set(passes, WHEELCHAIR, fits and bool(passes & FOOT) and bool(default & WHEELCHAIR))


def speed_of(maxspeed: str, default_kmh: float) -> float:
    """Car speed in km/h from a maxspeed value (``"50"``, ``"30 mph"``), `default_kmh` where it has no number."""
    value = _number(maxspeed.removesuffix("mph"))
    if value is None or value <= 0:
        return default_kmh
    return value * 1.609344 if maxspeed.endswith("mph") else value


def incline_of(text: str) -> float:
    """Rise over run from an incline value (``"5%"``, ``"-3°"``); 0 where it has no number."""
    value = _number(text.rstrip(" %°"))
    if value is None:
        return 0.0
    slope = math.tan(math.radians(max(-60.0, min(60.0, value)))) if text.endswith("°") else value / 100
    return max(-1.0, min(1.0, slope))


def levels_of(text: str) -> tuple[float, ...]:
    """Levels of a value like ``"1"``, ``"0;1"`` or ``"0-2"`` (its ends); empty where it has none."""
    levels: list[float] = []
    for part in text.split(";"):
        span = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-\s*(-?\d+(?:\.\d+)?))?\s*", part)
        if span:
            levels += [float(end) for end in span.groups() if end is not None]
    return tuple(levels)


def opening_of(text: str) -> OpeningHours | None:
    """Hours of an opening_hours value.

    Returns
    -------
    OpeningHours or None
        None if the way is always open.

    Raises
    ------
    ValueError
        If the value is not understood.
    """
    if text.strip() == "24/7":
        return None
    span = re.fullmatch(r"\s*(?:Mo-Su(?:,\s*PH)?:?\s+)?(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", text)
    if not span:
        return hours_by_day(text)
    open_hour, open_minute, close_hour, close_minute = map(int, span.groups())
    opens, closes = open_hour * 3600 + open_minute * 60, close_hour * 3600 + close_minute * 60
    if closes <= opens:
        closes += 86400
    return None if closes - opens >= 86400 else OpeningHours(opens, closes, text)


def _number(text: str) -> float | None:
    found = re.fullmatch(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:m)?\s*", text)
    return float(found.group(1).replace(",", ".")) if found else None
