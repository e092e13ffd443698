"""UAS zones in ED-269: one JSON object with zones, and back.

The unit of a volume holds for its heights and for the radius of its circle.

References
----------
EUROCAE ED-269, Minimum Operational Performance Standard for Geofencing (June 2020), appendix 2.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from drones.airspace import (
    Altitude,
    Applicability,
    Authority,
    Circle,
    DailyPeriod,
    Datum,
    DaylightEvent,
    Geozone,
    Polygon,
    Weekday,
    ZoneKind,
    ZoneVolume,
)
from feeds.did import point_of, polygon_of
from feeds.gbfs_fields import Entry, EntryError, as_entry, identifier, number, required_number

METRES = {"M": 1.0, "FT": 0.3048}
DATUMS = {"AGL": Datum.AGL, "AMSL": Datum.AMSL, "WGS84": Datum.WGS84, "W84": Datum.WGS84}
KINDS = {kind.value: kind for kind in ZoneKind} | {"REQ_AUTHORIZATION": ZoneKind.REQ_AUTHORISATION}

Remarks = list[str]


REASONS = frozenset(
    {
        "AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "FOREIGN_TERRITORY", "EMERGENCY",
        "OTHER",
    }
)  # fmt: skip
"""Why there is a zone, in the words of ED-269."""


def zone_from_ed269(entry: Entry, language: str) -> tuple[Geozone, Remarks]:
    """One member of UASZoneList or features, and what is to be said about it.

    Raises
    ------
    EntryError
        If the zone cannot be understood; the message says which field and value.
    """
    remarks: Remarks = []
    volumes = entry.get("geometry")
    if not isinstance(volumes, list) or not volumes:
        raise EntryError("it has no geometry")
    kind = identifier(entry, "restriction").upper()
    if kind not in KINDS:
        raise EntryError(f"restriction '{kind:.40}' is none of {', '.join(ZoneKind)}")
    zone = Geozone(
        id=identifier(entry, "identifier"),
        country=text_of(entry.get("country"), language),
        name=text_of(entry.get("name"), language),
        kind=KINDS[kind],
        volumes=tuple(_volume(as_entry(volume, "geometry")) for volume in volumes),
        applicability=applicability_of(entry.get("applicability"), remarks),
        reasons=words_of(entry.get("reason")),
        conditions="; ".join(words_of(entry.get("restrictionConditions"))),
        message=text_of(entry.get("message"), language),
        authorities=authorities_of(entry.get("zoneAuthority"), language, remarks),
    )
    return zone, remarks


def _volume(entry: Entry) -> ZoneVolume:
    unit = str(entry.get("uomDimensions")).upper()
    if unit not in METRES:
        raise EntryError(f"uomDimensions '{unit:.40}' is neither M nor FT")
    metres = METRES[unit]
    projection = as_entry(entry.get("horizontalProjection"), "horizontalProjection")
    return ZoneVolume(
        shape=_shape(projection, metres),
        lower=limit_of(entry, "lowerLimit", "lowerVerticalReference", metres),
        upper=limit_of(entry, "upperLimit", "upperVerticalReference", metres),
    )


def _shape(projection: Entry, metres: float) -> Polygon | Circle:
    kind = str(projection.get("type")).lower()
    if kind == "polygon":
        return polygon_of(projection.get("coordinates"))
    if kind == "circle":
        return circle_of(projection.get("center"), projection, metres)
    raise EntryError(f"horizontalProjection is '{kind:.40}', neither a Polygon nor a Circle")


def circle_of(center: object, entry: Entry, metres: float) -> Circle:
    """A circle whose radius, in units of `metres`, stands in `entry`."""
    radius = required_number(entry, "radius")
    if radius <= 0:
        raise EntryError(f"radius is {radius}, not above zero")
    return Circle(*point_of(center), radius * metres)


def limit_of(entry: Entry, key: str, reference: str, metres: float) -> Altitude | None:
    """A limit of height; None where there is none.

    Raises
    ------
    EntryError
        If there is a limit and its datum is missing or unknown.
    """
    value = number(entry, key)
    if value is None:
        return None
    datum = str(entry.get(reference) or "").upper()
    if datum not in DATUMS:
        raise EntryError(f"{key} {value:g} has no datum ({reference} is '{datum:.40}')")
    return Altitude(value * metres, DATUMS[datum])


def applicability_of(value: object, remarks: Remarks) -> tuple[Applicability, ...]:
    """When a zone holds; empty for always, also where it cannot be understood."""
    try:
        times = tuple(_applicability(as_entry(entry)) for entry in listed(value))
    except EntryError as error:
        remarks.append(f"{error}; the zone is taken to hold always")
        return ()
    return () if Applicability(None, None) in times else times


def _applicability(entry: Entry) -> Applicability:
    start, end = _moment(entry, "startDateTime"), _moment(entry, "endDateTime")
    if str(entry.get("permanent")).upper() == "YES":
        start = end = None
    if start and end and end < start:
        raise EntryError(f"endDateTime {end.isoformat()} is before startDateTime {start.isoformat()}")
    # The first drafts called the schedule dailyPeriod.
    periods = (_period(as_entry(period)) for period in listed(entry.get("schedule") or entry.get("dailyPeriod")))
    return Applicability(start, end, tuple(period for period in periods if period is not None))


def _moment(entry: Entry, key: str) -> datetime | None:
    value = entry.get(key)
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise EntryError(f"{key} '{value!s:.40}' is no time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _period(entry: Entry) -> DailyPeriod | None:
    """Hours of days; None if they are all hours of all days."""
    days = tuple(_weekday(day) for day in words_of(entry.get("day")))
    start = _edge(entry, "startTime", "startEvent")
    end = _edge(entry, "endTime", "endEvent")
    if start is None and end is None and (not days or Weekday.ANY in days):
        return None
    return DailyPeriod(days or (Weekday.ANY,), start, end)


def _weekday(word: str) -> Weekday:
    try:
        return Weekday(word.upper())
    except ValueError:
        raise EntryError(f"day '{word:.40}' is no day of the week") from None


def _edge(entry: Entry, clock: str, event: str) -> time | DaylightEvent | None:
    if entry.get(event):
        try:
            return DaylightEvent(str(entry[event]).upper())
        except ValueError:
            raise EntryError(f"{event} '{entry[event]!s:.40}' is none of {', '.join(DaylightEvent)}") from None
    if not entry.get(clock):
        return None
    text = str(entry[clock])
    try:
        edge = time.fromisoformat(f"00{text[2:]}" if text.startswith("24:00") else text)
    except ValueError:
        raise EntryError(f"{clock} '{text:.40}' is no time") from None
    return edge if edge.tzinfo else edge.replace(tzinfo=UTC)


def authorities_of(value: object, language: str, remarks: Remarks) -> tuple[Authority, ...]:
    """Whom to ask; entries that are no objects are left out."""
    authorities = []
    for entry in listed(value):
        if isinstance(entry, dict):
            keys = ("name", "service", "contactName", "email", "phone", "siteURL", "purpose", "intervalBefore")
            authorities.append(Authority(*(text_of(entry.get(key), language) for key in keys)))
        else:
            remarks.append(f"zoneAuthority {entry!r:.40} is no object and left out")
    return tuple(authorities)


def text_of(value: object, language: str) -> str:
    """A text, or the one of several ({text, lang}) that is in `language`, else the first."""
    if isinstance(value, str):
        return value
    texts = [entry for entry in listed(value) if isinstance(entry, dict) and isinstance(entry.get("text"), str)]
    fitting = [entry for entry in texts if str(entry.get("lang")).split("-")[0] == language]
    return next((str(entry["text"]) for entry in fitting or texts), "")


def words_of(value: object) -> tuple[str, ...]:
    """The texts of a list, or of a single one."""
    return tuple(word for word in listed(value) if isinstance(word, str) and word)


def listed(value: object) -> list[Any]:
    """A list of what may stand alone or be missing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def in_ed269_words(zone: Geozone) -> Geozone:
    """The zone with only the reasons that ED-269 knows; our own become ``OTHER``."""
    return replace(zone, reasons=tuple(dict.fromkeys(why if why in REASONS else "OTHER" for why in zone.reasons)))


