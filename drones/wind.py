"""Wind as it was observed: records of days and hours at weather stations."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class WindDay:
    """Wind of one day at one station; None where it was not observed or not to be trusted.

    Attributes
    ----------
    mean_ms, max_ms, gust_ms : float or None
        Mean of the day, highest mean of ten minutes, highest gust (3 s), in m/s.
    max_direction_deg, gust_direction_deg, prevailing_direction_deg : float or None
        Where the wind came from, degrees clockwise from north; None also in calm.
    """

    station: str
    date: date
    mean_ms: float | None
    max_ms: float | None
    max_direction_deg: float | None
    gust_ms: float | None
    gust_direction_deg: float | None
    prevailing_direction_deg: float | None


@dataclass(frozen=True, slots=True)
class WindHour:
    """Mean wind of the ten minutes before a full hour.

    Attributes
    ----------
    time : datetime
        With its offset; the hour 24 of a day is 0 o'clock of the next.
    mean_ms : float or None
        In m/s.
    direction_deg : float or None
        Where the wind came from, degrees clockwise from north; None in calm or where not observed.
    """

    station: str
    time: datetime
    mean_ms: float | None
    direction_deg: float | None
