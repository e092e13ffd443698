"""What Japanese law asks of a flight described leg by leg: `check_flight` answers rule by rule.

It does not replace the authority: every finding names its clause and source, `Rule.is_verified` whether that was read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from drones.airspace import Altitude, Datum
from drones.daylight import is_partly_night
from drones.phrases import WHOLE_FLIGHT, Phrase, Where, phrase
from drones.rules_japan import ACT_2022, FACILITY_RADII, LEVEL_3_5_SINCE, RULES, Rule, facility_radius_m
from drones.surfaces import SurfaceLimit
from planner.errors import KaitekiError

HEIGHT_LIMIT_M = 150.0
PEOPLE_DISTANCE_M = 30.0
HEAVY_KG = 25.0
REGISTERED_KG = 0.1

_HIGHER_RISK = frozenset({"airport", "height", "event", "dangerous", "drop"})


class RuleError(KaitekiError):
    """A flight is not described well enough to be checked."""


class Over(StrEnum):
    """What lies under a leg, as far as a rule asks."""

    DID = "DID"
    PEOPLE = "PEOPLE"
    VEHICLES = "VEHICLES"
    EVENT = "EVENT"
    HARBOUR = "HARBOUR"
    ALONG_FAIRWAY = "ALONG_FAIRWAY"
    EMERGENCY_AIRSPACE = "EMERGENCY_AIRSPACE"


class AccessControl(StrEnum):
    """How third persons are kept from under the path (立入管理措置).

    NONE: not at all. GROUND: by helpers, signs, fences. CAMERA: by looking from on board, as level 3.5 allows.
    """

    NONE = "NONE"
    GROUND = "GROUND"
    CAMERA = "CAMERA"


class Category(StrEnum):
    """Categories of flight since December 2022 (カテゴリーⅠ, ⅡB, ⅡA, Ⅲ)."""

    I = "I"  # noqa: E741
    II_B = "II_B"
    II_A = "II_A"
    III = "III"


class Level(StrEnum):
    """1 and 2: in sight, by hand or automatic; 3: beyond, nobody below; 4: beyond, over people; 3.5: see the rule."""

    L1 = "1"
    L2 = "2"
    L3 = "3"
    L3_5 = "3.5"
    L4 = "4"


class Verdict(StrEnum):
    """How a flight stands with a rule."""

    OK = "OK"
    NEEDS = "NEEDS"
    PROHIBITED = "PROHIBITED"


@dataclass(frozen=True, slots=True)
class FlightLeg:
    """A part of a flight.

    Attributes
    ----------
    altitude : Altitude
        The highest of the leg.
    ground_m : float
        Lowest ground or water under it, over mean sea level.
    geoid_m : float or None
        Mean sea level over the WGS 84 ellipsoid there; needed for heights over the ellipsoid.
    people_m : float
        Least distance to third persons and their property.
    surface : SurfaceLimit or None
        The lowest aerodrome surface over it.
    facility_m : float or None
        Least distance to the grounds of a critical facility; 0 inside.
    is_at_object : bool
        Nowhere farther than 30 m from a structure.
    """

    where: Phrase
    altitude: Altitude
    ground_m: float
    over: frozenset[Over] = frozenset()
    people_m: float = float("inf")
    surface: SurfaceLimit | None = None
    facility_m: float | None = None
    geoid_m: float | None = None
    is_at_object: bool = False


@dataclass(frozen=True, slots=True)
class Flight:
    """A flight as the law looks at it.

    Attributes
    ----------
    start, end : datetime
        With offsets.
    lat, lon : float
        Where day and night are reckoned.
    drops : bool
        Lets go of something in the air; setting it down is not dropping.
    certificate_class, licence_class : int
        Of the airframe and of the pilot: 1, 2, or 0 for none.
    permits : frozenset of str
        Ids of the rules for which permission, approval or consent was obtained.
    """

    legs: tuple[FlightLeg, ...]
    start: datetime
    end: datetime
    lat: float
    lon: float
    takeoff_mass_kg: float
    access_control: AccessControl
    is_in_sight: bool = False
    is_automatic: bool = True
    drops: bool = False
    has_dangerous_goods: bool = False
    certificate_class: int = 0
    licence_class: int = 0
    has_camera: bool = False
    has_insurance: bool = False
    is_registered: bool = True
    has_remote_id: bool = True
    is_notified: bool = False
    has_log: bool = False
    permits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a flight; `rule` has the sentences, and what makes the flight possible if it is not OK.

    Attributes
    ----------
    where : Phrase
        The leg, with the figure that matters; `WHOLE_FLIGHT` for the whole.
    """

    rule: Rule
    verdict: Verdict
    where: Phrase


@dataclass(frozen=True, slots=True)
class Ruling:
    """All that one rule says of a flight: the gravest verdict and every place it concerns."""

    rule: Rule
    verdict: Verdict
    places: tuple[Phrase, ...]


