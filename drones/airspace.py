"""What is known of the airspace and the ground under it: UAS geographical zones, aerodromes, inhabited districts.

References
----------
EUROCAE ED-269 (June 2020), ED-318 (2023); heights with their datum as in ASTM F3548-21.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class Datum(StrEnum):
    """What a height is measured from: the WGS 84 ellipsoid, mean sea level, or the ground below."""

    WGS84 = "WGS84"
    AMSL = "AMSL"
    AGL = "AGL"


@dataclass(frozen=True, slots=True)
class Altitude:
    """A height in metres over its datum."""

    value_m: float
    datum: Datum


Ring = tuple[tuple[float, float], ...]
"""Latitude and longitude of a closed line: the last point is the first."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """An outline; `rings` are its border and then its holes."""

    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """All points of the ground up to `radius_m` metres from the centre."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class ZoneVolume:
    """A part of the space of a zone.

    Attributes
    ----------
    lower : Altitude or None
        None: from the ground.
    upper : Altitude or None
        None: without upper limit.
    """

    shape: Polygon | Circle
    lower: Altitude | None
    upper: Altitude | None


class ZoneKind(StrEnum):
    """What a zone asks of a flight, strictest first."""

    PROHIBITED = "PROHIBITED"
    REQ_AUTHORISATION = "REQ_AUTHORISATION"
    CONDITIONAL = "CONDITIONAL"
    NO_RESTRICTION = "NO_RESTRICTION"


class Weekday(StrEnum):
    """A day as the zone formats write it, ANY for each."""

    MON = "MON"
    TUE = "TUE"
    WED = "WED"
    THU = "THU"
    FRI = "FRI"
    SAT = "SAT"
    SUN = "SUN"
    ANY = "ANY"


class DaylightEvent(StrEnum):
    """Begin of morning civil twilight, sunrise, sunset, end of evening civil twilight."""

    BMCT = "BMCT"
    SR = "SR"
    SS = "SS"
    EECT = "EECT"


@dataclass(frozen=True, slots=True)
class DailyPeriod:
    """Hours of some days of the week.

    Attributes
    ----------
    start, end : time with offset, DaylightEvent or None
        None: the day's begin or end. An end not after the start is one of the next day.
    """

    days: tuple[Weekday, ...]
    start: time | DaylightEvent | None
    end: time | DaylightEvent | None


@dataclass(frozen=True, slots=True)
class Applicability:
    """A time in which a zone holds: from `start` until `end` (None: open), only in the hours of `schedule` if any."""

    start: datetime | None
    end: datetime | None
    schedule: tuple[DailyPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom to ask or tell (`purpose`: AUTHORIZATION, NOTIFICATION, INFORMATION) and how long before (ISO 8601)."""

    name: str
    service: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    site_url: str = ""
    purpose: str = ""
    interval_before: str = ""


@dataclass(frozen=True, slots=True)
class Geozone:
    """A UAS geographical zone.

    Attributes
    ----------
    applicability : tuple of Applicability
        The zone holds in any of them; empty: always.
    reasons : tuple of str
        AIR_TRAFFIC, SENSITIVE, PRIVACY, POPULATION, NATURE, NOISE, EMERGENCY …
    conditions : str
        Under which conditions one may fly, in the authority's words.
    """

    id: str
    country: str
    name: str
    kind: ZoneKind
    volumes: tuple[ZoneVolume, ...]
    applicability: tuple[Applicability, ...] = ()
    reasons: tuple[str, ...] = ()
    conditions: str = ""
    message: str = ""
    authorities: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True)
class RunwayEnd:
    """One of the two ends of a runway.

    Attributes
    ----------
    name : str
        As painted on it, such as ``16L``.
    elevation_m : float or None
        Over mean sea level.
    true_bearing_deg : float
        Direction of a landing or start from this end, degrees clockwise from true north.
    """

    name: str
    lat: float
    lon: float
    elevation_m: float | None
    true_bearing_deg: float


@dataclass(frozen=True, slots=True)
class Runway:
    """A runway; `ends` is empty where only its size is known, `width_m` None where it is not."""

    length_m: float
    width_m: float | None
    ends: tuple[RunwayEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Aerodrome:
    """An airport or landing place.

    Attributes
    ----------
    id : str
        As the source writes it.
    is_in_use : bool
        False while it is suspended or closed.
    area : tuple of Polygon
        Its grounds, approximately; empty where the source has none.
    runways : tuple of Runway
        In the order of the source.
    """

    id: str
    name: str
    is_in_use: bool
    area: tuple[Polygon, ...]
    runways: tuple[Runway, ...] = ()


@dataclass(frozen=True, slots=True)
class InhabitedDistrict:
    """A densely inhabited district of the census; flights over it need permission (Civil Aeronautics Act art. 132-85).

    Attributes
    ----------
    id : str
        Code of the municipality, a hyphen, number of the district in it.
    population : int or None
        Residents; None where the source does not say.
    area_km2 : float or None
        As the census has it.
    """

    id: str
    municipality: str
    polygons: tuple[Polygon, ...]
    population: int | None
    area_km2: float | None


@dataclass(frozen=True, slots=True)
class Facility:
    """A critical facility (対象施設) over and around which flying is prohibited; `grounds` as a circle around them."""

    id: str
    name: str
    grounds: Circle
    source: str


@dataclass(frozen=True, slots=True)
class QuietPlace:
    """A place where noise disturbs more than elsewhere: a school, a hospital, a home for the elderly."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class PeopledBlock:
    """A block of a town and how many people are in it, by day and by night taken together."""

    shape: Polygon
    people_km2: float