def write_ed269(zones: Iterable[Geozone], path: Path) -> None:
    """Write zones as ED-269 with ``features``; lengths in metres.

    A datum of the WGS 84 ellipsoid, which ED-269 does not know, is written ``WGS84`` as in ED-318.
    """
    document = {"features": [_zone_to_json(zone) for zone in zones]}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8", errors="replace")


def _zone_to_json(zone: Geozone) -> Entry:
    return {
        "identifier": zone.id,
        "country": zone.country,
        "name": zone.name,
        "type": "COMMON",
        "restriction": zone.kind.value,
        "restrictionConditions": zone.conditions or None,
        "reason": list(zone.reasons),
        "message": zone.message or None,
        "applicability": _applicability_to_json(zone.applicability),
        "zoneAuthority": [
            {
                "name": authority.name,
                "service": authority.service,
                "contactName": authority.contact_name,
                "email": authority.email,
                "phone": authority.phone,
                "siteURL": authority.site_url,
                "purpose": authority.purpose,
                "intervalBefore": authority.interval_before,
            }
            for authority in zone.authorities
        ],
        "geometry": [_volume_to_json(volume) for volume in zone.volumes],
    }


def _applicability_to_json(times: Sequence[Applicability]) -> list[Entry]:
    return [
        {
            "permanent": "YES" if part.start is None and part.end is None else "NO",
            "startDateTime": part.start.isoformat() if part.start else None,
            "endDateTime": part.end.isoformat() if part.end else None,
            "schedule": [
                {"day": [day.value for day in period.days]}
                | _edge_to_json("start", period.start)
                | _edge_to_json("end", period.end)
                for period in part.schedule
            ],
        }
        for part in times or (Applicability(None, None),)
    ]


def _edge_to_json(name: str, edge: time | DaylightEvent | None) -> Entry:
    if isinstance(edge, DaylightEvent):
        return {f"{name}Event": edge.value}
    return {f"{name}Time": edge.isoformat() if edge else None}


def _volume_to_json(volume: ZoneVolume) -> Entry:
    lower, upper = volume.lower, volume.upper
    return {
        "uomDimensions": "M",
        "lowerLimit": lower.value_m if lower else None,
        "lowerVerticalReference": lower.datum.value if lower else "AGL",
        "upperLimit": upper.value_m if upper else None,
        "upperVerticalReference": upper.datum.value if upper else "AGL",
        "horizontalProjection": _shape_to_json(volume.shape),
    }


def _shape_to_json(shape: Polygon | Circle) -> Entry:
    match shape:
        case Polygon(rings):
            return {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in ring] for ring in rings]}
        case Circle(lat, lon, radius_m):
            return {"type": "Circle", "center": [lon, lat], "radius": radius_m}