def check_flight(flight: Flight) -> tuple[Finding, ...]:
    """What the rules in force on the day say: permissions first, then category, level, facilities, duties.

    Raises
    ------
    RuleError
        If the flight has no legs, ends before it starts, a time has no offset, or a height cannot be reckoned.
    """
    _require_described(flight)
    reasons = list(_reasons(flight))
    category = _category(flight, [rule for rule, _ in reasons])
    findings = [_specified(flight, category, rule, where) for rule, where in reasons]
    findings += _by_category(flight, category)
    findings += _by_level(flight)
    findings += _facilities(flight)
    findings += _duties(flight, category)
    on = flight.start.date()
    return tuple(found for found in findings if found.rule.valid_from is not None and found.rule.valid_from <= on)


def rulings(findings: Iterable[Finding]) -> tuple[Ruling, ...]:
    """Findings gathered by rule, prohibitions first, then what is needed."""
    order = [Verdict.PROHIBITED, Verdict.NEEDS, Verdict.OK]
    by_rule: dict[str, list[Finding]] = {}
    for found in findings:
        by_rule.setdefault(found.rule.id, []).append(found)
    gathered = []
    for same in by_rule.values():
        gravest = min(same, key=lambda found: order.index(found.verdict))
        places = tuple(dict.fromkeys(found.where for found in same if found.verdict is gravest.verdict))
        gathered.append(Ruling(gravest.rule, gravest.verdict, places))
    return tuple(sorted(gathered, key=lambda ruling: order.index(ruling.verdict)))


def category_of(flight: Flight) -> Category:
    """The category; errors as `check_flight`."""
    _require_described(flight)
    return _category(flight, [rule for rule, _ in _reasons(flight)])


def level_of(flight: Flight) -> Level:
    """The level of autonomy and of people below."""
    if flight.is_in_sight:
        return Level.L2 if flight.is_automatic else Level.L1
    return {
        AccessControl.NONE: Level.L4,
        AccessControl.GROUND: Level.L3,
        AccessControl.CAMERA: Level.L3_5,
    }[flight.access_control]


def height_over_ground_m(leg: FlightLeg) -> float:
    """Height of a leg above ground or water.

    Raises
    ------
    RuleError
        If it is over the ellipsoid and the geoid's height is not given.
    """
    return leg.altitude.value_m if leg.altitude.datum is Datum.AGL else height_over_sea_m(leg) - leg.ground_m


def height_over_sea_m(leg: FlightLeg) -> float:
    """Height of a leg over mean sea level; errors as `height_over_ground_m`."""
    match leg.altitude.datum:
        case Datum.AGL:
            return leg.altitude.value_m + leg.ground_m
        case Datum.AMSL:
            return leg.altitude.value_m
        case Datum.WGS84:
            if leg.geoid_m is None:
                raise RuleError(f"leg {leg.where}: {leg.altitude.value_m:g} m over WGS84 needs the geoid's height.")
            return leg.altitude.value_m - leg.geoid_m


def _require_described(flight: Flight) -> None:
    if not flight.legs:
        raise RuleError("a flight without legs cannot be checked.")
    if flight.start.tzinfo is None or flight.end.tzinfo is None:
        raise RuleError(f"the flight of {flight.start:%Y-%m-%d %H:%M} has no offset from UTC.")
    if flight.end < flight.start:
        raise RuleError(f"the flight ends at {flight.end:%Y-%m-%d %H:%M}, before it starts.")


def _reasons(flight: Flight) -> Iterator[tuple[str, Phrase]]:
    """Ids of the rules that make it a specified flight (特定飛行), and where."""
    for leg in flight.legs:
        yield from _leg_reasons(leg, flight.start.date())
    if is_partly_night(flight.start, flight.end, flight.lat, flight.lon):
        hours = phrase(Where.HOURS, first=f"{flight.start:%H:%M}", last=f"{flight.end:%H:%M %Z}")
        yield "night", hours
    for rule, applies in (
        ("sight", not flight.is_in_sight),
        ("dangerous", flight.has_dangerous_goods),
        ("drop", flight.drops),
    ):
        if applies:
            yield rule, WHOLE_FLIGHT


def _leg_reasons(leg: FlightLeg, on: date) -> Iterator[tuple[str, Phrase]]:
    surface, sea = leg.surface, height_over_sea_m(leg)
    if surface is not None and (surface.is_forbidden_below or sea > surface.altitude.value_m):
        limit = phrase(surface.kind, aerodrome=surface.aerodrome, height_m=surface.altitude.value_m)
        yield "airport", phrase(Where.UNDER_SURFACE, leg=leg.where, sea_m=sea, surface=limit)
    height, exemption = height_over_ground_m(leg), RULES["height-at-object"].valid_from
    is_exempt = leg.is_at_object and exemption is not None and on >= exemption
    if height >= HEIGHT_LIMIT_M and not is_exempt:
        yield "height", phrase(Where.ABOVE_GROUND, leg=leg.where, height_m=height)
    if leg.people_m < PEOPLE_DISTANCE_M:
        yield "distance", phrase(Where.NEAR_PEOPLE, leg=leg.where, people_m=leg.people_m)
    for rule, over in (("emergency", Over.EMERGENCY_AIRSPACE), ("did", Over.DID), ("event", Over.EVENT)):
        if over in leg.over:
            yield rule, leg.where


