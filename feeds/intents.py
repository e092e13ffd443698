"""Operational intents that others declared, read from the JSON of ASTM F3548: `read_intents`.

A file has one intent or a list of them, each with ``reference`` and ``details``, as they are exchanged and as
`feeds.missions.write_intent` writes them. Of a flight that does not conform the off-nominal volumes count too.

References
----------
ASTM F3548-21, annex A2; heights are over the WGS 84 ellipsoid.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from drones.airspace import Circle, Ring
from drones.intents import IntentState, OperationalIntent, Volume4D
from drones.obstacles import area_of
from drones.plane import Plane, to_earth
from feeds.notices import FeedError


class _Point(msgspec.Struct, frozen=True):
    lat: float
    lng: float


class _Polygon(msgspec.Struct, frozen=True):
    vertices: list[_Point]


class _Radius(msgspec.Struct, frozen=True):
    value: float
    units: Literal["M"] = "M"


class _Circle(msgspec.Struct, frozen=True):
    center: _Point
    radius: _Radius


class _Altitude(msgspec.Struct, frozen=True):
    value: float
    reference: Literal["W84"]
    units: Literal["M"] = "M"


class _Volume(msgspec.Struct, frozen=True):
    altitude_lower: _Altitude
    altitude_upper: _Altitude
    outline_polygon: _Polygon | None = None
    outline_circle: _Circle | None = None


class _Time(msgspec.Struct, frozen=True):
    value: datetime


class _Volume4D(msgspec.Struct, frozen=True):
    volume: _Volume
    time_start: _Time
    time_end: _Time


class _Reference(msgspec.Struct, frozen=True):
    id: str
    state: IntentState = IntentState.ACCEPTED


class _Details(msgspec.Struct, frozen=True):
    volumes: list[_Volume4D] = []
    off_nominal_volumes: list[_Volume4D] = []
    priority: int = 0


class _Intent(msgspec.Struct, frozen=True):
    reference: _Reference
    details: _Details


_ONES, _LISTS = msgspec.json.Decoder(_Intent), msgspec.json.Decoder(list[_Intent])


def read_intents(path: Path, geoid_m: float) -> tuple[OperationalIntent, ...]:
    """Read declared flights.

    Parameters
    ----------
    geoid_m : float
        Mean sea level over the ellipsoid, taken off every height.

    Raises
    ------
    FeedError
        If the file cannot be read or has what no intent has; the sentence names file and place.
    """
    try:
        content = path.read_bytes()
        is_list = content.lstrip().startswith(b"[")
        found = _LISTS.decode(content) if is_list else [_ONES.decode(content)]
    except (OSError, msgspec.DecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FeedError(f"{path.name}: no operational intent could be read ({reason}).") from error
    return tuple(_intent(path.name, intent, geoid_m) for intent in found)


def _intent(file: str, intent: _Intent, geoid_m: float) -> OperationalIntent:
    about = f"{file}: intent {intent.reference.id}"
    declared = [*intent.details.volumes, *intent.details.off_nominal_volumes]
    volumes = tuple(_volumes(about, declared, geoid_m))
    return OperationalIntent(intent.reference.id, volumes, intent.reference.state, intent.details.priority)


def _volumes(about: str, declared: Iterable[_Volume4D], geoid_m: float) -> Iterator[Volume4D]:
    for number, one in enumerate(declared, 1):
        space, start, end = one.volume, one.time_start.value, one.time_end.value
        lower, upper = space.altitude_lower.value - geoid_m, space.altitude_upper.value - geoid_m
        if start.tzinfo is None or end.tzinfo is None or end < start:
            raise FeedError(f"{about}, volume {number}: from {start} to {end} is no time with its offset.")
        if upper < lower:
            raise FeedError(f"{about}, volume {number} ends below where it begins.")
        yield Volume4D(_outline(f"{about}, volume {number}", space), lower, upper, start, end)


def _outline(about: str, space: _Volume) -> Ring:
    if space.outline_circle is not None:
        centre, radius_m = space.outline_circle.center, space.outline_circle.radius.value
        plane = Plane(centre.lat, centre.lng)
        around = area_of(Circle(centre.lat, centre.lng, radius_m), plane)
        return tuple(to_earth(plane, (x, y)) for x, y in around.exterior.coords)
    points = [(one.lat, one.lng) for one in space.outline_polygon.vertices] if space.outline_polygon else []
    if len(points) < 3 or not all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in points):
        raise FeedError(f"{about} has no outline on the earth.")
    return (*points, points[0])
