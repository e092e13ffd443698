"""Day and night as the law has them: from sunrise to sunset, when the sun's upper edge touches the horizon.

References
----------
Astronomical Almanac, low precision formulas for the sun (0.01° between 1950 and 2050).
"""

from datetime import UTC, datetime, timedelta
from math import asin, atan2, cos, degrees, radians, sin

EDGE_DEG = -0.85
"""Height of the sun's centre when its edge touches: refraction of 35' and a radius of 16' (National Observatory)."""

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def sun_height_deg(at: datetime, lat: float, lon: float) -> float:
    """Height of the sun's centre above the horizon without refraction; `at` with its offset."""
    days = (at - _J2000) / timedelta(days=1)
    anomaly = radians(357.528 + 0.9856003 * days)
    longitude = radians(280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    tilt = radians(23.439 - 4e-7 * days)
    ascension = atan2(cos(tilt) * sin(longitude), cos(longitude))
    declination = asin(sin(tilt) * sin(longitude))
    hour_angle = radians(280.46062 + 360.98564737 * days + lon) - ascension
    phi = radians(lat)
    return degrees(asin(sin(phi) * sin(declination) + cos(phi) * cos(declination) * cos(hour_angle)))


def is_night(at: datetime, lat: float, lon: float) -> bool:
    """The sun is wholly below the horizon."""
    return sun_height_deg(at, lat, lon) < EDGE_DEG


def is_partly_night(start: datetime, end: datetime, lat: float, lon: float) -> bool:
    """Some of the time is night, to five minutes."""
    steps = max(1, -(-(end - start) // timedelta(minutes=5)))
    return any(is_night(start + (end - start) * step / steps, lat, lon) for step in range(steps + 1))