def _category(flight: Flight, reasons: list[str]) -> Category:
    if not reasons:
        return Category.I
    if flight.access_control is AccessControl.NONE:
        return Category.III
    if _HIGHER_RISK.intersection(reasons) or flight.takeoff_mass_kg >= HEAVY_KG:
        return Category.II_A
    return Category.II_B


def _specified(flight: Flight, category: Category, rule: str, where: Phrase) -> Finding:
    if rule == "emergency":
        return _finding(rule, Verdict.PROHIBITED, where)
    is_exempt = category is Category.II_B and flight.certificate_class > 0 and flight.licence_class > 0
    is_allowed = rule in flight.permits or (is_exempt and flight.start.date() >= ACT_2022)
    return _finding(rule, Verdict.OK if is_allowed else Verdict.NEEDS, where)


def _by_category(flight: Flight, category: Category) -> Iterator[Finding]:
    if category is Category.I:
        yield _finding("category-1", Verdict.OK, WHOLE_FLIGHT)
    elif category is Category.III:
        yield from _category_3(flight)
    else:
        for leg in flight.legs:
            if Over.PEOPLE in leg.over:
                yield _finding("access-control", Verdict.PROHIBITED, leg.where)


def _category_3(flight: Flight) -> Iterator[Finding]:
    if flight.start.date() < ACT_2022:
        yield _finding("category-3-before", Verdict.PROHIBITED, WHOLE_FLIGHT)
    yield _finding("category-3", Verdict.OK if flight.certificate_class == 1 else Verdict.PROHIBITED, WHOLE_FLIGHT)
    yield _finding("category-3-licence", Verdict.OK if flight.licence_class == 1 else Verdict.NEEDS, WHOLE_FLIGHT)
    has_permit = "category-3-permit" in flight.permits
    yield _finding("category-3-permit", Verdict.OK if has_permit else Verdict.NEEDS, WHOLE_FLIGHT)


def _by_level(flight: Flight) -> Iterator[Finding]:
    level = level_of(flight)
    if level is Level.L3:
        for leg in flight.legs:
            if Over.VEHICLES in leg.over:
                yield _finding("crossing", Verdict.NEEDS, leg.where)
    elif level is Level.L3_5:
        if flight.start.date() < LEVEL_3_5_SINCE:
            yield _finding("level-3.5-before", Verdict.PROHIBITED, WHOLE_FLIGHT)
        for leg in flight.legs:
            if Over.DID in leg.over:
                yield _finding("level-3.5-place", Verdict.NEEDS, leg.where)
        is_fit = flight.licence_class > 0 and flight.has_insurance and flight.has_camera
        yield _finding("level-3.5", Verdict.OK if is_fit else Verdict.NEEDS, WHOLE_FLIGHT)


def _facilities(flight: Flight) -> Iterator[Finding]:
    radius, planned = facility_radius_m(flight.start.date()), max(zone.radius_m for zone in FACILITY_RADII)
    for leg in flight.legs:
        if leg.facility_m is None or leg.facility_m > planned:
            continue
        rule = "facility" if leg.facility_m <= radius else "facility-bill"
        refused = Verdict.PROHIBITED if rule == "facility" else Verdict.NEEDS
        where = phrase(Where.NEAR_FACILITY, leg=leg.where, facility_m=leg.facility_m)
        yield _finding(rule, Verdict.OK if rule in flight.permits else refused, where)


def _duties(flight: Flight, category: Category) -> Iterator[Finding]:
    for leg in flight.legs:
        if Over.HARBOUR in leg.over:
            yield _finding("harbour", Verdict.OK, leg.where)
        if Over.ALONG_FAIRWAY in leg.over:
            is_settled = "fairway" in flight.permits
            yield _finding("fairway", Verdict.OK if is_settled else Verdict.NEEDS, leg.where)
    if flight.takeoff_mass_kg >= REGISTERED_KG:
        if not flight.is_registered:
            yield _finding("registration", Verdict.PROHIBITED, WHOLE_FLIGHT)
        if not flight.has_remote_id:
            yield _finding("remote-id", Verdict.NEEDS, WHOLE_FLIGHT)
    if category is not Category.I:
        for rule, is_done in (("flight-plan", flight.is_notified), ("flight-log", flight.has_log)):
            yield _finding(rule, Verdict.OK if is_done else Verdict.NEEDS, WHOLE_FLIGHT)


def _finding(rule: str, verdict: Verdict, where: Phrase) -> Finding:
    return Finding(RULES[rule], verdict, where)
